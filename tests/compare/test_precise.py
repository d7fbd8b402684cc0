"""The backend with 60 digits computes what the one in float64 computes."""

import numpy as np
import pytest

from graders.compare.equality import compare
from graders.compare.points import base_points, chosen, setting
from graders.compare.precise import precisely
from matcalc_ref.language import Scope, evaluate, read, shape_of
from matcalc_ref.language.operations import number
from matcalc_ref.language.table import OPERATIONS
from matcalc_ref.language.tree import Cases, Entry, Variable, apply

SHAPES = {
    "x": shape_of("n"),
    "k": shape_of("2"),
    "A": shape_of("n,n"),
    "B": shape_of("n,n"),
    "z": shape_of(""),
}
x, k, A, B, z = (Variable(name, shape) for name, shape in SHAPES.items())
ARGUMENTS = {
    "pow": (z, number(3)), "matpow": (A, number(-2)), "conv": (x, k), "diag": (x,), "log": (apply("abs", A),),
    "sqrt": (apply("abs", A),), "arcsin": (apply("sin", A),), "arccos": (apply("sin", A),),
}  # fmt: skip
POINTS = chosen(base_points(setting(SHAPES))[0], [0, 1])


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation(name):
    arity = OPERATIONS[name].arity
    node = apply(name, *ARGUMENTS.get(name, (A, B)[: arity or 2]))
    ours = precisely([node], POINTS)[0].astype(float)
    np.testing.assert_allclose(ours, evaluate(node, POINTS), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "node",
    [
        Entry(A, number(1), number(2)),
        Entry(A, number(1), None),
        Entry(A, number(99), number(1)),
        Cases(((z, apply("gt", z, number(0))),), apply("exp", z)),
        apply("log", apply("mul", number(-1), apply("exp", z))),
        apply("pow", apply("mul", number(0), z), number(-1)),
    ],
    ids=["entry", "row", "outside", "cases", "log of a negative", "division by zero"],
)
def test_entries_cases_and_values_that_do_not_exist(node):
    ours, plain = precisely([node], POINTS)[0].astype(float), evaluate(node, POINTS)
    finite = np.isfinite(plain)
    np.testing.assert_allclose(ours[finite], plain[finite])
    assert not np.isfinite(ours[~finite]).any()


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        ("-y^T log(p)", "-y^T (W x + b - logsumexp(W x + b))"),
        ("p - y", "exp(W x + b)/sum(exp(W x + b)) - y"),
        ("1000000 s", "1000000 sigmoid(z)"),
        ("s + 0.000001 z", "sigmoid(z) + 0.000001 z"),
    ],
)
@pytest.mark.parametrize("seed", [b"one", b"two", b"three"])
def test_a_name_of_the_question_is_what_it_stands_for_to_every_digit(student, reference, seed):
    scope = Scope({"W": "m,n", "x": "n", "b": "m", "y": "m", "z": "", "p": "m", "s": ""})
    where = {"p": read("softmax(W x + b)", scope), "s": read("sigmoid(z)", scope)}
    one, two = read(student, scope), read(reference, scope)
    assert compare(one, two, setting(scope.shapes, [two], seed=seed, where=where)).equal
