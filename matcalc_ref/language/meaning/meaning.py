"""From the surface of a formula to its typed tree: names, shapes, products, powers, indices."""

from __future__ import annotations

from matcalc_ref.language.meaning import arrays, calls, conditions, dots, grouping, indices, products
from matcalc_ref.language.meaning.context import Context, Operand
from matcalc_ref.language.operations import MINUS_UNIT, number
from matcalc_ref.language.scope import Refusal, canonical
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
            raise self.fail("intricate", piece)
        return getattr(self, "read_" + _METHODS[piece.kind])(piece)

    def operand(self, piece: Piece) -> Operand:
        if piece.kind == "run":
            return self.run(piece)
        if piece.kind == "chain":
            return grouping.chain(self, piece)
        return Operand(self.node(piece), piece.start, piece.end, literal=piece.kind == "num")

    def read_number(self, piece: Piece) -> Node:
        return number(piece.value)

    def read_group(self, piece: Piece) -> Node:
        return self.node(piece.parts[0])

    def read_tuple(self, piece: Piece) -> Node:
        cells = [self.said(p) for p in piece.parts]
        raise self.fail("comma-in-group", piece, choices=(f"[{', '.join(cells)}]", f"[{'; '.join(cells)}]"))

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
                return number(name.key == "true")
            return Constant(name.key)
        if name.category == "identity":
            size = self.sizes.fresh()
            return Fill("eye", (size, size))
        if name.category == "index":
            self.uses.setdefault(name.key, [])
            return Index(name.key)
        if name.category == "sample":
            raise self.fail("sample-index", piece, name=name.written)
        raise self.unknown(name.written, piece)

    def read_derivative(self, piece: Piece) -> Node:
        above, above_sub, below, below_sub = piece.value
        key = canonical(f"d{above}{above_sub or ''}d{below}{below_sub or ''}")
        known = self.scope.names.get(key)
        if known and known[0] == "variable":
            return self.scope.variable(known[1])
        raise self.fail("derivative", piece)

    # sums and products

    def read_add(self, piece: Piece) -> Node:
        operands = [self.term(p) for p in dots.terms(self, piece.parts)]
        if len(operands) == 1:
            return operands[0].node
        shaped = operands[0]  # the first that is no number, if there is one
        shape = self.shape(shaped.node)
        for other in operands[1:]:
            theirs = self.shape(other.node)
            if SCALAR in (shape, theirs):
                alone, array = (other, shaped) if theirs == SCALAR else (shaped, other)
                shaped, shape = array, self.shape(array.node)
                if shape != SCALAR and ONE not in shape:
                    raise self.number_and_matrix(alone, array)
            elif not self.sizes.same_shape(shape, theirs):
                raise self.mismatch("misfit-added", shaped, other)
            else:
                shape = self.sizes.shape(shape)
        return Apply("add", tuple(o.node for o in operands), shape)

    def number_and_matrix(self, number: Operand, matrix: Operand) -> Refusal:
        rows, columns = self.shape(matrix.node)
        said, size = self.said(number).lstrip("+-− "), show_shape((rows, columns))
        choices = [f"({said}) ones({rows}, {columns})"]
        square = "?" in size or rows == columns
        if square:
            choices.append(f"({said}) I")
        return self.fail(
            "number-and-square" if square else "number-and-matrix", number, matrix, choices=choices,
            number=said, matrix=self.said(matrix).lstrip("+-− "), size="" if "?" in size else f" ({size})",
        )  # fmt: skip

    def term(self, piece: Piece) -> Operand:
        if piece.kind != "neg":
            return self.operand(piece)
        return Operand(self.read_negative(piece), piece.start, piece.end)

    def read_negative(self, piece: Piece) -> Node:
        inner = self.operand(piece.parts[0])
        if inner.literal and isinstance(inner.node, Number):
            return Number(-inner.node.value)
        if inner.flat and isinstance(inner.node, Apply) and inner.node.operation == "mul":
            return Apply("mul", (MINUS_UNIT, *inner.node.arguments), inner.node.shape)
        return Apply("mul", (MINUS_UNIT, inner.node), inner.node.shape)

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
            raise self.fail("root-degree", piece.parts[1])
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
            "product-or-call",
            piece,
            choices=(product,),
            said=self.said(piece),
            product=product,
            name=name.written,
        )

    def read_loose(self, piece: Piece) -> Node:
        raise self.fail("stray", piece)


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
    "transpose": "transpose", "compare": "comparison", "logic": "logic", "indicator": "group",
    "group": "group", "tuple": "tuple", "bars": "bars", "norm": "norm", "cases": "cases", "sub": "subscript",
    "item": "item", "bigsum": "sum", "entries": "entries", "bracket": "bracket", "call": "call",
    "call?": "maybe_call", "dots": "loose", "range": "loose", "colon": "loose", "word": "loose",
    "otherwise": "loose",
}  # fmt: skip
