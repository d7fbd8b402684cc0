"""The rules of differentiation, one table row each.

A row says how an operation's value depends on one of its operands: `partial(node, k, at)` is the derivative
of entry (at.i, at.j) of `node` by entry (at.a, at.b) of its k-th operand, as a sum of terms in index
notation. An index is None where that side has size 1. Chaining, adding up over the operands and going back to
matrices is the engine's work, the same for every row. `name` and `section` are the article's, for the steps;
a section of "" is beyond the article. Derivatives at a kink follow the article's section 5: max(0, z) has
derivative 0 at z = 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matcalc_ref.language.operations import (
    UNIT,
    add,
    eye,
    matmul,
    mul,
    neg,
    number,
    ones,
    power,
    sub,
    transpose,
    zeros,
)
from matcalc_ref.language.sizes import ONE, Size
from matcalc_ref.language.tree import Apply, ByEntries, Entry, Index, Node, Number, apply
from matcalc_ref.rewriting.einstein import Factor, Term, same_index, term


@dataclass(frozen=True)
class Slots:
    """The indices of one entry of a node (i, j) and of one entry of its operand (a, b)."""

    i: str | None
    j: str | None
    a: str | None
    b: str | None


Partial = Callable[[Apply, int, Slots], Sequence[Term]]


@dataclass(frozen=True)
class Rule:
    """One row of the table: the rule's name and section for people, and its derivative."""

    name: str
    section: str
    partial: Partial


class NoDerivative(ValueError):
    """An operation cannot be differentiated here; the text says why, for people."""


def _elementwise(slope: Callable[[tuple[Node, ...], int], Node | None]) -> Partial:
    """The row of an element-wise operation, from its slope in the k-th operand; None where that is 0
    everywhere.
    """

    def partial(node: Apply, k: int, at: Slots) -> Sequence[Term]:
        value = slope(node.arguments, k)
        if value is None:
            return ()
        rows, columns = node.shape
        operand = node.arguments[k]
        here = () if operand.is_scalar else (*same_index(rows, at.i, at.a), *same_index(columns, at.j, at.b))
        if value == UNIT:
            return (term(*here),)
        sides = (None, None) if value.is_scalar else (at.i, at.j)
        return (term(Factor(value, *sides), *here),)

    return partial


def _of_one(slope: Callable[[Node], Node | None]) -> Partial:
    return _elementwise(lambda arguments, k: slope(arguments[0]))


def f(name: str, argument: Node) -> Node:
    return apply(name, argument)


def _others(arguments: tuple[Node, ...], k: int) -> Node:
    rest = arguments[:k] + arguments[k + 1 :]
    return mul(*rest) if rest else number(1)


def _power_slope(arguments: tuple[Node, ...], k: int) -> Node:
    base, exponent = arguments
    if k == 1:
        return mul(apply("pow", base, exponent), f("log", base))
    lower = number(exponent.value - 1) if isinstance(exponent, Number) else sub(exponent, number(1))
    return mul(exponent, apply("pow", base, lower))


def _extreme_slope(comparison: str) -> Callable[[tuple[Node, ...], int], Node]:
    """The derivative of max (gt) or min (lt): 1 where this operand beats every other, else 0."""

    def slope(arguments: tuple[Node, ...], k: int) -> Node:
        rest = arguments[:k] + arguments[k + 1 :]
        return mul(*(apply(comparison, arguments[k], other) for other in rest)) if rest else number(1)

    return slope


def shared_extreme(node: Apply, moving: Sequence[int]) -> Partial:
    """max or min where several operands move: where two of them are equal, the first one counts.

    They may be equal on a whole region (max(|x|, x) for x > 0), so that the weights must add up to 1 there.
    Against an operand that stands still the comparison is strict, so that max(0, z) has derivative 0 at z =
    0.
    """
    strict, loose = ("gt", "ge") if node.operation == "max" else ("lt", "le")

    def slope(arguments: tuple[Node, ...], k: int) -> Node:
        others = [m for m in range(len(arguments)) if m != k]
        signs = [loose if m in moving and m > k else strict for m in others]
        return mul(*(apply(sign, arguments[k], arguments[m]) for sign, m in zip(signs, others, strict=True)))

    return _elementwise(slope)


SLOPES: dict[str, Callable[[Node], Node | None]] = {
    "exp": lambda u: f("exp", u),
    "log": lambda u: power(u, -1),
    "sqrt": lambda u: mul(number("1/2"), power(f("sqrt", u), -1)),
    "sin": lambda u: f("cos", u),
    "cos": lambda u: neg(f("sin", u)),
    "tan": lambda u: power(f("cos", u), -2),
    "cot": lambda u: neg(power(f("sin", u), -2)),
    "sec": lambda u: mul(f("sec", u), f("tan", u)),
    "csc": lambda u: neg(mul(f("csc", u), f("cot", u))),
    "sinh": lambda u: f("cosh", u),
    "cosh": lambda u: f("sinh", u),
    "tanh": lambda u: sub(UNIT, power(f("tanh", u), 2)),
    "arcsin": lambda u: power(f("sqrt", sub(UNIT, power(u, 2))), -1),
    "arccos": lambda u: neg(power(f("sqrt", sub(UNIT, power(u, 2))), -1)),
    "arctan": lambda u: power(add(UNIT, power(u, 2)), -1),
    "abs": lambda u: f("sign", u),
    "sign": lambda u: None,
    "sigmoid": lambda u: mul(f("sigmoid", u), sub(UNIT, f("sigmoid", u))),
    "relu": lambda u: apply("gt", u, number(0)),
}

# products and arrays


def _matmul(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    before, after = node.arguments[:k], node.arguments[k + 1 :]
    operand = node.arguments[k]
    left = (Factor(matmul(*before), at.i, at.a),) if before else same_index(operand.shape[0], at.i, at.a)
    right = (Factor(matmul(*after), at.b, at.j),) if after else same_index(operand.shape[1], at.b, at.j)
    return (term(*left, *right),)


def _matrix_power(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    base, exponent = node.arguments
    if (
        k == 1
        or not isinstance(exponent, Number)
        or exponent.value.denominator != 1
        or abs(exponent.value) > 8
    ):
        raise NoDerivative(
            "a matrix power can be differentiated where its exponent is a whole number up to 8"
        )
    times = int(exponent.value)
    if times < 0:
        base, sign = apply("inv", base), -1
        pairs = [(p + 1, -times - p) for p in range(-times)]
    else:
        sign, pairs = 1, [(p, times - 1 - p) for p in range(times)]
    size = base.shape[0]

    def times_base(count: int) -> Node:
        return matmul(*[base] * count) if count else eye(size)

    return [
        term(Factor(times_base(p), at.i, at.a), Factor(times_base(q), at.b, at.j), coefficient=sign)
        for p, q in pairs
    ]


def _transpose(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    rows, columns = node.shape
    return (term(*same_index(rows, at.i, at.b), *same_index(columns, at.j, at.a)),)


def _inverse(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    return (term(Factor(node, at.i, at.a), Factor(node, at.b, at.j), coefficient=-1),)


def _pseudo_inverse(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    """Where the rank stays the same around the point."""
    a, p = node.arguments[0], node
    (m, n), pt = a.shape, transpose(node)
    left, right = sub(eye(m), matmul(a, p)), sub(eye(n), matmul(p, a))
    return [
        term(Factor(p, at.i, at.a), Factor(p, at.b, at.j), coefficient=-1),
        term(Factor(matmul(p, pt), at.i, at.b), Factor(left, at.a, at.j)),
        term(Factor(right, at.i, at.b), Factor(matmul(pt, p), at.a, at.j)),
    ]


def _spread(node: Apply, k: int, at: Slots) -> tuple[Factor, ...]:
    """How the rows and columns of kron(A, B) follow from those of A (k = 0) or B (k = 1)."""
    (m, n), (p, q) = (argument.shape for argument in node.arguments)
    sides = []
    for outer, inner, i, a in ((m, p, at.i, at.a), (n, q, at.j, at.b)):
        if a is not None:
            parts = (eye(outer), ones(inner)) if k == 0 else (ones(outer), eye(inner))
            sides.append(Factor(_kron(*parts), i, a))
    return tuple(sides)


def _kron(left: Node, right: Node) -> Node:
    return right if left.is_scalar else left if right.is_scalar else apply("kron", left, right)


def _kronecker(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    left, right = node.arguments
    other = _kron(ones(*left.shape), right) if k == 0 else _kron(left, ones(*right.shape))
    return (term(Factor(other, at.i, at.j), *_spread(node, k, at)),)


def _diag(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    size = node.shape[0]
    return (term(*same_index(size, at.i, at.j), *same_index(size, at.i, at.a or at.b)),)


def _diagonal(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    size = node.shape[0]
    return (term(*same_index(size, at.i, at.a), *same_index(size, at.i, at.b)),)


def _vec(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    m, n = node.arguments[0].shape
    factors = []
    if at.a is not None:
        factors.append(Factor(_kron(eye(m), ones(n)), at.i, at.a))
    if at.b is not None:
        factors.append(Factor(_kron(ones(m), eye(n)), at.i, at.b))
    return (term(*factors),)


def place(before: Size, size: Size, after: Size) -> Node:
    """The tall matrix that puts a column of `size` below `before` zeros and above `after` zeros."""
    parts = [zeros(s, size) for s in (before,) if s != Size.of(0)]
    parts.append(eye(size))
    parts += [zeros(s, size) for s in (after,) if s != Size.of(0)]
    return apply("vstack", *parts) if len(parts) > 1 else parts[0]


def _stack(side: int) -> Partial:
    def partial(node: Apply, k: int, at: Slots) -> Sequence[Term]:
        sizes = [argument.shape[side] for argument in node.arguments]
        before = sum(sizes[:k], Size.of(0))
        after = sum(sizes[k + 1 :], Size.of(0))
        placed = place(before, sizes[k], after)
        rows, columns = node.shape
        if side == 0:
            return (term(Factor(placed, at.i, at.a), *same_index(columns, at.j, at.b)),)
        return (term(Factor(placed, at.j, at.b), *same_index(rows, at.i, at.a)),)

    return partial


# reductions


def _sum(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    return (term(),)


def _rowsum(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    return (term(*same_index(node.shape[0], at.i, at.a)),)


def _colsum(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    return (term(*same_index(node.shape[1], at.j, at.b)),)


def _product(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    return (term(Factor(node), Factor(power(node.arguments[0], -1), at.a, at.b)),)


def _norm(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    return (term(Factor(power(node, -1)), Factor(node.arguments[0], at.a, at.b)),)


def _trace(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    return (term(*same_index(node.arguments[0].shape[0], at.a, at.b)),)


def _determinant(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    return (term(Factor(node), Factor(apply("inv", node.arguments[0]), at.b, at.a)),)


# network functions


def _softmax(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    rows, columns = node.shape
    p = Factor(node, at.i, at.j)
    same = (*same_index(rows, at.i, at.a), *same_index(columns, at.j, at.b))
    return (term(p, *same), term(p, Factor(node, at.a, at.b), coefficient=-1))


def _softmax_rows(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    rows, columns = node.shape
    p, row = Factor(node, at.i, at.j), same_index(rows, at.i, at.a)
    return (
        term(p, *row, *same_index(columns, at.j, at.b)),
        term(p, Factor(node, at.a, at.b), *row, coefficient=-1),
    )


def _by_index(rows: Size, columns: Size, body: Callable[[Node, Node], Node]) -> Node:
    r, c = ("_r" if rows != ONE else None), ("_c" if columns != ONE else None)
    return ByEntries(
        r, c, body(Index("_r") if r else number(1), Index("_c") if c else number(1)), (rows, columns)
    )


def _cumsum(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    rows, columns = node.shape
    size = rows if columns == ONE else columns
    if rows != ONE and columns != ONE:
        size = rows
    lower = _by_index(size, size, lambda i, j: apply("ge", i, j))
    if columns == ONE or rows != ONE:
        return (term(Factor(lower, at.i, at.a), *same_index(columns, at.j, at.b)),)
    return (term(Factor(lower, at.j, at.b)),)


def _conv(node: Apply, k: int, at: Slots) -> Sequence[Term]:
    signal, kernel = node.arguments
    rows = node.shape[0]
    other = kernel if k == 0 else signal
    width = node.arguments[k].shape[0]

    def entry(i: Node, j: Node) -> Node:
        at_one = sub(j, i) if k == 0 else add(i, j)
        return Entry(other, add(at_one, number(1 if k == 0 else -1)), number(1))

    return (term(Factor(_by_index(rows, width, entry), at.i, at.a)),)


RULES: dict[str, Rule] = {
    "add": Rule("sum", "2", _elementwise(lambda arguments, k: UNIT)),
    "mul": Rule("product", "2", _elementwise(_others)),
    "pow": Rule("power", "2", _elementwise(_power_slope)),
    "max": Rule("maximum", "5", _elementwise(_extreme_slope("gt"))),
    "min": Rule("minimum", "5", _elementwise(_extreme_slope("lt"))),
    **{name: Rule(f"derivative of {name}", "2", _of_one(slope)) for name, slope in SLOPES.items()},
    **{name: Rule("indicator", "5", lambda node, k, at: ()) for name in ("gt", "ge", "lt", "le", "eq", "ne")},
    "matmul": Rule("matrix product", "4.1", _matmul),
    "matpow": Rule("matrix power", "", _matrix_power),
    "transpose": Rule("transpose", "", _transpose),
    "inv": Rule("inverse", "", _inverse),
    "pinv": Rule("pseudo-inverse", "", _pseudo_inverse),
    "kron": Rule("Kronecker product", "", _kronecker),
    "diag": Rule("diagonal matrix", "", _diag),
    "diagonal": Rule("diagonal", "", _diagonal),
    "vec": Rule("vec", "", _vec),
    "hstack": Rule("side by side", "4.1", _stack(1)),
    "vstack": Rule("entry by entry", "4.1", _stack(0)),
    "sum": Rule("sum reduction", "4.4", _sum),
    "rowsum": Rule("sum reduction", "4.4", _rowsum),
    "colsum": Rule("sum reduction", "4.4", _colsum),
    "prod": Rule("product of the entries", "", _product),
    "norm": Rule("norm", "", _norm),
    "trace": Rule("trace", "", _trace),
    "det": Rule("determinant", "", _determinant),
    "softmax": Rule("softmax", "", _softmax),
    "softmax_rows": Rule("softmax", "", _softmax_rows),
    "cumsum": Rule("running sum", "", _cumsum),
    "conv": Rule("convolution", "", _conv),
}
