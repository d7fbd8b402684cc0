"""Variants: drawn from a template, with keys, mistakes and solutions of their own, each one checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcalc_ref.catalogue import exercises
from matcalc_ref.derive import derive
from matcalc_ref.language import Scope, read
from matcalc_ref.record import Exercise, Mistake, Part, RecordError
from matcalc_ref.rewriting.normal import normal
from matcalc_ref.variants import Template, variants
from tests.derive.hands import confirm
from tests.laws.laws import problems

CHAIN = Exercise(
    id="T01-01",
    section="4.5.1",
    prompt=r"Let $y=\sin(x^2)$. Give $dy/dx$.",
    points=1,
    variables={"x": ""},
    parts=(
        Part(
            "dx",
            f="sin(x^2)",
            wrt="x",
            mistakes=(Mistake("CH1-01", "cos(x^2)", "The inner derivative is missing."),),
        ),
    ),
    template=Template(
        draws={"g": [("sin", r"\sin"), ("exp", r"\exp"), ("tanh", r"\tanh")], "p": [2, 3, 4]},
        prompt="Let $y=«f:dx»$ (power «p»). Give $dy/dx$.",
        parts={
            "dx": {
                "f": "«g»(x^«p»)",
                "mistakes": {"own": ("«p» x", "You forgot the function «g» altogether.")},
            }
        },
    ),
)
SUMS = Exercise(
    id="T01-02",
    section="4.4",
    prompt="Differentiate $sum(x z)$.",
    points=2,
    variables={"x": "n", "z": ""},
    parts=(
        Part("dx", f="sum(x z)", wrt="x"),
        Part("v", kind="number", f="sum(x z)", wrt="z", at={"x": [1, 2, 3], "z": 4}),
    ),
    template=Template(
        draws={"a": [-1, 2, 3], "b": [2, 3, 5], "c": [2, 3, 5], "g": ["sin(x)", "x.^2", "exp(x)", "0 x"]},
        prompt="Let $y=«f:dx»$.",
        parts={
            "dx": {"f": "sum(«b» «g» z)"},
            "v": {"f": "sum(«b» «g» z)", "at": {"x": ["«a»", 2, 3], "z": "«c»"}},
        },
        unequal=(("b", "c"),),
    ),
)


@pytest.mark.parametrize("exercise", [CHAIN, SUMS], ids=lambda e: e.id)
def test_equal_seeds_equal_variants(exercise: Exercise) -> None:
    for seed in range(5):
        assert variants(exercise, seed) == variants(exercise, seed)
    assert variants(exercise, 1) != variants(exercise, 2)
    for seed in range(3):
        prompts = [(v.prompt, str(v.parts[-1].at)) for v in variants(exercise, seed, 4)]
        assert len(set(prompts)) == len(prompts)


@pytest.mark.parametrize("exercise", [CHAIN, SUMS], ids=lambda e: e.id)
def test_every_variant_is_a_good_exercise(exercise: Exercise) -> None:
    original = derive(
        read(exercise.parts[0].f, Scope(exercise.variables)), Scope(exercise.variables).variable("x")
    )
    for seed in range(6):
        for made in variants(exercise, seed, 4):
            scope = Scope(made.variables)
            part = made.parts[0]
            found = confirm(read(part.f, scope), scope.variable(part.wrt or ""))
            assert part.f != exercise.parts[0].f and found.shape == original.shape
            assert "«" not in made.prompt + str(made.parts) + str(made.hints) and made.hints
            for mistake in part.mistakes:
                assert normal(read(mistake.answer, scope, expect=found.shape)) != normal(found.result)


def test_numbers_are_drawn_as_numbers() -> None:
    for made in variants(SUMS, 3, 4):
        at = made.part("v").at
        assert at["x"][1:] == [2, 3] and at["x"][0] in (-1.0, 2.0, 3.0) and isinstance(at["z"], float)
        assert all(isinstance(m.answer, float) for m in made.part("v").mistakes)
        assert f"{at['z']:g}" not in str(made.part("v").f).split("sum(")[1][:2], "b and c differ"


def test_listed_mistakes_come_first_with_their_sentence() -> None:
    for made in variants(CHAIN, 4, 3):
        first = made.parts[0].mistakes[0]
        assert first.id == "own" and first.message.startswith("You forgot the function \\")
        assert any(m.id == "inner-derivative" for m in made.parts[0].mistakes)


DECLARED = [exercise for exercise in exercises().values() if exercise.template is not None]


@pytest.mark.parametrize("exercise", DECLARED, ids=lambda e: e.id)
def test_variants_of_the_course_keep_every_law(exercise: Exercise) -> None:
    for seed in (1, 2):
        made = variants(exercise, seed, 3)
        assert len(made) >= 2
        for one in made:
            assert problems(one) == [], [(part.f, part.key) for part in one.parts]
            assert one.version != exercise.version and one.points == exercise.points
            assert one.hints and not any("«" in hint for hint in one.hints)
            early = exercise.section < "4.5"  # no rule that the article has not come to
            assert not (early and any("(section 4.5" in hint for hint in one.hints)), one.hints


BAD = [
    (replace(CHAIN, template=None), "no variants"),
    (replace(CHAIN, template=Template({"p": [2]}, "p", {"dx": {"f": "sin(x^«p»)"}})), "the record itself"),
    (replace(CHAIN, template=Template({"p": [2, 3]}, "p", {"dx": {"f": "«p» x"}})), "constant"),
    (replace(CHAIN, template=Template({"p": [2, 3]}, "p", {"dx": {"f": "sin(x^«q»)"}})), "not drawn"),
    (replace(CHAIN, template=Template({"p": [2, 3]}, "p", {"dx": {"f": "sin(x^«p»)", "color": 1}})), "color"),
    (
        replace(
            CHAIN, template=Template({"p": [9]}, "p", {"dx": {"f": "sin(x^«p») tanh(x^2) exp(x^3) ln(x^4)"}})
        ),
        "harder",
    ),
    (
        replace(CHAIN, template=Template({"p": [2]}, "p", {"dx": {"f": "sin(x^«p»", "mistakes": {}}})),
        "usable",
    ),
]


@pytest.mark.parametrize(("exercise", "says"), BAD, ids=[says for _, says in BAD])
def test_what_is_no_variant_is_refused(exercise: Exercise, says: str) -> None:
    with pytest.raises(RecordError, match=says):
        variants(exercise, 0)
