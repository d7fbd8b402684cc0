"""Random formulas of a wanted shape, for fuzzing: every tree that `read` can make, in small."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from matcalc_ref.language import ONE, SCALAR, Scope, Size, shape_of
from matcalc_ref.language.operations import add, mul
from matcalc_ref.language.sizes import Shape
from matcalc_ref.language.table import COMPARISONS
from matcalc_ref.language.tree import (
    ByEntries,
    Cases,
    Constant,
    Count,
    Entry,
    Fill,
    Index,
    IndexedSum,
    Node,
    Number,
    apply,
)

SCOPE = Scope(
    {
        "x": "n",
        "w_1": "n",
        "g": "m",
        "z": "",
        "θ": "",
        "b_2": "",
        "A": "m,n",
        "B": "n,n",
        "C": "n,n",
        "v": "2",
    }
)
N, M = Size.of("n"), Size.of("m")
SHAPES = [SCALAR, (N, ONE), (ONE, N), (M, ONE), (ONE, M), (M, N), (N, M), (N, N)]
FUNCTIONS = [
    "exp",
    "log",
    "sqrt",
    "sin",
    "cos",
    "tan",
    "tanh",
    "abs",
    "sign",
    "sigmoid",
    "relu",
    "arctan",
    "sec",
]
SIZES = {"n": 3, "m": 2}


@st.composite
def formulas(draw: st.DrawFn, shape: Shape | None = None, depth: int = 4) -> Node:
    """A random tree of the shape (any of SHAPES if None)."""
    wanted = draw(st.sampled_from(SHAPES)) if shape is None else shape
    return _Grow(draw).node(wanted, depth, ())


class _Grow:
    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def pick(self, *choices: object) -> object:
        return self.draw(st.sampled_from(choices))

    def node(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        leaf = depth <= 0 or self.draw(st.integers(0, 5)) == 0
        if leaf:
            return self.leaf(shape, bound)
        ways = [self.sum, self.product, self.function, self.compare, self.choose, self.cases, self.matmul]
        ways += [self.transpose, self.power] if shape == SCALAR or ONE in shape else [self.transpose]
        if shape == SCALAR:
            ways += [self.reduce, self.reduce, self.indexed, self.entry]
        else:
            ways += [self.by_entries, self.quotient]
        if shape in ((N, ONE), (M, ONE)):
            ways += [self.column]
        if shape == (N, N):
            ways += [self.square, self.square]
        way = self.draw(st.sampled_from(ways))
        return way(shape, depth - 1, bound)

    def leaf(self, shape: Shape, bound: tuple[str, ...]) -> Node:
        found: list[Node] = [SCOPE.variable(n) for n, s in SCOPE.shapes.items() if s == shape]
        if shape == SCALAR:
            numbers = [Number(Fraction(k)) for k in (0, 1, 2, 3, -1, -2, 12)] + [
                Number(Fraction(1, 2)),
                Number(Fraction(-3, 4)),
            ]
            found += [*numbers, Count(N), Count(M), Count(N * M), Constant("pi"), Constant("e")]
            found += [Index(i) for i in bound]
            for i in bound:
                found += [
                    Entry(SCOPE.variable("x"), Index(i), None),
                    Entry(SCOPE.variable("B"), Index(i), Number(Fraction(2))),
                ]
        else:
            found += [Fill("ones", shape), Fill("zeros", shape)]
            if shape == (N, N):
                found.append(Fill("eye", shape))
            other = [SCOPE.variable(n) for n, s in SCOPE.shapes.items() if s == (shape[1], shape[0])]
            found += [apply("transpose", v) for v in other]
        return self.draw(st.sampled_from(found))

    def sum(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        terms = [self.node(shape, depth, bound) for _ in range(self.draw(st.integers(2, 3)))]
        if ONE in shape and shape != SCALAR and self.draw(st.booleans()):
            terms.append(self.node(SCALAR, depth - 1, bound))
        return add(*terms)

    def product(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        factors = [self.node(shape, depth, bound)]
        for _ in range(self.draw(st.integers(1, 2))):
            other = SCALAR if self.draw(st.booleans()) else shape
            factors.insert(self.draw(st.integers(0, len(factors))), self.node(other, depth - 1, bound))
        if self.draw(st.integers(0, 3)) == 0:
            factors.insert(0, Number(Fraction(-1)))
        return mul(*factors)

    def quotient(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        below = self.node(SCALAR if self.draw(st.booleans()) else shape, depth - 1, bound)
        return mul(self.node(shape, depth, bound), apply("pow", below, Number(Fraction(-1))))

    def function(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        return apply(self.draw(st.sampled_from(FUNCTIONS)), self.node(shape, depth, bound))

    def compare(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        other = SCALAR if self.draw(st.booleans()) else shape
        pair = [self.node(shape, depth - 1, bound), self.node(other, depth - 1, bound)]
        return apply(self.draw(st.sampled_from(COMPARISONS)), *pair)

    def choose(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        return apply(
            self.draw(st.sampled_from(["max", "min"])),
            self.node(SCALAR, depth - 1, bound),
            self.node(shape, depth, bound),
        )

    def cases(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        count = self.draw(st.integers(1, 2))
        branches = tuple(
            (self.node(shape, depth - 1, bound), self.compare(SCALAR, depth - 1, bound)) for _ in range(count)
        )
        return Cases(branches, self.node(shape, depth - 1, bound) if self.draw(st.booleans()) else None)

    def matmul(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        middle = self.draw(st.sampled_from([N, M, ONE]))
        left, right = (
            self.node((shape[0], middle), depth, bound),
            self.node((middle, shape[1]), depth - 1, bound),
        )
        return apply("matmul", left, right)

    def transpose(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        return apply("transpose", self.node((shape[1], shape[0]), depth, bound))

    def power(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        exponents = [Number(Fraction(k)) for k in (2, 3, -1, -2)] + [
            Number(Fraction(1, 2)),
            SCOPE.variable("z"),
        ]
        upper = self.draw(st.sampled_from(exponents)) if self.draw(st.booleans()) else self.leaf(shape, ())
        if isinstance(upper, Number) and upper.value > 3:
            upper = Number(Fraction(2))
        return apply("pow", self.node(shape, depth, bound), upper)

    def reduce(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        word = self.draw(st.sampled_from(["sum", "norm", "trace", "det", "prod"]))
        inner = (N, N) if word in ("trace", "det") else self.draw(st.sampled_from(SHAPES[1:]))
        return apply(word, self.node(inner, depth, bound))

    def indexed(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        name = next(c for c in "ijkl" if c not in bound)
        body = self.node(SCALAR, depth - 1, (*bound, name))
        if name == "l":
            return self.leaf(shape, bound)
        low = Number(Fraction(self.draw(st.sampled_from([1, 2]))))
        high = self.draw(
            st.sampled_from([Count(N), Number(Fraction(3)), add(Count(N), Number(Fraction(-1)))])
        )
        return IndexedSum(name, low, high, body)

    def entry(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        one, two = Number(Fraction(1)), Number(Fraction(2))
        index = Index(bound[-1]) if bound else one
        places = [index, one, two, Count(N), add(index, one)]
        if self.draw(st.booleans()):
            return Entry(self.node((N, ONE), depth - 1, bound), self.draw(st.sampled_from(places)), None)
        return Entry(
            self.node((N, N), depth - 1, bound),
            self.draw(st.sampled_from([index, one])),
            self.draw(st.sampled_from(places)),
        )

    def by_entries(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        free = [c for c in "ijkl" if c not in bound]
        row = free[0] if shape[0] != ONE else None
        column = free[1] if shape[1] != ONE and len(free) > 1 else None
        if shape[1] != ONE and column is None:
            return self.leaf(shape, bound)
        names = tuple(n for n in (row, column) if n)
        return ByEntries(row, column, self.node(SCALAR, depth - 1, (*bound, *names)), shape)

    def column(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        word = self.draw(st.sampled_from(["softmax", "cumsum", "rowsum", "diagonal", "entry"]))
        if word == "diagonal" and shape == (N, ONE):
            return apply("diagonal", self.node((N, N), depth, bound))
        if word == "rowsum":
            return apply("rowsum", self.node((shape[0], N if shape[0] == M else M), depth, bound))
        if word == "entry":
            base = self.node((shape[0], N if shape[0] == M else M), depth - 1, bound)
            return Entry(base, None, Number(Fraction(1)))
        return apply(word if word != "diagonal" else "softmax", self.node(shape, depth, bound))

    def square(self, shape: Shape, depth: int, bound: tuple[str, ...]) -> Node:
        word = self.draw(st.sampled_from(["diag", "inv", "matpow", "outer"]))
        if word == "diag":
            return apply("diag", self.node(self.draw(st.sampled_from([(N, ONE), (ONE, N)])), depth, bound))
        if word == "outer":
            return apply("matmul", self.node((N, ONE), depth, bound), self.node((ONE, N), depth - 1, bound))
        inner = self.node(shape, depth, bound)
        power = self.draw(st.sampled_from([2, 3, -1, -2]))
        inverse = word == "inv" or power == -1  # one tree for both
        return apply("inv", inner) if inverse else apply("matpow", inner, Number(Fraction(power)))


VECTOR = shape_of("n")
