"""The warm server: a process of its own, started by exec, that forks players from an interpreter made ready.

It holds nothing worth stealing: no key, no course, no answers. It listens to one process only, over a socket,
and ends when that is closed, and all its players with it.

`python -m graders.referee.server FD`
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any, NoReturn

from graders.referee import jail, linux, stage, warden
from graders.referee.limits import from_json
from graders.referee.view import make_view
from graders.referee.wire import Wire, WireError

WARM = ("matplotlib.pyplot", "matplotlib_inline.backend_inline", "scipy.optimize", "pandas")
LAST_WORD = 1.0
PARENT_SECONDS = 2.0
FIRST_ID = 1_900_000_000


class Server:
    """Forks players on request, and ends them."""

    def __init__(self, control: socket.socket) -> None:
        self.wire = Wire(control)
        self.shell = stage.prepare()
        self.begin()

    def begin(self) -> None:
        """With no player yet, and a place of its own for the roots of those to come."""
        self.root = tempfile.mkdtemp(prefix="matcalc-root-")
        self.players: dict[int, tuple[int, socket.socket]] = {}
        self.count = 0
        linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
        self.own_pids: int | None = None
        if linux.rules_the_machine():
            with contextlib.suppress(OSError):
                handle = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
                linux.setns(handle, linux.CLONE_NEWPID)
                self.own_pids = handle

    def serve(self, parent: int | None = None) -> None:
        """Until the other side closes its end, or the process `parent` is no parent any more."""
        gc.collect()
        gc.freeze()
        self.wire.send({"ready": True})
        try:
            while True:
                while not select.select([self.wire.sock], [], [], PARENT_SECONDS)[0]:
                    if parent not in (None, os.getppid()):
                        return
                request = self.wire.receive()
                self.wire.send(self.answer(request))
        except WireError:
            pass
        finally:
            for number in list(self.players):
                self.end(number)
            with contextlib.suppress(OSError):
                os.rmdir(self.root)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        do = request["do"]
        if do == "open":
            return self.open(request)
        if do == "copy":
            return self.copy()
        if do == "warm":
            return {"warmed": [name for name in request["modules"] if self.warm(name)]}
        if do == "interrupt":
            return {"sent": self.tell(request["player"], b"i")}
        return self.end(request["player"], bool(request.get("lost")))

    def warm(self, name: str) -> bool:
        """Load a module that the next players will use."""
        if name not in WARM:
            return False
        with contextlib.suppress(Exception):
            importlib.import_module(name)
            if name == "matplotlib_inline.backend_inline":
                stage.draw_once(self.shell)
            gc.collect()
            gc.freeze()
        return name in sys.modules

    def copy(self) -> dict[str, Any]:
        """Fork a server like this one, which listens on the socket that comes along with the request."""
        _, (handle,), _, _ = socket.recv_fds(self.wire.sock, 1, 1)
        child = os.fork()
        if child == 0:
            self.wire.close()
            for _, theirs in self.players.values():
                theirs.close()
            self.wire = Wire(socket.socket(fileno=handle))
            self.begin()
            self.serve()
            os._exit(0)
        os.close(handle)
        return {}

    def open(self, request: dict[str, Any]) -> dict[str, Any]:
        """Fork a player; it says hello on the socket that comes along with the request."""
        _, handles, _, _ = socket.recv_fds(self.wire.sock, 1, 1)
        self.count += 1
        number = self.count
        limits = from_json(request["limits"])
        host_id = self.host_id(number) if linux.rules_the_machine() else None
        view = make_view(tuple(request["private"]))
        cell = jail.Cell(view, self.root, request.get("folder"), limits, host_id)
        ours, theirs = socket.socketpair()
        start = self._start_directly if self.own_pids is not None else self._start
        said = start(cell, handles[0], theirs)
        os.close(handles[0])
        theirs.close()
        if not said.isdigit():
            ours.close()
            return {"problem": said or "the player ended before it began"}
        self.players[number] = (int(said), ours)
        self.tell(number, b"g")
        return {"player": number}

    def _start_directly(self, cell: jail.Cell, connection: int, control: socket.socket) -> str:
        """Fork process 1 into a namespace of processes that was made for it. Gives its number."""
        assert self.own_pids is not None
        linux.unshare(linux.CLONE_NEWPID)
        try:
            child = os.fork()
        except OSError:
            linux.setns(self.own_pids, linux.CLONE_NEWPID)
            raise
        if child == 0:
            try:
                _close_others({connection, control.fileno()})

                def enter() -> None:
                    jail.leave_namespaces(cell.host_id, of_processes=False)
                    jail.enter(cell)

                _guard(enter, cell, connection, control, self.shell)
            finally:
                os._exit(1)
        linux.setns(self.own_pids, linux.CLONE_NEWPID)  # the next player gets one of its own
        return str(child)

    def _start(self, cell: jail.Cell, connection: int, control: socket.socket) -> str:
        """Fork a process that leaves the namespaces, forks process 1 and ends. Its number, or why not."""
        report, written = os.pipe()
        child = os.fork()
        if child == 0:
            keep = {connection, control.fileno(), written}
            _first_step(cell, connection, control, written, keep, self.shell)
        os.close(written)
        said = _read_all(report)
        os.close(report)
        os.waitpid(child, 0)
        return said.decode("utf-8", "replace")

    def host_id(self, number: int) -> int:
        """A user id that nobody has, for one player."""
        wanted = FIRST_ID + (os.getpid() & 0x3FFFF) * 256 + number % 256
        return wanted if _mapped(wanted) else 40_000 + (os.getpid() * 64 + number) % 20_000

    def tell(self, number: int, word: bytes) -> bool:
        with contextlib.suppress(OSError, KeyError):
            self.players[number][1].send(word)
            return True
        return False

    def end(self, number: int, lost: bool = False) -> dict[str, Any]:
        """Kill a player with all its processes, and say how it had ended if it had (as `lost` supposes)."""
        pid, ours = self.players.pop(number, (0, None))
        if ours is None:
            return {"ended": ""}
        ours.settimeout(LAST_WORD if lost else 0)
        word = b""
        with contextlib.suppress(OSError):
            word = ours.recv(64)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        ours.close()
        return {"ended": word.decode("ascii", "replace")}


def _mapped(wanted: int) -> bool:
    with contextlib.suppress(OSError, ValueError), open("/proc/self/uid_map") as file:
        for line in file:
            inside, _, count = map(int, line.split())
            if inside <= wanted < inside + count:
                return True
        return False
    return True


def _read_all(handle: int) -> bytes:
    data = b""
    while chunk := os.read(handle, 4096):
        data += chunk
        if len(data) > 4096:
            break
    return data


def _first_step(cell: jail.Cell, connection: int, control: socket.socket, report: int, keep: set[int],
                shell: Any) -> NoReturn:  # fmt: skip
    """In the first child: leave the namespaces, fork process 1, say its number, go."""
    try:
        _close_others(keep)
        jail.leave_namespaces(cell.host_id)
        first = os.fork()
        if first == 0:
            os.close(report)
            _guard(lambda: jail.enter(cell), cell, connection, control, shell)
        os.write(report, str(first).encode())
    except BaseException as problem:
        _tell(report, problem)
    os._exit(0)


def _guard(enter: Callable[[], None], cell: jail.Cell, connection: int, control: socket.socket,
           shell: Any) -> None:  # fmt: skip
    """Be process 1, as soon as the server says go."""
    if control.recv(1) != b"g":
        os._exit(0)
    warden.guard(enter, socket.socket(fileno=connection), control, shell, cell.limits)


def _tell(report: int, problem: BaseException) -> None:
    with contextlib.suppress(OSError):
        os.write(report, f"{type(problem).__name__}: {problem}".encode()[:1000])


def _close_others(keep: set[int]) -> None:
    """Nothing that the server holds open is for players: not its own socket, not its other players'."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    for name in os.listdir("/proc/self/fd"):
        handle = int(name)
        if handle > 2 and handle not in keep:
            with contextlib.suppress(OSError):
                os.close(handle)


def main() -> None:
    """The server's whole life."""
    os.environ.update(
        jail.ENVIRONMENT | {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/")}
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle; its end ends this
    time.tzset()
    Server(socket.socket(fileno=int(sys.argv[1]))).serve(parent=os.getppid())


if __name__ == "__main__":
    main()
