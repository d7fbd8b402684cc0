"""The surface of a formula: what was written, before anything is known about shapes.

| kind | value | parts | extra |
|---|---|---|---|
| `num`, `name`, `fill`, `deriv` | a Fraction; a Name; "ones" or "zeros"; the names of `∂y/∂x` | | |
| `group`, `tuple`, `indicator` | | what stands in it; several, between commas; a condition | |
| `bars`, `norm`, `angle` | | what stands between `|…|`, `‖…‖`; both sides of `⟨…, …⟩` | |
| `bracket` | its rows | all cells | `width`, `nested`, `matrix` (of LaTeX), `split` at its spaces |
| `run` | | factors side by side | |
| `chain` | signs, "" first; `then`: side by side; `/?`: its reach is open; `solve`: MATLAB's `\\` | runs | |
| `add`, `neg`, `frac`, `root` | | terms; one; above and below; what, and the degree | |
| `power` | "^" or ".^" | base, exponent | `label`: the 2 of `x^{(2)}`; `index`: of `x^2_i` |
| `transpose` | the sign | what is transposed | |
| `sub` | raw letters such as "ij", or None | base, then indices unless raw | |
| `item` | | base, then what stands in `[…]` | `row`: the bracket as a row, which it is behind a number |
| `call` | the function's key | arguments | `written`, `prime`, `dotted`, `named` arguments |
| `call?` | the piece called | the group behind it | |
| `bigsum`, `bigprod` | | what is summed or multiplied | `indices`, `low`, `high`, `test`, `word` |
| `entries` | the indices on the left side | the entry | |
| `compare`, `logic` | the signs; `and`, `or`, `not` | the sides | |
| `cases` | the value otherwise, or None | value, condition, value, … | |
| `range`, `colon`, `dots`, `otherwise` | inside of others: `i:n`; `:`; `…`; | the size of a range | |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from matcalc_ref.language.syntax.tokens import Token


@dataclass(slots=True)
class Piece:
    """A piece of the surface, of one of the kinds above; start and end are its place in the text."""

    kind: str
    value: Any
    parts: list[Piece]
    start: int
    end: int
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_condition(self) -> bool:
        return self.kind in ("compare", "logic")

    @property
    def named(self) -> dict[str, Piece]:
        """The arguments of a call that are given by their names."""
        return self.extra.get("named") or {}

    def without(self, *kinds: str) -> Piece:
        """What stands in this piece when pieces of these kinds around it are taken off."""
        piece = self
        while piece.kind in kinds:
            piece = piece.parts[0]
        return piece


def leaf(kind: str, token: Token, value: Any = None) -> Piece:
    """A token that is a piece by itself."""
    return Piece(kind, value, [], token.start, token.end)


def array(rows: list[list[Piece]], start: int, end: int, **extra: Any) -> Piece:
    """Brackets with these cells."""
    return Piece("bracket", rows, [cell for row in rows for cell in row], start, end, extra)


def is_one(piece: Piece) -> bool:
    return piece.kind == "num" and piece.value == 1


def conditions(pieces: Sequence[Piece]) -> bool:
    return all(piece.is_condition for piece in pieces)


def parted(run: Piece) -> tuple[Piece, Piece]:
    """The first of several factors side by side, and the rest."""
    first, *rest = run.parts
    return first, rest[0] if len(rest) == 1 else Piece("run", None, rest, rest[0].start, run.end)
