"""Attempts to break out of a player: none of them may succeed."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from graders.referee.player import Missing, NoPlayer
from graders.referee.view import make_view

ENTRIES = 200  # of a folder, that a player tries to see

# Runs in a player. Each entry says what the player managed to do; all must be False.
ATTEMPTS = """
import json as _json, os as _os, signal as _signal, socket as _socket
_given = _json.loads({given!r})
def _try(act):
    try:
        return bool(act())
    except Exception:
        return False
def _net(family, address):
    with _socket.socket(family) as s:
        s.settimeout(1)
        s.connect(address)
        return True
_found = {{
    "read a file of the course": _try(lambda: open(_given["file"]).read()),
    "listed the course": _try(lambda: _os.listdir(_given["folder"])),
    "wrote a file of the course": _try(lambda: open(_given["file"], "a").write("x")),
    "saw what is in the course's own folder": any(map(_os.path.lexists, _given["private"])),
    "reached the network": _try(lambda: _net(_socket.AF_INET, ("127.0.0.1", _given["port"]))),
    "reached a socket of the machine": _try(lambda: _net(_socket.AF_UNIX, _given["abstract"])),
    "signalled the referee": _try(lambda: _os.kill(_given["pid"], 0) is None and _given["pid"] > 50),
    "saw processes of the machine": _try(lambda: len([p for p in _os.listdir("/proc") if p.isdigit()]) > 8),
    "was root": _try(lambda: _os.getuid() == 0),
    "changed Python's library": _try(lambda: open(_json.__file__, "a").write("#")),
    "made a namespace": _try(lambda: __import__("ctypes").CDLL(None).unshare(0x10000000) == 0),
}}
_found = [name for name, done in _found.items() if done]
"""


def entries(private: tuple[str, ...]) -> list[str]:
    """What lies in these folders, but for what Python needs."""
    shown = make_view(private).shown
    found: list[str] = []
    for folder in private:
        with contextlib.suppress(OSError):
            found += [os.path.join(folder, name) for name in sorted(os.listdir(folder))[:ENTRIES]]
    return [path for path in found if not any(f"{one}/".startswith(f"{path}/") for one in shown)]


def escapes(player: Any, private: tuple[str, ...] = ()) -> list[str]:
    """What a player managed to do that it should not be able to; empty if confinement is in force.

    `private` are folders of which it must see nothing. Raises NoPlayer if it did not answer.
    """
    with tempfile.TemporaryDirectory(prefix="matcalc-probe-") as folder, socket.socket() as listener:
        os.chmod(folder, 0o755)
        file = Path(folder, "canary.txt")
        file.write_text("seen\n")
        file.chmod(0o666)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        name = f"\0matcalc-probe-{os.getpid()}-{listener.getsockname()[1]}"
        with socket.socket(socket.AF_UNIX) as local:
            if sys.platform == "linux":
                local.bind(name)
                local.listen(1)
            given = {"file": str(file), "folder": folder, "port": listener.getsockname()[1], "abstract": name,
                     "pid": os.getpid(), "private": entries(private)}  # fmt: skip
            result = player.run(ATTEMPTS.format(given=json.dumps(given)), "probe", 20.0)
            found = player.value("_found")
        if result.status != "ok" or isinstance(found, Missing):
            raise NoPlayer(f"The player did not take the probe: {result.status} {result.detail}")
        names = (
            found.get("list", ["said nothing sensible"])
            if isinstance(found, dict)
            else ["said nothing sensible"]
        )
        if file.read_text() != "seen\n" and "wrote a file of the course" not in names:
            names = [*names, "wrote a file of the course"]
        return [str(name) for name in names]
