"""Functions for the course's coding exercises: right in an odd form, and wrong in what few calls show."""

import numpy as np
import pytest

from graders.feedback import judge
from graders.study.local import ask_for
from matcalc_ref.catalogue import exercise
from matcalc_ref.language.objects.packing import pack


def slopes(f, w):
    steps = 1e-6 * np.eye(len(w))
    return np.column_stack([(f(w + step) - f(w - step)) / 2e-6 for step in steps])


def off_the_diagonal(f, w):
    return slopes(f, w) * (1 - np.eye(len(w)))


def neuron(on):
    return lambda w, x, b: (on(w, x, b) * x, on(w, x, b), on(w, x, b) * w)


def softmax(less):
    def backward(Z, Y):
        with np.errstate(all="ignore"):
            E = np.exp(Z - less(Z))
            return (E / E.sum(axis=1, keepdims=True) - Y) / len(Z)

    return backward


def one_neuron(w, b, X, y, on=np.greater):
    z = X @ w + b
    e = np.maximum(z, 0) - y
    g = 2 / len(y) * e * on(z, 0)
    return [np.mean(e * e), list(g @ X), g.sum(keepdims=True)]


def network(W, b, v, c, X, y, on=np.greater):
    Z = X @ W.T + b
    e = np.maximum(Z, 0) @ v + c - y
    G = 2 / len(y) * np.outer(e, v) * on(Z, 0)
    return np.mean(e**2), G.T @ X, G.sum(axis=0), 2 / len(y) * e @ np.maximum(Z, 0), 2 * e.mean()


def training(on):
    def train(W, b, v, c, X, y, eta, steps):
        now, losses = [W, b, v, c], []
        for _ in range(steps + 1):
            loss, *slopes = network(*now, X, y, on)
            losses.append(loss)
            now = [value - eta * slope for value, slope in zip(now, slopes, strict=True)]
        return losses

    return train


def two_layer_loss(W1, b1, W2, b2, X, T):
    return np.sum((np.tanh(X @ W1.T + b1) @ W2.T + b2 - T) ** 2) / len(X)


def central(f, count, h=1e-5):
    """The derivatives of f by its first arguments, as difference quotients."""

    def slope(given, at, place):
        step = np.zeros(np.shape(given[at]))
        step[place] = h
        ends = [f(*given[:at], given[at] + way * step, *given[at + 1 :]) for way in (1, -1)]
        return (ends[0] - ends[1]) / (2 * h)

    def derivatives(*given):
        shapes = [np.shape(value) for value in given[:count]]
        return [
            np.reshape([slope(given, at, place) for place in np.ndindex(shape)], shape)
            for at, shape in enumerate(shapes)
        ]

    return derivatives


def chain_by_differences(fs, dfs, x):
    def value(x):
        for f in fs:
            x = f(x)
        return x

    return value(x), *central(value, 1)(x)


def logits(Z, Y):
    S = Z - Z.max(axis=1, keepdims=True)
    return -np.sum(Y * (S - np.log(np.exp(S).sum(axis=1, keepdims=True)))) / len(Z)


def by_logarithms(Z, Y):
    most = Z.max(axis=1, keepdims=True)
    return (np.exp(Z - (most + np.log(np.exp(Z - most).sum(axis=1, keepdims=True)))) - Y) / len(Z)


def backwards(fs, dfs, x):
    value, slope = exercise("A06-14").part("chain").key(fs, dfs, x)
    fs.reverse()
    return value, slope


def backward(dZ, X, W):
    return X.T @ dZ, dZ.sum(axis=0), dZ @ W


FUNCTIONS = [  # exercise, part, function, credit, mistake
    ("A01-05", "neuron", lambda w, x, b: np.maximum(w @ x + b, 0.0), 1, None),
    ("A01-05", "neuron", lambda w, x, b: np.logaddexp(0, w @ x + b), 0, None),
    ("A01-05", "neuron", lambda w, x, b: w @ x + b if b > 0 else 0.0, 0, None),
    ("A01-05", "neuron", lambda w, x, b: max(0.0, w[:3] @ x[:3] + b), 0, None),
    ("A04-14", "is_elementwise", lambda f, w: (np.abs(off_the_diagonal(f, w)) < 1e-4).all(), 1, None),
    ("A04-14", "is_elementwise", lambda f, w: (off_the_diagonal(f, w) < 1e-4).all(), 0, "size-forgotten"),
    ("A04-14", "is_elementwise", lambda f, w: (np.abs(off_the_diagonal(f, w)) < 5e-5).all(), 0, None),
    ("A04-14", "is_elementwise", lambda f, w: (np.abs(off_the_diagonal(f, w)) < 2e-4).all(), 0, None),
    ("A04-14", "is_elementwise", lambda f, w: abs(off_the_diagonal(f, w).sum()) < 1e-4, 0, None),
    ("A08-13", "relu_slope", lambda z: z > 0, 1, None),
    ("A08-13", "relu_slope", lambda z: z > -1 and z != 0, 0, None),
    ("A08-13", "relu_slope", lambda z: z > 1e-3, 0, None),
    ("A08-13", "relu_slope", lambda z: z > -1e-3 and z != 0, 0, None),
    ("A08-13", "neuron_grads", neuron(lambda w, x, b: w @ x + b > 0.5), 0, None),
    ("A08-13", "neuron_grads", neuron(lambda w, x, b: w[:3] @ x[:3] + b > 0), 0, None),
    ("A08-13", "neuron_grads", neuron(lambda w, x, b: [w @ x + b > 0]), 1, None),
    ("A08-13", "neuron_grads", neuron(lambda w, x, b: w @ x + b >= 0), 0, "ACT-09"),
    ("A08-13", "neuron_grads", neuron(lambda w, x, b: b > 0), 0, "ACT-16"),
    ("A08-13", "neuron_grads", neuron(lambda w, x, b: w @ x > 0), 0, "bias-forgotten"),
    ("A06-14", "chain", backwards, 0, "code-changed-input"),
    ("A10-13", "linear_backward", backward, 0.5, "LAY-07"),  # the transpose, by a name of its own
    ("A09-13", "loss_and_grads", one_neuron, 1, None),
    ("A09-13", "loss_and_grads", lambda *a: one_neuron(*a, on=np.greater_equal), 0, "ACT-09"),
    ("A09-13", "loss_and_grads", lambda *a: one_neuron(*a, on=lambda z, _: z > 1e-3), 0, None),
    ("A09-13", "loss_and_grads", lambda *a: one_neuron(*a, on=lambda z, _: (z > -1e-3) & (z != 0)), 0, None),
    ("A11-14", "softmax_ce_backward", softmax(lambda Z: Z.max(axis=1, keepdims=True)), 1, None),
    ("A11-14", "softmax_ce_backward", softmax(lambda Z: Z.mean(axis=1, keepdims=True)), 0, "code-nan"),
    ("A06-14", "chain", chain_by_differences, 0, "code-differences"),
    ("A11-13", "two_layer_grads", central(two_layer_loss, 4), 0, "code-differences"),
    ("A11-14", "softmax_ce_backward", by_logarithms, 1, None),
    ("A11-14", "softmax_ce_backward", lambda Z, Y: central(logits, 1)(Z, Y)[0], 0, "code-differences"),
    ("P01-03", "loss_and_grads", network, 1, None),
    ("P01-03", "loss_and_grads", lambda *a: network(*a, on=np.greater_equal), 0, "ACT-09"),
    ("P01-03", "loss_and_grads", lambda *a: network(*a, on=lambda z, _: z > 1e-3), 0, None),
    ("P01-03", "loss_and_grads", lambda *a: network(*a, on=lambda z, _: (z > -1e-3) & (z != 0)), 0, None),
    ("P01-04", "train", training(np.greater), 1, None),
    ("P01-04", "train", training(np.greater_equal), 0, "ACT-09"),
]


@pytest.mark.parametrize("secret", [b"self-study", b"a", b"b"])
@pytest.mark.parametrize(("id", "part", "function", "credit", "mistake"), FUNCTIONS)
def test_a_function_is_right_at_every_call_that_tells(id, part, function, credit, mistake, secret):
    asked, functions = exercise(id), []
    answer = [pack(function if p.name == part else p.key, functions) for p in asked.parts]
    verdict = judge(asked, answer, ask=ask_for(functions), secret=secret).parts[part]
    assert (verdict.credit, verdict.mistake) == (credit, mistake), verdict.message
