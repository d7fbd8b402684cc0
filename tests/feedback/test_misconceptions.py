"""Every misconception, submitted as its wrong answer in an exercise of its task, is named as itself."""

import pytest
from misconceptions import MISCONCEPTIONS

from matcalc_ref.catalogue import exercise
from tests.laws.laws import judged, right_answer


def test_the_table_is_whole():
    assert len({row[0] for row in MISCONCEPTIONS}) == len(MISCONCEPTIONS) >= 142


@pytest.mark.parametrize(
    ("id", "name", "part", "answer"), MISCONCEPTIONS, ids=[row[0] for row in MISCONCEPTIONS]
)
@pytest.mark.parametrize("mode", ["grading", "self-study"])
def test_named_as_itself(id, name, part, answer, mode):
    asked = exercise(name)
    mistake = next(m for m in asked.part(part).mistakes if m.id == id)
    answers = {p.name: right_answer(asked, p) for p in asked.parts}
    wrong = mistake.answer if answer is ... else answer
    verdict = judged(asked, {**answers, part: wrong}, mode)
    of_part = verdict.parts[part]
    assert (of_part.outcome, of_part.mistake) == ("wrong", id), of_part.message
    assert mistake.message in of_part.message and of_part.credit < 1 and verdict.credit < 1
    assert all(v.credit == 1 for n, v in verdict.parts.items() if n != part and not asked.part(n).carries)
