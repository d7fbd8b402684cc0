"""The whole answer: a formula, or one with a left side, as in `J = …` and `J_{ij} = …`."""

from __future__ import annotations

import re
from itertools import pairwise

from matcalc_ref.language.scope import canonical
from matcalc_ref.language.syntax.cursor import Cursor
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.tokens import Token

_INDICES = re.compile("[ijkl]+|1[ijkl]|[ijkl]1")  # a 1 says that this side has size 1


def statement(parser: Cursor) -> Piece:
    """The surface of the whole text; a left side with indices becomes a piece `entries`. Raises Refusal."""
    equals = _top_level_equals(parser.toks)
    if equals:
        left, rest = parser.toks[: equals[-1]], equals[-1]
        indices = _label(parser, left) if len(equals) == 1 else None
        if indices is None:
            sides = _sides(parser, equals)
            raise parser.fail("which-answer", *_span(parser, equals), tuple(sides))
        parser.at = rest + 1
    result = parser.expr(commas=True)
    if parser.tok.kind != "stop":
        if parser.sign(","):
            written = parser.text.strip()
            choices = [f"[{written}]"]
            if re.search(r"\d,\d", written):
                choices.insert(0, re.sub(r"(?<=\d),(?=\d)", ".", written))
            if re.fullmatch(r"[-−]?\d{1,3}(,\d{3})+", written):
                choices.insert(0, written.replace(",", ""))
            raise parser.fail("comma-formulas", parser.tok.start, None, tuple(choices))
        raise parser.unexpected()
    if equals and indices:
        return Piece("entries", indices, [result], 0, result.end)
    return result


def _top_level_equals(toks: list[Token]) -> list[int]:
    depth, found = 0, []
    for k, token in enumerate(toks):
        depth += token.depth + (token.kind == "begin") - (token.kind == "end")
        if token.sign("if"):
            break
        if token.sign("=") and depth == 0:
            before = toks[k - 2] if k >= 2 and toks[k - 1].kind == "sub" else token
            if not (before.sign("Σ") or getattr(before.value, "key", "") == "sum"):  # sum_i=1^n
                found.append(k)
    return found


def _span(parser: Cursor, equals: list[int]) -> tuple[int, int]:
    token = parser.toks[equals[0]]
    return token.start, token.end


def _sides(parser: Cursor, equals: list[int]) -> list[str]:
    cuts = [-1, *equals, len(parser.toks) - 1]
    sides = []
    for a, b in pairwise(cuts):
        if b > a + 1:
            sides.append(parser.slice(parser.toks[a + 1].start, parser.toks[b - 1].end))
    return sides


def _letters(subscript: str) -> list[str]:
    return re.findall(r"[A-Za-z]", canonical(subscript))


def _label(parser: Cursor, left: list[Token]) -> list[str] | None:
    """The free indices of a left side; [] for a mere name; None where it is a formula of its own."""
    if not left:
        return []
    toks = [t for t in left if not t.sign("(", ")")]
    if toks and toks[0].kind == "deriv":
        _, above, _, below = toks[0].value
        plain = all(t.kind in ("T", "sub") for t in toks[1:])
        called = len(toks) < len(left) and all(t.kind in ("name", "sub") or t.value == "," for t in toks[1:])
        applied = not toks[0].value[0] and len(toks) > 1  # ∂/∂x of any formula
        if not (plain or called or applied):
            return None
        outer = "".join(str(t.value) for t in toks[1:] if t.kind == "sub")
        found = [*_letters(above or ""), *_letters(below or ""), *_letters(outer)]
        if applied:
            found = [*_letters(outer), *_letters(below or "")]
        return found if all(c in "ijkl" for c in found) else []
    if not toks or toks[0].kind != "name" or toks[0].value.category in ("function", "dimension", "index"):
        return None
    if len(toks) == 1:
        return []
    if toks[1].kind == "sub" and len(toks) == 2:
        letters = list(toks[1].value)
        return letters if _INDICES.fullmatch(toks[1].value) else []
    if toks[1].value == "_":
        inner = [t for t in toks[2:] if not t.sign("{", "}", ",")]
        written = "".join(str(t.value.key if t.kind == "name" else t.value) for t in inner)
        if _INDICES.fullmatch(written):
            return list(written)
    plain = all(t.kind in ("name", "sub", "T", "num") or t.sign(*"_{},") for t in toks)
    return [] if plain and toks[0].value.category == "unknown" else None  # f(x) = …, f'(x) = …
