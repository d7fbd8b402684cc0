"""Rewriting stacks, entries, sums over an index, arrays by their entries, cases."""

from __future__ import annotations

from fractions import Fraction

from matcalc_ref.language.operations import transpose
from matcalc_ref.language.sizes import ONE, Shape, Size
from matcalc_ref.language.table import COMPARISONS
from matcalc_ref.language.tree import (
    Apply,
    ByEntries,
    Count,
    Entry,
    Fill,
    Index,
    IndexedSum,
    Node,
    Number,
    apply,
    is_op,
)
from matcalc_ref.rewriting.arrays import Arrays
from matcalc_ref.rewriting.einstein import Factor, Term, to_node
from matcalc_ref.rewriting.lift import lift
from matcalc_ref.rewriting.pieces import (
    UNIT,
    ZERO,
    filled_one,
    is_fill,
    is_zero,
    product,
    scalars_and_arrays,
    zero,
)


class Entries(Arrays):
    """The rules of what is written entry by entry."""

    def on_hstack(self, *arguments: Node) -> Node:
        return self.stack("hstack", arguments)

    def on_vstack(self, *arguments: Node) -> Node:
        return self.stack("vstack", arguments)

    def stack(self, name: str, arguments: tuple[Node, ...]) -> Node:
        parts: list[Node] = []
        for node in arguments:
            parts += node.children if is_op(node, name) else (node,)
        across = "hstack" if name == "vstack" else "vstack"
        if any(is_op(part, across) for part in parts):
            parts = [_written_out(part, across) for part in parts]
        result = apply(name, *parts)
        if all(map(is_zero, parts)):
            return zero(result.shape)
        if all(node == UNIT or is_fill(node, "ones") for node in parts):
            return filled_one(result.shape)
        return parts[0] if len(parts) == 1 else result

    def entry(self, base: Node, row: Node | None, column: Node | None) -> Node:
        rows, columns = base.shape
        row = None if row == UNIT and rows == ONE else row
        column = None if column == UNIT and columns == ONE else column
        if row is None and column is None:
            return base
        if isinstance(base, Entry) and None in (base.row, row) and None in (base.column, column):
            return self.entry(base.base, base.row or row, base.column or column)
        whole = Entry(base, row, column)
        loose, arrays = scalars_and_arrays(base)
        if loose and arrays:
            return self.on_mul(*loose, self.entry(product(arrays), row, column))
        match base:
            case Fill("zeros"):
                return zero(whole.shape)
            case Fill("eye", (size, _)):
                if row is not None and column is not None:
                    return UNIT if row == column and isinstance(row, Index) else self.apply("eq", row, column)
                at, count = row if column is None else column, size.number
                if isinstance(at, Number) and count is not None and count <= 12:
                    units = [UNIT if at.value == k else ZERO for k in range(1, count + 1)]
                    return self.apply("hstack" if column is None else "vstack", *units)
                return Entry(base, at, None) if column is None else apply("transpose", Entry(base, at, None))
            case Apply("transpose", (inner,)):
                return self.on_transpose(self.entry(inner, column, row))
            case Apply("matmul", factors):
                ends = list(factors)
                ends[0] = ends[0] if row is None else self.entry(ends[0], row, None)
                ends[-1] = ends[-1] if column is None else self.entry(ends[-1], None, column)
                return self.on_matmul(*ends)
            case Apply("add", terms) if self.expand and all(t.shape == base.shape for t in terms):
                return self.on_add(*(self.entry(t, row, column) for t in terms))
            case Apply("pow", (inner, Number(exponent))) if whole.is_scalar and (
                exponent > 0 or {row, column} <= {None, UNIT}  # any other may be no entry, which counts as 0
            ):
                return self.on_pow(self.entry(inner, row, column), Number(exponent))
            case Apply("hstack" | "vstack", parts) if all(p.is_scalar for p in parts):
                at = column if is_op(base, "hstack") else row
                if isinstance(at, Number) and at.value.denominator == 1 and 1 <= at.value <= len(parts):
                    return parts[int(at.value) - 1]
        return whole

    # indices

    def indexed_sum(self, index: str, low: Node, high: Node, body: Node) -> Node:
        if is_zero(body):
            return body
        if self.expand and is_op(body, "add"):
            terms = (self.filled(t, body.shape) for t in body.children)
            return self.on_add(*(self.indexed_sum(index, low, high, t) for t in terms))
        factors = body.children if is_op(body, "mul") else (body,)
        outside = [f for f in factors if f.is_scalar and index not in f.free_indices]
        if outside and len(outside) < len(factors):
            inside = product([f for f in factors if f not in outside])
            return self.on_mul(*outside, self.indexed_sum(index, low, high, inside))
        counted = isinstance(high, Count) or (isinstance(high, Number) and high.value >= 0)
        if index not in body.free_indices and low == UNIT and counted:
            return self.on_mul(high, body)
        whole = self.sum_of_rows(index, high.size, body) if isinstance(high, Count) and low == UNIT else None
        return IndexedSum(index, low, high, body) if whole is None else whole

    def sum_of_rows(self, index: str, size: Size, body: Node) -> Node | None:
        """A sum of rows or columns as a product: sum_i x_i B_{i,:} is x^T B. None where no array says it, or
        where single samples count only on a condition.
        """
        if body.is_scalar or ONE not in body.shape or body.operations & {*COMPARISONS}:
            return None
        lying = body.shape[0] == ONE
        loose, arrays = scalars_and_arrays(body if lying else self.on_transpose(body))
        numbers, rows = lift(product(loose), index, size), lift(product(arrays), index, size)
        if numbers is None or rows is None or numbers.shape != (size, ONE) or rows.shape[0] != size:
            return None
        whole = self.on_matmul(self(transpose(numbers)), self(rows))
        return whole if lying else self.on_transpose(whole)

    def by_entries(self, row: str | None, column: str | None, body: Node, shape: Shape) -> Node:
        """Entries that a matrix expresses become that matrix: x_i δ_ij is diag(x)."""
        if row is None and column is None:
            return body
        sizes = {name: size for name, size in ((row, shape[0]), (column, shape[1])) if name is not None}
        found = []
        for part in body.children if is_op(body, "add") and self.expand else (body,):
            loose, _ = scalars_and_arrays(part)
            factors = [_as_factor(f, sizes) for f in loose]
            terms = [Term(Fraction(1), tuple(factors), {})]
            found.append(to_node(terms, row, (column,), sizes))
        if any(isinstance(node, ByEntries) for each in found for node in each.walk()):
            return ByEntries(row, column, body, shape)
        rewritten = [self(node) for node in found]
        return self.on_add(*rewritten) if len(rewritten) > 1 else rewritten[0]


def _written_out(part: Node, across: str) -> Node:
    """A short row (or column) of zeros or ones as the numbers, to stand below written-out ones."""
    thick, long = part.shape if across == "hstack" else reversed(part.shape)
    count = long.number
    if not isinstance(part, Fill) or part.kind == "eye" or thick != ONE or count is None or count > 12:
        return part
    return apply(across, *([UNIT if part.kind == "ones" else ZERO] * count))


def _as_factor(node: Node, sizes: dict[str, Size]) -> Factor:
    if is_op(node, "eq"):
        left, right = node.children
        if isinstance(left, Index) and isinstance(right, Index) and {left.name, right.name} == sizes.keys():
            size = sizes[left.name]
            if sizes[right.name] == size:
                return Factor(Fill("eye", (size, size)), left.name, right.name)
    return Factor(node)
