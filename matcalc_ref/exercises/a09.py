"""A09, the gradient of the loss: the article's section 6."""

import numpy as np

from matcalc_ref.record import Exercise, Given, Mistake, Part, Signature, Step
from matcalc_ref.variants import Template


def _loss_and_grads(w, b, X, y):
    z = X @ w + b
    active = z > 0
    e = np.maximum(z, 0) - y
    return np.mean(e**2), 2 / len(y) * (active * e) @ X, 2 / len(y) * np.sum(active * e)


def _loss_and_grads_no_mean(w, b, X, y):
    C, dw, db = _loss_and_grads(w, b, X, y)
    return C, dw * len(y), db * len(y)


def _loss_and_grads_sign(w, b, X, y):
    C, dw, db = _loss_and_grads(w, b, X, y)
    return C, -dw, -db


def _loss_and_grads_linear(w, b, X, y):
    e = X @ w + b - y
    C = _loss_and_grads(w, b, X, y)[0]
    return C, 2 / len(y) * e @ X, 2 / len(y) * np.sum(e)


def _loss_and_grads_no_indicator(w, b, X, y):
    e = np.maximum(X @ w + b, 0) - y
    return np.mean(e**2), 2 / len(y) * e @ X, 2 / len(y) * np.sum(e)


def _loss_and_grads_one_at_zero(w, b, X, y):
    z = X @ w + b
    g = 2 / len(y) * (z >= 0) * (np.maximum(z, 0) - y)
    return _loss_and_grads(w, b, X, y)[0], g @ X, g.sum()


def _loss_and_grads_linear_error(w, b, X, y):
    z = X @ w + b
    e = z - y
    return np.mean(e**2), 2 / len(y) * ((z > 0) * e) @ X, 2 / len(y) * np.sum((z > 0) * e)


def _loss_and_grads_linear_throughout(w, b, X, y):
    e = X @ w + b - y
    return np.mean(e**2), 2 / len(y) * e @ X, 2 / len(y) * np.sum(e)


def _loss_and_grads_without_b(w, b, X, y):
    return _loss_and_grads(w, 0.0, X, y)


def _loss_and_grads_mean_over_inputs(w, b, X, y):
    C, dw, db = _loss_and_grads(w, b, X, y)
    return C, dw * len(y) / len(w), db * len(y) / len(w)


def _loss_and_all_over_inputs(w, b, X, y):
    return tuple(value * len(y) / len(w) for value in _loss_and_grads(w, b, X, y))


def _loss_and_grads_bias_not_summed(w, b, X, y):
    z = X @ w + b
    C, dw, _ = _loss_and_grads(w, b, X, y)
    return C, dw, 2 / len(y) * (z > 0) * (z - y)


def _loss_and_grads_bias_of_all(w, b, X, y):
    C, dw, _ = _loss_and_grads(w, b, X, y)
    return C, dw, 2 / len(y) * np.sum(np.maximum(X @ w + b, 0) - y)


def _loss_and_grads_sums(w, b, X, y):
    return tuple(len(y) * value for value in _loss_and_grads(w, b, X, y))


def _loss_and_grads_case_outside(w, b, X, y):
    C, dw, db = _loss_and_grads(w, b, X, y)
    return (C, dw, db) if (X @ w + b > 0).all() else (C, 0 * dw, 0.0)


def _loss_and_grads_no_two(w, b, X, y):
    C, dw, db = _loss_and_grads(w, b, X, y)
    return C, dw / 2, db / 2


def _numeric_gradient(f, w, h):
    g = np.zeros(len(w))
    for i in range(len(w)):
        step = np.zeros(len(w))
        step[i] = h
        g[i] = (f(w + step) - f(w - step)) / (2 * h)
    return g


def _numeric_gradient_wide(f, w, h):
    return 2 * _numeric_gradient(f, w, h)


def _numeric_gradient_to_one_side(f, w, h):
    return np.array([(f(w + h * step) - f(w)) / h for step in np.eye(len(w))])


def _numeric_gradient_to_the_left(f, w, h):
    return _numeric_gradient_to_one_side(f, w, -h)


def _numeric_gradient_half_way(f, w, h):
    return _numeric_gradient_to_one_side(f, w, h) / 2


def _numeric_gradient_times_h(f, w, h):
    return _numeric_gradient(f, w, h) * h * h


def _numeric_gradient_lost_step(f, w, h):
    return 0 * _numeric_gradient(f, w, h)


def _numeric_gradient_own_step(f, w, h):
    return _numeric_gradient(f, w, 1e-6)


def _numeric_gradient_backwards(f, w, h):
    return -_numeric_gradient(f, w, h)


def _numeric_gradient_all_at_once(f, w, h):
    return np.full(len(w), (f(w + h) - f(w - h)) / (2 * h))


def _numeric_gradient_further_and_further(f, w, h):
    steps = h * np.tri(len(w))
    return np.array([(f(w + step) - f(w - step)) / (2 * h) for step in steps])


def _numeric_gradient_not_restored(f, w, h):
    v = np.array(w, dtype=float)
    g = np.zeros(len(v))
    for i in range(len(v)):
        v[i] += h
        up = f(v)
        v[i] -= 2 * h
        g[i] = (up - f(v)) / (2 * h)
    return g


DATA = {"w": "n", "b": "", "X": "N,n", "y": "N", "z": "N", "e": "N"}
RESIDUALS = {"z": "X w + b", "e": "X w + b - y"}

SETTING = r"""There are $N$ samples: $\mathbf{x}_i$ (a column of length $n$) with its target $y_i$; the matrix $X$ has
$\mathbf{x}_i^T$ as its row $i$. The loss is $C = \frac1N\sum_{i=1}^N\big(y_i-\max(0,\mathbf{w}\cdot\mathbf{x}_i+b)\big)^2$.
"""

NAMES = r"""You may use $z_i = \mathbf{w}\cdot\mathbf{x}_i+b$ and $e_i = z_i - y_i$ (write `z_i`, `e_i`, `x_i`; a sum over
the samples is `sum_i …`), or the whole columns `z`, `e`, `y` and the matrix `X`."""

EXERCISES = (
    Exercise(
        id="A09-01",
        section="6.1",
        title="One sample, link by link",
        prompt=r"""Take a single sample with input $\mathbf{x}$ and target $y$. Name the links of the chain
$z=\mathbf{w}\cdot\mathbf{x}+b$, $u=\max(0,z)$, $v=y-u$, $c=v^2$. Give the four derivatives. You may use `z`, `u`, `v`
and the indicator `[z > 0]`.""",
        variables={"w": "n", "x": "n", "b": "", "y": "", "z": "", "u": "", "v": ""},
        where={"z": "w · x + b", "u": "max(0, w · x + b)", "v": "y - max(0, w · x + b)"},
        points=4,
        parts=(
            Part(
                "dudw",
                label=r"\partial u/\partial\mathbf{w}",
                f="max(0, w · x + b)",
                wrt="w",
                key="[z > 0] x^T",
                mistakes=(
                    Mistake("ACT-05", "x^T", r"For $z\le 0$ the unit is inactive and its gradient a row of zeros."),
                    Mistake("ACT-06", "u x^T", r"The slope of $\max(0,z)$ is 0 or 1, not $u$."),
                    Mistake("ACT-02", "[z > 0] w^T", r"$\mathbf{w}$ moves: in $\mathbf{w}\cdot\mathbf{x}$ the factor that stays is the other one."),
                    Mistake("VCH-06", "[z > 0]", r"That is $du/dz$; go on to $\mathbf{w}$."),
                ),
            ),
            Part(
                "dvdw",
                label=r"\partial v/\partial\mathbf{w}",
                f="y - max(0, w · x + b)",
                wrt="w",
                key="-[z > 0] x^T",
                carries="-dudw",
                mistakes=(
                    Mistake("LOS-20", "[z > 0] x^T", r"$v=y-u$: differentiating $-u$ keeps the minus."),
                    Mistake("ACT-05", "-x^T", r"For $z\le 0$ the unit is inactive and its gradient a row of zeros."),
                ),
            ),
            Part(
                "dcdv",
                label=r"dc/dv",
                f="v^2",
                wrt="v",
                key="2v",
                mistakes=(
                    Mistake("LOS-02", "v", "The square brings down a 2."),
                    Mistake("power-rule", "2", "The power rule lowers the exponent by one, and one $v$ is left."),
                ),
            ),
            Part(
                "dcdw",
                label=r"\partial c/\partial\mathbf{w}",
                f="(y - max(0, w · x + b))^2",
                wrt="w",
                key="-2 v [z > 0] x^T",
                carries="dcdv dvdw",
                mistakes=(
                    Mistake(
                        "LOS-21",
                        "2v",
                        r"$2v$ is only $dc/dv$; chain it with $\partial v/\partial\mathbf{w}$.",
                        also=("-2v",),
                    ),
                    Mistake("LOS-03", "2 v [z > 0] x^T", r"The minus of $y-u$ was dropped, so this points the wrong way."),
                    Mistake("ACT-05", "-2 v x^T", "An inactive sample contributes a row of zeros: where is its case?"),
                    Mistake("LOS-02", "-v [z > 0] x^T", "The square brings down a 2."),
                    Mistake("ACT-02", "-2 v [z > 0] w^T", r"$\mathbf{w}$ moves: the derivative of $\mathbf{w}\cdot\mathbf{x}$ is $\mathbf{x}^T$."),
                ),
            ),
        ),
        hints=(
            r"Rows, $1\times n$, except $dc/dv$, a number.",
            r"Entry $j$ of $\partial v/\partial\mathbf{w}$ is $-x_j$ for $z>0$ and 0 otherwise.",
            r"Section 6.1: $\frac{\partial c}{\partial\mathbf{w}} = \frac{dc}{dv}\frac{\partial v}{\partial\mathbf{w}}$, and "
            r"$\frac{\partial v}{\partial\mathbf{w}} = -\frac{\partial u}{\partial\mathbf{w}}$.",
            r"The first blank is the gradient of A08-04.",
            r"A twin without max: $c=(y-\mathbf{w}\cdot\mathbf{x})^2$ has $-2(y-\mathbf{w}\cdot\mathbf{x})\,\mathbf{x}^T$.",
        ),
    ),
    Exercise(
        id="A09-16",
        section="6.1",
        title="Another activation, line by line",
        prompt=r"""Put another activation in the place of $\max(0,z)$: the loss of one sample is $c=\big(y-\tanh(z)\big)^2$ with
$z=\mathbf{w}\cdot\mathbf{x}+b$. The slope of $t=\tanh(z)$ is $1-t^2$. Derive $\partial c/\partial\mathbf{w}$, a row, with your
work: a list of texts. Introduce names as you like; give single links, such as `"dz/dw = x^T"`, or the **whole** derivative; the last
line is the whole derivative. You may use `t` for $\tanh(z)$. For $z^3$ a list could be
`["dz/dw = x^T", "3 z^2 * dz/dw", "3 z^2 x^T"]`.""",
        variables={"w": "n", "x": "n", "b": "", "y": "", "z": "", "t": ""},
        where={"z": "w · x + b", "t": "tanh(w · x + b)"},
        points=3,
        parts=(
            Part(
                "answer",
                "derivation",
                label=r"\partial c/\partial\mathbf{w}",
                f="(y - tanh(w · x + b))^2",
                wrt="w",
                key="-2 (y - t) (1 - t^2) x^T",
                lines=("2 (y - t)*(-(1 - t^2) x^T)", "-2 (y - t) (1 - t^2) x^T"),
                steps=(
                    Step("the derivative of the square, at what stands inside", ("2 (y - t)",)),
                    Step(r"the derivative of the inside by $\mathbf{w}$", ("-(1 - t^2) x^T", "-(1 - t^2)")),
                ),
                mistakes=(
                    Mistake("LOS-03", "2 (y - t) (1 - t^2) x^T", r"In $v=y-t$ the $t$ is subtracted: that link is $-1$."),
                    Mistake("LOS-02", "-(y - t) (1 - t^2) x^T", "The square brings down a factor 2."),
                    Mistake(
                        "ACT-13",
                        "-2 (y - z) (1 - z^2) x^T",
                        r"$z$ stands where the activation should: both the error and the slope $1-t^2$ use $t=\tanh(z)$.",
                        also=("-2 (y - t) (1 - z^2) x^T", "-2 (y - z) (1 - t^2) x^T"),
                    ),
                    Mistake("slope-lost", "-2 (y - t) x^T", r"The link $dt/dz$ is missing: the activation has a slope of its own."),
                    Mistake("LOS-26", "-2 (y - t) (1 - t^2)", r"The innermost link is missing: what is $\partial z/\partial\mathbf{w}$?"),
                    Mistake("ACT-02", "-2 (y - t) (1 - t^2) w^T", r"$\mathbf{w}$ moves: in $\mathbf{w}\cdot\mathbf{x}$ the factor that stays is the other one."),
                    Mistake("LOS-09", "-2 (y - t) (1 - t^2) x", "Right numbers, wrong layout: one output makes one row.", credit=0.5),
                ),
            ),
        ),
        hints=(
            r"A row with $n$ entries, as long as $\mathbf{x}$.",
            r"Move $w_1$ alone: $z$ changes $x_1$ times as fast, then $\tanh(z)$ changes, then $y-\tanh(z)$, then the square.",
            r"Section 6.1: $\frac{\partial c}{\partial\mathbf{w}} = \frac{dc}{dv}\frac{\partial v}{\partial\mathbf{w}}$, here with $v=y-\tanh(z)$.",
            'A first line: `"v = y - t"`. The next one may be the link `"dc/dv = …"`.',
            r"A twin: for $\big(y-e^{z}\big)^2$ it is $2\big(y-e^z\big)\cdot\big(-e^z\mathbf{x}^T\big)=-2\big(y-e^z\big)e^z\mathbf{x}^T$.",
        ),
    ),
    Exercise(
        id="A09-02",
        section="6.1",
        title="The whole loss, by the weights",
        prompt=SETTING + r"""
Give $\partial C/\partial\mathbf{w}$ in the article's layout. """ + NAMES,
        variables=DATA,
        samples={"x": "X"},
        where=RESIDUALS,
        points=4,
        parts=(
            Part(
                "answer",
                label=r"\partial C/\partial\mathbf{w}",
                f="(1/N) sum_i (y_i - max(0, w · x_i + b))^2",
                wrt="w",
                key="(2/N) sum_i [w · x_i + b > 0] (w · x_i + b - y_i) x_i^T",
                mistakes=(
                    Mistake(
                        "LOS-09",
                        "(2/N) sum_i [z_i > 0] e_i x_i",
                        r"Right numbers, wrong layout: a gradient is a row. Transpose it only when you update $\mathbf{w}$.",
                        credit=0.5,
                    ),
                    Mistake("LOS-01", "2 sum_i [z_i > 0] e_i x_i^T", r"The $1/N$ of the mean is lost."),
                    Mistake("LOS-02", "(1/N) sum_i [z_i > 0] e_i x_i^T", "The square brings down a 2."),
                    Mistake(
                        "LOS-03",
                        "(2/N) sum_i [z_i > 0] (y_i - z_i) x_i^T",
                        r"The sign is turned round, so this gradient points downhill; a gradient points uphill. $v_i=y_i-u_i$ brings one minus, and "
                        r"$e_i=z_i-y_i$ is output minus target: how many minus signs meet?",
                    ),
                    Mistake(
                        "LOS-04",
                        "(2/N) sum_i e_i x_i^T",
                        r"That is linear regression. Samples with $\mathbf{w}\cdot\mathbf{x}_i+b\le 0$ contribute nothing to "
                        "the gradient.",
                    ),
                    Mistake(
                        "LOS-05",
                        "zeros(n)^T",
                        r"The condition is decided for each sample by itself, so it belongs inside the sum: one inactive "
                        "sample does not silence the others.",
                    ),
                    Mistake(
                        "LOS-07",
                        "(2/N) (sum_i [z_i > 0] e_i) (sum_i [z_i > 0] x_i^T)",
                        r"Multiply each $e_i$ by its own $\mathbf{x}_i$ before adding: a sum of products is not a product of "
                        "sums.",
                        also=("(2/N^2) (sum_i [z_i > 0] e_i) (sum_i [z_i > 0] x_i^T)",),
                    ),
                    Mistake(
                        "LOS-10",
                        "(2/N) sum_i (max(0, z_i) - y_i) x_i^T",
                        r"You kept the max in the error but forgot its derivative, the indicator of $z_i>0$.",
                    ),
                    Mistake(
                        "wrong-test",
                        "(2/N) sum_i [e_i > 0] e_i x_i^T",
                        r"Whether sample $i$ is active is decided by $z_i$, not by its error.",
                        also=("(2/N) sum_i max(0, e_i) x_i^T",),
                    ),
                    Mistake("ACT-02", "(2/N) sum_i [z_i > 0] e_i w^T", r"$\mathbf{w}$ moves: in $\mathbf{w}\cdot\mathbf{x}_i$ the factor that stays is the other one."),
                    Mistake(
                        "VCH-06",
                        "(2/N) sum_i [z_i > 0] e_i",
                        r"That is what the bias gets. For $\mathbf{w}$ each term has one more factor, $\partial z_i/\partial\mathbf{w}$.",
                    ),
                ),
            ),
        ),
        hints=(
            r"One output, $n$ weights: a row, $1\times n$.",
            r"Entry $j$: $\frac1N\sum_i(\text{the partial of }(y_i-\max(0,z_i))^2\text{ by }w_j)$.",
            r"Section 6.1: the derivative of a sum is the sum of the derivatives, and each term is A09-01.",
            r"It begins with `(2/N) sum_i [z_i > 0]`.",
            r"A twin: $\frac1N\sum_i\max(0,z_i)^3$ has $\frac3N\sum_i\max(0,z_i)^2\,\mathbf{x}_i^T$.",
        ),
    ),
    Exercise(
        id="A09-03",
        section="6.2",
        title="The whole loss, by the bias",
        prompt=SETTING + r"""
Give $\partial C/\partial b$. """ + NAMES,
        variables=DATA,
        samples={"x": "X"},
        where=RESIDUALS,
        points=3,
        parts=(
            Part(
                "answer",
                label=r"\partial C/\partial b",
                f="(1/N) sum_i (y_i - max(0, w · x_i + b))^2",
                wrt="b",
                key="(2/N) sum_i [w · x_i + b > 0] (w · x_i + b - y_i)",
                mistakes=(
                    Mistake(
                        "average-error",
                        "mean(e)",
                        r"That is the average of all $e_i$. Two things are missing: what the square brings down, and which samples are active.",
                    ),
                    Mistake("LOS-11", "(1/N) sum_i [z_i > 0] e_i", "Not just the average error: the factor 2 of the square stays."),
                    Mistake("LOS-12", "(2/N) sum_i e_i", "Inactive samples contribute 0 to the bias as well."),
                    Mistake("ACT-03", "0", r"Here $b$ is what moves: it is no constant, and each active output grows with it."),
                    Mistake(
                        "LOS-13",
                        "(2/N) sum_i [z_i > 0] e_i x_i^T",
                        r"$\partial z_i/\partial b=1$, not $\mathbf{x}_i^T$; $b$ is one number, so the answer is one number.",
                    ),
                    Mistake(
                        "LOS-14",
                        "(2/N) ([z > 0] ⊙ e)",
                        r"Add over the samples: $b$ is shared by all of them, so the answer is one number.",
                    ),
                    Mistake("LOS-01", "2 sum_i [z_i > 0] e_i", r"The $1/N$ of the mean is lost."),
                    Mistake(
                        "LOS-10",
                        "(2/N) sum_i (max(0, z_i) - y_i)",
                        r"You kept the max in the error but forgot its derivative, the indicator of $z_i>0$.",
                    ),
                    Mistake(
                        "LOS-03",
                        "(2/N) sum_i [z_i > 0] (y_i - z_i)",
                        r"The sign is turned round. $v_i=y_i-u_i$ brings one minus, and $e_i=z_i-y_i$ is output minus target: how many minus signs meet?",
                    ),
                ),
            ),
        ),
        hints=(
            "One output, one input: a number.",
            r"Each sample contributes $\frac1N\cdot 2v_i\cdot\partial v_i/\partial b$.",
            r"Section 6.2: as for the weights, with $\partial z_i/\partial b = 1$ in the place of $\mathbf{x}_i^T$.",
            "It begins with `(2/N) sum_i [z_i > 0]`.",
            r"A twin: $\frac1N\sum_iz_i^2$ has the derivative $\frac2N\sum_iz_i$ by $b$.",
        ),
    ),
    Exercise(
        id="A09-04",
        section="6.1",
        title="Three samples in numbers",
        prompt=r"""Let $\mathbf{w}=[1,-1]^T$, $b=0.5$, and three samples: $\mathbf{x}_1=[1,0]^T$ with $y_1=1$,
$\mathbf{x}_2=[2,1]^T$ with $y_2=3$, $\mathbf{x}_3=[0,2]^T$ with $y_3=1$. Work out the column of the
$z_i=\mathbf{w}\cdot\mathbf{x}_i+b$, the loss $C=\frac13\sum_i(y_i-\max(0,z_i))^2$ and its derivatives. Give exact
fractions such as `-5/7`, or at least four digits.""",
        points=4,
        parts=(
            Part(
                "z",
                "number",
                label=r"\mathbf{z}",
                key="[1.5; 1.5; -1.5]",
                mistakes=(
                    Mistake("max-too-early", "[1.5; 1.5; 0]", r"That is $\max(0,z_i)$; the $z_i$ themselves are asked for."),
                    Mistake("bias-forgotten", "[1; 1; -2]", "The bias is still to be added to each."),
                ),
            ),
            Part(
                "C",
                "number",
                label=r"C",
                key="3.5/3",
                carries="norm([1; 3; 1] - relu(z))^2/3",
                tolerance=5e-4,
                mistakes=(
                    Mistake("LOS-01", "3.5", r"The $1/N$ of the mean is lost."),
                    Mistake(
                        "inactive-left-out",
                        "2.5/3",
                        r"The inactive sample has the activation 0 and the target 1: it has no gradient, but it does have an "
                        "error.",
                    ),
                    Mistake("max-forgotten", "8.75/3", r"The activation is $\max(0,z_3)=0$, not $z_3=-1.5$."),
                ),
            ),
            Part(
                "dw",
                "number",
                label=r"\partial C/\partial\mathbf{w}",
                key="[-5/3, -1]",
                carries="(2/3) ([z > 0] ⊙ (z - [1; 3; 1]))^T [[1, 0], [2, 1], [0, 2]]",
                tolerance=5e-4,
                mistakes=(
                    Mistake("LOS-01", "[-5, -3]", r"The $1/N$ of the mean is lost."),
                    Mistake("LOS-02", "[-5/6, -1/2]", "The square brings down a 2."),
                    Mistake("LOS-03", "[5/3, 1]", r"The sign is turned round: $e_i = z_i-y_i$."),
                    Mistake("LOS-04", "[-5/3, -13/3]", r"Sample 3 has $z_3<0$: it contributes nothing."),
                    Mistake("LOS-10", "[-5/3, -7/3]", r"Sample 3 has $z_3<0$: it contributes nothing, whatever its error."),
                    Mistake("LOS-05", "[0, 0]", "One inactive sample does not silence the others."),
                    Mistake(
                        "LOS-07", "[-2, -2/3]", r"Multiply each $e_i$ by its own $\mathbf{x}_i$ first, and then add."
                    ),
                ),
            ),
            Part(
                "db",
                "number",
                label=r"\partial C/\partial b",
                key="-2/3",
                carries="(2/3) sum([z > 0] ⊙ (z - [1; 3; 1]))",
                tolerance=5e-4,
                mistakes=(
                    Mistake("LOS-12", "-7/3", r"Sample 3 has $z_3<0$: it contributes nothing to the bias either."),
                    Mistake("LOS-10", "-4/3", r"Sample 3 has $z_3<0$: it contributes nothing, whatever its error."),
                    Mistake("LOS-01", "-2", r"The $1/N$ of the mean is lost."),
                    Mistake("LOS-11", "-1/3", "The square brings down a 2."),
                    Mistake("LOS-03", "2/3", r"The sign is turned round: $e_i = z_i-y_i$."),
                ),
            ),
        ),
        hints=(
            r"Shapes: a column of 3, a number, a row of 2, a number.",
            r"Make a table with one line for each sample: $z_i$, active or not, $\max(0,z_i)$, $e_i$, $e_i\mathbf{x}_i$.",
            "Sections 6.1 and 6.2: only active samples enter the two gradients; all samples enter $C$.",
            r"$z_1 = 1.5$, active, with $e_1=0.5$.",
            r"A twin with one sample: $w=2$, $b=0$, $x=1$, $y=5$: $z=2$, $C=9$, $dC/dw = 2\cdot(-3)\cdot 1=-6$.",
        ),
    ),
    Exercise(
        id="A09-05",
        section="6.1",
        title="One step downhill",
        prompt=r"""A neuron has $\mathbf{w}=[2,-1]^T$ and $b=0.5$. Its loss has there
$\partial C/\partial\mathbf{w}=[-4,\ 2]$ and $\partial C/\partial b = 1$. Take one step of gradient descent with the
learning rate $\eta=0.1$. Write the new weights as a column, `[a; b]`.""",
        points=2,
        parts=(
            Part(
                "w",
                "number",
                label=r"\mathbf{w}_{t+1}",
                key="[2.4; -1.2]",
                mistakes=(
                    Mistake("uphill", "[1.6; -0.8]", "The gradient points uphill, so the step goes against it: subtract."),
                    Mistake("rate-forgotten", "[6; -3]", r"Multiply the gradient by $\eta$ first."),
                    Mistake("step-only", "[0.4; -0.2]", "That is the step; add it to the old weights."),
                ),
            ),
            Part(
                "b",
                "number",
                label=r"b_{t+1}",
                key="0.4",
                mistakes=(
                    Mistake("uphill", "0.6", "The gradient points uphill, so the step goes against it: subtract."),
                    Mistake("rate-forgotten", "-0.5", r"Multiply the derivative by $\eta$ first."),
                    Mistake("step-only", "-0.1", "That is the step; add it to the old bias."),
                ),
            ),
        ),
        template=Template(
            draws={"w": (1, 3, 4), "v": (-2, 5, 6), "g": (-3, 2, 7), "k": (4, -6, 8), "eta": (0.1, 0.2, 0.5), "b": (2, 3)},
            prompt=r"""A neuron has $\mathbf{w}=[«w»,\ «v»]^T$ and $b=«b»$. Its loss has there
$\partial C/\partial\mathbf{w}=[«g»,\ «k»]$ and $\partial C/\partial b = 2$. Take one step of gradient descent with the
learning rate $\eta=«eta»$. Write the new weights as a column, `[a; b]`.""",
            parts={
                "w": {
                    "key": "[«w» - «eta»*«g»; «v» - «eta»*«k»]",
                    "mistakes": {
                        "uphill": "[«w» + «eta»*«g»; «v» + «eta»*«k»]",
                        "rate-forgotten": "[«w» - «g»; «v» - «k»]",
                        "step-only": "[-«eta»*«g»; -«eta»*«k»]",
                    },
                },
                "b": {
                    "key": "«b» - 2*«eta»",
                    "mistakes": {"uphill": "«b» + 2*«eta»", "rate-forgotten": "«b» - 2", "step-only": "-2*«eta»"},
                },
            },
            hints=(
                r"$\mathbf{w}$ is a column and stays one; the gradient is a row and must be transposed first.",
                r"The step goes against the gradient, $\eta = «eta»$ times as long.",
                r"The first weight becomes $«w»-«eta»\cdot(«g»)$.",
            ),
        ),
        hints=(
            r"$\mathbf{w}$ is a column and stays one; the gradient is a row and must be transposed first.",
            r"The first weight becomes $2-0.1\cdot(-4)$.",
            "Sections 6.1 and 6.2, the update formula of each.",
            r"The new first weight is 2.4. The second one falls, as its derivative is positive.",
            r"A twin: $w=3$ with the derivative 5 and $\eta=0.2$ becomes $3-1=2$.",
        ),
    ),
    Exercise(
        id="A09-06",
        section="6.1",
        title="An error that the article still has",
        prompt=r"""Take the mean activation $M=\frac1N\sum_i\max(0,\mathbf{w}\cdot\mathbf{x}_i+b)$ of $N$ samples and
differentiate it by $\mathbf{w}$ as in the lines below. Which line is the first wrong one, and what is
$\partial M/\partial\mathbf{w}$? (The last lines of $\partial C/\partial\mathbf{w}$ in section 6.1 of the article make this
very step.) """
        + NAMES.replace(" and $e_i = z_i - y_i$", "").replace("`z_i`, `e_i`, `x_i`", "`z_i`, `x_i`").replace("`z`, `e`, `y`", "`z`").replace("columns", "column"),
        variables={"w": "n", "b": "", "X": "N,n", "z": "N"},
        samples={"x": "X"},
        where={"z": "X w + b"},
        points=2,
        parts=(
            Part(
                "line",
                "error",
                label=r"\text{the first wrong line}",
                key=3,
                lines=(
                    r"$\displaystyle\frac{\partial M}{\partial\mathbf{w}} = \frac1N\sum_i\frac{\partial}{\partial\mathbf{w}}"
                    r"\max(0,\mathbf{w}\cdot\mathbf{x}_i+b)$",
                    r"$\displaystyle = \frac1N\sum_i\begin{cases}\vec 0^T & \mathbf{w}\cdot\mathbf{x}_i+b\le 0\\ \mathbf{x}_i^T & "
                    r"\mathbf{w}\cdot\mathbf{x}_i+b>0\end{cases}$",
                    r"$\displaystyle = \begin{cases}\vec 0^T & \mathbf{w}\cdot\mathbf{x}_i+b\le 0\\ \frac1N\sum_i\mathbf{x}_i^T & "
                    r"\mathbf{w}\cdot\mathbf{x}_i+b>0\end{cases}$",
                ),
                mistakes=(
                    Mistake("sum-rule", 1, "Line 1 is the sum rule with the constant factor $1/N$: it is right."),
                    Mistake("case-rule", 2, "Line 2 puts in the gradient of each activation with its own cases: it is right."),
                ),
            ),
            Part(
                "dw",
                label=r"\partial M/\partial\mathbf{w}",
                f="(1/N) sum_i max(0, w · x_i + b)",
                wrt="w",
                key="(1/N) sum_i [w · x_i + b > 0] x_i^T",
                mistakes=(
                    Mistake(
                        "LOS-05",
                        "zeros(n)^T",
                        r"Outside the sum there is no $i$: each sample decides its own case, inside the sum.",
                    ),
                    Mistake(
                        "LOS-04",
                        "(1/N) sum_i x_i^T",
                        r"Samples with $\mathbf{w}\cdot\mathbf{x}_i+b\le 0$ contribute nothing.",
                    ),
                    Mistake("LOS-01", "sum_i [z_i > 0] x_i^T", r"The $1/N$ of the mean is lost."),
                    Mistake(
                        "VCH-06",
                        "(1/N) sum_i [z_i > 0]",
                        r"That is the derivative by $b$; each term has the factor $\mathbf{x}_i^T$ here.",
                    ),
                ),
            ),
        ),
        hints=(
            r"The result is a row, $1\times n$.",
            r"Read each line aloud with two samples, one active, one not. What does the condition in a line refer to?",
            r"$i$ is the counter of the sum; outside the sum it means nothing.",
            "Line 1 is right: it is the sum rule.",
            r"A twin: for a number $w$, $\frac1N\sum_i\max(0,wx_i)$ has $\frac1N\sum_i[wx_i>0]\,x_i$.",
        ),
    ),
    Exercise(
        id="A09-07",
        section="6.1",
        title="Find the error: a sigmoid neuron",
        prompt=r"""One sample, a sigmoid neuron: $s=\sigma(\mathbf{w}\cdot\mathbf{x}+b)$ with $\sigma'=\sigma(1-\sigma)$, $v=y-s$,
$c=v^2$. Which line is the first wrong one, and what is $\partial c/\partial\mathbf{w}$? You may use `s` and `v`;
type $s(1-s)$ with a `*`, as `s*(1 - s)`.""",
        variables={"w": "n", "x": "n", "b": "", "y": "", "s": "", "v": ""},
        where={"s": "sigmoid(w · x + b)", "v": "y - sigmoid(w · x + b)"},
        points=2,
        parts=(
            Part(
                "line",
                "error",
                label=r"\text{the first wrong line}",
                key=3,
                lines=(
                    r"$dc/dv = 2v$",
                    r"$\partial s/\partial\mathbf{w} = s(1-s)\,\mathbf{x}^T$",
                    r"$\partial v/\partial\mathbf{w} = s(1-s)\,\mathbf{x}^T$",
                    r"$\partial c/\partial\mathbf{w} = 2v\,s(1-s)\,\mathbf{x}^T$",
                ),
                mistakes=(
                    Mistake("power-rule", 1, "Line 1 is the power rule: it is right."),
                    Mistake("sigmoid-rule", 2, "Line 2 is the sigmoid's slope times the input: it is right."),
                    Mistake("too-late", 4, "Line 4 multiplies the links as it should; it inherits its error from before."),
                ),
            ),
            Part(
                "dw",
                label=r"\partial c/\partial\mathbf{w}",
                f="(y - sigmoid(w · x + b))^2",
                wrt="w",
                key="-2 v s (1 - s) x^T",
                mistakes=(
                    Mistake("LOS-03", "2 v s (1 - s) x^T", r"$v=y-s$: differentiating $-s$ keeps the minus."),
                    Mistake("LOS-20", "s (1 - s) x^T", r"That is one link only, $\partial v/\partial\mathbf{w}$ up to its sign: multiply by $dc/dv$, and mind the minus in $v=y-s$.", also=("-s (1 - s) x^T",)),
                    Mistake("LOS-21", "-2 v", r"Chain $2v$ with $\partial v/\partial\mathbf{w}$, a row.", also=("2 v",)),
                    Mistake("outer-missing", "-2 v x^T", "The slope of the sigmoid is missing."),
                    Mistake("ACT-14", "-2 v*(1 - s^2) x^T", r"That is the slope of another function, $\tanh$; this one is the sigmoid."),
                ),
            ),
        ),
        hints=(
            r"The result is a row, $1\times n$.",
            r"When $s$ grows, what does $v=y-s$ do?",
            r"Section 6.1: $\partial v/\partial\mathbf{w}$ has the sign that $u$ has in $v=y-u$.",
            "Lines 1 and 2 are right.",
            r"A twin: for $(y-z^3)^2$, with $v=y-z^3$, it is $-2v\cdot 3z^2\,\mathbf{x}^T$.",
        ),
    ),
    Exercise(
        id="A09-08",
        section="6.1",
        title="What the gradient says",
        prompt=r"""One active sample: $c=\big(y-(\mathbf{w}\cdot\mathbf{x}+b)\big)^2$ with the error
$e=\mathbf{w}\cdot\mathbf{x}+b-y$. Give $\partial c/\partial\mathbf{w}$ in terms of $e$. Which way does a
gradient-descent step move $\mathbf{w}$ when $e>0$?""",
        variables={"w": "n", "x": "n", "b": "", "y": "", "e": ""},
        where={"e": "w · x + b - y"},
        points=2,
        parts=(
            Part(
                "dw",
                label=r"\partial c/\partial\mathbf{w}",
                f="(y - (w · x + b))^2",
                wrt="w",
                key="2 e x^T",
                mistakes=(
                    Mistake("LOS-02", "e x^T", "The square brings down a 2."),
                    Mistake("LOS-03", "-2 e x^T", r"$e$ is output minus target; two minus signs have already met in it."),
                    Mistake("LOS-21", "2 e", r"Go on to $\mathbf{w}$: the answer is a row."),
                    Mistake("ACT-02", "2 e w^T", r"$\mathbf{w}^T$ is $\partial z/\partial\mathbf{x}$; here $\mathbf{w}$ moves."),
                ),
            ),
            Part(
                "way",
                "choice",
                label=r"\text{the step for } e>0",
                choices=(
                    r"along $\mathbf{x}$, so that $\mathbf{w}\cdot\mathbf{x}$ grows",
                    r"along $-\mathbf{w}$, so that all weights shrink",
                    r"along $-\mathbf{x}$, so that $\mathbf{w}\cdot\mathbf{x}$ falls",
                    r"not at all, because the sample is active",
                ),
                key="c",
                mistakes=(
                    Mistake(
                        "LOS-03",
                        "a",
                        r"The output is too large ($e>0$), and a step of *descent* goes against the gradient.",
                    ),
                    Mistake("along-w", "b", r"The gradient is a multiple of $\mathbf{x}^T$, and so is the step."),
                    Mistake("no-step", "d", "An active sample is one that does have a gradient."),
                ),
            ),
        ),
        hints=(
            r"A row, $1\times n$.",
            r"$(y-z)^2=(z-y)^2=e^2$.",
            "Section 6.1: the last formula before the learning rate, and its reading in words.",
            r"$c=e^2$, and $\partial e/\partial\mathbf{w}=\mathbf{x}^T$.",
            r"A twin: $(y-3\,\mathbf{w}\cdot\mathbf{x})^2$ has $2\,(3\,\mathbf{w}\cdot\mathbf{x}-y)\cdot 3\,\mathbf{x}^T$.",
        ),
    ),
    Exercise(
        id="A09-09",
        section="6.1",
        title="The update, shape by shape",
        prompt=r"""$\mathbf{w}$ is $n\times 1$, $\partial C/\partial\mathbf{w}$ is $1\times n$, and the new weights must be
$n\times 1$ again. Which update is right as it stands?""",
        points=1,
        parts=(
            Part(
                "answer",
                "choice",
                choices=(
                    r"$\mathbf{w}-\eta\left(\frac{\partial C}{\partial\mathbf{w}}\right)^T$",
                    r"$\mathbf{w}-\eta\,\frac{\partial C}{\partial\mathbf{w}}$",
                    r"$\mathbf{x}-\eta\left(\frac{\partial C}{\partial\mathbf{w}}\right)^T$",
                    r"$\mathbf{w}^T-\eta\left(\frac{\partial C}{\partial\mathbf{w}}\right)^T$",
                ),
                key="a",
                mistakes=(
                    Mistake(
                        "LOS-09",
                        "b",
                        r"The article writes it so, but a column minus a row is not defined (NumPy would make an $n\times n$ "
                        "matrix of it).",
                    ),
                    Mistake("LOS-16", "c", "The data stay fixed; the parameters move."),
                    Mistake("column-kept-row", "d", "Here the first term is a row and the second a column."),
                ),
            ),
        ),
        hints=(
            r"A letter. Write the shape under each term of each formula.",
            r"Take $n=2$: $\mathbf{w}$ is a column of 2, the gradient a row of 2. May they be subtracted as they are?",
            r"Section 6.1, the last formula, read with the shapes in mind; and section 1: training moves the weights.",
            r"Rule out one: in (c) $\mathbf{x}$ would move, but the data stay.",
            r"A twin: the bias of a layer is a column $\mathbf{b}$ ($m\times1$) and its gradient a row $\mathbf{g}$, so its step is $\mathbf{b}-\eta\,\mathbf{g}^T$.",
        ),
    ),
    Exercise(
        id="A09-10",
        section="6.2",
        title="The bias as one more weight",
        prompt=r"""Let $\mathbf{q}$ be the column of length $n+1$ that holds the $n$ weights and then the bias, and let the
matrix $P$ have sample $i$'s $n$ inputs and then a 1 in its row $i$. Row $i$ as a column is $\mathbf{p}_i$, so that
$\mathbf{q}\cdot\mathbf{p}_i=\mathbf{w}\cdot\mathbf{x}_i+b$. Give $\partial C/\partial\mathbf{q}$ for
$C=\frac1N\sum_i\big(y_i-\max(0,\mathbf{q}\cdot\mathbf{p}_i)\big)^2$. You may use $z_i=\mathbf{q}\cdot\mathbf{p}_i$ and
$e_i=z_i-y_i$ (write `z_i`, `e_i`, `p_i`), or the whole `z`, `e`, `P`.""",
        variables={"q": "n+1", "P": "N,n+1", "y": "N", "z": "N", "e": "N"},
        samples={"p": "P"},
        where={"z": "P q", "e": "P q - y"},
        points=2,
        parts=(
            Part(
                "answer",
                label=r"\partial C/\partial\mathbf{q}",
                f="(1/N) sum_i (y_i - max(0, q · p_i))^2",
                wrt="q",
                key="(2/N) sum_i [z_i > 0] e_i p_i^T",
                mistakes=(
                    Mistake("LOS-01", "2 sum_i [z_i > 0] e_i p_i^T", r"The $1/N$ of the mean is lost."),
                    Mistake("LOS-02", "(1/N) sum_i [z_i > 0] e_i p_i^T", "The square brings down a 2."),
                    Mistake("LOS-04", "(2/N) sum_i e_i p_i^T", r"Samples with $z_i\le 0$ contribute nothing."),
                    Mistake(
                        "LOS-10",
                        "(2/N) sum_i (max(0, z_i) - y_i) p_i^T",
                        r"You kept the max in the error but forgot its derivative, the indicator of $z_i>0$.",
                    ),
                    Mistake("LOS-03", "(2/N) sum_i [z_i > 0] (y_i - z_i) p_i^T", r"The sign is turned round: $v_i=y_i-u_i$."),
                    Mistake("ACT-02", "(2/N) sum_i [z_i > 0] e_i q^T", r"$\mathbf{q}$ moves: the derivative of $\mathbf{q}\cdot\mathbf{p}_i$ is $\mathbf{p}_i^T$."),
                    Mistake(
                        "LOS-14",
                        "(2/N) ([z > 0] ⊙ e)",
                        r"Here are $N$ numbers, one for each sample; multiply each by $\mathbf{p}_i^T$ and add over the samples.",
                    ),
                ),
            ),
        ),
        hints=(
            r"A row with $n+1$ entries; the last one is $\partial C/\partial b$.",
            r"Entry $j$ is $\frac2N\sum_i[z_i>0]\,e_i\,P_{ij}$, and $P_{i,n+1}=1$.",
            r"Section 6.2, its end: nothing changes but the letters.",
            "It begins with `(2/N) sum_i [z_i > 0]`.",
            r"A twin with one active sample and one input: $[2e\,x,\ 2e]$.",
        ),
    ),
    Exercise(
        id="A09-11",
        section="6.2",
        title="When the gradient vanishes",
        prompt=r"""At some $\mathbf{w}$, $b$ you find $\partial C/\partial\mathbf{w}=\vec 0^T$ and $\partial C/\partial b=0$. Which
conclusion is safe? ($\mathbf{p}_i$ is the input $\mathbf{x}_i$ with a 1 appended.)""",
        points=2,
        parts=(
            Part(
                "answer",
                "choice",
                choices=(
                    "The loss has reached its smallest value.",
                    r"Every error $e_i$ is 0.",
                    r"The sum of $e_i\,\mathbf{p}_i$ over the active samples is zero; perhaps no sample is active at all.",
                    r"The learning rate $\eta$ is too small.",
                ),
                key="c",
                mistakes=(
                    Mistake("LOS-12", "a", r"Take $\mathbf{w}=\vec 0$, $b=-1$: no sample is active, so the gradient is zero, and "
                            "the loss may be large."),
                    Mistake("LOS-04", "b", "Inactive samples may have any error: they do not enter the gradient. And errors of "
                            "active samples can cancel."),
                    Mistake("rate", "d", r"The gradient does not contain $\eta$."),
                ),
            ),
        ),
        hints=(
            r"A letter. Write down what the two equations say, and nothing more.",
            r"Two samples with opposite errors: can $e_1\mathbf{p}_1+e_2\mathbf{p}_2$ be zero although neither error is?",
            r"Sections 6.1 and 6.2: both gradients are sums over the active samples.",
            r"Rule out one: what if $b$ is so negative that every $z_i\le 0$? Then both are zero, and nothing has been reached.",
            r"A twin: $f(x)=x^3$ has the slope 0 at $x=0$, and no smallest value there. A zero slope says only that the slope is zero.",
        ),
    ),
    Exercise(
        id="A09-12",
        section="6.1",
        title="Weight decay",
        prompt=r"""To keep weights small one often adds $k\,(\mathbf{w}\cdot\mathbf{w})$ to the loss, with a constant $k$.
Which term does that add to $\partial C/\partial\mathbf{w}$, and which to $\partial C/\partial b$?""",
        variables={"w": "n", "b": "", "k": ""},
        points=2,
        parts=(
            Part(
                "dw",
                label=r"\text{the new term in } \partial C/\partial\mathbf{w}",
                f="k (w · w)",
                wrt="w",
                key="2 k w^T",
                mistakes=(
                    Mistake("JAC-09", "k w^T", r"$\mathbf{w}$ occurs twice in $\mathbf{w}\cdot\mathbf{w}$; each occurrence contributes."),
                    Mistake("SUM-11", "2 k sum(w)", r"Do not add up: the gradient keeps one entry for each $w_j$."),
                    Mistake("LOS-09", "2 k w", "Right numbers, wrong layout: the term is added to a gradient, and that is a row.", credit=0.5),
                    Mistake("SCA-05", "2 w^T", "The constant factor $k$ stays."),
                    Mistake("no-derivative", "k (w · w)", "That is the term itself, before differentiating."),
                ),
            ),
            Part(
                "db",
                label=r"\text{the new term in } \partial C/\partial b",
                f="k (w · w)",
                wrt="b",
                key="0",
                mistakes=(
                    Mistake("ACT-03", "k", r"$k\,(\mathbf{w}\cdot\mathbf{w})$ does not contain $b$ at all."),
                    Mistake("decayed-bias", "2 k b", r"Only $\mathbf{w}$ is penalised: the new term does not contain $b$."),
                ),
            ),
        ),
        template=Template(
            draws={
                "p": (("exp", r"\exp"), ("sin", r"\sin"), ("cos", r"\cos"), ("tanh", r"\tanh")),
                "a": (2, 3, 5),
            },
            prompt=r"""Somebody adds $«f:dw»$ to the loss, with a constant $k$ and the function applied to each entry of
$\mathbf{w}$. Which term does that add to $\partial C/\partial\mathbf{w}$, and which to $\partial C/\partial b$?""",
            parts={
                "dw": {"f": "«a»*k*sum(«p»(w))", "mistakes": {}},
                "db": {"f": "«a»*k*sum(«p»(w))", "mistakes": {"ACT-03": ("k", "The new term does not contain $b$ at all.")}},
            },
        ),
        hints=(
            r"A row, and a number.",
            r"Entry $j$: the partial of $k\sum_iw_i^2$ by $w_j$.",
            r"Section 4.4, and $\mathbf{w}\cdot\mathbf{w}=\mathrm{sum}(\mathbf{w}\otimes\mathbf{w})$.",
            r"Only one term of that sum contains $w_j$; and does any of them contain $b$?",
            r"A twin: $k\,\mathrm{sum}(\mathbf{w}^3)$, cubes of each entry, has $3k\,(\mathbf{w}^2)^T$.",
        ),
    ),
    Exercise(
        id="A09-13",
        section="6.2",
        title="Code: the loss and its gradients",
        prompt=r"""Write `loss_and_grads(w, b, X, y)` for the neuron $\max(0,\mathbf{w}\cdot\mathbf{x}_i+b)$ and the loss
$C=\frac1N\sum_i(y_i-\max(0,\mathbf{w}\cdot\mathbf{x}_i+b))^2$. `w` is a 1-D array of length $n$, `b` a number, `X` an
$N\times n$ array with the samples as rows, `y` a 1-D array of length $N$. Return three things: $C$ (a number),
$\partial C/\partial\mathbf{w}$ (a 1-D array of length $n$), $\partial C/\partial b$ (a number). Where a $z_i$ is exactly 0, the slope is the article's. No loop is needed.""",
        points=5,
        parts=(
            Part(
                "loss_and_grads",
                "code",
                key=_loss_and_grads,
                signature=Signature(
                    "loss_and_grads",
                    {  # in the last call a sample lies on the kink, and one close to it on each side
                        "w": "n",
                        "b": Given(choices=("", "", "", Given(0.0))),
                        "X": Given(choices=("N,n", "N,n", "N,n", Given([[1.5, -0.5], [0.0, 0.0], [-0.5, 2.0], [1e-4, 0.0], [-1e-4, 0.0]], array=True, vary=True))),
                        "y": "N",
                    },
                    returns="C, its gradient by w and its derivative by b",
                    sizes=({"n": 3, "N": 7}, {"n": 4, "N": 6}, {"n": 2, "N": 9}, {"n": 2, "N": 5}),
                ),
                mistakes=(
                    Mistake("LOS-01", _loss_and_grads_no_mean, r"The two gradients lost the $1/N$ of the mean."),
                    Mistake("LOS-01b", _loss_and_grads_sums, r"The $1/N$ of the mean is lost, in the loss and in both gradients."),
                    Mistake(
                        "samples-not-inputs",
                        _loss_and_grads_mean_over_inputs,
                        r"You divide by the number of inputs. The mean is taken over the samples, the rows of `X`.",
                        also=(_loss_and_all_over_inputs,),
                    ),
                    Mistake(
                        "max-forgotten",
                        _loss_and_grads_linear_error,
                        r"The error is that of the output, $\max(0,z_i)$; yours uses $z_i$ itself, so the loss is not the neuron's.",
                        also=(_loss_and_grads_linear_throughout,),
                    ),
                    Mistake("bias-forgotten", _loss_and_grads_without_b, r"The bias is missing: $z_i=\mathbf{w}\cdot\mathbf{x}_i+b$."),
                    Mistake("LOS-02", _loss_and_grads_no_two, "In both gradients the factor 2 of the square is missing."),
                    Mistake("LOS-03", _loss_and_grads_sign, r"Both gradients have the wrong sign: $e_i$ is output minus target."),
                    Mistake(
                        "LOS-04",
                        _loss_and_grads_linear,
                        r"Samples with $z_i\le 0$ contribute nothing to either gradient; yours lets them in.",
                    ),
                    Mistake("ACT-09", _loss_and_grads_one_at_zero, r"Right but where $z_i=0$: there this course takes the slope 0, so test `z > 0`."),
                    Mistake(
                        "LOS-05",
                        _loss_and_grads_case_outside,
                        "The condition is decided for each sample by itself: one inactive sample does not silence the others.",
                    ),
                    Mistake(
                        "LOS-10",
                        _loss_and_grads_no_indicator,
                        r"The error has its max, but the slope of the max is missing: multiply by `z > 0`.",
                    ),
                    Mistake(
                        "LOS-12",
                        _loss_and_grads_bias_of_all,
                        r"By $\mathbf{w}$ it is right. By $b$ the samples with $z_i\le 0$ contribute nothing either: they need the indicator, too.",
                    ),
                    Mistake(
                        "LOS-14",
                        _loss_and_grads_bias_not_summed,
                        r"$b$ is shared by all samples: add over them, so that one number is left.",
                    ),
                ),
            ),
        ),
        hints=(
            "`z = X @ w + b` holds all the $z_i$ at once, a 1-D array of length $N$.",
            "`z > 0` is an array of True and False, and multiplies like 1 and 0.",
            r"Sections 6.1 and 6.2. A sum of numbers times rows, $\sum_ic_i\,\mathbf{x}_i^T$, is `c @ X` for a 1-D array `c`.",
            "`e = np.maximum(z, 0) - y`",
            "A twin: for the loss `np.mean(z ** 2)` the gradients are `2 / N * z @ X` and `2 / N * z.sum()`.",
        ),
    ),
    Exercise(
        id="A09-14",
        section="6.1",
        title="Code: a gradient check",
        prompt=r"""To trust a gradient, compare it with differences. Write `numeric_gradient(f, w, h)`: `f` takes a 1-D array and
returns a number, `w` is a 1-D array, `h` a small number. Return the 1-D array of the central differences
$\frac{f(\mathbf{w}+h\,\mathbf{e}_j)-f(\mathbf{w}-h\,\mathbf{e}_j)}{2h}$, where $\mathbf{e}_j$ is 1 at place $j$ and 0
elsewhere. Leave `w` as you found it.""",
        points=3,
        parts=(
            Part(
                "numeric_gradient",
                "code",
                key=_numeric_gradient,
                tolerance=1e-4,
                signature=Signature(
                    "numeric_gradient",
                    {
                        "f": Given(
                            choices=(
                                Given(formula="w_1^2 w_2 + sin(w_3)", variables={"w": "3"}),
                                Given(formula="w_1 w_2 w_3 w_4", variables={"w": "4"}),
                                Given(formula="exp(w_1) - 3 w_2^2", variables={"w": "2"}),
                            )
                        ),
                        "w": Given(
                            choices=(
                                Given([1.3, -0.7, 0.4], array=True),
                                Given([0.6, 1.7, -1.2, 2.3], array=True),
                                Given([0.5, 1.4], array=True),
                            ),
                            vary=True,
                        ),
                        "h": Given(choices=(Given(1e-5), Given(0.5), Given(0.25))),
                    },
                    returns="the gradient by central differences, a 1-D array",
                    sizes=({}, {}, {}),
                ),
                mistakes=(
                    Mistake("NUM-01", _numeric_gradient_wide, r"The two points are $2h$ apart: divide by $2h$."),
                    Mistake("NUM-10", _numeric_gradient_times_h, r"In code `/2*h` divides by $2$ and then multiplies by $h$. Write `/(2*h)`."),
                    Mistake("NUM-02", _numeric_gradient_lost_step, r"Your results are all $0$: `f` is called at the same point twice. `u = w` is no copy of an array, `u = w.copy()` is one."),
                    Mistake("own-step", _numeric_gradient_own_step, r"You take a step of your own, and not the `h` that is given. With a large `h` that shows."),
                    Mistake("sign-reversed", _numeric_gradient_backwards, r"The sign is turned round: take the value at $\mathbf{w}+h\,\mathbf{e}_j$ first, and subtract the other."),
                    Mistake("NUM-08", _numeric_gradient_to_one_side, r"That is the difference to one side. Take a step in both directions: it is much more exact.", also=(_numeric_gradient_to_the_left,)),
                    Mistake("half-way", _numeric_gradient_half_way, r"The second point is not $w_j-h$: from $w_j+h$ it takes two steps down to get there."),
                    Mistake(
                        "NUM-04",
                        _numeric_gradient_all_at_once,
                        "Shift one entry at a time; moving all together mixes the partials.",
                    ),
                    Mistake(
                        "NUM-05",
                        _numeric_gradient_not_restored,
                        r"Restore `w[j]` (its shift is still in place) before you go on to the next entry.",
                        also=(_numeric_gradient_further_and_further,),
                    ),
                ),
            ),
        ),
        hints=(
            "The result has as many entries as `w`.",
            "`np.eye(len(w))[j]` is the step in direction $j$.",
            "Use `w + h * step` instead of changing `w` itself: nothing has to be put back then.",
            "Begin with `g = np.zeros(len(w))` and fill in `g[j]` in a loop.",
            "A twin, less exact: the one-sided difference `(f(w + h * step) - f(w)) / h`.",
        ),
    ),
    Exercise(
        id="A09-15",
        section="6.1",
        title="Did the step help?",
        prompt=r"""Three samples, $\mathbf{x}_1=[1,0]^T$ with $y_1=3$, $\mathbf{x}_2=[1,2]^T$ with $y_2=2$, $\mathbf{x}_3=[-1,-2]^T$ with
$y_3=2$. At $\mathbf{w}=[1,1]^T$, $b=0$ the activations are 1, 3 and 0, and the loss is 3. One step of gradient descent leads to
$\mathbf{w}=[1.2,0.6]^T$, $b=0.2$. Give the new activations $\max(0,\mathbf{w}\cdot\mathbf{x}_i+b)$ as a column, and the new loss
(the mean of the squared differences to the targets), as an exact fraction or with at least four digits. Which sample has not moved at all?""",
        points=2,
        parts=(
            Part(
                "u",
                "number",
                label=r"\text{the new activations}",
                key="[1.4; 2.6; 0]",
                mistakes=(
                    Mistake("max-forgotten", "[1.4; 2.6; -2.2]", r"The third one is $z_3$; its activation is $\max(0,z_3)$."),
                    Mistake("bias-forgotten", "[1.2; 2.4; 0]", "The new bias is still to be added to each."),
                ),
            ),
            Part(
                "C",
                "number",
                label=r"\text{the new loss}",
                key="6.92/3",
                tolerance=5e-4,
                carries="norm([3; 2; 2] - u)^2/3",
                mistakes=(
                    Mistake("LOS-01", "6.92", r"The $1/N$ of the mean is lost."),
                    Mistake("inactive-left-out", "2.92/3", "The inactive sample still has an error, and counts in the loss."),
                ),
            ),
            Part(
                "still",
                "choice",
                label=r"\text{the sample whose activation has not moved}",
                choices=("sample 1", "sample 2", "sample 3"),
                key="c",
                mistakes=(
                    Mistake("sample-1", "a", r"Its activation was 1 before the step."),
                    Mistake("sample-2", "b", r"Its activation was 3 before the step."),
                ),
            ),
        ),
        hints=(
            "A column of 3, a number, a letter.",
            r"$z_1=1.2\cdot 1+0.6\cdot 0+0.2$.",
            "Section 6: the loss is the mean of the squared differences between targets and activations.",
            r"The first activation is 1.4.",
            r"A twin: with one sample, $w=2$, $b=0$, $x=1$, $y=5$ and $\eta=0.1$, the loss falls from 9 to $(5-3.2)^2=3.24$.",
        ),
    ),
)
