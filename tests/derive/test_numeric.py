"""Derivatives of NumPy functions in numbers: right to the digits they promise, and honest reports."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matcalc_ref.numeric import check_gradient, complex_jacobian, jacobian, relative_error

A = np.array([[1.0, -2.0, 0.5], [0.3, 4.0, -1.0]])
FUNCTIONS = [
    (lambda x: A @ x, lambda x: A),
    (lambda x: np.sin(x), lambda x: np.diag(np.cos(x))),
    (lambda x: np.sum(x**3), lambda x: (3 * x**2)[None]),
    (lambda x: np.outer(x, x), lambda x: np.kron(np.eye(3), x[:, None]) + np.kron(x[:, None], np.eye(3))),
    (lambda x: np.exp(x[0]) * x[1:], lambda x: np.exp(x[0]) * np.array([[x[1], 1, 0], [x[2], 0, 1]])),
]


@pytest.mark.parametrize(("f", "exact"), FUNCTIONS)
@pytest.mark.parametrize("scale", [1e-3, 1.0, 50.0])
def test_jacobian(f: Any, exact: Any, scale: float) -> None:
    x = scale * np.array([0.7, -1.1, 0.4])
    x = np.clip(x, -20, 20)
    reference = exact(x)
    assert np.allclose(jacobian(f, x), reference, rtol=1e-6, atol=1e-7 * max(1.0, np.abs(reference).max()))
    assert np.allclose(complex_jacobian(f, x), reference, rtol=1e-13, atol=1e-300)


def test_the_point_is_not_changed() -> None:
    x = np.array([1, 2, 3])
    jacobian(lambda v: v**2, x)
    assert x.tolist() == [1, 2, 3]
    nasty = np.array([1.0, 2.0])
    jacobian(lambda v: v.__setitem__(0, 99.0) or np.sum(nasty), nasty)
    assert nasty.tolist() == [1.0, 2.0]


def test_shapes() -> None:
    assert jacobian(lambda x: 2 * x, 3.0).shape == (1, 1)
    assert jacobian(lambda x: x.T, np.ones((2, 3))).shape == (6, 6)
    assert jacobian(lambda x: np.ones((4, 1)) * np.sum(x), np.ones((2, 1))).shape == (4, 2)
    assert jacobian(lambda x: np.zeros(3), np.zeros(0)).shape == (3, 0)
    assert complex_jacobian(lambda x: np.zeros(3), np.zeros(0)).shape == (3, 0)


def test_relative_error() -> None:
    assert relative_error([1.0, 2.0], [1.0, 2.0]) == 0
    assert relative_error([0.0], [0.0]) == 0
    assert relative_error([2.0], [1.0]) == 0.5
    assert relative_error([float("nan")], [1.0]) == float("inf")
    with pytest.raises(ValueError, match="shapes differ"):
        relative_error([1.0], [[1.0]])


def loss(w: np.ndarray) -> float:
    return float(np.sum(np.maximum(0, A @ w) ** 2))


def gradient(w: np.ndarray) -> np.ndarray:
    return 2 * np.maximum(0, A @ w) @ A


def test_gradient_check_tells_right_from_wrong() -> None:
    w = np.array([0.7, -1.1, 0.4])
    right = check_gradient(loss, w, gradient(w))
    assert right.passed and right.error < 1e-7 and "right" in str(right)
    half = check_gradient(loss, w, gradient(w) / 2)
    assert not half.passed and half.error == pytest.approx(0.5, rel=1e-3)
    off = gradient(w)
    off[1] += 1e-3 * abs(off[1])
    found = check_gradient(loss, w, off)
    assert found.worst == (1,) and 1e-4 < found.error < 1e-2 and "suspicious" in str(found)
    assert check_gradient(loss, w, gradient(w)[None]).passed
    assert not check_gradient(loss, w, np.full(3, np.nan)).passed
    with pytest.raises(ValueError, match="entries"):
        check_gradient(loss, w, np.ones(2))


def test_gradient_check_in_the_shape_of_a_matrix() -> None:
    W = np.array([[0.5, -0.2], [1.5, 0.3], [0.1, 0.9]])
    found = check_gradient(lambda V: np.sum(V**2), W, 2 * W)
    assert found.passed and len(found.worst) == 2
