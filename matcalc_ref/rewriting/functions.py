"""Rewriting functions of one operand, comparisons, maxima, and sizes used as numbers."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from matcalc_ref.language.operations import UNIT, ZERO, number
from matcalc_ref.language.sizes import Size
from matcalc_ref.language.tree import (
    Apply,
    Constant,
    Count,
    Index,
    Node,
    Number,
    apply,
    is_op,
)
from matcalc_ref.rewriting.entries import Entries
from matcalc_ref.rewriting.pieces import number_power


class Functions(Entries):
    """The rules of functions."""

    def function(self, name: str, argument: Node) -> Node:
        match name, argument:
            case "relu", _:
                return self.on_max(ZERO, argument)
            case "exp" | "cos" | "cosh", Number(at) if not at:
                return UNIT
            case "sin" | "tan" | "sinh" | "tanh" | "arctan" | "abs" | "sign" | "sqrt", Number(at) if not at:
                return ZERO
            case "log", Number(value) if value == 1:
                return ZERO
            case "log", Constant("e"):
                return UNIT
            case "log", Apply("exp", (inner,)):
                return inner
            case "exp", Apply("log", (inner,)) if not self.ordered:
                return inner
            case "sqrt", Number(value):
                return number_power(value, Fraction(1, 2))
            case "sqrt", Apply("matmul", (Apply("transpose", (left,)), right)) if left == right:
                return self.on_norm(left)
            case "sqrt", _ if self.ordered:
                return self.on_pow(argument, Number(Fraction(1, 2)))
            case _, Apply("transpose", (inner,)):
                return self.on_transpose(self.function(name, inner))
        return apply(name, argument)

    def compare(self, name: str, left: Node, right: Node) -> Node:
        if isinstance(left, Number) and isinstance(right, Number):
            a, b = left.value, right.value
            truth = {"gt": a > b, "ge": a >= b, "lt": a < b, "le": a <= b, "eq": a == b, "ne": a != b}[name]
            return UNIT if truth else ZERO
        if left == right and left.is_scalar and isinstance(left, Index):
            return UNIT if name in ("ge", "le", "eq") else ZERO
        if self.ordered and name in ("lt", "le"):
            return apply({"lt": "gt", "le": "ge"}[name], right, left)
        if self.ordered and name in ("eq", "ne"):
            left, right = self.sorted((left, right))
        if inner := _untransposed((left, right)):
            return self.on_transpose(self.compare(name, *inner))
        return apply(name, left, right)

    def on_max(self, *arguments: Node) -> Node:
        return self.extreme("max", arguments)

    def on_min(self, *arguments: Node) -> Node:
        return self.extreme("min", arguments)

    def extreme(self, name: str, arguments: tuple[Node, ...]) -> Node:
        flat: list[Node] = []
        for a in arguments:
            flat += a.arguments if is_op(a, name) else (a,)
        distinct = list(dict.fromkeys(flat))
        if len(distinct) == 1:
            return distinct[0]
        if inner := _untransposed(distinct):
            return self.on_transpose(self.extreme(name, inner))
        return apply(name, *(self.sorted(distinct) if self.ordered else distinct))

    def count(self, size: Size) -> Node:
        if size.number is not None:
            return number(size.number)
        if not self.ordered or str(size) in size.names:
            return Count(size)
        terms = ((c, [Count(Size.of(name)) for name in names]) for names, c in size.terms)
        return self.on_add(*(self.on_mul(number(c), *counts) for c, counts in terms))


def _untransposed(nodes: Collection[Node]) -> tuple[Node, ...]:
    """Transposes, with numbers among them, as what is transposed; nothing where there are others, or none."""
    if all(n.is_scalar for n in nodes) or not all(n.is_scalar or is_op(n, "transpose") for n in nodes):
        return ()
    return tuple(n if n.is_scalar else n.children[0] for n in nodes)
