"""`matcalc grade --follow`: collects, grades and gives back as submissions arrive in the exchange."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from graders.classroom.progress import Progress
from graders.classroom.run import Run


class Desk:
    """nbgrader's collect and release_feedback for one assignment, in this process."""

    def __init__(self, work: Run) -> None:
        from nbgrader.apps.api import NbGraderAPI
        from nbgrader.auth import Authenticator
        from nbgrader.coursedir import CourseDirectory

        folders = CourseDirectory(config=work.course.config)
        authenticator = Authenticator(config=work.course.config)
        self.api = NbGraderAPI(coursedir=folders, authenticator=authenticator, config=work.course.config)
        self.assignment = work.assignment

    def collect(self) -> str:
        """Bring new submissions over; gives what went wrong, or nothing."""
        return self._said(self.api.collect(self.assignment, update=True))

    def give_back(self, student: str) -> str:
        """Release one student's feedback; gives what went wrong, or nothing."""
        return self._said(self.api.release_feedback(self.assignment, student))

    @staticmethod
    def _said(result: Any) -> str:
        return (
            ""
            if result.get("success")
            else str(result.get("error") or result.get("log") or "it failed").strip()
        )


def follow_exchange(
    works: Sequence[Run], progress: Progress, pause: float = 2.0, rounds: int | None = None
) -> None:
    """Until it is stopped (or for so many rounds): what arrived is graded, and its feedback released at once.

    Between rounds nothing piles up: new submissions stay in the exchange until the ones before are done.
    """
    desks = [(work, Desk(work)) for work in works]
    problems: dict[str, str] = {}
    for work, desk in desks:
        work.published = partial(_give_back, desk, progress)
    progress.say(f"{', '.join(work.assignment for work in works)}: following the exchange; stop with Ctrl-C")
    try:
        while rounds is None or rounds > 0:
            for work, desk in desks:
                said = desk.collect()
                if said and said != problems.get(work.assignment):
                    progress.say(f"collect: {said.splitlines()[-1]}")
                problems[work.assignment] = said
                students = work.due()
                work.summary.skipped = 0
                work.missing_pages(students)
                if students or work.pages:
                    work.summary.total += len(students)
                    work.all(students)
                    done = work.summary
                    progress.say(f"{work.assignment}: {done.graded} graded, {done.person} need a person")
            if rounds is not None:
                rounds -= 1
            if rounds != 0:
                time.sleep(pause)
    except KeyboardInterrupt:
        progress.say("stopped")


def _give_back(desk: Desk, progress: Progress, student: str) -> None:
    if said := desk.give_back(student):
        progress.say(f"{student}: the feedback could not be released: {said.splitlines()[-1]}")
