"""Process 1 of a player: trusted, without rights of its own, and out of the student's reach.

It is forked (or started under bubblewrap), lets itself be confined, and forks the process that runs the
student's code. When it ends, so does everything in its namespace of processes.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from collections.abc import Callable
from typing import Any, NoReturn

from graders.referee import jail, linux, stage
from graders.referee.limits import OPEN_FILES, Limits
from graders.referee.view import HOME
from graders.referee.wire import Wire

WATCH = 0.1
FEW = 4
IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1)


def guard(
    enter: Callable[[], None], sock: socket.socket, control: socket.socket, shell: Any, limits: Limits
) -> NoReturn:
    """Process 1 of a player: confines itself by `enter`, forks the one that runs the student's code, watches.

    `sock` is the student's wire; on `control` come words ("i": interrupt), and its end is this player's end.
    """
    try:
        for name in IGNORED:
            signal.signal(name, signal.SIG_IGN)
        enter()
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        student = os.fork()
    except BaseException as problem:
        with contextlib.suppress(Exception):
            Wire(sock).send({"problem": f"{type(problem).__name__}: {problem}"[:1000]})
        os._exit(1)
    if student == 0:
        try:
            control.close()
            os.setsid()
            for name in IGNORED:
                signal.signal(name, signal.SIG_DFL)
            jail.confine_student()
            stage.perform(sock, shell, limits, HOME)
        except BaseException as problem:
            with contextlib.suppress(BaseException):
                Wire(sock).send({"problem": f"{type(problem).__name__}: {problem}"[:1000]})
        finally:
            os._exit(1)
    sock.close()
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    watch(student, control, limits)


def watch(student: int, control: socket.socket, limits: Limits) -> NoReturn:
    """Reap, interrupt when told, end all when the server, the student's process or the memory is gone."""
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    woken.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        readable, _, _ = select.select([control, woken], [], [], WATCH)
        if woken in readable:
            woken.recv(4096)
        if control in readable:
            word = control.recv(64)
            if not word:
                os._exit(0)
            if b"i" in word:
                with contextlib.suppress(OSError):
                    os.kill(student, signal.SIGINT)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                os._exit(0)
            if pid == 0:
                break
            if pid == student:
                _end(control, f"died {_how(status)}")
        pids = _pids()
        if len(pids) > limits.processes + 8:  # where the system's own bound does not hold, as for root
            _end(control, "died of too many processes")
        if len(pids) > FEW:
            _yield_to_others(pids)
        if _held(pids) > limits.memory:
            _end(control, "memory")


def _end(control: socket.socket, word: str) -> NoReturn:
    with contextlib.suppress(OSError):
        control.send(word.encode())
    os._exit(0)


def _how(status: int) -> str:
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"code {os.WEXITSTATUS(status)}"


def _yield_to_others(pids: list[int]) -> None:
    """Many processes get little time each, so that they cannot make another player late."""
    for pid in pids:
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{pid}/task"):
                os.setpriority(os.PRIO_PROCESS, int(thread), 19)


def _pids() -> list[int]:
    """The player's processes but this one; none if there is no telling."""
    with contextlib.suppress(OSError):
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]
    return []


def _held(pids: list[int]) -> int:
    """MiB in use by these processes, what they share with the server counted in part; 0 if it is little."""
    resident = {pid: _resident(pid) for pid in pids}
    if sum(resident.values()) < 256:  # too little to look closer
        return 0
    return round(sum(_own(pid, most) for pid, most in resident.items()))


def _resident(pid: int) -> float:
    with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * _PAGE
    return 0.0


def _own(pid: int, most: float) -> float:
    """A process's part of the memory, and what the kernel may hold for its sockets. One that lets nobody look
    (`PR_SET_DUMPABLE`) counts in full."""
    try:
        sockets = len(os.listdir(f"/proc/{pid}/fd"))
        with open(f"/proc/{pid}/smaps_rollup") as file:
            shares = [int(line.split()[1]) for line in file if line.startswith("Pss:")]
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return 0.0
    except (OSError, ValueError):
        return most + OPEN_FILES * _SOCKET
    return sum(shares) / 1024 + sockets * _SOCKET


_SOCKET = 0.2  # what may wait in one to be read
_PAGE = os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
