"""Sums and products over an index, and LaTeX environments: matrices and cases."""

from __future__ import annotations

from typing import Any

from matcalc_ref.language.syntax.cursor import Cursor
from matcalc_ref.language.syntax.surface import Piece, array, conditions, leaf
from matcalc_ref.language.syntax.tokens import CLOSING, Token
from matcalc_ref.language.syntax.words import COMPARE

MATRICES = frozenset("matrix bmatrix pmatrix Bmatrix smallmatrix array vmatrix Vmatrix".split())


def bigsum(p: Cursor, token: Token) -> Piece:
    """`Σ_i`, `sum_{i=1}^{n}`, `Σ_{i≠j}`, `Σ_{i: z_i>0}` and the product that follows."""
    product = token.kind == "name" and token.value.key == "prod"
    extra: dict[str, Any] = {"indices": [], "low": None, "high": None, "test": None}
    end = token.end
    for _ in range(2):
        if p.tok.kind == "sub":
            sub = p.next()
            if not sub.value.isalpha():
                raise p.fail("sum-index", sub.start, sub.end)
            extra["indices"] = list(sub.value) if sub.value not in ("all", "active") else []
            extra["word"] = sub.value if sub.value in ("all", "active") else None
            if p.accept("="):
                extra["low"] = p.atom()
        elif p.accept("_"):
            sum_indices(p, extra)
        elif p.accept("^"):
            extra["high"] = p.atom() if p.sign("{") else p.exponent(leaf("name", token))
        end = p.end
    if not p.starts_operand():
        if product:
            raise p.fail("function-of-what", token.start, end, function=token.value.written)
        raise p.fail("sum-of-what", *_longer_bound(p, token, end))
    body = p.chain()
    return Piece("bigprod" if product else "bigsum", None, [body], token.start, body.end, extra)


def _longer_bound(p: Cursor, token: Token, end: int) -> tuple[int, int, tuple[str, ...]]:
    """Where `sum_{i=1}^n-1` stands, and that its bound needs braces; no choice for `sum_i -x_i`."""
    sign, last = p.tok, p.toks[p.at + 1 : p.at + 2]
    bound = p.toks[p.at - 1]
    tight = sign.sign("-", "+") and not sign.space and last and last[0].kind == "num" and not last[0].space
    if not (tight and p.toks[p.at - 2].sign("^")):
        return token.start, end, ()
    upper = p.text[bound.start : last[0].end]
    return token.start, last[0].end, (f"{p.slice(token.start, bound.start)}{{{upper}}}",)


def sum_indices(p: Cursor, extra: dict[str, Any]) -> None:
    opened = p.next()
    if opened.value not in ("{", "("):
        raise p.fail("sum-index-braces", opened.start, opened.end)
    if p.tok.kind == "num":
        between_bounds(p, extra)
    else:
        named_indices(p, extra)
    p.expect(CLOSING[opened.value], opened)


def between_bounds(p: Cursor, extra: dict[str, Any]) -> None:
    """The indices of `1 ≤ i < j ≤ n`."""
    test = p.test()
    indices = test.parts[1:-1] if test.kind == "compare" else []
    if not indices or any(part.kind != "name" for part in indices):
        raise p.fail("sum-index", test.start, test.end)
    if test.parts[0].value == 0:
        raise p.fail("entry-zero", test.start, test.end)
    extra["test"], extra["indices"] = test, [part.value.written for part in indices]


def named_indices(p: Cursor, extra: dict[str, Any]) -> None:
    """`i`, `i, j`, `i = 1`, `i = 1, …, n`, `i ∈ {1, …, n}`, `i ≠ j`, `i: z_i > 0`."""
    while True:
        token = p.next()
        if token.kind != "name" or token.value.category == "function":
            raise p.fail("sum-index", token.start, max(token.end, token.start + 1))
        extra["indices"].append(token.value.written)
        if p.sign(","):
            p.next()
        elif p.tok.kind != "name":  # else \sum_{i j}
            break
    if p.accept("="):
        bounds(p, extra)
    elif p.accept("∈"):
        opened = p.next()
        if opened.value == "{":
            bounds(p, extra)
        if extra["high"] is None:
            raise p.fail("sum-index-braces", opened.start, opened.end)
        p.expect("}", opened)
    elif p.accept(":", "|", ";"):
        extra["test"] = p.test()
    elif p.sign(*COMPARE):
        p.at -= 1
        extra["test"] = p.test()


def bounds(p: Cursor, extra: dict[str, Any]) -> None:
    """`1`, `1…n`, `1, …, n`."""
    extra["low"] = p.sum()
    if p.sign(",") and p.toks[p.at + 1].sign("..."):
        p.next()
    if p.accept("..."):
        p.accept(",")
        extra["high"] = p.sum()


def environment(p: Cursor, cases: bool = False) -> Piece:
    opened = p.next()
    name = opened.value
    cases = cases or name in ("cases", "dcases", "rcases")
    if not cases and name not in MATRICES:
        raise p.fail("environment", opened.start, opened.end, name=name)
    state = p.inside()
    p.bracket = "cells"
    rows: list[list[Piece]] = [[]]
    while p.tok.kind not in ("end", "stop"):
        if p.accept("\\\\"):
            rows.append([])
        elif p.sign("&"):
            p.next()
        elif p.sign("..."):
            rows[-1].append(p.dots())
        elif p.sign(",") and (p.toks[p.at + 1].sign("&", "\\\\") or p.toks[p.at + 1].kind == "end"):
            p.next()  # `a, & b`
        elif p.sign("if", ",", "otherwise") and cases:
            word = p.next()
            if word.value == "otherwise":
                rows[-1].append(leaf("otherwise", word))
        elif cases and rows[-1]:
            row, also = rows[-1], len(rows[-1]) == 2 and p.toks[p.at - 1].sign(",")
            row.append(p.test())
            if also and conditions(row[1:]):  # a value & z > 0, t > 0
                row[1:] = [Piece("logic", "and", row[1:], row[1].start, row[2].end)]
        else:
            rows[-1].append(p.logic())
    closing = p.next()
    if closing.kind != "end" or closing.value != name:
        raise p.fail("environment-open", opened.start, opened.end, name=name)
    p.outside(state)
    rows = [row for row in rows if row]
    if not rows:
        raise p.fail("environment-empty", opened.start, closing.end)
    if cases:
        return case_rows(p, rows, opened.start, closing.end)
    matrix = array(rows, opened.start, closing.end, matrix=True)
    if name in ("vmatrix", "Vmatrix"):
        return Piece("call", "det" if name == "vmatrix" else "norm", [matrix], opened.start, closing.end)
    return matrix


def case_rows(p: Cursor, rows: list[list[Piece]], start: int, end: int) -> Piece:
    parts: list[Piece] = []
    otherwise = None
    for row in rows:
        if len(row) != 2 or otherwise is not None:
            raise p.fail("cases-row", row[0].start, row[-1].end)
        if row[1].kind == "otherwise":
            otherwise = row[0]
        else:
            parts += row
    if not parts:
        raise p.fail("cases-none", start, end)
    return Piece("cases", otherwise, parts, start, end)
