"""The files that a player finds in its working folder: a bounded copy, without notebooks or links."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

LEFT_OUT = (".ipynb", ".db", ".pyc")
MAX_FILES = 500
MAX_DEEP = 20  # folders in folders; a player's disk holds twice as many as this allows
_CAREFUL = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # Windows has neither


def copy_files(source: str | os.PathLike[str], target: str | os.PathLike[str], room: int) -> int:
    """Copy plain files from `source` into `target`, at most `room` bytes; returns how many bytes were copied.

    Links, devices, hidden folders, notebooks and databases are left out; so is what has no room, for its size
    or for the length of its name.
    """
    used = files = 0
    for folder, names, entries in os.walk(source, followlinks=False):
        inside = os.path.relpath(folder, source)
        shown = sorted(n for n in names if not n.startswith(".") and n != "__pycache__")
        names[:] = shown[:100] if inside.count(os.sep) < MAX_DEEP else []
        for name in sorted(entries):
            if name.startswith(".") or name.endswith(LEFT_OUT):
                continue
            data = _read(os.path.join(folder, name), room - used)
            if data is None:
                continue
            files += 1
            if files > MAX_FILES:
                return used
            used += len(data)
            goal = Path(target, inside, name)
            with contextlib.suppress(OSError):
                goal.parent.mkdir(parents=True, exist_ok=True)
                goal.write_bytes(data)
    return used


def _read(path: str, room: int) -> bytes | None:
    """The bytes of a plain file, opened without following a link; None if it is none or too large."""
    try:
        handle = os.open(path, os.O_RDONLY | _CAREFUL)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > room:
            return None
        data = file.read(room + 1)
    return data if len(data) <= room else None
