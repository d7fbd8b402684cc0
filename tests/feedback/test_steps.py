"""Derivations whose steps are asked for: no honest one is refused for its form, and no jump gets through."""

import pytest

from graders.feedback import judge
from matcalc_ref.catalogue import exercise, exercises
from matcalc_ref.language import pack

PRODUCT, SIGMOID, SOFTMAX, SECOND, NEURON = "A01-16", "A11-05", "A11-15", "A12-09", "A09-16"

HONEST = [
    (PRODUCT, ["(x^2+1)^3 + x*3(x^2+1)^2*2x", "(x^2+1)^3 + 6x^2 (x^2+1)^2"]),
    (PRODUCT, ["u = x^2 + 1", "u^3 + x * 3 u^2 * 2x", "(x^2 + 1)^3 + 6 x^2*(x^2 + 1)^2"]),
    (PRODUCT, ["u = x^2 + 1", "du/dx = 2x", "v = u^3", "dv/dx = 3u^2 * 2x", "v + x dv/dx",
     "(x^2+1)^2*(7x^2+1)"]),
    (PRODUCT, ["u = x^2 + 1", "u' = 2x", "u^3 + x * 3 u^2 * 2x"]),
    (PRODUCT, ["u = x^2 + 1", "u' = 2x", "u^3 + x * 3 u^2 u'"]),
    (PRODUCT, ["u = x^2 + 1", r"u^\prime = 2x", r"u^3 + x * 3 u^2 u^{\prime}"]),
    (PRODUCT, ["(x^2+1)^3 + x d/dx (x^2+1)^3", "(x^2+1)^3 + 6x^2 (x^2+1)^2"]),
    (PRODUCT, ["d/dx (x^7 + 3x^5 + 3x^3 + x)", "7x^6 + 15x^4 + 9x^2 + 1"]),
    (PRODUCT, "(x^2+1)^3 + x*3(x^2+1)^2*2x = (x^2+1)^3 + 6x^2 (x^2+1)^2"),
    (PRODUCT, r"(x^2+1)^3 + x\cdot 3(x^2+1)^2\cdot 2x \\ (x^2+1)^3 + 6x^2(x^2+1)^2"),
    (PRODUCT, ["f = x", "g = (x^2+1)^3", "df/dx = 1", "dg/dx = 6x*(x^2+1)^2", "1 * g + f * 6x*(x^2+1)^2"]),
    (PRODUCT, ["(x^2+1)^3 + 6x*x*(x^2+1)^2"]),
    (PRODUCT, ["(x^2+1)^2 * ((x^2+1) + x*3*2x)", "(x^2+1)^2*(7x^2+1)"]),
    (PRODUCT, ["f = x", "g = (x^2+1)^3", "f' = 1", "g' = 3 (x^2+1)^2 * 2x", "f' g + f g'",
     "(x^2+1)^3 + 6x^2 (x^2+1)^2"]),
    (PRODUCT, "u = x^2 + 1; u^3 + x * 3 u^2 * 2x; (x^2+1)^3 + 6x^2 (x^2+1)^2"),
    (PRODUCT, ["product rule: (x^2+1)^3 + x * 3 (x^2+1)^2 * 2x"]),
    (SIGMOID, ["s = 1/(1+exp(-z))", "ds/dz = exp(-z)/(1+exp(-z))^2", "ds/dz = s*(1-s)"]),
    (SIGMOID, ["-(1+exp(-z))^(-2) * (-exp(-z))", "exp(-z)/(1+exp(-z))^2", "s*(1-s)"]),
    (SIGMOID, ["exp(-z)/(1+exp(-z))^2", "s*(1-s)"]),
    (SIGMOID, ["u = 1+exp(-z)", "du/dz = -exp(-z)", "ds/du = -1/u^2", "-1/u^2 * (-exp(-z))", "s*(1-s)"]),
    (SIGMOID, ["let u = 1+exp(-z)", "-1/u^2 * du/dz", "exp(-z)/u^2", "s - s^2"]),
    (SIGMOID, ["s^2 exp(-z)", "s^2*(1/s - 1)", "s - s^2"]),
    (SIGMOID, ["(0*(1+exp(-z)) - 1*(-exp(-z)))/(1+exp(-z))^2", "s*(1-s)"]),
    (SIGMOID, ["(exp(z)*(1+exp(z)) - exp(z)*exp(z))/(1+exp(z))^2", "exp(z)/(1+exp(z))^2", "s*(1-s)"]),
    (SIGMOID, ["1/(1+exp(-z)) * exp(-z)/(1+exp(-z))", "s * (1+exp(-z)-1)/(1+exp(-z))", "s*(1-s)"]),
    (SIGMOID, r"-\frac{1}{(1+e^{-z})^2}\cdot(-e^{-z})" "\n" r"= \frac{e^{-z}}{(1+e^{-z})^2}" "\n= s*(1-s)"),
    (SIGMOID, ["-1*(1+e^(-z))^(-2) * d/dz (1+e^(-z))", "s*(1-s)"]),
    (SIGMOID, r"\begin{align*} \sigma'(z) &= -\frac{1}{(1+e^{-z})^2}\cdot(-e^{-z}) \\ "
     r"&= \frac{e^{-z}}{(1+e^{-z})^2}\\ &= s\cdot(1-s)\end{align*}"),
    (SOFTMAX, [r"\frac{1}{\sum_j e^{z_j}} (e^{\mathbf z})^T - \mathbf y^T", r"(\mathbf p-\mathbf y)^T"]),
    (SOFTMAX, ["1/sum(exp(z)) * exp(z)^T - y^T", "p^T - y^T"]),
    (SOFTMAX, ["exp(z)^T/sum(exp(z)) - y^T", "(p - y)^T"]),
    (SOFTMAX, ["u = sum(exp(z))", "du/dz = exp(z)^T", "1/u * du/dz - y^T", "p^T - y^T"]),
    (SOFTMAX, ["v = exp(z)", "u = sum(v)", "dv/dz = diag(v)", "du/dv = ones(n)^T",
     "ones(n)^T diag(v)/u - y^T", "p^T - y^T"]),
    (SOFTMAX, ["J_j = exp(z_j)/sum_i exp(z_i) - y_j", "p^T - y^T"]),
    (SOFTMAX, ["J_j = exp(z_j)/sum_i exp(z_i) - y_j", "J_j = p_j - y_j"]),
    (SOFTMAX, [r"\frac{\partial C}{\partial z_j} = \frac{e^{z_j}}{\sum_k e^{z_k}} - y_j", "p^T - y^T"]),
    (SECOND, ["2cos(x^2) + 2x*(-sin(x^2))*2x", "2cos(x^2) - 4x^2 sin(x^2)"]),
    (SECOND, ["2cos(x^2) - 2x*2x*sin(x^2)", "2cos(x^2) - 4x^2 sin(x^2)"]),
    (SECOND, ["y' = 2x cos(x^2)", "y'' = 2cos(x^2) + 2x*(-sin(x^2)*2x)", "y'' = 2cos(x^2) - 4x^2 sin(x^2)"]),
    (SECOND, ["u = x^2", "2cos(u) + 2x*(-sin(u))*du/dx", "2cos(x^2) - 4x^2 sin(x^2)"]),
    (SECOND, ["2cos(x^2) - 2x*(2x*sin(x^2))"]),
    (SECOND, ["f = 2x", "g = cos(x^2)", "f' = 2", "g' = -2x sin(x^2)", "2 g + f*(-2x sin(x^2))",
     "2cos(x^2) - 4x^2 sin(x^2)"]),
    (SECOND, ["d/dx (2x) * cos(x^2) + 2x d/dx (cos(x^2))", "2cos(x^2) - 4x^2 sin(x^2)"]),
    (SECOND, ["d/dx (2x) * cos(x^2) + 2x*(-sin(x^2)*2x)", "2cos(x^2) - 4x^2 sin(x^2)"]),
    (SECOND, "f = 2x, g = cos(x^2)\nf' = 2, g' = -2x sin(x^2)\nf' g + f g'\n2cos(x^2) - 4x^2 sin(x^2)"),
    (NEURON, r"\begin{aligned}v &= y-t\\ \frac{dc}{dv} &= 2v \\ \frac{\partial v}{\partial \mathbf{w}} "
     r"&= -(1-t^2) \mathbf{x}^T \\ \frac{\partial c}{\partial \mathbf{w}} "
     r"&= -2v\cdot(1-t^2)\mathbf{x}^T\end{aligned}"),
    (NEURON, ["2 (y - t)*(-(1 - t^2) x^T)", "-2 (y - t) (1 - t^2) x^T"]),
    (NEURON, ["v = y - t", "dc/dv = 2v", "dv/dw = -(1-t^2) x^T", "-2 v (1-t^2) x^T"]),
    (NEURON, ["v = y - t", "dc/dv = 2 v", "dv/dt = -1", "dt/dz = (1-t^2)", "dz/dw = x^T",
     "2v*(-1)*(1-t^2) x^T"]),
    (NEURON, ["dz/dw = x^T", "v = y - t", "dv/dw = -(1-t^2) dz/dw", "2 v dv/dw", "-2 v (1-t^2) x^T"]),
    (NEURON, ["dt/dw = (1-t^2) dz/dw", "2 (y - t) * (-dt/dw)", "-2*(y - t) (1 - t^2) x^T"]),
    (NEURON, ["e = t - y", "dc/de = 2 e", "de/dw = (1-t^2) x^T", "2*(t-y) (1-t^2) x^T"]),
    (NEURON, ["2 (y - t) d/dw (y - tanh(w·x+b))", "-2*(y - t) (1 - t^2) x^T"]),
    (NEURON, ["u = tanh(w·x+b)", "v = y - u", "dv/du = -1", "du/dw = (1-u^2) x^T", "dc/dv = 2v",
     "-2 v (1-u^2) x^T"]),
    (PRODUCT, ["u = x^2+1", "d/du u^3 = 3u^2", "du/dx = 2x", "u^3 + 6x^2 u^2"]),
    (PRODUCT, ["u = x^2+1", "d/dx u^3 = 3u^2 du/dx", "u^3 + 6x^2 u^2"]),
    (SIGMOID, ["u = 1+exp(-z)", "s = 1/u", "ds/dz = ds/du * du/dz", "-1/u^2 * (-exp(-z))", "s - s^2"]),
    (SOFTMAX, ["u = sum(exp(z))", r"\frac{d}{du} \ln u = 1/u", "du/dz = exp(z)^T", "p^T - y^T"]),
    (SECOND, ["u = x^2", "d/du sin(u) = cos(u)", "2x cos(u)", "2cos(u) + 2x*(-sin(u))*2x"]),
    (NEURON, ["z = w·x+b", "u = y - tanh(z)", "d/du u^2 = 2u", "du/dw = -(1-t^2) x^T", "-2u (1-t^2) x^T"]),
    (NEURON, ["2(y-t) * d/dw (y - t)", "-2(y-t)*(1-t^2) x^T"]),
    ("A07-07", ["u = A x - r", "d/du (u^T u) = 2 u^T", "du/dx = A", "2 (A x - r)^T A"]),
    ("A06-12", ["u = w x + b", "v = y - u", "dv/du = -1", "2v * dv/du * x", "-2v x"]),
    ("A06-12", ["u = w x + b", "-2(y-u) u'", "-2x*(y - w x - b)"]),
    (PRODUCT, ["f = x", "g = (x^2+1)^3", "f' g + f g'", "g' = 3(x^2+1)^2*2x", "(x^2+1)^3 + 6x^2 (x^2+1)^2"]),
]  # fmt: skip

JUMPS = [
    (PRODUCT, ["(x^2+1)^3 + 6x^2 (x^2+1)^2"]),
    (PRODUCT, ["d/dx x (x^2+1)^3", "(x^2+1)^3 + 6x^2 (x^2+1)^2"]),
    (PRODUCT, ["u = x^2 + 1", "u^3 + 6x^2 u^2"]),
    (PRODUCT, ["6x^2 (x^2+1)^2 + (x^2+1)^3", "(x^2+1)^3 + 6(1+x^2)^2 x^2"]),
    (PRODUCT, ["(x^2+1)^3 + 6x^2 (x^2+1)^2 + 0", "(x^2+1)^3 + 6x^2 (x^2+1)^2"]),
    (PRODUCT, ["1*(x^2+1)^3 + 1*6x^2 (x^2+1)^2", "(x^2+1)^3 + 6x^2 (x^2+1)^2"]),
    (SIGMOID, ["s*(1-s)"]),
    (SIGMOID, ["d/dz 1/(1+exp(-z))", "s*(1-s)"]),
    (SIGMOID, ["u = exp(-z)", "s*(1-s)"]),
    (SOFTMAX, ["p^T - y^T"]),
    (SOFTMAX, ["softmax(z)^T - y^T", "(p - y)^T"]),
    (SECOND, ["2cos(x^2) - 4x^2 sin(x^2)"]),
    (SECOND, ["-4x^2 sin(x^2) + 2cos(x^2)", "2cos(x^2) - 4x^2 sin(x^2)"]),
    (NEURON, ["-2 (y - t) (1 - t^2) x^T"]),
    (NEURON, ["v = y - t", "-2 v (1 - t^2) x^T"]),
    (NEURON, ["((-2 (y - t) (1 - t^2) x^T)^T)^T", "-2 (y - t) (1 - t^2) x^T"]),
]  # fmt: skip


@pytest.mark.parametrize(("id", "lines"), HONEST)
def test_an_honest_derivation_is_right_in_any_form(id, lines):
    verdict = judge(exercise(id), pack(lines))
    assert verdict.outcome == "correct", verdict.message


WRONG_LINKS = [  # the last line is right, a link before it is not
    (NEURON, ["dc/dt = 2(y-t)", "dt/dz = 1 - t^2", "dz/dw = x^T", "-2 (y-t)*(1-t^2) x^T"], 1),
    (NEURON, ["dt/dz = 1 + t^2", "dz/dw = x^T", "2 (y-t) * (-(1-t^2)) x^T"], 1),
    (NEURON, ["v = y - t", "dv/dt = 1", "-2 v (1 - t^2) x^T"], 2),
    ("A07-07", ["v = A x - r", "dy/dv = 3 v^T", "2 v^T A"], 2),
    ("A06-12", ["u = w x + b", "v = y - u", "dv/du = 1", "-2 (y - w x - b) x"], 3),
    ("A06-12", ["u = y - w x - b", "d/du u^2 = u", "-2 u x"], 2),
    (SECOND, ["d/dx sin(x^2) = cos(x^2)", "2cos(x^2) + 2x*(-sin(x^2))*2x"], 1),
]


LAYOUT_OF_LINKS = [
    ("A07-07", ["v = A x - r", "dv/dx = A^T", "2 v^T A"], "link-layout", 0.5, "lies the other way"),
    (NEURON, ["dz/dw = x", "2(y-t)*(-(1-t^2)) x^T"], "link-layout", 0.5, "lies the other way"),
    (NEURON, ["dz/dw = x", "2(y-t)*(1-t^2) x^T"], "LOS-03", 0, "that link is"),
    (SOFTMAX, ["u = exp(z)", "du/dz = exp(z)", "p^T - y^T"], "link-diagonal", 0.5, "is a matrix"),
    (SOFTMAX, ["u = exp(z)", "du/dz = exp(z)", "1/sum(u) * du/dz - y^T"], "link-diagonal", 0, "is a matrix"),
]


@pytest.mark.parametrize(("id", "lines", "mistake", "credit", "says"), LAYOUT_OF_LINKS)
def test_a_link_in_another_layout_is_named(id, lines, mistake, credit, says):
    verdict = judge(exercise(id), pack(lines))
    assert (verdict.mistake, verdict.credit) == (mistake, credit), verdict.message
    assert says in verdict.message


@pytest.mark.parametrize(("id", "lines", "line"), WRONG_LINKS)
def test_a_wrong_link_is_found_by_any_names(id, lines, line):
    verdict = judge(exercise(id), pack(lines))
    assert (verdict.credit, verdict.mistake) == (0.5, "link-wrong"), verdict.message
    assert f"Line {line}" in verdict.message


def test_a_first_line_that_is_the_function_itself_is_named():
    verdict = judge(exercise("A01-16"), pack([exercise("A01-16").parts[0].f, "1"]))
    assert verdict.mistake == "no-derivative" and "begin with its derivative" in verdict.message


UNWORKED = [
    "({f})'",
    "({f})′ + 0",
    "q = d/d{x} ({f})\nq",
    "q = ({f})'\n2q/2",
    "q = {f}\ndq/d{x}",
    "q = {f}\nq' = (q)'\nq'",
]


@pytest.mark.parametrize("lines", UNWORKED)
@pytest.mark.parametrize("id", [NEURON, SECOND, SIGMOID, PRODUCT, "A06-12", "A07-07"])
def test_a_derivative_that_the_grader_is_to_work_out_earns_nothing(id, lines):
    part = exercise(id).parts[0]
    verdict = judge(exercise(id), pack(lines.format(f=part.f, x=part.wrt)))
    assert verdict.credit == 0, verdict.message


def test_a_quantity_on_the_way_is_no_answer():
    verdict = judge(exercise(PRODUCT), pack(["3(x^2+1)^2*2x", "6x(x^2+1)^2"]))
    assert verdict.mistake == "SCA-18" and "right so far" not in verdict.message


def test_a_link_that_cannot_be_read_is_said():
    verdict = judge(exercise("A07-07"), pack(["v = A x - r", "dv/dx = A - r", "2 v^T A"]))
    assert verdict.outcome == "invalid" and "Line 2 cannot be read" in verdict.message


@pytest.mark.parametrize(("id", "lines"), JUMPS)
def test_a_jump_is_told_which_kind_of_step_is_missing(id, lines):
    verdict = judge(exercise(id), pack(lines))
    assert (verdict.outcome, verdict.credit, verdict.mistake) == ("wrong", 0.5, "steps-missing"), (
        verdict.message
    )
    assert exercise(id).parts[0].steps[0].about in verdict.message
    assert not any(form in verdict.message for step in exercise(id).parts[0].steps for form in step.forms)


def test_every_derivation_that_asks_for_steps_refuses_the_bare_key():
    asked = [e for e in exercises().values() for part in e.parts if part.steps]
    assert len(asked) >= 5
    for one in asked:
        assert judge(one, pack([one.parts[0].key])).mistake == "steps-missing", one.id
