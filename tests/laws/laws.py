"""The laws of a record: what must hold for every exercise. For the tests, and for authors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from graders.classroom.students import reference as right_answer
from graders.compare.calls import Raised, calls, expected
from graders.compare.equality import compare, reference_batches
from graders.compare.key import Key, key_of, shown_key
from graders.compare.points import base_points
from graders.feedback.judging import judge
from graders.study.local import ask_for
from matcalc_ref.language import Points, evaluate, read
from matcalc_ref.language.objects.packing import pack
from matcalc_ref.numeric import STEP, jacobian
from matcalc_ref.record import Exercise

SECRET = b"the laws"


def problems(exercise: Exercise) -> list[str]:
    """What breaks a law, in one sentence each with the remedy; empty where all is well."""
    found: list[str] = []
    for law in (_keys, _differences, _full_credit, _untouched, _mistakes, _instead):
        try:
            found += law(exercise)
        except Exception as problem:  # a record so damaged that a law cannot be tried is a problem as well
            found.append(f"{law.__name__.strip('_')}: {type(problem).__name__}: {problem}")
        if found:
            break
    return found


def _keys(exercise: Exercise) -> Iterator[str]:
    """A written key equals the computed one, and the reference function of a code part works."""
    for part in exercise.parts:
        if part.kind == "code":
            for call in calls(exercise, part, SECRET):
                value = expected(part.key, call)
                if value is None or isinstance(value, Raised) and value.name in ("TypeError", "NameError"):
                    yield f"part {part.name}: the reference function fails ({value}); mend it"
        if part.kind not in ("formula", "derivation") or part.f is None or not isinstance(part.key, str):
            continue
        key = key_of(exercise, part.name, SECRET)
        if not compare(shown_key(key), key.node, key.setting, ties=None).equal:
            yield f"part {part.name}: `key` is not the derivative of `f`; mend one of them"
        for line in part.lines if part.kind == "formula" else ():
            if not compare(read(line, key.scope, expect=key.shape), key.node, key.setting, ties=None).equal:
                yield f"part {part.name}: the line {line!r} is not equal to the key; mend it"


def _differences(exercise: Exercise) -> Iterator[str]:
    """A key that is a derivative agrees with central differences."""
    for part in exercise.parts:
        if part.f is None or part.wrt is None or part.kind not in ("formula", "derivation"):
            continue
        key = key_of(exercise, part.name, SECRET)
        for points in base_points(key.setting):
            error = difference_error(key, points)
            if error > 1e-5:
                yield f"part {part.name}: the key is off central differences by {error:.1e}; is it at a kink?"


def difference_error(key: Key, points: Points) -> float:
    """How far a key is off central differences of its f, relatively, at points not near a kink."""
    f, name = read(key.part.f, key.scope), key.part.wrt
    assert name is not None
    usable = next(b.usable for b in reference_batches(key.node, key.setting) if b.points is points)
    exact = evaluate(key.node, points)
    worst = 0.0
    for row in np.flatnonzero(usable)[:3]:
        one = {n: v[row : row + 1] for n, v in points.values.items()}

        def value(moved: Any, one: Any = one) -> Any:
            return evaluate(f, Points(points.sizes, {**one, name: moved[None]}, 1))[0]

        rough = jacobian(value, one[name][0])
        noise = np.abs(jacobian(value, one[name][0], 2 * STEP) - rough)  # of steep functions: 1/u near 0
        error = (np.abs(exact[row].reshape(rough.shape) - rough) - noise).max()
        worst = max(worst, float(error / max(1.0, np.abs(rough).max())))
    return worst


def judged(exercise: Exercise, answers: dict[str, Any], mode: str = "grading") -> Any:
    """The verdict on answers given as objects of this process, by part."""
    functions: list[Callable[..., Any]] = []
    if exercise.is_code:
        packed: Any = [pack(answers.get(part.name, ...), functions) for part in exercise.parts]
        packed = packed[0] if len(packed) == 1 else packed
    elif len(exercise.parts) == 1:
        packed = pack(answers.get(exercise.parts[0].name, ...))
    else:
        packed = pack(dict(answers)) if answers else pack(...)
    return judge(exercise, packed, ask=ask_for(functions), secret=SECRET, mode=mode)


def _full_credit(exercise: Exercise) -> Iterator[str]:
    answers = {part.name: right_answer(exercise, part) for part in exercise.parts}
    verdict = judged(exercise, answers)
    for part in exercise.parts:
        of_part = verdict.parts[part.name] if verdict.parts else verdict
        if of_part.credit != 1 and part.kind != "text":
            yield f"part {part.name}: the key does not earn full credit: {of_part.outcome}, {of_part.message}"


def _untouched(exercise: Exercise) -> Iterator[str]:
    verdict = judged(exercise, {})
    if verdict.outcome != "invalid" or verdict.credit:
        yield f"an untouched answer is {verdict.outcome} and earns {verdict.credit}"


def _mistakes(exercise: Exercise) -> Iterator[str]:
    """Each mistake loses credit and earns its own sentence, in every form."""
    right = {part.name: right_answer(exercise, part) for part in exercise.parts}
    for part in exercise.parts:
        for mistake in part.mistakes:
            for form in mistake.answers:
                verdict = judged(exercise, {**right, part.name: form}).parts[part.name]
                if verdict.credit >= 1:
                    yield f"part {part.name}: mistake {mistake.id} ({form!r}) is right; change or drop it"
                elif verdict.mistake != mistake.id:
                    yield (
                        f"part {part.name}: mistake {mistake.id} ({form!r}) comes out as {verdict.mistake}: "
                        f"{verdict.outcome}, {verdict.message}"
                    )
                elif mistake.message not in verdict.message:
                    yield f"part {part.name}: mistake {mistake.id} does not earn its own sentence"


def _instead(exercise: Exercise) -> Iterator[str]:
    """What follows from a wrong choice is right after it, wrong after the right one, and never all."""
    right = {part.name: right_answer(exercise, part) for part in exercise.parts}
    for part in exercise.parts:
        for letter, then in part.instead.items():
            found = judged(exercise, {**right, **then.keys, part.name: letter})
            after = {name: found.parts[name].credit for name in then.keys}
            if found.credit >= 1 or set(after.values()) != {1.0}:
                yield f"part {part.name}: after choice {letter} the credit is {found.credit}, {after}"
            if judged(exercise, {**right, **then.keys}).credit >= 1:
                yield f"part {part.name}: what follows from choice {letter} is right without it; drop it"


__all__ = ["difference_error", "judged", "problems", "right_answer"]
