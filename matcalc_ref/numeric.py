"""Derivatives of NumPy functions in numbers: central differences, the complex step, and a report on a
gradient.

For students' own gradients, for the laws of the keys, and for graders alike. Functions take and return
numbers or arrays of any shape; a Jacobian has a row for every entry of the output and a column for every
entry of the input.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

STEP = 6e-6  # about the cube root of the rounding error: it balances cutting off (h²) against rounding (1/h)
COMPLEX_STEP = 1e-30  # nothing is subtracted, so the step may be as small as it likes


def jacobian(f: Callable[[Any], Any], x: Any, h: float | None = None) -> np.ndarray:
    """The Jacobian of `f` at `x` by central differences: outputs × inputs, both flattened row by row.

    The step is relative: h·max(1, |x_j|), with h = 6e-6 unless given. `x` is copied, never changed.
    """
    x = np.array(x, dtype=float)
    step = STEP if h is None else h
    columns = []
    for j in range(x.size):
        width = step * max(1.0, abs(x.flat[j]))
        values, places = [], []
        for sign in (1, -1):
            moved = x.copy()
            moved.flat[j] += sign * width
            places.append(moved.flat[j])
            values.append(np.array(f(moved), dtype=float).ravel())
        columns.append((values[0] - values[1]) / (places[0] - places[1]))
    return np.stack(columns, axis=1) if columns else np.zeros((np.size(f(x)), 0))


def complex_jacobian(f: Callable[[Any], Any], x: Any) -> np.ndarray:
    """The Jacobian by the complex step Im f(x + ih)/h: exact to rounding, for functions that accept complex
    numbers.

    `f` must be analytic where it is used: no abs, max, comparisons or complex conjugates of `x`.
    """
    x = np.array(x, dtype=complex)
    columns = []
    for j in range(x.size):
        moved = x.copy()
        moved.flat[j] += 1j * COMPLEX_STEP
        columns.append(np.imag(np.asarray(f(moved), dtype=complex)).ravel() / COMPLEX_STEP)
    return np.stack(columns, axis=1) if columns else np.zeros((np.size(f(x)), 0))


def relative_error(a: Any, n: Any) -> float:
    """max |a − n| / max(|a|, |n|) over the entries; 0 where both are 0 (CS231n's measure, entry by entry)."""
    a, n = np.asarray(a, dtype=float), np.asarray(n, dtype=float)
    if a.shape != n.shape:
        raise ValueError(f"the shapes differ: {a.shape} and {n.shape}")
    if not (np.isfinite(a).all() and np.isfinite(n).all()):
        return float("inf")
    scale = np.maximum(np.abs(a), np.abs(n))
    return float(np.max(np.abs(a - n) / np.where(scale > 0, scale, 1.0), initial=0.0))


@dataclass(frozen=True)
class GradientCheck:
    """What a gradient check found: the relative error, what it means, and the entry that is worst."""

    error: float
    meaning: str
    worst: tuple[int, ...]
    analytic: float
    numeric: float

    @property
    def passed(self) -> bool:
        return self.error < 1e-4

    def __str__(self) -> str:
        place = ", ".join(str(k + 1) for k in self.worst)
        return (
            f"relative error {self.error:.1e}: {self.meaning} "
            f"(worst at entry {place}: yours {self.analytic:.6g}, by differences {self.numeric:.6g})"
        )


MEANINGS = (
    (1e-7, "the gradient is right."),
    (1e-4, "fine where there are kinks such as max; otherwise look closer."),
    (1e-2, "suspicious: probably a mistake, or a kink near this point."),
    (float("inf"), "the gradient is probably wrong."),
)


def check_gradient(f: Callable[[Any], Any], x: Any, gradient: Any, h: float | None = None) -> GradientCheck:
    """Compares a gradient or Jacobian with central differences of `f` at `x`, by relative error.

    `gradient` may have the shape of `x` (for a number f), or be the Jacobian outputs × inputs. Entries where
    both are below the rounding error of the differences count as equal. Raises ValueError where the number of
    entries is wrong.
    """
    gradient = np.asarray(gradient, dtype=float)
    by_differences = jacobian(f, x, h)
    if gradient.size != by_differences.size:
        raise ValueError(
            f"the gradient has {gradient.size} entries, but f has {by_differences.shape[0]} outputs "
            f"and x has {by_differences.shape[1]} entries"
        )
    a, n = gradient.reshape(by_differences.shape), by_differences
    noise = 1e-9 * max(1.0, float(np.max(np.abs(np.asarray(f(np.array(x, dtype=float)))), initial=0.0)))
    scale = np.maximum(np.abs(a), np.abs(n))
    errors = np.where(np.abs(a - n) <= noise, 0.0, np.abs(a - n) / np.where(scale > 0, scale, 1.0))
    errors = np.where(np.isfinite(a) & np.isfinite(n), errors, np.inf)
    if not errors.size:
        return GradientCheck(0.0, MEANINGS[0][1], (), 0.0, 0.0)
    at = int(np.argmax(errors))
    error = float(errors.flat[at])
    meaning = next(text for limit, text in MEANINGS if error < limit or limit == float("inf"))
    worst = np.unravel_index(at, gradient.shape if gradient.ndim else (1,))
    return GradientCheck(error, meaning, tuple(map(int, worst)), float(a.flat[at]), float(n.flat[at]))
