"""All attackers and their honest twins as one class, graded in one run by the course's own commands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graders.referee.probe import probe
from matcalc_ref import weave
from tests.attacks.books import RIGHT, WRONG, Style
from tests.attacks.harness import ASSIGNMENT, FULL, IDS, fingerprint, lay_out, original, submission
from tests.attacks.table import ATTACKS

pytestmark = pytest.mark.confinement
ALL = os.environ.get("MATCALC_ATTACK") == "all"
# in the usual run, those that work on files, cells and nbgrader's machinery; what works on a player alone is
# tried in test_attack
FEW = """
skip-tag faked-outputs shadow-kernel link-to-source reads-source writes-gradebook os-exit script
deleted-checks copied-checks renamed-checks more-points version-99 no-metadata edited-checks ungraded-checks
forged-messages published-result
""".split()
CONFIG = """
from graders.classroom.config import configure

c = get_config()
c.CourseDirectory.course_id = "attacks"
configure(c)
c.RefereeExecute.cell_seconds = 4
"""


def _styles() -> list[Style]:
    return [style for style in ATTACKS if ALL or style.name in FEW]


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run([sys.executable, "-m", *words], cwd=folder, env=environment, capture_output=True,
                          text=True, timeout=1500, check=False)  # fmt: skip


def make_class(course: Path) -> dict[str, tuple[Style, bool]]:
    """A course with a submission for every style, wrong and honest; returns who is who."""
    (course / "source" / ASSIGNMENT).mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(CONFIG)
    (course / "source" / "KEY.txt").write_text("LEAKEDKEY")
    book: dict[str, Any] = {
        "cells": original(),
        "metadata": weave.METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(book))
    done = _run(course, "nbgrader", "generate_assignment", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    released = {
        cell["id"]: cell
        for cell in json.loads((course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text())["cells"]
    }
    who = {}
    for number, style in enumerate(_styles()):
        for honest in (False, True):
            if honest and style.only_wrong:
                continue
            student = f"s{number:03d}{'h' if honest else 'w'}"
            who[student] = (style, honest)
            folder = course / "submitted" / student / ASSIGNMENT
            lay_out(style, folder, course)
            notebook = submission(style, RIGHT if honest else WRONG, course)
            for cell in notebook["cells"]:  # what nbgrader adds on release: checksums
                owned = cell["metadata"].get("nbgrader")
                if owned and cell["id"] in released:
                    owned.setdefault("checksum", released[cell["id"]]["metadata"]["nbgrader"]["checksum"])
            (folder / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(notebook))
    return who


def scores(course: Path) -> dict[str, float]:
    """Each student's points."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {
            submission.student.id: submission.score for submission in book.assignment_submissions(ASSIGNMENT)
        }


def check_class(course: Path, who: dict[str, tuple[Style, bool]], before: dict[str, str]) -> None:
    got = scores(course)
    unjust = {
        (style.name, "honest" if honest else "wrong"): got.get(student)
        for student, (style, honest) in who.items()
        if got.get(student) != (FULL if honest else 0)
    }
    assert not unjust
    lines = (course / ".matcalc" / "status.jsonl").read_text().splitlines()
    last = {line["student"]: line for line in map(json.loads, lines)}
    assert set(last) == set(who)
    for student, (style, _) in who.items():
        ended = last[student]["status"]
        assert ended in ("graded", "repaired", "stopped"), (style.name, last[student])
        assert (ended == "graded") == (last[student]["reason"] == ""), (style.name, last[student])
    assert fingerprint(course / "source") == before
    for path in (course / "autograded").rglob("*"):
        assert not path.is_symlink()
        if path.suffix == ".ipynb":
            assert "LEAKEDKEY" not in path.read_text()
            outputs = [cell.get("outputs", []) for cell in json.loads(path.read_text())["cells"]]
            assert "<script" not in json.dumps(outputs) and "application/javascript" not in json.dumps(
                outputs
            )
            assert path.stat().st_size < 12_000_000


def test_attack_class_matcalc_grade(tmp_path: Path) -> None:
    """`matcalc grade`, two workers."""
    if not probe("warm").works and not probe("bubblewrap").works:
        pytest.skip("no confinement here")
    course = tmp_path / "course"
    who = make_class(course)
    before = fingerprint(course / "source")
    done = _run(course, "graders.cli", "grade", ASSIGNMENT, "--workers", "2", "--json")
    assert done.returncode in (0, 1) and json.loads(done.stdout)["graded"] == len(who), done.stderr
    check_class(course, who, before)
    assert len(IDS) * len(who) == _judged(course)


def _judged(course: Path) -> int:
    lines = map(json.loads, (course / ".matcalc" / "status.jsonl").read_text().splitlines())
    return sum(len(line["verdicts"]) for line in lines)


def test_attack_class_autograde(tmp_path: Path) -> None:
    """`nbgrader autograde` with our configuration."""
    if not probe("warm").works and not probe("bubblewrap").works:
        pytest.skip("no confinement here")
    course = tmp_path / "course"
    who = make_class(course)
    if not ALL:
        for student in list(who)[12:]:
            del who[student]
            shutil.rmtree(course / "submitted" / student)
    before = fingerprint(course / "source")
    done = _run(course, "nbgrader", "autograde", ASSIGNMENT)
    assert done.returncode == 0, done.stderr[-3000:]
    check_class(course, who, before)
