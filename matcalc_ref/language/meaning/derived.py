"""Functions that are no rows of the operations table, each by its formula in those that are."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from matcalc_ref.language.meaning.context import Context
from matcalc_ref.language.tree import Node, Number

ONE, MINUS, HALF = (Number(Fraction(value)) for value in ("1", "-1", "1/2"))


def _over(m: Context, above: Node, below: Node) -> Node:
    return m.make("mul", above, m.make("pow", below, MINUS))


def _root(m: Context, z: Node, add: Node) -> Node:
    """The logarithm of z + sqrt(z² + add)."""
    inner = m.make("add", m.make("mul", z, z), add)
    return m.make("log", m.make("add", z, m.make("sqrt", inner)))


def _less(m: Context, left: Node, right: Node) -> Node:
    return m.make("add", left, m.make("mul", MINUS, right))


DERIVED: dict[str, Callable[[Context, Node], Node]] = {
    "sech": lambda m, z: m.make("pow", m.make("cosh", z), MINUS),
    "csch": lambda m, z: m.make("pow", m.make("sinh", z), MINUS),
    "coth": lambda m, z: _over(m, m.make("cosh", z), m.make("sinh", z)),
    "arcsinh": lambda m, z: _root(m, z, ONE),
    "arccosh": lambda m, z: _root(m, z, MINUS),
    "arctanh": lambda m, z: m.make(
        "mul", HALF, m.make("log", _over(m, m.make("add", ONE, z), _less(m, ONE, z)))
    ),
    "log2": lambda m, z: _over(m, m.make("log", z), m.make("log", Number(Fraction(2)))),
    "log10": lambda m, z: _over(m, m.make("log", z), m.make("log", Number(Fraction(10)))),
    "log1p": lambda m, z: m.make("log", m.make("add", ONE, z)),
    "expm1": lambda m, z: m.make("add", m.make("exp", z), MINUS),
    "softplus": lambda m, z: m.make("log", m.make("add", ONE, m.make("exp", z))),
}
