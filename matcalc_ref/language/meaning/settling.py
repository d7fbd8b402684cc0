"""The end of a reading: sizes that stayed open are settled, and costs are bounded."""

from __future__ import annotations

from matcalc_ref.language.meaning.context import Context
from matcalc_ref.language.meaning.limits import too_costly
from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import ONE, Shape, Size
from matcalc_ref.language.tree import ByEntries, Count, Fill, Node


def finish(meaning: Context, node: Node, expect: Shape | None) -> Node:
    """The tree with all sizes settled, and within bounds."""
    node = _settle(meaning, node, expect)
    problem = too_costly(node)
    if problem:
        raise Refusal(problem, None, meaning.text)
    return node


def _settle(meaning: Context, node: Node, expect: Shape | None) -> Node:
    sizes = meaning.sizes
    if not sizes.count:
        return node
    if expect is not None:
        shape = sizes.shape(node.shape)
        for wanted in (expect, (expect[1], expect[0])):
            if sizes.could_be_same_shape(shape, wanted):
                sizes.same_shape(shape, wanted)
                break
    left = _open(meaning, node)
    if left:
        likely = {s for s in expect or () if s != ONE} or {Size.of(d) for d in meaning.scope.dimensions}
        if expect is not None and len(likely) == 1:
            for name in left:
                sizes.known[name] = next(iter(likely))
        else:
            dims = sorted(meaning.scope.dimensions) or ["n"]
            open_ones = (
                (n.kind, n.shape[0] == ONE)
                for n in node.walk()
                if isinstance(n, Fill)
                and sizes.open_names(sizes.settle(n.shape[0]) + sizes.settle(n.shape[1]))
            )
            kind, row = next(open_ones, ("ones", False))
            word = "[…]" if row else {"eye": "I", "ones": "1⃗", "zeros": "0⃗"}[kind]
            raise Refusal(
                say("size-open", word=word),
                (0, len(meaning.text)), meaning.text, [f"{kind}({'1, ' * row}{d})" for d in dims],
            )  # fmt: skip
    return _rebuild(meaning, node)


def _open(meaning: Context, node: Node) -> list[str]:
    found: set[str] = set()
    for n in node.walk():
        if isinstance(n, (Fill, ByEntries)):
            for size in n.shape:
                found.update(meaning.sizes.open_names(meaning.sizes.settle(size)))
        elif isinstance(n, Count):
            found.update(meaning.sizes.open_names(meaning.sizes.settle(n.size)))
    return sorted(found)


def _rebuild(meaning: Context, node: Node) -> Node:
    sizes = meaning.sizes
    children = tuple(_rebuild(meaning, c) for c in node.children)
    if isinstance(node, Fill):
        return Fill(node.kind, sizes.shape(node.filled))
    if isinstance(node, Count):
        return Count(sizes.settle(node.size))
    if isinstance(node, ByEntries):
        return ByEntries(node.row_index, node.column_index, children[0], sizes.shape(node.entries))
    return node.with_children(children) if children else node
