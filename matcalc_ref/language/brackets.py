"""Square brackets: an indicator, a row, a column, a matrix, or entries parted by spaces as MATLAB writes
them."""

from __future__ import annotations

from matcalc_ref.language.parser import Parser
from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.surface import Piece


def bracket(parser: Parser) -> Piece:
    """`[z > 0]`, `[a, b]`, `[a; b]`, `[[a, b], [c, d]]`, `[1 2; 3 4]`, `[a, …, b]`. Raises Refusal."""
    opened = parser.tok
    here = parser.at
    plain: Piece | None = None
    problem: Refusal | None = None
    outer_loose, parser.loose = parser.loose, False
    state = parser.bars, parser.bracket, parser.condition
    try:
        plain = _rows(parser, "plain")
    except Refusal as refusal:
        problem = refusal
    after, loose = parser.at, parser.loose
    split: Piece | None = None
    if loose or (plain is None and problem):
        parser.at = here
        parser.bars, parser.bracket, parser.condition = state
        try:
            split = _rows(parser, "split")
        except Refusal as refusal:
            problem = problem or refusal
    parser.loose = outer_loose
    parser.bars, parser.bracket, parser.condition = state
    if split is not None and any(t.value == "," and t.kind == "sign" for t in _top(parser, here, parser.at)):
        split = None  # commas part the entries: spaces do not
    if plain is None and split is None:
        assert problem
        raise problem
    if plain is None:
        assert split
        return split
    parser.at = after
    if split is not None and split.extra["width"] > 1 and plain.kind != "indicator":
        plain.extra["split"] = split
    del opened
    return plain


def _top(parser: Parser, start: int, stop: int) -> list:
    depth, found = 0, []
    for token in parser.toks[start:stop]:
        if token.kind == "sign" and token.value in "([{":
            depth += 1
        elif token.kind == "sign" and token.value in ")]}":
            depth -= 1
        elif depth == 1:
            found.append(token)
    return found


def _rows(parser: Parser, mode: str) -> Piece:
    opened = parser.next()
    state = parser.inside()
    parser.bracket = mode
    rows: list[list[Piece]] = [[]]
    if parser.sign("]"):
        raise parser.fail("These brackets are empty.", opened.start, parser.tok.end)
    while True:
        if parser.sign("..."):
            dots = parser.next()
            rows[-1].append(Piece("dots", None, [], dots.start, dots.end))
        else:
            rows[-1].append(parser.expr())
            if parser.sign("="):
                parser.at = parser.at_of(rows[-1].pop().start)
                rows[-1].append(parser.test())
        if parser.sign(",") or parser.sign(";", "\\\\"):
            if parser.next().value != ",":
                rows.append([])
            if parser.sign("]"):
                break
        elif parser.sign("]") or mode == "plain" and not parser.sign("...") or parser.tok.kind == "stop":
            break
    parser.bracket = ""
    closing = parser.expect("]", opened)
    parser.outside(state)
    rows = [row for row in rows if row]
    start, end = opened.start, closing.end
    width = max(len(row) for row in rows)
    if len(rows) == width == 1 and rows[0][0].kind in ("compare", "logic"):
        return Piece("indicator", None, rows[0], start, end, {"width": 1})
    if len(rows) == 1 and all(
        p.kind == "bracket" and not p.extra.get("matrix") and len(p.value) == 1 for p in rows[0]
    ):
        rows = [inner.value[0] for inner in rows[0]]
        return Piece(
            "bracket", rows, [p for row in rows for p in row], start, end, {"width": width, "nested": True}
        )
    return Piece("bracket", rows, [p for row in rows for p in row], start, end, {"width": width})
