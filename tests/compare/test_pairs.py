"""The tables of pairs, through the front door of `matcalc equal`; each category has a floor of rows."""

import pairs
import pytest

from graders.feedback.equal import judge_pair

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
