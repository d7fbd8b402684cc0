"""The exchange: players do not see it, and links that a student put there are not followed."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import Exchange, ExchangeCollect
from nbgrader.utils import ignore_patterns, parse_utc

from graders.classroom.folder import copy_ordinary, refuse_size
from graders.classroom.reading import plain

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def private(config: Any) -> tuple[str, ...]:
    """The folders of which no player may see anything, as nbgrader is configured: course, exchange, and
    where the gradebook lies.
    """
    folders = CourseDirectory(config=config)
    found = [folders.root, Exchange(config=config).root]
    if folders.db_url.startswith("sqlite:///"):
        found.append(os.path.dirname(os.path.abspath(folders.db_url.removeprefix("sqlite:///"))))
    return tuple(dict.fromkeys(map(os.path.realpath, found)))


def handed_in(config: Any, student: str, assignment: str) -> str:
    """When a submission reached the exchange, by the name of its folder there; "" where none is known.

    Of several the last: it is what `collect --update` brings over.
    """
    course = CourseDirectory(config=config).course_id
    inbound = Path(Exchange(config=config).root, course, "inbound")
    found = []
    for path in inbound.glob(f"{glob.escape(student)}+{glob.escape(assignment)}+*"):
        text = path.name.removeprefix(f"{student}+{assignment}+").split("+")[0]
        with contextlib.suppress(ValueError, OverflowError):
            found.append((parse_utc(text), text))
    return max(found, default=(None, ""))[1]


def _why(problem: OSError) -> str:
    return plain(problem.strerror or str(problem)[-120:])


def _time(record: dict[str, Any]) -> Any:
    return record["timestamp"]


class CollectNoLinks(ExchangeCollect):
    """nbgrader's collect, run by the instructor, copies what a link points to: another's work, the key.

    Here links, pipes and devices stay behind, and each is named in the log.
    """

    def init_src(self) -> None:
        """What there is to collect; a folder whose name holds no time would end nbgrader's for the class."""
        try:
            super().init_src()
        except (ValueError, OverflowError):
            with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
                try:
                    self.duedate = gradebook.find_assignment(self.coursedir.assignment_id).duedate
                except MissingEntry:
                    self.duedate = None
            self.src_records = [self._chosen(records) for records in self._handed_in().values()]
        students = self._students() if self.check_owner else set()
        if any(self._another(record, students) for record in self.src_records):
            found = [self._own(records, students) for records in self._handed_in().values()]
            self.src_records = [self._chosen(records) for records in found if records]
        # nbgrader removes what was collected before it copies; what cannot be copied must not cost that
        self.src_records = [r for r in self.src_records if self._can_be_copied(self._source(r))]

    def _handed_in(self) -> dict[str, list[dict[str, Any]]]:
        """What everybody handed in, as nbgrader has it, the newest first."""
        found: dict[str, list[dict[str, Any]]] = {}
        name = f"{self.coursedir.student_id or '*'}+{self.coursedir.assignment_id}+*"
        for path in sorted(Path(self.inbound_path).glob(name)):
            student, _, time = path.name.rsplit("+", 3)[:3]
            try:
                record = {"username": student, "filename": path.name, "timestamp": parse_utc(time)}
            except (ValueError, OverflowError):
                self.log.error("Skipped, no time in its name: %s", plain(str(path)))
                continue
            found.setdefault(student, []).append(record)
        return {student: sorted(some, key=_time, reverse=True) for student, some in found.items()}

    def _chosen(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        in_time = [record for record in records if self.duedate and record["timestamp"] <= self.duedate]
        return (in_time if self.before_duedate and in_time else records)[0]

    def _source(self, record: dict[str, Any]) -> str:
        return os.path.join(self.inbound_path, record["filename"])

    def _students(self) -> set[str]:
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            return {student.id for student in gradebook.students}

    def _another(self, record: dict[str, Any], students: set[str]) -> str:
        """The student whose folder says that it is somebody else's; everyone may write to the exchange.

        An owner who is no student may be everyone's account on a hub: of that nbgrader warns.
        """
        try:
            owner = Path(self._source(record)).owner()
        except (KeyError, OSError, NotImplementedError):
            return ""
        return owner if owner in students - {record["username"]} else ""

    def _own(self, records: list[dict[str, Any]], students: set[str]) -> list[dict[str, Any]]:
        found = []
        for record in records:
            if other := self._another(record, students):
                src = plain(self._source(record))
                self.log.error("Skipped, it belongs to %s, a student too: %s", plain(other), src)
            else:
                found.append(record)
        return found

    def _can_be_copied(self, src: str) -> bool:
        refused = self._refused(src)
        if refused:
            self.log.error("Skipped, %s: %s", refused, plain(src))
        return not refused

    def _refused(self, src: str) -> str:
        """Why a submission cannot be collected; "" where it can."""
        if os.path.islink(src):
            return "a link to elsewhere"
        limit, size = 1000 * self.coursedir.max_dir_size, 0
        try:
            refuse_size(Path(src))
            for path in Path(src).rglob("*"):
                about = path.lstat()
                size += about.st_size
                if not (stat.S_ISLNK(about.st_mode) or os.access(path, os.R_OK)):
                    return f"cannot be read ({plain(path.name)})"
        except OSError as problem:
            return f"cannot be read ({_why(problem)})"
        return f"too large ({size // 1000} kB)" if size > limit else ""

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a submission with nbgrader's own filters, ordinary files and folders only."""
        if not self._can_be_copied(src):  # as it is now
            return
        filters = ignore_patterns(
            exclude=self.coursedir.ignore,
            include=self.coursedir.include,
            max_file_size=self.coursedir.max_file_size,
            log=self.log,
        )
        try:
            room = 1000 * self.coursedir.max_dir_size
            copy_ordinary(src, dest, self._only_ordinary(filters), room, self.coursedir.groupshared)
        except OSError as problem:
            shutil.rmtree(dest, ignore_errors=True)
            if problem.errno in NO_ROOM:
                raise
            self.log.error("Skipped, cannot be read (%s): %s", _why(problem), plain(src))

    def _only_ordinary(
        self, filters: Callable[[str, list[str]], list[str]]
    ) -> Callable[[str, list[str]], list[str]]:
        def ignore(folder: str, names: list[str]) -> list[str]:
            left = []
            for name in names:
                mode = Path(folder, name).lstat().st_mode
                if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                    self.log.warning("Left behind, no ordinary file: %s", plain(str(Path(folder, name))))
                    left.append(name)
            return left + filters(folder, [name for name in names if name not in left])

        return ignore
