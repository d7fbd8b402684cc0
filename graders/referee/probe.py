"""Whether confinement is in force, found out by trying to break out of a player; and what would mend it if
not.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from graders.referee.escapes import escapes
from graders.referee.player import NoPlayer
from graders.referee.players import Players


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


def probe(way: str, private: tuple[str, ...] = ()) -> Finding:
    """Start a player in one way ("warm" or "bubblewrap") and let it try to break out, and to see something of
    the folders `private`.
    """
    if sys.platform != "linux":
        return Finding(way, False, "Confinement needs Linux.", MEND_LINUX)
    try:
        with Players(way, checked=False) as players:  # type: ignore[arg-type]
            players.private = private
            with players.player() as player:
                found, known = escapes(player, private), facts(way)
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
