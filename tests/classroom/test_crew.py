"""Workers die, hang and fail: no task gets lost, and a bad one does not take the others along."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import pytest

from graders.classroom.crew import TRIES, Crew, NoWorker
from graders.classroom.work import Done, Setup, Task

SETUP = Setup({}, b"")


class Odd:
    """A worker that does what the student's name says."""

    def __init__(self, confinement: str, players: Any = None) -> None:
        if confinement == "impossible":
            raise RuntimeError("no sandbox here; install bubblewrap")
        self.players = type("Players", (), {"confinement": "warm"})()

    def begin(self, setup: Setup) -> None:
        self.setup = setup

    def do(self, task: Task) -> Done:
        name = task.student.split("-")[0]
        if name == "dies" or (name == "once" and _first(task.student)):
            os._exit(1)
        if name == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if name == "hangs":
            time.sleep(60)
        if name == "slow":
            time.sleep(0.3)
        return Done(html=task.student)

    def close(self) -> None:
        pass


def _first(name: str) -> bool:
    path = f"{os.environ['MATCALC_ODD']}/{name}"
    if os.path.exists(path):
        return False
    open(path, "w").close()
    return True


def play(names: list[str], size: int = 2, patience: float = 600.0) -> tuple[dict[str, Done], int]:
    crew: Any = Crew(size, patience=patience, make=Odd)
    found: dict[str, Done] = {}
    deadline = time.monotonic() + 60
    try:
        crew.begin(SETUP)
        queue = list(names)
        while len(found) < len(names):
            assert time.monotonic() < deadline, found
            while crew.free and queue:
                crew.submit(Task(queue.pop(0), "A", {}))
            for task, done in crew.finished(0.1):
                assert task.student not in found, "twice"
                found[task.student] = done
        return found, crew.replaced
    finally:
        crew.close()


def test_everything_is_done_once() -> None:
    names = [f"ok-{i}" for i in range(40)]
    found, replaced = play(names)
    assert {name: done.html for name, done in found.items()} == {name: name for name in names}
    assert replaced == 0


@pytest.mark.parametrize("bad", ["dies-1", "killed-1"])
def test_poison_is_tried_a_few_times_and_set_aside(bad: str) -> None:
    names = ["ok-1", "ok-2", bad, "ok-3", "ok-4", "ok-5"]
    found, replaced = play(names)
    assert found.pop(bad).error == f"its worker died, {TRIES} times; set aside"
    assert all(done.html == name for name, done in found.items())
    assert replaced == TRIES


def test_a_task_whose_worker_died_once_is_done(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCALC_ODD", str(tmp_path))
    found, replaced = play(["once-1", "ok-1", "once-2", "ok-2"])
    assert all(done.html == name for name, done in found.items())
    assert replaced == 2


def test_a_hung_worker_is_replaced() -> None:
    found, replaced = play(["ok-1", "hangs-1", "ok-2", "slow-1"], patience=0.5)
    assert "more than 0.5 seconds" in found.pop("hangs-1").error
    assert all(done.html == name for name, done in found.items())
    assert replaced == TRIES


def test_without_confinement_nobody_works() -> None:
    crew = Crew(2, "impossible", make=Odd)
    try:
        with pytest.raises(NoWorker, match="install bubblewrap"):
            for _ in range(100):
                list(crew.finished(0.1))
    finally:
        crew.close()


def test_no_process_is_left() -> None:
    crew = Crew(2, make=Odd)
    pids = [hand.process.pid for hand in crew.hands]
    crew.begin(SETUP)
    crew.submit(Task("hangs-1", "A", {}))
    time.sleep(0.3)
    crew.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
