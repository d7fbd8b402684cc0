"""P01, the final project: a two-layer network, trained with gradients that the student derives and programs."""

import numpy as np

from matcalc_ref.record import Exercise, Given, Mistake, Part, Signature

GOAL = 0.02  # the loss that the trained network must reach


def _forward(W, b, v, c, X):
    return np.maximum(X @ W.T + b, 0) @ v + c


def _forward_linear(W, b, v, c, X):
    return (X @ W.T + b) @ v + c


def _forward_without_c(W, b, v, c, X):
    return _forward(W, b, v, 0.0, X)


def _forward_without_b(W, b, v, c, X):
    return _forward(W, 0 * b, v, c, X)


def _forward_twice(W, b, v, c, X):
    return np.maximum(np.maximum(X @ W.T + b, 0) @ v + c, 0)


def _loss_and_grads(W, b, v, c, X, y):
    Z = X @ W.T + b
    A = np.maximum(Z, 0)
    g = 2 / len(X) * (A @ v + c - y)
    G = np.outer(g, v) * (Z > 0)
    return np.mean((A @ v + c - y) ** 2), G.T @ X, G.sum(axis=0), g @ A, g.sum()


def _variant(mask=True, two=2.0, mean=True, bias=True, summed=False, values=False, kink=False):
    def loss_and_grads(W, b, v, c, X, y):
        Z = X @ W.T + b
        A = np.maximum(Z, 0)
        g = two / (len(X) if mean else 1) * (A @ v + c - y)
        G = np.outer(g, v) * (A if values else (Z > 0) | (kink & (Z == 0)) if mask else 1)
        return (np.sum if summed else np.mean)((A @ v + c - y) ** 2), G.T @ X, G.sum(axis=0) if bias else G, g @ A, g.sum()

    return loss_and_grads


def _train(W, b, v, c, X, y, eta, steps, kink=False):
    losses = []
    for _ in range(steps):
        Z = X @ W.T + b
        A = np.maximum(Z, 0)
        losses.append(np.mean((A @ v + c - y) ** 2))
        g = 2 / len(X) * (A @ v + c - y)
        G = np.outer(g, v) * ((Z > 0) | (kink & (Z == 0)))
        W, b, v, c = W - eta * G.T @ X, b - eta * G.sum(axis=0), v - eta * g @ A, c - eta * g.sum()
    losses.append(np.mean((np.maximum(X @ W.T + b, 0) @ v + c - y) ** 2))
    return np.array(losses)


def _train_uphill(W, b, v, c, X, y, eta, steps):
    return _train(W, b, v, c, X, y, -eta, steps)


def _train_one_at_zero(W, b, v, c, X, y, eta, steps):
    return _train(W, b, v, c, X, y, eta, steps, kink=True)


def _train_one_short(W, b, v, c, X, y, eta, steps):
    return _train(W, b, v, c, X, y, eta, steps)[:-1]


def _train_first_missing(W, b, v, c, X, y, eta, steps):
    return _train(W, b, v, c, X, y, eta, steps)[1:]


def _train_updated_too_early(W, b, v, c, X, y, eta, steps):
    losses = []
    for _ in range(steps):
        Z = X @ W.T + b
        A = np.maximum(Z, 0)
        losses.append(np.mean((A @ v + c - y) ** 2))
        g = 2 / len(X) * (A @ v + c - y)
        v, c = v - eta * g @ A, c - eta * g.sum()
        G = np.outer(g, v) * (Z > 0)
        W, b = W - eta * G.T @ X, b - eta * G.sum(axis=0)
    losses.append(np.mean((np.maximum(X @ W.T + b, 0) @ v + c - y) ** 2))
    return np.array(losses)


def _one_after_the_other(order):
    def train(W, b, v, c, X, y, eta, steps):
        now, losses = {"W": W, "b": b, "v": v, "c": c}, []
        for _ in range(steps):
            losses.append(_loss_and_grads(**now, X=X, y=y)[0])
            for name in order:
                gradient = dict(zip("Wbvc", _loss_and_grads(**now, X=X, y=y)[1:], strict=True))[name]
                now[name] = now[name] - eta * gradient
        return np.array([*losses, _loss_and_grads(**now, X=X, y=y)[0]])

    return train


def _trained(X, y):
    random = np.random.default_rng(0)
    h, n = 16, X.shape[1]
    W, b, v, c = random.normal(size=(h, n)), random.normal(size=h), random.normal(size=h) / np.sqrt(h), 0.0
    for _ in range(3000):
        Z = X @ W.T + b
        A = np.maximum(Z, 0)
        g = 2 / len(X) * (A @ v + c - y)
        G = np.outer(g, v) * (Z > 0)
        W, b, v, c = W - 0.1 * G.T @ X, b - 0.1 * G.sum(axis=0), v - 0.1 * g @ A, c - 0.1 * g.sum()
    return W, b, v, c


def _reached(value, X, y):
    W, b, v, c = (np.asarray(part, dtype=float) for part in value)
    if W.ndim != 2 or b.shape != W.shape[:1] or v.shape != b.shape or W.shape[1] != X.shape[1] or c.size != 1:
        return "Return W (h×n), b (length h), v (length h) and c (a number), in this order; these shapes do not fit."
    if W.size > 100_000:
        return "That is a network of more than 100,000 units; a few dozen are plenty."
    loss = float(np.mean((np.maximum(X @ W.T + b, 0) @ v + float(c.reshape(())) - y) ** 2))
    if not loss < GOAL:
        return f"The loss on this data is {loss:.3g}; it should get below {GOAL}. More steps, another step size, another start?"
    return True


def _inputs(chance):
    return 2 * chance.uniform(60)[:, None] - 1


def _targets(chance):
    """One wave, not faster than the notebook's, up or down, from another start."""
    x = _inputs(chance)[:, 0]
    up, speed, start = chance.uniform(3)
    return (1 if up < 0.5 else -1) * np.sin((2 + speed) * x + 1.2 * (start - 0.5)) + 0.1 * chance.uniform(60) - 0.05


NETWORK = {"X": "N,n", "W": "h,n", "b": "h", "v": "h", "c": "", "y": "N", "Z": "N,h", "A": "N,h", "e": "N"}
VALUES = {
    "Z": "X W^T + ones(N) b^T",
    "A": "relu(X W^T + ones(N) b^T)",
    "e": "relu(X W^T + ones(N) b^T) v + c - y",
}
FLAT = Given([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]], array=True)
ARGUMENTS = {  # in the last calls all of Z lies on the kink, and close to it on both sides
    "W": Given(choices=("h,n", "h,n", "h,n", FLAT, FLAT)),
    "b": Given(choices=("h", "h", "h", Given([0.0, 0.0, 0.0], array=True), Given([1e-4, -1e-4, 2e-4], array=True))),
    "v": "h",
    "c": "",
    "X": "N,n",
}
SIZES = ({"N": 6, "n": 2, "h": 4}, {"N": 5, "n": 3, "h": 7}, {"N": 7, "n": 1, "h": 3}, {"N": 5, "n": 2, "h": 3}, {"N": 6, "n": 2, "h": 3})
LAYERS = r"""The network has one hidden layer: $Z=XW^T+\vec 1\,\mathbf{b}^T$ and $A=\max(0,Z)$ entry by entry ($N\times h$), and one output for
each sample, the column $\mathbf{o}=A\mathbf{v}+c$. Its loss is $C=\frac1N\sum_i(o_i-y_i)^2$, and $\mathbf{e}=\mathbf{o}-\mathbf{y}$ is the
column of the errors."""

EXERCISES = (
    Exercise(
        id="P01-01",
        section="6",
        title="On paper: the output layer",
        prompt=LAYERS
        + r"""

Give $\partial C/\partial\mathbf{v}$ (a row) and $\partial C/\partial c$. You may use `A` and `e`.""",
        variables=NETWORK,
        where=VALUES,
        points=3,
        parts=(
            Part(
                "dv",
                label=r"\partial C/\partial\mathbf{v}",
                f="(1/N) norm(A v + c - y)^2",
                wrt="v",
                key="(2/N) e^T A",
                mistakes=(
                    Mistake("LOS-01", "2 e^T A", r"The $1/N$ of the mean is lost."),
                    Mistake("LOS-02", "(1/N) e^T A", "The square brings down a 2."),
                    Mistake("pre-activation", "(2/N) e^T Z", r"$\mathbf{v}$ acts on the hidden layer's output $A$, not on $Z$."),
                    Mistake("LOS-03", "-(2/N) e^T A", r"Here the error is output minus target, so there is no minus left."),
                    Mistake("LOS-21", "(2/N) e^T", r"That is $\partial C/\partial\mathbf{o}$; go on to $\mathbf{v}$."),
                ),
            ),
            Part(
                "dc",
                label=r"\partial C/\partial c",
                f="(1/N) norm(A v + c - y)^2",
                wrt="c",
                key="(2/N) sum(e)",
                mistakes=(
                    Mistake("LOS-14", "(2/N) e", r"Add over the samples: $c$ is shared by all of them."),
                    Mistake("LOS-11", "(1/N) sum(e)", "The square brings down a 2."),
                    Mistake("LOS-01", "2 sum(e)", r"The $1/N$ of the mean is lost."),
                ),
            ),
        ),
        hints=(
            r"$1\times h$ and a number.",
            r"Entry $j$ of the first: $\frac2N\sum_ie_iA_{ij}$.",
            r"Section 6: it is the loss of A09 with $A$ in the place of $X$, and without the max.",
            r"$\partial C/\partial\mathbf{o}=\frac2N\mathbf{e}^T$ comes first.",
            r"A twin: without the mean, $\lVert A\mathbf{v}+c-\mathbf{y}\rVert^2$ has $2\mathbf{e}^TA$ and $2\,\mathrm{sum}(\mathbf{e})$.",
        ),
    ),
    Exercise(
        id="P01-02",
        section="6",
        title="On paper: the hidden layer",
        prompt=LAYERS
        + r"""

Give $\partial C/\partial Z$ **in the shape of $Z$**, $\partial C/\partial W$ **in the shape of $W$** and
$\partial C/\partial\mathbf{b}$ as a row. You may use `Z`, `A` and `e`; `[Z > 0]` is a matrix of zeros and ones.""",
        variables=NETWORK,
        where=VALUES,
        points=5,
        parts=(
            Part(
                "dZ",
                label=r"\partial C/\partial Z",
                f="(1/N) norm(relu(Z) v + c - y)^2",
                wrt="Z",
                key="(2/N) [Z > 0] ⊙ (e v^T)",
                weight=2,
                mistakes=(
                    Mistake("LAY-12", "(2/N) e v^T", r"The cut is missing: inactive units pass nothing back."),
                    Mistake("LAY-03", "(2/N) [Z > 0] ⊙ (e ones(h)^T)", r"Unit $j$ reaches the output through $v_j$: each column has its own factor."),
                    Mistake("ACT-06", "(2/N) A ⊙ (e v^T)", "Mask by the slopes, 0 or 1, not by the activations."),
                    Mistake("LOS-01", "2 [Z > 0] ⊙ (e v^T)", r"The $1/N$ of the mean is lost."),
                ),
            ),
            Part(
                "dW",
                label=r"\partial C/\partial W",
                f="(1/N) norm(relu(X W^T + ones(N) b^T) v + c - y)^2",
                wrt="W",
                key="(2/N) ([Z > 0] ⊙ (e v^T))^T X",
                carries="dZ^T X",
                weight=2,
                mistakes=(
                    Mistake("LAY-12", "(2/N) v e^T X", r"The cut is missing: inactive units pass nothing back."),
                    Mistake("LAY-07", "(2/N) X^T ([Z > 0] ⊙ (e v^T))", r"Right numbers, but $W$ is $h\times n$: the gradient must have its shape.", credit=0.5),
                    Mistake("LOS-01", "2 ([Z > 0] ⊙ (e v^T))^T X", r"The $1/N$ of the mean is lost."),
                ),
            ),
            Part(
                "db",
                label=r"\partial C/\partial\mathbf{b}",
                f="(1/N) norm(relu(X W^T + ones(N) b^T) v + c - y)^2",
                wrt="b",
                key="(2/N) ones(N)^T ([Z > 0] ⊙ (e v^T))",
                carries="ones(N)^T dZ",
                mistakes=(
                    Mistake("LAY-05", "(2/N) ([Z > 0] ⊙ (e v^T))", r"$\mathbf{b}$ is used by every sample: add over the samples."),
                    Mistake("LAY-12", "(2/N) sum(e) v^T", r"The cut is missing: inactive units pass nothing back."),
                ),
            ),
        ),
        hints=(
            r"$N\times h$, $h\times n$, $1\times h$.",
            r"$\partial C/\partial Z_{ij}$ has three factors beside $\frac2N$: the sample's error, the unit's way to the output, and whether the unit is active.",
            r"$\mathbf{e}\mathbf{v}^T$ is the matrix of all products $e_iv_j$; then A10-08 with $G=\partial C/\partial Z$.",
            "`(2/N) [Z > 0] ⊙ (…)`",
            r"A twin with $\tanh$ in the place of the cut: $\frac2N(1-A\otimes A)\otimes(\mathbf{e}\mathbf{v}^T)$.",
        ),
    ),
    Exercise(
        id="P01-03",
        section="6",
        title="Code: forward and backward",
        prompt=r"""Program what you derived. `W` is $h\times n$, `b` and `v` are 1-D arrays of length $h$, `c` is a number, `X` is $N\times n$, `y` a 1-D array of length
$N$.

- `forward(W, b, v, c, X)` returns the outputs $\mathbf{o}$, a 1-D array of length $N$.
- `loss_and_grads(W, b, v, c, X, y)` returns five things, in this order: the loss, and its derivatives by `W`, `b`, `v`, `c`, each in the shape of its
  variable. Where an entry of $Z$ is exactly 0, the slope is the article's.""",
        points=8,
        parts=(
            Part(
                "forward",
                "code",
                key=_forward,
                signature=Signature("forward", ARGUMENTS, returns="the outputs, a 1-D array", sizes=SIZES),
                mistakes=(
                    Mistake("max-forgotten", _forward_linear, r"The hidden layer's cut, $\max(0,Z)$, is missing."),
                    Mistake("max-twice", _forward_twice, "Only the hidden layer is cut off at 0; the outputs may be negative."),
                    Mistake("bias-forgotten", _forward_without_c, "The bias `c` is still to be added to each output."),
                    Mistake("hidden-bias-forgotten", _forward_without_b, "The hidden layer's bias `b` is still to be added, before the cut."),
                ),
            ),
            Part(
                "loss_and_grads",
                "code",
                key=_loss_and_grads,
                weight=3,
                signature=Signature(
                    "loss_and_grads",
                    {**ARGUMENTS, "y": "N"},
                    returns="the loss and its derivatives by W, b, v and c",
                    sizes=SIZES,
                ),
                mistakes=(
                    Mistake("LAY-12", _variant(mask=False), "Mask the hidden layer's gradient: where `Z` is not positive nothing passes back."),
                    Mistake("LOS-02", _variant(two=1.0), "In all gradients the factor 2 of the square is missing."),
                    Mistake("LOS-01", _variant(mean=False), r"All gradients have lost the $1/N$ of the mean."),
                    Mistake("LOS-01b", _variant(summed=True), r"The gradients are right; the loss has lost the $1/N$ of the mean."),
                    Mistake("ACT-06", _variant(values=True), "Mask by the slopes, 0 or 1 (`Z > 0`), not by the activations."),
                    Mistake("ACT-09", _variant(kink=True), "Right but where `Z` is 0: there this course takes the slope 0, so test `Z > 0`."),
                    Mistake("LAY-05", _variant(bias=False), "`b` is used by every sample: add over the samples (axis 0)."),
                    Mistake("LOS-03", _variant(two=-2.0), "All gradients have the wrong sign: the error is output minus target."),
                ),
            ),
        ),
        hints=(
            "`np.maximum(Z, 0)` cuts off; keep `Z` for the mask.",
            r"`np.outer(g, v)` is the matrix $\mathbf{g}\mathbf{v}^T$ for 1-D arrays.",
            "P01-01 and P01-02 have the formulas.",
            "`g = 2 / len(X) * (o - y)`",
            "A twin: the output layer alone is `g @ A` and `g.sum()`.",
        ),
    ),
    Exercise(
        id="P01-04",
        section="6.1",
        title="Code: gradient descent",
        prompt=r"""Write `train(W, b, v, c, X, y, eta, steps)`: take `steps` steps of gradient descent with the learning rate `eta`, all four parameters in each
step. Return the losses as a 1-D array of length `steps + 1`: the loss before each step, and the loss after the last. Leave the arguments as they are.""",
        points=4,
        parts=(
            Part(
                "train",
                "code",
                key=_train,
                tolerance=1e-6,
                signature=Signature(
                    "train",
                    {**ARGUMENTS, "y": "N", "eta": Given(choices=(Given(0.004), Given(0.002), Given(0.01))), "steps": Given(choices=(Given(6), Given(9), Given(1)))},
                    returns="the losses, a 1-D array with one more entry than there are steps",
                    sizes=SIZES,
                ),
                mistakes=(
                    Mistake("uphill", _train_uphill, "The gradient points uphill: subtract, do not add."),
                    Mistake("ACT-09", _train_one_at_zero, "Right but where `Z` is 0: there this course takes the slope 0, so test `Z > 0`."),
                    Mistake("one-short", _train_one_short, "The loss after the last step is missing at the end."),
                    Mistake("first-missing", _train_first_missing, "The loss before the first step is missing at the beginning."),
                    Mistake(
                        "BPP-05",
                        _train_updated_too_early,
                        "Compute all gradients with the old parameters first, and only then update.",
                        also=(_one_after_the_other("Wbvc"), _one_after_the_other("vcWb")),
                    ),
                ),
            ),
        ),
        hints=(
            r"A 1-D array with one entry more than there are steps.",
            r"With `steps=1`: the loss before, one step of all four parameters, the loss after.",
            r"Section 6.1, the last formula, for each parameter; call your `loss_and_grads` once for each step, and once more at the end.",
            r"`W = W - eta * dW` makes a new array; `W -= …` would change the caller's.",
            r"A twin, for $f(x)=x^2$ from $x=1$ with $\eta=0.1$ and two steps: the losses are $1$, $0.8^2=0.64$ and $0.64^2\approx0.41$.",
        ),
    ),
    Exercise(
        id="P01-05",
        section="6.1",
        title="Code: train it",
        prompt=rf"""Now choose for yourself: how many hidden units $h$, which random start, which $\eta$, how many steps. Write `trained(X, y)` for inputs `X` ($N\times 1$) between $-1$ and 1 and targets `y` that
follow one wave, as in the data above. Return `W`, `b`, `v`, `c` of the trained network, in this order. It is called with other waves, up or down, a little slower, or shifted (try yours on `-y`, and on $\sin(2x+0.5)$), and should reach a loss
below {GOAL} on each within a few seconds; leave some room. Fix the random start, for example with `np.random.default_rng(0)`, so that it gives the same every time.""",
        points=5,
        parts=(
            Part(
                "trained",
                "code",
                key=_trained,
                signature=Signature(
                    "trained",
                    {"X": Given(drawn=_inputs, array=True), "y": Given(drawn=_targets, array=True)},
                    returns="W, b, v and c of the trained network",
                    sizes=({}, {}),
                    measure=_reached,
                ),
            ),
        ),
        hints=(
            r"Four arrays: `W` is $h\times1$, and the others as in your `loss_and_grads`. `train` shows how the loss falls; `trained` returns where it ends.",
            r"Begin small: 10 hidden units and 200 steps, and plot the losses. Do they still fall at the end?",
            r"Section 6.1, the last formula, a few thousand times; that takes about a second.",
            r"Start `W` and `b` with `random.normal`, so that the kinks of the units lie in different places; 10 to 30 units are plenty.",
            r"If the loss explodes, make the step smaller; if it crawls, make it larger. A twin: for $f(x)=x^2$ the step $\eta=1.1$ explodes, $\eta=0.001$ crawls, and $\eta=0.3$ arrives.",
        ),
    ),
    Exercise(
        id="P01-06",
        section="6.2",
        title="Looking back",
        prompt=r"""Two questions about what you saw, or could see by trying.""",
        points=2,
        parts=(
            Part(
                "zeros",
                "choice",
                label=r"\text{All parameters start at 0. What happens?}",
                choices=(
                    r"Nothing special; only the first steps are slower.",
                    r"The loss explodes, as the network divides by zero.",
                    r"Only $c$ ever moves: with $Z=0$ no hidden unit is active, and $\mathbf{v}$ gets no gradient either, as $A=0$.",
                    r"All hidden units learn, but slowly, each something different.",
                ),
                key="c",
                mistakes=(
                    Mistake("ACT-09", "a", r"Look at the gradients: $[Z>0]$ at $Z=0$ is 0 in the article's convention."),
                    Mistake("explodes", "b", "Nothing is divided by a parameter. Look at the gradients: which of them are 0?"),
                    Mistake("BPP-03", "d", r"Look at the gradients: $[Z>0]$ at $Z=0$ is 0, and $A=0$."),
                ),
            ),
            Part(
                "bounce",
                "choice",
                label=r"\text{The loss jumps up and down and then grows without bound. The likely cause?}",
                choices=(
                    r"$\eta$ is too large: the steps overshoot.",
                    r"$\eta$ is too small: the steps do not reach the valley.",
                    r"There are too many hidden units.",
                    r"The gradient lacks the factor 2.",
                ),
                key="a",
                mistakes=(
                    Mistake("rate", "b", "Small steps go downhill reliably; they are just slow."),
                    Mistake("units", "c", "More units make the landscape richer; they do not make the steps overshoot by themselves."),
                    Mistake("LOS-02", "d", "A lost factor 2 makes the steps smaller: that is like a smaller $\\eta$."),
                ),
            ),
        ),
        hints=(
            r"Two letters. Try both in the notebook: it takes a minute.",
            r"For the first: one hidden unit, all parameters 0. What are $Z$ and $A$?",
            r"Sections 5, 6.1 and 6.2: write down all four gradients with every parameter 0. Which factors are zero?",
            r"Rule out one: nothing is divided by zero here, since nothing is divided by a parameter.",
            r"A twin for the second: on $f(x)=x^2$ a step makes $x(1-2\eta)$ of $x$. With $\eta=0.4$ it shrinks, with $\eta=1.1$ it jumps from side to side and grows.",
        ),
    ),
)
