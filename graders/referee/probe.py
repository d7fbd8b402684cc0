"""Whether confinement is in force, found out by trying to break out of a player; and what would mend it if
not.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graders.referee.player import Missing, NoPlayer

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


@dataclass
class Finding:
    """One way of confinement: whether it is in force here; if not, why, and one command or step that mends
    it.
    """

    way: str
    works: bool
    why: str = ""
    mend: str = ""
    escapes: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


def escapes(player: Any) -> list[str]:
    """What a player managed to do that it should not be able to; empty if confinement is in force.

    Raises NoPlayer if it did not answer.
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
                     "pid": os.getpid()}  # fmt: skip
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


def facts(way: str) -> list[str]:
    """What protects beyond namespaces, and what is missing here."""
    from graders.referee import linux, seccomp

    version = linux.landlock_version()
    own = way == "warm" and linux.rules_the_machine()
    return [
        "a user id of its own for every player"
        if own
        else "players have the user id of who grades (outside)",
        f"Landlock {version}" if version else "no Landlock in this kernel (5.13 or newer has it)",
        "a filter of system calls" if seccomp.known() else f"no filter of system calls for {linux.MACHINE}",
    ]


def probe(way: str) -> Finding:
    """Start a player in one way ("warm" or "bubblewrap") and let it try to break out."""
    from graders.referee.players import Players

    if sys.platform != "linux":
        return Finding(way, False, "Confinement needs Linux.", MEND_LINUX)
    try:
        with Players(way, checked=False) as players, players.player() as player:  # type: ignore[arg-type]
            found, known = escapes(player), facts(way)
    except (NoPlayer, OSError) as problem:
        return Finding(way, False, str(problem), mend(way))
    if found:
        return Finding(way, False, f"A player {', '.join(found)}.", mend(way), found)
    return Finding(way, True, facts=known)


MEND_LINUX = (
    "Grade on Linux (a machine, WSL 2, or a container started with --security-opt seccomp=unconfined)."
)
_SWITCHES = (
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"),
    ("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
    ("user/max_user_namespaces", "0", "user.max_user_namespaces=15000"),
)


def mend(way: str) -> str:
    """The one step that most likely makes this way work."""
    for name, bad, setting in _SWITCHES:
        try:
            value = Path("/proc/sys", name).read_text().strip()
        except OSError:
            continue
        if value == bad:
            return f"sudo sysctl -w {setting}"
    if way == "bubblewrap" and shutil.which("bwrap") is None:
        return "sudo apt-get install bubblewrap"
    if os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv"):
        return "Start the container with --security-opt seccomp=unconfined --security-opt apparmor=unconfined"
    if os.geteuid() == 0 and os.path.realpath(sys.executable).startswith(os.path.expanduser("~")):
        return "Use a Python outside of root's home: make clean; make PYTHON=/usr/bin/python3 demo"
    return (
        "Run as root, or ask for user namespaces to be allowed: sudo sysctl -w user.max_user_namespaces=15000"
    )
