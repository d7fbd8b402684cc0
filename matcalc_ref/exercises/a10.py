"""A10, a layer of neurons: the weights as a matrix, the samples as a batch. The step that the article's section 7 names."""

import numpy as np

from matcalc_ref.record import Exercise, Mistake, Part, Signature
from matcalc_ref.variants import Template


def _linear_backward(dZ, X, W):
    return dZ.T @ X, dZ.sum(axis=0), dZ @ W


def _backward_other_convention(dZ, X, W):
    return X.T @ dZ, dZ.sum(axis=0), dZ @ W


def _backward_bias_not_summed(dZ, X, W):
    return dZ.T @ X, dZ, dZ @ W


def _backward_bias_mean(dZ, X, W):
    return dZ.T @ X, dZ.mean(axis=0), dZ @ W


def _backward_averaged(dZ, X, W):
    dW, db, dX = _linear_backward(dZ, X, W)
    return dW / len(X), db / len(X), dX


def _backward_averaged_throughout(dZ, X, W):
    return tuple(value / len(X) for value in _linear_backward(dZ, X, W))


def _backward_weights_averaged(dZ, X, W):
    dW, db, dX = _linear_backward(dZ, X, W)
    return dW / len(X), db, dX


def _backward_bias_wrong_axis(dZ, X, W):
    return dZ.T @ X, dZ.sum(axis=1), dZ @ W


def _backward_inverse(dZ, X, W):
    return dZ.T @ X, dZ.sum(axis=0), dZ @ np.linalg.pinv(W).T


def _backward_all_ones(dZ, X, W):
    return _linear_backward(np.ones_like(dZ), X, W)


LAYER = {"W": "m,n", "x": "n", "b": "m"}
BATCH = {"X": "N,n", "W": "m,n", "b": "m", "G": "N,m"}

EXERCISES = (
    Exercise(
        id="A10-01",
        section="7",
        title="A layer, by its input and its bias",
        prompt=r"""A layer of $m$ neurons with the $n$ inputs $\mathbf{x}$ computes $\mathbf{z}=W\mathbf{x}+\mathbf{b}$: row $i$ of
the $m\times n$ matrix $W$ holds the weights of neuron $i$, and $\mathbf{b}$ has length $m$. Give the two Jacobians.""",
        variables=LAYER,
        points=1,
        parts=(
            Part(
                "dx",
                label=r"\partial\mathbf{z}/\partial\mathbf{x}",
                f="W x + b",
                wrt="x",
                key="W",
                mistakes=(
                    Mistake(
                        "LAY-01",
                        "W^T",
                        r"Right numbers, but rows count outputs: $m$ of them. The transpose belongs to back-propagation with "
                        "columns.",
                        credit=0.5,
                    ),
                    Mistake("SUM-09", "ones(m)^T W", r"There are $m$ outputs, so $m$ rows: nothing is added up."),
                ),
            ),
            Part(
                "db",
                label=r"\partial\mathbf{z}/\partial\mathbf{b}",
                f="W x + b",
                wrt="b",
                key="eye(m)",
                mistakes=(
                    Mistake(
                        "JAC-05",
                        "ones(m)",
                        r"$m$ outputs times $m$ inputs need $m\times m$ entries: where do the ones stand, where zeros?",
                        also=("ones(m)^T", "1"),
                    ),
                    Mistake("ACT-04", "diag(b)", r"The derivative of $b_i$ by itself is 1, not $b_i$."),
                ),
            ),
        ),
        hints=(
            r"$m\times n$ and $m\times m$.",
            r"$z_i=\sum_k W_{ik}x_k+b_i$: its partial by $x_j$ is $W_{ij}$.",
            "Section 4.1: a row for each output, a column for each input.",
            r"Row 1 of $\partial\mathbf{z}/\partial\mathbf{x}$ is row 1 of $W$.",
            r"A twin: $3W\mathbf{x}+2\mathbf{b}$ has $3W$ and $2I$.",
        ),
    ),
    Exercise(
        id="A10-02",
        section="7",
        title="One output, one weight",
        prompt=r"""$\mathbf{z}=W\mathbf{x}+\mathbf{b}$ with $W$ of size $m\times n$. What is $\partial z_i/\partial W_{jk}$? Then
two values for $m=2$, $n=3$ and $\mathbf{x}=[4,5,6]^T$.""",
        points=2,
        parts=(
            Part(
                "rule",
                "choice",
                label=r"\partial z_i/\partial W_{jk}",
                choices=(
                    r"$x_k$, for every $i$ and $j$",
                    r"$W_{jk}\,x_k$",
                    r"$x_k$ if $i=j$, else 0",
                    r"$x_j$ if $i=k$, else 0",
                ),
                key="c",
                mistakes=(
                    Mistake("LAY-03", "a", r"Only row $i$ of $W$ acts on $z_i$. What if $j\ne i$?"),
                    Mistake("no-derivative", "b", r"That is a term of $z_j$ itself, before differentiating."),
                    Mistake("LAY-02", "d", r"The first index of $W$ names the neuron, the second the input."),
                ),
            ),
            Part(
                "own",
                "number",
                label=r"\partial z_2/\partial W_{23}",
                key="6",
                mistakes=(
                    Mistake("LAY-02", "5", r"The second index names the input: which entry of $\mathbf{x}$ does $W_{23}$ multiply?"),
                    Mistake("LAY-03", "0", r"$W_{23}$ stands in row 2, which is the row of $z_2$."),
                ),
            ),
            Part(
                "other",
                "number",
                label=r"\partial z_1/\partial W_{23}",
                key="0",
                mistakes=(
                    Mistake("LAY-03", "6", r"Only row 1 of $W$ acts on $z_1$; $W_{23}$ stands in row 2."),
                ),
            ),
        ),
        hints=(
            "One number by one number: a number.",
            r"Write out $z_1=W_{11}x_1+W_{12}x_2+W_{13}x_3+b_1$. Which weights stand in it?",
            "Section 3: a partial derivative moves one variable and holds the rest.",
            "$z_1$ contains $W_{11}$, $W_{12}$, $W_{13}$ and no other weight.",
            r"A twin: $\partial z_1/\partial W_{12}=x_2=5$.",
        ),
    ),
    Exercise(
        id="A10-03",
        section="7",
        title="All weights as one long vector",
        prompt=r"""To have a Jacobian by *all* weights at once, put the rows of the $m\times n$ matrix $W$ one after another
into a column $vec(W)$ of length $mn$. Give the shape of $\partial(W\mathbf{x})/\partial\,vec(W)$ (such as
`"n,m*n"`: a product of sizes has a `*`) and the matrix itself. The Kronecker product is `kron(A, B)`: every entry of `A` is replaced by that entry times the whole of `B`.""",
        variables=LAYER,
        points=3,
        parts=(
            Part(
                "shape",
                "shape",
                label=r"\text{its shape}",
                key="m,m*n",
                mistakes=(
                    Mistake("JAC-02", "m*n,m", "Rows count outputs, columns inputs: which is which here?"),
                    Mistake("LAY-03", "m,n", r"That is the shape of $W$; here each of the $mn$ weights is an input of its own."),
                ),
            ),
            Part(
                "J",
                label=r"\partial(W\mathbf{x})/\partial\,vec(W)",
                key="kron(eye(m), x^T)",
                weight=2,
                mistakes=(
                    Mistake(
                        "LAY-11",
                        "kron(x^T, eye(m))",
                        r"That is the answer for *columns* one after another. Here, as in NumPy's `ravel`, rows come first.",
                    ),
                    Mistake(
                        "LAY-03",
                        "kron(ones(m) ones(m)^T, x^T)",
                        r"Only row $i$ of $W$ acts on output $i$: in row $i$ all other blocks are zero.",
                    ),
                    Mistake(
                        "input-missing",
                        "kron(eye(m), ones(n)^T)",
                        r"The right places, but the partial of $W_{ik}x_k$ by $W_{ik}$ is not 1.",
                    ),
                ),
            ),
        ),
        hints=(
            r"$m$ outputs and $mn$ inputs.",
            r"For $m=2$, $n=2$: $\begin{bmatrix}x_1&x_2&0&0\\0&0&x_1&x_2\end{bmatrix}$. Check it against A10-02.",
            r"It consists of $m\times m$ blocks, each of size $1\times n$: $\mathbf{x}^T$ on the diagonal, zeros elsewhere.",
            "`kron(eye(m), …)`",
            r"A twin: $W$ acting on a row, $\mathbf{u}^TW$ with $\mathbf{u}$ of length $m$, has $kron(\mathbf{u}^T, I_n)$.",
        ),
    ),
    Exercise(
        id="A10-04",
        section="7",
        title="Back through a layer",
        prompt=r"""Behind $\mathbf{z}=W\mathbf{x}+\mathbf{b}$ stands the rest of the network, which makes one number $L$ of
$\mathbf{z}$. It hands back the row $\mathbf{g}=\partial L/\partial\mathbf{z}$ ($1\times m$, called the upstream gradient).
Give $\partial L/\partial W$ **in the shape of $W$** (entry $i,j$ is $\partial L/\partial W_{ij}$),
$\partial L/\partial\mathbf{b}$ and $\partial L/\partial\mathbf{x}$ as rows.""",
        variables={**LAYER, "g": "1,m"},
        points=4,
        parts=(
            Part(
                "dW",
                label=r"\partial L/\partial W \text{, in the shape of } W",
                f="g (W x + b)",
                wrt="W",
                key="g^T x^T",
                weight=2,
                mistakes=(
                    Mistake(
                        "LAY-02",
                        "x g",
                        r"Right numbers in the wrong places: the row index of $W$ counts the outputs, the column index the inputs.",
                        credit=0.5,
                    ),
                    Mistake(
                        "LAY-03",
                        "ones(m) x^T",
                        r"Each row must be scaled by its own upstream $g_i$.",
                    ),
                    Mistake("input-missing", "g^T ones(n)^T", r"Each column must be scaled by its own input $x_j$."),
                ),
            ),
            Part(
                "db",
                label=r"\partial L/\partial\mathbf{b}",
                f="g (W x + b)",
                wrt="b",
                key="g",
                mistakes=(
                    Mistake("upstream-missing", "ones(m)^T", r"Chain with the upstream: row $\mathbf{g}$ times $\partial\mathbf{z}/\partial\mathbf{b}$."),
                    Mistake("summed", "sum(g)", r"Each neuron has its own bias: nothing is added up here."),
                ),
            ),
            Part(
                "dx",
                label=r"\partial L/\partial\mathbf{x}",
                f="g (W x + b)",
                wrt="x",
                key="g W",
                mistakes=(
                    Mistake("LAY-01", "W^T g^T", r"Right numbers, as a column. Where gradients are columns, $W^T$ leads back; here they are rows.", credit=0.5),
                    Mistake("upstream-missing", "ones(m)^T W", r"The upstream $\mathbf{g}$ weighs the rows of $W$; here all weigh the same."),
                    Mistake("VCH-06", "g", r"You stopped at $\mathbf{z}$: multiply by $\partial\mathbf{z}/\partial\mathbf{x}$ on the right."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "b": (2, 4, 7)},
            unequal=(("a", "b"),),
            prompt=r"""Behind $\mathbf{z}=«a»\,W\mathbf{x}+«b»\,\mathbf{b}$ stands the rest of the network, which makes one number $L$ of
$\mathbf{z}$ and hands back the row $\mathbf{g}=\partial L/\partial\mathbf{z}$ ($1\times m$). Give $\partial L/\partial W$ **in the shape of $W$**,
$\partial L/\partial\mathbf{b}$ and $\partial L/\partial\mathbf{x}$ as rows.""",
            parts={
                "dW": {"f": "g («a»*W x + «b»*b)", "mistakes": {"LAY-03": "«a»*ones(m) x^T", "input-missing": "«a»*g^T ones(n)^T"}},
                "db": {"f": "g («a»*W x + «b»*b)", "mistakes": {"upstream-missing": "«b»*ones(m)^T", "summed": "«b»*sum(g)"}},
                "dx": {"f": "g («a»*W x + «b»*b)", "mistakes": {"upstream-missing": "«a»*ones(m)^T W"}},
            },
        ),
        hints=(
            r"$m\times n$, $1\times m$, $1\times n$.",
            r"$\frac{\partial L}{\partial W_{ij}}=\sum_k g_k\frac{\partial z_k}{\partial W_{ij}}$, and by A10-02 only one term is left.",
            r"Section 4.5.3: $\frac{\partial L}{\partial\mathbf{x}}=\frac{\partial L}{\partial\mathbf{z}}\frac{\partial\mathbf{z}}{\partial\mathbf{x}}$.",
            r"A column times a row, $(m\times 1)(1\times n)$, makes the first one.",
            r"A twin in numbers: $\mathbf{g}=[2,1]$ and $\mathbf{x}=[3,1,0]^T$ give $\begin{bmatrix}6&2&0\\3&1&0\end{bmatrix}$ for the first one.",
        ),
    ),
    Exercise(
        id="A10-05",
        section="7",
        title="The same in numbers",
        prompt=r"""Let $W=\begin{bmatrix}1&2\\3&4\end{bmatrix}$, $\mathbf{x}=[5,6]^T$ and the upstream gradient
$\mathbf{g}=\partial L/\partial\mathbf{z}=[2,\,-3]$ for $\mathbf{z}=W\mathbf{x}+\mathbf{b}$. Give $\partial L/\partial W$ in the
shape of $W$ (such as `[[1, 2], [3, 4]]`) and $\partial L/\partial\mathbf{x}$ as a row.""",
        points=2,
        parts=(
            Part(
                "dW",
                "number",
                label=r"\partial L/\partial W",
                key="[[2*5, 2*6], [(-3)*5, (-3)*6]]",
                mistakes=(
                    Mistake("LAY-02", "[[10, -15], [12, -18]]", r"Right numbers in the wrong places: the row index of $W$ counts the outputs.", credit=0.5),
                    Mistake("LAY-03", "[[5, 6], [5, 6]]", r"Each row must be scaled by its own upstream $g_i$."),
                    Mistake("summed", "-8", r"That is $\mathbf{g}\mathbf{x}$, one number. A column times a row makes a matrix."),
                ),
            ),
            Part(
                "dx",
                "number",
                label=r"\partial L/\partial\mathbf{x}",
                key="[2*1 + (-3)*3, 2*2 + (-3)*4]",
                mistakes=(
                    Mistake("LAY-10", "[-4, -6]", r"That is $\mathbf{g}W^T$. The row $\mathbf{g}$ stands left of $W$ itself."),
                    Mistake("upstream-missing", "[4, 6]", r"The upstream $\mathbf{g}$ weighs the rows of $W$."),
                ),
            ),
        ),
        template=Template(
            draws={"p": (1, 3, 6), "q": (2, 5), "r": (-1, 4), "s": (-2, 7), "x": (3, 5), "y": (-4, 6), "g": (2, 3), "h": (-5, -3)},
            prompt=r"""Let $W=\begin{bmatrix}«p»&«q»\\«r»&«s»\end{bmatrix}$, $\mathbf{x}=[«x»,\ «y»]^T$ and the upstream gradient
$\mathbf{g}=\partial L/\partial\mathbf{z}=[«g»,\ «h»]$ for $\mathbf{z}=W\mathbf{x}+\mathbf{b}$. Give $\partial L/\partial W$ in the
shape of $W$ (such as `[[1, 2], [3, 4]]`) and $\partial L/\partial\mathbf{x}$ as a row.""",
            parts={
                "dW": {
                    "key": "[[«g»*«x», «g»*«y»], [«h»*«x», «h»*«y»]]",
                    "mistakes": {
                        "LAY-02": "[[«g»*«x», «h»*«x»], [«g»*«y», «h»*«y»]]",
                        "LAY-03": "[[«x», «y»], [«x», «y»]]",
                        "summed": "«g»*«x» + «h»*«y»",
                    },
                },
                "dx": {
                    "key": "[«g»*«p» + «h»*«r», «g»*«q» + «h»*«s»]",
                    "mistakes": {
                        "LAY-10": "[«g»*«p» + «h»*«q», «g»*«r» + «h»*«s»]",
                        "upstream-missing": "[«p» + «r», «q» + «s»]",
                    },
                },
            },
            hints=(
                r"$2\times 2$ and $1\times 2$.",
                r"Entry $(1,1)$ of the first is $g_1x_1=«g»\cdot«x»$.",
                r"$\partial L/\partial\mathbf{x}$ is the row $\mathbf{g}$ times $W$: its first entry is $«g»\cdot(«p»)+(«h»)\cdot(«r»)$.",
            ),
        ),
        hints=(
            r"$2\times 2$ and $1\times 2$.",
            r"Entry $(1,1)$ of the first is $g_1x_1=2\cdot 5$.",
            "A10-04 has the formulas.",
            r"The first row of $\partial L/\partial W$ is $2\cdot[5,6]$.",
            r"A twin: $\mathbf{x}=[1,2]^T$, $\mathbf{g}=[3,4]$ gives $\begin{bmatrix}3&6\\4&8\end{bmatrix}$.",
        ),
    ),
    Exercise(
        id="A10-06",
        section="7",
        title="When shapes do not warn you",
        prompt=r"""With $W=\begin{bmatrix}1&2\\3&4\end{bmatrix}$ and $\mathbf{g}=[2,\,-3]$ a friend computes
$\partial L/\partial\mathbf{x}$ as $\mathbf{g}W^T$. What does the friend get? And what would have shown the mistake?""",
        points=2,
        parts=(
            Part(
                "value",
                "number",
                label=r"\mathbf{g}W^T",
                key="[-4, -6]",
                mistakes=(
                    Mistake("LAY-10", "[-7, -8]", r"That is $\mathbf{g}W$, the right answer. The friend's is asked for."),
                ),
            ),
            Part(
                "how",
                "choice",
                label=r"\text{what shows it}",
                choices=(
                    "The shapes: a row with the wrong number of entries comes out.",
                    r"A comparison with finite differences; or a $W$ that is not square.",
                    r"Another check with a symmetric $W$.",
                    r"A check with $\mathbf{g}=[0, 0]$.",
                ),
                key="b",
                mistakes=(
                    Mistake("LAY-10", "a", r"With a square $W$ both products are $1\times 2$: the shapes agree."),
                    Mistake("symmetric", "c", r"A symmetric $W$ hides the mistake: then $W^T=W$."),
                    Mistake("zeros", "d", "Zeros hide everything: both products are zero then."),
                ),
            ),
        ),
        hints=(
            r"A row of two numbers, and a letter.",
            r"$W^T=\begin{bmatrix}1&3\\2&4\end{bmatrix}$; a row times a matrix adds up down the columns.",
            r"Section 4.5.3 for the order, and A10-04 for the right formula. A test shows a mistake if the right and the wrong formula give two different results in it.",
            r"The first entry is $2\cdot1+(-3)\cdot2$. And rule out one: with $\mathbf{g}=[0,0]$ every formula gives zeros.",
            r"A twin: with $\begin{bmatrix}0&1\\2&0\end{bmatrix}$ for $W$ and $[1,1]$ for $\mathbf{g}$ the friend gets $[1,2]$, and right is $[2,1]$; with $\begin{bmatrix}1&2\\2&1\end{bmatrix}$ nobody would see it.",
        ),
    ),
    Exercise(
        id="A10-07",
        section="7",
        title="Back through a ReLU layer",
        prompt=r"""Now $\mathbf{a}=\max(0,\mathbf{z})$ with $\mathbf{z}=W\mathbf{x}+\mathbf{b}$, and the upstream gradient is
$\mathbf{g}=\partial L/\partial\mathbf{a}$ ($1\times m$). Give the three derivatives: two rows, and
$\partial L/\partial W$ **in the shape of $W$**. You may use `z` and `a`; `[z > 0]` is a column of zeros
and ones.""",
        variables={**LAYER, "g": "1,m", "z": "m", "a": "m"},
        where={"z": "W x + b", "a": "max(0, z)"},
        points=3,
        parts=(
            Part(
                "db",
                label=r"\partial L/\partial\mathbf{b}",
                f="g max(0, W x + b)",
                wrt="b",
                key="g ⊙ [z > 0]^T",
                mistakes=(
                    Mistake("LAY-12", "g", r"Mask the upstream first: inactive neurons pass nothing back."),
                    Mistake("ACT-06", "g ⊙ max(0, z)^T", r"The mask holds slopes, 0 or 1, not the activations."),
                    Mistake("upstream-missing", "[z > 0]^T", r"That is the mask alone: the upstream $\mathbf{g}$ is missing."),
                    Mistake("summed", "g [z > 0]", r"A row times a column is one number; each neuron keeps its own entry here."),
                ),
            ),
            Part(
                "dW",
                label=r"\partial L/\partial W \text{, in the shape of } W",
                f="g max(0, W x + b)",
                wrt="W",
                key="(g^T ⊙ [z > 0]) x^T",
                carries="db^T x^T",
                mistakes=(
                    Mistake("LAY-12", "g^T x^T", r"Mask the upstream gradient by $[\mathbf{z}>0]$ before the outer product."),
                    Mistake("LAY-03", "[z > 0] x^T", r"Each row must be scaled by its own upstream $g_i$."),
                    Mistake(
                        "LAY-02",
                        "x (g ⊙ [z > 0]^T)",
                        r"Right numbers in the wrong places: the row index of $W$ comes from the output.",
                        credit=0.5,
                    ),
                    Mistake("ACT-06", "(g^T ⊙ max(0, z)) x^T", "The mask holds slopes, 0 or 1, not the activations."),
                ),
            ),
            Part(
                "dx",
                label=r"\partial L/\partial\mathbf{x}",
                f="g max(0, W x + b)",
                wrt="x",
                key="(g ⊙ [z > 0]^T) W",
                carries="db W",
                mistakes=(
                    Mistake("LAY-12", "g W", r"Mask the upstream gradient by $[\mathbf{z}>0]^T$ first."),
                    Mistake("ACT-07", "(g W) ⊙ [x > 0]^T", r"The mask belongs to $\mathbf{z}$, before $W$, not to the inputs."),
                    Mistake("upstream-missing", "[z > 0]^T W", r"The upstream $\mathbf{g}$ is missing."),
                ),
            ),
        ),
        hints=(
            r"$1\times m$, $m\times n$, $1\times n$.",
            r"Neuron $i$ passes $g_i$ on if $z_i>0$, else 0.",
            r"$\partial\mathbf{a}/\partial\mathbf{z}=diag([\mathbf{z}>0])$ (A08-07); a row times a diagonal matrix multiplies entry by entry.",
            r"First find the row $\partial L/\partial\mathbf{z}$, in which the inactive neurons have 0; from there it is A10-04.",
            r"A twin with $\tanh$: $\partial L/\partial\mathbf{b}=\mathbf{g}\otimes(1-\tanh(\mathbf{z})^2)^T$.",
        ),
    ),
    Exercise(
        id="A10-08",
        section="7",
        title="A batch of samples",
        prompt=r"""Put $N$ samples into the rows of $X$ ($N\times n$). The layer computes all of them at once,
$Z = XW^T+\vec 1\,\mathbf{b}^T$ ($N\times m$; $\vec 1$ has length $N$). Call the upstream gradient
$G=\partial L/\partial Z$, in the shape of $Z$. Give $\partial L/\partial W$ **in the shape of $W$** ($m\times n$),
$\partial L/\partial\mathbf{b}$ **as a row** ($1\times m$) and $\partial L/\partial X$ **in the shape of $X$**.""",
        variables=BATCH,
        points=4,
        parts=(
            Part(
                "dW",
                label=r"\partial L/\partial W",
                f="sum(G ⊙ (X W^T + ones(N) b^T))",
                wrt="W",
                key="G^T X",
                weight=2,
                mistakes=(
                    Mistake(
                        "LAY-07",
                        "X^T G",
                        r"$X^TG$ belongs to $Z=XW$; with $Z=XW^T$ the gradient must have the shape of this $W$, $m\times n$.",
                        credit=0.5,
                    ),
                    Mistake("LAY-03", "ones(m) ones(N)^T X", r"Each sample and neuron has its own upstream entry of $G$."),
                    Mistake("LAY-08", "G^T X/N", r"If there is a mean in $L$, its $1/N$ is already inside $G$."),
                ),
            ),
            Part(
                "db",
                label=r"\partial L/\partial\mathbf{b}",
                f="sum(G ⊙ (X W^T + ones(N) b^T))",
                wrt="b",
                key="ones(N)^T G",
                mistakes=(
                    Mistake("LAY-05", "G", r"$\mathbf{b}$ is used by every row of the batch: add over the batch."),
                    Mistake("SUM-10", "(G ones(m))^T", r"You added over the neurons; the samples share $\mathbf{b}$, so add down each column.",
                            also=("G ones(m)",)),
                    Mistake("summed", "sum(G)", r"Each neuron has its own bias: $m$ numbers are left."),
                    Mistake("LAY-08", "ones(N)^T G/N", r"Add, do not average: if there is a mean in $L$, its $1/N$ is already inside $G$."),
                ),
            ),
            Part(
                "dX",
                label=r"\partial L/\partial X",
                f="sum(G ⊙ (X W^T + ones(N) b^T))",
                wrt="X",
                key="G W",
                mistakes=(
                    Mistake("LAY-08", "G W/N", r"If there is a mean in $L$, its $1/N$ is already inside $G$."),
                    Mistake("upstream-missing", "ones(N) ones(m)^T W", r"The upstream $G$ weighs the rows of $W$."),
                ),
            ),
        ),
        hints=(
            r"Write down the shapes: $G$ is $N\times m$, $X$ is $N\times n$, $W$ is $m\times n$. In which order do two of them fit?",
            r"Entry $(i,j)$ of the first: $\sum_s G_{si}X_{sj}$, a sum over the samples.",
            r"Each sample contributes what A10-04 says, with row $s$ of $G$ as its $\mathbf{g}$; add over $s$.",
            r"$\partial L/\partial W=G^T\,\cdot$",
            r"A twin in numbers, $N=2$ and $n=m=1$: $X=[3;4]$ and $G=[1;2]$ give $1\cdot 3+2\cdot 4=11$ for $W$ and $1+2=3$ for $b$.",
        ),
    ),
    Exercise(
        id="A10-09",
        section="7",
        title="The other convention",
        prompt=r"""Many programs store the weights the other way round: $Z=XW+\vec 1\,\mathbf{b}^T$ with $W$ of size
$n\times m$. With $G=\partial L/\partial Z$ ($N\times m$), give $\partial L/\partial W$ **in the shape of this $W$** and
$\partial L/\partial X$ in the shape of $X$ ($N\times n$).""",
        variables={"X": "N,n", "W": "n,m", "b": "m", "G": "N,m"},
        points=2,
        parts=(
            Part(
                "dW",
                label=r"\partial L/\partial W",
                f="sum(G ⊙ (X W + ones(N) b^T))",
                wrt="W",
                key="X^T G",
                mistakes=(
                    Mistake(
                        "LAY-07",
                        "G^T X",
                        r"That belongs to $Z=XW^T$. Here $W$ is $n\times m$, and its gradient has its shape.",
                        credit=0.5,
                    ),
                ),
            ),
            Part(
                "dX",
                label=r"\partial L/\partial X",
                f="sum(G ⊙ (X W + ones(N) b^T))",
                wrt="X",
                key="G W^T",
                mistakes=(
                    Mistake("upstream-missing", "ones(N) ones(m)^T W^T", r"The upstream $G$ weighs the columns of $W$."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5, 7)},
            prompt=r"""With the weights stored the other way round a layer computes $Z=«a»\,XW+\vec 1\,\mathbf{b}^T$, where $W$ is $n\times m$. With
$G=\partial L/\partial Z$ ($N\times m$), give $\partial L/\partial W$ **in the shape of this $W$** and $\partial L/\partial X$ in the shape of
$X$ ($N\times n$).""",
            parts={
                "dW": {"f": "sum(G ⊙ («a»*X W + ones(N) b^T))", "mistakes": {}},
                "dX": {
                    "f": "sum(G ⊙ («a»*X W + ones(N) b^T))",
                    "mistakes": {"upstream-missing": "«a»*ones(N) ones(m)^T W^T"},
                },
            },
        ),
        hints=(
            r"$n\times m$ and $N\times n$.",
            r"Entry $(j,i)$ of the first: $\sum_s X_{sj}G_{si}$.",
            r"Put $W^T$ for $W$ into A10-08 and turn the first answer round.",
            "The first one begins with `X^T`.",
            r"A twin in numbers, one sample: $X=[1,2]$, $G=[5,7,0]$ give $\begin{bmatrix}5&7&0\\10&14&0\end{bmatrix}$ for the first one.",
        ),
    ),
    Exercise(
        id="A10-10",
        section="7",
        title="The article's loss for a whole layer",
        prompt=r"""The rows of $X$ ($N\times n$) are samples, the rows of $Y$ ($N\times m$) their targets, and
$Z=XW^T+\vec 1\,\mathbf{b}^T$. The loss is $C=\frac1N\lVert Y-\max(0,Z)\rVert^2$: all squared differences are added, then
divided by $N$. Give $\partial C/\partial W$ **in the shape of $W$**, as a matrix formula. You may use `Z`; `[Z > 0]` is a
matrix of zeros and ones.""",
        variables={"X": "N,n", "W": "m,n", "b": "m", "Y": "N,m", "Z": "N,m"},
        where={"Z": "X W^T + ones(N) b^T"},
        points=4,
        parts=(
            Part(
                "answer",
                label=r"\partial C/\partial W",
                f="(1/N) norm(Y - relu(X W^T + ones(N) b^T))^2",
                wrt="W",
                key="(2/N) ([Z > 0] ⊙ (Z - Y))^T X",
                mistakes=(
                    Mistake("LOS-01", "2 ([Z > 0] ⊙ (Z - Y))^T X", r"The $1/N$ of the mean is lost."),
                    Mistake("LAY-08", "(2/N^2) ([Z > 0] ⊙ (Z - Y))^T X", r"The $1/N$ stands in the loss once, so it enters once."),
                    Mistake("LOS-02", "(1/N) ([Z > 0] ⊙ (Z - Y))^T X", "The square brings down a 2."),
                    Mistake("LOS-03", "(2/N) ([Z > 0] ⊙ (Y - Z))^T X", r"The minus of $Y-\max(0,Z)$ was dropped."),
                    Mistake("LAY-12", "(2/N) (Z - Y)^T X", r"Inactive neurons pass nothing back: mask by $[Z>0]$."),
                    Mistake("LOS-10", "(2/N) (relu(Z) - Y)^T X", r"You kept the max in the error but forgot its slope: mask by $[Z>0]$."),
                    Mistake(
                        "LAY-07",
                        "(2/N) X^T ([Z > 0] ⊙ (Z - Y))",
                        r"Right numbers, but $W$ is $m\times n$ here: the gradient must have its shape.",
                        credit=0.5,
                    ),
                ),
            ),
        ),
        hints=(
            r"The shape of $W$: $m\times n$.",
            r"Row $j$ is the single neuron's gradient of A09-02, for the targets in column $j$ of $Y$.",
            r"First $G=\partial C/\partial Z$, entry by entry; then A10-08.",
            r"$G=\frac2N\,[Z>0]\otimes(\,\cdot\,)$",
            r"A twin with $\tanh$: $\frac1N\lVert Y-\tanh(Z)\rVert^2$ has $\partial C/\partial Z=\frac2N\,(1-\tanh(Z)^2)\otimes(\tanh(Z)-Y)$.",
        ),
    ),
    Exercise(
        id="A10-11",
        section="7",
        title="What a row of it means",
        prompt=r"""For the layer of A10-10, $C=\frac1N\lVert Y-\max(0,XW^T+\vec 1\,\mathbf{b}^T)\rVert^2$, look at row $j$ of
$\partial C/\partial W$ (in the shape of $W$). What is it?""",
        points=1,
        parts=(
            Part(
                "answer",
                "choice",
                choices=(
                    "The mean of the gradients of all neurons.",
                    r"The gradient by the bias $b_j$, repeated.",
                    "Always a row of zeros, except for the largest output.",
                    r"The article's $\partial C/\partial\mathbf{w}$ of a single neuron: neuron $j$ with its targets, column $j$ of $Y$.",
                ),
                key="d",
                mistakes=(
                    Mistake("LAY-03", "a", r"Neuron $j$'s weights act on output $j$ only: nothing is mixed."),
                    Mistake("LOS-13", "b", r"The bias gets $\sum_s$ of the masked errors; the weights have the factor $X_{sk}$ too."),
                    Mistake("softmax", "c", "Every neuron has its own targets, and every one that is active learns."),
                ),
            ),
        ),
        hints=(
            r"A letter. Row $j$ of $W$ holds the weights of neuron $j$.",
            r"Take two neurons, and write $C$ as a sum over samples and neurons: which terms contain the first row of $W$?",
            r"Section 6.1: $\partial C/\partial\mathbf{w}$ of one neuron. A layer is many neurons side by side (section 7).",
            r"Rule out one: the bias's gradient is one number for each neuron; a row of $W$ has $n$ weights, each with an input of its own.",
            r"A twin: entry $j$ of $\partial C/\partial\mathbf{b}$ is the $\partial C/\partial b$ of section 6.2, for neuron $j$ alone.",
        ),
    ),
    Exercise(
        id="A10-12",
        section="7",
        title="Find the error: scale and shift",
        prompt=r"""A layer without weights only scales and shifts each column of $M$ ($N\times m$, a row for each sample):
$Z=M\,\mathrm{diag}(\mathbf{c})+\vec 1\,\mathbf{b}^T$. Upstream: $G=\partial L/\partial Z$ ($N\times m$). Which line is the first wrong
one, and what should stand there, as a row?""",
        variables={"M": "N,m", "c": "m", "b": "m", "G": "N,m"},
        points=2,
        parts=(
            Part(
                "line",
                "error",
                label=r"\text{the first wrong line}",
                key=3,
                lines=(
                    r"$\partial L/\partial M=G\,\mathrm{diag}(\mathbf{c})$, in the shape of $M$",
                    r"$\partial L/\partial\mathbf{c}$, as a row, holds the column sums of $G\otimes M$",
                    r"$\partial L/\partial\mathbf{b}=G$",
                ),
                mistakes=(
                    Mistake("first-line", 1, r"Line 1 is right: $Z_{si}=M_{si}c_i+b_i$, so $\partial L/\partial M_{si}=G_{si}c_i$."),
                    Mistake("second-line", 2, r"Line 2 is right: $c_i$ is used by every row, so its contributions are added up."),
                ),
            ),
            Part(
                "db",
                label=r"\partial L/\partial\mathbf{b}",
                f="sum(G ⊙ (M diag(c) + ones(N) b^T))",
                wrt="b",
                key="ones(N)^T G",
                mistakes=(
                    Mistake("LAY-05", "G", r"$\mathbf{b}$ is used by every row of the batch: add over the batch."),
                    Mistake("summed", "sum(G)", r"Each column has its own $b_i$: $m$ numbers are left."),
                    Mistake("LAY-08", "ones(N)^T G/N", r"Add, do not average: if there is a mean in $L$, its $1/N$ is already inside $G$."),
                    Mistake("SUM-10", "(G ones(m))^T", r"You added along each row; the samples share $\mathbf{b}$, so add down each column.", also=("G ones(m)",)),
                    Mistake("scaled", "ones(N)^T G diag(c)", r"$b_i$ is added after the scaling: it meets no factor $c_i$."),
                ),
            ),
        ),
        hints=(
            r"What shape must a derivative by $\mathbf{b}$ have?",
            r"$b_i$ stands in every row: $\sum_s\partial L/\partial Z_{si}$.",
            "A10-08 has the same step.",
            r"$\partial Z_{si}/\partial b_i=1$ for every sample $s$.",
            "A twin is line 2: its contributions are added up over the samples too.",
        ),
    ),
    Exercise(
        id="A10-13",
        section="7",
        title="Code: a layer's backward pass",
        prompt=r"""For $Z=XW^T+\vec 1\,\mathbf{b}^T$ with $W$ of size $m\times n$, write `linear_backward(dZ, X, W)`. `dZ` is
$\partial L/\partial Z$ ($N\times m$), `X` is $N\times n$. Return three arrays in this order: $\partial L/\partial W$ in the
shape of `W`, $\partial L/\partial\mathbf{b}$ as a 1-D array of length $m$, $\partial L/\partial X$ in the shape of `X`.""",
        points=4,
        parts=(
            Part(
                "linear_backward",
                "code",
                key=_linear_backward,
                signature=Signature(
                    "linear_backward",
                    {"dZ": "N,m", "X": "N,n", "W": "m,n"},
                    returns="the derivatives by W, b and X",
                    sizes=({"N": 5, "m": 2, "n": 3}, {"N": 4, "m": 3, "n": 6}, {"N": 3, "m": 3, "n": 3}),
                ),
                mistakes=(
                    Mistake("LAY-07", _backward_other_convention, r"`X.T @ dZ` belongs to $Z=XW$; with $Z=XW^T$ it is the other way round."),
                    Mistake("LAY-05", _backward_bias_not_summed, r"$\mathbf{b}$ is used by every row of the batch: add over the batch (axis 0)."),
                    Mistake("LAY-08", _backward_bias_mean, r"Add over the batch, do not average: a mean's $1/N$ is already inside `dZ`.",
                            also=(_backward_averaged, _backward_averaged_throughout, _backward_weights_averaged)),
                    Mistake("SUM-10", _backward_bias_wrong_axis, "The sum for the bias runs over the batch, that is down each column: axis 0."),
                    Mistake(
                        "NUM-06",
                        _backward_all_ones,
                        "You go back from all ones, as if $L$ were the sum of $Z$; start from `dZ`.",
                    ),
                    Mistake("LAY-09", _backward_inverse, "Going back uses the transpose of the map, not its inverse."),
                ),
            ),
        ),
        hints=(
            "`A.T` is the transpose, `A @ B` the matrix product, `A.sum(axis=0)` adds down each column.",
            "Write the shape that you want, and look which two arrays can make it.",
            "A10-08 has the three formulas.",
            "`return dZ.T @ …, dZ.sum(…), …`",
            "A twin: for `Z = c * X`, with one factor for each column, they are `(dZ * X).sum(axis=0)` for `c` and `dZ * c` for `X`.",
        ),
    ),
)
