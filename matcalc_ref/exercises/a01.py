"""A01: notation, shapes and the scalar rules (sections 1, 2 and 9)."""

from __future__ import annotations

from matcalc_ref.record import Exercise, Given, Mistake, Part, Signature, Step
from matcalc_ref.variants import Template

X = {"x": ""}


def neuron(w, x, b):
    return max(0.0, float(sum(w * x)) + b)


def neuron_without_max(w, x, b):
    return float(sum(w * x)) + b


def neuron_with_min(w, x, b):
    return min(0.0, float(sum(w * x)) + b)


def neuron_reversed(w, x, b):
    return max(0.0, -float(sum(w * x)) - b)


def neuron_negative(w, x, b):
    return -neuron(w, x, b)


def neuron_entry_by_entry(w, x, b):
    return (w * x + b) * (w * x + b > 0)


def neuron_bias_outside(w, x, b):
    return max(0.0, float(sum(w * x))) + b


def neuron_without_bias(w, x, b):
    return max(0.0, float(sum(w * x)))


EXERCISES = (
    Exercise(
        id="A01-01",
        section="9",
        title="Bold or not",
        prompt=r"""
In the article's notation bold letters are vectors and italic letters are numbers. Which of these is a
**vector-valued** function of a **vector**?""",
        points=1,
        parts=(
            Part(
                name="which",
                kind="choice",
                choices=(
                    r"$\mathbf f(\mathbf x)$: bold f, bold x",
                    r"$f(\mathbf x)$: italic f, bold x",
                    r"$f(x)$: italic f, italic x",
                    r"$\mathbf f(x)$: bold f, italic x",
                ),
                key="a",
                mistakes=(
                    Mistake("NOT-05", "b", r"Its input is a vector, but an italic $f$ gives back one number."),
                    Mistake("NOT-09", "c", r"Nothing is bold here: a number goes in, a number comes out."),
                    Mistake("NOT-10", "d", r"Its value is a vector, but an italic $x$ is one number."),
                ),
            ),
        ),
        hints=(
            r"The answer is one letter, such as `'c'`.",
            r"Two questions: what goes in (inside the brackets), what comes out (the letter before them)?",
            r"Section 9: bold means vector, both for the input and for the value.",
            r"The input is a vector, so the $\mathbf x$ must be bold. That leaves two.",
            r"A twin: $\mathbf g(t)=[\cos t,\sin t]^T$, bold g and italic t, takes a number and gives a vector.",
        ),
    ),
    Exercise(
        id="A01-02",
        section="9",
        title="Two bars",
        prompt=r"""In the article's notation, what is $|\mathbf x|$ for $\mathbf x=[3,4]^T$?""",
        points=1,
        parts=(
            Part(
                name="value",
                kind="number",
                key="2",
                mistakes=(
                    Mistake("NOT-01", "5", r"That is the Euclidean length. In this article $|\mathbf x|$ counts the entries."),
                    Mistake("NOT-11", "7", r"That is the sum of the entries. In this article $|\mathbf x|$ counts them."),
                    Mistake("NOT-12", "[3; 4]", r"That would be the absolute value, entry by entry. In this article $|\mathbf x|$ is one number: the count of the entries."),
                ),
            ),
        ),
        hints=(
            r"The answer is one number.",
            r"$|\mathbf x|$ is what you would write `len(x)` for.",
            r"Section 9 (and 4.1): $n=|\mathbf x|$.",
            r"Count: the first entry is $3$, and then?",
            r"A twin: for $\mathbf v=[10,20,30]^T$, $|\mathbf v|=3$.",
        ),
    ),
    Exercise(
        id="A01-03",
        section="9",
        title="Two products",
        prompt=r"""
Let $\mathbf w=[1,2,3]^T$ and $\mathbf x=[4,5,6]^T$. Give the dot product and the element-wise product. A column is typed
with semicolons: `"[7; 8; 9]"`.""",
        points=2,
        parts=(
            Part(
                name="dot",
                kind="number",
                label=r"\mathbf w\cdot\mathbf x",
                key="32",
                mistakes=(
                    Mistake("NOT-02", "[4; 10; 18]", r"That is the element-wise product. The dot product adds these numbers up: one number.", also=("[4, 10, 18]",)),
                    Mistake("NOT-13", "90", r"You multiplied the two sums. Multiply entry by entry first, then add."),
                ),
            ),
            Part(
                name="elementwise",
                kind="number",
                label=r"\mathbf w\otimes\mathbf x",
                key="[4; 10; 18]",
                mistakes=(
                    Mistake("NOT-14", "32", r"That is the dot product. The element-wise product keeps one number for each place."),
                    Mistake("NOT-15", "[4, 10, 18]", r"Right numbers, wrong layout: the product of two columns, entry by entry, is a column again.", credit=0.5),
                    Mistake("NOT-16", "[[4, 5, 6], [8, 10, 12], [12, 15, 18]]", r"That is the outer product $\mathbf w\mathbf x^T$: every entry with every other. Element-wise means place by place."),
                ),
            ),
        ),
        hints=(
            r"`dot` is one number, `elementwise` a column of three.",
            r"Place 2 of $\mathbf w\otimes\mathbf x$ is $w_2x_2=2\cdot5$.",
            r"Section 9: $\mathbf w\cdot\mathbf x=\mathrm{sum}(\mathbf w\otimes\mathbf x)=\mathbf w^T\mathbf x$.",
            r"The first product is $1\cdot4=4$.",
            r"A twin: $[2,3]^T$ and $[10,1]^T$ have the element-wise product $[20,3]^T$ and the dot product $23$.",
        ),
    ),
    Exercise(
        id="A01-04",
        section="9",
        title="Shapes",
        prompt=r"""
Vectors are columns: $\mathbf x$ and $\mathbf w$ are $3\times1$. Give the shapes, rows first, such as `"2,5"`.""",
        points=2,
        parts=(
            Part(
                name="x",
                kind="shape",
                label=r"\mathbf x",
                key="3,1",
                mistakes=(Mistake("NOT-17", "1,3", r"Rows come first, and a vector stands upright: how many rows does it have?"),),
            ),
            Part(
                name="xT",
                kind="shape",
                label=r"\mathbf x^T",
                key="1,3",
                mistakes=(Mistake("NOT-18", "3,1", r"The $T$ lays the column down: rows and columns change places."),),
            ),
            Part(
                name="wTx",
                kind="shape",
                label=r"\mathbf w^T\mathbf x",
                key="1,1",
                mistakes=(
                    Mistake("NOT-04", "3,3", r"$(1\times3)(3\times1)$: the inner sizes meet and go, the outer ones stay."),
                    Mistake("NOT-19", "3,1", r"Three products are added up here. How many numbers are left?", also=("1,3",)),
                ),
            ),
            Part(
                name="wxT",
                kind="shape",
                label=r"\mathbf w\mathbf x^T",
                key="3,3",
                mistakes=(
                    Mistake("NOT-04", "1,1", r"$(3\times1)(1\times3)$: the inner sizes meet and go, the outer ones stay. That is not the dot product."),
                    Mistake("NOT-19", "3,1", r"Look at the outer sizes of $(3\times1)(1\times3)$.", also=("1,3",)),
                ),
            ),
        ),
        hints=(
            r"Each answer is two numbers: rows, columns.",
            r"In a product $(a\times b)(c\times d)$ the inner sizes $b$ and $c$ must be equal, and the result is $a\times d$.",
            r"Section 9, and 4.1 for the columns.",
            r"$\mathbf x$ is given as $3\times1$; the $T$ swaps the two.",
            r"A twin: for $\mathbf u$, $\mathbf v$ of shape $2\times1$: $\mathbf u^T$ is $1\times2$, $\mathbf u^T\mathbf v$ is $1\times1$, "
            r"$\mathbf u\mathbf v^T$ is $2\times2$.",
        ),
    ),
    Exercise(
        id="A01-05",
        section="1",
        title="A neuron in code",
        prompt=r"""
The unit that the article trains computes $\max(0,\mathbf w\cdot\mathbf x+b)$. Write it as a function of two 1-D NumPy arrays
`w` and `x` of the same length and a number `b`. It returns one number. For example, `w=[2,-1]`, `x=[3,5]`, `b=-0.5` gives
$0.5$.""",
        points=3,
        parts=(
            Part(
                name="neuron",
                kind="code",
                label=r"\texttt{neuron}",
                key=neuron,
                signature=Signature(
                    "neuron",
                    {  # the bias decides; the last entries do, against the bias
                        "w": Given(choices=(*["n"] * 4, Given([1.5, -2.0, 0.5, 1.0], array=True), Given([1.0, 2.0, -1.5, 0.5, -2.0], array=True))),
                        "x": Given(choices=(*["n"] * 4, Given([1.0, 0.5, -1.0, 2.0], array=True), Given([2.0, -1.0, 1.0, 1.0, 0.5], array=True))),
                        "b": Given(choices=tuple(map(Given, (31.5, -29.0, 23.0, -27.5, -1.6, 1.6)))),
                    },
                    returns="a number",
                    sizes=tuple({"n": n} for n in (3, 4, 2, 5, 4, 5)),
                ),
                mistakes=(
                    Mistake("NOT-20", neuron_without_max, r"When $\mathbf w\cdot\mathbf x+b$ is negative the unit gives $0$: the $\max$ is missing."),
                    Mistake("min-for-max", neuron_with_min, r"You take the smaller of the two, so what is positive is cut off. The unit keeps what is positive."),
                    Mistake("sign-reversed", neuron_reversed, r"The sign is turned round. Look at what stands before $\mathbf w\cdot\mathbf x+b$.", also=(neuron_negative,)),
                    Mistake("NOT-02", neuron_entry_by_entry, r"You return one value for each entry. The dot product adds the products up first: one number."),
                    Mistake("NOT-21", neuron_bias_outside, r"The bias belongs inside the $\max$: add $b$ before you compare with $0$."),
                    Mistake("NOT-22", neuron_without_bias, r"The bias $b$ is missing in the sum."),
                ),
            ),
        ),
        hints=(
            r"The function returns one number.",
            r"Inside: $z=w_1x_1+\cdots+w_nx_n+b$. Then compare with $0$.",
            r"Section 1. In NumPy, `w @ x` is the dot product of two 1-D arrays and `w * x` the element-wise product.",
            r"Begin: `z = w @ x + b`.",
            r"A twin: for $\min(0,\mathbf w\cdot\mathbf x)$ one would write `return min(0.0, w @ x)`.",
        ),
    ),
    Exercise(
        id="A01-06",
        section="9",
        title="A sum is a loop",
        prompt=r"""The article calls a sum "just a for-loop". Which number is $\displaystyle\sum_{i=2}^{5}i^2$?""",
        points=1,
        parts=(
            Part(
                name="value",
                kind="number",
                key="54",
                mistakes=(
                    Mistake("NOT-23", "29", r"The upper bound belongs to the sum: $i=5$ is the last step. (Python's `range(2, 5)` stops before $5$, the sum does not.)"),
                    Mistake("NOT-24", "55", r"The sum begins at $i=2$, not at $1$."),
                    Mistake("NOT-25", "196", r"Square first, then add: that was the square of the sum."),
                    Mistake("NOT-26", "14", r"Each $i$ is squared before it is added."),
                ),
            ),
        ),
        hints=(
            r"The answer is one number.",
            r"The term for $i=3$ is $3^2=9$.",
            r"Section 9: run $i$ from the number below the $\Sigma$ to the number above it, both included, and add.",
            r"The first term is $2^2=4$.",
            r"A twin: $\sum_{i=1}^{3}10i=10+20+30=60$.",
        ),
    ),
    Exercise(
        id="A01-07",
        section="2",
        title="Constant factors and differences",
        prompt=r"""Give both derivatives. A formula is typed in quotes: `"5 x^2 + 1"`.""",
        variables=X,
        points=2,
        parts=(
            Part(
                name="factor",
                label=r"\frac{d}{dx}\,9(x+x^2)",
                f="9 (x + x^2)",
                wrt="x",
                key="9 + 18 x",
                mistakes=(
                    Mistake("SCA-05", "1 + 2 x", r"A constant factor is pulled out in front, not thrown away."),
                    Mistake("SCA-08", "9 + 2 x", r"The factor $9$ multiplies the whole bracket, so both terms.", also=("1 + 18 x",)),
                    Mistake("SCA-09", "9 (x + x^2)", r"That is the function itself: the bracket still has to be differentiated."),
                    Mistake("SCA-10", "18 x", r"The term $x$ inside the bracket changes as well: what is its derivative?"),
                ),
            ),
            Part(
                name="difference",
                label=r"\frac{d}{dx}(x^2-3x)",
                f="x^2 - 3 x",
                wrt="x",
                key="2 x - 3",
                mistakes=(
                    Mistake("SCA-07", "2 x + 3", r"Difference rule: the minus stays in front of the derivative of the second term."),
                    Mistake("SCA-11", "2 x", r"$3x$ is not a constant: it changes when $x$ does."),
                    Mistake("SCA-02", "x - 3", r"Power rule: the exponent comes down as a factor as well."),
                    Mistake("SCA-12", "2 x - 3 x", r"The derivative of $3x$ no longer contains $x$: how fast does $3x$ grow?"),
                ),
            ),
        ),
        template=Template(
            draws={"a": (3, 4, 6, 7), "k": (3, 4, 5), "b": (2, 5, 8), "m": (2, 3, 4)},
            prompt="Give both derivatives.",
            parts={
                "factor": {
                    "f": "«a»*(x + x^«k»)",
                    "label": r"\frac{d}{dx}\,«a»(x+x^{«k»})",
                    "mistakes": {"SCA-05": "1 + «k»*x^(«k» - 1)", "SCA-10": "«a»*«k»*x^(«k» - 1)"},
                },
                "difference": {
                    "f": "x^«m» - «b»*x",
                    "label": r"\frac{d}{dx}(x^{«m»}-«b»x)",
                    "mistakes": {"SCA-07": "«m»*x^(«m» - 1) + «b»", "SCA-02": "x^(«m» - 1) - «b»"},
                },
            },
        ),
        hints=(
            r"Each answer is a formula in $x$.",
            r"Term by term: first $\frac{d}{dx}x$, then $\frac{d}{dx}x^2$.",
            r"Section 2: constant multiple rule, sum rule and difference rule.",
            r"$\frac{d}{dx}9(x+x^2)=9\,\frac{d}{dx}(x+x^2)$.",
            r"A twin: $\frac{d}{dx}4(x^3-2x)=4(3x^2-2)=12x^2-8$.",
        ),
    ),
    Exercise(
        id="A01-08",
        section="2",
        title="Three rows of the table",
        prompt=r"""Give the three derivatives.""",
        variables=X,
        points=2,
        parts=(
            Part(
                name="constant",
                label=r"\frac{d}{dx}\,99",
                f="99",
                wrt="x",
                key="0",
                mistakes=(
                    Mistake("SCA-01", "99", r"A constant does not change when $x$ does. How fast does it grow?"),
                    Mistake("SCA-13", "1", r"$1$ would be the slope of $x$. A constant is flat."),
                ),
            ),
            Part(
                name="multiple",
                label=r"\frac{d}{dx}\,3x",
                f="3 x",
                wrt="x",
                key="3",
                mistakes=(
                    Mistake("SCA-14", "0", r"$3x$ contains $x$, so it is no constant. Only its factor $3$ is."),
                    Mistake("SCA-12", "3 x", r"That is the function itself. By how much does it grow when $x$ grows by $1$?"),
                    Mistake("SCA-05", "1", r"The constant factor $3$ stays."),
                ),
            ),
            Part(
                name="power",
                label=r"\frac{d}{dx}\,x^3",
                f="x^3",
                wrt="x",
                key="3 x^2",
                mistakes=(
                    Mistake("SCA-02", "x^2", r"Power rule: the exponent also comes down as a factor."),
                    Mistake("SCA-15", "3 x^3", r"Power rule: the exponent is lowered by one as well."),
                    Mistake("SCA-16", "3 x", r"Lower the exponent by one: what is one less than $3$?"),
                    Mistake("SCA-17", "x^4/4", r"You went the other way: that is an integral of $x^3$."),
                ),
            ),
        ),
        template=Template(
            draws={"c": (12, 41, 7, 250), "a": (4, 6, 8, 11), "k": (4, 5, 6, 7)},
            prompt="Give the three derivatives.",
            parts={
                "constant": {"f": "(«c»)", "label": r"\frac{d}{dx}\,«c»", "mistakes": {"SCA-01": "«c»", "SCA-13": "1"}},
                "multiple": {"f": "«a»*x", "label": r"\frac{d}{dx}\,«a»x", "mistakes": {"SCA-12": "«a»*x"}},
                "power": {
                    "f": "x^«k»",
                    "label": r"\frac{d}{dx}\,x^{«k»}",
                    "mistakes": {"SCA-02": "x^(«k» - 1)", "SCA-15": "«k»*x^«k»"},
                },
            },
        ),
        hints=(
            r"A number, a number, and a formula in $x$.",
            r"Ask of each: by how much does it grow when $x$ grows a little?",
            r"Section 2: the rules for a constant, a constant multiple and a power.",
            r"The graph of $99$ is a horizontal line.",
            r"A twin: $\frac{d}{dx}(-7)=0$, $\frac{d}{dx}5x=5$, $\frac{d}{dx}x^4=4x^3$.",
        ),
    ),
    Exercise(
        id="A01-09",
        section="2",
        title="A product",
        prompt=r"""Differentiate the product $x^2\sin x$ by $x$.""",
        variables=X,
        points=2,
        parts=(
            Part(
                name="dx",
                label=r"\frac{d}{dx}\left(x^2\sin x\right)",
                f="x^2 sin(x)",
                wrt="x",
                key="2 x sin(x) + x^2 cos(x)",
                mistakes=(
                    Mistake("SCA-18", "2 x cos(x)", r"The derivative of a product is not the product of the derivatives. The product rule has two terms."),
                    Mistake("SCA-19", "2 x sin(x)", r"Only one of the factors was differentiated. The product rule has two terms: in each of them another factor moves.", also=("x^2 cos(x)",)),
                    Mistake("SCA-20", "2 x sin(x) - x^2 cos(x)", r"Two terms, but check the sign of the second: the sine rises at $0$."),
                    Mistake("SCA-21", "2 x + cos(x)", r"Each term of the product rule keeps the other factor."),
                ),
            ),
        ),
        template=Template(
            draws={
                "f": (("x^3", "x^3"), ("x^4", "x^4"), ("5*x^2", "5x^2")),
                "g": (("cos(x)", r"\cos x"), ("exp(x)", "e^x"), ("sin(x)", r"\sin x")),
            },
            prompt="Differentiate the product $«f»\\,«g»$ by $x$.",
            parts={"dx": {"f": "«f» * «g»", "label": r"\frac{d}{dx}\left(«f»\,«g»\right)", "mistakes": {}}},
        ),
        hints=(
            r"A formula in $x$ with two terms.",
            r"$f=x^2$ and $g=\sin x$ move at the same time: $f\,\frac{dg}{dx}+\frac{df}{dx}\,g$.",
            r"Section 2: product rule.",
            r"$\frac{df}{dx}=2x$, and it is multiplied by $g$, unchanged.",
            r"A twin: $\frac{d}{dx}x^3e^x=x^3e^x+3x^2e^x$.",
        ),
    ),
    Exercise(
        id="A01-10",
        section="2",
        title="A function inside a function",
        prompt=r"""Differentiate $\ln(x^2)$ by $x$, for $x\ne0$.""",
        variables=X,
        domain="nonzero",
        points=2,
        parts=(
            Part(
                name="dx",
                label=r"\frac{d}{dx}\ln(x^2)",
                f="ln(x^2)",
                wrt="x",
                key="2/x",
                mistakes=(
                    Mistake("SCA-04", "1/x^2", r"You differentiated the outside only. Multiply by the derivative of the inside."),
                    Mistake("SCA-22", "1/(2 x)", r"The outer derivative is taken at the inside itself, $x^2$, and then multiplied by the inside's derivative."),
                    Mistake("SCA-23", "1/x", r"$\ln(x^2)$ grows twice as fast as $\ln x$: the inner derivative is $2x$, not $x$."),
                    Mistake("SCA-24", "2 x ln(x^2)", r"The outer function has to be differentiated as well: what is the slope of $\ln u$?", also=("ln(2 x)",)),
                ),
            ),
        ),
        template=Template(
            draws={"k": (2, 4, 6), "c": (1, 2, 5)},
            prompt="Differentiate $\\ln(x^{«k»}+«c»)$ by $x$.",
            parts={
                "dx": {
                    "f": "ln(x^«k» + «c»)",
                    "label": r"\frac{d}{dx}\ln(x^{«k»}+«c»)",
                    "mistakes": {"SCA-04": "1/(x^«k» + «c»)"},
                }
            },
        ),
        hints=(
            r"A formula in $x$.",
            r"Call the inside $u=x^2$. Then $y=\ln u$.",
            r"Section 2: chain rule, $\frac{dy}{dx}=\frac{dy}{du}\frac{du}{dx}$.",
            r"$\frac{dy}{du}=\frac1u$. Now $\frac{du}{dx}$, multiply, and put $u=x^2$ back in.",
            r"A twin: $\frac{d}{dx}\ln(x^5+1)=\frac{5x^4}{x^5+1}$.",
        ),
    ),
    Exercise(
        id="A01-11",
        section="2",
        title="A quotient",
        prompt=r"""
The article's table has no row for quotients; the recap above adds one. Differentiate $\dfrac{x}{1+x^2}$ by $x$.""",
        variables=X,
        points=2,
        parts=(
            Part(
                name="dx",
                label=r"\frac{d}{dx}\,\frac{x}{1+x^2}",
                f="x/(1 + x^2)",
                wrt="x",
                key="(1 - x^2)/(1 + x^2)^2",
                lines=("(1*(1 + x^2) - x*(2 x))/(1 + x^2)^2", "(1 - x^2)/(1 + x^2)^2"),
                mistakes=(
                    Mistake("SCA-06", "1/(2 x)", r"The derivative of a quotient is not the quotient of the derivatives."),
                    Mistake("SCA-30", "1 - x^2/(1 + x^2)^2", r"A slip in typing? As it stands only $x^2$ is divided. Put the whole numerator into parentheses."),
                    Mistake("SCA-25", "(x^2 - 1)/(1 + x^2)^2", r"The sign: the term with the differentiated numerator comes first."),
                    Mistake("SCA-26", "(1 - x^2)/(1 + x^2)", r"The right numerator; look at the denominator of the quotient rule again."),
                    Mistake("SCA-27", "(1 + 3 x^2)/(1 + x^2)^2", r"The two terms of the numerator are subtracted, not added."),
                    Mistake("SCA-28", "1/(1 + x^2)", r"One term of the quotient rule is missing: numerator and denominator both move with $x$.", also=("-2 x^2/(1 + x^2)^2",)),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "k": (2, 4)},
            prompt="Differentiate $\\dfrac{x}{«a»+x^{«k»}}$ by $x$.",
            parts={
                "dx": {
                    "f": "x/(«a» + x^«k»)",
                    "lines": ("(1*(«a» + x^«k») - x*(«k» x^(«k» - 1)))/(«a» + x^«k»)^2",),
                    "label": r"\frac{d}{dx}\,\frac{x}{«a»+x^{«k»}}",
                    "mistakes": {"SCA-28": "1/(«a» + x^«k»)"},
                }
            },
        ),
        hints=(
            r"A fraction in $x$.",
            r"$f=x$, $g=1+x^2$; so $\frac{df}{dx}=1$, $\frac{dg}{dx}=2x$.",
            r"Not in section 2: $\frac{d}{dx}\frac fg=\frac{\frac{df}{dx}\,g-f\,\frac{dg}{dx}}{g^2}$. (Or write $x\cdot(1+x^2)^{-1}$ and use the "
            r"product and chain rules.)",
            r"The numerator begins with $1\cdot(1+x^2)$.",
            r"A twin: $\frac{d}{dx}\frac{x}{2+x}=\frac{(2+x)-x}{(2+x)^2}=\frac{2}{(2+x)^2}$.",
        ),
    ),
    Exercise(
        id="A01-12",
        section="2",
        title="Find the error",
        prompt=r"""
Somebody differentiates $x^2\cdot x$. Which line is the first wrong one, and what is the right derivative?""",
        variables=X,
        points=2,
        parts=(
            Part(
                name="line",
                kind="error",
                label=r"\text{the first wrong line}",
                lines=(
                    r"Let $f=x^2$ and $g=x$.",
                    r"$\frac{df}{dx}=2x$ and $\frac{dg}{dx}=1$.",
                    r"$\frac{d}{dx}(fg)=\frac{df}{dx}\cdot\frac{dg}{dx}=2x$.",
                    r"So $\frac{d}{dx}x^3=2x$.",
                ),
                key=3,
                mistakes=(
                    Mistake("SCA-18", 4, r"The last line does follow from the one before it. Which rule was used there?"),
                    Mistake("SCA-29", 2, r"This line is right. Read on: how are the two derivatives put together?", also=(1,)),
                ),
            ),
            Part(
                name="right",
                label=r"\text{the right }\frac{d}{dx}(x^2\cdot x)",
                f="x^3",
                wrt="x",
                key="3 x^2",
                mistakes=(
                    Mistake("SCA-18", "2 x", r"That is what the wrong lines end with. The product rule has two terms."),
                    Mistake("SCA-19", "2 x^2", r"One term of the product rule is missing: each of the two factors moves once.", also=("x^2",)),
                ),
            ),
        ),
        hints=(
            r"`line` is a line's number, `right` a formula in $x$.",
            r"Test the last line at $x=10$: from $10^3$ to $10.1^3=1030.301$ is about $30.3$ for a step of $0.1$, a slope near $300$.",
            r"Section 2: product rule.",
            r"Lines 1 and 2 are right.",
            r"A twin: for $x\cdot x$ the same slip would give $1\cdot1=1$, but $\frac{d}{dx}x^2=2x$.",
        ),
    ),
    Exercise(
        id="A01-13",
        section="1",
        title="A loss by hand",
        prompt=r"""
The article measures how far a unit is off by the mean of the squared differences between targets and activations. For
$N=3$ samples with targets $[1,0,2]$ and activations $[0.5,0,1]$, what is this loss? A fraction or four digits will do.""",
        points=2,
        parts=(
            Part(
                name="loss",
                kind="number",
                key="5/12",
                tolerance=5e-4,
                mistakes=(
                    Mistake("LOS-01", "1.25", r"That is the sum of the squares. The mean divides it by $N$."),
                    Mistake("LOS-22", "0.5", r"That is the mean of the differences. Square each one before you average."),
                    Mistake("LOS-23", "0.25", r"You squared the mean difference. Square each difference first, then average."),
                    Mistake("LOS-24", "0.625", r"Divide by the number of samples, also where the difference is $0$."),
                ),
            ),
        ),
        hints=(
            r"The answer is one number.",
            r"The first sample contributes $(1-0.5)^2=0.25$.",
            r"Section 1: $\frac1N\sum(\text{target}-\text{activation})^2$.",
            r"The squared differences begin with $0.25$, $0$.",
            r"A twin: targets $[2,1]$, activations $[1,3]$: $\frac12(1^2+(-2)^2)=2.5$.",
        ),
    ),
    Exercise(
        id="A01-14",
        section="1",
        title="What moves in training",
        prompt=r"""To train one neuron, with respect to which quantities is its loss differentiated?""",
        points=1,
        parts=(
            Part(
                name="which",
                kind="choice",
                choices=(
                    r"the inputs $\mathbf x$",
                    r"the targets",
                    r"the weights $\mathbf w$ and the bias $b$",
                    r"all of them",
                ),
                key="c",
                mistakes=(
                    Mistake("LOS-16", "a", r"The inputs are data: they stand still during training. What may be adjusted?"),
                    Mistake("LOS-25", "b", r"The targets are data: they say what the neuron should have given. What may be adjusted?"),
                    Mistake("LOS-19", "d", r"Inputs and targets are data and stand still. One differentiates only by what may be adjusted."),
                ),
            ),
        ),
        hints=(
            r"The answer is one letter.",
            r"Ask of each quantity: does training change it?",
            r"Section 1: the loss is a function of the parameters.",
            r"The data, inputs and targets, are given. That rules out more than one choice.",
            r"A twin: when a line $y=mx+c$ is fitted to points, the points stay; $m$ and $c$ are adjusted.",
        ),
    ),
    Exercise(
        id="A01-15",
        section="9",
        title="Symbols you will meet",
        prompt=r"""
Let $\mathbf x$ be a column of length $n$, $f$ a function of $\mathbf x$ whose value is a number, and
$$g(z)=\begin{cases}0 & \text{if } z\le0\\ z & \text{if } z>0.\end{cases}$$
Give two shapes and two numbers. In a shape you may write `n`.""",
        variables={"x": "n"},
        points=2,
        parts=(
            Part(
                name="diag",
                kind="shape",
                label=r"\text{shape of }\mathrm{diag}(\mathbf x)",
                key="n,n",
                mistakes=(
                    Mistake("NOT-27", "n,1", r"$\mathrm{diag}(\mathbf x)$ puts the entries on the diagonal of a square matrix."),
                    Mistake("NOT-07", "1,n", r"That is $\mathbf x^T$. $\mathrm{diag}(\mathbf x)$ puts the entries on the diagonal of a square matrix."),
                ),
            ),
            Part(
                name="nabla",
                kind="shape",
                label=r"\text{shape of }\nabla f",
                key="1,n",
                mistakes=(
                    Mistake("PAR-08", "n,1", r"In this article a gradient lies down: it is a row.", credit=0.5),
                    Mistake("NOT-28", "n,n", r"$f$ has one value, so there is one row of partial derivatives."),
                    Mistake("NOT-29", "1,1", r"There is one partial derivative for each of the $n$ entries of $\mathbf x$."),
                ),
            ),
            Part(
                name="left",
                kind="number",
                label=r"g(-3)",
                key="0",
                mistakes=(Mistake("NOT-30", "-3", r"$-3\le0$, so the first line of the braces applies."),),
            ),
            Part(
                name="right",
                kind="number",
                label=r"g(2)",
                key="2",
                mistakes=(Mistake("NOT-30", "0", r"$2>0$, so the second line of the braces applies."),),
            ),
        ),
        hints=(
            r"The first two answers are shapes, such as `'3,n'`; the others are numbers.",
            r"$\mathrm{diag}([5,7]^T)=[[5,0],[0,7]]$: which shape is that?",
            r"Section 9; for $\nabla$ section 3. In braces, take the line whose condition holds.",
            r"The $n$ partial derivatives of $f$ stand side by side.",
            r"A twin: $h(z)=1$ if $z\ge5$ and $-1$ otherwise has $h(5)=1$, $h(4)=-1$.",
        ),
    ),
    Exercise(
        id="A01-16",
        section="2",
        title="Line by line",
        prompt=r"""
Derive $\frac{d}{dx}\bigl(x\,(x^2+1)^3\bigr)$ and show your work: a list of lines, each in quotes. The first lines may name the inside and
its derivative; after that every line is the **whole** derivative, a little simpler each time. For $\frac{d}{dx}e^{3x+1}$ a list could be
`["u = 3x + 1", "d/dx e^u", "e^u * 3", "3 e^(3x + 1)"]`.""",
        variables=X,
        points=2,
        parts=(
            Part(
                name="lines",
                kind="derivation",
                label=r"\frac{d}{dx}\bigl(x\,(x^2+1)^3\bigr)",
                f="x*(x^2 + 1)^3",
                wrt="x",
                key="(x^2 + 1)^3 + 6 x^2*(x^2 + 1)^2",
                lines=("(x^2 + 1)^3 + x*3(x^2 + 1)^2*2 x",),
                steps=(Step(r"the derivative of the second factor, $(x^2+1)^3$", ("6 x*(x^2 + 1)^2",)),),
                mistakes=(
                    Mistake("SCA-04", "(x^2 + 1)^3 + 3 x*(x^2 + 1)^2", r"In the second term the derivative of the inside, $x^2+1$, is missing."),
                    Mistake("SCA-19", "(x^2 + 1)^3", r"Only one of the two factors was differentiated. The other one moves as well.", also=("6 x^2*(x^2 + 1)^2",)),
                    Mistake("SCA-18", "6 x*(x^2 + 1)^2", r"The derivative of a product is not the product of the derivatives. The product rule has two terms."),
                    Mistake("SCA-31", "(x^2 + 1)^3 + 3 x^2*(x^2 + 1)^2", r"In the second term look at the inside again: what is the derivative of $x^2+1$?"),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3), "c": (1, 2, 5), "k": (3, 4)},
            prompt=r"""Derive $\frac{d}{dx}\left(«f:lines»\right)$ line by line: a list of lines, each in quotes, the last one the answer.""",
            parts={"lines": {"f": "x*(x^«a» + «c»)^«k»", "label": r"\text{the derivative}", "lines": (), "steps": (), "mistakes": {}}},
        ),
        hints=(
            r"A list of lines; each but the names is a formula in $x$.",
            r"$f=x$ and $g=(x^2+1)^3$ both move: product rule. And $g$ has an inside: chain rule.",
            r"Section 2: product and chain rules.",
            r'A first line: `"u = x^2 + 1"`. Then the derivative of $x\,u^3$ has two terms; the first is $u^3$.',
            r'A twin, $x\,(x^3-2)^2$: `["u = x^3 - 2", "u^2 + x * 2 u * 3 x^2", "u^2 + 6 x^3 u", "(x^3 - 2)^2 + 6 x^3*(x^3 - 2)"]`.',
        ),
    ),
)
