"""`matcalc grade`: the body of the command."""

from __future__ import annotations

import gc
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graders.classroom import status

if TYPE_CHECKING:
    from graders.referee.players import Players

ALL_GRADED, NEEDS_PERSON, COULD_NOT = 0, 1, 2


def run(
    *assignments: str,
    course: Path = Path(),
    workers: int | None = None,
    as_json: bool = False,
    feedback: bool = False,
    regrade: bool = False,
    follow: bool = False,
    scheduler: str | None = None,
    unconfined: bool = False,
) -> int:
    """Grade what is submitted and new. Gives 0 (all graded), 1 (some need a person), 2 (could not run).

    Several assignments are graded one after the other by the same workers.
    """
    from graders.classroom.crew import Crew, NoWorker
    from graders.referee import NoPlayer

    confinement = "none" if unconfined else "auto"
    size = workers or os.cpu_count() or 1
    hands: Any = None
    try:
        if scheduler:
            from graders.classroom.cluster import Cluster

            hands = Cluster(scheduler, confinement)
        else:
            players = _get_ready(confinement, [course / "source" / assignment for assignment in assignments])
            hands = Crew(size, confinement, players=players)
        return _grade(hands, assignments, course.resolve(), as_json, feedback, regrade, follow)
    except (NoWorker, NoPlayer) as problem:
        return _refuse(str(problem), as_json)
    finally:
        if hands is not None:
            hands.close()


def _get_ready(confinement: Any, sources: Sequence[Path]) -> Players:
    """Players that know these assignments' pictures; meanwhile all is imported that workers are forked with.

    `sources` is where the instructor's notebooks lie, as a rule: where they do not, nothing is known of their
    pictures yet.
    """
    from concurrent.futures import ThreadPoolExecutor

    def get_players() -> Players:
        from graders.classroom.released import code_of
        from graders.referee import open_players

        players = open_players(confinement)
        players.learn([text for source in sources for text in code_of(source)])
        return players

    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(get_players)
        _load()
        players = opening.result()
    gc.collect()
    gc.freeze()  # what is loaded now is shared by all workers, and stays
    return players


def _load() -> None:
    """Import what workers and the writer need."""
    import nbgrader.api
    import nbgrader.apps.baseapp  # noqa: F401
    from sqlalchemy.orm import configure_mappers

    import graders.classroom.recording  # noqa: F401
    from graders.classroom import work

    work.load()
    configure_mappers()


def _refuse(message: str, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"error": message}))
    else:
        print(f"Grading stopped: {message}", file=sys.stderr)
    return COULD_NOT


def _without_password(url: str) -> str:
    return re.sub(r"(?<=:)[^:@/]*(?=@)", "***", url)


def _grade(
    hands: Any,
    assignments: Sequence[str],
    folder: Path,
    as_json: bool,
    feedback: bool,
    regrade: bool,
    follow: bool,
) -> int:
    from nbgrader.api import MissingEntry
    from sqlalchemy.exc import SQLAlchemyError

    from graders.classroom.course import Course, NoCourse
    from graders.classroom.follow import follow_exchange
    from graders.classroom.lock import Taken, only_one
    from graders.classroom.progress import Progress
    from graders.classroom.recording import Book, back_up
    from graders.classroom.regrade import Regrade
    from graders.classroom.run import Run

    name, gradebook = "", ""
    works: list[Run] = []
    try:
        course = Course(folder)
        gradebook = course.folders.db_url
        with only_one(status.folder(course.root) / "grade.lock"):
            course.clear()
            book = Book(course)
            try:
                for name in assignments:
                    journal = Regrade(status.folder(course.root), name)
                    again = journal if regrade or journal.unfinished and not follow else None
                    works.append(Run(course, book, hands, name, regrade=again, feedback=feedback or follow))
                begun = [work for work in works if work.regrade is not None and not work.regrade.unfinished]
                if begun:
                    copy = str(back_up(course, status.folder(course.root) / "backups"))
                    for work in begun:
                        work.regrade.begin(copy)  # type: ignore[union-attr]
                        work.summary.backup = copy
                if follow:
                    with Progress(", ".join(assignments), quiet=as_json) as progress:
                        follow_exchange(works, progress)
                for work in works:
                    with Progress(work.assignment, quiet=as_json) as progress:
                        if not follow:
                            work.tell = progress.tell
                            students = work.due()
                            if feedback:
                                work.missing_pages(students)
                            progress.start(len(students))
                            work.summary.total = len(students) + work.summary.skipped
                            work.all(students)
                        if work.regrade is not None and not work.summary.counts.get("failed"):
                            work.regrade.end()  # else the next run tries those again
                    work.summary.waiting = book.waiting(work.assignment)
                    if as_json:
                        print(json.dumps(work.summary.to_json(), ensure_ascii=False), flush=True)
                    else:
                        progress.report(work.summary)
            finally:
                book.close()
                course.clear()
    except MissingEntry:
        known = sorted(path.name for path in (folder / "source").iterdir() if path.is_dir())
        said = f"the gradebook knows no assignment {name}; run: nbgrader generate_assignment {name}"
        if known and name not in known:
            said += f" (source/ has {', '.join(known)})"
        return _refuse(said, as_json)
    except (NoCourse, Taken) as problem:
        return _refuse(str(problem), as_json)
    except KeyboardInterrupt:
        done = sum(sum(work.summary.counts.values()) for work in works)
        total = sum(work.summary.total - work.summary.skipped for work in works)
        print(f"\nStopped after {done} of {total}. Run it again: it goes on where it was.", file=sys.stderr)
        raise
    except (OSError, SQLAlchemyError) as problem:
        said = str(getattr(problem, "orig", None) or problem)
        if isinstance(problem, SQLAlchemyError):
            said = f"the gradebook {_without_password(gradebook)}: {said}"
        return _refuse(f"{said}; mend that and run it again, it goes on where it was", as_json)
    waiting = any(work.summary.person or work.summary.waiting for work in works)
    return NEEDS_PERSON if waiting else ALL_GRADED
