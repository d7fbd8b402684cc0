"""Keys that an author wrote and no engine derived: each against central differences of its own function."""

import numpy as np
import pytest

from graders.compare.key import key_of, point_at
from matcalc_ref.catalogue import assignments, exercise
from matcalc_ref.language import evaluate
from matcalc_ref.numeric import jacobian
from tests.laws.laws import SECRET

X, Z = np.array([1.0, 2.0, 3.0]), 4.0

# exercise, part, its function of a column, the names of the column's entries, the point
GRADIENTS = [
    ("A02-04", "gradient", lambda v: 3 * v[0] ** 2 * v[1], "x y", [1.3, -0.7]),
    ("A02-07", "gradient", lambda v: v[0] * v[1] ** 2 + np.sin(v[1] * v[2]), "x y z", [1.3, -0.7, 0.4]),
    ("A02-08", "gradient", lambda v: 3 * v[0] ** 2 * v[1], "", [1.0, 2.0]),
    ("A03-09", "J", lambda v: v[0] * np.vstack([np.cos(v[1:]), np.sin(v[1:])]), "r theta", [1.7, 0.6]),
    ("A05-13", "sum_prod_x", lambda v: v.sum() * Z, "", X),
    ("A05-13", "sum_prod_z", lambda v: (X * v[0]).sum(), "", [Z]),
    ("A05-13", "sum_plus_z", lambda v: (X + v[0]).sum(), "", [Z]),
    ("A05-13", "prod_z", lambda v: (X * v[0])[:, None], "", [Z]),
]

# exercise, part, the value worked out by other means
VALUES = [
    ("A01-02", "value", len([3, 4])),
    ("A01-03", "dot", np.dot([1, 2, 3], [4, 5, 6])),
    ("A01-03", "elementwise", np.array([[4], [10], [18]])),
    ("A01-06", "value", sum(i**2 for i in range(2, 6))),
    ("A01-13", "loss", np.mean((np.array([1, 0, 2]) - [0.5, 0, 1]) ** 2)),
    ("A01-15", "left", 0),
    ("A01-15", "right", 2),
    ("A02-08", "estimate", 12 * 0.01),
    ("A03-13", "change", np.array([[2, 12], [5, 4]]) @ [[0.01], [-0.02]]),
    ("A06-10", "change", (2 + 2**2) - (1 + 1**2)),
    ("A06-10", "ratio", (1.001 + 1.001**2 - 2) / 0.001),
    ("A06-10", "slope", 1 + 2 * 1),
]


def value(id, part, at):
    key = key_of(exercise(id), part, SECRET)
    points = point_at(at, key.scope, key.setting) if at else key.points
    return evaluate(key.node, points)[0]


def name_of(argument):
    return argument if isinstance(argument, str) else ""


@pytest.mark.parametrize(("id", "part", "f", "names", "at"), GRADIENTS, ids=name_of)
def test_gradient(id, part, f, names, at):
    column = np.array(at, dtype=float)[:, None]
    by_differences = jacobian(lambda v: np.atleast_2d(f(v)), column)
    written = value(id, part, dict(zip(names.split(), at, strict=True)) if names else {})
    assert np.allclose(written, by_differences.reshape(written.shape), rtol=1e-6, atol=1e-8)
    assert written.shape == (by_differences.size // len(at), len(at))


def test_stacked():
    written = value("A03-10", "stacked", {"w": [1.3, -0.7], "x": [0.4, 2.2]})
    column = np.array([[1.3], [-0.7], [0.4], [2.2]])
    assert np.allclose(written, jacobian(lambda v: v[:2] * v[2:], column).reshape(2, 4), rtol=1e-6)


def test_determinant():
    at = {"r": 1.7, "theta": 0.6}
    assert np.allclose(value("A03-09", "det", at), np.linalg.det(value("A03-09", "J", at)))


@pytest.mark.parametrize(("id", "part", "right"), VALUES, ids=name_of)
def test_value(id, part, right):
    assert np.allclose(value(id, part, {}), right, rtol=1e-9)


def test_none_is_left_out():
    known = {(id, part) for id, part, *_ in GRADIENTS + VALUES} | {("A03-10", "stacked"), ("A03-09", "det")}
    written = {
        (exercise.id, part.name)
        for name in ("A01", "A02", "A03", "A04", "A05", "A06")
        for exercise in assignments()[name]
        for part in exercise.parts
        if part.kind in ("formula", "number") and part.f is None
    }
    assert written <= known
