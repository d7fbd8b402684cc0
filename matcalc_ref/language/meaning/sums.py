"""Sums and differences."""

from __future__ import annotations

import re

from matcalc_ref.language.meaning import dots
from matcalc_ref.language.meaning.context import Context, Operand
from matcalc_ref.language.operations import MINUS_UNIT
from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.sizes import ONE, SCALAR
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.tree import Apply, Node, Number, is_op

_SIGN = re.compile(r"[-−+\s]+")
_ONE = re.compile(r"[-−+\s]*1(?=\s+\S)")


def add(m: Context, piece: Piece) -> Node:
    operands = [m.operand(p) for p in dots.terms(m, piece.parts)]
    if len(operands) == 1:
        return operands[0].node
    shaped = operands[0]  # the first that is no number, if there is one
    shape = m.shape(shaped.node)
    for other in operands[1:]:
        theirs = m.shape(other.node)
        if SCALAR in (shape, theirs):
            alone, array = (other, shaped) if theirs == SCALAR else (shaped, other)
            shaped, shape = array, m.shape(array.node)
            if shape != SCALAR and ONE not in shape:
                raise _number_and_matrix(m, alone, array)
        elif not m.sizes.same_shape(shape, theirs):
            refusal = m.mismatch("misfit-added", shaped, other)
            refusal.choices = _with_ones(m, shaped, other)
            raise refusal
        else:
            shape = m.sizes.shape(shape)
    return Apply("add", tuple(o.node for o in operands), shape)


def _with_ones(m: Context, *operands: Operand) -> tuple[str, ...]:
    """`x 1⃗ᵀ + 1⃗ wᵀ` where the 1 of `1 wᵀ` was read as the number, or is missing."""
    start, end = operands[0].start, operands[-1].end
    for operand, beside in (operands, operands[::-1]):
        (rows, columns), matrix = m.shape(operand.node), m.shape(beside.node)
        if ONE in matrix or ONE not in (rows, columns):
            continue
        one = _ONE.match(m.text, operand.start, end)
        if one and rows == ONE:
            return (f"{m.text[start : one.end()]}\u20d7{m.text[one.end() : end]}",)
        if not m.sizes.could((columns, matrix[1]) if rows == ONE else (rows, matrix[0])):
            continue
        sign = _SIGN.match(m.text, operand.start, end)
        first = sign.end() if sign else operand.start
        vector = m.text[first : operand.end].strip()
        wide = f"1⃗ ({vector})" if rows == ONE else f"({vector}) 1⃗ᵀ"  # as NumPy broadcasts it
        return (f"{m.text[start:first]}{wide}{m.text[operand.end : end]}",)
    return ()


def _number_and_matrix(m: Context, number: Operand, matrix: Operand) -> Refusal:
    rows, columns = m.shape(matrix.node)
    said, size = m.said(number).lstrip("+-− "), m.sized((rows, columns))
    choices = [f"({said}) ones({rows}, {columns})" if size else f"({said}) 1⃗ 1⃗ᵀ"]
    square = not size or rows == columns
    if square:
        choices.append(f"({said}) I")
    return m.fail(
        "number-and-square" if square else "number-and-matrix", number, matrix, choices=choices,
        number=said, matrix=m.said(matrix).lstrip("+-− "), size=size,
    )  # fmt: skip


def negative(m: Context, piece: Piece) -> Node:
    inner = m.operand(piece.parts[0])
    if inner.literal and isinstance(inner.node, Number):
        return Number(-inner.node.value)
    if inner.flat and is_op(inner.node, "mul"):
        return Apply("mul", (MINUS_UNIT, *inner.node.arguments), inner.node.shape)
    return Apply("mul", (MINUS_UNIT, inner.node), inner.node.shape)
