"""The whole answer: a formula, or one with a left side, as in `J = …` and `J_{ij} = …`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise

from matcalc_ref.language.scope import canonical
from matcalc_ref.language.syntax.cursor import Cursor
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.tokens import INDICES, Token

_DECIMAL = r"(?<![\w.,{])(\d+),(\d+)(?![\d.,])"
_PLACES = r"_([\dijkl],[\dijkl])\b"
_INDICES = re.compile("[ijkl]+|1[ijkl]|[ijkl]1")  # a 1 says that this side has size 1


def statement(parser: Cursor) -> Piece:
    """The surface of the whole text; a left side with indices becomes a piece `entries`. Raises Refusal."""
    equals = _top_level_equals(parser.toks)
    if equals:
        sides = _sides(parser, equals)
        indices = _label(sides[0])
        answers = [side for side in sides[1:] if len(sides) == 2 or not _is_named(side)]
        if indices is None or len(answers) != 1 or answers != sides[-1:]:
            answers = [*([] if _is_named(sides[0]) else sides[:1]), *answers]
            answers = [part for side in answers for part in _parts(side)] if len(answers) > 1 else []
            if any(side[at].sign("...") for side in answers for at, d in enumerate(_depths(side)) if d == 0):
                answers = []  # how far an index runs
            offered = tuple(parser.slice(side[0].start, side[-1].end) for side in answers if side)
            sign = parser.toks[equals[0]]
            raise parser.fail("which-answer", sign.start, sign.end, offered)
        if _is_transposed(sides[0]):
            left, right = sides[0], parser.text[parser.toks[equals[-1]].end :].strip()
            offered = () if any(t.kind == "sub" or t.sign("_") for t in left) else (right, f"({right})^T")
            said = parser.slice(0, left[-1].end)
            raise parser.fail("label-transposed", 0, left[-1].end, offered, left=said)
        _no_sizes_as_indices(parser, sides[0], sides[-1])
        parser.at = equals[-1] + 1
    result = parser.expr(commas=True)
    if parser.tok.kind != "stop":
        for token in parser.toks[equals[-1] + 1 if equals else 0 :]:
            if token.kind == "name" and token.value.category == "unknown" and len(token.value.written) > 2:
                word = token.value.written
                raise parser.fail("unknown", token.start, token.end, word=word, known="")
        if parser.sign(","):
            written = parser.text.strip()
            cases = re.search(r"[<>≤≥].*[;\n]", written)
            if cases:
                written = re.sub(r"\s*;?\s*\n\s*", "; ", written)
            choices = [f"{{{written}}}" if cases else f"[{written}]"]
            if re.search(_DECIMAL, written):
                choices.insert(0, re.sub(_DECIMAL, r"\1.\2", written))
            if re.search(_PLACES, written):  # A_1,2
                choices.insert(0, re.sub(_PLACES, r"_{\1}", written))
            if re.fullmatch(r"[-−]?\d{1,3}(,\d{3})+", written):
                choices.insert(0, written.replace(",", ""))
            raise parser.fail("comma-formulas", parser.tok.start, None, tuple(choices))
        raise parser.unexpected()
    if equals and indices:
        return Piece("entries", indices, [result], 0, result.end)
    return result


def _no_sizes_as_indices(parser: Cursor, left: list[Token], right: list[Token]) -> None:
    """Refuses `J_{mn} = A_{mn}`, in which the sizes m and n are meant as indices."""
    letters = {word for word, _ in _subscripts(left)}
    for word, (before, token) in _subscripts(right):
        sized = before.kind in ("num", "fill", "indicator") or str(getattr(before.value, "key", "")) == "I"
        if word in letters and not sized:
            raise parser.fail("index-letters", token.start, token.end, index=word)


def _subscripts(side: list[Token]) -> Iterator[tuple[str, tuple[Token, Token]]]:
    """The letters in the subscripts of a side that are no indices here, each with what it stands behind."""
    base, inner = side[0] if side else None, False
    for before, token in pairwise(side):
        inner = before.sign("_") or inner and not before.sign("}")
        if token.kind == "sub" or token.sign("_"):
            base = before
        written = token.value if token.kind == "sub" else ""
        if inner and token.kind == "name":
            written = token.value.written
        for letter in written if written.isalpha() and len(written) < 3 else "":
            if letter not in INDICES and base:
                yield letter, (base, token)


def _top_level_equals(toks: list[Token]) -> list[int]:
    found = []
    for k, (token, depth) in enumerate(zip(toks, _depths(toks), strict=True)):
        if token.sign("if"):
            break
        if token.sign("=") and depth == 0:
            before = toks[k - 2] if k >= 2 and toks[k - 1].kind == "sub" else token
            if not (before.sign("Σ") or getattr(before.value, "key", "") in ("sum", "prod")):  # sum_i=1^n
                found.append(k)
    return found


def _sides(parser: Cursor, equals: list[int]) -> list[list[Token]]:
    cuts = [-1, *equals, len(parser.toks) - 1]
    *before, last = [parser.toks[a + 1 : b] for a, b in pairwise(cuts)]
    sides: list[list[Token]] = []
    for side in before:  # `f = … \\ g = …`: what ends there, and the next left side
        end = next((k for k, depth in enumerate(_depths(side)) if depth == 0 and side[k].sign("\\\\")), None)
        sides += [side] if end is None else [part for part in (side[:end], side[end + 1 :]) if part]
    return [*sides, last]


def _parts(side: list[Token]) -> list[list[Token]]:
    """What commas part on one side, without what only names something: `2z` of `2z, ∂f/∂t`."""
    parts: list[list[Token]] = [[]]
    for token, depth in zip(side, _depths(side), strict=True):
        if depth == 0 and token.sign(",", ";", "and"):
            parts.append([])
        elif token.kind != "stop":
            parts[-1].append(token)
    rest = [part for part in parts if part and not _is_named(part)]
    return rest if len(parts) > 1 and len(rest) < len(parts) else [side]


def _depths(side: list[Token]) -> Iterator[int]:
    """In how many brackets and environments each token lies."""
    return accumulate(token.depth + (token.kind == "begin") - (token.kind == "end") for token in side)


def _is_named(side: list[Token]) -> bool:
    """Whether a side only names what is asked for, or has derivatives in it that are not worked out."""
    if not side:
        return True
    if any(token.kind == "deriv" for token in side):
        several = any(
            depth == 0 and token.sign(",", ";", "\\\\", "and")
            for token, depth in zip(side, _depths(side), strict=True)
        )
        first = side[0]
        return not several and (first.kind in ("deriv", "begin") or first.sign("[", "(", "{"))
    unknown = side[0].kind == "name" and side[0].value.category == "unknown"
    return unknown and _label(side) is not None


def _is_transposed(left: list[Token]) -> bool:
    """Whether a left side is the transpose of a derivative, as in `J^T = …`; `y'` and `∂f/∂x^T` are none."""
    if len(left) < 2 or left[-1].kind != "T" or left[-1].value == "'":
        return False
    return not (left[-2].kind == "deriv" and left[-2].value[2])


def _letters(subscript: str) -> list[str]:
    return re.findall(r"[A-Za-z]", canonical(subscript))


def _indices(toks: list[Token]) -> list[str] | None:
    """The indices that these tokens are, with or without commas; None where they are something else."""
    written = "".join(str(t.value.key if t.kind == "name" else t.value) for t in toks if not t.sign(","))
    return list(written) if _INDICES.fullmatch(written) else None


def _label(left: list[Token]) -> list[str] | None:
    """The free indices of a left side; [] for a mere name; None where it is a formula of its own."""
    if not left:
        return []
    bars = (k for k, (bar, sub) in enumerate(pairwise(left)) if k and bar.sign("|") and sub.sign("_"))
    left = left[: next(bars, None)]  # what stands before `|_{x=w}`
    if len(left) > 3 and left[1].kind in ("sub", "sign") and left[-1].sign(")"):  # J_{ij}(x)
        called = next((k for k, t in enumerate(left) if k > 1 and t.sign("(")), None)
        left = left[:called]
    brackets = "()[]{}" if left[0].sign("{") else "()[]"
    toks = [t for t in left if not t.sign(*brackets)]
    if left[0].kind == "name" and len(left) > 1 and left[1].sign("[", "("):  # J[i, j], J(i, j)
        indices = _indices(toks[1:])
        if indices or left[1].sign("["):
            return indices
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
        indices = _indices([t for t in toks[2:] if not t.sign("{", "}")])
        if indices is not None:
            return indices
    plain = all(t.kind in ("name", "sub", "T", "num") or t.sign(*"_{},") for t in toks)
    return [] if plain and toks[0].value.category == "unknown" else None  # f(x) = …, f'(x) = …
