"""A00, the diagnostic quiz: one question for each assignment, to see which of them to do."""

from matcalc_ref.record import Exercise, Mistake, Part


def _number(id, section, title, prompt, key, *mistakes):
    wrong = tuple(Mistake(name, answer, message) for name, answer, message in mistakes)
    return Exercise(id=id, section=section, title=title, prompt=prompt, points=1, parts=(Part("answer", "number", key=key, mistakes=wrong),))


EXERCISES = (
    _number(
        "A00-01",
        "2",
        "Scalar rules",
        r"""What is the slope of $5(x+x^3)$ at $x=2$?""",
        "65",
        ("SCA-05", "13", "A constant factor stays in front: it is not thrown away."),
        ("SCA-00", "50", "That is the value at 2; the slope is asked for. Differentiate first."),
    ),
    _number(
        "A00-02",
        "3",
        "Gradients",
        r"""What is the gradient of $f(x,y)=x^2y$ at $x=3$, $y=2$? Write a row as `"[a, b]"`.""",
        "[12, 9]",
        ("PAR-07", "[9, 12]", "Entry $j$ of the gradient belongs to variable $j$: $x$ first, then $y$."),
        ("PAR-06", "21", "The gradient lists the partials side by side; it does not add them."),
    ),
    Exercise(
        id="A00-03",
        section="4.1",
        title="Jacobians",
        prompt=r"""A function takes 4 numbers and returns 3. What is the shape of its Jacobian in the article's layout?""",
        points=1,
        parts=(
            Part(
                "answer",
                "shape",
                key="3,4",
                mistakes=(
                    Mistake("JAC-02", "4,3", "Rows count outputs, columns count inputs."),
                    Mistake("JAC-03", "4,4", "A Jacobian need not be square: rows count outputs, columns count inputs."),
                ),
            ),
        ),
    ),
    _number(
        "A00-04",
        "4.2",
        "Element-wise products",
        r"""$\mathbf{y}=\mathbf{w}\otimes\mathbf{x}$, entry by entry, with $\mathbf{w}=[1,2]^T$ and $\mathbf{x}=[3,4]^T$. What is
$\partial\mathbf{y}/\partial\mathbf{w}$? Write a matrix as `"[[a, b], [c, d]]"`.""",
        "[[3, 0], [0, 4]]",
        ("ELW-01", "[3; 4]", r"The numbers are right, but 2 outputs by 2 inputs make a $2\times 2$ matrix."),
        ("ELW-03", "[[3, 4], [3, 4]]", r"$y_1$ does not contain $w_2$: what is that entry?"),
        ("ACT-02", "[[1, 0], [0, 2]]", r"That is the derivative by $\mathbf{x}$; $\mathbf{w}$ moves here."),
    ),
    _number(
        "A00-05",
        "4.4",
        "Scalar expansion and sums",
        r"""$y=\mathrm{sum}(\mathbf{x}z)$, where the number $z$ multiplies each entry of $\mathbf{x}=[1,2,5]^T$. What is $\partial y/\partial z$?""",
        "8",
        ("SUM-04", "3", r"That would be right for $\mathrm{sum}(\mathbf{x}+z)$. Here term $i$ contributes $x_i$."),
        ("SUM-05", "[1; 2; 5]", r"The sum is already taken: $y$ is one number, and so is its derivative by $z$."),
    ),
    _number(
        "A00-06",
        "4.5.2",
        "Chain rules for numbers",
        r"""$y=x\,u$ with $u=x^2$. What is $dy/dx$ at $x=4$?""",
        "48",
        ("TOT-04", "32", r"That is the path through $u$ only; $x$ stands there directly as well."),
        ("TOT-05", "16", r"That is the direct path only; $u$ moves with $x$ as well."),
        ("SCA-18", "8", r"That is $du/dx$ alone. Here $x$ moves $y$ along two paths, and they are added."),
    ),
    _number(
        "A00-07",
        "4.5.3",
        "The vector chain rule",
        r"""At some $\mathbf{x}$ the Jacobian of $\mathbf{g}$ is $\begin{bmatrix}1&0\\2&1\end{bmatrix}$, and that of $\mathbf{f}$ at $\mathbf{g}(\mathbf{x})$
is $\begin{bmatrix}1&3\\0&1\end{bmatrix}$. What is the Jacobian of $\mathbf{f}(\mathbf{g}(\mathbf{x}))$?""",
        "[[7, 3], [2, 1]]",
        ("VCH-08", "[[1, 3], [2, 7]]", "The order is swapped: the outer function's Jacobian stands on the left."),
        ("element-wise-product", "[[1, 0], [0, 1]]", "The chain rule multiplies matrices, not entry by entry."),
    ),
    _number(
        "A00-08",
        "5",
        "A neuron",
        r"""A neuron computes $\max(0,\mathbf{w}\cdot\mathbf{x}+b)$ with $\mathbf{w}=[1,-1]^T$, $\mathbf{x}=[2,5]^T$, $b=1$. What is its gradient by
$\mathbf{w}$?""",
        "[0, 0]",
        ("ACT-05", "[2, 5]", r"Here $\mathbf{w}\cdot\mathbf{x}+b=-2$: the output is stuck at 0."),
        ("ACT-06", "[-4, -10]", r"The slope of $\max(0,z)$ is 0 or 1, not $z$."),
    ),
    _number(
        "A00-09",
        "6.1",
        "The loss",
        r"""For one sample an active neuron outputs $2$; the target is $5$ and the input $\mathbf{x}=[1,4]^T$. The loss is the square of target minus
output. What is its gradient by the weights?""",
        "[-6, -24]",
        ("LOS-03", "[6, 24]", "Target minus output: the minus in front of the output was lost."),
        ("LOS-02", "[-3, -12]", "The square brings down a 2."),
        ("LOS-21", "6", "That is the derivative by the difference; go on to the weights."),
        ("no-derivative", "9", "That is the loss itself; its gradient is asked for."),
    ),
    _number(
        "A00-10",
        "7",
        "A layer",
        r"""$\mathbf{z}=W\mathbf{x}+\mathbf{b}$ with a $2\times 2$ matrix $W$ and $\mathbf{x}=[3,4]^T$. The rest of the network has
$\partial L/\partial\mathbf{z}=[5,-1]$. What is $\partial L/\partial W_{12}$ (row 1, column 2)?""",
        "20",
        ("LAY-02", "-3", "The first index names the output, the second the input."),
        ("LAY-03", "4", r"Multiply by the upstream entry of the neuron that $W_{12}$ belongs to."),
    ),
    _number(
        "A00-11",
        "beyond",
        "Several layers",
        r"""$e=a^2$ and $L=e+4a$: the number $a$ is used twice. What is $dL/da$ at $a=3$?""",
        "10",
        ("BPP-07", "6", "That is the path through $e$ only; gradients of all uses are added."),
        ("TOT-03", "24", "The paths are added; only the links along one path are multiplied."),
    ),
    _number(
        "A00-12",
        "beyond",
        "Second derivatives",
        r"""The Hessian of $f=x_1^2x_2$ has in row 1, column 2 the second derivative by both variables. What is it at $x_1=3$, $x_2=5$?""",
        "6",
        ("HES-00", "30", r"That is the first derivative by $x_1$; differentiate it by $x_2$ now."),
        ("JAC-04", "0", r"$2x_1x_2$ does contain $x_2$."),
    ),
)
