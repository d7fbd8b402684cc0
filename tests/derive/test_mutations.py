"""Wrong answers by one broken step: none of them right, each with its id and sentence."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from matcalc_ref.derive import CannotDerive, Derivation, derive, mutations
from matcalc_ref.derive.mutations import SENTENCES
from matcalc_ref.language import Scope, read, text
from matcalc_ref.language.sizes import ONE
from matcalc_ref.rewriting.normal import normal
from tests.derive.hands import SIZES, derived, draw, value, variables_of
from tests.derive.test_article import STATED
from tests.derive.trees import VARIABLES, Trees

X = {"x": "n"}
BROKEN = [
    (
        "sin(x^2)",
        "x",
        {"x": ""},
        {"inner-derivative": "cos(x^2)", "inner-argument": "2 x cos(x)", "sign": "-2 x cos(x^2)"},
    ),
    ("x sum(x)", "x", X, {"dropped-term": "sum(x) eye(n)", "layout": "sum(x) eye(n) + ones(n) x^T"}),
    ("w ⊗ x", "w", {"w": "n", **X}, {"diagonal": "x", "sign": "-diag(x)"}),
    (
        "max(0, B x)",
        "x",
        {"B": "n,n", **X},
        {
            "indicator": "B",
            "factor-order": "B diag([B x > 0])",
            "inner-derivative": "diag([B x > 0])",
            "transposed-factor": "diag([B x > 0]) B^T",
        },
    ),
    ("sum(x z)", "z", {"z": "", **X}, {"summed": "x"}),
    ("x^2 sin(x)", "x", {"x": ""}, {"dropped-term": "x^2 cos(x)"}),
    (
        "(y - max(0, w · x + b))^2",
        "w",
        {"w": "n", **X, "b": "", "y": ""},
        {"indicator": "2 (w · x + b - y) x^T", "link-missing": "2 (max(0, w · x + b) - y) x^T"},
    ),
]


@pytest.mark.parametrize(("f", "wrt", "variables", "wrong"), BROKEN, ids=[b[0] for b in BROKEN])
def test_the_mistakes_people_make(f: str, wrt: str, variables: dict[str, str], wrong: dict[str, str]) -> None:
    scope = Scope(variables)
    found = mutations(derived(f, wrt, variables))
    by_form = {normal(m.wrong): m.id for m in found}
    for id, answer in wrong.items():
        assert any(m.id == id for m in found), [(m.id, text(m.wrong)) for m in found]
        assert normal(read(answer, scope)) in by_form, (id, [(m.id, text(m.wrong)) for m in found])


def test_none_is_right_and_none_twice() -> None:
    kinds = set()
    for _, f, wrt, variables, _ in STATED:
        variables = (
            {name: {"m": "5", "k": "3"}[s] for name, s in variables.items()} if "conv" in f else variables
        )
        derivation = derived(f, wrt, variables)
        check(derivation)
        kinds |= {m.id for m in mutations(derivation)}
    assert kinds == SENTENCES.keys()


def check(derivation: Derivation) -> None:
    sizes = dict(SIZES[0])
    found = mutations(derivation)
    assert found == mutations(derivation), "the same every time"
    assert len({normal(m.wrong) for m in found}) == len(found)
    values = draw(
        variables_of(derivation.expression, derivation.result, *derivation.wrt), sizes, 5, positive=True
    )
    right = value(derivation.result, sizes, values)
    for mutation in found:
        assert mutation.id in SENTENCES and len(mutation.sentence.split()) > 5
        got = value(mutation.wrong, sizes, values)
        kinked = mutation.id in (
            "indicator",
            "inner-derivative",
            "link-missing",
            "inner-argument",
        )  # may agree at this one point
        if got.shape == right.shape and np.isfinite(right).all() and right.any() and not kinked:
            assert not np.allclose(got, right), (mutation.id, text(mutation.wrong))


def test_of_random_formulas() -> None:
    for seed in range(60):
        f = Trees(Random(seed)).top(2)
        for name in "zxB":
            if name in variables_of(f) and (ONE in f.shape or name == "z"):
                try:
                    derivation = derive(f, VARIABLES[name])
                except CannotDerive:
                    continue
                for mutation in mutations(derivation):
                    assert normal(mutation.wrong) != normal(derivation.result)
                    assert mutation.sentence
