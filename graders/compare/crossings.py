"""Points on a kink and close beside it, where a condition that is a little off shows.

Entries are powers of two, so that a kink that is a sum of products is hit exactly, without rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from graders.compare.points import Setting, base_points, chosen, dyadic, follow, names_in, seeded
from matcalc_ref.language.evaluate import Points, evaluate
from matcalc_ref.language.tree import Node

STARTS = 8  # points from which a kink is looked for
OFFSETS = (0.0, *(sign * 2.0**-power for power in (3, 6, 10, 14, 18, 22) for sign in (1, -1)))
ENOUGH = 4 * len(OFFSETS)  # points about a kink; where no entry leads to as many, whole points move too
STEPS = ((1.0, 2.0, 4.0, 9.0), (-1.0, -2.0, -4.0, -9.0))  # of one entry, both ways
POWERS = ((1.0, 2.0, 3.0, 5.0, 10.0, 20.0), (-1.0, -2.0, -3.0, -5.0, -10.0, -20.0))  # of 2, for whole points


@lru_cache(maxsize=1024)
def crossing(side: Node, setting: Setting) -> Points | None:
    """Points on and beside the kink where `side` is 0; None where no such point was found."""
    base = _base(setting.without_shapes, tuple(base_points(setting)[0].sizes.items()))
    start = evaluate(side, base)
    given = {name for name, _ in setting.where}
    names = names_in(side)
    if names & given:  # it moves with what they stand for
        names |= names_in(*(node for _, node in setting.where))
    names = (base.values.keys() & names) - given
    entries = [(name, at) for name in sorted(names) for at in _first(base.values[name])]
    results = _first(start)
    few: list[Points] = []

    for find in (_exactly, _roughly):
        for name, index in entries:
            for at in results:

                def height(by: Any, name: str = name, index: Any = index, at: Any = at) -> Any:
                    return evaluate(side, moved(base, name, index, by, setting))[at]

                found = _along(base, name, index, find(height, start[at]), setting)
                if found is not None and found.batch >= ENOUGH:
                    return found
                few += [found] if found is not None else []
    for at in results:

        def size(power: Any, at: Any = at) -> Any:
            return evaluate(side, _scaled(base, names, 2.0**power, setting))[at]

        found = _by_scaling(base, names, _bisected(size, start[at], POWERS), setting)
        if found is not None:
            return _joined([*few[:1], found])
    return few[0] if few else None


@lru_cache(maxsize=512)
def _base(setting: Setting, sizes: tuple[tuple[str, int], ...]) -> Points:
    return dyadic(setting, dict(sizes), seeded(setting, "kink"), STARTS)


def _first(array: Any) -> list[Any]:
    """The places of the first few entries, for the whole batch."""
    return [(slice(None), *at) for at in list(np.ndindex(array.shape[1:]))[:4]]


Height = Callable[[Any], Any]  # of every start, moved by so much


def _exactly(height: Height, start: Any) -> list[Any]:
    """By how much the starts move to where a height is 0 that is affine; nothing where it is not."""
    once, twice = (height(by) - start for by in (1.0, 2.0))
    if not (np.abs(once) > 0).all() or (twice != 2 * once).any():
        return []
    by = -start / once
    return [by] if (np.abs(height(by)) <= 1e-9 * np.abs(start)).all() else []


def _roughly(height: Height, start: Any) -> list[Any]:
    """The same by bisection, for a height that is not affine."""
    return _bisected(height, start, STEPS)


def _bisected(height: Height, start: Any, ways: tuple[tuple[float, ...], ...]) -> list[Any]:
    """Where the height changes its sign on the way to the steps, nan where it does not; both ways."""
    found = []
    for steps in ways:
        low = np.zeros(len(start))
        high = np.full(len(start), np.nan)
        for step in steps:
            there = height(np.full(len(start), step))
            high[np.isnan(high) & (np.sign(there) * np.sign(start) < 0)] = step
        if np.isnan(high).all():
            continue
        for _ in range(45):
            middle = (low + high) / 2
            same = np.sign(height(middle)) == np.sign(start)
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        found.append((low + high) / 2)
    return found


def _spread(roots: list[Any]) -> tuple[Any, Any, Any]:
    """The starts, their roots and an offset, every offset for every root."""
    starts = np.concatenate([np.flatnonzero(np.isfinite(by)) for by in roots])
    found = np.concatenate([by[np.isfinite(by)] for by in roots])
    return np.tile(starts, len(OFFSETS)), np.tile(found, len(OFFSETS)), np.repeat(OFFSETS, len(starts))


def _along(base: Points, name: str, index: Any, roots: list[Any], setting: Setting) -> Points | None:
    """The points at all offsets from the kink; those where a positive variable is not are left out."""
    if not any(np.isfinite(by).any() for by in roots):
        return None
    rows, by, offsets = _spread(roots)
    points = moved(chosen(base, rows), name, index, by + offsets, setting)
    valid = points.values[name][index] > 0 if name in setting.positive else np.ones(len(rows), dtype=bool)
    return chosen(points, np.flatnonzero(valid)) if valid.any() else None


def _by_scaling(base: Points, names: set[str], roots: list[Any], setting: Setting) -> Points | None:
    """Points about a kink that no single entry reaches, such as norm(x) = 1: all `names` grow or shrink."""
    if not any(np.isfinite(by).any() for by in roots):
        return None
    rows, power, offsets = _spread(roots)
    return _scaled(chosen(base, rows), names, 2.0**power * (1 + offsets), setting)


def _joined(parts: list[Points]) -> Points:
    values = {name: np.concatenate([part.values[name] for part in parts]) for name in parts[0].values}
    return Points(parts[0].sizes, values, sum(part.batch for part in parts))


def moved(points: Points, name: str, index: tuple[Any, ...], by: Any, setting: Setting) -> Points:
    """The points with one entry of one variable moved."""
    array = points.values[name].copy()
    array[index] += by
    return follow(setting, Points(points.sizes, {**points.values, name: array}, points.batch))


def _scaled(points: Points, names: set[str], factors: Any, setting: Setting) -> Points:
    by = np.reshape(factors, (-1, 1, 1))
    values = {name: array * by if name in names else array for name, array in points.values.items()}
    return follow(setting, Points(points.sizes, values, points.batch))
