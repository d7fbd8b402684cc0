"""What a player may use before it is stopped."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

MiB = 1024 * 1024
OPEN_FILES = 256  # of one process


@dataclass(frozen=True)
class Limits:
    """Bounds on one player. Seconds are wall time unless named otherwise; sizes are in MiB unless named
    otherwise.
    """

    cell_seconds: float = 30.0
    notebook_seconds: float = 240.0
    call_seconds: float = 5.0
    cpu_seconds: int = 300
    memory: int = 1024
    processes: int = 64
    file: int = 64
    scratch: int = 128
    output_bytes: int = 400_000
    media_bytes: int = 4 * MiB
    notebook_bytes: int = 12 * MiB
    restarts: int = 4

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def having(self, **changes: Any) -> Limits:
        """The same limits but for `changes`."""
        return replace(self, **changes)


def from_json(data: dict[str, Any]) -> Limits:
    known = {f.name for f in fields(Limits)}
    return Limits(**{key: value for key, value in data.items() if key in known})
