"""Derivatives in index notation: the table of rules, chained and added up over every path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from matcalc_ref.language.operations import number
from matcalc_ref.language.sizes import ONE, Shape, Size
from matcalc_ref.language.tree import Apply, ByEntries, Cases, Entry, Fill, Index, IndexedSum, Node, apply
from matcalc_ref.rewriting.einstein import (
    Bound,
    Factor,
    Term,
    full,
    same_index,
    settled,
    term,
    to_node,
)
from matcalc_ref.rewriting.lift import rename
from matcalc_ref.rewriting.normal import normal, simplify
from matcalc_ref.rules import RULES, NoDerivative, Slots, shared_extreme

FREE = ROW, COLUMN, P, Q = "_i", "_j", "_p", "_q"  # the entry of the node, and of the variable
MOST_TERMS = 400
FEW_TERMS = 8
MOST_FACTORS = 50  # of a product, all different: each of its terms has all but one of them


class CannotDerive(ValueError):
    """An expression that has no derivative here. `part` is the one to blame; the text is for people."""

    def __init__(self, message: str, part: Node | None = None) -> None:
        super().__init__(message)
        self.part = part


class Engine:
    """The derivatives of expressions by one variable, in index notation; every part is worked out once."""

    def __init__(self, wrt: Node) -> None:
        self.wrt = wrt
        rows, columns = wrt.shape
        self.p, self.q = (P if rows != ONE else None), (Q if columns != ONE else None)
        self.sizes: dict[str, Size] = {P: rows, Q: columns}
        self.known: dict[Node, list[Term]] = {}
        self.uses: dict[Node, bool] = {}
        self.count = 0

    def depends(self, node: Node) -> bool:
        """Whether the variable occurs in `node`."""
        found = self.uses.get(node)
        if found is None:
            found = self.uses[node] = node == self.wrt or any(self.depends(c) for c in node.children)
        return found

    def terms(self, node: Node, i: str | None, j: str | None) -> list[Term]:
        """∂ node[i,j] / ∂ variable[_p,_q], with summed indices of its own."""
        found = self.known.get(node)
        if found is None:
            found = self.known[node] = self.collapsed(node, [settled(t, FREE) for t in self.compute(node)])
        fixed = {name: new for name, new in ((ROW, i), (COLUMN, j)) if new is not None and new != name}
        return [t.renamed({**fixed, **{s: self.fresh() for s in t.sums}}) for t in found]

    def fresh(self) -> str:
        self.count += 1
        return f"_{self.count}"

    def array(self, terms: Sequence[Term], shape: Shape) -> tuple[Node, str | None, str | None]:
        """The terms as one array with the indices of its sides, where they have at most two."""
        i, j = (ROW if shape[0] != ONE else None), (COLUMN if shape[1] != ONE else None)
        free = [name for name in (i, j, self.p, self.q) if name is not None]
        row, column = (*free, None, None)[:2]
        if len(free) == 1 and free[0] in (P, Q):
            row, column = None, free[0]
        sizes = {**self.sizes, ROW: shape[0], COLUMN: shape[1]}
        return simplify(to_node(terms, row, (column,), sizes)), row, column

    def collapsed(self, node: Node, terms: list[Term]) -> list[Term]:
        """Several terms become one matrix wherever a matrix can hold them, so that products stay factored.

        A few under a sum stay apart: each may become a product of matrices.
        """
        sides = [*node.shape, *self.wrt.shape]
        if node.free_indices and len(terms) <= FEW_TERMS:
            return terms
        if len(terms) < 2 or sum(size != ONE for size in sides) > 2:
            if len(terms) > MOST_TERMS:
                raise CannotDerive("its derivative has too many terms", node)
            return terms
        value, row, column = self.array(terms, node.shape)
        if isinstance(value, Fill) and value.kind == "zeros":
            return []
        return [term(Factor(value, row, column))]

    def compute(self, node: Node) -> list[Term]:
        if node == self.wrt:
            return [term(*same_index(node.shape[0], ROW, self.p), *same_index(node.shape[1], COLUMN, self.q))]
        if not self.depends(node):
            return []
        i, j = (ROW if node.shape[0] != ONE else None), (COLUMN if node.shape[1] != ONE else None)
        self.refuse_moving_bounds(node)
        match node:
            case Apply("max" | "min" as operation, arguments) if len(
                distinct := self.distinct(arguments)
            ) < len(arguments):
                return self.terms(apply(operation, *distinct), i, j)
            case Apply():
                return self.apply(node, Slots(i, j, None, None))
            case Entry(base, row, column):
                return self.entry(base, row, column, i, j)
            case IndexedSum(index, low, high, body):
                name = self.fresh()
                inner = self.terms(body.map(rename({index: name})), i, j)
                return [replace(t, sums={**t.sums, name: Bound(low, high, named=True)}) for t in inner]
            case ByEntries(row_index, column_index, body):
                names = {old: self.fresh() for old, new in ((row_index, i), (column_index, j)) if old and new}
                ends = {
                    names[old]: new for old, new in ((row_index, ROW), (column_index, COLUMN)) if old in names
                }
                fixed = {old: number(1) for old in (row_index, column_index) if old and old not in names}
                inner = self.terms(body.map(rename(names)).map(_at(fixed)), None, None)
                return [t.renamed(ends) for t in inner]
            case Cases():
                return self.cases(node, i, j)
        raise CannotDerive("it has no derivative here", node)

    def refuse_moving_bounds(self, node: Node) -> None:
        """What an index or a sum's bounds depend on jumps from entry to entry: it has no derivative."""
        bounds: tuple[Node | None, ...] = ()
        if isinstance(node, IndexedSum):
            bounds = (node.low, node.high)
        elif isinstance(node, Entry):
            bounds = (node.row, node.column)
        if any(bound is not None and self.depends(bound) for bound in bounds):
            raise CannotDerive(
                "An index or a bound of a sum depends on the variable; that has no derivative.", node
            )

    def distinct(self, operands: tuple[Node, ...]) -> list[Node]:
        """Operands without repetitions: max(u, u) is u, and has no kink."""
        if sum(map(self.depends, operands)) < 2:
            return list(operands)
        return list({normal(operand): operand for operand in operands}.values())

    def apply(self, node: Apply, at: Slots) -> list[Term]:
        partial = RULES[node.operation].partial
        moving = [k for k, operand in enumerate(node.arguments) if self.depends(operand)]
        if len({node.arguments[k] for k in moving}) > MOST_FACTORS and node.operation in ("mul", "matmul"):
            raise CannotDerive(
                f"This product has too many factors ({len(moving)}; {MOST_FACTORS} are the most): derive a "
                "part of it, or its logarithm.",
                node,
            )
        if node.operation in ("max", "min") and len(moving) > 1:
            partial = shared_extreme(node, moving)
        found: list[Term] = []
        for k in moving:
            operand = node.arguments[k]
            rows, columns = operand.shape
            a, b = (self.fresh() if rows != ONE else None), (self.fresh() if columns != ONE else None)
            try:
                partials = partial(node, k, replace(at, a=a, b=b))
            except NoDerivative as error:
                raise CannotDerive(str(error), node) from None
            for inner in self.terms(operand, a, b) if partials else ():
                sums = {name: _over(name, size, inner) for name, size in ((a, rows), (b, columns)) if name}
                found += [
                    settled(replace(t := part.times(inner), sums={**t.sums, **sums}), FREE)
                    for part in partials
                ]
        return found

    def entry(
        self, base: Node, row: Node | None, column: Node | None, i: str | None, j: str | None
    ) -> list[Term]:
        """∂ base[row, column]: the entry of the derivative, picked by a row of the identity."""
        ends: list[str | None] = []
        picked: list[Factor] = []
        sums: dict[str, Size] = {}
        for at, size, own in ((row, base.shape[0], i), (column, base.shape[1], j)):
            if at is None:
                ends.append(own)
            elif size == ONE:
                ends.append(None)
                if at != number(1):
                    picked.append(Factor(Entry(Fill("ones", (ONE, ONE)), at, number(1))))
            else:
                name = self.fresh()
                ends.append(name)
                sums[name] = size
                picked.append(Factor(Entry(Fill("eye", (size, size)), at, None), None, name))
        found = []
        for inner in self.terms(base, *ends):
            bounds = {name: _over(name, size, inner) for name, size in sums.items()}
            t = term(*picked).times(inner)
            found.append(settled(replace(t, sums={**t.sums, **bounds}), FREE))
        return found

    def cases(self, node: Cases, i: str | None, j: str | None) -> list[Term]:
        """Each value's derivative, where its condition is the one that decides."""
        values = [value for value, _ in node.branches] + ([] if node.otherwise is None else [node.otherwise])
        sides = [*node.shape, *self.wrt.shape]
        if sum(size != ONE for size in sides) <= 2:
            arrays = [self.array(self.terms(v, i, j), node.shape) for v in values]
            pairs = tuple((a[0], c) for a, (_, c) in zip(arrays, node.branches, strict=False))
            otherwise = None if node.otherwise is None else arrays[-1][0]
            return [term(Factor(Cases(pairs, otherwise), *arrays[0][1:]))]
        found: list[Term] = []
        for k, value in enumerate(values):
            chosen = tuple((number(int(k == m)), c) for m, (_, c) in enumerate(node.branches))
            rest = None if node.otherwise is None else number(int(k == len(node.branches)))
            found += [term(Factor(Cases(chosen, rest))).times(t) for t in self.terms(value, i, j)]
        return found


def _over(name: str, size: Size, inner: Term) -> Bound:
    return replace(full(size), named=any(name in f.node.free_indices for f in inner.factors))


def _at(values: Mapping[str, Node]) -> Callable[[Node], Node]:
    return lambda node: values.get(node.name, node) if isinstance(node, Index) else node
