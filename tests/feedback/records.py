"""Small exercises of every kind, for the tests only."""

import numpy as np

from matcalc_ref.record import Exercise, Given, Mistake, Part, Signature, Step


def exercise(*parts, **more):
    return Exercise("T01-01", "4.1", "A prompt.", parts, 1, **more)


GRADIENT = exercise(
    Part(
        "answer",
        f="x^T x",
        wrt="x",
        key="2 x^T",
        mistakes=(Mistake("JAC-09", "x^T", "The vector occurs twice, so each occurrence adds its row."),),
    ),
    variables={"x": "n"},
)
JACOBIAN = exercise(
    Part("answer", f="[x_1^2*x_2; x_1 + x_2^3]", wrt="x"),
    variables={"x": "2"},
)
FLAT = exercise(Part("answer", f="99", wrt="x"), variables={"x": ""})
TINY = exercise(Part("answer", f="x^2/10^9", wrt="x"), variables={"x": ""})
NEURON = exercise(Part("answer", f="max(0, w^T x + b)", wrt="w"), variables={"w": "n", "x": "n", "b": ""})
TIES = exercise(Part("answer", f="max(w, x)", wrt="w"), variables={"w": "n", "x": "n"})
NUMBER = exercise(
    Part(
        "answer",
        "number",
        key="5/12",
        mistakes=(Mistake("mean", "5/4", "Divide by the number of samples, three."),),
    )
)
COUNT = exercise(Part("answer", "number", key="20000"))
EXACT = exercise(Part("answer", "number", key="5/12", exact=True))
VECTOR = exercise(
    Part("answer", "number", f="sum(x .^ 2)", wrt="x", at={"x": [1, 2, 3]}),
    variables={"x": "n"},
)
CHOICE = exercise(
    Part(
        "answer",
        "choice",
        key="b",
        choices=("one", "two", "three"),
        mistakes=(Mistake("ONE", "a", "The first one is only half of it."),),
    )
)
CHOICES = exercise(
    Part(
        "answer",
        "choices",
        key="ac",
        choices=("one", "two", "three", "four"),
        mistakes=(Mistake("ALL", "abcd", "Not all of them can hold at once."),),
    )
)
SHAPE = exercise(
    Part("answer", "shape", key="m,n", mistakes=(Mistake("SQ", "n,n", "Not every Jacobian is square."),))
)
ERROR = exercise(Part("answer", "error", key=2, lines=("f = x", "f' = 2", "f'' = 0")))
CHAIN = exercise(
    Part("u", key="x^2"),
    Part("du", f="x^2", wrt="x"),
    Part("dy", f="sin(u)", wrt="u"),
    Part("total", f="sin(x^2)", wrt="x", carries="dy du", weight=3),
    variables={"x": "", "u": ""},
    where={"u": "x^2"},
)
DERIVATION = exercise(
    Part(
        "answer",
        "derivation",
        f="(x^2 + 1)^2",
        wrt="x",
        lines=("2*(x^2 + 1)*2*x", "4*x*(x^2 + 1)"),
        mistakes=(Mistake("CH1-01", "2*(x^2 + 1)", "The derivative of the inside, $2x$, is missing."),),
    ),
    variables={"x": ""},
)
STEPS = exercise(
    Part(
        "answer",
        "derivation",
        f="(x^2 + 1)^2",
        wrt="x",
        lines=("2*(x^2 + 1)*2*x",),
        steps=(
            Step("the outer derivative, at the inside", ("2*(x^2 + 1)",)),
            Step("the inner one", ("2 x",)),
        ),
    ),
    variables={"x": ""},
)
TEXT = exercise(Part("answer", "text", lines=("a reason",), key="your own words"))


def outer(x, w):
    return np.outer(x, w)


def outer_swapped(x, w):
    return np.outer(w, x)


OUTER = exercise(
    Part(
        "outer",
        "code",
        key=outer,
        signature=Signature("outer", {"x": "n", "w": "n"}, "a 2-D array, n×n"),
        mistakes=(Mistake("SWAP", outer_swapped, "Rows belong to the first vector, columns to the second."),),
    )
)


def doubled(x):
    return 2 * x


DOUBLED = exercise(
    Part("doubled", "code", key=doubled, signature=Signature("doubled", {"x": "n"}, "a 1-D array"))
)


def both(f, x):
    return {"value": f(x), "twice": 2 * f(x)}


BOTH = exercise(
    Part(
        "both",
        "code",
        key=both,
        signature=Signature(
            "both", {"f": Given(formula="sum(x) + 1", variables={"x": "n"}), "x": "n"}, "a dict"
        ),
    )
)


def several(x):
    return np.outer(x, x), x, x.sum()


SEVERAL = exercise(
    Part("several", "code", key=several, signature=Signature("several", {"x": "n"}, "three values"))
)


def careful(matrix):
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError("not square")
    return True


CAREFUL = exercise(
    Part(
        "careful",
        "code",
        key=careful,
        signature=Signature("careful", {"matrix": "m,n"}, "True", ({"m": 2, "n": 3}, {"m": 3, "n": 3})),
    )
)
