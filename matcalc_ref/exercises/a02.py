"""A02: partial derivatives and the gradient (section 3)."""

from __future__ import annotations

import numpy as np

from matcalc_ref.record import Exercise, Given, Mistake, Part, Signature
from matcalc_ref.variants import Template

XY = {"x": "", "y": ""}
AFFINE = {"w1": "", "w2": "", "x1": "", "x2": "", "b": ""}


def partial(f, args, k, h):
    up, down = list(args), list(args)
    up[k] += h
    down[k] -= h
    return (f(*up) - f(*down)) / (2 * h)


def partial_over_h(f, args, k, h):
    return 2 * partial(f, args, k, h)


def partial_times_h(f, args, k, h):
    return partial(f, args, k, h) * h * h


def partial_in_the_first(f, args, k, h):
    return partial(f, args, 0, h)


def partial_of_all_at_once(f, args, k, h):
    return (f(*[a + h for a in args]) - f(*[a - h for a in args])) / (2 * h)


def partial_with_lost_step(f, args, k, h):
    return (f(*args) - f(*args)) / (2 * h)


def partial_to_one_side(f, args, k, h):
    up = list(args)
    up[k] += h
    return (f(*up) - f(*args)) / h


def partial_not_restored(f, args, k, h):
    moved = list(args)
    moved[k] += h
    up = f(*moved)
    moved[k] -= h
    return (up - f(*moved)) / (2 * h)


def partial_with_tiny_step(f, args, k, h):
    return partial(f, args, k, 1e-17)


def partial_with_own_step(f, args, k, h):
    return partial(f, args, k, 1e-6)


def partial_backwards(f, args, k, h):
    return -partial(f, args, k, h)


def partial_of_whole_numbers(f, args, k, h):
    up, down = np.array(args), np.array(args)
    up[k] += h
    down[k] -= h
    return (f(*up) - f(*down)) / (2 * h)


EXERCISES = (
    Exercise(
        id="A02-01",
        section="3",
        title="x moves, y stands still",
        prompt=r"""Let $f(x,y)=3x^2y$. Give $\partial f/\partial x$.""",
        variables=XY,
        points=1,
        parts=(
            Part(
                name="dx",
                label=r"\partial(3x^2y)/\partial x",
                f="3 x^2 y",
                wrt="x",
                key="6 x y",
                mistakes=(
                    Mistake("PAR-01", "0", r"$y$ stands still, but it is a constant *factor*, and a factor stays. Only constant *terms* vanish."),
                    Mistake("PAR-02", "6 x", r"The constant factor $y$ is lost. Treat it as you treat the $3$."),
                    Mistake("PAR-10", "3 x^2", r"That is the derivative by $y$. Here $x$ moves."),
                    Mistake("PAR-03", "6 x y + 3 x^2", r"A partial derivative moves one variable only. You let both move."),
                    Mistake("SCA-02", "3 x y", r"Power rule: the exponent $2$ comes down as a factor as well."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 4, 5, 7), "k": (3, 4, 5), "m": (2, 3)},
            prompt=r"Let $f(x,y)=«a»x^{«k»}y^{«m»}$. Give $\partial f/\partial x$.",
            parts={
                "dx": {
                    "f": "«a»*x^«k»*y^«m»",
                    "label": r"\partial(«a»x^{«k»}y^{«m»})/\partial x",
                    "mistakes": {"PAR-10": ("«a»*«m»*x^«k»*y^(«m» - 1)", "That is the derivative by $y$. Here $x$ moves.")},
                }
            },
        ),
        hints=(
            r"A formula in $x$ and $y$; one number at each point.",
            r"Put $y=5$: then $f=15x^2$. Differentiate that, and then put $y$ back.",
            r"Section 3: treat the other variable as a constant; then the rules of section 2.",
            r"$\frac{\partial}{\partial x}3x^2y=3y\cdot\frac{\partial}{\partial x}x^2$.",
            r"A twin: $\frac{\partial}{\partial x}5x^3y^2=15x^2y^2$.",
        ),
    ),
    Exercise(
        id="A02-02",
        section="3",
        title="y moves, x stands still",
        prompt=r"""The same $f(x,y)=3x^2y$. Give $\partial f/\partial y$.""",
        variables=XY,
        points=1,
        parts=(
            Part(
                name="dy",
                label=r"\partial(3x^2y)/\partial y",
                f="3 x^2 y",
                wrt="y",
                key="3 x^2",
                mistakes=(
                    Mistake("PAR-01", "0", r"What multiplies $y$ stands still, but it is a constant *factor*, and a factor stays."),
                    Mistake("PAR-10", "6 x y", r"That is the derivative by $x$. Here $y$ moves."),
                    Mistake("PAR-11", "6 x", r"You differentiated by both variables, one after the other. Only $y$ moves."),
                    Mistake("PAR-26", "3 x^2 y^2", r"The power rule lowers the exponent of $y$ by one; you raised it."),
                    Mistake("PAR-12", "3 x^2 y", r"That is $f$ itself. By how much does it grow when $y$ grows by $1$?"),
                    Mistake("PAR-02", "1", r"What multiplies $y$ is a constant factor. It stays, all of it.", also=("3", "x^2")),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 4, 5, 7), "k": (2, 3, 4), "m": (2, 3, 4)},
            prompt=r"Let $f(x,y)=«a»x^{«k»}y^{«m»}$. Give $\partial f/\partial y$.",
            parts={
                "dy": {
                    "f": "«a»*x^«k»*y^«m»",
                    "label": r"\partial(«a»x^{«k»}y^{«m»})/\partial y",
                    "mistakes": {"PAR-10": "«a»*«k»*x^(«k» - 1)*y^«m»", "PAR-26": "«a»*x^«k»*y^(«m» + 1)", "PAR-11": "«a»*«k»*«m»*x^(«k» - 1)*y^(«m» - 1)"},
                }
            },
        ),
        hints=(
            r"A formula; it need not contain $y$.",
            r"Put $x=2$: then $f=12y$. Its slope in $y$?",
            r"Section 3: treat the other variable as a constant.",
            r"$f$ is $y$ times the constant $3x^2$.",
            r"A twin: $\frac{\partial}{\partial y}5x^3y^2=10x^3y$.",
        ),
    ),
    Exercise(
        id="A02-03",
        section="3",
        title="Terms without the variable",
        prompt=r"""Let $g(x,y)=2x+y^8$. Give both partial derivatives.""",
        variables=XY,
        points=2,
        parts=(
            Part(
                name="dx",
                label=r"\partial(2x+y^8)/\partial x",
                f="2 x + y^8",
                wrt="x",
                key="2",
                mistakes=(
                    Mistake("PAR-04", "2 + y^8", r"$y^8$ does not contain $x$. It is a constant *term*: how fast does it grow when $x$ moves?"),
                    Mistake("PAR-03", "2 + 8 y^7", r"A partial derivative moves one variable only. You let both move."),
                    Mistake("PAR-12", "2 x", r"The derivative of $2x$ no longer contains $x$."),
                ),
            ),
            Part(
                name="dy",
                label=r"\partial(2x+y^8)/\partial y",
                f="2 x + y^8",
                wrt="y",
                key="8 y^7",
                mistakes=(
                    Mistake("PAR-04", "2 x + 8 y^7", r"$2x$ does not contain $y$. It is a constant *term*: how fast does it grow when $y$ moves?"),
                    Mistake("PAR-03", "2 + 8 y^7", r"A partial derivative moves one variable only. You let both move."),
                    Mistake("SCA-02", "y^7", r"Power rule: the exponent comes down as a factor as well."),
                    Mistake("SCA-15", "8 y^8", r"Power rule: the exponent is lowered by one as well."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (3, 5, 7), "k": (2, 3), "m": (4, 5, 6)},
            prompt=r"Let $g(x,y)=«a»x^{«k»}+y^{«m»}$. Give both partial derivatives.",
            parts={
                "dx": {
                    "f": "«a»*x^«k» + y^«m»",
                    "label": r"\partial g/\partial x",
                    "mistakes": {"PAR-03": "«a»*«k»*x^(«k» - 1) + «m»*y^(«m» - 1)"},
                },
                "dy": {
                    "f": "«a»*x^«k» + y^«m»",
                    "label": r"\partial g/\partial y",
                    "mistakes": {"PAR-03": "«a»*«k»*x^(«k» - 1) + «m»*y^(«m» - 1)", "SCA-02": "y^(«m» - 1)"},
                },
            },
        ),
        hints=(
            r"A number and a formula in $y$.",
            r"For `dx` put $y=1$: $g=2x+1$. For `dy` put $x=10$: $g=20+y^8$.",
            r"Section 3. A term that does not contain the moving variable is a constant.",
            r"When $x$ moves, the second term adds nothing.",
            r"A twin: $7x+y^3$ has the partial derivatives $7$ and $3y^2$.",
        ),
    ),
    Exercise(
        id="A02-04",
        section="3",
        title="The gradient",
        prompt=r"""
Give the gradient $\nabla f$ of $f(x,y)=3x^2y$ in the article's layout, with $x$ before $y$. A row is typed with
commas, `"[u, v]"`, a column with a semicolon, `"[u; v]"`.""",
        variables=XY,
        points=2,
        parts=(
            Part(
                name="gradient",
                label=r"\nabla(3x^2y)",
                key="[6 x y, 3 x^2]",
                mistakes=(
                    Mistake("PAR-06", "6 x y + 3 x^2", r"The gradient lists the partial derivatives side by side. It does not add them."),
                    Mistake("PAR-07", "[3 x^2, 6 x y]", r"Entry $1$ belongs to the first variable, $x$, entry $2$ to $y$. Yours stand the other way round."),
                    Mistake("PAR-08", "[6 x y; 3 x^2]", r"Right numbers, wrong layout: in this article a gradient lies down, it is a row.", credit=0.5),
                    Mistake("PAR-02", "[6 x, 3 x^2]", r"A constant factor is lost. What stands still and multiplies stays, in both entries.", also=("[6 x, 3]", "[6 x y, 3]")),
                ),
            ),
        ),
        hints=(
            r"One output and two inputs: a row, $1\times2$.",
            r"Entry 1 is $\partial f/\partial x$, entry 2 is $\partial f/\partial y$.",
            r"Section 3: the gradient is the horizontal list of the partial derivatives. You found them in A02-01 and A02-02.",
            r"Begin with `[`, the derivative by $x$, and a comma.",
            r"A twin: $\nabla(5x^3y^2)=[15x^2y^2,\;10x^3y]$.",
        ),
    ),
    Exercise(
        id="A02-05",
        section="3",
        title="A product of the two",
        prompt=r"""Let $f(x,y)=xy$. Give both partial derivatives.""",
        variables=XY,
        points=1,
        parts=(
            Part(
                name="dx",
                label=r"\partial(xy)/\partial x",
                f="x y",
                wrt="x",
                key="y",
                mistakes=(
                    Mistake("PAR-03", "x + y", r"A partial derivative moves one variable only. You let both move, as the product rule does."),
                    Mistake("PAR-10", "x", r"When $x$ moves, the factor that stands still is the one that stays."),
                    Mistake("PAR-02", "1", r"A factor that stands still is not thrown away: it stays."),
                ),
            ),
            Part(
                name="dy",
                label=r"\partial(xy)/\partial y",
                f="x y",
                wrt="y",
                key="x",
                mistakes=(
                    Mistake("PAR-03", "x + y", r"A partial derivative moves one variable only. You let both move, as the product rule does."),
                    Mistake("PAR-10", "y", r"When $y$ moves, the factor that stands still is the one that stays."),
                    Mistake("PAR-02", "1", r"A factor that stands still is not thrown away: it stays."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "k": (2, 3, 4)},
            prompt=r"""Let $f(x,y)=«a»x^{«k»}y$. Give both partial derivatives.""",
            parts={"dx": {"f": "«a»*x^«k»*y", "label": r"\partial f/\partial x", "mistakes": {}}, "dy": {"f": "«a»*x^«k»*y", "label": r"\partial f/\partial y", "mistakes": {}}},
        ),
        hints=(
            r"Each answer is one letter long.",
            r"Put $y=5$: $f=5x$. Then put $x=3$: $f=3y$.",
            r"Section 3: the other variable is a constant factor.",
            r"$\frac{\partial}{\partial x}xy=y\cdot\frac{\partial}{\partial x}x$.",
            r"A twin: $xy^3$ has the partial derivatives $y^3$ and $3xy^2$.",
        ),
    ),
    Exercise(
        id="A02-06",
        section="3",
        title="Product and chain together",
        prompt=r"""Let $f(x,y)=x\,e^{xy}$. Give both partial derivatives. You may type `exp(x y)` or `e^(x y)`.""",
        variables=XY,
        points=3,
        parts=(
            Part(
                name="dx",
                label=r"\partial(x\,e^{xy})/\partial x",
                f="x exp(x y)",
                wrt="x",
                key="(1 + x y) exp(x y)",
                lines=("1*exp(x y) + x*(exp(x y)*y)", "(1 + x y) exp(x y)"),
                mistakes=(
                    Mistake("PAR-09", "x y exp(x y)", r"$x$ occurs twice, in front and in the exponent. Product rule first: one more term is missing."),
                    Mistake("PAR-13", "exp(x y)", r"$x$ also occurs in the exponent: the term in which the exponential moves is missing."),
                    Mistake("PAR-14", "y exp(x y)", r"That is the derivative of $e^{xy}$ alone. Keep the factor $x$ and add the term in which it moves."),
                    Mistake("PAR-15", "exp(x y) + x exp(x y)", r"Two terms, as it should be; in the second the inner derivative of $xy$ by $x$ is missing."),
                    Mistake("PAR-16", "exp(x y) + x^2 exp(x y)", r"Two terms, as it should be; the inner derivative of $xy$ by $x$ is not $x$."),
                ),
            ),
            Part(
                name="dy",
                label=r"\partial(x\,e^{xy})/\partial y",
                f="x exp(x y)",
                wrt="y",
                key="x^2 exp(x y)",
                lines=("x*(exp(x y)*x)", "x^2 exp(x y)"),
                mistakes=(
                    Mistake("CH1-01", "x exp(x y)", r"The inner derivative is missing: how fast does the exponent $xy$ grow when $y$ moves?"),
                    Mistake("PAR-17", "x y exp(x y)", r"The inner derivative of $xy$ by $y$ is not $y$."),
                    Mistake("PAR-02", "exp(x y)", r"$x$ stands still, so it stays as a factor. And what is the inner derivative of $xy$ by $y$?"),
                    Mistake("PAR-18", "0", r"The exponent contains $y$, so $f$ does change when $y$ moves."),
                ),
            ),
        ),
        template=Template(
            draws={"a": (2, 3, 5), "g": (("exp", r"\exp"), ("sin", r"\sin"), ("cos", r"\cos"))},
            prompt=r"Let $f(x,y)=x\,«g»(«a»xy)$. Give both partial derivatives.",
            parts={
                "dx": {"f": "x*«g»(«a»*x*y)", "label": r"\partial f/\partial x", "lines": (), "mistakes": {}},
                "dy": {"f": "x*«g»(«a»*x*y)", "label": r"\partial f/\partial y", "lines": (), "mistakes": {}},
            },
        ),
        hints=(
            r"Each answer is a formula in $x$ and $y$.",
            r"For `dx` put $y=3$: $x\,e^{3x}$, a product. For `dy` put $x=2$: $2\,e^{2y}$.",
            r"Section 3; product and chain rules of section 2.",
            r"`dx`, first term of the product rule: $1\cdot e^{xy}$.",
            r"A twin: $y\sin(xy)$ has $\frac{\partial}{\partial x}=y^2\cos(xy)$ and $\frac{\partial}{\partial y}=\sin(xy)+xy\cos(xy)$.",
        ),
    ),
    Exercise(
        id="A02-07",
        section="3",
        title="Three variables",
        prompt=r"""Let $f(x,y,z)=xy^2+\sin(yz)$. Give its gradient, variables in the order $x,y,z$.""",
        variables={**XY, "z": ""},
        points=3,
        parts=(
            Part(
                name="gradient",
                label=r"\nabla f",
                key="[y^2, 2 x y + z cos(y z), y cos(y z)]",
                mistakes=(
                    Mistake("PAR-08", "[y^2; 2 x y + z cos(y z); y cos(y z)]", r"Right numbers, wrong layout: in this article a gradient lies down, it is a row.", credit=0.5),
                    Mistake("CH1-01", "[y^2, 2 x y + cos(y z), cos(y z)]", r"The inner derivatives are missing: when $y$ moves, $yz$ grows $z$ times as fast. And when $z$ moves?"),
                    Mistake("PAR-19", "[y^2, 2 x y + y cos(y z), z cos(y z)]", r"The inner derivatives are swapped: when $y$ moves, which factor of $yz$ stands still?"),
                    Mistake("PAR-20", "[y^2, z cos(y z), y cos(y z)]", r"In the second entry one term is missing: $xy^2$ and $\sin(yz)$ both contain $y$.", also=("[y^2, 2 x y, y cos(y z)]",)),
                    Mistake("PAR-04", "[y^2 + sin(y z), 2 x y + z cos(y z), y cos(y z)]", r"A term without the variable that moves is constant, and vanishes. Does $\sin(yz)$ contain $x$?", also=("[y^2 + sin(y z), 2 x y + z cos(y z), x y^2 + y cos(y z)]",)),
                    Mistake("PAR-06", "y^2 + 2 x y + z cos(y z) + y cos(y z)", r"The gradient lists the partial derivatives side by side. It does not add them."),
                ),
            ),
        ),
        hints=(
            r"One output and three inputs: a row, $1\times3$.",
            r"Entry 2: both terms contain $y$. Entry 1: only the first term contains $x$.",
            r"Section 3; for the sine the chain rule of section 2.",
            r"Entry 1 is $\frac{\partial}{\partial x}xy^2$, since $\sin(yz)$ stands still.",
            r"A twin: $x^2z+e^{yz}$ has the gradient $[2xz,\;z\,e^{yz},\;x^2+y\,e^{yz}]$.",
        ),
    ),
    Exercise(
        id="A02-08",
        section="3",
        title="What a gradient is good for",
        prompt=r"""
Again $f(x,y)=3x^2y$, at the point $(x,y)=(1,2)$. Give the gradient there in numbers, and use it to **estimate**
$f(1.01,\,2)-f(1,2)$ to first order: partial derivative times step.""",
        points=2,
        parts=(
            Part(
                name="gradient",
                kind="number",
                label=r"\nabla f\text{ at }(1,2)",
                key="[12, 3]",
                mistakes=(
                    Mistake("PAR-07", "[3, 12]", r"The entry for $x$ comes first, then the one for $y$."),
                    Mistake("PAR-08", "[12; 3]", r"Right numbers, wrong layout: a gradient lies down, it is a row.", credit=0.5),
                    Mistake("PAR-06", "15", r"The gradient lists the two numbers side by side. It does not add them."),
                    Mistake("PAR-02", "[6, 3]", r"In the first entry a factor $2$ is lost: the exponent that comes down, or $y=2$?"),
                ),
            ),
            Part(
                name="estimate",
                kind="number",
                label=r"f(1.01,2)-f(1,2)\approx",
                key="0.12",
                tolerance=1e-4,
                carries="gradient [0.01; 0]",
                mistakes=(
                    Mistake("PAR-21", "0.1206", r"That is the true change. The estimate takes the slope at the point times the step, and is a little off."),
                    Mistake("PAR-22", "0.03", r"Only $x$ moves here, so the entry for $x$ is needed."),
                    Mistake("PAR-23", "0.15", r"Only $x$ moves: the entry for $y$ is multiplied by a step of $0$."),
                    Mistake("PAR-24", "12", r"That is the slope. The step is $0.01$, not $1$."),
                ),
            ),
        ),
        hints=(
            r"A row of two numbers, and a number.",
            r"You found $\partial f/\partial x$ in A02-01: put $x=1$, $y=2$ in.",
            r"Section 3. To first order the change is $\frac{\partial f}{\partial x}\Delta x+\frac{\partial f}{\partial y}\Delta y$.",
            r"Here $\Delta x=0.01$ and $\Delta y=0$.",
            r"A twin: $f=x^2y$ at $(2,5)$ has the gradient $[20,4]$; a step of $0.1$ in $y$ changes $f$ by about $0.4$.",
        ),
    ),
    Exercise(
        id="A02-09",
        section="3",
        title="The affine part of a neuron",
        prompt=r"""
With two inputs, the affine part of a neuron is $z=w_1x_1+w_2x_2+b$. All letters are numbers. Fill in four partial
derivatives.""",
        variables=AFFINE,
        points=4,
        parts=(
            Part(
                name="dw1",
                label=r"\partial z/\partial w_1",
                f="w_1 x_1 + w_2 x_2 + b",
                wrt="w1",
                key="x_1",
                mistakes=(
                    Mistake("ACT-02", "w_1", r"Here $w_1$ moves. Which factor of $w_1x_1$ stands still, and so stays?"),
                    Mistake("ACT-12", "x_1 + x_2", r"The term $w_2x_2$ does not contain $w_1$."),
                    Mistake("PAR-03", "x_1 + w_1", r"A partial derivative moves one variable only; $x_1$ stands still."),
                ),
            ),
            Part(
                name="dw2",
                label=r"\partial z/\partial w_2",
                f="w_1 x_1 + w_2 x_2 + b",
                wrt="w2",
                key="x_2",
                mistakes=(
                    Mistake("ACT-02", "w_2", r"Here $w_2$ moves. Which factor of $w_2x_2$ stands still, and so stays?"),
                    Mistake("ACT-12", "x_1 + x_2", r"The term $w_1x_1$ does not contain $w_2$."),
                ),
            ),
            Part(
                name="db",
                label=r"\partial z/\partial b",
                f="w_1 x_1 + w_2 x_2 + b",
                wrt="b",
                key="1",
                mistakes=(
                    Mistake("ACT-03", "0", r"Here $b$ is what moves: it is no constant. By how much does $z$ grow when $b$ grows by $1$?"),
                    Mistake("ACT-04", "b", r"$z$ contains $b$ itself, once. Its slope in $b$ is a number."),
                ),
            ),
            Part(
                name="dx1",
                label=r"\partial z/\partial x_1",
                f="w_1 x_1 + w_2 x_2 + b",
                wrt="x1",
                key="w_1",
                mistakes=(
                    Mistake("ACT-02", "x_1", r"Here $x_1$ moves. Which factor of $w_1x_1$ stands still, and so stays?"),
                    Mistake("ACT-12", "w_1 + w_2", r"The term $w_2x_2$ does not contain $x_1$."),
                ),
            ),
        ),
        hints=(
            r"Each answer is one letter with its index, or a number.",
            r"Only one of the three terms contains $w_1$.",
            r"Section 3: everything but the moving letter is constant.",
            r"$\frac{\partial}{\partial w_1}w_1x_1=x_1\cdot\frac{\partial}{\partial w_1}w_1$.",
            r"A twin: $z=w_1^2x_1+b$ has $\partial z/\partial w_1=2w_1x_1$ and $\partial z/\partial x_1=w_1^2$.",
        ),
    ),
    Exercise(
        id="A02-10",
        section="3",
        title="The shape of a gradient",
        prompt=r"""A function $f:\mathbb R^5\to\mathbb R$ takes five numbers and gives one. What shape does its gradient have in this course?""",
        points=1,
        parts=(
            Part(
                name="shape",
                kind="choice",
                choices=(r"$5\times5$", r"$5\times1$", r"$1\times1$", r"$1\times5$"),
                key="d",
                mistakes=(
                    Mistake("NOT-05", "a", r"$f$ has one output, so there is one row of partial derivatives."),
                    Mistake("PAR-08", "b", r"The right count, but in this article a gradient lies down. (Other books stand it up.)", credit=0.5),
                    Mistake("PAR-06", "c", r"The five partial derivatives are listed, not added up."),
                ),
            ),
        ),
        hints=(
            r"The answer is a letter.",
            r"How many partial derivatives are there?",
            r"Section 3: the gradient is a horizontal list.",
            r"One output makes one row.",
            r"A twin: $f:\mathbb R^2\to\mathbb R$ has a gradient of shape $1\times2$, such as $[2xy,\,x^2]$.",
        ),
    ),
    Exercise(
        id="A02-11",
        section="3",
        title="Find the error",
        prompt=r"""
Somebody differentiates $(w_1x_1+w_2x_2+b)^2$ by $w_1$. Which line is the first wrong one, and what is the right derivative? You may write `u`.""",
        variables={**AFFINE, "u": ""},
        where={"u": "w_1 x_1 + w_2 x_2 + b"},
        points=2,
        parts=(
            Part(
                name="line",
                kind="error",
                label=r"\text{the first wrong line}",
                lines=(
                    r"Let $u=w_1x_1+w_2x_2+b$.",
                    r"$\frac{d}{du}u^2=2u$.",
                    r"$\frac{\partial u}{\partial w_1}=x_1+x_2$.",
                    r"So the derivative is $2u\,(x_1+x_2)$.",
                ),
                key=3,
                mistakes=(
                    Mistake("ACT-12", 4, r"The last line does follow from those before it. Check each factor."),
                    Mistake("ERR-01", 2, r"This line is right. Read on.", also=(1,)),
                ),
            ),
            Part(
                name="right",
                label=r"\text{the right derivative}",
                f="(w_1 x_1 + w_2 x_2 + b)^2",
                wrt="w1",
                key="2 (w_1 x_1 + w_2 x_2 + b) x_1",
                mistakes=(
                    Mistake("ACT-12", "2 (w_1 x_1 + w_2 x_2 + b) (x_1 + x_2)", r"That is what the wrong lines end with. The term $w_2x_2$ does not contain $w_1$."),
                    Mistake("CH1-01", "2 (w_1 x_1 + w_2 x_2 + b)", r"The inner derivative $\partial u/\partial w_1$ is missing."),
                    Mistake("ACT-02", "2 (w_1 x_1 + w_2 x_2 + b) w_1", r"Here $w_1$ moves. Which factor of $w_1x_1$ stands still?"),
                ),
            ),
        ),
        hints=(
            r"`line` is a line's number, `right` a formula.",
            r"Which terms of $u$ contain $w_1$?",
            r"Section 3 for $\partial u/\partial w_1$, section 2 for the chain rule.",
            r"Lines 1 and 2 are right.",
            r"A twin: $\frac{\partial}{\partial w_2}(w_1+5w_2)^2=2(w_1+5w_2)\cdot5$.",
        ),
    ),
    Exercise(
        id="A02-12",
        section="3",
        title="Partial derivatives by computer",
        prompt=r"""
Write `partial(f, args, k, h)`. It estimates the partial derivative of `f` in its argument number `k` (counted from
$0$) at the point `args`, a list of numbers, perhaps whole ones, by the central difference with the step `h`,
$$\frac{f(\ldots,a_k+h,\ldots)-f(\ldots,a_k-h,\ldots)}{2h}.$$
Call `f` as `f(*args)`, and work on a copy of the list `args`, so that it stays as it is. For `f = lambda x, y: 3*x**2*y`, `args = [1, 2]` and
`h = 1e-6` the two results are near $12$ and $3$. Your function will be called with such a step, and also with a much larger one.""",
        points=4,
        parts=(
            Part(
                name="partial",
                kind="code",
                label=r"\texttt{partial}",
                key=partial,
                tolerance=1e-4,
                signature=Signature(
                    "partial",
                    {
                        "f": Given(
                            choices=(
                                Given(formula="3 x^2 y", variables=XY),
                                Given(formula="x sin(y z) + z^2", variables={"x": "", "y": "", "z": ""}),
                                Given(formula="exp(x) y - x y^2", variables=XY),
                                Given(formula="x y^3 + 2 y", variables=XY),
                                Given(formula="x^3 y - y^2", variables=XY),
                            )
                        ),
                        "args": Given(
                            choices=(Given([1.5, 2.25]), Given([0.7, -1.2, 2.1]), Given([0.4, -1.7]), Given([1.3, 0.75]), Given([3, 2])),
                            vary=True,
                        ),
                        "k": Given(choices=(Given(0), Given(2), Given(1), Given(1), Given(0))),
                        "h": Given(choices=(Given(1e-6), Given(1e-6), Given(1e-5), Given(0.5), Given(0.5))),
                    },
                    returns="a number",
                    sizes=({}, {}, {}, {}, {}),
                ),
                mistakes=(
                    Mistake("NUM-01", partial_over_h, r"Your results are twice too large: the two points are $2h$ apart, so divide by $2h$."),
                    Mistake("NUM-10", partial_times_h, r"In code `/2*h` divides by $2$ and then multiplies by $h$. Write `/(2*h)`."),
                    Mistake("PAR-25", partial_in_the_first, r"You always move the first argument. Move argument number `k`."),
                    Mistake("NUM-04", partial_of_all_at_once, r"You move all arguments together. A partial derivative moves one and holds the rest."),
                    Mistake("NUM-02", partial_with_tiny_step, r"Your results are all $0$: the step does not reach `f`. Is it so small that rounding swallows it, or is the same point used twice? Use the `h` that is given; and `b = a` is no copy of a list, `b = list(a)` is one.", also=(partial_with_lost_step,)),
                    Mistake("own-step", partial_with_own_step, r"You take a step of your own, and not the `h` that is given. With a large `h` that shows."),
                    Mistake("NUM-09", partial_of_whole_numbers, r"Where `args` holds whole numbers, an array made of it does too, and the step is cut off. `list(args)` can hold fractions, and so can `np.array(args, dtype=float)`."),
                    Mistake("sign-reversed", partial_backwards, r"The sign is turned round: take the value at $a_k+h$ first, and subtract the one at $a_k-h$."),
                    Mistake("NUM-05", partial_not_restored, r"The second point is not $a_k-h$: from $a_k+h$ it takes two steps down to get there. (Work on a copy, or put `args` back.)"),
                    Mistake("NUM-08", partial_to_one_side, r"That is the difference to one side. Take a step in both directions: it is much more exact."),
                ),
            ),
        ),
        hints=(
            r"The function returns one number.",
            r"You need `f` at two points that differ from `args` in place `k` only.",
            r"Section 3: hold all variables still but one.",
            r"Begin: `up = list(args)` makes a copy; then `up[k] = up[k] + h`.",
            r"A twin, by hand: $f(x)=x^2$ at $3$ with $h=0.1$: $(3.1^2-2.9^2)/0.2=(9.61-8.41)/0.2=6$.",
        ),
    ),
)
