"""Every rule of the table at every operand, and every function at every place, against two other ways."""

from __future__ import annotations

import pytest

from matcalc_ref.derive import CannotDerive, derive
from matcalc_ref.language import Scope, read
from matcalc_ref.language.operations import matmul, number, ones, power
from matcalc_ref.language.table import OPERATIONS, UNARY
from matcalc_ref.language.tree import Entry, Index, IndexedSum, Node, Variable, apply
from matcalc_ref.rewriting.normal import normal
from matcalc_ref.rules import RULES, SLOPES
from tests.derive.hands import confirm

SCOPE = Scope(
    {
        "z": "",
        "b": "",
        "x": "n",
        "w": "n",
        "y": "m",
        "A": "m,n",
        "W": "m,n",
        "B": "n,n",
        "g": "1,n",
        "s": "5",
        "f": "3",
    }
)
V = SCOPE.variable
# functions that need their argument in a part of the line are fed from inside it
INSIDE = {"arcsin": lambda u: apply("tanh", u), "arccos": lambda u: apply("tanh", u)}
POSITIVE = {"log", "sqrt", "pow"}


def in_line(node: Node) -> Node:
    """A column (or number) that depends on all of `node`, so that a matrix has a derivative by a vector."""
    rows, columns = node.shape
    weights = apply("cos", ones(1, rows)) if rows.number != 1 else number(1)
    return node if columns.number == 1 else matmul(weights, node) if rows.number != 1 else node


def test_every_operation_has_a_rule() -> None:
    assert RULES.keys() == OPERATIONS.keys()
    assert set(SLOPES) == set(UNARY)


@pytest.mark.parametrize("place", ["number", "column", "row", "matrix", "inside", "outside"])
@pytest.mark.parametrize("name", UNARY)
def test_every_function_at_every_place(name: str, place: str) -> None:
    inside = INSIDE.get(name, lambda u: u)
    by, node = {
        "number": (V("z"), apply(name, inside(V("z")))),
        "column": (V("x"), apply(name, inside(V("x")))),
        "row": (V("g"), apply(name, inside(V("g")))),
        "matrix": (V("A"), apply("sum", apply(name, inside(V("A"))))),
        "inside": (V("x"), matmul(V("A"), apply(name, inside(V("x"))))),
        "outside": (V("w"), apply(name, inside(apply("exp", apply("mul", V("x"), V("w")))))),
    }[place]
    confirm(node, by, positive=name in POSITIVE, automatic=name not in {"cot", "sec", "csc", "sign"})


CASES = [
    ("add", "x", ("w", "x")),
    ("add", "z", ("w", "z")),
    ("add", "x", ("x", "x", "w")),
    ("mul", "x", ("w", "x")),
    ("mul", "z", ("w", "z")),
    ("mul", "w", ("w", "z")),
    ("mul", "x", ("x", "x", "w")),
    ("pow", "x", ("x", "w")),
    ("pow", "w", ("x", "w")),
    ("pow", "z", ("x", "z")),
    ("pow", "x", ("x", "z")),
    ("pow", "x", ("z", "x")),
    ("pow", "x", ("x", "x")),
    ("max", "x", ("w", "x")),
    ("max", "z", ("w", "z")),
    ("max", "w", ("w", "z", "x")),
    ("min", "x", ("x", "w")),
    ("min", "z", ("x", "z")),
    ("min", "x", ("x", "w", "z")),
    ("matmul", "x", ("A", "x")),
    ("matmul", "A", ("A", "x")),
    ("matmul", "y", ("yᵀ", "A", "x")),
    ("matmul", "A", ("yᵀ", "A", "x")),
    ("matmul", "B", ("B", "B", "x")),
    ("matmul", "x", ("x", "g", "x")),
    ("matpow", "B", ("B", 3)),
    ("matpow", "B", ("B", 1)),
    ("matpow", "B", ("B", 0)),
    ("transpose", "x", ("x",)),
    ("transpose", "A", ("A",)),
    ("transpose", "g", ("g",)),
    ("kron", "x", ("x", "y")),
    ("kron", "y", ("x", "y")),
    ("kron", "A", ("A", "x")),
    ("kron", "x", ("g", "x")),
    ("diag", "x", ("x",)),
    ("diag", "g", ("g",)),
    ("diagonal", "B", ("B",)),
    ("vec", "A", ("A",)),
    ("vec", "g", ("g",)),
    ("hstack", "z", ("z", "b")),
    ("hstack", "g", ("g", "g")),
    ("hstack", "x", ("x", "B")),
    ("vstack", "x", ("w", "x")),
    ("vstack", "x", ("x", "y", "x")),
    ("vstack", "z", ("z", "b", "z")),
    ("vstack", "y", ("x", "y")),
    ("sum", "A", ("A",)),
    ("sum", "x", ("x",)),
    ("sum", "g", ("g",)),
    ("rowsum", "A", ("A",)),
    ("colsum", "A", ("A",)),
    ("prod", "x", ("x",)),
    ("prod", "A", ("A",)),
    ("norm", "x", ("x",)),
    ("norm", "A", ("A",)),
    ("norm", "g", ("g",)),
    ("trace", "B", ("B",)),
    ("softmax", "x", ("x",)),
    ("softmax", "g", ("g",)),
    ("softmax_rows", "A", ("A",)),
    ("cumsum", "x", ("x",)),
    ("cumsum", "g", ("g",)),
    ("conv", "s", ("s", "f")),
    ("conv", "f", ("s", "f")),
]


@pytest.mark.parametrize(
    ("name", "by", "arguments"), CASES, ids=[f"{n}({','.join(map(str, a))})/{b}" for n, b, a in CASES]
)
def test_every_rule_at_every_operand(name: str, by: str, arguments: tuple[str | int, ...]) -> None:
    nodes = [
        number(a) if isinstance(a, int) else apply("transpose", V(a[:-1])) if "ᵀ" in a else V(a)
        for a in arguments
    ]
    node = apply(name, *nodes)
    x = V(by)
    matrix = node.shape[0].number != 1 and node.shape[1].number != 1
    if matrix and not x.is_scalar:
        node = apply("vec", node) if x.shape[1].number == 1 or x.shape[0].number == 1 else in_line(node)
    confirm(node, x, positive=name in POSITIVE, automatic=name not in {"matpow", "conv", "cumsum"})


def test_determinant_and_inverse() -> None:
    """At matrices that are far from singular: I + diag(σ) + small."""
    safe = "(4 eye(n) + B)"
    for text in (
        f"det({safe})",
        f"ln(det({safe}))",
        f"x^T inv({safe}) w",
        f"inv({safe}) x",
        f"tr(inv({safe}))",
        "pinv(A) y",
    ):
        confirm(read(text, SCOPE), V("A" if "A" in text else "B"), automatic=False)


@pytest.mark.parametrize("by", ["x", "z", "A", "B"])
def test_a_variable_that_does_not_occur_gives_zeros_and_a_note(by: str) -> None:
    found = derive(V("w") if by in "xz" else apply("sum", V("w")), V(by))
    assert normal(found.result).shape == found.shape
    assert found.notes and "0" in found.notes[0]
    shape = {"x": ("n", "n"), "z": ("n", "1"), "A": ("m", "n"), "B": ("n", "n")}[by]
    assert tuple(map(str, found.shape)) == shape


@pytest.mark.parametrize(
    ("f", "by", "says"),
    [
        ("A", "x", "is no matrix"),
        ("B x g", "A", "is no matrix"),
        ("A B", "B", "vec"),
    ],
)
def test_what_is_no_matrix_is_refused(f: str, by: str, says: str) -> None:
    with pytest.raises(CannotDerive, match=says) as refused:
        derive(read(f, SCOPE), V(by))
    assert refused.value.part is not None


def test_a_power_that_cannot_be_differentiated_is_named() -> None:
    node = apply("trace", apply("matpow", V("B"), V("z")))
    with pytest.raises(CannotDerive, match="whole number") as refused:
        derive(node, V("B"))
    assert refused.value.part == node.children[0]


def test_moving_bounds_are_refused() -> None:
    index = Index("i")
    for node in (
        IndexedSum("i", number(1), V("z"), Entry(V("x"), index, number(1))),
        Entry(V("x"), V("z"), number(1)),
    ):
        with pytest.raises(CannotDerive, match="index or a bound"):
            derive(node, V("z"))
        assert derive(node, V("x")).shape[0].number == 1


def test_kinks_follow_the_article() -> None:
    """The derivative of max(0, z) is 0 at z = 0, of |z| too; an indicator's is 0."""
    from tests.derive.hands import value

    z = V("z")
    at_kink = {"z": __import__("numpy").zeros((1, 1))}
    for node in (apply("max", number(0), z), apply("relu", z), apply("abs", z), apply("min", number(0), z)):
        assert value(derive(node, z).result, {}, at_kink) == 0
    assert derive(apply("gt", z, number(0)), z).result == number(0)
    assert normal(derive(apply("max", z, z), z).result) == number(1)


def test_operands_that_are_equal_on_a_region() -> None:
    """max(|z|, z) is z for z > 0, and min(|z|, z) too: their derivatives there are 1."""
    import numpy as np

    from tests.derive.hands import value

    z = V("z")
    for name, negative in (("max", -1), ("min", 1)):
        for operands in ((apply("abs", z), z), (z, apply("abs", z))):
            node = apply("sin", apply(name, *operands))
            derivation = derive(node, z)
            for at, slope in ((0.7, 1), (-0.7, negative)):
                here = {"z": np.full((1, 1), at)}
                inside = at if name == "min" else abs(at)
                for line in (derivation.result, *(step.value(step.after) for step in derivation.steps)):
                    assert np.allclose(value(line, {}, here), slope * np.cos(inside)), name


def test_the_power_rule_reaches_zero() -> None:
    x = V("x")
    for exponent in (0, 1, 2):
        assert isinstance(x, Variable)
        found = derive(power(x, exponent), x).result
        from tests.derive.hands import value

        zeros = __import__("numpy").zeros((3, 1))
        result = value(found, {"n": 3}, {"x": zeros})
        assert result.tolist() == ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] if exponent == 1 else [[0] * 3] * 3)
