"""Sizes about the numbers that a formula sets against a dimension: the 10 of `x_{10}` or of `[n > 10]`.

The sizes of the usual points are small. What changes only from some size on, as `sum_{i=1}^{10} x_i` given
for sum(x), shows at that size, one above and one below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import permutations

from graders.compare.affordable import MOST_ENTRIES, TooLarge, affordable
from graders.compare.kinks import BETWEEN, BY_SIGN, exists
from graders.compare.points import Setting, draw, names_in, seeded
from matcalc_ref.language.evaluate import Points
from matcalc_ref.language.tree import Apply, Count, Entry, Index, IndexedSum, Node, Number

ROWS = 4  # points for each set of sizes
SMALL = (2, 3, 4)  # sizes that cost less than the usual ones
MOST = 40  # numbers of a formula that are looked at


@lru_cache(maxsize=4096)
def thresholds(node: Node) -> frozenset[int]:
    """The numbers from 2 on by which a formula may change with a dimension: places of entries, bounds of
    sums, and what is compared with a count or an index.
    """
    found: set[int] = set()
    for part in node.walk():
        match part:
            case Entry(base, row, column):
                places = zip((row, column), base.shape, strict=True)
                looked = [place for place, size in places if place is not None and size.number is None]
            case IndexedSum(_, low, high, _):
                looked = [low, high]
            case Apply(operation) if operation in BY_SIGN | BETWEEN:
                looked = [part] if any(isinstance(p, (Count, Index)) for p in part.walk()) else []
            case _:
                continue
        found.update(number for tree in looked for number in _numbers(tree))
    return frozenset(number for number in found if number > 1)


@lru_cache(maxsize=4096)
def _has_sizes(node: Node) -> bool:
    """Whether it may be a matter of sizes what a formula comes to: by a count, or by the rank of a matrix."""
    ranks = node.operations & {"det", "inv", "pinv"}
    return bool(ranks) or any(isinstance(part, Count) for part in node.walk())


def _numbers(node: Node) -> Iterator[int]:
    for part in node.walk():
        if isinstance(part, Number):
            yield round(abs(part.value))
        elif isinstance(part, Count):
            yield from (abs(factor) for names, factor in part.size.terms if not names)


def points_about(student: Node, reference: Node, setting: Setting) -> Iterator[tuple[Points, bool]]:
    """Points with every dimension 2, and three of them in every order, where that may matter; with a size
    such as n - m + 1 above and below m; then with every dimension at, above and below each threshold of
    either formula, which the second value says.

    Raises TooLarge where a formula would cost too much there, or sets too many numbers against a dimension.
    """
    if not setting.dimensions:
        return
    marks = sorted(thresholds(student) | thresholds(reference))
    if len(marks) > MOST:
        raise TooLarge(f"{len(marks)} different numbers")
    names = setting.dimensions
    small = [(2,) * len(names)] if _has_sizes(student) or _has_sizes(reference) else []
    if small and len(names) == 3:  # the two usual sets have two of six orders
        small += permutations(SMALL)
    first = [tuple(zip(names, sizes, strict=True)) for sizes in small]
    first += [tuple(sizes.items()) for sizes in _far_apart(setting)]
    about = dict.fromkeys(tuple(sizes.items()) for mark in marks for sizes in _about(mark, setting))
    shapes = {shape for _, shape in setting.variables} | set(setting.shapes) if first or about else ()
    for sizes in (*first, *about):
        at = dict(sizes)
        there = exists(student, at) and exists(reference, at)
        if not there or any(size.at(at) < 1 for shape in shapes for size in shape):
            continue
        try:
            for tree in (student, reference) if max(at.values()) > max(SMALL) else ():
                affordable(tree, at)
            points = _points(_needed(student, reference, setting), sizes)
        except TooLarge as problem:
            where = ", ".join(f"{name} = {size}" for name, size in sizes)
            raise TooLarge(f"{problem}, tried at {where}") from None
        yield points, sizes in about


def _about(mark: int, setting: Setting) -> Iterator[dict[str, int]]:
    """Different sizes near a number, until every dimension has had every one of them."""
    names = setting.dimensions
    near = [mark + 1, mark, *([mark - 1] if mark > 2 else []), *range(mark + 2, mark + 2 + len(names))]
    near = near[: max(3, len(names))]
    for turn in range(len(near)):
        sizes = {name: near[(at + turn) % len(near)] for at, name in enumerate(names)}
        yield sizes
        for difference in setting.differences:
            for names_of_term, factor in difference.terms:
                if factor == 1 and len(names_of_term) == 1:
                    (name,) = names_of_term
                    rest = difference.at({**sizes, name: 0})
                    yield from ({**sizes, name: size - rest} for size in near[:3])


def _far_apart(setting: Setting) -> Iterator[dict[str, int]]:
    """Sizes at which a difference such as n - m + 1 is large beside m, and small beside it."""
    for difference in setting.differences:
        grows = {name for names, factor in difference.terms if factor > 0 for name in names}
        for less in (2, 7):
            yield {name: 9 if name in grows else less for name in setting.dimensions}


def _needed(student: Node, reference: Node, setting: Setting) -> Setting:
    """The setting without the variables that play no part."""
    if setting.where:
        return setting.without_shapes
    used = names_in(student, reference)
    return replace(setting, variables=tuple(v for v in setting.variables if v[0] in used), shapes=())


@lru_cache(maxsize=256)
def _points(setting: Setting, sizes: tuple[tuple[str, int], ...]) -> Points:
    at = dict(sizes)
    for name, (rows, columns) in setting.variables:
        if rows.at(at) * columns.at(at) > MOST_ENTRIES:
            raise TooLarge(f"{name} of {rows.at(at)}×{columns.at(at)}")
    return draw(setting, at, seeded(setting, "threshold", str(sizes)), ROWS)
