"""The same grades from a Dask cluster on loopback, and feedback given back as submissions arrive."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graders.classroom.cluster import Cluster
from graders.classroom.course import Course
from graders.classroom.crew import Crew, NoWorker
from graders.classroom.demo import Classroom
from graders.classroom.follow import follow_exchange
from graders.classroom.progress import Progress
from graders.classroom.recording import Book
from graders.classroom.run import Run
from graders.classroom.students import Student
from graders.classroom.work import Setup
from tests.classroom import hands
from tests.classroom.rows import rows

pytest.importorskip("distributed", reason="pip install 'matrix-calculus-course[cluster]'")


@pytest.fixture(autouse=True)
def same_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # and back again afterwards: a course changes it


@pytest.fixture
def scheduler() -> Iterator[str]:
    """A scheduler and two worker processes, started as an administrator would."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    plain = ["--host", "127.0.0.1", "--no-dashboard"]
    running = [subprocess.Popen([*dask, *plain, "--port", str(port)], stderr=subprocess.DEVNULL)]
    worker = [
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        address,
        "--nworkers",
        "2",
        "--nthreads",
        "1",
    ]
    running.append(
        subprocess.Popen([*worker, "--no-dashboard", "--memory-limit", "0"], stderr=subprocess.DEVNULL)
    )
    try:
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(20)


def graded(place: Path, make: Any, disturb: Any = None) -> dict[str, Any]:
    hand = make()
    try:
        course = Course(place)
        book = Book(course)
        try:
            work = Run(course, book, hand, "A05", feedback=True)
            if disturb:
                work.tell = lambda summary, line: disturb(hand, summary)
            work.all(work.due())
        finally:
            book.close()
        return {**rows(place / "gradebook.db"), "summary": work.summary.to_json()}
    finally:
        hand.close()


def connected(address: str, workers: int) -> Cluster:
    for _ in range(120):
        try:
            cluster = Cluster(address)
        except NoWorker:
            time.sleep(0.5)
            continue
        if len(cluster.fit) >= workers:
            return cluster
        cluster.close()
        time.sleep(0.5)
    raise AssertionError("the cluster did not come up")


def test_a_cluster_gives_the_same_grades_and_pages(scheduler: str, tmp_path: Path) -> None:
    kinds = ("right", "layout", "corrupt", "copied", "reads")
    room = hands.course_with(tmp_path / "room", **dict(zip(kinds, kinds, strict=True)))
    twin = tmp_path / "twin"
    shutil.copytree(room.course, twin, symlinks=True)
    here = graded(room.course, lambda: Crew(1))
    there = graded(twin, lambda: connected(scheduler, 2))
    assert there.pop("summary")["confinement"] == here.pop("summary")["confinement"]
    assert there == here
    for student in ("right", "layout", "corrupt"):
        for path in (f"autograded/{student}/A05/A05.ipynb", f"feedback/{student}/A05/A05.html"):
            assert (room.course / path).read_bytes() == (twin / path).read_bytes(), path

    cluster = connected(scheduler, 2)
    with pytest.raises(NoWorker, match="can take work: TypeError"):  # it could not take the course in
        cluster.begin(Setup({}, b"", sources=(3,)))  # type: ignore[arg-type]
    cluster.close()


@pytest.mark.parametrize("victims", [1, 2])
def test_fault_of_workers_of_a_cluster_costs_nothing(scheduler: str, tmp_path: Path, victims: int) -> None:
    room = hands.course_with(tmp_path / "room", **{f"s{number}": "right" for number in range(12)})
    killed = []

    def kill(cluster: Cluster, summary: Any) -> None:
        if summary.graded >= 3 and not killed:
            killed.extend(list(cluster.client.run(os.getpid).values())[:victims])
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    found = graded(room.course, lambda: connected(scheduler, 2), kill)
    assert (found["summary"]["graded"], found["summary"]["counts"]) == (12, {"graded": 12})
    assert len(killed) == victims


def test_no_scheduler_is_one_sentence() -> None:
    with pytest.raises(NoWorker, match="no Dask scheduler answers"):
        Cluster("tcp://127.0.0.1:9", timeout="1s")


def test_follow_collects_grades_and_gives_back(tmp_path: Path) -> None:
    room = Classroom(tmp_path / "room")
    room.make()
    room.release()
    ada = Student("ada", "right", lambda text, records: hands.answered(text))
    room.hand_in(ada)
    hand = Crew(1)
    try:
        course = Course(room.course)
        book = Book(course)
        try:
            work = Run(course, book, hand, "A05", feedback=True)
            with Progress("A05", quiet=True) as progress:
                follow_exchange([work], progress, pause=0.1, rounds=2)
        finally:
            book.close()
    finally:
        hand.close()
    page = room.fetch_feedback(ada)
    assert page is not None and "Right" in page.read_text(encoding="utf-8")
    assert work.summary.graded == 1
