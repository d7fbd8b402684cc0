"""A05: scalar expansion and vector sums (sections 4.3, 4.4, 8.3 and 8.4)."""

from __future__ import annotations

import numpy as np

from matcalc_ref.record import Exercise, Mistake, Part, Signature
from matcalc_ref.variants import Template

XZ = {"x": "n", "z": ""}


def scalar_vector_jacs(x, z):
    n = len(x)
    return {
        "sum_x": np.eye(n),
        "sum_z": np.ones((n, 1)),
        "prod_x": z * np.eye(n),
        "prod_z": np.reshape(x, (n, 1)).astype(float),
    }


def jacs_with_scalars(x, z):
    return {**scalar_vector_jacs(x, z), "sum_z": np.ones((1, 1)), "prod_x": np.array([[float(z)]])}


def jacs_with_rows(x, z):
    n = len(x)
    return {**scalar_vector_jacs(x, z), "sum_z": np.ones((1, n)), "prod_z": np.reshape(x, (1, n)).astype(float)}


def jacs_one_dimensional(x, z):
    n = len(x)
    return {**scalar_vector_jacs(x, z), "sum_z": np.ones(n), "prod_z": np.array(x, dtype=float)}


def jacs_without_zeros(x, z):
    n = len(x)
    return {**scalar_vector_jacs(x, z), "sum_x": np.ones((n, 1)), "prod_x": z * np.ones((n, 1))}


def jacs_with_diag(x, z):
    return {**scalar_vector_jacs(x, z), "sum_z": np.eye(len(x)), "prod_z": np.diag(x)}


def jacs_with_diag_of_product(x, z):
    return {**scalar_vector_jacs(x, z), "prod_z": np.diag(x)}


def jacs_with_product_as_column(x, z):
    return {**scalar_vector_jacs(x, z), "prod_x": z * np.ones((len(x), 1))}


def sum_grads(x, z):
    return {"x": z * np.ones((1, len(x))), "z": np.array([[np.sum(x)]])}


def sum_grads_with_count(x, z):
    return {**sum_grads(x, z), "z": np.array([[float(len(x))]])}


def sum_grads_with_scalar(x, z):
    return {**sum_grads(x, z), "x": np.array([[float(z)]])}


def sum_grads_as_columns(x, z):
    return {**sum_grads(x, z), "x": z * np.ones((len(x), 1))}


def sum_grads_not_summed(x, z):
    return {**sum_grads(x, z), "z": np.reshape(x, (len(x), 1)).astype(float)}


EXERCISES = (
    Exercise(
        id="A05-01",
        section="4.3",
        title="Adding a number: the vector moves",
        prompt=r"""
Let $\mathbf x$ be a column of length $n$ and $z$ a number. $\mathbf y=\mathbf x+z$ adds $z$ to every entry:
$y_i=x_i+z$. Give $\partial\mathbf y/\partial\mathbf x$.""",
        variables=XZ,
        points=1,
        parts=(
            Part(
                name="dx",
                label=r"\partial(\mathbf x+z)/\partial\mathbf x",
                f="x + z",
                wrt="x",
                key="eye(n)",
                mistakes=(
                    Mistake("SCX-11", "ones(n)", r"That is how it would look with $z$ moving, or with a sum. Here $n$ inputs move and $n$ outputs answer: where do the ones stand in an $n\times n$ matrix?", also=("ones(n)^T",)),
                    Mistake("SCX-12", "1", r"One number is too little: $n$ outputs by $n$ inputs need $n\times n$ entries. A `1` is always the number one."),
                    Mistake("ELW-03", "ones(n) ones(n)^T", r"$y_i=x_i+z$ contains $x_i$ but no other entry of $\mathbf x$. What stands off the diagonal?"),
                    Mistake("SCX-14", "z eye(n)", r"That is the rule for the product $\mathbf xz$. In a sum, $z$ is a constant term: what is its derivative by $x_i$?"),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "g": (("sin", r"\sin"), ("cos", r"\cos"), ("exp", r"\exp"), ("tanh", r"\tanh"))},
            prompt=r"""Let $\mathbf y=«g»(\mathbf x)+«a»z$, the function applied to each entry. Give $\partial\mathbf y/\partial\mathbf x$.""",
            parts={"dx": {"f": "«g»(x) + «a»*z", "label": r"\partial\mathbf{y}/\partial\mathbf{x}", "mistakes": {}}},
        ),
        hints=(
            r"$n$ outputs, and $n$ inputs that move: the answer is $n\times n$.",
            r"One entry: $y_i=x_i+z$. Differentiate by $x_i$, and by $x_j$ with $j\ne i$.",
            r"Section 4.3: write $\mathbf x+z$ as $\mathbf x+\vec 1z$, then use the rule for a sum of vectors from section 4.2.",
            r"Row 1: $\partial(x_1+z)/\partial x_1=1$. What are the other entries of this row?",
            r"A twin: $\mathbf y=6\mathbf x-z$ has $y_i=6x_i-z$ and $\partial\mathbf y/\partial\mathbf x=6I$.",
        ),
    ),
    Exercise(
        id="A05-02",
        section="4.3",
        title="Adding a number: the number moves",
        prompt=r"""
The same $\mathbf y=\mathbf x+z$ with $y_i=x_i+z$. Now $z$ moves: give $\partial\mathbf y/\partial z$.""",
        variables=XZ,
        points=1,
        parts=(
            Part(
                name="dz",
                label=r"\partial(\mathbf x+z)/\partial z",
                f="x + z",
                wrt="z",
                key="ones(n)",
                mistakes=(
                    Mistake("SCX-01", "1", r"$z$ is added to all $n$ entries, so $n$ outputs answer when it moves. How many numbers is that?"),
                    Mistake("SCX-02", "eye(n)", r"Only one number moves, so the Jacobian has one column. How many rows?"),
                    Mistake("SCX-04", "ones(n)^T", r"Right numbers, wrong layout: $n$ outputs make $n$ rows, and the one input makes one column.", credit=0.5),
                    Mistake("SCX-15", "n", r"Nothing is added up here: each of the $n$ outputs keeps a derivative of its own."),
                    Mistake("SCX-16", "x + ones(n)", r"$x_i$ is a constant term when $z$ moves. What is the derivative of a constant?", also=("x", "x + 1")),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "b": (4, 6, 7)},
            prompt=r"""Let $\mathbf y=«a»\mathbf x+«b»z$. Give $\partial\mathbf y/\partial z$.""",
            parts={"dz": {"f": "«a»*x + «b»*z", "label": r"\partial\mathbf{y}/\partial z", "mistakes": {}}},
        ),
        hints=(
            r"$n$ outputs and one input: the answer is $n\times1$, a column.",
            r"One entry: $y_i=x_i+z$. Differentiate by $z$.",
            r"Section 4.3: a vector differentiated by a number is a vertical vector.",
            r"The first entry is $\partial(x_1+z)/\partial z$. All $n$ entries look alike.",
            r"A twin: $\mathbf y=\mathbf x+8z$ has $\partial y_i/\partial z=8$ for each $i$, so $\partial\mathbf y/\partial z=8\,\vec1$.",
        ),
    ),
    Exercise(
        id="A05-03",
        section="4.3",
        title="Scaling: the vector moves",
        prompt=r"""
Let $\mathbf y=\mathbf xz$, the column $\mathbf x$ scaled by the number $z$: $y_i=x_iz$. Give
$\partial\mathbf y/\partial\mathbf x$.""",
        variables=XZ,
        points=1,
        parts=(
            Part(
                name="dx",
                label=r"\partial(\mathbf xz)/\partial\mathbf x",
                f="x z",
                wrt="x",
                key="z eye(n)",
                mistakes=(
                    Mistake("SCX-05", "z", r"One number is too little: $n$ outputs by $n$ inputs. Where in an $n\times n$ matrix does $z$ stand?"),
                    Mistake("SCX-06", "z ones(n)", r"This list has lost its zeros: with $n$ outputs and $n$ inputs the Jacobian is $n\times n$.", also=("z ones(n)^T",)),
                    Mistake("ELW-03", "z ones(n) ones(n)^T", r"$y_i=x_iz$ does not contain $x_j$ for $j\ne i$. What stands off the diagonal?"),
                    Mistake("SCX-17", "diag(x)", r"The factor that stays is the one that stands still. Which one is that when $x_i$ moves?", also=("x",)),
                    Mistake("SCX-18", "eye(n)", r"That is the rule for the sum $\mathbf x+z$. In a product the constant factor $z$ stays."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "k": (2, 3)},
            prompt=r"Let $\mathbf y=«a»z^{«k»}\mathbf x$ with a number $z$. Give $\partial\mathbf y/\partial\mathbf x$.",
            parts={
                "dx": {
                    "f": "«a»*z^«k» x",
                    "label": r"\partial\mathbf y/\partial\mathbf x",
                    "mistakes": {"SCX-06": "«a»*z^«k» ones(n)", "SCX-05": ("«a»*z^«k»", "One number is too little: $n$ outputs by $n$ inputs. Where in an $n\\times n$ matrix does it stand?")},
                }
            },
        ),
        hints=(
            r"$n$ outputs and $n$ inputs: the answer is $n\times n$.",
            r"One entry: $y_i=x_iz$. Differentiate by $x_i$, and by $x_j$ with $j\ne i$.",
            r"Section 4.3: write $\mathbf xz$ as $\mathbf x\otimes\vec1z$, then use the product rule of section 4.2.",
            r"Row 1: $\partial(x_1z)/\partial x_1$ first, then zeros.",
            r"A twin: $\mathbf y=4\mathbf xz^2$ has $y_i=4x_iz^2$, so $\partial\mathbf y/\partial\mathbf x=4z^2I$.",
        ),
    ),
    Exercise(
        id="A05-04",
        section="4.3",
        title="Scaling: the number moves",
        prompt=r"""
The same $\mathbf y=\mathbf xz$ with $y_i=x_iz$. Now $z$ moves: give $\partial\mathbf y/\partial z$.""",
        variables=XZ,
        points=1,
        parts=(
            Part(
                name="dz",
                label=r"\partial(\mathbf xz)/\partial z",
                f="x z",
                wrt="z",
                key="x",
                mistakes=(
                    Mistake("SCX-03", "diag(x)", r"A diagonal matrix comes from a vector that moves. $z$ is one number, so there is one column."),
                    Mistake("SCX-04", "x^T", r"Right numbers, wrong layout: a vector differentiated by a number stands upright.", credit=0.5),
                    Mistake("SCX-29", "x z", r"That is $\mathbf y$ itself. How fast does $x_iz$ grow when $z$ moves?"),
                    Mistake("SCX-19", "sum(x)", r"Nothing is added up in $\mathbf xz$: each of the $n$ outputs keeps a derivative of its own."),
                    Mistake("SCX-20", "ones(n)", r"That is the rule for $\mathbf x+z$. Here $z$ is multiplied by $x_i$, and a constant factor stays."),
                    Mistake("SCX-21", "z ones(n)", r"The factor that stays is the one that stands still. Which one is that when $z$ moves?", also=("z", "z eye(n)")),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "g": (("sin", r"\sin"), ("cos", r"\cos"), ("exp", r"\exp"), ("tanh", r"\tanh"))},
            prompt=r"""Let $\mathbf y=«a»\,«g»(\mathbf x)\,z$, the function applied to each entry. Give $\partial\mathbf y/\partial z$.""",
            parts={"dz": {"f": "«a»*«g»(x)*z", "label": r"\partial\mathbf{y}/\partial z", "mistakes": {}}},
        ),
        hints=(
            r"$n$ outputs and one input: the answer is $n\times1$.",
            r"One entry: $y_i=x_iz$. Which factor is constant when $z$ moves?",
            r"Section 4.3: a vector differentiated by a number is vertical.",
            r"The first entry is $\partial(x_1z)/\partial z$.",
            r"A twin: $\mathbf y=\mathbf xz^2$ has $\partial y_i/\partial z=2x_iz$, so $\partial\mathbf y/\partial z=2z\,\mathbf x$.",
        ),
    ),
    Exercise(
        id="A05-05",
        section="4.3",
        title="Dividing by a number",
        prompt=r"""
Let $\mathbf y=\mathbf x/z$ with a number $z\ne0$, so $y_i=x_i/z$. Give both derivatives.""",
        variables=XZ,
        domain={"z": "nonzero"},
        points=2,
        parts=(
            Part(
                name="dx",
                label=r"\partial(\mathbf x/z)/\partial\mathbf x",
                f="x / z",
                wrt="x",
                key="eye(n) / z",
                mistakes=(
                    Mistake("SCX-05", "1/z", r"One number is too little: where in an $n\times n$ matrix does it stand?"),
                    Mistake("SCX-06", "ones(n)/z", r"This list has lost its zeros: $n$ outputs by $n$ inputs make an $n\times n$ matrix.", also=("ones(n)^T/z",)),
                    Mistake("SCX-22", "z eye(n)", r"$x_i$ is divided by $z$. When $x_i$ grows by $1$, by how much does $x_i/z$ grow?"),
                    Mistake("SCX-18", "eye(n)", r"That is the rule for the sum $\mathbf x+z$. Here $x_i$ has a constant factor: which one?"),
                    Mistake("SCX-17", "diag(-x)/z^2", r"That belongs to a moving $z$. Here $\mathbf x$ moves and $z$ stands still.", also=("-x/z^2",)),
                ),
            ),
            Part(
                name="dz",
                label=r"\partial(\mathbf x/z)/\partial z",
                f="x / z",
                wrt="z",
                key="-x / z^2",
                mistakes=(
                    Mistake("SCX-09", "-ones(n)/z^2", r"$x_i$ is a constant factor when $z$ moves, and a constant factor stays."),
                    Mistake("ELW-05", "x/z^2", r"The sign is lost: when a positive $z$ grows, $1/z$ falls."),
                    Mistake("ELW-16", "-x/z", r"Write $1/z$ as $z^{-1}$: the power rule lowers the exponent by one more."),
                    Mistake("SCX-03", "-diag(x)/z^2", r"$z$ is one number, so there is one column."),
                    Mistake("SCX-04", "-x^T/z^2", r"Right numbers, wrong layout: a vector differentiated by a number stands upright.", credit=0.5),
                    Mistake("SCX-09b", "-1/z^2", r"There are $n$ outputs, so $n$ numbers; and each keeps its own constant factor."),
                ),
            ),
        ),
        template=Template(
            draws={"k": (2, 3, 4)},
            prompt=r"Let $\mathbf y=\mathbf x/z^{«k»}$ with a number $z\ne0$. Give both derivatives.",
            parts={
                "dx": {"f": "x / z^«k»", "label": r"\partial\mathbf y/\partial\mathbf x", "mistakes": {"SCX-05": "1/z^«k»", "SCX-06": "ones(n)/z^«k»"}},
                "dz": {
                    "f": "x / z^«k»",
                    "label": r"\partial\mathbf y/\partial z",
                    "mistakes": {"SCX-09": "-«k» ones(n)/z^(«k» + 1)", "SCX-03": "-«k» diag(x)/z^(«k» + 1)"},
                },
            },
        ),
        hints=(
            r"`dx` is $n\times n$, `dz` is $n\times1$.",
            r"One entry: $y_i=x_i\,z^{-1}$. First let $x_i$ move, then $z$.",
            r"Section 4.3; for `dz` the power rule of section 2.",
            r"For `dx`: $y_i=\frac1z\,x_i$, so this is scaling by the number $\frac1z$.",
            r"A twin: $\mathbf y=\mathbf x/z^2$ has $\partial\mathbf y/\partial\mathbf x=\frac1{z^2}I$ and "
            r"$\partial\mathbf y/\partial z=-\frac{2}{z^3}\mathbf x$.",
        ),
    ),
    Exercise(
        id="A05-06",
        section="4.4",
        title="The sum of a vector",
        prompt=r"""
Let $y=\mathrm{sum}(\mathbf x)=x_1+x_2+\cdots+x_n$. Give $\partial y/\partial\mathbf x$, and mind its orientation.""",
        variables={"x": "n"},
        points=1,
        parts=(
            Part(
                name="dx",
                label=r"\partial\,\mathrm{sum}(\mathbf x)/\partial\mathbf x",
                f="sum(x)",
                wrt="x",
                key="ones(n)^T",
                mistakes=(
                    Mistake("SUM-01", "n", r"$n$ is what you get when all entries move together. A gradient lists them one by one."),
                    Mistake("SUM-02", "ones(n)", r"Right numbers, wrong layout: $y$ is one number, so there is one row.", credit=0.5),
                    Mistake("SUM-06", "1", r"One partial derivative for each $x_j$: how many numbers is that, and how do they stand?"),
                    Mistake("SUM-08", "eye(n)", r"That is the Jacobian of $\mathbf x$ itself. $\mathrm{sum}(\mathbf x)$ is one number, so only one row is left."),
                    Mistake("SUM-12", "x^T", r"$\mathrm{sum}(\mathbf x)$ grows by how much when $x_j$ grows by $1$? That does not depend on $x_j$.", also=("x", "sum(x)")),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "g": (("sin", r"\sin"), ("cos", r"\cos"), ("exp", r"\exp"), ("tanh", r"\tanh"))},
            prompt=r"""Let $y=\mathrm{sum}(«a»\,«g»(\mathbf x))$, the function applied to each entry. Give $\partial y/\partial\mathbf x$.""",
            parts={"dx": {"f": "sum(«a»*«g»(x))", "label": r"\partial y/\partial\mathbf{x}", "mistakes": {}}},
        ),
        hints=(
            r"One output and $n$ inputs: the answer is $1\times n$.",
            r"Entry $j$: in $x_1+\cdots+x_n$ only one term contains $x_j$.",
            r"Section 4.4: the gradient of a sum is horizontal. A transpose is typed `^T`.",
            r"The first entry: $\partial(x_1+x_2+\cdots+x_n)/\partial x_1=1$.",
            r"A twin: $y=\mathrm{sum}(5\mathbf x)$ has $\partial y/\partial x_j=5$ for every $j$, so the gradient is the row $[5,\ldots,5]$.",
        ),
    ),
    Exercise(
        id="A05-07",
        section="4.4",
        title="The sum of a scaled vector",
        prompt=r"""
Let $y=\mathrm{sum}(\mathbf xz)=x_1z+x_2z+\cdots+x_nz$. Give both derivatives. Shapes first: which of the two is a
row, which a number?""",
        variables=XZ,
        points=2,
        parts=(
            Part(
                name="dx",
                label=r"\partial\,\mathrm{sum}(\mathbf xz)/\partial\mathbf x",
                f="sum(x z)",
                wrt="x",
                key="z ones(n)^T",
                mistakes=(
                    Mistake("SUM-07", "z", r"There is one partial derivative for each $x_j$: a whole row, not one number."),
                    Mistake("SUM-02", "z ones(n)", r"Right numbers, wrong layout: $y$ is one number, so the gradient is one row.", credit=0.5),
                    Mistake("SUM-01", "n z", r"You added the partial derivatives up. A gradient lists them side by side."),
                    Mistake("SUM-08", "z eye(n)", r"That is the Jacobian of $\mathbf xz$ before it is summed. The sum is one number, so only one row is left."),
                    Mistake("SUM-14", "x^T", r"When $x_j$ moves, which factor of $x_jz$ stands still? That one stays.", also=("x", "sum(x)")),
                    Mistake("SUM-15", "ones(n)^T", r"The constant factor $z$ is lost: look at the term $x_jz$ again.", also=("ones(n)",)),
                ),
            ),
            Part(
                name="dz",
                label=r"\partial\,\mathrm{sum}(\mathbf xz)/\partial z",
                f="sum(x z)",
                wrt="z",
                key="sum(x)",
                mistakes=(
                    Mistake("SUM-04", "n", r"$n$ is the answer for $\mathrm{sum}(\mathbf x+z)$. In $\mathrm{sum}(\mathbf xz)$, what does the term $x_iz$ contribute when $z$ moves?"),
                    Mistake("SUM-05", "n x", r"$y$ is one number and $z$ is one number, so the derivative is one number. Add up what the $n$ terms contribute; do not take $n$ copies of $\mathbf x$."),
                    Mistake("SUM-16", "x", r"These are the contributions of the $n$ terms, one by one. The terms are added up in $y$, so what happens to the contributions?", also=("x^T",)),
                    Mistake("SUM-17", "n sum(x)", r"Each entry of $\mathbf x$ is counted $n$ times. How often does $x_1$ occur in $x_1z+\cdots+x_nz$?"),
                    Mistake("SUM-18", "n z", r"When $z$ moves, the factor that stays in $x_iz$ is $x_i$.", also=("z",)),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 4), "k": (2, 3)},
            prompt=r"Let $y=\mathrm{sum}(«a»z^{«k»}\mathbf x)$. Give both derivatives.",
            parts={
                "dx": {
                    "f": "sum(«a»*z^«k» x)",
                    "label": r"\partial y/\partial\mathbf x",
                    "mistakes": {"SUM-02": "«a»*z^«k» ones(n)", "SUM-01": "«a»*n*z^«k»"},
                },
                "dz": {
                    "f": "sum(«a»*z^«k» x)",
                    "label": r"\partial y/\partial z",
                    "mistakes": {"SUM-16": "«a»*«k»*z^(«k» - 1) x", "SUM-17": ("«a»*«k»*n*z^(«k» - 1)*sum(x)", "Each entry of $\\mathbf x$ is counted $n$ times.")},
                },
            },
        ),
        hints=(
            r"$y$ is one number. `dx` is a row, $1\times n$; `dz` is a number.",
            r"Entry $j$ of `dx`: only the term $x_jz$ contains $x_j$. For `dz`: every term $x_iz$ contains $z$.",
            r"Section 4.4: write out the sum, differentiate term by term.",
            r"The first entry of `dx` is $\partial(x_1z)/\partial x_1$. For `dz`, the first term contributes $\partial(x_1z)/\partial z$.",
            r"A twin: $y=\mathrm{sum}(\mathbf xz^2)$ has $\partial y/\partial\mathbf x=[z^2,\ldots,z^2]$ and, with $\mathbf x=[1,5]^T$, "
            r"$\partial y/\partial z=1\cdot2z+5\cdot2z=12z$.",
        ),
    ),
    Exercise(
        id="A05-08",
        section="4.4",
        title="The sum of a shifted vector",
        prompt=r"""
Let $y=\mathrm{sum}(\mathbf x+z)=(x_1+z)+(x_2+z)+\cdots+(x_n+z)$. Give both derivatives. The length $n$ may be used as a
number.""",
        variables=XZ,
        points=2,
        parts=(
            Part(
                name="dx",
                label=r"\partial\,\mathrm{sum}(\mathbf x+z)/\partial\mathbf x",
                f="sum(x + z)",
                wrt="x",
                key="ones(n)^T",
                mistakes=(
                    Mistake("SUM-01", "n", r"That is what you get when all entries move together. A gradient lists them one by one."),
                    Mistake("SUM-02", "ones(n)", r"Right numbers, wrong layout: $y$ is one number, so there is one row.", credit=0.5),
                    Mistake("SUM-08", "eye(n)", r"That is the Jacobian of $\mathbf x+z$ before it is summed. The sum is one number, so only one row is left."),
                    Mistake("SUM-06", "1", r"One partial derivative for each $x_j$: a whole row, not one number."),
                ),
            ),
            Part(
                name="dz",
                label=r"\partial\,\mathrm{sum}(\mathbf x+z)/\partial z",
                f="sum(x + z)",
                wrt="z",
                key="n",
                mistakes=(
                    Mistake("SUM-03", "1", r"$z$ occurs in every one of the terms, not just once. What do they contribute together?"),
                    Mistake("SUM-16", "ones(n)", r"These are the contributions of the terms, one by one. The terms are added up in $y$, so what happens to the contributions?", also=("ones(n)^T",)),
                    Mistake("SUM-19", "sum(x)", r"That is the answer for $\mathrm{sum}(\mathbf xz)$. Here $z$ is added to $x_i$: what does the term $x_i+z$ contribute?"),
                    Mistake("SUM-20", "n z", r"That is the sum of the $z$'s itself. How fast does it grow when $z$ moves?"),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "b": (4, 6, 7)},
            prompt=r"Let $y=\mathrm{sum}(«a»\mathbf x-«b»z)$. Give both derivatives.",
            parts={
                "dx": {"f": "sum(«a» x - «b»*z)", "label": r"\partial y/\partial\mathbf x", "mistakes": {"SUM-02": "«a» ones(n)", "SUM-01": "«a»*n"}},
                "dz": {"f": "sum(«a» x - «b»*z)", "label": r"\partial y/\partial z", "mistakes": {"SUM-03": "-«b»", "SUM-16": "-«b» ones(n)"}},
            },
        ),
        hints=(
            r"`dx` is $1\times n$, `dz` is a number.",
            r"Entry $j$ of `dx`: only $(x_j+z)$ contains $x_j$. For `dz`: how many brackets contain $z$?",
            r"Section 4.4: write out the sum, differentiate term by term.",
            r"For `dz`, the first bracket contributes $\partial(x_1+z)/\partial z=1$.",
            r"A twin: $y=\mathrm{sum}(\mathbf x-3z)$ with five entries has $\partial y/\partial z=-3-3-3-3-3=-15$, so in general it is $-3$ "
            r"times the number of entries.",
        ),
    ),
    Exercise(
        id="A05-09",
        section="4.4",
        title="Sum of squares, and the mean",
        prompt=r"""
Give the two gradients. The mean is $\mathrm{mean}(\mathbf x)=\frac1n\,\mathrm{sum}(\mathbf x)$.""",
        variables={"x": "n"},
        points=2,
        parts=(
            Part(
                name="squares",
                label=r"\partial\,\mathrm{sum}(\mathbf x\otimes\mathbf x)/\partial\mathbf x",
                f="sum(x ⊗ x)",
                wrt="x",
                key="2 x^T",
                mistakes=(
                    Mistake("SUM-11", "2 sum(x)", r"The partial derivatives are not added up again: the gradient keeps one entry for each $x_j$."),
                    Mistake("SUM-02", "2 x", r"Right numbers, wrong layout: one output, so one row.", credit=0.5),
                    Mistake("ELW-09", "x^T", r"Both factors of $x_j\cdot x_j$ move: write it as a power first.", also=("x",)),
                    Mistake("SUM-08", "diag(2 x)", r"That is the Jacobian of $\mathbf x\otimes\mathbf x$ before it is summed. The sum is one number, so only one row is left.", also=("2 diag(x)",)),
                    Mistake("SUM-21", "2 ones(n)^T", r"The derivative of $x_j^2$ still depends on $x_j$."),
                ),
            ),
            Part(
                name="mean",
                label=r"\partial\,\mathrm{mean}(\mathbf x)/\partial\mathbf x",
                f="mean(x)",
                wrt="x",
                key="ones(n)^T / n",
                mistakes=(
                    Mistake("SUM-07", "1/n", r"The right number, but there is one partial derivative for each $x_j$: a whole row."),
                    Mistake("SUM-22", "ones(n)^T", r"That is the gradient of the sum. The mean has the constant factor $1/n$ in front.", also=("ones(n)",)),
                    Mistake("SUM-02", "ones(n) / n", r"Right numbers, wrong layout: one output, so one row.", credit=0.5),
                    Mistake("SUM-01", "1", r"You added the partial derivatives up. The gradient lists them side by side."),
                    Mistake("SUM-08", "eye(n) / n", r"The mean is one number, so its gradient has only one row."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (3, 4, 5), "k": (2, 3, 4)},
            prompt=r"Give the two gradients; $\mathbf x^{«k»}$ is taken entry by entry, and $\mathrm{mean}(\mathbf x)=\frac1n\,\mathrm{sum}(\mathbf x)$.",
            parts={
                "squares": {
                    "f": "sum(«a» x.^«k»)",
                    "label": r"\partial\,\mathrm{sum}(«a»\,\mathbf x^{«k»})/\partial\mathbf x",
                    "mistakes": {"SUM-02": "«a»*«k» x.^(«k» - 1)", "SUM-11": "«a»*«k» sum(x.^(«k» - 1))"},
                },
                "mean": {
                    "f": "mean(«a» x)",
                    "label": r"\partial\,\mathrm{mean}(«a»\,\mathbf x)/\partial\mathbf x",
                    "mistakes": {"SUM-07": "«a»/n", "SUM-02": "«a» ones(n)/n"},
                },
            },
        ),
        hints=(
            r"Both answers are rows, $1\times n$.",
            r"Entry $j$: only the term $x_j^2$ of the sum contains $x_j$; in the mean it is $\frac1nx_j$.",
            r"Section 4.4 for the sum, section 2 for the power and the constant factor.",
            r"The first entry of `squares` is $\partial x_1^2/\partial x_1$.",
            r"A twin: $\mathrm{sum}(\mathbf x\otimes\mathbf x\otimes\mathbf x)$ has the gradient $3(\mathbf x\otimes\mathbf x)^T$; twice the mean, "
            r"for $n=4$, has $[\frac12,\frac12,\frac12,\frac12]$.",
        ),
    ),
    Exercise(
        id="A05-10",
        section="4.4",
        title="A sum whose terms use all of x",
        prompt=r"""
Let $B$ be a square matrix, $n\times n$, and $y=\mathrm{sum}(B\mathbf x)$. Each entry
$(B\mathbf x)_i=\sum_jB_{ij}x_j$ uses all of $\mathbf x$. Give $\partial y/\partial\mathbf x$.""",
        variables={"B": "n,n", "x": "n"},
        points=2,
        parts=(
            Part(
                name="dx",
                label=r"\partial\,\mathrm{sum}(B\mathbf x)/\partial\mathbf x",
                f="sum(B x)",
                wrt="x",
                key="ones(n)^T B",
                mistakes=(
                    Mistake("SUM-09", "diagonal(B)^T", r"Each entry of $B\mathbf x$ uses all of $\mathbf x$. Which entries of $B$ are multiplied by $x_j$? There are $n$ of them.", also=("diagonal(B)",)),
                    Mistake("SUM-10", "(B ones(n))^T", r"You added along each row of $B$, over the inputs. The sum in $y$ runs over the outputs $i$: which way through $B$ is that?", also=("B ones(n)",)),
                    Mistake("SUM-02", "B^T ones(n)", r"Right numbers, wrong layout: one output, so one row.", credit=0.5),
                    Mistake("SUM-13", "ones(n)^T", r"That is the derivative of $\mathrm{sum}(\mathbf u)$ by $\mathbf u$. Here $\mathbf u=B\mathbf x$ moves with $\mathbf x$: what is its Jacobian?"),
                    Mistake("SUM-08", "B", r"That is the Jacobian before it is summed. Add its $n$ rows to one another, and one row is left."),
                    Mistake("SUM-11", "sum(B)", r"You added up all entries of $B$. The gradient keeps one entry for each $x_j$."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5)},
            prompt=r"Let $B$ be a square matrix and $y=\mathrm{sum}(«a»B\mathbf x)$. Give $\partial y/\partial\mathbf x$.",
            parts={
                "dx": {
                    "f": "sum(«a» B x)",
                    "label": r"\partial y/\partial\mathbf x",
                    "mistakes": {"SUM-09": "«a» diagonal(B)^T", "SUM-10": "«a» (B ones(n))^T", "SUM-02": "«a» B^T ones(n)", "SUM-08": "«a» B"},
                }
            },
        ),
        hints=(
            r"One output and $n$ inputs: the answer is $1\times n$.",
            r"Entry $j$: collect all terms of $\sum_i\sum_kB_{ik}x_k$ that contain $x_j$.",
            r"Section 4.4: the gradient of a sum is the sum of the gradients of its terms; the gradient of the term $(B\mathbf x)_i$ is row $i$ of $B$.",
            r"For $n=2$: $y=B_{11}x_1+B_{12}x_2+B_{21}x_1+B_{22}x_2$. Its first partial derivative is $B_{11}+B_{21}$. How does one "
            r"write this for all columns at once, with a row of ones?",
            r"A twin: for $y=\mathrm{sum}(B\mathbf x)$ with $B=[[1,2],[3,4]]$ the gradient is $[1+3,\;2+4]=[4,6]$.",
        ),
    ),
    Exercise(
        id="A05-11",
        section="4.4",
        title="An error in print",
        prompt=r"""
An early version of the article (corrected in February 2018) derived $\partial y/\partial z$ for
$y=\mathrm{sum}(\mathbf xz)$ in these lines. Which is the first wrong one, and what is the right derivative?""",
        variables=XZ,
        points=3,
        parts=(
            Part(
                name="line",
                kind="error",
                label=r"\text{the first wrong line}",
                lines=(
                    r"$\displaystyle\frac{\partial y}{\partial z}=\frac{\partial}{\partial z}\sum_i(x_i+z)$",
                    r"$\displaystyle=\sum_i\frac{\partial}{\partial z}(x_i+z)$",
                    r"$\displaystyle=\sum_i(0+1)$",
                    r"$=n$",
                ),
                key=1,
                mistakes=(
                    Mistake("SUM-04", 4, r"From its line before, this one follows: $n$ ones add up to $n$. Compare the first line with the function itself."),
                    Mistake("ERR-01", 3, r"From its line before, this one follows. Compare the first line with the function itself.", also=(2,)),
                ),
            ),
            Part(
                name="right",
                label=r"\text{the right }\partial\,\mathrm{sum}(\mathbf xz)/\partial z",
                f="sum(x z)",
                wrt="z",
                key="sum(x)",
                mistakes=(
                    Mistake("SUM-04", "n", r"That is the early version's answer, and it belongs to $\mathrm{sum}(\mathbf x+z)$. Here the terms are $x_iz$."),
                    Mistake("SUM-05", "n x", r"$y$ is one number and $z$ is one number, so the derivative is one number, not a vector."),
                    Mistake("SUM-16", "x", r"These are the contributions of the terms, one by one. In $y$ they are added up.", also=("x^T",)),
                    Mistake("SUM-17", "n sum(x)", r"Each entry of $\mathbf x$ is counted $n$ times. How often does $x_1$ occur in the sum?"),
                ),
            ),
        ),
        hints=(
            r"`line` is a line's number, `right` is a number made of the entries of $\mathbf x$.",
            r"The term of $y$ that belongs to $x_i$ is $x_iz$.",
            r"Section 4.4, and exercise A05-07.",
            r"Compare the first line with $y=\sum_ix_iz$ letter by letter.",
            r"A twin: for $y=\sum_i(x_i-z)$ someone writes $\frac{\partial}{\partial z}\sum_i x_iz$; all that follows may be in order, and the "
            r"first line is wrong all the same.",
        ),
    ),
    Exercise(
        id="A05-12",
        section="4.3",
        title="Challenge: the scalar moves too",
        prompt=r"""
Let $s=\mathrm{sum}(\mathbf x)$ and $\mathbf y=s\,\mathbf x$, so $y_i=(x_1+\cdots+x_n)\,x_i$. The number that scales
$\mathbf x$ now depends on $\mathbf x$ itself. Give $\partial\mathbf y/\partial\mathbf x$; you may write `s` for the sum.""",
        variables={"x": "n", "s": ""},
        where={"s": "sum(x)"},
        points=3,
        parts=(
            Part(
                name="dx",
                label=r"\partial(\mathrm{sum}(\mathbf x)\,\mathbf x)/\partial\mathbf x",
                f="sum(x) x",
                wrt="x",
                key="sum(x) eye(n) + x ones(n)^T",
                mistakes=(
                    Mistake("SCX-10", "sum(x) eye(n)", r"The rule for scaling needs a number that stands still. $\mathrm{sum}(\mathbf x)$ moves with every $x_j$: add the term that comes from it."),
                    Mistake("SCX-23", "x ones(n)^T", r"That is what the moving factor $s$ contributes. The other factor, $x_i$, moves as well: product rule."),
                    Mistake("SCX-24", "sum(x) eye(n) + ones(n) x^T", r"Two right terms, but the second is transposed: in $\frac{\partial s}{\partial x_j}\,x_i$ the row index $i$ belongs to $x_i$.", credit=0.5),
                    Mistake("SCX-25", "sum(x) eye(n) + diag(x)", r"The second term is not diagonal: $s$ moves with every $x_j$, also for $j\ne i$."),
                    Mistake("SCX-26", "2 sum(x) eye(n)", r"The two terms of the product rule are different here; only one of them is diagonal."),
                    Mistake("SCX-27", "sum(x) ones(n) + x", r"These are $\partial y_i/\partial x_i$, the entries on the diagonal. But $y_i$ moves with every other $x_j$ too: the Jacobian is $n\times n$, one column for each $x_j$."),
                ),
            ),
        ),
        template=Template(
            draws={"g": (("sin", r"\sin"), ("cos", r"\cos"), ("exp", r"\exp"), ("tanh", r"\tanh"))},
            prompt=r"""Let $\mathbf y=s\,\mathbf x$ with the number $s=\mathrm{sum}(«g»(\mathbf x))$, which moves with $\mathbf x$. Give $\partial\mathbf y/\partial\mathbf x$.""",
            parts={"dx": {"f": "sum(«g»(x)) x", "label": r"\partial\mathbf{y}/\partial\mathbf{x}", "mistakes": {}}},
            where={"s": "sum(«g»(x))"},
        ),
        hints=(
            r"The answer is $n\times n$, and not diagonal.",
            r"Entry $(i,j)$: $y_i=s\,x_i$ is a product, so $\frac{\partial y_i}{\partial x_j}=s\frac{\partial x_i}{\partial x_j}+\frac{\partial s}{\partial x_j}x_i$.",
            r"Section 4.3 warns that $z$ must not depend on $\mathbf x$; the product rule of section 2 helps. A column times a row, "
            r"such as `x ones(n)^T`, is a full $n\times n$ matrix.",
            r"The first term, $s\,\partial x_i/\partial x_j$, makes $s$ times the identity.",
            r"A twin, $n=2$: $\mathbf y=(x_1-x_2)\,\mathbf x$ has $y_1=x_1^2-x_1x_2$ and $y_2=x_1x_2-x_2^2$, so the Jacobian is "
            r"$[[2x_1-x_2,\,-x_1],[x_2,\,x_1-2x_2]]$.",
        ),
    ),
    Exercise(
        id="A05-13",
        section="8.4",
        title="With numbers",
        prompt=r"""
Let $\mathbf x=[1,2,3]^T$ and $z=4$. Give the four derivatives at this point, in the right shape. A row is typed
`"[7, 8, 9]"`, a column `"[7; 8; 9]"`.""",
        points=3,
        parts=(
            Part(
                name="sum_prod_x",
                kind="number",
                label=r"\partial\,\mathrm{sum}(\mathbf xz)/\partial\mathbf x",
                key="[4, 4, 4]",
                mistakes=(
                    Mistake("SUM-07", "4", r"One partial derivative for each of the three entries: a row of three numbers."),
                    Mistake("SUM-01", "12", r"You added the three partial derivatives up. A gradient lists them side by side."),
                    Mistake("SUM-02", "[4; 4; 4]", r"Right numbers, wrong layout: one output, so one row.", credit=0.5),
                    Mistake("SUM-14", "[1, 2, 3]", r"When $x_j$ moves, the factor that stays in $x_jz$ is $z$."),
                ),
            ),
            Part(
                name="sum_prod_z",
                kind="number",
                label=r"\partial\,\mathrm{sum}(\mathbf xz)/\partial z",
                key="6",
                mistakes=(
                    Mistake("SUM-04", "3", r"$3$ is the number of terms, the answer for $\mathrm{sum}(\mathbf x+z)$. Here the terms are $x_iz$."),
                    Mistake("SUM-05", "[3; 6; 9]", r"One number by one number gives one number. Add up the contributions, one for each term.", also=("[3, 6, 9]",)),
                    Mistake("SUM-16", "[1; 2; 3]", r"These are the contributions of the three terms. In $y$ they are added up.", also=("[1, 2, 3]",)),
                    Mistake("SUM-17", "18", r"Each entry of $\mathbf x$ is counted three times. How often does $x_1$ occur in the sum?"),
                    Mistake("SUM-18", "12", r"When $z$ moves, the factor that stays in $x_iz$ is $x_i$."),
                    Mistake("SUM-23", "24", r"That is the value of the sum itself, not how fast it grows with $z$."),
                ),
            ),
            Part(
                name="sum_plus_z",
                kind="number",
                label=r"\partial\,\mathrm{sum}(\mathbf x+z)/\partial z",
                key="3",
                mistakes=(
                    Mistake("SUM-03", "1", r"$z$ occurs in each of the three terms. What do they contribute together?"),
                    Mistake("SUM-19", "6", r"That is the answer for $\mathrm{sum}(\mathbf xz)$. Here $z$ is added to each $x_i$."),
                    Mistake("SUM-16", "[1; 1; 1]", r"These are the contributions of the three terms. In $y$ they are added up.", also=("[1, 1, 1]",)),
                    Mistake("SUM-20", "12", r"That is the sum of the three $z$'s itself. How fast does it grow when $z$ moves?"),
                ),
            ),
            Part(
                name="prod_z",
                kind="number",
                label=r"\partial(\mathbf xz)/\partial z",
                key="[1; 2; 3]",
                mistakes=(
                    Mistake("SCX-03", "[[1, 0, 0], [0, 2, 0], [0, 0, 3]]", r"$z$ is one number, so there is one column."),
                    Mistake("SCX-04", "[1, 2, 3]", r"Right numbers, wrong layout: three outputs make three rows.", credit=0.5),
                    Mistake("SUM-23", "[4; 8; 12]", r"That is $\mathbf xz$ itself, not how fast it grows with $z$.", also=("[4, 8, 12]",)),
                    Mistake("SCX-19", "6", r"Nothing is added up here: each of the three outputs keeps a derivative of its own."),
                    Mistake("SCX-21", "[4; 4; 4]", r"When $z$ moves, the factor that stays in $x_iz$ is $x_i$.", also=("4",)),
                ),
            ),
        ),
        hints=(
            r"In this order: a row of three numbers, a number, a number, a column of three numbers.",
            r"Write the functions out: $4x_1+4x_2+4x_3$ when $\mathbf x$ moves, $1z+2z+3z$ when $z$ moves.",
            r"Sections 4.3 and 4.4, exercises A05-04, A05-07 and A05-08.",
            r"For `sum_prod_x`: the first entry is the derivative of $4x_1+4x_2+4x_3$ by $x_1$.",
            r"A twin: with $\mathbf x=[2,5]^T$ and $z=9$ the answers are $[9,9]$, $7$, $2$ and $[2,5]^T$.",
        ),
    ),
    Exercise(
        id="A05-14",
        section="8.3",
        title="In code",
        prompt=r"""
Write two functions of a 1-D NumPy array `x` of length $n$ and a number `z`. Let every derivative be a **2-D** array, so that
its shape tells rows (outputs) from columns (inputs); a number is then $1\times1$.

- `scalar_vector_jacs(x, z)` returns a dict with the keys `"sum_x"` and `"sum_z"`, the derivatives of $\mathbf x+z$ by
  $\mathbf x$ and by $z$, and `"prod_x"` and `"prod_z"`, those of $\mathbf xz$.
- `sum_grads(x, z)` returns a dict with the keys `"x"` and `"z"`: the derivatives of $\mathrm{sum}(\mathbf xz)$.""",
        points=2,
        parts=(
            Part(
                name="scalar_vector_jacs",
                kind="code",
                label=r"\mathtt{scalar\_vector\_jacs}",
                key=scalar_vector_jacs,
                signature=Signature("scalar_vector_jacs", {"x": "n", "z": ""}, returns="a dict of four 2-D arrays: n×n, n×1, n×n, n×1"),
                mistakes=(
                    Mistake("SCX-01", jacs_with_scalars, r"Some of your derivatives are single numbers. $\mathbf x+z$ and $\mathbf xz$ have $n$ outputs: $n$ rows."),
                    Mistake("SCX-06", jacs_without_zeros, r"By $\mathbf x$ your columns have lost their zeros: $n$ outputs by $n$ inputs make an $n\times n$ array."),
                    Mistake("SCX-02", jacs_with_diag, r"You have $n$ columns where $z$ moves. $z$ is one number: one column."),
                    Mistake("SCX-03", jacs_with_diag_of_product, r"$z$ is one number, so $\mathbf xz$ has one column of partial derivatives by it. A diagonal is for a vector that moves."),
                    Mistake("SCX-05", jacs_with_product_as_column, r"By $\mathbf x$ there are $n$ outputs and $n$ inputs: where do the numbers $z$ stand in an $n\times n$ array?"),
                    Mistake("SCX-04", jacs_with_rows, r"Right numbers, wrong layout: a vector differentiated by a number stands upright, $n\times1$.", credit=0.5),
                    Mistake("SCX-28", jacs_one_dimensional, r"A 1-D array is neither row nor column. Where $z$ moves, return a 2-D array with $n$ rows and one column; `reshape(-1, 1)` does it.", credit=0.5),
                ),
            ),
            Part(
                name="sum_grads",
                kind="code",
                label=r"\mathtt{sum\_grads}",
                key=sum_grads,
                signature=Signature("sum_grads", {"x": "n", "z": ""}, returns="a dict of two 2-D arrays: 1×n and 1×1"),
                mistakes=(
                    Mistake("SUM-04", sum_grads_with_count, r"$n$ is the derivative of $\mathrm{sum}(\mathbf x+z)$ by $z$. In $\mathrm{sum}(\mathbf xz)$ the terms are $x_iz$."),
                    Mistake("SUM-07", sum_grads_with_scalar, r"By $\mathbf x$ there is one partial derivative for each entry: a row with $n$ columns."),
                    Mistake("SUM-02", sum_grads_as_columns, r"Right numbers, wrong layout: the sum is one output, so its gradient is one row.", credit=0.5),
                    Mistake("SUM-16", sum_grads_not_summed, r"By $z$ you return the contribution of each term. In the sum they are added up to one number, $1\times1$."),
                ),
            ),
        ),
        hints=(
            r"The shapes are $n\times n$, $n\times1$, $n\times n$, $n\times1$ for the first function, $1\times n$ and $1\times1$ for the second.",
            r"Entry $(i,j)$ of `prod_x` is $z$ if $i=j$ and $0$ otherwise; entry $i$ of `prod_z` is `x[i]`.",
            r"Sections 4.3 and 4.4, exercises A05-01 to A05-07. `np.eye(n)`, `np.ones((n, 1))` and `x.reshape(-1, 1)` are useful.",
            'Begin: `n = len(x)` and `"sum_x": np.eye(n)`.',
            r"A twin: the derivatives of $5\mathbf x-z$ are `5 * np.eye(n)` and `-np.ones((n, 1))`; those of its sum are `5 * np.ones((1, n))` and "
            r"`np.array([[-n]])`.",
        ),
    ),
    Exercise(
        id="A05-15",
        section="4.5",
        title="A sum of two vectors, summed",
        prompt=r"""
The article opens its section on chain rules with $y=\mathrm{sum}(\mathbf w+\mathbf x)$: one step into a vector, one step
into a number. You can already do it: write out the terms. Give $\partial y/\partial\mathbf w$.""",
        variables={"w": "n", "x": "n"},
        points=1,
        parts=(
            Part(
                name="dw",
                label=r"\partial\,\mathrm{sum}(\mathbf w+\mathbf x)/\partial\mathbf w",
                f="sum(w + x)",
                wrt="w",
                key="ones(n)^T",
                mistakes=(
                    Mistake("SUM-02", "ones(n)", r"Right numbers, wrong layout: one output, so one row.", credit=0.5),
                    Mistake("SUM-08", "eye(n)", r"That is the Jacobian of $\mathbf w+\mathbf x$, before it is summed. The sum is one number, so only one row is left."),
                    Mistake("SUM-01", "n", r"You added the partial derivatives up. A gradient lists them side by side."),
                    Mistake("SUM-07", "1", r"The right number, but there is one partial derivative for each $w_j$: a whole row."),
                    Mistake("ELW-08", "2 ones(n)^T", r"Only $\mathbf w$ moves; $\mathbf x$ stands still and contributes nothing."),
                    Mistake("SUM-24", "x^T", r"That would be the gradient of the dot product $\mathbf w\cdot\mathbf x$. Here the entries are added, not multiplied.", also=("x",)),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "g": (("sin", r"\sin"), ("cos", r"\cos"), ("exp", r"\exp"), ("tanh", r"\tanh"))},
            prompt=r"""Let $y=\mathrm{sum}(«a»\mathbf w+«g»(\mathbf x))$, the function applied to each entry. Give $\partial y/\partial\mathbf w$.""",
            parts={"dw": {"f": "sum(«a»*w + «g»(x))", "label": r"\partial y/\partial\mathbf{w}", "mistakes": {}}},
        ),
        hints=(
            r"One output and $n$ inputs: the answer is $1\times n$.",
            r"Entry $j$: in $(w_1+x_1)+\cdots+(w_n+x_n)$ only one bracket contains $w_j$.",
            r"Section 4.4 for the sum, section 4.2 for $\mathbf w+\mathbf x$.",
            r"The first entry is $\partial(w_1+x_1)/\partial w_1$.",
            r"A twin: $y=\mathrm{sum}(2\mathbf w-\mathbf x)$ has the gradient $[2,\ldots,2]$ by $\mathbf w$ and $[-1,\ldots,-1]$ by $\mathbf x$.",
        ),
    ),
    Exercise(
        id="A05-16",
        section="4.4",
        title="Line by line: a sum of squared differences",
        prompt=r"""
Let $y=\mathrm{sum}\bigl((\mathbf x-z)\otimes(\mathbf x-z)\bigr)=(x_1-z)^2+\cdots+(x_n-z)^2$, so that $z$ is spread out first and everything is added up
at the end. Derive $\partial y/\partial\mathbf x$ line by line: a list of lines, each in quotes and each the **whole** derivative, until it is as short as you can
make it. (For $\mathrm{sum}(5\mathbf x)$ a list could be `["d/dx sum(5 x)", "ones(n)^T (5 I)", "5 ones(n)^T"]`.) Then give $\partial y/\partial z$.""",
        variables=XZ,
        points=3,
        parts=(
            Part(
                name="dx",
                kind="derivation",
                label=r"\partial y/\partial\mathbf x",
                f="sum((x - z) ⊗ (x - z))",
                wrt="x",
                key="2 (x - z)^T",
                mistakes=(
                    Mistake("SUM-02", "2 (x - z)", r"Right numbers, wrong layout: one output, so one row.", credit=0.5),
                    Mistake("ELW-09", "(x - z)^T", r"Both factors of $(x_j-z)(x_j-z)$ move: write it as a power first."),
                    Mistake("SUM-11", "2 sum(x - z)", r"The partial derivatives are not added up: the gradient keeps one entry for each $x_j$."),
                    Mistake("SUM-08", "2 diag(x - z)", r"That is the Jacobian before it is summed. The sum is one number, so only one row is left."),
                ),
            ),
            Part(
                name="dz",
                label=r"\partial y/\partial z",
                f="sum((x - z) ⊗ (x - z))",
                wrt="z",
                key="-2 sum(x - z)",
                mistakes=(
                    Mistake("CH1-13", "2 sum(x - z)", r"$z$ is subtracted: when $z$ grows, each $x_i-z$ falls. Where does that minus show?"),
                    Mistake("SUM-16", "-2 (x - z)", r"These are the contributions of the $n$ terms. In $y$ they are added up.", also=("-2 (x - z)^T",)),
                    Mistake("ELW-09", "-sum(x - z)", r"The power rule brings down a factor."),
                    Mistake("SUM-25", "-2 (sum(x) - z)", r"$z$ is subtracted from every entry, so in the sum it is counted more than once."),
                ),
            ),
        ),
        hints=(
            r"`dx` ends in a row, $1\times n$; `dz` is a number.",
            r"Entry $j$ of `dx`: only the term $(x_j-z)^2$ contains $x_j$. For `dz`: every term contains $z$.",
            r"Section 4.3 for $\mathbf x-z$, section 4.4 for the sum.",
            r"A first line: the row of ones times the Jacobian of the squares, which is diagonal. What stands on its diagonal?",
            r"A twin: $y=\mathrm{sum}\bigl((\mathbf x+3z)\otimes(\mathbf x+3z)\bigr)$ has $2(\mathbf x+3z)^T$ and $6\,\mathrm{sum}(\mathbf x+3z)$.",
        ),
    ),
)
