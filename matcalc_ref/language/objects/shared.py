"""What is shared between a list and the objects in it: one reading, numbers, texts, blocks."""

from __future__ import annotations

from typing import Any

from matcalc_ref.language.meaning.meaning import Meaning
from matcalc_ref.language.operations import number
from matcalc_ref.language.scope import Refusal, Scope
from matcalc_ref.language.sentences import say
from matcalc_ref.language.syntax.parser import parse
from matcalc_ref.language.table import Misfit
from matcalc_ref.language.tree import Node

MAX_CELLS, MAX_PIECES, MAX_DEPTH = 400, 3000, 60


class Shared:
    """One reading of an object and of all that is in it."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.meaning, self.pieces = scope, Meaning("", scope), 0

    def count(self, depth: int) -> None:
        """One piece more. Raises Refusal where there are too many, or too deep ones."""
        self.pieces += 1
        if self.pieces > MAX_PIECES or depth > MAX_DEPTH:
            raise Refusal(say("object-large"))

    def number(self, value: Any) -> Node:
        if isinstance(value, complex):
            raise Refusal(say("complex"))
        if isinstance(value, float):
            if value != value or value in (float("inf"), float("-inf")):
                raise Refusal(say("not-finite", value=value))
            return number(repr(value))
        if abs(value) > 10**30:
            raise Refusal(say("digits"))
        return number(value)

    def text(self, written: str) -> Node:
        """A text inside a list or the name of a symbol, in the same reading."""
        piece = parse(written, self.scope)
        inner = Meaning(written, self.scope)
        inner.sizes, inner.bound = self.meaning.sizes, self.meaning.bound
        inner.uses, inner.seen = self.meaning.uses, self.meaning.seen
        return inner.node(piece)

    def stack(self, rows: list[list[Node]]) -> Node:
        if len({len(row) for row in rows}) > 1 or not rows[0]:
            raise Refusal(say("rows-uneven", lengths=", ".join(str(len(row)) for row in rows)))
        try:
            return self.meaning.stack(rows)
        except Misfit:
            raise Refusal(say("blocks-object")) from None
