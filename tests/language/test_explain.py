"""How a formula was understood, at the command line and in a notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from matcalc_ref.language import Refusal, Scope, latex, numpy_code, read
from matcalc_ref.language.explain import explain, markdown, variables_of

VARIABLES = ["x:n", "w:n", "A:m,n", "z:", "θ:", "w_hat:n", "W_1:m,n", "B:n,n"]
SCOPE = Scope(variables_of(VARIABLES))


def matcalc(*arguments: str) -> tuple[int, str]:
    from graders.cli import app

    options = [option for declared in VARIABLES for option in ("--var", declared)]
    result = CliRunner().invoke(app, ["explain", *arguments, *options])
    return result.exit_code, result.output


def test_the_command_says_what_it_understood() -> None:
    code, said = matcalc("2 x'")
    assert code == 0
    assert r"2 \mathbf{x}^{\top}" in said
    assert "1×n, a row of n entries" in said
    assert "dimensions   n" in said
    assert "m×n, an m×n matrix" in matcalc("A")[1] and "a 2×2 matrix" in matcalc("[z, 1; 2, 3]")[1]


def test_the_command_refuses_with_a_caret() -> None:
    code, said = matcalc("z + w x")
    assert code == 2
    assert "two columns side by side" in said
    assert "  z + w x\n      ^^^" in said
    assert "  - w·x" in said


def test_the_command_speaks_json() -> None:
    code, said = matcalc("A x", "--json")
    found = json.loads(said)
    assert code == 0
    assert (found["shape"], found["kind"]) == (["m", "1"], "a column of m entries")
    assert found["dimensions"] == ["m", "n"]
    code, said = matcalc("1/2z", "--json")
    found = json.loads(said)
    assert code == 2
    assert found["at"] == [0, 4]
    assert found["choices"] == ["(1/2) z", "1/(2z)"]


def test_a_bad_declaration_is_said_in_words() -> None:
    from graders.cli import app

    result = CliRunner().invoke(app, ["explain", "x", "--var", "x"])
    assert result.exit_code == 2
    assert "NAME:SHAPE" in result.output


@pytest.mark.parametrize("size", ["0", "-3", "n,0"])
def test_a_size_is_at_least_one(size: str) -> None:
    from graders.cli import app

    result = CliRunner().invoke(app, ["explain", "x", "--var", f"x:{size}"])
    assert result.exit_code == 2 and "a size is at least 1" in result.output


@pytest.mark.parametrize("call", ["explain x --var x:n", "derive x^2 --wrt x --var x:", "list"])
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_no_encoding_ends_in_a_traceback(call: str, encoding: str) -> None:
    command = [sys.executable, "-m", "graders.cli", *call.split()]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert done.returncode == 0 and not done.stderr, done.stderr.decode()
    assert any(sign in done.stdout.decode("utf-8") for sign in "×∂…")


@pytest.mark.parametrize(
    "call", (["explain", "x^T x"], ["equal", "x^T", "2"], ["derive", "x^T x", "--wrt", "x"])
)
def test_who_declares_no_names_is_told_how(call: list[str]) -> None:
    from graders.cli import app

    assert "--var x:n is a column" in CliRunner().invoke(app, call).output


def test_a_notebook_shows_mathematics() -> None:
    shown = markdown(explain("diag(x)", SCOPE))
    assert shown.startswith("$$") and r"\operatorname{diag}" in shown and "for every $n$" in shown
    asked = markdown(explain("x*w", SCOPE))
    assert "```text" in asked and "- `x ⊙ w`" in asked


LATEX = [
    ("(x + x)*1", r"\left(\mathbf{x} + \mathbf{x}\right) \cdot \left(1\right)"),  # x · 1 may be a sum
    ("2x'", r"2 \mathbf{x}^{\top}"),
    ("x/norm(x)", r"\frac{\mathbf{x}}{\left\lVert \mathbf{x} \right\rVert}"),
    ("z^2/2", r"\frac{z^{2}}{2}"),
    ("sum_i x_i^2", r"\sum_{i=1}^{n} x_{i}^{2}"),
    ("1⃗ᵀ x", r"\mathbf{1}_{n}^{\top} \mathbf{x}"),
    ("B + z I", r"B + z I_{n}"),
    ("θ W_1 w_hat", r"\left(\theta W_{1}\right) \hat{\mathbf{w}}"),
    ("x ⊙ w", r"\mathbf{x} \otimes \mathbf{w}"),
    ("[z, 1; 2, 3]", r"\begin{bmatrix} z & 1 \\ 2 & 3 \end{bmatrix}"),
    ("ln(z)", r"\ln\left(z\right)"),
    ("1[x > 0]", r"\mathbb{1}\left[\mathbf{x} > 0\right]"),
]


@pytest.mark.parametrize(("typed", "shown"), LATEX)
def test_latex(typed: str, shown: str) -> None:
    assert latex(read(typed, SCOPE)) == shown


NUMPY = [
    ("2x'", "2 * x.T"),
    ("A x", "A @ x"),
    ("z", "np.reshape(z, (1, 1))"),
    ("diag(x)", "np.diag(np.ravel(x))"),
    ("B^-1 x", "np.linalg.inv(B) @ x"),
    ("1⃗ᵀ x / n", "(np.ones((n, 1)).T @ x) / n"),
    ("max(0, x)", "np.maximum(0, x)"),
    ("[z, 1]", "np.array([[z, 1]], dtype=float)"),
    ("x_1", "np.reshape(x[0, 0], (1, 1))"),
]


@pytest.mark.parametrize(("typed", "code"), NUMPY)
def test_numpy_code(typed: str, code: str) -> None:
    assert numpy_code(read(typed, SCOPE)) == code


def test_a_refusal_shows_the_line_it_is_in() -> None:
    with pytest.raises(Refusal) as caught:
        read("x\n+ q", SCOPE)
    assert caught.value.caret() == "+ q\n  ^"
    with pytest.raises(Refusal) as caught:
        read("z + " * 60 + "q", SCOPE)
    line, carets = caught.value.caret().splitlines()
    assert len(line) <= 100 and line[len(carets) - 1] == "q"
