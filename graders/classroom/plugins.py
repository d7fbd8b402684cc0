"""nbgrader's own steps with ours among them: everything is put in place by traits in `nbgrader_config.py`."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import shutil
from contextlib import ExitStack, closing
from functools import cache, partial
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_task
from traitlets import Bool, Float, TraitError, Unicode, validate

from graders.classroom import grading, status
from graders.classroom.folder import read_stamp
from graders.classroom.reading import plain, read_bytes
from graders.classroom.released import code_of, load_released
from matcalc_ref.weave import WORDS

_open = ExitStack()
atexit.register(_open.close)
atexit.register(gc.freeze)  # at its end Python would go through all that is loaded once more: 0.3 s
_players: dict[str, Any] = {}
#: nbgrader's, as the course's configuration left them; a hook is told of none.
settings: Any = None
#: Submissions that `before_autograde` has seen in this process, and what it did there.
_tidied: dict[Path, list[str] | Exception] = {}


def _player_source(confinement: str, config: Any) -> Any:
    """The players of this process, opened once: starting the warm server costs more than a submission."""
    from graders.classroom.exchange import private
    from graders.referee import open_players

    if confinement not in _players:
        _players[confinement] = _open.enter_context(open_players(confinement))
    _players[confinement].hide(private(config))
    return _players[confinement]


@cache
def _gradebook(url: str) -> Gradebook:
    """The gradebook, to be closed after each use; what SQLAlchemy learned of its queries stays."""
    return Gradebook(url)


class ReadAnything(NotebookExporter):
    """Hands a notebook's bytes on as they are, so that none of them can keep it from being graded."""

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        """An empty notebook, with the file's bytes (None where there is no file) among the resources."""
        resources = ResourcesDict() if resources is None else resources
        path = Path(filename)
        resources["metadata"] = ResourcesDict(name=path.stem, path=str(path.parent), modified_date="")
        # A file that may not be read is not a missing one: nbgrader names it, and grades it the next time.
        resources["matcalc_bytes"] = read_bytes(path) if path.is_file() and not path.is_symlink() else None
        # What the bytes mean is read by the first of our steps, which knows what was released.
        return self.from_notebook_node(new_notebook(), resources=resources, **kw)


class Repair(NbGraderPreprocessor):
    """The submission in the shape of what was released; first of the sanitising steps."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        info = resources["nbgrader"]
        place = Path(resources["metadata"]["path"]).resolve()
        # Links may have been followed already: better no grade than somebody else's file.
        if place not in _tidied:
            raise RuntimeError("not tidied: before_autograde must be Autograde.pre_convert_hook")
        done = _tidied[place]
        if isinstance(done, Exception):  # nbgrader went on without a word
            raise RuntimeError(f"its folder could not be put in order: {plain(str(done))}") from done
        source = Path.cwd() / "source" / info["assignment"] / f"{info['notebook']}.ipynb"
        with closing(_gradebook(info["db_url"])) as gradebook:
            released = load_released(gradebook, info["assignment"], info["notebook"], source)
            due = gradebook.find_assignment(info["assignment"]).duedate
        data = resources.get("matcalc_bytes")
        repaired = grading.prepare(data, released)
        outcome = grading.marked(repaired)
        outcome.notes = done + outcome.notes
        if due is not None and not read_stamp(place / "timestamp.txt"):
            outcome.undated = grading.UNDATED
        if outcome.digest:
            status.keep(Path.cwd(), info["student"], info["assignment"], info["notebook"], data)
        grading.mark(repaired, outcome)
        for note in [outcome.unreadable, outcome.undated, *outcome.notes]:
            if note:
                self.log.warning("%s: %s", info["student"], note)
        return repaired, resources


class RefereeExecute(NbGraderPreprocessor):
    """Where nbgrader executes a notebook: ours runs in a player, and check cells are judged, not executed."""

    confinement = Unicode(
        "auto", help="How students' code is confined: auto, warm, bubblewrap, or none (only if you say so)."
    ).tag(config=True)
    cell_seconds = Float(30.0, min=0.1, help="How long one cell of a student's may run.").tag(config=True)

    @validate("cell_seconds")
    def _is_a_time(self, proposal: Any) -> float:
        if proposal["value"] != proposal["value"]:
            raise TraitError("RefereeExecute.cell_seconds is no number")
        return float(proposal["value"])

    def preprocess(self, nb: Any, resources: Any) -> Any:
        import nbformat

        from graders.referee import Limits, read_checks

        nb = nbformat.reads(resources["matcalc_bytes"].decode(), as_version=4)
        course, info = Path.cwd(), resources["nbgrader"]
        judge = grading.default_judge(status.course_secret(course))
        players = _player_source(self.confinement, self.config)
        players.learn(code_of(course / "source" / info["assignment"]))
        folder = Path(resources["metadata"]["path"] or ".")
        with players.player(folder, sources=grading.code_cells(nb)) as player:
            outcome = grading.judge_cells(
                nb, read_checks(nb), player, judge, Limits(cell_seconds=self.cell_seconds)
            )
        resources["matcalc"] = outcome
        if outcome.reason:
            self.log.warning("%s: %s", info["student"], outcome.reason)
        return nb, resources


class NeedsPerson(NbGraderPreprocessor):
    """After the scores are saved: what no machine may give points to waits for a person, loudly."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        outcome, info = grading.marked(nb), resources["nbgrader"]
        graded = [cell.metadata.nbgrader.grade_id for cell in nb.cells if is_grade(cell) or is_task(cell)]
        first = graded[:1] if outcome.undated else []
        if outcome.person or first:
            with closing(_gradebook(info["db_url"])) as gradebook:
                for name in [*first, *outcome.person]:
                    grade = gradebook.find_grade(name, info["notebook"], info["assignment"], info["student"])
                    if name in outcome.person:
                        grade.auto_score = 0.0 if outcome.unreadable else None
                    grade.needs_manual_grade = True
                gradebook.db.commit()
        return nb, resources


class WhoWaits(NbGraderPreprocessor):
    """After nbgrader's GetGrades: which cells of a page of feedback still wait for a person."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        info = resources["nbgrader"]
        with closing(_gradebook(info["db_url"])) as gradebook:
            found = gradebook.find_submission_notebook(info["notebook"], info["assignment"], info["student"])
            waiting = {g.cell.name for g in found.grades if g.needs_manual_grade and g.manual_score is None}
        if not nb.metadata.get(grading.MARK, {}).get("judged", True):
            again = f"matcalc grade {info['assignment']}, or nbgrader autograde with --force"
            self.log.warning("%s: not graded to the end, a run was stopped; run %s", info["student"], again)
        for cell in nb.cells:
            owned = cell.metadata.get("nbgrader", {})
            if owned.get("grade"):
                owned["waiting"] = owned["grade_id"] in waiting
        return nb, resources


class SanitizeHTML(NbGraderPreprocessor):
    """Outputs and Markdown that are safe to open in the formgrader and in feedback."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        return grading.sanitise(nb), resources


class RecordStatus(NbGraderPreprocessor):
    """Last of all: the reason and the verdicts, for which nbgrader has no field."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        info = resources["nbgrader"]
        with closing(_gradebook(info["db_url"])) as gradebook:
            found = gradebook.find_submission_notebook(info["notebook"], info["assignment"], info["student"])
            score, max_score = found.score, found.max_score
        line = grading.status_line(
            resources["matcalc"], info["student"], info["assignment"], info["notebook"], score, max_score
        )
        status.append(Path.cwd(), [line])
        return nb, resources


class KeepWovenAnswers(ClearSolutions):
    """nbgrader's ClearSolutions, except that a woven answer cell, which holds no solution, stays as it is.

    An untouched notebook then runs from top to bottom, and `check` says that nothing is there yet.
    """

    keep_woven = Bool(True, help="Leave the answer cells alone that are followed by their check cell.").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: Any) -> Any:
        from graders.referee.checks import read_check

        names = {
            cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells if read_check(cell.source)
        }
        self._woven = {str(name).removesuffix("-check") for name in names if name}
        return super().preprocess(nb, resources)

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> Any:
        owned = cell.metadata.get("nbgrader", {})
        marked = self.begin_solution_delimeter in cell.source
        woven = owned.get("grade_id") in self._woven or cell.source == WORDS
        if self.keep_woven and owned.get("solution") and woven and not marked:
            return cell, resources
        return super().preprocess_cell(cell, resources, cell_index)


def before_autograde(assignment: str, student: str, notebooks: list[str]) -> None:
    """nbgrader's `pre_convert_hook`: links go before anything is copied out of a submission.

    Also: an unreadable time stamp is set aside, and a missing or renamed notebook is named, so that the
    submission is graded as far as it can be instead of ending the run.
    """
    from graders.classroom.exchange import handed_in
    from graders.classroom.folder import brought_along, tidy

    if notebooks:
        place = Path(notebooks[0]).parent
        others = brought_along(Path(os.curdir, "source", assignment))
        try:
            known = partial(handed_in, settings, *place.parts[-2:])  # `student` may be a pattern
            _tidied[place.resolve()] = tidy(place, expected(assignment), others, notebooks, known)
        except Exception as problem:
            _tidied[place.resolve()] = problem


def after_feedback(assignment: str, student: str, notebooks: list[str]) -> None:
    """nbgrader's `post_convert_hook`: a page also by the name that its student gave the notebook, and will
    ask for it by."""
    for path in map(Path, notebooks):  # autograded/STUDENT/ASSIGNMENT/NAME.ipynb; `student` may be a pattern
        page = Path(os.curdir, "feedback", *path.parts[-3:-1], f"{path.stem}.html")
        names = grading.own_names(path.parent)
        grading.drop_stale(page.parent, names)
        if (own := names.get(path.stem)) and page.is_file():
            with contextlib.suppress(OSError):  # a name that this disk does not take
                shutil.copy(page, page.with_name(f"{own}.html"))


def expected(assignment: str) -> list[str]:
    """The names of the notebooks that were released."""
    return sorted(path.name for path in Path(os.curdir, "source", assignment).glob("*.ipynb"))
