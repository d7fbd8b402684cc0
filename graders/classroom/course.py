"""A course's folders and settings, as nbgrader has them, and what is waiting there to be graded."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from graders.classroom import status
from graders.classroom.config import confirm
from graders.classroom.exchange import handed_in
from graders.classroom.folder import brought_along, read_stamp, tidy
from graders.classroom.grading import is_judged
from graders.classroom.reading import plain, read_bytes


class NoCourse(RuntimeError):
    """There is no such course or assignment here; the message says what to do."""


def examine(root: Path) -> int:
    """Print whether the settings of a course are in force. Gives 0 if so, or where there is no course."""
    if not root.is_dir():
        print(f"\n no  There is no folder {root}.")
        return 1
    if not (root / "source").is_dir():
        return 0
    try:
        course = Course(root.resolve())
    except NoCourse as problem:
        print(f"\n no  {problem}\n     Nothing would be graded here until this is mended.")
        return 1
    print(f"\nyes  The course in {course.root}: its settings keep every step of ours.")
    return 0


@dataclass
class Submission:
    """One student's submission, tidied: its notebooks' bytes, its time, and what had to be mended."""

    student: str
    folder: Path
    timestamp: datetime | None
    notebooks: dict[str, bytes | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Course:
    """A course folder with its `nbgrader_config.py` in force. Raises NoCourse."""

    def __init__(self, root: Path) -> None:
        from nbgrader.apps.baseapp import NbGrader
        from nbgrader.coursedir import CourseDirectory

        if not (root / "source").is_dir():
            raise NoCourse(f"{root} is no course folder: there is no source/ in it")
        os.chdir(root)  # nbgrader's settings and SQLite's path are relative to it
        app = NbGrader()
        app.raise_config_file_errors = True
        try:
            app.load_config_file()
        except (Exception, SystemExit) as problem:
            raise NoCourse(f"the configuration of {root} cannot be read: {problem}") from None
        if "pre_convert_hook" not in app.config.Autograde:
            raise NoCourse(
                f"{root} has no nbgrader_config.py that calls `configure(c)`; copy this project's, and put "
                "settings of your own into course_settings.py beside it"
            )
        settings = root / "course_settings.py"
        if settings.is_symlink() and not settings.exists() or settings.is_dir():
            raise NoCourse(f"{settings} is no file; put your settings there")
        try:
            confirm(app.config)
        except ValueError as problem:
            raise NoCourse(f"the configuration of {root}: {problem}") from None
        self.config = app.config
        self.folders = CourseDirectory(config=app.config)
        self.folders.log.setLevel("ERROR")
        self.root = Path(self.folders.root)

    def path(self, step: str, student: str, assignment: str) -> Path:
        """A folder by nbgrader's directory structure; `step` such as "autograded"."""
        return Path(self.folders.format_path(getattr(self.folders, f"{step}_directory"), student, assignment))

    def students(self, assignment: str) -> list[str]:
        """Everybody who handed this assignment in, in order."""
        marker = "\x00"
        pattern = str(self.path("submitted", marker, assignment))
        before, _, after = pattern.partition(marker)
        found = []
        for folder in sorted(Path(before).iterdir()) if Path(before).is_dir() else []:
            if Path(f"{folder}{after}").is_dir() and not folder.name.startswith("."):
                found.append(folder.name)
        return found

    def needs_grading(self, student: str, assignment: str, expected: Iterable[str]) -> bool:
        """nbgrader's own rule: never graded (or not to the end), or handed in again since."""
        done = self.path("autograded", student, assignment)
        if not all(is_judged(done / f"{name}.ipynb") for name in expected):
            return True
        new, old = self.stamp("submitted", student, assignment), self.stamp("autograded", student, assignment)
        return new is not None and (old is None or new > old)  # a person may have put the time there since

    def stamp(self, step: str, student: str, assignment: str) -> datetime | None:
        """The time stamp in one of a submission's folders; None where there is none to be read."""
        from nbgrader.utils import parse_utc

        try:
            text = read_stamp(self.path(step, student, assignment) / "timestamp.txt")
            return parse_utc(text) if text else None
        except (OSError, ValueError, OverflowError):
            return None

    def submission(self, student: str, assignment: str, expected: list[str]) -> Submission:
        """A submission made safe to copy and read."""
        folder = self.path("submitted", student, assignment)
        others = brought_along(self.path("source", ".", assignment))
        known = partial(handed_in, self.config, student, assignment)
        notes = tidy(folder, [f"{name}.ipynb" for name in expected], others, handed_in=known)
        found = Submission(student, folder, self.stamp("submitted", student, assignment), notes=notes)
        for name in expected:
            path = folder / f"{name}.ipynb"
            found.notebooks[name] = read_bytes(path) if path.is_file() else None
        return found

    def stage(self, submission: Submission, assignment: str) -> Path:
        """A new folder with the submission's other files and the course's own on top, as nbgrader has it."""
        from nbgrader.utils import find_all_files

        place = self.staged(submission.student, assignment)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        ignored = [*self.folders.ignore, "*.ipynb"]
        source = self.path("source", ".", assignment)
        kept = {str(source / name) for name in self._not_overwritten(assignment)}
        for origin in (submission.folder, source):
            for name in find_all_files(str(origin), ignored):
                if name in kept:
                    continue
                target = place / Path(name).relative_to(origin)
                try:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.unlink(missing_ok=True)
                    shutil.copy(name, target)
                    target.chmod(0o644)
                except OSError as problem:
                    if problem.errno != errno.ENAMETOOLONG or origin == source:
                        raise
                    short = plain(str(target.relative_to(place)))
                    submission.notes.append(f"left out, as its path is too long: {short[:60]}…")
        return place

    def _not_overwritten(self, assignment: str) -> list[str]:
        return self.config.Autograde.get("exclude_overwriting", {}).get(assignment, [])

    def staged(self, student: str, assignment: str) -> Path:
        """Where a submission's folder is made ready."""
        return self.staging / f"{student}+{assignment}"

    @property
    def staging(self) -> Path:
        """Where folders are made ready, on the same disk as where they go; nbgrader does not see it."""
        name, marker = self.folders.autograded_directory, "\x00"
        before, _, _ = self.folders.format_path(name, marker, marker).partition(marker)
        graded = Path(before)
        return (graded.parent if graded != self.root else graded) / f".{Path(name).name}-part"

    def publish(self, place: Path, target: Path, mode: int) -> None:
        """A folder that is ready takes its place, whole or not at all."""
        for path in place.rglob("*"):
            if path.is_file():
                path.chmod(mode)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            old = place.with_name(place.name + "+old")
            shutil.rmtree(old, ignore_errors=True)
            target.rename(old)
            place.rename(target)
            shutil.rmtree(old, ignore_errors=True)
        else:
            place.rename(target)

    def clear(self) -> None:
        """Take away what an interrupted run left half made, and what was judged in it."""
        for folder in (self.staging, self.verdicts):
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def verdicts(self) -> Path:
        """Where the workers of a run on this machine share what they judged; for the grader's eyes alone."""
        return status.folder(self.root) / "verdicts"
