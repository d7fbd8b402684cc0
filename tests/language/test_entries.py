"""Entry formulas and sums over indices are worked out for all values of an index at once; that gives what one
after another gives.
"""

from __future__ import annotations

import numpy as np
import pytest

from matcalc_ref.language import Scope, evaluate, read
from matcalc_ref.language.backends import Float64
from matcalc_ref.language.evaluate import Points

SHAPES = {"x": "n", "w": "n", "B": "n,n", "W": "m,n", "g": "m", "t": ""}
SIZES = {"n": 4, "m": 3}
BATCH = 5

FORMULAS = [
    "J_ij = B_ij x_i",
    "J_ij = B_ji",
    "J_ij = sum_k B_ik B_kj",
    "J_ij = sum_k W_ik x_k [k != j] + x_j",
    "entries(i:n, j:n, sum_{k=1}^{n} (B_kj + x_k) [k > i] w_j)",
    "J_ij = W_ij x_j + g_i",
    "J_ij = (B x)_i w_j",
    "J_ij = max(x_i, w_j) exp(-t)",
    "J_ij = [x_i > w_j] + [i = j] x_i w_j",
    "J_i = x_i^2 + i",
    "entries(i:n, x_{i+1} - x_{i-1})",
    "entries(i:n, j:n, 1/(i+j-1))",
    "entries(i:n, j:n, x_i if i = j else t)",
    "entries(i:n, j:n, 0 if i < j; x_i if i >= j)",
    "entries(i:n, sum_{k=1}^{i} x_k)",
    "entries(i:m, j:n, sum(W_{i,:}) x_j)",
    "entries(i:n, j:n, (x_i x)_j)",
    "sum_i x_i",
    "sum_i sum_j B_ij x_i w_j",
    "sum_i sum_j sum_k B_ij B_jk B_ki",
    "sum_i B_ii",
    "sum_{i=2}^{n} (x_i - x_{i-1})^2",
    "sum_{i=1}^{n} (x_{i+1} - x_{i-1})",
    "sum_{i=3}^{2} x_i",
    "sum_{i=1}^{n} t",
    "sum_{i=1}^{n} sum_{j=1}^{m} t^2",
    "sum_{i=1}^{n} i x_i^i",
    "sum_i sum_{j=1}^{i} B_ij",
    "sum_i sum_{j=i}^{n} B_ij x_j",
    "sum_{i=1}^{n} sum_{j=1}^{i-1} 1/(i - j)",
    "sum_i sum_{j=1}^{i} sum_{k=j}^{i} B_jk x_i",
    "sum_i x_i sum_{j=1}^{n} [j != i] w_j",
    "entries(i:n, j:n, sum_{k=1}^{i} B_kj)",
    "entries(i:n, j:n, sum_{k=i}^{j} x_k)",
    "entries(i:n, sum_{k=1}^{i} sum_{l=k}^{n} B_kl)",
    "entries(i:n, sum_{k=i+1}^{n} 1/(k - i))",
    "sum_i x_i x x^T",
]


class OneByOne(Float64):
    at_once = False


@pytest.mark.parametrize("text", FORMULAS)
def test_all_at_once_is_one_by_one(text: str) -> None:
    node = read(text, Scope(SHAPES))
    chance = np.random.default_rng(1)
    values = {}
    for name, shape in SHAPES.items():
        sizes = [SIZES[size] for size in shape.split(",") if size]
        values[name] = chance.normal(size=(BATCH, *sizes, *(1,) * (2 - len(sizes))))
    points = Points(SIZES, values, BATCH)
    found, wanted = evaluate(node, points), evaluate(node, points, OneByOne(BATCH))
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=1e-12)
