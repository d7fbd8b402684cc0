"""Worked solutions: each line equals the one before, by a rule of the article, down to the derivative."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest

from matcalc_ref.catalogue import exercises
from matcalc_ref.derive import CannotDerive, Derivation, Partial, derive
from matcalc_ref.derive.show import line_latex, text_lines, worked_solution
from matcalc_ref.language import Scope, read, text
from matcalc_ref.language.operations import count, mul, number, ones, power, transpose
from matcalc_ref.language.sizes import ONE
from matcalc_ref.language.tree import Entry, Index, IndexedSum, apply
from tests.derive.hands import SIZES, derived, draw, value, variables_of
from tests.derive.test_article import IDS, STATED
from tests.derive.trees import VARIABLES, Trees

SECTIONS = {"", "2", "3", "4.1", "4.2", "4.3", "4.4", "4.5.1", "4.5.2", "4.5.3", "5"}


def check_lines(derivation: Derivation, sizes: dict[str, int] | None = None) -> None:
    steps = derivation.steps
    assert steps and steps[-1].after == derivation.result
    expression = derivation.expression
    sizes = sizes or dict(SIZES[0])
    needed = variables_of(expression, derivation.result, *(v for v in derivation.wrt))
    values = draw(needed, {**dict.fromkeys("abcdefghpqrs", 3), **sizes}, 1, positive=True)
    sizes = {**dict.fromkeys("abcdefghpqrs", 3), **sizes}
    for index in expression.free_indices:
        pytest.fail(f"{index} stands free")
    result = value(derivation.result, sizes, values)
    for before, after in pairwise(steps):
        assert after.before == before.after
    for step in steps:
        assert step.rule and step.section in SECTIONS
        assert step.before != step.after or step.introduced
        for line in (step.before, step.after):
            spelled = step.value(line)
            assert not any(isinstance(part, Partial) for part in spelled.walk()), text_lines(derivation)
            got = value(spelled, sizes, values)
            assert got.shape == result.shape, text_lines(derivation)
            assert np.allclose(got, result, rtol=1e-8, atol=1e-9, equal_nan=True), text_lines(derivation)
            assert r"\mathrm{Q" not in line_latex(line)
    assert worked_solution(derivation)


@pytest.mark.parametrize(("section", "f", "wrt", "variables", "stated"), STATED, ids=IDS)
def test_lines_of_what_the_article_states(
    section: str, f: str, wrt: str, variables: dict[str, str], stated: str
) -> None:
    if "conv" in f:
        variables = {name: {"m": "5", "k": "3"}[shape] for name, shape in variables.items()}
    check_lines(derived(f, wrt, variables))


def test_lines_of_every_exercise() -> None:
    seen = 0
    for exercise in exercises().values():
        for part in exercise.parts:
            if part.f is None or part.wrt is None:
                continue
            scope = Scope(exercise.variables, samples=exercise.samples)
            wrt = scope.variable(part.wrt) if part.wrt in scope.shapes else read(part.wrt, scope)
            names = sorted(scope.dimensions, reverse="conv" in part.f)  # a signal is longer than its kernel
            check_lines(derive(read(part.f, scope), wrt), {name: 6 - k for k, name in enumerate(names)})
            seen += 1
    assert seen > 100


def test_lines_of_random_formulas() -> None:
    sizes = {name: SIZES[0][name] for name in ("n", "m", "N")}
    for seed in range(200):
        f = Trees(Random(seed)).top(3)
        for name in "zxWB":
            if name not in variables_of(f) or (ONE not in f.shape and name != "z"):
                continue
            try:
                derivation = derive(f, VARIABLES[name])
            except CannotDerive:
                continue
            here = value(derivation.result, sizes, draw(VARIABLES, sizes, 1, positive=True))
            if np.isfinite(here).all() and np.abs(here).max(initial=0) < 1e6:
                check_lines(derivation, sizes)


def test_lines_of_sums_over_an_index() -> None:
    """Several paths inside a sum, a sum by a matrix, and an array beside a sum."""
    x, B = VARIABLES["x"], VARIABLES["B"]
    row = transpose(x)
    sizes = {name: SIZES[0][name] for name in ("n", "m", "N")}
    for f, by in (
        (IndexedSum("k", number(1), count("N"), mul(row, power(row, 2))), x),
        (IndexedSum("i", number(1), count("N"), apply("sum", apply("diagonal", B))), B),
        (mul(ones(1, "n"), IndexedSum("k", number(1), count("n"), row)), x),
        (
            mul(number(3), IndexedSum("i", number(1), count("n"), power(Entry(x, Index("i"), number(1)), 3))),
            x,
        ),
    ):
        check_lines(derive(f, by), sizes)


RECOGNISED = [
    (
        "sum(max(0, X w + b))/N",
        "w",
        {"X": "N,n", "w": "n", "b": ""},
        [
            "introduce intermediate variables 4.5.1",
            "vector chain rule 4.5.3",
            "sum reduction 4.4",
            "max(0, z): 0 where z ≤ 0, else 1 5",
            "matrix product 4.1",
            "substitute the intermediate variables 4.5.1",
            "simplify ",
        ],
    ),
    (
        "sin(x^2)",
        "x",
        {"x": ""},
        [
            "introduce intermediate variables 4.5.1",
            "single-variable chain rule 4.5.1",
            "derivative of sin 2",
            "power rule 2",
            "substitute the intermediate variables 4.5.1",
            "simplify ",
        ],
    ),
    (
        "x sum(x)",
        "x",
        {"x": "n"},
        [
            "introduce intermediate variables 4.5.1",
            "total-derivative chain rule 4.5.2",
            "scalar expansion 4.3",
            "scalar expansion 4.3",
            "sum reduction 4.4",
            "substitute the intermediate variables 4.5.1",
        ],
    ),
    ("x^2 sin(x)", "x", {"x": ""}, ["product rule 2", "power rule 2", "derivative of sin 2", "simplify "]),
    ("w ⊗ x", "w", {"w": "n", "x": "n"}, ["element-wise product 4.2"]),
    ("x + z", "z", {"x": "n", "z": ""}, ["scalar expansion 4.3"]),
    ("sum(x)", "x", {"x": "n"}, ["sum reduction 4.4"]),
    ("A x", "x", {"A": "m,n", "x": "n"}, ["matrix product 4.1"]),
    ("x + x^2", "x", {"x": ""}, ["sum rule 2", "power rule 2"]),
]


@pytest.mark.parametrize(("f", "wrt", "variables", "rules"), RECOGNISED, ids=[r[0] for r in RECOGNISED])
def test_rules_that_a_reader_of_the_article_recognises(
    f: str, wrt: str, variables: dict[str, str], rules: list[str]
) -> None:
    found = [f"{step.rule} {step.section}" for step in derived(f, wrt, variables).steps]
    assert found == rules


def test_intermediates_are_those_of_the_article() -> None:
    """ln(sin(x³)²) by u₁ = x³, u₂ = sin u₁, u₃ = u₂² (section 4.5.1)."""
    first = derived("ln(sin(x^3)^2)", "x", {"x": ""}).steps[0]
    named = [f"{name.name} = {text(value)}" for name, value in first.introduced]
    assert named == ["u_1 = x^3", "u_2 = sin(u_1)", "u_3 = u_2^2", "y = log(u_3)"]


def test_a_derivative_by_an_entry_is_worked_out() -> None:
    assert text(derived("A_{12}^2 z", "A_{12}", {"A": "m,n", "z": ""}).result) == "2*A_{1,2}*z"
    assert text(derived("prod(x)", "x_1", {"x": "n"}).result) == "prod(x)/x_{1}"


def test_worked_solution_reads_well() -> None:
    solution = worked_solution(derived("sin(x^2)", "x", {"x": ""}))
    assert solution.split("\n\n") == [
        r"$\displaystyle \frac{\mathrm{d}}{\mathrm{d} x}\left(\sin\left(x^{2}\right)\right)$",
        r"Introduce intermediate variables, section 4.5.1: $u = x^{2}$, $y = \sin\left(u\right)$.",
        r"$\displaystyle = \frac{\mathrm{d} y}{\mathrm{d} u} \frac{\mathrm{d} u}{\mathrm{d} x}$"
        " (single-variable chain rule, section 4.5.1)",
        r"$\displaystyle = \cos\left(u\right) \frac{\mathrm{d} u}{\mathrm{d} x}$"
        " (derivative of sin, section 2)",
        r"$\displaystyle = 2 \cos\left(u\right) x$ (power rule, section 2)",
        r"$\displaystyle = 2 \cos\left(x^{2}\right) x$"
        " (substitute the intermediate variables, section 4.5.1)",
        r"$\displaystyle = 2 x \cos\left(x^{2}\right)$ (simplify)",
    ]
