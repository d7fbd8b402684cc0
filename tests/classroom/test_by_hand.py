"""An answer in words, from release to feedback: a person gives its points, and they stay."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.classroom.demo import Classroom
from tests.classroom import hands

ID = "A07-16"
WORDS = "Numbers may be swapped; matrices may not.\n\n<script>alert(1)</script> $AB\\ne BA$"
CLASS: dict[str, Callable[[dict[str, Any]], None]] = {
    "writes": hands.put(ID, WORDS),
    "retypes": lambda book: hands.cell(book, ID).update(
        source=WORDS, cell_type="code", outputs=[], execution_count=None
    ),
    "poor": hands.put(ID, "Because."),
    "silent": lambda book: None,
    "deletes": hands.drop(ID),
    "pastes": lambda book: pasted(book, {"nbgrader": hands.cell(book, ID)["metadata"]["nbgrader"]}),
    "below": lambda book: pasted(book, {}),
}
PERSON = {"writes", "retypes", "poor", "deletes", "pastes", "below"}


def pasted(book: dict[str, Any], metadata: dict[str, Any]) -> None:
    """The answer in a cell of its own, the one that was made for it left as it is."""
    at = book["cells"].index(hands.cell(book, ID))
    own = {"cell_type": "markdown", "id": "pasted", "metadata": metadata, "source": WORDS}
    book["cells"].insert(at + 1, own)


def submit(course: Path) -> None:
    text = (course / "release" / "A07" / "A07.ipynb").read_text(encoding="utf-8")
    for student, change in CLASS.items():
        book = json.loads(text)
        change(book)
        folder = course / "submitted" / student / "A07"
        folder.mkdir(parents=True)
        (folder / "A07.ipynb").write_text(json.dumps(book), encoding="utf-8")
        (folder / "timestamp.txt").write_text(hands.STAMP)
        (folder / "submission_secret.txt").write_text(student)


def gradebook(course: Path) -> Any:
    from nbgrader.api import Gradebook

    return Gradebook(f"sqlite:///{course / 'gradebook.db'}")


def grades(course: Path) -> dict[str, tuple[float | None, float | None, bool, float]]:
    with gradebook(course) as book:
        found = {student: book.find_grade(ID, "A07", "A07", student) for student in CLASS}
        return {
            s: (g.auto_score, g.manual_score, bool(g.needs_manual_grade), g.score) for s, g in found.items()
        }


def give(course: Path, student: str, points: float | None, comment: str = "") -> None:
    """What the formgrader does when somebody types points and a comment."""
    with gradebook(course) as book:
        grade = book.find_grade(ID, "A07", "A07", student)
        grade.manual_score, grade.needs_manual_grade = points, points is None
        book.find_comment(ID, "A07", "A07", student).manual_comment = comment or None
        book.db.commit()


def grade(course: Path, *more: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "graders.cli", "grade", "A07", "--workers", "1", "--json", *more]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=300)
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    room = Classroom(tmp_path_factory.mktemp("words"), assignment="A07")
    room.make()
    room.nbgrader("generate_assignment", "A07")
    submit(room.course)
    room.nbgrader("autograde", "A07")
    return room


def test_a_released_answer_cell_invites_words(room: Classroom) -> None:
    book = json.loads((room.course / "release" / "A07" / "A07.ipynb").read_text(encoding="utf-8"))
    cell = hands.cell(book, ID)
    assert cell["cell_type"] == "markdown" and "write your answer in place" in "".join(cell["source"])
    assert "In A06 every derivative is a number, and numbers" not in json.dumps(book)


def test_who_wrote_something_waits_for_a_person(room: Classroom) -> None:
    found = grades(room.course)
    assert found.pop("silent") == (0.0, None, False, 0.0)
    assert found == dict.fromkeys(PERSON, (None, None, True, 0.0))
    for student, line in room.statuses().items():
        assert line.status == ("person" if student in PERSON else "graded"), line
        assert ("waits for a person" in line.reason) == (student in PERSON - {"deletes", "below"})
    assert "may stand elsewhere" in room.statuses()["deletes"].reason
    assert "may stand in the cell below" in room.statuses()["below"].reason


def test_points_given_by_hand_stay_and_reach_the_feedback(room: Classroom) -> None:
    room.nbgrader("generate_feedback", "A07")
    pages = {s: room.course / "feedback" / s / "A07" / "A07.html" for s in CLASS}
    first = {s: section(path) for s, path in pages.items()}
    assert "Waits for a person" in first["writes"] and "<script" not in first["writes"]
    assert "No answer" in first["silent"]

    give(room.course, "writes", 2.5, "A good **example** is still missing.")
    give(room.course, "poor", 0.0)
    code, summary = grade(room.course, "--regrade", "--feedback")
    assert code == 1 and summary["needs_person"] == len(PERSON)  # nbgrader marks them for another look
    assert {row["student"] for row in summary["listed"]} == PERSON
    found = grades(room.course)
    assert found["writes"] == (None, 2.5, True, 2.5) and found["poor"][3] == 0
    assert not summary["changed"]
    give(room.course, "retypes", 3.0)
    code, summary = grade(room.course, "--feedback")  # what was given by hand since is on the page
    assert summary["graded"] == 0 and "3 of 3 points" in section(pages["retypes"])
    give(room.course, "retypes", None)
    for again in (False, True):
        if again:
            room.nbgrader("generate_feedback", "A07", "--force")
        else:
            grade(room.course, "--feedback", "--regrade")
        shown = {s: section(path) for s, path in pages.items()}
        assert "Partly right" in shown["writes"] and "2.5 of 3 points" in shown["writes"]
        assert "<strong>example</strong>" in shown["writes"] and "<math" in shown["writes"]
        assert "Not yet" in shown["poor"] and "Waits for a person" in shown["retypes"]


def section(path: Path) -> str:
    """The answer's own part of a page of feedback."""
    return path.read_text(encoding="utf-8").split(f'id="{ID}"')[1].split("</section>")[0]
