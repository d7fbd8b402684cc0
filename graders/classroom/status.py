"""What nbgrader has no field for: why a submission got its grade; the secret that fixes the test points."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = ".matcalc"
#: Statuses that leave something for a person to do.
PERSON = ("person", "unreadable", "failed")


@dataclass(frozen=True)
class Status:
    """One notebook of one submission: `graded`, `repaired`, `stopped`, `person`, `unreadable` or `failed`.

    `reason` says why.
    """

    student: str
    assignment: str
    notebook: str
    time: str
    status: str
    reason: str = ""
    score: float | None = None
    max_score: float | None = None
    package: str = ""
    records: Mapping[str, str] = field(default_factory=dict)
    verdicts: Mapping[str, Any] = field(default_factory=dict)
    confinement: str = ""
    seconds: float = 0.0

    @property
    def needs_person(self) -> bool:
        """Whether an instructor must look at it."""
        return self.status in PERSON


@cache
def package_version() -> str:
    """The version that every result is stamped with."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("matrix-calculus-course")
    except PackageNotFoundError:
        return "unknown"


def folder(course: Path) -> Path:
    """The course's folder for all of this; made when it is missing."""
    path = course / FOLDER
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def course_secret(course: Path) -> bytes:
    """The course's secret, made at first use; the same for every run, every worker, every student.

    Two runs that start at once agree: the file appears complete or not at all.
    """
    path = folder(course) / "secret"
    if not path.exists():
        draft = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    try:
        secret = bytes.fromhex(path.read_text().strip())
    except ValueError:
        secret = b""
    if len(secret) < 32:
        raise OSError(f"{path} holds no secret of 64 hexadecimal digits; put the old one back or remove it")
    return secret


def append(course: Path, statuses: Sequence[Status]) -> None:
    """Adds lines to the status file: all of them, or OSError where the disk is full."""
    if not statuses:
        return
    lines = "".join(json.dumps(vars(status), ensure_ascii=False) + "\n" for status in statuses)
    descriptor = os.open(folder(course) / "status.jsonl", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            lines = "\n" + lines  # a crash or a full disk cut the last line short
        data = lines.encode("utf-8", "replace")
        while data:
            data = data[os.write(descriptor, data) :]
    finally:
        os.close(descriptor)


def history(course: Path) -> Iterator[Status]:
    """Every line of the status file, oldest first; a line that a crash cut short is passed over."""
    path = course / FOLDER / "status.jsonl"
    if not path.exists():
        return
    names = set(Status.__dataclass_fields__)
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                entry = json.loads(line)
                yield Status(**{name: value for name, value in entry.items() if name in names})
            except (ValueError, TypeError):
                continue


def digest(data: bytes) -> str:
    """A short name for some bytes."""
    import hashlib

    return hashlib.sha256(data).hexdigest()[:12]


def kept_name(student: str, assignment: str, notebook: str, digest: str) -> str:
    """Where a notebook that could not be read is kept, seen from the course folder."""
    return f"{FOLDER}/kept/{student}/{assignment}/{digest}-{notebook}.ipynb"


def keep(course: Path, student: str, assignment: str, notebook: str, data: bytes) -> None:
    """Keep a copy of a notebook that could not be read; the same bytes are kept once."""
    folder(course)
    path = course / kept_name(student, assignment, notebook, digest(data))
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".part")
        draft.write_bytes(data)
        draft.replace(path)
