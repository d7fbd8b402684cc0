"""What an answer would cost, before it is computed: sizes out of proportion are refused."""

from __future__ import annotations

from collections.abc import Mapping

from matcalc_ref.language.tree import ByEntries, Count, IndexedSum, Node, Number

MOST_ENTRIES = 20_000  # of any array on the way, at the sizes of the test points
MOST_TERMS = 20_000  # of all sums, one inside another


class TooLarge(ValueError):
    """A formula that would need too much time or memory."""


def affordable(node: Node, sizes: Mapping[str, int]) -> None:
    """Raises TooLarge for a tree with huge arrays or sums, or with a shape that does not exist at these
    sizes.
    """
    terms: dict[int, int] = {id(node): 1}
    pending = [node]
    while pending:
        part = pending.pop()
        around = terms[id(part)]
        rows, columns = part.shape[0].at(sizes), part.shape[1].at(sizes)
        if rows * columns > MOST_ENTRIES:
            raise TooLarge(f"{rows}×{columns}")
        if isinstance(part, IndexedSum):
            around *= max(_number(part.high, sizes) - _number(part.low, sizes) + 1, 1)
        elif isinstance(part, ByEntries):
            around *= max(rows * columns, 1)
        if around > MOST_TERMS:
            raise TooLarge(f"{around} terms")
        for child in part.children:
            terms[id(child)] = max(around, terms.get(id(child), 0))
            pending.append(child)


def _number(node: Node, sizes: Mapping[str, int]) -> int:
    """A bound of a sum, roughly: an index around it counts as the largest size."""
    if isinstance(node, Number):
        return int(node.value)
    if isinstance(node, Count):
        return node.size.at(sizes)
    return sum(abs(_number(child, sizes)) for child in node.children) or max(sizes.values(), default=10)
