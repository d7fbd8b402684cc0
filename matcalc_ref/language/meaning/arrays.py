"""Literal rows, columns and matrices, blocks, and rows with an ellipsis such as `[x_1, …, x_n]`."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from matcalc_ref.language.meaning import indices
from matcalc_ref.language.meaning.context import Context
from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import ONE, show_shape
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.tokens import INDICES, Name
from matcalc_ref.language.table import Misfit
from matcalc_ref.language.tree import ByEntries, Fill, Node


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
    m.sizes.known, m.uses = known, uses
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
    commas = "; ".join(", ".join(m.said(p) for p in row) for row in split.value)
    product = "; ".join(", ".join(f"({m.said(p)})" for p in row) for row in piece.value)
    raise m.fail(say("spaces"), piece,
                 choices=(f"[{commas}]", f"[{product}]"))  # fmt: skip


def grid(m: Context, rows: list[list[Piece]], piece: Piece) -> Node:
    """Rows of entries or blocks as one array."""
    if any(p.kind == "dots" for row in rows for p in row):
        return _ellipsis(m, rows, piece)
    if len(rows) == 1 and len(rows[0]) == 1:
        return indices.close(m, rows[0][0], row=True)
    if len({len(row) for row in rows}) > 1:
        raise m.fail(say("rows-uneven", lengths=", ".join(str(len(row)) for row in rows)), piece)
    return stack(m, [[m.node(p) for p in row] for row in rows], piece)


def stack(m: Context, rows: list[list[Node]], piece: Piece) -> Node:
    """Blocks side by side and one below the other."""
    try:
        lines = [row[0] if len(row) == 1 else m.make("hstack", *row) for row in rows]
        return lines[0] if len(lines) == 1 else m.make("vstack", *lines)
    except Misfit:
        shapes = "; ".join(", ".join(show_shape(m.shape(n)) for n in row) for row in rows)
        raise m.fail(say("blocks", shapes=shapes), piece) from None


def _ellipsis(m: Context, rows: list[list[Piece]], piece: Piece) -> Node:
    """`[z, …, z]`, `[w_1 x_1, …, w_n x_n]`: the first and the last entry say how it goes on."""
    column = all(len(row) == 1 for row in rows) and len(rows) > 2
    cells = [row[0] for row in rows] if column else rows[0]
    solid = [p for p in cells if p.kind != "dots"]
    if (
        (not column and len(rows) > 1)
        or len(solid) != len(cells) - 1
        or len(solid) < 2
        or cells[-1].kind == "dots"
        or cells[0].kind == "dots"
    ):
        raise m.fail(say("dots-form"), piece)
    first, last = solid[0], solid[-1]
    letter = next(c for c in "ijkl" if c not in m.bound)
    ends: set[str] = set()
    pattern = _between(first, last, letter, ends)
    if pattern is None or len(ends) > 1:
        raise m.fail(
            say("dots-unclear", first=m.said(first), last=m.said(last)),
            piece,
        )
    if not ends:
        node = m.node(first)
        length = m.sizes.fresh()
        if not m.scalar(node):
            raise m.fail(say("row-entries"), first)
        return m.make("mul", node, Fill("ones", (length, ONE) if column else (ONE, length)))
    m.bound.append(letter)
    outer, m.uses = m.uses, {}
    body = m.node(pattern)
    m.uses = outer
    m.bound.remove(letter)
    end = next(iter(ends))
    length = indices.size(m, Piece("num", Fraction(int(end)), [], last.start, last.end) if end.isdigit() else
                          Piece("name", Name("dimension", end, end), [], last.start, last.end))  # fmt: skip
    if not m.scalar(body):
        raise m.fail(say("row-entries"), first)
    if column:
        return ByEntries(letter, None, body, (length, ONE))
    return ByEntries(None, letter, body, (ONE, length))


def _between(first: Piece, last: Piece, letter: str, ends: set[str]) -> Piece | None:
    """The entry at a general place, where the first has 1 and the last has the length; None if they do
    not match."""
    if first.kind != last.kind or len(first.parts) != len(last.parts):
        return _general(first, last, letter, ends)
    value: Any = first.value
    if first.kind == "sub" and first.value != last.value:
        if (
            not isinstance(first.value, str)
            or not isinstance(last.value, str)
            or len(first.value) != len(last.value)
        ):
            return None
        letters = []
        for a, b in zip(first.value, last.value, strict=True):
            if a != b and a != "1":
                return None
            if a != b:
                ends.add(b)
            letters.append(letter if a != b else a)
        value = "".join(letters)
    elif isinstance(first.value, Name) and isinstance(last.value, Name):
        if first.value.key != last.value.key:
            return None
    elif first.value != last.value and first.kind not in ("call?",):
        return _general(first, last, letter, ends)
    parts = []
    for one, other in zip(first.parts, last.parts, strict=True):
        part = _between(one, other, letter, ends)
        if part is None:
            return None
        parts.append(part)
    return replace(first, value=value, parts=parts)


def _general(first: Piece, last: Piece, letter: str, ends: set[str]) -> Piece | None:
    one = first.kind == "num" and first.value == 1
    if one and last.kind == "name" and last.value.category == "dimension":
        ends.add(last.value.key)
    elif one and last.kind == "num" and last.value.denominator == 1:
        ends.add(str(last.value))
    else:
        return None
    return Piece("name", Name("index", letter, letter), [], first.start, first.end)


__all__ = ["INDICES", "bracket", "grid", "stack"]
