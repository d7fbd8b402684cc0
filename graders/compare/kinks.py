"""Where a formula has a kink: where a comparison, a maximum or an absolute value changes its side."""

from __future__ import annotations

from functools import lru_cache

from matcalc_ref.language.operations import number, sub
from matcalc_ref.language.sizes import ONE, Size
from matcalc_ref.language.table import COMPARISONS
from matcalc_ref.language.tree import Apply, ByEntries, Count, IndexedSum, Node, Number, Variable

ZERO, FIRST = number(0), number(1)
Binders = tuple[tuple[str, Size], ...]


@lru_cache(maxsize=4096)
def kinks(node: Node) -> tuple[Node, ...]:
    """The trees whose sign decides on which side of a kink a point lies, without repetition.

    A kink under one or two indices becomes the array of its values over their ranges. What no variable moves,
    such as `i = j`, is none.
    """
    found: dict[Node, None] = {}
    pending: list[tuple[Node, Binders | None]] = [(node, ())]
    while pending:
        current, binders = pending.pop()
        for side in _sides(current):
            whole = _unbound(_unsigned(side), binders)
            if whole is not None and any(isinstance(part, Variable) for part in whole.walk()):
                found[whole] = None
        if isinstance(current, IndexedSum):
            binders = _bind(binders, current)
        elif isinstance(current, ByEntries):
            named = ((current.row_index, current.entries[0]), (current.column_index, current.entries[1]))
            binders = None if binders is None else (*binders, *((i, size) for i, size in named if i))
        pending.extend((child, binders) for child in current.children)
    return tuple(found)


def _sides(node: Node) -> list[Node]:
    if not isinstance(node, Apply):
        return []
    name, arguments = node.operation, node.arguments
    if name in ("abs", "sign", "relu"):
        return [arguments[0]]
    if name not in COMPARISONS and name not in ("max", "min"):
        return []
    pairs = [(a, b) for i, a in enumerate(arguments) for b in arguments[i + 1 :]]
    return [_difference(a, b) for a, b in pairs if not (isinstance(a, Number) and isinstance(b, Number))]


def _unsigned(side: Node) -> Node:
    """`x` for `-x`: both change their sign at the same place."""
    match side:
        case Apply("mul", (Number(value), rest)) if value == -1:
            return rest
    return side


def _difference(left: Node, right: Node) -> Node:
    if right == ZERO:
        return left
    return right if left == ZERO else sub(left, right)


def _bind(binders: Binders | None, node: IndexedSum) -> Binders | None:
    """The indices around the body of a sum; None where one does not run over a whole dimension."""
    if binders is None or node.low != FIRST:
        return None
    if isinstance(node.high, Count):
        return (*binders, (node.index, node.high.size))
    if isinstance(node.high, Number) and node.high.value.denominator == 1 and 0 < node.high.value < 100:
        return (*binders, (node.index, Size.of(int(node.high.value))))
    return None


def _unbound(side: Node, binders: Binders | None) -> Node | None:
    if binders == ():
        return side
    if binders is None or len(binders) > 2 or not side.is_scalar:
        return None
    (row, rows), (column, columns) = (*binders, (None, ONE))[:2]
    return ByEntries(row, column, side, (rows, columns))
