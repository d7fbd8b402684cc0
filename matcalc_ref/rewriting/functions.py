"""Rewriting functions of one operand, comparisons, maxima, and sizes used as numbers."""

from __future__ import annotations

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
)
from matcalc_ref.rewriting.entries import Entries
from matcalc_ref.rewriting.pieces import (
    number_power,
)


class Functions(Entries):
    """The rules of functions."""

    def function(self, name: str, argument: Node) -> Node:
        match name, argument:
            case "relu", _:
                return self.on_max(ZERO, argument)
            case "exp", Number(Fraction(numerator=0)):
                return UNIT
            case (
                ("sin" | "tan" | "sinh" | "tanh" | "arctan" | "abs" | "sign" | "sqrt"),
                Number(Fraction(numerator=0)),
            ):
                return ZERO
            case (("cos" | "cosh"), Number(Fraction(numerator=0))):
                return UNIT
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
        if all(a.is_scalar or (isinstance(a, Apply) and a.operation == "transpose") for a in (left, right)):
            inner = [a if a.is_scalar else a.children[0] for a in (left, right)]
            if not (left.is_scalar and right.is_scalar):
                return self.on_transpose(self.compare(name, *inner))
        return apply(name, left, right)

    def on_max(self, *arguments: Node) -> Node:
        return self.extreme("max", arguments)

    def on_min(self, *arguments: Node) -> Node:
        return self.extreme("min", arguments)

    def extreme(self, name: str, arguments: tuple[Node, ...]) -> Node:
        flat: list[Node] = []
        for a in arguments:
            flat += a.arguments if isinstance(a, Apply) and a.operation == name else (a,)
        distinct = list(dict.fromkeys(flat))
        if len(distinct) == 1:
            return distinct[0]
        if all(a.is_scalar or (isinstance(a, Apply) and a.operation == "transpose") for a in distinct):
            inner = [a if a.is_scalar else a.children[0] for a in distinct]
            if inner != distinct:
                return self.on_transpose(self.extreme(name, tuple(inner)))
        return apply(name, *(self.sorted(distinct) if self.ordered else distinct))

    def count(self, size: Size) -> Node:
        if size.number is not None:
            return number(size.number)
        single = Size.of
        if not self.ordered or (
            len(size.terms) == 1 and size.terms[0][1] == 1 and len(size.terms[0][0]) == 1
        ):
            return Count(size)
        return self.on_add(
            *(self.on_mul(number(c), *(Count(single(name)) for name in names)) for names, c in size.terms)
        )
