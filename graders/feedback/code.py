"""The verdict on a coding answer: the student's function is asked for values at the exercise's calls."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.compare.answers import Packed, what_it_is
from graders.compare.calls import TOLERANCE, Call, Difference, Raised, calls, difference, expected
from graders.compare.patience import SECONDS, within
from graders.compare.verdict import Evidence, Verdict
from graders.feedback.formulas import SELF_STUDY, invalid
from graders.feedback.wording import message, say
from matcalc_ref.language.objects.packing import unpack
from matcalc_ref.record import Exercise, Mistake, Part

Ask = Callable[[int, list[Any]], Any]
DEADLY = ("timeout", "died")
ROUNDING = 1e-12  # more than a formula's; the best step of a central difference leaves ten times as much


@dataclass(frozen=True)
class Got:
    """What one call gave: a value, or the kind of failure and its detail."""

    value: Any = None
    error: str | None = None
    detail: str = ""


def judge_code(
    exercise: Exercise, part: Part, answer: Packed, ask: Ask | None, secret: bytes, mode: str
) -> Verdict:
    """The verdict on one function. `ask(handle, arguments)` replies with `.value`, `.error`, `.detail`."""
    handle = answer.get("handle") if isinstance(answer, dict) and "function" in answer else None
    if not isinstance(handle, int) or isinstance(handle, bool):
        return invalid("code-form", signature=part.signature, what=what_it_is(answer))
    if ask is None:
        raise ValueError("a coding answer needs somebody to ask")
    made = calls(exercise, part, secret)
    replies: list[Got] = []
    for call in made:  # the player has limits of its own
        replies.append(_ask(ask, handle, call))
        if replies[-1].error in DEADLY:
            break
    with within(SECONDS):
        return _judged(replies, made, part, mode)


def _judged(replies: list[Got], made: tuple[Call, ...], part: Part, mode: str) -> Verdict:
    """The verdict on what a function returned."""
    tolerance = TOLERANCE if part.tolerance is None else part.tolerance
    right = _values(part.key, made)
    if part.signature and part.signature.measure:
        right = tuple(
            _measured(part, call, Got(value)).value for call, value in zip(made, right, strict=True)
        )
    got = [_measured(part, call, reply) for call, reply in zip(made, replies, strict=False)]
    if all(g.error is None and g.value is ... for g in got):
        return invalid("empty")
    evidence = Evidence("sampled", len(made))
    judged = [_one(g, reference, tolerance) for g, reference in zip(got, right, strict=False)]
    bad = [(found.ravelled, i) for i, found in enumerate(judged) if found is not None]
    if not bad:
        closely = (_one(g, reference, ROUNDING) is None for g, reference in zip(got, right, strict=False))
        if part.exact and not all(closely):
            said = say("code-differences", name=part.signature.name if part.signature else "")
            return Verdict("wrong", 0.0, "code-differences", evidence, said)
        return Verdict("correct", 1.0, evidence=evidence, message=say("correct"))
    mistake = _listed(got, part, made, tolerance)
    if mistake is not None:
        share = part.layout_credit if all(ravelled for ravelled, _ in bad) else 0.0
        credit = share if mistake.credit is None else mistake.credit
        return Verdict("wrong", credit, mistake.id, evidence, mistake.message)
    _, worst = min(bad)  # other numbers before another shape
    return _wrong(judged, worst, part, made[worst], mode)


def _ask(ask: Ask, handle: int, call: Call) -> Got:
    reply = ask(handle, list(call.packed))
    if reply.error is not None:
        return Got(error=reply.error, detail=_tidy(reply.detail))
    try:
        return Got(unpack(reply.value))
    except ValueError:
        return Got(error="unreadable", detail=what_it_is(reply.value))


def _measured(part: Part, call: Call, got: Got) -> Got:
    """What counts of a value, where the part has a measure of its own; what it cannot take is not right."""
    measure = part.signature.measure if part.signature else None
    if measure is None or got.error is not None or got.value is ... or isinstance(got.value, Raised):
        return got
    try:
        found = measure(got.value, *call.arguments())
        return Got(error="measured", detail=_tidy(found)) if isinstance(found, str) else Got(found)
    except Exception as problem:  # whatever a student returned
        return Got(error="unmeasured", detail=_tidy(problem))


def _tidy(detail: Any) -> str:
    return " ".join(str(detail).replace("`", "'").split())[:200]


def _values(function: Any, made: tuple[Call, ...]) -> tuple[Any, ...]:
    """What a function of ours returns at the calls of a part."""
    return tuple(expected(function, call) for call in made)


def _one(got: Got, reference: Any, tolerance: float) -> Difference | None:
    """How one reply differs from the reference's value."""
    if isinstance(reference, Raised):
        if got.error == "exception":
            return None
        return Difference("code-no-exception" if got.error is None else f"code-{got.error}",
                          {"expected": reference.name, "detail": got.detail})  # fmt: skip
    if got.error is not None:
        return Difference(f"code-{got.error}", {"detail": got.detail})
    if got.value is None and reference is not None:
        return Difference("code-none", {})
    return difference(got.value, reference, tolerance)


def _listed(got: list[Got], part: Part, made: tuple[Call, ...], tolerance: float) -> Mistake | None:
    """The mistake whose function gives just what the student's gave, at every call."""
    for mistake in part.mistakes:
        for function in mistake.answers:
            if not callable(function):
                continue
            values = _values(function, made)
            if len(got) == len(values) and all(
                _one(g, value, tolerance) is None for g, value in zip(got, values, strict=True)
            ):
                return mistake
    return None


def _wrong(judged: list[Difference | None], bad: int, part: Part, call: Call, mode: str) -> Verdict:
    found = judged[bad]
    assert found is not None and part.signature is not None
    wrong = [difference for difference in judged if difference is not None]
    fields = {"name": part.signature.name, "where": "", "detail": "", **found.fields}
    sentences = [_called(call) if mode == SELF_STUDY else "", say(found.kind, **fields)]
    if found.kind == "code-exception" and re.search("matmul|broadcast|not aligned|shapes", fields["detail"]):
        sentences.append(say("code-sizes"))
    credit, mistake = 0.0, found.kind
    if all(difference.ravelled for difference in wrong):
        credit, mistake = part.layout_credit, "layout"
        if found.kind == "code-shape":
            sentences.append(say("code-ravelled"))
    elif found.kind in ("code-value", "code-entries", "code-entries-many"):
        mistake = ""
        sentences.append(say("code-next"))
    return Verdict("wrong", credit, mistake or None, Evidence("sampled", len(judged)), message(sentences))


def _called(call: Call) -> str:
    """The arguments in words, where they are short."""
    if any(callable(argument) for argument in call.own):
        return ""
    with np.printoptions(precision=3, suppress=True):
        shown = ", ".join(
            repr(a).replace("\n", "") if isinstance(a, np.ndarray) else repr(a) for a in call.own
        )
    return say("code-called", arguments=f"`{shown}`") if len(shown) <= 160 else ""
