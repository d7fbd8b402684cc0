"""The one front door: an exercise and a packed answer in, a verdict out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from graders.compare.affordable import TooLarge
from graders.compare.answers import Packed, is_empty, items_of, letters_of, pairs_of, what_it_is
from graders.compare.carried import instead
from graders.compare.patience import SECONDS, TooSlow, within
from graders.compare.verdict import Verdict
from graders.feedback.code import judge_code
from graders.feedback.formulas import invalid
from graders.feedback.kinds import judge_part
from graders.feedback.wording import say
from matcalc_ref.language import Node
from matcalc_ref.record import Exercise, Part

MODES = ("assignment", "self-study", "grading")


def judge(
    exercise: Exercise,
    answer: Packed,
    *,
    ask: Callable[[int, list[Any]], Any] | None = None,
    secret: bytes = b"self-study",
    mode: str = "grading",
) -> Verdict:
    """The verdict on an answer to an exercise.

    `answer` is packed data (`matcalc_ref.language.pack`): one answer, a dict with an answer for each part, or
    for coding exercises the packed functions, a list where there are several. `ask(handle, arguments)` has
    the player call a student's function. Nothing that an answer holds makes this raise; a damaged record
    gives `broken`. In self-study the message may show right values at a point, in the other modes it never
    does.
    """
    if mode not in MODES:
        raise ValueError(f"mode {mode!r} is not known; use {', '.join(MODES)}")
    answers = _answers(exercise, answer)
    if isinstance(answers, Verdict):
        return _harmless(answers)
    verdicts: dict[str, Verdict] = {}
    own: dict[str, Node] = {}
    other: Exercise | None = None  # how it goes on after a wrong choice
    for part in exercise.parts:
        given = answers.get(part.name)
        verdict, node = _judge_one(exercise, part, given, own, ask, secret, mode)
        if other is not None and verdict.outcome == "wrong":
            again, _ = _judge_one(other, other.part(part.name), given, own, ask, secret, mode)
            if again.outcome == "correct":
                verdict = again.with_message(say("correct-carried"))
        if part.instead and verdict.outcome == "wrong":
            other = instead(exercise, part, letters_of(given, len(part.choices))[0])
        verdicts[part.name] = _harmless(verdict)
        if node is not None:
            own[part.name] = node
    return _together(exercise, verdicts)


def _answers(exercise: Exercise, answer: Packed) -> Mapping[str, Packed] | Verdict:
    """The answer of each part by its name."""
    names = [part.name for part in exercise.parts]
    if exercise.is_code and isinstance(answer, list):
        return dict(zip(names, answer, strict=False))
    if isinstance(answer, dict) and "missing" in answer:
        return _missing(answer)
    pairs = pairs_of(answer)
    if len(names) == 1:
        return {names[0]: pairs[names[0]] if pairs is not None and set(pairs) == set(names) else answer}
    if is_empty(answer):
        return invalid("empty")
    if pairs is not None:
        unknown = sorted(set(pairs) - set(names))
        if unknown:
            return invalid("parts-unknown", names=", ".join(unknown)[:100], known=", ".join(names))
        return invalid("empty") if all(map(is_empty, pairs.values())) else pairs
    items = items_of(answer)
    if items is not None and len(items) == len(names) and "set" not in answer:
        return dict(zip(names, items, strict=True))
    example = "{" + ", ".join(f'"{name}": ...' for name in names) + "}"
    return invalid("parts-form", count=len(names), example=example, what=what_it_is(answer))


def _missing(answer: Mapping[str, Any]) -> Verdict:
    """What is said of a variable that its cell did not set."""
    why = str(answer.get("because") or "").strip().rstrip(".:")
    why = re.sub(r"\s*\(?<\s?ipython-input[^>]*>(?:, line \d+\))?", "", why)  # no file of the student's
    hint = say("missing-quotes") if why.startswith("SyntaxError") else ""
    because = f"Its cell failed: {why}. {hint}" if why else ""
    return invalid("missing", name=answer["missing"], because=because)


def _judge_one(
    exercise: Exercise,
    part: Part,
    answer: Packed,
    own: Mapping[str, Node],
    ask: Any,
    secret: bytes,
    mode: str,
) -> tuple[Verdict, Node | None]:
    if isinstance(answer, dict) and "missing" in answer:
        return _missing(answer), None
    if is_empty(answer):
        return invalid("empty" if len(exercise.parts) == 1 else "part-missing", name=part.name), None
    try:
        if part.kind == "code":
            return judge_code(exercise, part, answer, ask, secret, mode), None
        with within(SECONDS):
            return judge_part(exercise, part, answer, own, secret, mode)
    except TooSlow:
        return invalid("too-large", size="too much time"), None
    except TooLarge as problem:
        return invalid("too-large", size=problem), None
    except Exception as problem:  # whatever it is, the grader failed: loud, never a score, left for a person
        return Verdict(
            "broken", message=f"{say('broken')} ({type(problem).__name__}: {str(problem)[:200]})"
        ), None


def _harmless(verdict: Verdict) -> Verdict:
    """The verdict with nothing in its message that a page could take for a student's tag or link."""
    return verdict.with_message(re.sub(r"<(?=[A-Za-z/!?])", "< ", verdict.message).replace("](", "] ("))


def _together(exercise: Exercise, verdicts: Mapping[str, Verdict]) -> Verdict:
    """One verdict from those of the parts, by their weights."""
    if len(verdicts) == 1:
        (only,) = verdicts.values()
        return replace(only, parts=dict(verdicts))
    weights = {part.name: part.weight for part in exercise.parts}
    total = sum(weights.values())
    credit = sum(weights[name] * verdict.credit for name, verdict in verdicts.items()) / total
    outcomes = {verdict.outcome for verdict in verdicts.values()}
    if outcomes == {"correct"}:
        outcome, credit = "correct", 1.0
    elif "broken" in outcomes:
        outcome, credit = "broken", 0.0
    elif "pending" in outcomes:
        outcome, credit = "pending", min(credit, 0.9999)
    else:
        outcome, credit = ("invalid" if outcomes == {"invalid"} else "wrong"), min(credit, 0.9999)
    first = next((v for v in verdicts.values() if v.mistake), None)
    evidence = next((v.evidence for v in verdicts.values() if v.outcome == "wrong"), None)
    said = [_labelled(part, verdicts[part.name]) for part in exercise.parts]
    credit = round(credit, 12) if outcome != "correct" else 1.0
    mistake = first.mistake if first else None
    return Verdict(outcome, credit, mistake, evidence, "\n".join(said), dict(verdicts))


def _labelled(part: Part, verdict: Verdict) -> str:
    sign = {"correct": "✔", "wrong": "✘", "invalid": "?", "pending": "…", "broken": "!"}[verdict.outcome]
    label = f"${part.label}$" if part.label else f"`{part.name}`"
    return f"- {sign} {label}: " + verdict.message.replace("\n", "\n  ")
