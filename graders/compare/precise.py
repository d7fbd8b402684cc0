"""Values with 60 digits, for the few points where float64 cannot tell two of them apart."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import lru_cache, partial, reduce
from typing import Any

import numpy as np

from graders.compare.rounding import (
    amplification,
    extremes,
    has_exponential,
    has_extremes,
    is_rounded,
    largest,
    largest_exponent,
)
from matcalc_ref.language.backends import Arrays
from matcalc_ref.language.evaluate import Evaluation, Points
from matcalc_ref.language.tree import Node

Array = Any
DIGITS = 60
MANY_DIGITS = 1200  # where rounding grows so much that 60 are not enough
NOTHING = 1e-40  # what is smaller is rounding
BEYOND = 400  # binary digits before the point; what exp, sin or a power make of more takes for ever
MOST_PRECISE = 700  # entries of an array up to which 60 digits are spent


def precisely(
    nodes: Iterable[Node], points: Points, same: float = NOTHING, digits: int = DIGITS
) -> list[Array]:
    """The values of formulas with 60 digits: arrays (batch, rows, columns) of mpmath numbers or nan.

    Where numbers are compared, those that differ by no more than `same` are equal; with more digits, less.
    """
    import mpmath

    with mpmath.workdps(digits):
        least = same if same > NOTHING else mpmath.mpf(10) ** (DIGITS - digits) * NOTHING
        evaluation = Evaluation(points, Precise(points.batch, least))
        return [evaluation.values(node) for node in nodes]


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
            if self.mp.mag(b) > BEYOND:
                return self.nan
            if b < 0 and self.same > NOTHING and abs(a) < self.same:
                return self.nan  # on a kink, which is a gap of this one
            whole = self.mp.nint(b)  # an exponent that is whole but for rounding suits a negative base
            return a ** (whole if abs(b - whole) < NOTHING else b)

        return self._map(raised, x, y)

    def maximum(self, *xs: Array) -> Array:
        return reduce(partial(self._map, lambda a, b: a if a >= b else b), xs)

    def minimum(self, *xs: Array) -> Array:
        return reduce(partial(self._map, lambda a, b: a if a <= b else b), xs)

    def function(self, name: str, x: Array) -> Array:
        mp = self.mp
        named: dict[str, Callable[[Any], Any]] = {
            "exp": mp.exp, "log": mp.log, "sqrt": mp.sqrt, "sin": mp.sin, "cos": mp.cos, "tan": mp.tan,
            "cot": mp.cot, "sec": mp.sec, "csc": mp.csc, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh,
            "arcsin": mp.asin, "arccos": mp.acos, "arctan": mp.atan, "abs": abs,
            "sign": lambda v: mp.mpf(0) if abs(v) < self.same else mp.sign(v),
            "sigmoid": lambda v: 1 / (1 + mp.exp(-v)), "relu": lambda v: v if not v <= 0 else mp.mpf(0),
        }  # fmt: skip
        tame = name in ("abs", "sign", "sqrt", "log", "relu", "arctan")
        return self._map(lambda v: named[name](v) if tame or self.mp.mag(v) <= BEYOND else self.nan, x)

    def compare(self, name: str, x: Array, y: Array) -> Array:
        test = getattr(operator, name)

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


def precisely_equal(student: Node, reference: Node, points: Points, same: float = NOTHING) -> bool:
    """Whether the two agree to 40 digits, or to 12 where a number was rounded. `same` as in `precisely`."""
    float64 = Evaluation(points)
    values = [float64.values(tree) for tree in (student, reference)]
    scales = largest(float64)
    exponent = largest_exponent(float64) if has_exponential(student, reference) else 0.0
    # as many more as the largest value has before the point, or zeros behind it the smallest exponential
    more = max(exponent / math.log(10), math.log10(max(scales.max(), 1.0)))
    # a difference quotient is off by the square of its step
    step = min(extremes(tree)[0] for tree in (student, reference))
    finer = int(-3 * math.log10(step)) if has_extremes(student, reference) else 0
    digits = min(DIGITS + int(more) + finer, MANY_DIGITS)
    if _agree(student, reference, points, same, digits, scales, finer):
        return True
    if student.operations & {"inv", "matpow"} and np.isnan(values[0]).any():
        return False  # singular, to any number of digits
    return amplification(float64) > 1e12 and _agree(
        student, reference, points, same, MANY_DIGITS, scales, finer
    )


def _agree(
    student: Node, reference: Node, points: Points, same: float, digits: int, scales: Any, finer: int
) -> bool:
    """What is as small as the last digits of `scales`, the largest values on the way, is rounding. `finer`:
    more digits than 40 that have to agree.
    """
    import mpmath

    on_a_kink = same > NOTHING  # where a gap is no difference
    rounded = is_rounded(student) or is_rounded(reference)
    tolerance = 1e-12 if rounded else mpmath.mpf(10) ** (-40 - finer)
    one, two = precisely((student, reference), points, same, digits)
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
