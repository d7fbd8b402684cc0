"""The key earns full credit in every spelling: printed as text and as LaTeX, and as a SymPy object."""

import pytest

from graders.compare.key import key_of
from matcalc_ref.catalogue import exercises
from matcalc_ref.language import latex, text
from tests.laws.laws import SECRET, judged, right_answer

FORMULAS = [
    pytest.param(exercise, part, id=f"{exercise.id}-{part.name}")
    for exercise in exercises().values()
    for part in exercise.parts
    if part.kind == "formula"
]


@pytest.mark.parametrize(("exercise", "part"), FORMULAS)
def test_printed_keys_earn_full_credit(exercise, part):
    key = key_of(exercise, part.name, SECRET)
    right = {p.name: right_answer(exercise, p) for p in exercise.parts}
    for spelling in (text(key.node), latex(key.node), f"${latex(key.node)}$"):
        verdict = judged(exercise, {**right, part.name: spelling}).parts[part.name]
        assert verdict.credit == 1, (spelling, verdict.message)


SCALARS = [
    pytest.param(exercise, part, id=f"{exercise.id}-{part.name}")
    for exercise in exercises().values()
    for part in exercise.parts
    if part.kind == "formula"
    and part.f
    and part.wrt
    and all(shape == "" and len(name) == 1 for name, shape in exercise.variables.items())
    and "max" not in part.f
    and "[" not in part.f
]


@pytest.mark.parametrize(("exercise", "part"), SCALARS)
def test_a_sympy_derivative_earns_full_credit(exercise, part):
    import sympy
    from sympy.parsing.sympy_parser import (
        convert_xor,
        implicit_multiplication,
        parse_expr,
        standard_transformations,
    )

    names = {name: sympy.Symbol(name, positive=True) for name in exercise.variables}
    f = parse_expr(part.f, names, (*standard_transformations, implicit_multiplication, convert_xor))
    answer = sympy.simplify(f.diff(names[part.wrt]))
    right = {p.name: right_answer(exercise, p) for p in exercise.parts}
    verdict = judged(exercise, {**right, part.name: answer}).parts[part.name]
    assert verdict.credit == 1, (answer, verdict.message)
