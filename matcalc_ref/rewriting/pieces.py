"""Small questions about trees that the rewriting rules ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from matcalc_ref.language.operations import UNIT, ZERO, mul
from matcalc_ref.language.sizes import ONE, SCALAR, Shape, Size
from matcalc_ref.language.table import COMPARISONS, is_elementwise
from matcalc_ref.language.tree import (
    Apply,
    Constant,
    Count,
    Entry,
    Fill,
    Index,
    IndexedSum,
    Node,
    Number,
    Variable,
    apply,
    is_integer,
    is_op,
)

MOST_DIGITS = 400  # bits of a number that is worked out


def zero(shape: Shape) -> Node:
    """0 in this shape."""
    return ZERO if shape == SCALAR else Fill("zeros", shape)


def filled_one(shape: Shape) -> Node:
    """1 in every entry."""
    return UNIT if shape == SCALAR else Fill("ones", shape)


def ones_in(shape: Shape) -> list[Node]:
    """The factor that gives a product this shape; none for a number."""
    return [] if shape == SCALAR else [Fill("ones", shape)]


def eye(size: Size) -> Node:
    """The identity; 1 for size 1."""
    return UNIT if size == ONE else Fill("eye", (size, size))


def is_fill(node: Node, kind: str) -> bool:
    return isinstance(node, Fill) and node.kind == kind


def is_zero(node: Node) -> bool:
    return node == ZERO or is_fill(node, "zeros")


def is_indicator(node: Node) -> bool:
    """Whether every value of the node is 0 or 1."""
    if is_op(node, "mul", "transpose") and all(map(is_indicator, node.children)):
        return True
    return is_unit(node) or is_op(node, *COMPARISONS)


def is_unit(node: Node) -> bool:
    """Whether this is a row of the identity, or that as a column."""
    node = node.children[0] if is_op(node, "transpose") else node
    return isinstance(node, Entry) and is_fill(node.base, "eye") and node.column is None


def common_shape(nodes: Iterable[Node]) -> Shape:
    """The shape of an element-wise operation on these."""
    return next((node.shape for node in nodes if node.shape != SCALAR), SCALAR)


def product(factors: Sequence[Node]) -> Node:
    """The product as it stands; 1 for no factors."""
    return mul(*factors) if factors else UNIT


def split(node: Node) -> tuple[Fraction, Node]:
    """A node as number times rest."""
    if isinstance(node, Number):
        return node.value, UNIT
    if is_op(node, "mul") and isinstance(first := node.arguments[0], Number):
        return first.value, product(node.arguments[1:])
    return Fraction(1), node


def scalars_and_arrays(node: Node) -> tuple[list[Node], list[Node]]:
    """The scalar factors and the array factors of a product."""
    factors = node.arguments if is_op(node, "mul") else (node,)
    return [f for f in factors if f.is_scalar], [f for f in factors if not f.is_scalar]


@dataclass(frozen=True)
class Part:
    """A product taken apart: its scalar factors, and the one array in it."""

    scalar: Node
    node: Node

    @property
    def diagonal(self) -> Node:
        """The vector on the diagonal, where `node` is diag(v) or the identity."""
        return self.node.children[0] if self.node.children else Fill("ones", (self.node.shape[0], ONE))


def array_part(node: Node) -> Part:
    if is_op(node, "mul"):
        scalars, arrays = scalars_and_arrays(node)
        if len(arrays) == 1:
            return Part(product(scalars), arrays[0])
    return Part(UNIT, node)


def count_of(node: Node, operation: str) -> int:
    """How often an operation stands in a tree."""
    return sum(is_op(n, operation) for n in node.walk())


def first_positive(terms: Sequence[Node]) -> Node:
    """The term to begin a sum with: the first one without a minus sign, if there is one."""
    return next((t for t in terms if split(t)[0] > 0), terms[0])


def rank(node: Node) -> int:
    """How far to the right a factor stands: numbers, counts, names and their powers, then the rest."""
    if is_op(node, "pow"):
        base, exponent = node.children
        return min(rank(base), 4) + (exponent.value < 0) if isinstance(exponent, Number) else 5
    match node:
        case Number():
            return 0
        case Count() | Constant():
            return 1
        case Variable() | Index() | Entry():
            return 3
        case Fill():
            return 8
        case IndexedSum():
            return 7
    if is_indicator(node):
        return 6
    return 5


def number_power(base: Fraction, exponent: Fraction) -> Node:
    """A number to a numeric power, worked out where it is exact and short."""
    as_written = apply("pow", Number(base), Number(exponent))
    if exponent == Fraction(1, 2):
        as_written = apply("sqrt", Number(base))
        if base < 0:
            return as_written
        roots = Fraction(isqrt(base.numerator), isqrt(base.denominator))
        return Number(roots) if roots * roots == base else as_written
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if exponent.denominator != 1 or abs(exponent) * size > MOST_DIGITS or (base == 0 and exponent < 0):
        return as_written
    return Number(base**exponent.numerator)


def without_kinks(factors: list[Node]) -> list[Node]:
    """Beside the factor [u > 0], max(0, u) is u in every other factor; u [u > 0] itself is max(0, u)."""
    for active in [f for f in factors if is_op(f, "gt") and f.children[1] == ZERO]:
        u = active.children[0]
        factors = [f if f == active or _is_relu_power(f, u) else _opened(f, u) for f in factors]
        rest = [f for f in factors if f != active]
        at = next((k for k, f in enumerate(rest) if _is_relu_power(f, u) or _is_power(f, u)), None)
        if at is not None:
            rest[at] = _opened_back(rest[at], u)
            factors = rest
    return factors


def _is_power(node: Node, base: Node) -> bool:
    """Whether the node is base^k for k = 1, 2, …"""
    if is_op(node, "pow") and is_integer(exponent := node.children[1]):
        return node.children[0] == base and exponent.value > 0
    return node == base


def _is_relu_power(node: Node, u: Node) -> bool:
    inner = node.children[0] if is_op(node, "pow") else node
    return is_op(inner, "max") and set(inner.children) == {ZERO, u} and _is_power(node, inner)


def _opened_back(node: Node, u: Node) -> Node:
    if _is_relu_power(node, u):
        return node
    relu = apply("max", ZERO, u)
    return relu if node == u else apply("pow", relu, node.children[1])


def _opened(node: Node, u: Node) -> Node:
    if is_op(node, "max") and set(node.children) == {ZERO, u}:
        return u
    if isinstance(node, Apply) and (u.is_scalar or is_elementwise(node.operation)):
        children = tuple(_opened(child, u) for child in node.arguments)
        return node if children == node.arguments else apply(node.operation, *children)
    return node
