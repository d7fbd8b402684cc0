"""The laws that hold for every record of the course."""

import dataclasses

import numpy as np
import pytest

from graders.compare.calls import Raised, calls, difference, expected
from graders.compare.key import key_of
from matcalc_ref.catalogue import exercises
from tests.laws.laws import SECRET, judged, problems, right_answer

EXERCISES = exercises()
every = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES.keys())
FORMULAS = [
    pytest.param(exercise, part, id=f"{exercise.id}-{part.name}")
    for exercise in EXERCISES.values()
    for part in exercise.parts
    if part.kind == "formula"
]


CODE = [
    pytest.param(exercise, part, id=f"{exercise.id}-{part.name}")
    for exercise in EXERCISES.values()
    for part in exercise.parts
    if part.kind == "code" and part.signature and not part.signature.measure
]


@every
def test_laws(exercise):
    assert problems(exercise) == []


def test_every_assignment_has_exercises():
    course = {f"A{number:02}" for number in range(1, 13)}
    assert len(EXERCISES) >= 162 and {exercise.assignment for exercise in EXERCISES.values()} >= course


@pytest.mark.parametrize(("exercise", "part"), FORMULAS)
def test_a_damaged_key_is_refused(exercise, part):
    if part.f is None or not isinstance(part.key, str):
        damaged = dataclasses.replace(part, key=f"{part.key or 1} + unknown_name")
    else:
        damaged = dataclasses.replace(part, key=f"1.001 * ({part.key})")
    parts = tuple(damaged if p.name == part.name else p for p in exercise.parts)
    nothing = part.f is not None and isinstance(part.key, str) and part.key.startswith(("0", "zeros"))
    assert (
        nothing
        or (part.f is not None and part.key is None)
        or problems(dataclasses.replace(exercise, parts=parts))
    )


@pytest.mark.parametrize(("exercise", "part"), FORMULAS)
def test_a_wrong_shape_earns_nothing_but_a_transpose_some(exercise, part):
    key = key_of(exercise, part.name, SECRET)
    answers = {p.name: right_answer(exercise, p) for p in exercise.parts}
    if "=" in str(part.key):  # an answer by its entries stands alone
        return
    rows, columns = key.shape
    written = f"({part.key or part.f})"
    padded = judged(exercise, {**answers, part.name: f"kron({written}, ones(3, 2))"}).parts[part.name]
    assert padded.outcome == "wrong" and padded.credit == 0, padded.message
    if key.node.is_scalar or part.key is None:
        return
    turned = judged(exercise, {**answers, part.name: f"{written}^T"}).parts[part.name]
    if rows != columns:
        assert turned.outcome == "wrong" and turned.credit >= part.layout_credit, turned.message
    else:
        assert turned.credit == 1 or turned.credit >= part.layout_credit, turned.message


JUNK = (
    "0",
    "n",
    "I",
    "x^T",
    "[1, 2]",
    "zeros(n)",
    "[[1, 0], [0, 1]]",
    "b",
    "3,1",
    "?",
    r"\frac{1}{2}",
    1.5,
    [1, 2],
    True,
)


@every
def test_no_answer_breaks_the_grader(exercise):
    if exercise.is_code:
        return
    for junk in JUNK:
        answers = {part.name: junk for part in exercise.parts}
        for verdict in judged(exercise, answers, "self-study").parts.values():
            assert verdict.outcome != "broken" and verdict.message, (junk, verdict.message)


def test_every_exercise_but_the_diagnostic_has_a_ladder_of_five_hints():
    """Shape; one entry or a smaller case; the rule and its section; a beginning; a worked twin."""
    for exercise in exercises().values():
        assert len(exercise.hints) == (0 if exercise.assignment == "A00" else 5), exercise.id
        assert len(set(exercise.hints)) == len(exercise.hints), exercise.id


@pytest.mark.parametrize(("exercise", "part"), CODE)
def test_values_of_one_course_are_wrong_in_another(exercise, part):
    mine, theirs = ([expected(part.key, call) for call in calls(exercise, part, s)] for s in (b"one", b"two"))
    yes_or_no = all(isinstance(v, Raised) or np.isscalar(v) and v in (0, 1) for v in mine)
    assert yes_or_no or sum(any(difference(a, b) is None for b in theirs) for a in mine) < len(mine)
