"""Functions that are a shorter way of writing a formula, by the shapes of their arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from matcalc_ref.language.meaning import arrays, conditions, indices, powers, products
from matcalc_ref.language.meaning.context import Context, Operand
from matcalc_ref.language.operations import MINUS_UNIT, UNIT, ZERO, counted, number
from matcalc_ref.language.sizes import ONE, Shape
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.tree import ByEntries, Entry, Fill, Index, Node, Number

_OF_AXIS = re.compile(r"(?:np|numpy|jnp|torch)\.a?(?:max|min)\b")
Rule = Callable[[Context, Piece, list[Node]], Node]


def with_axis(piece: Piece) -> Piece:
    """`A.sum(0)` and `sum(A, 0, keepdims=True)`, the axis without its name, as with it."""
    named, numpy = piece.named, "written" not in piece.extra
    if len(piece.parts) != 2 or not (numpy or "keepdims" in named) or "axis" in named:
        return piece
    array, axis = piece.parts
    return replace(piece, parts=[array], extra={**piece.extra, "named": {**named, "axis": axis}})


def along_axis(m: Context, piece: Piece, named: dict[str, Piece], node: Node) -> Node:
    """`sum(A, axis=0, keepdims=True)`, or which of both orientations is meant without it."""
    axis, word, shape = m.node(named["axis"]), m.said(piece.parts[0]), m.shape(node)
    if axis not in (ZERO, UNIT, MINUS_UNIT):
        raise m.fail("axis", piece)
    total, along = ("colsum", 0) if axis == ZERO else ("rowsum", 1)
    if "keepdims" in named and m.node(named["keepdims"]) == UNIT:
        return m.make(total, node)
    if shape[1 - along] == ONE:  # of a 1-D array it is the sum of all
        return m.make("sum", node)
    flat = f"{total}({word})"
    if piece.value == "mean":
        flat = f"({flat}/{shape[along]})"
    raise m.fail("sum-1d", piece, choices=(flat, f"{flat}ᵀ"))


def _times(sign: str) -> Rule:
    def rule(m: Context, piece: Piece, nodes: list[Node]) -> Node:
        result, *rest = map(Operand.of, nodes, piece.parts)
        for operand in rest:
            result = products.times(m, sign, result, operand)
            result.flat = True
        return result.node

    return rule


def _outer(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    if not all(m.vector(n) for n in nodes):
        raise m.fail("outer-form", piece)
    left, right = (n if m.shape(n)[1] == ONE else m.make("transpose", n) for n in nodes)
    return m.make("matmul", left, m.make("transpose", right))


def _mean(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    named = piece.named
    rows, columns = m.shape(nodes[0])
    if "axis" in named:
        total = along_axis(m, piece, named, nodes[0])
        size = rows * columns if m.scalar(total) else rows if m.shape(total)[0] == ONE else columns
    else:
        total, size = m.make("sum", nodes[0]), rows * columns
    if size == ONE:
        return total
    return m.make("mul", total, m.make("pow", counted(size), MINUS_UNIT))


def _extreme(key: str) -> Rule:
    def rule(m: Context, piece: Piece, nodes: list[Node]) -> Node:
        if len(nodes) == 1 or "written" not in piece.extra:
            raise m.fail("max-one", piece, function=key)
        numbers, said = [n for n in nodes if isinstance(n, Number)], m.said(piece)
        if len(numbers) > 1 and len(nodes) > 2 and re.search(r"\d,\d", said):  # max(0,5, z)
            raise m.fail("decimal-comma", piece, choices=(re.sub(r"(?<=\d),(?=\d)", ".", said),))
        listed = len(piece.parts) == 1 and not all(map(m.scalar, nodes))
        axis = len(nodes) == 2 and isinstance(nodes[1], Number) and not m.scalar(nodes[0])
        if listed or axis and _OF_AXIS.match(said):
            inner = m.text[piece.parts[0].start : piece.parts[-1].end]
            raise m.fail("max-axis", piece, choices=(f"{key}({inner.strip('[]()')})",), function=key)
        return m.make(key, *nodes)

    return rule


def _flat(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    """NumPy's `x.ravel()`; it reads a matrix row by row, where `vec` stacks columns."""
    if not m.vector(nodes[0]):
        flat = f"vec({m.said(piece.parts[0])}ᵀ)"
        raise m.fail("sum-1d", piece, choices=(f"{flat}ᵀ", flat))
    return m.make("vec", nodes[0])


def _vec(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    if nodes[0] in (ZERO, UNIT):
        raise m.fail("arrow-meant", piece, choices=(f"{int(nodes[0] == UNIT)}⃗",))
    return m.make("vec", nodes[0])


def _concat(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    shapes = [m.shape(n) for n in nodes]
    if all(s[1] == ONE for s in shapes):
        return m.make("vstack", *nodes)
    if all(s[0] == ONE for s in shapes):
        return m.make("hstack", *nodes)
    inner = ", ".join(m.said(p) for p in piece.parts)
    raise m.fail("stack-how", piece, choices=(f"hstack({inner})", f"vstack({inner})"))


def _hankel(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    """`hankel(s, K)`: entry (i, j) is s_{i+j-1}, with K columns."""
    width = indices.size(m, piece.parts[1])
    at = m.make("add", Index("i"), Index("j"), MINUS_UNIT)
    return _shifted(m, piece, Entry(nodes[0], at, None), (m.shape(nodes[0])[0] - width + 1, width))


def _toeplitz(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    """`toeplitz(k, n)`: entry (i, j) is k_{j-i+1} (0 outside), with n columns."""
    width = indices.size(m, piece.parts[1])
    at = m.make("add", Index("j"), m.make("mul", MINUS_UNIT, Index("i")), UNIT)
    return _shifted(m, piece, Entry(nodes[0], at, None), (width - m.shape(nodes[0])[0] + 1, width))


def _shifted(m: Context, piece: Piece, body: Entry, shape: Shape) -> Node:
    rows, columns = m.shape(body.base)
    if columns != ONE or rows == ONE or any(side.number is not None and side.number < 1 for side in shape):
        raise m.fail("shifted", piece, of=m.named((rows, columns)), columns=shape[1], name=piece.value)
    return ByEntries("i", "j", body, shape)


def _len(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    rows, columns = m.shape(nodes[0])
    return counted(columns if rows == ONE else rows)


def _cast(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    """`float(z > 0)`: a condition is a number already."""
    exact = isinstance(nodes[0], Number) and "float" in piece.extra.get("written", "")  # np.float64(0.5)
    if not exact and not piece.parts[0].without("group", "indicator").is_condition:
        raise m.fail("cast", piece)
    return nodes[0]


def _indicator(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    if not conditions.is_condition(nodes[0]):
        raise m.fail("no-condition", piece.parts[0], said=m.said(piece.parts[0]))
    return nodes[0]


def _delta(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    """SymPy's `KroneckerDelta(i, j)`."""
    one, other = nodes
    if isinstance(one, Index) and isinstance(other, Index):
        m.ties.append((one.name, other.name))
    return m.make("eq", one, other)


def reshape(m: Context, piece: Piece) -> Node:
    """NumPy's `x.reshape(-1, 1)` and `reshape(x, (1, -1))` of a declared column."""
    base, *sizes = piece.parts or [piece]
    if len(sizes) == 1 and sizes[0].kind in ("tuple", "bracket"):
        sizes = sizes[0].parts
    written = [m.said(size).replace(" ", "") for size in sizes]
    if base.kind == "call" and base.value == "matrix" and len(base.parts) == 1:
        base, written = base.parts[0], written[::-1]  # [a, b] is a row
    flat = arrays.is_flat(base)
    if not (flat or base.kind == "name") or written not in (["-1", "1"], ["1", "-1"]):
        raise m.fail("reshape", piece)
    node = m.node(base)
    if not flat and (m.shape(node)[1] != ONE or m.scalar(node)):
        raise m.fail("reshape", piece)
    return node if written == ["-1", "1"] else m.make("transpose", node)


def softmax(m: Context, piece: Piece, node: Node) -> Node:
    """PyTorch's `softmax(x, dim=0)`, and `softmax(A, dim=1)` of each row."""
    axis = piece.named.get("axis")
    along = m.node(axis) if axis else None
    if along not in (MINUS_UNIT, ZERO if m.vector(node) else UNIT):
        raise m.fail("named-arguments", piece)
    return m.make("softmax" if m.vector(node) else "softmax_rows", node)


def clip(m: Context, piece: Piece) -> Node:
    """`clip(x, 0, 1)`, `x.clamp(min=0)`: every entry at least this, at most that."""
    named = piece.named
    array, low, high = [*piece.parts, None, None, None][:3]
    if array is None or piece.parts[3:]:
        raise m.fail("clip-bounds", piece, function=piece.value)
    node = m.node(array)
    for key, bound in (("max", named.get("min", low)), ("min", named.get("max", high))):
        if bound is not None and m.said(bound) != "None":
            if not m.scalar(end := m.node(bound)):
                raise m.fail("clip-bounds", piece, function=piece.value)
            node = m.make(key, node, end)
    return node


def _norm(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    """The Euclidean norm; `norm(A, 2)` of a matrix is another one."""
    if len(nodes) == 2 and not (nodes[1] == number(2) and m.vector(nodes[0])):
        raise m.fail("norm-order", piece)
    return m.make("norm", nodes[0])


def norm_by_bars(m: Context, piece: Piece) -> Node:
    """`‖x‖`, `‖x‖_2`, `‖A‖_F`; `‖A‖_2` of a matrix is another one."""
    inner = m.node(piece.parts[0])
    if piece.value == "2" and not m.vector(inner):
        raise m.fail("norm-order", piece, choices=(f"norm({m.said(piece.parts[0])})",))
    return m.make("norm", inner)


def _step(m: Context, piece: Piece, nodes: list[Node]) -> Node:
    """Heaviside's step; a second argument is its value at 0."""
    step = m.make("gt", nodes[0], ZERO)
    if len(nodes) == 1 or nodes[1] == ZERO:
        return step
    return m.make("add", step, m.make("mul", nodes[1], m.make("eq", nodes[0], ZERO)))


RULES: dict[str, Rule] = {
    "square": lambda m, p, n: m.make("pow", n[0], number(2)),
    "step": _step,
    "indicator": _indicator,
    "cast": _cast,
    "eq": _delta,
    "logsumexp": lambda m, p, n: m.make("log", m.make("sum", m.make("exp", n[0]))),
    "norm": _norm,
    "outer": _outer,
    "dot": _times("·"),
    "hadamard": _times("⊙"),
    "mean": _mean,
    "flatten": _flat,
    "vec": _vec,
    "max": _extreme("max"),
    "min": _extreme("min"),
    "concat": _concat,
    "hankel": _hankel,
    "toeplitz": _toeplitz,
    "divide": _times("⊘"),
    "len": _len,
    "matpow": lambda m, p, n: powers.matrix_power(m, n[0], n[1], p),
    "ones_like": lambda m, p, n: Fill("ones", m.shape(n[0])),
    "zeros_like": lambda m, p, n: Fill("zeros", m.shape(n[0])),
    "subtract": lambda m, p, n: m.make("add", n[0], m.make("mul", MINUS_UNIT, n[1])),
    "negative": lambda m, p, n: m.make("mul", MINUS_UNIT, n[0]),
}
