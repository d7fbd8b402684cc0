"""Index notation: sums of products of entries, and the way back to vectors and matrices.

A `Term` is a coefficient times entries of arrays, summed over some of its indices: `2 sum_k A[i,k] x[k]
eye[i,p]`. It is the form in which derivatives are taken, for every derivative is then again such a sum.
`to_node` translates it back: products over shared indices become matrix products, parallel entries become
element-wise products, a vector on two matrices' common index a `diag`, free indices without an entry `1`.
After Laue, Mitterreiter and Giesen (NeurIPS 2018, AAAI 2020).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from matcalc_ref.language.operations import UNIT, add, matmul, mul, ones, transpose
from matcalc_ref.language.sizes import ONE, Size
from matcalc_ref.language.tree import ByEntries, Count, Entry, Fill, Index, IndexedSum, Node, Number, apply
from matcalc_ref.rewriting.lift import lift, rename


@dataclass(frozen=True)
class Factor:
    """An entry of `node`. An index is None exactly where the node has size 1 on that side."""

    node: Node
    row: str | None = None
    column: str | None = None

    @property
    def indices(self) -> tuple[str, ...]:
        return tuple(i for i in (self.row, self.column) if i is not None)

    def along(self, row: str | None, column: str | None) -> Node:
        """The node turned so that its rows run over `row` and its columns over `column`."""
        return self.node if (self.row, self.column) == (row, column) else transpose(self.node)


@dataclass(frozen=True)
class Bound:
    """The range of a summed index; `named` where the index also stands inside nodes, as `Index(name)`."""

    low: Node
    high: Node
    named: bool = False

    def mentions(self, index: str) -> bool:
        """Whether it moves with another index, as the i of sum_{j=1}^{i}."""
        return index in self.low.free_indices | self.high.free_indices


@dataclass(frozen=True)
class Term:
    """A coefficient times factors, summed over the indices in `sums`; all other indices are free."""

    coefficient: Fraction
    factors: tuple[Factor, ...]
    sums: Mapping[str, Bound]

    def renamed(self, names: Mapping[str, str]) -> Term:
        """The term with other names for its indices, also inside its nodes and the bounds of its sums."""
        if not names:
            return self
        change = rename(names)

        def new(i: str | None) -> str | None:
            return None if i is None else names.get(i, i)

        factors = tuple(Factor(f.node.map(change), new(f.row), new(f.column)) for f in self.factors)
        sums = {
            names.get(i, i): Bound(b.low.map(change), b.high.map(change), b.named)
            for i, b in self.sums.items()
        }
        return Term(self.coefficient, factors, sums)

    def times(self, other: Term) -> Term:
        """The product; summed indices of the two must differ."""
        factors = (*self.factors, *other.factors)
        return Term(self.coefficient * other.coefficient, factors, {**self.sums, **other.sums})


def full(size: Size) -> Bound:
    """The range of an index that runs over a whole side of an array."""
    return Bound(UNIT, Count(size))


def term(*factors: Factor, coefficient: Fraction | int = 1) -> Term:
    return Term(Fraction(coefficient), factors, {})


def same_index(size: Size, i: str | None, a: str | None) -> tuple[Factor, ...]:
    """The entry of the identity that says i = a; nothing for a side of size 1."""
    return () if i is None or a is None else (Factor(Fill("eye", (size, size)), i, a),)


def to_node(
    terms: Sequence[Term], row: str | None, columns: tuple[str | None, ...], sizes: Mapping[str, Size]
) -> Node:
    """The array whose rows run over `row` and whose columns run over `columns`, each of them free or None.

    `columns` may name two indices: then they run together, as in a `vec` (the first one slowest). `sizes` are
    the sizes of the free indices. Raises Untranslatable.
    """
    sides = [i for i in columns if i is not None]
    if not terms:
        width = ONE
        for i in sides:
            width = width * sizes[i]
        return Fill("zeros", (sizes[row] if row else ONE, width))
    return add(*(_Contraction(t, row, sides, sizes).node() for t in terms))


def settled(given: Term, free: Sequence[str]) -> Term:
    """The same term without the factors that only say that two indices are the same; `free` are the free
    ones.
    """
    work = _Contraction(given, None, (), {})
    work.free = free
    work.same()
    return replace(given, factors=tuple(work.factors), sums=work.sums)


class Untranslatable(ValueError):
    """A sum of products of entries that no array of rows and columns can express."""


class _Contraction:
    """One term on its way back to arrays."""

    def __init__(
        self, given: Term, row: str | None, columns: Sequence[str], sizes: Mapping[str, Size]
    ) -> None:
        self.row, self.columns, self.sizes = row, columns, sizes
        self.coefficient = given.coefficient
        self.factors = list(given.factors)
        self.sums = dict(given.sums)
        self.wrapped: list[tuple[str, Bound]] = []  # sums that stay written as sums
        self.free: Sequence[str] = [i for i in (row, *columns) if i is not None]

    def node(self) -> Node:
        self.same()
        written = [i for i in self.free if not self.take_out(i, self.sizes[i])]
        self.name_sums()
        for name in written:
            self.slice(name)
        self.contract()
        result = self.by_entries(written) if written else self.assemble()
        while self.wrapped:  # the innermost first
            name, bound = next(one for one in self.wrapped if not self.moves_others(one[0]))
            self.wrapped.remove((name, bound))
            result = IndexedSum(name, bound.low, bound.high, result)
        return mul(Number(self.coefficient), result) if self.coefficient != 1 else result

    # i = a

    def same(self) -> None:
        """Uses up the factors that say that two indices are the same."""
        pending = True
        while pending:
            pending = False
            for factor in self.factors:
                pair = self.as_same(factor)
                drop = pair and next((i for i in reversed(pair) if self.covers(i, factor)), None)
                if pair and (drop or pair[0] == pair[1]):
                    self.factors.remove(factor)
                    if drop and pair[0] != pair[1]:
                        self.replace(drop, pair[0] if drop == pair[1] else pair[1])
                    pending = True
                    break

    def as_same(self, factor: Factor) -> tuple[str, str] | None:
        """The two indices that a factor says to be the same."""
        node = factor.node
        if isinstance(node, Fill) and node.kind == "eye" and factor.row and factor.column:
            return factor.row, factor.column
        if isinstance(node, Entry) and isinstance(node.base, Fill) and node.base.kind == "eye":
            at = node.row if node.column is None else node.column
            if (
                isinstance(at, Index)
                and len(factor.indices) == 1
                and (at.name in self.sums or at.name in self.free)
            ):
                return factor.indices[0], at.name
        return None

    def covers(self, index: str, factor: Factor) -> bool:
        """Whether `index` is summed over its whole range, so that i = a can be carried out."""
        bound = self.sums.get(index)
        side = factor.node.base if isinstance(factor.node, Entry) else factor.node
        whole = bound is not None and bound.low == UNIT and bound.high == Count(side.shape[0])
        return whole and not self.moves_others(index)

    def moves_others(self, index: str) -> bool:
        """Whether `index` stands in the bounds of another sum."""
        bounds = (*self.sums.values(), *(bound for _, bound in self.wrapped))
        return any(bound.mentions(index) for bound in bounds)

    def replace(self, drop: str, keep: str) -> None:
        named = self.sums.pop(drop).named
        if named and keep in self.sums:
            self.sums[keep] = replace(self.sums[keep], named=True)
        self.factors = list(Term(Fraction(1), tuple(self.factors), {}).renamed({drop: keep}).factors)

    # indices inside nodes

    def name_sums(self) -> None:
        """Sets aside the sums over indices that stand inside nodes: they stay sums."""
        for name, bound in list(self.sums.items()):
            if not bound.named:
                continue
            if not self.moves_others(name) and any(name in f.indices for f in self.factors):
                size = next(f.node.shape[f.column == name] for f in self.factors if name in f.indices)
                if bound.low == UNIT and bound.high == Count(size) and self.take_out(name, size):
                    self.sums[name] = replace(bound, named=False)
                    continue
            self.keep_sum(name)

    def keep_sum(self, name: str) -> None:
        bound = self.sums.pop(name)
        self.slice(name)
        self.wrapped.insert(0, (name, bound))

    def slice(self, name: str) -> None:
        """Writes the factors along `name` as entries, so that `name` stands inside nodes alone."""
        for k, factor in enumerate(self.factors):
            row = Index(name) if factor.row == name else None
            column = Index(name) if factor.column == name else None
            if row or column:
                rest = (None if row else factor.row, None if column else factor.column)
                self.factors[k] = Factor(Entry(factor.node, row, column), *rest)

    def take_out(self, name: str, size: Size) -> bool:
        """Entry i of x inside a node becomes x along the index i. False, with nothing done, where not."""
        changed = list(self.factors)
        for k, factor in enumerate(self.factors):
            if name not in factor.node.free_indices:
                continue
            if name in factor.indices or len(factor.indices) > 1:
                return False
            row = factor.node if factor.row is None else transpose(factor.node)
            lifted = lift(row, name, size)
            if lifted is None:
                return False
            changed[k] = Factor(lifted, name, factor.indices[0] if factor.indices else None)
        self.factors = changed
        return True

    # products

    def contract(self) -> None:
        """Carries out the sums, the cheapest index first."""
        while True:
            self.merge()
            if not self.sums:
                return
            degrees = {
                s: sum(s in f.indices and len(f.indices) == 2 for f in self.factors) for s in self.sums
            }
            index = min(degrees, key=lambda s: degrees[s])
            if degrees[index] > 2:
                self.keep_sum(index)
            else:
                self.eliminate(index, self.sums.pop(index))

    def merge(self) -> None:
        """Factors along the same indices become one, by the element-wise product."""
        groups: dict[frozenset[str], list[Factor]] = {}
        scalars = []
        for factor in self.factors:
            if factor.row is not None and factor.row == factor.column:
                factor = Factor(apply("diagonal", factor.node), factor.row)
            if factor.indices:
                groups.setdefault(frozenset(factor.indices), []).append(factor)
            else:
                scalars.append(factor)
        self.factors = scalars + [g[0] if len(g) == 1 else _merged(g) for g in groups.values()]

    def eliminate(self, index: str, bound: Bound) -> None:
        here = [f for f in self.factors if index in f.indices]
        self.factors = [f for f in self.factors if index not in f.indices]
        vector = next((f.along(index, None) for f in here if len(f.indices) == 1), None)
        matrices = [f for f in here if len(f.indices) == 2]
        if not matrices:
            self.factors.append(Factor(apply("sum", vector) if vector else bound.high))
            return
        i = next(k for k in matrices[0].indices if k != index)
        left = matrices[0].along(i, index)
        if len(matrices) == 1:
            self.factors.append(Factor(matmul(left, vector or ones(left.shape[1])), i))
            return
        j = next(k for k in matrices[1].indices if k != index)
        middle = (apply("diag", vector),) if vector else ()
        self.factors.append(Factor(matmul(left, *middle, matrices[1].along(index, j)), i, j))

    # the result

    def by_entries(self, written: Sequence[str]) -> Node:
        """The result entry by entry, where an index stands inside a node and nothing takes it out."""
        if len(self.columns) > 1:
            raise Untranslatable("its entries cannot be written as one matrix with respect to a matrix")
        column = self.columns[0] if self.columns else None
        for name in (self.row, column):
            if name is not None and name not in written:
                self.slice(name)
        body = mul(*(f.node for f in self.factors)) if self.factors else UNIT
        shape = (self.sizes[self.row] if self.row else ONE, self.sizes[column] if column else ONE)
        return ByEntries(self.row, column, body, shape)

    def assemble(self) -> Node:
        scalars = [f.node for f in self.factors if not f.indices]
        body = (
            self.joined() if len(self.columns) == 2 else self.pair(self.row, next(iter(self.columns), None))
        )
        return mul(*scalars, body) if scalars else body

    def get(self, *indices: str | None) -> Factor | None:
        if None in indices:
            return None
        return next(
            (f for f in self.factors if f.indices and frozenset(f.indices) == frozenset(indices)), None
        )

    def pair(self, row: str | None, column: str | None) -> Node:
        """The factors along `row`, along `column` and along both, as one array."""
        if row is None and column is None:
            return UNIT
        left, right, matrix = self.get(row), self.get(column), self.get(row, column)
        if matrix is None:
            parts = []
            if row is not None:
                parts.append(left.along(row, None) if left else ones(self.sizes[row]))
            if column is not None:
                parts.append(right.along(None, column) if right else ones(1, self.sizes[column]))
            return matmul(*parts)
        chain = [matrix.along(row, column)]
        if left:
            chain.insert(0, apply("diag", left.along(row, None)))
        if right:
            chain.append(apply("diag", right.along(column, None)))
        return matmul(*chain)

    def joined(self) -> Node:
        """Columns over two indices p, q that run together: Kronecker products."""
        p, q = self.columns
        by_p, by_q, both = self.get(self.row, p), self.get(self.row, q), self.get(p, q)
        parts = []
        if by_p:
            parts.append(
                apply("kron", self.pair(self.row, p), ones(1, self.sizes[q]) if by_q else self.alone(q))
            )
        if by_q:
            first = ones(1, self.sizes[p]) if by_p else self.alone(p)
            parts.append(apply("kron", first, _scaled(by_q.along(self.row, q), self.get(q))))
            if not by_p and self.get(self.row):
                parts[0] = matmul(apply("diag", self.pair(self.row, None)), parts[0])
        if not parts:
            row = (
                transpose(apply("vec", self.pair(p, q)))
                if both
                else apply("kron", self.alone(p), self.alone(q))
            )
            return matmul(self.pair(self.row, None), row) if self.row else row
        result = mul(*parts)
        return matmul(result, apply("diag", apply("vec", both.along(p, q)))) if both else result

    def alone(self, index: str) -> Node:
        return self.pair(None, index)


def _merged(group: list[Factor]) -> Factor:
    first, *rest = group
    return replace(first, node=mul(first.node, *(f.along(first.row, first.column) for f in rest)))


def _scaled(matrix: Node, columns: Factor | None) -> Node:
    return matmul(matrix, apply("diag", columns.along(columns.indices[0], None))) if columns else matrix
