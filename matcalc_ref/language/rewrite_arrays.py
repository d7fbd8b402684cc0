"""Rewriting products of arrays, transposes, sums, diagonals, stacks, entries: the rules of vectors and matrices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from fractions import Fraction

from matcalc_ref.language.einstein import Factor, Term, Untranslatable, to_node
from matcalc_ref.language.lift import free_indices
from matcalc_ref.language.operations import apply, matmul
from matcalc_ref.language.pieces import (
    UNIT,
    ZERO,
    filled_one,
    is_fill,
    is_op,
    is_zero,
    product,
    scalars_and_arrays,
    zero,
)
from matcalc_ref.language.sizes import ONE, Shape, Size
from matcalc_ref.language.tree import (
    Apply,
    ByEntries,
    Cases,
    Count,
    Entry,
    Fill,
    Index,
    IndexedSum,
    Node,
    Number,
)


def eye(size: Size) -> Node:
    return UNIT if size == ONE else Fill("eye", (size, size))


class Arrays(ABC):
    """The array half of `Rewriter`; every method takes rewritten operands."""

    expand: bool
    ordered: bool

    @abstractmethod
    def __call__(self, node: Node) -> Node: ...

    @abstractmethod
    def apply(self, operation: str, *arguments: Node) -> Node: ...

    @abstractmethod
    def on_add(self, *arguments: Node) -> Node: ...

    @abstractmethod
    def on_mul(self, *arguments: Node) -> Node: ...

    @abstractmethod
    def on_pow(self, base: Node, exponent: Node) -> Node: ...

    @abstractmethod
    def key(self, node: Node) -> str: ...

    @abstractmethod
    def sorted(self, nodes: Iterable[Node]) -> list[Node]: ...

    @abstractmethod
    def count(self, size: Size) -> Node: ...

    # products

    def hadamard(self, arrays: list[Node], shape: Shape) -> Node | None:
        """The element-wise product of arrays of one shape."""
        if len(arrays) < 2:
            return arrays[0] if arrays else None
        if any(is_op(a, "diag") for a in arrays) and all(
            is_op(a, "diag") or is_fill(a, "eye") for a in arrays
        ):
            return self.on_diag(self.on_mul(*(a.children[0] for a in arrays if a.children)))
        if all(is_op(a, "transpose") for a in arrays):
            return self.on_transpose(self.on_mul(*(a.children[0] for a in arrays)))
        first = arrays[0]
        if all(is_op(a, "kron") and _shapes(a) == _shapes(first) for a in arrays):
            return self.on_kron(
                *(self.on_mul(*parts) for parts in zip(*(a.children for a in arrays), strict=True))
            )
        if any(is_op(a, "kron") for a in arrays) and is_fill(first, "eye"):
            return apply("mul", *arrays)
        return apply("mul", *self.sorted(arrays))

    def on_matmul(self, *arguments: Node) -> Node:
        shape = (arguments[0].shape[0], arguments[-1].shape[1])
        scalars: list[Node] = []
        chain: list[Node] = []
        for node in arguments:
            inner = node.children if is_op(node, "matmul") else (node,)
            for part in inner:
                loose, arrays = scalars_and_arrays(part)
                scalars += loose
                if arrays:
                    nested = (
                        arrays[0].children
                        if len(arrays) == 1 and is_op(arrays[0], "matmul")
                        else (product(arrays),)
                    )
                    chain += nested
        if any(is_zero(node) for node in (*chain, *scalars)):
            return zero(shape)
        chain = self.joined([node for node in chain if not is_fill(node, "eye")])
        for start, stop in _scalar_parts(chain):
            scalars.append(self.scalar_product(chain[start:stop]))
            chain[start:stop] = []
        if len(chain) == 1 and chain[0].is_scalar:
            scalars.append(chain.pop())
        if not chain:
            rest = filled_one(shape) if ONE in shape else eye(shape[0])
            return self.on_mul(*scalars, rest) if scalars else rest
        if any(is_op(node, "matmul") or scalars_and_arrays(node)[0] for node in chain):
            return self.on_mul(*scalars, self.on_matmul(*chain))
        if self.expand and any(len(self.summands(node)) > 1 for node in chain):
            return self.distributed(scalars, chain)
        return self.on_mul(*scalars, matmul(*chain)) if scalars else matmul(*chain)

    def joined(self, chain: list[Node]) -> list[Node]:
        """The chain after every rule that joins two neighbours: diag(a) diag(b), A⁻¹ A, diag(a) x, …"""
        k = 0
        while k + 1 < len(chain):
            left, right = chain[k], chain[k + 1]
            both = self.pair(left, right)
            if both is None:
                k += 1
            else:
                chain[k : k + 2] = [] if is_fill(both, "eye") else [both]
                k = max(k - 1, 0)
        return chain

    def pair(self, left: Node, right: Node) -> Node | None:
        if left.is_scalar or right.is_scalar:
            return self.on_mul(left, right)
        if is_op(left, "diag"):
            inside = left.children[0]
            if is_op(right, "diag"):
                return self.on_diag(self.on_mul(inside, right.children[0]))
            if right.shape[1] == ONE:
                return self.on_mul(inside, right)
        if is_op(right, "diag") and left.shape[0] == ONE:
            return self.on_transpose(self.on_mul(self.on_transpose(left), right.children[0]))
        if left == apply("inv", right) if right.shape[0] == right.shape[1] else False:
            return eye(right.shape[0])
        if left.shape[0] == left.shape[1] and right == apply("inv", left):
            return eye(left.shape[0])
        if isinstance(left, Entry) and is_fill(left.base, "eye") and left.row is not None:
            return self.entry(right, left.row, None)
        if (
            is_op(right, "transpose")
            and isinstance(unit := right.children[0], Entry)
            and is_fill(unit.base, "eye")
        ):
            return self.entry(left, None, unit.row)
        if is_op(left, "kron") or is_op(right, "kron"):
            return self.pair_of_krons(left, right)
        if is_op(left, "hstack") and is_op(right, "vstack"):
            if [a.shape[1] for a in left.children] == [b.shape[0] for b in right.children]:
                parts = zip(left.children, right.children, strict=True)
                return self.on_add(*(self.on_matmul(a, b) for a, b in parts))
        if is_op(left, "vstack") and _has_fill(left):
            return self.apply("vstack", *(self.on_matmul(a, right) for a in left.children))
        if is_op(right, "hstack") and _has_fill(right):
            return self.apply("hstack", *(self.on_matmul(left, b) for b in right.children))
        return None

    def pair_of_krons(self, left: Node, right: Node) -> Node | None:
        if is_op(left, "kron") and is_op(right, "kron"):
            (a, b), (c, d) = left.children, right.children
            if a.shape[1] == c.shape[0] and b.shape[1] == d.shape[0]:
                return self.on_kron(self.on_matmul(a, c), self.on_matmul(b, d))
        if is_op(left, "kron"):
            a, b = left.children
            if b.shape[1] == ONE:
                return self.on_kron(self.on_matmul(a, right), b)
            if a.shape[1] == ONE:
                return self.on_kron(a, self.on_matmul(b, right))
        if is_op(right, "kron"):
            c, d = right.children
            if d.shape[0] == ONE:
                return self.on_kron(self.on_matmul(left, c), d)
            if c.shape[0] == ONE:
                return self.on_kron(c, self.on_matmul(left, d))
        return None

    def summands(self, node: Node) -> tuple[Node, ...]:
        """The terms of a sum, also of a transposed one; the node alone where it is none."""
        if is_op(node, "add"):
            return node.children
        if is_op(node, "transpose") and is_op(node.children[0], "add"):
            return tuple(t if t.is_scalar else self.on_transpose(t) for t in node.children[0].children)
        return (node,)

    def distributed(self, scalars: list[Node], chain: list[Node]) -> Node:
        choices: list[list[Node]] = [[]]
        for node in chain:
            summands = self.summands(node)
            parts = summands if len(choices) * len(summands) <= 60 else (node,)
            spread = [p if p.shape == node.shape else self.on_mul(p, Fill("ones", node.shape)) for p in parts]
            choices = [[*chosen, part] for chosen in choices for part in spread]
        if len(choices) == 1:
            again = matmul(*chain)
            return self.on_mul(*scalars, again) if scalars else again
        return self.on_add(*(self.on_mul(*scalars, self.on_matmul(*chosen)) for chosen in choices))

    def scalar_product(self, chain: Sequence[Node]) -> Node:
        """A row times … times a column."""
        if len(chain) == 1:
            return chain[0]
        if is_fill(chain[0], "ones"):
            return self.on_sum(self.on_matmul(*chain[1:]))
        if is_fill(chain[-1], "ones"):
            return self.on_sum(self.on_transpose(self.on_matmul(*chain[:-1])))
        if self.expand and any(len(self.summands(node)) > 1 for node in chain):
            return self.distributed([], list(chain))
        if len(chain) == 2:
            return self.dot(self.on_transpose(chain[0]), chain[1])
        return self.turned(matmul(*chain))

    def turned(self, scalar: Node) -> Node:
        """xᵀ A y or yᵀ Aᵀ x, the same for both in the ordered form."""
        other = matmul(*(self.on_transpose(node) for node in reversed(scalar.children)))
        if self.ordered:
            return min(scalar, other, key=self.key)
        weight = [sum(is_op(node, "transpose") for node in side.children) for side in (scalar, other)]
        return other if weight[1] < weight[0] else scalar

    def dot(self, left: Node, right: Node) -> Node:
        """The dot product of two columns: wᵀ x, or sum(a ⊗ b ⊗ c) for more than two factors."""
        unit = self.pair(self.on_transpose(left), right)
        if unit is not None:
            return unit
        if is_op(left, "mul") or is_op(right, "mul") or is_op(left, "pow") and is_op(right, "pow"):
            return self.on_sum(self.on_mul(left, right))
        if self.ordered:
            left, right = self.sorted((left, right))
        row = self.on_transpose(left)
        if is_op(row, "matmul") or is_op(right, "matmul"):
            return self.turned(matmul(*(row.children if is_op(row, "matmul") else (row,)),
                                      *(right.children if is_op(right, "matmul") else (right,))))  # fmt: skip
        return matmul(row, right)

    # transposes and reductions

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
                    return self.on_add(*(t if t.is_scalar else self.on_transpose(t) for t in terms))
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
                        return self.on_mul(
                            self.on_sum(matmul(*factors[:k])), self.on_sum(matmul(*factors[k:]))
                        )
                if rows == ONE:
                    return self.on_sum(self.on_transpose(node))
            case Apply("add", terms) if self.expand:
                whole = [
                    t if t.shape == node.shape else self.on_mul(t, Fill("ones", node.shape)) for t in terms
                ]
                return self.on_add(*(self.on_sum(t) for t in whole))
            case Apply("mul", (left, right)) if ONE in node.shape and not self.composed(left, right):
                return self.dot(*(self.on_transpose(v) if columns != ONE else v for v in (left, right)))
            case Apply("pow", (base, Number(Fraction(numerator=2, denominator=1)))) if (
                columns == ONE and self.ordered
            ):
                return self.dot(base, base)
        return apply("sum", node)

    def composed(self, left: Node, right: Node) -> bool:
        """Whether a sum of a product reads better than a dot product."""
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
                return self.on_add(*(t if t.is_scalar else self.on_diagonal(t) for t in terms))
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
            return self.on_pow(node, Number(Fraction(-1)))
        if loose:
            scale = self.on_pow(product(loose), Number(Fraction(-1)))
            return self.on_mul(scale, self.on_inv(product(arrays)))
        match node:
            case Fill("eye"):
                return node
            case Apply("inv", (inner,)):
                return inner
            case Apply("transpose", (inner,)):
                return self.on_transpose(self.on_inv(inner))
            case Apply("diag", (vector,)):
                return self.on_diag(self.on_pow(vector, Number(Fraction(-1))))
        return apply("inv", node)

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

    # stacks and entries

    def on_hstack(self, *arguments: Node) -> Node:
        return self.stack("hstack", arguments)

    def on_vstack(self, *arguments: Node) -> Node:
        return self.stack("vstack", arguments)

    def stack(self, name: str, arguments: tuple[Node, ...]) -> Node:
        parts: list[Node] = []
        for node in arguments:
            parts += node.children if is_op(node, name) else (node,)
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
        if (
            isinstance(base, Entry)
            and (base.row is None or row is None)
            and (base.column is None or column is None)
        ):
            return self.entry(
                base.base, base.row if row is None else row, base.column if column is None else column
            )
        whole = Entry(base, row, column)
        loose, arrays = scalars_and_arrays(base)
        if loose:
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
            whole = [
                t if t.shape == body.shape else self.on_mul(t, Fill("ones", body.shape))
                for t in body.children
            ]
            return self.on_add(*(self.indexed_sum(index, low, high, t) for t in whole))
        factors = body.children if is_op(body, "mul") else (body,)
        outside = [f for f in factors if f.is_scalar and index not in free_indices(f)]
        if outside and len(outside) < len(factors):
            inside = product([f for f in factors if f not in outside])
            return self.on_mul(*outside, self.indexed_sum(index, low, high, inside))
        if index not in free_indices(body) and low == UNIT and isinstance(high, Count | Number):
            if not isinstance(high, Number) or high.value >= 0:
                return self.on_mul(high, body)
        return IndexedSum(index, low, high, body)

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
            try:
                found.append(to_node(terms, row, (column,), sizes))
            except Untranslatable:
                return ByEntries(row, column, body, shape)
        if any(isinstance(node, ByEntries) for each in found for node in each.walk()):
            return ByEntries(row, column, body, shape)
        rewritten = [self(node) for node in found]
        return self.on_add(*rewritten) if len(rewritten) > 1 else rewritten[0]

    def cases(self, node: Cases) -> Node:
        """Cases that all give the same are that value."""
        if node.otherwise is not None and all(value == node.otherwise for value, _ in node.branches):
            return node.otherwise
        return node


def _shapes(node: Node) -> list[Shape]:
    return [child.shape for child in node.children]


def _has_fill(stack: Node) -> bool:
    return any(part == UNIT or is_zero(part) or is_fill(part, "eye") for part in stack.children)


def _scalar_parts(chain: Sequence[Node]) -> list[tuple[int, int]]:
    """The stretches of a chain that are row … column, from the last to the first."""
    sizes = [chain[0].shape[0], *(node.shape[1] for node in chain)] if chain else []
    cuts = [k for k, size in enumerate(sizes) if size == ONE]
    return [(a, b) for a, b in zip(cuts, cuts[1:], strict=False)][::-1]


def _as_factor(node: Node, sizes: dict[str, Size]) -> Factor:
    if is_op(node, "eq"):
        left, right = node.children
        if isinstance(left, Index) and isinstance(right, Index) and {left.name, right.name} == sizes.keys():
            size = sizes[left.name]
            if sizes[right.name] == size:
                return Factor(Fill("eye", (size, size)), left.name, right.name)
    return Factor(node)
