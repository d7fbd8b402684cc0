"""Rewriting products of arrays: element-wise ones, chains of matrices, dot products."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from matcalc_ref.language.operations import matmul
from matcalc_ref.language.sizes import ONE, Shape
from matcalc_ref.language.tree import (
    Entry,
    Fill,
    Node,
    apply,
    is_op,
)
from matcalc_ref.rewriting.base import MOST_TERMS, Rules
from matcalc_ref.rewriting.pieces import (
    UNIT,
    eye,
    filled_one,
    is_fill,
    is_zero,
    product,
    scalars_and_arrays,
    zero,
)


class Products(Rules):
    """The rules of products."""

    def hadamard(self, arrays: list[Node]) -> Node | None:
        """The element-wise product of arrays of one shape."""
        if len(arrays) < 2:
            return arrays[0] if arrays else None
        diagonal = all(is_op(a, "diag") or is_fill(a, "eye") for a in arrays)
        if diagonal and any(is_op(a, "diag") for a in arrays):
            return self.on_diag(self.on_mul(*(a.children[0] for a in arrays if a.children)))
        if all(is_op(a, "transpose") for a in arrays):
            return self.on_transpose(self.on_mul(*(a.children[0] for a in arrays)))
        first = arrays[0]
        if all(is_op(a, "kron") and _shapes(a) == _shapes(first) for a in arrays):
            sides = zip(*(a.children for a in arrays), strict=True)
            return self.on_kron(*(self.on_mul(*parts) for parts in sides))
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
                    array = product(arrays)
                    chain += array.children if is_op(array, "matmul") else (array,)
        if any(is_zero(node) for node in (*chain, *scalars)):
            return zero(shape)
        chain = self.joined([node for node in chain if not is_fill(node, "eye")])
        for start, stop in _scalar_parts(chain):
            scalars.append(self.scalar_product(chain[start:stop]))
            chain[start:stop] = []
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
        if right.shape[0] == right.shape[1] and left == apply("inv", right):
            return eye(right.shape[0])
        if left.shape[0] == left.shape[1] and right == apply("inv", left):
            return eye(left.shape[0])
        if isinstance(left, Entry) and is_fill(left.base, "eye") and left.row is not None:
            return self.entry(right, left.row, None)
        unit = right.children[0] if is_op(right, "transpose") else None
        if isinstance(unit, Entry) and is_fill(unit.base, "eye"):
            return self.entry(left, None, unit.row)
        if is_op(left, "kron") or is_op(right, "kron"):
            return self.pair_of_krons(left, right)
        if is_op(left, "hstack") and is_op(right, "vstack") and _meet(left, right):
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
            return tuple(map(self.on_transpose, node.children[0].children))
        return (node,)

    def filled(self, term: Node, shape: Shape) -> Node:
        """A term of a sum in the shape of the sum, which a number lacks."""
        return term if term.shape == shape else self.on_mul(term, Fill("ones", shape))

    def distributed(self, scalars: list[Node], chain: list[Node]) -> Node:
        choices: list[list[Node]] = [[]]
        for node in chain:
            summands = self.summands(node)
            parts = summands if len(choices) * len(summands) <= MOST_TERMS else (node,)
            spread = [self.filled(p, node.shape) for p in parts]
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


def _shapes(node: Node) -> list[Shape]:
    return [child.shape for child in node.children]


def _meet(left: Node, right: Node) -> bool:
    """Whether the parts side by side in `left` are as wide as those below each other in `right` are high."""
    return [a.shape[1] for a in left.children] == [b.shape[0] for b in right.children]


def _has_fill(stack: Node) -> bool:
    return any(part == UNIT or is_zero(part) or is_fill(part, "eye") for part in stack.children)


def _scalar_parts(chain: Sequence[Node]) -> list[tuple[int, int]]:
    """The stretches of a chain that are row … column, from the last to the first."""
    sizes = [chain[0].shape[0], *(node.shape[1] for node in chain)] if chain else []
    cuts = [k for k, size in enumerate(sizes) if size == ONE]
    return [(a, b) for a, b in pairwise(cuts)][::-1]
