"""What comes of answers and replies that are meant to do harm, and what no message may hold."""

import re

import pytest
import records as r

from graders.feedback import judge
from matcalc_ref.language.objects.packing import pack


class Reply:
    def __init__(self, value=None, error=None, detail=""):
        self.value, self.error, self.detail = value, error, detail


@pytest.mark.parametrize(
    ("reply", "mistake", "fragment"),
    [
        (Reply(error="timeout"), "code-timeout", "did not return in time"),
        (Reply(error="died", detail="It was stopped."), "code-died", "It was stopped."),
        (Reply(error="unreadable", detail="set"), "code-unreadable", "set"),
        (Reply(error="exception", detail="E: `x`\n\nmore"), "code-exception", "E: 'x' more"),
        (Reply(error="changed-input", value=[]), "code-changed-input", "copy"),
        (Reply(value={"sympy": ["Symbol", "x"]}), "code-unreadable", "SymPy"),
        (Reply(value={"array": {"dtype": "evil"}}), "code-unreadable", "an array"),
        (Reply(value=["not", "packed"]), "code-unreadable", ""),
        (Reply(value={"unreadable": "Liar<script>"}), "code-unreadable", "Liarscript"),
    ],
)
def test_what_a_player_may_reply(reply, mistake, fragment):
    verdict = judge(r.OUTER, {"function": "outer", "handle": 0}, ask=lambda handle, arguments: reply)
    assert (verdict.outcome, verdict.credit, verdict.mistake) == ("wrong", 0, mistake)
    assert fragment in verdict.message


def test_after_a_timeout_nothing_more_is_asked():
    asked = []
    judge(
        r.OUTER,
        {"function": "outer", "handle": 0},
        ask=lambda *call: asked.append(call) or Reply(error="timeout"),
    )
    assert len(asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"missing": "t01_01", "because": "NameError: name 'x' is not defined"},
        [],
        [1, 2],
        {"list": "no list"},
        {"dict": [[1, 2], "x", ["u", "x^2"]]},
        {"dict": 5},
        {"array": {}},
        {"sympy": ["Add"]},
        {"sympy": ["__import__", "os"]},
        {"function": "f", "handle": "0"},
        {"float": "inf"},
        {"complex": [1, 2]},
        {"complex": [{"int": "9" * 1200}, 1]},
        {"": ""},
        {},
        {"list": [{"list": [{"list": []}]}]},
        {"int": "9" * 1200},
        "\ud800",
        "(" * 5000,
        "x" * 100_000,
        "\x00",
    ],
    ids=lambda answer: re.sub(r" at 0x\w+", "", repr(answer))[:40],
)
@pytest.mark.parametrize(
    "exercise",
    [r.GRADIENT, r.NUMBER, r.CHOICE, r.CHOICES, r.SHAPE, r.ERROR, r.CHAIN, r.DERIVATION, r.OUTER],
    ids=lambda e: e.parts[0].kind,
)
def test_hostile_data_earns_nothing_and_breaks_nothing(exercise, answer):
    verdict = judge(exercise, answer, ask=lambda *call: Reply(error="died"))
    assert verdict.credit < 0.2 and verdict.outcome in ("invalid", "wrong"), verdict.message


def test_a_damaged_record_is_broken_and_never_a_score():
    from matcalc_ref.record import Part

    for part in (
        Part("answer", key="2 unknown"),
        Part("answer", f="w +", wrt="x"),
        Part("answer", f="x", wrt="q"),
    ):
        verdict = judge(r.exercise(part, variables={"x": "n"}), "x")
        assert (verdict.outcome, verdict.credit) == ("broken", 0) and "person" in verdict.message


@pytest.mark.parametrize("mode", ["assignment", "grading"])
def test_no_right_value_is_told_outside_of_self_study(mode):
    for exercise, answer in (
        (r.GRADIENT, "3 x^T + 1"),
        (r.JACOBIAN, "[[1, 2], [3, 4]]"),
        (r.VECTOR, "[1, 1, 1]"),
    ):
        verdict = judge(exercise, pack(answer), mode=mode)
        assert "reference" not in str(verdict.to_json()) and "should give" not in verdict.message
    assert "should give" in judge(r.JACOBIAN, "[[1, 2], [3, 4]]", mode="self-study").message


@pytest.mark.parametrize(
    "answer",
    [
        "<script>alert(1)</script> x",
        "x` <img src=x onerror=alert(1)> `",
        {"<b>u</b>": "1", "![](http://example.org/x.png)": 2},
        {"missing": "<i>t</i>", "because": "<script>alert(1)</script>"},
    ],
)
@pytest.mark.parametrize(
    "exercise", [r.GRADIENT, r.CHAIN, r.DERIVATION, r.NUMBER], ids=lambda e: e.parts[0].kind
)
def test_no_message_carries_a_students_tags_or_links(exercise, answer):
    packed = answer if isinstance(answer, dict) and "missing" in answer else pack(answer)
    text = judge(exercise, packed).message
    assert not any(f"<{tag}" in text for tag in ("script", "img", "b>", "i>", "/")) and "](" not in text


def test_an_answer_that_takes_too_long_is_stopped(monkeypatch):
    import time

    import graders.feedback.judging as judging

    monkeypatch.setattr(judging, "SECONDS", 0.05)
    monkeypatch.setattr(judging, "judge_part", lambda *_: any(k < 0 for k in range(10**9)))
    start = time.process_time()
    assert judge(r.GRADIENT, "x").outcome == "invalid" and time.process_time() - start < 2
