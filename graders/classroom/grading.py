"""Grading one notebook is a function of its bytes and the course. What it gives is recorded elsewhere."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graders.classroom import status
from graders.classroom.reading import MAX_BYTES, Unreadable, read_notebook
from graders.classroom.released import Released
from graders.classroom.repair import repair
from graders.classroom.safety import clean_notebook
from graders.feedback.wording import SENTENCES, say
from graders.referee.checks import Check

#: Where a notebook that we wrote keeps what grading knows of it.
MARK = "matcalc"
Judge = Callable[[str, Any, Any], Any]


def _grouped(reasons: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, why in reasons.items():
        found.setdefault(why, []).append(name.removesuffix("-check"))
    return found


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


@dataclass
class Outcome:
    """What became of one notebook.

    `notes` are what had to be mended, `unreadable` why nothing could be read and `digest` of what; `verdicts`
    are by grade_id, as JSON; `person` names the grade cells that no machine gives points to, with the reason.
    `undated` says why nobody knows whether it came in time. A notebook that is not `judged` was left so by a
    run that was killed.
    """

    notes: list[str] = field(default_factory=list)
    unreadable: str = ""
    digest: str = ""
    stopped: str = ""
    undated: str = ""
    verdicts: dict[str, Any] = field(default_factory=dict)
    person: dict[str, str] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    unprotected: list[str] = field(default_factory=list)
    confinement: str = ""
    judged: bool = False
    seconds: float = 0.0

    @property
    def status(self) -> str:
        """One word, worst first: unreadable, person, stopped, repaired, graded."""
        if self.unreadable:
            return "unreadable"
        if self.person or self.undated:
            return "person"
        if self.stopped:
            return "stopped"
        return "repaired" if self.notes else "graded"

    @property
    def reason(self) -> str:
        """Why it is not simply graded, in words."""
        waiting = [f"{_some(names)}: {why}" for why, names in _grouped(self.person).items()]
        own = [f"the student's process decided the points of {name}" for name in self.unprotected]
        reasons = [self.unreadable] if self.unreadable else waiting
        return "; ".join(part for part in (*reasons, self.undated, self.stopped, *self.notes, *own) if part)

    def to_json(self) -> dict[str, Any]:
        """For the notebook's metadata: the same in every run, and without anything that gives a key away."""
        known = {name: value for name, value in vars(self).items() if name not in ("seconds", "verdicts")}
        known["verdicts"] = {name: _short(verdict) for name, verdict in self.verdicts.items()}
        return known


def _short(verdict: Mapping[str, Any]) -> dict[str, Any]:
    short = {name: verdict.get(name) for name in ("outcome", "credit", "mistake")}
    return {**short, "empty": _is_empty(verdict)}


def _is_empty(verdict: Mapping[str, Any]) -> bool:
    """Whether nothing was answered, in no part."""
    nothing = [SENTENCES["empty"], *(say("part-missing", name=name) for name in verdict.get("parts") or ())]
    said = [part.get("message") for part in (verdict.get("parts") or {}).values()]
    return verdict.get("message") in nothing or bool(said) and all(text in nothing for text in said)


def marked(nb: Any) -> Outcome:
    """The outcome that a notebook of ours carries."""
    known = json.loads(json.dumps(nb.metadata.get(MARK, {})))
    return Outcome(**{name: value for name, value in known.items() if name in Outcome.__dataclass_fields__})


def mark(nb: Any, outcome: Outcome) -> None:
    """Let the notebook carry its outcome."""
    from nbformat.notebooknode import from_dict

    nb.metadata[MARK] = from_dict(json.loads(json.dumps(outcome.to_json())))


def prepare(data: bytes | None, released: Released) -> Any:
    """The submitted bytes as a notebook of the released shape, without outputs; whatever they are."""
    from nbformat.notebooknode import from_dict

    outcome = Outcome()
    try:
        cells, metadata = read_notebook(data)
    except Unreadable as reason:
        outcome.unreadable = str(reason)
        outcome.digest = status.digest(data) if data and len(data) <= MAX_BYTES else ""
        cells, metadata = [], {}
    raw, notes = repair(cells, metadata, released)
    if not outcome.unreadable:
        outcome.notes = list(notes)
        outcome.person = _by_hand(raw["cells"], notes, released)
    else:
        said = f"**Your notebook could not be read**: {outcome.unreadable}. Please ask your instructor."
        raw["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": said, "id": "unreadable"})
    nb = from_dict(raw)
    mark(nb, outcome)
    return nb


WAITS = "waits for a person"
UNDATED = (
    "it has no readable time stamp, and there is a due date: put its time into timestamp.txt and grade it "
    "again, or look at it in the formgrader"
)


def _by_hand(cells: Any, notes: Any, released: Released) -> dict[str, str]:
    """The answers that a person gives points to: those that say something, and those whose cell was gone.

    One that was left as it was released earns 0, and nobody needs to look; nbgrader does the same.
    """
    owned = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
    found = {}
    for item in released.cells:
        if not (item.grade and item.solution):
            continue
        at = owned.index(item.name)
        if cells[at]["source"].split() != item.source.split():
            found[item.name] = WAITS
        elif any(cell["cell_type"] == "markdown" and own is None and cell["source"].strip()
                 for cell, own in zip(cells[at + 1 : at + 2], owned[at + 1 :], strict=False)):  # fmt: skip
            found[item.name] = "its cell was left as it was; the answer may stand in the cell below"
        elif f"{item.name} was missing and was added again" in notes:
            found[item.name] = "its cell was deleted; the answer may stand elsewhere"
    return found


def is_judged(path: Path) -> bool:
    """Whether there is a graded notebook that was judged, or that is not ours."""
    try:
        return b'"judged": false' not in path.read_bytes()  # in a text the quotes would be escaped
    except OSError:
        return False


_TAKEN = re.compile(r"\S.*\.ipynb was missing; (?P<own>[^/]+)\.ipynb was taken for it")


def own_name(text: str) -> str:
    """What a student called a graded notebook (its text as we wrote it) that was handed in under a name of
    its own; "" where it has the name that it was released with."""
    notes = json.loads(text).get("metadata", {}).get(MARK, {}).get("notes", [])
    return next((taken["own"] for note in notes if (taken := _TAKEN.fullmatch(note))), "")


def own_names(graded: Path) -> dict[str, str]:
    """For each graded notebook of a submission what its student called it, or ""."""
    return {path.stem: own_name(path.read_text(encoding="utf-8")) for path in graded.glob("*.ipynb")}


def drop_stale(pages: Path, names: Mapping[str, str]) -> None:
    """Takes away the pages of feedback that are of an earlier attempt; `names` are those of `own_names`."""
    for page in pages.glob("*.html"):
        if page.stem not in {*names, *names.values()}:
            page.unlink()


def code_cells(nb: Any) -> list[str]:
    """The texts of a notebook's code cells."""
    return [cell.source for cell in nb.cells if cell.cell_type == "code"]


def record_versions(checks: Mapping[str, Check | None]) -> dict[str, str]:
    """The version of each record that these cells are judged by."""
    from matcalc_ref.catalogue import exercises

    known = exercises()
    ids = [check.exercise for check in checks.values() if check]
    return {id: known[id].version for id in ids if id in known}


def default_judge(secret: bytes) -> Judge:
    """The judge of a grading run: exercises by id, points from the course's secret."""
    from graders.feedback import judge

    def judged(exercise: str, answer: Any, ask: Any) -> Any:
        from matcalc_ref.catalogue import exercise as find

        return judge(find(exercise), answer, ask=ask, secret=secret, mode="grading")

    return judged


TRIES = 3


def judge_cells(
    nb: Any, checks: Mapping[str, Check | None], player: Any, judge: Judge, limits: Any = None
) -> Outcome:
    """Run the student's cells in the player and judge the check cells, in place."""
    from graders.referee import grade_notebook

    outcome = marked(nb)
    start = time.perf_counter()
    outcome.records = record_versions(checks)
    if outcome.unreadable:
        _unreadable(nb, checks, outcome)
    else:
        for _ in range(TRIES):
            graded = grade_notebook(nb, checks, player, judge, limits)
            if not getattr(player, "orphaned", False):
                break
            player.orphaned = False  # the server was killed, not the student's program: once more
            player.restart()
        outcome.confinement, outcome.unprotected = graded.confinement, list(graded.unprotected)
        if graded.status != "ok":
            outcome.stopped = graded.reason
        outcome.person |= {name: f"the grader failed ({why})" for name, why in graded.broken.items()}
        for grade_id, _, verdict in graded.verdicts:
            outcome.verdicts[grade_id] = verdict.to_json()
            if verdict.outcome == "pending":
                outcome.person[grade_id] = WAITS
    outcome.judged = True
    outcome.seconds = round(time.perf_counter() - start, 4)
    mark(nb, outcome)
    return outcome


def _unreadable(nb: Any, checks: Mapping[str, Check | None], outcome: Outcome) -> None:
    from nbformat.v4 import new_output

    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in checks:
            said = "The notebook could not be read."
            cell.outputs = [new_output("error", ename="Unreadable", evalue="", traceback=[said])]
            outcome.person[grade_id] = "nothing could be read"


def sanitise(nb: Any) -> Any:
    """The graded notebook made safe to look at; the instructor's locked cells stay as they are."""
    owned = [cell.metadata.get("nbgrader", {}) for cell in nb.cells]
    return clean_notebook(nb, {meta["grade_id"] for meta in owned if meta.get("locked")})


def status_line(
    outcome: Outcome,
    student: str,
    assignment: str,
    notebook: str,
    score: float | None,
    max_score: float | None,
) -> status.Status:
    """The line of the status file for this outcome, stamped with the versions it was graded by."""
    from datetime import UTC, datetime

    reason = outcome.reason
    if outcome.digest:
        reason += f" (kept as {status.kept_name(student, assignment, notebook, outcome.digest)})"
    return status.Status(
        student=student,
        assignment=assignment,
        notebook=notebook,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        status=outcome.status,
        reason=reason,
        score=score,
        max_score=max_score,
        package=status.package_version(),
        records=outcome.records,
        verdicts=outcome.verdicts,
        confinement=outcome.confinement,
        seconds=outcome.seconds,
    )
