"""`matcalc demo`: simulated students go through the whole loop of nbgrader, in a folder of its own."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graders.classroom import status
from graders.classroom.commands import run_here
from graders.classroom.students import CLASS, Student

COURSE = "matrix-calculus"
ASSIGNMENT = "A05"
PROJECT = Path(__file__).resolve().parents[2]
STUDENT_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = {course!r}
c.Exchange.root = {exchange!r}
"""


def _environment(folder: Path) -> dict[str, str]:
    """What keeps a person's Jupyter settings and submissions apart from everybody else's."""
    own = folder / ".jupyter"
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
    }


class CommandFailed(RuntimeError):
    """An nbgrader command ended with an error; the message holds what it said."""


@dataclass(frozen=True)
class Classroom:
    """A course folder, an exchange and the students' homes, all below one folder."""

    root: Path
    assignment: str = ASSIGNMENT
    log: list[str] = field(default_factory=list)
    students: ProcessPoolExecutor = field(
        default_factory=lambda: ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    )

    @property
    def course(self) -> Path:
        return self.root / "course"

    @property
    def exchange(self) -> Path:
        return self.root / "exchange"

    def home(self, student: str) -> Path:
        """A student's home; the fetched assignment lies in it."""
        return self.root / "students" / student

    def make(self, more: str = "") -> None:
        """The course with its source, an empty exchange, the configuration with `more` among its settings."""
        for folder in (self.course, self.exchange):
            folder.mkdir(parents=True)
        self.exchange.chmod(0o777)
        shutil.copytree(PROJECT / "source" / self.assignment, self.course / "source" / self.assignment)
        shutil.copy(PROJECT / "nbgrader_config.py", self.course)
        self.set(f"c.Exchange.root = {str(self.exchange)!r}\n{more}")

    def set(self, settings: str) -> None:
        """The course's own settings, beside its configuration."""
        text = f"c = get_config()\n{settings}\n"
        (self.course / "course_settings.py").write_text(text, encoding="utf-8")

    def enrol(self, student: str) -> Path:
        """A home for a student, with the configuration that a student has."""
        home = self.home(student)
        home.mkdir(parents=True)
        text = STUDENT_CONFIG.format(course=COURSE, exchange=str(self.exchange))
        (home / "nbgrader_config.py").write_text(text, encoding="utf-8")
        return home

    def nbgrader(self, *arguments: str) -> str:
        """Run an nbgrader command as the instructor. Raises CommandFailed."""
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(
            command, cwd=self.course, env={**os.environ, **_environment(self.course)},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        return self._noted(arguments, done.returncode, done.stdout + done.stderr)

    def as_student(self, student: str, *arguments: str) -> str:
        """Run an nbgrader command as a student, in the student's home. Raises CommandFailed.

        All students' commands run in one process, which loads nbgrader once.
        """
        home = self.home(student)
        work = self.students.submit(run_here, home, _environment(home), [*arguments, "--student", student])
        return self._noted([*arguments, "--student", student], *work.result(timeout=600))

    def _noted(self, arguments: Sequence[str], code: int, said: str) -> str:
        self.log.append(f"$ nbgrader {' '.join(arguments)}\n{said}")
        if code:
            raise CommandFailed(f"nbgrader {' '.join(arguments)} ended with an error:\n{said[-3000:]}")
        return said

    def enter_class(self) -> None:
        """The students' names into the gradebook."""
        rows = [f"{student.id},{','.join(student.name.split(' ', 1))}" for student in CLASS]
        names = self.course / "students.csv"
        names.write_text("\n".join(["id,first_name,last_name", *rows, ""]), encoding="utf-8")
        self.nbgrader("db", "student", "import", str(names))

    def release(self) -> None:
        """Generate the students' version and put it into the exchange."""
        self.nbgrader("generate_assignment", self.assignment)
        self.nbgrader("release_assignment", self.assignment)

    def hand_in(self, student: Student) -> None:
        """One student fetches, answers and submits."""
        from matcalc_ref.catalogue import assignments

        home = self.enrol(student.id)
        self.as_student(student.id, "fetch_assignment", self.assignment)
        path = home / self.assignment / f"{self.assignment}.ipynb"
        text = student.change(path.read_text(encoding="utf-8"), assignments()[self.assignment])
        path.write_text(text, encoding="utf-8")
        self.as_student(student.id, "submit", self.assignment)

    def fetch_feedback(self, student: Student) -> Path | None:
        """One student fetches the feedback; gives the page, None where there is none."""
        self.as_student(student.id, "fetch_feedback", self.assignment)
        pages = sorted((self.home(student.id) / self.assignment / "feedback").rglob("*.html"))
        return pages[-1] if pages else None

    def statuses(self) -> dict[str, status.Status]:
        """The last status line of every student."""
        return {line.student: line for line in status.history(self.course)}


def run(keep: Path | None = None) -> int:
    """Play the whole loop and print where to look. Returns the exit code."""
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    if not (PROJECT / "source").is_dir():
        console.print("The notebooks are no part of an installed package; run this in the project's folder.")
        return 2
    root = keep.resolve() if keep else Path(tempfile.mkdtemp(prefix="matcalc-demo-"))
    try:
        root.mkdir(parents=True, exist_ok=True)
        taken = any(root.iterdir())
    except OSError as problem:
        console.print(f"{root} cannot be used ({problem.strerror}); choose another folder.", markup=False)
        return 2
    if taken:
        console.print(f"{root} is not empty; choose another folder.", markup=False)
        return 2
    started = time.monotonic()
    room = Classroom(root)
    try:
        pages = play(room, console)
    except CommandFailed as failure:
        console.print(str(failure), style="red", markup=False)
        console.print(f"Everything so far is in {root}.", markup=False)
        return 1
    finally:
        room.students.shutdown()
        if room.log:
            (root / "commands.log").write_text("\n".join(room.log), encoding="utf-8")
    report(room, console, pages)
    console.print(f"\n{time.monotonic() - started:.0f} seconds. The project's own folder was not touched.")
    return 0


def play(room: Classroom, console: Any) -> dict[str, Path | None]:
    """Every step of the loop, with progress. Gives each student's page of feedback."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<44}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(1) as pool:

        def step(what: str, total: int, work: Callable[[Callable[[int], None]], Any]) -> Any:
            task = progress.add_task(what, total=total)
            result = work(lambda done: progress.update(task, completed=done))
            progress.update(task, completed=total)
            return result

        def each(work: Callable[[Any], Any]) -> Callable[[Callable[[int], None]], list[Any]]:
            def run_all(tick: Callable[[int], None]) -> list[Any]:
                found = []
                for student in CLASS:
                    found.append(work(student))
                    tick(len(found))
                return found

            return run_all

        def grade(tick: Callable[[int], None]) -> None:
            running = pool.submit(room.nbgrader, "autograde", room.assignment)
            while not running.done():
                tick(len(room.statuses()))
                time.sleep(0.3)
            running.result()

        def give_back(tick: Callable[[int], None]) -> None:
            room.nbgrader("generate_feedback", room.assignment)
            room.nbgrader("release_feedback", room.assignment)

        room.make("c.RefereeExecute.cell_seconds = 5")  # one of the class loops for ever
        step("the class into the gradebook", 1, lambda _: room.enter_class())
        step("generate_assignment, release_assignment", 1, lambda _: room.release())
        step("each student: fetch, answer, submit", len(CLASS), each(room.hand_in))
        step("collect", 1, lambda _: room.nbgrader("collect", room.assignment))
        step("autograde", len(CLASS), grade)
        step("generate_feedback, release_feedback", 1, give_back)
        found = step("each student: fetch_feedback", len(CLASS), each(room.fetch_feedback))
        step("export", 1, lambda _: room.nbgrader("export", "--to", "grades.csv"))
    return {student.id: page for student, page in zip(CLASS, found, strict=True)}


def mistakes(verdicts: Mapping[str, Any]) -> list[str]:
    """The mistakes that were recognised in a submission, in order, each once."""
    found: dict[str, None] = {}
    for verdict in verdicts.values():
        for one in [verdict, *verdict.get("parts", {}).values()]:
            if one.get("mistake"):
                found[one["mistake"]] = None
    return list(found)


def report(room: Classroom, console: Any, pages: Mapping[str, Path | None]) -> None:
    """The table of students, and where to look."""
    from rich.markup import escape
    from rich.table import Table

    statuses = room.statuses()
    table = Table(title=f"{room.assignment}: a class of {len(CLASS)}", title_justify="left", show_lines=False)
    for name in ("student", "what they did", "score", "mistakes found", "what else was noticed"):
        table.add_column(name, justify="right" if name == "score" else "left", overflow="fold")
    for student in CLASS:
        line = statuses.get(student.id)
        score = "–" if line is None or line.score is None else f"{line.score:g} / {line.max_score:g}"
        found = mistakes(line.verdicts) if line else []
        some = ", ".join(found[:4]) + (f" and {len(found) - 4} more" if len(found) > 4 else "")
        noticed = escape(line.reason if line else "not graded")
        if line is None or line.needs_person:
            noticed = f"[bold]for a person:[/] {noticed}"
        table.add_row(student.id, student.about, score, some, noticed)
    console.print(table)
    page = next((page for page in (pages.get("grace"), *pages.values()) if page), None)
    lab = Path(sys.executable).parent / "jupyter"
    console.print("\nWhere to look:", style="bold")
    for what, where in {
        "what a student reads": page,
        "all scores": room.course / "grades.csv",
        "reasons and verdicts": room.course / ".matcalc" / "status.jsonl",
        "every command's output": room.root / "commands.log",
        "the formgrader": f"cd {room.course} && {lab} lab   (menu Nbgrader, Formgrader)",
    }.items():
        console.print(f"  {what:<22} {where}", soft_wrap=True, markup=False, highlight=False)
