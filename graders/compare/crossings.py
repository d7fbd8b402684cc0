"""Points on a kink and close beside it, where a condition that is a little off shows.

Entries are powers of two, so that a kink that is a sum of products is hit exactly, without rounding.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from graders.compare.points import Setting, base_points, chosen, dyadic, follow, names_in, seeded
from matcalc_ref.language.evaluate import Points, evaluate
from matcalc_ref.language.tree import Node

OFFSETS = (0.0, 0.125, -0.125, 2.0**-6, -(2.0**-6), 2.0**-10, -(2.0**-10))
STEPS = (1.0, -1.0, 2.0, -2.0, 4.0, -4.0, 9.0, -9.0)


@lru_cache(maxsize=1024)
def crossing(side: Node, setting: Setting) -> Points | None:
    """Points on and beside the kink where `side` is 0; None where no such point was found."""
    base = _base(setting.without_shapes, tuple(base_points(setting)[0].sizes.items()))
    start = evaluate(side, base)
    given = {name for name, _ in setting.where}
    names = names_in(side)
    if names & given:  # it moves with what they stand for
        names |= names_in(*(node for _, node in setting.where))
    places = [
        (name, index)
        for name in sorted((base.values.keys() & names) - given)
        for index in list(np.ndindex(base.values[name].shape[1:]))[:4]
    ]
    for find in (_exactly, _roughly):
        for name, index in places:
            for at in list(np.ndindex(start.shape[1:]))[:4]:
                by = find(side, base, start, name, index, (slice(None), *at), setting)
                if by is not None and np.isfinite(by).any():
                    found = _along(base, name, index, by, setting)
                    if found is not None:
                        return found
    return None


@lru_cache(maxsize=512)
def _base(setting: Setting, sizes: tuple[tuple[str, int], ...]) -> Points:
    return dyadic(setting, dict(sizes), seeded(setting, "kink"), 3)


def _exactly(side: Node, base: Points, start: Any, name: str, index: Any, at: Any, setting: Setting) -> Any:
    """By how much the entry moves to hit the kink, where the kink is affine in it; None where it is not."""
    once, twice = (evaluate(side, moved(base, name, index, by, setting))[at] - start[at] for by in (1.0, 2.0))
    if not (np.abs(once) > 0).all() or (twice != 2 * once).any():
        return None
    return -start[at] / once


def _roughly(side: Node, base: Points, start: Any, name: str, index: Any, at: Any, setting: Setting) -> Any:
    """The same by bisection, for a kink that is not affine."""
    low = np.zeros(base.batch)
    high = np.full(base.batch, np.nan)
    for step in STEPS:
        there = evaluate(side, moved(base, name, index, step, setting))[at]
        change = np.isnan(high) & (np.sign(there) * np.sign(start[at]) < 0)
        high[change] = step
    if np.isnan(high).all():
        return None
    sign = np.sign(start[at])
    for _ in range(45):
        middle = (low + high) / 2
        same = np.sign(evaluate(side, moved(base, name, index, middle, setting))[at]) == sign
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return (low + high) / 2


def _along(base: Points, name: str, index: Any, by: Any, setting: Setting) -> Points | None:
    """The points at all offsets from the kink; those where a positive variable is not are left out."""
    kept = np.flatnonzero(np.isfinite(by))
    rows = np.tile(kept, len(OFFSETS))
    shift = by[rows] + np.repeat(OFFSETS, len(kept))
    points = moved(chosen(base, rows), name, index, shift, setting)
    valid = np.ones(points.batch, dtype=bool)
    if name in setting.positive:
        valid = points.values[name][(slice(None), *index)] > 0
    if not valid.any():
        return None
    return chosen(points, np.flatnonzero(valid))


def moved(points: Points, name: str, index: tuple[int, ...], by: Any, setting: Setting) -> Points:
    """The points with one entry of one variable moved."""
    array = points.values[name].copy()
    array[(slice(None), *index)] += by
    return follow(setting, Points(points.sizes, {**points.values, name: array}, points.batch))
