"""Square brackets: an indicator, a row, a column, a matrix, or entries parted by spaces as MATLAB writes
them."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate

from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.syntax.cursor import Cursor
from matcalc_ref.language.syntax.surface import Piece, array, conditions
from matcalc_ref.language.syntax.tokens import Token


def bracket(parser: Cursor) -> Piece:
    """`[z > 0]`, `[a, b]`, `[a; b]`, `[[a, b], [c, d]]`, `[1 2; 3 4]`, `[a, …, b]`. Raises Refusal.

    Where spaces may part the entries, that reading is kept as `extra["split"]`; shapes decide later.
    """
    here, loose = parser.at, parser.loose
    parser.loose = False
    plain, problem = _attempt(parser, "plain")
    if problem is not None and problem.sentence == "function-reach":
        raise problem
    after, parted = parser.at, None
    if parser.loose or plain is None:
        parser.at = here
        parted, _ = _attempt(parser, "split")
        commas = any(t.sign(",") for t in _top(parser, here, parser.at))
        if commas or (plain is not None and parted is not None and len(parted.parts) == 1):
            parted = None  # commas part the entries: spaces do not
    parser.loose = loose
    if plain is None:
        if parted is None or any(part.is_condition for part in parted.parts):  # of which no row is made
            assert problem
            raise problem
        return parted
    parser.at = after
    if parted is not None and plain.kind != "indicator":
        plain.extra["split"] = parted
    return plain


def all_hold(piece: Piece) -> Piece:
    """`[z > 0, t > 0]` and `{z > 0, t > 0}` behind the sign of an indicator: the conditions hold together."""
    if piece.kind in ("transpose", "power"):
        return replace(piece, parts=[all_hold(piece.parts[0]), *piece.parts[1:]])
    row = piece.kind == "bracket" and len(piece.value) == 1 and not piece.extra.get("matrix")
    if not (row or piece.kind == "tuple") or not conditions(piece.parts):
        return piece
    both = Piece("logic", "and", piece.parts, piece.parts[0].start, piece.parts[-1].end)
    return Piece("indicator" if row else "group", None, [both], piece.start, piece.end, {"width": 1})


def _attempt(parser: Cursor, mode: str) -> tuple[Piece | None, Refusal | None]:
    state = parser.bars, parser.bracket, parser.condition
    try:
        return _rows(parser, mode), None
    except Refusal as refusal:
        parser.bars, parser.bracket, parser.condition = state
        return None, refusal


def _top(parser: Cursor, start: int, stop: int) -> list[Token]:
    """The tokens of a bracket that stand in no other one inside it."""
    toks = parser.toks[start:stop]
    depths = accumulate(token.depth for token in toks)
    return [token for token, depth in zip(toks, depths, strict=True) if depth == 1 and not token.depth]


def _no_decimal_commas(parser: Cursor, rows: list[list[Piece]], start: int, end: int) -> None:
    """Asks back what the commas in `[0,5, 1,5]` are."""
    written = parser.slice(start, end)
    numbers = all(cell.without("neg").kind == "num" for cell in rows[0])
    if len(rows) == 1 and numbers and re.search(r"\d,\d", written) and re.search(r",\s", written):
        choices = (re.sub(r"(?<=\d),(?=\d)", ".", written), re.sub(r",\s*", ", ", written))
        raise parser.fail("decimal-or-list", start, end, choices)


def _rows(parser: Cursor, mode: str) -> Piece:
    opened = parser.next()
    state = parser.inside()
    parser.bracket = mode
    rows: list[list[Piece]] = [[]]
    if parser.sign("]"):
        raise parser.fail("brackets-empty", opened.start, parser.tok.end)
    while True:
        if parser.sign("..."):
            rows[-1].append(parser.dots())
        else:
            rows[-1].append(parser.expr_or_test())
        if parser.sign(",", ";", "\\\\"):
            if parser.next().value != ",":
                rows.append([])
            elif mode == "plain" and not parser.latex:
                parser.bracket = "lines"
            if parser.sign("]"):
                break
        elif parser.bracket == "lines" and not parser.sign("]") and parser.breaks_off():
            rows.append([])
        elif parser.sign("]") or mode == "plain" and not parser.sign("...") or parser.tok.kind == "stop":
            break
        elif parser.breaks_off():
            rows.append([])  # as MATLAB and Julia have it
    parser.bracket = ""
    closing = parser.expect("]", opened)
    parser.outside(state)
    rows = [row for row in rows if row]
    start, end = opened.start, closing.end
    width = max(len(row) for row in rows)
    _no_decimal_commas(parser, rows, start, end)
    if len(rows) == width == 1 and rows[0][0].is_condition:
        return Piece("indicator", None, rows[0], start, end, {"width": 1})
    if len(rows) == 1 and all(
        p.kind == "bracket" and not p.extra.get("matrix") and len(p.value) == 1 for p in rows[0]
    ):
        return array([inner.value[0] for inner in rows[0]], start, end, width=width, nested=True)
    return array(rows, start, end, width=width)
