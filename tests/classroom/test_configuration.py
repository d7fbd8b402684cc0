"""A course's configuration: what a slip in it, or a setting that replaces a step of ours, may not do."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from graders.classroom.course import examine
from graders.classroom.demo import Classroom, CommandFailed
from tests.classroom import hands
from tests.classroom.test_grade import grade


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A course with one who handed in."""
    return hands.course_with(tmp_path_factory.mktemp("configuration"), ben="right")


def test_without_our_hook_nothing_is_graded(released: Classroom) -> None:
    config = released.course / "course_settings.py"
    plain = config.read_text(encoding="utf-8")
    config.write_text(plain + "\nc.Autograde.pre_convert_hook = lambda **_: None\n", encoding="utf-8")
    try:
        with pytest.raises(CommandFailed, match="pre_convert_hook must stay"):
            released.nbgrader("autograde", "A05", "--force", "--student", "ben")
    finally:
        config.write_text(plain, encoding="utf-8")
    assert not (released.course / "autograded" / "ben" / "A05").exists()


def test_the_doctor_looks_at_the_course_as_well(
    released: Classroom, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(released.course)
    assert examine(released.course) == 0
    assert "keep every step of ours" in capsys.readouterr().out
    settings = released.course / "course_settings.py"
    plain = settings.read_text(encoding="utf-8")
    settings.write_text(plain + "\nc.Autograde.exporter_class = None\n", encoding="utf-8")
    try:
        assert examine(released.course) == 1
        assert "exporter_class must stay" in capsys.readouterr().out
    finally:
        settings.write_text(plain, encoding="utf-8")
    assert examine(released.course / "source") == 0  # no course folder
    assert examine(released.course / "nowhere") == 1


BROKEN = {  # which file, and what is wrong in it
    "a name that is not known": ("nbgrader_config.py", lambda text: text.replace("(c)", "(no_such_name)")),
    "settings with a syntax error": ("course_settings.py", lambda text: text + "\nc.Exchange.root = 'x\n"),
    "a step of ours replaced": (
        "course_settings.py",
        lambda text: text + "\nc.Autograde.autograde_preprocessors = ['nbgrader.preprocessors.Execute']\n",
    ),
    "seconds that are no number": (
        "course_settings.py",
        lambda text: text + "\nc.RefereeExecute.cell_seconds = 'abc'\n",
    ),
    "no seconds": ("course_settings.py", lambda text: text + "\nc.RefereeExecute.cell_seconds = 0\n"),
    "lines that are no number": (
        "course_settings.py",
        lambda text: text + "\nc.LimitOutput.max_lines = '7'\n",
    ),
    "seconds that are not a number at all": (
        "course_settings.py",
        lambda text: text + "\nc.RefereeExecute.cell_seconds = float('nan')\n",
    ),
    "files not to overwrite, as a list": (
        "course_settings.py",
        lambda text: text + "\nc.Autograde.exclude_overwriting = ['data.csv']\n",
    ),
    "a file not to overwrite, as a text": (
        "course_settings.py",
        lambda text: text + "\nc.Autograde.exclude_overwriting = {'A05': 'data.csv'}\n",
    ),
    "a late penalty that there is not": (
        "course_settings.py",
        lambda text: text + "\nc.LateSubmissionPlugin.penalty_method = 'half'\n",
    ),
    "settings that fail": ("course_settings.py", lambda text: text + "\n1 / 0\n"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_configuration_that_fails_stops_nbgrader_and_us(released: Classroom, case: str) -> None:
    name, change = BROKEN[case]
    config = released.course / name
    plain = config.read_text(encoding="utf-8")
    config.write_text(change(plain), encoding="utf-8")
    try:
        with pytest.raises(CommandFailed, match="Nothing was run"):
            released.nbgrader("autograde", "A05", "--force")
        code, told = grade(released.course)
        assert code == 2 and "configuration of" in told["error"] and "Traceback" not in told["error"]
    finally:
        config.write_text(plain, encoding="utf-8")


@pytest.mark.parametrize("damage", ["{bad", "{}", '{"cells": [1]}', "\xff"])
def test_an_instructors_notebook_that_is_broken_is_named(released: Classroom, damage: str) -> None:
    source = released.course / "source" / "A05" / "A05.ipynb"
    kept = source.read_bytes()
    source.write_bytes(damage.encode("latin-1"))
    try:
        code, told = grade(released.course)
        assert code == 2 and "source/A05/A05.ipynb is no notebook" in told["error"]
    finally:
        source.write_bytes(kept)


def test_a_gradebook_that_cannot_be_opened_is_named(released: Classroom, tmp_path: Path) -> None:
    settings = released.course / "course_settings.py"
    plain = settings.read_text(encoding="utf-8")
    other = tmp_path / "other.db"
    other.write_text("no database " * 100)
    settings.write_text(plain + f"\nc.CourseDirectory.db_url = 'sqlite:///{other}'\n", encoding="utf-8")
    try:
        code, told = grade(released.course)
        assert code == 2 and str(other) in told["error"] and "Traceback" not in told["error"]
    finally:
        settings.write_text(plain, encoding="utf-8")


def test_no_player_sees_where_the_gradebook_lies() -> None:
    from traitlets.config import Config

    from graders.classroom.exchange import private
    from graders.referee.view import make_view

    c = Config()
    c.CourseDirectory.db_url = f"sqlite:///{sysconfig.get_path('stdlib')}/json/gradebook.db"
    folder = os.path.realpath(os.path.join(sysconfig.get_path("stdlib"), "json"))
    assert folder in private(c) and folder in map(os.path.realpath, make_view(private(c)).emptied)


def test_nbgrader_finds_its_helpers_where_no_environment_is_activated(released: Classroom) -> None:
    command = [sys.executable, "-m", "nbgrader", "db", "student", "list", "--db=sqlite:///new.db"]
    plain = {**os.environ, "PATH": os.defpath}
    done = subprocess.run(command, cwd=released.course, env=plain, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and (released.course / "new.db").exists(), done.stderr


# What a grader is run as: without root's right to read whatever it likes.
ORDINARY = """
import contextlib, os, sys
from graders.referee import linux
for right in (1, 2):
    with contextlib.suppress(OSError):
        linux.prctl(linux.PR_CAPBSET_DROP, right)
os.execv(sys.executable, [sys.executable, "-m", *sys.argv[1:]])
"""


def test_a_notebook_that_may_not_be_read_is_not_taken_for_a_missing_one(released: Classroom) -> None:
    folder = hands.submit_directly(released.course, "may", "{}")
    (folder / "A05.ipynb").chmod(0)
    command = [sys.executable, "-c", ORDINARY, "nbgrader", "autograde", "A05", "--student", "may"]
    done = subprocess.run(command, cwd=released.course, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "Permission denied" in done.stderr
    assert not (released.course / "autograded" / "may" / "A05").exists()


def test_without_our_configuration_nothing_is_graded(released: Classroom) -> None:
    config = released.course / "nbgrader_config.py"
    aside = config.rename(config.with_suffix(".aside"))
    try:
        code, told = grade(released.course)
        assert code == 2 and "calls `configure(c)`" in told["error"]
    finally:
        aside.rename(config)
