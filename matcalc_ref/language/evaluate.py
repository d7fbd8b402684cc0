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
    """What an index stands for where all entries are worked out at once: 1, 2, … along an axis."""

    axis: int
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
            fixed = all(bound.free_indices.isdisjoint(names) for bound in (low, high))
            return body.is_scalar and fixed and _at_once(body, names)
        case Cases():
            return all(part.is_scalar and _at_once(part, names) for part in node.children)
    return False


class Evaluation:
    """The values of formulas at the same points; what they have in common is worked out once."""

    def __init__(self, points: Points, backend: Any = None) -> None:
        self.points = points
        self.backend = Float64(points.batch) if backend is None else backend
        self.known: dict[tuple[Node, tuple[tuple[str, int | _Over], ...]], Any] = {}

    def values(self, node: Node) -> Any:
        """As `evaluate`."""
        with np.errstate(all="ignore"):
            return self.value(node, {})

    def applied(self, operations: Collection[str]) -> Iterator[tuple[Apply, Any, list[Any]]]:
        """Where some operations have been applied: that part of a formula, its values, and its operands'."""
        for (part, bound), values in list(self.known.items()):
            if isinstance(part, Apply) and part.operation in operations:
                yield part, values, [self.value(operand, dict(bound)) for operand in part.arguments]

    def value(self, node: Node, bound: Bound) -> Any:
        free = node.free_indices if bound else None
        key = (node, tuple((i, bound[i]) for i in sorted(free) if i in bound) if free else ())
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
            return round(node.value)
        return round(float(self.value(node, bound)[0, 0, 0]))

    def along(self, place: Node | None, size: Size, bound: Bound) -> int | None:
        """The axis along which an index runs from 1 to `size`; 0 for a place that does not."""
        if place is None:
            return None
        over = bound.get(place.name) if isinstance(place, Index) else None
        if isinstance(over, _Over) and over.length == size.at(self.points.sizes):
            return over.axis
        return 0

    def compute(self, node: Node, bound: Bound) -> Any:
        b, sizes = self.backend, self.points.sizes
        match node:
            case Apply(operation, arguments):
                if operation == "conv":
                    _positive(node.shape[0], sizes)
                return OPERATIONS[operation].values(b, *(self.value(a, bound) for a in arguments))
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
            case Entry(base, row, column):
                places = [i for i in (row, column) if i is not None]
                if any(isinstance(bound.get(name), _Over) for i in places for name in i.free_indices):
                    along = [
                        self.along(i, size, bound) for i, size in zip((row, column), base.shape, strict=True)
                    ]
                    if along in ([1, 2], [1, None], [None, 2]):
                        return self.value(base, bound)
                    if along in ([2, 1], [2, None], [None, 1]):
                        return b.transpose(self.value(base, bound))
                    where = (None if i is None else self.value(i, bound) - 1 for i in (row, column))
                    return b.gather(self.value(base, bound), *where)
                at = tuple(None if i is None else self.integer(i, bound) - 1 for i in (row, column))
                return b.entry(self.value(base, bound), *at)
            case IndexedSum(index, low, high, body):
                first, last = self.integer(low, bound), self.integer(high, bound)
                shape = tuple(s.at(sizes) for s in body.shape)
                terms = (self.value(body, {**bound, index: i}) for i in range(first, last + 1))
                return b.total(terms, *shape)
            case ByEntries(row_index, column_index, body, (rows, columns)):
                height, width = _positive(rows, sizes), _positive(columns, sizes)
                axes = ((row_index, _Over(1, height)), (column_index, _Over(2, width)))
                over = {name: axis for name, axis in axes if name}
                if b.at_once and _at_once(body, frozenset(over)):
                    found = self.value(body, {**bound, **over})
                    return b.spread(found, height, width)

                def entry(i: int, j: int) -> Any:
                    here = {name: at for name, at in ((row_index, i), (column_index, j)) if name}
                    return self.value(body, {**bound, **here})

                return b.assemble([[entry(i, j) for j in range(1, width + 1)] for i in range(1, height + 1)])
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
