"""The surface of a formula: what was written, before anything is known about shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Piece:
    """A piece of the surface: `kind` says what `value` and `parts` hold; start and end are its place in the
    text."""

    kind: str
    value: Any
    parts: list[Piece]
    start: int
    end: int
    extra: dict[str, Any] = field(default_factory=dict)
