"""From the surface of a formula to its typed tree: names, shapes, products, powers, indices."""

from __future__ import annotations

from fractions import Fraction

from matcalc_ref.language.meaning import arrays, calls, conditions, dots, grouping, indices, products
from matcalc_ref.language.meaning.context import Context, Operand
from matcalc_ref.language.scope import canonical
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import ONE, SCALAR, Size, show_shape
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.tokens import Name
from matcalc_ref.language.tree import (
    Apply,
    Constant,
    Count,
    Entry,
    Fill,
    Index,
    Node,
    Number,
)

MAX_STEPS = 3_000  # two groupings are tried where both may fit


class Meaning(Context):
    """Reads the pieces of a surface, each by the rule of its kind."""

    def node(self, piece: Piece) -> Node:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise self.fail(say("intricate"), piece)
        return getattr(self, "read_" + _METHODS[piece.kind])(piece)

    def operand(self, piece: Piece) -> Operand:
        if piece.kind == "run":
            return self.run(piece)
        if piece.kind == "chain":
            return grouping.chain(self, piece)
        return Operand(self.node(piece), piece.start, piece.end, literal=piece.kind == "num")

    def read_number(self, piece: Piece) -> Node:
        return Number(Fraction(piece.value))

    def read_group(self, piece: Piece) -> Node:
        return self.node(piece.parts[0])

    def read_tuple(self, piece: Piece) -> Node:
        cells = [self.said(p) for p in piece.parts]
        raise self.fail(
            say("comma-in-group"), piece, choices=(f"[{', '.join(cells)}]", f"[{'; '.join(cells)}]")
        )

    def read_fill(self, piece: Piece) -> Node:
        return Fill(piece.value, (self.sizes.fresh(), ONE))

    def read_name(self, piece: Piece) -> Node:
        name: Name = piece.value
        if name.written in self.bound or (name.category == "index" and name.key in self.bound):
            return Index(name.written)
        if name.category == "variable":
            return self.scope.variable(name.key)
        if name.category == "dimension":
            return Count(Size.of(name.key))
        if name.category == "constant":
            if name.key in ("true", "false"):
                return Number(Fraction(name.key == "true"))
            return Constant(name.key)
        if name.category == "identity":
            size = self.sizes.fresh()
            return Fill("eye", (size, size))
        if name.category == "index":
            self.uses.setdefault(name.key, [])
            return Index(name.key)
        if name.category == "sample":
            raise self.fail(say("sample-index", name=name.written), piece)
        raise self.unknown(name.written, piece)

    def read_derivative(self, piece: Piece) -> Node:
        above, above_sub, below, below_sub = piece.value
        key = canonical(f"d{above}{above_sub or ''}d{below}{below_sub or ''}")
        known = self.scope.names.get(key)
        if known and known[0] == "variable":
            return self.scope.variable(known[1])
        raise self.fail(say("derivative"), piece)

    # sums and products

    def read_add(self, piece: Piece) -> Node:
        operands = [self.term(p) for p in dots.terms(self, piece.parts)]
        if len(operands) == 1:
            return operands[0].node
        node, shape, shaped = operands[0].node, self.shape(operands[0].node), operands[0]
        for other in operands[1:]:
            theirs = self.shape(other.node)
            if SCALAR in (shape, theirs):
                big = shape if theirs == SCALAR else theirs
                if big != SCALAR and ONE not in big:
                    number, matrix = (other, shaped) if theirs == SCALAR else (shaped, other)
                    a, m = self.said(number).lstrip("+-− "), self.said(matrix).lstrip("+-− ")
                    size = "" if "?" in show_shape(big) else f" ({show_shape(big)})"
                    every, diagonal = f"({a}) ones({', '.join(map(str, big))})", f"({a}) I"
                    square = not size or big[0] == big[1]
                    raise self.fail(
                        say(f"number-and-{'square' if square else 'matrix'}", number=a, matrix=m, size=size),
                        shaped, other, choices=(every, diagonal) if square else (every,),
                    )  # fmt: skip
                shaped = shaped if theirs == SCALAR else other
                shape = big
            elif not (self.sizes.same(shape[0], theirs[0]) and self.sizes.same(shape[1], theirs[1])):
                raise self.mismatch("misfit-added", shaped, other)
            else:
                shape = self.sizes.shape(shape)
        del node
        return Apply("add", tuple(o.node for o in operands), shape)

    def term(self, piece: Piece) -> Operand:
        if piece.kind != "neg":
            return self.operand(piece)
        return Operand(self.read_negative(piece), piece.start, piece.end)

    def read_negative(self, piece: Piece) -> Node:
        inner = self.operand(piece.parts[0])
        if inner.literal and isinstance(inner.node, Number):
            return Number(-inner.node.value)
        if inner.flat and isinstance(inner.node, Apply) and inner.node.operation == "mul":
            return Apply("mul", (Number(Fraction(-1)), *inner.node.arguments), inner.node.shape)
        return Apply("mul", (Number(Fraction(-1)), inner.node), inner.node.shape)

    def read_run(self, piece: Piece) -> Node:
        return self.run(piece).node

    def run(self, piece: Piece) -> Operand:
        return grouping.side_by_side(self, self.factors(piece))

    def factors(self, piece: Piece) -> list[Operand]:
        """The factors of a run; the 1 of `1[z > 0]` and the I of `I(z > 0)` are no factors."""
        parts = piece.parts
        kept = [
            part
            for k, part in enumerate(parts)
            if k + 1 == len(parts) or not (_bold_one(part) and _condition(parts[k + 1], part.kind))
        ]
        return [self.operand(part) for part in kept]

    def read_chain(self, piece: Piece) -> Node:
        return grouping.chain(self, piece).node

    def times(self, sign: str, left: Operand, right: Operand) -> Operand:
        node, literal = products.times(self, sign, left, right)
        return Operand(node, left.start, right.end, flat=not literal, literal=literal)

    def read_fraction(self, piece: Piece) -> Node:
        left, right = (self.operand(p) for p in piece.parts)
        left.flat = False
        return self.times("/", left, right).node

    # powers and transposes

    def read_power(self, piece: Piece) -> Node:
        return products.power(self, piece)

    def read_root(self, piece: Piece) -> Node:
        base, degree = self.node(piece.parts[0]), self.node(piece.parts[1])
        if not isinstance(degree, Number) or degree.value <= 0:
            raise self.fail(say("root-degree"), piece.parts[1])
        return self.make("pow", base, Number(1 / degree.value))

    def read_transpose(self, piece: Piece) -> Node:
        base = self.node(piece.parts[0])
        if piece.value == "+":
            return self.make("pinv", base)
        if piece.value == "-T":
            return self.make("transpose", self.fitting("inv", base, piece.parts[0]))
        if piece.parts[0].kind == "sub" and isinstance(base, Apply) and isinstance(base.arguments[0], Entry):
            return base.arguments[0]  # a sample as a row: the row of its matrix
        return (
            base
            if self.scalar(base) and isinstance(base, (Number, Index, Count))
            else self.make("transpose", base)
        )

    # conditions

    def read_comparison(self, piece: Piece) -> Node:
        return conditions.read_comparison(self, piece)

    def read_logic(self, piece: Piece) -> Node:
        return conditions.read_logic(self, piece)

    def read_bars(self, piece: Piece) -> Node:
        return conditions.read_bars(self, piece)

    def read_cases(self, piece: Piece) -> Node:
        return conditions.read_cases(self, piece)

    def read_norm(self, piece: Piece) -> Node:
        return self.make("norm", self.node(piece.parts[0]))

    # entries, indices, calls: the other half

    def read_subscript(self, piece: Piece) -> Node:
        return indices.subscript(self, piece)

    def read_item(self, piece: Piece) -> Node:
        return indices.item(self, piece)

    def read_sum(self, piece: Piece) -> Node:
        return indices.big_sum(self, piece)

    def read_entries(self, piece: Piece) -> Node:
        return indices.by_entries(self, piece.value, piece.parts[0], None)

    def read_bracket(self, piece: Piece) -> Node:
        return arrays.bracket(self, piece)

    def read_call(self, piece: Piece) -> Node:
        return calls.call(self, piece)

    def read_maybe_call(self, piece: Piece) -> Node:
        name: Name = piece.value.value
        if name.category == "unknown" and canonical(name.written) != "delta":
            raise self.unknown(name.written, piece.value)
        inner, known = (
            self.said(piece.parts[0]),
            self.node(piece.value) if name.category == "variable" else None,
        )
        sign = "*"
        if known is not None:
            mine, theirs = self.shape(known), self.shape(self.node(piece.parts[0]))
            if SCALAR not in (mine, theirs):
                sign = " ⊙ " if mine == theirs and ONE in mine else " @ "
        product = f"{name.written}{sign}{inner}"
        raise self.fail(
            say("product-or-call", said=self.said(piece), product=product, name=name.written),
            piece, choices=(product,),
        )  # fmt: skip

    def read_loose(self, piece: Piece) -> Node:
        raise self.fail(say("stray"), piece)


def _bold_one(piece: Piece) -> bool:
    """Whether a piece may be the 1 of an indicator, as in `1[z > 0]`, `1{z > 0}`, `I(z > 0)`."""
    return (
        piece.kind == "num"
        and piece.value == 1
        or piece.kind == "name"
        and piece.value.category == "identity"
    )


def _condition(piece: Piece, before: str) -> bool:
    if piece.kind == "transpose":
        return _condition(piece.parts[0], before)
    if piece.kind == "indicator":
        return before == "num"
    return piece.kind == "group" and piece.parts[0].kind in ("compare", "logic")


_METHODS = {
    "num": "number", "name": "name", "fill": "fill", "deriv": "derivative", "add": "add", "neg": "negative",
    "run": "run", "chain": "chain", "frac": "fraction", "power": "power", "root": "root",
    "transpose": "transpose",
    "compare": "comparison", "logic": "logic", "indicator": "group", "group": "group", "tuple": "tuple",
    "bars": "bars", "norm": "norm", "cases": "cases", "sub": "subscript", "item": "item", "bigsum": "sum",
    "entries": "entries", "bracket": "bracket", "call": "call", "call?": "maybe_call", "dots": "loose",
    "range": "loose", "colon": "loose", "word": "loose", "otherwise": "loose",
}  # fmt: skip
