"""From the surface of a formula to its typed tree: each kind of piece by its rule."""

from __future__ import annotations

from collections.abc import Callable

from matcalc_ref.language.meaning import (
    arrays,
    big_products,
    calls,
    conditions,
    grouping,
    indices,
    leaves,
    powers,
    products,
    shorter,
    sums,
)
from matcalc_ref.language.meaning.context import Context, Operand
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.tree import Node

MAX_STEPS = 3_000  # two groupings are tried where both may fit

RULES: dict[str, Callable[[Context, Piece], Node]] = {
    "num": leaves.number,
    "name": leaves.name,
    "fill": leaves.fill,
    "deriv": leaves.derivative,
    "group": leaves.group,
    "indicator": leaves.group,
    "tuple": leaves.comma_group,
    "add": sums.add,
    "neg": sums.negative,
    "frac": products.fraction,
    "power": powers.power,
    "root": powers.root,
    "transpose": powers.transpose,
    "compare": conditions.comparison,
    "logic": conditions.logic,
    "cases": conditions.cases,
    "bars": conditions.bars,
    "norm": shorter.norm_by_bars,
    "sub": indices.subscript,
    "item": indices.item,
    "bigsum": indices.big_sum,
    "bigprod": big_products.big_product,
    "entries": lambda m, piece: indices.by_entries(m, piece.value, piece.parts[0], None),
    "bracket": arrays.bracket,
    "call": calls.call,
    "call?": calls.maybe_call,
    "angle": calls.angle,
}


class Meaning(Context):
    """Reads the pieces of a surface, each by the rule of its kind."""

    def node(self, piece: Piece) -> Node:
        if piece.kind in ("run", "chain"):
            return self.operand(piece).node
        self.step(piece)
        return RULES.get(piece.kind, leaves.stray)(self, piece)

    def operand(self, piece: Piece) -> Operand:
        if piece.kind not in ("run", "chain"):
            return Operand(self.node(piece), piece.start, piece.end, literal=piece.kind == "num")
        self.step(piece)
        return (grouping.run if piece.kind == "run" else grouping.chain)(self, piece)

    def step(self, piece: Piece) -> None:
        """Bounds the readings of pieces, so that trying two ways for each piece comes to an end, too."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise self.fail("intricate", piece)
