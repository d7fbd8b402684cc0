"""`matcalc grade` where nbgrader's own run is not the measure: regrades, resubmissions, lateness, manners."""

from __future__ import annotations

import io
import json
import os
import pty
import resource
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from graders.classroom import status
from graders.classroom.command import run
from graders.classroom.course import Course
from graders.classroom.crew import Crew
from graders.classroom.demo import Classroom
from graders.classroom.recording import Book
from graders.classroom.run import Run
from tests.classroom import hands
from tests.classroom.rows import rows


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A course with three who handed in, graded once."""
    room = hands.course_with(tmp_path_factory.mktemp("grade"), ada="right", ben="layout", cy="blank")
    code, summary = grade(room.course)
    assert (code, summary["graded"]) == (0, 3)
    return room


def grade(course: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """The command, in this process: what it imports is here already."""
    here = Path.cwd()
    named = {option.removeprefix("--"): True for option in options}
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            code = run("A05", course=course, workers=1, as_json=True, **named)
    finally:
        os.chdir(here)
    return code, json.loads(said.getvalue())


def total(course: Path, student: str) -> float:
    return sum(
        row[3] if row[3] is not None else row[2] or 0
        for row in rows(course / "gradebook.db")["grade"]
        if row[0] == student
    )


def book(course: Path) -> Any:
    from nbgrader.api import Gradebook

    return Gradebook(f"sqlite:///{course}/gradebook.db")


def test_several_assignments_are_graded_by_one_command(tmp_path: Path) -> None:
    room = Classroom(tmp_path)
    room.make()
    source = Path(__file__).parents[2] / "source"
    shutil.copytree(source / "Q01", room.course / "source" / "Q01")
    for assignment in ("Q01", "A05"):
        room.nbgrader("generate_assignment", assignment)
        released = room.course / "release" / assignment
        shutil.copytree(released, room.course / "submitted" / "ada" / assignment)
    command = [str(Path(sys.executable).with_name("matcalc")), "grade", "--json", "--workers", "1"]

    def said(*assignments: str) -> tuple[int, list[dict[str, Any]]]:
        done = subprocess.run(
            [*command, *assignments], cwd=room.course, capture_output=True, text=True, check=False
        )
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    code, summaries = said("Q01", "A13")  # nothing is graded where one is not known
    assert code == 2 and "no assignment A13" in summaries[0]["error"]
    code, summaries = said("Q01", "A05")
    assert code == 0 and [(one["assignment"], one["graded"]) for one in summaries] == [("Q01", 1), ("A05", 1)]
    assert (room.course / "autograded" / "ada" / "Q01" / "Q01.ipynb").is_file()
    assert said("A05", "Q01")[1][0]["graded"] == 0


def test_regrade_keeps_what_a_person_gave_and_tells_what_changed(released: Classroom) -> None:
    course = released.course
    with book(course) as gradebook:
        by_hand = gradebook.find_grade("A05-01-check", "A05", "A05", "cy")
        by_hand.manual_score = 0.25
        gradebook.find_comment("A05-01", "A05", "A05", "cy").manual_comment = "Come and see me."
        gradebook.find_grade("A05-02-check", "A05", "A05", "ada").auto_score = 0.0  # as an older key had it
        gradebook.db.commit()
    before = rows(course / "gradebook.db")
    assert grade(course)[1]["graded"] == 0  # nothing is graded again because of an upgrade
    assert rows(course / "gradebook.db") == before
    code, summary = grade(course, "--regrade")
    assert code == 1  # a score by hand is looked at again, as nbgrader has it
    assert summary["changed"] == [
        {"student": "ada", "notebook": "A05", "before": hands.FULL - 1, "after": hands.FULL}
    ]
    assert total(course, "cy") == 0.25 and total(course, "ada") == hands.FULL
    comments = {row[1]: row[3] for row in rows(course / "gradebook.db")["comment"] if row[0] == "cy"}
    assert comments["A05-01"] == "Come and see me."
    assert rows(Path(summary["backup"])) == before


def test_who_is_not_in_the_gradebook_is_graded_again(released: Classroom) -> None:
    """An older gradebook was put back, or a student was taken out of it by mistake."""
    before = rows(released.course / "gradebook.db")["grade"]
    with book(released.course) as gradebook:
        gradebook.remove_student("ada")
    _, summary = grade(released.course)
    assert (summary["graded"], summary["skipped"]) == (1, 2)
    assert total(released.course, "ada") == hands.FULL
    assert rows(released.course / "gradebook.db")["grade"] == before
    assert grade(released.course)[1]["graded"] == 0


def test_a_new_submission_is_graded_again(released: Classroom) -> None:
    course = released.course
    folder = course / "submitted" / "ben" / "A05"
    text = hands.released(course)
    (folder / "A05.ipynb").write_text(hands.answered(text), encoding="utf-8")
    assert grade(course)[1]["graded"] == 0  # the time stamp decides, as for nbgrader
    (folder / "timestamp.txt").write_text("2026-11-21 10:00:00 UTC")
    _, summary = grade(course, "--feedback")
    assert (summary["graded"], summary["skipped"], summary["pages"]) == (1, 2, 3)  # none of an old attempt
    assert total(course, "ben") == hands.FULL


@pytest.mark.parametrize(
    ("place", "resumed"), [("progress.Progress.tell", 1), ("run.Run.publish", 0)]
)  # the second is between the gradebook and the journal
def test_a_regrade_that_is_stopped_goes_on_and_tells_all_that_changed(
    released: Classroom, monkeypatch: pytest.MonkeyPatch, place: str, resumed: int
) -> None:
    course = released.course
    with book(course) as gradebook:
        for student in ("ada", "ben"):  # as an older key had it
            gradebook.find_grade("A05-03-check", "A05", "A05", student).auto_score = 0.0
        gradebook.db.commit()

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"graders.classroom.{place}", stop)
        with pytest.raises(KeyboardInterrupt):
            grade(course, "--regrade")
    journal = course / ".matcalc" / "regrade-A05.jsonl"
    first = json.loads(journal.read_text().split("\n")[1])["backup"]
    _, summary = grade(course)  # it needs no reminder
    assert summary["graded"] == 3 - resumed and summary["resumed"] == resumed and summary["backup"] == first
    assert {change["student"] for change in summary["changed"]} == {"ada", "ben"}
    assert not journal.exists() and grade(course)[1]["graded"] == 0
    assert total(course, "ada") == hands.FULL


def test_lateness_is_nbgraders(released: Classroom) -> None:
    course = released.course
    config = course / "course_settings.py"
    plain = config.read_text(encoding="utf-8")
    config.write_text(plain + "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n", encoding="utf-8")
    with book(course) as gradebook:
        gradebook.update_or_create_assignment("A05", duedate=datetime(2026, 11, 20, 9, 0))
    try:
        grade(course, "--regrade", "--feedback")
        found = {row[0]: row[3] for row in rows(course / "gradebook.db")["notebook"]}
        assert found == {student: total(course, student) for student in ("ada", "ben", "cy")}
        assert found["ada"] == hands.FULL
        page = course / "feedback" / "ada" / "A05" / "A05.html"
        assert "handed in late" in page.read_text(encoding="utf-8")
        with book(course) as gradebook:
            gradebook.grant_extension("A05", "ada", days=2)
        grade(course, "--regrade")
        assert {row[0]: row[3] for row in rows(course / "gradebook.db")["notebook"]}["ada"] is None
    finally:
        config.write_text(plain, encoding="utf-8")
        with book(course) as gradebook:
            # nbgrader itself trips over an extension without a due date
            gradebook.update_or_create_submission("A05", "ada", extension=None)
            gradebook.update_or_create_assignment("A05", duedate=None)


def test_a_due_date_that_moves_while_a_run_goes_on_counts_from_then_on(released: Classroom) -> None:
    course, here, crew = released.course, Path.cwd(), Crew(1)
    config = course / "course_settings.py"
    plain = config.read_text(encoding="utf-8")
    config.write_text(plain + "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n", encoding="utf-8")
    text = hands.released(course)
    try:
        open_course = Course(course)
        writer = Book(open_course)
        try:
            work = Run(open_course, writer, crew, "A05")
            for student, due in (("dora", None), ("emil", datetime(2026, 11, 20, 9, 0))):
                hands.submit_directly(course, student, hands.answered(text))
                with book(course) as gradebook:
                    gradebook.update_or_create_assignment("A05", duedate=due)
                work.all(work.due())
        finally:
            writer.close()
        found = {row[0]: row[3] for row in rows(course / "gradebook.db")["notebook"]}
        assert (found["dora"], found["emil"]) == (None, hands.FULL)
    finally:
        crew.close()
        os.chdir(here)
        config.write_text(plain, encoding="utf-8")
        with book(course) as gradebook:
            gradebook.update_or_create_assignment("A05", duedate=None)
            for student in ("dora", "emil"):
                gradebook.remove_submission("A05", student)
                gradebook.remove_student(student)
        for student in ("dora", "emil"):
            for step in ("submitted", "autograded"):
                shutil.rmtree(course / step / student, ignore_errors=True)


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("A99", "the gradebook knows no assignment A99"),
        ("A04", "nbgrader generate_assignment A04"),
        ("A06", "the gradebook knows no notebook of A06; run: nbgrader generate_assignment A06"),
    ],
)
def test_an_unknown_assignment_is_one_sentence(released: Classroom, assignment: str, said: str) -> None:
    with book(released.course) as gradebook:
        gradebook.update_or_create_assignment("A06", duedate=datetime(2026, 12, 1))
    command = [sys.executable, "-m", "graders.cli", "grade", assignment, "--workers", "1"]
    done = subprocess.run(command, cwd=released.course, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


def test_no_course_is_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "graders.cli", "grade", "A05", "--workers", "1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and "is no course folder" in done.stderr


def test_a_terminal_gets_a_bar_and_a_report(released: Classroom) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "graders.cli", "grade", "A05", "--workers", "1", "--regrade"]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    process = subprocess.Popen(command, cwd=released.course, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    process.wait(60)
    os.close(ours)
    text = shown.decode(errors="replace")
    assert "━" in text and "3 graded in" in text and "confinement" in text


def test_the_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = status.course_secret(tmp_path)
    assert len(first) == 32 and status.course_secret(tmp_path) == first
    assert (tmp_path / ".matcalc" / "secret").stat().st_mode & 0o077 == 0
    assert list((tmp_path / ".matcalc").iterdir()) == [tmp_path / ".matcalc" / "secret"]


def line(student: str, **changes: Any) -> status.Status:
    return status.Status(student, "A05", "A05", "now", changes.pop("status", "graded"), **changes)


def test_the_status_file_survives_a_crash(tmp_path: Path) -> None:
    status.append(tmp_path, [line("ada"), line("ben", status="person")])
    path = tmp_path / ".matcalc" / "status.jsonl"
    path.write_text(path.read_text() + '{"student": "cy", "assig')
    status.append(tmp_path, [line("ada", score=2.0), line("dot")])
    found = [(one.student, one.score, one.needs_person) for one in status.history(tmp_path)]
    before = line("ada").score
    assert found == [
        ("ada", before, False),
        ("ben", before, True),
        ("ada", 2.0, False),
        ("dot", before, False),
    ]


def test_a_status_that_the_disk_has_no_room_for_is_an_error(tmp_path: Path) -> None:
    status.append(tmp_path, [line("ada")])
    size = (tmp_path / ".matcalc" / "status.jsonl").stat().st_size
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, most[1]))
    try:
        with pytest.raises(OSError):
            status.append(tmp_path, [line("ben"), line("cy")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    status.append(tmp_path, [line("ben")])
    assert [one.student for one in status.history(tmp_path)] == ["ada", "ben"]


def test_the_formgraders_button_works_inside_its_event_loop(
    released: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.auth import Authenticator

    from graders.classroom.course import Course

    monkeypatch.chdir(released.course)
    course = Course(released.course)

    async def press() -> dict[str, Any]:
        authenticator = Authenticator(config=course.config)
        api = NbGraderAPI(coursedir=course.folders, authenticator=authenticator, config=course.config)
        return api.autograde("A05", "ada")

    result = asyncio.run(press())
    assert result["success"], result
    assert total(released.course, "ada") == hands.FULL
