"""Every kind of answer, as a table: what a student gives, what comes of it, and a part of what is said."""

import json
import re

import numpy as np
import pytest
import records as r

from graders.feedback import judge
from graders.study.local import ask_for
from matcalc_ref.language.objects.packing import pack

CASES = r"\begin{cases} x^T & w^T x + b > 0 \\ 0 x^T & w^T x + b ? 0 \end{cases}"

TABLE = [
    # formulas
    (r.GRADIENT, "2 x^T", "correct", 1, None, "Correct"),
    (r.GRADIENT, r"$2\,\mathbf{x}^\top$", "correct", 1, None, "Correct"),
    (r.GRADIENT, "x^T", "wrong", 0, "JAC-09", "occurs twice"),
    (r.GRADIENT, "2x", "wrong", 0.5, "layout", "transposed"),
    (r.GRADIENT, "x", "wrong", 0, "JAC-09", "a row, $1"),
    (r.GRADIENT, "-2 x^T", "wrong", 0, "sign", "sign is wrong"),
    (r.GRADIENT, "n x^T", "wrong", 0, None, "other values"),
    (r.GRADIENT, "2 sum(x)", "wrong", 0, "summed", "side by side"),
    (r.GRADIENT, "diag(2x)", "wrong", 0, "diagonal-for-vector", "on the diagonal"),
    (r.GRADIENT, "2 y^T", "invalid", 0, None, "`y`"),
    (r.GRADIENT, "2 x^T +", "invalid", 0, None, "^"),
    (r.GRADIENT, "", "invalid", 0, None, "Nothing here yet"),
    (r.GRADIENT, "...", "invalid", 0, None, "Nothing here yet"),
    (r.GRADIENT, ..., "invalid", 0, None, "Nothing here yet"),
    (r.GRADIENT, None, "invalid", 0, None, "Nothing here yet"),
    (r.GRADIENT, True, "invalid", 0, None, "a truth value"),
    (r.GRADIENT, {"answer": "2 x^T"}, "correct", 1, None, "Correct"),
    (r.GRADIENT, {"other": "2 x^T"}, "invalid", 0, None, "a dict"),
    (r.GRADIENT, print, "invalid", 0, None, "a function"),
    (r.GRADIENT, object(), "invalid", 0, None, "type object"),
    (r.GRADIENT, "sum_{i=1}^{10000000} i x^T", "invalid", 0, None, ""),
    (r.GRADIENT, "ones(1000000, 1000000) x", "invalid", 0, None, ""),
    (r.GRADIENT, "9^9^9^9 x^T", "invalid", 0, None, ""),
    (r.JACOBIAN, "[[2 x_1*x_2, x_1^2], [1, 3 x_2^2]]", "correct", 1, None, "Correct"),
    (r.JACOBIAN, "[[2 x_1*x_2, x_1^2], [1, 3 x_2]]", "wrong", 0.75, "exponent", "power is off"),
    (r.JACOBIAN, "[[2 x_1*x_2, x_1^2], [1, 7]]", "wrong", 0.75, None, "entry $(2,2)$"),
    (r.JACOBIAN, "[[1, 1], [1, 7]]", "wrong", 0.25, None, "$(1,1)$, $(1,2)$, $(2,2)$"),
    (r.JACOBIAN, "[[2 x_1*x_2, 1], [x_1^2, 3 x_2^2]]", "wrong", 0.5, "layout", "transposed"),
    (r.JACOBIAN, "[[2 x_1*x_2, 0], [0, 3 x_2^2]]", "wrong", 0.5, "diagonal-only", "The diagonal is right"),
    (r.JACOBIAN, "zeros(2, 2)", "wrong", 0, "zero", "Not 0"),
    (r.TINY, "x/10^9", "wrong", 0, "factor-lost", "factor is lost"),  # where all is tiny, all is close
    (r.FLAT, "10^-9", "wrong", 0, None, "not equal"),  # nearly the 0 that is right, and no 0 for another
    (r.NEURON, "[w^T x + b > 0] x^T", "correct", 1, None, "Correct"),
    (r.NEURON, "[w^T x + b >= 0] x^T", "wrong", 0, None, "0$ exactly"),
    (r.NEURON, "(1 + sign(w^T x + b)) x^T/2", "wrong", 0, None, r"for the right side and $\le$ for the left"),
    (r.NEURON, "x^T", "wrong", 0, "indicator", "condition is missing"),
    (r.NEURON, "[w^T x + b > 0] w^T", "wrong", 0, None, "differs where"),
    (r.NEURON, CASES.replace("?", r"\le"), "correct", 1, None, "Correct"),
    (r.NEURON, CASES.replace("?", "<"), "correct", 1, None, "Correct"),  # a gap at the kink alone
    (r.TIES, "diag([w > x])", "correct", 1, None, "Correct"),
    (r.TIES, "diag([w >= x])", "correct", 1, None, "Correct"),
    (r.TIES, "diag([x > w])", "wrong", 0, "condition-turned", "turned round"),
    # numbers
    (r.NUMBER, "5/12", "correct", 1, None, "Correct"),
    (r.NUMBER, 5 / 12, "correct", 1, None, "Correct"),
    (r.NUMBER, "0.41667", "correct", 1, None, "Correct"),
    (r.COUNT, "20001", "wrong", 0, None, "not the value"),  # though it is within the tolerance
    (r.NUMBER, np.float64(0.4166667), "correct", 1, None, "Correct"),
    (r.NUMBER, "1.25/3", "correct", 1, None, "Correct"),
    (r.NUMBER, 1.25, "wrong", 0, "mean", "number of samples"),
    (r.NUMBER, 0.415, "wrong", 0, None, "Close, but not the value"),
    (r.NUMBER, -5 / 12, "wrong", 0, "sign", "sign"),
    (r.NUMBER, 7, "wrong", 0, None, "not the value"),
    (r.NUMBER, "1/0", "invalid", 0, None, "zero"),
    (r.NUMBER, "ln(-1)", "wrong", 0, None, "not the value"),
    (r.NUMBER, float("nan"), "invalid", 0, None, ""),
    (r.NUMBER, "x", "invalid", 0, None, "`x`"),
    (r.EXACT, "5/12", "correct", 1, None, "Correct"),
    (r.EXACT, "1/4 + 1/6", "correct", 1, None, "Correct"),
    (r.EXACT, 0.41667, "wrong", 0, "rounded", "exact value"),
    (r.VECTOR, "[2, 4, 6]", "correct", 1, None, "Correct"),
    (r.VECTOR, [[2, 4, 6]], "correct", 1, None, "Correct"),
    (r.VECTOR, np.array([[2.0, 4, 6]]), "correct", 1, None, "Correct"),
    (r.VECTOR, "[2; 4; 6]", "wrong", 0.5, "layout", "transposed"),
    (r.VECTOR, "[2, 4, 7]", "wrong", 0.6667, None, "entry $(1,3)$"),
    (r.VECTOR, "[1, 2, 3]", "wrong", 0, "factor-lost", "factor is lost"),
    (r.VECTOR, "12", "wrong", 0, None, "one number"),
    (r.VECTOR, "2 x^T", "invalid", 0, None, "put the values in"),
    (r.VECTOR, "zeros(n)", "invalid", 0, None, "put the values in"),
    (r.VECTOR, "n", "invalid", 0, None, "put the values in"),
    # choices
    (r.CHOICE, "b", "correct", 1, None, "Correct"),
    (r.CHOICE, "(b)", "correct", 1, None, "Correct"),
    (r.CHOICE, " B) ", "correct", 1, None, "Correct"),
    (r.CHOICE, "The answer is (b)", "correct", 1, None, "Correct"),
    (r.CHOICE, "b: two", "correct", 1, None, "Correct"),
    (r.CHOICE, "a", "wrong", 0, "ONE", "half of it"),
    (r.CHOICE, "c", "wrong", 0, None, "not it"),
    (r.CHOICE, "d", "invalid", 0, None, "a, b, c"),
    (r.CHOICE, "a, b", "invalid", 0, None, "One letter"),
    (r.CHOICE, 2, "invalid", 0, None, "letter"),
    (r.CHOICES, "a, c", "correct", 1, None, "Correct"),
    (r.CHOICES, ["c", "a"], "correct", 1, None, "Correct"),
    (r.CHOICES, ("a", "c"), "correct", 1, None, "Correct"),
    (r.CHOICES, "ac", "correct", 1, None, "Correct"),
    (r.CHOICES, "a and c", "correct", 1, None, "Correct"),
    (r.CHOICES, "a) and c)", "correct", 1, None, "Correct"),
    (r.CHOICES, "a", "wrong", 0.5, None, "rightly: 1"),
    (r.CHOICES, "a b", "wrong", 0, None, "missing: 1"),
    (r.CHOICES, "abcd", "wrong", 0, "ALL", "at once"),
    # shapes
    (r.SHAPE, "m-by-n", "correct", 1, None, "Correct"),
    (r.SHAPE, "m X n", "correct", 1, None, "Correct"),
    (r.SHAPE, "m,n", "correct", 1, None, "Correct"),
    (r.SHAPE, "m × n", "correct", 1, None, "Correct"),
    (r.SHAPE, "m x n", "correct", 1, None, "Correct"),
    (r.SHAPE, "(m, n)", "correct", 1, None, "Correct"),
    (r.SHAPE, ("m", "n"), "correct", 1, None, "Correct"),
    (r.SHAPE, r"$m \times n$", "correct", 1, None, "Correct"),
    (r.SHAPE, "mxn", "correct", 1, None, "Correct"),
    (r.SHAPE, "m rows, n columns", "correct", 1, None, "Correct"),
    (r.SHAPE, "n columns and m rows", "correct", 1, None, "Correct"),
    (r.SHAPE, "m things, n others", "invalid", 0, None, "rows, columns"),
    (r.SHAPE, "n,m", "wrong", 0, None, "swapped"),
    (r.SHAPE, "n,n", "wrong", 0, "SQ", "square"),
    (r.SHAPE, "1,1", "wrong", 0, None, "not the shape"),
    (r.SHAPE, "a number", "wrong", 0, None, "not the shape"),
    (r.SHAPE, "m", "invalid", 0, None, "rows, columns"),
    # find the error
    (r.ERROR, 2, "correct", 1, None, "Correct"),
    (r.ERROR, "L2", "correct", 1, None, "Correct"),
    (r.ERROR, [2], "correct", 1, None, "Correct"),
    (r.ERROR, "#2", "correct", 1, None, "Correct"),
    (r.ERROR, "(2)", "correct", 1, None, "Correct"),
    (r.ERROR, "line 2", "correct", 1, None, "Correct"),
    (r.ERROR, 1, "wrong", 0, None, "still holds"),
    (r.ERROR, 3, "wrong", 0, None, "earlier slip"),
    (r.ERROR, 4, "invalid", 0, None, "1 to 3"),
    (r.ERROR, True, "invalid", 0, None, "1 to 3"),
    # derivations
    (r.DERIVATION, ["2*(x^2+1)*2*x", "4*x*(x^2+1)"], "correct", 1, None, "Correct"),
    (r.DERIVATION, "2*(x^2+1)*2*x = 4*x*(x^2+1) = 4x^3 + 4x", "correct", 1, None, "Correct"),
    (r.DERIVATION, "d/dx (x^2+1)^2\n= 2*(x^2+1)*2*x\n= 4x^3 + 4x", "correct", 1, None, "Correct"),
    (r.DERIVATION, "u = x^2 + 1\n2u*2*x", "correct", 1, None, "Correct"),
    (r.DERIVATION, ["4x^3 + 4x"], "correct", 1, None, ""),
    (r.DERIVATION, ["u = x^2 + 1", "dy/du = 2u", "dy/dx = dy/du du/dx", "2u*2x"], "correct", 1, None, ""),
    (r.DERIVATION, ["u = x^2 + 1", "y = u^2", "dy/dx = 2u du/dx", "4x*(x^2 + 1)"], "correct", 1, None, ""),
    (r.DERIVATION, ["2(x^2+1) d/dx (x^2+1)", "4x^3 + 4x"], "correct", 1, None, ""),
    (r.DERIVATION, ["(x^2+1) d/dx (x^2+1) * 2", "4x^3 + 4x"], "correct", 1, None, ""),
    (r.DERIVATION, ["d/dx [(x^2+1)^2]", "4x^3 + 4x"], "correct", 1, None, ""),
    (r.DERIVATION, [r"\frac{d}{dx}\left[(x^2+1)^2\right] = 4x^3 + 4x"], "correct", 1, None, ""),
    (r.DERIVATION, ["2(x^2+1) (d/dx x^2 + d/dx 1)", "4x^3 + 4x"], "correct", 1, None, ""),
    (r.DERIVATION, ["(x^2+1) * d/dx[x^2] * 2", "4x^3 + 4x"], "correct", 1, None, ""),
    (r.DERIVATION, ["d/dx (x^2+1)^2"], "wrong", 0, "unfinished", "not the answer yet"),
    (r.DERIVATION, ["2(x^2+1) (x^2+1)'", "4x^3 + 4x"], "correct", 1, None, ""),
    (r.DERIVATION, ["2 (x^2 + 1) * (x^2)'", "4x^3 + 4x"], "correct", 1, None, ""),
    (r.DERIVATION, ["(x^2+1)' (x^2+1)", "4x^3 + 4x"], "wrong", 0.5, "factor-lost", "Line 1 is the first"),
    (r.DERIVATION, "4x^3 + 4x = 4x (x^2 + 2) = 4x (x^2 + 1)", "wrong", 0.5, None, "right, though"),
    (r.DERIVATION, ["u = x^2 + 1", "2u du/dx"], "wrong", 0, "unfinished", "not the answer yet"),
    (r.DERIVATION, ["u = x^2 + 1", "du/dx = 2x"], "wrong", 0, "unfinished", ""),
    (r.DERIVATION, ["u = x^2 + 1", "du/dx = 2"], "wrong", 0, "link-wrong", "Line 2"),
    (r.DERIVATION, ["u = x^2 + 1", "du/dx = 2", "2u*2x"], "wrong", 0.5, "link-wrong", "right, though"),
    (r.DERIVATION, ["u = x^2 + 1", "u' = x", "2u*x"], "wrong", 0, "link-wrong", "Line 2"),
    (r.DERIVATION, ["u = x^2 + 1", "2u u'"], "wrong", 0, "unfinished", "not the answer yet"),
    (r.DERIVATION, ["u = x^2 + 1", "2u v'"], "invalid", 0, None, "`v` is not known"),
    (r.DERIVATION, ["dy/dx = dy/du du/dx"], "invalid", 0, None, "derivative itself"),
    (r.DERIVATION, ["2*(x^2+1)*2*x", "4*x*(x^2+1)", "4x^3 + 4"], "wrong", 0, None, "Line 3 is the first"),
    (r.DERIVATION, ["2*(x^2+1)", "2x^2 + 2"], "wrong", 0, "CH1-01", "Line 1 is the first"),
    (r.DERIVATION, ["2*(x^2+1)*2", "4*x*(x^2+1)"], "wrong", 0.5, "factor-dropped", "last line is right"),
    (r.DERIVATION, ["2*(x^2+1)*2*x", "4*x*(x^2+"], "invalid", 0, None, "Line 2 cannot be read"),
    (r.DERIVATION, ["\t2*(x^2+1)*2*x", "4*x*(x^2+1)\t"], "correct", 1, None, "Correct"),
    (r.DERIVATION, [1, "x"], "invalid", 0, None, "a number"),
    (r.DERIVATION, [], "invalid", 0, None, "Nothing here yet"),
    (r.STEPS, ["2*(x^2+1)*2*x", "4x^3 + 4x"], "correct", 1, None, "Correct"),
    (r.STEPS, ["2*x*2*(1 + x^2)", "4x^3 + 4x"], "correct", 1, None, "Correct"),
    (r.STEPS, ["4x^3 + 4x"], "wrong", 0.5, "steps-missing", "steps are asked for"),
    # text
    (r.TEXT, "because", "pending", 0, None, "A person"),
    (r.TEXT, "", "invalid", 0, None, "Nothing here yet"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("exercise", "answer", "outcome", "credit", "mistake", "fragment"),
    TABLE,
    ids=[re.sub(r" at 0x\w+", "", f"{row[0].parts[0].kind}: {row[1]!r}")[:90] for row in TABLE],
)
def test_answer(exercise, answer, outcome, credit, mistake, fragment):
    verdict = judge(exercise, pack(answer))
    assert verdict.outcome == outcome, verdict.message
    assert verdict.credit == pytest.approx(credit, abs=1e-4), verdict.message
    assert verdict.mistake == mistake, verdict.message
    assert fragment in verdict.message
    assert list(verdict.parts) == [exercise.parts[0].name]
    json.dumps(verdict.to_json(), allow_nan=False)


def test_what_cannot_be_read_is_said_in_words():
    for answer, said in (
        (np.array("x"), "You gave an array of"),
        (10**5000, "You gave a very large integer;"),
    ):
        assert judge(r.NUMBER, pack(answer)).message.startswith(said)


def test_words_of_ones_own_are_compared_with_the_solution():
    assert "compare yours with the solution" in judge(r.TEXT, pack("because"), mode="self-study").message


CHAINS = [
    ({"u": "x^2", "du": "2x", "dy": "cos(u)", "total": "2x cos(x^2)"}, [1, 1, 1, 1], "Correct"),
    ({"u": "x^2", "du": "2x", "dy": "cos(x^2)", "total": "2x cos(u)"}, [1, 1, 1, 1], "Correct"),
    ({"u": "x^2", "du": "x", "dy": "cos(u)", "total": "x cos(u)"}, [1, 0, 1, 1], "your own earlier answer"),
    ({"u": "x^2", "du": "2x", "dy": "-cos(u)", "total": "-2x cos(u)"}, [1, 1, 0, 1], "your own earlier"),
    ({"u": "x^2", "du": "x", "dy": "cos(u)", "total": "2x cos(u)"}, [1, 0, 1, 1], "Correct"),
    ({"u": "x^2", "du": "x", "dy": "cos(u)", "total": "3x cos(u)"}, [1, 0, 1, 0], "factor"),
    ({"u": "x^2", "du": "[1, 2]", "dy": "cos(u)", "total": "cos(u)"}, [1, 0, 1, 0], "inner"),
    ({"u": "0", "du": "0", "dy": "0", "total": "0"}, [0, 0, 0, 0], "not equal"),
    ({"u": "1", "du": "2", "dy": "1", "total": "2"}, [0, 0, 0, 0], "not equal"),
    ({"u": "x^2", "du": "2x"}, [1, 1, 0, 0], "Nothing here yet for `total`"),
    ({"u": "0", "du": "0", "dy": "0", "total": "0"}, [0, 0, 0, 0], "not equal"),
    ({"u": "1", "du": "1", "dy": "1", "total": "1"}, [0, 0, 0, 0], "not equal"),
    (("x^2", "2x", "cos(u)", "2x cos(u)"), [1, 1, 1, 1], "Correct"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "credits", "fragment"), CHAINS)
def test_an_error_is_carried_forward(answer, credits, fragment):
    verdict = judge(r.CHAIN, pack(answer))
    assert [part.credit for part in verdict.parts.values()] == credits, verdict.message
    assert verdict.credit == pytest.approx(sum(c * w for c, w in zip(credits, (1, 1, 1, 3), strict=True)) / 6)
    assert (verdict.outcome == "correct") == (verdict.credit == 1)
    assert fragment in verdict.message


@pytest.mark.parametrize(
    ("answer", "fragment"),
    [
        ("x^2", "4 parts"),
        ({"u": "x^2", "dz": "1"}, "no part called dz"),
        (..., "Nothing here yet"),
        ({}, "Nothing here yet"),
        ({"u": ..., "du": ..., "dy": ..., "total": ...}, "Nothing here yet"),
        ([1, 2], "4 parts"),
    ],
)
def test_parts_in_another_form(answer, fragment):
    verdict = judge(r.CHAIN, pack(answer))
    assert (verdict.outcome, verdict.credit) == ("invalid", 0) and fragment in verdict.message


def _changes(x, w):
    x *= 2
    return np.outer(x / 2, w)


CODE = [
    (r.OUTER, r.outer, "correct", 1, None, "Correct"),
    (r.OUTER, lambda x, w: (x[:, None] * w).tolist(), "correct", 1, None, "Correct"),
    (r.OUTER, r.outer_swapped, "wrong", 0.5, "SWAP", "first vector"),
    (r.OUTER, lambda x, w: 2 * np.outer(x, w), "wrong", 0, None, "wrong value"),
    (r.OUTER, lambda x, w: np.outer(x, w) + np.eye(len(x)), "wrong", 0, None, "(0, 0)"),
    (r.OUTER, lambda x, w: x * w, "wrong", 0, "code-shape", "1-D array"),
    (r.OUTER, lambda x, w: None, "wrong", 0, "code-none", "`return` missing"),
    (r.OUTER, lambda x, w: "text", "wrong", 0, "code-type", "a text"),
    (r.OUTER, lambda x, w: {1.0}, "wrong", 0, "code-type", "a set"),
    (r.OUTER, lambda x, w: 1j, "wrong", 0, "code-type", "a complex number"),
    (r.OUTER, lambda x, w: 1 / 0, "wrong", 0, "code-exception", "ZeroDivisionError"),
    (r.OUTER, lambda x: x, "wrong", 0, "code-exception", "TypeError"),
    (r.OUTER, lambda x, w: np.outer(x, w) * np.nan, "wrong", 0, "code-nan", "nan"),
    (r.OUTER, "np.outer", "invalid", 0, None, "Define the function `outer(x, w)`"),
    (r.OUTER, ..., "invalid", 0, None, "Nothing here yet"),
    (r.DOUBLED, r.doubled, "correct", 1, None, "Correct"),
    (r.DOUBLED, lambda x: [2 * v for v in x], "correct", 1, None, "Correct"),
    (r.DOUBLED, lambda x: 2 * x[:, None], "wrong", 0.5, "layout", "numbers are right"),
    (r.DOUBLED, lambda x: 2 * x[None, :], "wrong", 0.5, "layout", "numbers are right"),
    (r.DOUBLED, lambda x: x[:, None], "wrong", 0, "code-shape", "2-D array"),
    (r.DOUBLED, lambda x: 2.0, "wrong", 0, "code-shape", "a number"),
    (r.BOTH, r.both, "correct", 1, None, "Correct"),
    (r.BOTH, lambda f, x: {"value": f(x)}, "wrong", 0, "code-keys", "lacks the key twice"),
    (r.BOTH, lambda f, x: {"value": f(x), "twice": f(x)}, "wrong", 0, None, "(`twice`)"),
    (r.BOTH, lambda f, x: (f(x), 2 * f(x)), "wrong", 0, "code-type", "a dict"),
    (r.SEVERAL, r.several, "correct", 1, None, "Correct"),
    (r.SEVERAL, lambda x: (np.outer(x, x), x[None], x.sum()), "wrong", 0.5, "layout", "(value 2)"),
    (r.SEVERAL, lambda x: (np.outer(x, x), x[None], 7.0), "wrong", 0, None, "(value 3)"),
    (r.SEVERAL, lambda x: (np.outer(x, x)[None], x[None], x.sum()), "wrong", 0, "code-shape", "(value 1)"),
    (r.CAREFUL, r.careful, "correct", 1, None, "Correct"),
    (r.CAREFUL, lambda matrix: True, "wrong", 0, "code-no-exception", "refuse"),
    (r.CAREFUL, lambda matrix: matrix[2, 2] is not None, "correct", 1, None, "Correct"),
]  # fmt: skip


@pytest.mark.parametrize(("exercise", "function", "outcome", "credit", "mistake", "fragment"), CODE)
def test_code(exercise, function, outcome, credit, mistake, fragment):
    functions = []
    verdict = judge(exercise, pack(function, functions), ask=ask_for(functions))
    assert verdict.outcome == outcome, verdict.message
    assert (verdict.credit, verdict.mistake) == (pytest.approx(credit), mistake), verdict.message
    assert fragment in verdict.message
