"""The slower way: each player a process of its own under bubblewrap, where the warm server cannot fork them.

`python -m graders.referee.bubble WIRE CONTROL LIMITS` is what runs inside.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from functools import cache

from graders.referee.limits import Limits, MiB, from_json
from graders.referee.player import NoPlayer
from graders.referee.scratch import copy_files
from graders.referee.view import HOME, View, make_view
from graders.referee.warm import Connected, environment
from graders.referee.wire import Wire

FILES = "/mnt/files"


def command(bwrap: str, view: View, files: str, limits: Limits) -> list[str]:
    """How bubblewrap is called: the same view as in the warm way, namespaces of its own, no rights."""
    words = [bwrap, "--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"]
    words += ["--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL", "--clearenv"]
    words += ["--setenv", "PYTHONPATH", environment()["PYTHONPATH"]]
    bounded = ["--size", str(limits.scratch * MiB)] if "--size" in _help(bwrap) else []
    words += ["--proc", "/proc", "--dev", "/dev"]
    if os.geteuid() == 0:  # to the kernel the player is still root, only without rights: root owns these
        words += ["--ro-bind", "/proc/sys", "/proc/sys"]
        if os.path.exists("/proc/sysrq-trigger"):
            words += ["--ro-bind", "/dev/null", "/proc/sysrq-trigger"]
    for path in ("/dev/shm", "/tmp", "/home"):
        words += [*bounded, "--tmpfs", path]
    for path, shown in view.mounts:
        words += ["--ro-bind", path, path] if shown else ["--tmpfs", path]
    for path in view.emptied:
        words += ["--remount-ro", path]
    for path, target in view.links:
        words += ["--symlink", target, path]
    return [*words, "--dir", HOME, "--ro-bind", files, FILES, "--chdir", HOME]


@cache
def _help(bwrap: str) -> str:
    done = subprocess.run([bwrap, "--help"], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


class BubblePlayer(Connected):
    """A player under bubblewrap. See `Player`."""

    confinement = "bubblewrap"

    def start(self) -> None:
        bwrap = shutil.which("bwrap")
        if bwrap is None:
            raise NoPlayer("bubblewrap is not installed (on Debian and Ubuntu: apt-get install bubblewrap).")
        self.files = tempfile.mkdtemp(prefix="matcalc-files-")
        if self.folder:
            copy_files(self.folder, self.files, self.limits.scratch * MiB // 2)
        ours, theirs = socket.socketpair()
        self.control, inside = socket.socketpair()
        python = [sys.executable, "-P", "-m", "graders.referee.bubble"]
        arguments = [str(theirs.fileno()), str(inside.fileno()), json.dumps(self.limits.to_json())]
        self.process = subprocess.Popen(
            command(bwrap, make_view(self.private), self.files, self.limits) + python + arguments,
            pass_fds=[theirs.fileno(), inside.fileno()], start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        theirs.close()
        inside.close()
        self.wire = Wire(ours)
        self.greet()

    def interrupt(self) -> None:
        with contextlib.suppress(OSError):
            self.control.send(b"i")

    def end(self) -> str:
        self.control.settimeout(1.0 if self.lost else 0)
        word = b""
        with contextlib.suppress(OSError):
            word = self.control.recv(64)
        self.control.close()  # process 1 ends at this, and all with it
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stderr is not None:
            said = self.process.stderr.read(2000).decode("utf-8", "replace").strip()
            self.process.stderr.close()
            word = word or (f"died {said}".encode() if said else b"")
        shutil.rmtree(self.files, ignore_errors=True)
        return word.decode("utf-8", "replace")


def main() -> None:
    """Inside: make ready, then guard the student's process as in the warm way."""
    from graders.referee import jail, stage, warden

    os.environ.update(jail.ENVIRONMENT)
    limits = from_json(json.loads(sys.argv[3]))
    wire, control = socket.socket(fileno=int(sys.argv[1])), socket.socket(fileno=int(sys.argv[2]))

    def enter() -> None:
        copy_files(FILES, HOME, limits.scratch * MiB // 2)
        jail.settle(limits)

    warden.guard(enter, wire, control, stage.prepare(), limits)


if __name__ == "__main__":
    main()
