"""Compositions, written and random: derivatives and rewritings against what they stand for."""

from __future__ import annotations

import time
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcalc_ref.derive import derive
from matcalc_ref.language import Node, Scope, numpy_code, read, text
from matcalc_ref.language.sizes import ONE
from matcalc_ref.rewriting.normal import normal, simplify
from tests.derive.hands import SIZES, agree, by_autograd, confirm, draw, value, variables_of
from tests.derive.trees import VARIABLES, Trees

ALL = Scope(
    {"z": "", "b": "", "x": "n", "w": "n", "t": "m", "y": "N", "W": "m,n", "A": "m,n", "B": "n,n", "X": "N,n"}
)
WRITTEN = [
    # two deep
    "sin(B x)",
    "sum(exp(x))",
    "norm(A x)",
    "max(0, A x)",
    "diag(x) w",
    "(x^T w) x",
    "exp(-norm(x)^2)",
    "x ⊗ sin(x)",
    "softmax(B x)",
    "A diag(x) w",
    "x/(1 + sum(x.^2))",
    "sum(x) x^T",
    # three deep
    "ln(1 + exp(w^T x))",
    "sum(tanh(A x))",
    "A^T (A x - t)",
    "norm(A x - t)^2",
    "sigmoid(W x)^T t",
    "x sin(w^T x)",
    "max(0, B max(0, B x))",
    "mean((A x - t).^2)",
    "softmax(x ⊗ x)",
    "diag(sin(x)) B x",
    # four and five deep
    "sum(ln(1 + exp(A tanh(B x))))",
    "norm(W tanh(B x + w) - t)^2",
    "t^T softmax(A max(0, B x))",
    "x + B max(0, B (x + max(0, B x)))",
    "(X tanh(B x))/norm(y)",
    "ln(sum(exp(A x ⊗ sigmoid(A x))))",
    "sum((A diag(x) B)^T t)",
    "tr(diag(x) B diag(x) B^T)",
    "x^T B^T diag(max(0, x)) B x",
    "norm(x x^T B)",
    # sums over an index, and sums whose bounds move with another one
    "sum_i sum_j B_ij x_i x_j",
    "sum_i sum_j (x_i - x_j)^2",
    "sum_i sum_{j=1}^{i} B_ij x_i x_j",
    "sum_i (sum_{j=i}^{n} x_j - w_i)^2",
    "sum_i sum_{j=1}^{i} sum_{k=1}^{j} x_i x_j x_k",
]


@pytest.mark.parametrize("f", WRITTEN)
@pytest.mark.parametrize("wrt", ["x", "B", "z"])
def test_written(f: str, wrt: str) -> None:
    node = read(f, ALL)
    x = ALL.variable(wrt)
    if wrt == "z":
        node = node.map(lambda part: read("x z", ALL) if part == ALL.variable("x") else part)
    if x in set(node.walk()):
        confirm(node, x)


def steady(f: Node, x: Any, sizes: Any, values: Any) -> Any:
    """The Jacobian by differences where two step sizes agree, else None (near a kink, or too steep)."""
    from matcalc_ref.numeric import jacobian

    def run(moved: Any) -> Any:
        return value(f, sizes, {**values, x.name: moved})

    one, other = (jacobian(run, values[x.name], h=h) for h in (1e-5, 3e-5))
    fine = np.isfinite(one).all() and np.abs(one).max(initial=0) < 1e5
    return one if fine and np.allclose(one, other, rtol=1e-3, atol=1e-3) else None


def check(f: Node, seed: int) -> None:
    """The laws of one formula: rewriting keeps its value, and its derivatives are right."""
    sizes = {name: SIZES[0][name] for name in ("n", "m", "N")}
    values = draw(VARIABLES, sizes, seed)
    here = value(f, sizes, values)
    scale = float(np.abs(here).max(initial=1.0))
    if not np.isfinite(here).all() or scale > 1e6:
        return
    for rewritten in (simplify(f), normal(f)):
        assert rewritten.shape == f.shape
        assert np.allclose(value(rewritten, sizes, values), here, rtol=1e-8, atol=1e-8 * scale), text(f)
    for name in "zxWB":
        x = VARIABLES[name]
        if name not in variables_of(f) or (ONE not in f.shape and not x.is_scalar):
            continue
        reference = steady(f, x, sizes, values)
        if reference is not None:
            found = value(derive(f, x).result, sizes, values)
            assert agree(found, reference, 1e-4), (name, text(f))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.integers(2, 4), st.integers(0, 9))
def test_random(chance: Random, depth: int, seed: int) -> None:
    check(Trees(chance).top(depth), seed)


@pytest.mark.parametrize("depth", [2, 3, 4, 5])
def test_many_seeds(depth: int) -> None:
    for seed in range(60):
        check(Trees(Random(1000 * depth + seed)).top(depth), seed)


def test_automatic_differentiation_agrees() -> None:
    """The same derivatives by autograd, to rounding, wherever it knows every operation."""
    compared = 0
    sizes = {name: SIZES[1][name] for name in ("n", "m", "N")}
    for seed in range(150):
        f = Trees(Random(seed)).top(3)
        values = draw(VARIABLES, sizes, seed)
        for name in "zxWB":
            x = VARIABLES[name]
            unknown = "matrix_power" in numpy_code(f)
            if name not in variables_of(f) or (ONE not in f.shape and not x.is_scalar) or unknown:
                continue
            if steady(f, x, sizes, values) is None:
                continue
            exact = by_autograd(f, x, sizes, values)
            assert agree(value(derive(f, x).result, sizes, values), exact, 1e-6), (name, text(f))
            compared += 1
    assert compared > 60


def test_rewriting_is_bounded_and_settles() -> None:
    """The normal form of a normal form is itself, but for a few in a hundred; a second is never reached."""
    unsettled = 0
    for seed in range(200):
        f = Trees(Random(seed)).top(3)
        start = time.perf_counter()
        form = normal(f)
        assert normal(form) == form or (unsettled := unsettled + 1) <= 4, text(f)
        assert time.perf_counter() - start < 5
