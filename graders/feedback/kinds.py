"""The verdict on one part, by its kind; formulas and code have modules of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from graders.compare.answers import NotReadable, Packed, letters_of, line_of, shape_from
from graders.compare.carried import used_by, with_own_parts
from graders.compare.key import Key, key_of
from graders.compare.places import entries_of, share_of
from graders.compare.points import names_in, plain
from graders.compare.precise import precisely
from graders.compare.verdict import Evidence, Verdict
from graders.feedback.derivations import judge_derivation
from graders.feedback.formulas import (
    entries_sentence,
    invalid,
    judge_formula,
    named_shape,
    read_formula,
    shown_evidence,
)
from graders.feedback.wording import message, say
from matcalc_ref.language import Node, Shape, Size
from matcalc_ref.language.operations import zeros
from matcalc_ref.record import Exercise, Mistake, Part

TOLERANCE = 1e-4
DERIVATIVES = (r"\partial", r"\nabla", r"\to")  # in the label of a shape that counts outputs and inputs


def judge_part(
    exercise: Exercise, part: Part, answer: Packed, own: Mapping[str, Node], secret: bytes, mode: str
) -> tuple[Verdict, Node | None]:
    """The verdict on one part that is no code, and its tree where it is a formula that could be read."""
    try:
        if part.kind == "formula":
            return judge_formula(answer, key_of(exercise, part.name, secret), own, mode)
        if part.kind == "derivation":
            return judge_derivation(answer, key_of(exercise, part.name, secret), mode), None
        if part.kind == "number":
            return judge_number(answer, key_of(exercise, part.name, secret), own, mode)
        if part.kind == "text":
            said = say("pending-alone" if mode == "self-study" else "pending")
            return Verdict("pending", message=said), None
        return _SIMPLE[part.kind](answer, part), None
    except NotReadable as problem:
        return invalid(problem.reason, **{"first": "a", **problem.fields}), None


# Numbers


def judge_number(answer: Packed, key: Key, own: Mapping[str, Node], mode: str) -> tuple[Verdict, Node | None]:
    """A number, or a vector or matrix of numbers, with the part's tolerance."""
    right = key.value(key.node)
    student = read_formula(answer, _literal(key, right.shape))
    if isinstance(student, Verdict):
        return student, None
    sizes = {name for node in student.walk() for size in node.shape for name in size.names}
    names = names_in(student) | sizes
    if names:
        return invalid("number-form", names=", ".join(f"${name}$" for name in sorted(names))), None
    value = key.value(student)
    tolerance = TOLERANCE if key.part.tolerance is None else key.part.tolerance
    if value.shape == right.shape and _near(value, right, tolerance):
        if not key.part.exact or _exactly(student, key):
            return Verdict("correct", 1.0, evidence=Evidence("sampled", 1), message=say("correct")), student
        return Verdict("wrong", 0.0, "rounded", message=say("number-rounded")), student
    carried = with_own_parts(key, own)
    if carried is not None and any(
        key.value(node).any() for node in used_by(key.part, own).values()
    ):  # zeros say nothing
        follows = key.value(carried)
        if value.shape == follows.shape and _near(value, follows, tolerance):
            said = say("correct-carried")
            return Verdict("correct", 1.0, evidence=Evidence("sampled", 1), message=said), student
    return _wrong_number(value, right, key, tolerance, mode), student


def _literal(key: Key, shape: tuple[int, int]) -> Key:
    """The key with its shape in plain numbers, by which an answer's open sizes are settled."""
    return replace(key, node=zeros(*shape))


def _far(value: Any, right: Any, tolerance: float) -> Any:
    """Which entries differ; one count is never another, however large."""
    with np.errstate(all="ignore"):
        return ~(np.abs(value - right) <= np.minimum(tolerance * np.maximum(np.abs(right), 1.0), 0.5))


def _near(value: Any, right: Any, tolerance: float) -> bool:
    return not _far(value, right, tolerance).any()


def _exactly(student: Node, key: Key) -> bool:
    import mpmath

    one, two = precisely((student, key.node), key.points)
    with mpmath.workdps(60):
        return all(
            abs(a - b) < mpmath.mpf(10) ** -40 * max(1, abs(b))
            for a, b in zip(one.flat, two.flat, strict=True)
        )


def _wrong_number(value: Any, right: Any, key: Key, tolerance: float, mode: str) -> Verdict:
    turned = value.shape == right.shape[::-1] and _near(value.T, right, tolerance)
    turned = turned and value.size > 1
    layout = key.part.layout_credit if turned else 0.0
    sentences = []
    if value.shape != right.shape:
        shapes = [named_shape((Size.of(a), Size.of(b))) for a, b in (value.shape, right.shape)]
        sentences.append(say("shape-of-numbers", student=shapes[0], reference=shapes[1]))
    differs = {"at": {}, "student": plain(value), "reference": plain(right)}
    evidence = shown_evidence(Evidence("sampled", 1, differs), mode)
    mistake = _listed_number(value, key, tolerance)
    if mistake is not None:
        credit = _share(value, right, tolerance) if mistake.credit is None else mistake.credit
        text = message([*sentences, mistake.message])
        return Verdict("wrong", max(credit, layout), mistake.id, evidence, text)
    if turned:
        sentences.append(say("layout" if key.part.wrt else "layout-value"))
        return Verdict("wrong", layout, "layout", evidence, message(sentences))
    if value.shape != right.shape:
        sentences.append(say("next-shape" if key.part.wrt else "next-shape-value"))
        return Verdict("wrong", 0.0, None, evidence, message(sentences))
    generic = _generic_number(value, right, tolerance, key.part.wrt is not None)
    if generic is not None:
        said = say(f"number-{generic}" if generic != "sign" else "sign" if key.part.wrt else "sign-value")
        return Verdict("wrong", 0.0, generic, evidence, said)
    coarse = _is_coarse(value, right)
    if coarse:
        told = [say("number-close")]
    elif right.size == 1:
        near = _near(value, right, max(30 * tolerance, 1e-3))
        told = [say("number-near" if near else "number-value"), say("next-numbers")]
    else:
        told = [_entries_sentence(entries_of(_far(value, right, tolerance)), right.size), say("next-numbers")]
    credit = _share(value, right, tolerance)
    return Verdict("wrong", credit, "rounded" if coarse else None, evidence, message(told))


def _share(value: Any, right: Any, tolerance: float) -> float:
    """The share of the entries that is right, those that are 0 not counted."""
    if value.shape != right.shape or right.size == 1:
        return 0.0
    return round(share_of(_far(value, right, tolerance), np.abs(right) <= 1e-12), 4)


def _is_coarse(value: Any, right: Any) -> bool:
    """Whether these are the right numbers, rounded to fewer digits than are asked for."""
    if np.abs(value - right).max() > 0.1 * np.abs(right).max():
        return False
    return any(np.abs(np.round(right, digits) - value).max() < 1e-12 for digits in range(1, 6))


def _entries_sentence(entries: Sequence[tuple[int, int]], size: int) -> str:
    if len(entries) == size:
        return say("entries-all")
    return entries_sentence(entries, size)


def _listed_number(value: Any, key: Key, tolerance: float) -> Mistake | None:
    for mistake, node in key.wrong:
        wrong = key.value(node)
        if wrong.shape == value.shape and _near(value, wrong, tolerance):
            return mistake
    return None


def _generic_number(value: Any, right: Any, tolerance: float, derivative: bool) -> str | None:
    """`derivative`: whether the number is that of a formula's derivative, in which a factor may be lost."""
    if not np.abs(right).max() > 1e-9:
        return None
    factors = (("factor-lost", 0.5), ("factor-extra", 2.0)) if derivative else ()
    for id, factor in (("sign", -1.0), *factors):
        if _near(value, factor * right, tolerance):
            return id
    return None


# Choices, lines, shapes, text


def _choice(answer: Packed, part: Part) -> Verdict:
    given = letters_of(answer, len(part.choices))
    if len(given) != 1:
        return invalid("choice-one", count=len(given))
    right = letters_of(part.key, len(part.choices))
    if given == right:
        return _right()
    mistake = _listed(part, lambda m: letters_of(m, len(part.choices)) == given)
    return _wrong(mistake, say("choice-wrong"))


def _choices(answer: Packed, part: Part) -> Verdict:
    given = set(letters_of(answer, len(part.choices)))
    right = set(_letters(part.key, part))
    if given == right:
        return _right()
    hits, slips = len(given & right), len(given - right)
    share = round(max(0.0, (hits - slips) / len(right)), 4)
    mistake = _listed(part, lambda m: set(_letters(m, part)) == given)
    said = say("choices-wrong", right=hits, wrong=slips, missed=len(right - given))
    return _wrong(mistake, said, share)


def _letters(key: Any, part: Part) -> tuple[str, ...]:
    return letters_of(key if isinstance(key, str) else ",".join(key), len(part.choices))


def _error(answer: Packed, part: Part) -> Verdict:
    given = line_of(answer, len(part.lines))
    if given == part.key:
        return _right()
    mistake = _listed(part, lambda m: m == given)
    return _wrong(mistake, say("line-early" if given < part.key else "line-late"))


def _shape(answer: Packed, part: Part) -> Verdict:
    given, right = shape_from(answer), shape_from(part.key)
    if given == right:
        return _right()
    mistake = _listed(part, lambda m: shape_from(m) == given)
    turned: Shape = (right[1], right[0])
    if not part.label or any(name in part.label for name in DERIVATIVES):
        said = say("shape-turned" if given == turned else "shape-wrong")
    else:
        said = say("shape-turned-value" if given == turned else "shape-wrong-value")
    return _wrong(mistake, said)


def _right() -> Verdict:
    return Verdict("correct", 1.0, evidence=Evidence("identical"), message=say("correct"))


def _wrong(mistake: Mistake | None, otherwise: str, share: float = 0.0) -> Verdict:
    if mistake is None:
        return Verdict("wrong", share, message=otherwise)
    credit = share if mistake.credit is None else mistake.credit
    return Verdict("wrong", credit, mistake.id, message=mistake.message)


def _listed(part: Part, is_it: Any) -> Mistake | None:
    for mistake in part.mistakes:
        for answer in mistake.answers:
            try:
                if is_it(answer):
                    return mistake
            except NotReadable:
                continue
    return None


_SIMPLE = {"choice": _choice, "choices": _choices, "error": _error, "shape": _shape}
