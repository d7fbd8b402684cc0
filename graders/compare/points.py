"""Test points that make mistakes show, the same for everyone and every run, and not to be guessed.

Every entry differs from 0 and 1, dimensions are unequal, no matrix is symmetric, signs are mixed, and points
within 0.05 of a kink are left out. Sizes come in two sets in which every dimension changes its parity and
every two their order, so that what holds only for small or even n, or for n < m, shows.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np

from graders.compare.domain import under_roots
from matcalc_ref.language.evaluate import Points, evaluate
from matcalc_ref.language.sizes import Shape, Size
from matcalc_ref.language.tree import Count, Node, Variable

T = TypeVar("T")
BATCH = 12  # points for each set of sizes
NEAR = 0.05  # closer to a kink than this, a point is not used
DOMAINS = ("real", "nonzero", "positive")


def seed_of(secret: bytes, *names: str) -> bytes:
    """The seed of the points of one exercise: HMAC(secret, names joined), names being its id and version."""
    return hmac.new(secret, "\n".join(names).encode(), hashlib.sha256).digest()


@dataclass(frozen=True)
class Setting:
    """Where formulas are compared: the variables with their shapes, those that are positive or not 0, and
    the seed.

    `where` lists variables whose values follow from the others by a formula.
    """

    variables: tuple[tuple[str, Shape], ...]
    positive: frozenset[str] = frozenset()
    seed: bytes = b""
    where: tuple[tuple[str, Node], ...] = ()
    shapes: tuple[Shape, ...] = ()  # of results and parts, which must not vanish for the sizes that are drawn
    nonzero: frozenset[str] = frozenset()

    @cached_property
    def _hash(self) -> int:
        return hash((self.variables, self.positive, self.seed, self.where, self.shapes, self.nonzero))

    def __hash__(self) -> int:
        return self._hash  # asked for at every look into a cache

    @property
    def text(self) -> str:
        """What points depend on beside the seed."""
        return _text(self.variables, self.positive)

    @cached_property
    def without_shapes(self) -> Setting:
        """The same for any reference: points for given sizes do not depend on it."""
        return replace(self, shapes=())

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        sizes = [size for _, shape in self.variables for size in shape]
        sizes += [size for shape in self.shapes for size in shape]
        return tuple(sorted(frozenset().union(*(size.names for size in sizes)))) if sizes else ()

    @cached_property
    def differences(self) -> tuple[Size, ...]:
        """The sizes in which one dimension takes away from another, such as n - m + 1."""
        shapes = [*(shape for _, shape in self.variables), *self.shapes]
        found = {size for shape in shapes for size in shape if size.names and size.may_vanish}
        return tuple(sorted(found, key=str))


@lru_cache(maxsize=512)
def _text(variables: tuple[tuple[str, Shape], ...], positive: frozenset[str]) -> str:
    return f"{variables!r}, {sorted(positive)!r}"


def setting(
    variables: Mapping[str, Shape],
    references: Iterable[Node] = (),
    domain: str | Mapping[str, str] = "real",
    seed: bytes = b"",
    where: Mapping[str, Node] | None = None,
) -> Setting:
    """The setting for answers that are compared with `references`.

    A variable under a logarithm, a root or a non-integer power of a reference is positive, unless the domain
    says that it is not 0. Raises ValueError
    for a domain that is none of real, nonzero, positive.
    """
    known = {name: domain if isinstance(domain, str) else domain.get(name, "real") for name in variables}
    said = [domain] if isinstance(domain, str) else map(str, domain.values())
    unknown = sorted(set(said) - set(DOMAINS))
    if unknown:
        raise ValueError(f"domain {unknown[0]!r} is not known; use {', '.join(DOMAINS)}")
    positive = {name for name, chosen in known.items() if chosen == "positive"}
    shapes: dict[Shape, None] = {}
    for reference in [*references, *(where or {}).values()]:
        positive |= {name for name in under_roots(reference) if known.get(name) == "real"}
        for node in reference.walk():
            shapes[node.shape] = None
            if isinstance(node, Count):
                shapes[node.size, node.size] = None
    nonzero = frozenset(name for name, chosen in known.items() if chosen == "nonzero")
    given = tuple((where or {}).items())
    return Setting(tuple(variables.items()), frozenset(positive), seed, given, tuple(shapes), nonzero)


@lru_cache(maxsize=4096)
def fitting(given: Setting, node: Node) -> Setting:
    """The setting, with sizes at which an answer exists as well: for N - 2 rows, N is 3 or more.

    Raises ValueError where there are none up to 9.
    """
    shapes = {part.shape for part in node.walk() for size in part.shape if size.may_vanish}
    small = [s for s in shapes if any(n.at(points.sizes) < 1 for points in base_points(given) for n in s)]
    return replace(given, shapes=(*given.shapes, *sorted(small, key=str))) if small else given


class Chance:
    """Random numbers that only a seed decides: PCG64, whose stream NumPy promises never to change."""

    def __init__(self, seed: bytes) -> None:
        self.bits = np.random.PCG64(int.from_bytes(seed, "big"))

    def uniform(self, count: int) -> Any:
        """Numbers in [0, 1)."""
        return (self.bits.random_raw(count) >> np.uint64(11)) * 2.0**-53

    def sample(self, pool: list[T], count: int) -> list[T]:
        """Different items of the pool, in random order."""
        order = np.argsort(self.uniform(len(pool)), kind="stable")
        return [pool[i] for i in order[:count]]

    def sizes(self, count: int) -> Any:
        """Sizes of entries: between 0.25 and 2.2, not close to 1 or 2."""
        size = 0.25 + 1.79 * self.uniform(count)
        size += 0.12 * (size > 0.94)
        return size + 0.04 * (size > 1.98)

    def signs(self, count: int) -> Any:
        return np.where(self.uniform(count) < 0.5, -1.0, 1.0)

    def powers(self, count: int, exponents: range) -> Any:
        """Powers of two."""
        return 2.0 ** (exponents.start + np.floor(len(exponents) * self.uniform(count)))


def seeded(setting: Setting, *more: str) -> Chance:
    """A generator that only the setting decides."""
    text = f"({setting.text}, {more!r})"
    return Chance(hmac.new(setting.seed or b"-", text.encode(), hashlib.sha256).digest())


@lru_cache(maxsize=2048)
def base_points(setting: Setting) -> tuple[Points, ...]:
    """Two batches of points, for two sets of sizes; one batch where there is no dimension."""
    chance = seeded(setting)
    if not setting.dimensions:
        return (_varied(setting, draw(setting, {}, chance, 2 * BATCH)),)
    return tuple(
        _varied(setting, draw(setting, sizes, chance, BATCH)) for sizes in size_sets(setting, chance)
    )


def _varied(setting: Setting, points: Points) -> Points:
    """The points with two rows that chance rarely draws: all entries positive, and all negative."""
    values = {name: array.copy() for name, array in points.values.items()}
    for name, array in values.items():
        if name not in setting.positive:
            array[0], array[1] = np.abs(array[0]), -np.abs(array[1])
    return follow(setting, Points(points.sizes, values, points.batch))


def size_sets(setting: Setting, chance: Chance) -> list[dict[str, int]]:
    """Two sets of sizes: different for different dimensions; in the second, larger, each of other parity, and
    in the opposite order, so that n < m as well as n > m.

    Raises ValueError where no sizes up to 9 make every shape exist.
    """
    names = setting.dimensions
    first = _sizes(setting, names, chance, {})
    return [first, _sizes(setting, names, chance, first)]


def _sizes(
    setting: Setting, names: tuple[str, ...], chance: Chance, before: Mapping[str, int]
) -> dict[str, int]:
    shapes = [*(shape for _, shape in setting.variables), *setting.shapes]
    for attempt in range(400):
        low, high = (5, 9) if before else (2, 5)  # small ones first, then such that no small size can hide
        pool = list(range(low, high + 1)) if attempt < 100 and len(names) < 4 else list(range(2, 10))
        if len(names) <= len(pool):
            drawn = dict(zip(names, chance.sample(pool, len(names)), strict=True))
        else:
            drawn = {name: chance.sample(pool, 1)[0] for name in names}
        if before and attempt < 100:
            larger = sorted(drawn.values(), reverse=True)
            drawn = dict(zip(sorted(names, key=before.__getitem__), larger, strict=True))
        if attempt < 300 and any((drawn[name] - size) % 2 == 0 for name, size in before.items()):
            continue
        if all(size.at(drawn) >= 1 for shape in shapes for size in shape):
            return drawn
    raise ValueError("no sizes of the dimensions make every shape exist")


def draw(
    setting: Setting, sizes: Mapping[str, int], chance: Chance, batch: int, scale: float = 1.0
) -> Points:
    """A batch of random points for the given sizes; entries are about `scale` in size."""
    return _fill(setting, sizes, chance, batch, lambda count: scale * chance.sizes(count))


def dyadic(
    setting: Setting,
    sizes: Mapping[str, int],
    chance: Chance,
    batch: int,
    exponents: range = range(-1, 3),
) -> Points:
    """Points whose entries are powers of two with a sign: sums and products are exact in float64."""
    return _fill(setting, sizes, chance, batch, lambda count: chance.powers(count, exponents))


def _fill(
    setting: Setting,
    sizes: Mapping[str, int],
    chance: Chance,
    batch: int,
    entries: Callable[[int], Any],
) -> Points:
    given = {name for name, _ in setting.where}
    shapes = {
        name: (batch, rows.at(sizes), columns.at(sizes))
        for name, (rows, columns) in setting.variables
        if name not in given
    }
    counts = [rows * columns * batch for _, rows, columns in shapes.values()]
    flat = entries(sum(counts))
    signed = flat * chance.signs(len(flat))
    values: dict[str, Any] = {}
    start = 0
    for (name, shape), count in zip(shapes.items(), counts, strict=True):
        drawn = flat if name in setting.positive else signed
        values[name] = drawn[start : start + count].reshape(shape)
        start += count
    return follow(setting, Points(dict(sizes), values, batch))


def follow(setting: Setting, points: Points) -> Points:
    """The points with the values of the variables that stand for a formula worked out anew."""
    values = dict(points.values)
    for name, node in setting.where:
        values[name] = evaluate(node, Points(points.sizes, values, points.batch))
    return Points(points.sizes, values, points.batch)


def chosen(points: Points, rows: Any) -> Points:
    """The points of the batch at the given rows (indices or a mask)."""
    values = {name: array[rows] for name, array in points.values.items()}
    return Points(points.sizes, values, len(np.arange(points.batch)[rows]))


def joined(parts: list[Points]) -> Points:
    """Batches of the same sizes as one."""
    values = {name: np.concatenate([part.values[name] for part in parts]) for name in parts[0].values}
    return Points(parts[0].sizes, values, sum(part.batch for part in parts))


def describe(points: Points, row: int, names: Collection[str]) -> dict[str, Any]:
    """One point as plain data: scalars as numbers, columns as lists, matrices as lists of rows."""
    return {name: plain(array[row]) for name, array in points.values.items() if name in names}


def plain(array: Any) -> Any:
    """A matrix as plain data, rounded for reading: 1×1 a number, a column a list, else a list of rows."""

    def tidy(value: float) -> Any:
        return float(f"{value:.6g}") + 0.0 if math.isfinite(value) else None

    rows = [[tidy(v) for v in row] for row in np.atleast_2d(np.asarray(array, dtype=float)).tolist()]
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    return [row[0] for row in rows] if rows and len(rows[0]) == 1 else rows


def names_in(*nodes: Node) -> set[str]:
    """The variables and dimensions that occur in the trees."""
    found: set[str] = set()
    for node in nodes:
        for part in node.walk():
            if isinstance(part, Variable):
                found.add(part.name)
            elif isinstance(part, Count):
                found |= part.size.names
    return found
