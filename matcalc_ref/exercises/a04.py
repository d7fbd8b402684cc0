"""A04: element-wise binary operators (sections 4.2 and 8.2)."""

from __future__ import annotations

import numpy as np

from matcalc_ref.record import Exercise, Given, Mistake, Part, Signature
from matcalc_ref.variants import Template

WX = {"w": "n", "x": "n"}


def ew_jacobian(dop, w, x):
    return np.diag(dop(w, x))


def ew_jacobian_as_vector(dop, w, x):
    return dop(w, x)


def ew_jacobian_full(dop, w, x):
    return np.outer(np.ones(len(w)), dop(w, x))


def ew_jacobian_swapped(dop, w, x):
    return np.diag(dop(x, w))


def is_elementwise(f, w, tol=1e-4, size=np.abs):
    w = np.array(w, dtype=float)
    h = 1e-6
    columns = []
    for j in range(len(w)):
        step = np.zeros(len(w))
        step[j] = h
        columns.append((np.asarray(f(w + step)) - np.asarray(f(w - step))) / (2 * h))
    jacobian = np.array(columns).T
    return bool(np.max(size(jacobian - np.diag(np.diag(jacobian)))) < tol)


def is_elementwise_without_size(f, w, tol=1e-4):
    return is_elementwise(f, w, tol, size=np.positive)


def is_elementwise_by_shape(f, w, tol=1e-4):
    return len(np.asarray(f(np.array(w, dtype=float)))) == len(w)


def is_elementwise_wrong_way_round(f, w, tol=1e-4):
    return not is_elementwise(f, w, tol)


def is_elementwise_by_one_entry(f, w, tol=1e-4):
    w = np.array(w, dtype=float)
    step = np.zeros(len(w))
    step[-1] = 1e-6
    change = (np.asarray(f(w + step)) - np.asarray(f(w - step))) / 2e-6
    return bool(abs(change[0]) < tol)


EXERCISES = (
    Exercise(
        id="A04-01",
        section="4.2",
        title="Sum and difference",
        prompt=r"""
Let $\mathbf w$ and $\mathbf x$ be columns of length $n$. Give the four Jacobians of the element-wise sum and
difference. Each answer is a matrix.""",
        variables=WX,
        points=2,
        parts=(
            Part(
                name="sum_w",
                label=r"\partial(\mathbf w+\mathbf x)/\partial\mathbf w",
                f="w + x",
                wrt="w",
                key="eye(n)",
                mistakes=(
                    Mistake(
                        "JAC-06",
                        "[eye(n), eye(n)]",
                        r"The index under $\partial$ says which vector moves. Only $\mathbf w$ moves here, so there are "
                        r"$n$ columns; the $n\times 2n$ matrix belongs to the stacked vector $[\mathbf w;\mathbf x]$.",
                    ),
                    Mistake(
                        "JAC-05",
                        "ones(n)",
                        r"$n$ outputs and $n$ inputs need $n\times n$ entries. Where do your ones stand, and what fills "
                        r"the other places? (A `1` is always the number one.)",
                        also=("ones(n)^T", "1"),
                    ),
                    Mistake(
                        "ELW-03",
                        "ones(n) ones(n)^T",
                        r"$y_i=w_i+x_i$ does not contain $w_j$ for $j\ne i$. What does that make of the entries off the "
                        r"diagonal?",
                    ),
                    Mistake(
                        "ELW-08",
                        "2 eye(n)",
                        r"Only $\mathbf w$ moves; $\mathbf x$ stands still and adds nothing to this Jacobian.",
                    ),
                ),
            ),
            Part(
                name="sum_x",
                label=r"\partial(\mathbf w+\mathbf x)/\partial\mathbf x",
                f="w + x",
                wrt="x",
                key="eye(n)",
                mistakes=(
                    Mistake(
                        "JAC-06",
                        "[eye(n), eye(n)]",
                        r"Only $\mathbf x$ moves here, so the Jacobian has $n$ columns, not $2n$.",
                    ),
                    Mistake(
                        "JAC-05",
                        "ones(n)",
                        r"$n$ outputs and $n$ inputs need $n\times n$ entries: where do the ones stand?",
                        also=("ones(n)^T", "1"),
                    ),
                ),
            ),
            Part(
                name="diff_w",
                label=r"\partial(\mathbf w-\mathbf x)/\partial\mathbf w",
                f="w - x",
                wrt="w",
                key="eye(n)",
                mistakes=(
                    Mistake(
                        "ELW-04",
                        "-eye(n)",
                        r"The minus stands before $\mathbf x$. What does moving $w_i$ by a little do to $y_i=w_i-x_i$?",
                    ),
                ),
            ),
            Part(
                name="diff_x",
                label=r"\partial(\mathbf w-\mathbf x)/\partial\mathbf x",
                f="w - x",
                wrt="x",
                key="-eye(n)",
                mistakes=(
                    Mistake(
                        "ELW-04",
                        "eye(n)",
                        r"In $y_i=w_i-x_i$ the output falls when $x_i$ grows: look at the sign.",
                    ),
                    Mistake(
                        "JAC-06",
                        "[eye(n), -eye(n)]",
                        r"Only $\mathbf x$ moves here, so the Jacobian has $n$ columns, not $2n$.",
                    ),
                ),
            ),
        ),
        hints=(
            r"Each answer is $n\times n$: $n$ outputs, and $n$ inputs that move.",
            r"One entry at a time: $y_i=w_i+x_i$. What is $\partial y_i/\partial w_i$? And $\partial y_i/\partial w_j$ "
            r"for $j\ne i$?",
            r"Section 4.2: when $y_i$ uses only $w_i$ and $x_i$, the Jacobian is diagonal. How such matrices are "
            r"typed stands at the top of the notebook.",
            r"For `sum_w`: $\partial(w_1+x_1)/\partial w_1=1$ and $\partial(w_1+x_1)/\partial w_2=0$. That is the "
            r"beginning of the first row.",
            r"A twin: $\mathbf y=3\mathbf w-5\mathbf x$ has $y_i=3w_i-5x_i$, so "
            r"$\partial\mathbf y/\partial\mathbf w=3I$ and $\partial\mathbf y/\partial\mathbf x=-5I$.",
        ),
    ),
    Exercise(
        id="A04-02",
        section="4.2",
        title="Element-wise product",
        prompt=r"""
Let $\mathbf y=\mathbf w\otimes\mathbf x$, the element-wise product of two columns of length $n$.
Give both Jacobians.""",
        variables=WX,
        points=2,
        parts=(
            Part(
                name="dw",
                label=r"\partial(\mathbf w\otimes\mathbf x)/\partial\mathbf w",
                f="w ⊗ x",
                wrt="w",
                key="diag(x)",
                mistakes=(
                    Mistake(
                        "ELW-01",
                        "x",
                        r"These are the right numbers. Which places of the matrix do they take, and what stands in the others?",
                    ),
                    Mistake(
                        "NOT-07",
                        "x^T",
                        r"An early version of the article wrote $\mathbf x^TI$ here, which is just $\mathbf x^T$, and took it out again. Where in a square matrix do these numbers belong?",
                    ),
                    Mistake(
                        "ELW-03",
                        "ones(n) x^T",
                        r"$y_i=w_ix_i$ does not contain $w_j$ for $j\ne i$, so what must stand off the diagonal?",
                        also=("x ones(n)^T",),
                    ),
                    Mistake(
                        "ELW-08",
                        "diag(x) + diag(w)",
                        r"Only $\mathbf w$ moves; $\mathbf x$ does not depend on it. One of the two terms has no reason "
                        r"to be there.",
                    ),
                    Mistake(
                        "ELW-02",
                        "diag(w)",
                        r"That is the derivative with respect to the other vector. In $w_ix_i$, what is left over when "
                        r"$w_i$ moves?",
                    ),
                ),
            ),
            Part(
                name="dx",
                label=r"\partial(\mathbf w\otimes\mathbf x)/\partial\mathbf x",
                f="w ⊗ x",
                wrt="x",
                key="diag(w)",
                mistakes=(
                    Mistake(
                        "ELW-01",
                        "w",
                        r"These are the right numbers. Which places of the matrix do they take, and what stands in the others?",
                    ),
                    Mistake(
                        "NOT-07",
                        "w^T",
                        r"Where in a square matrix do these numbers belong?",
                    ),
                    Mistake(
                        "ELW-03",
                        "ones(n) w^T",
                        r"$y_i=w_ix_i$ does not contain $x_j$ for $j\ne i$, so what must stand off the diagonal?",
                        also=("w ones(n)^T",),
                    ),
                    Mistake(
                        "ELW-08",
                        "diag(x) + diag(w)",
                        r"Only $\mathbf x$ moves; $\mathbf w$ does not depend on it. One of the two terms has no reason "
                        r"to be there.",
                    ),
                    Mistake(
                        "ELW-02",
                        "diag(x)",
                        r"That is the derivative with respect to the other vector. In $w_ix_i$, what is left over when "
                        r"$x_i$ moves?",
                    ),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5, 7)},
            prompt=r"Let $\mathbf y=«a»\,\mathbf w\otimes\mathbf x$, entry by entry. Give both Jacobians.",
            parts={
                "dw": {
                    "f": "«a» (w ⊗ x)",
                    "label": r"\partial\mathbf y/\partial\mathbf w",
                    "mistakes": {"ELW-01": "«a» x", "ELW-02": "«a» diag(w)", "ELW-08": "«a» diag(w + x)"},
                },
                "dx": {
                    "f": "«a» (w ⊗ x)",
                    "label": r"\partial\mathbf y/\partial\mathbf x",
                    "mistakes": {"ELW-01": "«a» w", "ELW-02": "«a» diag(x)", "ELW-08": "«a» diag(w + x)"},
                },
            },
        ),
        hints=(
            r"Each answer is $n\times n$.",
            r"One entry: $y_i=w_ix_i$. Differentiate by $w_i$, then by $w_j$ with $j\ne i$.",
            r"Section 4.2: the Jacobian is diagonal. `diag(v)` writes the matrix with the entries of a column `v` on its "
            r"diagonal.",
            r"For `dw`, row 1: $\partial(w_1x_1)/\partial w_1=x_1$, and every other entry of that row is $0$.",
            r"A twin: $\mathbf y=7\,\mathbf w\otimes\mathbf x\otimes\mathbf x$ has $y_i=7w_ix_i^2$, so "
            r"$\partial\mathbf y/\partial\mathbf w=\mathrm{diag}(7\,\mathbf x\otimes\mathbf x)$.",
        ),
    ),
    Exercise(
        id="A04-03",
        section="4.2",
        title="Quotient, the numerator moves",
        prompt=r"""
Let $\mathbf y=\mathbf w\oslash\mathbf x$, so $y_i=w_i/x_i$ with no $x_i$ equal to zero.
Give $\partial\mathbf y/\partial\mathbf w$.""",
        variables=WX,
        domain={"x": "nonzero"},
        points=1,
        parts=(
            Part(
                name="dw",
                label=r"\partial(\mathbf w\oslash\mathbf x)/\partial\mathbf w",
                f="w ⊘ x",
                wrt="w",
                key="diag(1 ⊘ x)",
                mistakes=(
                    Mistake(
                        "ELW-01",
                        "1 ⊘ x",
                        r"These are the right numbers. Which places of the matrix do they take, and what stands in the others?",
                        also=("(1 ⊘ x)^T",),
                    ),
                    Mistake(
                        "ELW-14",
                        "diag(x)",
                        r"$w_i$ is divided by $x_i$. When $w_i$ grows by $1$, by how much does $w_i/x_i$ grow?",
                    ),
                    Mistake(
                        "ELW-08",
                        "diag(1 ⊘ x) - diag(w ⊘ x.^2)",
                        r"Only $\mathbf w$ moves here; the second term belongs to $\partial\mathbf y/\partial\mathbf x$.",
                    ),
                    Mistake(
                        "PAR-12",
                        "diag(w ⊘ x)",
                        r"On your diagonal stands $\mathbf y$ itself. When $w_i$ grows by $1$, by how much does $w_i/x_i$ grow?",
                    ),
                    Mistake(
                        "ELW-02",
                        "diag(-w ⊘ x.^2)",
                        r"That is the derivative with respect to $\mathbf x$. Here $\mathbf w$ moves.",
                    ),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 4, 5)},
            prompt=r"""Let $\mathbf y=«a»\,(\mathbf w\oslash\mathbf x)$, entry by entry. Give $\partial\mathbf y/\partial\mathbf w$.""",
            parts={"dw": {"f": "«a»*(w ⊘ x)", "label": r"\partial\mathbf{y}/\partial\mathbf{w}", "mistakes": {}}},
        ),
        hints=(
            r"The answer is $n\times n$.",
            r"One entry: $y_i=w_i\cdot\frac1{x_i}$. Which factor is constant when $w_i$ moves?",
            r"Section 4.2: diagonal, so write it with `diag(...)`. Element-wise division is typed `⊘` or `./`.",
            r"Row 1: $\partial(w_1/x_1)/\partial w_1$ is the constant factor of $w_1$; the rest of the row is $0$.",
            r"A twin: $\mathbf y=\mathbf w\oslash(\mathbf x\otimes\mathbf x)$ has $y_i=w_i/x_i^2$, so "
            r"$\partial\mathbf y/\partial\mathbf w$ has $1/x_i^2$ on its diagonal.",
        ),
    ),
    Exercise(
        id="A04-04",
        section="4.2",
        title="Quotient, the denominator moves",
        prompt=r"""
The same $\mathbf y=\mathbf w\oslash\mathbf x$, with $y_i=w_i/x_i$. Now $\mathbf x$ moves: give
$\partial\mathbf y/\partial\mathbf x$.""",
        variables=WX,
        domain={"x": "nonzero"},
        points=2,
        parts=(
            Part(
                name="dx",
                label=r"\partial(\mathbf w\oslash\mathbf x)/\partial\mathbf x",
                f="w ⊘ x",
                wrt="x",
                key="diag(-w ⊘ x.^2)",
                mistakes=(
                    Mistake(
                        "ELW-05",
                        "diag(w ⊘ x.^2)",
                        r"The sign is lost: when $x_i>0$ grows, $1/x_i$ falls.",
                    ),
                    Mistake(
                        "ELW-01",
                        "-w ⊘ x.^2",
                        r"These are the right numbers. Which places of the matrix do they take, and what stands in the others?",
                        also=("-(w ⊘ x.^2)^T",),
                    ),
                    Mistake(
                        "ELW-15",
                        "diag(-1 ⊘ x.^2)",
                        r"$w_i$ is a constant factor here. A constant factor stays.",
                    ),
                    Mistake(
                        "ELW-16",
                        "diag(-w ⊘ x)",
                        r"Write $1/x_i$ as $x_i^{-1}$: the power rule lowers the exponent by one more.",
                    ),
                    Mistake(
                        "ELW-02",
                        "diag(1 ⊘ x)",
                        r"That is the derivative with respect to $\mathbf w$. Here $\mathbf x$ moves.",
                    ),
                ),
            ),
        ),
        template=Template(
            draws={"k": (2, 3, 4)},
            prompt=r"Let $y_i=w_i/x_i^{«k»}$ with no $x_i$ equal to zero. Give $\partial\mathbf y/\partial\mathbf x$.",
            parts={
                "dx": {
                    "f": "w ⊘ x.^«k»",
                    "label": r"\partial\mathbf y/\partial\mathbf x",
                    "mistakes": {"ELW-05": "diag(«k» w ⊘ x.^(«k» + 1))", "ELW-15": "diag(-«k» ⊘ x.^(«k» + 1))", "ELW-01": "-«k» w ⊘ x.^(«k» + 1)"},
                }
            },
        ),
        hints=(
            r"The answer is $n\times n$.",
            r"One entry: $y_i=w_i\,x_i^{-1}$. Differentiate by $x_i$ with the power rule.",
            r"Section 4.2 for the diagonal, section 2 for the power rule.",
            r"$\frac{d}{dx}x^{-1}$ has a minus sign and a lower exponent; the constant factor $w_i$ stays in front.",
            r"A twin: $y_i=w_i/x_i^3$ gives $\partial y_i/\partial x_i=-3w_i/x_i^4$, so the Jacobian is "
            r"$\mathrm{diag}(-3w_i/x_i^4)$.",
        ),
    ),
    Exercise(
        id="A04-05",
        section="4.2",
        title="Functions on both sides",
        prompt=r"""
In $\mathbf y=\mathbf f(\mathbf w)\otimes\mathbf g(\mathbf x)$ let $f_i(\mathbf w)=w_i^2$ and
$g_i(\mathbf x)=\sin x_i$, so that $y_i=w_i^2\sin x_i$. Give both Jacobians.""",
        variables=WX,
        points=3,
        parts=(
            Part(
                name="dw",
                label=r"\partial\mathbf y/\partial\mathbf w",
                f="w.^2 ⊗ sin(x)",
                wrt="w",
                key="diag(2 w ⊗ sin(x))",
                mistakes=(
                    Mistake(
                        "NOT-08",
                        "zeros(n, n)",
                        r"Nothing is put into anything else: $\otimes$ stands between two operands, and the left one, "
                        r"$w_i^2$, does contain $w_i$.",
                    ),
                    Mistake(
                        "ELW-08",
                        "diag(2 w ⊗ sin(x) + w.^2 ⊗ cos(x))",
                        r"Only $\mathbf w$ moves: $\sin x_i$ is a constant factor and is not differentiated.",
                    ),
                    Mistake(
                        "ELW-15",
                        "diag(2 w)",
                        r"The constant factor $\sin x_i$ stays when you differentiate by $w_i$.",
                    ),
                    Mistake(
                        "ELW-17",
                        "diag(2 w ⊗ cos(x))",
                        r"You differentiated both factors. Only $w_i$ moves, so only one factor changes.",
                    ),
                    Mistake(
                        "ELW-01",
                        "2 w ⊗ sin(x)",
                        r"These are the right numbers. Which places of the matrix do they take, and what stands in the others?",
                        also=("(2 w ⊗ sin(x))^T",),
                    ),
                ),
            ),
            Part(
                name="dx",
                label=r"\partial\mathbf y/\partial\mathbf x",
                f="w.^2 ⊗ sin(x)",
                wrt="x",
                key="diag(w.^2 ⊗ cos(x))",
                mistakes=(
                    Mistake(
                        "NOT-08",
                        "diag(2 sin(x) ⊗ cos(x))",
                        r"You composed the two functions, as in $f(g(x))$. The circle stands between two operands: "
                        r"$w_i^2$ is multiplied by $\sin x_i$.",
                    ),
                    Mistake(
                        "ELW-08",
                        "diag(2 w ⊗ sin(x) + w.^2 ⊗ cos(x))",
                        r"Only $\mathbf x$ moves: $w_i^2$ is a constant factor and is not differentiated.",
                    ),
                    Mistake(
                        "ELW-15",
                        "diag(cos(x))",
                        r"The constant factor $w_i^2$ stays when you differentiate by $x_i$.",
                    ),
                    Mistake(
                        "ELW-17",
                        "diag(2 w ⊗ cos(x))",
                        r"You differentiated both factors. Only $x_i$ moves, so only one factor changes.",
                    ),
                    Mistake(
                        "ELW-18",
                        "diag(-w.^2 ⊗ cos(x))",
                        r"Check the sign: the sine rises where the cosine is positive.",
                    ),
                    Mistake(
                        "ELW-01",
                        "w.^2 ⊗ cos(x)",
                        r"These are the right numbers. Which places of the matrix do they take, and what stands in the others?",
                        also=("(w.^2 ⊗ cos(x))^T",),
                    ),
                ),
            ),
        ),
        template=Template(
            draws={
                "f": (("w.^3", "w_i^3"), ("exp(w)", "e^{w_i}"), ("w.^4", "w_i^4")),
                "g": (("cos(x)", r"\cos x_i"), ("x.^2", "x_i^2"), ("sin(x)", r"\sin x_i")),
            },
            prompt=r"Let $y_i=«f»\cdot «g»$, entry by entry. Give both Jacobians.",
            parts={
                "dw": {"f": "«f» ⊗ «g»", "mistakes": {}},
                "dx": {"f": "«f» ⊗ «g»", "mistakes": {}},
            },
        ),
        hints=(
            r"Each answer is $n\times n$.",
            r"One entry: $y_i=w_i^2\sin x_i$. Hold one letter still, move the other.",
            r"Section 4.2: $\partial\mathbf y/\partial\mathbf w=\mathrm{diag}(\ldots)$ with "
            r"$\frac{\partial}{\partial w_i}\left(f_i(w_i)\,g_i(x_i)\right)$ on the diagonal.",
            r"For `dw`: $\sin x_i$ is a constant factor, so you need $\sin x_i\cdot\frac{d}{dw_i}w_i^2$.",
            r"A twin: $y_i=e^{w_i}x_i^3$ gives $\mathrm{diag}(e^{w_i}x_i^3)$ and $\mathrm{diag}(3e^{w_i}x_i^2)$.",
        ),
    ),
    Exercise(
        id="A04-06",
        section="4.2",
        title="An operator that is not zero at zero",
        prompt=r"""
Define an operator by $a\bigcirc b=a+b+1$. It has $0\bigcirc0=1$, not $0$. Apply it entry by entry:
$\mathbf y=\mathbf w\bigcirc\mathbf x$, so $y_i=w_i+x_i+1$. What is $\partial\mathbf y/\partial\mathbf w$?""",
        variables=WX,
        points=2,
        parts=(
            Part(
                name="dw",
                label=r"\partial(\mathbf w\bigcirc\mathbf x)/\partial\mathbf w",
                f="w + x + 1",
                wrt="w",
                key="eye(n)",
                mistakes=(
                    Mistake(
                        "ELW-07",
                        "eye(n) + ones(n) ones(n)^T",
                        r"First comes $\bigcirc$, then the derivative, not the other way round: which $w_j$ occur in "
                        r"$y_i=w_i+x_i+1$?",
                        also=("ones(n) ones(n)^T",),
                    ),
                    Mistake(
                        "ELW-19",
                        "2 eye(n)",
                        r"Only $w_i$ moves in $y_i=w_i+x_i+1$. What do the other two terms add to the derivative?",
                    ),
                    Mistake(
                        "JAC-06",
                        "[eye(n), eye(n)]",
                        r"Only $\mathbf w$ moves, so the Jacobian has $n$ columns.",
                    ),
                    Mistake(
                        "JAC-05",
                        "ones(n)",
                        r"$n$ outputs and $n$ inputs need $n\times n$ entries: where do the ones stand?",
                        also=("ones(n)^T", "1"),
                    ),
                ),
            ),
        ),
        hints=(
            r"The answer is $n\times n$.",
            r"One entry: $y_i=w_i+x_i+1$. Differentiate by $w_i$, and by $w_j$ for $j\ne i$.",
            r"Section 4.2, with one correction: the entries off the diagonal vanish because $y_i$ does not contain $w_j$, "
            r"whatever the operator does with zeros.",
            r"Row 1: the first entry is $\partial(w_1+x_1+1)/\partial w_1$. The constants $x_1$ and $1$ do not move.",
            r"A twin: $a\bigcirc b=5a+b-4$ gives $y_i=5w_i+x_i-4$ and $\partial\mathbf y/\partial\mathbf w=5I$.",
        ),
    ),
    Exercise(
        id="A04-07",
        section="4.2",
        title="Why the off-diagonal entries are zero",
        prompt=r"""
Let $\mathbf y=\mathbf w\bigcirc\mathbf x$ with *any* element-wise operator, $y_i=w_i\bigcirc x_i$.
Why is $\partial y_i/\partial w_j=0$ whenever $j\ne i$?""",
        points=1,
        parts=(
            Part(
                name="why",
                kind="choice",
                choices=(
                    r"because $0\bigcirc0=0$ for every operator",
                    r"because the Jacobian is square",
                    r"because the operator is linear",
                    r"because $y_i$ does not contain $w_j$",
                ),
                key="d",
                mistakes=(
                    Mistake(
                        "ELW-07",
                        "a",
                        r"The previous exercise has an operator with $0\bigcirc0=1$, and its off-diagonal entries are zero "
                        r"all the same. So this cannot be the reason.",
                    ),
                    Mistake(
                        "VCH-05",
                        "b",
                        r"Square does not mean diagonal: the Jacobian of $B\mathbf w$ is the square matrix $B$.",
                    ),
                    Mistake(
                        "ELW-20",
                        "c",
                        r"The maximum is not linear, and its Jacobian is diagonal all the same; $B\mathbf w$ is linear, and its "
                        r"Jacobian $B$ need not be. Linearity decides nothing here.",
                    ),
                ),
            ),
        ),
        hints=(
            r"The answer is one letter.",
            r"Write down $y_2$. Which letters occur in it? Now move $w_1$.",
            r"Section 4.2. The exercise before this one shows that the article's own reason there does not hold.",
            r"Rule out: find a square Jacobian that is not diagonal.",
            r"A twin: $y_2=\max(w_2,x_2)$. Moving $w_1$ does nothing to it, although $\max$ is not linear.",
        ),
    ),
    Exercise(
        id="A04-08",
        section="4.2",
        title="When is the Jacobian diagonal?",
        prompt=r"""
Which of these functions satisfy the element-wise diagonal condition in $\mathbf w$, so that
$\partial\mathbf y/\partial\mathbf w$ is diagonal for all $\mathbf w$, $\mathbf x$ (away from kinks) and
for every square matrix $B$? **Select all that apply.**""",
        points=2,
        parts=(
            Part(
                name="which",
                kind="choices",
                choices=(
                    r"$\mathbf y=(B\mathbf w)\otimes\mathbf x$",
                    r"$\mathbf y=\mathbf w\otimes\mathbf x$",
                    r"$y_i=(w_1+w_2+\cdots+w_i)+x_i$, the running sum of $\mathbf w$ plus $\mathbf x$",
                    r"$\mathbf y=\max(\mathbf w,\mathbf x)$, entry by entry",
                ),
                key=("b", "d"),
                mistakes=(
                    Mistake(
                        "ELW-13",
                        ("a", "b", "d"),
                        r"$(B\mathbf w)_i=\sum_jB_{ij}w_j$ uses every $w_j$, so (a) does not satisfy the condition.",
                        also=(("a", "b", "c", "d"), ("a", "b")),
                    ),
                    Mistake(
                        "JAC-04",
                        ("b", "c", "d"),
                        r"In the running sum $y_2$ contains $w_1$ and $w_2$: entry $(2,1)$ of the Jacobian is not $0$.",
                        also=(("b", "c"),),
                    ),
                    Mistake(
                        "ELW-12",
                        ("b",),
                        r"Look at $\max(w_i,x_i)$ again: which entries of $\mathbf w$ occur in it?",
                    ),
                ),
            ),
        ),
        hints=(
            r'The answer is one or more letters, such as `"ac"`.',
            r"For each function write down $y_1$ and $y_2$. Does $y_2$ contain $w_1$? Does $y_1$ contain $w_2$?",
            r"Section 4.2: the condition asks that $y_i$ uses only entry $i$ of $\mathbf w$.",
            r"Begin with the product: $y_2=w_2x_2$ contains no other entry of $\mathbf w$.",
            r"A twin: $y_i=w_i\,(w_1+\cdots+w_n)$ fails, because every $y_i$ contains every $w_j$; $y_i=e^{w_i}+x_i$ "
            r"passes.",
        ),
    ),
    Exercise(
        id="A04-09",
        section="4.2",
        title="Element-wise maximum",
        prompt=r"""
Let $\mathbf y=\max(\mathbf w,\mathbf x)$, entry by entry, at a point with no ties ($w_i\ne x_i$ for all $i$).
Write a condition in brackets for 1 where it holds and 0 where it does not: `[u > v]` is a column of such numbers
for columns `u` and `v`.

For the last part take $\mathbf w=[1,2,-3]^T$ and $\mathbf x=[0,5,-4]^T$ and give the numbers.""",
        variables=WX,
        points=3,
        parts=(
            Part(
                name="dw",
                label=r"\partial\max(\mathbf w,\mathbf x)/\partial\mathbf w",
                f="max(w, x)",
                wrt="w",
                key="diag([w > x])",
                mistakes=(
                    Mistake(
                        "ELW-12",
                        "eye(n)",
                        r"Where $x_i$ is the larger one, moving $w_i$ a little does nothing to $y_i$.",
                    ),
                    Mistake(
                        "ELW-21",
                        "diag([x > w])",
                        r"The other way round: $w_i$ counts where $w_i$ is the larger one.",
                    ),
                    Mistake(
                        "ELW-22",
                        "diag([w > 0])",
                        r"Compare $w_i$ with $x_i$, not with $0$.",
                    ),
                    Mistake(
                        "ELW-23",
                        "diag(max(w, x))",
                        r"These are values. The slope of the maximum is $1$ or $0$.",
                        also=("diag(w ⊗ [w > x])",),
                    ),
                    Mistake(
                        "ELW-01",
                        "[w > x]",
                        r"These are the right numbers. Which places of the matrix do they take, and what stands in the others?",
                        also=("[w > x]^T",),
                    ),
                ),
            ),
            Part(
                name="dx",
                label=r"\partial\max(\mathbf w,\mathbf x)/\partial\mathbf x",
                f="max(w, x)",
                wrt="x",
                key="diag([x > w])",
                mistakes=(
                    Mistake(
                        "ELW-12",
                        "eye(n)",
                        r"Where $w_i$ is the larger one, moving $x_i$ a little does nothing to $y_i$.",
                    ),
                    Mistake(
                        "ELW-21",
                        "diag([w > x])",
                        r"The other way round: $x_i$ counts where $x_i$ is the larger one.",
                    ),
                    Mistake(
                        "ELW-01",
                        "[x > w]",
                        r"These are the right numbers. Which places of the matrix do they take, and what stands in the others?",
                        also=("[x > w]^T",),
                    ),
                ),
            ),
            Part(
                name="value",
                kind="number",
                label=r"\partial\max(\mathbf w,\mathbf x)/\partial\mathbf w\text{ at these numbers}",
                f="max(w, x)",
                wrt="w",
                at={"w": [1, 2, -3], "x": [0, 5, -4]},
                mistakes=(
                    Mistake(
                        "ELW-12",
                        "[[1, 0, 0], [0, 1, 0], [0, 0, 1]]",
                        r"In the second place $5$ wins over $2$. What happens there when $w_2$ moves a little?",
                    ),
                    Mistake(
                        "ELW-21",
                        "[[0, 0, 0], [0, 1, 0], [0, 0, 0]]",
                        r"That is the Jacobian with respect to $\mathbf x$: you marked the place where $\mathbf x$ wins.",
                    ),
                    Mistake(
                        "ELW-22",
                        "[[1, 0, 0], [0, 1, 0], [0, 0, 0]]",
                        r"Compare $w_i$ with $x_i$, not with $0$.",
                    ),
                    Mistake(
                        "ELW-23",
                        "[[1, 0, 0], [0, 5, 0], [0, 0, -3]]",
                        r"These are the values of the maximum. Its slopes are $1$ or $0$.",
                        also=("[[1, 0, 0], [0, 0, 0], [0, 0, -3]]",),
                    ),
                    Mistake(
                        "ELW-01",
                        "[1; 0; 1]",
                        r"These are the right numbers. Which places of the matrix do they take, and what stands in the others?",
                        also=("[1, 0, 1]",),
                    ),
                ),
            ),
        ),
        hints=(
            r"Each answer is a square matrix; the last one is $3\times3$.",
            r"One entry: $y_i=w_i$ where $w_i>x_i$, and $y_i=x_i$ where $x_i>w_i$. Differentiate each case by $w_i$.",
            r"Section 4.2: still diagonal, since $y_i$ uses only $w_i$ and $x_i$. The diagonal holds ones and zeros.",
            r"Begin `dw` with `diag([`; what condition must hold for $w_i$ to count?",
            r"A twin: $\min(\mathbf w,\mathbf x)$ has $\partial\min/\partial\mathbf w=\mathrm{diag}([w_i<x_i])$; at "
            r"$\mathbf w=[4,1]^T$, $\mathbf x=[2,6]^T$ that is $[[0,0],[0,1]]$.",
        ),
    ),
    Exercise(
        id="A04-10",
        section="4.2",
        title="A vector times itself",
        prompt=r"""
Now both operands are the same vector: $\mathbf y=\mathbf w\otimes\mathbf w$. Give $\partial\mathbf y/\partial\mathbf w$.""",
        variables={"w": "n"},
        points=1,
        parts=(
            Part(
                name="dw",
                label=r"\partial(\mathbf w\otimes\mathbf w)/\partial\mathbf w",
                f="w ⊗ w",
                wrt="w",
                key="diag(2 w)",
                mistakes=(
                    Mistake(
                        "ELW-09",
                        "diag(w)",
                        r"Both factors contain $w_i$, and both move: write $y_i$ as a power of $w_i$ first.",
                    ),
                    Mistake(
                        "ELW-01",
                        "2 w",
                        r"These are the right numbers. Which places of the matrix do they take, and what stands in the others?",
                        also=("2 w^T",),
                    ),
                    Mistake(
                        "ELW-24",
                        "2 eye(n)",
                        r"The derivative of $w_i^2$ still depends on $w_i$.",
                    ),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "k": (2, 3, 4)},
            prompt=r"Let $y_i=«a»\,w_i^{«k»}$, entry by entry. Give $\partial\mathbf y/\partial\mathbf w$.",
            parts={
                "dw": {
                    "f": "«a» w.^«k»",
                    "label": r"\partial\mathbf y/\partial\mathbf w",
                    "mistakes": {"ELW-01": "«a»*«k» w.^(«k» - 1)"},
                }
            },
        ),
        hints=(
            r"The answer is $n\times n$.",
            r"One entry: $y_i=w_i\cdot w_i$, a power of $w_i$.",
            r"Section 4.2 for the diagonal; the power rule of section 2 for what stands on it.",
            r"Row 1: differentiate $w_1^2$ by $w_1$.",
            r"A twin: $\mathbf w\otimes\mathbf w\otimes\mathbf w$ has $y_i=w_i^3$ and the Jacobian $\mathrm{diag}(3w_i^2)$.",
        ),
    ),
    Exercise(
        id="A04-11",
        section="4.2",
        title="Where the diagonal ends",
        prompt=r"""
Let $B$ be a square matrix, $n\times n$, and $\mathbf y=(B\mathbf w)\otimes\mathbf x$. Each entry of
$B\mathbf w$ uses all of $\mathbf w$. Give $\partial\mathbf y/\partial\mathbf w$.""",
        variables={"B": "n,n", **WX},
        points=3,
        parts=(
            Part(
                name="dw",
                label=r"\partial((B\mathbf w)\otimes\mathbf x)/\partial\mathbf w",
                f="(B w) ⊗ x",
                wrt="w",
                key="diag(x) B",
                mistakes=(
                    Mistake(
                        "ELW-13",
                        "diag(diagonal(B) ⊗ x)",
                        r"You kept the diagonal only. $y_i=x_i\sum_kB_{ik}w_k$ contains every $w_j$: what is "
                        r"$\partial y_i/\partial w_j$ for $j\ne i$?",
                    ),
                    Mistake(
                        "VCH-08",
                        "B diag(x)",
                        r"Nearly: this scales column $j$ of $B$ by $x_j$. In $y_i$ the factor is $x_i$: which rows or "
                        r"columns does it scale?",
                    ),
                    Mistake(
                        "ELW-25",
                        "diag(x)",
                        r"You differentiated as if the first operand were $\mathbf w$. It is $B\mathbf w$, and it moves "
                        r"by more than $\mathbf w$ itself.",
                    ),
                    Mistake(
                        "ELW-26",
                        "B",
                        r"That is the Jacobian of $B\mathbf w$ alone; each $y_i$ also has the constant factor $x_i$.",
                    ),
                    Mistake(
                        "ELW-27",
                        "diag(x) B^T",
                        r"Check entry $(1,2)$: which entry of $B$ multiplies $w_2$ in $(B\mathbf w)_1$?",
                    ),
                    Mistake(
                        "ELW-28",
                        "diag(B x)",
                        r"Only $\mathbf w$ is multiplied by $B$. Write $y_i$ as a sum over the entries of $\mathbf w$.",
                    ),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "g": (("sin", r"\sin"), ("cos", r"\cos"), ("exp", r"\exp"), ("tanh", r"\tanh"))},
            prompt=r"""Let $\mathbf y=«a»\,(B\mathbf w)\otimes«g»(\mathbf x)$ with an $n\times n$ matrix $B$ and the function applied to each entry. Give $\partial\mathbf y/\partial\mathbf w$.""",
            parts={"dw": {"f": "«a»*(B w) ⊗ «g»(x)", "label": r"\partial\mathbf{y}/\partial\mathbf{w}", "mistakes": {}}},
        ),
        hints=(
            r"The answer is $n\times n$, but not diagonal.",
            r"One entry: $y_i=x_i\,(B_{i1}w_1+\cdots+B_{in}w_n)$. Differentiate by $w_j$.",
            r"Section 4.2: the diagonal condition fails here. Multiplying by $\mathrm{diag}(\mathbf x)$ from the left "
            r"scales rows, from the right it scales columns.",
            r"Entry $(1,2)$ is $x_1B_{12}$. Which part of it belongs to the row, which to the column?",
            r"A twin: $\mathbf y=(B\mathbf w)\oslash\mathbf x$ with $n=2$, $B=[[1,2],[3,4]]$, $\mathbf x=[2,4]^T$ has the "
            r"Jacobian $[[\frac12,1],[\frac34,1]]$: row $i$ of $B$ divided by $x_i$.",
        ),
    ),
    Exercise(
        id="A04-12",
        section="4.2",
        title="A power with a vector as its exponent",
        prompt=r"""
Let $y_i=w_i^{x_i}$ with $w_i>0$. Give both Jacobians. An element-wise power is typed `w.^x`, the natural
logarithm `log(w)` or `ln(w)`.""",
        variables=WX,
        domain={"w": "positive"},
        points=3,
        parts=(
            Part(
                name="dw",
                label=r"\partial\mathbf y/\partial\mathbf w",
                f="w.^x",
                wrt="w",
                key="diag(x ⊗ w.^(x - 1))",
                mistakes=(
                    Mistake(
                        "ELW-10",
                        "diag(w.^x ⊗ log(w))",
                        r"Here the base moves and the exponent stands still: that is a power, not an exponential.",
                    ),
                    Mistake(
                        "SCA-02",
                        "diag(w.^(x - 1))",
                        r"Power rule: the exponent comes down as a factor as well.",
                    ),
                    Mistake(
                        "ELW-29",
                        "diag(x ⊗ w.^x)",
                        r"Power rule: the exponent is also lowered by one.",
                    ),
                    Mistake(
                        "ELW-08",
                        "diag(x ⊗ w.^(x - 1) + w.^x ⊗ log(w))",
                        r"Only $\mathbf w$ moves; the second term is what $\mathbf x$ would add.",
                    ),
                    Mistake(
                        "ELW-01",
                        "x ⊗ w.^(x - 1)",
                        r"These are the right numbers. Which places of the matrix do they take, and what stands in the others?",
                        also=("(x ⊗ w.^(x - 1))^T",),
                    ),
                ),
            ),
            Part(
                name="dx",
                label=r"\partial\mathbf y/\partial\mathbf x",
                f="w.^x",
                wrt="x",
                key="diag(w.^x ⊗ log(w))",
                mistakes=(
                    Mistake(
                        "ELW-10",
                        "diag(x ⊗ w.^(x - 1))",
                        r"Here the exponent moves, so this is an exponential, not a power: write $w_i^{x_i}=e^{x_i\ln w_i}$.",
                    ),
                    Mistake(
                        "ELW-30",
                        "diag(w.^x)",
                        r"Only the base $e$ gives back itself. For another base the inner derivative of "
                        r"$e^{x_i\ln w_i}$ is missing.",
                    ),
                    Mistake(
                        "ELW-31",
                        "diag(log(w))",
                        r"That is only the derivative of the exponent $x_i\ln w_i$. The outer function is missing.",
                    ),
                    Mistake(
                        "ELW-08",
                        "diag(x ⊗ w.^(x - 1) + w.^x ⊗ log(w))",
                        r"Only $\mathbf x$ moves; the first term is what $\mathbf w$ would add.",
                    ),
                    Mistake(
                        "ELW-01",
                        "w.^x ⊗ log(w)",
                        r"These are the right numbers. Which places of the matrix do they take, and what stands in the others?",
                        also=("(w.^x ⊗ log(w))^T",),
                    ),
                ),
            ),
        ),
        hints=(
            r"Each answer is $n\times n$.",
            r"One entry: $y_i=w_i^{x_i}$. When $w_i$ moves it is like $w^5$; when $x_i$ moves it is like $5^x$.",
            r"Section 4.2 for the diagonal; section 2 for the power rule. For the exponential: "
            r"$w^{x}=e^{x\ln w}$.",
            r"For `dw`: the exponent $x_i$ comes down as a factor. What becomes of the exponent?",
            r"A twin: $y_i=w_i^{2x_i}$ gives $\mathrm{diag}(2x_iw_i^{2x_i-1})$ and "
            r"$\mathrm{diag}(2w_i^{2x_i}\ln w_i)$.",
        ),
    ),
    Exercise(
        id="A04-13",
        section="4.2",
        title="Find the error",
        prompt=r"""
A learner derives $\partial\mathbf y/\partial\mathbf w$ for $\mathbf y=\mathbf w\otimes\mathbf x$ and ends with
a matrix that has $\mathbf x^T$ in every row. Which line is the first wrong one?""",
        points=2,
        parts=(
            Part(
                name="line",
                kind="error",
                lines=(
                    r"$y_i=w_ix_i$",
                    r"so $\partial y_i/\partial w_i=x_i$",
                    r"and in the same way $\partial y_i/\partial w_j=x_j$ for every $j$",
                    r"therefore every row of $\partial\mathbf y/\partial\mathbf w$ is $\mathbf x^T$",
                ),
                key=3,
                mistakes=(
                    Mistake(
                        "ELW-03",
                        4,
                        r"The last line does follow from the one before it. So the slip is earlier: does $y_i$ contain "
                        r"$w_j$?",
                    ),
                    Mistake(
                        "ELW-01",
                        2,
                        r"This one is right: in $w_ix_i$ the factor $x_i$ stands still when $w_i$ moves. Read on.",
                    ),
                    Mistake(
                        "ELW-32",
                        1,
                        r"This line is just what $\otimes$ means. Read on.",
                    ),
                ),
            ),
        ),
        hints=(
            r"The answer is a line's number.",
            r"Test each line with $n=2$: $y_1=w_1x_1$, $y_2=w_2x_2$.",
            r"Section 4.2: which entries off the diagonal can be different from zero?",
            r"Lines 1 and 2 hold up against $n=2$.",
            r"A twin: for $y_i=w_i+x_i$ the claim $\partial y_1/\partial w_2=1$ would be wrong, for $w_2$ does not "
            r"occur in $y_1$.",
        ),
    ),
    Exercise(
        id="A04-14",
        section="4.2",
        title="In code",
        prompt=r"""
Write two functions. All vectors are 1-D NumPy arrays of the same length $n$.

- `ew_jacobian(dop, w, x)` returns the $n\times n$ Jacobian of an element-wise operator. `dop(w, x)` is given: it
  returns the $n$ partial derivatives $\partial y_i/\partial w_i$ as a 1-D array.
- `is_elementwise(f, w)` decides at the point `w` whether the Jacobian of `f` is diagonal, and returns `True` or
  `False`. Estimate the Jacobian by differences: shift *one* entry of a copy of `w` by $\pm h$ with $h=10^{-6}$, and divide
  the change of `f(w)` by $2h$. Count an entry of this estimate as zero when it is below $10^{-4}$ in size.""",
        points=4,
        parts=(
            Part(
                name="ew_jacobian",
                kind="code",
                label=r"\mathtt{ew\_jacobian}",
                key=ew_jacobian,
                signature=Signature(
                    "ew_jacobian",
                    {
                        "dop": Given(
                            choices=(
                                Given(formula="cos(w) ⊗ x", variables={"w": "n", "x": "n"}),
                                Given(formula="2 w ⊗ x.^2", variables={"w": "n", "x": "n"}),
                            )
                        ),
                        "w": "n",
                        "x": "n",
                    },
                    returns="a 2-D array, n×n",
                ),
                mistakes=(
                    Mistake(
                        "ELW-01",
                        ew_jacobian_as_vector,
                        r"You return the $n$ numbers as a vector. A Jacobian of $n$ outputs by $n$ inputs is a 2-D array "
                        r"with these numbers on its diagonal.",
                    ),
                    Mistake(
                        "ELW-03",
                        ew_jacobian_full,
                        r"The numbers stand in every row. Off the diagonal there must be zeros, since $y_i$ does not "
                        r"contain $w_j$.",
                    ),
                    Mistake(
                        "ELW-33",
                        ew_jacobian_swapped,
                        r"You call `dop` with its arguments swapped: first `w`, then `x`.",
                    ),
                ),
            ),
            Part(
                name="is_elementwise",
                kind="code",
                label=r"\mathtt{is\_elementwise}",
                key=is_elementwise,
                signature=Signature(
                    "is_elementwise",
                    {
                        "f": Given(
                            choices=(
                                Given(formula="sin(w) ⊗ w", variables={"w": "n"}),
                                Given(formula="cumsum(w) + 1", variables={"w": "n"}),
                                Given(formula="w - [w_2; zeros(n - 1)]", variables={"w": "n"}),
                                Given(formula="exp(w)", variables={"w": "n"}),
                                Given(formula="w ⊗ [w > 0] + sum(w)/1000", variables={"w": "n"}),
                                Given(formula="sin(w) + sum(w)/10^6", variables={"w": "n"}),
                                Given(formula="w + [w_2; -w_1; zeros(n - 2)]", variables={"w": "n"}),
                                Given(formula="cos(w) + sum(w)/6700", variables={"w": "n"}),  # half of it would count as zero
                                Given(formula="w ⊗ w + sum(w)/14000", variables={"w": "n"}),  # twice as much would not
                            )
                        ),
                        "w": "n",
                    },
                    returns="True or False",
                    sizes=tuple({"n": n} for n in (3, 4, 3, 5, 4, 3, 4, 3, 4)),
                ),
                mistakes=(
                    Mistake(
                        "VCH-05",
                        is_elementwise_by_shape,
                        r"Your function says yes every time. As many outputs as inputs do not make a Jacobian diagonal: "
                        r"look at the entries off the diagonal, and divide a change by $2h$ before you call it small.",
                    ),
                    Mistake(
                        "ELW-13",
                        is_elementwise_by_one_entry,
                        r"You look at one entry only. All entries off the diagonal must be small: shift each $w_j$ in turn.",
                    ),
                    Mistake(
                        "size-forgotten",
                        is_elementwise_without_size,
                        r"A negative entry is below $10^{-4}$ as well: compare its size, `np.abs(…)`.",
                    ),
                    Mistake(
                        "ELW-34",
                        is_elementwise_wrong_way_round,
                        r"Your function says the opposite: return `True` when the entries off the diagonal are small.",
                    ),
                ),
            ),
        ),
        hints=(
            r"The first function returns a 2-D array, $n\times n$; the second one truth value.",
            r"Entry $(i,i)$ of the first is `dop(w, x)[i]`; all the others are `0`.",
            r"Section 4.2. `np.diag(v)` of a 1-D array makes a matrix; of a 2-D array it takes the diagonal out.",
            r"Column $j$ of the estimate: `(f(w + step) - f(w - step)) / (2*h)`, where `step` is all zeros but for `h` "
            r"in place `j`.",
            r"A twin: with `J = np.array([[2., 0.1], [0., 3.]])`, `J - np.diag(np.diag(J))` is "
            r"`[[0, 0.1], [0, 0]]`. Its largest entry in size is `0.1`, so `J` is not diagonal.",
        ),
    ),
    Exercise(
        id="A04-15",
        section="4.2",
        title="A comparison as operator",
        prompt=r"""
The article also names the comparison $\mathbf w>\mathbf x$ as an element-wise operator: $y_i=1$ where $w_i>x_i$, and
$y_i=0$ where $w_i<x_i$. Give $\partial\mathbf y/\partial\mathbf w$ at a point with no ties.""",
        variables=WX,
        points=1,
        parts=(
            Part(
                name="dw",
                label=r"\partial[\mathbf w>\mathbf x]/\partial\mathbf w",
                f="[w > x]",
                wrt="w",
                key="zeros(n, n)",
                mistakes=(
                    Mistake(
                        "ELW-35",
                        "diag([w > x])",
                        r"That is the derivative of $\max(\mathbf w,\mathbf x)$. Here $y_i$ itself is $1$ or $0$: does it "
                        r"change when $w_i$ moves a little?",
                    ),
                    Mistake(
                        "ELW-36",
                        "eye(n)",
                        r"$y_i$ jumps only where $w_i=x_i$. Away from there, how much does it change when $w_i$ moves a "
                        r"little?",
                    ),
                    Mistake(
                        "ELW-01",
                        "zeros(n)",
                        r"Every entry is right; it only has to fill the whole matrix.",
                        also=("0", "zeros(1, n)"),
                    ),
                ),
            ),
        ),
        hints=(
            r"The answer is $n\times n$.",
            r"One entry: let $w_i=3$, $x_i=2$, so $y_i=1$. What is $y_i$ for $w_i=3.01$?",
            r"Section 4.2 for the shape; the rule for constants of section 2 for the entries.",
            r"Near a point without ties each $y_i$ is constant.",
            r"A twin: $\mathrm{sign}(\mathbf w)$ is constant on both sides of $0$; away from $0$ its Jacobian has no "
            r"entry other than $0$.",
        ),
    ),
)
