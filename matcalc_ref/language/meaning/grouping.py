"""What belongs together in a product of signs and factors side by side."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from matcalc_ref.language.evaluate import Points, evaluate
from matcalc_ref.language.meaning import products
from matcalc_ref.language.meaning.context import Context, Operand
from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.syntax.surface import Piece, is_one, parted
from matcalc_ref.language.tree import Node


def chain(m: Context, piece: Piece) -> Operand:
    """Factors side by side bind tighter than `⊙`, `·`, `@`; where only the other grouping fits, it is meant,
    and where both fit and differ, it is asked back."""
    if "/?" in piece.value:
        return _divided(m, piece)
    _no_swallowed_fraction(m, piece)
    _no_short_exponent(m, piece)
    runs = [factors(m, part) if part.kind == "run" else [m.operand(part)] for part in piece.parts]
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
    if second is not None and differ(m, first.node, second.node):
        k = next((k for k in beside if piece.value[k] in "⊙⊘"), beside[0])
        left, run, sign = m.text[piece.start : piece.parts[k - 1].end], runs[k], piece.value[k]
        head, rest = m.said(run[0]), m.text[run[1].start : run[-1].end]
        choices = (f"({left} {sign} {head}) {rest}", f"{left} {sign} ({m.said(piece.parts[k])})")
        raise m.fail("grouping", piece, choices=choices, sign=sign)
    return first


def _divided(m: Context, piece: Piece) -> Operand:
    """`1/n x xᵀ`, divided by the first factor or by all; asked back unless the shapes allow one alone."""
    at = piece.value.index("/?")
    signs, parts = list(piece.value), list(piece.parts)
    under = parts[at]
    run = under.parts[0] if under.kind == "neg" else under
    first, tail = parted(run)
    lower = Piece("neg", None, [first], under.start, first.end) if under.kind == "neg" else first
    by_all = [*signs[:at], "/", *signs[at + 1 :]], parts
    by_first = [*signs[:at], "/", "then", *signs[at + 1 :]], [*parts[:at], lower, tail, *parts[at + 1 :]]
    before: Any = dict(m.sizes.known)
    readings: list[Any] = []
    for new_signs, new_parts in (by_first, by_all):
        m.sizes.known = dict(before)
        readings.append(None)
        with suppress(Refusal):
            read = m.operand(Piece("chain", new_signs, new_parts, piece.start, piece.end))
            readings[-1] = read, m.sizes.known
    if readings[0] and not readings[1]:
        read, m.sizes.known = readings[0]
        return read
    left = m.text[piece.start : parts[at - 1].end]
    whole, head, beside = m.said(under), m.said(first), m.text[tail.start : run.end].strip()
    above = m.text[piece.start : run.end].strip()
    choices = (f"({left}/{head}) {beside}", f"{left}/({whole})")
    at_fault = Piece("chain", None, [], piece.start, run.end)
    raise m.fail("fraction", at_fault, choices=choices, whole=whole, head=head, above=above)


def _no_short_exponent(m: Context, piece: Piece) -> None:
    """Asks back where the exponent of `e^-w·x` ends, with vectors."""
    for part, right, sign in zip(piece.parts, piece.parts[1:], piece.value[1:], strict=False):
        power = part.parts[-1] if part.kind == "run" else part
        if sign != "·" or power.kind != "power" or m.text[power.end - 1] in ")}":
            continue
        base, upper = power.parts
        if base.kind == "name" and base.value.category == "constant" and not m.scalar(m.node(upper)):
            lower, above, rest = m.said(base), m.said(upper), m.said(right)
            choices = (f"{lower}^({above}·{rest})", f"({lower}^({above}))·{rest}")
            at_fault = Piece("chain", None, [], power.start, right.end)
            raise m.fail("exponent-end", at_fault, choices=choices, upper=above)


def _no_swallowed_fraction(m: Context, piece: Piece) -> None:
    """Asks back what stands under the stroke of `x·w/x·x`, whose divisor is no number."""
    signs, parts = piece.value, piece.parts
    for k in range(1, len(signs) - 1):
        if signs[k] == "/" and signs[k + 1] in ("·", "@", "*") and not m.scalar(m.node(parts[k])):
            head, tail = m.said(parts[k]), m.text[parts[k + 1].start : piece.end]
            before, whole = m.text[piece.start : parts[k - 1].end], m.text[parts[k].start : piece.end]
            sign = m.text[parts[k].end : parts[k + 1].start]
            choices = (f"({before}/{head}){sign}{tail}", f"({before})/({whole})")
            raise m.fail("fraction", piece, choices=choices, whole=whole, head=head, above=m.said(piece))


def run(m: Context, piece: Piece) -> Operand:
    """Factors side by side."""
    return side_by_side(m, factors(m, piece))


def factors(m: Context, piece: Piece) -> list[Operand]:
    """The factors of a run; the 1 of `1[z > 0]` and the I of `I(z > 0)` are no factors."""
    parts = piece.parts
    kept = [
        part
        for k, part in enumerate(parts)
        if k + 1 == len(parts) or not (_bold_one(part) and _condition(parts[k + 1], part.kind))
    ]
    return [m.operand(part) for part in kept]


def _bold_one(piece: Piece) -> bool:
    """Whether a piece may be the 1 of an indicator, as in `1[z > 0]`, `1{z > 0}`, `I(z > 0)`."""
    identity = piece.kind == "name" and piece.value.category == "identity"
    return identity or is_one(piece)


def _condition(piece: Piece, before: str) -> bool:
    if piece.kind == "transpose":
        return _condition(piece.parts[0], before)
    if piece.kind == "indicator":
        return before == "num"
    return piece.kind == "group" and piece.parts[0].is_condition


def tight(m: Context, signs: list[str], runs: list[list[Operand]]) -> Operand:
    """Each run is one factor of the chain."""
    result = side_by_side(m, runs[0])
    for sign, run in zip(signs[1:], runs[1:], strict=True):
        result = products.times(m, sign, result, side_by_side(m, run))
    return result


def flat(m: Context, signs: list[str], runs: list[list[Operand]]) -> Operand:
    """From left to right, side by side like any sign."""
    result = side_by_side(m, runs[0])
    for sign, run in zip(signs[1:], runs[1:], strict=True):
        result = side_by_side(m, [products.times(m, sign, result, run[0]), *run[1:]])
    return result


def side_by_side(m: Context, operands: list[Operand]) -> Operand:
    result = operands[0]
    for operand in operands[1:]:
        result = products.times(m, "", result, operand)
    return result


def attempt(
    grouping: Callable[..., Operand], m: Context, signs: list[str], runs: list[list[Operand]]
) -> tuple[Operand | None, Refusal | None]:
    try:
        return grouping(m, signs, runs), None
    except Refusal as refusal:
        return None, refusal


def differ(m: Context, first: Node, second: Node) -> bool:
    """Whether two groupings of a product have different values; none is seen where sizes are open."""
    if first == second or m.shape(first) != m.shape(second) or m.sizes.count:
        return first != second and m.shape(first) != m.shape(second)
    sizes = {name: 2 + k for k, name in enumerate(sorted(m.scope.dimensions))}
    rng = np.random.default_rng(1)
    shapes = {name: (1, *(s.at(sizes) for s in shape)) for name, shape in m.scope.shapes.items()}
    points = Points(sizes, {name: rng.uniform(0.5, 1.5, shape) for name, shape in shapes.items()}, 1)
    try:
        return not np.allclose(evaluate(first, points), evaluate(second, points), equal_nan=True)
    except (KeyError, ValueError):
        return False  # an index stands free: the shapes alone decide
