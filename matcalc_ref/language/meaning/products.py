"""What a product, a quotient or a power means for the shapes at hand; asked back where it could be two
things."""

from __future__ import annotations

from matcalc_ref.language.meaning.context import Context, Operand
from matcalc_ref.language.operations import MINUS_UNIT
from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import ONE, SCALAR, show_shape
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.table import MATRIX_FUNCTIONS, OPERATIONS, Misfit
from matcalc_ref.language.tree import Apply, Constant, Count, Node, Number


def times(m: Context, sign: str, left: Operand, right: Operand) -> tuple[Node, bool]:
    """`left` and `right` joined by a product sign ("" side by side); and whether that is still a literal
    number."""
    a, b = m.shape(left.node), m.shape(right.node)
    scalars = SCALAR in (a, b)
    if sign in ("", "then"):
        return (_mul(m, left, right) if scalars else _matmul(m, left, right)), False
    if sign == "/":
        if (
            left.literal
            and right.literal
            and isinstance(left.node, Number)
            and isinstance(right.node, Number)
        ):
            if right.node.value == 0:
                raise m.fail("divide-zero", left, right)
            return Number(left.node.value / right.node.value), True
        return _quotient(m, left, right), False
    if sign == "⊘":
        return _elementwise(m, left, right, divide=True), False
    if sign == "⊙":
        return _elementwise(m, left, right), False
    if sign == "kron":
        return m.make("kron", left.node, right.node), False
    if sign == "@":
        if scalars and not (a == b or a[1] == b[0]):
            raise m.fail("at-number", left, right, left=m.said(left), right=m.said(right))
        return (_mul(m, left, right) if scalars else _matmul(m, left, right)), False
    if scalars:
        return _mul(m, left, right), False
    if sign == "·":
        return _dot(m, left, right), False
    return _star(m, left, right), False


def _mul(m: Context, left: Operand, right: Operand) -> Node:
    if left.flat and isinstance(left.node, Apply) and left.node.operation == "mul":
        return _longer(m, "mul", left.node, right.node)
    return m.make("mul", left.node, right.node)


def _longer(m: Context, operation: str, left: Apply, right: Node) -> Node:
    """A flat product with one factor more; only the new factor is looked at."""
    shape = OPERATIONS[operation].shape((m.shape(left), m.shape(right)), m.sizes.same)
    return Apply(operation, (*left.arguments, right), m.sizes.shape(shape))


def _matmul(m: Context, left: Operand, right: Operand) -> Node:
    if not m.sizes.same(m.shape(left.node)[1], m.shape(right.node)[0]):
        raise _misfit(m, left, right)
    if left.flat and isinstance(left.node, Apply) and left.node.operation == "matmul":
        return _longer(m, "matmul", left.node, right.node)
    return m.make("matmul", left.node, right.node)


def _misfit(m: Context, left: Operand, right: Operand) -> Refusal:
    said_l, said_r = m.said(left), m.said(right)
    a, b = m.shape(left.node), m.shape(right.node)
    whole = m.text[left.start : right.end].strip()
    columns, rows = _of(said_l, "columns"), _of(said_r, "rows")
    choices: tuple[str, ...] = ()
    if a[1] == ONE and b[1] == ONE and m.sizes.could((a[0], b[0])):
        return m.fail(
            "two-columns",
            left,
            right,
            choices=(
                f"{_paren(said_l)}ᵀ{_paren(said_r)}",
                f"{_paren(said_l)}·{_paren(said_r)}",
                f"{_paren(said_l)} ⊙ {_paren(said_r)}",
            ),
            whole=whole,
            columns=columns,
            rows=rows,
            size=m.sizes.show(b[0]),
        )
    if m.sizes.could((a[1], b[1])):
        choices = (f"{_paren(said_l)} {_paren(said_r)}ᵀ",)
    elif m.sizes.could((a[0], b[0])):
        choices = (f"{_paren(said_l)}ᵀ {_paren(said_r)}",)
    return m.fail(
        "product-misfit",
        left,
        right,
        choices=choices,
        whole=whole,
        columns=columns,
        rows=rows,
        left=m.sizes.show(a[1]),
        right=m.sizes.show(b[0]),
    )


def _of(said: str, what: str) -> str:
    return say(("its-" if said.isalnum() else "the-") + what, said=said)


def _paren(text: str) -> str:
    plain = all(c.isalnum() or c in "_" for c in text) or text[:1] == "(" and text[-1:] == ")"
    return text if plain else f"({text})"


def _star(m: Context, left: Operand, right: Operand) -> Node:
    a, b = m.shape(left.node), m.shape(right.node)
    said_l, said_r = _paren(m.said(left)), _paren(m.said(right))
    if m.numpy and a == b:
        return _elementwise(m, left, right)
    if m.sizes.could_be_same_shape(a, b):
        if m.sizes.could((a[1], b[0])):
            raise m.fail(
                "star-matrices",
                left,
                right,
                choices=(f"{said_l} @ {said_r}", f"{said_l} ⊙ {said_r}"),
                shape=show_shape(a),
            )
        inner = (f"{said_l}·{said_r}", f"{said_l} ⊙ {said_r}") if ONE in a else (f"{said_l} ⊙ {said_r}",)
        raise m.fail("star-equal", left, right, choices=inner, shape=show_shape(a))
    return _matmul(m, left, right)


def _dot(m: Context, left: Operand, right: Operand) -> Node:
    a, b = m.shape(left.node), m.shape(right.node)
    if a[1] == ONE and b[1] == ONE and m.sizes.same(a[0], b[0]):
        return m.make("matmul", m.make("transpose", left.node), right.node)
    if a[1] == ONE and b[1] == ONE:
        raise m.fail(
            "dot-misfit",
            left,
            right,
            whole=m.text[left.start : right.end].strip(),
            left=m.said(left),
            left_size=a[0],
            right=m.said(right),
            right_size=b[0],
        )
    if a[0] == ONE and b[0] == ONE and m.sizes.same(a[1], b[1]):
        return m.make("matmul", left.node, m.make("transpose", right.node))
    return _matmul(m, left, right)


def _elementwise(m: Context, left: Operand, right: Operand, divide: bool = False) -> Node:
    a, b = m.shape(left.node), m.shape(right.node)
    if SCALAR not in (a, b) and not m.sizes.same_shape(a, b):
        raise m.mismatch("misfit-divided" if divide else "misfit-multiplied", left, right)
    return _times_inverse(m, left, right) if divide else _mul(m, left, right)


def _times_inverse(m: Context, left: Operand, right: Operand) -> Node:
    inverse = m.make("pow", right.node, MINUS_UNIT)
    if left.flat and isinstance(left.node, Apply) and left.node.operation == "mul":
        return _longer(m, "mul", left.node, inverse)
    return m.make("mul", left.node, inverse)


def _quotient(m: Context, left: Operand, right: Operand) -> Node:
    a, b = m.shape(left.node), m.shape(right.node)
    if b == SCALAR:
        if isinstance(right.node, Number) and right.node.value == 0:
            raise m.fail("divide-zero", left, right)
        return _times_inverse(m, left, right)
    said_l, said_r = _paren(m.said(left)), _paren(m.said(right))
    if ONE in b and (a == SCALAR or m.sizes.could_be_same_shape(a, b)):
        return _elementwise(m, left, right, divide=True)
    if b[0] == b[1]:
        choices = []
        if a == SCALAR or m.sizes.could((a[1], b[0])):
            choices.append(f"{said_l} inv({m.said(right)})")
        if a == SCALAR or m.sizes.could_be_same_shape(a, b):
            choices.append(f"{said_l} ⊘ {said_r}")
        raise m.fail("divide-matrix", left, right, choices=tuple(choices), said=m.said(right))
    if m.sizes.could_be_same_shape(a, b):
        return _elementwise(m, left, right, divide=True)
    raise m.fail(
        "quotient-misfit",
        left,
        right,
        left=m.said(left),
        left_shape=m.show(left.node),
        right=m.said(right),
        right_shape=m.show(right.node),
    )


def power(m: Context, piece: Piece) -> Node:
    """`x^2`, `A^-1`, `e^x`, `x.^y`."""
    base_piece, upper_piece = piece.parts
    upper = m.node(upper_piece)
    base = m.node(base_piece)
    if isinstance(upper, Number) and (abs(upper.value.numerator) > 1000 or upper.value.denominator > 10**6):
        raise m.fail("exponent-large", upper_piece)
    if isinstance(upper, Apply) and _huge(upper):
        raise m.fail("exponent-large", upper_piece)
    if isinstance(base, Constant) and base.name == "e" and base_piece.kind == "name":
        return each_entry(m, "exp", upper, upper_piece, piece.value == ".^")
    if piece.value == "^" and m.square(base):
        return _matrix_power(m, base, upper, piece)
    shape = m.shape(base)
    if piece.value == "^" and ONE not in shape:
        raise m.fail(
            "matrix-power-square",
            piece,
            choices=(f"{m.said(base_piece)}.^{m.said(upper_piece)}",),
            said=m.said(base_piece),
            shape=show_shape(shape),
        )
    if m.square(upper) and piece.value == "^":
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


def _matrix_power(m: Context, base: Node, upper: Node, piece: Piece) -> Node:
    if isinstance(upper, Number) and upper.value.denominator == 1 and abs(upper.value) <= 100:
        return m.make("inv", base) if upper.value == -1 else m.make("matpow", base, upper)
    if isinstance(upper, Count):
        return m.make("matpow", base, upper)
    raise m.fail("matrix-power-integer", piece)


def _huge(node: Node) -> bool:
    """Whether a constant exponent goes beyond all bounds, as in `9^9^9`."""
    from matcalc_ref.language.meaning.limits import magnitude

    size = magnitude(node)
    return size is not None and size > 3.5


def differ(m: Context, first: Node, second: Node) -> bool:
    """Whether two groupings of one product have different values; where sizes are open, no difference is
    seen."""
    from matcalc_ref.language.evaluate import Points, evaluate

    if first == second or m.shape(first) != m.shape(second) or m.sizes.count:
        return first != second and m.shape(first) != m.shape(second)
    import numpy as np

    sizes = {name: 2 + k for k, name in enumerate(sorted(m.scope.dimensions))}
    rng = np.random.default_rng(1)
    shapes = {name: (1, *(s.at(sizes) for s in shape)) for name, shape in m.scope.shapes.items()}
    points = Points(sizes, {name: rng.uniform(0.5, 1.5, shape) for name, shape in shapes.items()}, 1)
    try:
        return not np.allclose(evaluate(first, points), evaluate(second, points), equal_nan=True)
    except (KeyError, ValueError):
        return False  # an index stands free: the shapes alone decide
