"""Powers, roots, transposes, and functions of each entry."""

from __future__ import annotations

from matcalc_ref.language.meaning import indices
from matcalc_ref.language.meaning.context import Context
from matcalc_ref.language.meaning.limits import magnitude
from matcalc_ref.language.operations import MINUS_UNIT
from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.sizes import ONE, SCALAR, show_shape
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.tokens import INDICES, SUPERSCRIPTS
from matcalc_ref.language.table import MATRIX_FUNCTIONS, Misfit
from matcalc_ref.language.tree import Apply, Constant, Count, Entry, Index, Node, Number, Variable


def power(m: Context, piece: Piece) -> Node:
    """`x^2`, `A^-1`, `e^x`, `x.^y`."""
    base_piece, upper_piece = piece.parts
    if label := piece.extra.get("label"):
        said, shape = m.said(base_piece), m.shape(m.node(base_piece))
        power = (f"{said}^{{{label}}}",) if ONE in shape or shape[0] == shape[1] else ()
        entry = (f"{said}_{{{label}}}",) if label.isdecimal() or label in INDICES else ()
        offered = () if piece.extra.get("index") else (*power, *entry)
        raise m.fail("power-or-label", piece, choices=offered, upper=label)
    if upper_piece.kind == "name" and m.said(upper_piece) == "t" and not m.scalar(of := m.node(base_piece)):
        said, dot = m.said(base_piece), "" if m.vector(of) else "."
        turned, raised = f"{said}^T", f"{said}{dot}^(t)"
        if "t" in m.scope.shapes:
            raise m.fail("transpose-or-t", piece, choices=(turned, raised))
        raise m.fail("unknown-transpose", piece, choices=(turned,), word="t")
    upper = m.node(upper_piece)
    if piece.extra.get("index") and upper == MINUS_UNIT and m.square(whole := m.node(base_piece.parts[0])):
        inverse = matrix_power(m, whole, upper, piece)  # B^{-1}_{ij}
        return indices.entry(m, inverse, indices.places_of(m, base_piece, 2), base_piece)
    base, sign = m.node(base_piece), piece.value
    if sign == "^" and m.arrays and "**" in m.text[base_piece.end : upper_piece.start]:
        if not m.numpy and m.square(base):
            lower, above = m.said(base_piece), m.said(upper_piece)
            raise m.fail("power-which", piece, choices=(f"{lower}^{above}", f"{lower}.^{above}"))
        sign = ".^"
    if upper == MINUS_UNIT and _is_matrix_entry(base_piece, base) and m.square(base.children[0]):
        raise _which(m, piece, "-1", f"1/{m.said(base_piece)}")
    if isinstance(upper, Number) and (abs(upper.value.numerator) > 1000 or upper.value.denominator > 10**6):
        raise m.fail("exponent-large", upper_piece)
    if isinstance(upper, Apply) and (magnitude(upper) or 0) > 3.5:  # as in `9^9^9`
        raise m.fail("exponent-large", upper_piece)
    if isinstance(base, Constant) and base.name == "e" and base_piece.kind == "name":
        return each_entry(m, "exp", upper, upper_piece, sign == ".^")
    if sign == "^" and m.square(base):
        return matrix_power(m, base, upper, piece)
    shape = m.shape(base)
    if sign == "^" and ONE not in shape:
        said, above = m.said(base_piece), "".join(SUPERSCRIPTS.get(c, c) for c in m.said(upper_piece))
        choices = (f"{said}.^{above}",)
        raise m.fail("matrix-power-square", piece, choices=choices, said=said, shape=show_shape(shape))
    if m.square(upper) and sign == "^":
        raise m.fail("exponent-matrix", piece)
    try:
        return m.make("pow", base, upper)
    except Misfit:
        raise m.fail("power-misfit", piece, base=m.show(base), exponent=m.show(upper)) from None


def each_entry(m: Context, name: str, inner: Node, piece: Piece, dotted: bool) -> Node:
    """A function entry by entry; of a square matrix it is asked back."""
    if m.square(inner) and not dotted and name in MATRIX_FUNCTIONS:
        word = m.said(piece)
        raise m.fail("matrix-function", piece, choices=(f"{name}.({word})",), word=word, function=name)
    return m.make(name, inner)


def matrix_power(m: Context, base: Node, upper: Node, piece: Piece) -> Node:
    """`A^k`, a product of matrices, for whole k."""
    if not is_whole(upper):
        raise m.fail("matrix-power-integer", piece)
    return m.make("inv", base) if upper == MINUS_UNIT else m.make("matpow", base, upper)


def is_whole(power: Node) -> bool:
    """Whether a matrix may be raised to this power: an integer up to 100, or a count."""
    if isinstance(power, Number):
        return power.value.denominator == 1 and abs(power.value) <= 100
    return isinstance(power, Count)


def root(m: Context, piece: Piece) -> Node:
    base, degree = m.node(piece.parts[0]), m.node(piece.parts[1])
    if not isinstance(degree, Number) or degree.value <= 0:
        raise m.fail("root-degree", piece.parts[1])
    return m.make("pow", base, Number(1 / degree.value))


def _is_matrix_entry(piece: Piece, node: Node) -> bool:
    """Whether this is `A_{ij}`, behind which LaTeX sets a T or -1 where it would stand for that of A."""
    places = isinstance(node, Entry) and node.row is not None and node.column is not None
    return piece.kind == "sub" and piece.parts[0].kind == "name" and places


def _which(m: Context, piece: Piece, upper: str, of_entry: str) -> Refusal:
    entry = piece.parts[0]
    matrix, places = m.said(entry.parts[0]), m.text[entry.parts[0].end : entry.end]
    choices = (f"({matrix}^{{{upper}}})_{{{places.strip('_{} ')}}}", of_entry)
    return m.fail("entry-or-matrix", piece, choices=choices, upper=upper, matrix=matrix)


def transpose(m: Context, piece: Piece) -> Node:
    base = m.node(piece.parts[0])
    if piece.value == "+":
        if ONE in m.shape(base):
            said = m.said(piece.parts[0])
            raise m.fail("positive-part", piece, choices=(f"max(0, {said})",))
        return m.make("pinv", base)
    if piece.value == "†":
        said, sign = m.said(piece.parts[0]), m.text[piece.parts[0].end : piece.end].strip("^{} ")
        raise m.fail("dagger", piece, choices=(f"{said}^T", f"pinv({said})"), sign=sign)
    said, sign = m.said(piece.parts[0]), m.text[piece.parts[0].end : piece.end]
    raised = m.scope.shapes.get("T") == SCALAR and "^" in sign  # z^T of two numbers
    bare = piece.parts[0].kind in ("num", "name")  # one in parentheses is meant as it stands
    literal = bare and isinstance(base, (Number, Constant, Count, Index))
    if literal or raised and m.scalar(base):
        power = (f"{said}^({'-' * (piece.value == '-T')}T)",) if raised else ()
        ones = (f"1⃗{sign}",) if base == Constant("e") and piece.value != "-T" else ()
        raise m.fail("number-transposed", piece, choices=(*power, *ones), said=said)
    if _is_matrix_entry(piece.parts[0], base):
        raise _which(m, piece, "T", m.said(piece.parts[0]))
    if piece.value == "-T":
        return m.make("transpose", m.fitting("inv", base, piece.parts[0]))
    variables = [part for part in base.walk() if isinstance(part, Variable)]
    if piece.value in ("'", "prime") and variables and all(map(m.scalar, [base, *variables])):
        raise m.fail("prime-number", piece, said=m.said(piece.parts[0]))
    if piece.parts[0].kind == "sub" and isinstance(base, Apply) and isinstance(base.arguments[0], Entry):
        return base.arguments[0]  # a sample as a row: the row of its matrix
    return base if isinstance(base, (Number, Constant, Index, Count)) else m.make("transpose", base)
