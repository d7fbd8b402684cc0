"""A03: the Jacobian (sections 4, 4.1, 8.1 and 10)."""

from __future__ import annotations

import numpy as np

from matcalc_ref.record import Exercise, Given, Mistake, Part, Signature
from matcalc_ref.variants import Template

X2 = {"x": "2"}
STACKED = {"w": "2", "x": "2"}


def jacobian(f, x, h):
    x = np.array(x, dtype=float)
    columns = []
    for j in range(len(x)):
        up, down = x.copy(), x.copy()
        up[j] += h
        down[j] -= h
        columns.append((np.asarray(f(up)) - np.asarray(f(down))) / (2 * h))
    return np.array(columns).T


def jacobian_transposed(f, x, h):
    return jacobian(f, x, h).T


def jacobian_over_h(f, x, h):
    return 2 * jacobian(f, x, h)


def jacobian_times_h(f, x, h):
    return jacobian(f, x, h) * h * h


def jacobian_with_lost_step(f, x, h):
    return 0 * jacobian(f, x, h)


def jacobian_with_own_step(f, x, h):
    return jacobian(f, x, 1e-6)


def jacobian_backwards(f, x, h):
    return -jacobian(f, x, h)


def jacobian_all_at_once(f, x, h):
    x = np.array(x, dtype=float)
    change = (np.asarray(f(x + h)) - np.asarray(f(x - h))) / (2 * h)
    return np.tile(change[:, None], (1, len(x)))


def jacobian_summed(f, x, h):
    x = np.array(x, dtype=float)
    return (np.asarray(f(x + h)) - np.asarray(f(x - h))) / (2 * h)


def jacobian_not_restored(f, x, h):
    x = np.array(x, dtype=float)
    columns = []
    for j in range(len(x)):
        x[j] += h
        up = np.asarray(f(x))
        x[j] -= 2 * h
        columns.append((up - np.asarray(f(x))) / (2 * h))
    return np.array(columns).T


def jacobian_left_ahead(f, x, h):
    x = np.array(x, dtype=float)
    columns = []
    for j in range(len(x)):
        before = np.asarray(f(x))
        x[j] += h
        columns.append((np.asarray(f(x)) - before) / h)
    return np.array(columns).T


def jacobian_of_whole_numbers(f, x, h):
    x = np.array(x)
    columns = []
    for j in range(len(x)):
        up, down = x.copy(), x.copy()
        up[j] += h
        down[j] -= h
        columns.append((np.asarray(f(up)) - np.asarray(f(down))) / (2 * h))
    return np.array(columns).T


def jacobian_to_one_side(f, x, h):
    x = np.array(x, dtype=float)
    columns = [(np.asarray(f(x + h * e)) - np.asarray(f(x))) / h for e in np.eye(len(x))]
    return np.array(columns).T


def jacobian_diagonal(f, x, h):
    full = jacobian(f, x, h)
    return full * np.eye(*full.shape)


EXERCISES = (
    Exercise(
        id="A03-01",
        section="4",
        title="Two gradients, one above the other",
        prompt=r"""
Let $\mathbf y=\mathbf f(\mathbf x)$ with $y_1=2x_1x_2^3$ and $y_2=5x_1+x_2^4$. Give the Jacobian
$\partial\mathbf y/\partial\mathbf x$. A matrix is typed row by row: `"[[a, b], [c, d]]"`.""",
        variables=X2,
        points=2,
        parts=(
            Part(
                name="J",
                label=r"\partial\mathbf y/\partial\mathbf x",
                f="[2 x_1 x_2^3; 5 x_1 + x_2^4]",
                wrt="x",
                key="[[2 x_2^3, 6 x_1 x_2^2], [5, 4 x_2^3]]",
                mistakes=(
                    Mistake("JAC-01", "[[2 x_2^3, 5], [6 x_1 x_2^2, 4 x_2^3]]", r"That is the denominator layout. In this article each *row* is the gradient of one function.", credit=0.5),
                    Mistake("JAC-04", "[[2 x_2^3, 0], [0, 4 x_2^3]]", r"Both functions use both variables, so the entries off the diagonal are not $0$."),
                    Mistake("PAR-07", "[[6 x_1 x_2^2, 2 x_2^3], [4 x_2^3, 5]]", r"Column $1$ belongs to $x_1$, column $2$ to $x_2$. Yours stand the other way round."),
                    Mistake("PAR-04", "[[2 x_2^3, 6 x_1 x_2^2], [5 + x_2^4, 5 x_1 + 4 x_2^3]]", r"In the second row: a term that does not contain the moving variable vanishes."),
                    Mistake("JAC-07", "[5, 4 x_2^3]", r"That is the gradient of one function alone. The Jacobian has one row for each of the two.", also=("[2 x_2^3, 6 x_1 x_2^2]",)),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 4), "k": (2, 3, 4), "b": (3, 6, 7), "m": (2, 3, 5)},
            prompt=(
                r"Let $\mathbf y=\mathbf f(\mathbf x)$ with $y_1=«a»x_1x_2^{«k»}$ and $y_2=«b»x_1+x_2^{«m»}$. Give the Jacobian "
                r"$\partial\mathbf y/\partial\mathbf x$."
            ),
            parts={
                "J": {
                    "f": "[«a»*x_1*x_2^«k»; «b»*x_1 + x_2^«m»]",
                    "mistakes": {
                        "JAC-01": "[[«a»*x_2^«k», «b»], [«a»*«k»*x_1*x_2^(«k» - 1), «m»*x_2^(«m» - 1)]]",
                        "JAC-04": "[[«a»*x_2^«k», 0], [0, «m»*x_2^(«m» - 1)]]",
                    },
                }
            },
        ),
        hints=(
            r"Two outputs and two inputs: $2\times2$.",
            r"Entry $(1,2)$ is $\partial y_1/\partial x_2$: row from the output, column from the input.",
            r"Section 4: stack the gradients, each a row.",
            r"Row 1 begins with $\partial(2x_1x_2^3)/\partial x_1=2x_2^3$.",
            r"A twin: $y_1=x_1x_2$, $y_2=7x_1+x_2^2$ has the Jacobian $[[x_2,\,x_1],[7,\,2x_2]]$.",
        ),
    ),
    Exercise(
        id="A03-02",
        section="4",
        title="The other layout",
        prompt=r"""
The article writes Jacobians in numerator layout: one row for each output. Other books use denominator layout. What do they
write for the same function, compared with our Jacobian?""",
        points=1,
        parts=(
            Part(
                name="layout",
                kind="choice",
                choices=(r"its transpose", r"the same matrix", r"its inverse", r"its diagonal"),
                key="a",
                mistakes=(
                    Mistake("JAC-01", "b", r"The numbers are the same, but they stand in other places: one column for each output."),
                    Mistake("JAC-12", "c", r"The layout moves the numbers about; it does not calculate with them. (And many Jacobians are not square.)"),
                    Mistake("JAC-04", "d", r"No number gets lost: all $m\cdot n$ partial derivatives are there in both layouts."),
                ),
            ),
        ),
        hints=(
            r"The answer is a letter.",
            r"In denominator layout entry $(1,2)$ is $\partial y_2/\partial x_1$.",
            r"Section 4, towards its end.",
            r"Rows and columns change places.",
            r"A twin: the gradient $[6,3]$ of this course is the column $[6,3]^T$ in denominator layout.",
        ),
    ),
    Exercise(
        id="A03-03",
        section="4.1",
        title="Shapes with numbers",
        prompt=r"""Give the shape of the Jacobian of each function, rows first, such as `"4,7"`.""",
        points=1,
        parts=(
            Part(
                name="three_to_two",
                kind="shape",
                label=r"\mathbf f:\mathbb R^3\to\mathbb R^2",
                key="2,3",
                mistakes=(
                    Mistake("JAC-02", "3,2", r"Rows count outputs, columns count inputs."),
                    Mistake("JAC-03", "3,3", r"Outputs and inputs are counted separately here: a Jacobian need not be square."),
                    Mistake("JAC-13", "2,2", r"There are three inputs, so three columns."),
                ),
            ),
            Part(
                name="two_to_three",
                kind="shape",
                label=r"\mathbf f:\mathbb R^2\to\mathbb R^3",
                key="3,2",
                mistakes=(
                    Mistake("JAC-02", "2,3", r"Rows count outputs, columns count inputs."),
                    Mistake("JAC-03", "2,2", r"There are three outputs, so three rows."),
                    Mistake("JAC-13", "3,3", r"There are two inputs, so two columns."),
                ),
            ),
        ),
        hints=(
            r"Two numbers each: rows, columns.",
            r"How many functions are stacked? How long is each gradient?",
            r"Section 4.1: $m$ outputs and $n$ inputs give $m\times n$.",
            r"The first function has two outputs.",
            r"A twin: $\mathbf f:\mathbb R^4\to\mathbb R^7$ has a Jacobian of shape $7\times4$.",
        ),
    ),
    Exercise(
        id="A03-04",
        section="4.1",
        title="The table of shapes",
        prompt=r"""
Let the input have $n$ entries where it is a vector, and the value $m$ entries where it is one. Fill in the shapes of the four
kinds of derivative, with `m`, `n` and `1`.""",
        variables={"x": "n", "y": "m"},
        points=2,
        parts=(
            Part(
                name="scalar_scalar",
                kind="shape",
                label=r"\partial f/\partial x",
                key="1,1",
                mistakes=(Mistake("NOT-05", "m,n", r"Nothing is bold here: one output, one input.", also=("m,1", "1,n")),),
            ),
            Part(
                name="scalar_vector",
                kind="shape",
                label=r"\partial f/\partial\mathbf x",
                key="1,n",
                mistakes=(
                    Mistake("NOT-05", "m,n", r"An italic $f$ has one value, so there is one row.", also=("n,n",)),
                    Mistake("JAC-02", "n,1", r"Rows count outputs, columns count inputs. Which of the two is one here?"),
                ),
            ),
            Part(
                name="vector_scalar",
                kind="shape",
                label=r"\partial\mathbf f/\partial x",
                key="m,1",
                mistakes=(
                    Mistake("JAC-10", "1,m", r"Rows count outputs, columns count inputs. A vector differentiated by a number stays upright."),
                    Mistake("NOT-05", "m,n", r"An italic $x$ is one number, so there is one column.", also=("m,m",)),
                ),
            ),
            Part(
                name="vector_vector",
                kind="shape",
                label=r"\partial\mathbf f/\partial\mathbf x",
                key="m,n",
                mistakes=(
                    Mistake("JAC-02", "n,m", r"Rows count outputs, columns count inputs."),
                    Mistake("JAC-03", "n,n", r"$m=n$ happens often, but not always.", also=("m,m",)),
                ),
            ),
        ),
        hints=(
            r"Each answer: rows, columns.",
            r"For each: how many outputs, how many inputs? A number counts as one.",
            r"Section 4.1, its table of shapes.",
            r"$\partial f/\partial x$ of calculus 1 is one number.",
            r"A twin: $\mathbf f(x)=[x,x^2,x^3]^T$ has three outputs and one input: $3\times1$.",
        ),
    ),
    Exercise(
        id="A03-05",
        section="4.1",
        title="The identity function",
        prompt=r"""
Let $\mathbf f(\mathbf x)=\mathbf x$ for a column $\mathbf x$ of length $n$, so $f_i(\mathbf x)=x_i$. Give its Jacobian.""",
        variables={"x": "n"},
        points=1,
        parts=(
            Part(
                name="J",
                label=r"\partial\mathbf x/\partial\mathbf x",
                f="x",
                wrt="x",
                key="eye(n)",
                mistakes=(
                    Mistake("JAC-05", "ones(n)", r"$n$ outputs and $n$ inputs need $n\times n$ entries. Where do your ones stand, and what fills the other places?", also=("ones(n)^T", "1")),
                    Mistake("JAC-14", "ones(n) ones(n)^T", r"$f_1=x_1$ does not contain $x_2$. So what is entry $(1,2)$?"),
                    Mistake("JAC-15", "diag(x)", r"The derivative of $x_i$ by itself does not depend on how large $x_i$ is.", also=("x",)),
                ),
            ),
        ),
        hints=(
            r"The answer is $n\times n$.",
            r"Entry $(i,j)$ is $\partial x_i/\partial x_j$. What is it for $i=j$, and for $i\ne j$?",
            r"Section 4.1, the example of the identity function. How special matrices are typed stands at the top of the notebook.",
            r"Row 1 begins $1,0,\ldots$",
            r"A twin: $\mathbf f(\mathbf x)=[x_2,\,x_1]^T$ has the Jacobian $[[0,1],[1,0]]$.",
        ),
    ),
    Exercise(
        id="A03-06",
        section="4.1",
        title="Not square",
        prompt=r"""
Let $\mathbf x$ have three entries and $\mathbf f(\mathbf x)=[x_1x_2,\;x_2x_3]^T$. Give its Jacobian.""",
        variables={"x": "3"},
        points=2,
        parts=(
            Part(
                name="J",
                label=r"\partial\mathbf f/\partial\mathbf x",
                f="[x_1*x_2; x_2*x_3]",
                wrt="x",
                key="[[x_2, x_1, 0], [0, x_3, x_2]]",
                mistakes=(
                    Mistake("JAC-02", "[[x_2, 0], [x_1, x_3], [0, x_2]]", r"Right numbers, but rows count outputs: two rows, three columns.", credit=0.5),
                    Mistake("JAC-04", "[[x_2, 0, 0], [0, x_3, 0]]", r"Each function uses two of the variables, so each row has two entries that are not $0$."),
                    Mistake("JAC-16", "[[x_2, x_1], [x_3, x_2]]", r"There are three inputs, so three columns: also where a function does not use the variable."),
                    Mistake("PAR-10", "[[x_1, x_2, 0], [0, x_2, x_3]]", r"When $x_1$ moves, the factor of $x_1x_2$ that stays is the other one."),
                ),
            ),
        ),
        template=Template(
            draws={
                "p": (("x_1*x_3", "x_1x_3"), ("x_2*x_3", "x_2x_3"), ("x_1^2*x_2", "x_1^2x_2")),
                "q": (("x_2^2", "x_2^2"), ("x_1*x_2", "x_1x_2"), ("x_3^3", "x_3^3")),
            },
            prompt=r"Let $\mathbf x$ have three entries and $\mathbf f(\mathbf x)=[«p»,\;«q»]^T$. Give its Jacobian.",
            parts={"J": {"f": "[«p»; «q»]", "mistakes": {}}},
        ),
        hints=(
            r"Two outputs and three inputs: $2\times3$.",
            r"Entry $(1,3)$: does $x_1x_2$ contain $x_3$?",
            r"Section 4.1: row $i$ is the gradient of $f_i$, with a place for every variable.",
            r"Row 1 begins with $\partial(x_1x_2)/\partial x_1=x_2$.",
            r"A twin: $[x_1x_3,\;x_2^2]^T$ has the Jacobian $[[x_3,0,x_1],[0,2x_2,0]]$.",
        ),
    ),
    Exercise(
        id="A03-07",
        section="4.1",
        title="A matrix times a vector",
        prompt=r"""
Let $A$ be an $m\times n$ matrix and $\mathbf f(\mathbf x)=A\mathbf x$, so $f_i=\sum_jA_{ij}x_j$. Give its Jacobian.""",
        variables={"A": "m,n", "x": "n"},
        points=1,
        parts=(
            Part(
                name="J",
                label=r"\partial(A\mathbf x)/\partial\mathbf x",
                f="A x",
                wrt="x",
                key="A",
                mistakes=(
                    Mistake("JAC-17", "A^T", r"That is the denominator layout. With one row for each output, which entry of $A$ is $\partial f_i/\partial x_j$?", credit=0.5),
                    Mistake("JAC-18", "A x", r"That is the function itself. How fast does $f_i=\sum_jA_{ij}x_j$ grow with $x_j$?"),
                    Mistake("JAC-19", "A ones(n)", r"You added the partial derivatives of each $f_i$ up. The Jacobian lists them, $n$ in each row."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 4, 5)},
            prompt=r"""Let $A$ be an $m\times n$ matrix and $\mathbf f(\mathbf x)=«a»A\mathbf x$. Give its Jacobian.""",
            parts={"J": {"f": "«a»*A x", "label": r"\partial\mathbf{f}/\partial\mathbf{x}", "mistakes": {}}},
        ),
        hints=(
            r"$m$ outputs and $n$ inputs: $m\times n$.",
            r"Entry $(i,j)$: which number multiplies $x_j$ in $f_i=A_{i1}x_1+\cdots+A_{in}x_n$?",
            r"Section 4.1: reduce vectors to their entries, differentiate, put together.",
            r"For $n=2$: $f_1=A_{11}x_1+A_{12}x_2$, so row 1 is $[A_{11},A_{12}]$.",
            r"A twin: in one dimension $f(x)=ax$ has the derivative $a$.",
        ),
    ),
    Exercise(
        id="A03-08",
        section="4.1",
        title="A curve: a vector by a number",
        prompt=r"""
Let $x$ be a number and $\mathbf y=[x^3,\;e^{2x}]^T$. Give $\partial\mathbf y/\partial x$ and mind how it stands.""",
        variables={"x": ""},
        points=2,
        parts=(
            Part(
                name="dx",
                label=r"\partial\mathbf y/\partial x",
                f="[x^3; exp(2 x)]",
                wrt="x",
                key="[3*x^2; 2*exp(2*x)]",
                mistakes=(
                    Mistake("JAC-10", "[3 x^2, 2 exp(2 x)]", r"Right numbers, wrong layout: two outputs make two rows, and the one input makes one column.", credit=0.5),
                    Mistake("CH1-01", "[3 x^2; exp(2 x)]", r"In the second entry the inner derivative is missing."),
                    Mistake("ELW-01", "[[3 x^2, 0], [0, 2 exp(2 x)]]", r"A diagonal needs as many inputs as outputs. Here one number moves: one column."),
                    Mistake("PAR-06", "3 x^2 + 2 exp(2 x)", r"The two derivatives are listed, not added."),
                    Mistake("SCA-02", "[x^2; 2 exp(2 x)]", r"In the first entry: the exponent comes down as a factor as well."),
                ),
            ),
        ),
        template=Template(
            draws={"k": (2, 4, 5), "a": (3, 4, 5), "g": (("exp", r"\exp"), ("sin", r"\sin"), ("cos", r"\cos"))},
            prompt=r"Let $x$ be a number and $\mathbf y=[x^{«k»},\;«g»(«a»x)]^T$. Give $\partial\mathbf y/\partial x$ and mind how it stands.",
            parts={"dx": {"f": "[x^«k»; «g»(«a»*x)]", "mistakes": {}}},
        ),
        hints=(
            r"Two outputs and one input: $2\times1$.",
            r"Entry 1: $\frac{d}{dx}x^3$. Entry 2: $\frac{d}{dx}e^{2x}$.",
            r"Section 4.1: the derivative of a vector by a number is vertical. A column is typed with `;`.",
            r"Begin: `[3*x^2; ` and then the second derivative.",
            r"A twin: $[\cos x,\;5x]^T$ has the derivative $[-\sin x,\;5]^T$.",
        ),
    ),
    Exercise(
        id="A03-09",
        section="4",
        title="Polar coordinates",
        prompt=r"""
A point is given by its distance $r>0$ and its angle $\theta$: $y_1=r\cos\theta$, $y_2=r\sin\theta$. Give the Jacobian with
respect to $[r,\theta]^T$, in this order, and its determinant (for $[[a,b],[c,d]]$ it is $ad-bc$). Type the angle `theta`.""",
        variables={"r": "", "theta": ""},
        domain={"r": "positive"},
        points=2,
        parts=(
            Part(
                name="J",
                label=r"\text{the Jacobian}",
                key="[[cos(theta), -r sin(theta)], [sin(theta), r cos(theta)]]",
                mistakes=(
                    Mistake("JAC-11", "[[cos(theta), -sin(theta)], [sin(theta), cos(theta)]]", r"$r$ is a constant factor when $\theta$ moves. A factor stays."),
                    Mistake("JAC-01", "[[cos(theta), sin(theta)], [-r sin(theta), r cos(theta)]]", r"Right numbers, wrong layout: row 1 belongs to $y_1$, row 2 to $y_2$.", credit=0.5),
                    Mistake("JAC-20", "[[cos(theta), r sin(theta)], [sin(theta), r cos(theta)]]", r"Check the sign: what is the derivative of the cosine?"),
                    Mistake("PAR-07", "[[-r sin(theta), cos(theta)], [r cos(theta), sin(theta)]]", r"Column $1$ belongs to $r$, column $2$ to $\theta$."),
                ),
            ),
            Part(
                name="det",
                label=r"\text{its determinant}",
                key="r",
                carries="J_{11} J_{22} - J_{12} J_{21}",
                mistakes=(
                    Mistake("JAC-11", "1", r"That is what comes out when the factor $r$ is lost in the second column."),
                    Mistake("JAC-21", "r (cos(theta)^2 - sin(theta)^2)", r"The determinant is $ad-bc$; here $b$ has a minus of its own."),
                    Mistake("JAC-22", "r^2", r"Each of the two products contains $r$ once. Then use $\cos^2\theta+\sin^2\theta=1$."),
                ),
            ),
        ),
        hints=(
            r"A $2\times2$ matrix and a formula.",
            r"Entry $(1,2)$ is $\partial(r\cos\theta)/\partial\theta$; $r$ stands still.",
            r"Section 4 for the stacking, section 3 for the partial derivatives.",
            r"The first column is $[\cos\theta,\;\sin\theta]^T$, since $r$ is a plain factor.",
            r"A twin: $y_1=s\,e^t$, $y_2=s\,t$ has the Jacobian $[[e^t,\,s\,e^t],[t,\,s]]$ by $[s,t]^T$ and the determinant $s\,e^t(1-t)$.",
        ),
    ),
    Exercise(
        id="A03-10",
        section="4.2",
        title="Which vector moves?",
        prompt=r"""
Readers of the article ask: a gradient lists *all* partial derivatives, but $\partial\mathbf y/\partial\mathbf w$ has only
those by $\mathbf w$. Where are the others? See for yourself, with two entries each:
$\mathbf y=[w_1x_1,\;w_2x_2]^T$. Give its Jacobian by $\mathbf w$, by $\mathbf x$, and by the stacked vector
$[w_1,w_2,x_1,x_2]^T$.""",
        variables=STACKED,
        points=3,
        parts=(
            Part(
                name="dw",
                label=r"\partial\mathbf y/\partial\mathbf w",
                f="[w_1*x_1; w_2*x_2]",
                wrt="w",
                key="[[x_1, 0], [0, x_2]]",
                mistakes=(
                    Mistake("JAC-06", "[[x_1, 0, w_1, 0], [0, x_2, 0, w_2]]", r"Below the bar stands $\mathbf w$ alone: two inputs, two columns. This matrix belongs to the stacked vector."),
                    Mistake("ELW-02", "[[w_1, 0], [0, w_2]]", r"When $w_1$ moves, the factor of $w_1x_1$ that stays is the other one."),
                    Mistake("ELW-01", "[x_1; x_2]", r"Two outputs and two inputs make a $2\times2$ matrix. What is $\partial y_1/\partial w_2$?", also=("[x_1, x_2]",)),
                    Mistake("ELW-08", "[[x_1 + w_1, 0], [0, x_2 + w_2]]", r"Only $\mathbf w$ moves; $\mathbf x$ stands still."),
                ),
            ),
            Part(
                name="dx",
                label=r"\partial\mathbf y/\partial\mathbf x",
                f="[w_1*x_1; w_2*x_2]",
                wrt="x",
                key="[[w_1, 0], [0, w_2]]",
                mistakes=(
                    Mistake("JAC-06", "[[x_1, 0, w_1, 0], [0, x_2, 0, w_2]]", r"Below the bar stands $\mathbf x$ alone: two inputs, two columns. This matrix belongs to the stacked vector."),
                    Mistake("ELW-02", "[[x_1, 0], [0, x_2]]", r"When $x_1$ moves, the factor of $w_1x_1$ that stays is the other one."),
                    Mistake("ELW-01", "[w_1; w_2]", r"Two outputs and two inputs make a $2\times2$ matrix. What is $\partial y_1/\partial x_2$?", also=("[w_1, w_2]",)),
                ),
            ),
            Part(
                name="stacked",
                label=r"\partial\mathbf y/\partial[w_1,w_2,x_1,x_2]^T",
                key="[[x_1, 0, w_1, 0], [0, x_2, 0, w_2]]",
                carries="[dw, dx]",
                mistakes=(
                    Mistake("JAC-23", "[[w_1, 0, x_1, 0], [0, w_2, 0, x_2]]", r"The first two columns belong to $w_1$ and $w_2$. What is $\partial(w_1x_1)/\partial w_1$?"),
                    Mistake("JAC-24", "[[x_1, 0], [0, x_2]]", r"Four inputs make four columns: the last two are for $x_1$ and $x_2$.", also=("[[w_1, 0], [0, w_2]]",)),
                    Mistake("ELW-01", "[x_1, x_2, w_1, w_2]", r"Two outputs make two rows. What is $\partial y_1/\partial w_2$, and what is $\partial y_2/\partial w_1$?", also=("[x_1; x_2; w_1; w_2]",)),
                    Mistake("JAC-25", "[[x_1, 0], [0, x_2], [w_1, 0], [0, w_2]]", r"Right numbers, wrong layout: more inputs mean more columns. Put the two matrices side by side, not one above the other.", credit=0.5),
                    Mistake("ELW-08", "[[x_1 + w_1, 0], [0, x_2 + w_2]]", r"The two Jacobians stand side by side; they are not added. (They would be if $\mathbf w$ and $\mathbf x$ were one and the same vector.)"),
                ),
            ),
        ),
        hints=(
            r"$2\times2$, $2\times2$ and $2\times4$.",
            r"Entry $(1,1)$ of `dw`: $\partial(w_1x_1)/\partial w_1$. Entry $(1,2)$: does $w_1x_1$ contain $w_2$?",
            r"Section 4.2 writes $J_{\mathbf w}$ and $J_{\mathbf x}$: the index says which vector moves.",
            r"`dw` begins `[[x_1, 0], ...`.",
            r"A twin: $\mathbf y=\mathbf w+\mathbf x$ with two entries has $I$, $I$ and $[[1,0,1,0],[0,1,0,1]]$.",
        ),
    ),
    Exercise(
        id="A03-11",
        section="4.1",
        title="Quadratic forms",
        prompt=r"""
Let $\mathbf x$ be a column of length $n$ and $Q$ an $n\times n$ matrix that need **not** be symmetric. Both functions below
give one number. Give their gradients as rows.""",
        variables={"Q": "n,n", "x": "n"},
        points=3,
        parts=(
            Part(
                name="square",
                label=r"\partial(\mathbf x^T\mathbf x)/\partial\mathbf x",
                f="x^T x",
                wrt="x",
                key="2 x^T",
                mistakes=(
                    Mistake("JAC-09", "x^T", r"$\mathbf x$ occurs twice in the product, and both move: write the sum out as $x_1^2+\cdots+x_n^2$.", also=("x",)),
                    Mistake("PAR-08", "2 x", r"Right numbers, wrong layout: one output makes one row.", credit=0.5),
                    Mistake("JAC-26", "2 diag(x)", r"$\mathbf x^T\mathbf x$ is one number, so there is one row."),
                    Mistake("JAC-27", "2 sum(x)", r"The partial derivatives are listed, not added up."),
                ),
            ),
            Part(
                name="form",
                label=r"\partial(\mathbf x^TQ\mathbf x)/\partial\mathbf x",
                f="x^T Q x",
                wrt="x",
                key="x^T (Q + Q^T)",
                mistakes=(
                    Mistake("JAC-28", "2 x^T Q", r"Nearly: that holds when $Q$ is symmetric. Write the sum $\sum_{ij}x_iQ_{ij}x_j$ out for $n=2$ and see what $x_1$ meets.", also=("2 x^T Q^T",)),
                    Mistake("JAC-09", "x^T Q", r"$\mathbf x$ occurs twice, and both move: the other one adds a second term.", also=("x^T Q^T", "Q x")),
                    Mistake("PAR-08", "(Q + Q^T) x", r"Right numbers, wrong layout: one output makes one row.", credit=0.5),
                ),
            ),
        ),
        hints=(
            r"Both answers are rows, $1\times n$.",
            r"Entry $k$ of the second: collect the terms of $\sum_{ij}x_iQ_{ij}x_j$ that contain $x_k$, once as $x_i$ and once as $x_j$.",
            r"Section 4.1: write sums, differentiate, put together again. The product rule of section 2 for $x_iQ_{ij}x_j$.",
            r"For $n=2$: $Q_{11}x_1^2+(Q_{12}+Q_{21})x_1x_2+Q_{22}x_2^2$; by $x_1$: $2Q_{11}x_1+(Q_{12}+Q_{21})x_2$.",
            r"A twin: for $Q=[[1,4],[2,3]]$ the gradient is $[2x_1+6x_2,\;6x_1+6x_2]$.",
        ),
    ),
    Exercise(
        id="A03-12",
        section="4.1",
        title="Find the error",
        prompt=r"""
Somebody derives the Jacobian of $\mathbf f(\mathbf x)=[x_1+x_2,\;x_1x_2]^T$. Which line is the first wrong one, and what is the
right Jacobian?""",
        variables=X2,
        points=2,
        parts=(
            Part(
                name="line",
                kind="error",
                label=r"\text{the first wrong line}",
                lines=(
                    r"$f_i$ is a function of $x_i$ only,",
                    r"so the entries off the diagonal are $0$,",
                    r"and the Jacobian is $\begin{bmatrix}1&0\\0&x_1\end{bmatrix}$.",
                ),
                key=1,
                mistakes=(
                    Mistake("JAC-04", 2, r"This line would follow if the line before it were true. Is it?", also=(3,)),
                ),
            ),
            Part(
                name="right",
                label=r"\text{the right Jacobian}",
                f="[x_1 + x_2; x_1 x_2]",
                wrt="x",
                key="[[1, 1], [x_2, x_1]]",
                mistakes=(
                    Mistake("JAC-04", "[[1, 0], [0, x_1]]", r"That is what the wrong lines end with. Both functions use both variables."),
                    Mistake("JAC-01", "[[1, x_2], [1, x_1]]", r"Right numbers, wrong layout: row 2 is the gradient of $x_1x_2$.", credit=0.5),
                    Mistake("PAR-10", "[[1, 1], [x_1, x_2]]", r"When $x_1$ moves, the factor of $x_1x_2$ that stays is the other one."),
                ),
            ),
        ),
        hints=(
            r"`line` is a line's number, `right` a $2\times2$ matrix.",
            r"Does $f_1=x_1+x_2$ contain $x_2$?",
            r"Section 4.1: in general each $f_i$ may use all of $\mathbf x$.",
            r"Row 1 of the right Jacobian is the gradient of $x_1+x_2$.",
            r"A twin: $[x_1-x_2,\;x_1x_2^2]^T$ has the Jacobian $[[1,-1],[x_2^2,\,2x_1x_2]]$.",
        ),
    ),
    Exercise(
        id="A03-13",
        section="4",
        title="A small step",
        prompt=r"""
Take the function of A03-01, $y_1=2x_1x_2^3$ and $y_2=5x_1+x_2^4$, at the point $x_1=2$, $x_2=1$. To first order the step
$\boldsymbol\delta=[0.01,\,-0.02]^T$ changes $\mathbf y$ by $J\boldsymbol\delta$. Give this column of two numbers.""",
        points=2,
        parts=(
            Part(
                name="change",
                kind="number",
                label=r"J\boldsymbol\delta",
                key="[-0.22; -0.03]",
                mistakes=(
                    Mistake("JAC-01", "[-0.08; 0.04]", r"You multiplied with the transposed matrix. Row 1 of $J$ is the gradient of $y_1$."),
                    Mistake("JAC-29", "[-0.22, -0.03]", r"Right numbers, wrong layout: a $2\times2$ matrix times a column is a column. Type it with a semicolon.", credit=0.5),
                    Mistake("JAC-30", "[0.26; 0.13]", r"The second step is negative: $x_2$ goes down."),
                    Mistake("PAR-21", "[-0.2164; -0.0276]", r"That is the true change, or nearly. $J\boldsymbol\delta$ takes the slopes at the point times the steps, and is a little off."),
                    Mistake("JAC-31", "-0.25", r"Each of the two outputs has a change of its own. Do not add them up."),
                ),
            ),
        ),
        hints=(
            r"A column of two numbers.",
            r"The first one is $\frac{\partial y_1}{\partial x_1}\cdot0.01+\frac{\partial y_1}{\partial x_2}\cdot(-0.02)$.",
            r"Section 4 for $J$; a matrix times a column: row by column.",
            r"At this point the first row of $J$ begins with $2\cdot1^3=2$.",
            r"A twin: $J=[[1,2],[3,4]]$ and $\boldsymbol\delta=[0.1,0.1]^T$ give $[0.3,0.7]^T$.",
        ),
    ),
    Exercise(
        id="A03-14",
        section="4.1",
        title="Jacobians by computer",
        prompt=r"""
Write `jacobian(f, x, h)`. The function `f` takes a 1-D NumPy array of length $n$ and returns one of length $m$; `x` is a list or
array of $n$ numbers, perhaps whole ones. Return the $m\times n$ array whose column $j$ is
$$\frac{\mathbf f(\mathbf x+h\mathbf e_j)-\mathbf f(\mathbf x-h\mathbf e_j)}{2h},$$
where $\mathbf e_j$ has a $1$ in place $j$ and zeros elsewhere. Work on a copy, so that `x` stays as it is, and put an entry
back before you shift the next one. A good step is `h = 1e-6`, but the function is also tried with a much larger one. You will use it to
check your own answers in the rest of the course.""",
        points=4,
        parts=(
            Part(
                name="jacobian",
                kind="code",
                label=r"\texttt{jacobian}",
                key=jacobian,
                tolerance=1e-4,
                signature=Signature(
                    "jacobian",
                    {
                        "f": Given(
                            choices=(
                                Given(formula="[x_1*x_2; sin(x_3); x_1 + x_2*x_3; exp(x_2)]", variables={"x": "3"}),
                                Given(formula="[x_1*x_2; x_2*x_3]", variables={"x": "3"}),
                                Given(formula="[x_1^3*x_2; 3*x_2]", variables={"x": "2"}),
                                Given(formula="x ⊗ cos(x) + sum(x)", variables={"x": "n"}),
                            )
                        ),
                        "x": Given(
                            choices=(
                                Given([0.4, -1.3, 0.8], array=True),
                                Given([1.7, 0.6, -2.2], array=True),
                                Given([3, 2]),
                                Given([0.3, -0.9, 1.6, 2.4, -1.1], array=True),
                            ),
                            vary=True,
                        ),
                        "h": Given(choices=(Given(1e-6), Given(0.5), Given(0.5), Given(1e-6))),
                    },
                    returns="a 2-D array, m×n",
                    sizes=({}, {}, {}, {}),
                ),
                mistakes=(
                    Mistake("JAC-02", jacobian_transposed, r"Right numbers, wrong layout: one row for each output, one column for each input.", credit=0.5),
                    Mistake("NUM-01", jacobian_over_h, r"Your numbers are twice too large: the two points are $2h$ apart."),
                    Mistake("NUM-10", jacobian_times_h, r"In code `/2*h` divides by $2$ and then multiplies by $h$. Write `/(2*h)`."),
                    Mistake("NUM-02", jacobian_with_lost_step, r"Your results are all $0$: `f` is called at the same point twice. `b = a` is no copy of an array, `b = a.copy()` is one."),
                    Mistake("own-step", jacobian_with_own_step, r"You take a step of your own, and not the `h` that is given. With a large `h` that shows."),
                    Mistake("sign-reversed", jacobian_backwards, r"The sign is turned round: take the value at $\mathbf x+h\mathbf e_j$ first, and subtract the other."),
                    Mistake("NUM-04", jacobian_all_at_once, r"You shift all entries at once. Column $j$ needs a shift of $x_j$ alone.", also=(jacobian_summed,)),
                    Mistake("NUM-05", jacobian_not_restored, r"Put `x[j]` back before you go on to the next entry: it still stands a step aside.", also=(jacobian_left_ahead,)),
                    Mistake("NUM-09", jacobian_of_whole_numbers, r"Where `x` holds whole numbers, your copy of it does too, and the step is cut off. `np.array(x, dtype=float)` can hold fractions."),
                    Mistake("NUM-08", jacobian_to_one_side, r"That is the difference to one side. Take a step in both directions: it is much more exact."),
                    Mistake("JAC-04", jacobian_diagonal, r"Your function fills the diagonal only. Every output may use every input."),
                ),
            ),
        ),
        hints=(
            r"The function returns a 2-D array with $m$ rows and $n$ columns.",
            r"Column $j$ holds how all $m$ outputs answer to a shift of $x_j$.",
            r"Section 4.1. `np.array(x, dtype=float)` makes a copy that can hold fractions; `np.column_stack` puts columns side by side.",
            r"Begin: `x = np.array(x, dtype=float)`, then a loop over `j` in which a copy of `x` is shifted in place `j`.",
            r"A twin: for $f(x_1,x_2)=[x_1x_2,\,x_1]$ at $[2,3]$ the columns are near $[3,1]$ and $[2,0]$, so the result is near $[[3,2],[1,0]]$.",
        ),
    ),
    Exercise(
        id="A03-15",
        section="10",
        title="When another tool disagrees",
        prompt=r"""
Section 10 recommends the site matrixcalculus.org. For the number $y=\mathbf v^T\mathbf x$ it prints the column $\mathbf v$ as
$\partial y/\partial\mathbf x$. What is the same derivative in the layout of this course?""",
        variables={"v": "n", "x": "n"},
        points=1,
        parts=(
            Part(
                name="dx",
                label=r"\partial(\mathbf v^T\mathbf x)/\partial\mathbf x",
                f="v^T x",
                wrt="x",
                key="v^T",
                mistakes=(
                    Mistake("JAC-01", "v", r"That is what the site prints. In this course one output makes one row.", credit=0.5),
                    Mistake("ACT-02", "x^T", r"$\mathbf x$ moves, so $\mathbf v$ is what stays.", also=("x",)),
                    Mistake("PAR-06", "sum(v)", r"The partial derivatives are listed, not added up."),
                    Mistake("ELW-37", "diag(v)", r"$\mathbf v^T\mathbf x$ is one number, so there is one row."),
                ),
            ),
        ),
        hints=(
            r"One output and $n$ inputs: $1\times n$.",
            r"Entry $j$: $\partial(v_1x_1+\cdots+v_nx_n)/\partial x_j=v_j$.",
            r"Sections 4 and 10: gradients there are columns, here rows.",
            r"Which sign turns a column into a row?",
            r"A twin: for $y=5x_1+x_2^3$ the site prints $[5,\,3x_2^2]^T$; here it is $[5,\,3x_2^2]$.",
        ),
    ),
    Exercise(
        id="A03-16",
        section="8.1",
        title="One entry of the reference",
        prompt=r"""
The article's reference section shows the general Jacobian of $\mathbf y=\mathbf f(\mathbf x)$ with $m$ outputs and $n$ inputs. What stands in its row $2$, column $1$?""",
        points=1,
        parts=(
            Part(
                name="entry",
                kind="choice",
                choices=(
                    r"$\dfrac{\partial f_1}{\partial x_2}$",
                    r"$\dfrac{\partial f_2}{\partial x_1}$",
                    r"$\dfrac{\partial f_2}{\partial x_2}\cdot\dfrac{\partial f_1}{\partial x_1}$",
                    r"$0$, because $2\ne1$",
                ),
                key="b",
                mistakes=(
                    Mistake("JAC-01", "a", r"That is the entry of the denominator layout. Here the row counts the output, the column the input."),
                    Mistake("JAC-32", "c", r"Each entry is one derivative: of one output, by one input."),
                    Mistake("JAC-04", "d", r"That holds for element-wise functions only. In general $f_2$ may use $x_1$."),
                ),
            ),
        ),
        hints=(
            r"The answer is a letter.",
            r"The row tells which gradient you are in.",
            r"Sections 4.1 and 8.1: row $i$ is the gradient of $f_i$.",
            r"Row 2 is the gradient of $f_2$. Which variable does its first entry belong to?",
            r"A twin: row 1, column 3 holds $\frac{\partial f_1}{\partial x_3}$.",
        ),
    ),
)
