"""Players from the warm server, seen from the referee. See `server`."""

from __future__ import annotations

import contextlib
import copy
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from graders.referee.limits import Limits
from graders.referee.pictures import Pictures
from graders.referee.player import CellResult, Missing, NoPlayer, Packed, Reply, Status
from graders.referee.replies import as_reply, as_value
from graders.referee.wire import Wire, WireClosed, WireError, WireTimeout

START_SECONDS = 60.0
HELLO_SECONDS = 20.0
GRACE = 2.0
STRAY = 8
# What a notebook's text mentions, and what the server then loads before it forks a player for it.
HEAVY = (
    ("matplotlib", "matplotlib.pyplot"),
    ("matplotlib", "matplotlib_inline.backend_inline"),
    ("scipy", "scipy.optimize"),
    ("pandas", "pandas"),
)


# Of the instructor's environment no more than this: what a process was started with stays in its memory, and
# in that of every player forked from it.
KEPT = re.compile(r"PYTHON\w*|LC_\w+|LANG|TZ|PATH|HOME|TMPDIR|LD_LIBRARY_PATH")


def environment() -> dict[str, str]:
    """What a server or player is started with: this project importable, one thread for linear algebra."""
    import graders

    kept = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)}
    paths = [str(Path(graders.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    own = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONHASHSEED": "random"}
    return {**kept, **own, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class WarmServer:
    """The server seen from a process that it serves: starts it, asks it for players, and takes it down."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.warmed: set[str] = set()
        self.pictures = Pictures()
        self.begin()

    def begin(self) -> None:
        """Start the server, or start it anew. Raises NoPlayer."""
        ours, theirs = socket.socketpair()
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the server)
        # -P: nothing beside the notebooks is imported by accident
        command = [sys.executable, "-P", "-m", "graders.referee.server", str(theirs.fileno())]
        self.process: subprocess.Popen[bytes] | None = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], env=environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=self.errors,
        )  # fmt: skip
        theirs.close()
        self.wire = Wire(ours)
        self.greet()

    def greet(self) -> None:
        """Wait until the server is ready. Raises NoPlayer."""
        try:
            self.wire.receive(time.monotonic() + START_SECONDS)
        except WireError as problem:
            self.close()
            self.errors.seek(0)
            said = self.errors.read().decode("utf-8", "replace").strip().splitlines()
            raise NoPlayer(
                f"The warm server did not start ({problem}). {said[-1][:500] if said else ''}"
            ) from None

    def ready(self, sources: Iterable[str] = ()) -> None:
        """Begin anew if the server has died; load the heavy modules that these cells use."""
        with self.lock:
            if self.wire.ended():
                self.close()
                self.begin()
                self.warmed = set()
        wanted = {module for word, module in HEAVY if any(word in source for source in sources)}
        if wanted - self.warmed:
            self.warmed |= wanted
            self.ask({"do": "warm", "modules": [module for _, module in HEAVY if module in wanted]})

    def ask(self, request: dict[str, Any], handle: int | None = None) -> dict[str, Any]:
        """One request, one answer. Raises NoPlayer if the server is gone."""
        with self.lock:
            try:
                deadline = time.monotonic() + HELLO_SECONDS
                self.wire.send(request, deadline)
                if handle is not None:
                    socket.send_fds(self.wire.sock, [b"."], [handle])
                return self.wire.receive(deadline)
            except (WireError, OSError) as problem:
                self.wire.close()
                raise NoPlayer(f"The warm server is gone ({problem}).") from None

    def copy(self) -> WarmServer:
        """A server of its own for another process of ours, forked from this one with all that it has loaded.
        Raises NoPlayer."""
        self.ready()
        ours, theirs = socket.socketpair()
        try:
            self.ask({"do": "copy"}, theirs.fileno())
        finally:
            theirs.close()
        made = copy.copy(self)
        made.lock, made.warmed, made.process, made.wire = threading.Lock(), set(self.warmed), None, Wire(ours)
        made.greet()
        return made

    def close(self) -> None:
        """End the server and every player."""
        self.wire.close()
        if self.process is None:
            return  # a copy ends by itself when nobody listens any more
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Connected:
    """A player at the other end of a wire of ours: what warm players and those under bubblewrap have in
    common.
    """

    confinement = ""

    def __init__(self, folder: str | None, limits: Limits, private: tuple[str, ...]) -> None:
        self.folder, self.limits, self.private = folder, limits, private
        self.wire: Wire | None = None
        self.ended, self.lost = "", False
        self.start()

    # what differs
    def start(self) -> None:
        """Set `self.wire`, or raise NoPlayer."""
        raise NotImplementedError

    def interrupt(self) -> None:
        """Ask the running cell to stop."""
        raise NotImplementedError

    def end(self) -> str:
        """Kill everything; how it had ended, if it had: "memory", "died …" or ""."""
        raise NotImplementedError

    # what does not
    def greet(self) -> None:
        """Wait until the player is ready. Raises NoPlayer."""
        assert self.wire is not None
        try:
            hello = self.wire.receive(time.monotonic() + HELLO_SECONDS, 10_000)
        except WireError as problem:
            self.close()
            raise NoPlayer(f"The player did not start: {problem}. {self.ended}") from None
        if "hello" not in hello:
            self.close()
            raise NoPlayer(f"The player could not be confined: {str(hello.get('problem'))[:500]}")

    def run(self, source: str, cell_id: str, seconds: float) -> CellResult:
        """Run a cell. See `Player`."""
        start = time.monotonic()
        request = {"do": "run", "source": source}
        message, late = self._ask(request, start + seconds)
        took = time.monotonic() - start
        if message is None:
            status: Status = "timeout" if late else "memory" if self.ended == "memory" else "died"
            return CellResult([], status, took, self.words(), alive=False)
        outputs = message.get("outputs")
        status = "timeout" if late else "ok" if message.get("status") == "ok" else "error"
        return CellResult(outputs if isinstance(outputs, list) else [], status, took)

    def value(self, name: str) -> Packed | Missing:
        """A variable as data. See `Player`."""
        message, _ = self._ask({"do": "value", "name": name}, time.monotonic() + self.limits.call_seconds)
        return Missing(name, self.words()) if message is None else as_value(name, message)

    def call(self, handle: int, arguments: list[Packed], timeout: float) -> Reply:
        """Ask a function for a value. See `Player`."""
        request = {"do": "call", "handle": handle, "arguments": arguments}
        message, late = self._ask(request, time.monotonic() + timeout)
        if message is None:
            return Reply(error="died", detail=self.words())
        return as_reply(message, late)

    def words(self) -> str:
        """How it ended, for people."""
        if self.ended == "memory":
            return f"It used more than {self.limits.memory} MB of memory and was stopped."
        if self.ended.startswith("died"):
            return f"The Python process ended by itself ({self.ended[5:]})."
        return "The Python process could not be stopped gently, and was ended."

    def _ask(self, request: dict[str, Any], deadline: float) -> tuple[dict[str, Any] | None, bool]:
        """The reply, and whether it had to be interrupted for it; no reply means that the player is gone."""
        if self.wire is None:
            return None, False
        request["id"] = secrets.token_hex(8)
        late = False
        try:
            self.wire.send(request, deadline)
            for _ in range(STRAY):
                try:
                    message = self.wire.receive(deadline)
                except WireTimeout:
                    if late:
                        raise
                    late, deadline = True, time.monotonic() + GRACE
                    self.interrupt()
                    message = self.wire.receive(deadline)
                if message.get("id") == request["id"]:
                    return message, late
        except WireTimeout:
            late = True
        except WireClosed:
            self.lost = True
        except WireError as problem:
            self.ended = f"died {problem}"
        self.close()
        return None, late

    def restart(self) -> None:
        """Begin again with nothing."""
        self.close()
        self.ended, self.lost = "", False
        self.start()

    def close(self) -> None:
        """End the player and all that it started."""
        if self.wire is not None:
            self.wire.close()
            self.wire = None
            self.ended = self.end() or self.ended

    def __enter__(self) -> Connected:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class WarmPlayer(Connected):
    """A player forked from the warm server."""

    confinement = "warm"

    def __init__(
        self,
        server: WarmServer,
        folder: str | None,
        limits: Limits,
        private: tuple[str, ...],
        sources: Collection[str] = (),
    ) -> None:
        self.server, self.number, self.sources = server, 0, sources
        self.drawn = server.pictures.stand_ins(sources)
        self.orphaned = False  # it ended because the server did: not its program's doing
        super().__init__(folder, limits, private)

    def start(self) -> None:
        self.server.ready(self.sources)
        ours, theirs = socket.socketpair()
        given = {"folder": self.folder, "limits": self.limits.to_json(), "private": self.private}
        try:
            answer = self.server.ask({"do": "open", **given}, theirs.fileno())
        finally:
            theirs.close()
        if "player" not in answer:
            ours.close()
            raise NoPlayer(f"The player could not be confined: {answer.get('problem')}")
        self.number, self.wire = answer["player"], Wire(ours)
        self.greet()

    def run(self, source: str, cell_id: str, seconds: float) -> CellResult:
        """Run a cell, or what stands in for one whose pictures are known. See `Player` and `pictures`."""
        drawn = self.drawn.get(source)
        if drawn is not None:
            result = super().run(drawn.instead, cell_id, seconds)
            if result.status == "ok":
                return replace(result, outputs=drawn.outputs)
        return super().run(source, cell_id, seconds)

    def interrupt(self) -> None:
        with contextlib.suppress(NoPlayer):
            self.server.ask({"do": "interrupt", "player": self.number})

    def end(self) -> str:
        try:
            answer = self.server.ask({"do": "end", "player": self.number, "lost": self.lost})
        except NoPlayer:
            self.orphaned = True
            return "died with the server"
        return str(answer.get("ended", ""))
