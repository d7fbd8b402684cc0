"""Our steps among nbgrader's, by configuration alone: `configure(c)` in a course's `nbgrader_config.py`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).with_name("templates")


def configure(c: Any) -> None:
    """Puts repair, referee, sanitising, feedback and safe collecting into force; `c` is nbgrader's.

    A course may set any trait afterwards; a step that must come before another says so here.
    """
    from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
    from nbgrader import preprocessors as stock

    from graders.classroom import pages, plugins

    # nbgrader calls `alembic` from PATH; it stands beside this interpreter, activated or not
    own, known = str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)
    if own != known.split(os.pathsep)[0]:
        os.environ["PATH"] = os.pathsep.join([own, known])
    c.GenerateAssignment.preprocessors = [
        stock.IncludeHeaderFooter,
        stock.LockCells,
        plugins.KeepWovenAnswers,
        stock.ClearOutput,
        stock.CheckCellMetadata,
        stock.ComputeChecksums,
        stock.SaveCells,
        stock.ClearHiddenTests,
        stock.ClearMarkScheme,
        stock.ComputeChecksums,
        stock.CheckCellMetadata,
    ]
    c.Autograde.exporter_class = plugins.ReadAnything
    c.Autograde.pre_convert_hook = plugins.before_autograde
    plugins.settings = c  # as it will be when the course's own are in it
    c.Autograde.sanitize_preprocessors = [
        plugins.Repair,  # does what ClearOutput, DeduplicateIds, OverwriteKernelspec and OverwriteCells do
        stock.CheckCellMetadata,
    ]
    c.Autograde.autograde_preprocessors = [
        plugins.RefereeExecute,
        stock.IgnorePattern,
        ClearMetadataPreprocessor,
        stock.LimitOutput,
        stock.SaveAutoGrades,
        plugins.NeedsPerson,
        stock.AssignLatePenalties,
        plugins.SanitizeHTML,  # after the scores, so that it can change none
        plugins.RecordStatus,
    ]
    c.GenerateFeedback.exporter_class = pages.FeedbackExporter
    c.GenerateFeedback.post_convert_hook = plugins.after_feedback
    c.GenerateFeedback.preprocessors = [stock.GetGrades, plugins.WhoWaits, CSSHTMLHeaderPreprocessor]
    c.ExchangeFactory.collect = "graders.classroom.exchange.CollectNoLinks"
    # The formgrader's pages: formulas are typeset here, and nothing is fetched from elsewhere.
    filters = {name: name for name in ("markdown2html", "highlight_code")} | {"clean_html": "clean_piece"}
    c.HTMLExporter.filters = {name: f"graders.classroom.pages.{own}" for name, own in filters.items()}
    c.HTMLExporter.template_paths = [str(TEMPLATES / "formgrade"), *formgrade_paths()]


def confirm(c: Any) -> None:
    """Raises ValueError where other settings have replaced a step without which nothing is protected, or
    give one a value that it cannot have.
    """
    from nbgrader.preprocessors import AssignLatePenalties, LimitOutput
    from traitlets import TraitError

    from graders.classroom import plugins

    due: dict[str, list[type]] = {
        "sanitize_preprocessors": [plugins.Repair],
        "autograde_preprocessors": [plugins.RefereeExecute, plugins.NeedsPerson, plugins.SanitizeHTML],
    }
    for name, steps in due.items():
        given = [getattr(step, "__name__", str(step)) for step in c.Autograde.get(name, [])]
        there = [step.rsplit(".", 1)[-1] for step in given]
        missing = [step.__name__ for step in steps if step.__name__ not in there]
        if missing or "Execute" in there:
            wrong = f"lacks {', '.join(missing)}" if missing else "has Execute"
            raise ValueError(f"c.Autograde.{name} {wrong}; students' code would run unprotected")
    if c.Autograde.get("exporter_class") is not plugins.ReadAnything:
        raise ValueError("c.Autograde.exporter_class must stay as `configure` sets it")
    if c.Autograde.get("pre_convert_hook") is not plugins.before_autograde:
        raise ValueError("c.Autograde.pre_convert_hook must stay as `configure` sets it")
    try:
        for step in (plugins.RefereeExecute, LimitOutput):
            step(config=c)
        AssignLatePenalties(config=c).init_plugin()
    except TraitError as problem:
        raise ValueError(str(problem)) from None
    kept = c.Autograde.get("exclude_overwriting", {})
    if not isinstance(kept, dict) or not all(map(_are_names, kept.values())):
        example = "{'A05': ['data.csv']}"
        raise ValueError(f"c.Autograde.exclude_overwriting has a list of names by assignment: {example}")


def _are_names(value: Any) -> bool:
    return isinstance(value, (list, tuple, set)) and all(isinstance(name, str) for name in value)


def formgrade_paths() -> list[str]:
    """Where nbconvert looks for the parts of nbgrader's formgrade page; ours goes before them."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader import handlers
    from traitlets.config import Config

    c = Config()
    c.HTMLExporter.template_name = "formgrade"
    c.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    return list(HTMLExporter(config=c).template_paths)
