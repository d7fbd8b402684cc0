"""nbgrader's own commands, from release to fetched feedback, with our configuration and a difficult class."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graders.classroom.demo import Classroom
from graders.classroom.students import Student
from tests.classroom import hands
from tests.classroom.rows import rows
from tests.classroom.test_safety import hazards

OTHERS = {
    "linked": ("repaired", "was a link to", 0.0),
    "retitled": ("repaired", "A05 (1).ipynb was taken for it", 0.0),
    "timeless": ("repaired", "time stamp", 0.0),
    "endless": ("repaired", "time stamp", 0.0),
    "folders": ("repaired", "A05.ipynb was a folder and is now A05.ipynb-folder", 0.0),
    "old": ("repaired", "also handed in, and not graded: caf", 0.0),
    "nothing": ("unreadable", "no notebook of this name", hands.FULL),
}


@dataclass
class Played:
    """What is there after the whole loop."""

    room: Classroom
    said: str
    statuses: dict[str, Any]
    twin: Path
    summary: dict[str, Any]
    exit_code: int
    fetched: dict[str, Path | None]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """One class, graded twice: by `nbgrader autograde`, and in a copy of the course by `matcalc grade`."""
    room = Classroom(tmp_path_factory.mktemp("class"))
    room.make()
    room.release()
    through = {
        "gil": Student("gil", "right", lambda text, records: hands.answered(text)),
        "olga": Student("olga", "right", lambda text, records: hands.answered(text)),
        "otto": Student("otto", "layout", lambda text, records: hands.CHANGES["layout"][0](text)),
    }
    for student in through.values():
        room.hand_in(student)
    renamed = room.home("gil") / "A05"  # as browsers name what was downloaded twice
    (renamed / "A05.ipynb").rename(renamed / "A05 (1).ipynb")
    room.as_student("gil", "submit", "A05")
    inbound = next((room.exchange / "matrix-calculus" / "inbound").glob("otto+*"))
    (inbound / "answers.ipynb").symlink_to(room.course / "source" / "A05" / "A05.ipynb")
    room.nbgrader("collect", "A05")
    hands.submit_all(room.course)
    hands.keep_secret(room.course)
    twin = room.root / "twin"
    shutil.copytree(room.course, twin, symlinks=True, ignore=shutil.ignore_patterns("pipe"))

    said = room.nbgrader("autograde", "A05")
    statuses = dict(room.statuses())
    room.nbgrader("generate_feedback", "A05")
    room.nbgrader("release_feedback", "A05")
    fetched = {name: room.fetch_feedback(student) for name, student in through.items()}
    room.nbgrader("export", "--to", "grades.csv")

    command = [sys.executable, "-m", "graders.cli", "grade", "A05", "--workers", "2", "--feedback", "--json"]
    done = subprocess.run(command, cwd=twin, capture_output=True, text=True, timeout=300)
    assert done.stdout, done.stderr
    return Played(room, said, statuses, twin, json.loads(done.stdout), done.returncode, fetched)


EXPECTED = {
    **{name: (status, reason, lost) for name, (_, status, reason, lost) in hands.CHANGES.items()},
    **OTHERS,
    "gil": ("repaired", "A05 (1).ipynb was taken for it", 0.0),
    "olga": ("graded", "", 0.0),
    "otto": ("graded", "", 0.5),
}


@pytest.mark.parametrize("student", EXPECTED)
def test_each_submission_gets_its_status_its_reason_and_its_score(played: Played, student: str) -> None:
    status, reason, lost = EXPECTED[student]
    row = played.statuses[student]
    assert (row.status, row.score) == (status, hands.FULL - lost), row.reason
    assert reason in row.reason
    assert bool(row.reason) == (status != "graded")
    assert row.package and row.records["A05-01"] and row.confinement in ("warm", "bubblewrap", "")


def test_both_ways_of_grading_write_the_same_rows(played: Played) -> None:
    one, other = rows(played.room.course / "gradebook.db"), rows(played.twin / "gradebook.db")
    assert one.keys() == other.keys()
    for table in one:
        assert one[table] == other[table], table


def test_both_ways_write_the_same_notebooks_and_pages(played: Played) -> None:
    for student in ("right", "layout", "copied", "deleted", "corrupt"):
        for step, name in (("autograded", "A05.ipynb"), ("feedback", "A05.html")):
            paths = [course / step / student / "A05" / name for course in (played.room.course, played.twin)]
            one, other = (path.read_text(encoding="utf-8") for path in paths)
            assert one == other, paths


def test_matcalc_grade_sums_up(played: Played) -> None:
    summary = played.summary
    assert played.exit_code == 1  # some need a person
    assert summary["graded"] == len(EXPECTED) and summary["skipped"] == 0
    assert summary["needs_person"] == 3
    assert {row["student"] for row in summary["listed"] if row["status"] == "unreadable"} == {
        "corrupt",
        "nothing",
        "sheets",
    }
    assert summary["from_cache"] > summary["judged"] / 2
    again = [sys.executable, "-m", "graders.cli", "grade", "A05", "--json", "--workers", "1"]
    done = subprocess.run(again, cwd=played.twin, capture_output=True, text=True, timeout=300)
    told = json.loads(done.stdout)
    assert (done.returncode, told["graded"], told["waiting"]) == (1, 0, 3)  # nobody has been there yet


def test_the_students_file_is_never_lost(played: Played) -> None:
    course = played.room.course
    text = hands.released(course)
    for student, (change, *_) in hands.CHANGES.items():
        kept = (course / "submitted" / student / "A05" / "A05.ipynb").read_text(encoding="utf-8")
        assert kept == change(text), student
    kept = list((course / ".matcalc" / "kept" / "corrupt" / "A05").iterdir())
    assert [path.read_text(encoding="utf-8") for path in kept] == [hands.CHANGES["corrupt"][0](text)]


def test_nothing_leads_outside_a_submission(played: Played) -> None:
    course = played.room.course
    assert not [path for path in (course / "submitted").rglob("*") if path.is_symlink()]
    assert not [
        path for path in (course / "autograded" / "linked").rglob("*") if path.name in ("MARKER", "all")
    ]
    # A link that was put into the exchange by hand is not followed by `collect` either.
    assert not (course / "submitted" / "otto" / "A05" / "answers.ipynb").exists()


def test_confinement_is_in_force_and_not_only_configured(played: Played) -> None:
    for course in (played.room.course, played.twin):
        book = json.loads((course / "autograded" / "reads" / "A05" / "A05.ipynb").read_text(encoding="utf-8"))
        printed = "".join(hands.cell(book, "A05-02")["outputs"][0]["text"])
        assert "SEEN [] END" in printed


def test_a_warning_costs_nothing_and_is_shown(played: Played) -> None:
    page = (played.room.course / "feedback" / "warns" / "A05" / "A05.html").read_text(encoding="utf-8")
    assert "this is only a warning" in page


def test_partial_credit_and_message_come_together(played: Played) -> None:
    page = played.fetched["otto"]
    assert page is not None
    text = page.read_text(encoding="utf-8")
    assert "Partly right" in text and "0.5 of 1 point" in text
    verdict = played.statuses["otto"].verdicts["A05-06-check"]
    assert (verdict["outcome"], verdict["credit"]) == ("wrong", 0.5) and verdict["message"]


def test_everybody_gets_feedback_by_the_name_that_was_handed_in(played: Played) -> None:
    assert all(played.fetched.values()), played.fetched


def test_the_page_needs_no_network_and_runs_nothing(played: Played) -> None:
    for student in ("scripts", "right", "corrupt"):
        page = (played.room.course / "feedback" / student / "A05" / "A05.html").read_text(encoding="utf-8")
        head, body = page.split("</head>")
        assert hazards(body.replace("<body>", "")) == []
        assert set(hazards(head)) == {"meta", "style"}
        assert "Content-Security-Policy" in head and "url(" not in head
    assert (played.fetched["olga"] or Path()).read_text(encoding="utf-8").count("<math") > 20


def test_the_graded_notebook_is_safe_to_open(played: Played) -> None:
    text = (played.room.course / "autograded" / "scripts" / "A05" / "A05.ipynb").read_text(encoding="utf-8")
    book = json.loads(text)
    shown = [c for c in book["cells"] if c["cell_type"] != "code"]
    outputs = [o for c in book["cells"] if c["cell_type"] == "code" for o in c["outputs"]]
    assert not re.search(
        r"<script|<img|onclick", json.dumps([c["source"] for c in shown]) + json.dumps(outputs)
    )


def test_nothing_hidden_reaches_a_student(played: Played) -> None:
    outbound = (played.room.exchange / "matrix-calculus" / "outbound").rglob("*.*")
    released = "".join(path.read_text(encoding="utf-8") for path in outbound if path.is_file())
    keys = ["sum(x) eye(n) + x ones(n)^T", "z ones(n)^T", "5a5a5a"]
    for key in keys:
        assert key not in released
    blank = (played.room.course / "feedback" / "blank" / "A05" / "A05.html").read_text(encoding="utf-8")
    for key in [*keys, "check(&quot;", '"reference"', "evidence"]:
        assert key not in blank


def test_untouched_answers_are_no_response(played: Played) -> None:
    comments = {
        row[1]: row[2] for row in rows(played.room.course / "gradebook.db")["comment"] if row[0] == "blank"
    }
    assert comments and set(comments.values()) == {"No response."}


def test_export_has_everybody(played: Played) -> None:
    with (played.room.course / "grades.csv").open() as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert {student: scores[student] for student in EXPECTED} == {
        student: hands.FULL - lost for student, (_, _, lost) in EXPECTED.items()
    }
