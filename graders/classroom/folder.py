"""A submission's folder before it is graded: nothing in it may lead outside, and nothing may be lost."""

from __future__ import annotations

import errno
import filecmp
import json
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path

from graders.classroom.reading import plain

UNREADABLE = "timestamp-unreadable.txt"
NO_TIME = "it counts as handed in on time"
COPIES = ".taken-for.json"  # which notebook was copied to which name
MOST_NESTED = 100  # folders in folders; at some hundreds Python's own walks through a tree end with an error
MOST_FILES = 10_000  # an environment of Python's that was put there by mistake may have some thousand
MOST_NOTES = 20
MOST_OF_A_STAMP, MOST_OF_A_SECRET = 200, 2000  # bytes


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


def refuse_size(folder: Path) -> None:
    """Raises OSError where there are too many files, or folders in folders, for what walks through later."""
    level, count = [str(folder)], 0
    for _ in range(MOST_NESTED):
        inner = []
        for entry in chain.from_iterable(map(_entries, level)):
            count += 1
            if count > MOST_FILES:
                raise OSError(errno.E2BIG, f"more than {MOST_FILES:,} files", str(folder))
            if entry.is_dir(follow_symlinks=False):
                inner.append(entry.path)
        level = inner
    if level:
        raise OSError(errno.ENAMETOOLONG, "folders in folders, too many", str(folder))


def _entries(place: str) -> list[os.DirEntry[str]]:
    with suppress(OSError), os.scandir(place) as entries:
        return list(islice(entries, MOST_FILES + 1))
    return []


def copy_ordinary(
    src: str, dest: str, ignore: Callable[[str, list[str]], Iterable[str]], room: int, shared: bool = False
) -> None:
    """Copy files and folders without ever following a link, whatever their owner does meanwhile.

    At most `room` bytes; `ignore` names what is left out of a folder; `shared`: the group may change
    the copy. Raises OSError.
    """
    made = []
    for place, folders, files, handle in os.fwalk(src, onerror=_raise):
        goal = Path(dest, os.path.relpath(place, src))
        goal.mkdir(parents=True)
        left = set(ignore(place, [*folders, *files]))
        folders[:] = [name for name in folders if name not in left]
        for name in files:
            if name not in left:
                room -= _copy_file(name, handle, goal / name, room, shared)
        made.append((goal, stat.S_IMODE(os.fstat(handle).st_mode) | (0o2770 if shared else 0)))
    for goal, mode in reversed(made):
        goal.chmod(mode)


def _raise(problem: OSError) -> None:
    raise problem


def _copy_file(name: str, folder: int, goal: Path, room: int, shared: bool) -> int:
    """Copy a plain file from an open folder; returns its size, 0 for what is no plain file any more."""
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as problem:
        if problem.errno in (errno.ELOOP, errno.ENXIO):  # a link, a pipe
            return 0
        raise
    with open(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            return 0
        if about.st_size > room:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), name)
        with goal.open("wb") as copy:
            left = about.st_size  # it may grow meanwhile
            while left and (data := file.read(min(left, 1 << 20))):
                left -= copy.write(data)
        goal.chmod(stat.S_IMODE(about.st_mode) | (0o660 if shared else 0))
        os.utime(goal, ns=(about.st_atime_ns, about.st_mtime_ns))
        return about.st_size


def remove_links(folder: Path) -> list[str]:
    """Takes links, pipes and devices out of a submission; says which. Raises OSError where it cannot."""
    removed = []
    for place, folders, files in os.walk(folder, followlinks=False):
        for name in [*folders, *files]:
            path = Path(place, name)
            if not _special(path):
                continue
            kind = f"a link to {os.readlink(path)[:200]}" if path.is_symlink() else "no ordinary file"
            with writable(Path(place)):
                path.unlink()
            removed.append(f"{path.relative_to(folder)} was {kind} and was taken out")
    return removed


def mend_papers(folder: Path, handed_in: Callable[[], str] = str) -> list[str]:
    """The time stamp and the secret that nbgrader puts beside a submission, where they are missing or bad.

    `handed_in` knows the time from elsewhere, or gives "".

    Without them a single submission ends `autograde` or `release_feedback` for the whole class.
    """
    from nbgrader.utils import parse_utc

    notes, text = [], ""
    stamp, secret, kept = (folder / name for name in ("timestamp.txt", "submission_secret.txt", UNREADABLE))
    if stamp.is_file():
        try:
            parse_utc(read_stamp(stamp) or None)
            text = read_stamp(stamp)
        except (ValueError, OverflowError):
            with writable(folder):
                stamp.rename(kept)
    found = "" if text else handed_in()
    counts = f"it counts as handed in at {text or found}" if text or found else NO_TIME
    if kept.exists():
        notes.append(f"its time stamp could not be read; {counts}")
    elif found:
        notes.append(f"it had no time stamp; {counts}")
    with writable(folder):
        if found or not stamp.exists():
            stamp.write_text(found)
        if not _is_secret(secret):
            secret.write_text(secrets.token_hex(64))
    return notes


def _is_secret(path: Path) -> bool:
    """Whether a file holds a secret that nbgrader can read."""
    try:
        data = path.read_bytes() if path.stat().st_size <= MOST_OF_A_SECRET else b""
        return bool(data.decode("utf-8"))
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def read_stamp(path: Path) -> str:
    """A time stamp's text. Raises OSError, and ValueError for what is much too long to be one."""
    if path.stat().st_size > MOST_OF_A_STAMP:
        raise ValueError(f"{path} is too long for a time")
    return path.read_text().strip()


def copied(folder: Path, expected: list[str]) -> dict[str, str]:
    """For a released notebook that an earlier run wrote, the one of another name that it is a copy of."""
    try:
        known = json.loads((folder / COPIES).read_text(encoding="utf-8"))
        pairs = {str(name): str(other) for name, other in known.items()}
    except (OSError, ValueError, AttributeError):
        return {}
    there = {path.name for path in folder.glob("*.ipynb") if path.is_file()}
    return {
        name: other
        for name, other in pairs.items()
        if name in expected and {name, other} <= there
        and filecmp.cmp(folder / name, folder / other, shallow=False)
    }  # fmt: skip


def brought_along(source: Path) -> list[str]:
    """The files that an assignment brings along, beside its notebooks; those in folders too."""
    next(source.iterdir(), None)  # raises OSError where there is no such folder; `rglob` finds nothing there
    files = [path.relative_to(source) for path in source.rglob("*") if path.is_file()]
    return sorted(str(path) for path in files if path.suffix != ".ipynb")


def set_aside(folder: Path, due: Iterable[str]) -> list[str]:
    """Renames folders that stand where files are due, and files where folders are; says which."""
    notes = []
    for name in due:
        inner = [folder / part for part in reversed(Path(name).parents[:-1])]
        wrong = next((path for path in inner if path.is_file()), None)
        if wrong is None and (folder / name).is_dir():
            wrong = folder / name
        if wrong is None:
            continue
        kind = "folder" if wrong.is_dir() else "file"
        other = _free(wrong, kind)
        with writable(wrong.parent):
            wrong.rename(other)
        notes.append(f"{wrong.relative_to(folder)} was a {kind} and is now {other.name}")
    return notes


def _free(path: Path, kind: str) -> Path:
    """A name beside a path that nothing has."""
    names = (path.with_name(f"{path.name}-{kind}{more}") for more in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(name for name in names if not os.path.lexists(name))


def stand_ins(folder: Path, expected: list[str]) -> dict[str, str]:
    """For a released notebook that is missing, the one notebook that must be it under another name."""
    present = sorted(path.name for path in folder.glob("*.ipynb") if path.is_file())
    missing = [name for name in expected if name not in present]
    others = [name for name in present if name not in expected]
    if len(missing) == 1 and not others:  # it may lie in a folder of its own
        others = [str(path.relative_to(folder)) for path in folder.rglob(missing[0]) if path.is_file()]
    return {missing[0]: others[0]} if len(missing) == 1 and len(others) == 1 else {}


def tidy(
    folder: Path,
    expected: list[str],
    others: Iterable[str] = (),
    notebooks: list[str] | None = None,
    handed_in: Callable[[], str] = str,
) -> list[str]:
    """All of the above; nbgrader's own list `notebooks` is brought up to date. Says what was done.

    `others` are the names of the files that the assignment brings along.
    """
    refuse_size(folder)
    notes = _few(remove_links(folder))
    notes += set_aside(
        folder, [*expected, *others, "timestamp.txt", "submission_secret.txt", UNREADABLE, COPIES]
    )
    notes += mend_papers(folder, handed_in)
    taken = stand_ins(folder, expected)
    for name, other in taken.items():
        with writable(folder):
            shutil.copyfile(folder / other, folder / name)
            (folder / COPIES).write_text(json.dumps({name: other}), encoding="utf-8")
    taken |= copied(folder, expected)
    for name, other in taken.items():
        notes.append(f"{name} was missing; {other} was taken for it")
    used = {*expected, *taken.values()}
    more = sorted(path.name for path in folder.glob("*.ipynb") if path.name not in used)
    if more:
        notes.append(f"also handed in, and not graded: {', '.join(_few(more))}")
    if notebooks is not None:
        known = {Path(path).name for path in notebooks}
        notebooks[:] = [path for path in notebooks if _is_unicode(path)]  # nbgrader cannot take others
        notebooks += [str(folder / name) for name in expected if name not in known]
    return [plain(note) for note in notes]


def _few(names: list[str]) -> list[str]:
    """The first of many, and how many more there are."""
    more = len(names) - MOST_NOTES
    return [*names[:MOST_NOTES], f"and {more} more"] if more > 0 else names


def _is_unicode(path: str) -> bool:
    """Whether a name is text; one out of an old archive may be bytes of some other encoding."""
    return path.encode("utf-8", "replace").decode("utf-8") == path
