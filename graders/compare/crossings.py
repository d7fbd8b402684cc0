"""Points on a kink and close beside it, where a condition that is a little off shows.

Entries are powers of two, so that a kink that is a sum of products is hit exactly, without rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from graders.compare.points import Setting, chosen, dyadic, follow, joined, names_in, seeded
from matcalc_ref.language.backends import Float64
from matcalc_ref.language.evaluate import Points, evaluate
from matcalc_ref.language.operations import UNIT
from matcalc_ref.language.tree import Entry, Node, Number, Variable

STARTS = 6  # usual points from which a kink is looked for; seven more have small, large or positive entries
MOST = 3  # entries of a variable that are moved beside the last one and those that have names, as x_7
OFFSETS = (0.0, *(sign * 2.0**-power for power in (3, 6, 10, 14, 18, 22, 26) for sign in (1, -1)))
ENOUGH = 4 * len(OFFSETS)  # points about a kink; where no entry leads to as many, whole points move too
FAST_ROUNDS, SLOW_ROUNDS = 12, 10  # of the search for a root
PARTS = 32  # into which a slow round cuts the place of a root
ROUNDING = 1e-9  # a height that is no more than rounding, relative to what it is made of
STILL = 1e-14  # a step towards a root that is rounding
CLOSE = 1e-15  # to a root, relative to the height at the start


class Walk(NamedTuple):
    """Places at which a kink is looked for, on both sides of where the walk begins."""

    origin: float
    places: tuple[float, ...]
    unit: float  # places that are smaller are as exact as this one


MOVES = Walk(0.0, (1.0, 2.0, 4.0, 9.0, -1.0, -2.0, -4.0, -9.0), 1.0)  # added to one entry
POWERS = (1, 2, 3, 5, 10, 20, -1, -2, -3, -5, -10, -20)
FACTORS = Walk(1.0, tuple(2.0**power for power in POWERS), 0.0)  # of whole points


class Crossing(NamedTuple):
    """Points about a kink; which of them lie on it, and which as far from it as any."""

    points: Points
    on: Any
    far: Any


@lru_cache(maxsize=1024)
def crossing(side: Node, setting: Setting, sizes: tuple[tuple[str, int], ...]) -> Crossing | None:
    """Points on and beside the kink where `side` is 0; None where no such point was found."""
    with np.errstate(all="ignore"):
        search = _Search(side, setting, sizes)
        found = search.by_one_entry()
        if not any(len(one.on) >= ENOUGH for one in found):
            found = [*found[:1], *search.by_growth()]
    return _without_zeros(together(found), setting.nonzero) if found else None


def _without_zeros(found: Crossing, nonzero: frozenset[str]) -> Crossing | None:
    """The points at which no variable is 0 that must not be."""
    rows = np.ones(len(found.on), dtype=bool)
    for name in nonzero & found.points.values.keys():
        rows &= (np.abs(found.points.values[name]) > ROUNDING).all(axis=(1, 2))
    if rows.all():
        return found
    return Crossing(chosen(found.points, rows), found.on[rows], found.far[rows]) if rows.any() else None


class _Search:
    """Where the heights, the values of a kink's tree, become 0 on the way from some starts."""

    def __init__(self, side: Node, setting: Setting, sizes: tuple[tuple[str, int], ...]) -> None:
        self.side, self.setting = side, setting
        self.base = starts(setting.without_shapes, sizes)
        given = {name for name, _ in setting.where}
        names = names_in(side)
        if names & given:  # it moves with what they stand for
            names |= names_in(*(node for _, node in setting.where))
        self.names = (self.base.values.keys() & names) - given
        self.start = self.heights(self.base)

    def heights(self, points: Points) -> Any:
        values = evaluate(self.side, points).reshape(points.batch, -1)
        return values[:, _some(values.shape[1])]

    def by_one_entry(self) -> list[Crossing]:
        """By moving one entry of one variable: first where the heights are affine in it, then by a search."""
        written = _written_out(self.side)
        ahead: dict[str, Any] = {}  # variable -> the heights after all moves of some of its entries
        found: list[Crossing] = []
        for promising, find in ((_affine, _exactly), (_crossed, _searched)):
            for name in sorted(self.names):
                places = list(np.ndindex(self.base.values[name].shape[1:]))
                named = [at for at in written.get(name, []) if at in places]
                entries = list(dict.fromkeys([*named, *(places[k] for k in _some(len(places)))]))
                if name not in ahead:
                    moves = self.heights(_after_all_moves(self.base, name, entries, self.setting))
                    ahead[name] = moves.reshape(len(entries), len(MOVES.places), *self.start.shape)
                ways = [tuple(way) for way in np.argwhere(promising(self.start, ahead[name]))]
                by_name = [way for way in ways if way[0] < len(named)]
                for entry, at in dict.fromkeys([*by_name, *ways[:1], *ways[-1:]]):
                    index = (slice(None), *entries[entry])
                    height = partial(self._moved_height, name, index, at)
                    roots = find(height, self.start[:, at], ahead[name][entry, :, :, at])
                    found += _along(self.base, name, index, *roots, self.setting)
                if any(len(one.on) >= ENOUGH for one in found):
                    return found
        return found

    def _moved_height(self, name: str, index: Any, at: int, rows: Any, by: Any) -> Any:
        return self.heights(moved(chosen(self.base, rows), name, index, by, self.setting))[:, at]

    def by_growth(self) -> list[Crossing]:
        """By growing or shrinking all entries, where no single one leads there, as to norm(x) = 1."""
        rows, factors = _every(FACTORS, self.base.batch)
        grown = self._grown(rows, factors).reshape(1, len(FACTORS.places), *self.start.shape)
        grows = np.argwhere(_crossed(self.start, grown))
        if not len(grows):
            return []
        at = int(grows[0][1])
        roots = _searched(
            lambda rows, factors: self._grown(rows, factors)[:, at],
            self.start[:, at],
            grown[0, :, :, at],
            FACTORS,
        )
        return _by_scaling(self.base, self.names, *roots, self.setting)

    def _grown(self, rows: Any, factors: Any) -> Any:
        return self.heights(scaled(chosen(self.base, rows), self.names, factors, self.setting))


@lru_cache(maxsize=512)
def starts(setting: Setting, sizes: tuple[tuple[str, int], ...]) -> Points:
    """The points from which any kink is looked for."""
    usual = dyadic(setting, dict(sizes), seeded(setting, "kink"), STARTS)
    chance = seeded(setting, "wide kink")
    wide = dyadic(setting, dict(sizes), chance, STARTS // 2, exponents=range(-4, 6))
    high = scaled(
        dyadic(setting, dict(sizes), chance, 4, range(1, 3)),
        usual.values.keys(),
        2.0 ** np.arange(4),
        setting,
    )
    high = Points(high.sizes, {name: np.abs(array) for name, array in high.values.items()}, high.batch)
    return joined([usual, wide, follow(setting, high)])


def _some(count: int) -> list[int]:
    """The first few of so many, and the last one."""
    return [*range(min(count, MOST)), *([count - 1] if count > MOST else [])]


def _written_out(side: Node) -> dict[str, list[tuple[int, int]]]:
    """The entries that stand in a tree by their numbers, such as x_7, counted from 0."""
    found: dict[str, list[tuple[int, int]]] = {}
    for part in side.walk():
        if isinstance(part, Entry) and isinstance(part.base, Variable):
            places = [UNIT if place is None else place for place in (part.row, part.column)]
            if all(isinstance(place, Number) for place in places):
                row, column = (int(place.value) - 1 for place in places if isinstance(place, Number))
                found.setdefault(part.base.name, []).append((row, column))
    return found


def together(found: list[Crossing]) -> Crossing:
    """Points about several kinks, or several sets about one."""
    points = joined([one.points for one in found])
    return Crossing(points, *(np.concatenate([one[k] for one in found]) for k in (1, 2)))


Height = Callable[[Any, Any], Any]  # of some of the starts, each at its own place
Roots = tuple[Any, Any]  # starts, and for each a place where a height is 0


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


def _exactly(height: Height, start: Any, there: Any) -> Roots:
    """Where an affine height is 0, for every start; nothing where it turns out not to be affine."""
    slope = there[0] - start
    by = -start / slope
    rows = np.arange(len(start))
    rest = height(rows, by)
    affine = bool((np.abs(rest) <= 1e-9 * np.abs(start)).all())
    return (rows, by - rest / slope) if affine else (rows[:0], by[:0])


def _searched(height: Height, start: Any, there: Any, walk: Walk = MOVES) -> Roots:
    """Where the height changes its sign on the walk, on both sides."""
    places, brackets = np.array(walk.places), []
    for way in (places > walk.origin, places < walk.origin):
        along, heights = np.array((walk.origin, *places[way])), np.vstack((start, there[way]))
        across = np.sign(heights[1:]) * np.sign(start) < 0
        rows = np.flatnonzero(across.any(axis=0))
        last = across.argmax(axis=0)[rows]
        brackets.append((rows, along[last], heights[last, rows], along[last + 1], heights[last + 1, rows]))
    rows, a, at_a, b, at_b = map(np.concatenate, zip(*brackets, strict=True))
    return rows, _root(height, rows, a, at_a, b, at_b, walk.unit)


def _root(height: Height, rows: Any, a: Any, at_a: Any, b: Any, at_b: Any, unit: float) -> Any:
    """Roots between a and b, where the heights have different signs: by the method of Anderson and Björck;
    where that is slow (a root of higher order, a gap), by cutting what is between them into PARTS.
    """
    close = CLOSE * np.abs(at_a)

    def done() -> Any:
        return (np.abs(b - before) <= STILL * np.maximum(np.abs(b), unit)) | ~(np.abs(at_b) > close)

    for _ in range(FAST_ROUNDS):
        middle = b - at_b * (b - a) / (at_b - at_a)
        middle = np.where(np.isfinite(middle), middle, (a + b) / 2)
        now = height(rows, middle)
        crossed = np.sign(now) != np.sign(at_b)
        less = 1 - now / at_b
        a, at_a = np.where(crossed, b, a), np.where(crossed, at_b, at_a * np.where(less > 0, less, 0.5))
        before, b, at_b = b, middle, now
        slow = np.flatnonzero(~done())
        if not len(slow):
            return b
    found = b.copy()
    rows, a, at_a, b, at_b, close = (array[slow] for array in (rows, a, at_a, b, at_b, close))
    which = np.arange(len(rows))
    for _ in range(SLOW_ROUNDS):
        cuts = a + (b - a) * np.linspace(0, 1, PARTS + 1)[1:, None]
        heights = height(np.tile(rows, PARTS), cuts.ravel()).reshape(cuts.shape)
        first = (np.sign(heights) != np.sign(at_a)).argmax(axis=0)
        at_b = heights[first, which]
        before, b = np.where(first > 0, cuts[first - 1, which], a), cuts[first, which]
        a = before
        if done().all():
            break
    found[slow] = b
    return found


def _spread(rows: Any, roots: Any) -> tuple[Any, Any, Any]:
    """The starts, their roots and an offset, every offset for every root."""
    every = np.arange(len(rows) * len(OFFSETS)) % len(rows)
    return rows[every], roots[every], np.repeat(OFFSETS, len(rows))


def _along(base: Points, name: str, index: Any, rows: Any, roots: Any, setting: Setting) -> list[Crossing]:
    """The points at all offsets from the kink; those where a positive variable is not are left out."""
    if not len(rows):
        return []
    rows, by, offsets = _spread(rows, roots)
    points = moved(chosen(base, rows), name, index, by + offsets, setting)
    valid = points.values[name][index] > 0 if name in setting.positive else np.ones(len(rows), dtype=bool)
    found = Crossing(chosen(points, np.flatnonzero(valid)), (offsets == 0)[valid], _far(offsets)[valid])
    return [found] if valid.any() else []


def _by_scaling(base: Points, names: set[str], rows: Any, roots: Any, setting: Setting) -> list[Crossing]:
    """Points about a kink that no single entry reaches, such as norm(x) = 1: all `names` grow or shrink."""
    if not len(rows):
        return []
    rows, factors, offsets = _spread(rows, roots)
    points = scaled(chosen(base, rows), names, factors * (1 + offsets), setting)
    return [Crossing(points, offsets == 0, _far(offsets))]


def _far(offsets: Any) -> Any:
    return np.abs(offsets) == max(OFFSETS)


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


class Snapped(Float64):
    """What is equal but for rounding is equal, so that a point close to a kink lies on it."""

    def compare(self, name: str, x: Any, y: Any) -> Any:
        near = np.abs(x - y) <= ROUNDING * np.maximum(np.maximum(np.abs(x), np.abs(y)), 1.0)
        return super().compare(name, x, np.where(near, x, y))

    def function(self, name: str, x: Any) -> Any:
        return super().function(name, np.where(np.abs(x) <= ROUNDING, 0.0, x) if name == "sign" else x)

    def power(self, x: Any, y: Any) -> Any:  # u/|u| has a gap there
        return np.where((y < 0) & (np.abs(x) <= ROUNDING), np.nan, super().power(x, y))
