"""What belongs together in a product of signs and factors side by side."""

from __future__ import annotations

from collections.abc import Callable

from matcalc_ref.language.meaning import products
from matcalc_ref.language.meaning.context import Context, Operand
from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.syntax.surface import Piece


def chain(m: Context, piece: Piece) -> Operand:
    """Factors side by side bind tighter than `⊙`, `·`, `@`; where only the other grouping fits, it is meant,
    and where both fit and differ, it is asked back."""
    runs = [m.factors(part) if part.kind == "run" else [m.operand(part)] for part in piece.parts]
    beside = [
        k for k, run in enumerate(runs) if k and len(run) > 1 and piece.value[k] in ("⊙", "⊘", "·", "@", "*")
    ]
    if not beside:
        return tight(m, piece.value, runs)
    before = dict(m.sizes.known)
    first, refusal = attempt(tight, m, piece.value, runs)
    after = m.sizes.known
    m.sizes.known = before
    second, _ = attempt(flat, m, piece.value, runs)
    if first is None and second is None:
        assert refusal
        raise refusal
    if first is None:
        assert second
        return second
    m.sizes.known = after
    if second is not None and products.differ(m, first.node, second.node):
        k = next((k for k in beside if piece.value[k] in "⊙⊘"), beside[0])
        left, run, sign = m.text[piece.start : piece.parts[k - 1].end], runs[k], piece.value[k]
        head, rest = m.said(run[0]), m.text[run[1].start : run[-1].end]
        raise m.fail(
            "grouping",
            piece,
            choices=(f"({left} {sign} {head}) {rest}", f"{left} {sign} ({m.said(piece.parts[k])})"),
            sign=sign,
        )
    return first


def tight(m: Context, signs: list[str], runs: list[list[Operand]]) -> Operand:
    """Each run is one factor of the chain."""
    result = side_by_side(m, runs[0])
    for sign, run in zip(signs[1:], runs[1:], strict=True):
        result = m.times(sign, result, side_by_side(m, run))
    return result


def flat(m: Context, signs: list[str], runs: list[list[Operand]]) -> Operand:
    """From left to right, side by side like any sign."""
    result = side_by_side(m, runs[0])
    for sign, run in zip(signs[1:], runs[1:], strict=True):
        result = side_by_side(m, [m.times(sign, result, run[0]), *run[1:]])
    return result


def side_by_side(m: Context, operands: list[Operand]) -> Operand:
    result = operands[0]
    for operand in operands[1:]:
        result = m.times("", result, operand)
    return result


def attempt(
    grouping: Callable[..., Operand], m: Context, signs: list[str], runs: list[list[Operand]]
) -> tuple[Operand | None, Refusal | None]:
    try:
        return grouping(m, signs, runs), None
    except Refusal as refusal:
        return None, refusal
