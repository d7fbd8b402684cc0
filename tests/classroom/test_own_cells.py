"""Cells that an instructor adds by hand: nbgrader with our configuration and our own run agree on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graders.classroom import status
from graders.classroom.demo import Classroom
from tests.classroom import hands
from tests.classroom.rows import rows
from tests.classroom.test_grade import grade

OWN: dict[str, dict[str, Any]] = {  # by grade_id: nbgrader's metadata, and what is in the cell
    "task": {"task": True, "cell_type": "markdown", "source": """Draw it on paper, and hand that in.
### BEGIN MARK SCHEME
1 point for each axis
### END MARK SCHEME"""},
    "hidden": {"grade": True, "cell_type": "code", "source": """assert a05_01
### BEGIN HIDDEN TESTS
assert "eye" in a05_01
### END HIDDEN TESTS"""},
    "warns": {"grade": True, "cell_type": "code", "source": """import warnings
warnings.warn("only a warning")"""},
}  # fmt: skip


def added(name: str, cell_type: str, source: str, **owned: Any) -> dict[str, Any]:
    kind = {"grade": False, "solution": False, "locked": True, "task": False, "points": 3}
    owned = {**kind, **owned, "grade_id": name, "schema_version": 3, "cell_type": cell_type}
    cell = {"cell_type": cell_type, "id": name, "metadata": {"nbgrader": owned}, "source": source}
    return cell | ({"outputs": [], "execution_count": None} if cell_type == "code" else {})


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with such cells: ann is graded by `nbgrader autograde`, ben by `matcalc grade`."""
    room = Classroom(tmp_path_factory.mktemp("own"))
    room.make()
    source = room.course / "source" / "A05" / "A05.ipynb"
    book = json.loads(source.read_text(encoding="utf-8"))
    book["cells"] += [added(name, **cell) for name, cell in OWN.items()]
    source.write_text(json.dumps(book), encoding="utf-8")
    room.nbgrader("generate_assignment", "A05")
    text = hands.released(room.course)
    for student in ("ann", "ben"):
        hands.submit_directly(room.course, student, hands.answered(text))
    room.nbgrader("autograde", "A05", "--student", "ann")
    assert grade(room.course)[1]["graded"] == 1
    return room.course


def test_both_ways_of_grading_give_them_the_same_points(course: Path) -> None:
    found = {student: grades(course, student) for student in ("ann", "ben")}
    assert found["ann"] == found["ben"]
    assert found["ben"] == {"task": (None, None, None, 1), "hidden": (3.0, None, None, 0),
                            "warns": (3.0, None, None, 0)}  # fmt: skip


def test_what_was_hidden_is_not_said_to_have_been_changed(course: Path) -> None:
    released = hands.released(course)
    assert "HIDDEN" not in released and "each axis" not in released
    for line in status.history(course):
        assert "was put back" not in line.reason, line


def grades(course: Path, student: str) -> dict[str, tuple[Any, ...]]:
    """Of each of these cells: points by the machine and by hand, extra credit, whether a person is needed."""
    return {
        name: tuple(rest)
        for one, name, *rest in map(tuple, rows(course / "gradebook.db")["grade"])
        if one == student and name in OWN
    }
