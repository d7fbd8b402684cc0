"""Formulas as a person would write them."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from matcalc_ref.language import Node, Points, Scope, evaluate, read, text
from matcalc_ref.language.operations import number, power
from matcalc_ref.language.tree import apply
from matcalc_ref.rewriting.normal import normal, simplify
from tests.derive.hands import derived

SCOPE = Scope(
    {
        "z": "",
        "b": "",
        "x": "n",
        "w": "n",
        "t": "m",
        "A": "m,n",
        "B": "n,n",
        "Q": "n,n",
        "g": "1,n",
        "X": "N,n",
        "y": "N",
    }
)

# what is written, what becomes of it
SHORTER = [
    ("x + x", "2 x"),
    ("x - x", "zeros(n)"),
    ("x ⊗ x ⊗ x", "x.^3"),
    ("z z^2/z", "z^2"),
    ("2 z * 3", "6 z"),
    ("eye(n) x", "x"),
    ("(x^T)^T", "x"),
    ("eye(n)^T", "eye(n)"),
    ("diag(x)^T", "diag(x)"),
    ("(A B)^T", "B^T A^T"),
    ("diag(x) diag(w)", "diag(x ⊗ w)"),
    ("ones(n)^T diag(x)", "x^T"),
    ("diag(x) ones(n)", "x"),
    ("diag(ones(n))", "eye(n)"),
    ("diag(z x)", "z diag(x)"),
    ("z diag(ones(n))", "z eye(n)"),
    ("diag(x) + diag(w)", "diag(x + w)"),
    ("diag(w) eye(n)", "diag(w)"),
    ("diag(w) x", "w ⊗ x"),
    ("inv(B) B", "eye(n)"),
    ("B inv(B) x", "x"),
    ("inv(inv(B))", "B"),
    ("sum(ones(n))", "n"),
    ("sum(z x)", "z sum(x)"),
    ("ones(n)^T x", "sum(x)"),
    ("x^T ones(n)", "sum(x)"),
    ("sum(diag(x))", "sum(x)"),
    ("tr(eye(n))", "n"),
    ("tr(diag(x))", "sum(x)"),
    ("x (w^T x)", "(w^T x) x"),
    ("zeros(m, n) x", "zeros(m)"),
    ("0 x", "zeros(n)"),
    ("[z > 0] [z > 0]", "[z > 0]"),
    ("max(0, z) [z > 0]", "max(0, z)"),
    ("z [z > 0]", "max(0, z)"),
    ("(b - max(0, z)) [z > 0]", "(b - z) [z > 0]"),
    ("relu(z)", "max(0, z)"),
    ("max(z, z)", "z"),
    ("x^T Q x + x^T Q^T x", "x^T (Q + Q^T) x"),
    ("kron(eye(m), eye(n))", "eye(m*n)"),
    ("ln(exp(z))", "z"),
    ("e^z", "exp(z)"),
    ("sqrt(4)", "2"),
    ("(z^2)^-1", "z^-2"),
    ("A ones(n) + A x", "A (ones(n) + x)"),
    ("2 x + 2 w", "2 (x + w)"),
    ("-(b - z)", "z - b"),
    ("-2 (y - X w)", "2 (X w - y)"),
    ("cos(0) + sin(0)", "1"),
    ("vec(x w^T)", "kron(x, w)"),
    ("norm(x^T)", "norm(x)"),
    ("sum(x w^T)", "sum(x) sum(w)"),
]


@pytest.mark.parametrize(("written", "shorter"), SHORTER, ids=[w for w, _ in SHORTER])
def test_shorter(written: str, shorter: str) -> None:
    node, expected = read(written, SCOPE), read(shorter, SCOPE)
    assert normal(simplify(node)) == normal(expected), text(simplify(node))
    assert normal(node) == normal(expected)
    assert simplify(node).shape == node.shape
    assert len(text(simplify(node))) <= len(text(expected)) + 2, text(simplify(node))


DIFFERENT = [
    ("x^T Q x", "x^T x"),
    ("Q", "Q^T"),
    ("diag(x)", "x x^T"),
    ("B Q", "Q B"),
    ("x", "x^T"),
    ("sum(x)", "n"),
    ("abs(z)", "z"),
    ("sqrt(z^2)", "z"),
    ("[z > 0]", "[z >= 0]"),
    ("sqrt(z)^2", "z"),
    ("x.^2", "x.^3"),
    ("z^b", "b^z"),
    ("max(0, z)", "z"),
    ("kron(x, w)", "kron(w, x)"),
    ("exp(z + b)", "exp(z) + exp(b)"),
    ("ones(n)^T A^T", "ones(n)^T"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_keeps_another_normal_form(one: str, other: str) -> None:
    def form(written: str) -> object:
        try:
            return normal(read(written, SCOPE))
        except ValueError:
            return written

    assert form(one) != form(other)


DISPLAYED = [
    ("w ⊗ x", "w", "diag(x)"),
    ("x + z", "x", "eye(n)"),
    ("x z", "x", "z*eye(n)"),
    ("sum(x ⊗ x)", "x", "2*xᵀ"),
    ("x^T Q x", "x", "xᵀ @ (Q + Qᵀ)"),
    ("sum(x z)", "z", "sum(x)"),
    ("3 z^2 b", "z", "6*b*z"),
    ("A x", "x", "A"),
    ("sum(x + z)", "z", "n"),
    ("(b - z)^2", "z", "2*(z - b)"),
    ("ln(sin(z^3)^2)", "z", "6*z^2*cos(z^3)/sin(z^3)"),
    ("z/(1 + z^2)", "z", "(1 - z^2)/(1 + z^2)^2"),
    ("max(0, z)^2", "z", "2*max(0, z)"),
    ("x/z", "x", "eye(n)/z"),
    ("w ⊘ x", "w", "diag(1 ⊘ x)"),
    ("w ⊘ x", "x", "-diag(w ⊘ x^2)"),
    ("sum(A x)/z", "x", "(ones(1, m) @ A)/z"),
    ("3 sum(A x)/z^2", "x", "3/z^2*(ones(1, m) @ A)"),
    ("x x^T w", "x", "(xᵀ @ w)*eye(n) + x @ wᵀ"),
    ("sum_i x_i^2 exp(x_i)", "x", "(x ⊙ (x + 2) ⊙ exp(x))ᵀ"),
    ("sum_i sum_j Q_ij x_i x_j", "x", "xᵀ @ (Q + Qᵀ)"),
    ("sum_i (sum_j A_ij x_j - b)^2", "x", "2*((A @ x - b)ᵀ @ A)"),
    ("sum_i max(0, sum_j A_ij x_j)", "x", "sum_{i=1}^{m} [sum_{j=1}^{n} A_{i,j}*x_{j} > 0]*A_{i,:}"),
]


@pytest.mark.parametrize(("f", "wrt", "shown"), DISPLAYED, ids=[f"{f} by {w}" for f, w, _ in DISPLAYED])
def test_displayed(f: str, wrt: str, shown: str) -> None:
    variables = {"z": "", "b": "", "x": "n", "w": "n", "A": "m,n", "Q": "n,n"}
    assert text(derived(f, wrt, variables).result) == shown


def random_number(chance: Random, depth: int) -> Node:
    """A formula in the numbers z and b that may leave the domain of its roots and logarithms."""
    if depth == 0:
        return chance.choice(
            [SCOPE.variable("z"), SCOPE.variable("b"), *(number(v) for v in (2, "1/2", -1, 3))]
        )
    kind = chance.choice("add mul pow fraction power max indicator sqrt log exp abs sign sigmoid".split())
    one = random_number(chance, depth - 1)
    if kind in ("add", "mul"):
        return apply(kind, one, random_number(chance, depth - 1))
    if kind == "pow":
        return power(one, chance.choice([2, 3, -1, -2]))
    if kind == "fraction":
        return apply("pow", one, number(chance.choice(["1/2", "3/2", "1/3", "-1/2"])))
    if kind == "power":
        return apply("pow", one, random_number(chance, depth - 1))
    if kind == "max":
        return apply("max", one, number(0))
    if kind == "indicator":
        return apply("mul", apply("gt", one, number(0)), random_number(chance, depth - 1))
    return apply(kind, one)


def test_rewriting_keeps_values_where_there_are_any() -> None:
    """On both sides of the domains of roots, logarithms and powers."""
    side = np.array([-2.3, -1.1, -0.4, 0.3, 0.8, 1.7, 2.9])
    z, b = (v.reshape(-1, 1, 1) for v in np.meshgrid(side, side))
    points = Points({}, {"z": z, "b": b}, z.size)
    chance = Random(7)
    for _ in range(1500):
        node = random_number(chance, chance.choice([2, 3, 4]))
        here = evaluate(node, points)
        for rewritten in (normal(node), simplify(node)):
            there = evaluate(rewritten, points)
            known = np.isfinite(here)
            assert np.allclose(there[known], here[known], rtol=1e-7, atol=1e-9), text(node)


def test_the_same_form_however_it_is_written() -> None:
    spellings = [
        "(2/N) ([X w + b > 0] ⊗ (X w + b - y))^T X",
        "-(2/N) ((y - max(0, X w + b)) ⊗ [X w + b > 0])^T X",
        "(-2/N) (y - max(0, b + X w))^T diag([0 < X w + b]) X",
        "(X^T (2 ([X w + b > 0] ⊗ (b + X w - y))))^T/N",
    ]
    forms = {normal(read(s, SCOPE)) for s in spellings}
    assert len(forms) == 1
