"""Literal rows, columns and matrices, blocks, and rows with an ellipsis such as `[x_1, …, x_n]`."""

from __future__ import annotations

import re

from matcalc_ref.language.meaning import dots, indices
from matcalc_ref.language.meaning.context import Context
from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.sizes import show_shape
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.table import Misfit
from matcalc_ref.language.tree import Node

_GROUPS = re.compile(r"\\(?!q?quad)[A-Za-z]{2}")  # LaTeX, where brackets group and spaces part nothing
_GAP = re.compile(r"\\(?:[;: ]|q?quad)")
_ALONE = re.compile(r"(?:\A|=)[\s$]*(?:\\left)?\s*\Z")
_SUM = re.compile(r"(?:\\sum|\\prod|[Σ∑])[^\s\[]*\s*(?:\\left)?\Z")


def bracket(m: Context, piece: Piece) -> Node:
    """Brackets that are no indicator. Entries parted by spaces are read where they cannot be a product."""
    split = piece.extra.get("split")
    if split is None:
        return grid(m, piece.value, piece)
    known, uses = dict(m.sizes.known), {k: list(v) for k, v in m.uses.items()}
    plain: Node | None = None
    try:
        plain = grid(m, piece.value, piece)
    except Refusal as refusal:
        problem = refusal
    m.sizes.known, m.uses = dict(known), uses
    try:
        parted = grid(m, split.value, piece)
    except Refusal:
        if plain is None:
            raise problem from None
        return grid(m, piece.value, piece)
    blocks = all(not m.scalar(m.node(p)) for p in split.parts)
    numbers = all(p.kind == "num" or p.kind == "neg" and p.parts[0].kind == "num" for p in split.parts)
    if plain is None or numbers or (blocks and len(piece.parts) == 1):
        return parted
    before, after = m.text[: piece.start], m.text[piece.end :]
    alone = _ALONE.search(before) and not after.strip(" .$")
    latex = _GROUPS.search(m.said(piece)) and not _GAP.search(m.said(piece)) and not alone
    if latex or _SUM.search(before):
        m.sizes.known, m.uses = known, uses
        return grid(m, piece.value, piece)
    commas = "; ".join(", ".join(m.said(p) for p in row) for row in split.value)
    product = "; ".join(", ".join(f"({m.said(p)})" for p in row) for row in piece.value)
    raise m.fail("spaces", piece, choices=(f"[{commas}]", f"[{product}]"))


def is_flat(piece: Piece) -> bool:
    """Whether brackets hold entries only, as those of a 1-D array."""
    return piece.kind == "bracket" and not piece.extra.get("nested") and len(piece.value) == 1


def grid(m: Context, rows: list[list[Piece]], piece: Piece) -> Node:
    """Rows of entries or blocks as one array."""
    if any(p.kind == "dots" for row in rows for p in row):
        return dots.array(m, rows, piece)
    if len(rows) == 1 and len(rows[0]) == 1:
        return indices.close(m, rows[0][0], row=True)
    if len({len(row) for row in rows}) > 1:
        raise m.fail("rows-uneven", piece, lengths=", ".join(str(len(row)) for row in rows))
    return stack(m, [[m.node(p) for p in row] for row in rows], piece)


def stack(m: Context, rows: list[list[Node]], piece: Piece) -> Node:
    """Blocks side by side and one below the other."""
    try:
        return m.stack(rows)
    except Misfit:
        shapes = "; ".join(", ".join(show_shape(m.shape(n)) for n in row) for row in rows)
        raise m.fail("blocks", piece, shapes=shapes) from None
