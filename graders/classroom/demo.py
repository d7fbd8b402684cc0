"""`matcalc demo`: simulated students go through the whole loop of nbgrader, in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COURSE = "matrix-calculus"
ASSIGNMENT = "A05"
PROJECT = Path(__file__).resolve().parents[2]
STUDENT_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = {course!r}
c.Exchange.root = {exchange!r}
"""


class CommandFailed(RuntimeError):
    """An nbgrader command ended with an error; the message holds what it said."""


@dataclass(frozen=True)
class Classroom:
    """A course folder, an exchange and the students' homes, all below one folder."""

    root: Path
    assignment: str = ASSIGNMENT
    log: list[str] = field(default_factory=list)

    @property
    def course(self) -> Path:
        return self.root / "course"

    @property
    def exchange(self) -> Path:
        return self.root / "exchange"

    def home(self, student: str) -> Path:
        """A student's home; the fetched assignment lies in it."""
        return self.root / "students" / student

    def make(self) -> None:
        """The course with its source, an empty exchange, the configurations."""
        for folder in (self.course, self.exchange):
            folder.mkdir(parents=True)
        self.exchange.chmod(0o777)
        shutil.copytree(PROJECT / "source" / self.assignment, self.course / "source" / self.assignment)
        own = (PROJECT / "nbgrader_config.py").read_text(encoding="utf-8")
        self._configure(self.course, f"{own}\nc.Exchange.root = {str(self.exchange)!r}\n")

    def enrol(self, student: str) -> Path:
        """A home for a student, with the configuration that a student has."""
        home = self.home(student)
        home.mkdir(parents=True)
        self._configure(home, STUDENT_CONFIG.format(course=COURSE, exchange=str(self.exchange)))
        return home

    def _configure(self, folder: Path, text: str) -> None:
        (folder / "nbgrader_config.py").write_text(text, encoding="utf-8")

    def nbgrader(self, *arguments: str, student: str | None = None) -> str:
        """Run an nbgrader command, as the instructor or as a student. Raises CommandFailed."""
        where = self.home(student) if student else self.course
        own = where / ".jupyter"
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
            "JUPYTER_DATA_DIR": str(own / "data"),
            "JUPYTER_CONFIG_DIR": str(own / "config"),
            "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        }
        command = [sys.executable, "-m", "nbgrader", *arguments, *(["--student", student] if student else [])]
        done = subprocess.run(
            command, cwd=where, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=600,
        )
        said = done.stdout + done.stderr
        self.log.append(f"$ nbgrader {' '.join(command[3:])}\n{said}")
        if done.returncode:
            raise CommandFailed(f"nbgrader {' '.join(arguments)} ended with an error:\n{said[-3000:]}")
        return said

    def release(self) -> None:
        """Generate the students' version and put it into the exchange."""
        self.nbgrader("generate_assignment", self.assignment)
        self.nbgrader("release_assignment", self.assignment)

    def hand_in(self, student: Any) -> None:
        """One student fetches, answers and submits."""
        from matcalc_ref.catalogue import assignments

        home = self.enrol(student.id)
        self.nbgrader("fetch_assignment", self.assignment, student=student.id)
        path = home / self.assignment / f"{self.assignment}.ipynb"
        text = student.change(path.read_text(encoding="utf-8"), assignments()[self.assignment])
        path.write_text(text, encoding="utf-8")
        self.nbgrader("submit", self.assignment, student=student.id)

    def fetch_feedback(self, student: Any) -> Path | None:
        """One student fetches the feedback; gives the page, None where there is none."""
        self.nbgrader("fetch_feedback", self.assignment, student=student.id)
        pages = sorted((self.home(student.id) / self.assignment / "feedback").rglob("*.html"))
        return pages[-1] if pages else None

    def statuses(self) -> dict[str, dict[str, Any]]:
        """The last status line of every student."""
        path = self.course / ".matcalc" / "status.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return {row["student"]: row for row in map(json.loads, lines)}


def run(keep: Path | None = None) -> int:
    """Play the whole loop and print where to look. Returns the exit code."""
    from rich.console import Console

    console = Console()
    root = keep.resolve() if keep else Path(tempfile.mkdtemp(prefix="matcalc-demo-"))
    if root.exists() and any(root.iterdir()):
        console.print(f"{root} is not empty; choose another folder.")
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
        if room.log:
            (root / "commands.log").write_text("\n".join(room.log), encoding="utf-8")
    report(room, console, pages)
    console.print(f"\n{time.monotonic() - started:.0f} seconds. The project's own folder was not touched.")
    return 0


def play(room: Classroom, console: Any) -> dict[str, Path | None]:
    """Every step of the loop, with progress. Gives each student's page of feedback."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from graders.classroom.students import CLASS

    columns = (TextColumn("{task.description:<44}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(2) as pool:

        def step(what: str, total: int, work: Callable[[Callable[[int], None]], Any]) -> Any:
            task = progress.add_task(what, total=total)
            result = work(lambda done: progress.update(task, completed=done))
            progress.update(task, completed=total)
            return result

        def each(work: Callable[[Any], Any]) -> Callable[[Callable[[int], None]], list[Any]]:
            def run_all(tick: Callable[[int], None]) -> list[Any]:
                found = []
                for result in pool.map(work, CLASS):
                    found.append(result)
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

        room.make()
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
    from rich.table import Table

    from graders.classroom.students import CLASS

    statuses = room.statuses()
    table = Table(title=f"{room.assignment}: a class of {len(CLASS)}", title_justify="left", show_lines=False)
    for name in ("student", "what they did", "score", "mistakes found", "for a person"):
        table.add_column(name, justify="right" if name == "score" else "left", overflow="fold")
    for student in CLASS:
        row = statuses.get(student.id, {})
        score = "–" if row.get("score") is None else f"{row['score']:g} / {row['max_score']:g}"
        found = mistakes(row.get("verdicts", {}))
        some = ", ".join(found[:4]) + (f" and {len(found) - 4} more" if len(found) > 4 else "")
        person = row.get("reason", "") if row.get("status") != "graded" or row.get("reason") else ""
        table.add_row(student.id, student.about, score, some, person or ("" if row else "not graded"))
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
