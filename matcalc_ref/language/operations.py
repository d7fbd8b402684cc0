"""The everyday constructors of trees. None simplifies beyond dropping a wrapper around a single operand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from matcalc_ref.language.sizes import Size
from matcalc_ref.language.tree import Count, Fill, Node, Number, Variable, apply


@lru_cache(maxsize=512, typed=True)
def number(value: int | Fraction | str) -> Number:
    return Number(Fraction(value))


ZERO, UNIT, MINUS_UNIT = number(0), number(1), number(-1)


def add(*terms: Node) -> Node:
    return terms[0] if len(terms) == 1 else apply("add", *terms)


def mul(*factors: Node) -> Node:
    return factors[0] if len(factors) == 1 else apply("mul", *factors)


def matmul(*factors: Node) -> Node:
    return factors[0] if len(factors) == 1 else apply("matmul", *factors)


def neg(node: Node) -> Node:
    return mul(MINUS_UNIT, node)


def sub(left: Node, right: Node) -> Node:
    return add(left, neg(right))


def power(base: Node, exponent: Node | int) -> Node:
    return apply("pow", base, number(exponent) if isinstance(exponent, int) else exponent)


def transpose(node: Node) -> Node:
    return apply("transpose", node)


def eye(size: Size | int | str) -> Fill:
    return Fill("eye", (Size.of(size), Size.of(size)))


def ones(rows: Size | int | str, columns: Size | int | str = 1) -> Fill:
    return Fill("ones", (Size.of(rows), Size.of(columns)))


def zeros(rows: Size | int | str, columns: Size | int | str = 1) -> Fill:
    return Fill("zeros", (Size.of(rows), Size.of(columns)))


def count(size: Size | int | str) -> Count:
    return Count(Size.of(size))


def counted(size: Size) -> Number | Count:
    """A size as a number: plain where it is one."""
    return Count(size) if size.number is None else number(size.number)


def substituted(tree: Node, meaning: Mapping[str, Node]) -> Node:
    """The tree with some variables replaced by what they stand for, once."""
    return tree.map(lambda n: meaning[n.name] if isinstance(n, Variable) and n.name in meaning else n)
