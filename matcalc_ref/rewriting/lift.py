"""Indices inside trees: other names for them, and taking them out (entry i of x becomes x)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matcalc_ref.language.operations import UNIT, matmul, ones, transpose
from matcalc_ref.language.sizes import ONE, SCALAR, Size
from matcalc_ref.language.table import is_elementwise
from matcalc_ref.language.tree import Apply, ByEntries, Entry, Index, IndexedSum, Node, Variable, apply


def rename(names: Mapping[str, str]) -> Callable[[Node], Node]:
    """A change for `Node.map` that renames free indices; the names must not be bound below."""

    def change(node: Node) -> Node:
        return Index(names[node.name]) if isinstance(node, Index) and node.name in names else node

    return change


def pretty_indices(node: Node) -> Node:
    """The tree with its bound indices called i, j, k, l as far as these are no variables and not in use."""
    return _pretty(node, frozenset(part.name for part in node.walk() if isinstance(part, Variable)))


def _pretty(node: Node, taken: frozenset[str]) -> Node:
    def name_for(old: str, inside: frozenset[str]) -> str:
        used = taken | (inside - {old})
        if not old.startswith("_") and old not in used:
            return old
        names = (*"ijkl", *(f"i{k}" for k in range(1, 100)))
        return next(name for name in names if name not in used)

    if isinstance(node, IndexedSum):
        new = name_for(node.index, node.body.free_indices)
        body = node.body.map(rename({node.index: new})) if new != node.index else node.body
        low, high = _pretty(node.low, taken), _pretty(node.high, taken)
        return IndexedSum(new, low, high, _pretty(body, taken | {new}))
    if isinstance(node, ByEntries):
        free = node.body.free_indices
        names: dict[str, str] = {}
        for old in (node.row_index, node.column_index):
            if old is not None:
                names[old] = name_for(old, (free - names.keys()) | frozenset(names.values()))
        body = node.body.map(rename({a: b for a, b in names.items() if a != b}))
        row, column = (names.get(i) if i else None for i in (node.row_index, node.column_index))
        return ByEntries(row, column, _pretty(body, taken | frozenset(names.values())), node.entries)
    if not node.children:
        return node
    return node.with_children(tuple(_pretty(child, taken) for child in node.children))


def lift(node: Node, name: str, size: Size) -> Node | None:
    """The rows `node` (1×k) for `name` = 1…size, one below the other. None where no array expresses them."""
    if name not in node.free_indices:
        return node if node.shape == SCALAR and size == ONE else matmul(ones(size), node)
    match node:
        case Entry(base, row, column) if name not in base.free_indices:
            return _entry(base, row, column, name, size)
        case Apply("transpose", (Entry(base, None, column),)) if name not in base.free_indices:
            return transpose(base) if column == Index(name) and base.shape[1] == size else None
        case Apply("transpose", (Apply("matmul", factors),)):
            return lift(matmul(*(transpose(f) for f in reversed(factors))), name, size)
        case Apply("transpose", (Apply("transpose", (inner,)),)):
            return lift(inner, name, size)
        case Apply("transpose", (inner,)) if inner.shape == SCALAR:
            return lift(inner, name, size)
        case Apply("transpose", (Apply(operation, arguments),)) if is_elementwise(operation):
            return lift(
                apply(operation, *(a if a.is_scalar else transpose(a) for a in arguments)), name, size
            )
        case Apply(operation, arguments) if is_elementwise(operation):
            return _elementwise(operation, arguments, node.shape[1], name, size)
        case Apply("matmul", factors):
            return _product(factors, name, size)
        case IndexedSum(index, low, high, body) if name not in low.free_indices | high.free_indices:
            lifted = lift(body, name, size)
            return lifted and IndexedSum(index, low, high, lifted)
    return None


def _entry(base: Node, row: Node | None, column: Node | None, name: str, size: Size) -> Node | None:
    if row == Index(name) and base.shape[0] == size and (column is None or name not in column.free_indices):
        if column is None or (base.shape[1] == ONE and column == UNIT):
            return base
        return Entry(base, None, column)
    if column == Index(name) and base.shape[1] == size and row is not None and name not in row.free_indices:
        return transpose(base if base.shape[0] == ONE and row == UNIT else Entry(base, row, None))
    return None


def _elementwise(
    operation: str, arguments: tuple[Node, ...], width: Size, name: str, size: Size
) -> Node | None:
    lifted: list[Node] = []
    for argument in arguments:
        if argument.is_scalar and name not in argument.free_indices:
            lifted.append(argument)
            continue
        rows = lift(argument, name, size)
        if rows is None:
            return None
        lifted.append(matmul(rows, ones(1, width)) if argument.is_scalar and width != ONE else rows)
    return apply(operation, *lifted)


def _product(factors: tuple[Node, ...], name: str, size: Size) -> Node | None:
    if factors[0].shape[0] != ONE:
        return None
    holding = [k for k, f in enumerate(factors) if name in f.free_indices]
    if holding == [0]:
        first = lift(factors[0], name, size)
        return first and matmul(first, *factors[1:])
    if factors[-1].shape[1] != ONE:
        return None
    if holding == [len(factors) - 1]:
        last = lift(transpose(factors[-1]), name, size)
        return last and matmul(last, *(transpose(f) for f in reversed(factors[:-1])))
    if holding == [0, len(factors) - 1]:
        left = lift(factors[0], name, size)
        right = lift(transpose(factors[-1]), name, size)
        if left is not None and right is not None:
            middle = factors[1:-1]
            return apply("rowsum", apply("mul", matmul(left, *middle), right))
    return None
