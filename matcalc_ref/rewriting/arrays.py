"""Rewriting transposes, reductions, diagonals, Kronecker products, inverses."""

from __future__ import annotations

from fractions import Fraction

from matcalc_ref.language.operations import MINUS_UNIT, UNIT, ZERO, matmul, number
from matcalc_ref.language.sizes import ONE
from matcalc_ref.language.tree import (
    Apply,
    ByEntries,
    Cases,
    Entry,
    Fill,
    IndexedSum,
    Node,
    Number,
    apply,
    is_op,
)
from matcalc_ref.rewriting.pieces import (
    eye,
    is_fill,
    is_unit,
    is_zero,
    product,
    scalars_and_arrays,
    zero,
)
from matcalc_ref.rewriting.products import Products


class Arrays(Products):
    """The rules of operations on one array, and of Kronecker products."""

    def on_transpose(self, node: Node) -> Node:
        rows, columns = node.shape
        if node.is_scalar:
            return node
        match node:
            case Fill(kind):
                return node if kind == "eye" else Fill(kind, (columns, rows))
            case Apply("transpose", (inner,)):
                return inner
            case Apply("diag"):
                return node
            case Apply("matmul", factors):
                return self.on_matmul(*(self.on_transpose(f) for f in reversed(factors)))
            case Apply("kron", factors):
                return self.on_kron(*(self.on_transpose(f) for f in factors))
            case Apply("hstack" | "vstack" as name, parts):
                return self.apply("vstack" if name == "hstack" else "hstack", *map(self.on_transpose, parts))
            case Apply("mul", factors):
                loose, arrays = scalars_and_arrays(node)
                if loose:
                    return self.on_mul(*loose, self.on_transpose(product(arrays)))
                if any(is_op(a, "transpose") for a in arrays):
                    return self.on_mul(*(self.on_transpose(a) for a in arrays))
            case Apply("add", terms):
                if self.expand or any(is_op(t, "transpose") for t in terms):
                    return self.on_add(*map(self.on_transpose, terms))
            case IndexedSum(index, low, high, body):
                return self.indexed_sum(index, low, high, self.on_transpose(body))
            case ByEntries(row, column, body):
                return ByEntries(column, row, body, (columns, rows))
            case Cases(branches, otherwise):
                turned = tuple((self.on_transpose(v), c) for v, c in branches)
                return Cases(turned, None if otherwise is None else self.on_transpose(otherwise))
        return apply("transpose", node)

    def on_sum(self, node: Node) -> Node:
        rows, columns = node.shape
        if node.is_scalar:
            return node
        loose, arrays = scalars_and_arrays(node)
        if loose:
            return self.on_mul(*loose, self.on_sum(product(arrays)))
        match node:
            case Entry(Fill("eye"), Number(), None):  # a unit row, of an entry that there is
                return UNIT
            case Fill("zeros"):
                return ZERO
            case Fill("ones"):
                return self.on_mul(self.count(rows), self.count(columns))
            case Fill("eye"):
                return self.count(rows)
            case Apply("transpose" | "diag" | "vec", (inner,)):
                return self.on_sum(inner)
            case Apply("kron", (left, right)):
                return self.on_mul(self.on_sum(left), self.on_sum(right))
            case Apply("matmul", factors):
                for k in range(1, len(factors)):
                    if factors[k].shape[0] == ONE:
                        return self.on_mul(*(self.on_sum(matmul(*f)) for f in (factors[:k], factors[k:])))
                if rows == ONE:
                    return self.on_sum(self.on_transpose(node))
            case Apply("add", terms) if self.expand:
                return self.on_add(*(self.on_sum(self.filled(t, node.shape)) for t in terms))
            case Apply("mul", (left, right)) if ONE in node.shape and not self.composed(left, right):
                return self.dot(*(self.on_transpose(v) if columns != ONE else v for v in (left, right)))
            case Apply("pow", (base, Number(Fraction(numerator=2, denominator=1)))) if (
                columns == ONE and self.ordered
            ):
                return self.dot(base, base)
        return apply("sum", node)

    def composed(self, left: Node, right: Node) -> bool:
        """Whether a sum of a product reads better than a dot product."""
        if is_unit(left) or is_unit(right):
            return False  # which is an entry
        if is_op(left, "pow") and is_op(right, "pow"):
            return True
        return any(is_op(node, "pow", "mul", "matmul", "add") for node in (left, right)) and not self.ordered

    def on_rowsum(self, node: Node) -> Node:
        return self.on_matmul(node, Fill("ones", (node.shape[1], ONE))) if node.shape[1] != ONE else node

    def on_colsum(self, node: Node) -> Node:
        return self.on_matmul(Fill("ones", (ONE, node.shape[0])), node) if node.shape[0] != ONE else node

    def on_norm(self, node: Node) -> Node:
        return apply("norm", node.children[0] if is_op(node, "transpose") else node)

    def on_trace(self, node: Node) -> Node:
        loose, arrays = scalars_and_arrays(node)
        if node.is_scalar:
            return node
        if loose:
            return self.on_mul(*loose, self.on_trace(product(arrays)))
        match node:
            case Fill("eye", (rows, _)):
                return self.count(rows)
            case Apply("diag", (vector,)):
                return self.on_sum(vector)
            case Apply("transpose", (inner,)):
                return self.on_trace(inner)
            case Apply("add", terms) if self.expand and all(not t.is_scalar for t in terms):
                return self.on_add(*map(self.on_trace, terms))
            case Apply("matmul", factors):
                for k in range(1, len(factors)):
                    if factors[k].shape[0] == ONE:
                        return self.on_matmul(*factors[k:], *factors[:k])
        return apply("trace", node)

    def on_det(self, node: Node) -> Node:
        return apply("det", node.children[0] if is_op(node, "transpose") else node)

    # diagonals, Kronecker products, inverses

    def on_diag(self, node: Node) -> Node:
        if node.shape[0] == ONE:
            node = self.on_transpose(node)
        if node.is_scalar:
            return node
        size = node.shape[0]
        loose, arrays = scalars_and_arrays(node)
        if loose:
            return self.on_mul(*loose, self.on_diag(product(arrays)))
        if is_fill(node, "ones"):
            return eye(size)
        if is_zero(node):
            return Fill("zeros", (size, size))
        if is_op(node, "kron"):
            return self.on_kron(*map(self.on_diag, node.children))
        return apply("diag", node)

    def on_diagonal(self, node: Node) -> Node:
        loose, arrays = scalars_and_arrays(node)
        if node.is_scalar:
            return node
        if loose:
            return self.on_mul(*loose, self.on_diagonal(product(arrays)))
        match node:
            case Fill(kind, (rows, _)):
                return Fill("ones" if kind == "eye" else kind, (rows, ONE))
            case Apply("diag", (vector,)):
                return vector
            case Apply("transpose", (inner,)):
                return self.on_diagonal(inner)
            case Apply("mul", factors):
                return self.on_mul(*map(self.on_diagonal, factors))
            case Apply("add", terms):
                return self.on_add(*map(self.on_diagonal, terms))
            case Apply("matmul", (left, right)) if left.shape[1] == ONE:
                return self.on_mul(left, self.on_transpose(right))
        return apply("diagonal", node)

    def on_kron(self, left: Node, right: Node) -> Node:
        shape = (left.shape[0] * right.shape[0], left.shape[1] * right.shape[1])
        scalars, parts = [], []
        for node in (left, right):
            loose, arrays = scalars_and_arrays(node)
            scalars += loose
            parts += [product(arrays)] if arrays else []
        if any(map(is_zero, (left, right))):
            return zero(shape)
        if len(parts) < 2:
            return self.on_mul(*scalars, *parts)
        if scalars:
            return self.on_mul(*scalars, self.on_kron(*parts))
        left, right = parts
        for kind in ("eye", "ones"):
            if is_fill(left, kind) and is_fill(right, kind):
                return Fill(kind, shape)
        if is_op(left, "kron"):
            return self.on_kron(left.children[0], self.on_kron(left.children[1], right))
        if is_fill(left, "ones") and is_op(right, "kron") and is_fill(right.children[0], "ones"):
            return self.on_kron(self.on_kron(left, right.children[0]), right.children[1])
        if left.shape[1] == ONE and right.shape[0] == ONE:
            return self.on_matmul(left, right)
        if left.shape[0] == ONE and right.shape[1] == ONE:
            return self.on_matmul(right, left)
        return apply("kron", left, right)

    def on_inv(self, node: Node) -> Node:
        loose, arrays = scalars_and_arrays(node)
        if node.is_scalar:
            return self.on_pow(node, MINUS_UNIT)
        if loose:
            scale = self.on_pow(product(loose), MINUS_UNIT)
            return self.on_mul(scale, self.on_inv(product(arrays)))
        match node:
            case Fill("eye"):
                return node
            case Apply("inv", (inner,)):
                return inner
            case Apply("transpose", (inner,)):
                return self.on_transpose(self.on_inv(inner))
            case Apply("diag", (vector,)):
                return self.on_diag(self.on_pow(vector, MINUS_UNIT))
        return apply("inv", node)

    def on_matpow(self, base: Node, exponent: Node) -> Node:
        """In the ordered form a short matrix power is written out, so that B² and B B are the same."""
        if not isinstance(exponent, Number) or exponent.value.denominator != 1 or base.is_scalar:
            return self.on_pow(base, exponent) if base.is_scalar else apply("matpow", base, exponent)
        times = int(exponent.value)
        if times < 0:
            base, times = self.on_inv(base), -times
        if times == 0 or is_fill(base, "eye"):
            return eye(base.shape[0])
        if times == 1 or (self.ordered and times <= 8):
            return self.on_matmul(*[base] * times)
        return apply("matpow", base, number(times))

    def on_vec(self, node: Node) -> Node:
        rows, columns = node.shape
        if columns == ONE:
            return node
        if rows == ONE:
            return self.on_transpose(node)
        loose, arrays = scalars_and_arrays(node)
        if loose:
            return self.on_mul(*loose, self.on_vec(product(arrays)))
        if is_op(node, "matmul") and len(node.children) == 2 and node.children[0].shape[1] == ONE:
            return self.on_kron(node.children[0], self.on_transpose(node.children[1]))
        if isinstance(node, Fill) and node.kind != "eye":
            return Fill(node.kind, (rows * columns, ONE))
        return apply("vec", node)
