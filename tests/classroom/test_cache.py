"""An answer that was judged before is not judged again, unless it must be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graders.classroom.cache import Judged
from graders.compare.verdict import Evidence, Verdict


class Counts:
    def __init__(self, outcome: str = "correct") -> None:
        self.seen: list[tuple[str, Any]] = []
        self.outcome = outcome

    def __call__(self, exercise: str, answer: Any, ask: Any) -> Verdict:
        self.seen.append((exercise, answer))
        return Verdict(self.outcome, 1.0 if self.outcome == "correct" else 0.0)


def test_identical_answers_are_judged_once_and_others_are_not() -> None:
    judge = Counts()
    version = {"a": "1", "b": "1"}
    judged = Judged(judge, version.__getitem__)
    for exercise, answer in [
        ("a", "x"),
        ("a", "x"),
        ("b", "x"),
        ("a", "y"),
        ("a", ["x"]),
        ("a", {"dict": [["x", 1]]}),
    ]:
        judged(exercise, answer, None)
    assert len(judge.seen) == 5 and judged.hits == 1
    version["a"] = "2"  # the key was corrected
    judged("a", "x", None)
    assert len(judge.seen) == 6


@pytest.mark.parametrize(
    "answer",
    [{"function": "f", "handle": 1}, [{"function": "f", "handle": 1}], {"missing": "a", "because": "time"}],
)
def test_what_must_be_asked_is_judged_each_time(answer: Any) -> None:
    judge = Counts()
    judged = Judged(judge, lambda exercise: "1")
    judged("a", answer, None)
    judged("a", answer, None)
    assert len(judge.seen) == 2


def test_workers_of_one_machine_share_what_they_judged(tmp_path: Path) -> None:
    first, second = (Judged(judge, lambda exercise: "1", folder=tmp_path) for judge in (Counts(), Counts()))
    given = first("a", "x", None)
    assert second("a", "x", None) == given and second.hits == 1 and not second.judge.seen  # type: ignore[attr-defined]
    for path in tmp_path.iterdir():
        path.write_text("{}")  # cut off, or of another version
    third = Judged(Counts(), lambda exercise: "1", folder=tmp_path)
    assert third("a", "x", None) == given and third.hits == 0


def test_a_verdict_survives_its_way_through_json() -> None:
    part = Verdict("wrong", 0.5, "sign", Evidence("sampled", 3, {"at": {"x": [1.0]}, "student": 1.0}), "No.")
    whole = Verdict("wrong", 0.25, message="Both.", parts={"b": part, "a": Verdict("correct", 1.0)})
    assert Verdict.from_json(json.loads(json.dumps(whole.to_json()))) == whole


def test_the_memory_is_bounded_and_forgets_failures() -> None:
    judge = Counts()
    judged = Judged(judge, lambda exercise: "1", size=10)
    for number in range(100):
        judged("a", number, None)
    assert len(judged.known) == 10
    failing = Counts("broken")
    judged = Judged(failing, lambda exercise: "1")
    judged("a", 1, None)
    judged("a", 1, None)
    assert len(failing.seen) == 2
