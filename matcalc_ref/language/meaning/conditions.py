"""Comparisons, logic, cases, and bars."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from matcalc_ref.language.meaning.context import Context, Operand
from matcalc_ref.language.operations import MINUS_UNIT, UNIT, ZERO
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import ONE, SCALAR
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.table import COMPARISONS, Misfit
from matcalc_ref.language.tree import Apply, Cases, Index, Node, Number


def comparison(m: Context, piece: Piece) -> Node:
    nodes = [m.node(p) for p in piece.parts]
    tests = []
    for operation, (a, b), places in zip(piece.value, pairwise(nodes), pairwise(piece.parts), strict=True):
        if isinstance(a, Index) and isinstance(b, Index):
            m.ties.append((a.name, b.name))
        try:
            tests.append(m.make(operation, a, b))
        except Misfit:
            raise m.mismatch("misfit-compared", *map(Operand.of, (a, b), places)) from None
    return tests[0] if len(tests) == 1 else _join(m, "mul", tests, piece.parts)


def logic(m: Context, piece: Piece) -> Node:
    nodes = [m.node(p) for p in piece.parts]
    for node, part in zip(nodes, piece.parts, strict=True):
        if not is_condition(node) and piece.value == "not":
            raise m.fail("no-condition", part, said=m.said(part))
        if not is_condition(node):  # two answers
            raise m.fail("which-answer", piece, choices=[m.said(p) for p in piece.parts])
    if piece.value == "not":
        return m.make("eq", nodes[0], ZERO)
    return _join(m, "mul" if piece.value == "and" else "max", nodes, piece.parts)


def is_condition(node: Node) -> bool:
    """Whether a tree is made of comparisons; 0 and 1 are false and true."""
    match node:
        case Number(value):
            return value in (0, 1)
        case Apply(operation, arguments):
            joined = operation in ("mul", "max", "min", "transpose") and all(map(is_condition, arguments))
            return operation in COMPARISONS or joined
    return False


def _join(m: Context, operation: str, nodes: list[Node], pieces: list[Piece]) -> Node:
    """Conditions that hold together, or one of them."""
    try:
        return m.make(operation, *nodes)
    except Misfit:
        first, last = (Operand.of(nodes[k], pieces[k]) for k in (0, -1))
        raise m.mismatch("misfit-joined", first, last) from None


def bars(m: Context, piece: Piece) -> Node:
    inner = m.node(piece.parts[0])
    if m.scalar(inner):
        return m.make("abs", inner)
    word = m.said(piece.parts[0])
    rows, columns = m.shape(inner)
    choices = [f"norm({word})", f"abs({word})"]
    if ONE in (rows, columns):
        choices.insert(0, str(rows if columns == ONE else columns))
    elif rows == columns:
        choices.append(f"det({word})")
    raise m.fail("bars", piece, choices=tuple(choices), word=word, shape=m.show(inner))


def cases(m: Context, piece: Piece) -> Node:
    places, conditions = piece.parts[0::2], piece.parts[1::2]
    values, tests = [m.node(p) for p in places], [m.node(p) for p in conditions]
    for test, part in zip(tests, conditions, strict=True):
        if not is_condition(test):
            raise m.fail("no-condition", part, said=m.said(part))
    otherwise = None if piece.value is None else m.node(piece.value)
    pairs = list(zip(values, tests, strict=True))
    return chosen(m, pairs, otherwise, piece, [*places, piece.value])


def _zeros(m: Context, *values: Node) -> str:
    """Zeros as they are typed, in the shape of the value that is not the number 0."""
    rows, columns = next((shape for shape in map(m.shape, values) if shape != SCALAR), SCALAR)
    if ONE in (rows, columns):
        return f"zeros({rows})" if columns == ONE else f"zeros({columns})^T"
    return f"zeros({rows}, {columns})"


def chosen(
    m: Context, pairs: list[tuple[Node, Node]], otherwise: Node | None, piece: Piece, places: list[Any]
) -> Node:
    values = [v for v, _ in pairs] + ([otherwise] if otherwise is not None else [])
    shape = m.shape(values[0])
    for value, place in zip(values[1:], places[1:], strict=False):
        theirs = m.shape(value)
        if not m.sizes.same_shape(shape, theirs):
            first, other = Operand.of(values[0], places[0]), Operand.of(value, place)
            refusal = m.mismatch("misfit-cases", first, other)
            if any(isinstance(v, Number) and v.value == 0 for v in (values[0], value)):
                refusal.message += " " + say("hint-zeros", zeros=_zeros(m, values[0], value))
            raise refusal
    if all(m.scalar(test) for _, test in pairs):
        return Cases(tuple(pairs), otherwise)
    if otherwise is None or len(pairs) > 1:
        raise m.fail("condition-vector", piece)
    value, test = pairs[0]
    try:
        rest = m.make("add", UNIT, m.make("mul", MINUS_UNIT, test))
        return m.make("add", m.make("mul", test, value), m.make("mul", rest, otherwise))
    except Misfit:
        raise m.fail("condition-misfit", piece, condition=m.show(test), value=m.show(value)) from None
