"""Grading a class: submissions go out to workers, results come back and are recorded by one writer.

It can be stopped anywhere and run again. A submission counts as graded when its folder in `autograded/` is
there; that is the last thing to happen, and every step before it may happen twice.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from graders.classroom import status
from graders.classroom.course import Course, NoCourse, Submission
from graders.classroom.exchange import NO_ROOM, private
from graders.classroom.grading import UNDATED, drop_stale, own_names, status_line
from graders.classroom.reading import plain
from graders.classroom.recording import Book, Recorded, Result
from graders.classroom.regrade import Regrade
from graders.classroom.released import code_of
from graders.classroom.work import Done, Page, Setup, Task

LISTED = 1000


class Hands(Protocol):
    """Whoever does the tasks: workers on this machine, or a cluster."""

    in_force: str
    replaced: int
    elsewhere: bool

    @property
    def busy(self) -> int: ...

    @property
    def free(self) -> bool: ...

    def begin(self, setup: Setup) -> None: ...

    def submit(self, task: Task | Page) -> None: ...

    def finished(self, timeout: float = 0.5) -> Iterator[tuple[Task | Page, Done]]: ...

    def close(self) -> None: ...


@dataclass
class Summary:
    """What a run did. `changed` has each score that a regrade changed: student, notebook, before, after."""

    assignment: str
    total: int = 0
    graded: int = 0
    skipped: int = 0
    pages: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    listed: list[dict[str, str]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    judged: int = 0
    from_cache: int = 0
    seconds: float = 0.0
    recording: float = 0.0
    confinement: str = ""
    backup: str = ""
    resumed: int = 0  # submissions that an earlier run of this regrade had done
    replaced: int = 0
    waiting: int = 0  # for a person, of this run or an earlier one

    @property
    def person(self) -> int:
        """How many submissions need a person."""
        return sum(self.counts.get(name, 0) for name in status.PERSON)

    def to_json(self) -> dict[str, Any]:
        """For `--json`."""
        rate = self.graded / self.seconds if self.seconds else 0.0
        rest = {"needs_person": self.person, "per_second": round(rate, 3), "slowest": self.slowest[:5]}
        return {
            **vars(self),
            "seconds": round(self.seconds, 3),
            "recording": round(self.recording, 3),
            **rest,
        }


class Run:
    """One run over one assignment. `tell` hears of each finished submission."""

    def __init__(
        self,
        course: Course,
        book: Book,
        hands: Hands,
        assignment: str,
        *,
        regrade: Regrade | None = None,
        feedback: bool = False,
    ) -> None:
        self.course, self.book, self.hands, self.assignment = course, book, hands, assignment
        self.regrade, self.feedback = regrade, feedback
        self.tell: Callable[[Summary, status.Status], None] = lambda summary, line: None
        self.summary = Summary(assignment)
        self.released = book.notebooks(assignment)
        if not self.released:  # a due date makes an assignment, and nothing else of it
            made = f"nbgrader generate_assignment {assignment}"
            raise NoCourse(f"the gradebook knows no notebook of {assignment}; run: {made}")
        self.waiting: dict[str, tuple[Submission, Path]] = {}
        self.pages: list[Page] = []
        self.shown: dict[tuple[str, str], Any] = {}  # what the pages show that this run made anew
        if regrade is not None:
            self.summary.backup, self.summary.changed = regrade.backup, regrade.changed
            self.summary.resumed = len(regrade.done)
        self.published: Callable[[str], None] = lambda student: None

    def begin(self) -> None:
        """Tell the workers what the course is."""
        from nbgrader.preprocessors import LimitOutput

        from graders.classroom.plugins import RefereeExecute

        course, limit = self.course, LimitOutput(config=self.course.config)
        course.verdicts.mkdir(mode=0o700, exist_ok=True)
        setup = Setup(
            released=self.released,
            secret=status.course_secret(course.root),
            sources=code_of(course.path("source", ".", self.assignment)),
            max_lines=limit.max_lines,
            max_traceback=limit.max_traceback,
            cell_seconds=RefereeExecute(config=course.config).cell_seconds,
            private=private(course.config),
            verdicts="" if self.hands.elsewhere else str(course.verdicts),
        )
        self.hands.begin(setup)

    def due(self) -> list[str]:
        """The students whose submissions are new, or not in the gradebook; all of them for a regrade."""
        students = self.course.students(self.assignment)
        done = self.book.recorded(self.assignment) if self.regrade is None else self.regrade.done.keys()
        found = [
            student
            for student in students
            if student not in done or self.course.needs_grading(student, self.assignment, self.released)
        ]
        self.summary.skipped += len(students) - len(found)
        return found

    def all(self, students: Iterable[str]) -> Summary:
        """Grade these students' submissions."""
        self.begin()
        start = time.monotonic()
        queue = iter(students)
        more = True
        try:
            while more or self.hands.busy or self.pages:
                while self.hands.free and (self.pages or more):
                    if self.pages:
                        self.hands.submit(self.pages.pop())
                    elif (student := next(queue, None)) is not None:
                        self.send(student)
                    else:
                        more = False
                self.receive(list(self.hands.finished()))
        finally:
            self.summary.seconds += time.monotonic() - start
            self.summary.confinement, self.summary.replaced = self.hands.in_force, self.hands.replaced
        return self.summary

    def send(self, student: str) -> None:
        """Read a submission and hand it to a worker."""
        try:
            submission = self.course.submission(student, self.assignment, list(self.released))
            place = self.course.stage(submission, self.assignment)
        except OSError as problem:
            own = self.course.path("submitted", student, self.assignment)
            place = self.course.staged(student, self.assignment)
            where = Path(problem.filename or "/")
            theirs = (
                where.is_relative_to(own) or place in where.parents or problem.errno == errno.ENAMETOOLONG
            )
            if problem.errno in NO_ROOM or not theirs:
                raise  # it is not this student's folder that is in trouble
            self.fail(student, f"its folder cannot be read ({problem.strerror}: {where})")
            return
        self.waiting[student] = (submission, place)
        files = {}
        if self.hands.elsewhere:
            files = {str(p.relative_to(place)): p.read_bytes() for p in place.rglob("*") if p.is_file()}
        folder = None if self.hands.elsewhere else place
        notes = tuple(submission.notes)
        undated = submission.timestamp is None and self.book.duedate(self.assignment) is not None
        task = Task(student, self.assignment, submission.notebooks, folder, files, notes)
        self.hands.submit(replace(task, undated=UNDATED) if undated else task)

    def receive(self, finished: list[tuple[Task | Page, Done]]) -> None:
        """Record what workers made; what came together shares a transaction."""
        graded = []
        for task, done in finished:
            if isinstance(task, Page):
                self.publish_page(task, done)
                continue
            submission, place = self.waiting.pop(task.student)
            if done.error:
                shutil.rmtree(place, ignore_errors=True)
                self.fail(task.student, done.error)
            else:
                graded.append((Result(submission, done.texts, done.outcomes, done.marks), place, done))
        if graded:
            start = time.monotonic()
            self.record(graded)
            self.summary.recording += time.monotonic() - start

    def record(self, graded: list[tuple[Result, Path, Done]]) -> None:
        """Into the gradebook, the status file and `autograded/`, in this order."""
        for result, _, _ in graded:
            for name, outcome in result.outcomes.items():
                data = result.submission.notebooks[name]
                if data is not None and outcome.digest:
                    status.keep(self.course.root, result.submission.student, self.assignment, name, data)
        try:
            with ThreadPoolExecutor(4) as disk:  # which is waited for once, beside the gradebook's
                written = [disk.submit(_write, place, result.texts) for result, place, _ in graded]
                results = [result for result, _, _ in graded]
                recorded = self.book.record(self.assignment, results, self.announce)
            for writing in written:
                writing.result()
        except (OSError, SQLAlchemyError):
            raise  # the gradebook itself is in trouble: no use to go on
        except Exception as problem:
            if len(graded) > 1:
                for one in graded:
                    self.record([one])
            else:
                why = f"it could not be recorded ({type(problem).__name__}: {problem})"
                self.fail(graded[0][0].submission.student, why)
            return
        for (result, place, done), scores in zip(graded, recorded, strict=True):
            self.publish(result, place, done, scores)

    def announce(self, student: str, scores: Mapping[str, Recorded]) -> None:
        """Before the gradebook has new scores: of a regrade's, the journal knows the ones before."""
        if self.regrade is not None:
            self.regrade.announce(student, {name: one.before for name, one in scores.items()})

    def publish(self, result: Result, place: Path, done: Done, scores: dict[str, Recorded]) -> None:
        """The graded notebooks where nbgrader expects them, and what is known of them in the status file."""
        student = result.submission.student
        lines = [
            status_line(outcome, student, self.assignment, name, scores[name].score, scores[name].max_score)
            for name, outcome in result.outcomes.items()
        ]
        status.append(self.course.root, lines)
        target = self.course.path("autograded", student, self.assignment)
        self.course.publish(place, target, 0o664 if self.course.folders.groupshared else 0o444)
        self.count(student, done, scores, lines)
        if self.feedback:
            self.pages += self.pages_of(student, result.texts)

    def count(
        self,
        student: str,
        done: Done,
        recorded: dict[str, Recorded],
        lines: list[status.Status],
    ) -> None:
        """Bring the summary up to date."""
        summary, changed = self.summary, []
        summary.graded += 1
        summary.judged += done.asked
        summary.from_cache += done.hits
        summary.slowest = sorted([*summary.slowest, (round(done.seconds, 3), student)], reverse=True)[:10]
        for line in lines:
            needs = recorded[line.notebook].needs_person and line.status not in status.PERSON
            name = "person" if needs else line.status
            summary.counts[name] = summary.counts.get(name, 0) + 1
            if line.reason or needs:
                reason = line.reason or "waits for a person"
                self.note(student, name, reason)
            one = recorded[line.notebook]
            before = self.regrade.before.get((student, line.notebook)) if self.regrade else None
            if before is not None and before != one.score:
                change = {"student": student, "notebook": line.notebook}
                changed.append({**change, "before": before, "after": one.score})
        summary.changed += changed
        if self.regrade is not None:
            self.regrade.note(student, changed)
        self.tell(summary, lines[0])

    def fail(self, student: str, reason: str) -> None:
        """A submission that could not be graded is set aside, and named; the next run tries again."""
        from datetime import UTC, datetime

        now, reason = datetime.now(UTC).isoformat(timespec="seconds"), plain(reason)
        line = status.Status(
            student, self.assignment, "*", now, "failed", reason, package=status.package_version()
        )
        status.append(self.course.root, [line])
        self.summary.counts["failed"] = self.summary.counts.get("failed", 0) + 1
        self.note(student, "failed", reason)
        self.tell(self.summary, line)

    def note(self, student: str, name: str, reason: str) -> None:
        """One more that is not simply graded; the status file has all of them, the summary the first."""
        if len(self.summary.listed) < LISTED:
            self.summary.listed.append({"student": student, "status": name, "reason": reason})

    def pages_of(self, student: str, texts: dict[str, str] | Any) -> list[Page]:
        """The pages of feedback that a submission needs."""
        pages = []
        for name, text in texts.items():
            cells, totals = self.book.cells(student, self.assignment, name)
            pages.append(Page(student, self.assignment, name, text, cells, totals))
        return pages

    def publish_page(self, page: Page, done: Done) -> None:
        """Put a page of feedback where nbgrader expects it, with the files that `release_feedback` needs."""
        if done.error:
            self.fail(page.student, f"its feedback could not be made: {done.error}")
            return
        folder = self.course.path("feedback", page.student, page.assignment)
        folder.mkdir(parents=True, exist_ok=True)
        graded = self.course.path("autograded", page.student, page.assignment)
        files = {f"{page.notebook}.html": done.html.encode()}
        names = own_names(graded)
        drop_stale(folder, names)
        if own := names.get(page.notebook):  # by which its student will ask for it
            files[f"{own}.html"] = done.html.encode()
        for name in ("timestamp.txt", "submission_secret.txt"):
            if (graded / name).is_file():
                files[name] = (graded / name).read_bytes()
        for name, data in files.items():
            draft = folder / ".draft.part"  # of a name that a student chose there may be no longer one
            draft.write_bytes(data)
            draft.chmod(0o664 if self.course.folders.groupshared else 0o644)
            try:
                draft.replace(folder / name)
            except OSError as problem:
                if name == f"{page.notebook}.html" or problem.errno in NO_ROOM:
                    raise
                draft.unlink()
                self.note(page.student, "graded", f"no page of feedback as {plain(name)}: {problem.strerror}")
        self.summary.pages += 1
        self.published(page.student)

    def missing_pages(self, due: Collection[str]) -> None:
        """Feedback that an earlier run did not get to, or that is older than its grades.

        Those who are `due` to be graded get theirs then.
        """
        for student in self.course.students(self.assignment):
            if student in due:
                continue
            graded = self.course.path("autograded", student, self.assignment)
            shown = self.course.path("feedback", student, self.assignment)
            for name in self.released:
                text, page = graded / f"{name}.ipynb", shown / f"{name}.html"
                if text.is_file() and (not page.exists() or page.stat().st_mtime < text.stat().st_mtime):
                    self.pages += self.pages_of(student, {name: text.read_text(encoding="utf-8")})
        self.pages += self.pages_by_hand(due)

    def pages_by_hand(self, due: Collection[str]) -> list[Page]:
        """The pages on which points or comments stand that somebody gave by hand; each when they change."""
        coming, found = {*due, *(page.student for page in self.pages)}, []
        for student in self.book.by_hand(self.assignment) - coming:
            graded = self.course.path("autograded", student, self.assignment)
            texts = {name: graded / f"{name}.ipynb" for name in self.released}
            read = {name: path.read_text(encoding="utf-8") for name, path in texts.items() if path.is_file()}
            for page in self.pages_of(student, read):
                shows = (page.cells, page.totals)
                if self.shown.get((student, page.notebook)) != shows:
                    self.shown[student, page.notebook] = shows
                    found.append(page)
        return found


def _write(place: Path, texts: Mapping[str, str]) -> None:
    """Graded notebooks to the disk, for good: the gradebook's rows came from them."""
    for name, text in texts.items():
        with (place / f"{name}.ipynb").open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
