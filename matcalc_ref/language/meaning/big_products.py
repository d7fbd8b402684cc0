"""Products over an index."""

from __future__ import annotations

from matcalc_ref.language.meaning import indices
from matcalc_ref.language.meaning.context import Context
from matcalc_ref.language.operations import UNIT, counted
from matcalc_ref.language.sizes import ONE
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.tree import ByEntries, Entry, Index, Node


def big_product(m: Context, piece: Piece) -> Node:
    """`∏_i …` over a whole dimension: the product of the entries of a vector."""
    body, names = piece.parts[0], piece.extra["indices"]
    if len(names) != 1 or piece.extra["test"] is not None:
        raise m.fail("product-range", piece)
    (name,) = names
    if name in m.bound:
        raise m.fail("sum-index-taken", piece, name=name)
    with m.binding(name) as uses:
        node = m.node(body)
        last = body
        while last.kind in ("run", "chain"):
            last = last.parts[-1]
        if last is not body and name not in m.node(last).free_indices:  # ∏_i x_i z
            sign = m.text[piece.start : body.start].strip()
            raise m.fail("derivative-reach", piece, sign=sign)
    size = indices.run_over(m, name, uses.get(name, []), piece, f"prod_{{{name}=1}}^{{{m.some_size()}}}")
    bounds = [None if (bound := piece.extra[k]) is None else m.node(bound) for k in ("low", "high")]
    if bounds[0] not in (None, UNIT) or bounds[1] not in (None, counted(size)):
        raise m.fail("product-range", piece)
    if not m.scalar(node):
        raise m.fail("entry-number", body)
    if isinstance(node, Entry) and _is_all_of(node, name):
        return m.make("prod", node.base)
    return m.make("prod", ByEntries(name, None, node, (size, ONE)))


def _is_all_of(entry: Entry, index: str) -> bool:
    """Whether this is `x_i`, an entry of the vector x."""
    vector = ONE in entry.base.shape and index not in entry.base.free_indices
    return vector and entry.children[1:] == (Index(index),)
