"""A verdict: what became of one answer. The same everywhere, from a formula to a whole exercise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

OUTCOMES = ("correct", "wrong", "invalid", "broken", "pending")


@dataclass(frozen=True)
class Evidence:
    """Why a verdict holds: `identical`, `proved` or `sampled`, at how many points.

    `differs` is a point where a wrong answer shows: {"at": {name: value}, "student": …, "reference": …}.
    """

    method: str
    points: int = 0
    differs: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"method": self.method, "points": self.points}
        if self.differs is not None:
            found["differs"] = dict(self.differs)
        return found


@dataclass(frozen=True)
class Verdict:
    """`outcome` (correct exactly where `credit` is 1), the `mistake`'s id or None, what the student reads.

    `parts` holds the verdicts of an exercise's parts by name, in order.
    """

    outcome: str
    credit: float = 0.0
    mistake: str | None = None
    evidence: Evidence | None = None
    message: str = ""
    parts: Mapping[str, Verdict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"{self.outcome!r} is no outcome; use one of {', '.join(OUTCOMES)}")
        if not 0 <= self.credit <= 1 or (self.outcome == "correct") != (self.credit == 1):
            raise ValueError(f"a {self.outcome} verdict cannot have credit {self.credit}")

    def with_message(self, message: str) -> Verdict:
        return replace(self, message=message)

    def to_json(self) -> dict[str, Any]:
        """The verdict as plain data: dicts, lists, text, numbers and None."""
        return {
            "outcome": self.outcome,
            "credit": self.credit,
            "mistake": self.mistake,
            "evidence": self.evidence.to_json() if self.evidence else None,
            "message": self.message,
            "parts": {name: part.to_json() for name, part in self.parts.items()},
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Verdict:
        """What `to_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
        parts = {name: Verdict.from_json(part) for name, part in data["parts"].items()}
        evidence = None if data["evidence"] is None else Evidence(**data["evidence"])
        return Verdict(**{**data, "parts": parts, "evidence": evidence})
