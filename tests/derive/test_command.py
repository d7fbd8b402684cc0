"""`matcalc derive`: the contract of its JSON, and a sentence for everything that cannot be done."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from graders.cli import app

LOSS = ["sum(max(0, X w + b))/N", "--wrt", "w", "--var", "X:N,n", "--var", "w:n", "--var", "b:"]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["derive", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def derived(*arguments: str) -> dict[str, Any]:
    code, out = run(*arguments, "--json")
    assert code == 0, out
    return json.loads(out)


def test_contract() -> None:
    found = derived(*LOSS)
    assert found.keys() >= {"derivative", "shape", "layout", "steps", "latex", "numpy"}
    assert found["shape"] == "1,n" and found["layout"] == "numerator"
    for step in found["steps"]:
        assert step.keys() == {"rule", "section", "before", "after"}
        assert all(isinstance(text, str) for text in step.values())
    assert found["steps"][-1]["after"] == found["derivative"]
    assert [s["before"] for s in found["steps"][1:]] == [s["after"] for s in found["steps"][:-1]]
    assert r"\mathbf" in found["latex"]


def test_numpy_is_an_expression_with_a_result_in_two_dimensions() -> None:
    chance = np.random.default_rng(0)
    X, w, b = chance.normal(size=(5, 3)), chance.normal(size=(3, 1)), 0.3
    names = {"np": np, "X": X, "w": w, "b": b, "N": 5, "n": 3}
    result = eval(derived(*LOSS)["numpy"], names)
    assert np.allclose(result, ((X @ w + b > 0).T @ X) / 5) and result.shape == (1, 3)
    assert eval(derived("w^T w", "--wrt", "b", "--var", "w:n", "--var", "b:")["numpy"], names).shape == (1, 1)
    assert eval(derived("3 b^2", "--wrt", "b", "--var", "b:")["numpy"], names).shape == (1, 1)


def test_text_is_a_derivation_to_read() -> None:
    code, out = run(*LOSS)
    assert code == 0
    assert "vector chain rule (4.5.3)" in out and "1×n" in out


def test_a_variable_that_does_not_occur() -> None:
    found = derived("w^T w", "--wrt", "x", "--var", "w:n", "--var", "x:m")
    assert found["shape"] == "1,m" and found["notes"] and "zeros" in found["derivative"]


def test_several_variables() -> None:
    found = derived("3 x^2 y", "--wrt", "x,y", "--var", "x:", "--var", "y:")
    assert found["shape"] == "1,2"


REFUSED = [
    ([" ".join(f"sin({k}z)" for k in range(1, 60)), "--wrt", "z", "--var", "z:"], "too many factors", None),
    (["X w", "--wrt", "w", "--var", "X:N,n", "--var", "w:m"], "match", "X w"),
    (["foo(w)", "--wrt", "w", "--var", "w:n"], "foo", None),
    (["w", "--wrt", "q", "--var", "w:n"], "q", "q"),
    (["X", "--wrt", "w", "--var", "X:N,n", "--var", "w:n"], "matrix", "X"),
    (["sum(w)/n", "--wrt", "n", "--var", "w:n"], "constant", "n"),
    (["3 w", "--wrt", "3", "--var", "w:n"], "constant", "3"),
    (["e^w", "--wrt", "e", "--var", "w:n"], "constant", "e"),
    (["w +", "--wrt", "w", "--var", "w:n"], "", None),
    (["", "--wrt", "w", "--var", "w:n"], "", None),
    (["w", "--wrt", "w", "--var", "w:n,n,n"], "shape", None),
    (["w", "--wrt", "w", "--var", "w:n", "--var", "w:"], "twice", None),
    (["n", "--wrt", "n", "--var", "n:n"], "", None),
    (["w", "--wrt", "w", "--var", "w:n!"], "", None),
    (["9^9^9^9 w", "--wrt", "w", "--var", "w:"], "", None),
]


@pytest.mark.parametrize(("arguments", "says", "part"), REFUSED, ids=[" ".join(r[0][:3]) for r in REFUSED])
def test_refused_in_one_sentence(arguments: list[str], says: str, part: str | None) -> None:
    code, out = run(*arguments, "--json")
    if code == 0:
        pytest.fail(out)
    assert code == 2
    found = json.loads(out)
    assert found.keys() == {"error", "part", "at"}
    assert says in found["error"] and "Traceback" not in out
    if part is not None:
        assert found["part"] == part
    if found["at"] is not None:
        start, end = found["at"]
        assert 0 <= start <= end
    code, out = run(*arguments)
    assert code == 2 and "Traceback" not in out
