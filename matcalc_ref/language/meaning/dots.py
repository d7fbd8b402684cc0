"""What goes on as it began: `[x_1, …, x_n]`, `diag(x_1, …, x_n)`, `x_1 + … + x_n`, diagonals with dots."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

from matcalc_ref.language.meaning import indices
from matcalc_ref.language.meaning.context import Context
from matcalc_ref.language.operations import UNIT, ZERO
from matcalc_ref.language.sizes import ONE, SCALAR
from matcalc_ref.language.syntax.surface import Piece, is_one
from matcalc_ref.language.syntax.tokens import Name
from matcalc_ref.language.tree import Fill, Node


def is_dots(piece: Piece) -> bool:
    return piece.kind == "dots" or piece.kind == "neg" and piece.parts[0].kind == "dots"


def array(m: Context, rows: list[list[Piece]], piece: Piece) -> Node:
    """A row, a column or a diagonal matrix with dots: the first and the last entry say how it goes on."""
    if any("ddots" in m.said(p) or "⋱" in m.said(p) for row in rows for p in row if is_dots(p)):
        return m.make("diag", vector(m, _diagonal(m, rows, piece), piece, column=True))
    column = all(len(row) == 1 for row in rows) and len(rows) > 2
    if not column and len(rows) > 1:
        raise m.fail("dots-form", piece)
    return vector(m, [row[0] for row in rows] if column else rows[0], piece, column)


def _diagonal(m: Context, rows: list[list[Piece]], piece: Piece) -> list[Piece]:
    """The diagonal of a matrix that has zeros, dots or nothing elsewhere."""
    cells: list[Piece] = []
    width = max(len(row) for row in rows)
    for r, row in enumerate(rows):
        solid = [
            (c, p) for c, p in enumerate(row) if not is_dots(p) and not (p.kind == "num" and p.value == 0)
        ]
        if not solid:  # the row of the `\\ddots`
            cells += [p for p in row if is_dots(p) and m.said(p) in ("\\ddots", "⋱")]
            continue
        last = r == len(rows) - 1 and solid[0][0] == len(row) - 1
        if len(solid) > 1 or len(row) == width and solid[0][0] != r and not last:
            raise m.fail("dots-form", piece)
        cells.append(solid[0][1])
    return cells


def vector(m: Context, cells: list[Piece], piece: Piece, column: bool) -> Node:
    """`[z, …, z]`, `[w_1 x_1, …, w_n x_n]` as a row or a column; `[…, w_i x_i, …]` shows any entry."""
    solid = [p for p in cells if not is_dots(p)]
    if len(solid) == 1 and len(cells) == 3 and is_dots(cells[0]) and is_dots(cells[2]):
        return indices.close(m, solid[0], row=not column)
    if len(solid) != len(cells) - 1 or len(solid) < 2 or is_dots(cells[0]) or is_dots(cells[-1]):
        raise m.fail("dots-form", piece)
    found = _pattern(m, solid)
    if found is None or (end := found[2]) and not end.isdecimal() and end not in m.scope.dimensions:
        vectors = "|".join(name for name, shape in m.scope.shapes.items() if shape != SCALAR)
        said = m.said(piece)
        meant = re.sub(rf"(?<![A-Za-z_])({vectors})(\d|[A-Za-z])(?!\w)", r"\1_\2", said) if vectors else said
        choices = (meant,) if meant != said else ()  # x1, …, xn
        raise m.fail("dots-unclear", piece, choices=choices, first=m.said(solid[0]), last=m.said(solid[-1]))
    pattern, letter, end = found
    if not end:
        node = m.node(pattern)
        length = m.sizes.fresh()
        if not m.scalar(node):
            raise m.fail("row-entries", solid[0])
        shape = (length, ONE) if column else (ONE, length)
        if node in (ZERO, UNIT):
            return Fill("zeros" if node == ZERO else "ones", shape)
        return m.make("mul", node, Fill("ones", shape))
    with m.binding(letter):
        body = m.node(pattern)
    length = indices.size(m, _end(end, solid[-1]))
    if not m.scalar(body):
        raise m.fail("row-entries", solid[0])
    return indices.vector(letter, body, length, row=not column)


def terms(m: Context, parts: list[Piece]) -> list[Piece]:
    """The terms of a sum, each `x_1 + x_2 + … + x_n` among them as one sum over an index."""
    while any(map(is_dots, parts)):
        at = next(k for k, p in enumerate(parts) if is_dots(p))
        if at + 1 == len(parts) or is_dots(parts[at + 1]) or at == 0:
            raise m.fail("dots-sum", parts[at])
        for start in range(at - 1, -1, -1):
            found = _pattern(m, [*parts[start:at], parts[at + 1]])
            if found and found[2] and (parts[start].kind == "neg") == (parts[at].kind == "neg"):
                break
        else:
            raise m.fail("dots-sum", parts[at - 1], parts[at + 1])
        pattern, letter, end = found
        last = parts[at + 1]
        extra = {"indices": [letter], "low": None, "high": _end(end, last), "test": None}
        whole = Piece("bigsum", None, [pattern], parts[start].start, last.end, extra)
        parts = [*parts[:start], whole, *parts[at + 2 :]]
    return parts


def _end(end: str, place: Piece) -> Piece:
    if end.isdecimal():
        return Piece("num", Fraction(int(end)), [], place.start, place.end)
    return Piece("name", Name("dimension", end, end), [], place.start, place.end)


def _pattern(m: Context, solid: list[Piece]) -> tuple[Piece, str, str] | None:
    """The entry at a general place, its index, and the last place ("" where all are alike).

    None where the entries do not follow each other: the second has 2 where the first has 1, and so on.
    """
    first, *middle, last = solid
    taken = {c for p in solid for c in m.said(p)} | set(m.bound)
    letter = next((c for c in "ijkl" if c not in taken), "")
    ends: set[str] = set()
    pattern = _between(first, last, letter, ends)
    if pattern is None or len(ends) > 1 or not letter:
        return None
    for place, piece in enumerate(middle, 2):
        here: set[str] = set()
        if _between(first, piece, letter, here) is None or here != ({str(place)} if ends else set()):
            return None
    return pattern, letter, next(iter(ends), "")


def _between(first: Piece, last: Piece, letter: str, ends: set[str]) -> Piece | None:
    """The entry at a general place, where the first has 1 and the last has the length; None if they do not
    match."""
    if first.kind != last.kind or len(first.parts) != len(last.parts):
        return _general(first, last, letter, ends)
    value: Any = first.value
    if first.kind == "sub" and first.value != last.value:
        written = isinstance(first.value, str) and isinstance(last.value, str)
        if not written or len(first.value) != len(last.value):
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
    one = is_one(first)
    if one and last.kind == "name" and last.value.category == "dimension":
        ends.add(last.value.key)
    elif one and last.kind == "num" and last.value.denominator == 1:
        ends.add(str(last.value))
    else:
        return None
    return Piece("name", Name("index", letter, letter), [], first.start, first.end)
