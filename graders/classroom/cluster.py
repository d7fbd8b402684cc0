"""Workers on a Dask cluster: bytes go out and results come back; they see neither gradebook nor exchange."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from threading import Lock
from typing import Any

from graders.classroom.crew import TRIES, NoWorker
from graders.classroom.work import Done, Page, Setup, Task, Worker

LOOK_SECONDS = 2.0  # how often workers that came or went are noticed
UNFINISHED = ("pending", "lost")  # lost: its worker ended before the result was fetched
COMEBACK_SECONDS = 60.0  # how long a cluster may be without any worker
_AHEAD = 2  # messages sent ahead to each worker, so that none waits for the coordinator
_TOGETHER = 4  # tasks in one message, which share what it costs

_workers: dict[str, Worker] = {}
_one_at_a_time = Lock()


def _worker(confinement: str) -> Worker:
    """This process's worker; a Dask worker process keeps one for its whole life."""
    if confinement not in _workers:
        import atexit

        _workers[confinement] = Worker(confinement)
        atexit.register(_workers[confinement].close)
    return _workers[confinement]


def probe(confinement: str) -> tuple[str, str]:
    """What confinement is in force on a worker: ("ready", its name) or ("unable", why)."""
    try:
        return "ready", _worker(confinement).players.confinement
    except Exception as problem:
        return "unable", f"{type(problem).__name__}: {problem}"


def tell(confinement: str, setup: Setup) -> None:
    """Tell a worker what the course is, before it gets its first task."""
    if _worker(confinement).setup != setup:
        with _one_at_a_time:
            _worker(confinement).begin(setup)


def do(confinement: str, tasks: list[Task | Page]) -> list[Done]:
    """A message's tasks on a worker of the cluster."""
    with _one_at_a_time:  # a Dask worker may have several threads
        return [_worker(confinement).do(task) for task in tasks]


class Cluster:
    """The workers of a Dask scheduler that can confine students' code; no others. Raises NoWorker."""

    in_force = ""
    elsewhere = True  # its workers do not see the course's folders

    def __init__(self, address: str, confinement: str = "auto", timeout: str = "10s") -> None:
        try:
            import dask
            from distributed import Client
        except ImportError:
            raise NoWorker("a cluster needs: pip install 'matrix-calculus-course[cluster]'") from None
        dask.config.set({"distributed.admin.low-level-log-length": 0})  # else the last 1000 messages are kept
        try:
            self.client = Client(address, timeout=timeout)
        except (OSError, ValueError, TimeoutError) as problem:
            raise NoWorker(f"no Dask scheduler answers at {address} ({problem})") from None
        self.confinement = confinement
        self.under_way: dict[Any, list[Task | Page]] = {}
        self.gathered: list[Task | Page] = []
        self.again: deque[Task | Page] = deque()
        self.tries: dict[tuple[str, ...], int] = {}
        self.replaced = 0
        self.setup: Setup | None = None
        self.there: set[str] = set()
        self.fit: list[str] = []
        self.looked = 0.0
        self.look()

    def look(self) -> None:
        """Find out which workers are there and can confine students' code; tell new ones the course. Raises
        NoWorker.
        """
        self.looked = time.monotonic()
        found = self.client.run(probe, self.confinement, on_error="return")
        said = {address: answer for address, answer in found.items() if isinstance(answer, tuple)}
        self.there = set(found)
        fit = [address for address, (kind, _) in said.items() if kind == "ready"]
        if not fit:
            why = next((text for kind, text in said.values() if kind == "unable"), "there is no worker")
            raise NoWorker(f"no worker of the cluster can take work: {why}")
        before, self.fit = self.fit, fit
        self.in_force = ", ".join(sorted({text for kind, text in said.values() if kind == "ready"}))
        if self.setup is not None:
            self.begin(self.setup)
        if not set(before) & set(fit):  # what was sent is bound to workers that are all gone
            lost = [future for future in self.under_way if future.status in UNFINISHED]
            self.again.extend(task for future in lost for task in self.under_way.pop(future))
            self.client.cancel(lost)

    def look_again(self) -> None:
        """Notice workers that came or went; where none is left, wait for one a while. Raises NoWorker."""
        if time.monotonic() - self.looked < LOOK_SECONDS:
            return
        self.looked = time.monotonic()
        deadline = self.looked + COMEBACK_SECONDS
        while True:
            there = set(self.client.nthreads())
            if there == self.there and there & set(self.fit):
                return
            try:
                return self.look()
            except NoWorker:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)

    def begin(self, setup: Setup) -> None:
        """Tell the workers what the course is; who cannot take it in gets no work. Raises NoWorker."""
        self.setup = setup
        said = self.client.run(tell, self.confinement, setup, workers=self.fit, on_error="return")
        self.fit = [address for address in self.fit if said.get(address, "it is gone") is None]
        if not self.fit:
            why = "; ".join(f"{type(one).__name__}: {one}" for one in said.values())
            raise NoWorker(f"no worker of the cluster can take work: {why or 'they are gone'}")

    @property
    def busy(self) -> int:
        """How many tasks are under way or wait to be sent."""
        return sum(map(len, self.under_way.values())) + len(self.gathered) + len(self.again)

    @property
    def free(self) -> bool:
        """Whether another task can be taken without piling up."""
        return not self.again and self.room

    @property
    def room(self) -> bool:
        return len(self.under_way) < _AHEAD * len(self.fit)

    def submit(self, task: Task | Page) -> None:
        """Take a task, and send it to the cluster when there are a few."""
        self.gathered.append(task)
        if len(self.gathered) == _TOGETHER:
            self._send_gathered()

    def _send_gathered(self) -> None:
        tasks, self.gathered = self.gathered, []
        if tasks:
            self._send(tasks)

    def _send(self, tasks: list[Task | Page]) -> None:
        future = self.client.submit(
            do, self.confinement, tasks, pure=False, workers=self.fit, allow_other_workers=False, retries=0
        )
        self.under_way[future] = tasks

    def finished(self, timeout: float = 0.5) -> Iterator[tuple[Task | Page, Done]]:
        """The tasks that were done since; a failed one is sent again, a bounded number of times."""
        from concurrent.futures import CancelledError

        from distributed import wait

        self.look_again()
        self._send_gathered()
        while self.again and self.room:
            self._send([self.again.popleft()])
        with suppress(TimeoutError, CancelledError):  # those that were cancelled are seen below
            wait(list(self.under_way), timeout=timeout, return_when="FIRST_COMPLETED")
        for future in [future for future in self.under_way if future.status != "pending"]:
            tasks = self.under_way.pop(future)
            try:
                if future.status in UNFINISHED:
                    raise LookupError("its result was lost")
                done = future.result()
            except (Exception, CancelledError) as problem:
                self.replaced += 1
                self.looked = 0.0
                yield from self._failed(tasks, problem)
            else:
                yield from zip(tasks, done, strict=True)

    def _failed(self, tasks: list[Task | Page], problem: BaseException) -> Iterator[tuple[Task | Page, Done]]:
        """See to the tasks of a message: several go again one by one, so that the one to blame is known."""
        for task in tasks:
            key = (type(task).__name__, task.assignment, task.student)
            self.tries[key] = self.tries.get(key, 0) + (len(tasks) == 1)
            if self.tries[key] >= TRIES:
                yield task, Done(error=f"its worker failed {TRIES} times ({problem}); set aside")
            else:
                self.again.append(task)

    def close(self) -> None:
        """Leave the cluster; its workers stay."""
        self.client.close()
