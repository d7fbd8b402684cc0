"""Kill it anywhere and run it again: the gradebook ends like that of an undisturbed run.

A short one always; with MATCALC_FAULTS=all (make faults) ten seeds of 25 kills over 300 submissions.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.classroom import hands
from tests.classroom.rows import rows

ALL = os.environ.get("MATCALC_FAULTS") == "all"
SUBMISSIONS, KILLS, SEEDS = (300, 25, range(10)) if ALL else (8, 3, range(1))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with everything handed in, answers that differ, and nothing graded."""
    kinds = ["right", "layout", "blank", "copied", "corrupt", "deleted", "schema", "warns"]
    students = {f"s{number:04}": kinds[number % len(kinds)] for number in range(SUBMISSIONS)}
    return hands.course_with(tmp_path_factory.mktemp("faults"), **students).course


@pytest.fixture(scope="module")
def undisturbed(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same course, graded in peace by one worker."""
    place = tmp_path_factory.mktemp("peace") / "course"
    shutil.copytree(course, place)
    done = grade(place, "--workers", "1")
    done.communicate(timeout=600)
    assert done.returncode == 1  # the corrupt ones
    return place


def grade(place: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "graders.cli", "grade", "A05", "--json", *options]
    return subprocess.Popen(
        command, cwd=place, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip


def family(pid: int) -> list[int]:
    """The grader's own processes below this one; the end of a player would count as its program's doing."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.readlink(entry / "ns/pid") != os.readlink("/proc/self/ns/pid"):
                    continue
                if (entry / "comm").read_text() == "bwrap\n":  # a player's own, though outside of it
                    continue
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def wearing(mark: str) -> list[int]:
    """The processes that were started with this mark in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def play(place: Path, seed: int, kills: int, mark: str) -> list[str]:
    """Grade with so many random kills: of the command, of workers, of whatever they run; then let it end."""
    chance = random.Random(seed)
    log = []
    running = grade(place, "--workers", "2", "--feedback", MATCALC_TEST_MARK=mark)
    while kills:
        time.sleep(chance.uniform(0.1, 2.5))
        if running.poll() is not None:
            running.communicate()
            if running.returncode in (0, 1):
                return log
            running = grade(place, "--workers", "2", "--feedback", MATCALC_TEST_MARK=mark)
            continue
        below = family(running.pid)
        victim = running.pid if chance.random() < 0.3 or not below else chance.choice(below)
        how = chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        try:
            os.kill(victim, how)
        except ProcessLookupError:
            continue
        kills -= 1
        log.append(f"{how.name} to {'the command' if victim == running.pid else 'a process below'}")
    running.communicate(timeout=600)
    while running.returncode not in (0, 1):
        running = grade(place, "--workers", "2", "--feedback", MATCALC_TEST_MARK=mark)
        running.communicate(timeout=600)
    return log


def graded(place: Path, student: str) -> Any:
    """A graded notebook, but for what confined it: where the server is killed again and again while it
    starts, bubblewrap takes its place, and the notebook says so.
    """
    notebook = json.loads((place / "autograded" / student / "A05" / "A05.ipynb").read_text(encoding="utf-8"))
    assert notebook["metadata"]["matcalc"].pop("confinement") in ("warm", "bubblewrap", "")
    return notebook


@pytest.mark.parametrize("seed", SEEDS)
def test_fault_anywhere_changes_nothing(course: Path, undisturbed: Path, tmp_path: Path, seed: int) -> None:
    place = tmp_path / "course"
    shutil.copytree(course, place)
    mark = f"mark-{uuid.uuid4().hex}"
    log = play(place, seed, KILLS, mark)
    for _ in range(2):  # what was set aside is tried again
        done = grade(place, "--workers", "2", "--feedback")
        done.communicate(timeout=600)
    expected, found = rows(undisturbed / "gradebook.db"), rows(place / "gradebook.db")
    for table in expected:
        assert found[table] == expected[table], (table, log)
    for student in sorted(
        path.name for path in (undisturbed / "autograded").iterdir() if path.name[0] == "s"
    ):
        assert graded(undisturbed, student) == graded(place, student), (student, log)
        assert (place / "feedback" / student / "A05" / "A05.html").is_file(), (student, log)
    assert not [path for path in place.rglob("*") if path.name.endswith((".part", "-part", "+old"))]
    deadline = time.monotonic() + 10
    while wearing(mark) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert wearing(mark) == [], log


def test_fault_of_nbgraders_own_run_is_made_good(course: Path, undisturbed: Path, tmp_path: Path) -> None:
    place = tmp_path / "course"
    shutil.copytree(course, place)
    notebook = place / "submitted" / "s0000" / "A05" / "A05.ipynb"
    handed_in = notebook.read_text(encoding="utf-8")
    notebook.write_text(hands.answered(handed_in, hands.put("A05-01", "import time; time.sleep(60)")))
    left = place / "autograded" / "s0000" / "A05" / "A05.ipynb"
    command = [sys.executable, "-m", "nbgrader", "autograde", "A05", "--student", "s0000"]
    running = subprocess.Popen(command, cwd=place, stderr=subprocess.DEVNULL, start_new_session=True)
    while not left.exists() and running.poll() is None:
        time.sleep(0.05)
    running.kill()
    running.wait()
    assert left.exists()
    notebook.write_text(handed_in, encoding="utf-8")
    done = grade(place, "--workers", "1", "--feedback")
    done.communicate(timeout=300)
    assert rows(place / "gradebook.db") == rows(undisturbed / "gradebook.db")
    page = (place / "feedback" / "s0000" / "A05" / "A05.html").read_text(encoding="utf-8")
    assert "Not yet" not in page


def test_fault_of_a_full_disk_is_said_and_nothing_is_lost(
    course: Path, undisturbed: Path, tmp_path: Path
) -> None:
    place = tmp_path / "course"
    shutil.copytree(course, place)
    # A file where a folder must go: every write of results fails, as on a full disk.
    (place / "autograded").write_text("in the way")
    done = grade(place, "--workers", "1")
    out, err = done.communicate(timeout=300)
    assert done.returncode == 2 and "Traceback" not in err
    assert json.loads(out)["error"]
    (place / "autograded").unlink()
    done = grade(place, "--workers", "2")
    out, _ = done.communicate(timeout=300)
    assert json.loads(out)["graded"] == SUBMISSIONS
    assert rows(place / "gradebook.db") == rows(undisturbed / "gradebook.db")


@pytest.mark.parametrize("damage", ["source/A05 is gone", ".autograded-part is in the way"])
def test_fault_of_the_course_is_not_blamed_on_its_students(course: Path, tmp_path: Path, damage: str) -> None:
    place = tmp_path / "course"
    shutil.copytree(course, place)
    name = damage.split()[0]
    if "gone" in damage:
        (place / name).rename(place / "elsewhere")
    else:
        (place / name).write_text("")
    done = grade(place, "--workers", "1")
    out, err = done.communicate(timeout=300)
    assert done.returncode == 2 and f"/{name}" in json.loads(out)["error"] and "Traceback" not in err
    assert not (place / ".matcalc" / "status.jsonl").exists()


def test_fault_of_two_runs_at_once_is_refused(course: Path, tmp_path: Path) -> None:
    from graders.classroom.lock import Taken, only_one

    place = tmp_path / "course"
    shutil.copytree(course, place, ignore=shutil.ignore_patterns("s0*"))
    with only_one(place / ".matcalc" / "grade.lock"):
        done = grade(place, "--workers", "1")
        out, _ = done.communicate(timeout=120)
        assert done.returncode == 2 and "another run" in json.loads(out)["error"]
        with pytest.raises(Taken), only_one(place / ".matcalc" / "grade.lock"):
            pass


def test_fault_results_are_the_same_in_another_order(course: Path, undisturbed: Path, tmp_path: Path) -> None:
    place = tmp_path / "course"
    shutil.copytree(course, place)
    students = sorted(path.name for path in (place / "submitted").iterdir())
    for some in (students[::-3], students):  # a third of them first, then the rest
        away = place / "away"
        away.mkdir(exist_ok=True)
        for student in set(students) - set(some):
            shutil.move(place / "submitted" / student, away / student)
        done: Any = grade(place, "--workers", "2")
        done.communicate(timeout=300)
        for path in list(away.iterdir()):
            shutil.move(path, place / "submitted" / path.name)
    assert rows(place / "gradebook.db") == rows(undisturbed / "gradebook.db")
