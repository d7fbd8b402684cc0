"""A submission's folder before it is graded: nothing in it may lead outside, and nothing may be lost."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def _special(path: Path) -> bool:
    mode = path.lstat().st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def remove_links(folder: Path) -> list[str]:
    """Takes links, pipes and devices out of a submission; says which. Raises OSError where it cannot."""
    removed = []
    for place, folders, files in os.walk(folder, followlinks=False):
        for name in [*folders, *files]:
            path = Path(place, name)
            if not _special(path):
                continue
            kind = f"a link to {os.readlink(path)}" if path.is_symlink() else "no ordinary file"
            mode = Path(place).stat().st_mode
            os.chmod(place, mode | stat.S_IRWXU)
            path.unlink()
            os.chmod(place, mode)
            removed.append(f"{path.relative_to(folder)} was {kind} and was taken out")
    return removed


def mend_timestamp(folder: Path) -> list[str]:
    """A time stamp that nbgrader cannot read would end the run: it is renamed, and there is none."""
    from nbgrader.utils import parse_utc

    path = folder / "timestamp.txt"
    if not path.is_file():
        return []
    try:
        parse_utc(path.read_text().strip() or None)
    except (ValueError, OverflowError, UnicodeDecodeError):
        path.rename(folder / "timestamp-unreadable.txt")
        return ["its time stamp could not be read; it counts as handed in on time"]
    return []


def stand_ins(folder: Path, expected: list[str]) -> dict[str, str]:
    """For a released notebook that is missing, the one notebook that must be it under another name."""
    present = sorted(path.name for path in folder.glob("*.ipynb") if path.is_file())
    missing = [name for name in expected if name not in present]
    others = [name for name in present if name not in expected]
    return {missing[0]: others[0]} if len(missing) == 1 and len(others) == 1 else {}


def tidy(folder: Path, expected: list[str], notebooks: list[str] | None = None) -> list[str]:
    """All of the above; nbgrader's own list `notebooks` is brought up to date. Says what was done."""
    notes = remove_links(folder) + mend_timestamp(folder)
    for name, other in stand_ins(folder, expected).items():
        data = (folder / other).read_bytes()
        mode = folder.stat().st_mode
        os.chmod(folder, mode | stat.S_IRWXU)
        (folder / name).write_bytes(data)
        os.chmod(folder, mode)
        notes.append(f"{name} was missing; {other} was taken for it")
    if notebooks is not None:
        known = {Path(path).name for path in notebooks}
        notebooks += [str(folder / name) for name in expected if name not in known]
    return notes
