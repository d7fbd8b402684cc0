"""The value of a formula over a batch of points, in one pass, through a small backend."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from matcalc_ref.language.backends import Float64
from matcalc_ref.language.sizes import Size
from matcalc_ref.language.table import OPERATIONS, is_elementwise
from matcalc_ref.language.tree import (
    Apply,
    ByEntries,
    Cases,
    Constant,
    Count,
    Entry,
    Fill,
    Index,
    IndexedSum,
    Node,
    Number,
    Variable,
)


@dataclass(frozen=True)
class Points:
    """A batch of points: a number for every dimension, and for every variable an array (batch, rows,
    columns)."""

    sizes: Mapping[str, int]
    values: Mapping[str, Any] = field(hash=False)
    batch: int


def evaluate(node: Node, points: Points, backend: Any = None) -> Any:
    """The values of `node`: an array (batch, rows, columns).

    Entries outside their array are 0. A value that does not exist (log of a negative number, division by
    zero) is nan or inf in that batch entry. Raises KeyError for a variable that `points` lacks, ValueError
    where a size such as n-8 is not positive at these points.
    """
    return Evaluation(points, backend).values(node)


class _Over(NamedTuple):
    """What an index stands for where all its values are taken at once: first, first + 1, … along an axis."""

    axis: int
    first: int
    length: int


Bound = dict[str, int | _Over]


@lru_cache(maxsize=4096)
def _at_once(node: Node, names: frozenset[str]) -> bool:
    """Whether all values over these indices can be worked out together: nothing in it looks at arrays."""
    if node.free_indices.isdisjoint(names):
        return True
    match node:
        case Index():
            return True
        case Apply(operation, arguments):
            plain = is_elementwise(operation) and all(a.is_scalar for a in arguments)
            return plain and all(_at_once(a, names) for a in arguments)
        case Entry(base, row, column):
            places = [i for i in (row, column) if i is not None]
            free = base.free_indices.isdisjoint(names)
            return node.is_scalar and free and all(_at_once(i, names) for i in places)
        case IndexedSum(_, low, high, body):
            return body.is_scalar and all(_at_once(part, names) for part in (low, high, body))
        case Cases():
            return all(part.is_scalar and _at_once(part, names) for part in node.children)
    return False


class Evaluation:
    """The values of formulas at the same points; what they have in common is worked out once."""

    def __init__(self, points: Points, backend: Any = None) -> None:
        self.points = points
        self.backend = Float64(points.batch) if backend is None else backend
        self.known: dict[Node | tuple[Node, tuple[tuple[str, int | _Over], ...]], Any] = {}

    def values(self, node: Node) -> Any:
        """As `evaluate`."""
        found = self.known.get(node)
        if found is None:
            with np.errstate(all="ignore"):
                found = self.value(node, {})
        return found

    def applied(self, operations: Collection[str]) -> Iterator[tuple[Apply, Any, list[Any]]]:
        """Where some operations have been applied: that part of a formula, its values, and its operands'."""
        for key, values in list(self.known.items()):
            part, bound = key if isinstance(key, tuple) else (key, ())
            if isinstance(part, Apply) and part.operation in operations:
                yield part, values, [self.value(operand, dict(bound)) for operand in part.arguments]

    def value(self, node: Node, bound: Bound) -> Any:
        here = tuple((i, bound[i]) for i in sorted(node.free_indices) if i in bound) if bound else ()
        key = (node, here) if here else node
        result = self.known.get(key)
        if result is None:
            result = self.known[key] = self.compute(node, bound)
        return result

    def integer(self, node: Node, bound: Bound) -> int:
        """An index or a bound of a sum, as an int; it is the same for the whole batch."""
        if isinstance(node, Index):
            known = bound[node.name]
            assert isinstance(known, int)
            return known
        if isinstance(node, Number):
            return int(node.value)
        return round(float(self.value(node, bound)[0, 0, 0]))

    def sum(self, node: IndexedSum, bound: Bound) -> Any:
        """A sum over an index: all terms at once where an axis is left for them."""
        b, index, body = self.backend, node.index, node.body
        running = {name: over.axis for name, over in bound.items() if isinstance(over, _Over)}
        moving = not running.keys().isdisjoint(node.low.free_indices | node.high.free_indices)
        if moving:
            low, high = (np.rint(self.value(end, bound)) for end in (node.low, node.high))
            first, last = int(low.min()), int(high.max())
        else:
            first, last = self.integer(node.low, bound), self.integer(node.high, bound)

        def counted(term: Any, at: Any) -> Any:
            return np.where((low <= at) & (at <= high), term, 0.0) if moving else term

        free = [axis for axis in (1, 2) if axis not in running.values()]
        if b.at_once and free and first < last and body.is_scalar and _at_once(body, frozenset((index,))):
            over = _Over(free[0], first, last - first + 1)
            terms = counted(self.value(body, {**bound, index: over}), b.counting(*over))
            alike = terms.shape[over.axis] == 1
            return terms * over.length if alike else terms.sum(axis=over.axis, keepdims=True)
        shape = (side.at(self.points.sizes) for side in body.shape)
        one_by_one = (counted(self.value(body, {**bound, index: i}), i) for i in range(first, last + 1))
        return b.total(one_by_one, *shape)

    def along(self, place: Node | None, size: Size, bound: Bound) -> int | None:
        """The axis along which an index runs from 1 to `size`; 0 for a place that does not."""
        if place is None:
            return None
        over = bound.get(place.name) if isinstance(place, Index) else None
        if isinstance(over, _Over) and over[1:] == (1, size.at(self.points.sizes)):
            return over.axis
        return 0

    def entry(self, node: Entry, bound: Bound) -> Any:
        """One entry, a row or a column; or one for every value of the indices that run."""
        b, base, row, column = self.backend, node.base, node.row, node.column
        names = (name for i in (row, column) if i is not None for name in i.free_indices)
        if bound and any(isinstance(bound.get(name), _Over) for name in names):
            sides = zip((row, column), base.shape, strict=True)
            along = [self.along(i, size, bound) for i, size in sides]
            if along in ([1, 2], [1, None], [None, 2]):
                return self.value(base, bound)
            if along in ([2, 1], [2, None], [None, 1]):
                return b.transpose(self.value(base, bound))
            where = (None if i is None else self.value(i, bound) - 1 for i in (row, column))
            return b.gather(self.value(base, bound), *where)
        at = (None if i is None else self.integer(i, bound) - 1 for i in (row, column))
        return b.entry(self.value(base, bound), *at)

    def entries(self, node: ByEntries, bound: Bound) -> Any:
        """An array by its entries: all at once, or one by one."""
        b, (height, width) = self.backend, (_positive(size, self.points.sizes) for size in node.entries)

        def under(row: int | _Over, column: int | _Over) -> Bound:
            return bound | {i: at for i, at in ((node.row_index, row), (node.column_index, column)) if i}

        if b.at_once and _at_once(node.body, frozenset({node.row_index, node.column_index} - {None})):
            found = self.value(node.body, under(_Over(1, 1, height), _Over(2, 1, width)))
            return b.spread(found, height, width)
        rows, columns = range(1, height + 1), range(1, width + 1)
        return b.assemble([[self.value(node.body, under(i, j)) for j in columns] for i in rows])

    def compute(self, node: Node, bound: Bound) -> Any:
        b, sizes = self.backend, self.points.sizes
        if isinstance(node, Apply):  # most are
            if node.operation == "conv":
                _positive(node.shape[0], sizes)
            return OPERATIONS[node.operation].values(b, *[self.value(a, bound) for a in node.arguments])
        match node:
            case Variable(name):
                return b.array(self.points.values[name])
            case Number(value):
                return b.number(value)
            case Count(size):
                return b.number(size.at(sizes))
            case Constant(name):
                return b.constant(name)
            case Index(name):
                known = bound[name]
                return b.counting(*known) if isinstance(known, _Over) else b.number(known)
            case Fill(kind, (rows, columns)):
                return b.fill(kind, _positive(rows, sizes), _positive(columns, sizes))
            case Entry():
                return self.entry(node, bound)
            case IndexedSum():
                return self.sum(node, bound)
            case ByEntries():
                return self.entries(node, bound)
            case Cases(branches, otherwise):
                pairs = [(self.value(v, bound), self.value(c, bound)) for v, c in branches]
                rest = None if otherwise is None else self.value(otherwise, bound)
                return b.choose(pairs, rest)
        raise TypeError(f"{type(node).__name__} has no value")


def _positive(size: Size, sizes: Mapping[str, int]) -> int:
    number = size.at(sizes)
    if number < 1:
        raise ValueError(f"the size {size} is {number} here")
    return number
