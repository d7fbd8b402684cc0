"""Where a formula has a kink: where a comparison, a maximum or an absolute value changes its side; and on
which side of it points lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from graders.compare.points import NEAR, names_in
from matcalc_ref.language.evaluate import Evaluation, Points
from matcalc_ref.language.meaning.indices import as_size
from matcalc_ref.language.operations import UNIT, ZERO, add, number, sub
from matcalc_ref.language.sizes import ONE, Size
from matcalc_ref.language.table import COMPARISONS
from matcalc_ref.language.tree import Apply, ByEntries, Index, IndexedSum, Node, Number, Variable

BY_SIGN = frozenset(("abs", "sign", "relu"))  # operations that change where their argument is 0
BETWEEN = frozenset((*COMPARISONS, "max", "min"))  # and where two arguments are equal
Binders = tuple[tuple[str, Size], ...]


def kinks(node: Node) -> tuple[Node, ...]:
    """The trees whose sign decides on which side of a kink a point lies, without repetition.

    A kink under one or two indices becomes the array of its values over their ranges. What no variable moves,
    such as `i = j`, is none.
    """
    return tuple(origins(node))


@lru_cache(maxsize=1024)
def ties(node: Node) -> frozenset[Node]:
    """The kinks that are ties of two variables, as of max(w, x)."""

    def of_variables(at: Apply) -> bool:
        plain = not any(isinstance(argument, Number) for argument in at.arguments)
        return at.operation in ("max", "min") and plain and len(names_in(at)) > 1

    return frozenset(side for side, found in origins(node).items() if any(map(of_variables, found)))


@lru_cache(maxsize=4096)
def origins(node: Node) -> Mapping[Node, set[Apply]]:
    """The kinks, each with the comparisons, maxima and so on that have it."""
    found: dict[Node, set[Apply]] = {}
    if node.operations.isdisjoint(BY_SIGN | BETWEEN):
        return found
    pending: list[tuple[Node, Binders | None]] = [(node, ())]
    while pending:
        current, binders = pending.pop()
        for factor in (factor for side in _sides(current) for factor in _factors(side)):
            whole = _unbound(factor, binders)
            if whole is not None and any(isinstance(part, Variable) for part in whole.walk()):
                assert isinstance(current, Apply)
                found.setdefault(whole, set()).add(current)
        if isinstance(current, IndexedSum):
            binders = _bind(binders, current)
        elif isinstance(current, ByEntries):
            named = ((current.row_index, current.entries[0]), (current.column_index, current.entries[1]))
            binders = None if binders is None else (*binders, *((i, size) for i, size in named if i))
        pending.extend((child, binders) for child in current.children)
    return found


def _sides(node: Node) -> list[Node]:
    if not isinstance(node, Apply):
        return []
    name, arguments = node.operation, node.arguments
    if name in BY_SIGN:
        return [arguments[0]]
    if name not in BETWEEN:
        return []
    pairs = [(a, b) for i, a in enumerate(arguments) for b in arguments[i + 1 :]]
    return [_difference(a, b) for a, b in pairs if not (isinstance(a, Number) and isinstance(b, Number))]


def _factors(side: Node) -> list[Node]:
    """What must be 0 where a side is: `x` for `-x` and for `x^3`, both factors of `x (x - 1)`."""
    match side:
        case Apply("mul", (Number(value), rest)) if value != -1 and _factors(rest) == [rest]:
            return [side]  # as large as it is, so that rounding can be told from it
        case Apply("mul", factors):
            return [part for factor in factors if not isinstance(factor, Number) for part in _factors(factor)]
        case Apply("pow", (base, Number(exponent))) if exponent.denominator == 1 and base.shape == side.shape:
            return _factors(base)
    return [side]


def _difference(left: Node, right: Node) -> Node:
    """The difference, in the same order for `x > w` as for `w > x`: they change at the same place."""
    if isinstance(left, Number) or not isinstance(right, Number) and repr(right) < repr(left):
        left, right = right, left
    if right == ZERO:
        return left
    return add(left, number(-right.value)) if isinstance(right, Number) else sub(left, right)


def _bind(binders: Binders | None, node: IndexedSum) -> Binders | None:
    """The indices around the body of a sum. Where it runs to is what counts: kinks at places that it leaves
    out do no harm. None where that is no size.
    """
    if binders is None:
        return None
    if isinstance(node.high, Index):  # of a sum inside another
        size = dict(binders).get(node.high.name)
        return None if size is None else (*binders, (node.index, size))
    size = as_size(node.high)
    if size is None or size.number is not None and not 0 < size.number < 100:
        return None
    return (*binders, (node.index, size))


def _unbound(side: Node, binders: Binders | None) -> Node | None:
    if binders == ():
        return side
    if binders is None or not side.is_scalar:
        return None
    mine = [(name, size) for name, size in binders if name in side.free_indices]
    first = {name: UNIT for name, _ in mine[:-2]}  # two indices run; those further out stand still
    side = side.map(lambda node: first.get(node.name, node) if isinstance(node, Index) else node)
    (row, rows), (column, columns) = (*mine[-2:], (None, ONE), (None, ONE))[:2]
    return ByEntries(row, column, side, (rows, columns)) if mine else side


def exists(tree: Node, sizes: Mapping[str, int]) -> bool:
    """Whether every part of a tree has rows and columns at these sizes; the kink under a sum to n - 2 is
    nowhere for n = 2.
    """
    return _exists(tree, tuple(sizes.items()))


@lru_cache(maxsize=8192)
def _exists(tree: Node, sizes: tuple[tuple[str, int], ...]) -> bool:
    at = dict(sizes)
    return all(size.at(at) >= 1 for part in tree.walk() for size in part.shape)


class Signs:
    """On which sides of some kinks the points lay that were used."""

    def __init__(self, sides: Iterable[Node]) -> None:
        self.seen: dict[Node, set[int]] = {side: set() for side in sides}

    def heights(self, points: Points) -> list[Any]:
        """The values of the kinks' trees, which are 0 on a kink."""
        shared = Evaluation(points)
        nowhere = np.full((points.batch, 1, 1), np.nan) if self.seen else None
        return [shared.values(s) if exists(s, points.sizes) else nowhere for s in self.seen]

    def see(self, usable: Any, heights: Iterable[Any]) -> None:
        for seen, height in zip(self.seen.values(), heights, strict=True):
            used = height[usable]
            seen |= {sign for sign, here in ((-1, used < 0), (1, used > 0)) if here.any()}


def away(heights: Iterable[Any], points: Points) -> Any:
    """The rows that are not within NEAR of a kink, or of NEAR times the largest height where all are close.

    What is 0 at a random point is 0 all around it (off a diagonal, on the flat side of a relu): no kink.
    """
    rows = np.ones(points.batch, dtype=bool)
    for distance in map(np.abs, heights):
        limit = NEAR * min(1.0, distance[np.isfinite(distance)].max(initial=0.0))
        rows &= ~((distance > 1e-12) & (distance < limit)).any(axis=(1, 2))
    return rows
