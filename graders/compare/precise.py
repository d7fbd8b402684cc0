"""Values with 60 digits, for the few points where float64 cannot tell two of them apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from matcalc_ref.language.backends import Arrays
from matcalc_ref.language.evaluate import (
    EXPONENTIALS,
    Points,
    amplification,
    evaluate,
    evaluate_all,
    largest_exponent,
)
from matcalc_ref.language.table import COMPARISONS
from matcalc_ref.language.tree import Apply, Constant, Node, Number

Array = Any
DIGITS = 60
MANY_DIGITS = 1200  # where rounding grows so much that 60 are not enough
NOTHING = 1e-40  # what is smaller is rounding
MOST_PRECISE = 700  # entries of an array up to which 60 digits are spent


def precisely(node: Node, points: Points, same: float = NOTHING, digits: int = DIGITS) -> Array:
    """The values of `node` with 60 digits, an array (batch, rows, columns) of mpmath numbers or nan.

    Where numbers are compared, those that differ by no more than `same` are equal.
    """
    import mpmath

    with mpmath.workdps(digits):
        return evaluate(node, points, Precise(points.batch, same))


class Precise(Arrays):
    """Arrays of mpmath numbers."""

    def __init__(self, batch: int, same: float = NOTHING) -> None:
        import mpmath

        super().__init__(batch)
        self.same = same
        self.mp = mpmath
        self.nan = mpmath.nan

    # leaves
    def array(self, values: Array) -> Array:
        return self._map(lambda v: self.mp.mpf(float(v)), np.asarray(values, dtype=object))

    def number(self, value: int | Fraction) -> Array:
        fraction = Fraction(value)
        return self._full(1, 1, self.mp.mpf(fraction.numerator) / fraction.denominator)

    def constant(self, name: str) -> Array:
        return self._full(1, 1, +{"pi": self.mp.pi, "e": self.mp.e}[name])

    def fill(self, kind: str, rows: int, columns: int) -> Array:
        filled = self._full(rows, columns, self.mp.mpf(1 if kind == "ones" else 0))
        if kind == "eye":
            for i in range(min(rows, columns)):
                filled[:, i, i] = self.mp.mpf(1)
        return filled

    # functions, entry by entry
    def power(self, x: Array, y: Array) -> Array:
        def raised(a: Any, b: Any) -> Any:
            if b < 0 and self.same > NOTHING and abs(a) < self.same:
                return self.nan  # on a kink, which is a gap of this one
            whole = self.mp.nint(b)  # an exponent that is whole but for rounding suits a negative base
            return a ** (whole if abs(b - whole) < NOTHING else b)

        return self._map(raised, x, y)

    def maximum(self, *xs: Array) -> Array:
        return self._fold(lambda a, b: a if a >= b else b, xs)

    def minimum(self, *xs: Array) -> Array:
        return self._fold(lambda a, b: a if a <= b else b, xs)

    def function(self, name: str, x: Array) -> Array:
        mp = self.mp
        named: dict[str, Callable[[Any], Any]] = {
            "exp": mp.exp, "log": mp.log, "sqrt": mp.sqrt, "sin": mp.sin, "cos": mp.cos, "tan": mp.tan,
            "cot": mp.cot, "sec": mp.sec, "csc": mp.csc, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh,
            "arcsin": mp.asin, "arccos": mp.acos, "arctan": mp.atan, "abs": abs,
            "sign": lambda v: mp.mpf(0) if abs(v) < self.same else mp.sign(v),
            "sigmoid": lambda v: 1 / (1 + mp.exp(-v)), "relu": lambda v: v if not v <= 0 else mp.mpf(0),
        }  # fmt: skip
        return self._map(named[name], x)

    def compare(self, name: str, x: Array, y: Array) -> Array:
        tests: dict[str, Callable[[Any, Any], bool]] = {
            "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b, "lt": lambda a, b: a < b,
            "le": lambda a, b: a <= b, "eq": lambda a, b: a == b, "ne": lambda a, b: a != b,
        }  # fmt: skip
        test = tests[name]

        def decide(a: Any, b: Any) -> Any:
            if self.mp.isnan(a) or self.mp.isnan(b):
                return self.nan
            same = abs(a - b) < self.same * max(1, abs(a))
            return self.mp.mpf(int(test(a, a if same else b)))

        return self._map(decide, x, y)

    def choose(self, pairs: list[tuple[Array, Array]], otherwise: Array | None) -> Array:
        shape = np.broadcast_shapes(*(v.shape for v, _ in pairs))
        result = np.full(shape, self.nan, dtype=object)
        if otherwise is not None:
            result = np.broadcast_to(otherwise, shape)

        def pick(value: Any, condition: Any, rest: Any) -> Any:
            return condition if self.mp.isnan(condition) else value if condition != 0 else rest

        for value, condition in reversed(pairs):
            result = self._map(pick, value, condition, result)
        return result

    # matrices
    def matrix_power(self, x: Array, k: Array) -> Array:
        exponent = round(float(k.flat[0]))
        base, result = (self.inverse(x) if exponent < 0 else x), self.fill("eye", x.shape[1], x.shape[1])
        for _ in range(min(abs(exponent), 1000)):
            result = np.matmul(result, base)
        return result

    def inverse(self, x: Array) -> Array:
        size = x.shape[1]
        return np.stack([self._eliminate(m, self.fill("eye", size, size)[0])[1] for m in x])

    def pseudo_inverse(self, x: Array) -> Array:
        """For matrices of full rank, as matrices at random points are."""
        t = self.transpose(x)
        if x.shape[1] >= x.shape[2]:
            return np.matmul(self.inverse(np.matmul(t, x)), t)
        return np.matmul(t, self.inverse(np.matmul(x, t)))

    def det(self, x: Array) -> Array:
        none = self._full(x.shape[1], 0, self.nan)[0]
        return np.array([[[self._eliminate(m, none)[0]]] for m in x], dtype=object)

    def softmax(self, x: Array, rows: bool = False) -> Array:
        powers = self.function("exp", x)
        return powers / powers.sum(axis=2 if rows else (1, 2), keepdims=True)

    # helpers
    def _full(self, rows: int, columns: int, value: Any) -> Array:
        return np.full((self.batch, rows, columns), value, dtype=object)

    def _map(self, function: Callable[..., Any], *xs: Array) -> Array:
        def safely(*values: Any) -> Any:
            try:
                result = function(*values)
            except (ZeroDivisionError, ValueError, OverflowError):
                return self.nan
            return result if isinstance(result, self.mp.mpf) else self.nan

        return np.asarray(np.frompyfunc(safely, len(xs), 1)(*xs), dtype=object)

    def _fold(self, function: Callable[[Any, Any], Any], xs: tuple[Array, ...]) -> Array:
        result = xs[0]
        for x in xs[1:]:
            result = self._map(function, result, x)
        return result

    def _eliminate(self, matrix: Array, right: Array) -> tuple[Any, Array]:
        """Determinant, and the solution of matrix·X = right, by elimination with the largest pivot."""
        a, b, det = matrix.copy(), right.copy(), self.mp.mpf(1)
        size, scale = len(a), max(map(abs, matrix.flat))
        for k in range(size):
            pivot = max(range(k, size), key=lambda i: abs(a[i, k]))
            if not abs(a[pivot, k]) > NOTHING * scale:
                zero_or_nan = a[pivot, k] * 0
                return zero_or_nan, self._map(lambda v: self.nan, b)
            if pivot != k:
                a[[k, pivot]], b[[k, pivot]], det = a[[pivot, k]], b[[pivot, k]], -det
            det = det * a[k, k]
            for i in range(size):
                if i != k:
                    factor = a[i, k] / a[k, k]
                    a[i], b[i] = a[i] - factor * a[k], b[i] - factor * b[k]
        return det, np.array([row / a[k, k] for k, row in enumerate(b)], dtype=object).reshape(b.shape)


def can_be_precise(student: Node, reference: Node, points: Points) -> bool:
    """Whether 60 digits are cheap enough here."""
    return max(_entries(tree, tuple(points.sizes.items())) for tree in (student, reference)) <= MOST_PRECISE


@lru_cache(maxsize=8192)
def _entries(node: Node, sizes: tuple[tuple[str, int], ...]) -> int:
    """The number of entries of the largest array on the way."""
    at = dict(sizes)
    return max(part.shape[0].at(at) * part.shape[1].at(at) for part in node.walk())


@lru_cache(maxsize=4096)
def has_extremes(node: Node) -> bool:
    """Whether a number so small or so large stands in the tree that float64 could lose it, or others beside
    it; in a condition, the points about its kink tell.
    """
    if isinstance(node, Apply) and node.operation in COMPARISONS:
        return False
    factors = node.arguments if isinstance(node, Apply) and node.operation == "mul" else (node,)
    constants = [f for f in factors if f.is_scalar and _is_constant(f)]
    if constants:
        with np.errstate(all="ignore"):
            values = [float(evaluate(constant, Points({}, {}, 1))[0, 0, 0]) for constant in constants]
        value = abs(math.prod(values))
        if 0 < value < 1e-5 or value > 1e5:
            return True
    return any(has_extremes(child) for child in node.children)


def _is_constant(node: Node) -> bool:
    return all(isinstance(part, (Number, Constant, Apply)) for part in node.walk())


@lru_cache(maxsize=4096)
def _is_rounded(node: Node) -> bool:
    """Whether a number in the tree is itself a rounded float."""
    values = [n.value for n in node.walk() if isinstance(n, Number)]
    return any(abs(value.numerator) > 10**10 and value.denominator > 10**10 for value in values)


def precisely_equal(student: Node, reference: Node, points: Points, same: float = NOTHING) -> bool:
    """Whether the two agree to 40 digits, or to 12 where a number was rounded. `same` as in `precisely`."""
    scales = np.maximum(*(_largest(tree, points) for tree in (student, reference)))
    digits = _digits(student, reference, points, scales)
    if _agree(student, reference, points, same, digits, scales):
        return True
    lost = max(amplification(tree, points) for tree in (student, reference))
    if _inverts(student) and np.isnan(evaluate(student, points)).any():
        return False  # singular, to any number of digits
    return lost > 1e12 and _agree(student, reference, points, same, MANY_DIGITS, scales)


def _digits(student: Node, reference: Node, points: Points, scales: Any) -> int:
    """60, and as many more as the largest value on the way has before the point, or zeros behind it the
    smallest exponential."""
    exponents = [largest_exponent(tree, points) for tree in (student, reference) if has_exponential(tree)]
    more = max(max(exponents, default=0.0) / math.log(10), math.log10(max(scales.max(), 1.0)))
    return min(DIGITS + int(more), MANY_DIGITS)


@lru_cache(maxsize=4096)
def has_exponential(tree: Node) -> bool:
    return any(isinstance(part, Apply) and part.operation in EXPONENTIALS for part in tree.walk())


@lru_cache(maxsize=4096)
def _inverts(tree: Node) -> bool:
    return any(isinstance(part, Apply) and part.operation in ("inv", "matpow") for part in tree.walk())


def _agree(student: Node, reference: Node, points: Points, same: float, digits: int, scales: Any) -> bool:
    """What is as small as the last digits of `scales`, the largest values on the way, is rounding."""
    import mpmath

    on_a_kink = same > NOTHING  # where a gap is no difference
    rounded = _is_rounded(student) or _is_rounded(reference)
    tolerance = 1e-12 if rounded else mpmath.mpf(10) ** -40
    one, two = (precisely(tree, points, same, digits) for tree in (student, reference))
    with mpmath.workdps(digits):
        for row, scale in enumerate(scales):
            last = mpmath.mpf(10) ** (-17 if rounded else 18 - digits)
            noise = last * mpmath.mpf(float(scale))
            for a, b in zip(one[row].flat, two[row].flat, strict=True):
                if not mpmath.isfinite(b) or on_a_kink and not mpmath.isfinite(a):
                    continue
                if not (mpmath.isfinite(a) and abs(a - b) <= tolerance * abs(b) + noise):
                    return False
    return True


def _largest(tree: Node, points: Points) -> Any:
    return largest(evaluate_all(tree, points)[1], points.batch)


def largest(arrays: Iterable[Any], batch: int) -> Any:
    """The largest of the values, for every row; what is not finite does not count."""
    found = np.zeros(batch)
    for values in arrays:
        size = np.abs(values).max(axis=(1, 2))
        found = np.maximum(found, np.where(np.isfinite(size), size, 0.0))
    return found


def is_shaky(tree: Node, points: Points) -> bool:
    """Whether float64 may be far off here."""
    return _divides(tree) and amplification(tree, points) > 1e4


@lru_cache(maxsize=4096)
def _divides(tree: Node) -> bool:
    """Whether rounding can grow in the tree beyond that of the largest value in it."""
    for part in tree.walk():
        match part:
            case Apply("pow", (_, Number(exponent))) if exponent.denominator == 1 and exponent > 0:
                continue
            case Apply(operation) if operation in _DIVIDING:
                return True
    return False


_DIVIDING = frozenset("pow log sqrt norm inv pinv det matpow tan sec csc cot arcsin arccos".split())
