"""Random formulas: every operation, any shape, indices and cases, with values that stay within bounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matcalc_ref.language.operations import add, count, matmul, mul, number, power, sub, transpose
from matcalc_ref.language.sizes import ONE, SCALAR, Shape, Size
from matcalc_ref.language.tree import (
    ByEntries,
    Cases,
    Count,
    Entry,
    Fill,
    Index,
    IndexedSum,
    Node,
    Variable,
    apply,
)

n, m, N = Size.of("n"), Size.of("m"), Size.of("N")
LEAVES: dict[Shape, list[Variable]] = {
    SCALAR: [Variable("z", SCALAR), Variable("b", SCALAR)],
    (n, ONE): [Variable("x", (n, ONE)), Variable("w", (n, ONE))],
    (m, ONE): [Variable("t", (m, ONE))],
    (N, ONE): [Variable("y", (N, ONE))],
    (m, n): [Variable("W", (m, n)), Variable("A", (m, n))],
    (n, n): [Variable("B", (n, n))],
    (N, n): [Variable("X", (N, n))],
    (ONE, m): [Variable("g", (ONE, m))],
}
VARIABLES = {v.name: v for leaves in LEAVES.values() for v in leaves}
TOPS: list[Shape] = [SCALAR, SCALAR, (n, ONE), (m, ONE), (ONE, n), (m, n)]
SMOOTH = ["exp", "sin", "cos", "tanh", "sigmoid", "arctan"]
EVERYWHERE = "add add sub mul mul smooth smooth power extreme indicator kinked leaf transposed cases".split()
NUMBERS = "sum sum dot norm trace quadratic logsumexp indexed entry determinant product".split()
ARRAYS = "matmul matmul matmul scaled ratio indexed".split()


class Trees:
    """Formulas drawn by `chance`, anything with the methods of random.Random."""

    def __init__(self, chance: Any) -> None:
        self.chance = chance
        self.indices: list[tuple[str, Size]] = []

    def top(self, depth: int) -> Node:
        return self.tree(self.chance.choice(TOPS), depth)

    def tree(self, shape: Shape, depth: int) -> Node:
        if depth <= 0:
            return self.leaf(shape)
        kinds = [*EVERYWHERE, *(NUMBERS if shape == SCALAR else ARRAYS)]
        rows, columns = shape
        if shape != SCALAR and columns == ONE:
            kinds += "softmax diagonal rowsum cumsum column by_entries stacked".split()
        if shape != SCALAR and rows == ONE:
            kinds.append("colsum")
        if ONE not in shape:
            kinds += [
                "outer",
                "outer",
                "softmax_rows",
                *(["diag", "inverse", "squared"] if rows == columns else []),
            ]
        kind = self.chance.choice(kinds)
        make: Callable[[Shape, Callable[[Shape], Node]], Node] = getattr(self, kind)
        return make(shape, lambda inner: self.tree(inner, depth - 1))

    def leaf(self, shape: Shape, below: Any = None) -> Node:
        chance = self.chance
        if shape == SCALAR:
            kind = chance.choice(["number", "count", "entry", "name", "name"])
            if kind == "number":
                return number(chance.choice([2, 3, -1, "1/2", 1, 0]))
            if kind == "count":
                return count(chance.choice(["n", "m"]))
            if kind == "entry" and self.indices:
                index, size = chance.choice(self.indices)
                return Entry(chance.choice(LEAVES[(size, ONE)]), Index(index), number(1))
            return chance.choice(LEAVES[SCALAR])
        if shape[0] == shape[1] and chance.choice([True, False, False]):
            return Fill("eye", shape)
        turned = (shape[1], shape[0])
        if shape in LEAVES:
            return chance.choice(LEAVES[shape])
        return transpose(chance.choice(LEAVES[turned])) if turned in LEAVES else Fill("ones", shape)

    def size(self) -> Size:
        return self.chance.choice([n, m, N])

    # any shape
    def add(self, s: Shape, t: Any) -> Node:
        return add(*(t(s) for _ in range(self.chance.choice([2, 3]))))

    def sub(self, s: Shape, t: Any) -> Node:
        return sub(t(s), t(s))

    def mul(self, s: Shape, t: Any) -> Node:
        return mul(t(s), t(s))

    def smooth(self, s: Shape, t: Any) -> Node:
        return apply(self.chance.choice(SMOOTH), t(s))

    def power(self, s: Shape, t: Any) -> Node:
        return power(t(s), self.chance.choice([2, 3]))

    def extreme(self, s: Shape, t: Any) -> Node:
        return apply(
            self.chance.choice(["max", "min"]), t(s), number(0) if self.chance.choice([0, 1]) else t(s)
        )

    def indicator(self, s: Shape, t: Any) -> Node:
        return mul(apply("gt", t(s), number(0)), t(s))

    def kinked(self, s: Shape, t: Any) -> Node:
        return apply(self.chance.choice(["abs", "relu", "sign"]), t(s))

    def transposed(self, s: Shape, t: Any) -> Node:
        return transpose(t((s[1], s[0])))

    def cases(self, s: Shape, t: Any) -> Node:
        return Cases(((t(s), apply("gt", t(SCALAR), number(0))),), t(s))

    # numbers
    def sum(self, s: Shape, t: Any) -> Node:
        return apply("sum", t(self.chance.choice([(n, ONE), (m, ONE), (m, n), (n, n), (ONE, n), (N, n)])))

    def dot(self, s: Shape, t: Any) -> Node:
        size = self.size()
        return matmul(transpose(t((size, ONE))), t((size, ONE)))

    def norm(self, s: Shape, t: Any) -> Node:
        return apply("norm", add(t((n, ONE)), Fill("ones", (n, ONE))))

    def trace(self, s: Shape, t: Any) -> Node:
        return apply("trace", t((n, n)))

    def quadratic(self, s: Shape, t: Any) -> Node:
        return matmul(transpose(t((n, ONE))), t((n, n)), t((n, ONE)))

    def logsumexp(self, s: Shape, t: Any) -> Node:
        return apply("log", apply("sum", apply("exp", t((n, ONE)))))

    def indexed(self, s: Shape, t: Any) -> Node:
        index = "ijk"[len(self.indices) % 3]
        if any(index == name for name, _ in self.indices):
            return self.leaf(s)
        size = self.chance.choice([n, N])
        self.indices.append((index, size))
        body = t(s)
        self.indices.pop()
        return IndexedSum(index, number(1), Count(size), body)

    def entry(self, s: Shape, t: Any) -> Node:
        if self.indices:
            index, size = self.chance.choice(self.indices)
            return Entry(t((size, ONE)), Index(index), number(1))
        return Entry(t((self.size(), ONE)), number(self.chance.choice([1, 2])), number(1))

    def determinant(self, s: Shape, t: Any) -> Node:
        return apply("det", add(Fill("eye", (n, n)), apply("diag", apply("sigmoid", t((n, ONE))))))

    def product(self, s: Shape, t: Any) -> Node:
        return apply("prod", apply("exp", t((n, ONE))))

    # vectors and matrices
    def matmul(self, s: Shape, t: Any) -> Node:
        size = self.size()
        return matmul(t((s[0], size)), t((size, s[1])))

    def scaled(self, s: Shape, t: Any) -> Node:
        return (
            add(t(s), t(SCALAR)) if ONE in s and self.chance.choice([True, False]) else mul(t(SCALAR), t(s))
        )

    def ratio(self, s: Shape, t: Any) -> Node:
        return mul(t(s), power(add(number(2), apply("exp", t(SCALAR))), -1))

    def softmax(self, s: Shape, t: Any) -> Node:
        return apply("softmax", t(s))

    def diagonal(self, s: Shape, t: Any) -> Node:
        return apply("diagonal", t((s[0], s[0])))

    def rowsum(self, s: Shape, t: Any) -> Node:
        return apply("rowsum", t((s[0], self.size())))

    def colsum(self, s: Shape, t: Any) -> Node:
        return apply("colsum", t((self.size(), s[1])))

    def cumsum(self, s: Shape, t: Any) -> Node:
        return apply("cumsum", t(s))

    def column(self, s: Shape, t: Any) -> Node:
        if self.indices:
            index, size = self.chance.choice(self.indices)
            return transpose(Entry(t((size, s[0])), Index(index), None))
        return Entry(t((s[0], n)), None, number(2))

    def by_entries(self, s: Shape, t: Any) -> Node:
        index = "ijk"[len(self.indices) % 3]
        if any(index == name for name, _ in self.indices):
            return self.leaf(s)
        self.indices.append((index, s[0]))
        body = t(SCALAR)
        self.indices.pop()
        return ByEntries(index, None, body, s)

    def stacked(self, s: Shape, t: Any) -> Node:
        wide = apply("hstack", t((s[0], n)), t((s[0], m)))
        return matmul(wide, apply("vstack", t((n, ONE)), t((m, ONE))))

    def outer(self, s: Shape, t: Any) -> Node:
        make = self.chance.choice([matmul, lambda a, b: apply("kron", a, b)])
        return make(t((s[0], ONE)), t((ONE, s[1])))

    def softmax_rows(self, s: Shape, t: Any) -> Node:
        return apply("softmax_rows", t(s))

    def diag(self, s: Shape, t: Any) -> Node:
        return apply("diag", t((s[0], ONE)))

    def inverse(self, s: Shape, t: Any) -> Node:
        safe = apply("diag", apply("sigmoid", t((s[0], ONE))))
        return apply("inv", add(mul(number(3), Fill("eye", s)), safe))

    def squared(self, s: Shape, t: Any) -> Node:
        return apply("matpow", t(s), number(self.chance.choice([2, 3])))
