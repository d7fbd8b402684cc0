"""A08, the gradient of neuron activation: the article's section 5."""

import numpy as np

from matcalc_ref.record import Exercise, Given, Mistake, Part, Signature
from matcalc_ref.variants import Template

# w · x is 2 and −2, by the last entries alone
CLOSE_W = (Given([1.5, -2.0, 0.5, 1.0], array=True), Given([1.0, 2.0, -1.5, 0.5, -2.0], array=True))
CLOSE_X = (Given([1.0, 0.5, -1.0, 2.0], array=True), Given([2.0, -1.0, 1.0, 1.0, 0.5], array=True))


def _relu_slope(z):
    return 1.0 if z > 0 else 0.0


def _relu_slope_one_at_zero(z):
    return 1.0 if z >= 0 else 0.0


def _relu_slope_value(z):
    return max(0.0, z)


def _relu_slope_half_at_zero(z):
    return 0.5 if z == 0 else _relu_slope(z)


def _neuron_grads(w, x, b):
    slope = float(w @ x + b > 0)
    return slope * x, slope, slope * w


def _grads_always_active(w, x, b):
    return x, 1.0, w


def _grads_times_activation(w, x, b):
    a = max(0.0, w @ x + b)
    return a * x, a, a * w


def _grads_entrywise(w, x, b):
    return np.maximum(x, 0), float(w @ x + b > 0), np.maximum(w, 0)


def _grads_without_b(w, x, b):
    return _neuron_grads(w, x, 0.0)


def _grads_one_at_zero(w, x, b):
    slope = float(w @ x + b >= 0)
    return slope * x, slope, slope * w


def _grads_by_the_bias(w, x, b):
    slope = float(b > 0)
    return slope * x, slope, slope * w


def _grads_swapped(w, x, b):
    slope = float(w @ x + b > 0)
    return slope * w, slope, slope * x


SCALAR_NEURON = {"w": "n", "x": "n", "b": "", "z": ""}
AFFINE = {"z": "w · x + b"}

EXERCISES = (
    Exercise(
        id="A08-01",
        section="5",
        title="The affine part, by the weights",
        prompt=r"""A neuron first computes the number $z = \mathbf{w}\cdot\mathbf{x} + b$ from its weights $\mathbf{w}$ and its
input $\mathbf{x}$ (columns of length $n$) and its bias $b$. Give $\partial z/\partial\mathbf{w}$.""",
        variables={"w": "n", "x": "n", "b": ""},
        points=1,
        parts=(
            Part(
                "answer",
                label=r"\partial z/\partial\mathbf{w}",
                f="w · x + b",
                wrt="w",
                key="x^T",
                mistakes=(
                    Mistake("ACT-01", "x", "Right numbers, wrong layout: one output makes one row.", credit=0.5),
                    Mistake(
                        "ACT-02",
                        "w^T",
                        r"$\mathbf{w}^T$ is the derivative with respect to $\mathbf{x}$; $\mathbf{w}$ is what moves here.",
                    ),
                    Mistake(
                        "LOS-19",
                        "x^T + w^T",
                        r"For this neuron $\mathbf{x}$ is data. The second term would be needed only if $\mathbf{x}$ itself "
                        r"depended on $\mathbf{w}$.",
                    ),
                    Mistake(
                        "constant-term",
                        "x^T + b",
                        r"$b$ is a constant *term* here: it does not move with $\mathbf{w}$, so it contributes 0.",
                    ),
                    Mistake("SUM-13", "ones(n)^T", r"Each term of the sum is $w_ix_i$: its partial by $w_i$ is not 1."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 4, 5)},
            prompt=r"""Give $\partial y/\partial\mathbf{w}$ for $y=«a»\,\mathbf{w}\cdot\mathbf{x}+b$.""",
            parts={"answer": {"f": "«a»*(w · x) + b", "label": r"\partial y/\partial\mathbf{w}", "mistakes": {}}},
        ),
        hints=(
            r"One output, $n$ weights: a row, $1\times n$.",
            r"Entry $j$: the partial of $\sum_i w_ix_i + b$ by $w_j$. Only one term has $w_j$ in it.",
            r"Section 5, first step; it is the chain of 4.5.3 through $\mathbf{u} = \mathbf{w}\otimes\mathbf{x}$.",
            r"$\partial z/\partial w_1 = x_1$.",
            r"A twin: $3\,(\mathbf{w}\cdot\mathbf{c}) - b$ has $3\mathbf{c}^T$.",
        ),
    ),
    Exercise(
        id="A08-02",
        section="5",
        title="… by the bias, and by the input",
        prompt=r"""Again $z = \mathbf{w}\cdot\mathbf{x} + b$. Give its derivatives by the bias and by the input.""",
        variables={"w": "n", "x": "n", "b": ""},
        points=1,
        parts=(
            Part(
                "db",
                label=r"\partial z/\partial b",
                f="w · x + b",
                wrt="b",
                key="1",
                mistakes=(
                    Mistake("ACT-03", "0", r"$b$ is the parameter that moves here; what is $\partial b/\partial b$?"),
                    Mistake("ACT-04", "b", "The derivative of $b$ by itself is not $b$."),
                    Mistake(
                        "LOS-13",
                        "x^T",
                        r"That is the derivative by $\mathbf{w}$; $b$ is a single number and stands alone in $z$.",
                    ),
                ),
            ),
            Part(
                "dx",
                label=r"\partial z/\partial\mathbf{x}",
                f="w · x + b",
                wrt="x",
                key="w^T",
                mistakes=(
                    Mistake("ACT-02", "x^T", r"That is the derivative by $\mathbf{w}$; here $\mathbf{x}$ moves."),
                ),
            ),
        ),
        hints=(
            r"A number, and a row of length $n$.",
            r"Entry $j$ of the second: the partial of $\sum_i w_ix_i + b$ by $x_j$.",
            r"Section 5: in $z$ the letters $\mathbf{w}$ and $\mathbf{x}$ play the same part.",
            r"Written for $b$, it is $z=(\text{something without } b)+b$.",
            r"A twin: $3b+\mathbf{c}\cdot\mathbf{x}$ has $3$ and $\mathbf{c}^T$.",
        ),
    ),
    Exercise(
        id="A08-03",
        section="5",
        title="The slope of max(0, z)",
        prompt=r"""In the article's convention, what is $\dfrac{d}{dz}\max(0, z)$ at these three places?""",
        points=1,
        parts=(
            Part(
                "left",
                "number",
                label=r"z = -1",
                key="0",
                mistakes=(
                    Mistake("flat-part", "1", r"Left of 0 the graph is flat: $\max(0,z)$ is stuck at 0."),
                    Mistake("value-not-slope", "-1", r"Left of 0 the graph is flat: $\max(0,z)$ is stuck at 0."),
                ),
            ),
            Part(
                "kink",
                "number",
                label=r"z = 0",
                key="0",
                mistakes=(
                    Mistake(
                        "ACT-09",
                        "1",
                        r"$\max(0,z)$ has no derivative at 0; the article and this course choose the value of the side "
                        r"$z \le 0$.",
                    ),
                    Mistake(
                        "ACT-10",
                        "0.5",
                        r"$\max(0,z)$ has no derivative at 0. A central difference averages both slopes; the article and "
                        r"this course take the slope of the side $z \le 0$.",
                    ),
                ),
            ),
            Part(
                "right",
                "number",
                label=r"z = 2",
                key="1",
                mistakes=(
                    Mistake("ACT-06", "2", "That is the value of the function; its slope there is asked for."),
                    Mistake("flat-part", "0", r"Right of 0 the function is $z$ itself: what is its slope?"),
                ),
            ),
        ),
        hints=(
            "Look at the picture of the kink above.",
            r"For $z > 0$ the function is $z$; for $z < 0$ it is 0.",
            r"Section 5: the derivative is written with two cases, $z \le 0$ and $z > 0$.",
            "At $z=-1$ the graph is flat on both sides.",
            r"A twin: $\max(0,3z)$ has the slopes 0, 0 and 3 there.",
        ),
    ),
    Exercise(
        id="A08-04",
        section="5",
        title="The activation, by the weights",
        prompt=r"""The activation is $a = \max(0, z)$ with $z = \mathbf{w}\cdot\mathbf{x}+b$. Give
$\partial a/\partial\mathbf{w}$ as one formula that holds for active and inactive neurons alike. You may use `z` and `a`;
`[z > 0]` is 1 where $z > 0$ and 0 elsewhere.""",
        variables={**SCALAR_NEURON, "a": ""},
        where={**AFFINE, "a": "max(0, z)"},
        points=3,
        parts=(
            Part(
                "answer",
                label=r"\partial a/\partial\mathbf{w}",
                f="max(0, w · x + b)",
                wrt="w",
                key="[z > 0] x^T",
                mistakes=(
                    Mistake(
                        "ACT-05",
                        "x^T",
                        r"When $z \le 0$ the output is stuck at 0, and then the gradient is a row of zeros. Your formula "
                        "must say so.",
                    ),
                    Mistake(
                        "ACT-06",
                        "max(0, z) x^T",
                        r"For $z>0$ the *slope* of $\max(0,z)$ is 1, not $z$: do not multiply by the activation.",
                        also=("z x^T",),
                    ),
                    Mistake(
                        "ACT-07",
                        "max(0, x)^T",
                        r"The test is on $z=\mathbf{w}\cdot\mathbf{x}+b$, once for the whole neuron, not on each $x_i$.",
                        also=("[z > 0] max(0, x)^T", "[x > 0]^T"),
                    ),
                    Mistake(
                        "VCH-06",
                        "[z > 0]",
                        r"That is $da/dz$; go on to $\mathbf{w}$ by multiplying with $\partial z/\partial\mathbf{w}$.",
                    ),
                    Mistake(
                        "ACT-02",
                        "[z > 0] w^T",
                        r"$\mathbf{w}^T$ is $\partial z/\partial\mathbf{x}$; here $\mathbf{w}$ moves.",
                    ),
                    Mistake(
                        "cases-swapped",
                        "[z < 0] x^T",
                        r"The two cases are swapped: the neuron is active, and listens to its weights, where $z > 0$.",
                    ),
                ),
            ),
        ),
        hints=(
            r"One output, $n$ weights: a row, $1\times n$, in both cases.",
            r"Entry $j$: by how much does $a$ grow when $w_j$ grows by a little? Answer it for $z\le 0$, then for $z>0$.",
            r"Section 5: $\frac{\partial a}{\partial\mathbf{w}} = \frac{da}{dz}\,\frac{\partial z}{\partial\mathbf{w}}$.",
            r"$\frac{da}{dz}$ is the number `[z > 0]`.",
            r"A twin: $\max(0, \mathbf{w}\cdot\mathbf{w})$ with $q=\mathbf{w}\cdot\mathbf{w}$ has $[q>0]\;2\mathbf{w}^T$.",
        ),
    ),
    Exercise(
        id="A08-05",
        section="5",
        title="The activation, by the bias",
        prompt=r"""For the same neuron, $a = \max(0, z)$ with $z = \mathbf{w}\cdot\mathbf{x}+b$, give
$\partial a/\partial b$ as one formula. You may use `z` and `a`.""",
        variables={**SCALAR_NEURON, "a": ""},
        where={**AFFINE, "a": "max(0, z)"},
        points=2,
        parts=(
            Part(
                "answer",
                label=r"\partial a/\partial b",
                f="max(0, w · x + b)",
                wrt="b",
                key="[z > 0]",
                mistakes=(
                    Mistake("ACT-05", "1", r"For $z\le 0$ the output is stuck at 0, so there the derivative by $b$ is the number 0."),
                    Mistake("ACT-03", "0", r"$b$ moves here, and for $z > 0$ the output moves with it."),
                    Mistake("ACT-06", "max(0, z)", r"That is the activation itself. For $z>0$ the slope is 1, not $z$."),
                    Mistake("ACT-16", "[b > 0]", r"The test is on $z=\mathbf{w}\cdot\mathbf{x}+b$, of which $b$ is only one term."),
                    Mistake(
                        "ACT-04",
                        "b [z > 0]",
                        r"$\partial z/\partial b$ is 1, not $b$: the derivative of $b$ by itself.",
                    ),
                    Mistake(
                        "LOS-13",
                        "[z > 0] x^T",
                        r"That is the derivative by $\mathbf{w}$. $b$ is one number, so the answer is one number.",
                    ),
                ),
            ),
        ),
        hints=(
            "One output, one input: a number.",
            r"It has two cases, $z\le 0$ and $z > 0$.",
            r"Section 5: $\frac{\partial a}{\partial b} = \frac{da}{dz}\,\frac{\partial z}{\partial b}$.",
            r"$\partial z/\partial b = 1$.",
            r"A twin: $\max(0,\,2b-1)$ has $2\,[2b-1>0]$.",
        ),
    ),
    Exercise(
        id="A08-06",
        section="5",
        title="The activation, by the input",
        prompt=r"""For the same neuron, $a = \max(0, z)$ with $z = \mathbf{w}\cdot\mathbf{x}+b$, give
$\partial a/\partial\mathbf{x}$ as one formula. A layer before this one will need it (A11). You may use `z` and `a`.""",
        variables={**SCALAR_NEURON, "a": ""},
        where={**AFFINE, "a": "max(0, z)"},
        points=2,
        parts=(
            Part(
                "answer",
                label=r"\partial a/\partial\mathbf{x}",
                f="max(0, w · x + b)",
                wrt="x",
                key="[z > 0] w^T",
                mistakes=(
                    Mistake("ACT-05", "w^T", r"When $z\le 0$ the output is stuck at 0; your formula must say so."),
                    Mistake("ACT-02", "[z > 0] x^T", r"That is the derivative by $\mathbf{w}$; here $\mathbf{x}$ moves."),
                    Mistake(
                        "ACT-06",
                        "max(0, z) w^T",
                        r"For $z>0$ the slope of $\max(0,z)$ is 1: do not multiply by the activation.",
                    ),
                    Mistake(
                        "ACT-07",
                        "diag([x > 0]) w",
                        r"The test is on $z$, once for the whole neuron, not on each $x_i$.",
                        also=("w^T diag([x > 0])", "[x > 0]^T"),
                    ),
                ),
            ),
        ),
        hints=(
            r"A row, $1\times n$.",
            r"Entry $j$: 0 if $z\le 0$; for $z>0$ it is the partial of $\mathbf{w}\cdot\mathbf{x}+b$ by $x_j$.",
            "Section 5: the same chain, with another last link.",
            "It begins with `[z > 0]`.",
            r"A twin: $\max(0,\,2\,\mathbf{v}\cdot\mathbf{x})$ has $2\,[\mathbf{v}\cdot\mathbf{x}>0]\,\mathbf{v}^T$.",
        ),
    ),
    Exercise(
        id="A08-07",
        section="5",
        title="max(0, x) of a whole vector",
        prompt=r"""Now $\max(0, \mathbf{x})$ acts on each entry of a column $\mathbf{x}$ of length $n$. Give its Jacobian, and
its value at $\mathbf{x} = [-1, 2, 0, 3]^T$ in the article's convention. `[x > 0]` is the column of zeros and ones that
says where $x_i > 0$.""",
        variables={"x": "n"},
        points=3,
        parts=(
            Part(
                "J",
                label=r"\partial\max(0,\mathbf{x})/\partial\mathbf{x}",
                f="max(0, x)",
                wrt="x",
                key="diag([x > 0])",
                weight=2,
                mistakes=(
                    Mistake(
                        "ACT-08",
                        "[x > 0]",
                        "An element-wise function has a diagonal Jacobian. The article's aside lists only what stands on "
                        "the diagonal.",
                        also=("[x > 0]^T",),
                    ),
                    Mistake(
                        "ACT-06",
                        "diag(max(0, x))",
                        "The diagonal must hold the slopes, which are 0 or 1, not the values.",
                    ),
                    Mistake("ELW-12", "I", r"Where $x_i<0$ the output stays at 0 when $x_i$ moves: that entry is 0."),
                    Mistake(
                        "ELW-03",
                        "ones(n) [x > 0]^T",
                        r"Output $i$ does not contain $x_j$ for $j\ne i$: off the diagonal there are zeros.",
                    ),
                ),
            ),
            Part(
                "value",
                "number",
                label=r"\text{its value at } [-1, 2, 0, 3]^T",
                key="diag([0; 1; 0; 1])",
                mistakes=(
                    Mistake(
                        "ACT-08",
                        "[0; 1; 0; 1]",
                        r"These are the right slopes; as a Jacobian they stand on the diagonal of a $4\times 4$ matrix.",
                        also=("[0, 1, 0, 1]",),
                    ),
                    Mistake(
                        "ACT-09",
                        "diag([0; 1; 1; 1])",
                        r"At $x_3=0$ there is no derivative; the article and this course take 0 there: test $x_i>0$.",
                    ),
                    Mistake("ACT-06", "diag([0; 2; 0; 3])", "These are the values of the function; its slopes are 0 or 1."),
                ),
            ),
        ),
        hints=(
            r"$n$ outputs, $n$ inputs: $n\times n$; the value is $4\times 4$.",
            r"Entry $(i,i)$ is the slope of $\max(0,x_i)$, as in A08-03. Which entries of $\mathbf{x}$ does output $i$ contain?",
            "Section 4.2: element-wise functions have diagonal Jacobians. Section 5 has the slopes.",
            "It begins with `diag(`.",
            r"A twin: $|\mathbf{x}|$ of each entry has $\mathrm{diag}(\mathrm{sign}(\mathbf{x}))$ away from 0.",
        ),
    ),
    Exercise(
        id="A08-08",
        section="5",
        title="One neuron in numbers",
        prompt=r"""Let $\mathbf{w} = [1, -2, 0.5]^T$ and $\mathbf{x} = [2, -1, 4]^T$. Work out the activation
$a = \max(0, \mathbf{w}\cdot\mathbf{x}+b)$ and its derivatives, once for $b=-1$ and once for $b=-7$. Write a row as
`[1, 2, 3]`.""",
        points=3,
        parts=(
            Part(
                "a1",
                "number",
                label=r"a \text{ for } b=-1",
                key="1*2 + (-2)*(-1) + 0.5*4 + (-1)",
                mistakes=(
                    Mistake("sign-slip", "1", r"Mind the signs: $(-2)\cdot(-1)=+2$."),
                    Mistake("bias-forgotten", "6", "The bias is still to be added."),
                ),
            ),
            Part(
                "dw1",
                "number",
                label=r"\partial a/\partial\mathbf{w} \text{ for } b=-1",
                key="[2, -1, 4]",
                mistakes=(
                    Mistake("ACT-06", "[10, -5, 20]", r"The slope of $\max(0,z)$ at $z=5$ is 1, not 5."),
                    Mistake(
                        "ACT-07", "[2, 0, 4]", r"The test is on $z$, once for the neuron; the entry $-1$ of $\mathbf{x}$ stays."
                    ),
                    Mistake("ACT-02", "[1, -2, 0.5]", r"That is $\mathbf{w}^T$, the derivative by $\mathbf{x}$."),
                ),
            ),
            Part(
                "db1",
                "number",
                label=r"\partial a/\partial b \text{ for } b=-1",
                key="1",
                mistakes=(
                    Mistake("ACT-06", "5", r"The slope of $\max(0,z)$ at $z=5$ is 1, not 5."),
                    Mistake("ACT-04", "-1", "The derivative of $b$ by itself is not $b$."),
                ),
            ),
            Part(
                "a2",
                "number",
                label=r"a \text{ for } b=-7",
                key="0",
                mistakes=(Mistake("max-forgotten", "-1", r"That is $z$; the activation is $\max(0,z)$."),),
            ),
            Part(
                "dw2",
                "number",
                label=r"\partial a/\partial\mathbf{w} \text{ for } b=-7",
                key="[0, 0, 0]",
                mistakes=(
                    Mistake("ACT-05", "[2, -1, 4]", r"Now $z = -1$: the output is stuck at 0, so nothing moves it."),
                    Mistake(
                        "one-number",
                        "0",
                        "Right value, but there are three weights: a row with three entries.",
                    ),
                ),
            ),
            Part(
                "db2",
                "number",
                label=r"\partial a/\partial b \text{ for } b=-7",
                key="0",
                mistakes=(
                    Mistake("ACT-05", "1", r"Now $z = -1$: the output is stuck at 0, so nothing moves it."),
                    Mistake("ACT-04", "-7", "The derivative of $b$ by itself is not $b$."),
                ),
            ),
        ),
        hints=(
            r"Compute $z$ first: $\mathbf{w}\cdot\mathbf{x}=6$.",
            r"$z = 5$ in the first case, $z=-1$ in the second.",
            "Section 5: then everything follows from which case it is.",
            r"For $b=-1$: $a=5$, and the slope of $\max(0,z)$ is 1.",
            r"A twin: $\mathbf{w}=[1,1]^T$, $\mathbf{x}=[2,3]^T$: with $b=0$ it is 5, $[2,3]$, 1; with $b=-9$ it is 0, $[0,0]$, 0.",
        ),
    ),
    Exercise(
        id="A08-09",
        section="5",
        title="Find the error",
        prompt=r"""This neuron squares its activation: $a = \max(0, z)^2$ with $z = \mathbf{w}\cdot\mathbf{x}+b$. Somebody wants
$\partial a/\partial\mathbf{w}$. Which line is the first wrong one, and what is the right result? You may use `z` and `u`.""",
        variables={**SCALAR_NEURON, "u": ""},
        where={**AFFINE, "u": "max(0, z)"},
        points=2,
        parts=(
            Part(
                "line",
                "error",
                label=r"\text{the first wrong line}",
                key=3,
                lines=(
                    r"$u = \max(0,z)$ and $a = u^2$",
                    r"$da/du = 2u$",
                    r"$du/dz = \max(0,z)$",
                    r"$\dfrac{\partial a}{\partial\mathbf{w}} = 2u\cdot\max(0,z)\cdot\dfrac{\partial z}{\partial\mathbf{w}}$",
                ),
                mistakes=(
                    Mistake("first-line", 1, "Line 1 only gives names to the parts, and they fit."),
                    Mistake("power-rule", 2, "Line 2 is the power rule for $u^2$: it is right."),
                    Mistake("too-late", 4, "Line 4 multiplies the links as it should; it inherits its error from before."),
                ),
            ),
            Part(
                "dw",
                label=r"\partial a/\partial\mathbf{w}",
                f="max(0, w · x + b)^2",
                wrt="w",
                key="2 max(0, z) x^T",
                mistakes=(
                    Mistake("ACT-06", "2 max(0, z)^2 x^T", r"The slope of $\max(0,z)$ is 1 for $z>0$, not $z$."),
                    Mistake(
                        "ACT-05",
                        "2 z x^T",
                        r"For $z\le 0$ the gradient is a row of zeros; your formula has no case for it.",
                    ),
                    Mistake("outer-missing", "[z > 0] x^T", r"The square's link, $da/du$, is missing or not whole.", also=("2 [z > 0] x^T",)),
                    Mistake("ACT-02", "2 max(0, z) w^T", r"$\mathbf{w}^T$ is $\partial z/\partial\mathbf{x}$; here $\mathbf{w}$ moves."),
                    Mistake("CH1-01", "2 max(0, z)", r"$\partial z/\partial\mathbf{w}$ is missing: the answer is a row."),
                ),
            ),
        ),
        hints=(
            r"The result is a row, $1\times n$.",
            r"Try $z=3$: what is the slope of $\max(0,z)$ there?",
            r"Section 5: the slope of $\max(0,z)$ is 0 or 1.",
            "Lines 1 and 2 are right.",
            r"A twin: $\max(0,z)^3$ has $3\max(0,z)^2\,\mathbf{x}^T$.",
        ),
    ),
    Exercise(
        id="A08-10",
        section="5",
        title="A sigmoid neuron",
        prompt=r"""Another activation: $s = \sigma(z)$ with $z=\mathbf{w}\cdot\mathbf{x}+b$ and $\sigma'(z) =
\sigma(z)(1-\sigma(z))$. Give $\partial s/\partial\mathbf{w}$. You may use `s` and `z`; type a number times a parenthesis
with a `*`, as in `z*(2 + z)`.""",
        variables={**SCALAR_NEURON, "s": ""},
        where={**AFFINE, "s": "sigmoid(w · x + b)"},
        points=2,
        parts=(
            Part(
                "answer",
                label=r"\partial s/\partial\mathbf{w}",
                f="sigmoid(w · x + b)",
                wrt="w",
                key="s (1 - s) x^T",
                mistakes=(
                    Mistake("ACT-13", "z (1 - z) x^T", r"Use the activation $s=\sigma(z)$ in $s(1-s)$, not $z$."),
                    Mistake("ACT-14", "(1 - s^2) x^T", r"That is the slope of another function, $\tanh$; this one is the sigmoid."),
                    Mistake("VCH-06", "s (1 - s)", r"That is $ds/dz$; go on to $\mathbf{w}$."),
                    Mistake("outer-missing", "x^T", r"That is $\partial z/\partial\mathbf{w}$; the slope of the sigmoid is missing."),
                    Mistake("derivative-missing", "s x^T", r"The factor must be the *slope* of the sigmoid, not its value."),
                    Mistake("ACT-02", "s (1 - s) w^T", r"$\mathbf{w}^T$ is $\partial z/\partial\mathbf{x}$; here $\mathbf{w}$ moves."),
                ),
            ),
        ),
        hints=(
            r"A row, $1\times n$.",
            r"Entry $j$: $\sigma'(z)\,x_j$.",
            r"Section 5's chain with another function in the place of max: $\frac{ds}{dz}\frac{\partial z}{\partial\mathbf{w}}$.",
            r"$\frac{ds}{dz} = s\,(1-s)$.",
            r"A twin: $\tanh(z)$ has $(1-\tanh(z)^2)\,\mathbf{x}^T$.",
        ),
    ),
    Exercise(
        id="A08-11",
        section="5",
        title="A leaky neuron",
        prompt=r"""The leaky activation lets a little through on the left: $\ell(z) = z$ for $z > 0$ and
$\ell(z) = \alpha z$ for $z \le 0$, with a constant $\alpha > 0$, usually a small one. Give its slope as one formula in $z$ and $\alpha$
that holds for every $\alpha > 0$ (at the kink $z=0$ take that of the left side, as the article does), and the derivative of the leaky neuron $\ell(\mathbf{w}\cdot\mathbf{x}+b)$ by the weights. Write `alpha`
for $\alpha$; you may use `z`.""",
        variables={**SCALAR_NEURON, "alpha": ""},
        where=AFFINE,
        domain={"alpha": "positive"},
        points=2,
        parts=(
            Part(
                "slope",
                label=r"d\ell/dz",
                f="alpha z + (1 - alpha) max(0, z)",
                wrt="z",
                key="[z > 0] + alpha [z <= 0]",
                mistakes=(
                    Mistake("ACT-05", "[z > 0]", r"Left of 0 this neuron is not flat: its slope there is not 0."),
                    Mistake("value-not-slope", "max(0, z) + alpha min(0, z)", "That is the function; its slope is asked for."),
                    Mistake("both-one", "1", r"Left of 0 the slope is another one than on the right.", also=("alpha",)),
                    Mistake("leak-everywhere", "[z > 0] + alpha", r"Left and right of 0 are different cases: $\alpha$ counts only where $z\le 0$."),
                    Mistake("everywhere", "1 + alpha", r"One of the two slopes holds at a time, depending on the sign of $z$."),
                    Mistake("cases-swapped", "alpha [z > 0] + [z <= 0]", "The two cases are swapped: the leak is on the left."),
                ),
            ),
            Part(
                "dw",
                label=r"\partial\ell(\mathbf{w}\cdot\mathbf{x}+b)/\partial\mathbf{w}",
                f="alpha (w · x + b) + (1 - alpha) max(0, w · x + b)",
                wrt="w",
                key="([z > 0] + alpha [z <= 0]) x^T",
                carries="slope x^T",
                mistakes=(
                    Mistake(
                        "ACT-05",
                        "[z > 0] x^T",
                        r"For $z<0$ the leaky neuron has the slope $\alpha$, not 0.",
                    ),
                    Mistake("ACT-02", "([z > 0] + alpha [z <= 0]) w^T", r"$\mathbf{w}$ moves: the derivative of $\mathbf{w}\cdot\mathbf{x}$ is $\mathbf{x}^T$."),
                    Mistake(
                        "both-one",
                        "x^T",
                        r"The leaky neuron has two slopes, 1 and $\alpha$, one for each side of the kink.",
                        also=("alpha x^T",),
                    ),
                    Mistake("leak-everywhere", "([z > 0] + alpha) x^T", r"Left and right of 0 are different cases: $\alpha$ counts only where $z\le 0$."),
                    Mistake("everywhere", "(1 + alpha) x^T", r"One of the two slopes holds at a time."),
                ),
            ),
        ),
        hints=(
            "A number, and a row.",
            r"At $z=-2$ the slope is $\alpha$; at $z=2$ it is 1.",
            r"Add two indicators, each with its slope: `1 [z > 0] + … [z <= 0]`.",
            r"For the second answer multiply by $\partial z/\partial\mathbf{w}$.",
            r"A twin: the function that is $3z$ for $z>0$ and $-z$ for $z\le 0$ has the slope $3\,[z>0]-[z\le 0]$.",
        ),
    ),
    Exercise(
        id="A08-12",
        section="5",
        title="A difference that straddles the kink",
        prompt=r"""You check $\frac{d}{dz}\max(0,z)$ at $z=0$ with the central difference
$\frac{\max(0,\,h)-\max(0,\,-h)}{2h}$ for some $h>0$. What comes out? And what should a gradient check do about it?""",
        points=2,
        parts=(
            Part(
                "slope",
                "number",
                label=r"\text{the central difference}",
                key="0.5",
                mistakes=(
                    Mistake("ACT-09", "0", r"That is the article's convention. Put the numbers in: $\max(0,h)=h$, $\max(0,-h)=0$."),
                    Mistake("NUM-01", "1", r"The two points are $2h$ apart: divide by $2h$."),
                ),
            ),
            Part(
                "remedy",
                "choice",
                label=r"\text{what to do}",
                choices=(
                    r"Take a much smaller $h$ until the two agree.",
                    r"Correct the derivative in the code to what the difference says.",
                    r"Check only at points away from the kink, farther than $h$.",
                    r"Give up numerical checks for functions with a kink.",
                ),
                key="c",
                mistakes=(
                    Mistake("NUM-02", "a", r"$h$ cancels: the result is the same for every $h$. Only the place can be changed."),
                    Mistake(
                        "ACT-10",
                        "b",
                        "There is no derivative at the kink, so neither value is *the* slope; nothing needs correcting.",
                    ),
                    Mistake("give-up", "d", "Everywhere else the function is smooth, and there the check works well."),
                ),
            ),
        ),
        hints=(
            r"$\max(0,h)=h$ and $\max(0,-h)=0$.",
            "The answer does not depend on $h$.",
            "One of the two points lies on the flat side, the other on the steep one.",
            r"The difference is $\frac{h-0}{2h}$.",
            r"A twin: for $|z|$ at 0 the central difference is $\frac{h-h}{2h}=0$, and there is no derivative either.",
        ),
    ),
    Exercise(
        id="A08-13",
        section="5",
        title="Code: the gradients of a neuron",
        prompt=r"""Write two functions, with the article's convention where $z$ is exactly 0.

- `relu_slope(z)` returns the slope of $\max(0,z)$ at the number `z`.
- `neuron_grads(w, x, b)` returns three things, in this order: the derivatives of $a=\max(0,\mathbf{w}\cdot\mathbf{x}+b)$
  by $\mathbf{w}$ (a 1-D array), by $b$ (a number) and by $\mathbf{x}$ (a 1-D array). `w` and `x` are 1-D arrays of one
  length, `b` is a number.""",
        points=4,
        parts=(
            Part(
                "relu_slope",
                "code",
                key=_relu_slope,
                signature=Signature(
                    "relu_slope",
                    {"z": Given(choices=tuple(map(Given, (-1.5, 0.0, 2.5, 0.3, -0.2, 0.0005, -0.0005))))},
                    returns="the slope at z, a number",
                    sizes=({},) * 7,
                ),
                mistakes=(
                    Mistake(
                        "ACT-09",
                        _relu_slope_one_at_zero,
                        r"At $z=0$ the article and this course take the slope of the flat side: test `z > 0`.",
                        also=(_relu_slope_half_at_zero,),
                    ),
                    Mistake("ACT-06", _relu_slope_value, "This returns the value of the function; its slope is 0 or 1."),
                ),
            ),
            Part(
                "neuron_grads",
                "code",
                key=_neuron_grads,
                weight=3,
                signature=Signature(
                    "neuron_grads",
                    {  # the bias decides; w · x decides, against the bias; z is 0; z is close to 0
                        "w": Given(choices=(*["n"] * 8, Given([1.0, -2.0, 0.5], array=True, vary=True), Given([1.5, -0.7], array=True, vary=True), "n", *CLOSE_W)),
                        "x": Given(choices=(*["n"] * 8, Given([2.0, -1.0, 4.0], array=True, vary=True), Given([-2.0, 1.2], array=True, vary=True), Given([0.0, 0.0, 0.0], array=True), *CLOSE_X)),
                        "b": Given(choices=(*map(Given, (31.5, -29.0, 23.0, -27.5) * 2), Given(-1.5), Given(1.0), Given(0.0), Given(-1.9995), Given(1.9995))),
                    },
                    returns="three things: the derivatives by w, by b and by x",
                    sizes=tuple({"n": n} for n in (3, 4, 2, 5, 3, 4, 2, 6, 3, 2, 3, 4, 5)),
                ),
                mistakes=(
                    Mistake(
                        "ACT-05",
                        _grads_always_active,
                        r"Where $z\le 0$ the output is stuck at 0 and all three derivatives are 0; your function has no case "
                        "for it.",
                    ),
                    Mistake("ACT-06", _grads_times_activation, r"For $z>0$ the slope is 1: do not multiply by the activation."),
                    Mistake("bias-forgotten", _grads_without_b, r"The bias is missing in the test: the sign of $\mathbf{w}\cdot\mathbf{x}+b$ decides."),
                    Mistake("ACT-09", _grads_one_at_zero, r"Right but where $z=0$: there this course takes the slope 0, so test `z > 0`."),
                    Mistake("ACT-16", _grads_by_the_bias, r"The whole of $z=\mathbf{w}\cdot\mathbf{x}+b$ decides, not the bias alone."),
                    Mistake("ACT-07", _grads_entrywise, r"The test is on $z$, once for the neuron, not on each entry."),
                    Mistake(
                        "ACT-02",
                        _grads_swapped,
                        r"The first and the last are swapped: the derivative by $\mathbf{w}$ contains $\mathbf{x}$.",
                    ),
                ),
            ),
        ),
        hints=(
            "`w @ x` is the dot product of two 1-D arrays.",
            "Compute the slope once; all three derivatives have it as a factor.",
            "Section 5: slope times $\\mathbf{x}$, slope times 1, slope times $\\mathbf{w}$.",
            "`slope = float(w @ x + b > 0)`",
            r"A twin: without the cut, for $a=\mathbf{w}\cdot\mathbf{x}+b$, it would be `return x, 1.0, w`.",
        ),
    ),
)
