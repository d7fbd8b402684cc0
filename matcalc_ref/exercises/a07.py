"""A07, the vector chain rule: the article's 4.5.3 and the table of 8.5."""

from matcalc_ref.record import Exercise, Mistake, Part, Signature
from matcalc_ref.variants import Template


def _chain_jacobian(J3, J2, J1):
    return J3 @ J2 @ J1


def _chain_jacobian_reversed_transposed(J3, J2, J1):
    return (J3 @ J2 @ J1).T


def _chain_jacobian_reversed(J3, J2, J1):
    return J1 @ J2 @ J3


def _chain_jacobian_stopped(J3, J2, J1):
    return J3 @ J2


def _fits(outer, inner):
    return outer.shape[1] == inner.shape[0]


def _fits_always(outer, inner):
    return True


def _fits_rows(outer, inner):
    return outer.shape[0] == inner.shape[0]


def _fits_alike(outer, inner):
    return outer.shape == inner.shape


def _fits_swapped(outer, inner):
    return inner.shape[1] == outer.shape[0]


EXERCISES = (
    Exercise(
        id="A07-01",
        section="4.5.3",
        title="One number in, two numbers out",
        prompt=r"""Take $\mathbf{y} = \mathbf{f}(\mathbf{g}(x)) = \begin{bmatrix} \ln x^2 \\ \sin 3x \end{bmatrix}$ for a
number $x > 0$, and name the insides $\mathbf{g}(x) = \begin{bmatrix} x^2 \\ 3x \end{bmatrix}$, so that
$\mathbf{f}(\mathbf{g}) = \begin{bmatrix} \ln g_1 \\ \sin g_2 \end{bmatrix}$. Give the two Jacobians and their product.
You may write $g_1$, $g_2$ or put in what they stand for.""",
        variables={"x": "", "g": "2"},
        domain="positive",
        where={"g": "[x^2; 3x]"},
        points=3,
        parts=(
            Part(
                "dfdg",
                label=r"\partial\mathbf{f}/\partial\mathbf{g}",
                f="[ln(g_1); sin(g_2)]",
                wrt="g",
                key="[[1/g_1, 0], [0, cos(g_2)]]",
                mistakes=(
                    Mistake(
                        "ELW-01",
                        "[1/g_1; cos(g_2)]",
                        r"The two numbers are right, but $\mathbf{f}$ has 2 outputs and $\mathbf{g}$ has 2 entries, so the "
                        "Jacobian is a 2×2 matrix. Which places do they take, and what stands in the others?",
                    ),
                    Mistake(
                        "missing-zeros",
                        "[[1/g_1, cos(g_2)], [1/g_1, cos(g_2)]]",
                        "Each row is the gradient of one output, and the first output does not contain $g_2$ at all: "
                        "what is its partial with respect to $g_2$?",
                    ),
                ),
            ),
            Part(
                "dgdx",
                label=r"\partial\mathbf{g}/\partial x",
                f="[x^2; 3x]",
                wrt="x",
                key="[2x; 3]",
                mistakes=(
                    Mistake("JAC-10", "[2x, 3]", r"Right numbers, wrong layout: two outputs make two rows, one number $x$ makes one column.", credit=0.5),
                    Mistake(
                        "one-column",
                        "[[2x, 0], [0, 3]]",
                        r"$x$ is a single number, so this Jacobian has a single column: one row for each entry of "
                        r"$\mathbf{g}$.",
                    ),
                ),
            ),
            Part(
                "dydx",
                label=r"\partial\mathbf{y}/\partial x",
                f="[ln(x^2); sin(3x)]",
                wrt="x",
                key="[2/x; 3cos(3x)]",
                carries="dfdg dgdx",
                mistakes=(
                    Mistake(
                        "VCH-06",
                        "[[1/g_1, 0], [0, cos(g_2)]]",
                        r"You stopped at $\mathbf{g}$: multiply by $\partial\mathbf{g}/\partial x$ on the right.",
                    ),
                    Mistake(
                        "CH1-01",
                        "[1/x^2; cos(3x)]",
                        r"The outer derivatives are right, but the inner ones, $\partial\mathbf{g}/\partial x$, are missing.",
                    ),
                    Mistake(
                        "outer-missing",
                        "[2x; 3cos(3x)]",
                        r"Not all outer derivatives are there: $1/g_1$ is a factor of the first entry, $\cos g_2$ of the second.",
                        also=("[2/x; 3]", "[2x; 3]"),
                    ),
                    Mistake("JAC-10", "[2/x, 3cos(3x)]", r"Right numbers, wrong layout: a vector differentiated by a number stays a column, one row for each output.", credit=0.5),
                    Mistake(
                        "kept-matrix",
                        "[[2/x, 0], [0, 3cos(3x)]]",
                        r"Right numbers, but $x$ is one number: a 2×2 matrix times a 2×1 column leaves a 2×1 column.",
                    ),
                ),
            ),
        ),
        hints=(
            r"Shapes first: $\partial\mathbf{f}/\partial\mathbf{g}$ is $2\times 2$, $\partial\mathbf{g}/\partial x$ is "
            r"$2\times 1$, so the product is $2\times 1$.",
            r"One entry: row 1, column 1 of $\partial\mathbf{f}/\partial\mathbf{g}$ is the derivative of $\ln g_1$ by $g_1$.",
            r"Section 4.5.3: multiply the Jacobians, the outer one on the left. The product then has $g_1$, $g_2$ in it; "
            r"substitute $x^2$ and $3x$ at the end.",
            r"$\partial\mathbf{f}/\partial\mathbf{g} = \begin{bmatrix} 1/g_1 & 0 \\ 0 & \cdot \end{bmatrix}$.",
            r"A twin: $\mathbf{y} = [e^{5x};\, \cos x^3]$ with $\mathbf{g} = [5x;\, x^3]$ has "
            r"$\begin{bmatrix} e^{g_1} & 0\\ 0 & -\sin g_2\end{bmatrix}\begin{bmatrix} 5\\ 3x^2\end{bmatrix} = "
            r"\begin{bmatrix} 5e^{5x}\\ -3x^2\sin x^3\end{bmatrix}$.",
        ),
    ),
    Exercise(
        id="A07-02",
        section="4.5.3",
        title="Shapes that fit together",
        prompt=r"""Let $\mathbf{f}$ take 2 numbers and return 3, and let $\mathbf{g}$ take 4 numbers and return 2. Give
the shapes (rows, columns) in the chain $\mathbf{f}(\mathbf{g}(\mathbf{x}))$.""",
        points=1,
        parts=(
            Part(
                "dfdg",
                "shape",
                label=r"\partial\mathbf{f}/\partial\mathbf{g}",
                key="3,2",
                mistakes=(
                    Mistake("JAC-02", "2,3", "Rows count outputs and columns count inputs: which is which here?"),
                ),
            ),
            Part(
                "dgdx",
                "shape",
                label=r"\partial\mathbf{g}/\partial\mathbf{x}",
                key="2,4",
                mistakes=(
                    Mistake("JAC-02", "4,2", "Rows count outputs and columns count inputs: which is which here?"),
                ),
            ),
            Part(
                "product",
                "shape",
                label=r"\partial\mathbf{f}(\mathbf{g}(\mathbf{x}))/\partial\mathbf{x}",
                key="3,4",
                mistakes=(
                    Mistake("JAC-02", "4,3", "Rows count outputs: the whole chain takes 4 numbers and returns 3."),
                    Mistake(
                        "inner-size",
                        "2,2",
                        "The inner 2s are the ones that cancel; what is left are the outer sizes of the two matrices.",
                    ),
                ),
            ),
        ),
        hints=(
            "A Jacobian has one row for each output and one column for each input.",
            r"$\partial\mathbf{f}/\partial\mathbf{g}$: 3 outputs, and its inputs are the 2 entries of $\mathbf{g}$.",
            "Section 4.5.3: (m×k)(k×n) gives m×n.",
            r"The first one is $3\times 2$.",
            r"A twin: $\mathbf{f}$ takes 5 and returns 1, $\mathbf{g}$ takes 2 and returns 5: "
            r"$(1\times 5)(5\times 2) = 1\times 2$.",
        ),
    ),
    Exercise(
        id="A07-03",
        section="4.5.3",
        title="Two in, two between, two out",
        prompt=r"""Let $\mathbf{f}(\mathbf{g}) = \begin{bmatrix} g_1 g_2 \\ g_1 + g_2 \end{bmatrix}$ and
$\mathbf{g}(\mathbf{x}) = \begin{bmatrix} x_1^2 x_2 \\ x_1 + x_2 \end{bmatrix}$. Give the Jacobian of each, then the
Jacobian of $\mathbf{f}(\mathbf{g}(\mathbf{x}))$ with respect to $\mathbf{x}$. You may leave $g_1$, $g_2$ and matrix
products in your answer.""",
        variables={"x": "2", "g": "2"},
        where={"g": "[x_1^2 x_2; x_1 + x_2]"},
        points=4,
        parts=(
            Part(
                "Jf",
                label=r"\partial\mathbf{f}/\partial\mathbf{g}",
                f="[g_1 g_2; g_1 + g_2]",
                wrt="g",
                key="[[g_2, g_1], [1, 1]]",
                mistakes=(
                    Mistake(
                        "VCH-04",
                        "[[x_2, x_1], [1, 1]]",
                        r"The outer Jacobian is evaluated at $\mathbf{g}$, not at $\mathbf{x}$: keep $g_1$ and $g_2$.",
                    ),
                    Mistake(
                        "PAR-07",
                        "[[g_1, g_2], [1, 1]]",
                        "Column 1 belongs to $g_1$: differentiate $g_1g_2$ by $g_1$, with $g_2$ held still.",
                    ),
                    Mistake(
                        "JAC-04",
                        "[[g_2, 0], [0, 1]]",
                        "Both outputs use both entries, so there is no reason for zeros: each row is a full gradient.",
                    ),
                ),
            ),
            Part(
                "Jg",
                label=r"\partial\mathbf{g}/\partial\mathbf{x}",
                f="[x_1^2 x_2; x_1 + x_2]",
                wrt="x",
                key="[[2x_1 x_2, x_1^2], [1, 1]]",
                mistakes=(
                    Mistake(
                        "JAC-04",
                        "[[2x_1 x_2, 0], [0, 1]]",
                        "Both outputs use both entries, so there is no reason for zeros: each row is a full gradient.",
                    ),
                    Mistake(
                        "PAR-07",
                        "[[x_1^2, 2x_1 x_2], [1, 1]]",
                        "Entry $j$ of a row belongs to $x_j$: first the partial by $x_1$, then the one by $x_2$.",
                    ),
                ),
            ),
            Part(
                "J",
                label=r"\partial\mathbf{f}(\mathbf{g}(\mathbf{x}))/\partial\mathbf{x}",
                f="[x_1^2 x_2 (x_1 + x_2); x_1^2 x_2 + x_1 + x_2]",
                wrt="x",
                key="[[2x_1 x_2 (x_1 + x_2) + x_1^2 x_2, x_1^2 (x_1 + x_2) + x_1^2 x_2], [2x_1 x_2 + 1, x_1^2 + 1]]",
                carries="Jf Jg",
                weight=2,
                mistakes=(
                    Mistake(
                        "VCH-03",
                        "[[2x_1 x_2 (x_1 + x_2) + x_1^2 x_2, 2x_1 x_2 + 1], [x_1^2 (x_1 + x_2) + x_1^2 x_2, x_1^2 + 1]]",
                        "Right entries, denominator layout: rows belong to the outputs.",
                        credit=0.5,
                    ),
                    Mistake(
                        "VCH-04",
                        "[[x_2, x_1], [1, 1]] [[2x_1 x_2, x_1^2], [1, 1]]",
                        r"The outer Jacobian is evaluated at $\mathbf{g}(\mathbf{x})$, not at $\mathbf{x}$: put "
                        r"$g_1 = x_1^2x_2$ and $g_2 = x_1 + x_2$ into it.",
                    ),
                    Mistake(
                        "VCH-05",
                        "[[2x_1 x_2 g_2, 0], [0, 1]]",
                        r"Square does not mean diagonal. The diagonal shortcut needs $f_i$ to use only $g_i$, and $g_i$ "
                        r"only $x_i$; here every function uses both.",
                    ),
                    Mistake(
                        "VCH-06",
                        "[[g_2, g_1], [1, 1]]",
                        r"You stopped at $\mathbf{g}$: multiply by $\partial\mathbf{g}/\partial\mathbf{x}$ on the right.",
                    ),
                    Mistake(
                        "VCH-08",
                        "[[2x_1 x_2, x_1^2], [1, 1]] [[g_2, g_1], [1, 1]]",
                        "The order is swapped. The sizes allow both orders here, the chain rule only one: the outer "
                        "function's Jacobian stands on the left.",
                    ),
                    Mistake(
                        "element-wise-product",
                        "[[2x_1 x_2 g_2, x_1^2 g_1], [1, 1]]",
                        "This multiplies entry by entry. The chain rule wants the matrix product: rows of the left one "
                        "with columns of the right one.",
                    ),
                ),
            ),
        ),
        hints=(
            r"Two inputs, two outputs: all three Jacobians are $2\times 2$.",
            r"One entry: $\partial f_1/\partial g_2$ for $f_1 = g_1g_2$ is $g_1$; it stands in row 1, column 2.",
            r"Section 4.5.3: the Jacobian of $\mathbf{f}(\mathbf{g}(\mathbf{x}))$ is "
            r"$\frac{\partial\mathbf{f}}{\partial\mathbf{g}}\frac{\partial\mathbf{g}}{\partial\mathbf{x}}$, a matrix product.",
            r"The first row of $\partial\mathbf{f}/\partial\mathbf{g}$ is $[g_2,\ g_1]$.",
            r"A twin: $\mathbf{f} = [u_1u_2;\ u_1-u_2]$, $\mathbf{u} = [x_1^2;\ 3x_1+x_2]$ gives "
            r"$\begin{bmatrix}u_2&u_1\\1&-1\end{bmatrix}\begin{bmatrix}2x_1&0\\3&1\end{bmatrix} = "
            r"\begin{bmatrix}2x_1u_2+3u_1 & u_1\\ 2x_1-3&-1\end{bmatrix}$.",
        ),
    ),
    Exercise(
        id="A07-04",
        section="4.5.3",
        title="The dot product as a chain",
        prompt=r"""Let $\mathbf{w}$ and $\mathbf{x}$ be columns of length $n$. Split the dot product
$y = \mathbf{w}\cdot\mathbf{x}$ in two: $\mathbf{u} = \mathbf{w}\otimes\mathbf{x}$ (entry by entry), then
$y = \mathrm{sum}(\mathbf{u})$. Give the derivative of each step, and the derivative of $y$ with respect to $\mathbf{w}$.""",
        variables={"w": "n", "x": "n", "u": "n"},
        where={"u": "w ⊙ x"},
        points=3,
        parts=(
            Part(
                "dydu",
                label=r"\partial y/\partial\mathbf{u}",
                f="sum(u)",
                wrt="u",
                key="ones(n)^T",
                mistakes=(
                    Mistake(
                        "SUM-01",
                        "n",
                        r"$n$ is what you get by letting all entries move together; the gradient lists them one by one, "
                        r"in a row.",
                    ),
                    Mistake(
                        "sum-itself",
                        "u^T",
                        r"Each term $u_i$ of the sum is differentiated by $u_j$: the result is 1 or 0, not $u_i$.",
                    ),
                    Mistake(
                        "one-number",
                        "1",
                        r"Each partial is 1, but there are $n$ of them: one for each entry of $\mathbf{u}$.",
                    ),
                ),
            ),
            Part(
                "dudw",
                label=r"\partial\mathbf{u}/\partial\mathbf{w}",
                f="w ⊙ x",
                wrt="w",
                key="diag(x)",
                mistakes=(
                    Mistake(
                        "ELW-01",
                        "x",
                        r"The numbers are right, but $n$ outputs by $n$ inputs make an $n\times n$ matrix. Which places "
                        "do they take, and what stands in the others?",
                        also=("x^T",),
                    ),
                    Mistake(
                        "ELW-03",
                        "ones(n) x^T",
                        r"$u_i = w_ix_i$ does not contain $w_j$ for $j \ne i$, so every off-diagonal entry is 0.",
                    ),
                    Mistake("ACT-02", "diag(w)", r"That is $\partial\mathbf{u}/\partial\mathbf{x}$: here $\mathbf{w}$ moves."),
                    Mistake(
                        "ELW-08",
                        "diag(x) + diag(w)",
                        r"Only $\mathbf{w}$ moves; $\mathbf{x}$ is not a function of it, so there is no second term.",
                    ),
                ),
            ),
            Part(
                "dydw",
                label=r"\partial y/\partial\mathbf{w}",
                f="sum(w ⊙ x)",
                wrt="w",
                key="x^T",
                carries="dydu dudw",
                mistakes=(
                    Mistake(
                        "SUM-13",
                        "ones(n)^T",
                        r"$\vec 1^T$ is only $\partial y/\partial\mathbf{u}$; go on to $\mathbf{w}$ by multiplying with "
                        r"$\partial\mathbf{u}/\partial\mathbf{w}$.",
                    ),
                    Mistake(
                        "ACT-02",
                        "w^T",
                        r"That is the derivative with respect to $\mathbf{x}$; $\mathbf{w}$ is what moves here.",
                    ),
                    Mistake(
                        "VCH-07",
                        "diag(x) ones(n)",
                        r"$\partial y/\partial\mathbf{u}$, a row, comes first, then $\partial\mathbf{u}/\partial\mathbf{w}$: "
                        "the product is a row.",
                        credit=0.5,
                    ),
                    Mistake(
                        "VCH-06",
                        "diag(x)",
                        r"You stopped at $\mathbf{u}$: $y$ is one number, so the answer is one row. Multiply by "
                        r"$\partial y/\partial\mathbf{u}$ on the left.",
                    ),
                    Mistake(
                        "summed",
                        "sum(x)",
                        r"The row times the matrix is a row with $n$ entries; here its entries were added up as well.",
                    ),
                ),
            ),
        ),
        hints=(
            r"Shapes: a row ($1\times n$), a matrix ($n\times n$), and their product, a row.",
            r"One entry: $\partial u_i/\partial w_j$ is $x_i$ for $j = i$ and 0 otherwise.",
            r"Section 4.5.3, with 4.4 for the sum and 4.2 for $\otimes$: outer Jacobian on the left.",
            r"The first blank is a row of ones, written `ones(n)^T`.",
            r"A twin: $y = \mathrm{sum}(\mathbf{w}\otimes\mathbf{w})$ has $\vec 1^T\,\mathrm{diag}(2\mathbf{w}) = 2\mathbf{w}^T$.",
        ),
    ),
    Exercise(
        id="A07-05",
        section="4.5.3",
        title="A layer of sigmoids",
        prompt=r"""Let $A$ be an $m\times n$ matrix and $\mathbf{x}$ a column of length $n$. The sigmoid
$\sigma(z) = 1/(1+e^{-z})$ acts on each entry, and its derivative is $\sigma(z)(1-\sigma(z))$. Give the Jacobian of
$\sigma(A\mathbf{x})$ with respect to $\mathbf{x}$. You may use $\mathbf{s} = \sigma(A\mathbf{x})$ in your answer, and
`1 - s` takes each entry of $\mathbf{s}$ from 1.""",
        variables={"A": "m,n", "x": "n", "s": "m"},
        where={"s": "sigmoid(A x)"},
        points=3,
        parts=(
            Part(
                "answer",
                label=r"\partial\sigma(A\mathbf{x})/\partial\mathbf{x}",
                f="sigmoid(A x)",
                wrt="x",
                key="diag(s ⊙ (1 - s)) A",
                mistakes=(
                    Mistake(
                        "VCH-06",
                        "diag(s ⊙ (1 - s))",
                        r"That is the derivative with respect to $A\mathbf{x}$; go on to $\mathbf{x}$ by multiplying with "
                        "the inner Jacobian on the right.",
                    ),
                    Mistake("outer-missing", "A", r"$A$ is only the inner Jacobian; the sigmoid's own derivative is missing."),
                    Mistake("ACT-14", "diag(1 - s^2) A", r"That is the slope of another function, $\tanh$; this one is the sigmoid."),
                    Mistake(
                        "derivative-missing",
                        "diag(s) A",
                        r"The diagonal must hold the *derivative* of the sigmoid, not its value.",
                    ),
                    Mistake(
                        "ACT-13",
                        "diag((A x) ⊙ (1 - A x)) A",
                        r"In $\sigma(z)(1-\sigma(z))$ the sigmoid's value stands twice: use $\mathbf{s}$, not $A\mathbf{x}$.",
                    ),
                    Mistake(
                        "summed",
                        "(s ⊙ (1 - s))^T A",
                        r"This is the row that $\mathrm{sum}(\sigma(A\mathbf{x}))$ would give. There are $m$ outputs here, so "
                        r"$m$ rows: put the factors on a diagonal.",
                    ),
                ),
            ),
        ),
        template=Template(
            title="A layer of another function",
            draws={"g": (("sin", r"\sin"), ("cos", r"\cos"), ("exp", r"\exp"), ("tanh", r"\tanh"))},
            prompt=r"""$A$ is an $m\times n$ matrix, and the function is applied to each entry. Give $\partial\mathbf{y}/\partial\mathbf{x}$ for $\mathbf{y}=«g»(A\mathbf{x})$.""",
            parts={"answer": {"f": "«g»(A x)", "label": r"\partial\mathbf{y}/\partial\mathbf{x}", "mistakes": {}}},
            variables={"A": "m,n", "x": "n"},
            where={},
        ),
        hints=(
            r"$m$ outputs and $n$ inputs: the answer is $m\times n$.",
            r"One entry, row $i$, column $j$: $\sigma'\big((A\mathbf{x})_i\big)\,A_{ij}$.",
            r"Section 4.5.3: an element-wise function has a diagonal Jacobian; the outer one stands on the left.",
            r"The inner Jacobian $\partial(A\mathbf{x})/\partial\mathbf{x}$ is $A$.",
            r"A twin: $\sin(A\mathbf{x})$ has the Jacobian $\mathrm{diag}(\cos(A\mathbf{x}))\,A$.",
        ),
    ),
    Exercise(
        id="A07-06",
        section="4.5.3",
        title="… and their sum",
        prompt=r"""Now add up the $m$ sigmoids: $y = \mathrm{sum}(\sigma(A\mathbf{x}))$ with $A$ of size $m\times n$. Give
$\partial y/\partial\mathbf{x}$. You may use $\mathbf{s} = \sigma(A\mathbf{x})$.""",
        variables={"A": "m,n", "x": "n", "s": "m"},
        where={"s": "sigmoid(A x)"},
        points=2,
        parts=(
            Part(
                "answer",
                label=r"\partial y/\partial\mathbf{x}",
                f="sum(sigmoid(A x))",
                wrt="x",
                key="(s ⊙ (1 - s))^T A",
                mistakes=(
                    Mistake("ACT-14", "(1 - s^2)^T A", r"That is the slope of another function, $\tanh$; this one is the sigmoid."),
                    Mistake(
                        "SUM-13",
                        "ones(m)^T",
                        r"$\vec 1^T$ is only the derivative of the sum by its terms; chain it with the Jacobian of "
                        r"$\sigma(A\mathbf{x})$.",
                        also=("ones(n)^T",),
                    ),
                    Mistake(
                        "outer-missing",
                        "ones(m)^T A",
                        r"Three links make this chain: the sum, the sigmoid, and $A\mathbf{x}$. The sigmoid's derivative "
                        "is missing.",
                    ),
                    Mistake(
                        "VCH-06",
                        "(s ⊙ (1 - s))^T",
                        r"You stopped at $A\mathbf{x}$: multiply by its Jacobian on the right.",
                    ),
                    Mistake(
                        "not-summed",
                        "diag(s ⊙ (1 - s)) A",
                        r"That is the Jacobian of $\sigma(A\mathbf{x})$. $y$ is one number: multiply by $\vec 1^T$ on the "
                        "left, which adds up the rows.",
                    ),
                ),
            ),
        ),
        template=Template(
            draws={"g": (("sin", r"\sin"), ("cos", r"\cos"), ("exp", r"\exp"), ("tanh", r"\tanh"))},
            prompt=r"""$A$ is an $m\times n$ matrix, and the function is applied to each entry. Give $\partial y/\partial\mathbf{x}$ for $y=\mathrm{sum}(«g»(A\mathbf{x}))$.""",
            parts={"answer": {"f": "sum(«g»(A x))", "label": r"\partial y/\partial\mathbf{x}", "mistakes": {}}},
            variables={"A": "m,n", "x": "n"},
            where={},
        ),
        hints=(
            r"One output, $n$ inputs: a row, $1\times n$.",
            r"Entry $j$: $\sum_i \sigma'\big((A\mathbf{x})_i\big)A_{ij}$.",
            r"Section 4.5.3: three Jacobians in a row, $(1\times m)(m\times m)(m\times n)$; the first is 4.4's.",
            r"It begins with $\vec 1^T\, \mathrm{diag}(\cdot)$, and $\vec 1^T \mathrm{diag}(\mathbf{v}) = \mathbf{v}^T$.",
            r"A twin: $\mathrm{sum}(\sin(A\mathbf{x}))$ has the gradient $\cos(A\mathbf{x})^T A$.",
        ),
    ),
    Exercise(
        id="A07-07",
        section="4.5.3",
        title="A squared length",
        prompt=r"""Let $A$ be $m\times n$, $\mathbf{x}$ a column of length $n$ and $\mathbf{r}$ a column of length $m$. For
$y = \lVert A\mathbf{x} - \mathbf{r}\rVert^2$, the sum of the squared entries of $A\mathbf{x}-\mathbf{r}$, give
$\partial y/\partial\mathbf{x}$ in the article's layout, line by line: a list of texts, each equal to the one before, the
last one the answer. A line such as `"v = 3 x"` gives a name. One line is enough if you see it at once.""",
        variables={"A": "m,n", "x": "n", "r": "m"},
        points=2,
        parts=(
            Part(
                "answer",
                "derivation",
                label=r"\partial y/\partial\mathbf{x}",
                f="norm(A x - r)^2",
                wrt="x",
                key="2 (A x - r)^T A",
                mistakes=(
                    Mistake(
                        "VCH-10",
                        "2 A^T (A x - r)",
                        "Right numbers, column layout: in this course a gradient is a row.",
                        credit=0.5,
                    ),
                    Mistake(
                        "VCH-11",
                        "2 (A x - r)^T",
                        r"The inner Jacobian $A$ is missing; the result must have $n$ entries, one for each $x_j$.",
                        also=("2 (A x - r)",),
                    ),
                    Mistake(
                        "square-lost",
                        "(A x - r)^T A",
                        "The square brings down a factor 2.",
                    ),
                    Mistake(
                        "sum-rule-only",
                        "2 ones(m)^T A",
                        r"The derivative of the square is twice what is squared: the row is "
                        r"$2(A\mathbf{x}-\mathbf{r})^T$, not a row of twos.",
                    ),
                    Mistake(
                        "difference-lost",
                        "2 (A x)^T A",
                        r"$\mathbf{r}$ falls away from the inner derivative, but the outer one is taken at all of the inside, "
                        r"with $\mathbf{r}$ in it.",
                    ),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "b": (2, 3, 4)},
            prompt=r"""Let $A$ be $m\times n$, $\mathbf{x}$ a column of length $n$ and $\mathbf{r}$ a column of length $m$. For
$y = «a»\,\lVert A\mathbf{x} + «b»\,\mathbf{r}\rVert^2$ give $\partial y/\partial\mathbf{x}$ in the article's layout, line by line: a list of
texts, each equal to the one before, the last one the answer. A line such as `"v = 3 x"` gives a name. One line is enough if you see it at once.""",
            parts={
                "answer": {
                    "f": "«a»*norm(A x + «b»*r)^2",
                    "mistakes": {
                        "VCH-11": "2*«a»*(A x + «b»*r)^T",
                        "square-lost": "«a»*(A x + «b»*r)^T A",
                        "difference-lost": "2*«a»*(A x)^T A",
                    },
                }
            },
        ),
        hints=(
            r"One output, $n$ inputs: a row, $1\times n$.",
            r"Entry $j$: $\sum_i 2(A\mathbf{x}-\mathbf{r})_i\,A_{ij}$.",
            r"Section 4.5.3: name $\mathbf{u} = A\mathbf{x}-\mathbf{r}$; then $y = \mathrm{sum}(\mathbf{u}\otimes\mathbf{u})$.",
            r"$\partial y/\partial\mathbf{u} = 2\mathbf{u}^T$.",
            r"A twin: $\mathrm{sum}\big((B\mathbf{x})^3\big)$, cubes of each entry, has the gradient $3\big((B\mathbf{x})^2\big)^T B$.",
        ),
    ),
    Exercise(
        id="A07-08",
        section="4.5.3",
        title="When the shortcut holds",
        prompt=r"""Both functions of $\mathbf{y} = \exp(\sin\mathbf{x})$ act on each entry of the column $\mathbf{x}$ of length
$n$ by itself. Give $\partial\mathbf{y}/\partial\mathbf{x}$.""",
        variables={"x": "n"},
        points=2,
        parts=(
            Part(
                "answer",
                label=r"\partial\mathbf{y}/\partial\mathbf{x}",
                f="exp(sin(x))",
                wrt="x",
                key="diag(exp(sin(x)) ⊙ cos(x))",
                mistakes=(
                    Mistake(
                        "ELW-01",
                        "exp(sin(x)) ⊙ cos(x)",
                        r"The numbers are right, but $n$ outputs by $n$ inputs make an $n\times n$ matrix. Which places "
                        "do they take, and what stands in the others?",
                        also=("(exp(sin(x)) ⊙ cos(x))^T",),
                    ),
                    Mistake("CH1-01", "diag(exp(sin(x)))", r"The inner derivative, of $\sin x_i$, is missing."),
                    Mistake(
                        "CH1-02",
                        "diag(exp(cos(x)))",
                        r"$\exp$ stays evaluated at $\sin x_i$; its inner derivative is a factor beside it.",
                    ),
                    Mistake(
                        "CH1-03",
                        "diag(exp(sin(x)) + cos(x))",
                        "Along one path the derivatives are multiplied, not added.",
                    ),
                ),
            ),
        ),
        template=Template(
            draws={
                "p": (("exp", r"\exp"), ("sin", r"\sin"), ("cos", r"\cos"), ("tanh", r"\tanh")),
                "q": (("exp", r"\exp"), ("sin", r"\sin"), ("cos", r"\cos"), ("tanh", r"\tanh")),
                "a": (2, 3, 5),
            },
            unequal=(("p", "q"),),
            prompt=r"""Both functions of $\mathbf{y} = «f:answer»$ act on each entry of the column $\mathbf{x}$ of length $n$ by itself.
Give $\partial\mathbf{y}/\partial\mathbf{x}$.""",
            parts={
                "answer": {
                    "f": "«p»(«a»*«q»(x))",
                    "label": r"\partial\mathbf{y}/\partial\mathbf{x}",
                    "mistakes": {},
                }
            },
        ),
        hints=(
            r"$n$ outputs, $n$ inputs: $n\times n$.",
            r"Entry $(i,i)$ is the derivative of $\exp(\sin x_i)$ by $x_i$; off the diagonal there is 0.",
            r"Section 4.5.3, last part: where $f_i$ uses only $g_i$ and $g_i$ only $x_i$, the product of the two diagonal "
            "Jacobians is diagonal too.",
            r"It begins with $\mathrm{diag}(\exp(\sin\mathbf{x})\otimes\ \cdot\ )$.",
            r"A twin: $\sin(\mathbf{x}^2)$ has $\mathrm{diag}(2\mathbf{x}\otimes\cos(\mathbf{x}^2))$.",
        ),
    ),
    Exercise(
        id="A07-09",
        section="4.5.3",
        title="The total derivative is a row times a column",
        prompt=r"""Let $f = u_1u_2$ with $\mathbf{u} = \begin{bmatrix} x^2 \\ 3x \end{bmatrix}$. At $x = 4$, give the two
factors of $\frac{df}{dx} = \frac{\partial f}{\partial\mathbf{u}}\frac{\partial\mathbf{u}}{\partial x}$ and their
product, in numbers. Write a row as `[a, b]` and a column as `[a; b]`.""",
        points=2,
        parts=(
            Part(
                "row",
                "number",
                label=r"\partial f/\partial\mathbf{u}",
                key="[12, 16]",
                mistakes=(
                    Mistake(
                        "PAR-07",
                        "[16, 12]",
                        "Entry 1 belongs to $u_1$: the derivative of $u_1u_2$ by $u_1$ is the *other* factor.",
                    ),
                ),
            ),
            Part(
                "column",
                "number",
                label=r"\partial\mathbf{u}/\partial x",
                key="[8; 3]",
                mistakes=(
                    Mistake("value-not-slope", "[16; 12]", "Differentiate both entries first, then put in the value of $x$."),
                ),
            ),
            Part(
                "product",
                "number",
                label=r"df/dx",
                key="144",
                carries="row column",
                mistakes=(
                    Mistake(
                        "VCH-09",
                        "[96, 48]",
                        "A row times a column is one number: add the two contributions.",
                        also=("[96; 48]",),
                    ),
                    Mistake(
                        "TOT-09",
                        "308",
                        r"Pair each $\partial f/\partial u_i$ with its own $du_i/dx$, then add: not (sum)·(sum).",
                    ),
                    Mistake("TOT-04", "96", "That is the path through $u_1$ only; $u_2$ moves with $x$ as well."),
                    Mistake("TOT-05", "48", "That is the path through $u_2$ only; $u_1$ moves with $x$ as well."),
                    Mistake("SCA-18", "24", "The derivative of a product is not the product of the derivatives: two paths, added."),
                    Mistake("value-not-slope", "192", "That is $f$ itself; how fast does it grow with $x$?"),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 4, 5), "x": (3, 4, 5)},
            unequal=(("a", "x"),),
            prompt=r"""Let $f = u_1u_2$ with $\mathbf{u} = \begin{bmatrix} x^2 \\ «a»x \end{bmatrix}$. At $x = «x»$, give the two
factors of $\frac{df}{dx} = \frac{\partial f}{\partial\mathbf{u}}\frac{\partial\mathbf{u}}{\partial x}$ and their
product, in numbers. Write a row as `[a, b]` and a column as `[a; b]`.""",
            parts={
                "row": {"key": "[«a»*«x», «x»^2]", "mistakes": {"PAR-07": "[«x»^2, «a»*«x»]"}},
                "column": {"key": "[2*«x»; «a»]", "mistakes": {"value-not-slope": "[«x»^2; «a»*«x»]"}},
                "product": {
                    "key": "3*«a»*«x»^2",
                    "mistakes": {
                        "VCH-09": "[2*«a»*«x»^2, «a»*«x»^2]",
                        "TOT-04": "2*«a»*«x»^2",
                        "TOT-05": "«a»*«x»^2",
                    },
                },
            },
            hints=(
                r"A row ($1\times 2$), a column ($2\times 1$), a number.",
                r"First put $x = «x»$ into $u_1$ and $u_2$; the row needs both values.",
                r"The row's first entry is $\partial f/\partial u_1 = u_2 = «a»\cdot«x»$. The column's is $du_1/dx = 2\cdot«x»$.",
                r"The product pairs each $\partial f/\partial u_i$ with its own $du_i/dx$ and adds.",
            ),
        ),
        hints=(
            r"A row ($1\times 2$), a column ($2\times 1$), a number.",
            r"At $x = 4$ the values are $u_1 = 16$ and $u_2 = 12$.",
            "Section 4.5.3 contains 4.5.2: the sum over the paths is a row times a column.",
            r"The row's first entry is $\partial f/\partial u_1 = u_2 = 12$.",
            r"A twin: $f = u_1 + u_2^2$, $\mathbf{u} = [x;\,5x]$ at $x=1$: $[1,\ 10]\cdot[1;\,5] = 51$.",
        ),
    ),
    Exercise(
        id="A07-10",
        section="4.5.3",
        title="Which product?",
        prompt=r"""$\mathbf{f}$ has the $3\times 2$ Jacobian $J_f$ (taken at $\mathbf{g}(\mathbf{x})$) and $\mathbf{g}$ has the
$2\times 2$ Jacobian $J_g$. Which is $\partial\mathbf{f}(\mathbf{g}(\mathbf{x}))/\partial\mathbf{x}$?""",
        points=1,
        parts=(
            Part(
                "answer",
                "choice",
                choices=(r"$J_g J_f$", r"$J_f \otimes J_g$, entry by entry", r"$J_f^T J_g$", r"$J_f J_g$"),
                key="d",
                mistakes=(
                    Mistake(
                        "VCH-08",
                        "a",
                        r"A $2\times 2$ matrix times a $3\times 2$ one does not fit, and even where it fits, the outer "
                        "function's Jacobian stands on the left.",
                    ),
                    Mistake(
                        "element-wise-product",
                        "b",
                        "The chain rule uses the matrix product, and these two sizes do not even match entry by entry.",
                    ),
                    Mistake(
                        "transposed-factor",
                        "c",
                        r"$J_f^T$ is $2\times 3$, which does not fit to $2\times 2$; numerator layout needs no transpose.",
                    ),
                ),
            ),
        ),
        hints=(
            r"A letter. The whole chain takes 2 numbers and returns 3: what shape has its Jacobian, and which of the four have it?",
            r"Entry $(i,j)$ adds up over the numbers in between: $\sum_k \frac{\partial f_i}{\partial g_k}\frac{\partial g_k}{\partial x_j}$.",
            r"Section 4.5.3: the Jacobian of the function that acts last is the left factor.",
            r"Rule out one: in $J_gJ_f$ a $2\times2$ would meet a $3\times2$ matrix.",
            r"A twin: with $J_f$ $4\times3$ and $J_g$ $3\times1$ the chain takes 1 number and returns 4, and $(4\times3)(3\times1)=4\times1$.",
        ),
    ),
    Exercise(
        id="A07-11",
        section="4.5.3",
        title="Find the error",
        prompt=r"""Let $\mathbf{f}(\mathbf{u}) = \begin{bmatrix} u_1u_2 \\ u_2 \end{bmatrix}$ and
$\mathbf{u}(\mathbf{x}) = \begin{bmatrix} x_1 + 2x_2 \\ x_1x_2 \end{bmatrix}$. Somebody computes the Jacobian $J$ of
$\mathbf{f}(\mathbf{u}(\mathbf{x}))$ by $\mathbf{x}$ in four lines. Which line is the first wrong one, and what is $J$, written with entries of $\mathbf{x}$ and $\mathbf{u}$?""",
        variables={"x": "2", "u": "2"},
        where={"u": "[x_1 + 2x_2; x_1 x_2]"},
        points=2,
        parts=(
            Part(
                "line",
                "error",
                label=r"\text{the first wrong line}",
                key=3,
                lines=(
                    r"$J_f = \begin{bmatrix} u_2 & u_1 \\ 0 & 1\end{bmatrix}$",
                    r"$J_u = \begin{bmatrix} 1 & 2 \\ x_2 & x_1\end{bmatrix}$",
                    r"$J = J_u J_f$",
                    r"Both factors and the product are $2\times 2$, so the order was right.",
                ),
                mistakes=(
                    Mistake("first-lines", 1, r"Line 1 is right: its rows are the gradients of $u_1u_2$ and of $u_2$."),
                    Mistake(
                        "second-line", 2, r"Line 2 is right: its rows are the gradients of $x_1+2x_2$ and of $x_1x_2$."
                    ),
                    Mistake(
                        "LAY-10",
                        4,
                        "Line 4's argument proves nothing, as square matrices fit in either order; but it is not the "
                        "first wrong line.",
                    ),
                ),
            ),
            Part(
                "J",
                label=r"\partial\mathbf{f}(\mathbf{u}(\mathbf{x}))/\partial\mathbf{x}",
                f="[(x_1 + 2x_2) x_1 x_2; x_1 x_2]",
                wrt="x",
                key="[[u_2 + u_1 x_2, 2u_2 + u_1 x_1], [x_2, x_1]]",
                mistakes=(
                    Mistake(
                        "VCH-08",
                        "[[1, 2], [x_2, x_1]] [[u_2, u_1], [0, 1]]",
                        "That is the product in line 3's order. The outer function's Jacobian stands on the left.",
                    ),
                    Mistake(
                        "VCH-06",
                        "[[u_2, u_1], [0, 1]]",
                        r"You stopped at $\mathbf{u}$: multiply by $\partial\mathbf{u}/\partial\mathbf{x}$ on the right.",
                    ),
                ),
            ),
        ),
        hints=(
            r"$J$ is $2\times 2$; with square factors the sizes cannot tell you the order.",
            r"Check one entry by hand: the second output is $x_1x_2$, so the second row of $J$ is $[x_2,\ x_1]$.",
            "Section 4.5.3: the order matters, outer function on the left.",
            "Compute the second row of the product in line 3 and compare it with that.",
            r"A twin: $\mathbf{f}=[u_1^2;\,u_1u_2]$ with $\mathbf{u}=[x_1;\,x_1x_2]$ has the second row $[u_2+u_1x_2,\ u_1x_1]$ in the right order.",
        ),
    ),
    Exercise(
        id="A07-12",
        section="4.5.3",
        title="Challenge: a vector of length 1",
        prompt=r"""Divide a vector $\mathbf{x}\ne\vec 0$ by its length $\lVert\mathbf{x}\rVert=\sqrt{x_1^2+\cdots+x_n^2}$, and
$\mathbf{y} = \mathbf{x}/\lVert\mathbf{x}\rVert$ has the direction of $\mathbf{x}$ and length 1. Write it as
$\mathbf{y} = s\,\mathbf{x}$ with the number $s = 1/\lVert\mathbf{x}\rVert$, which moves when $\mathbf{x}$ moves. Give
$\partial s/\partial\mathbf{x}$, then $\partial\mathbf{y}/\partial\mathbf{x}$. You may use `s`, `y`, and `norm(x)` for
the length.""",
        variables={"x": "n", "s": "", "y": "n"},
        where={"s": "1/norm(x)", "y": "x/norm(x)"},
        domain="nonzero",
        points=4,
        parts=(
            Part(
                "ds",
                label=r"\partial s/\partial\mathbf{x}",
                f="1/norm(x)",
                wrt="x",
                key="-x^T/norm(x)^3",
                mistakes=(
                    Mistake(
                        "SCA-04",
                        "-ones(n)^T/norm(x)^2",
                        r"$-1/\lVert\mathbf{x}\rVert^2$ is the outer derivative only; the inner one, of the length itself, "
                        r"is a row. Write $\lVert\mathbf{x}\rVert$ as a root of a sum to find it.",
                        also=("-1/norm(x)^2",),
                    ),
                    Mistake(
                        "power-lost",
                        "-x^T/norm(x)^2",
                        r"Close: the outer derivative brings $1/\lVert\mathbf{x}\rVert^2$ and the length's own derivative "
                        r"another factor $1/\lVert\mathbf{x}\rVert$.",
                    ),
                    Mistake(
                        "root-forgotten",
                        "-2 x^T/norm(x)^4",
                        r"That is the derivative of $1/\lVert\mathbf{x}\rVert^2$: the square root is missing.",
                    ),
                ),
            ),
            Part(
                "J",
                label=r"\partial\mathbf{y}/\partial\mathbf{x}",
                f="x/norm(x)",
                wrt="x",
                key="(I - x x^T/norm(x)^2)/norm(x)",
                carries="s I + x ds",
                weight=2,
                mistakes=(
                    Mistake(
                        "TOT-10",
                        "I/norm(x)",
                        r"The factor $1/\lVert\mathbf{x}\rVert$ moves with $\mathbf{x}$ too: add its own term.",
                    ),
                    Mistake(
                        "factor-lost",
                        "I",
                        r"That is the Jacobian of $\mathbf{x}$ itself. Here $\mathbf{x}$ has the factor $s$, which moves as well: two terms.",
                    ),
                    Mistake(
                        "term-only",
                        "-x x^T/norm(x)^3",
                        r"That is what the moving factor $s$ contributes. $\mathbf{x}$ also stands there itself: add "
                        r"the term with $s$ held still.",
                    ),
                    Mistake(
                        "sign-of-term",
                        "(I + x x^T/norm(x)^2)/norm(x)",
                        r"Lengthening $\mathbf{x}$ makes $s$ smaller: what is the sign of $\partial s/\partial\mathbf{x}$?",
                    ),
                    Mistake(
                        "inner-product",
                        "I/norm(x) - x^T x I/norm(x)^3",
                        r"$\mathbf{x}^T\mathbf{x}$ is a number; a column times the row $\partial s/\partial\mathbf{x}$ is "
                        r"a matrix, $\mathbf{x}\,\partial s/\partial\mathbf{x}$.",
                    ),
                    Mistake(
                        "SCX-25",
                        "I/norm(x) - diag(x^2)/norm(x)^3",
                        r"The second term is not diagonal: $s$ moves with every $x_j$, also for $j\ne i$. A column times a row is a full matrix.",
                    ),
                ),
            ),
        ),
        hints=(
            r"$\partial s/\partial\mathbf{x}$ is a row; $\partial\mathbf{y}/\partial\mathbf{x}$ is $n\times n$.",
            r"$\partial\lVert\mathbf{x}\rVert/\partial x_j = x_j/\lVert\mathbf{x}\rVert$.",
            r"Two paths from $\mathbf{x}$ to $y_i = s\,x_i$ (4.5.2): directly, and through $s$. Add them: "
            r"$s I + \mathbf{x}\,\frac{\partial s}{\partial\mathbf{x}}$, where the second term is column times row.",
            r"$\frac{\partial s}{\partial\mathbf{x}} = -\frac{1}{\lVert\mathbf{x}\rVert^2}\cdot\frac{\cdot}{\lVert\mathbf{x}\rVert}$.",
            r"A twin: $\mathbf{y} = s\,\mathbf{x}$ with $s = \lVert\mathbf{x}\rVert^2$ has $\frac{\partial s}{\partial\mathbf{x}} = 2\mathbf{x}^T$ "
            r"and $\lVert\mathbf{x}\rVert^2I + 2\,\mathbf{x}\mathbf{x}^T$.",
        ),
    ),
    Exercise(
        id="A07-13",
        section="4.5.3",
        title="Code: a product of Jacobians",
        prompt=r"""Three functions in a row, $\mathbf{f}_3(\mathbf{f}_2(\mathbf{f}_1(\mathbf{x})))$, have the Jacobians `J1`
(innermost), `J2` and `J3` (outermost), given as 2-D NumPy arrays whose sizes fit.

- `chain_jacobian(J3, J2, J1)` returns the Jacobian of the whole chain.
- `fits(outer, inner)` returns `True` if `outer` times `inner` is defined for these two arrays, else `False`.""",
        points=3,
        parts=(
            Part(
                "chain_jacobian",
                "code",
                key=_chain_jacobian,
                signature=Signature(
                    "chain_jacobian",
                    {"J3": "p,m", "J2": "m,k", "J1": "k,n"},
                    returns="the Jacobian of the chain, p×n",
                    sizes=({"p": 2, "m": 3, "k": 4, "n": 5}, {"p": 3, "m": 3, "k": 3, "n": 3}, {"p": 1, "m": 4, "k": 2, "n": 3}),
                ),
                weight=2,
                mistakes=(
                    Mistake(
                        "VCH-03",
                        _chain_jacobian_reversed_transposed,
                        "This is the transpose of the Jacobian: rows count outputs, so the result has as many rows as `J3`.",
                    ),
                    Mistake(
                        "BPP-08",
                        _chain_jacobian_reversed,
                        "You begin with `J1` on the left; where the sizes differ, NumPy refuses that. The Jacobian of the function that acts last stands on the left.",
                    ),
                    Mistake(
                        "VCH-06", _chain_jacobian_stopped, "The innermost Jacobian `J1` is missing: multiply by it on the right."
                    ),
                ),
            ),
            Part(
                "fits",
                "code",
                key=_fits,
                signature=Signature(
                    "fits",
                    {"outer": "p,m", "inner": "k,n"},
                    returns="True or False",
                    sizes=(
                        {"p": 2, "m": 3, "k": 3, "n": 4},
                        {"p": 2, "m": 3, "k": 2, "n": 4},
                        {"p": 4, "m": 2, "k": 3, "n": 4},
                        {"p": 3, "m": 3, "k": 3, "n": 3},
                    ),
                ),
                mistakes=(
                    Mistake(
                        "always", _fits_always, "Not all arrays fit: compare the *columns* of `outer` with the rows of `inner`."
                    ),
                    Mistake(
                        "rows-compared",
                        _fits_rows,
                        "Equal numbers of rows are not enough: compare the *columns* of `outer` with the rows of `inner`.",
                    ),
                    Mistake(
                        "shapes-compared",
                        _fits_alike,
                        "Arrays of different shapes can fit too: compare the *columns* of `outer` with the rows of `inner`.",
                    ),
                    Mistake(
                        "VCH-08",
                        _fits_swapped,
                        "This asks whether `inner` times `outer` is defined; `outer` stands on the left.",
                    ),
                ),
            ),
        ),
        hints=(
            "`A @ B` is NumPy's matrix product; `A.shape` is (rows, columns).",
            "The result has the rows of `J3` and the columns of `J1`.",
            "Section 4.5.3: outer on the left, inner on the right.",
            "Begin with `J3 @ J2`.",
            "A twin: for two functions it is `J2 @ J1`.",
        ),
    ),
    Exercise(
        id="A07-14",
        section="8.5",
        title="A number in the middle",
        prompt=r"""Let $u = \mathbf{w}\cdot\mathbf{x}$, a number, and $\mathbf{f}(u) = \begin{bmatrix} u^2 \\ \sin u \end{bmatrix}$.
Give $\partial\mathbf{f}/\partial u$ and then $\partial\mathbf{f}/\partial\mathbf{w}$. Both $\mathbf{w}$ and $\mathbf{x}$
are columns of length $n$; you may use `u`.""",
        variables={"w": "n", "x": "n", "u": ""},
        where={"u": "w · x"},
        points=2,
        parts=(
            Part(
                "dfdu",
                label=r"\partial\mathbf{f}/\partial u",
                f="[u^2; sin(u)]",
                wrt="u",
                key="[2u; cos(u)]",
                mistakes=(
                    Mistake(
                        "one-column",
                        "[[2u, 0], [0, cos(u)]]",
                        "$u$ is one number, so there is one column: two rows, nothing else.",
                    ),
                ),
            ),
            Part(
                "dfdw",
                label=r"\partial\mathbf{f}/\partial\mathbf{w}",
                f="[(w · x)^2; sin(w · x)]",
                wrt="w",
                key="[2u; cos(u)] x^T",
                carries="dfdu x^T",
                mistakes=(
                    Mistake(
                        "VCH-06",
                        "[2u; cos(u)]",
                        r"You stopped at $u$: multiply by $\partial u/\partial\mathbf{w}$, a row, on the right.",
                    ),
                    Mistake(
                        "ACT-02",
                        "[2u; cos(u)] w^T",
                        r"$\mathbf{w}^T$ is $\partial u/\partial\mathbf{x}$; here $\mathbf{w}$ moves.",
                    ),
                    Mistake(
                        "outer-missing",
                        "ones(2) x^T",
                        r"A factor of $\partial\mathbf{f}/\partial u$ is missing: both rows have one.",
                        also=("[1; cos(u)] x^T", "[2u; 1] x^T"),
                    ),
                ),
            ),
        ),
        hints=(
            r"$\partial\mathbf{f}/\partial u$ is $2\times 1$, $\partial u/\partial\mathbf{w}$ is $1\times n$, so the product is "
            r"$2\times n$.",
            r"Row 1 is the gradient of $(\mathbf{w}\cdot\mathbf{x})^2$; its entry $j$ is $2u\,x_j$.",
            "Section 8.5, the table: a number in the middle makes a column times a row.",
            r"$\partial\mathbf{f}/\partial u = [2u;\ \cdot\ ]$.",
            r"A twin: $\mathbf{f} = [u;\,u^3]$ with $u = \mathrm{sum}(\mathbf{w})$ has $[1;\,3u^2]\,\vec 1^T$.",
        ),
    ),
    Exercise(
        id="A07-15",
        section="8.5",
        title="Which rule?",
        prompt=r"""The table of section 8.5 has three chain rules. For each of these, which is the simplest one that is enough?""",
        points=2,
        parts=tuple(
            Part(
                name,
                "choice",
                label=label,
                choices=(
                    "the single-variable chain rule: one path, numbers only",
                    "the single-variable total-derivative chain rule: several paths, but still one number moves",
                    "the vector chain rule: a vector moves",
                ),
                key=key,
                mistakes=tuple(Mistake(f"{name}-{letter}", letter, message) for letter, message in wrong),
            )
            for name, label, key, wrong in (
                (
                    "first",
                    r"y=u_1+u_2^2 \text{ with } u_1=x^2,\ u_2=\sin x",
                    "b",
                    (
                        ("a", r"$x$ reaches $y$ through $u_1$ and through $u_2$: count the paths."),
                        ("c", r"It would do, but only the number $x$ moves here: a simpler rule is enough."),
                    ),
                ),
                (
                    "second",
                    r"y=\ln(\cos x)",
                    "a",
                    (
                        ("b", "There is only one path here; nothing has to be added."),
                        ("c", "It would do, but all that moves are numbers: a simpler rule is enough."),
                    ),
                ),
                (
                    "third",
                    r"y=\lVert A\mathbf{x}\rVert^2",
                    "c",
                    (
                        ("a", r"$\mathbf{x}$ is a vector, and $A\mathbf{x}$ is one too."),
                        ("b", r"$\mathbf{x}$ is a vector: each $x_j$ moves by itself, and the answer is a row."),
                    ),
                ),
            )
        ),
        hints=(
            r"Three letters. Ask two questions: does a number move or a vector? And how many paths lead from it to $y$?",
            r"Draw the arrows of the first one: from $x$ to each $u_i$, from each $u_i$ to $y$.",
            r"Section 8.5, the table with three columns; each column is a rule.",
            r"In the second one $x$ occurs once, inside the cosine, inside the logarithm: one path.",
            r"A twin: $y=e^{\sqrt x}$ has one path; in $y=x\ln x$ there are two; in $y=\mathrm{sum}(\sin(A\mathbf{x}))$ a vector moves.",
        ),
    ),
    Exercise(
        id="A07-16",
        section="4.5.3",
        title="In your own words: why the order counts",
        prompt=r"""A classmate says: “With the chain rule of A06 I may multiply the derivatives in any order. So the Jacobians of the
vector chain rule may be swapped as well, as long as the sizes fit.” Explain in four to eight sentences why the first sentence
is right and the second one is not. Formulas go between dollar signs, such as `$AB$`; plain words will do as well.""",
        points=3,
        parts=(
            Part(
                "answer",
                "text",
                lines=(
                    "why the order does not matter in A06 (1 point);",
                    "what one entry of the product of Jacobians adds up, and why the outer Jacobian has to stand on the left (1 point);",
                    "an example of your own with square matrices, in which the swapped product exists and is wrong (1 point).",
                ),
                key=r"""In A06 every derivative is a number, and numbers may be multiplied in any order.

With vectors, entry $(i,j)$ of $\frac{\partial\mathbf{f}}{\partial\mathbf{g}}\frac{\partial\mathbf{g}}{\partial\mathbf{x}}$ adds
up $\frac{\partial f_i}{\partial g_k}\frac{\partial g_k}{\partial x_j}$ over all $k$: over all paths from $x_j$ through a $g_k$ to
$f_i$. So the columns of the left factor must belong to the same $g_k$ as the rows of the right factor. In the outer Jacobian the
$g_k$ are the columns, in the inner one they are the rows: the outer one stands on the left. Swapped, the columns of the left factor
belong to the $x_j$ and the rows of the right one to the $f_i$, and terms are multiplied that are no path at all.

Fitting sizes do not help. Let $\mathbf{g}=[x_1+x_2,\ x_2]^T$ and $\mathbf{f}=[g_1,\ 3g_2]^T$. Then the chain has the Jacobian
$\begin{bmatrix}1&0\\0&3\end{bmatrix}\begin{bmatrix}1&1\\0&1\end{bmatrix}=\begin{bmatrix}1&1\\0&3\end{bmatrix}$, as
$\mathbf{f}=[x_1+x_2,\ 3x_2]^T$ says as well. Swapped it would be $\begin{bmatrix}1&3\\0&3\end{bmatrix}$, whose $3$ in the first
row says that $f_1$ contains $3x_2$.""",
            ),
        ),
        hints=(
            r"Four to eight sentences. Write to a person, not to a machine.",
            r"Write down entry $(1,2)$ of a product of two $2\times2$ matrices. Which letters are next to each other in the middle?",
            r"Section 4.5.3: the rows of a Jacobian are outputs, its columns are inputs. What comes out of $\mathbf{g}$ goes into $\mathbf{f}$.",
            r"A beginning: “In A06 every derivative is a number, and …”",
            r"A twin about other maps: turning a picture by a quarter and then mirroring it is not mirroring it and then turning it, though both are possible.",
        ),
    ),
)
