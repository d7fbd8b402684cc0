"""Functions that are no rows of the operations table, and derivatives such as σ', by formulas."""

from __future__ import annotations

from collections.abc import Callable

from matcalc_ref.language.meaning.context import Context
from matcalc_ref.language.operations import MINUS_UNIT, UNIT, ZERO, number
from matcalc_ref.language.sizes import ONE
from matcalc_ref.language.tree import Fill, Node

HALF = number("1/2")


def _over(m: Context, above: Node, below: Node) -> Node:
    return m.make("mul", above, m.make("pow", below, MINUS_UNIT))


def _root(m: Context, z: Node, add: Node) -> Node:
    """The logarithm of z + sqrt(z² + add)."""
    inner = m.make("add", m.make("mul", z, z), add)
    return m.make("log", m.make("add", z, m.make("sqrt", inner)))


def _less(m: Context, left: Node, right: Node) -> Node:
    return m.make("add", left, m.make("mul", MINUS_UNIT, right))


DERIVED: dict[str, Callable[[Context, Node], Node]] = {
    "sech": lambda m, z: m.make("pow", m.make("cosh", z), MINUS_UNIT),
    "csch": lambda m, z: m.make("pow", m.make("sinh", z), MINUS_UNIT),
    "coth": lambda m, z: _over(m, m.make("cosh", z), m.make("sinh", z)),
    "arcsinh": lambda m, z: _root(m, z, UNIT),
    "arccosh": lambda m, z: _root(m, z, MINUS_UNIT),
    "arctanh": lambda m, z: m.make(
        "mul", HALF, m.make("log", _over(m, m.make("add", UNIT, z), _less(m, UNIT, z)))
    ),
    "cbrt": lambda m, z: m.make("pow", z, number("1/3")),
    "log2": lambda m, z: _over(m, m.make("log", z), m.make("log", number(2))),
    "log10": lambda m, z: _over(m, m.make("log", z), m.make("log", number(10))),
    "log1p": lambda m, z: m.make("log", m.make("add", UNIT, z)),
    "expm1": lambda m, z: m.make("add", m.make("exp", z), MINUS_UNIT),
    "softplus": lambda m, z: m.make("log", m.make("add", UNIT, m.make("exp", z))),
}


def _one_minus(m: Context, node: Node) -> Node:
    return _less(m, UNIT if ONE in m.shape(node) else Fill("ones", m.shape(node)), node)


# of each entry, as in `σ'(z)`
DERIVATIVES: dict[str, Callable[[Context, Node], Node]] = {
    "sigmoid": lambda m, z: m.make("mul", m.make("sigmoid", z), _one_minus(m, m.make("sigmoid", z))),
    "tanh": lambda m, z: _one_minus(m, m.make("pow", m.make("tanh", z), number(2))),
    "relu": lambda m, z: m.make("gt", z, ZERO),
    "exp": lambda m, z: m.make("exp", z),
    "sin": lambda m, z: m.make("cos", z),
    "cos": lambda m, z: m.make("mul", MINUS_UNIT, m.make("sin", z)),
    "log": lambda m, z: m.make("pow", z, MINUS_UNIT),
}
