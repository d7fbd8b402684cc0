"""Workers on this machine: replaced when they die or hang, their tasks tried again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from graders.classroom.work import Done, Page, Setup, Task, Worker
from graders.referee import NoPlayer, linux

if TYPE_CHECKING:
    from graders.referee.players import Players

TRIES = 3
AHEAD = 2  # tasks in a worker's hands: the one that it does, and the next


def _serve(
    pipe: Connection, others: list[Any], make: Callable[..., Any], confinement: str, players: Players | None
) -> None:
    """A worker process: told what the course is, it does one task after another until the pipe ends."""
    if sys.platform == "linux":
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)  # whoever ends the coordinator ends the workers
    os.setsid()  # so that all of it can be ended at once, and Ctrl-C reaches the coordinator alone
    for other in others:
        other.close()  # a copy of another's pipe would keep that one from ending
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    worker = None
    try:
        try:
            worker = make(confinement, players)
        except Exception as problem:
            pipe.send(("unable", f"{type(problem).__name__}: {problem}"))
            return
        pipe.send(("ready", worker.players.confinement))
        while True:
            given = pipe.recv()
            if isinstance(given, Setup):
                try:
                    worker.begin(given)
                except NoPlayer as problem:
                    pipe.send(("unable", str(problem)))
                    return
            else:
                pipe.send(("done", worker.do(given)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    finally:
        if worker is not None:
            worker.close()


@dataclass
class _Hand:
    process: Any
    pipe: Connection
    tasks: deque[Task | Page] = field(default_factory=deque)
    since: float = 0.0
    ready: bool = False


class NoWorker(RuntimeError):
    """No worker can start; the message says why and what would mend it."""


class Crew:
    """`size` workers. They start at once; tell them the course with `begin`, then `submit` and `finished`.

    `patience` is how many seconds a task may take before its worker counts as hung. `players` are open
    already and made ready, if given: each worker gets a copy, and the crew closes them.
    """

    def __init__(
        self,
        size: int,
        confinement: str = "auto",
        patience: float = 600.0,
        make: Callable[..., Any] = Worker,
        players: Players | None = None,
    ) -> None:
        self.make, self.players = make, players
        self.size, self.confinement, self.patience = size, confinement, patience
        self.elsewhere = False
        self.setup: Setup | None = None
        self.in_force = ""
        self.replaced = 0
        self.tries: dict[tuple[str, ...], int] = {}
        self.again: deque[Task | Page] = deque()
        self.hands: list[_Hand] = []
        # A fork of a young process has everything loaded; later ones would copy open files and locks.
        method = "fork" if sys.platform == "linux" else "spawn"
        for _ in range(size):
            self._hire(method)

    def _hire(self, method: str = "spawn") -> None:
        context: Any = multiprocessing.get_context(method)
        ours, theirs = context.Pipe()
        others: list[Any] = []
        players = None
        if method == "fork":
            others = [hand.pipe for hand in self.hands] + [ours]
            if self.players is not None:
                players = self.players.copy()
                others.append(self.players)
        process = context.Process(target=_serve, args=(theirs, others, self.make, self.confinement, players))
        process.start()
        theirs.close()
        if players is not None:
            players.close()  # the worker's now
        hand = _Hand(process, ours)
        self.hands.append(hand)
        if self.setup is not None:
            self._send(hand, self.setup)

    def begin(self, setup: Setup) -> None:
        """Tell the workers what the course is."""
        if self.confinement == "none":  # students' programs could write there
            setup = replace(setup, verdicts="")
        self.setup = setup
        for hand in self.hands:
            self._send(hand, setup)

    def _send(self, hand: _Hand, what: Any) -> None:
        with suppress(OSError):  # its end is noticed where results are waited for
            hand.pipe.send(what)

    @property
    def busy(self) -> int:
        """How many tasks are under way or wait to be tried again."""
        return sum(len(hand.tasks) for hand in self.hands) + len(self.again)

    @property
    def free(self) -> bool:
        """Whether another task can be taken without piling up."""
        return not self.again and any(len(hand.tasks) < AHEAD for hand in self.hands)

    def submit(self, task: Task | Page) -> None:
        """Hand a task to the worker with the least to do."""
        hand = min(self.hands, key=lambda hand: len(hand.tasks))
        if not hand.tasks:
            hand.since = time.monotonic()
        hand.tasks.append(task)
        self._send(hand, task)

    def finished(self, timeout: float = 0.5) -> Iterator[tuple[Task | Page, Done]]:
        """The tasks that were done since; a worker's death or sleep costs its task a try. Raises NoWorker."""
        while self.again and any(len(hand.tasks) < AHEAD for hand in self.hands):
            self.submit(self.again.popleft())
        ready = set(wait([hand.pipe for hand in self.hands], timeout))
        now = time.monotonic()
        for hand in list(self.hands):
            if hand.pipe in ready:
                yield from self._hear(hand)
            elif hand.tasks and hand.ready and now - hand.since > self.patience:
                yield from self._replace(hand, f"it took more than {self.patience:g} seconds")

    def _hear(self, hand: _Hand) -> Iterator[tuple[Task | Page, Done]]:
        try:
            kind, value = hand.pipe.recv()
        except Exception:  # end of file, or a message that was cut off
            yield from self._replace(hand, "its worker died")
            return
        hand.since = time.monotonic()
        if kind == "ready":
            hand.ready, self.in_force = True, value
        elif kind == "unable":
            raise NoWorker(value)
        else:
            yield hand.tasks.popleft(), value

    def _replace(self, hand: _Hand, why: str) -> Iterator[tuple[Task | Page, Done]]:
        """End a worker for good, start another, and see to its tasks: the first is to blame."""
        self.hands.remove(hand)
        _end(hand)
        self.replaced += 1
        if not hand.ready and self.replaced > 3 * self.size + 5:
            raise NoWorker("workers keep dying before their first task")
        self._hire()
        if hand.tasks:
            first = hand.tasks.popleft()
            key = (type(first).__name__, first.assignment, first.student)
            self.tries[key] = self.tries.get(key, 0) + 1
            if self.tries[key] >= TRIES:
                yield first, Done(error=f"{why}, {TRIES} times; set aside")
            else:
                self.again.append(first)
        self.again.extend(hand.tasks)

    def close(self) -> None:
        """End all workers and whatever they run."""
        for hand in self.hands:
            hand.pipe.close()
        deadline = time.monotonic() + 3
        for hand in self.hands:
            hand.process.join(max(0.0, deadline - time.monotonic()))
            _end(hand)
        self.hands.clear()
        if self.players is not None:
            self.players.close()


def _end(hand: _Hand) -> None:
    if hand.process.is_alive():
        try:
            os.killpg(hand.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            hand.process.kill()
    hand.process.join(5)
    hand.pipe.close()
