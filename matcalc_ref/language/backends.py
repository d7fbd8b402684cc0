"""What evaluation computes with: NumPy in float64. Every array is (batch, rows, columns).

Another backend is a class with the same methods, handed to `evaluate(node, points, backend)`; the table of
operations calls nothing else. `Arrays` has those that only move entries or use `+` and `*`; a backend on
arrays of other numbers adds the rest, as the one with 60 digits in `graders.compare.precise`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

Array = Any


def _relu(x: Array) -> Array:
    return np.where(np.isnan(x), x, np.where(x > 0, x, 0.0))


def _sigmoid(x: Array) -> Array:
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "cot": lambda x: 1 / np.tan(x), "sec": lambda x: 1 / np.cos(x), "csc": lambda x: 1 / np.sin(x),
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "arcsin": np.arcsin, "arccos": np.arccos,
    "arctan": np.arctan, "abs": np.abs, "sign": np.sign, "sigmoid": _sigmoid, "relu": _relu,
}  # fmt: skip

SINGULAR = 1e13  # the condition of a matrix of which float64 cannot tell whether it has an inverse

COMPARE: dict[str, Callable[[Array, Array], Array]] = {
    "gt": np.greater, "ge": np.greater_equal, "lt": np.less, "le": np.less_equal, "eq": np.equal,
    "ne": np.not_equal,
}  # fmt: skip


class Arrays:
    """The operations that are the same for numbers of every kind."""

    at_once = False  # whether entry formulas may be worked out for all entries together

    def __init__(self, batch: int) -> None:
        self.batch = batch

    def fill(self, kind: str, rows: int, columns: int) -> Array:
        """Ones, zeros, or the identity."""
        raise NotImplementedError

    def function(self, name: str, x: Array) -> Array:
        """A function of each entry."""
        raise NotImplementedError

    # arithmetic, entry by entry
    def add(self, *xs: Array) -> Array:
        return sum(xs[1:], xs[0])

    def multiply(self, *xs: Array) -> Array:
        return math.prod(xs[1:], start=xs[0])

    # arrays
    def matmul(self, *xs: Array) -> Array:
        return reduce(np.matmul, xs)

    def transpose(self, x: Array) -> Array:
        return x.swapaxes(1, 2)

    def kron(self, x: Array, y: Array) -> Array:
        product = x[:, :, None, :, None] * y[:, None, :, None, :]
        return product.reshape(len(product), x.shape[1] * y.shape[1], x.shape[2] * y.shape[2])

    def diag(self, x: Array) -> Array:
        flat = x.reshape(len(x), -1)
        size = flat.shape[1]
        return np.where(np.eye(size, dtype=bool), flat[:, :, None], self.fill("zeros", size, size))

    def diagonal(self, x: Array) -> Array:
        return np.diagonal(x, axis1=1, axis2=2)[:, :, None]

    def vec(self, x: Array) -> Array:
        return x.reshape(len(x), -1, 1)

    def hstack(self, *xs: Array) -> Array:
        return np.concatenate(xs, axis=2)

    def vstack(self, *xs: Array) -> Array:
        return np.concatenate(xs, axis=1)

    def entry(self, x: Array, row: int | None, column: int | None) -> Array:
        for axis, at in ((1, row), (2, column)):
            if at is None:
                continue
            if 0 <= at < x.shape[axis]:
                x = x[:, at : at + 1] if axis == 1 else x[:, :, at : at + 1]
            else:
                x = self.fill("zeros", *(1 if side == axis else x.shape[side] for side in (1, 2)))
        return x

    def total(self, terms: Iterable[Array], rows: int, columns: int) -> Array:
        return sum(terms, self.fill("zeros", rows, columns))

    def assemble(self, entries: list[list[Array]]) -> Array:
        return np.concatenate([np.concatenate(row, axis=2) for row in entries], axis=1)

    # reductions
    def sum(self, x: Array, axis: str | None = None) -> Array:
        return x.sum(axis={None: (1, 2), "row": 2, "column": 1}[axis], keepdims=True)

    def prod(self, x: Array) -> Array:
        return x.prod(axis=(1, 2), keepdims=True)

    def norm(self, x: Array) -> Array:
        return self.function("sqrt", self.sum(x * x))

    def trace(self, x: Array) -> Array:
        return np.trace(x, axis1=1, axis2=2)[:, None, None]

    def cumsum(self, x: Array) -> Array:
        return np.cumsum(x, axis=2 if x.shape[1] == 1 else 1)

    def conv(self, signal: Array, kernel: Array) -> Array:
        taps, length = kernel.shape[1], signal.shape[1]
        terms = (kernel[:, j : j + 1] * signal[:, j : length - taps + 1 + j] for j in range(taps))
        return self.total(terms, length - taps + 1, 1)


class Float64(Arrays):
    """The everyday backend. Nothing here raises on values: what does not exist is nan or inf."""

    at_once = True

    # leaves
    def array(self, values: Array) -> Array:
        return np.asarray(values, dtype=float)

    def number(self, value: int | Fraction) -> Array:
        return np.full((self.batch, 1, 1), float(value))

    def constant(self, name: str) -> Array:
        return np.full((self.batch, 1, 1), {"pi": math.pi, "e": math.e}[name])

    def fill(self, kind: str, rows: int, columns: int) -> Array:
        one = np.eye(rows, columns) if kind == "eye" else np.full((rows, columns), float(kind == "ones"))
        return np.broadcast_to(one, (self.batch, rows, columns))

    # functions, entry by entry
    def power(self, x: Array, y: Array) -> Array:
        return np.power(x, y)

    def maximum(self, *xs: Array) -> Array:
        return reduce(np.maximum, xs)

    def minimum(self, *xs: Array) -> Array:
        return reduce(np.minimum, xs)

    def function(self, name: str, x: Array) -> Array:
        return FUNCTIONS[name](x)

    def compare(self, name: str, x: Array, y: Array) -> Array:
        found, undefined = COMPARE[name](x, y).astype(float), np.isnan(x) | np.isnan(y)
        return np.where(undefined, np.nan, found) if undefined.any() else found

    def choose(self, pairs: list[tuple[Array, Array]], otherwise: Array | None) -> Array:
        values = [v for v, _ in pairs] + ([] if otherwise is None else [otherwise])
        result = np.full(np.broadcast_shapes(*(v.shape for v in values)), np.nan)
        if otherwise is not None:
            result = np.broadcast_to(otherwise, result.shape)
        for value, condition in reversed(pairs):
            result = np.where(np.isnan(condition), np.nan, np.where(condition != 0, value, result))
        return result

    # all entries of an entry formula at once
    def counting(self, axis: int, first: int, length: int) -> Array:
        """first, first + 1, … along an axis."""
        return np.arange(first, first + length, dtype=float).reshape(
            [-1 if at == axis else 1 for at in range(3)]
        )

    def gather(self, x: Array, row: Array | None, column: Array | None) -> Array:
        """The entries at many places; places are the same for the whole batch, counted from 0."""
        rows, columns = (0 if at is None else np.rint(at[0]).astype(int) for at in (row, column))
        height, width = x.shape[1:]
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        found = x[:, rows % height, columns % width]
        return found if np.all(inside) else np.where(inside, found, 0.0)

    def spread(self, x: Array, rows: int, columns: int) -> Array:
        return np.broadcast_to(x, (self.batch, rows, columns))

    # matrices
    def matrix_power(self, x: Array, k: Array) -> Array:
        exponent = round(float(k.flat[0]))
        return np.linalg.matrix_power(self.inverse(x) if exponent < 0 else x, abs(exponent))

    def inverse(self, x: Array) -> Array:
        """Inverses; nan for what is singular, or is that but for rounding."""
        try:
            found = np.linalg.inv(x)
        except np.linalg.LinAlgError:
            alone = np.split(x, len(x)) if len(x) > 1 else []  # some are: each by itself
            return np.concatenate([self.inverse(m) for m in alone]) if alone else x * np.nan
        condition = np.abs(x).sum(axis=(1, 2)) * np.abs(found).sum(axis=(1, 2))
        return np.where(condition[:, None, None] < SINGULAR, found, np.nan)

    def pseudo_inverse(self, x: Array) -> Array:
        try:
            return np.linalg.pinv(x)
        except np.linalg.LinAlgError:
            return np.full((x.shape[0], x.shape[2], x.shape[1]), np.nan)

    def det(self, x: Array) -> Array:
        return np.linalg.det(x)[:, None, None]

    def softmax(self, x: Array, rows: bool = False) -> Array:
        axes = 2 if rows else (1, 2)
        powers = np.exp(x - x.max(axis=axes, keepdims=True))
        return powers / powers.sum(axis=axes, keepdims=True)
