"""A06: the single-variable and the total-derivative chain rule (sections 4.5, 4.5.1 and 4.5.2)."""

from __future__ import annotations

from matcalc_ref.record import Exercise, Given, Instead, Mistake, Part, Signature
from matcalc_ref.variants import Template

X = {"x": ""}


def chain(fs, dfs, x):
    value, slope = x, 1.0
    for f, df in zip(fs, dfs, strict=True):
        slope = slope * df(value)
        value = f(value)
    return value, slope


def chain_at_x(fs, dfs, x):
    value, slope = x, 1.0
    for f, df in zip(fs, dfs, strict=True):
        slope = slope * df(x)
        value = f(value)
    return value, slope


def chain_too_late(fs, dfs, x):
    value, slope = x, 1.0
    for f, df in zip(fs, dfs, strict=True):
        value = f(value)
        slope = slope * df(value)
    return value, slope


def chain_added(fs, dfs, x):
    value, slope = x, 0.0
    for f, df in zip(fs, dfs, strict=True):
        slope = slope + df(value)
        value = f(value)
    return value, slope


def chain_outermost(fs, dfs, x):
    value, slope = x, 1.0
    for f, df in zip(fs, dfs, strict=True):
        slope = df(value)
        value = f(value)
    return value, slope


def total(dfdu, dudx):
    return sum(a * b for a, b in zip(dfdu, dudx, strict=True))


def total_of_sums(dfdu, dudx):
    return sum(dfdu) * sum(dudx)


def total_as_product(dfdu, dudx):
    result = 1.0
    for a, b in zip(dfdu, dudx, strict=True):
        result = result * a * b
    return result


def total_not_added(dfdu, dudx):
    return [a * b for a, b in zip(dfdu, dudx, strict=True)]


EXERCISES = (
    Exercise(
        id="A06-01",
        section="4.5.1",
        title="Four steps",
        prompt=r"""
Differentiate $y=\sin(x^2)$ by $x$ in the article's four steps: introduce $u$; differentiate; combine; substitute back. In
`du` and `dy_du` you may write `u` for the intermediate variable; `dy` is a formula in $x$ alone.""",
        variables={**X, "u": ""},
        where={"u": "x^2"},
        points=4,
        parts=(
            Part(
                name="u",
                kind="choice",
                label=r"\text{step 1: the intermediate variable}",
                choices=(r"$u=\sin x$, so that $y=u^2$", r"$u=x^2$, so that $y=\sin u$", r"$u=2x$, so that $y=\sin u$"),
                key="b",
                instead={
                    "a": Instead({"du": "cos(x)", "dy_du": "2 u", "dy": "2 sin(x) cos(x)"}, {"u": "sin(x)"}),
                    "c": Instead({"du": "2", "dy": "2 cos(2 x)"}, {"u": "2 x"}),
                },
                mistakes=(
                    Mistake("CH1-06", "a", r"That would be $(\sin x)^2$. In $\sin(x^2)$ the square is taken first: it is the inside."),
                    Mistake("CH1-02", "c", r"$2x$ is already a derivative. Step 1 only gives the inside a name."),
                ),
            ),
            Part(
                name="du",
                label=r"\text{step 2: }du/dx",
                f="x^2",
                wrt="x",
                key="2 x",
                mistakes=(
                    Mistake("SCA-02", "x", r"Power rule: the exponent comes down as a factor as well."),
                    Mistake("CH1-07", "2 x cos(x^2)", r"That is the whole derivative already. Here only the inside, $u=x^2$, is differentiated."),
                ),
            ),
            Part(
                name="dy_du",
                label=r"\text{step 2: }dy/du",
                f="sin(u)",
                wrt="u",
                key="cos(u)",
                mistakes=(
                    Mistake("CH1-04", "cos(x)", r"$y=\sin u$ is differentiated by $u$, and its derivative is taken at $u$."),
                    Mistake("SCA-20", "-cos(u)", r"Check the sign: the sine rises at $0$."),
                    Mistake("CH1-08", "sin(u)", r"That is $y$ itself. What is the derivative of the sine?"),
                ),
            ),
            Part(
                name="dy",
                label=r"\text{steps 3 and 4: }dy/dx",
                f="sin(x^2)",
                wrt="x",
                key="2 x cos(x^2)",
                ends_in=("x",),
                carries="dy_du * du",
                mistakes=(
                    Mistake("CH1-01", "cos(x^2)", r"The derivative of the inside is missing: step 3 multiplies by $du/dx$."),
                    Mistake("CH1-02", "cos(2 x)", r"The outer derivative is taken at $u=x^2$, not at $du/dx$; and it is multiplied by $du/dx$.", also=("2 x cos(2 x)",)),
                    Mistake("CH1-18", "2 x cos(x)^2", r"You squared the cosine. In $\cos u$ with $u=x^2$ the square stays inside."),
                    Mistake("CH1-03", "cos(x^2) + 2 x", r"Along one path the derivatives are multiplied, not added."),
                    Mistake("CH1-04", "2 x cos(x)", r"Step 4: $dy/du$ is a function of $u$. What stands for $u$?"),
                ),
            ),
        ),
        hints=(
            r"A letter and three formulas; the last one in $x$ only.",
            r"Put $x=3$: the inside is $9$, then the sine of $9$ is taken. What is computed first is $u$.",
            r"Section 4.5.1: $\frac{dy}{dx}=\frac{dy}{du}\,\frac{du}{dx}$.",
            r"$\frac{du}{dx}=2x$.",
            r"A twin: $y=e^{5x^3}$ with $u=5x^3$: $\frac{du}{dx}=15x^2$, $\frac{dy}{du}=e^u$, $\frac{dy}{dx}=15x^2e^{5x^3}$.",
        ),
    ),
    Exercise(
        id="A06-02",
        section="4.5.1",
        title="A chain of four links",
        prompt=r"""
Now $y=\ln\left(\sin(x^3)^2\right)$: the sine of $x^3$ is squared, then the logarithm is taken. Choose the intermediate variables,
differentiate link by link, and put together. In the answers you may write `u1`, `u2`, `u3`.""",
        variables={**X, "u1": "", "u2": "", "u3": ""},
        where={"u1": "x^3", "u2": "sin(u1)", "u3": "u2^2"},
        domain={"x": "nonzero"},
        points=6,
        parts=(
            Part(
                name="links",
                kind="choice",
                label=r"\text{the intermediate variables}",
                choices=(
                    r"$u_1=x^3,\;u_2=u_1^2,\;u_3=\sin u_2,\;u_4=\ln u_3$",
                    r"$u_1=\ln x,\;u_2=u_1^2,\;u_3=\sin u_2,\;u_4=u_3^3$",
                    r"$u_1=x^3,\;u_2=\sin u_1,\;u_3=u_2^2,\;u_4=\ln u_3$",
                ),
                key="c",
                instead={
                    "a": Instead(
                        {"d1": "3 x^2", "d2": "2 u1", "d3": "cos(u2)", "d4": "1/u3", "dy": "6 x^5 cos(x^6)/sin(x^6)"},
                        {"u1": "x^3", "u2": "u1^2", "u3": "sin(u2)"},
                    ),
                    "b": Instead(
                        {"d1": "1/x", "d2": "2 u1", "d3": "cos(u2)", "d4": "3 u3^2", "dy": "6 sin(ln(x)^2)^2 cos(ln(x)^2) ln(x)/x"},
                        {"u1": "ln(x)", "u2": "u1^2", "u3": "sin(u2)"},
                    ),
                },
                mistakes=(
                    Mistake("CH1-06", "a", r"Here the square comes before the sine. In $\sin(x^3)^2$ the *sine* is squared."),
                    Mistake("CH1-09", "b", r"That is the order from the outside in. Begin with what is computed first, next to $x$."),
                ),
            ),
            Part(
                name="d1",
                label=r"du_1/dx",
                f="x^3",
                wrt="x",
                key="3 x^2",
                mistakes=(
                    Mistake("SCA-02", "x^2", r"Power rule: the exponent comes down as a factor as well."),
                    Mistake("SCA-15", "3 x^3", r"Power rule: the exponent is lowered by one as well."),
                ),
            ),
            Part(
                name="d2",
                label=r"du_2/du_1",
                f="sin(u1)",
                wrt="u1",
                key="cos(u1)",
                mistakes=(
                    Mistake("CH1-10", "3 x^2 cos(u1)", r"One link at a time: $u_2=\sin u_1$ is differentiated by $u_1$, not by $x$."),
                    Mistake("SCA-20", "-cos(u1)", r"Check the sign: the sine rises at $0$."),
                    Mistake("CH1-04", "cos(x)", r"The link starts from $u_1$, so its derivative is taken at $u_1$."),
                ),
            ),
            Part(
                name="d3",
                label=r"du_3/du_2",
                f="u2^2",
                wrt="u2",
                key="2 u2",
                mistakes=(
                    Mistake("CH1-10", "2 u2 cos(u1)", r"One link at a time: $u_3=u_2^2$ is differentiated by $u_2$, not by $u_1$."),
                    Mistake("SCA-02", "u2", r"Power rule: the exponent comes down as a factor as well."),
                    Mistake("CH1-04", "2 x", r"The link starts from $u_2$, so its derivative is taken at $u_2$."),
                ),
            ),
            Part(
                name="d4",
                label=r"du_4/du_3",
                f="ln(u3)",
                wrt="u3",
                key="1/u3",
                mistakes=(
                    Mistake("CH1-04", "1/x", r"The link starts from $u_3$, so its derivative is taken at $u_3$."),
                    Mistake("CH1-10", "2 u2/u3", r"One link at a time: $u_4=\ln u_3$ is differentiated by $u_3$."),
                ),
            ),
            Part(
                name="dy",
                label=r"dy/dx",
                f="ln(sin(x^3)^2)",
                wrt="x",
                key="6 x^2 cos(x^3)/sin(x^3)",
                carries="d1 d2 d3 d4",
                mistakes=(
                    Mistake("CH1-06", "6 x^5 cos(x^6)/sin(x^6)", r"You squared the argument. In $\sin(x^3)^2$ the sine is squared."),
                    Mistake("CH1-01", "2 cos(x^3)/sin(x^3)", r"The link next to $x$ is missing: multiply by $du_1/dx$."),
                    Mistake("CH1-11", "3 x^2 cos(x^3)/sin(x^3)", r"The link of the square is missing its factor $2$."),
                    Mistake("CH1-12", "1/sin(x^3)^2", r"That is the outermost link only. Multiply by the three others."),
                    Mistake("CH1-03", "3 x^2 + cos(x^3) + 2 sin(x^3) + 1/sin(x^3)^2", r"Along one path the derivatives are multiplied, not added."),
                ),
            ),
        ),
        hints=(
            r"A letter, then five formulas.",
            r"Put a number into $x$ and compute $y$ step by step: each key you press is a link.",
            r"Section 4.5.1: $\frac{dy}{dx}=\frac{du_4}{du_3}\frac{du_3}{du_2}\frac{du_2}{du_1}\frac{du_1}{dx}$.",
            r"$u_1=x^3$, so $\frac{du_1}{dx}=3x^2$.",
            r"A twin: $y=\sqrt{1+e^{2x}}$: $u_1=2x$, $u_2=e^{u_1}$, $u_3=1+u_2$, $u_4=\sqrt{u_3}$; the links are $2$, $e^{u_1}$, $1$, "
            r"$\frac{1}{2\sqrt{u_3}}$, and $\frac{dy}{dx}=\frac{e^{2x}}{\sqrt{1+e^{2x}}}$.",
        ),
    ),
    Exercise(
        id="A06-03",
        section="4.5.1",
        title="In one go",
        prompt=r"""Differentiate $e^{-x^2}$ by $x$. (Here the square belongs to $x$ alone: $-x^2=-(x^2)$.)""",
        variables=X,
        points=1,
        parts=(
            Part(
                name="dx",
                label=r"\frac{d}{dx}e^{-x^2}",
                f="exp(-x^2)",
                wrt="x",
                key="-2 x exp(-x^2)",
                mistakes=(
                    Mistake("CH1-01", "exp(-x^2)", r"The derivative of the inside is missing: how fast does $-x^2$ grow?"),
                    Mistake("CH1-13", "2 x exp(-x^2)", r"The inside is $-x^2$: its minus belongs to the inner derivative."),
                    Mistake("CH1-14", "-x^2 exp(-x^2 - 1)", r"The power rule is for a fixed exponent. Here the exponent moves, and the base is $e$."),
                    Mistake("CH1-02", "exp(-2 x)", r"The outer derivative is taken at the inside itself, and then multiplied by the inner derivative."),
                    Mistake("CH1-03", "exp(-x^2) - 2 x", r"Along one path the derivatives are multiplied, not added."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 4), "k": (2, 3, 4), "g": (("exp", r"\exp"), ("sin", r"\sin"), ("cos", r"\cos"))},
            prompt=r"Differentiate $«g»(«a»x^{«k»})$ by $x$.",
            parts={"dx": {"f": "«g»(«a»*x^«k»)", "label": r"\frac{d}{dx}\,«g»(«a»x^{«k»})", "mistakes": {}}},
        ),
        hints=(
            r"A formula in $x$.",
            r"$u=-x^2$, $y=e^u$.",
            r"Section 4.5.1.",
            r"$\frac{dy}{du}=e^u$.",
            r"A twin: $\frac{d}{dx}e^{4x-1}=4e^{4x-1}$.",
        ),
    ),
    Exercise(
        id="A06-04",
        section="4.5.1",
        title="When is one path enough?",
        prompt=r"""
The single-variable chain rule needs a chain: $x$ goes into one function, its value into the next, and so on; $x$ enters in one
place only. For which of these, as they are written, is it enough on its own? **Select all that apply.**""",
        points=2,
        parts=(
            Part(
                name="which",
                kind="choices",
                choices=(r"$\ln(\sin x)$", r"$x+x^2$", r"$x\sin x$", r"$\sin(x^3)$"),
                key=("a", "d"),
                mistakes=(
                    Mistake("TOT-01", ("a", "b", "d"), r"In $x+x^2$ the variable enters twice: directly, and through the square. Two paths.", also=(("a", "b", "c", "d"), ("a", "b"), ("b", "d"))),
                    Mistake("TOT-02", ("a", "c", "d"), r"In $x\sin x$ the variable enters twice: as a factor, and through the sine. Two paths.", also=(("a", "c"), ("c", "d"))),
                    Mistake("CH1-15", ("d",), r"$\ln(\sin x)$ is a chain as well: $x$ goes into the sine, its value into the logarithm."),
                    Mistake("CH1-16", ("a",), r"$\sin(x^3)$ is a chain as well: $x$ goes into the cube, its value into the sine."),
                ),
            ),
        ),
        hints=(
            r"One or more letters.",
            r"Count how often $x$ is written in each formula.",
            r"Section 4.5.1 for one path, 4.5.2 for several.",
            r"$\ln(\sin x)$: $x$ is written once.",
            r"A twin: $e^{\cos x}$ is a chain; $x^2e^x$ is not.",
        ),
    ),
    Exercise(
        id="A06-05",
        section="4.5.2",
        title="Two paths, added",
        prompt=r"""
Let $u_1=x^2$ and $y=u_2(x,u_1)=x+u_1$. From $x$ to $y$ there are two paths: a direct one, and one through $u_1$. In the first two
blanks hold the other variable still.""",
        variables={**X, "u1": ""},
        where={"u1": "x^2"},
        points=4,
        parts=(
            Part(
                name="direct",
                label=r"\partial u_2/\partial x\text{, with }u_1\text{ still}",
                f="x + u1",
                wrt="x",
                key="1",
                mistakes=(
                    Mistake("TOT-07", "1 + 2 x", r"That is the total derivative already. Here $u_1$ stands still, so only the direct path counts."),
                    Mistake("TOT-11", "0", r"$x$ stands in $x+u_1$ itself, not only inside $u_1$."),
                ),
            ),
            Part(
                name="via",
                label=r"\partial u_2/\partial u_1\text{, with }x\text{ still}",
                f="x + u1",
                wrt="u1",
                key="1",
                mistakes=(
                    Mistake("TOT-12", "2 x", r"That is $du_1/dx$. Here $u_1$ itself moves: by how much does $x+u_1$ grow with it?"),
                    Mistake("TOT-11", "x", r"$x$ is a constant term here; it vanishes."),
                ),
            ),
            Part(
                name="du1",
                label=r"du_1/dx",
                f="x^2",
                wrt="x",
                key="2 x",
                mistakes=(Mistake("SCA-02", "x", r"Power rule: the exponent comes down as a factor as well."),),
            ),
            Part(
                name="dy",
                label=r"dy/dx",
                f="x + x^2",
                wrt="x",
                key="1 + 2 x",
                carries="direct + via du1",
                mistakes=(
                    Mistake("TOT-01", "2 x", r"That is the path through $u_1$ only. $x$ also reaches $y$ directly: add that path."),
                    Mistake("TOT-13", "1", r"That is the direct path only. Add the one through $u_1$."),
                    Mistake("TOT-14", "2 + 2 x", r"The two paths are $1$ and $1\cdot2x$; multiply along each path, then add."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "g": (("sin(x)", r"\sin x"), ("exp(x)", "e^x"), ("x^3", "x^3"), ("x^4", "x^4"))},
            prompt=(
                "Let $u_1=«g»$ and $y=u_2(x,u_1)=«a»x+u_1$. From $x$ to $y$ there are two paths: a direct one, and one through $u_1$. "
                "In the first two blanks hold the other variable still."
            ),
            where={"u1": "«g»"},
            parts={
                "direct": {"f": "«a»*x + u1", "mistakes": {}},
                "via": {"f": "«a»*x + u1", "mistakes": {}},
                "du1": {"f": "«g»", "mistakes": {}},
                "dy": {"f": "«a»*x + «g»", "mistakes": {"TOT-13": "«a»"}},
            },
        ),
        hints=(
            r"Two numbers and two formulas in $x$.",
            r"Nudge $x$ by a little while $u_1$ is frozen: what happens to $x+u_1$?",
            r"Section 4.5.2: $\frac{dy}{dx}=\frac{\partial u_2}{\partial x}+\frac{\partial u_2}{\partial u_1}\frac{du_1}{dx}$.",
            r"$\frac{\partial u_2}{\partial x}=1$.",
            r"A twin: $y=5x+u_1$ with $u_1=\sin x$: $5$, $1$, $\cos x$, and $\frac{dy}{dx}=5+\cos x$.",
        ),
    ),
    Exercise(
        id="A06-06",
        section="4.5.2",
        title="A total derivative inside a chain",
        prompt=r"""
Let $y=\sin(x+x^2)$ with $u_1=x^2$, $u_2=x+u_1$, $u_3=\sin u_2$. Give the total derivative of $u_2$, the last link, and $dy/dx$.""",
        variables={**X, "u1": "", "u2": ""},
        where={"u1": "x^2", "u2": "x + u1"},
        points=3,
        parts=(
            Part(
                name="du2",
                label=r"du_2/dx",
                f="x + x^2",
                wrt="x",
                key="1 + 2 x",
                mistakes=(
                    Mistake("TOT-06", "2 x", r"$x$ also reaches $u_2$ directly: add that path."),
                    Mistake("TOT-13", "1", r"That is the direct path only. Add the one through $u_1$."),
                ),
            ),
            Part(
                name="du3",
                label=r"du_3/du_2",
                f="sin(u2)",
                wrt="u2",
                key="cos(u2)",
                mistakes=(
                    Mistake("CH1-04", "cos(x)", r"The link starts from $u_2$, so its derivative is taken at $u_2$."),
                    Mistake("CH1-10", "(1 + 2 x) cos(u2)", r"One link at a time: $u_3=\sin u_2$ is differentiated by $u_2$."),
                    Mistake("SCA-20", "-cos(u2)", r"Check the sign: the sine rises at $0$."),
                ),
            ),
            Part(
                name="dy",
                label=r"dy/dx",
                f="sin(x + x^2)",
                wrt="x",
                key="(1 + 2 x) cos(x + x^2)",
                carries="du2 du3",
                mistakes=(
                    Mistake("TOT-06", "2 x cos(x + x^2)", r"The inside $u_2=x+x^2$ has two paths; its derivative is more than $2x$."),
                    Mistake("CH1-01", "cos(x + x^2)", r"The derivative of the inside is missing."),
                    Mistake("CH1-04", "(1 + 2 x) cos(x)", r"Step 4: substitute the intermediate variable back. What stands for $u_2$?"),
                    Mistake("CH1-02", "cos(1 + 2 x)", r"The outer derivative is taken at $u_2$ itself, and then multiplied by $du_2/dx$."),
                ),
            ),
        ),
        hints=(
            r"Three formulas.",
            r"$u_2=x+x^2$ is the function of A06-05.",
            r"Section 4.5.2 for $u_2$, section 4.5.1 for the last link.",
            r"$\frac{du_2}{dx}=\frac{\partial u_2}{\partial x}+\frac{\partial u_2}{\partial u_1}\frac{du_1}{dx}$, and the first of these is $1$.",
            r"A twin: $y=e^{5x+x^3}$ has the inner derivative $5+3x^2$ and $\frac{dy}{dx}=(5+3x^2)e^{5x+x^3}$.",
        ),
    ),
    Exercise(
        id="A06-07",
        section="4.5.2",
        title="Two paths that meet in a product",
        prompt=r"""
Let $u_1=x^2$ and $y=x\,u_1$. The paths meet in a product. Are their contributions multiplied now, or still added? In the first two
blanks hold the other variable still; you may write `u1`.""",
        variables={**X, "u1": ""},
        where={"u1": "x^2"},
        points=4,
        parts=(
            Part(
                name="direct",
                label=r"\partial y/\partial x\text{, with }u_1\text{ still}",
                f="x u1",
                wrt="x",
                key="u1",
                mistakes=(
                    Mistake("TOT-07", "3 x^2", r"That is the total derivative already. Here $u_1$ stands still: it is a constant factor."),
                    Mistake("TOT-11", "1", r"$u_1$ is a constant factor here, and a factor stays."),
                    Mistake("TOT-12", "2 x", r"That is $du_1/dx$. Here $u_1$ stands still, and $x$ moves."),
                ),
            ),
            Part(
                name="via",
                label=r"\partial y/\partial u_1\text{, with }x\text{ still}",
                f="x u1",
                wrt="u1",
                key="x",
                mistakes=(
                    Mistake("TOT-12", "2 x", r"That is $du_1/dx$. Here $u_1$ itself moves, and $x$ is a constant factor."),
                    Mistake("TOT-11", "1", r"$x$ is a constant factor here, and a factor stays."),
                ),
            ),
            Part(
                name="du1",
                label=r"du_1/dx",
                f="x^2",
                wrt="x",
                key="2 x",
                mistakes=(Mistake("SCA-02", "x", r"Power rule: the exponent comes down as a factor as well."),),
            ),
            Part(
                name="dy",
                label=r"dy/dx",
                f="x x^2",
                wrt="x",
                key="3 x^2",
                carries="direct + via du1",
                mistakes=(
                    Mistake("TOT-03", "2 x^4", r"Contributions of different paths are added, also when the paths meet in a product. Only the links along one path are multiplied."),
                    Mistake("TOT-04", "2 x^2", r"That is the path through $u_1$. The direct path is missing."),
                    Mistake("TOT-05", "x^2", r"That is the direct path. The one through $u_1$ is missing."),
                    Mistake("SCA-18", "2 x", r"$2x=du_1/dx$ is only one link. Two paths lead to $y$: what do $\partial y/\partial x$ and the whole path through $u_1$ contribute?"),
                    Mistake("TOT-14", "x^2 + 2 x", r"Along the path through $u_1$ there are two links; multiply both."),
                ),
            ),
        ),
        template=Template(
            draws={"g": (("sin(x)", r"\sin x"), ("exp(x)", "e^x"), ("x^3", "x^3"), ("x^4", "x^4"))},
            prompt=(
                "Let $u_1=«g»$ and $y=x\\,u_1$. Give the direct influence of $x$, the influence of $u_1$, the slope of $u_1$, and the total "
                "derivative. In the first two blanks hold the other variable still; you may write `u1`."
            ),
            where={"u1": "«g»"},
            parts={
                "direct": {"f": "x*u1", "mistakes": {"TOT-11": "1"}},
                "via": {"f": "x*u1", "mistakes": {"TOT-11": "1"}},
                "du1": {"f": "«g»", "mistakes": {}},
                "dy": {"f": "x*«g»", "mistakes": {"TOT-05": "«g»"}},
            },
        ),
        hints=(
            r"Four formulas.",
            r"Freeze $u_1$ at $9$: $y=9x$ has the slope $9$, which is $u_1$.",
            r"Section 4.5.2: the rule always adds the paths.",
            r"$\frac{\partial y}{\partial x}=u_1$ while $u_1$ stands still.",
            r"A twin: $y=x\,u_1$ with $u_1=e^x$: $u_1$, $x$, $e^x$, and $\frac{dy}{dx}=e^x+xe^x$.",
        ),
    ),
    Exercise(
        id="A06-08",
        section="4.5.2",
        title="Two intermediate variables",
        prompt=r"""
Let $u_1=x^2$, $u_2=e^x$ and $y=u_1u_2$. Give $dy/dx$ by the total-derivative chain rule.""",
        variables={**X, "u1": "", "u2": ""},
        where={"u1": "x^2", "u2": "exp(x)"},
        points=2,
        parts=(
            Part(
                name="dy",
                label=r"dy/dx",
                f="x^2 exp(x)",
                wrt="x",
                key="2 x exp(x) + x^2 exp(x)",
                mistakes=(
                    Mistake("TOT-09", "(exp(x) + x^2) (2 x + exp(x))", r"Pair each $\partial y/\partial u_i$ with its own $du_i/dx$, and then add: not the product of two sums."),
                    Mistake("SCA-18", "2 x exp(x)", r"The path through $u_2$ is missing. (The product of the two derivatives would look the same, and be wrong as well.)"),
                    Mistake("TOT-05", "x^2 exp(x)", r"The path through $u_1$ is missing."),
                    Mistake("TOT-03", "2 x^3 exp(2 x)", r"The contributions of different paths are added, not multiplied."),
                    Mistake("TOT-15", "2 x + exp(x)", r"Each $du_i/dx$ is multiplied by its own $\partial y/\partial u_i$ before they are added."),
                ),
            ),
        ),
        template=Template(
            draws={
                "f": (("x^3", "x^3"), ("x^4", "x^4"), ("x^2", "x^2")),
                "g": (("sin(x)", r"\sin x"), ("cos(x)", r"\cos x"), ("exp(x)", "e^x")),
            },
            prompt="Let $u_1=«f»$, $u_2=«g»$ and $y=u_1u_2$. Give $dy/dx$ by the total-derivative chain rule.",
            where={"u1": "«f»", "u2": "«g»"},
            parts={"dy": {"f": "«f» * «g»", "mistakes": {}}},
        ),
        hints=(
            r"A formula in $x$ with two terms.",
            r"Path 1: $\frac{\partial y}{\partial u_1}\frac{du_1}{dx}$. Path 2: $\frac{\partial y}{\partial u_2}\frac{du_2}{dx}$.",
            r"Section 4.5.2.",
            r"$\frac{\partial y}{\partial u_1}=u_2=e^x$.",
            r"A twin: $y=u_1u_2$ with $u_1=\sin x$, $u_2=x^3$: $\cos x\cdot x^3+\sin x\cdot3x^2$. It is the product rule.",
        ),
    ),
    Exercise(
        id="A06-09",
        section="4.5.2",
        title="An alias for x",
        prompt=r"""
The article's last trick: give $x$ itself a second name, then no direct path is left over. Let $y=x\sin(x^2)=f(u_1,u_2)=u_2\sin u_1$
with $u_1=x^2$ and the alias $u_2=x$. Fill in the two partial derivatives of $f$ and the sum
$\frac{\partial f}{\partial u_1}\frac{du_1}{dx}+\frac{\partial f}{\partial u_2}\frac{du_2}{dx}$.""",
        variables={**X, "u1": "", "u2": ""},
        where={"u1": "x^2", "u2": "x"},
        points=2,
        parts=(
            Part(
                name="f1",
                label=r"\partial f/\partial u_1",
                f="u2 sin(u1)",
                wrt="u1",
                key="u2 cos(u1)",
                mistakes=(
                    Mistake("PAR-02", "cos(u1)", r"$u_2$ is a constant factor when $u_1$ moves, and a factor stays."),
                    Mistake("CH1-10", "2 x u2 cos(u1)", r"One link at a time: here $f$ is differentiated by $u_1$; $du_1/dx$ comes in the sum."),
                    Mistake("TOT-26", "2 x cos(u1)", r"The factor of $\cos u_1$ is $u_2$, which stands still here; $du_1/dx$ comes in the sum."),
                ),
            ),
            Part(
                name="f2",
                label=r"\partial f/\partial u_2",
                f="u2 sin(u1)",
                wrt="u2",
                key="sin(u1)",
                mistakes=(
                    Mistake("TOT-16", "1", r"$\sin u_1$ is a constant factor when $u_2$ moves, and a factor stays."),
                    Mistake("TOT-07", "sin(u1) + 2 x u2 cos(u1)", r"That is the total derivative already. Here $u_1$ stands still."),
                ),
            ),
            Part(
                name="dy",
                label=r"dy/dx",
                f="x sin(x^2)",
                wrt="x",
                key="2 x^2 cos(x^2) + sin(x^2)",
                carries="f1 * 2 x + f2",
                mistakes=(
                    Mistake("TOT-04", "2 x^2 cos(x^2)", r"The path through $u_2=x$ is missing."),
                    Mistake("TOT-05", "sin(x^2)", r"The path through $u_1$ is missing."),
                    Mistake("CH1-01", "x cos(x^2) + sin(x^2)", r"In the path through $u_1$ the link $du_1/dx$ is missing."),
                    Mistake("TOT-17", "2 x cos(x^2) + sin(x^2)", r"In the path through $u_1$ the factor $u_2=x$ is lost."),
                    Mistake("SCA-18", "2 x cos(x^2)", r"The derivative of a product is not the product of the derivatives: two paths, added."),
                ),
            ),
        ),
        hints=(
            r"Three formulas; the first two in $u_1$ and $u_2$.",
            r"Freeze $u_2$ at $7$: $f=7\sin u_1$. Freeze $u_1$: $f$ is $u_2$ times a constant.",
            r"Section 4.5.2, its last formula: with the alias all terms look alike.",
            r"$\frac{du_1}{dx}=2x$ and $\frac{du_2}{dx}=1$.",
            r"A twin: $y=x\,e^{3x}=u_2e^{u_1}$: $\frac{\partial f}{\partial u_1}=u_2e^{u_1}$, $\frac{\partial f}{\partial u_2}=e^{u_1}$, "
            r"$\frac{dy}{dx}=3xe^{3x}+e^{3x}$.",
        ),
    ),
    Exercise(
        id="A06-10",
        section="4.5.2",
        title="A step is not a slope",
        prompt=r"""
The article checks $y=x+x^2$ at $x=1$ with a step of $\Delta x=1$. Do so too, then with a small step, then with the derivative.""",
        points=2,
        parts=(
            Part(
                name="change",
                kind="number",
                label=r"\Delta y\text{ for }\Delta x=1",
                key="4",
                mistakes=(
                    Mistake("TOT-18", "6", r"That is $y$ at $x=2$. Subtract $y$ at $x=1$."),
                    Mistake("TOT-27", "2", r"That is $y$ at $x=1$. How much is added on the way to $x=2$?"),
                    Mistake("TOT-08", "3", r"That is the slope at $x=1$. Here you need $y(2)-y(1)$."),
                ),
            ),
            Part(
                name="ratio",
                kind="number",
                label=r"\Delta y/\Delta x\text{ for }\Delta x=0.001",
                key="3.001",
                tolerance=1e-5,
                mistakes=(
                    Mistake("TOT-08", "3", r"Very near, but a step of $0.001$ is not yet a step of $0$: compute $y(1.001)-y(1)$ exactly."),
                    Mistake("TOT-19", "0.003001", r"That is $\Delta y$. Divide it by $\Delta x$."),
                ),
            ),
            Part(
                name="slope",
                kind="number",
                label=r"dy/dx\text{ at }x=1",
                key="3",
                mistakes=(
                    Mistake("TOT-08", "4", r"That is the change for a step of $1$: a chord, not the slope."),
                    Mistake("TOT-01", "2", r"That is the path through $x^2$ only. $x$ also reaches $y$ directly."),
                    Mistake("TOT-20", "3.001", r"That is the slope of a short chord. What remains when $\Delta x$ goes to $0$?"),
                ),
            ),
            Part(
                name="why",
                kind="choice",
                label=r"\text{why the first and the last differ}",
                choices=(
                    r"because the graph bends: over a step of $1$ the chord is steeper than the tangent",
                    r"because of rounding errors",
                    r"because the total derivative leaves out one path",
                ),
                key="a",
                mistakes=(
                    Mistake("TOT-21", "b", r"All these numbers are exact. Draw the curve, the chord from $x=1$ to $x=2$, and the tangent at $1$."),
                    Mistake("TOT-22", "c", r"The total derivative $1+2x$ counts both paths. Draw the curve, the chord from $x=1$ to $x=2$, and the tangent at $1$."),
                ),
            ),
        ),
        hints=(
            r"Three numbers and a letter.",
            r"$y(1)=2$ and $y(2)=6$.",
            r"Section 4.5.2; a derivative is the limit of $\Delta y/\Delta x$ for smaller and smaller steps.",
            r"$y(1.001)=1.001+1.002001$.",
            r"A twin: $y=x^2$ at $3$: $\Delta y=7$ for $\Delta x=1$; $6.001$ for $\Delta x=0.001$; the slope is $6$.",
        ),
    ),
    Exercise(
        id="A06-11",
        section="4.5.2",
        title="Find the error",
        prompt=r"""
Somebody differentiates $y=5x+x^3$ with intermediate variables. Which line is the first wrong one, and what is the right derivative?""",
        variables=X,
        points=2,
        parts=(
            Part(
                name="line",
                kind="error",
                label=r"\text{the first wrong line}",
                lines=(
                    r"$u_1=x^3$",
                    r"$u_2=5x+u_1$",
                    r"$\frac{\partial u_2}{\partial u_1}=1$ and $\frac{du_1}{dx}=3x^2$",
                    r"$\frac{dy}{dx}=\frac{\partial u_2}{\partial u_1}\,\frac{du_1}{dx}=3x^2$",
                ),
                key=4,
                mistakes=(
                    Mistake("TOT-12", 3, r"Both are right: $u_2$ grows as fast as $u_1$ when $5x$ is held still. Read on."),
                    Mistake("ERR-01", 2, r"This line only gives names. Read on.", also=(1,)),
                ),
            ),
            Part(
                name="right",
                label=r"\text{the right }dy/dx",
                f="5 x + x^3",
                wrt="x",
                key="5 + 3 x^2",
                mistakes=(
                    Mistake("TOT-01", "3 x^2", r"That is what the lines end with: the path through $u_1$ only. $x$ also reaches $u_2$ directly."),
                    Mistake("TOT-13", "5", r"That is the direct path only. Add the one through $u_1$."),
                ),
            ),
        ),
        hints=(
            r"`line` is a line's number, `right` a formula.",
            r"How many arguments has $u_2$? Through how many of them does $x$ act?",
            r"Section 4.5.2.",
            r"Line 1 and line 2 only give names.",
            r"A twin: for $y=x+\sin x$ the same slip gives $\cos x$; right is $1+\cos x$.",
        ),
    ),
    Exercise(
        id="A06-12",
        section="4.5.1",
        title="One neuron, one weight, line by line",
        prompt=r"""
A neuron with one weight, active, has the squared error $C=(y-(wx+b))^2$ on the sample $(x,y)$. Derive $dC/dw$. Answer with a list
of lines, each in quotes. You may give names to intermediate variables, each before it is used, and single links such as `"du/dw = 3"`. Every other line is
the **whole** derivative, a little simpler each time; before a parenthesis type a `*`. For $(3w)^2$ by $w$ a list could be
`["u = 3 w", "du/dw = 3", "2 u * 3", "18 w"]`.""",
        variables={"w": "", "x": "", "y": "", "b": ""},
        points=2,
        parts=(
            Part(
                name="lines",
                kind="derivation",
                label=r"dC/dw",
                f="(y - (w x + b))^2",
                wrt="w",
                key="-2 (y - w x - b) x",
                mistakes=(
                    Mistake("LOS-03", "2 (y - w x - b) x", r"Inside the square, $wx+b$ is subtracted from $y$: its derivative comes with a minus."),
                    Mistake("LOS-21", "2 (y - w x - b)", r"That is only the derivative of the square. Multiply by the derivative of what is squared, by $w$."),
                    Mistake("LOS-26", "-2 (y - w x - b)", r"The innermost link is missing: the derivative of $wx+b$ by $w$."),
                    Mistake("LOS-02", "-(y - w x - b) x", r"The square brings down a factor $2$."),
                    Mistake("ACT-02", "-2 (y - w x - b) w", r"$w$ moves: in $wx$ the factor that stays is $x$."),
                ),
            ),
        ),
        hints=(
            r"The last line is a formula in $w$, $x$, $y$, $b$.",
            r"$\frac{dC}{dv}=2v$, $\frac{dv}{du}=-1$, and $\frac{du}{dw}$ is what multiplies $w$ in $wx+b$.",
            r"Section 4.5.1: one path, so multiply.",
            r'A first line: `"u = w x + b"`; the next: `"v = y - u"`.',
            r"A twin: $C=(y-w^2)^2$ gives $2v\cdot(-1)\cdot2w=-4w(y-w^2)$.",
        ),
    ),
    Exercise(
        id="A06-13",
        section="4.5.1",
        title="Which way to walk the chain",
        prompt=r"""
The article remarks that a chain may be multiplied from the input's side (forward) or from the output's side (backward). A network has
one output, its loss, and a million parameters. Which direction needs just **one** sweep for all the derivatives?""",
        points=1,
        parts=(
            Part(
                name="which",
                kind="choice",
                choices=(r"backward, from the loss to the parameters", r"forward, from the parameters to the loss", r"both need a million sweeps"),
                key="a",
                mistakes=(
                    Mistake("BPP-08", "b", r"A forward sweep carries the influence of *one* input along. With a million inputs you would need a million of them."),
                    Mistake("BPP-09", "c", r"One of the two can share work: begin at the end that has only one quantity."),
                ),
            ),
        ),
        hints=(
            r"The answer is a letter.",
            r"A sweep starts at one quantity. At which end is there only one?",
            r"Section 4.5.1, the remark on forward and backward differentiation.",
            r"Forward: one sweep for each input.",
            r"A twin: with one input and a thousand outputs it is the forward sweep that is done once.",
        ),
    ),
    Exercise(
        id="A06-14",
        section="4.5.1",
        title="The rules in code",
        prompt=r"""
Write two functions.

- `chain(fs, dfs, x)` gets a list of functions `fs = [f1, ..., fk]`, innermost first, the list of their derivatives `dfs`, and a number
  `x`. It returns two numbers: the value $f_k(\ldots f_1(x))$ and its derivative. Keep the intermediate values: each derivative is taken
  where its function is entered. A difference quotient is not accurate enough. With $f_1=x^3$, $f_2=\sin$, $f_3=u^2$, $f_4=\ln$ at $x=0.8$ the results are about $-1.427019$ and
  $6.832893$.
- `total(dfdu, dudx)` gets two lists of numbers, $\partial f/\partial u_i$ and $du_i/dx$, and returns $df/dx$.""",
        points=4,
        parts=(
            Part(
                name="chain",
                kind="code",
                label=r"\texttt{chain}",
                key=chain,
                exact=True,
                signature=Signature(
                    "chain",
                    {
                        "fs": Given(
                            choices=(
                                Given([Given(formula=f, variables={"u": ""}) for f in ("u^3", "sin(u)", "u^2", "ln(u)")]),
                                Given([Given(formula=f, variables={"u": ""}) for f in ("cos(u)", "exp(u)")]),
                                Given([Given(formula=f, variables={"u": ""}) for f in ("u^2 + u", "sin(u)", "3 u - 1")]),
                            )
                        ),
                        "dfs": Given(
                            choices=(
                                Given([Given(formula=f, variables={"u": ""}) for f in ("3 u^2", "cos(u)", "2 u", "1/u")]),
                                Given([Given(formula=f, variables={"u": ""}) for f in ("-sin(u)", "exp(u)")]),
                                Given([Given(formula=f, variables={"u": ""}) for f in ("2 u + 1", "cos(u)", "3 + 0 u")]),
                            )
                        ),
                        "x": Given(choices=(Given(0.8), Given(1.3), Given(-0.7)), vary=True),
                    },
                    returns="two numbers: the value and the derivative",
                    sizes=({}, {}, {}),
                ),
                mistakes=(
                    Mistake("CH1-04", chain_at_x, r"You take every derivative at `x`. Take each one where its function is entered: at the value so far."),
                    Mistake("CH1-17", chain_too_late, r"You take each derivative after its function has been applied. Take it at the value that goes *in*."),
                    Mistake("CH1-03", chain_added, r"Along one path the derivatives are multiplied, not added."),
                    Mistake("CH1-12", chain_outermost, r"You return the last link only. Multiply all of them."),
                ),
            ),
            Part(
                name="total",
                kind="code",
                label=r"\texttt{total}",
                key=total,
                signature=Signature(
                    "total",
                    {
                        "dfdu": Given(choices=(Given([2.0, -3.0]), Given([0.5, 4.0, -1.5]), Given([7.0])), vary=True),
                        "dudx": Given(choices=(Given([5.0, 1.5]), Given([2.0, -0.5, 3.0]), Given([-2.0])), vary=True),
                    },
                    returns="a number",
                    sizes=({}, {}, {}),
                ),
                mistakes=(
                    Mistake("TOT-09", total_of_sums, r"Pair each $\partial f/\partial u_i$ with its own $du_i/dx$, and then add: not the product of two sums."),
                    Mistake("TOT-03", total_as_product, r"Multiply along each path, then *add* the paths."),
                    Mistake("TOT-23", total_not_added, r"These are the contributions of the paths. Add them up to one number."),
                ),
            ),
        ),
        hints=(
            r"`chain` returns two numbers, `total` one.",
            r"For two functions: the value is $f_2(f_1(x))$. The derivative is that of $f_1$, taken at $x$, times that of $f_2$, taken at $f_1(x)$.",
            r"Sections 4.5.1 and 4.5.2.",
            r"Begin: `value, slope = x, 1.0`, then a loop `for f, df in zip(fs, dfs):`.",
            r"A twin: $f_1=2u$, $f_2=u^2$ at $3$: enter $f_1$ at $3$ (slope $2$, value $6$), enter $f_2$ at $6$ (slope $12$, value $36$): $36$ and $24$.",
        ),
    ),
    Exercise(
        id="A06-15",
        section="4.5.1",
        title="The slope of the sigmoid",
        prompt=r"""
The sigmoid $\sigma(z)=\dfrac{1}{1+e^{-z}}$ squeezes every number between $0$ and $1$; later assignments need its derivative. Give it, in terms
of $s=\sigma(z)$ (type `s`) or of $z$; before a parenthesis type a `*`, as in `z*(2 + z)`.""",
        variables={"z": "", "s": ""},
        where={"s": "sigmoid(z)"},
        points=1,
        parts=(
            Part(
                name="dz",
                label=r"d\sigma/dz",
                f="1/(1 + exp(-z))",
                wrt="z",
                key="s (1 - s)",
                mistakes=(
                    Mistake("ACT-13", "z (1 - z)", r"Right pattern, wrong letter: put the value $s=\sigma(z)$ in, not $z$."),
                    Mistake("CH1-13", "-s (1 - s)", r"The sign: $e^{-z}$ falls, so its reciprocal rises. How many minus signs come together?"),
                    Mistake("CH1-01", "-s^2", r"You differentiated the outer $1/u$ only. Multiply by the derivative of $u=1+e^{-z}$.", also=("s^2",)),
                    Mistake("ACT-14", "1 - s^2", r"That is the rule for another function, $\tanh$."),
                    Mistake("ACT-15", "1 - s", r"One factor is missing: try $z=0$, where the slope is $\frac14$."),
                ),
            ),
        ),
        hints=(
            r"A formula in $s$, or in $z$.",
            r"$\sigma=u^{-1}$ with $u=1+e^{-z}$. Then $\frac{d\sigma}{du}=-u^{-2}$ and $\frac{du}{dz}=-e^{-z}$.",
            r"Section 4.5.1: two links, multiplied.",
            r"Multiply the two; two minus signs come together. Split off the factor $s$; what is left, $\frac{e^{-z}}{1+e^{-z}}$, and $s$ add up to $1$.",
            r"A twin: $g(z)=\frac{1}{1+z^2}=u^{-1}$ has $\frac{dg}{dz}=-u^{-2}\cdot2z=-2z\,g^2$.",
        ),
    ),
    Exercise(
        id="A06-16",
        section="4.5.2",
        title="Round or straight d",
        prompt=r"""
Let $u_1=\sin x$ and $f(x,u_1)=x\,u_1$. The article sometimes prints $\partial$ for both of the following; this course keeps them apart. Which
statement is right?""",
        points=1,
        parts=(
            Part(
                name="which",
                kind="choice",
                choices=(
                    r"$\frac{\partial f}{\partial x}$ and $\frac{df}{dx}$ are both $\sin x+x\cos x$",
                    r"$\frac{\partial f}{\partial x}=\sin x+x\cos x$ lets $u_1$ follow, $\frac{df}{dx}=u_1$ holds it still",
                    r"$\frac{\partial f}{\partial x}=u_1$ holds $u_1$ still, $\frac{df}{dx}=\sin x+x\cos x$ lets it follow",
                    r"$\frac{\partial f}{\partial x}=0$, because $x$ is hidden in $u_1$",
                ),
                key="c",
                mistakes=(
                    Mistake("TOT-24", "a", r"The round $\partial$ moves one argument of $f$ and holds the others still, so $u_1$ does not follow."),
                    Mistake("TOT-25", "b", r"The other way round: the round $\partial$ holds the other arguments still."),
                    Mistake("TOT-11", "d", r"$x$ is also an argument of its own: the direct path."),
                ),
            ),
        ),
        hints=(
            r"The answer is a letter.",
            r"Put $x=\frac\pi6$: $u_1=\frac12$. Moving the first argument alone: $f=\frac12x$.",
            r"Section 4.5.2: $\partial$ for a direct influence, $d$ for the whole one.",
            r"$\partial$: one argument moves, the others are held.",
            r"A twin: for $f(x,u_1)=x+u_1$ with $u_1=5x$: $\frac{\partial f}{\partial x}=1$, $\frac{df}{dx}=6$.",
        ),
    ),
)
