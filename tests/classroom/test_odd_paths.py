"""Submissions whose names and paths are odd: each is graded as far as it can be, and the others as ever."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.coursedir import CourseDirectory

from graders.classroom import status
from graders.classroom.demo import Classroom
from graders.classroom.exchange import CollectNoLinks
from graders.classroom.folder import brought_along, set_aside, tidy
from tests.classroom import hands

LONG = "x" * 249
ACTS = "\x1b]0;title\x07\x1b[2JA05\nzz graded\u202e"


def deep(folder: Path, length: int) -> None:
    """A file whose path has so many characters."""
    place = os.open(folder, os.O_RDONLY)
    used = len(str(folder))
    while length - used > 250:
        os.mkdir("d" * 200, dir_fd=place)
        place, before = os.open("d" * 200, os.O_RDONLY, dir_fd=place), place
        os.close(before)
        used += 201
    os.close(os.open("f" * (length - used - 1), os.O_CREAT, dir_fd=place))
    os.close(place)


def renamed(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "A05.ipynb").rename(folder / name) and None


def folder_instead(folder: Path) -> None:
    (folder / "data" / "x.csv").mkdir(parents=True)
    (folder / "data" / "x.csv" / "own.txt").write_text("mine")


def two_in_the_way(folder: Path) -> None:
    renamed("b.ipynb")(folder)
    (folder / "A05.ipynb").mkdir()
    (folder / "A05.ipynb-folder").mkdir()
    (folder / "A05.ipynb-folder" / "own.txt").write_text("mine")


# What is odd about a submission, and a word of the reason.
ODD: dict[str, tuple[Callable[[Path], None], str]] = {
    "acts": (renamed(f"{ACTS}.ipynb"), r"\x1b]0;title\x07\x1b[2JA05\nzz graded\u202e.ipynb was taken for it"),
    "alike": (lambda folder: None, ""),
    "deep": (lambda folder: deep(folder, 4090), "left out, as its path is too long: ddd"),
    "file": (
        lambda folder: (folder / "data").write_text("mine") and None,
        "data was a file and is now data-file",
    ),
    "folder": (folder_instead, "data/x.csv was a folder and is now x.csv-folder"),
    "long": (renamed(f"{LONG}.ipynb"), f"{LONG}.ipynb was taken for it"),
    "two": (two_in_the_way, "A05.ipynb was a folder and is now A05.ipynb-folder-2"),
    "unlike": (lambda folder: None, ""),
}


FEW = ("acts", "file", "long", "two")  # who is graded by nbgrader's command too


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """One class, graded by `matcalc grade`, and a copy of it by nbgrader's own command."""
    room = Classroom(tmp_path_factory.mktemp("odd"))
    room.make()
    (room.course / "source" / "A05" / "data").mkdir()
    (room.course / "source" / "A05" / "data" / "x.csv").write_text("1,2\n")
    room.nbgrader("generate_assignment", "A05")
    text = hands.released(room.course)
    for student in ODD:
        hands.submit_directly(room.course, student, hands.answered(text))
    twin = room.root / "twin"
    shutil.copytree(room.course, twin)
    for course in (room.course, twin):
        for student, (change, _) in ODD.items():
            change(course / "submitted" / student / "A05")
            if course == room.course and student not in FEW:
                shutil.rmtree(course / "submitted" / student)
    command = [sys.executable, "-m", "graders.cli", "grade", "A05", "--workers", "1", "--feedback", "--json"]
    done = subprocess.run(command, cwd=twin, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and json.loads(done.stdout)["graded"] == len(ODD), done.stderr
    room.nbgrader("autograde", "A05")
    room.nbgrader("generate_feedback", "A05")
    return room.course, twin


WAYS = [*(("matcalc", student) for student in ODD), *(("nbgrader", student) for student in FEW)]


@pytest.mark.parametrize(("way", "student"), WAYS)
def test_it_is_graded_and_says_what_was_odd(rooms: tuple[Path, Path], way: str, student: str) -> None:
    course = rooms[way == "matcalc"]
    line = [one for one in status.history(course) if one.student == student][-1]
    reason = ODD[student][1]
    assert reason in line.reason and bool(line.reason) == bool(reason)
    assert line.score == hands.FULL and line.reason.isprintable()
    assert (course / "autograded" / student / "A05" / "data" / "x.csv").read_text() == "1,2\n"
    assert (course / "feedback" / student / "A05" / "A05.html").is_file()
    assert not list((course / "feedback" / student / "A05").glob("*.part"))


def test_a_page_has_the_longest_name_that_a_student_may_choose(rooms: tuple[Path, Path]) -> None:
    for course in rooms:
        assert (course / "feedback" / "long" / "A05" / f"{LONG}.html").is_file()


def test_nothing_that_is_set_aside_is_lost(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "own"
    (source / "data").mkdir(parents=True)
    (source / "data" / "x.csv").write_text("")
    (source / "A05.ipynb").write_text("")
    folder.mkdir()
    for number in range(3):
        (folder / "data").write_text(str(number))
        assert set_aside(folder, brought_along(source))
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "data-file": "0",
        "data-file-2": "1",
        "data-file-3": "2",
    }


def test_collecting_passes_over_what_a_student_made_up(rooms: tuple[Path, Path], tmp_path: Path) -> None:
    course, exchange = rooms[0], tmp_path / "exchange"
    inbound = exchange / "matrix-calculus" / "inbound"
    for name in ("ada+A05+2026-11-20 10:00:00 UTC+x", "ada+A05+2026-11-20 11:00:00 UTC+y", "eve+A05+soon"):
        (inbound / name).mkdir(parents=True)
        (inbound / name / "A05.ipynb").write_text(name)
    (inbound / "mal+A05+2026-11-20 10:00:00 UTC+z").symlink_to(course / "source" / "A05")
    command = [sys.executable, "-m", "nbgrader", "collect", "A05", f"--Exchange.root={exchange}"]
    where = f"--CourseDirectory.submitted_directory={tmp_path / 'in'}"
    done = subprocess.run([*command, where], cwd=course, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    assert "Skipped, no time in its name: " in done.stderr and "eve+A05+soon" in done.stderr
    assert "Skipped, a link to elsewhere: " in done.stderr and "mal+A05" in done.stderr
    found = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.glob("in/*/*/*")}
    assert found == {"in/ada/A05/A05.ipynb": "ada+A05+2026-11-20 11:00:00 UTC+y"}


def test_a_student_hands_in_for_nobody_else(
    rooms: tuple[Path, Path],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "owner", lambda path: (path / "owner").read_text())
    course = CourseDirectory(course_id="odd", assignment_id="A05")
    course.db_url = f"sqlite:///{rooms[1]}/gradebook.db"
    given = (("acts", "acts", 10), ("acts", "long", 11), ("deep", "long", 10), ("two", "jovyan", 10))
    for student, owner, hour in given:
        folder = tmp_path / "odd" / "inbound" / f"{student}+A05+2026-11-20 {hour}:00:00 UTC+x"
        folder.mkdir(parents=True)
        (folder / "owner").write_text(owner)
    collect = CollectNoLinks(coursedir=course, log=logging.getLogger("collect"))
    collect.root = str(tmp_path)
    with caplog.at_level("ERROR"):
        collect.init_src()
    found = sorted((record["username"], record["timestamp"].hour) for record in collect.src_records)
    assert found == [("acts", 10), ("two", 10)]
    assert "Skipped, it belongs to long, a student too: " in caplog.text and "deep+A05" in caplog.text


def test_what_was_collected_stays_where_the_next_one_cannot_be(
    rooms: tuple[Path, Path], tmp_path: Path
) -> None:
    inbound = tmp_path / "exchange" / "matrix-calculus" / "inbound"
    names = {"ada": "a file of its own", "ben": "ben's first"}
    command = [
        sys.executable,
        "-m",
        "nbgrader",
        "collect",
        "A05",
        "--update",
        "--CourseDirectory.max_dir_size=9",
    ]
    places = [
        f"--Exchange.root={tmp_path / 'exchange'}",
        f"--CourseDirectory.submitted_directory={tmp_path / 'in'}",
    ]
    for hour, size in ((10, 1), (11, 20_000)):
        for student, text in names.items():
            folder = inbound / f"{student}+A05+2026-11-20 {hour}:00:00 UTC"
            folder.mkdir(parents=True)
            (folder / "timestamp.txt").write_text(f"2026-11-20 {hour}:00:00 UTC")
            (folder / "A05.ipynb").write_text(text * (size if student == "ben" else hour))
        done = subprocess.run([*command, *places], cwd=rooms[0], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
    assert "Skipped, too large (220 kB): " in done.stderr and "ben+A05" in done.stderr
    assert (tmp_path / "in" / "ben" / "A05" / "A05.ipynb").read_text() == names["ben"]
    assert (tmp_path / "in" / "ada" / "A05" / "A05.ipynb").read_text() == names["ada"] * 11


def test_collecting_passes_over_what_cannot_be_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    inbound, good = tmp_path / "ada+A05", tmp_path / "ben+A05"
    for folder in (inbound, good):
        folder.mkdir()
        (folder / "A05.ipynb").write_text("{}")
    deep(inbound, 5000)
    log = logging.getLogger("collect")
    collect = CollectNoLinks(coursedir=CourseDirectory(), log=log)
    with caplog.at_level("ERROR"):
        collect.do_copy(str(inbound), str(tmp_path / "ada"))
        collect.do_copy(str(good), str(tmp_path / "ben"))
    assert "Skipped, cannot be read (File name too long): " in caplog.text and "ada+A05" in caplog.text
    assert not (tmp_path / "ada").exists() and (tmp_path / "ben" / "A05.ipynb").is_file()
    subprocess.run(["rm", "-rf", str(inbound)], check=True)  # pytest cannot


@pytest.mark.parametrize("name", ["a.txt", "inner"])
def test_what_becomes_a_link_while_it_is_collected_is_not_followed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbound, other = tmp_path / "eve+A05", tmp_path / "other"
    for folder in (inbound / "inner", other):
        folder.mkdir(parents=True)
        (folder / "b.txt").write_text(folder.name)
    (inbound / "a.txt").write_text("mine")
    collect = CollectNoLinks(coursedir=CourseDirectory(groupshared=True), log=logging.getLogger("collect"))
    ordinary = collect._only_ordinary

    def swapped(filters: Any) -> Any:
        def ignore(folder: str, names: list[str]) -> list[str]:
            left = ordinary(filters)(folder, names)
            if name in names:
                (inbound / name).rename(tmp_path / "aside")
                (inbound / name).symlink_to(other if name == "inner" else other / "b.txt")
            return left

        return ignore

    monkeypatch.setattr(collect, "_only_ordinary", swapped)
    collect.do_copy(str(inbound), str(tmp_path / "eve"))
    texts = {path.read_text() for path in (tmp_path / "eve").rglob("*.txt")}
    assert texts == {"mine", "inner"} - {"mine" if name == "a.txt" else "inner"}
    assert (tmp_path / "eve").stat().st_mode & 0o2770 == 0o2770
    assert all(path.stat().st_mode & 0o660 == 0o660 for path in (tmp_path / "eve").rglob("*"))


def nested(folder: Path, count: int) -> None:
    """Folders in folders, so many."""
    (folder / "/".join("d" * count)).mkdir(parents=True)


def test_folders_in_folders_without_end_cost_their_owner_alone(rooms: tuple[Path, Path]) -> None:
    course = rooms[1]
    text = hands.released(course)
    for student, count in (("nest", 900), ("nest-some", 90), ("zoe", 1)):
        hands.submit_directly(course, student, hands.answered(text))
        nested(course / "submitted" / student / "A05", count)
    command = [sys.executable, "-m", "graders.cli", "grade", "A05", "--workers", "1", "--json"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1 and json.loads(done.stdout)["graded"] == 2, done.stderr
    last = {one.student: one for one in status.history(course)}
    assert (last["nest"].status, last["zoe"].score, last["nest-some"].score) == (
        "failed",
        hands.FULL,
        hands.FULL,
    )
    assert "cannot be read (folders in folders, too many: " in last["nest"].reason
    subprocess.run(["rm", "-rf", str(course / "submitted" / "nest")], check=True)  # pytest cannot


def many(folder: Path, count: int) -> None:
    """So many empty files."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}").touch()


def test_many_links_and_notebooks_are_told_in_few_words(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"{number}").symlink_to("x" * 4000)
        (tmp_path / f"{number}.ipynb").touch()
    notes = tidy(tmp_path, ["A05.ipynb"])
    assert len(" ".join(notes)) < 10_000 and "and 1980 more" in notes
    assert notes[-1].startswith("also handed in, and not graded: 0.ipynb, ")


@pytest.mark.parametrize(
    ("make", "count", "why"),
    [(nested, 900, "folders in folders, too many"), (many, 10_001, "more than 10,000 files")],
)
def test_collecting_passes_over_folders_in_folders_without_end(
    make: Any, count: int, why: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make(tmp_path / "ada+A05", count)
    collect = CollectNoLinks(coursedir=CourseDirectory(), log=logging.getLogger("collect"))
    with caplog.at_level("ERROR"):
        collect.do_copy(str(tmp_path / "ada+A05"), str(tmp_path / "ada"))
    assert f"Skipped, cannot be read ({why}): " in caplog.text
    assert not (tmp_path / "ada").exists()
    subprocess.run(["rm", "-rf", str(tmp_path / "ada+A05")], check=True)  # pytest cannot
