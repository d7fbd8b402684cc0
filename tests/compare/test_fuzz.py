"""Random formulas: rewritten by true identities they stay equal, with small damage they become unequal."""

import os
import random
from fractions import Fraction

import numpy as np
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from graders.compare.equality import NoPoints, compare, proved
from graders.compare.points import Chance, base_points, draw, setting
from graders.feedback.mistakes import generic
from matcalc_ref.language import Scope, evaluate, read, shape_of
from matcalc_ref.language.operations import (
    add,
    count,
    eye,
    matmul,
    mul,
    neg,
    number,
    ones,
    power,
    sub,
    transpose,
)
from matcalc_ref.language.tree import Apply, Number, Variable, apply

MANY = int(os.environ.get("MATCALC_FUZZ", "300"))
SHAPES = {"z": shape_of(""), "t": shape_of(""), "x": shape_of("n"), "w": shape_of("n"), "y": shape_of("m"),
          "A": shape_of("m,n"), "B": shape_of("n,n"), "C": shape_of("n,n")}  # fmt: skip
NODES = {name: Variable(name, shape) for name, shape in SHAPES.items()}
LEAVES = {"scalar": ("z", "t"), "column": ("x", "w"), "square": ("B", "C"), "other": ("y",)}
few = settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))


class Trees:
    """Random trees by kind of shape, from a seed."""

    def __init__(self, seed):
        self.chance = random.Random(seed)

    def leaf(self, kind):
        pick = self.chance.choice
        if kind == "scalar" and self.chance.random() < 0.4:
            return pick([number(2), number("1/3"), number(-1), number(5), count("n"), count("m")])
        if kind == "square" and self.chance.random() < 0.3:
            return eye("n")
        if kind == "column" and self.chance.random() < 0.2:
            return ones("n")
        return NODES[pick(LEAVES[kind])]

    def tree(self, kind, depth):
        if depth == 0 or self.chance.random() < 0.15:
            return self.leaf(kind)
        return self.chance.choice(getattr(self, kind)(depth - 1))()

    def same(self, kind, d):
        """What every kind can be made of."""
        return [
            lambda: add(self.tree(kind, d), self.tree(kind, d)),
            lambda: sub(self.tree(kind, d), self.tree(kind, d)),
            lambda: mul(self.tree("scalar", d), self.tree(kind, d)),
            lambda: mul(self.tree(kind, d), self.tree(kind, d)),
            lambda: apply(self.chance.choice(["sin", "tanh", "sigmoid", "relu", "abs"]), self.tree(kind, d)),
        ]

    def scalar(self, d):
        return [
            *self.same("scalar", d),
            lambda: power(self.tree("scalar", d), 2),
            lambda: matmul(transpose(self.tree("column", d)), self.tree("column", d)),
            lambda: apply("sum", self.tree("column", d)),
            lambda: apply("trace", self.tree("square", d)),
            lambda: apply("norm", self.tree("column", d)),
            lambda: apply("sum", matmul(NODES["A"], self.tree("column", d))),
            lambda: mul(apply("gt", self.tree("scalar", d), number(0)), self.tree("scalar", d)),
        ]

    def column(self, d):
        return [
            *self.same("column", d),
            lambda: matmul(self.tree("square", d), self.tree("column", d)),
            lambda: matmul(transpose(NODES["A"]), matmul(NODES["A"], self.tree("column", d))),
            lambda: apply("softmax", self.tree("column", d)),
            lambda: apply("diagonal", self.tree("square", d)),
        ]

    def square(self, d):
        return [
            *self.same("square", d),
            lambda: matmul(self.tree("square", d), self.tree("square", d)),
            lambda: transpose(self.tree("square", d)),
            lambda: apply("diag", self.tree("column", d)),
            lambda: matmul(self.tree("column", d), transpose(self.tree("column", d))),
        ]


def kind_of(node):
    return {(1, 1): "scalar", ("n", 1): "column", ("n", "n"): "square"}.get(
        tuple(size.number or str(size) for size in node.shape)
    )


def identities(node, trees):
    """Trees that are equal to `node` at every point."""
    kind = kind_of(node)
    found = [
        mul(number(1), node),
        neg(neg(node)),
        transpose(transpose(node)),
        add(node, mul(number(0), node)),
    ]
    if kind:
        other = trees.tree(kind, 1)
        found += [sub(add(node, other), other), add(mul(number("1/3"), node), mul(number("2/3"), node))]
        angle = trees.tree("scalar", 1)
        squares = add(power(apply("sin", angle), 2), power(apply("cos", angle), 2))
        found.append(mul(squares, node))
    if kind == "column":
        found += [matmul(eye("n"), node), matmul(apply("diag", node), ones("n"))]
    if kind == "square":
        found += [matmul(node, eye("n")), transpose(add(transpose(node), mul(number(0), NODES["B"])))]
    if kind == "scalar":
        found += [
            apply("trace", mul(mul(node, eye("n")), power(count("n"), -1))),
            apply("log", apply("exp", apply("tanh", node))),
        ]
        found[-1] = add(found[-1], sub(node, apply("tanh", node)))
    if not isinstance(node, Apply):
        return found
    name, arguments = node.operation, node.arguments
    if name in ("add", "mul"):
        found.append(apply(name, *reversed(arguments)))
    if name == "mul" and any(isinstance(a, Apply) and a.operation == "add" for a in arguments):
        at = next(i for i, a in enumerate(arguments) if isinstance(a, Apply) and a.operation == "add")
        rest = arguments[:at] + arguments[at + 1 :]
        if all(rest) and arguments[at].shape == node.shape:
            found.append(add(*(mul(term, *rest) for term in arguments[at].arguments)))
    if name == "matmul" and len(arguments) == 2:
        found.append(transpose(matmul(transpose(arguments[1]), transpose(arguments[0]))))
    if name == "relu":
        found.append(mul(arguments[0], apply("gt", arguments[0], number(0))))
    if name == "abs":
        found.append(add(apply("relu", arguments[0]), apply("relu", neg(arguments[0]))))
    if name == "sigmoid":
        found.append(sub(number(1), apply("sigmoid", neg(arguments[0]))))
    return found


def damages(node, trees):
    """Trees that differ a little from `node`, perhaps without effect."""
    found = [mul(number("1.000001"), node), add(node, mul(number("1/1000"), node)), neg(node)]
    if isinstance(node, Variable):
        for names in LEAVES.values():
            if node.name in names:
                found += [NODES[name] for name in names if name != node.name]
    if isinstance(node, Number):
        found += [Number(node.value + 1), Number(node.value + Fraction(1, 50))]
    if isinstance(node, Apply) and node.operation == "gt":
        found += [apply("gt", node.arguments[0], number("1/10")), apply("lt", *node.arguments)]
    if isinstance(node, Apply) and node.operation == "add":
        found += [add(*node.arguments[1:])]
    if kind_of(node) == "square":
        found.append(transpose(node))
    return [other for other in found if other.shape == node.shape]


def somewhere(node, change, chance):
    """The tree with `change` made at one place chosen at random."""
    if not node.children or chance.random() < 0.3:
        return chance.choice(change(node))
    at = chance.randrange(len(node.children))
    children = list(node.children)
    children[at] = somewhere(children[at], change, chance)
    return node.with_children(tuple(children))


def start(seed):
    trees = Trees(seed)
    node = trees.tree(trees.chance.choice(["scalar", "column", "square"]), 3)
    return trees, node


@few
@given(st.integers(0, 2**62))
@example(3_087_711_091)  # a condition on what is 0 but for rounding
def test_fuzz_true_identities_stay_equal(seed):
    trees, node = start(seed)
    other = node
    for _ in range(trees.chance.randint(1, 4)):
        other = somewhere(other, lambda part: identities(part, trees), trees.chance)
    where = setting(SHAPES, [node], seed=b"fuzz")
    try:
        found = compare(other, node, where, ties=None)
    except NoPoints:
        assume(False)
    assert found.equal, (found.reason, found.evidence)
    assert proved(other, node, found).equal


@few
@given(st.integers(0, 2**62))
def test_fuzz_small_damage_becomes_unequal(seed):
    trees, node = start(seed)
    other = somewhere(node, lambda part: damages(part, trees), trees.chance)
    where = setting(SHAPES, [node], seed=b"fuzz")
    points = draw(where, base_points(where)[0].sizes, Chance(b"other points"), 40)
    one, two = evaluate(node, points), evaluate(other, points)
    size = max(np.abs(one).max(), np.abs(two).max(), 1e-4)
    assume(np.isfinite(one).all() and np.isfinite(two).all() and np.abs(one - two).max() > 1e-8 * size)
    assume((np.abs(one - two).max(axis=(1, 2)) > 1e-8 * size).mean() > 0.2)  # not a rare corner
    found = compare(other, node, where)
    assert not found.equal
    assert found.evidence.differs["student"] is not None
    generic(other, node, where, found)  # names a mistake or none, and does not fail


HEIGHTS = [  # what is compared with a number; all reach every positive number
    "t", "t + z", "t z", "t^2", "norm(x)", "sum(x)", "x^T w + t", "x^T x", "sum(x)^2", "exp(t)", "trace(B)",
    "y^T A x", "sum(relu(x))", "|t| + |z|", "max(t, z)", "norm(x - w)", "sqrt(t^2 + z^2)", "t^3 + t",
    "trace(B C)",
]  # fmt: skip
USES = ["[{} > {}]", "max({}, {})", "[{} > {}] t", "abs({} - {}) x", "relu({} - {}) w^T", "[{} > {}] (A x)"]


@few
@given(
    st.sampled_from(HEIGHTS), st.sampled_from(USES), st.integers(2, 60), st.integers(1, 6), st.integers(0, 99)
)
def test_fuzz_a_condition_that_is_a_little_off_is_seen(height, use, quarters, digits, seed):
    scope = Scope({"z": "", "t": "", "x": "n", "w": "n", "y": "m", "A": "m,n", "B": "n,n", "C": "n,n"})
    bound = f"{quarters}/4"
    right, same, off = (
        read(use.format(*of), scope)
        for of in ((height, bound), (f"2 ({height})/2", bound), (height, f"({bound} + 10^-{digits})"))
    )
    where = setting(scope.shapes, [right], seed=str(seed).encode())
    assert compare(same, right, where).equal
    assert not compare(off, right, where).equal
