"""The operations of the language, one table row each: what shapes they take, and what they compute.

A row's `shape` rule receives the operands' shapes and a function `same(a, b)` that demands two sizes to be
equal (in a reader it may solve for a size that is still open), and returns the shape of the result. It raises
`Misfit` with one of these words: `elementwise`, `product`, `square`, `vector`, `scalar`,
`stack`. A row's `values` computes on arrays (batch, rows, columns) through the evaluation backend `b`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matcalc_ref.language.sizes import ONE, SCALAR, Shape, Size

Same = Callable[[Size, Size], bool]


class Misfit(Exception):
    """Raised by a shape rule; `reason` is one of the words in the module's docstring."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Operation:
    """One row: `arity` is the number of operands or None for one or more."""

    arity: int | None
    shape: Callable[[tuple[Shape, ...], Same], Shape]
    values: Callable[..., Any]


def _elementwise(shapes: tuple[Shape, ...], same: Same) -> Shape:
    """Equal shapes, scalars broadcast."""
    result = SCALAR
    for shape in shapes:
        if shape == SCALAR:
            continue
        if result == SCALAR:
            result = shape
        elif not (same(result[0], shape[0]) and same(result[1], shape[1])):
            raise Misfit("elementwise")
    return result


def _matmul(shapes: tuple[Shape, ...], same: Same) -> Shape:
    rows, inner = shapes[0]
    for left, right in shapes[1:]:
        if not same(inner, left):
            raise Misfit("product")
        inner = right
    return (rows, inner)


def _square(shapes: tuple[Shape, ...], same: Same) -> Shape:
    if not same(*shapes[0]):
        raise Misfit("square")
    return shapes[0]


def _vector_size(shape: Shape) -> Size:
    if shape[1] == ONE:
        return shape[0]
    if shape[0] == ONE:
        return shape[1]
    raise Misfit("vector")


def _to_scalar(shapes: tuple[Shape, ...], same: Same) -> Shape:
    return SCALAR


def _scalar_of_square(shapes: tuple[Shape, ...], same: Same) -> Shape:
    _square(shapes, same)
    return SCALAR


def _diag(shapes: tuple[Shape, ...], same: Same) -> Shape:
    size = _vector_size(shapes[0])
    return (size, size)


def _diagonal(shapes: tuple[Shape, ...], same: Same) -> Shape:
    return (_square(shapes, same)[0], ONE)


def _transpose(shapes: tuple[Shape, ...], same: Same) -> Shape:
    return (shapes[0][1], shapes[0][0])


def _vec(shapes: tuple[Shape, ...], same: Same) -> Shape:
    return (shapes[0][0] * shapes[0][1], ONE)


def _kron(shapes: tuple[Shape, ...], same: Same) -> Shape:
    (a, b), (c, d) = shapes
    return (a * c, b * d)


def _hstack(shapes: tuple[Shape, ...], same: Same) -> Shape:
    rows, columns = shapes[0]
    for shape in shapes[1:]:
        if not same(rows, shape[0]):
            raise Misfit("stack")
        columns = columns + shape[1]
    return (rows, columns)


def _vstack(shapes: tuple[Shape, ...], same: Same) -> Shape:
    rows, columns = shapes[0]
    for shape in shapes[1:]:
        if not same(columns, shape[1]):
            raise Misfit("stack")
        rows = rows + shape[0]
    return (rows, columns)


def _power(shapes: tuple[Shape, ...], same: Same) -> Shape:
    if shapes[1] != SCALAR:
        raise Misfit("scalar")
    return _square(shapes[:1], same)


def _conv(shapes: tuple[Shape, ...], same: Same) -> Shape:
    signal, kernel = shapes
    if signal[1] != ONE or kernel[1] != ONE:
        raise Misfit("vector")
    return (signal[0] - kernel[0] + 1, ONE)


def _unchanged(shapes: tuple[Shape, ...], same: Same) -> Shape:
    return shapes[0]


def _unary(name: str) -> Operation:
    return Operation(1, _elementwise, lambda b, x: b.function(name, x))


def _compare(name: str) -> Operation:
    return Operation(2, _elementwise, lambda b, x, y: b.compare(name, x, y))


UNARY = (
    "exp log sqrt sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan abs sign sigmoid relu".split()
)
MATRIX_FUNCTIONS = frozenset("exp log sqrt sin cos tan sinh cosh tanh".split())  # of a square matrix: asked
COMPARISONS = ("gt", "ge", "lt", "le", "eq", "ne")

OPERATIONS: dict[str, Operation] = {
    # arithmetic; a scalar goes with every entry
    "add": Operation(None, _elementwise, lambda b, *xs: b.add(*xs)),
    "mul": Operation(None, _elementwise, lambda b, *xs: b.multiply(*xs)),
    "pow": Operation(2, _elementwise, lambda b, x, y: b.power(x, y)),
    "max": Operation(None, _elementwise, lambda b, *xs: b.maximum(*xs)),
    "min": Operation(None, _elementwise, lambda b, *xs: b.minimum(*xs)),
    **{name: _unary(name) for name in UNARY},
    **{name: _compare(name) for name in COMPARISONS},
    # products and arrays
    "matmul": Operation(None, _matmul, lambda b, *xs: b.matmul(*xs)),
    "matpow": Operation(2, _power, lambda b, x, k: b.matrix_power(x, k)),
    "transpose": Operation(1, _transpose, lambda b, x: b.transpose(x)),
    "inv": Operation(1, _square, lambda b, x: b.inverse(x)),
    "pinv": Operation(1, _transpose, lambda b, x: b.pseudo_inverse(x)),
    "kron": Operation(2, _kron, lambda b, x, y: b.kron(x, y)),
    "diag": Operation(1, _diag, lambda b, x: b.diag(x)),
    "diagonal": Operation(1, _diagonal, lambda b, x: b.diagonal(x)),
    "vec": Operation(1, _vec, lambda b, x: b.vec(x)),  # rows of the matrix one after another, as a column
    "hstack": Operation(None, _hstack, lambda b, *xs: b.hstack(*xs)),
    "vstack": Operation(None, _vstack, lambda b, *xs: b.vstack(*xs)),
    # reductions
    "sum": Operation(1, _to_scalar, lambda b, x: b.sum(x)),
    "rowsum": Operation(
        1, lambda s, same: (s[0][0], ONE), lambda b, x: b.sum(x, axis="row")
    ),  # each row: m×1
    "colsum": Operation(1, lambda s, same: (ONE, s[0][1]), lambda b, x: b.sum(x, axis="column")),  # 1×n
    "prod": Operation(1, _to_scalar, lambda b, x: b.prod(x)),
    "norm": Operation(1, _to_scalar, lambda b, x: b.norm(x)),  # Euclidean; of a matrix: Frobenius
    "trace": Operation(1, _scalar_of_square, lambda b, x: b.trace(x)),
    "det": Operation(1, _scalar_of_square, lambda b, x: b.det(x)),
    # network functions
    "softmax": Operation(1, _unchanged, lambda b, x: b.softmax(x)),  # over the entries of a vector
    "softmax_rows": Operation(1, _unchanged, lambda b, x: b.softmax(x, rows=True)),
    "cumsum": Operation(1, _unchanged, lambda b, x: b.cumsum(x)),  # down a column, along a row vector
    "conv": Operation(2, _conv, lambda b, s, k: b.conv(s, k)),  # y_i = sum_j k_j s_{i+j-1}, valid part
}


def is_elementwise(operation: str) -> bool:
    """Whether an operation works on each entry by itself."""
    return OPERATIONS[operation].shape is _elementwise
