"""Objects are read by their tree: SymPy, NumPy, lists, numbers, as they are and packed."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

from matcalc_ref.language import Refusal, Scope, pack, read, text

SCOPE = Scope({"x": "n", "w": "n", "z": "", "t": "", "A": "m,n", "B": "n,n", "v": "2", "λ": ""})
n, m = sp.symbols("n m", integer=True, positive=True)
x, w = sp.MatrixSymbol("x", n, 1), sp.MatrixSymbol("w", n, 1)
A, B = sp.MatrixSymbol("A", m, n), sp.MatrixSymbol("B", n, n)
z, t = sp.symbols("z t")
i = sp.Symbol("i")
v1, v2 = sp.symbols("v1 v_2")

READ: list[tuple[Any, str]] = [
    # numbers
    (3, "3"), (-2, "-2"), (0.1, "1/10"), (2.5, "5/2"), (1e-3, "1/1000"), (Fraction(1, 3), "1/3"),
    (10**20, str(10**20)),
    (np.float64(0.25), "1/4"), (np.int64(7), "7"), (np.array(4.0), "4"), (sp.Integer(3), "3"),
    (sp.Rational(1, 3), "1/3"),
    (sp.Float("0.5"), "1/2"), (sp.pi, "pi"), (sp.E, "e"),
    # text
    ("2x'", "2*xᵀ"), (np.str_("2x'"), "2*xᵀ"), (r"\mathbf{x}^T", "xᵀ"),
    # scalars
    (z, "z"), (2 * z, "2*z"), (sp.sin(z) ** 2, "sin(z)^2"), (sp.exp(z), "exp(z)"), (sp.sqrt(z), "z^(1/2)"),
    (sp.Abs(z), "abs(z)"), (sp.log(z), "log(z)"), (sp.Max(0, z), "max(0, z)"), (sp.Heaviside(z), "[z > 0]"),
    (sp.Heaviside(z, 0), "[z > 0]"), (sp.diff(sp.sin(z**2), z), "2*z*cos(z^2)"), (sp.sign(z), "sign(z)"),
    (sp.Symbol("z", positive=True), "z"), (sp.Symbol("z", real=True) * sp.Symbol("lambda"), "λ*z"),
    (n * z, "z*n"),
    (sp.Piecewise((0, z <= 0), (1, True)), "{0 if [z <= 0]; 1 otherwise}"), (sp.Symbol("A_12"), "A_{1,2}"),
    (sp.Piecewise((0, z < 0), (t, z > 1)), "{0 if [z < 0]; t if [z > 1]}"), (z > 0, "[z > 0]"),
    (v1 * v2, "v_{1}*v_{2}"), (sp.tanh(z), "tanh(z)"), (sp.Function("sigma")(z), "sigmoid(z)"),
    (1 / z, "z^(-1)"),
    # matrices with entries
    (sp.Matrix([[z, t], [1, 2]]), "[z, t; 1, 2]"), (sp.Matrix([z, t]), "[z; t]"),
    (sp.Matrix([[z, t]]), "[z, t]"),
    (sp.ImmutableMatrix([[v1, v2]]), "[v_{1}, v_{2}]"), (sp.diag(z, t), "[z, 0; 0, t]"),
    (sp.eye(2), "[1, 0; 0, 1]"),
    (sp.Matrix([sp.sin(z), t]).jacobian([z, t]), "[cos(z), 0; 0, 1]"),
    # matrix expressions
    (2 * x.T, "2*xᵀ"), (A * x, "A @ x"), (x.T * x, "xᵀ @ x"), (x * w.T, "x @ wᵀ"), (B**-1, "inv(B)"),
    (B**2, "B^2"),
    (B.inv() * x, "inv(B) @ x"), (z * sp.Identity(n), "z*eye(n)"),
    (sp.Identity(n) + x * w.T, "x @ wᵀ + eye(n)"),
    (sp.OneMatrix(n, 1), "ones(n)"), (sp.OneMatrix(n, 1).T, "ones(1, n)"),
    (sp.ZeroMatrix(1, n), "zeros(1, n)"),
    (sp.HadamardProduct(x, w), "x ⊙ w"), (sp.KroneckerProduct(x, w), "kron(x, w)"),
    (sp.DiagMatrix(x), "diag(x)"),
    (sp.diagonalize_vector(x), "diag(x)"), (sp.trace(B), "trace(B)"), (sp.det(B), "det(B)"), (A.T, "Aᵀ"),
    (x.applyfunc(sp.sin), "sin(x)"), (x[0, 0], "x_{1}"), (A[0, 1], "A_{1,2}"), (x + w, "w + x"),
    (sp.Sum(x[i, 0], (i, 0, n - 1)), "sum_{i=0}^{-1 + n} x_{i + 1}"), (x.T * A.T, "xᵀ @ Aᵀ"),
    # arrays and lists
    (np.array([[1, 2], [3, 4]]), "[1, 2; 3, 4]"), (np.array([[1.5], [2]]), "[3/2; 2]"),
    (np.eye(2), "[1, 0; 0, 1]"),
    (np.array([[True, False]]), "[1, 0]"), ([[1, 2]], "[1, 2]"), ([[1], [2]], "[1; 2]"),
    ([[z, "t^2"]], "[z, t^2]"),
    ((("z", 1), (2, 3)), "[z, 1; 2, 3]"), (np.array([[z, t]], dtype=object), "[z, t]"),
    ([x.T, w.T], "[xᵀ; wᵀ]"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "meaning"), READ, ids=[f"{k}: {m}" for k, (_, m) in enumerate(READ)])
def test_read(answer: Any, meaning: str) -> None:
    assert text(read(answer, SCOPE)) == meaning
    wire = json.loads(json.dumps(pack(answer)))
    assert text(read(wire, SCOPE)) == meaning


REFUSED: list[tuple[Any, str]] = [
    (..., "nothing here yet"), (None, "return"), (True, "truth value"),
    (sp.Eq(z, z), "truth value"), (sp.Eq(z, z + 1), "truth value"), (1j, "complex"),
    (float("nan"), "nan"),
    (float("inf"), "inf"), ({"a": 1}, "a dict"), ({1, 2}, "a set"), (lambda: 0, "a function"),
    (object(), "object"),
    ([1, 2], "neither a row nor a column"), ((1, 2, 3), "neither a row nor a column"), ([], "empty"),
    (np.array([1.0, 2.0]), "neither a row nor a column"), (np.zeros((2, 2, 2)), "3 axes"),
    (np.zeros((0, 3)), "0 numbers"),
    (np.zeros((100, 100)), "10000 numbers"), ([[1, 2], [3]], "different lengths"),
    (np.array([[1j, 2]]), "complex"),
    (sp.I, "imaginary"), (sp.Symbol("q"), "not known"), (sp.Derivative(sp.sin(z), z), "doit"),
    (sp.oo, "Infinity"),
    (sp.Symbol("x") * sp.Symbol("w"), "MatrixSymbol"), (sp.MatrixSymbol("x", 1, n), "MatrixSymbol"),
    (sp.MatrixSymbol("A", n, m), "MatrixSymbol"), (sp.exp(B), "every entry"),
    (b"z", "bytes"),
    ({"sympy": ["MatrixElement", ["Symbol", "x"], ["Integer", "-1"], ["Integer", "0"]]}, "outside"),
    (sp.Symbol("E"), "constants"), (sp.gamma(z), "gamma"), (A[0, 1] ** 5000, "exponent"),
    (sp.Matrix(0, 0, []), "malformed"), (sp.Function("f")(z), "not read"), ("", "nothing here"),
    ("   ", "nothing here"),
    (sp.Integral(z, z), "doit"), (10**400, "digits"), ({"list": [1, 2]}, "neither"), (sp.nan, "NaN"),
    (int, "function"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "words"), REFUSED, ids=[f"{k}: {w}" for k, (_, w) in enumerate(REFUSED)])
def test_refused(answer: Any, words: str) -> None:
    with pytest.raises(Refusal, match=words) as caught:
        read(answer, SCOPE)
    assert "\n" not in caught.value.message


def test_the_size_of_identity_follows_from_what_is_due() -> None:
    from matcalc_ref.language import shape_of

    assert text(read("I", SCOPE, shape_of("n,n"))) == "eye(n)"
    assert text(read([["1", "z"]], SCOPE, shape_of("1,2"))) == "[1, z]"
