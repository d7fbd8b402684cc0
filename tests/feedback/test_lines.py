"""Derivations in the ways that students write them: with entries, asides and names of their own; and
which line is the first that is wrong.
"""

import time

import pytest

from graders.compare.lines import lines_of
from graders.feedback import judge
from matcalc_ref.catalogue import exercise
from matcalc_ref.language import pack

PRODUCT, SIGMOID, SOFTMAX, SECOND, NEURON = "A01-16", "A11-05", "A11-15", "A12-09", "A09-16"
LOSS, LENGTH, SUMMED = "A06-12", "A07-07", "A05-16"


def judged(id, lines):
    """The verdict on the lines, of the part that they belong to."""
    asked = exercise(id)
    answer = {part.name: part.key for part in asked.parts} | {asked.parts[0].name: lines}
    return judge(asked, pack(answer if len(asked.parts) > 1 else lines)).parts[asked.parts[0].name]


FONTS = r"""\mathbf{u} = A \mathbf{x} - \mathbf{r}
y = \mathbf{u}^T\mathbf{u}
\frac{\partial y}{\partial \mathbf{u}} = 2\mathbf{u}^T
\frac{\partial \mathbf{u}}{\partial \mathbf{x}} = A
\frac{\partial y}{\partial \mathbf{x}} = 2\mathbf{u}^T A"""

HONEST = [
    # by entries, then as a whole
    (SOFTMAX, ["S = sum_k exp(z_k)", "∂S/∂z_j = exp(z_j)", "= p_j S", "∂C/∂z_j = exp(z_j)/S - y_j",
     "= p_j - y_j",
     "dC/dz = (p-y)^T"]),
    (SOFTMAX, ["L = ln(sum(exp(z))) - y^T z", "∂L/∂z_j = exp(z_j)/sum(exp(z)) - y_j", "dL/dz = (p-y)^T"]),
    (SOFTMAX, ["u = exp(z)", "∂u_i/∂z_i = exp(z_i)", "∂C/∂z_i = exp(z_i)/sum(u) - y_i", "dC/dz = (p-y)^T"]),
    (SOFTMAX, ["u = exp(z)", "∂u_i/∂z_j = δ_ij exp(z_i)", "1/sum(u) * u^T - y^T", "dC/dz = (p-y)^T"]),
    (LENGTH, ["u = A x - r", "y = sum_i u_i^2", "∂y/∂u_i = 2 u_i", "∂u_i/∂x_j = A_ij",
     "∂y/∂x_j = sum_i ∂y/∂u_i ∂u_i/∂x_j = sum_i 2 u_i A_ij", "dy/dx = 2 u^T A"]),
    (LENGTH, ["u = A x - r", "∂y/∂x_j = sum_i ∂y/∂u_i ∂u_i/∂x_j", "= sum_i 2 u_i A_ij", "dy/dx = 2 u^T A"]),
    (NEURON, ["∂z/∂w_j = x_j", "∂t/∂w_j = (1-t^2) x_j", "∂c/∂w_j = -2 (y - t)*(1-t^2) x_j",
     "dc/dw = 2 (y - t)*(-(1-t^2)) x^T"]),
    (LENGTH, FONTS),
    (LENGTH, ["u_i = sum_j A_ij x_j - r_i", "y = sum_i u_i^2", "∂y/∂x_j = sum_i 2 u_i A_ij",
     "dy/dx = 2 u^T A"]),
    (SOFTMAX, ["S = sum(exp(z))", "p_j = exp(z_j)/S", "dS/dz = exp(z)^T", "dC/dz = (1/S) exp(z)^T - y^T",
     "= (p-y)^T"]),
    (SOFTMAX, ["∂/∂z_i (sum_k y_k z_k) = y_i", "∂/∂z_i ln(sum_k exp(z_k)) = exp(z_i)/sum_k exp(z_k) = p_i",
     "(p-y)^T"]),
    (SUMMED, ["d/dx_j sum_i (x_i - z)^2 = 2(x_j - z)", "2 (x-z)^T"]),
    (NEURON, [r"\frac{\partial}{\partial w_j} \sum_i w_i x_i = x_j", "2(y-t)*(-(1-t^2)) x^T"]),
    # several paths: ∂ holds the other names still
    (PRODUCT, ["u = x^2+1", "y = x u^3", "∂y/∂x = u^3", "∂y/∂u = 3 x u^2", "du/dx = 2x",
     "dy/dx = ∂y/∂x + ∂y/∂u * du/dx = u^3 + 3 x u^2 * 2x"]),
    (PRODUCT, ["f = x", "g = (x^2+1)^3", "y = f g", "dy/df = g", "dy/dg = f", "dg/dx = 6x*(x^2+1)^2",
     "dy/dx = g + f * 6x*(x^2+1)^2"]),
    (LOSS, ["u = w x", "v = u + b", "∂v/∂u = 1", "∂v/∂b = 1", "du/dw = x", "2 (y - v) * (-x)"]),
    # what a link said, a sum with bounds, a sum of derivatives
    (LOSS, ["u = w x + b", "dC/du = -2(y - u)", "dC/du * x", "-2 (y - u) x"]),
    (LOSS, ["u = w x + b", "dL/du = -2(y - u)", "-2 (y - u) x"]),
    (LENGTH, ["y = sum_{i=1}^m (sum_{j=1}^n A_ij x_j - r_i)^2",
     "J_k = sum_{i=1}^m 2*(sum_{j=1}^n A_ij x_j - r_i)*A_ik", "2 (A x - r)^T A"]),
    (LENGTH, ["sum_{i=1}^m d/dx (sum_{j=1}^n A_ij x_j - r_i)^2", "2 (A x - r)^T A"]),
    (SUMMED, ["sum_{i=1}^n d/dx(x_i^2) - sum_{i=1}^n d/dx(2 z x_i)", "2 (x - z)^T"]),
    (SUMMED, ["sum_i d/dx (x_i-z)^2 + 2 x^T - 2 x^T", "2 (x - z)^T"]),
    (SUMMED, [r"\sum_{i=1}^{n} \frac{d}{d\mathbf{x}} (x_i - z)^2", "J_j = 2 sum_{i=1}^n (x_i - z) [i=j]",
     "2 (x - z)^T"]),
    (SOFTMAX, ["C = ln(sum_{k=1}^n exp(z_k)) - sum_{k=1}^n y_k z_k",
     "J_j = exp(z_j)/sum_{k=1}^n exp(z_k) - y_j", "J_j = p_j - y_j"]),
    (SOFTMAX, ["d/dz ln(sum(exp(z))) - y^T", "1/sum(exp(z)) * exp(z)^T - y^T", "p^T - y^T"]),
    (LENGTH, ["u_i = sum_{j=1}^n A_{ij} x_j - r_i for i = 1, …, m",
     r"J_j = \sum_i 2 u_i A_{ij}, \quad j = 1, \dots, n", "2 u^T A"]),
    # names that are written as functions
    (PRODUCT, ["h(x) = (x^2+1)^3", "h'(x) = 3(x^2+1)^2*2x", "h(x) + x h'(x)", "(x^2+1)^3 + 6x^2 (x^2+1)^2"]),
    (PRODUCT, ["f(x) = x", "g(x) = (x^2+1)^3", "f'(x) = 1", "g'(x) = 6x (x^2+1)^2", "f'(x) g(x) + f(x) g'(x)",
     "(x^2+1)^3 + 6x^2 (x^2+1)^2"]),
    (LOSS, ["e(w) = y - w x - b", "-2 e(w) x"]),
    (SUMMED, [r"h(\mathbf{x}) = \mathbf{x} - \vec{1}z", r"2 h(\mathbf{x})^T"]),
    (LOSS, ["π(w) = w x + b", "π'(w) = x", "2 (y - π(w)) * (-π'(w))", "-2 x*(y - w x - b)"]),
    (LOSS, [r"\phi(w) = w x + b", r"\phi'(w) = x", r"-2 (y - \phi(w)) x"]),
    (LOSS, ["net(w) = w x + b", "net'(w) = x", "-2 (y - net(w)) x"]),
    (SECOND, ["f(x) = sin(x^2)", "f'(x) = 2x cos(x^2)", "f''(x) = 2cos(x^2) + 2x*(-sin(x^2))*2x"]),
    (SECOND, ["u = x^2", "dy/du = cos(u)", "dy/dx = dy/du du/dx = 2x cos(u)", "2cos(u) + 2x*(-sin(u))*2x"]),
    (SIGMOID, ["u(z) = 1 + exp(-z)", "du/dz = -exp(-z)", "-1/u(z)^2 * (-exp(-z))", "s*(1-s)"]),
    # asides, and lines that go on from the one before
    (SIGMOID, ["1 - s = exp(-z)/(1+exp(-z))", "ds/dz = exp(-z)/(1+exp(-z))^2", "= s*(1-s)"]),
    (SIGMOID, ["ln s = -ln(1+exp(-z))", "s'/s = exp(-z)/(1+exp(-z))", "s' = s * exp(-z)/(1+exp(-z))",
     "s' = s*(1-s)"]),
    (SOFTMAX, ["S = sum(exp(z))", "dS/dz = exp(z)^T", "dC/dz = exp(z)^T/S - y^T", "exp(z)^T/S = p^T",
     "dC/dz = p^T - y^T"]),
    (LOSS, ["(y-(w x+b))^2 = y^2 - 2y*(w x+b) + (w x+b)^2", "dC/dw = -2 y x + 2 (w x + b) x"]),
    (PRODUCT, ["u = x^2+1", "= 1 + x^2", "du/dx = d/dx (x^2) + 0", "= 2x", "dy/dx = u^3 + x * 3 u^2 * 2x"]),
    # names and words
    (LOSS, "u = w x + b\ne = y - u\n-2 e x"),
    (LOSS, ["u ＝ w x + b", "C ＝ (y-u)^2", "dC/du ＝ -2(y-u)", "dC/dw ＝ dC/du * x ＝ -2(y-u) x"]),
    (LOSS, [r"\[ u = w x + b \]", r"\( dC/du = -2(y-u) \)", r"\[ dC/dw = -2(y-u) x \]"]),
    (LOSS, [r"\begin{align*} u\left(w\right) &= w x + b \\[4pt] \frac{dC}{dw} &= -2(y-u) x \end{align*}"]),
    (LOSS, ["[ u = w x + b ]", "[ dC/du = -2(y-u) ]", "[ dC/dw = -2(y-u) x ]"]),
    (LOSS, "\tu = y - (w x + b)\r\n\tso 2u*(-x), by the chain rule\t\r\n"),
    (LOSS, ["u = w x + b  # inner", "dC/du = -2(y-u)  # as C = (y-u)^2", "-2(y-u) x  # and du/dw = x"]),
    (LOSS, ["# by the chain rule; C = (y-u)^2", "u = y - (w x + b)", "2u*(-x)", "# done"]),
    (NEURON, ["r := y - t", "dc/dr = 2r", "dr/dw = -(1-t^2) x^T", "2 r * (-(1-t^2) x^T)"]),
    (NEURON, ["delta = y - t", "dc/ddelta = 2 delta", "2*delta * (-(1-t^2) x^T)"]),
    (NEURON, ["residual = y - t", "2*residual * (-(1-t^2) x^T)"]),
    (NEURON, ["v = y - t", "dc/dv = 2 v (power rule)", "dv/dw = -(1-t^2) x^T, by the chain rule",
     "By the chain rule, dc/dw = 2 v * (-(1-t^2) x^T)"]),
    (LENGTH, ["Step 1: u = A x - r", "Step 2: dy/dx = 2 u^T A"]),
    (LENGTH, ["**Step 1:** u = A x - r", "**Step 2:** 2 u^T A"]),
    (LENGTH, ["(1) u = A x - r", "(2) 2 u^T A"]),
    (LENGTH, ["u = A x - r", "(2) u^T A"]),  # a factor
    (LENGTH, ["u = A x - r  (1)", "2 u^T A  (2)"]),
    (LENGTH, ["[1] u = A x - r", "[2] 2 u^T A"]),
    (LENGTH, ["(i) u = A x - r", "(ii) 2 u^T A"]),
    (LENGTH, ["- u = A x - r", "- 2 u^T A"]),
    (LOSS, ["u = y - w x - b", "- 2 u x"]),  # a minus
    (LOSS, ["- 2 (y - w x - b) x"]),
    (LOSS, ["We know that u = w x + b", "It follows that dC/dw = -2 (y - u) x"]),
    (LENGTH, ["a) u = A x - r", "b) 2 u^T A"]),
    (LENGTH, ["First, let u = A x - r", "Hence, dy/dx = 2 u^T A"]),
    (LENGTH, ["We have u = A x - r", "so that dy/dx = 2 u^T A"]),
    (LENGTH, ["With u = A x - r we get", r"\implies dy/dx = 2 u^T A"]),
    (LENGTH, [r"\text{Let } u = A x - r", "⟹ 2 u^T A"]),
    (SIGMOID, ["• -1/(1+exp(-z))^2*(-exp(-z))", "⟺ s^2*(1-s)/s since exp(-z) = (1-s)/s", "• s*(1-s)  □"]),
    (SOFTMAX, ["first term: d/dz ln(sum(exp(z))) = exp(z)^T/sum(exp(z)) = p^T",
     "second term: d/dz (y^T z) = y^T", "so the answer is p^T - y^T"]),
    (PRODUCT, ["We use the chain rule.", "u = x^2+1 // the inside", "u^3 + x * 3 u^2 * 2x"]),
    (SECOND, ["u = x^2", "f = cos(u)", "df/dx = df/du * du/dx = -sin(u)*2x", "2 f + 2x df/dx",
     "2cos(x^2) - 4x^2 sin(x^2)"]),
    (PRODUCT, ["v = (x^2+1)^3", "y = x v", "dy/dx = ∂y/∂x + ∂y/∂v dv/dx", "= v + x*6x*(x^2+1)^2"]),
    # differentials, hats, primes of what is a number
    (LENGTH, ["v = A x - r", "dv = A dx", "dy = 2 v^T dv", "dy = 2 v^T A dx", "dy/dx = 2 v^T A"]),
    (SOFTMAX, ["dC = (1/sum(exp(z))) exp(z)^T dz - y^T dz", "dC/dz = p^T - y^T"]),
    (NEURON, ["v = y - t", "dc = 2v dv", "dv = -dt", "dt = (1-t^2) dz", "dz = x^T dw",
     "-2*(y-t)*(1-t^2) x^T"]),
    (LOSS, [r"\hat{y} = w x + b", r"\frac{dC}{d\hat{y}} = -2(y - \hat{y})", r"-2(y - \hat{y}) x"]),
    (SECOND, ["y = sin(x^2)", "d²y/dx² = d/dx (2x cos(x^2)) = 2cos(x^2) - 2x*2x sin(x^2)"]),
    (NEURON, ["t' = 1-t^2", "2(y-t)*(-t') x^T", "-2*(y-t)*(1-t^2) x^T"]),
    (LOSS, ["u = w x + b (the linear part)", "-2(y - u) x  [product rule and chain rule]"]),
    (NEURON, [r"\delta = y - t", r"\frac{\partial c}{\partial \delta} = 2\delta",
     r"\frac{\partial \delta}{\partial \mathbf{w}} = -(1-t^2)\mathbf{x}^\top",
     r"-2\delta\,(1-t^2)\mathbf{x}^\top"]),
    (SIGMOID, ["-1/(1+exp(-z))^2*(-exp(-z))",
     "Note that 1 - s = exp(-z)/(1+exp(-z)).", "Hence ds/dz = s*(1-s)."]),
    (LENGTH, ["Write v = A x - r, so y = v^T v.", "dy/dv = 2 v^T and dv/dx = A", "Hence dy/dx = 2 v^T A."]),
    # several statements on one line
    (PRODUCT, ["Let u = x^2 + 1. Then du/dx = 2x.", "dy/dx = u^3 + x * 3u^2 * du/dx"]),
    (PRODUCT, ["u = x^2+1 with du/dx = 2x", "u^3 + x * 3 u^2 * 2x"]),
    (PRODUCT, ["u = x^2+1 ⇒ du/dx = 2x", "u^3 + x * 3 u^2 * 2x"]),
    (PRODUCT, ["f = x and g = (x^2+1)^3", "f' = 1 and g' = 3(x^2+1)^2 * 2x", "f' g + f g'"]),
    (LENGTH, [r"\text{Let } \mathbf{v} = A\mathbf{x} - \mathbf{r}.",
     r"\text{Then } y = \mathbf{v}^\top\mathbf{v} \text{ and } \frac{\partial y}{\partial \mathbf{v}} "
     r"= 2\mathbf{v}^\top.", r"2\mathbf{v}^\top A."]),
    # names that are explained behind or below their use
    (PRODUCT, ["u^3 + x * 3 u^2 * 2x, where u = x^2+1", "(x^2+1)^3 + 6x^2*(x^2+1)^2"]),
    (PRODUCT, ["u^3 + x * 3 u^2 * 2x", "where u = x^2+1", "(x^2+1)^3 + 6x^2*(x^2+1)^2"]),
    (LENGTH, ["dy/dv = 2 v^T, dv/dx = A, where v = A x - r", "2 v^T A"]),
    (LENGTH, ["y = sum_i v_i^2 where v_i = sum_j A_ij x_j - r_i", "∂y/∂v_i = 2 v_i", "2 v^T A"]),
    (NEURON, ["dc/dv = 2v  (v = y-t)", "dv/dt = -1", "dt/dz = 1-t^2", "dz/dw = x^T", "-2v*(1-t^2) x^T"]),
    # derivatives of what is in brackets, and of names in other type
    (LOSS, ["u = y - w x - b", "d(u^2)/du = 2u", "∂(y - w x - b)/∂w = -x", "-2 u x"]),
    (SOFTMAX, ["S = sum(exp(z))", "d ln(S)/dS = 1/S", "dS/dz = exp(z)^T", "p^T - y^T"]),
    (SOFTMAX, [r"\frac{\partial \ln(\mathrm{sum}(e^{\mathbf z}))}{\partial \mathbf z} - y^T",
     "exp(z)^T/sum(exp(z)) - y^T", "p^T - y^T"]),
    (NEURON, ["2(y-t) * (-dt/dw)", "-2(y-t) * dt/dz * dz/dw", "-2(y-t)*(1-t^2)*x^T"]),
    (NEURON, [r"2(y-t)\cdot\left(-(1-t^2)\frac{\partial z}{\partial\mathbf{w}}\right)",
     r"-2(y-t)(1-t^2)\mathbf{x}^T"]),
    (NEURON, ["dc/dz = 2(y-t)*(-1)*(1-t^2)", "dz/dw = x^T", "dc/dw = dc/dz * dz/dw = -2*(y-t)*(1-t^2) x^T"]),
]  # fmt: skip


@pytest.mark.parametrize(("id", "lines"), HONEST)
def test_a_derivation_is_read_as_it_is_written(id, lines):
    verdict = judged(id, lines)
    assert verdict.outcome == "correct", verdict.message


WRONG = [  # the line, its mistake, the credit, what is said
    (NEURON, ["v = y - t", "dv/dt = 1 = -1", "dc/dv = 2v", "-2 v (1-t^2) x^T"],
     2, "link-wrong", 0.5, "sign is wrong"),
    (NEURON, ["v = y - t", "dc/dv = v", "-v (1-t^2) x^T"],
     2, "link-wrong", 0, "constant factor is lost"),
    (NEURON, ["v = y - t", "dv/dw = -x^T", "-2 v x^T"], 2, "link-wrong", 0, "A factor is missing"),
    (NEURON, ["∂z/∂w_j = 2 x_j", "2 (y - t)*(-(1-t^2)) x^T"],
     1, "link-wrong", 0.5, "a constant factor too many"),
    (LENGTH, ["u = A x - r", "∂u_i/∂x_j = A_ji", "dy/dx = 2 u^T A"],
     2, "link-layout", 0.5, "the other way"),
    (SOFTMAX, ["u = exp(z)", "∂u_i/∂z_j = exp(z_i)", "p^T - y^T"],
     2, "link-wrong", 0.5, "Every row is alike"),
    (LENGTH, ["u = A x - r", "q = norm(u)", "dq/du = 1/q", "2 u^T A"],
     3, "link-wrong", 0.5, "it should be a row, $1"),
    (PRODUCT, ["u = x^2+1", "du/dx = d/dx (x^2)", "= 3x", "u^3 + x * 3 u^2 * 2x"],
     3, "link-wrong", 0.5, "factor"),
    (LENGTH, ["y = x^T A^T A x - 2 r^T A x + r^T r", "dy/dx = x^T A^T A - 2 r^T A", "2 (A x - r)^T A"],
     2, "factor-dropped", 0.5, "A factor is missing"),
    (LENGTH, ["y = x^T A^T A x + 2 r^T A x + r^T r", "dy/dx = 2x^T A^T A + 2 r^T A"],
     1, "line-function", 0, "no longer the same function"),
    (PRODUCT, ["u = x^2 + 1 = x^2 - 1", "u^3 + x * 3 u^2 * 2x"],
     1, "line-unequal", 0, "is not the same"),
    (LOSS, ["q = (y-(w x+b))^2", "q = -2 x (y - w x - b)"],
     2, "name-taken", 0, "`q` stands for something else"),
    (LOSS, ["C = y^2 - 2y*(w x+b)", "-2 x (y - w x - b)"],
     1, "line-function", 0.5, "what the question differentiates"),
    (PRODUCT, ["h(x) = (x^2+1)^3", "h'(x) = 3(x^2+1)^2", "h(x) + x*h'(x)"], 2, "link-wrong", 0, "again"),
    (SUMMED, ["J_j = 2 sum_{i=2}^n (x_i - z) [i=j]", "2 (x - z)^T"], 1, None, 0.5, "= 2 sum_{i=2}^n"),
    (LOSS, ["v = y - w x - b", "dC/dv = v", "dC/dw = 2 dC/dv * (-x)"],
     2, "link-wrong", 0.5, "constant factor is lost"),
    (LOSS, ["e = w x + b - y", "dC/de = -2e", "2 e x"], 2, "link-wrong", 0.5, "sign is wrong"),
    (LOSS, ["u = w x + b", "dC/du = 2(y - u)", "dC/du * x"], 2, "link-wrong", 0, "sign is wrong"),
    (SOFTMAX, ["exp(z)^T/sum(exp(z)) = y^T", "dC/dz = exp(z)^T/sum(exp(z)) - y^T"],
     1, "line-unequal", 0.5, "="),
    (NEURON, ["t = sigmoid(z)", "2 (y - t)*(-(1-t^2)) x^T"],
     1, "name-taken", 0.5, "`t` stands for something else"),
    (LENGTH, ["n = norm(A x - r)", "dn/dx = 1", "2 (A x - r)^T A"],
     1, "name-taken", 0.5, "a name of its own"),
    (PRODUCT, ["u = x^2+1", "= 1 - x^2", "u^3 + x * 3 u^2 * 2x"], 2, "line-unequal", 0.5, "two sides"),
    (SOFTMAX, ["p_j = z_j/sum(z)", "exp(z)^T/sum(exp(z)) - y^T = (p-y)^T"],
     1, "name-taken", 0.5, "`p` stands"),
    (PRODUCT, ["u = x^2+1", "y = x u^3", "dy/dx = u^3", "u^3 + 3 x u^2 * 2x"],
     3, "SCA-19", 0.5, "one of the two"),
    (PRODUCT, ["f = x", "y = f (x^2+1)^3", "dy/df = f", "(x^2+1)^3 + 6x*x*(x^2+1)^2"],
     3, "link-wrong", 0.5, "Take this derivative again"),
    (LENGTH, ["x = A x - r", "2 x^T A"], 1, "name-taken", 0, "`x` stands for something else"),
    # the whole derivative is no step of it
    (PRODUCT, ["f = x", "g = (x^2+1)^3", "f' = 1", "g' = 6x*(x^2+1)^2", "y' = f' g'",
     "(x^2+1)^3 + 6x*x*(x^2+1)^2"], 5, "SCA-18", 0.5, "not the product of the derivatives"),
    (PRODUCT, ["d/dx x (x^2+1)^3 = 1 * 3(x^2+1)^2*2x", "= (x^2+1)^3 + 6x*x*(x^2+1)^2"],
     1, "SCA-18", 0.5, "two terms"),
    (PRODUCT, ["dy/dx = (x^2+1)^3 + 6x*x*(x^2+1)^2", "= 6x*(x^2+1)^2", "(x^2+1)^3 + 6x*x*(x^2+1)^2"],
     2, "SCA-18", 0.5, "two terms"),
    (SECOND, ["y' = 2x sin(x^2)", "2cos(x^2) + 2x*(-sin(x^2))*2x"], 1, None, 0.5, "not equal"),
    (NEURON, ["c' = 2(y-t)", "2 (y - t)*(-(1-t^2)) x^T"], 1, None, 0.5, "one number"),
    (LENGTH, ["v = A x - r", "y = v v^T", "2 v^T A"], 2, "line-function", 0.5, "no longer the same"),
    (SECOND, ["u = x^2", "dy/du = -cos(u)", "2cos(u) + 2x*(-sin(u))*2x"],
     2, "link-wrong", 0.5, "sign is wrong"),
    (LENGTH, ["u = A x - r", "- 2 u^T A"], 2, "sign", 0, "sign is wrong"),
    (LENGTH, ["dy = (A x - r)^T A dx", "2 (A x - r)^T A"], 1, "square-lost", 0.5, "factor 2"),
    (LENGTH, ["v = A x - r", "dv = A^T dx", "2 v^T A"], 2, "link-layout", 0.5, "the other way"),
    (NEURON, ["t' = 1+t^2", "2(y-t)*(-(1-t^2)) x^T"], 1, "link-wrong", 0.5, "should be a row"),
    (SOFTMAX, ["∂/∂z_i (y^T z) = z_i", "exp(z)^T/sum(exp(z)) - y^T", "p^T - y^T"],
     1, "link-wrong", 0.5, "again"),
    (SIGMOID, ["(e^{-z})' = e^{-z}", "e^{-z}/(1+e^{-z})^2", "s*(1-s)"], 1, "link-wrong", 0.5, "sign"),
    (SECOND, ["cos(x^2)' = 2x sin(x^2)", "2cos(x^2) - 2x*2x sin(x^2)"], 1, "link-wrong", 0.5, "sign"),
    (PRODUCT, ["6x (x^2+1)^2 = (x^2+1)^3 + 6x*x*(x^2+1)^2", "(x^2+1)^3 + 6x*x*(x^2+1)^2"],
     1, "line-unequal", 0.5, "not the same"),
    # links that do not make up what stands on the left
    (NEURON, ["dc/dw = dc/dt * dz/dw", "2 (y - t)*(-(1-t^2)) x^T"], 1, "link-chain", 0.5, "along one path"),
    (NEURON, ["dc/dw = dc/dt + dt/dz + dz/dw", "2 (y - t)*(-(1-t^2)) x^T"],
     1, "link-chain", 0.5, "multiplied"),
    (LOSS, ["u = y - w x - b", "dC/dw = dC/du + du/dw", "-2 u x"], 2, "link-chain", 0.5, "multiplied"),
    (LENGTH, ["v = A x - r", "∂y/∂x = ∂v/∂x ∂y/∂v", "2 v^T A"], 2, "link-chain", 0.5, "goes on from"),
    (PRODUCT, ["u = x^2+1", "y = x u^3", "dy/dx = dy/du du/dx", "u^3 + 3 x u^2 * 2x"],
     3, "link-chain", 0.5, "along one path"),
    (PRODUCT, ["Let u = x^2 + 1. Then du/dx = 3x.", "u^3 + x * 3 u^2 * 2x"], 2, "link-wrong", 0.5, "factor"),
    (SOFTMAX, ["S = sum(exp(z))", "d ln(S)/dS = S", "dS/dz = exp(z)^T", "p^T - y^T"],
     2, "link-wrong", 0.5, "again"),
    (NEURON, ["gradient = 2*(y-t) * ((1-t^2) x^T)", "gradient = 2*(y-t) * (-(1-t^2) x^T)"],
     1, "LOS-03", 0.5, "$-1$"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "lines", "line", "mistake", "credit", "says"), WRONG)
def test_the_first_wrong_line_is_found_and_its_mistake_is_named(id, lines, line, mistake, credit, says):
    verdict = judged(id, lines)
    assert (verdict.mistake, verdict.credit) == (mistake, credit), verdict.message
    assert f"Line {line} is the first" in verdict.message and says in verdict.message


KEY = {one: exercise(one).parts[0].key for one in (PRODUCT, NEURON, SIGMOID, SOFTMAX)}
PADDED = [
    (NEURON, ["{key} + 0 w^T", "{key} + 0 x^T", "{key}"]),
    (NEURON, ["({key} + w^T) - w^T", "({key} + b w^T) - b w^T", "{key}"]),
    (NEURON, ["{key} * (sin(b)^2 + cos(b)^2)", "{key} * (sin(y)^2 + cos(y)^2)", "{key}"]),
    (PRODUCT, ["{key} + x - x", "{key}"]),
    (PRODUCT, ["{key} + sin(x)^2 + cos(x)^2 - 1", "{key}"]),
    (PRODUCT, ["{key}*x/x", "{key}"]),
    (PRODUCT, ["d/dx (x*(x^2+1)^3 + 1)", "{key}"]),
    (PRODUCT, ["6x (x^2+1)^2 = 6x (x^2+1)^2", "{key}"]),
    # the whole answer inside, or a step that is taken away again
    (PRODUCT, ["({key})^1", "{key}"]),
    (PRODUCT, ["ln(exp({key}))", "{key}"]),
    (PRODUCT, ["({key})/2 + ({key})/2", "{key}"]),
    (PRODUCT, ["min({key}, {key})", "{key}"]),
    (PRODUCT, ["{key} + 6x*(x^2+1)^2 - 6x*(x^2+1)^2", "{key}"]),
    (PRODUCT, ["g = 6x*(x^2+1)^2", "g + {key} - g", "{key}"]),
    (SIGMOID, ["{key}*(1+exp(-z))^2/(1+exp(-z))^2 + exp(-z) - exp(-z)", "{key}"]),
    (SOFTMAX, ["{key}*sum(exp(z))/sum(exp(z))", "{key} + exp(z)^T - exp(z)^T", "{key}"]),
    (SOFTMAX, ["p^T I - y^T I", "(p-y)^T I I", "{key}"]),
]


@pytest.mark.parametrize(("id", "lines"), PADDED)
def test_a_key_that_is_only_put_differently_shows_no_step(id, lines):
    verdict = judge(exercise(id), pack([line.format(key=KEY[id]) for line in lines]))
    assert verdict.mistake == "steps-missing", verdict.message


@pytest.mark.parametrize(
    "text",
    [
        "x" + " " * 9000 + "y",
        "x" + ",;" * 4000,
        " the" * 3000,
        "we " * 3000 + "x",
        "d(" * 5000,
        r"\frac{d" * 3000,
        "u = 1 and " * 600,
        "where u = 1, " * 300,
        "dy/dx = " + "dy/du du/dx " * 300,
    ],
)
def test_long_lines_of_no_words_take_no_time(text):
    started = time.perf_counter()
    for cut in (text, text[:490]):
        judge(exercise(PRODUCT), pack([cut]))
    assert time.perf_counter() - started < 1


def test_lines_in_plain_quotes_are_read_as_they_were_meant():
    assert lines_of("y = \frac{1}{2} x\n= \theta x &lt; 2") == [r"y = \frac{1}{2} x", r"= \theta x < 2"]


UNREADABLE = [  # the line, what is said, the text below it
    (NEURON, ["c = v^2", "v = y - t", "2 v (-(1 - t^2)) x^T"], 1, "as in `v = …`", "v^2\n^"),
    (
        SUMMED,
        ["dy = (x-z)^T dx + (x-z)^T d(x-z)", "2 (x-z)^T"],
        1,
        "Leave the differential `dx` out: an answer is the derivative itself.\n",
        "dx",
    ),
    (LOSS, ["u = w x + b du/dw = x", "-2(y-u) x"], 1, "Write this derivative out", "w x + b du/dw"),
    (LOSS, ["u = w x + b", "dL/dw = 2(y-u) x", "-2(y-u) x"], 2, "`L` is not known here. A name", ""),
    (PRODUCT, ["dg/dx = 17 x", "(x^2+1)^3 + 6x*x*(x^2+1)^2"], 1, "`g` is not known here. A name", ""),
    (LENGTH, ["2 (A x - r)^T d/dx (A)", "2 (A x - r)^T A"], 1, "derivative by a vector is no matrix", ""),
    (SUMMED, ["J_j = sum_{i=1}^n q_i [i=j]", "2 (x - z)^T"], 1, "`q` is not known", "sum_{i=1}^n q_i [i=j]"),
]


@pytest.mark.parametrize(("id", "lines", "line", "says", "below"), UNREADABLE)
def test_a_line_that_cannot_be_read_is_said_with_the_reason(id, lines, line, says, below):
    verdict = judged(id, lines)
    assert verdict.outcome == "invalid" and verdict.message.startswith(f"Line {line} cannot be read")
    assert says in verdict.message and below in verdict.message


def test_a_minus_and_a_dash_are_told_apart():
    verdict = judge(exercise(LOSS), pack(["- 2 (y - (w x + b)) x", "- 2 (y - w x - b) x"]))
    assert verdict.outcome == "invalid" and "leave out the space" in verdict.message


def test_an_aside_alone_is_no_answer():
    verdict = judge(exercise(PRODUCT), pack(["6x (x^2+1)^2 = 6x (x^2+1)^2"]))
    assert (verdict.mistake, verdict.credit) == ("unfinished", 0)
