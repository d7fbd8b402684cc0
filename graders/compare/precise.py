"""Values with 60 digits, for the few points where float64 cannot tell two of them apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from matcalc_ref.language.backends import Arrays
from matcalc_ref.language.evaluate import Points, evaluate
from matcalc_ref.language.table import COMPARISONS
from matcalc_ref.language.tree import Apply, Node, Number

Array = Any
DIGITS = 60
NOTHING = 1e-40  # what is smaller is rounding
MOST_PRECISE = 700  # entries of an array up to which 60 digits are spent


def precisely(node: Node, points: Points) -> Array:
    """The values of `node` with 60 digits, an array (batch, rows, columns) of mpmath numbers or nan."""
    import mpmath

    with mpmath.workdps(DIGITS):
        return evaluate(node, points, Precise(points.batch))


class Precise(Arrays):
    """Arrays of mpmath numbers."""

    def __init__(self, batch: int) -> None:
        import mpmath

        super().__init__(batch)
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
            "sign": lambda v: mp.mpf(0) if abs(v) < NOTHING else mp.sign(v),
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
            same = abs(a - b) < NOTHING  # equal but for rounding
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
        size = len(a)
        for k in range(size):
            pivot = max(range(k, size), key=lambda i: abs(a[i, k]))
            if not abs(a[pivot, k]) > 0:
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
def has_tiny(node: Node) -> bool:
    """Whether a number so small stands in the tree that float64 could lose it; in a condition, the points
    about its kink tell.
    """
    match node:
        case Number(value):
            return 0 < abs(value) < 1e-5
        case Apply("pow", (Number(base), Number(exponent))) if _small(base, exponent):
            return True
        case Apply(operation, _) if operation in COMPARISONS:
            return False
    return any(has_tiny(child) for child in node.children)


def _small(base: Fraction, exponent: Fraction) -> bool:
    return base != 0 and exponent * math.log(abs(base)) < math.log(1e-5)


@lru_cache(maxsize=4096)
def _is_rounded(node: Node) -> bool:
    """Whether a number in the tree is itself a rounded float."""
    values = [n.value for n in node.walk() if isinstance(n, Number)]
    return any(abs(value.numerator) > 10**10 and value.denominator > 10**10 for value in values)


def precisely_equal(student: Node, reference: Node, points: Points) -> bool:
    """Whether the two agree to 40 digits, or to 12 where a number was rounded."""
    import mpmath

    tolerance = 1e-12 if _is_rounded(student) or _is_rounded(reference) else mpmath.mpf(10) ** -40
    one, two = precisely(student, points), precisely(reference, points)
    with mpmath.workdps(60):
        for a, b in zip(one.flat, two.flat, strict=True):
            if mpmath.isfinite(b) and not (
                mpmath.isfinite(a) and abs(a - b) <= tolerance * (abs(b) if b else 1)
            ):
                return False
    return True
