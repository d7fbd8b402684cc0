"""A12, convolution weights, second derivatives, and the hunt for the article's own errors."""

import numpy as np

from matcalc_ref.record import Exercise, Given, Mistake, Part, Signature, Step
from matcalc_ref.variants import Template


def _hessian(f, x):
    n, h = len(x), 1e-3
    steps = h * np.eye(n)
    H = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            p, q = steps[i], steps[j]
            H[i, j] = (f(x + p + q) - f(x + p - q) - f(x - p + q) + f(x - p - q)) / (4 * h * h)
    return H


def _hessian_diagonal(f, x):
    return np.diag(np.diag(_hessian(f, x)))


def _hessian_outer(f, x):
    h = 1e-5
    g = np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))])
    return np.outer(g, g)


def _hessian_tiny_step(f, x):
    n, h = len(x), 1e-9
    steps = h * np.eye(n)
    H = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            p, q = steps[i], steps[j]
            H[i, j] = (f(x + p + q) - f(x + p - q) - f(x - p + q) + f(x - p - q)) / (4 * h * h)
    return H


def _hessian_not_restored(f, x):
    h, x = 1e-3, np.array(x, dtype=float)

    def gradient(at):
        return np.array([(f(at + h * e) - f(at - h * e)) / (2 * h) for e in np.eye(len(at))])

    columns = []
    for j in range(len(x)):
        x[j] += h
        up = gradient(x)
        x[j] -= 2 * h
        columns.append((up - gradient(x)) / (2 * h))
    return np.array(columns).T


def _hessian_not_back_to_the_other_side(f, x):
    h, x = 1e-3, np.array(x, dtype=float)

    def gradient(at):
        return np.array([(f(at + h * e) - f(at - h * e)) / (2 * h) for e in np.eye(len(at))])

    columns = []
    for j in range(len(x)):
        x[j] += h
        up = gradient(x)
        x[j] -= h
        columns.append((up - gradient(x)) / (2 * h))
    return np.array(columns).T


def _hessian_wide(f, x):
    return 4 * _hessian(f, x)


CONV = r"""A short row of weights slides along a signal: $y_i=\sum_{j=1}^{m}w_j\,s_{i+j-1}$ for $i=1,\dots,n-m+1$, with the
signal $\mathbf{s}$ of length $n$ and the weights $\mathbf{w}$ of length $m$ (all columns, counted from 1). """
SIGNAL = {"s": "n", "w": "m"}
DATA = {"w": "n", "b": "", "X": "N,n", "y": "N", "z": "N", "e": "N"}

EXERCISES = (
    Exercise(
        id="A12-01",
        section="beyond",
        title="A neuron that looks at an image",
        prompt=r"""Input and weights are $m\times n$ pictures: $y=\sum_{ij}W_{ij}X_{ij}$. Write $vec(W)$ for the rows of $W$ one
after another in one column. Give $\partial y/\partial\,vec(W)$, a row of length $mn$, and $\partial y/\partial W$ **in the
shape of $W$**.""",
        variables={"W": "m,n", "X": "m,n"},
        points=2,
        parts=(
            Part(
                "long",
                label=r"\partial y/\partial\,vec(W)",
                key="vec(X)^T",
                mistakes=(
                    Mistake("CNV-04", "vec(X^T)^T", r"Flatten $W$ and $X$ the same way: the rows one after another."),
                    Mistake("SUM-13", "ones(m*n)^T", r"Each weight is multiplied by its own pixel: its partial is not 1."),
                    Mistake("ACT-02", "vec(W)^T", r"That is the derivative by the picture; here the weights move."),
                ),
            ),
            Part(
                "shaped",
                label=r"\partial y/\partial W",
                f="sum(W ⊙ X)",
                wrt="W",
                key="X",
                mistakes=(
                    Mistake("ACT-02", "W", "That is the derivative by the picture; here the weights move."),
                    Mistake("SUM-13", "ones(m) ones(n)^T", r"Each weight is multiplied by its own pixel: its partial is not 1."),
                ),
            ),
        ),
        hints=(
            r"$1\times mn$ and $m\times n$.",
            r"$\partial y/\partial W_{ij}=X_{ij}$.",
            r"Section 5: it is $\partial(\mathbf{w}\cdot\mathbf{x})/\partial\mathbf{w}$ with longer vectors.",
            r"`vec(X)` is the column of all rows of $X$.",
            r"A twin: $\sum_{ij}W_{ij}^2$ has $2\,vec(W)^T$ and $2W$.",
        ),
    ),
    Exercise(
        id="A12-02",
        section="beyond",
        title="Convolution, by the weights",
        prompt=CONV
        + r"""Give the Jacobian $H=\partial\mathbf{y}/\partial\mathbf{w}$ by its entries, in the form `H_{ij} = …`.""",
        variables=SIGNAL,
        points=2,
        parts=(
            Part(
                "answer",
                label=r"\partial\mathbf{y}/\partial\mathbf{w}",
                f="conv(s, w)",
                wrt="w",
                key="H_{ij} = s_{i+j-1}",
                mistakes=(
                    Mistake("CNV-02", "H_{ij} = s_{i+m-j}", r"Each row is turned round: nothing is flipped in $y_i=\sum_jw_js_{i+j-1}$.", also=("H_{ij} = s_{i-j+1}",)),
                    Mistake("no-derivative", "H_{ij} = w_j s_{i+j-1}", r"That is a term of $y_i$ itself: differentiate it by $w_j$."),
                    Mistake("CNV-01", "H_{ij} = s_j", r"That is the first window in every row; row $i$ is window $i$ of the signal."),
                    Mistake("off-by-one", "H_{ij} = s_{i+j}", r"Counting from 1, the first window is $s_1,\dots,s_m$: look at $i=j=1$."),
                ),
            ),
        ),
        hints=(
            r"$n-m+1$ outputs, $m$ weights: $(n-m+1)\times m$.",
            r"$\partial y_i/\partial w_j$: what does $w_j$ multiply in $y_i$?",
            "Section 4.1: reduce it to one scalar entry.",
            r"For $m=2$, $n=4$: $H=\begin{bmatrix}s_1&s_2\\s_2&s_3\\s_3&s_4\end{bmatrix}$.",
            r"A twin: $y_i=w_1s_i+3w_2s_{i+1}$ has the row $[s_i,\ 3s_{i+1}]$.",
        ),
    ),
    Exercise(
        id="A12-03",
        section="beyond",
        title="Convolution, by the signal",
        prompt=CONV
        + r"""Give $T=\partial\mathbf{y}/\partial\mathbf{s}$ by its entries, in the form `T_{ij} = …`. An entry outside a vector,
such as $w_0$ or $w_{m+1}$, counts as 0.""",
        variables=SIGNAL,
        points=2,
        parts=(
            Part(
                "answer",
                label=r"\partial\mathbf{y}/\partial\mathbf{s}",
                f="conv(s, w)",
                wrt="s",
                key="T_{ij} = w_{j-i+1}",
                mistakes=(
                    Mistake("CNV-03", "T_{ij} = w_{m-j+i}", r"Build $T$ with the weights as they are: row 1 begins with $w_1$."),
                    Mistake("off-by-one", "T_{ij} = w_{j-i}", r"Look at $i=j=1$: what multiplies $s_1$ in $y_1$?"),
                    Mistake("pattern-of-H", "T_{ij} = w_{i+j-1}", r"Look at $i=j=2$: what multiplies $s_2$ in $y_2$?"),
                    Mistake("sign-of-shift", "T_{ij} = w_{i-j+1}", r"In row $i$ the weights begin in column $i$ and go to the right: which index grows with $j$?"),
                ),
            ),
        ),
        hints=(
            r"$n-m+1$ outputs, $n$ signal values: $(n-m+1)\times n$.",
            r"$s_j$ stands in $y_i$ with the weight whose index $r$ has $i+r-1=j$.",
            "Section 4.1: reduce it to one scalar entry.",
            r"For $m=2$, $n=4$: $T=\begin{bmatrix}w_1&w_2&0&0\\0&w_1&w_2&0\\0&0&w_1&w_2\end{bmatrix}$.",
            r"A twin: $y_i=w_1s_i-w_2s_{i+1}$ has the first row $[w_1,\,-w_2,\,0,\dots,0]$.",
        ),
    ),
    Exercise(
        id="A12-04",
        section="beyond",
        title="Back through a convolution",
        prompt=CONV
        + r"""The rest of the network hands back the row $\mathbf{g}=\partial L/\partial\mathbf{y}$ of length $n-m+1$. Give entry $j$
of $\partial L/\partial\mathbf{w}$ and of $\partial L/\partial\mathbf{s}$ as sums over $i$, in the form
`d_j = sum_i …` (both are rows; an entry outside a vector counts as 0).""",
        variables={**SIGNAL, "g": "1,n-m+1"},
        points=3,
        parts=(
            Part(
                "dw",
                label=r"\partial L/\partial\mathbf{w}",
                f="g conv(s, w)",
                wrt="w",
                key="d_j = sum_i g_i s_{i+j-1}",
                mistakes=(
                    Mistake("CNV-01", "d_j = g_1 s_j", "A shared weight is used at every position: add up all its uses."),
                    Mistake("CNV-02", "d_j = sum_i g_i s_{i+m-j}", "This convolution does not flip the weights, so its gradient is not flipped either."),
                    Mistake("off-by-one", "d_j = sum_i g_i s_{i+j}", r"Counting from 1, the first window begins at $s_1$."),
                ),
            ),
            Part(
                "ds",
                label=r"\partial L/\partial\mathbf{s}",
                f="g conv(s, w)",
                wrt="s",
                key="d_j = sum_i g_i w_{j-i+1}",
                mistakes=(
                    Mistake("CNV-03", "d_j = sum_i g_i w_{m-j+i}", r"Build $T$ with the weights as they are; the product $\mathbf{g}T$ already runs them backwards."),
                    Mistake("off-by-one", "d_j = sum_i g_i w_{j-i}", r"Look at $j=1$: only $y_1=w_1s_1+\dots$ contains $s_1$."),
                    Mistake("sign-of-shift", "d_j = sum_i g_i w_{i-j+1}", r"Look at $j=2$: which weight stands before $s_2$ in $y_1$, and which in $y_2$?",
                            also=("d_j = sum_i g_i w_{i+j-1}",)),
                ),
            ),
        ),
        hints=(
            r"$1\times m$ and $1\times n$.",
            r"$\partial L/\partial w_j=\sum_i g_i\,\partial y_i/\partial w_j$.",
            r"Section 4.5.3: $\mathbf{g}H$ and $\mathbf{g}T$ with A12-02 and A12-03.",
            "`d_j = sum_i g_i s_…`",
            r"A twin: if $\mathbf{g}=[1,0,\dots,0]$, only the first window counts: $\partial L/\partial\mathbf{w}=[s_1,\dots,s_m]$.",
        ),
    ),
    Exercise(
        id="A12-05",
        section="beyond",
        title="Convolution in numbers",
        prompt=r"""Let $\mathbf{s}=[1,2,3,4]^T$, $\mathbf{w}=[3,-1]^T$, $y_i=w_1s_i+w_2s_{i+1}$ for $i=1,2,3$, and the upstream
$\mathbf{g}=[1,0,2]$. Give $\mathbf{y}$ as a column and the two gradients as rows.""",
        points=3,
        parts=(
            Part(
                "y",
                "number",
                label=r"\mathbf{y}",
                key="[3*1 - 1*2; 3*2 - 1*3; 3*3 - 1*4]",
                mistakes=(Mistake("CNV-03", "[5; 7; 9]", r"The weights are not flipped here: $w_1$ goes with $s_i$, $w_2$ with $s_{i+1}$."),),
            ),
            Part(
                "dw",
                "number",
                label=r"\partial L/\partial\mathbf{w}",
                key="[1*1 + 2*3, 1*2 + 2*4]",
                mistakes=(
                    Mistake("CNV-01", "[1, 2]", "A shared weight is used at every position: add up all its uses."),
                    Mistake("CNV-02", "[10, 7]", "Nothing is flipped: the first entry belongs to $w_1$."),
                    Mistake("upstream-missing", "[6, 9]", r"Each use is weighed by its upstream $g_i$."),
                ),
            ),
            Part(
                "ds",
                "number",
                label=r"\partial L/\partial\mathbf{s}",
                key="[1*3, 1*(-1), 2*3, 2*(-1)]",
                mistakes=(
                    Mistake("CNV-03", "[-1, 3, -2, 6]", r"Build $T$ with the weights as they are: row 1 begins with $w_1$, then comes $w_2$."),
                    Mistake("upstream-missing", "[3, 2, 2, -1]", r"Each row of $T$ is weighed by its upstream $g_i$."),
                ),
            ),
        ),
        template=Template(
            draws={"p": (2, 3), "q": (-1, -4, 5), "s": (1, 3), "t": (2, 5), "u": (-2, 4), "v": (6, 7), "g": (1, -2), "h": (2, 3)},
            prompt=r"""Let $\mathbf{s}=[«s»,«t»,«u»,«v»]^T$, $\mathbf{w}=[«p»,«q»]^T$, $y_i=w_1s_i+w_2s_{i+1}$ for $i=1,2,3$, and the upstream
$\mathbf{g}=[«g»,0,«h»]$. Give $\mathbf{y}$ as a column and the two gradients as rows.""",
            parts={
                "y": {
                    "key": "[«p»*«s» + «q»*«t»; «p»*«t» + «q»*«u»; «p»*«u» + «q»*«v»]",
                    "mistakes": {"CNV-03": "[«q»*«s» + «p»*«t»; «q»*«t» + «p»*«u»; «q»*«u» + «p»*«v»]"},
                },
                "dw": {
                    "key": "[«g»*«s» + «h»*«u», «g»*«t» + «h»*«v»]",
                    "mistakes": {
                        "CNV-01": "[«g»*«s», «g»*«t»]",
                        "CNV-02": "[«g»*«t» + «h»*«v», «g»*«s» + «h»*«u»]",
                        "upstream-missing": "[«s» + «t» + «u», «t» + «u» + «v»]",
                    },
                },
                "ds": {
                    "key": "[«g»*«p», «g»*«q», «h»*«p», «h»*«q»]",
                    "mistakes": {"CNV-03": "[«g»*«q», «g»*«p», «h»*«q», «h»*«p»]"},
                },
            },
            hints=(
                r"$3\times 1$, $1\times 2$, $1\times 4$.",
                r"$y_1=«p»\cdot(«s»)+(«q»)\cdot(«t»)$, and so on: the weights move along.",
                r"$\mathbf{g}H$ and $\mathbf{g}T$: row $i$ of $H$ is $[s_i, s_{i+1}]$; row $i$ of $T$ has $w_1, w_2$ from place $i$ on.",
            ),
        ),
        hints=(
            r"$3\times 1$, $1\times 2$, $1\times 4$.",
            r"$H=\begin{bmatrix}1&2\\2&3\\3&4\end{bmatrix}$ and $T=\begin{bmatrix}3&-1&0&0\\0&3&-1&0\\0&0&3&-1\end{bmatrix}$.",
            r"$\mathbf{g}H$ and $\mathbf{g}T$.",
            r"$y_1=3\cdot 1-1\cdot 2$.",
            r"A twin: $\mathbf{s}=[1,1,2]^T$, $\mathbf{w}=[1,2]^T$, $\mathbf{g}=[1,1]$ gives $\mathbf{y}=[3,5]^T$, $[2,3]$ and $[1,3,2]$.",
        ),
    ),
    Exercise(
        id="A12-06",
        section="beyond",
        title="Second derivatives: the Hessian",
        prompt=r"""The article stops at first derivatives. The **Hessian** $H$ of a function with one output is the Jacobian of its
gradient (turned into a column): $H_{ij}=\frac{\partial}{\partial x_j}\frac{\partial f}{\partial x_i}$. Give the Hessians of
$f=3x_1^2x_2$, where $\mathbf{x}$ has length 2, and of $h=\mathbf{u}^TQ\mathbf{u}$, where $\mathbf{u}$ has length $n$ and the
$n\times n$ matrix $Q$ need not be symmetric.""",
        variables={"x": "2", "u": "n", "Q": "n,n"},
        points=3,
        parts=(
            Part(
                "f",
                label=r"\text{the Hessian of } 3x_1^2x_2",
                f="[6 x_1 x_2; 3 x_1^2]",
                wrt="x",
                key="[[6x_2, 6x_1], [6x_1, 0]]",
                mistakes=(
                    Mistake("JAC-04", "[[6x_2, 0], [0, 0]]", "The mixed partials, one derivative by each variable, are not zero here."),
                    Mistake("HES-00", "[6x_1 x_2, 3x_1^2]", "That is the gradient; differentiate each of its entries once more.", also=("[6x_1 x_2; 3x_1^2]",)),
                    Mistake("HES-04", "[6x_1 x_2; 3x_1^2] [6x_1 x_2, 3x_1^2]", "The Hessian is the Jacobian of the gradient, not the gradient times itself."),
                ),
            ),
            Part(
                "h",
                label=r"\text{the Hessian of } \mathbf{u}^TQ\mathbf{u}",
                f="(Q + Q^T) u",
                wrt="u",
                key="Q + Q^T",
                mistakes=(
                    Mistake(
                        "HES-01",
                        "2Q",
                        "That is right only for a symmetric $Q$; the Hessian of a smooth function is symmetric, and $2Q$ need not be.",
                        also=("2Q^T",),
                    ),
                    Mistake("JAC-09", "Q", r"$\mathbf{u}$ stands there twice; each occurrence contributes.", also=("Q^T",)),
                    Mistake("HES-00", "u^T (Q + Q^T)", "That is the gradient; differentiate once more."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 4, 5), "b": (3, 6, 7)},
            prompt=r"""The **Hessian** $H$ of a function with one output is the Jacobian of its gradient (turned into a column). Give the
Hessians of $f=«a»x_1x_2^2+«b»x_1$, where $\mathbf{x}$ has length 2, and of $h=«b»\,\mathbf{u}^TQ\mathbf{u}$, where $\mathbf{u}$ has length $n$
and the $n\times n$ matrix $Q$ need not be symmetric.""",
            parts={
                "f": {
                    "f": "[«a»*x_2^2 + «b»; 2*«a»*x_1*x_2]",
                    "label": r"\text{the Hessian of } f",
                    "mistakes": {"JAC-04": "[[0, 0], [0, 2*«a»*x_1]]", "HES-00": "[«a»*x_2^2 + «b», 2*«a»*x_1*x_2]"},
                },
                "h": {
                    "f": "«b»*(Q + Q^T) u",
                    "label": r"\text{the Hessian of } h",
                    "mistakes": {
                        "HES-01": ("2*«b»*Q", "That is right only for a symmetric $Q$; a Hessian is symmetric, and this need not be."),
                        "JAC-09": ("«b»*Q", r"$\mathbf{u}$ stands there twice; each occurrence contributes."),
                    },
                },
            },
        ),
        hints=(
            r"$2\times 2$ and $n\times n$, both symmetric.",
            r"$H_{12}=\frac{\partial}{\partial x_2}(6x_1x_2)$.",
            "Section 4.1 twice: the gradient, and then the Jacobian of it.",
            r"The gradients are $[6x_1x_2,\ 3x_1^2]$ and $\mathbf{u}^T(Q+Q^T)$.",
            r"A twin: $x_1x_2^2$ has $\begin{bmatrix}0&2x_2\\2x_2&2x_1\end{bmatrix}$.",
        ),
    ),
    Exercise(
        id="A12-07",
        section="6.1",
        title="The curvature of the loss",
        prompt=r"""For the article's loss $C=\frac1N\sum_{i=1}^N\big(y_i-\max(0,\mathbf{w}\cdot\mathbf{x}_i+b)\big)^2$ give the Hessian by
$\mathbf{w}$, away from the kinks: the Jacobian of $\big(\partial C/\partial\mathbf{w}\big)^T$. You may use
$z_i=\mathbf{w}\cdot\mathbf{x}_i+b$ and $e_i=z_i-y_i$ (write `z_i`, `e_i`, `x_i`), or the whole `z`, `e`, `X`.""",
        variables=DATA,
        samples={"x": "X"},
        where={"z": "X w + b", "e": "X w + b - y"},
        points=3,
        parts=(
            Part(
                "answer",
                label=r"\text{the Hessian of } C \text{ by } \mathbf{w}",
                f="(2/N) sum_i [w · x_i + b > 0] (w · x_i + b - y_i) x_i",
                wrt="w",
                key="(2/N) sum_i [z_i > 0] x_i x_i^T",
                mistakes=(
                    Mistake("HES-03", "(2/N) sum_i x_i x_i^T", "Inactive samples are flat: they add no curvature.", also=("(2/N) X^T X",)),
                    Mistake(
                        "HES-04",
                        "((2/N) sum_i [z_i > 0] e_i x_i) ((2/N) sum_i [z_i > 0] e_i x_i^T)",
                        "The Hessian is the Jacobian of the gradient, not the gradient times itself.",
                    ),
                    Mistake("LOS-01", "2 sum_i [z_i > 0] x_i x_i^T", r"The $1/N$ of the mean is lost."),
                    Mistake("LOS-02", "(1/N) sum_i [z_i > 0] x_i x_i^T", "The square brought down a 2 in the gradient, and it stays."),
                    Mistake("HES-05", "(2/N) sum_i [z_i > 0] diag(x_i)^2", r"$\partial e_i/\partial\mathbf{w}=\mathbf{x}_i^T$: column times row, so there are entries off the diagonal."),
                    Mistake("error-kept", "(2/N) sum_i [z_i > 0] e_i x_i x_i^T", r"$e_i$ is what gets differentiated here: $\partial e_i/\partial\mathbf{w}=\mathbf{x}_i^T$ takes its place."),
                ),
            ),
        ),
        hints=(
            r"$n\times n$.",
            r"Differentiate $\frac2N\sum_i[z_i>0]\,e_i\,\mathbf{x}_i$; only $e_i$ moves.",
            r"$\partial e_i/\partial\mathbf{w}=\mathbf{x}_i^T$, and a column times a row is a matrix.",
            "`(2/N) sum_i [z_i > 0] …`",
            r"A twin: for $\frac1N\sum_i z_i^2$ it is $\frac2N\sum_i\mathbf{x}_i\mathbf{x}_i^T$.",
        ),
    ),
    Exercise(
        id="A12-08",
        section="beyond",
        title="The curvature of cross-entropy",
        prompt=r"""The gradient of the cross-entropy by the logits is $(\mathbf{p}-\mathbf{y})^T$ with
$\mathbf{p}=\mathrm{softmax}(\mathbf{z})$ (A11-07). Give the Hessian by $\mathbf{z}$; you may use `p`. Can the loss curve downwards
in some direction of the logits?""",
        variables={"z": "n", "p": "n", "y": "n"},
        where={"p": "softmax(z)"},
        points=2,
        parts=(
            Part(
                "H",
                label=r"\text{the Hessian by } \mathbf{z}",
                f="softmax(z) - y",
                wrt="z",
                key="diag(p) - p p^T",
                mistakes=(
                    Mistake("HES-05", "diag(p ⊙ (1 - p))", "The Hessian is the softmax Jacobian, which has entries off the diagonal."),
                    Mistake("HES-04", "(p - y) (p - y)^T", "The Hessian is the Jacobian of the gradient, not the gradient times itself."),
                    Mistake("y-kept", "diag(p) - p p^T - diag(y)", r"$\mathbf{y}$ does not move with $\mathbf{z}$."),
                    Mistake("SMX-02", "diag(p) + p p^T", r"Raising $z_j$ lowers the other $p_i$."),
                ),
            ),
            Part(
                "curve",
                "choice",
                label=r"\text{downwards?}",
                choices=(
                    r"Yes, wherever some $p_i$ is below $\frac12$.",
                    r"Yes, in the direction $\vec 1$.",
                    r"It depends on $\mathbf{y}$.",
                    r"No: $\mathbf{v}^TH\mathbf{v}$ is the variance of the numbers $v_i$ under the probabilities $p_i$, and that is never negative.",
                ),
                key="d",
                mistakes=(
                    Mistake("half", "a", r"Try two classes: $H=p_1p_2\begin{bmatrix}1&-1\\-1&1\end{bmatrix}$, whatever $p_1$ is."),
                    Mistake("SMX-01", "b", r"In the direction $\vec 1$ the loss is flat ($H\vec 1=\vec 0$), not curved downwards."),
                    Mistake("y-kept", "c", r"The Hessian does not contain $\mathbf{y}$."),
                ),
            ),
        ),
        hints=(
            r"$n\times n$, symmetric.",
            r"$\mathbf{y}$ is constant, so it is the Jacobian of $\mathbf{p}$.",
            r"$\mathbf{v}^TH\mathbf{v}=\sum_ip_iv_i^2-\big(\sum_ip_iv_i\big)^2$.",
            "`diag(p) - …`",
            r"A twin, two classes: $p_1p_2\begin{bmatrix}1&-1\\-1&1\end{bmatrix}$.",
        ),
    ),
    Exercise(
        id="A12-09",
        section="4.5.1",
        title="A second derivative with the chain rule",
        prompt=r"""The first derivative of $\sin(x^2)$ is $2x\cos(x^2)$. Give the second one, line by line: a list of texts, each equal to the one
before, the last one the answer.""",
        variables={"x": ""},
        points=2,
        parts=(
            Part(
                "answer",
                "derivation",
                label=r"\frac{d^2}{dx^2}\sin(x^2)",
                f="2x cos(x^2)",
                wrt="x",
                key="2cos(x^2) - 4x^2 sin(x^2)",
                lines=("2x cos(x^2)", "2cos(x^2) + 2x*(-sin(x^2))*2x", "2cos(x^2) - 4x^2 sin(x^2)"),
                steps=(Step(r"the derivative of the second factor, $\cos(x^2)$", ("-2x sin(x^2)", "2x sin(x^2)")),),
                mistakes=(
                    Mistake("HES-06", "-4x^2 sin(x^2)", r"$2x\cos(x^2)$ is a product: its first factor also gets differentiated."),
                    Mistake("TOT-05", "2cos(x^2)", r"$\cos(x^2)$ moves as well: product rule."),
                    Mistake("CH1-01", "2cos(x^2) - 2x sin(x^2)", r"Inside the cosine stands $x^2$: its derivative is one more factor."),
                    Mistake("product-of-derivatives", "-4x sin(x^2)", "The derivative of a product is not the product of the derivatives."),
                    Mistake("SCA-07", "2cos(x^2) + 4x^2 sin(x^2)", "The derivative of the cosine is minus the sine."),
                ),
            ),
        ),
        template=Template(
            draws={"p": (("sin", r"\sin"), ("cos", r"\cos"), ("exp", r"\exp")), "a": (2, 3, 4), "k": (2, 3)},
            prompt=r"""The first derivative of a function is $«f:answer»$. Give the second one, line by line: a list of texts, each equal to the one
before, the last one the answer.""",
            parts={
                "answer": {
                    "f": "«a»*x*«p»(x^«k»)",
                    "label": r"\text{the second derivative}",
                    "lines": (),
                    "steps": (),
                    "mistakes": {"TOT-05": ("«a»*«p»(x^«k»)", "The second factor moves as well: product rule.")},
                }
            },
        ),
        hints=(
            "A number.",
            "Product rule: (first)′ · second + first · (second)′.",
            "Sections 2 and 4.5.1.",
            r"$2\cdot\cos(x^2)+\dots$",
            r"A twin: $\frac{d^2}{dx^2}e^{x^2}=\big(2+4x^2\big)e^{x^2}$.",
        ),
    ),
    Exercise(
        id="A12-10",
        section="8.2",
        title="Correct the error: the reference table",
        prompt=r"""The article's reference section 8.2 writes out $\mathbf{y}=\mathbf{f}(\mathbf{w})\bigcirc\mathbf{g}(\mathbf{x})$ row by
row, for any element-wise operator $\bigcirc$, and there its second row reads
$y_2=f_n(\mathbf{w})\bigcirc g_2(\mathbf{x})$. What should the row be?""",
        points=1,
        parts=(
            Part(
                "answer",
                "choice",
                choices=(
                    r"$y_2=f_n(\mathbf{w})\bigcirc g_n(\mathbf{x})$",
                    r"$y_2=f_2(\mathbf{w})\bigcirc g_2(\mathbf{x})$",
                    r"$y_2=f_2\big(g_2(\mathbf{x})\big)$",
                    r"$y_2=f_2(\mathbf{x})\bigcirc g_2(\mathbf{w})$",
                ),
                key="b",
                mistakes=(
                    Mistake("last-row", "a", "That is the last row of the table; in row $i$ both functions carry the index $i$."),
                    Mistake("NOT-08", "c", r"$\bigcirc$ stands for an operator between two vectors; nothing is put into one another."),
                    Mistake("ACT-02", "d", r"$\mathbf{f}$ acts on $\mathbf{w}$ and $\mathbf{g}$ on $\mathbf{x}$."),
                ),
            ),
        ),
        hints=(
            r"A letter. Which of the four continues the pattern of the row before, $y_1=f_1(\mathbf{w})\bigcirc g_1(\mathbf{x})$?",
            r"For $n=2$ write out $\mathbf{w}+\mathbf{x}$: its second row is $w_2+x_2$.",
            r"Section 4.2: row $i$ combines entry $i$ of each side.",
            r"Rule out one: $\bigcirc$ stands between two vectors, so nothing is put into a function.",
            r"A twin: the third row of $\mathbf{f}(\mathbf{w})\otimes\mathbf{g}(\mathbf{x})$ is $f_3(\mathbf{w})\,g_3(\mathbf{x})$.",
        ),
    ),
    Exercise(
        id="A12-11",
        section="5",
        title="Correct the error: max(0, x) for a vector",
        prompt=r"""An aside in section 5 writes $\partial\max(0,\mathbf{x})/\partial\mathbf{x}$ as a column of $n$ derivatives. The Jacobian
is $\mathrm{diag}(\mathbf{h})$ with $\mathbf{h}=[\mathbf{x}>0]$ (A08-07). For the upstream row
$\mathbf{g}=\partial L/\partial\max(0,\mathbf{x})$ ($1\times n$) give $\partial L/\partial\mathbf{x}$ in `g` and `h`. When, then, is the
column all that one needs?""",
        variables={"x": "n", "g": "1,n", "h": "n"},
        where={"h": "[x > 0]"},
        points=2,
        parts=(
            Part(
                "dx",
                label=r"\partial L/\partial\mathbf{x}",
                f="g max(0, x)",
                wrt="x",
                key="g ⊙ h^T",
                mistakes=(
                    Mistake("summed", "g h", r"A row times a column is one number; each $x_i$ keeps its own entry here."),
                    Mistake("upstream-missing", "h^T", r"The upstream $\mathbf{g}$ is missing."),
                    Mistake("ACT-05", "g", r"Entries with $x_i\le 0$ pass nothing back."),
                    Mistake("ACT-06", "g ⊙ max(0, x)^T", "The slopes are 0 or 1: do not multiply by the values."),
                ),
            ),
            Part(
                "when",
                "choice",
                label=r"\text{the column is enough}",
                choices=(
                    r"Always: a Jacobian of an element-wise function is a column.",
                    r"When $n$ is so large that a matrix would not fit into memory.",
                    r"When the diagonal matrix is only ever multiplied by something: entry-by-entry products do its work then.",
                    r"Never: the whole matrix must be stored.",
                ),
                key="c",
                mistakes=(
                    Mistake("ACT-08", "a", r"$n$ outputs by $n$ inputs make an $n\times n$ matrix; the column only lists its diagonal."),
                    Mistake("memory", "b", "Size is a reason to wish for it, not one that makes it right."),
                    Mistake("store-all", "d", "All zeros off the diagonal: nothing is lost by keeping the diagonal only, if one uses it rightly."),
                ),
            ),
        ),
        hints=(
            r"A row, $1\times n$.",
            r"Entry $i$: $g_i$ if $x_i>0$, else 0.",
            r"A row times a diagonal matrix multiplies entry by entry.",
            "`g ⊙ …`",
            r"A twin with $\tanh$: $\mathbf{g}\otimes(1-\tanh(\mathbf{x})^2)^T$.",
        ),
    ),
    Exercise(
        id="A12-12",
        section="6.2",
        title="Correct the error: one more entry",
        prompt=r"""At its end section 6.2 joins the bias to the weights: $\hat{\mathbf{w}}=[\mathbf{w}^T,b]^T$, and writes
"$\hat{\mathbf{x}}=[\mathbf{x}^T,1]$". With $\mathbf{x}$ of size $n\times 1$: which shape is that as written, and which shape must
$\hat{\mathbf{x}}$ have for $\hat{\mathbf{w}}\cdot\hat{\mathbf{x}}$, in the article's own convention that vectors are columns?""",
        points=1,
        parts=(
            Part(
                "written",
                "shape",
                label=r"\text{the shape as written}",
                key="1,n+1",
                mistakes=(
                    Mistake("LOS-18", "n+1,1", r"$\mathbf{x}^T$ is a row, and the 1 is put to its right: still a row."),
                    Mistake("appended", "1,n", "The 1 is one more entry."),
                ),
            ),
            Part(
                "needed",
                "shape",
                label=r"\text{the shape that is needed}",
                key="n+1,1",
                mistakes=(
                    Mistake("LOS-18", "1,n+1", r"$\hat{\mathbf{w}}$ is a column; the dot product is between two columns, so a transpose is missing."),
                    Mistake("product", "1,1", r"That is the product $\hat{\mathbf{w}}\cdot\hat{\mathbf{x}}$ itself; asked for is $\hat{\mathbf{x}}$."),
                    Mistake("appended", "n,1", "The 1 is one more entry."),
                ),
            ),
        ),
        hints=(
            r"Two shapes, each as rows, columns. Both have the same number of entries.",
            r"For $n=2$: $\mathbf{x}^T$ is a row of two; put a 1 behind it. Does that stand upright?",
            r"Section 4.1: vectors are columns. Section 9: the dot product takes two vectors of one length.",
            r"How many entries has $\hat{\mathbf{w}}=[\mathbf{w}^T,b]^T$, and is it a row or a column?",
            r"A twin: $[\mathbf{u}^T,\mathbf{v}^T]$, with $\mathbf{u}$ of length 2 and $\mathbf{v}$ of length 3, is $1\times5$, and transposed $5\times1$.",
        ),
    ),
    Exercise(
        id="A12-13",
        section="4.5.3",
        title="Correct the error: what stands on the diagonal",
        prompt=r"""The vector chain rule section says that element-wise operations on vectors $\mathbf{w}$ and $\mathbf{x}$ have diagonal
Jacobians "with elements $\partial w_i/\partial x_i$". For $\mathbf{y}=\mathbf{f}(\mathbf{w})\bigcirc\mathbf{g}(\mathbf{x})$, what does stand on the
diagonals of $\partial\mathbf{y}/\partial\mathbf{w}$ and of $\partial\mathbf{y}/\partial\mathbf{x}$?""",
        points=1,
        parts=(
            Part(
                "answer",
                "choice",
                choices=(
                    r"$\partial y_i/\partial w_i$ and $\partial y_i/\partial x_i$",
                    r"$\partial w_i/\partial y_i$ and $\partial x_i/\partial y_i$",
                    r"$\partial x_i/\partial w_i$ and $\partial w_i/\partial x_i$",
                    r"$\partial y_i/\partial w_j$ for all $i$ and $j$",
                ),
                key="a",
                mistakes=(
                    Mistake("upside-down", "b", r"$\mathbf{y}$ is the output: it is what gets differentiated."),
                    Mistake("ELW-08", "c", r"$\mathbf{w}$ and $\mathbf{x}$ do not depend on each other: those would all be 0."),
                    Mistake("JAC-04", "d", r"Off the diagonal they are zero; the diagonal has $j=i$."),
                ),
            ),
        ),
        hints=(
            r"A letter. In a derivative the output stands above, the input below.",
            r"Take $\mathbf{y}=\mathbf{w}\otimes\mathbf{x}$ with $n=2$: its diagonals are $\mathbf{x}$ and $\mathbf{w}$. Of what, by what, are these the derivatives?",
            r"Section 4.1: entry $(i,j)$ of a Jacobian is $\partial y_i$ by variable $j$. Section 4.2: which of them are not zero here.",
            r"Rule out one: on the diagonal $i$ and $j$ are the same, so only one index is left.",
            r"A twin: for $\mathbf{y}=\mathbf{f}(\mathbf{u})$, entry by entry, the diagonal holds $\partial y_i/\partial u_i$.",
        ),
    ),
    Exercise(
        id="A12-14",
        section="beyond",
        title="Code: a Hessian by differences",
        prompt=r"""Write `hessian(f, x)`: `f` takes a 1-D array and returns a number, `x` is a 1-D array. Return the 2-D array of the
second derivatives at `x`, by central differences of central differences, accurate to about $10^{-5}$. Leave `x` as you
found it. Mind the step: a second difference divides by $h^2$, so rounding hurts sooner. It is the accuracy that is checked; with $h$ between $10^{-3}$
and $10^{-4}$ you have it.""",
        points=4,
        parts=(
            Part(
                "hessian",
                "code",
                key=_hessian,
                tolerance=1e-5,
                signature=Signature(
                    "hessian",
                    {
                        "f": Given(
                            choices=(
                                Given(formula="3 w_1^2 w_2", variables={"w": "2"}),
                                Given(formula="sin(w_1) w_2 + w_3^2 w_1", variables={"w": "3"}),
                                Given(formula="exp(w_1 w_2) / 4", variables={"w": "2"}),
                            )
                        ),
                        "x": Given(
                            choices=(
                                Given([1.3, -0.7], array=True),
                                Given([0.6, 1.7, -1.2], array=True),
                                Given([0.5, 1.4], array=True),
                            ),
                            vary=True,
                        ),
                    },
                    returns="the second derivatives, a 2-D array",
                    sizes=({}, {}, {}),
                ),
                mistakes=(
                    Mistake("JAC-04", _hessian_diagonal, "The mixed partials, one derivative by each variable, are not zero here."),
                    Mistake("HES-04", _hessian_outer, "The Hessian is the Jacobian of the gradient, not the gradient times itself."),
                    Mistake("NUM-05", _hessian_not_restored, r"A little off in the later columns: is `x[j]` still moved when the next column is worked out? Put it back, or work on a copy."),
                    Mistake("half-way", _hessian_not_back_to_the_other_side, r"Half of what it should be: the second point is not $x_j-h$. From $x_j+h$ it takes two steps down to get there."),
                    Mistake("NUM-02", _hessian_tiny_step, r"This step is lost in rounding: for a second difference take $10^{-3}$ to $10^{-4}$."),
                    Mistake("NUM-01", _hessian_wide, r"Each of the two differences is divided by $2h$: together $4h^2$."),
                ),
            ),
        ),
        hints=(
            r"For $n$ entries an $n\times n$ array.",
            r"$H_{ij}\approx\frac{g_i(\mathbf{x}+h\mathbf{e}_j)-g_i(\mathbf{x}-h\mathbf{e}_j)}{2h}$, with $g_i$ itself a central difference.",
            "Your `numeric_gradient` of A09-14 can be called on shifted points.",
            "`H[:, j] = (g(x + h * e) - g(x - h * e)) / (2 * h)`",
            "A twin, the first derivatives: `g[i] = (f(x + h * e[i]) - f(x - h * e[i])) / (2 * h)` with `e = np.eye(len(x))`.",
        ),
    ),
    Exercise(
        id="A12-15",
        section="6.2",
        title="Correct the error: a sentence about the bias",
        prompt=r"""Section 6.2 finds $\frac{\partial C}{\partial b}=\frac2N\sum_ie_i$ for the active samples, and then says in words that
this is just the average of the error, or zero, depending on the activation. What is missing in the words? **Select all that apply.**""",
        points=1,
        parts=(
            Part(
                "answer",
                "choices",
                choices=(
                    r"the factor $\mathbf{x}_i^T$",
                    "the factor 2",
                    "that each sample is added only if it is active itself, while $N$ counts all of them",
                    r"the learning rate $\eta$",
                ),
                key=("b", "c"),
                mistakes=(
                    Mistake("LOS-11", ("c",), r"An average of the $e_i$ would be $\frac1N\sum_ie_i$. Compare the factors, too."),
                    Mistake("LOS-12", ("b",), r"Right, and something else: which samples are added up, and which are counted?"),
                    Mistake("LOS-13", ("a",), r"$\partial z_i/\partial b$ is 1: there is no $\mathbf{x}_i^T$ in the bias."),
                ),
            ),
        ),
        hints=(
            r"One or more letters. Write “the average of the error” as a formula, and put it beside $\partial C/\partial b$.",
            r"Two samples, one active with $e_1=3$, one not, with $e_2=-5$: work out $\partial C/\partial b$, and the average of the errors.",
            r"Section 6.2; and an average of $N$ numbers is $\frac1N$ times the sum of *all* of them.",
            r"Rule out one: $\partial z_i/\partial b$ is 1, so no input is a factor here.",
            r"A twin: “$\frac3N\sum$ of the positive $r_i$” is not “the average of the $r_i$”: the 3 is missing, and which $r_i$ are meant.",
        ),
    ),
    Exercise(
        id="A12-17",
        section="6.1",
        title="In your own words: where the condition belongs",
        prompt=r"""You met this erratum in A09-06: the equations of section 6.1 end with $\frac{2}{N}\sum_{i=1}^Ne_i\mathbf{x}_i^T$ as one of two
cases, and with $\vec 0^T$ as the other one, where $\mathbf{w}\cdot\mathbf{x}_i+b\le0$. A classmate has copied that and asks you:
“For which $i$ do I look at the condition?” Answer in four to eight sentences, as if you were sitting side by side. Formulas go
between dollar signs, such as `$x_i$`; plain words will do as well.""",
        points=3,
        parts=(
            Part(
                "answer",
                "text",
                lines=(
                    "why the question has no answer as the formula stands, and where the case should stand instead (1 point);",
                    "an example with numbers of your own, of two samples of which one is active and one is not, and what each "
                    "adds to the sum (1 point);",
                    "what goes wrong in the example for somebody who believes the printed formula (1 point).",
                ),
                key=r"""The index $i$ lives inside the sum: outside of it there is no “the” sample $i$, so there is no single
condition to look at. Each sample has a condition of its own, and decides about its own term. So the case belongs inside:
$\frac2N\sum_i$ of $\vec 0^T$ where sample $i$ is not active, and of $e_i\mathbf{x}_i^T$ where it is.

Take $w=1$, $b=0$ and two samples with one entry each, $x_1=2$ and $x_2=-3$, with targets $y_1=1$ and $y_2=4$. Sample 1 is
active, since $wx_1+b=2>0$, and $e_1=2-1=1$, so it adds $e_1x_1=2$. Sample 2 is not active and adds $0$. The gradient is
$\frac22(2+0)=2$.

As it is printed, one either looks at sample 1 and adds up all terms, also $e_2x_2=(-3-4)(-3)=21$, which makes $23$; or one looks
at sample 2 and gets $0$, as if nothing could be learned from sample 1. Both are wrong.""",
            ),
        ),
        hints=(
            r"Four to eight sentences. Write to a person, not to a machine.",
            r"Begin with a sum of two terms, written out without $\sum$. Which index does each term have?",
            r"Section 6.1, and A09-01 for one sample: $\max(0,z)$ has its kink where *this* sample's $z$ is 0.",
            r"A beginning: “The index $i$ is only known inside …”",
            r"A twin, another misplaced case: the average of $\max(0,r_i)$ over the two numbers $r_1=4$ and $r_2=-6$ is $\frac12(4+0)=2$. "
            r"Whoever puts the case outside, “the average $-1$ if $r_i>0$, else $0$”, cannot say which $r_i$ is meant, and gets $2$ in neither case.",
        ),
    ),
    Exercise(
        id="A12-16",
        section="10",
        title="Reading other people's formulas",
        prompt=r"""Section 10 points to programs and books that differentiate matrix expressions. Many use another layout. One prints
$\partial(\mathbf{v}^T\mathbf{x})/\partial\mathbf{x}=\mathbf{v}$ and
$\partial(\mathbf{x}^TQ\mathbf{x})/\partial\mathbf{x}=(Q+Q^T)\mathbf{x}$, but also $\partial(A\mathbf{x})/\partial\mathbf{x}=A$. Write all
three in the article's layout. ($A$ is $m\times n$, $Q$ is $n\times n$.)""",
        variables={"v": "n", "x": "n", "Q": "n,n", "A": "m,n"},
        points=2,
        parts=(
            Part("linear", label=r"\partial(\mathbf{v}^T\mathbf{x})/\partial\mathbf{x}", f="v^T x", wrt="x", key="v^T", layout_credit=0.0,
                 mistakes=(Mistake("PAR-08", "v", "In the article's layout a gradient is a row."),)),
            Part("quadratic", label=r"\partial(\mathbf{x}^TQ\mathbf{x})/\partial\mathbf{x}", f="x^T Q x", wrt="x", key="x^T (Q + Q^T)", layout_credit=0.0,
                 mistakes=(
                     Mistake("PAR-08", "(Q + Q^T) x", "In the article's layout a gradient is a row: transpose the whole product."),
                     Mistake("HES-01", "2 x^T Q", "That is right only for a symmetric $Q$."),
                 )),
            Part("matrix", label=r"\partial(A\mathbf{x})/\partial\mathbf{x}", f="A x", wrt="x", key="A", layout_credit=0.0,
                 mistakes=(Mistake("LAY-01", "A^T", r"One transpose too many: rows count outputs, and there are $m$ of them. Which of the two has $m$ rows?"),)),
        ),
        hints=(
            r"$1\times n$, $1\times n$, $m\times n$.",
            "Count: a row for each output, a column for each input. Which of the three have that already?",
            r"$(B\mathbf{x})^T=\mathbf{x}^TB^T$, and $(Q+Q^T)^T=Q+Q^T$.",
            r"$\mathbf{v}^T\mathbf{x}$ is one number, so its derivative is one row.",
            r"A twin: $\mathbf{x}^T\mathbf{x}$, printed elsewhere as $2\mathbf{x}$, is $2\mathbf{x}^T$ here.",
        ),
    ),
)
