"""A submission's folder before it is graded: nothing in it may lead outside, and nothing may be lost."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _special(path: Path) -> bool:
    mode = path.lstat().st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """A folder that may be written to for a moment; the exchange leaves some read-only."""
    mode = folder.stat().st_mode
    if mode & stat.S_IRWXU == stat.S_IRWXU:
        yield
        return
    folder.chmod(mode | stat.S_IRWXU)
    try:
        yield
    finally:
        folder.chmod(mode)


def remove_links(folder: Path) -> list[str]:
    """Takes links, pipes and devices out of a submission; says which. Raises OSError where it cannot."""
    removed = []
    for place, folders, files in os.walk(folder, followlinks=False):
        for name in [*folders, *files]:
            path = Path(place, name)
            if not _special(path):
                continue
            kind = f"a link to {os.readlink(path)}" if path.is_symlink() else "no ordinary file"
            with writable(Path(place)):
                path.unlink()
            removed.append(f"{path.relative_to(folder)} was {kind} and was taken out")
    return removed


def mend_papers(folder: Path) -> list[str]:
    """The time stamp and the secret that nbgrader puts beside a submission, where they are missing or bad.

    Without them a single submission ends `autograde` or `release_feedback` for the whole class.
    """
    from nbgrader.utils import parse_utc

    notes = []
    stamp, secret = folder / "timestamp.txt", folder / "submission_secret.txt"
    if stamp.is_file():
        try:
            text = stamp.read_text().strip()
            parse_utc(text or None)
        except (ValueError, OverflowError):
            with writable(folder):
                stamp.rename(folder / "timestamp-unreadable.txt")
            notes.append("its time stamp could not be read; it counts as handed in on time")
    with writable(folder):
        if not stamp.exists():
            stamp.write_text("")
        if not secret.exists():
            secret.write_text(secrets.token_hex(64))
    return notes


def stand_ins(folder: Path, expected: list[str]) -> dict[str, str]:
    """For a released notebook that is missing, the one notebook that must be it under another name."""
    present = sorted(path.name for path in folder.glob("*.ipynb") if path.is_file())
    missing = [name for name in expected if name not in present]
    others = [name for name in present if name not in expected]
    return {missing[0]: others[0]} if len(missing) == 1 and len(others) == 1 else {}


def tidy(folder: Path, expected: list[str], notebooks: list[str] | None = None) -> list[str]:
    """All of the above; nbgrader's own list `notebooks` is brought up to date. Says what was done."""
    notes = remove_links(folder) + mend_papers(folder)
    taken = stand_ins(folder, expected)
    for name, other in taken.items():
        data = (folder / other).read_bytes()
        with writable(folder):
            (folder / name).write_bytes(data)
        notes.append(f"{name} was missing; {other} was taken for it")
    used = {*expected, *taken.values()}
    others = sorted(path.name for path in folder.glob("*.ipynb") if path.name not in used)
    if others:
        notes.append(f"also handed in, and not graded: {', '.join(others)}")
    if notebooks is not None:
        known = {Path(path).name for path in notebooks}
        notebooks += [str(folder / name) for name in expected if name not in known]
    return notes
