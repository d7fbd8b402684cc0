"""Functions by name: rows of the operations table, and those that are a shorter way of writing a formula."""

from __future__ import annotations

import re
from collections.abc import Callable

from matcalc_ref.language.meaning import arrays, conditions, dots, indices, powers, shorter
from matcalc_ref.language.meaning.context import Context, Operand
from matcalc_ref.language.meaning.derived import DERIVATIVES, DERIVED
from matcalc_ref.language.operations import UNIT, counted
from matcalc_ref.language.scope import canonical
from matcalc_ref.language.sentences import listed, say
from matcalc_ref.language.sizes import ONE, SCALAR, Size
from matcalc_ref.language.syntax.surface import Piece, is_one
from matcalc_ref.language.syntax.tokens import Name
from matcalc_ref.language.table import UNARY, Misfit
from matcalc_ref.language.tree import ByEntries, Count, Fill, IndexedSum, Node

_PLACE = re.compile(r"(?:[1-9]|[ijkl])(?:,(?:[1-9]|[ijkl]))?")  # of an entry, as in `x(1)` of MATLAB


def call(m: Context, piece: Piece) -> Node:
    """A function applied to its arguments. Raises Refusal."""
    if piece.value in ("sum", "mean"):
        piece = shorter.with_axis(piece)
    key, arguments = piece.value, piece.parts
    along = ("axis", "keepdims") if key in ("sum", "mean", "softmax") else ("min", "max") * (key == "clip")
    if piece.named.keys() - {*along}:
        raise m.fail("named-arguments", piece)
    lazy = LAZY.get(key)
    if lazy:
        return lazy(m, piece)
    low, high = ARITY.get(key, (1, 1))
    if not low <= len(arguments) <= high:
        takes = "takes-one" if high == 1 else "takes" if low == high else "takes-more"
        function = piece.extra.get("written", key)
        raise m.fail(takes, piece, function=function, count=low, given=len(arguments))
    if key in ("hstack", "vstack", "concat", "max", "min") and len(arguments) == 1:
        only = arguments[0]  # NumPy takes them as one tuple or list
        if only.kind == "tuple" or only.kind == "bracket" and len(only.value) == 1:
            arguments = only.parts
    nodes = [m.node(p) for p in arguments]
    if key == "softmax" and piece.named:
        return shorter.softmax(m, piece, nodes[0])
    if piece.extra.get("prime"):
        return _prime(m, piece, key, nodes[0])
    if key in UNARY:
        return powers.each_entry(m, key, nodes[0], arguments[0], bool(piece.extra.get("dotted")))
    if key in DERIVED:
        return DERIVED[key](m, nodes[0])
    rule = shorter.RULES.get(key)
    if rule is None and len(nodes) == 1:
        return m.fitting(key, nodes[0], arguments[0])
    try:
        return rule(m, piece, nodes) if rule else m.make(key, *nodes)
    except Misfit:
        raise _misfit(m, piece, arguments, nodes) from None


def angle(m: Context, piece: Piece) -> Node:
    """`⟨x, w⟩`, a dot product of vectors, or of matrices entry by entry."""
    left, right = (m.node(part) for part in piece.parts)
    if m.scalar(left) and m.scalar(right):
        cells = [m.said(part) for part in piece.parts]
        raise m.fail("angle-numbers", piece, choices=(f"[{', '.join(cells)}]", f"[{'; '.join(cells)}]"))
    if ONE not in m.shape(left) and m.sizes.same_shape(m.shape(left), m.shape(right)):
        return m.make("sum", m.make("mul", left, right))
    product = call(m, Piece("call", "dot", piece.parts, piece.start, piece.end))
    if not m.scalar(product):
        raise m.mismatch("misfit-multiplied", *map(Operand.of, (left, right), piece.parts))
    return product


def maybe_call(m: Context, piece: Piece) -> Node:
    """`x(…)` where x is a variable: a product is asked back."""
    name: Name = piece.value.value
    if name.category == "unknown" and canonical(name.written) != "delta":
        raise m.unknown(name.written, piece.value)
    inner = m.said(piece.parts[0])
    known = m.node(piece.value) if name.category == "variable" else None
    sign = "*"
    if known is not None:
        mine, theirs = m.shape(known), m.shape(m.node(piece.parts[0]))
        if SCALAR not in (mine, theirs):
            sign = " ⊙ " if mine == theirs and ONE in mine else " @ "
    product = f"{name.written}{sign}{inner}"
    place = inner.strip("() ").replace(" ", "")
    entry = known is not None and not m.scalar(known) and _PLACE.fullmatch(place)
    choices = (product, f"{name.written}_{{{place}}}") if entry else (product,)
    said, word = m.said(piece), name.written
    raise m.fail("product-or-call", piece, choices=choices, said=said, product=product, name=word)


def _misfit(m: Context, piece: Piece, arguments: list[Piece], nodes: list[Node]) -> Exception:
    pairs = zip(arguments, nodes, strict=True)
    shapes = listed(say("argument-is", said=m.said(p), shape=m.show(n)) for p, n in pairs)
    return m.fail("function-misfit", piece, function=piece.extra.get("written", piece.value), shapes=shapes)


def _prime(m: Context, piece: Piece, key: str, z: Node) -> Node:
    """`σ'(z)`: the derivative of a known function, entry by entry."""
    rule = DERIVATIVES.get(key)
    if rule is None or piece.extra["prime"] > 1:
        raise m.fail("prime-function", piece, function=piece.extra["written"])
    return rule(m, z)


# functions that bind an index, or want their argument unread


def _diag(m: Context, piece: Piece) -> Node:
    if any(map(dots.is_dots, piece.parts)):
        return m.make("diag", dots.vector(m, piece.parts, piece, column=True))
    if len(piece.parts) > 1:  # diag(1, 0, 1)
        nodes = [m.node(p) for p in piece.parts]
        if not all(m.scalar(n) for n in nodes):
            raise m.fail("diag-form", piece)
        return m.make("diag", m.make("vstack", *nodes))
    if not piece.parts:
        raise m.fail("diag-of-what", piece)
    node = indices.close(m, piece.parts[0], row=False)
    if ONE not in m.shape(node):  # as NumPy, MATLAB and SymPy have it
        if not m.sizes.same(*m.shape(node)):
            raise m.fail("diagonal-square", piece, said=m.said(piece.parts[0]))
        return m.make("diagonal", node)
    if m.scalar(node):
        said = m.said(piece.parts[0])
        raise m.fail("diag-of-number", piece, said=said, choices=[f"({said}) I"])
    return m.make("diag", node)


def _sum(m: Context, piece: Piece) -> Node:
    parts, named = piece.parts, piece.named
    if len(parts) == 4 or len(parts) == 2 and parts[1].kind == "tuple" and len(parts[1].parts) == 3:
        bounds = parts[1:] if len(parts) == 4 else parts[1].parts
        name = m.said(bounds[0])
        with m.binding(name) as uses:
            body = m.node(parts[0])
        low, high = m.node(bounds[1]), m.node(bounds[2])
        indices.refuse_zero(m, low, bool(uses.get(name)), piece)
        if not all(indices.is_index(n) for n in (low, high)):
            raise m.fail("sum-bounds", piece)
        return IndexedSum(name, low, high, body)
    if len(parts) != 1:
        one = m.said(parts[0]) if len(parts) == 2 else ""  # sum(A, 1), sum(A, dims=1)
        raise m.fail("sum-one", piece, choices=(f"colsum({one})", f"rowsum({one})") if one else ())
    if "axis" in named:
        return shorter.along_axis(m, piece, named, m.node(parts[0]))
    node, free = indices.with_free(m, parts[0])
    if len(free) == 1 and m.scalar(node):
        name, sizes = next(iter(free.items()))
        top = indices.run_over(m, name, sizes, piece, f"sum_{{{name}=1}}^{{{m.some_size()}}}")
        return IndexedSum(name, UNIT, counted(top), node)
    m.note(free)
    return m.make("sum", node)


def _entries(m: Context, piece: Piece) -> Node:
    """`entries(i:m, j:n, body)`, `entries(1, j:n, body)` a row, `entries(i:n, body)` a column."""
    parts = piece.parts
    names, shape, body = [], [], parts[-1] if parts else piece
    for part in parts[:-1]:
        if part.kind == "range":
            names.append(part.value)
            shape.append(indices.size(m, part.parts[0]))
        elif is_one(part) and not names:
            names.append(None)
            shape.append(ONE)
        else:
            raise m.fail("entries-form", piece)
    if not 1 <= len(names) <= 2 or len(set(names)) < len(names):
        raise m.fail("entries-indices", piece)
    with m.binding(*(name for name in names if name)):
        node = m.node(body)
    if not m.scalar(node):
        raise m.fail("entry-number", body)
    names, shape = names + [None] * (2 - len(names)), shape + [ONE] * (2 - len(shape))
    return ByEntries(names[0], names[1], node, (shape[0], shape[1]))


def _matrix(m: Context, piece: Piece) -> Node:
    """`Matrix([[a, b], [c, d]])`, `Matrix([a, b])` a column, `Matrix(2, 2, [a, b, c, d])`, `array`."""
    parts = piece.parts
    numpy = piece.extra.get("written") in ("array", "asarray", "tensor")
    if len(parts) == 3 and parts[0].kind == parts[1].kind == "num" and parts[2].kind == "bracket":
        rows, columns, cells = int(parts[0].value), int(parts[1].value), parts[2].parts
        if rows * columns != len(cells):
            raise m.fail("matrix-count", piece, rows=rows, columns=columns, count=len(cells))
        return arrays.grid(m, [cells[r * columns : (r + 1) * columns] for r in range(rows)], piece)
    if numpy and len(parts) == 1 and parts[0].kind == "name":
        return m.node(parts[0])  # np.array(x)
    if len(parts) != 1 or parts[0].kind not in ("bracket", "group"):
        raise m.fail("matrix-form", piece)
    inner = parts[0]
    if arrays.is_flat(inner):
        if numpy:
            word = m.said(inner)
            raise m.fail("array-1d", piece, choices=(word, f"{word}ᵀ"))
        return arrays.grid(m, [[cell] for cell in inner.value[0]], inner)
    return m.node(inner)


def _where(m: Context, piece: Piece) -> Node:
    if len(piece.parts) != 3:
        raise m.fail("where-form", piece)
    test, value, otherwise = (m.node(p) for p in piece.parts)
    if not conditions.is_condition(test):
        raise m.fail("no-condition", piece.parts[0], said=m.said(piece.parts[0]))
    shape = next((s for s in map(m.shape, (value, otherwise, test)) if s != SCALAR), SCALAR)
    if shape != SCALAR:  # a number goes with every entry, as in NumPy
        ones = Fill("ones", shape)
        value, otherwise = (m.make("mul", n, ones) if m.scalar(n) else n for n in (value, otherwise))
    return conditions.chosen(m, [(value, test)], otherwise, piece, piece.parts[1:])


def _piecewise(m: Context, piece: Piece) -> Node:
    pairs: list[tuple[Node, Node]] = []
    otherwise, places = None, []
    for part in piece.parts:
        if part.kind != "tuple" or len(part.parts) != 2 or otherwise is not None:
            raise m.fail("piecewise-form", part)
        value, test = (m.node(p) for p in part.parts)
        places.append(part.parts[0])
        if test == UNIT:
            otherwise = value
        else:
            pairs.append((value, test))
    if not pairs:
        raise m.fail("piecewise-condition", piece)
    return conditions.chosen(m, pairs, otherwise, piece, places)


def _sizes(m: Context, piece: Piece) -> list[Size]:
    parts = piece.parts[0].parts if len(piece.parts) == 1 and piece.parts[0].kind == "tuple" else piece.parts
    if not 1 <= len(parts) <= 2:
        raise m.fail("fill-sizes", piece, function=piece.extra.get("written"))
    return [ONE if is_one(p) else indices.size(m, p) for p in parts]


def _fill(kind: str) -> Callable[[Context, Piece], Node]:
    def read(m: Context, piece: Piece) -> Node:
        sizes = _sizes(m, piece)
        if kind == "eye" and sizes[0] != sizes[-1]:
            raise m.fail("identity-square", piece)
        return indices.filled(kind, sizes)

    return read


def _counted(m: Context, piece: Piece) -> Node:
    if len(piece.parts) != 1:
        raise m.fail("count-form", piece)
    return Count(indices.size(m, piece.parts[0]))


LAZY: dict[str, Callable[[Context, Piece], Node]] = {
    "diag": _diag, "sum": _sum, "entries": _entries, "matrix": _matrix, "where": _where,
    "piecewise": _piecewise, "ones": _fill("ones"), "zeros": _fill("zeros"), "eye": _fill("eye"),
    "count": _counted, "reshape": shorter.reshape, "clip": shorter.clip,
}  # fmt: skip


ARITY = {
    "outer": (2, 2), "dot": (2, 2), "matmul": (2, 9), "hadamard": (2, 9), "max": (1, 20), "min": (1, 20),
    "concat": (1, 20), "hstack": (1, 20), "vstack": (1, 20), "hankel": (2, 2), "toeplitz": (2, 2),
    "eq": (2, 2), "pow": (2, 2), "step": (1, 2), "add": (2, 20), "subtract": (2, 2), "divide": (2, 2),
    "kron": (2, 2), "conv": (2, 2), "matpow": (2, 2), "norm": (1, 2),
}  # fmt: skip
