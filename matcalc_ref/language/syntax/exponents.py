"""Where an exponent ends: `x^2_i`, `e^-w^T x`, `z^1/2`."""

from __future__ import annotations

from matcalc_ref.language.syntax.cursor import Cursor
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.tokens import Token


def exponent(p: Cursor, base: Piece) -> Piece:
    start, negative = p.tok.start, p.minus()
    token = p.tok
    part = p.atom()
    if p.index_follows() and part.kind == "name":  # x^2_i is x_i^2
        part = p.subscript(part)
    _no_cut(p, base, token, start)
    one = token.kind == "num" and token.value == 1 and p.text[token.start].isdigit()
    if p.accept("^"):
        upper_part = exponent(p, part)
        part = Piece("power", "^", [part, upper_part], part.start, upper_part.end)
    bare = p.text[token.start] not in "{(" and token.end > token.start
    if bare and p.sign("/") and not p.tok.space and (one or negative):
        _no_slash(p, base, p.slice(start, part.end), one and not negative)
    if bare and p.tok.kind == "T" and _is_euler(base):
        _no_transpose(p, base, p.slice(start, part.end))
    return Piece("neg", None, [part], start, part.end) if negative else part


def _no_cut(p: Cursor, base: Piece, token: Token, start: int) -> None:
    """Asks back where the exponent ends that begins with `token`: LaTeX's `x^10`, and `e^2x`."""
    written, after, end = p.said(token), p.tok, p.end
    if token.kind == "num" and p.latex and len(written) > 1 and token.value >= 10:
        raise p.fail("latex-exponent", base.start, token.end, (f"^{{{written}}}",))
    beside = token.kind in ("num", "name") and after.kind == "name" and after.start == end
    one_word = token.kind == "name" and token.value.category != "function" or _is_euler(base)
    if beside and one_word and after.value.category != "function":
        lower, upper, word = p.said(base), p.slice(start, end), p.said(after)
        choices = (f"{lower}^({upper}) {word}", f"{lower}^({upper} {word})")
        raise p.fail("exponent-end", base.start, after.end, choices, upper=upper)


def _no_slash(p: Cursor, base: Piece, upper: str, root: bool) -> None:
    """Asks back whether `z^1/2` is a root, and `e^-z/2` a quotient."""
    below = p.toks[p.at + 1]
    named = below.kind == "name" and below.value.category not in ("function", "constant")
    if (below.kind == "num" or _is_euler(base) and named) and not below.space:
        here = p.at
        p.next()
        divisor = p.power()
        p.at = here
        lower, under = p.said(base), p.said(divisor)
        alone = f"{lower}/{under}" if root else f"{lower}^({upper})/{under}"
        raise p.fail("exponent-slash", base.start, divisor.end, (f"{lower}^({upper}/{under})", alone))


def _no_transpose(p: Cursor, base: Piece, upper: str) -> None:
    """Asks back what is transposed in `e^-w^T x`."""
    here, sign = p.at, p.next()
    rest = p.slice(p.run().start, p.end) if p.starts_operand() else ""
    p.at = here
    if rest:
        lower, turned = p.said(base), p.said(sign)
        choices = (f"{lower}^({upper}{turned} {rest})", f"({lower}^({upper})){turned} {rest}")
        raise p.fail("exponent-end", base.start, sign.end, choices, upper=upper)


def _is_euler(base: Piece) -> bool:
    return base.kind == "name" and base.value is not None and base.value.category == "constant"
