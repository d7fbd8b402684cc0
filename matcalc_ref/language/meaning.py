"""From the surface of a formula to its typed tree: names, shapes, products, powers, indices."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from fractions import Fraction

from matcalc_ref.language import conditions, grouping, products
from matcalc_ref.language.operations import OPERATIONS, Misfit
from matcalc_ref.language.scope import Refusal, Scope, canonical
from matcalc_ref.language.sizes import ONE, SCALAR, Shape, Size, show_shape
from matcalc_ref.language.surface import Piece
from matcalc_ref.language.tokens import Name
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
from matcalc_ref.language.unify import Sizes
from matcalc_ref.language.words import FUNCTIONS

MAX_STEPS = 3_000  # two groupings are tried where both may fit
MATRIX_FUNCTIONS = frozenset("exp log sqrt sin cos tan sinh cosh tanh".split())


@dataclass(slots=True)
class Operand:
    """A tree with its place in the text; `flat` while it may still take further factors."""

    node: Node
    start: int
    end: int
    flat: bool = False
    literal: bool = False


class Meaning:
    """One reading of one text; holds the open sizes and the indices met so far."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope, self.sizes = text, scope, Sizes()
        self.bound: list[str] = []
        self.uses: dict[str, list[Size]] = {}  # free index -> the sizes that it ran over
        self.seen: dict[str, list[Size]] = {}  # the same for every index, and never reset
        self.ties: list[tuple[str, str]] = []  # indices compared by δ_{ij}
        self.zero_based = False
        self.steps = 0

    # refusing

    def said(self, piece: Piece | Operand) -> str:
        return self.text[piece.start : piece.end].strip()

    def fail(
        self, message: str, piece: Piece | Operand, *more: Piece | Operand, choices: tuple[str, ...] = ()
    ) -> Refusal:
        at = (min(p.start for p in (piece, *more)), max(p.end for p in (piece, *more)))
        message = re.sub(r"[\w*+-]*\?\d+[\w*+?-]*", "?", message)  # a size that is still open
        return Refusal(message, at, self.text, [c for c in choices if "?" not in c])

    def show(self, node: Node) -> str:
        return self.named(self.shape(node))

    def named(self, shape: Shape) -> str:
        """A shape for people, also where a size is still open."""
        if shape == SCALAR:
            return "a number"
        if "?" not in show_shape(shape):
            return show_shape(shape)
        return "a row" if shape[0] == ONE else "a column" if shape[1] == ONE else "a matrix"

    # shapes

    def shape(self, node: Node) -> Shape:
        return self.sizes.shape(node.shape)

    def scalar(self, node: Node) -> bool:
        return self.shape(node) == SCALAR

    def vector(self, node: Node) -> bool:
        return ONE in self.shape(node)

    def square(self, node: Node) -> bool:
        rows, columns = self.shape(node)
        return rows == columns and rows != ONE

    def make(self, operation: str, *nodes: Node) -> Node:
        """The operation applied, with open sizes solved. Raises Misfit."""
        shape = OPERATIONS[operation].shape(tuple(self.shape(n) for n in nodes), self.sizes.same)
        return Apply(operation, nodes, self.sizes.shape(shape))

    def fitting(self, operation: str, node: Node, piece: Piece) -> Node:
        """A function of one operand, refused in words where it does not fit."""
        try:
            return self.make(operation, node)
        except Misfit as misfit:
            need = {"square": "a square matrix", "vector": "a vector"}.get(misfit.reason, "something else")
            raise self.fail(
                f"`{operation}` needs {need}; `{self.said(piece)}` is {self.show(node)}.", piece
            ) from None

    # the dispatch

    def node(self, piece: Piece) -> Node:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise self.fail("This is too intricate to read; give a piece of it a simpler form.", piece)
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
        raise self.fail("A comma parts several formulas; a row of entries has brackets: `[a, b]`.", piece)

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
            raise self.fail(f"`{name.written}` is a sample and needs its index: `{name.written}_i`.", piece)
        raise self.unknown(name.written, piece)

    def unknown(self, word: str, piece: Piece) -> Refusal:
        variables = {canonical(v): v for v in self.scope.names}
        head = word.rstrip("0123456789")
        if head != word and canonical(head) in variables:
            declared = self.scope.names[canonical(head)][1]
            entry, product = f"{declared}_{word[len(head) :]}", f"{declared}*{word[len(head) :]}"
            if self.scope.shapes.get(declared) == SCALAR:
                return self.fail(
                    f"`{word}` is not declared here; is a product meant?", piece, choices=(product,)
                )
            return self.fail(
                f"`{word}` is not declared here: an entry, or a product?", piece, choices=(entry, product)
            )
        near = difflib.get_close_matches(
            word, [*self.scope.shapes, *self.scope.dimensions, *FUNCTIONS], 1, 0.6
        )
        hint = f"; did you mean `{near[0]}`?" if near else "."
        names = [*self.scope.shapes, *sorted(self.scope.dimensions)]
        known = f" Known are {', '.join(names[:12])}{' and others' if names[12:] else ''}." if names else ""
        return self.fail(f"`{word}` is not known here{hint}{known}", piece)

    def read_derivative(self, piece: Piece) -> Node:
        above, above_sub, below, below_sub = piece.value
        key = canonical(f"d{above}{above_sub or ''}d{below}{below_sub or ''}")
        known = self.scope.names.get(key)
        if known and known[0] == "variable":
            return self.scope.variable(known[1])
        raise self.fail("Write this derivative out: an answer is a formula in the variables.", piece)

    # sums and products

    def read_add(self, piece: Piece) -> Node:
        operands = [self.term(p) for p in piece.parts]
        node, shape, shaped = operands[0].node, self.shape(operands[0].node), operands[0]
        for other in operands[1:]:
            theirs = self.shape(other.node)
            if SCALAR in (shape, theirs):
                big = shape if theirs == SCALAR else theirs
                if big != SCALAR and ONE not in big:
                    number, matrix = (other, shaped) if theirs == SCALAR else (shaped, other)
                    a, m = self.said(number).lstrip("+-− "), self.said(matrix).lstrip("+-− ")
                    size = "" if "?" in show_shape(big) else f" ({show_shape(big)})"
                    raise self.fail(
                        f"`{a}` is a number and `{m}` a matrix{size}: "
                        "on every entry, or on the diagonal? Write which.",
                        shaped, other, choices=(f"({a}) ones({', '.join(map(str, big))})", f"({a}) I"),
                    )  # fmt: skip
                shaped = shaped if theirs == SCALAR else other
                shape = big
            elif not (self.sizes.same(shape[0], theirs[0]) and self.sizes.same(shape[1], theirs[1])):
                raise self.mismatch("added", shaped, other)
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

    def mismatch(self, verb: str, left: Operand, right: Operand) -> Refusal:
        a, b = self.shape(left.node), self.shape(right.node)
        said_a, said_b = self.said(left).lstrip("+-− "), self.said(right).lstrip("+-− ")
        hint = ""
        if a == (b[1], b[0]):
            hint = f" Transpose one of them, as in `({said_b})ᵀ`."
        return self.fail(
            f"`{said_a}` is {self.named(a)} and `{said_b}` is {self.named(b)}: they cannot be {verb}.{hint}",
            left,
            right,
        )

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
            raise self.fail("The degree of a root is a number such as 3.", piece.parts[1])
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
        from matcalc_ref.language import indices

        return indices.subscript(self, piece)

    def read_item(self, piece: Piece) -> Node:
        from matcalc_ref.language import indices

        return indices.item(self, piece)

    def read_sum(self, piece: Piece) -> Node:
        from matcalc_ref.language import indices

        return indices.big_sum(self, piece)

    def read_entries(self, piece: Piece) -> Node:
        from matcalc_ref.language import indices

        return indices.by_entries(self, piece.value, piece.parts[0], None)

    def read_bracket(self, piece: Piece) -> Node:
        from matcalc_ref.language import arrays

        return arrays.bracket(self, piece)

    def read_call(self, piece: Piece) -> Node:
        from matcalc_ref.language import calls

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
            f"Is `{self.said(piece)}` a product? Write `{product}`; "
            f"`{name.written}` is a variable, no function.",
            piece, choices=(product,),
        )  # fmt: skip

    def read_loose(self, piece: Piece) -> Node:
        raise self.fail("This cannot stand here.", piece)


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
