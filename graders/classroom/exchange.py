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

from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import Exchange, ExchangeCollect
from nbgrader.utils import ignore_patterns, parse_utc

from graders.classroom.reading import plain

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def private(config: Any) -> tuple[str, ...]:
    """The folders of which no player may see anything, as nbgrader is configured: course and exchange."""
    course = CourseDirectory(config=config).root
    return os.path.realpath(course), os.path.realpath(Exchange(config=config).root)


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


class CollectNoLinks(ExchangeCollect):
    """nbgrader's collect, run by the instructor, copies what a link points to: another's work, the key.

    Here links, pipes and devices stay behind, and each is named in the log.
    """

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a submission with nbgrader's own filters, ordinary files and folders only."""
        try:
            self._copy(src, dest)
        except OSError as problem:
            shutil.rmtree(dest, ignore_errors=True)
            why = str(problem)  # of several files, in one text
            if any(os.strerror(code) in why for code in NO_ROOM):
                raise
            why = problem.strerror or why[-120:]
            self.log.error("Skipped, cannot be read: %s (%s)", plain(src), plain(why))

    def _copy(self, src: str, dest: str) -> None:
        limit = 1000 * self.coursedir.max_dir_size
        size = sum(path.lstat().st_size for path in Path(src).rglob("*") if not path.is_symlink())
        if size > limit:
            self.log.error("Skipped, too large (%d kB): %s", size // 1000, src)
            return
        filters = ignore_patterns(
            exclude=self.coursedir.ignore,
            include=self.coursedir.include,
            max_file_size=self.coursedir.max_file_size,
            log=self.log,
        )
        shutil.copytree(src, dest, ignore=self._only_ordinary(filters))

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
