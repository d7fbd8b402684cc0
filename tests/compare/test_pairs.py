"""The tables of pairs, through the front door of `matcalc equal`; each category has a floor of rows."""

import pairs
import pytest
from scopes import declared

from graders.compare.equality import compare
from graders.compare.points import setting
from graders.feedback.equal import judge_pair
from matcalc_ref.language import Scope, read

FLOORS = {"SCALAR": 80, "MATRIX": 100, "LAYOUT": 20, "NEAR": 120}


def rows(category):
    found = []
    for student, reference, guards, *options in getattr(pairs, category):
        name = f"{student} | {reference}: {guards}"
        found.append(pytest.param(student, reference, options[0] if options else {}, id=name))
    return found


def judged(student, reference, options):
    return judge_pair(student, reference, pairs.VARIABLES, options.get("domain", "real"))


@pytest.mark.parametrize("category", FLOORS)
def test_no_category_shrinks_and_no_row_is_padding(category):
    table = getattr(pairs, category)
    assert len(table) >= FLOORS[category]
    guards = [row[2] for row in table]
    assert len(set(guards)) == len(guards) and len({row[:2] for row in table}) == len(table)


def test_at_least_300_pairs():
    assert sum(len(getattr(pairs, category)) for category in FLOORS) >= 300


@pytest.mark.parametrize(("student", "reference", "options"), [*rows("SCALAR"), *rows("MATRIX")])
def test_equal(student, reference, options):
    verdict = judged(student, reference, options)
    assert (verdict.outcome, verdict.credit) == ("correct", 1.0), verdict.message
    assert verdict.evidence.method in ("identical", "proved", "sampled")


@pytest.mark.parametrize(("student", "reference", "options"), rows("LAYOUT"))
def test_other_layout(student, reference, options):
    verdict = judged(student, reference, options)
    assert (verdict.outcome, verdict.credit, verdict.mistake) == ("wrong", 0.5, "layout"), verdict.message
    assert "transposed" in verdict.message


@pytest.mark.parametrize(("student", "reference", "options"), rows("NEAR"))
def test_near_miss(student, reference, options):
    verdict = judged(student, reference, options)
    assert verdict.outcome == "wrong" and verdict.credit < 1 and verdict.evidence.differs, verdict.message


@pytest.mark.parametrize("secret", [b"one", b"two", b"three"])
@pytest.mark.parametrize(("category", "equal"), [(name, name in ("SCALAR", "MATRIX")) for name in FLOORS])
def test_every_pair_holds_at_other_points_and_with_no_more_variables_than_it_names(category, equal, secret):
    wrong = []
    for student, reference, _, *options in getattr(pairs, category):
        scope = Scope(declared(student, reference))
        right = read(reference, scope)
        left = read(student, scope, expect=right.shape)
        domain = options[0].get("domain", "real") if options else "real"
        if compare(left, right, setting(scope.shapes, [right], domain, secret)).equal != equal:
            wrong.append((student, reference))
    assert not wrong
