"""What one worker does: a submission's bytes in, its graded notebooks out; no gradebook, no exchange."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from graders.classroom.grading import Outcome
from graders.classroom.marks import Marks, marks_of
from graders.classroom.released import Released

if TYPE_CHECKING:
    from graders.referee.players import Players


@dataclass(frozen=True)
class Setup:
    """All that a worker must know of the course."""

    released: Mapping[str, Released]
    secret: bytes
    sources: tuple[str, ...] = ()  # the code cells of the instructor's notebooks
    max_lines: int = 1000
    max_traceback: int = 100
    cell_seconds: float = 30.0
    private: tuple[str, ...] = ()  # folders that no player may see, should they be on a worker's machine
    verdicts: str = ""  # a folder in which workers of one machine share what they judged


@dataclass(frozen=True)
class Task:
    """One submission to grade. Its other files are in `folder`, or, for a worker elsewhere, in `files`."""

    student: str
    assignment: str
    notebooks: Mapping[str, bytes | None]
    folder: Path | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    undated: str = ""


@dataclass(frozen=True)
class Page:
    """One graded notebook to make a page of feedback from, with what the gradebook holds for its cells."""

    student: str
    assignment: str
    notebook: str
    text: str
    cells: Mapping[str, Mapping[str, Any]]
    totals: Mapping[str, float]


@dataclass(frozen=True)
class Done:
    """What became of a task: each notebook's text, outcome and marks, or a page's HTML; or an `error`."""

    texts: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    marks: Mapping[str, Marks] = field(default_factory=dict)
    html: str = ""
    error: str = ""
    seconds: float = 0.0
    hits: int = 0
    asked: int = 0


def load() -> None:
    """Import what grading needs, so that the first submission does not wait for it."""
    import nbformat

    import graders.feedback.judging  # noqa: F401
    from matcalc_ref.catalogue import exercises

    exercises()
    nbformat.validate(nbformat.v4.new_notebook())  # makes the validator


class Worker:
    """Grades one submission after another; close it to end its players.

    `players` are players of its own, if they are open already; else it opens some as `confinement` says.
    """

    def __init__(self, confinement: str = "auto", players: Players | None = None) -> None:
        from graders.referee import open_players

        self.open = ExitStack()
        self.players = self.open.enter_context(players or open_players(confinement))
        self.setup: Setup | None = None
        self.exporter: Any = None

    def begin(self, setup: Setup) -> None:
        """What the course is; before the first task, and for each assignment."""
        from graders.classroom.cache import Judged
        from graders.classroom.grading import default_judge
        from matcalc_ref.catalogue import exercise

        load()
        self.players.hide(setup.private)
        self.players.learn(setup.sources)
        if self.setup is None or self.setup.secret != setup.secret:
            shared = Path(setup.verdicts) if setup.verdicts else None
            self.judge = Judged(default_judge(setup.secret), lambda id: exercise(id).version, folder=shared)
        self.setup = setup

    def do(self, task: Task | Page) -> Done:
        """The task done; whatever goes wrong is in the result."""
        import nbformat

        start = time.perf_counter()
        hits, asked = self.judge.hits, self.judge.asked
        try:
            if isinstance(task, Page):
                return Done(html=self.page(task), seconds=time.perf_counter() - start)
            texts, outcomes, marks = {}, {}, {}
            with TemporaryDirectory(prefix="matcalc-") as place:
                for name, content in task.files.items():
                    path = Path(place, name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content)
                for name, data in task.notebooks.items():
                    folder = task.folder or Path(place)
                    nb, outcomes[name] = self.grade(name, data, folder, task.notes, task.undated)
                    texts[name] = nbformat.writes(nb, version=4) + "\n"
                    marks[name] = marks_of(nb, outcomes[name])
        except Exception as problem:  # one submission's trouble is not the next one's
            return Done(
                error=f"{type(problem).__name__}: {problem}"[:500], seconds=time.perf_counter() - start
            )
        seconds = time.perf_counter() - start
        hits, asked = self.judge.hits - hits, self.judge.asked - asked
        return Done(texts, outcomes, marks, seconds=seconds, hits=hits, asked=asked)

    def grade(
        self, name: str, data: bytes | None, folder: Path, notes: tuple[str, ...], undated: str = ""
    ) -> tuple[Any, Outcome]:
        """One notebook, by the same steps as nbgrader's own chain with our configuration."""
        from graders.classroom import grading
        from graders.referee import Limits

        assert self.setup is not None
        limits = Limits(cell_seconds=self.setup.cell_seconds)
        released = self.setup.released[name]
        nb = grading.prepare(data, released)
        outcome = grading.marked(nb)
        outcome.notes, outcome.undated = [*notes, *outcome.notes], undated
        grading.mark(nb, outcome)
        if outcome.unreadable:
            outcome = grading.judge_cells(nb, released.checks, None, self.judge)
        else:
            with self.players.player(folder, sources=grading.code_cells(nb)) as player:
                outcome = grading.judge_cells(nb, released.checks, player, self.judge, limits)
        self.limit(nb)
        grading.sanitise(nb)
        return nb, outcome

    def limit(self, nb: Any) -> None:
        """nbgrader's LimitOutput; it is loaded only where there is something to limit."""
        assert self.setup is not None
        outputs = [output for cell in nb.cells if cell.cell_type == "code" for output in cell.outputs]
        lines = max((o.text.count("\n") + 1 for o in outputs if o.output_type == "stream"), default=0)
        trace = max((len(o.traceback) for o in outputs if o.output_type == "error"), default=0)
        streams = sum(o.text.count("\n") + 1 for o in outputs if o.output_type == "stream")
        if max(lines, streams) > self.setup.max_lines >= 0 or trace > self.setup.max_traceback >= 0:
            from nbgrader.preprocessors import LimitOutput

            step = LimitOutput()
            step.max_lines, step.max_traceback = self.setup.max_lines, self.setup.max_traceback
            for number, cell in enumerate(nb.cells):
                step.preprocess_cell(cell, {}, number)

    def page(self, page: Page) -> str:
        """A page of feedback, as nbgrader's `generate_feedback` makes it with our exporter."""
        import nbformat
        from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
        from traitlets.config import Config

        from graders.classroom.pages import FeedbackExporter

        if self.exporter is None:
            plain = Config()
            plain.Exporter.default_preprocessors = []
            self.exporter = FeedbackExporter(config=plain)
            self.exporter.register_preprocessor(CSSHTMLHeaderPreprocessor)
        nb = nbformat.reads(page.text, as_version=4)
        for cell in nb.cells:
            owned = cell.metadata.get("nbgrader", {})
            owned.update(page.cells.get(owned.get("grade_id", ""), {}))
        known = {"student": page.student, "assignment": page.assignment, "notebook": page.notebook}
        resources = {"nbgrader": {**known, **page.totals}}
        html, _ = self.exporter.from_notebook_node(nb, resources)
        return html

    def close(self) -> None:
        """End the players."""
        self.open.close()
