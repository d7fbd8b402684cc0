"""What stands for itself: numbers, names, derivatives by their names, columns of ones."""

from __future__ import annotations

import re

from matcalc_ref.language.meaning.context import Context
from matcalc_ref.language.operations import number as number_node
from matcalc_ref.language.scope import canonical
from matcalc_ref.language.sizes import ONE, Size
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.tokens import Name
from matcalc_ref.language.tree import Constant, Count, Fill, Index, Node


def number(m: Context, piece: Piece) -> Node:
    return number_node(piece.value)


def name(m: Context, piece: Piece) -> Node:
    name: Name = piece.value
    if name.written in m.bound or (name.category == "index" and name.key in m.bound):
        return Index(name.written)
    if name.category == "variable":
        return m.scope.variable(name.key)
    if name.category == "dimension":
        return Count(Size.of(name.key))
    if name.category == "constant":
        if name.key in ("true", "false"):
            return number_node(name.key == "true")
        return Constant(name.key)
    if name.category == "identity":
        size = m.sizes.fresh()
        return Fill("eye", (size, size))
    if name.category == "index":
        m.uses.setdefault(name.key, [])
        return Index(name.key)
    if name.category == "sample":
        raise m.fail("sample-index", piece, name=name.written)
    raise m.unknown(name.written, piece)


def fill(m: Context, piece: Piece) -> Node:
    return Fill(piece.value, (m.sizes.fresh(), ONE))


def derivative(m: Context, piece: Piece) -> Node:
    above, above_sub, below, below_sub = piece.value
    key = canonical(f"d{above}{above_sub or ''}d{below}{below_sub or ''}")
    known = m.scope.names.get(key)
    if known and known[0] == "variable":
        return m.scope.variable(known[1])
    raise m.fail("derivative", piece)


def group(m: Context, piece: Piece) -> Node:
    return m.node(piece.parts[0])


def comma_group(m: Context, piece: Piece) -> Node:
    if all(part.kind == "tuple" for part in piece.parts):
        rows = "; ".join(", ".join(m.said(cell) for cell in part.parts) for part in piece.parts)
        raise m.fail("comma-in-group", piece, choices=(f"[{rows}]",))
    cells, said = [m.said(p) for p in piece.parts], m.said(piece)
    if re.fullmatch(r"\{\d+,\d+\}", said):  # z^{0,5}
        raise m.fail("decimal-comma", piece, choices=(said[1:-1].replace(",", "."),))
    raise m.fail("comma-in-group", piece, choices=(f"[{', '.join(cells)}]", f"[{'; '.join(cells)}]"))


def stray(m: Context, piece: Piece) -> Node:
    raise m.fail("stray", piece)
