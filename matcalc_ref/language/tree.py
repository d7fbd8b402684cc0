"""The tree of a formula: immutable, typed by shape, with every operation named by a row of `table`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeGuard

from matcalc_ref.language.sizes import ONE, SCALAR, Shape, Size
from matcalc_ref.language.table import OPERATIONS, Misfit, Same


class ShapeError(ValueError):
    """An operation was given operands whose shapes do not fit."""

    def __init__(self, operation: str, operands: tuple[Node, ...], reason: str) -> None:
        shapes = ", ".join(f"{a.shape[0]}×{a.shape[1]}" for a in operands)
        super().__init__(f"{operation}({shapes}): {reason}")


@dataclass(frozen=True, eq=False)
class Node:
    """One node of a formula. Its `shape` (rows, columns) is 1×1, a scalar, unless its class says more."""

    @property
    def shape(self) -> Shape:
        return SCALAR

    @property
    def children(self) -> tuple[Node, ...]:
        return ()

    def with_children(self, children: tuple[Node, ...]) -> Node:
        """The same node over other children, shapes checked again."""
        return self

    @cached_property
    def _parts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)

    @cached_property
    def _hash(self) -> int:
        return hash((type(self).__name__, self._parts))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other or not isinstance(other, Node):
            return self is other
        return type(self) is type(other) and self._parts == other._parts

    @cached_property
    def free_indices(self) -> frozenset[str]:
        """The indices that stand free in this tree, bound by nothing in it."""
        return frozenset().union(*(child.free_indices for child in self.children))

    @property
    def is_scalar(self) -> bool:
        return self.shape == SCALAR

    @cached_property
    def _all(self) -> tuple[Node, ...]:
        found: list[Node] = []
        pending: list[Node] = [self]
        while pending:
            found.append(node := pending.pop())
            pending.extend(reversed(node.children))
        return tuple(found)

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        return iter(self._all)

    @cached_property
    def operations(self) -> frozenset[str]:
        """The names of the operations in this tree."""
        return frozenset(part.operation for part in self._all if isinstance(part, Apply))

    def map(self, change: Callable[[Node], Node]) -> Node:
        """The tree rebuilt from the leaves up, each node passed through `change`."""
        children = tuple(child.map(change) for child in self.children)
        return change(self if children == self.children else self.with_children(children))


@dataclass(frozen=True, eq=False)
class Number(Node):
    """An exact rational number."""

    value: Fraction


def is_integer(node: Node | None) -> TypeGuard[Number]:
    return isinstance(node, Number) and node.value.denominator == 1


@dataclass(frozen=True, eq=False)
class Constant(Node):
    """`pi` or `e`."""

    name: str


@dataclass(frozen=True, eq=False)
class Variable(Node):
    """A declared variable: a scalar, a column n×1 or a matrix m×n."""

    name: str
    declared: Shape

    @property
    def shape(self) -> Shape:
        return self.declared


@dataclass(frozen=True, eq=False)
class Count(Node):
    """A size used as a number, such as the `n` of `sum(x)/n`."""

    size: Size


@dataclass(frozen=True, eq=False)
class Index(Node):
    """An index (1-based) bound by an `IndexedSum` or a `ByEntries` around it."""

    name: str

    @cached_property
    def free_indices(self) -> frozenset[str]:
        return frozenset((self.name,))


@dataclass(frozen=True, eq=False)
class Fill(Node):
    """A constant array: `ones`, `zeros` or `eye` (the identity; square)."""

    kind: str
    filled: Shape

    @property
    def shape(self) -> Shape:
        return self.filled


@dataclass(frozen=True, eq=False)
class Apply(Node):
    """An operation of `table`, applied. Build with `apply`, which checks shapes."""

    operation: str
    arguments: tuple[Node, ...]
    result: Shape  # follows from the others

    @cached_property
    def _parts(self) -> tuple[Any, ...]:
        return (self.operation, self.arguments)

    @property
    def shape(self) -> Shape:
        return self.result

    @property
    def children(self) -> tuple[Node, ...]:
        return self.arguments

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return apply(self.operation, *children)


def apply(operation: str, *arguments: Node, same: Same | None = None) -> Node:
    """`operation` of the table applied to `arguments`. Raises ShapeError where their shapes do not fit."""
    row = OPERATIONS[operation]
    if row.arity is not None and row.arity != len(arguments) or not arguments:
        raise ShapeError(operation, arguments, "arity")
    try:
        shape = row.shape(tuple(a.shape for a in arguments), same or (lambda a, b: a == b))
    except Misfit as misfit:
        raise ShapeError(operation, arguments, misfit.reason) from None
    return Apply(operation, arguments, shape)


def is_op(node: Node, *names: str) -> TypeGuard[Apply]:
    """Whether this is one of some operations, applied."""
    return isinstance(node, Apply) and node.operation in names


@dataclass(frozen=True, eq=False)
class Entry(Node):
    """One entry `A_{ij}` (1-based), or with one of them None a whole row (1×n) or column (m×1).

    `row` and `column` are scalar trees over indices, counts and integers. An entry outside the array is 0.
    """

    base: Node
    row: Node | None
    column: Node | None

    @property
    def shape(self) -> Shape:
        rows, columns = self.base.shape
        return (rows if self.row is None else ONE, columns if self.column is None else ONE)

    @property
    def children(self) -> tuple[Node, ...]:
        return tuple(c for c in (self.base, self.row, self.column) if c is not None)

    def with_children(self, children: tuple[Node, ...]) -> Node:
        rest = list(children[1:])
        row = rest.pop(0) if self.row is not None else None
        column = rest.pop(0) if self.column is not None else None
        return Entry(children[0], row, column)


@dataclass(frozen=True, eq=False)
class IndexedSum(Node):
    """The sum of `body` over an index from `low` to `high` (scalar trees); `body` may have any shape."""

    index: str
    low: Node
    high: Node
    body: Node

    @cached_property
    def free_indices(self) -> frozenset[str]:
        inside = self.body.free_indices - {self.index}
        return self.low.free_indices | self.high.free_indices | inside

    @property
    def shape(self) -> Shape:
        return self.body.shape

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.low, self.high, self.body)

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return IndexedSum(self.index, *children)


@dataclass(frozen=True, eq=False)
class ByEntries(Node):
    """An array given by its entries: `J_{ij} = body`. A None index means that this side has size 1."""

    row_index: str | None
    column_index: str | None
    body: Node
    entries: Shape

    @cached_property
    def free_indices(self) -> frozenset[str]:
        return self.body.free_indices - {self.row_index, self.column_index}

    @property
    def shape(self) -> Shape:
        return self.entries

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.body,)

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return ByEntries(self.row_index, self.column_index, children[0], self.entries)


@dataclass(frozen=True, eq=False)
class Cases(Node):
    """`{value if condition; …; otherwise}` with scalar conditions; the first that holds decides.

    All values have one shape. `otherwise` is None where the cases leave a gap (then that point has no value).
    """

    branches: tuple[tuple[Node, Node], ...]  # (value, condition)
    otherwise: Node | None

    @property
    def shape(self) -> Shape:
        return self.branches[0][0].shape

    @property
    def children(self) -> tuple[Node, ...]:
        flat = tuple(node for branch in self.branches for node in branch)
        return flat if self.otherwise is None else (*flat, self.otherwise)

    def with_children(self, children: tuple[Node, ...]) -> Node:
        count = 2 * len(self.branches)
        pairs = tuple(zip(children[0:count:2], children[1:count:2], strict=True))
        otherwise = None if self.otherwise is None else children[-1]
        values = [value for value, _ in pairs] + ([] if otherwise is None else [otherwise])
        if any(value.shape != values[0].shape for value in values):
            raise ShapeError("cases", tuple(values), "all values have one shape")
        return Cases(pairs, otherwise)
