"""Points on a kink and close beside it, where a condition that is a little off shows.

Entries are powers of two, so that a kink that is a sum of products is hit exactly, without rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from graders.compare.points import Setting, base_points, chosen, dyadic, follow, joined, names_in, seeded
from matcalc_ref.language.evaluate import Points, evaluate
from matcalc_ref.language.tree import Node

STARTS = 8  # points from which a kink is looked for
MOST = 4  # entries of a variable that are moved, and of the side that are looked at
OFFSETS = (0.0, *(sign * 2.0**-power for power in (3, 6, 10, 14, 18, 22, 26) for sign in (1, -1)))
ENOUGH = 4 * len(OFFSETS)  # points about a kink; where no entry leads to as many, whole points move too
MOST_ROUNDS = 40  # of the search for a root
STILL = 1e-14  # a step towards a root that is rounding
CLOSE = 1e-13  # to a root, relative to the height at the start


class Walk(NamedTuple):
    """Places at which a kink is looked for, on both sides of where the walk begins."""

    origin: float
    places: tuple[float, ...]
    unit: float  # places that are smaller are as exact as this one


MOVES = Walk(0.0, (1.0, 2.0, 4.0, 9.0, -1.0, -2.0, -4.0, -9.0), 1.0)  # added to one entry
POWERS = (1, 2, 3, 5, 10, 20, -1, -2, -3, -5, -10, -20)
FACTORS = Walk(1.0, tuple(2.0**power for power in POWERS), 0.0)  # of whole points


@lru_cache(maxsize=1024)
def crossing(side: Node, setting: Setting) -> Points | None:
    """Points on and beside the kink where `side` is 0; None where no such point was found."""
    base = _base(setting.without_shapes, tuple(base_points(setting)[0].sizes.items()))
    given = {name for name, _ in setting.where}
    names = names_in(side)
    if names & given:  # it moves with what they stand for
        names |= names_in(*(node for _, node in setting.where))
    names = (base.values.keys() & names) - given

    def heights(points: Points) -> Any:
        return evaluate(side, points).reshape(points.batch, -1)[:, :MOST]

    start = heights(base)
    ahead: dict[str, Any] = {}  # variable -> the heights after all moves of each of its first entries
    few: list[Points] = []
    for promising, find in ((_affine, _exactly), (_crossed, _searched)):
        for name in sorted(names):
            entries = list(np.ndindex(base.values[name].shape[1:]))[:MOST]
            if name not in ahead:
                moves = heights(_after_all_moves(base, name, entries, setting))
                ahead[name] = moves.reshape(len(entries), len(MOVES.places), *start.shape)
            for entry, at in np.argwhere(promising(start, ahead[name])):
                index = (slice(None), *entries[entry])

                def height(rows: Any, by: Any, name: str = name, index: Any = index, at: int = at) -> Any:
                    return heights(moved(chosen(base, rows), name, index, by, setting))[:, at]

                roots = find(height, start[:, at], ahead[name][entry, :, :, at], MOVES)
                found = _along(base, name, index, roots, setting)
                if found is not None and found.batch >= ENOUGH:
                    return found
                few += [found] if found is not None else []

    rows, factors = _every(FACTORS, base.batch)
    grown = heights(scaled(chosen(base, rows), names, factors, setting))
    grown = grown.reshape(1, len(FACTORS.places), *start.shape)
    for _, at in np.argwhere(_crossed(start, grown)):

        def size(rows: Any, factors: Any, at: int = at) -> Any:
            return heights(scaled(chosen(base, rows), names, factors, setting))[:, at]

        roots = _searched(size, start[:, at], grown[0, :, :, at], FACTORS)
        found = _by_scaling(base, names, roots, setting)
        if found is not None:
            return joined([*few[:1], found])
    return few[0] if few else None


@lru_cache(maxsize=512)
def _base(setting: Setting, sizes: tuple[tuple[str, int], ...]) -> Points:
    return dyadic(setting, dict(sizes), seeded(setting, "kink"), STARTS)


Height = Callable[[Any, Any], Any]  # of some of the starts, each at its own place


def _every(walk: Walk, batch: int) -> tuple[Any, Any]:
    """Every start at every place: the starts, and the places."""
    return np.arange(batch * len(walk.places)) % batch, np.repeat(walk.places, batch)


def _after_all_moves(base: Points, name: str, entries: Any, setting: Setting) -> Points:
    """The starts after every move of the first entry, then of the second, and so on."""
    rows, by = _every(MOVES, base.batch)
    places = np.repeat(entries, len(rows), axis=0)
    every = np.arange(len(places))
    points = chosen(base, rows[every % len(rows)])
    return moved(points, name, (every, *places.T), by[every % len(rows)], setting)


def _affine(start: Any, there: Any) -> Any:
    """For which entries and heights the heights are affine, as far as two moves tell."""
    once, twice = there[:, 0] - start, there[:, 1] - start
    straight = np.abs(twice - 2 * once) <= 1e-12 * np.abs(start + once)
    return ((np.abs(once) > 0) & straight).all(axis=1)


def _crossed(start: Any, there: Any) -> Any:
    """For which entries and heights some start comes to the other side of 0."""
    return (np.sign(there) * np.sign(start) < 0).any(axis=(1, 2))


def _exactly(height: Height, start: Any, there: Any, walk: Walk) -> list[Any]:
    """Where an affine height is 0, one place for every start; nothing where it turns out not to be affine."""
    by = start / (start - there[0])
    return [by] if (np.abs(height(np.arange(len(start)), by)) <= 1e-9 * np.abs(start)).all() else []


def _searched(height: Height, start: Any, there: Any, walk: Walk) -> list[Any]:
    """Where the height changes its sign on the walk, nan where it does not; on both sides."""
    found = []
    places = np.array(walk.places)
    for way in (places > walk.origin, places < walk.origin):
        along, heights = np.array((walk.origin, *places[way])), np.vstack((start, there[way]))
        across = np.sign(heights[1:]) * np.sign(start) < 0
        rows = np.flatnonzero(across.any(axis=0))
        if len(rows):
            last = across.argmax(axis=0)[rows]
            low, high = ((along[at], heights[at, rows]) for at in (last, last + 1))
            roots = np.full(len(start), np.nan)
            roots[rows] = _root(height, rows, *low, *high, walk.unit)
            found.append(roots)
    return found


def _root(height: Height, rows: Any, a: Any, at_a: Any, b: Any, at_b: Any, unit: float) -> Any:
    """Roots between a and b, where the heights have different signs (the method of Anderson and Björck)."""
    close = CLOSE * np.abs(at_a)
    for _ in range(MOST_ROUNDS):
        with np.errstate(all="ignore"):
            middle = b - at_b * (b - a) / (at_b - at_a)
        middle = np.where(np.isfinite(middle), middle, (a + b) / 2)
        now = height(rows, middle)
        crossed = np.sign(now) != np.sign(at_b)
        with np.errstate(all="ignore"):
            less = 1 - now / at_b
        a, at_a = np.where(crossed, b, a), np.where(crossed, at_b, at_a * np.where(less > 0, less, 0.5))
        still = np.abs(middle - b) <= STILL * np.maximum(np.abs(b), unit)
        b, at_b = middle, now
        if (still | ~(np.abs(now) > close)).all():
            break
    return b


def _spread(roots: list[Any]) -> tuple[Any, Any, Any]:
    """The starts, their roots and an offset, every offset for every root."""
    starts = np.concatenate([np.flatnonzero(np.isfinite(by)) for by in roots])
    found = np.concatenate([by[np.isfinite(by)] for by in roots])
    every = np.arange(len(starts) * len(OFFSETS)) % len(starts)
    return starts[every], found[every], np.repeat(OFFSETS, len(starts))


def _along(base: Points, name: str, index: Any, roots: list[Any], setting: Setting) -> Points | None:
    """The points at all offsets from the kink; those where a positive variable is not are left out."""
    if not roots:
        return None
    rows, by, offsets = _spread(roots)
    points = moved(chosen(base, rows), name, index, by + offsets, setting)
    valid = points.values[name][index] > 0 if name in setting.positive else np.ones(len(rows), dtype=bool)
    return chosen(points, np.flatnonzero(valid)) if valid.any() else None


def _by_scaling(base: Points, names: set[str], roots: list[Any], setting: Setting) -> Points | None:
    """Points about a kink that no single entry reaches, such as norm(x) = 1: all `names` grow or shrink."""
    if not roots:
        return None
    rows, factors, offsets = _spread(roots)
    return scaled(chosen(base, rows), names, factors * (1 + offsets), setting)


def moved(points: Points, name: str, index: tuple[Any, ...], by: Any, setting: Setting) -> Points:
    """The points with one entry of one variable moved."""
    array = points.values[name].copy()
    array[index] += by
    return follow(setting, Points(points.sizes, {**points.values, name: array}, points.batch))


def scaled(points: Points, names: Collection[str], factors: Any, setting: Setting) -> Points:
    """The points with all entries of some variables multiplied."""
    by = np.reshape(factors, (-1, 1, 1))
    values = {name: array * by if name in names else array for name, array in points.values.items()}
    return follow(setting, Points(points.sizes, values, points.batch))
