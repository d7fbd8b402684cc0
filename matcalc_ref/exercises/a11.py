"""A11, several layers: back-propagation, softmax and cross-entropy. Beyond the article."""

import numpy as np

from matcalc_ref.record import Exercise, Given, Mistake, Part, Signature, Step
from matcalc_ref.variants import Template


def _two_layer_grads(W1, b1, W2, b2, X, T):
    A = np.tanh(X @ W1.T + b1)
    G2 = 2 / len(X) * (A @ W2.T + b2 - T)
    G1 = G2 @ W2 * (1 - A**2)
    return G1.T @ X, G1.sum(axis=0), G2.T @ A, G2.sum(axis=0)


def _grads_after_the_step(W1, b1, W2, b2, X, T):
    A = np.tanh(X @ W1.T + b1)
    G2 = 2 / len(X) * (A @ W2.T + b2 - T)
    dW2 = G2.T @ A
    G1 = G2 @ (W2 - 0.1 * dW2) * (1 - A**2)
    return G1.T @ X, G1.sum(axis=0), dW2, G2.sum(axis=0)


def _grads_from_ones(W1, b1, W2, b2, X, T):
    A = np.tanh(X @ W1.T + b1)
    G2 = np.ones((len(X), len(b2)))
    G1 = G2 @ W2 * (1 - A**2)
    return G1.T @ X, G1.sum(axis=0), G2.T @ A, G2.sum(axis=0)


def _grads_with(slope="right", top=2.0, twice=False, bias="sum", mean=True, of_all=False):
    def two_layer_grads(W1, b1, W2, b2, X, T):
        A = np.tanh(X @ W1.T + b1)
        slopes = {
            "right": 1 - A**2,
            "tanh twice": 1 - np.tanh(A) ** 2,
            "missing": np.ones_like(A),
            "sigmoid": A * (1 - A),
            "summed": 1 - np.sum(A**2, axis=1, keepdims=True),
        }[slope]
        G2 = top / (T.size if of_all else len(X) if mean else 1) * (A @ W2.T + b2 - T)
        G1 = G2 @ W2 * slopes / (len(X) if twice else 1)
        db1, db2 = ({"sum": G.sum(axis=0), "mean": G.mean(axis=0), "none": G}[bias] for G in (G1, G2))
        return G1.T @ X, db1, G2.T @ A, db2

    return two_layer_grads


def _relative_error(a, n):
    return np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n))


def _absolute_error(a, n):
    return np.linalg.norm(a - n)


def _relative_to_the_sum(a, n):
    return np.linalg.norm(a - n) / np.linalg.norm(a + n)


def _relative_to_one(a, n):
    return np.linalg.norm(a - n) / np.linalg.norm(a)


def _softmax_ce_backward(Z, Y):
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True) - Y) / len(Z)


def _backward_sum(Z, Y):
    return _softmax_ce_backward(Z, Y) * len(Z)


def _backward_mean_of_all(Z, Y):
    return _softmax_ce_backward(Z, Y) / Z.shape[1]


def _backward_sign(Z, Y):
    return -_softmax_ce_backward(Z, Y)


def _backward_wrong_axis(Z, Y):
    powers = np.exp(Z - Z.max(axis=0, keepdims=True))
    return (powers / powers.sum(axis=0, keepdims=True) - Y) / len(Z)


def _backward_largest_of_all(Z, Y):
    with np.errstate(all="ignore"):
        powers = np.exp(Z - Z.max())
        return (powers / powers.sum(axis=1, keepdims=True) - Y) / len(Z)


def _backward_unstable(Z, Y):
    with np.errstate(all="ignore"):
        powers = np.exp(Z)
        return (powers / powers.sum(axis=1, keepdims=True) - Y) / len(Z)


EXERCISES = (
    Exercise(
        id="A11-01",
        section="beyond",
        title="Two layers, link by link",
        prompt=r"""A small network: $\mathbf{z}=W\mathbf{x}+\mathbf{b}$, $\mathbf{a}=\tanh(\mathbf{z})$ entry by entry,
$\mathbf{o}=V\mathbf{a}+\mathbf{c}$, and the loss $L=\lVert\mathbf{o}-\mathbf{t}\rVert^2$ for the target $\mathbf{t}$. Sizes:
$\mathbf{x}$ has length $n$, $\mathbf{z}$ and $\mathbf{a}$ length $h$, $\mathbf{o}$, $\mathbf{c}$ and $\mathbf{t}$ length $m$.
The slope of $\tanh$ is $1-\tanh^2$. Go backwards: give the rows $\partial L/\partial\mathbf{o}$ and
$\partial L/\partial\mathbf{z}$, and $\partial L/\partial V$, $\partial L/\partial W$ **in the shapes of $V$ and $W$**. You
may use `z`, `a` and `o`.""",
        variables={"x": "n", "W": "h,n", "b": "h", "V": "m,h", "c": "m", "t": "m", "z": "h", "a": "h", "o": "m"},
        where={"z": "W x + b", "a": "tanh(W x + b)", "o": "V tanh(W x + b) + c"},
        points=4,
        parts=(
            Part(
                "go",
                label=r"\partial L/\partial\mathbf{o}",
                f="norm(o - t)^2",
                wrt="o",
                key="2 (o - t)^T",
                mistakes=(
                    Mistake("LOS-02", "(o - t)^T", "The square brings down a 2."),
                    Mistake(
                        "target-lost",
                        "2 o^T",
                        r"$\mathbf{t}$ is a constant, but it stands inside the square: the outer derivative is taken at the difference.",
                    ),
                    Mistake("LOS-03", "2 (t - o)^T", r"The loss grows when $\mathbf{o}$ moves away from $\mathbf{t}$: mind the sign."),
                ),
            ),
            Part(
                "dV",
                label=r"\partial L/\partial V",
                f="norm(V a + c - t)^2",
                wrt="V",
                key="2 (o - t) a^T",
                carries="go^T a^T",
                mistakes=(
                    Mistake(
                        "LAY-02",
                        "2 a (o - t)^T",
                        r"Right numbers in the wrong places: the row index of $V$ comes from the output.",
                        credit=0.5,
                    ),
                    Mistake("pre-activation", "2 (o - t) z^T", r"$V$ acts on $\mathbf{a}$, not on $\mathbf{z}$."),
                    Mistake("wrong-layer", "2 (o - t) ones(h)^T", r"Each column of $V$ must be scaled by its own input $a_j$."),
                ),
            ),
            Part(
                "gz",
                label=r"\partial L/\partial\mathbf{z}",
                f="norm(V tanh(z) + c - t)^2",
                wrt="z",
                key="(2 (o - t)^T V) ⊙ (1 - a^2)^T",
                carries="(go V) ⊙ (1 - a^2)^T",
                mistakes=(
                    Mistake(
                        "BPP-02",
                        "(2 (o - t)^T V) (1 - a^T a)",
                        r"The slope of $\tanh$ is taken entry by entry; $\mathbf{a}^T\mathbf{a}$ is one number for the whole layer.",
                    ),
                    Mistake(
                        "BPP-03",
                        "(2 (o - t)^T V) ⊙ (1 - tanh(a)^2)^T",
                        r"$\mathbf{a}$ is already $\tanh(\mathbf{z})$; do not apply $\tanh$ twice.",
                    ),
                    Mistake(
                        "BPP-05",
                        "(2 (o - t)^T (V - 0.1 (2 (o - t) a^T))) ⊙ (1 - a^2)^T",
                        r"Use the $V$ of the forward pass: first all gradients, then the update.",
                    ),
                    Mistake("VCH-06", "2 (o - t)^T V", r"You stopped at $\mathbf{a}$: the slope of $\tanh$ is missing."),
                    Mistake("derivative-missing", "(2 (o - t)^T V) ⊙ a^T", r"Multiply by the *slope* of $\tanh$, not by its value."),
                ),
            ),
            Part(
                "dW",
                label=r"\partial L/\partial W",
                f="norm(V tanh(W x + b) + c - t)^2",
                wrt="W",
                key="((2 V^T (o - t)) ⊙ (1 - a^2)) x^T",
                carries="gz^T x^T",
                mistakes=(
                    Mistake(
                        "BPP-03",
                        "((2 V^T (o - t)) ⊙ (1 - tanh(a)^2)) x^T",
                        r"$\mathbf{a}$ is already $\tanh(\mathbf{z})$; do not apply $\tanh$ twice.",
                    ),
                    Mistake(
                        "BPP-02",
                        "(2 V^T (o - t)) (1 - a^T a) x^T",
                        r"The slope of $\tanh$ is taken entry by entry; $\mathbf{a}^T\mathbf{a}$ is one number for the whole layer.",
                    ),
                    Mistake("VCH-06", "(2 V^T (o - t)) x^T", r"The slope of $\tanh$ is missing on the way."),
                    Mistake(
                        "LAY-02",
                        "x ((2 (o - t)^T V) ⊙ (1 - a^2)^T)",
                        r"Right numbers in the wrong places: the row index of $W$ comes from the output.",
                        credit=0.5,
                    ),
                ),
            ),
        ),
        hints=(
            r"$1\times m$, $m\times h$, $1\times h$, $h\times n$.",
            r"$\partial L/\partial a_j=\sum_i\frac{\partial L}{\partial o_i}V_{ij}$, and $\partial a_j/\partial z_j=1-a_j^2$.",
            "A10-04 twice, and A10-07 with another slope in between.",
            r"$\partial L/\partial\mathbf{o}=2\,(\,\cdot\,)^T$.",
            r"A twin: with the sigmoid in the place of $\tanh$, $1-\mathbf{a}\otimes\mathbf{a}$ becomes $\mathbf{a}\otimes(1-\mathbf{a})$.",
        ),
    ),
    Exercise(
        id="A11-02",
        section="beyond",
        title="From which end?",
        prompt=r"""$y=f_3(\mathbf{f}_2(\mathbf{f}_1(\mathbf{x})))$ is one number. Call the Jacobian of $f_3$ `J` ($1\times m$), that of
$\mathbf{f}_2$ `K` ($m\times k$) and that of $\mathbf{f}_1$ `M` ($k\times n$). Give $\partial y/\partial\mathbf{x}$. Then
let $m=k=n=100$ and count the multiplications of numbers that each grouping needs (a $p\times q$ matrix times a
$q\times r$ one needs $pqr$). Type plain digits, such as `1500`.""",
        variables={"J": "1,m", "K": "m,k", "M": "k,n"},
        points=2,
        parts=(
            Part(
                "product",
                label=r"\partial y/\partial\mathbf{x}",
                key="J K M",
                mistakes=(
                    Mistake("VCH-06", "J K", r"You stopped at $\mathbf{f}_1$: multiply by its Jacobian on the right."),
                    Mistake("BPP-08", "(J K M)^T", r"The last function's Jacobian stands on the left, and the result is a row.", credit=0.5),
                ),
            ),
            Part(
                "left",
                "number",
                label=r"\text{from the left, } (JK)M",
                key="20000",
                mistakes=(
                    Mistake("one-product", "10000", "That is the first product only; a second one follows."),
                    Mistake("matrix-matrix", "1010000", "That is the grouping from the right."),
                ),
            ),
            Part(
                "right",
                "number",
                label=r"\text{from the right, } J(KM)",
                key="1010000",
                mistakes=(
                    Mistake("one-product", "1000000", "That is the product of the two matrices; the row times it follows."),
                    Mistake("row-first", "20000", "That is the grouping from the left."),
                ),
            ),
        ),
        hints=(
            r"A row, $1\times n$.",
            r"A row of 100 times a $100\times 100$ matrix: 100 entries, each with 100 multiplications.",
            "Section 4.5.3 for the order; this is why back-propagation starts at the loss.",
            r"$(1\times 100)(100\times 100)$ needs $1\cdot100\cdot100=10000$.",
            "A twin with $m=k=n=10$: 200 from the left, 1100 from the right.",
        ),
    ),
    Exercise(
        id="A11-03",
        section="beyond",
        title="Backwards through a graph",
        prompt=r"""Forward: $a=2$, $b=-3$, $c=10$, $f=-2$; then $e=ab+a$, $d=e+c$, $L=d\cdot f$. Note that $a$ is used twice. Give the
derivatives of $L$ by each.""",
        points=3,
        parts=(
            Part("df", "number", label=r"dL/df", key="6", mistakes=(Mistake("other-factor", "-2", r"In $d\cdot f$ the derivative by one factor is the other one."),)),
            Part("dd", "number", label=r"dL/dd", key="-2", mistakes=(Mistake("other-factor", "6", r"In $d\cdot f$ the derivative by one factor is the other one."),)),
            Part(
                "dc",
                "number",
                label=r"dL/dc",
                key="-2",
                carries="dd",
                mistakes=(
                    Mistake("CH1-03", "-1", "Along one path the derivatives are multiplied, not added."),
                    Mistake("local-only", "1", r"That is $\partial d/\partial c$; multiply by $dL/dd$."),
                ),
            ),
            Part("de", "number", label=r"dL/de", key="-2", carries="dd", mistakes=(Mistake("local-only", "1", r"That is $\partial d/\partial e$; multiply by $dL/dd$."),)),
            Part(
                "da",
                "number",
                label=r"dL/da",
                key="4",
                carries="(-3 + 1) de",
                mistakes=(
                    Mistake("BPP-07", "6", r"That is the path through the product only. $a$ is used twice, and gradients add up."),
                    Mistake("one-path", "-2", r"Two paths lead from $a$ to $e$: add their links, and multiply by $dL/de$."),
                    Mistake("TOT-03", "-12", "The two paths are added; multiplied are only the links along one path."),
                ),
            ),
            Part(
                "db",
                "number",
                label=r"dL/db",
                key="-4",
                carries="2 de",
                mistakes=(
                    Mistake("local-only", "2", r"That is $\partial e/\partial b$; multiply by $dL/de$."),
                    Mistake("other-factor", "6", r"In $ab$ the derivative by $b$ is $a$."),
                ),
            ),
        ),
        hints=(
            "Six numbers. First compute $e$, $d$ and $L$ forward.",
            r"$e=-4$, $d=6$, $L=-12$.",
            "Section 4.5.2: multiply along a path, add over the paths. Start at $L$.",
            r"$dL/df=d=6$.",
            r"A twin: $e=ab$ alone gives $dL/da=dL/de\cdot b$.",
        ),
    ),
    Exercise(
        id="A11-04",
        section="beyond",
        title="A skip connection",
        prompt=r"""Some layers add their input to their output: $\mathbf{y}=\mathbf{x}+\sigma(B\mathbf{x})$ with a square $B$ ($n\times n$)
and the sigmoid entry by entry, $\sigma'=\sigma(1-\sigma)$. Give $\partial\mathbf{y}/\partial\mathbf{x}$. You may use
$\mathbf{s}=\sigma(B\mathbf{x})$.""",
        variables={"B": "n,n", "x": "n", "s": "n"},
        where={"s": "sigmoid(B x)"},
        points=2,
        parts=(
            Part(
                "answer",
                label=r"\partial\mathbf{y}/\partial\mathbf{x}",
                f="x + sigmoid(B x)",
                wrt="x",
                key="eye(n) + diag(s ⊙ (1 - s)) B",
                mistakes=(
                    Mistake("BPP-06", "diag(s ⊙ (1 - s)) B", r"$\mathbf{x}$ reaches $\mathbf{y}$ by two paths; add the direct one."),
                    Mistake("outer-missing", "eye(n) + B", "The slope of the sigmoid is missing."),
                    Mistake("ACT-14", "eye(n) + diag(1 - s^2) B", r"That is the slope of another function, $\tanh$; this one is the sigmoid."),
                    Mistake("VCH-08", "eye(n) + B diag(s ⊙ (1 - s))", "The outer function's Jacobian goes on the left."),
                    Mistake("VCH-06", "eye(n) + diag(s ⊙ (1 - s))", r"The inner Jacobian, of $B\mathbf{x}$, is missing."),
                    Mistake("ones-for-identity", "ones(n) ones(n)^T + diag(s ⊙ (1 - s)) B", r"$\partial\mathbf{x}/\partial\mathbf{x}$ has zeros off the diagonal."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "g": (("sin", r"\sin"), ("cos", r"\cos"), ("exp", r"\exp"), ("tanh", r"\tanh"))},
            prompt=r"""A layer adds a multiple of its input to its output: $\mathbf{y}=«a»\mathbf{x}+«g»(B\mathbf{x})$ with a square $B$ and the function applied to each entry. Give $\partial\mathbf{y}/\partial\mathbf{x}$.""",
            parts={"answer": {"f": "«a»*x + «g»(B x)", "label": r"\partial\mathbf{y}/\partial\mathbf{x}", "mistakes": {}}},
            variables={"B": "n,n", "x": "n"},
            where={},
        ),
        hints=(
            r"$n\times n$.",
            r"Entry $(i,j)$: $[i=j]+\sigma'\big((B\mathbf{x})_i\big)B_{ij}$.",
            "Section 4.5.2: two paths, so two terms. A07-05 has the second one.",
            "It begins with `I +`.",
            r"A twin: $\mathbf{x}+\sin(B\mathbf{x})$ has $I+diag(\cos(B\mathbf{x}))B$.",
        ),
    ),
    Exercise(
        id="A11-05",
        section="beyond",
        title="The sigmoid's slope, line by line",
        prompt=r"""You have used $\sigma'=\sigma(1-\sigma)$; now derive it. Start from the derivative of $\sigma(z)=1/(1+e^{-z})$ and
write equal expressions, one to a line, until only $s=\sigma(z)$ is left. Each line is checked against the one
before. Type them as a list of texts, such as `["3/(1 + exp(-z))", "3*s"]`, and a product with a parenthesis with a `*`.""",
        variables={"z": "", "s": ""},
        where={"s": "1/(1 + exp(-z))"},
        points=2,
        parts=(
            Part(
                "answer",
                "derivation",
                label=r"d\sigma/dz",
                f="1/(1 + exp(-z))",
                wrt="z",
                key="s (1 - s)",
                ends_in=("s",),
                lines=("-1/(1 + exp(-z))^2*(-exp(-z))", "exp(-z)/(1 + exp(-z))^2", "s (1 - s)"),
                steps=(
                    Step(r"the derivative of the outer function, $\frac1u$, at $u=1+e^{-z}$",
                         ("1/(1 + exp(-z))^2", "(1 + exp(-z))^2", "(1 + exp(z))^2", "1/(1 + exp(z))^2")),
                    Step(r"the derivative of the inside by $z$", ("exp(-z)", "-exp(-z)", "exp(z)")),
                ),
                mistakes=(
                    Mistake("SCA-04", "-1/(1 + exp(-z))^2", r"That is the outer derivative only; multiply by the derivative of $1+e^{-z}$."),
                    Mistake("SCA-07", "-exp(-z)/(1 + exp(-z))^2", r"Two minus signs meet: one of $1/u$, one of $e^{-z}$."),
                    Mistake("sigmoid-slope", "s (1 + s)", r"Mind the sign: $1-s=e^{-z}/(1+e^{-z})$."),
                ),
            ),
        ),
        hints=(
            "A number.",
            r"With $u=1+e^{-z}$: $\frac{d}{dz}\frac1u=-\frac1{u^2}\frac{du}{dz}$ and $\frac{du}{dz}=-e^{-z}$.",
            "Section 4.5.1, the single-variable chain rule.",
            r"Split the fraction: $\frac{e^{-z}}{(1+e^{-z})^2}=\frac1{1+e^{-z}}\cdot\frac{e^{-z}}{1+e^{-z}}$.",
            r"A twin: $t=1/(1+e^{-2z})$ has $2\,t\,(1-t)$.",
        ),
    ),
    Exercise(
        id="A11-06",
        section="beyond",
        title="Softmax",
        prompt=r"""$\mathbf{p}=\mathrm{softmax}(\mathbf{z})$ has the entries $p_i=e^{z_i}/\sum_j e^{z_j}$; they are positive and add up to 1. Give
the column of the $\partial p_i/\partial z_i$ (each entry by its *own* logit) and then the whole Jacobian. You may use
`p`.""",
        variables={"z": "n", "p": "n"},
        where={"p": "softmax(z)"},
        points=3,
        parts=(
            Part(
                "own",
                label=r"\text{the column of the } \partial p_i/\partial z_i",
                key="p ⊙ (1 - p)",
                mistakes=(
                    Mistake("sum-held", "p", r"$z_i$ stands in the numerator and in the sum below: two terms."),
                    Mistake("sum-only", "-p^2", r"$z_i$ stands in the numerator as well: two terms."),
                ),
            ),
            Part(
                "J",
                label=r"\partial\mathbf{p}/\partial\mathbf{z}",
                f="softmax(z)",
                wrt="z",
                key="diag(p) - p p^T",
                weight=2,
                mistakes=(
                    Mistake("SMX-01", "diag(p ⊙ (1 - p))", r"Softmax is not element-wise: every $p_i$ depends on every $z_j$ through the sum."),
                    Mistake("SMX-02", "diag(p) + p p^T", r"Raising $z_j$ lowers the other $p_i$: what sign must the other entries have?"),
                    Mistake("sum-held", "diag(p)", "The sum below moves too: one more term."),
                    Mistake("sum-only", "-p p^T", r"The numerator moves too: one more term, on the diagonal."),
                    Mistake("identity", "eye(n) - p p^T", r"The numerator's own derivative is $p_i$, not 1."),
                ),
            ),
        ),
        hints=(
            r"A column of $n$; then $n\times n$.",
            r"For $i\ne j$ only the sum below contains $z_j$: $\partial p_i/\partial z_j=-e^{z_i}e^{z_j}/\big(\sum_ke^{z_k}\big)^2$.",
            r"The quotient rule, with $\partial\big(\sum_j e^{z_j}\big)/\partial z_j=e^{z_j}$.",
            "`diag(p) - …`",
            r"A twin: $\mathbf{p}=\mathbf{x}/\mathrm{sum}(\mathbf{x})$ has $\frac1{sum(\mathbf{x})}\big(I-\mathbf{p}\vec 1^T\big)$.",
        ),
    ),
    Exercise(
        id="A11-07",
        section="beyond",
        title="Cross-entropy",
        prompt=r"""The loss of a classifier is $C=-\sum_i y_i\ln p_i$ with $\mathbf{p}=\mathrm{softmax}(\mathbf{z})$; $\mathbf{y}$ is 1 for the true
class and 0 elsewhere; all that you need of it is that its entries add up to 1. Give $\partial C/\partial\mathbf{p}$ and
$\partial C/\partial\mathbf{z}$ as rows. You may use `p`; `y ⊘ p` divides entry by entry.""",
        variables={"z": "n", "p": "n", "y": "n"},
        where={"p": "softmax(z)", "y": "softmax(-2 z)"},
        points=3,
        parts=(
            Part(
                "dp",
                label=r"\partial C/\partial\mathbf{p}",
                f="-sum(y ⊙ ln(p))",
                wrt="p",
                key="-(y ⊘ p)^T",
                mistakes=(
                    Mistake("SCA-07", "(y ⊘ p)^T", "The minus in front of the sum stays."),
                    Mistake("SUM-11", "-sum(y ⊘ p)", "Do not add up: the gradient keeps one entry for each $p_i$."),
                    Mistake("no-log", "-y^T", r"The derivative of $\ln p_i$ is missing.", also=("-ones(n)^T",)),
                    Mistake("y-lost", "-(ones(n) ⊘ p)^T", r"$y_i$ is a constant factor and stays."),
                ),
            ),
            Part(
                "dz",
                label=r"\partial C/\partial\mathbf{z}",
                f="-sum(y ⊙ ln(softmax(z)))",
                wrt="z",
                key="(p - y)^T",
                carries="dp (diag(p) - p p^T)",
                weight=2,
                mistakes=(
                    Mistake("SMX-03", "(y - p)^T", "Sign: the loss falls when the true class's logit rises, so that entry is negative."),
                    Mistake("SMX-05", "-(y ⊘ p)^T", r"That is $\partial C/\partial\mathbf{p}$; multiply by the softmax Jacobian on the right."),
                    Mistake("sum-held", "-y^T", r"The sum inside softmax moves too: the Jacobian is not just $\mathrm{diag}(\mathbf{p})$."),
                    Mistake("SMX-01", "-(y ⊙ (1 - p))^T", r"Softmax is not element-wise: its Jacobian has entries off the diagonal."),
                ),
            ),
        ),
        hints=(
            r"Two rows, $1\times n$.",
            r"Entry $i$ of the first: the derivative of $-y_i\ln p_i$ by $p_i$.",
            r"Section 4.5.3: $\frac{\partial C}{\partial\mathbf{p}}\frac{\partial\mathbf{p}}{\partial\mathbf{z}}$ with A11-06; "
            r"use $\mathbf{y}^T\vec 1=1$.",
            r"$-\big(\mathbf{y}\oslash\mathbf{p}\big)^T\big(\mathrm{diag}(\mathbf{p})-\mathbf{p}\mathbf{p}^T\big)$: multiply it out.",
            r"A twin: if class 1 is the true one, the first row is $[-1/p_1,\,0,\dots,0]$.",
        ),
    ),
    Exercise(
        id="A11-15",
        section="beyond",
        title="Where softmax comes from, line by line",
        prompt=r"""A short cut past A11-07. Since $\ln p_i=z_i-\ln\sum_je^{z_j}$ and the $y_i$ add up to 1, the same loss is
$C=\ln \mathrm{sum}(e^{\mathbf{z}})-\mathbf{y}^T\mathbf{z}$, with $e^{\mathbf{z}}$ taken entry by entry. Derive
$\partial C/\partial\mathbf{z}$ as a row: a list of texts, single links or the whole derivative, each equal to the one before. The
last line has `p` and `y` only, with $\mathbf{p}=\mathrm{softmax}(\mathbf{z})$. Type $e^{\mathbf{z}}$ as `exp(z)`. For
$\mathrm{sum}(\mathbf{z}\otimes\mathbf{z})$ a list could be `["u = z ⊙ z", "du/dz = 2 diag(z)", "ones(n)^T * 2 diag(z)", "2 z^T"]`.""",
        variables={"z": "n", "y": "n", "p": "n"},
        where={"p": "softmax(z)"},
        points=3,
        parts=(
            Part(
                "answer",
                "derivation",
                label=r"\partial C/\partial\mathbf{z}",
                f="ln(sum(exp(z))) - y^T z",
                wrt="z",
                key="(p - y)^T",
                ends_in=("p", "y"),
                lines=("1/sum(exp(z)) * exp(z)^T - y^T", "p^T - y^T"),
                steps=(
                    Step("the derivative of the logarithm, at what stands inside", ("1/sum(exp(z))", "sum(exp(z))")),
                    Step(r"the derivative of the sum of exponentials by $\mathbf{z}$", ("exp(z)^T", "exp(z)")),
                ),
                mistakes=(
                    Mistake("PAR-08", "p - y", "Right numbers, wrong layout: one output makes one row.", credit=0.5),
                    Mistake("SCA-04", "ones(n)^T/sum(exp(z)) - y^T", r"That is the outer derivative only: multiply by the derivative of the sum."),
                    Mistake("log-of-sum", "ones(n)^T - y^T", r"The logarithm is taken of the *sum*: $\ln(a+b)$ is not $\ln a+\ln b$."),
                    Mistake("y-lost", "p^T", r"The second term, $\mathbf{y}^T\mathbf{z}$, moves as well."),
                    Mistake("SCA-07", "(p + y)^T", r"The second term is taken away."),
                    Mistake("no-softmax", "exp(z)^T - y^T", r"The derivative of $\ln u$ is $1/u$: what must each $e^{z_j}$ be divided by?"),
                ),
            ),
        ),
        hints=(
            r"A row with $n$ entries, and at least two lines before the last one.",
            r"By $z_1$ alone: which terms of $\ln(e^{z_1}+\cdots+e^{z_n})-y_1z_1-\cdots-y_nz_n$ contain it?",
            "Section 4.5.3, the vector chain rule: a number in the middle makes a number times a row; and section 4.4 for the sum.",
            'A first line: `"u = sum(exp(z))"`. Then the derivative of the first term is `1/u` times `du/dz`.',
            r"A twin: $\ln \mathrm{sum}(\mathbf{z}\otimes\mathbf{z})$ has $\frac1{sum(\mathbf{z}\otimes\mathbf{z})}\cdot2\mathbf{z}^T$.",
        ),
    ),
    Exercise(
        id="A11-08",
        section="beyond",
        title="Softmax in numbers",
        prompt=r"""Let $\mathbf{z}=[1,2,0]^T$, and let the second class be the true one. Give $\mathbf{p}=\mathrm{softmax}(\mathbf{z})$ as a column and
$\partial C/\partial\mathbf{z}$ of the cross-entropy as a row, with four digits.""",
        points=2,
        parts=(
            Part(
                "p",
                "number",
                label=r"\mathbf{p}",
                key="softmax([1; 2; 0])",
                tolerance=5e-4,
                mistakes=(
                    Mistake("no-exp", "[1/3; 2/3; 0]", r"First take $e^{z_i}$ of each, then divide by their sum."),
                    Mistake("not-divided", "[e; e^2; 1]", "Divide each by the sum of all three."),
                ),
            ),
            Part(
                "dz",
                "number",
                label=r"\partial C/\partial\mathbf{z}",
                key="(softmax([1; 2; 0]) - [0; 1; 0])^T",
                carries="(p - [0; 1; 0])^T",
                tolerance=5e-4,
                mistakes=(
                    Mistake("SMX-03", "([0; 1; 0] - softmax([1; 2; 0]))^T", "Sign: the loss falls when the true class's logit rises."),
                    Mistake("wrong-class", "(softmax([1; 2; 0]) - [1; 0; 0])^T", "The true class is the second one."),
                    Mistake("y-forgotten", "softmax([1; 2; 0])^T", r"$\mathbf{y}=[0,1,0]^T$ is still to be subtracted."),
                ),
            ),
        ),
        hints=(
            "A column of three that add up to 1; a row of three that add up to 0.",
            r"$e^1+e^2+e^0\approx 2.7183+7.3891+1=11.1073$.",
            "A11-07's second answer.",
            r"$p_1\approx 2.7183/11.1073$.",
            r"A twin: $\mathbf{z}=[0,0]^T$ with the first class true: $\mathbf{p}=[0.5,0.5]^T$ and $[-0.5,\,0.5]$.",
        ),
    ),
    Exercise(
        id="A11-09",
        section="beyond",
        title="A batch of them",
        prompt=r"""Row $i$ of $Z$ ($N\times k$) holds the logits of sample $i$, row $i$ of $Y$ its true class (a 1 and zeros; all that you need is their sum),
and $P$ is the softmax of each row. The loss is the mean over the samples,
$C=-\frac1N\sum_{i}\sum_{j}Y_{ij}\ln P_{ij}$. Give $\partial C/\partial Z$ **in the shape of $Z$**. You may use `P`, and
`softmax_rows(Z)`.""",
        variables={"Z": "N,k", "Y": "N,k", "P": "N,k"},
        where={"P": "softmax_rows(Z)", "Y": "softmax_rows(-2 Z)"},
        points=2,
        parts=(
            Part(
                "answer",
                label=r"\partial C/\partial Z",
                f="-(1/N) sum(Y ⊙ ln(softmax_rows(Z)))",
                wrt="Z",
                key="(P - Y)/N",
                mistakes=(
                    Mistake("SMX-06", "P - Y", r"The loss is a mean over $N$ rows: divide by $N$."),
                    Mistake("SMX-03", "(Y - P)/N", "Sign: the loss falls when the true class's logit rises."),
                    Mistake("SMX-07", "(softmax_rows(Z^T)^T - Y)/N", "Normalise over the classes (each row), not over the batch (each column)."),
                    Mistake("LAY-08", "(P - Y)/N^2", r"The $1/N$ stands in the loss once, so it enters once."),
                    Mistake("SMX-05", "-(Y ⊘ P)/N", r"That is $\partial C/\partial P$; go on to $Z$ through the softmax of each row."),
                ),
            ),
        ),
        hints=(
            r"The shape of $Z$: $N\times k$.",
            "Row $i$ is A11-07's answer for sample $i$, times what the mean puts in front.",
            r"Each sample's logits enter only its own term of the sum.",
            "It begins with `(P`.",
            "A twin: for a single sample, $N=1$, it is the row of A11-07.",
        ),
    ),
    Exercise(
        id="A11-10",
        section="beyond",
        title="What softmax does not see",
        prompt=r"""Take the softmax Jacobian $\partial\mathbf{p}/\partial\mathbf{z}$ of A11-06 and multiply it by a column of ones. What is
$\frac{\partial\mathbf{p}}{\partial\mathbf{z}}\,\vec 1$, and why?""",
        points=1,
        parts=(
            Part(
                "answer",
                "choice",
                choices=(
                    r"$\vec 0$, because adding one constant to all logits changes no probability",
                    r"$\vec 1$, because the probabilities add up to 1",
                    r"$\mathbf{p}$, because $\mathrm{diag}(\mathbf{p})\,\vec 1=\mathbf{p}$",
                    r"It cannot be said without knowing $\mathbf{p}$.",
                ),
                key="a",
                mistakes=(
                    Mistake("sum-one", "b", r"The probabilities do add up to 1, and so $\mathbf{p}^T\vec 1=1$. Put that in."),
                    Mistake("SMX-01", "c", r"That is what the diagonal part alone would give; the Jacobian has a second term."),
                    Mistake("unknown", "d", r"$\mathrm{diag}(\mathbf{p})\,\vec 1=\mathbf{p}$, and $\mathbf{p}^T\vec 1$ is the sum of the entries."),
                ),
            ),
        ),
        hints=(
            r"A letter; the product is a column.",
            r"Take two classes with $\mathbf{p}=[0.7,0.3]^T$: the Jacobian is $\begin{bmatrix}0.21&-0.21\\-0.21&0.21\end{bmatrix}$. Multiply.",
            r"Section 4.1: a Jacobian times a direction says how the outputs change when the inputs move that way; here all logits rise together.",
            r"$\mathbf{p}^T\vec 1=\sum_ip_i=1$.",
            r"A twin: $\mathbf{x}-\mathrm{mean}(\mathbf{x})$ does not change either when all entries rise together, and its Jacobian times $\vec 1$ tells it.",
        ),
    ),
    Exercise(
        id="A11-11",
        section="beyond",
        title="Taking off the mean",
        prompt=r"""The first half of batch normalisation subtracts the mean from each entry: $\mathbf{y}=\mathbf{x}-\mathrm{mean}(\mathbf{x})$, where
$\mathrm{mean}(\mathbf{x})=\mathrm{sum}(\mathbf{x})/n$ moves with $\mathbf{x}$. Give $\partial\mathbf{y}/\partial\mathbf{x}$.""",
        variables={"x": "n"},
        points=2,
        parts=(
            Part(
                "answer",
                label=r"\partial\mathbf{y}/\partial\mathbf{x}",
                f="x - sum(x)/n",
                wrt="x",
                key="eye(n) - ones(n) ones(n)^T/n",
                mistakes=(
                    Mistake("TOT-10", "eye(n)", r"The mean moves when any $x_j$ moves: there is a second path, with $-1/n$."),
                    Mistake("diagonal-only", "(1 - 1/n) eye(n)", r"The mean contains every $x_j$, so there is something off the diagonal too."),
                    Mistake("n-lost", "eye(n) - ones(n) ones(n)^T", r"The mean divides by $n$."),
                    Mistake("sign-of-path", "eye(n) + ones(n) ones(n)^T/n", "The mean is subtracted."),
                    Mistake("summed", "zeros(n)^T", r"The entries of each column do add up to 0, but here nothing is added up: $n\times n$."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "b": (2, 3, 4)},
            prompt=r"""Let $\mathbf{y}=«f:answer»$: the same number is subtracted from each entry, and it moves with $\mathbf{x}$. Give
$\partial\mathbf{y}/\partial\mathbf{x}$.""",
            parts={
                "answer": {
                    "f": "«a»*x - sum(x)/«b»",
                    "mistakes": {
                        "TOT-10": ("«a»*eye(n)", r"The number that is subtracted moves when any $x_j$ moves: there is a second path."),
                        "diagonal-only": ("(«a» - 1/«b») eye(n)", r"The sum contains every $x_j$, so there is something off the diagonal too."),
                    },
                }
            },
        ),
        hints=(
            r"$n\times n$.",
            r"Entry $(i,j)$: 1 for $i=j$, else 0, from $x_i$; and from the mean $-1/n$ everywhere.",
            "Sections 4.3 and 4.5.2: the number that is subtracted depends on the vector, so there are two paths.",
            r"$\vec 1\vec 1^T$ is the matrix of ones: `ones(n) ones(n)^T`.",
            r"A twin: $\mathbf{x}+\mathrm{sum}(\mathbf{x})$ has $I+\vec 1\vec 1^T$.",
        ),
    ),
    Exercise(
        id="A11-12",
        section="beyond",
        title="Find the error: a deeper batch",
        prompt=r"""A classifier with a hidden layer of sigmoids: $A=\sigma(Z)$ ($N\times h$), logits $U=AV^T$ ($N\times m$), loss: the mean
cross-entropy over the $N$ samples. The lines go backwards; all gradients have the shapes of their variables. Which line is the first wrong
one? Then give $\partial C/\partial Z$ for an upstream $G=\partial C/\partial U$. You may use `A`. Type $1-A$ with a matrix of
ones, `ones(N, h) - A`; or use `A ⊙ A`, which squares each entry.""",
        variables={"Z": "N,h", "V": "m,h", "G": "N,m", "A": "N,h"},
        where={"A": "sigmoid(Z)"},
        points=2,
        parts=(
            Part(
                "line",
                "error",
                label=r"\text{the first wrong line}",
                key=3,
                lines=(
                    r"$G=\partial C/\partial U$, in which the $\frac1N$ of the mean stands once",
                    r"$\partial C/\partial A=GV$",
                    r"$\partial C/\partial Z=\frac1N\,(GV)\otimes A\otimes(1-A)$",
                    r"With $Z=XW^T$ the gradient by the weights is $\partial C/\partial W=\big(\partial C/\partial Z\big)^TX$",
                ),
                mistakes=(
                    Mistake("first-line", 1, "Line 1 is right: A11-09 has this gradient, with the mean's factor in it."),
                    Mistake("second-line", 2, r"Line 2 is right: $U=AV^T$, as in A10-08."),
                    Mistake("too-late", 4, "Line 4's rule is right; it only inherits the error."),
                ),
            ),
            Part(
                "dZ",
                label=r"\partial C/\partial Z",
                f="sum(G ⊙ (sigmoid(Z) V^T))",
                wrt="Z",
                key="(G V) ⊙ (A - A ⊙ A)",
                mistakes=(
                    Mistake("LAY-08", "(1/N) ((G V) ⊙ (A - A ⊙ A))", r"The mean's $1/N$ is already inside $G$; it enters once."),
                    Mistake("VCH-06", "G V", r"You stopped at $A$: the sigmoid's slope is missing."),
                    Mistake("derivative-missing", "(G V) ⊙ A", "Multiply by the sigmoid's *slope*, not by its value."),
                ),
            ),
        ),
        hints=(
            r"The shape of $Z$: $N\times h$.",
            r"Count the factors $1/N$ in the lines: how often does $1/N$ stand in the loss?",
            r"$\sigma'=\sigma(1-\sigma)$, that is $A-A\otimes A$ entry by entry.",
            "Lines 1 and 2 are right.",
            r"A twin with $\tanh$: $\partial C/\partial Z=(GV)\otimes(1-A\otimes A)$.",
        ),
    ),
    Exercise(
        id="A11-13",
        section="beyond",
        title="Code: a two-layer network",
        prompt=r"""Write two functions.

- `two_layer_grads(W1, b1, W2, b2, X, T)` for $A=\tanh(XW_1^T+\mathbf{b}_1)$, $O=AW_2^T+\mathbf{b}_2$ (the biases are added
  to each row) and the loss $C=\frac1N\lVert O-T\rVert^2$, where $N$ is the number of rows of `X`. `b1` and `b2` are 1-D
  arrays. Return four arrays in this order: the derivatives by `W1`, `b1`, `W2`, `b2`, each in the shape of its
  variable. Write their formulas; difference quotients are not accurate enough.
- `relative_error(a, n)` for two arrays of one shape: $\dfrac{\lVert a-n\rVert}{\lVert a\rVert+\lVert n\rVert}$, with
  `np.linalg.norm`. It is how one compares a gradient `a` with its numerical twin `n`; below $10^{-6}$ all is well.""",
        points=6,
        parts=(
            Part(
                "two_layer_grads",
                "code",
                key=_two_layer_grads,
                exact=True,
                weight=5,
                signature=Signature(
                    "two_layer_grads",
                    {"W1": "h,n", "b1": "h", "W2": "m,h", "b2": "m", "X": "N,n", "T": "N,m"},
                    returns="the derivatives by W1, b1, W2 and b2",
                    sizes=({"N": 5, "n": 3, "h": 4, "m": 2}, {"N": 4, "n": 2, "h": 3, "m": 5}, {"N": 3, "n": 3, "h": 3, "m": 3}),
                ),
                mistakes=(
                    Mistake("LAY-08", _grads_with(twice=True), r"The $1/N$ of the mean enters once, at the top; here it came in twice on the way down."),
                    Mistake("LOS-01", _grads_with(mean=False), r"The $1/N$ of the mean is lost."),
                    Mistake("mean-of-all", _grads_with(of_all=True), r"Divide by $N$, the number of rows, not by the number of all entries of $T$."),
                    Mistake("sigmoid-slope", _grads_with(slope="sigmoid"), r"$A(1-A)$ is the slope of the sigmoid; here the activation is $\tanh$."),
                    Mistake("LOS-02", _grads_with(top=1.0), "The square brings down a 2."),
                    Mistake("LOS-03", _grads_with(top=-2.0), r"All signs are turned round: the error is $O-T$."),
                    Mistake("BPP-03", _grads_with(slope="tanh twice"), r"$A$ is already $\tanh$ of something; do not apply $\tanh$ twice."),
                    Mistake("BPP-02", _grads_with(slope="summed"), r"In $1-A^2$ the square is taken entry by entry; you added the squares of a whole layer up."),
                    Mistake("BPP-05", _grads_after_the_step, r"The gradients by `W1` and `b1` are off: they look like those after a step on `W2`. Work out all gradients with the weights of the forward pass, then update."),
                    Mistake("NUM-06", _grads_from_ones, r"You start from an upstream of ones. The way back starts from the derivative of the loss by the output."),
                    Mistake("VCH-06", _grads_with(slope="missing"), r"The slope of $\tanh$ is missing on the way back to the first layer."),
                    Mistake("LAY-05", _grads_with(bias="none"), "The biases are used by every row of the batch: add over the batch (axis 0)."),
                    Mistake("averaged-bias", _grads_with(bias="mean"), r"Add over the batch for the biases; the mean's $1/N$ is already in."),
                ),
            ),
            Part(
                "relative_error",
                "code",
                key=_relative_error,
                signature=Signature(
                    "relative_error",
                    {"a": "m,n", "n": "m,n"},
                    returns="the relative error, a number",
                    sizes=({"m": 2, "n": 3}, {"m": 4, "n": 1}),
                ),
                mistakes=(
                    Mistake("absolute", _absolute_error, "That is the absolute error: divide by the sum of the two norms."),
                    Mistake("one-norm", _relative_to_one, "Divide by the sum of *both* norms."),
                    Mistake("norm-of-sum", _relative_to_the_sum, "Take the two norms first, and then add them: the norm of a sum is something else."),
                ),
            ),
        ),
        hints=(
            "Forward first, and keep `A`: the backward pass needs it.",
            r"Backward: first $\partial C/\partial O$ from the loss, then through the second layer and the $\tanh$. Each row is what A11-01 does for one sample.",
            "A10-13 gives each layer's three derivatives.",
            "`G2 = 2 / len(X) * (…)` is the derivative by $O$; the mean's factor is in it.",
            "A twin: without the hidden layer, `dW = G2.T @ X` and `db = G2.sum(axis=0)`.",
        ),
    ),
    Exercise(
        id="A11-14",
        section="beyond",
        title="Code: softmax and cross-entropy",
        prompt=r"""Write `softmax_ce_backward(Z, Y)`: the derivative by the logits `Z` ($N\times k$) of the mean cross-entropy, as in
A11-09, in the shape of `Z`. It must also work for logits as large as 1000, where $e^{z}$ overflows: subtracting the
largest entry of each row first changes nothing but the overflow. Write its formula; difference quotients are not accurate enough.""",
        points=4,
        parts=(
            Part(
                "softmax_ce_backward",
                "code",
                key=_softmax_ce_backward,
                exact=True,
                signature=Signature(
                    "softmax_ce_backward",
                    {
                        "Z": Given(
                            choices=(
                                Given([[1.2, -0.4, 0.7], [0.3, 2.1, -1.5]], array=True, vary=True),
                                Given([[0.5, 1.7], [-2.2, 0.4], [1.3, 0.2]], array=True, vary=True),
                                Given([[1000.0, 998.5, -1000.0], [-990.0, -991.0, -993.0], [1000.0, -1000.0, -998.5]], array=True),
                            )
                        ),
                        "Y": Given(
                            choices=(
                                Given([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], array=True),
                                Given([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]], array=True),
                                Given([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]], array=True),
                            )
                        ),
                    },
                    returns="the derivative by Z, in its shape",
                    sizes=({}, {}, {}),
                ),
                mistakes=(
                    Mistake("SMX-06", _backward_sum, r"The loss is a mean over $N$ rows: divide by $N$."),
                    Mistake("mean-of-all", _backward_mean_of_all, r"The loss is a mean over the $N$ rows: divide by their number, not by that of all entries."),
                    Mistake("SMX-03", _backward_sign, "Sign: the loss falls when the true class's logit rises."),
                    Mistake("SMX-07", _backward_wrong_axis, "Normalise over the classes (axis 1), not over the batch (axis 0)."),
                    Mistake("largest-of-all", _backward_largest_of_all, "You subtract the largest entry of all; take each row's own. A row far below it becomes zeros only, and then 0/0."),
                    Mistake("overflow", _backward_unstable, "For logits of 1000 this overflows: subtract the largest entry of each row before `np.exp`."),
                ),
            ),
        ),
        hints=(
            "`Z.max(axis=1, keepdims=True)` is the largest entry of each row, as a column.",
            "Softmax of a row does not change when you add a constant to the row (A11-10).",
            "A11-09's formula, with this softmax.",
            "`E = np.exp(Z - Z.max(axis=1, keepdims=True))`",
            "A twin: for a single row `z` softmax is `E / E.sum()` with `E = np.exp(z - z.max())`.",
        ),
    ),
)
