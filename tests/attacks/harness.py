"""A notebook in some style through repair, player and judge, as in a grading run but without a gradebook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.classroom import grading
from graders.classroom.released import Released, ReleasedCell
from graders.referee import Limits
from matcalc_ref import weave
from matcalc_ref.catalogue import exercise
from tests.attacks.books import RIGHT, Book, Style

ASSIGNMENT = "A05"
IDS = tuple(RIGHT)
FULL = sum(exercise(id).points for id in IDS)
LIMITS = Limits(cell_seconds=2, notebook_seconds=40, call_seconds=1, memory=400, processes=40, scratch=64)
SECRET = b"a secret of the tests"


@dataclass
class Result:
    """What became of a notebook: nbgrader's points by grade_id, our verdicts, how it ended, the notebook."""

    points: dict[str, float]
    outcome: Any
    notebook: Any

    @property
    def total(self) -> float:
        return sum(self.points.values())


def original() -> Book:
    """The released cells."""
    cells = [weave.setup_cell(ASSIGNMENT)]
    for id in IDS:
        cells += weave.cells(exercise(id))
    return cells


def released() -> Released:
    """What the gradebook would say was released."""
    cells = []
    for cell in original():
        meta = cell["metadata"]["nbgrader"]
        flags = {name: meta[name] for name in ("locked", "grade", "solution", "task")}
        cells.append(
            ReleasedCell(name=cell["id"], cell_type=cell["cell_type"], source=cell["source"], checksum=None,
                         points=meta.get("points"), **flags)
        )  # fmt: skip
    return Released(ASSIGNMENT, ASSIGNMENT, tuple(cells))


def _code(id: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": id,
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def submission(style: Style, answers: Mapping[str, str], course: Path) -> dict[str, Any]:
    """The notebook that a student of this style hands in."""
    book = original()
    for cell in book:
        if cell["id"] in answers:
            cell["source"] = answers[cell["id"]]
        if cell["id"] == IDS[-1]:  # where all names are defined
            cell["source"] += "\n" + style.suffix
    first = [_code(f"before-{n}", source) for n, source in enumerate(style.cells(before=True))]
    last = [_code(f"after-{n}", source) for n, source in enumerate(style.cells(before=False))]
    book = [book[0], *first, *book[1:], *last]
    if style.tamper:
        book = style.tamper(book)
    text = json.dumps({"cells": book, "metadata": weave.METADATA, "nbformat": 4, "nbformat_minor": 5})
    return json.loads(text.replace("COURSE", json.dumps(str(course))[1:-1]))


def lay_out(style: Style, folder: Path, course: Path) -> None:
    """The files and links beside the notebook."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in style.files.items():
        (folder / name).write_text(text.replace("COURSE", str(course)))
    for name, target in style.links.items():
        (folder / name).symlink_to(target.replace("COURSE", str(course)))


def grade(style: Style, answers: Mapping[str, str], folder: Path, course: Path, players: Any) -> Result:
    """Grade it, as the classroom does between nbgrader's steps."""
    from nbgrader.utils import determine_grade

    lay_out(style, folder, course)
    data = json.dumps(submission(style, answers, course)).encode()
    given = released()
    notebook = grading.prepare(data, given)
    # a busy machine is no reason for a time-out where none is expected
    limits = LIMITS if "timeout" in style.status else LIMITS.having(cell_seconds=20, notebook_seconds=120)
    with players.player(folder, limits) as player:
        outcome = grading.judge_cells(notebook, given.checks, player, grading.default_judge(SECRET), limits)
    points = {}
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("grade"):
            score, most = determine_grade(cell)
            points[meta["grade_id"]] = most if score is None else score
    return Result(points, outcome, notebook)


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file below `folder` and what is in it."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
