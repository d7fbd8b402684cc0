"""What a product or a quotient means for the shapes at hand; asked back where it could be two
things."""

from __future__ import annotations

import re

from matcalc_ref.language.meaning.context import Context, Operand
from matcalc_ref.language.operations import MINUS_UNIT, UNIT
from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import ONE, SCALAR
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.table import OPERATIONS
from matcalc_ref.language.tree import Apply, Node, Number, is_op

_CLOSED = re.compile(r"[\w.]*(\((?:[^()]|\([^()]*\))*\))?'?")  # `x`, `x.T`, `x'`, `np.exp(…)`, `(…)`


def times(m: Context, sign: str, left: Operand, right: Operand) -> Operand:
    """`left` and `right` joined by a product sign; "" is side by side. Two literal numbers stay one."""
    above, below = left.node, right.node
    if sign == "/" and left.literal and right.literal:
        assert isinstance(above, Number) and isinstance(below, Number)
        if below.value == 0:
            raise m.fail("divide-zero", left, right)
        return Operand(Number(above.value / below.value), left.start, right.end, literal=True)
    return Operand(_product(m, sign, left, right), left.start, right.end, flat=True)


def _product(m: Context, sign: str, left: Operand, right: Operand) -> Node:
    a, b = m.shape(left.node), m.shape(right.node)
    scalars = SCALAR in (a, b)
    if sign == "solve":
        return _solve(m, left, right)
    if sign == "/":
        return _quotient(m, left, right)
    if sign in ("⊙", "⊘"):
        return _elementwise(m, left, right, divide=sign == "⊘")
    if sign == "kron":
        return m.make("kron", left.node, right.node)
    if sign == "@" and scalars and not (a == b or a[1] == b[0]):
        raise m.fail("at-number", left, right, left=m.said(left), right=m.said(right))
    if sign == "·" and right.literal and right.node == UNIT and a[0] != ONE == a[1]:  # x·1
        said = m.said(left)
        raise m.fail("sign-missing-one", left, right, choices=(f"{_paren(said)}·1⃗", said), left=said)
    if scalars:
        return _mul(m, left, right.node)
    if sign == "·":
        return _dot(m, left, right)
    return _star(m, left, right) if sign == "*" else _matmul(m, left, right)


def _mul(m: Context, left: Operand, right: Node) -> Node:
    if left.flat and is_op(left.node, "mul"):
        return _longer(m, "mul", left.node, right)
    return m.make("mul", left.node, right)


def _longer(m: Context, operation: str, left: Apply, right: Node) -> Node:
    """A flat product with one factor more; only the new factor is looked at."""
    shape = OPERATIONS[operation].shape((m.shape(left), m.shape(right)), m.sizes.same)
    return Apply(operation, (*left.arguments, right), m.sizes.shape(shape))


def _matmul(m: Context, left: Operand, right: Operand) -> Node:
    if not m.sizes.same(m.shape(left.node)[1], m.shape(right.node)[0]):
        raise _misfit(m, left, right)
    if left.flat and is_op(left.node, "matmul"):
        return _longer(m, "matmul", left.node, right.node)
    return m.make("matmul", left.node, right.node)


def _misfit(m: Context, left: Operand, right: Operand) -> Refusal:
    one, two = _paren(m.said(left)), _paren(m.said(right))
    a, b = m.shape(left.node), m.shape(right.node)
    inner, outer = m.sizes.show(a[1]), m.sizes.show(b[0])
    whole = m.text[left.start : right.end].strip()
    columns, rows = _of(m.said(left), "columns"), _of(m.said(right), "rows")
    choices: tuple[str, ...] = ()
    if a[1] == ONE and b[1] == ONE and m.sizes.could((a[0], b[0])):
        choices = (f"{one}ᵀ{two}", f"{one}·{two}", f"{one} ⊙ {two}")
        return m.fail(
            "two-columns", left, right, choices=choices, whole=whole, columns=columns, rows=rows, size=outer
        )
    if m.sizes.could((a[1], b[1])):
        choices = (f"{one} {two}ᵀ",)
    elif m.sizes.could((a[0], b[0])):
        choices = (f"{one}ᵀ {two}",)
    return m.fail(
        "product-misfit", left, right,
        choices=choices, whole=whole, columns=columns, rows=rows, left=inner, right=outer,
    )  # fmt: skip


def _of(said: str, what: str) -> str:
    return say(("its-" if said.isalnum() else "the-") + what, said=said)


def _paren(text: str) -> str:
    return text if _CLOSED.fullmatch(text) else f"({text})"


def _star(m: Context, left: Operand, right: Operand) -> Node:
    a, b = m.shape(left.node), m.shape(right.node)
    said_l, said_r = _paren(m.said(left)), _paren(m.said(right))
    if m.numpy and a == b:
        return _elementwise(m, left, right)
    if m.arrays and a[0] == ONE != b[0] and b[1] == ONE:  # which NumPy makes a matrix of
        dot = [f"{said_l} @ {said_r}"] if m.sizes.could((a[1], b[0])) else []
        raise m.fail("star-row-column", left, right, choices=[*dot, f"{said_r} @ {said_l}"])
    if m.arrays and (ONE in a) != (ONE in b):
        (matrix, shape), vector = ((said_r, b), said_l) if ONE in a else ((said_l, a), said_r)
        argument = vector if vector[0] == "(" else f"({vector})"
        length = next((size for size in (a if ONE in a else b) if size != ONE), ONE)
        choices = [f"{said_l} @ {said_r}"] if m.sizes.could((a[1], b[0])) else []
        choices += [f"{matrix} @ diag{argument}"] if m.sizes.could((shape[1], length)) else []
        choices += [f"diag{argument} @ {matrix}"] if m.sizes.could((shape[0], length)) else []
        raise m.fail("star-broadcast", left, right, choices=tuple(choices))
    if m.sizes.could_be_same_shape(a, b):
        square = m.sizes.could((a[1], b[0]))
        other = f"{said_l} @ {said_r}" if square else f"{said_l}·{said_r}"
        choices = [*([other] if square or ONE in a else []), f"{said_l} ⊙ {said_r}"]
        sentence = "star-matrices" if square else "star-equal"
        raise m.fail(sentence, left, right, choices=choices, size=m.sized(a))
    return _matmul(m, left, right)


def _solve(m: Context, left: Operand, right: Operand) -> Node:
    """MATLAB's `B \\ x` is asked back, unless the shapes fit a product only, with a space of LaTeX."""
    a, b = m.shape(left.node), m.shape(right.node)
    said_l, said_r = _paren(m.said(left)), _paren(m.said(right))
    argument = said_l if said_l[0] == "(" else f"({said_l})"
    inverse = "inv" if a[0] == a[1] else "pinv"
    choices = [f"{said_r}/{said_l}"] if a == SCALAR else []
    choices += [f"{inverse}{argument} {said_r}"] if a != SCALAR and m.sizes.could((a[0], b[0])) else []
    choices += [f"{said_l} {said_r}"] if SCALAR in (a, b) or m.sizes.could((a[1], b[0])) else []
    if a != SCALAR != b and not m.sizes.could((a[0], b[0])):
        return _matmul(m, left, right)
    raise m.fail("backslash-solve", left, right, choices=choices)


def _dot(m: Context, left: Operand, right: Operand) -> Node:
    a, b = m.shape(left.node), m.shape(right.node)
    if a[1] == ONE and b[1] == ONE and m.sizes.same(a[0], b[0]):
        return m.make("matmul", m.make("transpose", left.node), right.node)
    if a[1] == ONE and b[1] == ONE:
        whole, one, two = m.text[left.start : right.end].strip(), m.said(left), m.said(right)
        raise m.fail(
            "dot-misfit", left, right, whole=whole, left=one, left_size=a[0], right=two, right_size=b[0]
        )
    if a[0] == ONE and b[0] == ONE and m.sizes.same(a[1], b[1]):
        return m.make("matmul", left.node, m.make("transpose", right.node))
    return _matmul(m, left, right)


def _elementwise(m: Context, left: Operand, right: Operand, divide: bool = False) -> Node:
    a, b = m.shape(left.node), m.shape(right.node)
    if SCALAR not in (a, b) and not m.sizes.same_shape(a, b):
        refusal = m.mismatch("misfit-divided" if divide else "misfit-multiplied", left, right)
        if re.search(r"⊗|\\otimes", m.text[left.end : right.start]):
            refusal.choices = (f"kron({m.said(left)}, {m.said(right)})",)
        raise refusal
    return _times_inverse(m, left, right) if divide else _mul(m, left, right.node)


def _times_inverse(m: Context, left: Operand, right: Operand) -> Node:
    return _mul(m, left, m.make("pow", right.node, MINUS_UNIT))


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
        "quotient-misfit", left, right,
        left=m.said(left), left_shape=m.named(a), right=m.said(right), right_shape=m.named(b),
    )  # fmt: skip


def fraction(m: Context, piece: Piece) -> Node:
    """LaTeX's `\\frac`."""
    left, right = (m.operand(p) for p in piece.parts)
    left.flat = False
    return times(m, "/", left, right).node
