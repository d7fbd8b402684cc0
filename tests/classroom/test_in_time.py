"""Whether a submission came in time, where its time stamp does not say so."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from graders.classroom import status
from graders.classroom.exchange import handed_in
from tests.classroom import hands
from tests.classroom.rows import rows

DUE, LATE = datetime(2026, 11, 10, 12, 0), "2026-11-20 10:00:00 UTC"
COUNTS = f"it counts as handed in at {LATE}"
# The time stamp; whether the exchange knows of it; its status and a word of the reason; whether points go.
STAMPS: dict[str, tuple[str | None, bool, str, str, bool]] = {
    "early": ("2026-11-01 10:00:00 UTC", False, "graded", "", False),
    "late": (LATE, False, "graded", "", True),
    "lost": (None, False, "person", "no readable time stamp, and there is a due date", False),
    "lost-known": (None, True, "repaired", f"it had no time stamp; {COUNTS}", True),
    "odd": ("20 Nov, sorry", False, "person", "put its time into timestamp.txt", False),
    "odd-known": ("20 Nov, sorry", True, "repaired", f"could not be read; {COUNTS}", True),
}


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One class, graded by both commands, each in a course of its own."""
    room = hands.course_with(tmp_path_factory.mktemp("time"), **dict.fromkeys(STAMPS, "right"))
    settings = room.course / "course_settings.py"
    settings.write_text(settings.read_text() + "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with gradebook(room.course) as book:
        book.update_or_create_assignment("A05", duedate=DUE)
    inbound = room.exchange / "matrix-calculus" / "inbound"
    for student, (stamp, known, *_) in STAMPS.items():
        path = room.course / "submitted" / student / "A05" / "timestamp.txt"
        path.unlink() if stamp is None else path.write_text(stamp)
        for number, time in enumerate(("2026-11-02 10:00:00 UTC", LATE, "never") if known else ()):
            (inbound / f"{student}+A05+{time}+{number}").mkdir(parents=True)
    twin = room.root / "twin"
    shutil.copytree(room.course, twin)
    room.nbgrader("autograde", "A05")
    assert grade(twin)[:2] == (1, len(STAMPS))
    return {"nbgrader": room.course, "matcalc": twin}


def gradebook(course: Path) -> Any:
    from nbgrader.api import Gradebook

    return Gradebook(f"sqlite:///{course / 'gradebook.db'}")


def grade(course: Path) -> tuple[int, int, int]:
    """The command's exit code, how many it graded, and how many wait for a person."""
    command = [sys.executable, "-m", "graders.cli", "grade", "A05", "--workers", "1", "--json"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=300)
    said = json.loads(done.stdout)
    return done.returncode, said["graded"], said["waiting"]


@pytest.mark.parametrize("student", STAMPS)
@pytest.mark.parametrize("way", ["nbgrader", "matcalc"])
def test_lateness_is_taken_from_the_exchange_or_left_to_a_person(
    rooms: dict[str, Path], way: str, student: str
) -> None:
    _, _, expected, reason, goes = STAMPS[student]
    line = [one for one in status.history(rooms[way]) if one.student == student][-1]
    assert line.status == expected and reason in line.reason and bool(line.reason) == bool(reason)
    assert line.score == hands.FULL
    found = rows(rooms[way] / "gradebook.db")
    assert {row[0]: row[3] for row in found["notebook"]}[student] == (hands.FULL if goes else None)
    assert sum(row[5] for row in found["grade"] if row[0] == student) == (expected == "person")


def test_both_ways_write_the_same_rows(rooms: dict[str, Path]) -> None:
    one, other = (rows(course / "gradebook.db") for course in rooms.values())
    for table in one:
        assert one[table] == other[table], table


def test_a_time_that_a_person_puts_there_is_taken(rooms: dict[str, Path]) -> None:
    course = rooms["matcalc"]
    assert grade(course) == (1, 0, 2)
    for student in ("lost", "odd"):
        (course / "submitted" / student / "A05" / "timestamp.txt").write_text(LATE)
    assert grade(course) == (0, 2, 0)
    late = {row[0]: row[3] for row in rows(course / "gradebook.db")["notebook"]}
    assert late["lost"] == late["odd"] == hands.FULL
    assert grade(course) == (0, 0, 0)


def test_names_are_no_patterns(tmp_path: Path) -> None:
    from traitlets.config import Config

    config = Config({"Exchange": {"root": str(tmp_path)}, "CourseDirectory": {"course_id": "c"}})
    assert handed_in(config, "ada", "A05") == ""
    for name in ("ada+A05+2026-11-02 10:00:00 UTC+1", "[a]+b+A05+2026-11-03 10:00:00 UTC", "ada+A05+x+1"):
        (tmp_path / "c" / "inbound" / name).mkdir(parents=True)
    assert handed_in(config, "ada", "A05") == "2026-11-02 10:00:00 UTC"
    assert handed_in(config, "[a]+b", "A05") == "2026-11-03 10:00:00 UTC"
    assert handed_in(config, "*", "A05") == ""
