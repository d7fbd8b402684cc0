"""What a player is, and what it answers. A player runs a student's cells; the referee never does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Status = Literal["ok", "error", "timeout", "memory", "died"]
Packed = Any


class NoPlayer(Exception):
    """No player could be started. The message says why and what would mend it."""


@dataclass(frozen=True)
class CellResult:
    """What became of one cell. `outputs` are notebook outputs as plain dicts, checked and bounded.

    ok and error: it ended. timeout: it was stopped (`alive` says if the player could go on). memory, died:
    the player is gone.
    """

    outputs: list[dict[str, Any]]
    status: Status
    seconds: float
    detail: str = ""
    alive: bool = True


@dataclass(frozen=True)
class Missing:
    """There is no variable of that name; or, with a reason, there is no telling."""

    name: str
    reason: str = ""


@dataclass(frozen=True)
class Reply:
    """What a student's function did when it was asked for a value.

    `error` is one of None, "exception", "timeout", "died", "unreadable", "changed-input"; `detail` is the
    exception in one line, or the like.
    """

    value: Packed = None
    error: str | None = None
    detail: str = ""


class Player(Protocol):
    """Runs cells and gives values. After `close` nothing of it is left; `restart` begins anew."""

    confinement: str

    def run(self, source: str, cell_id: str, seconds: float) -> CellResult: ...

    def value(self, name: str) -> Packed | Missing: ...

    def call(self, handle: int, arguments: list[Packed], timeout: float) -> Reply: ...

    def restart(self) -> None: ...

    def close(self) -> None: ...
