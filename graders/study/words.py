"""How a verdict is laid out in the learner's notebook. What it says comes from `graders.feedback`."""

from __future__ import annotations

from typing import Any

from matcalc_ref.record import LETTERS, Exercise, Part

SIGNS = {"correct": "✔ right", "wrong": "✘ not yet", "invalid": "? not readable", "pending": "… for a person",
         "broken": "! the check failed"}


def head(id: str, sign: str, detail: str = "") -> str:
    """The first line of every message."""
    return f"**{id} — {sign}**" + (f" · {detail}" if detail else "")


def full(exercise: Exercise, verdict: Any) -> str:
    """A verdict with its points."""
    earned = f"{verdict.credit * exercise.points:.3g} of {exercise.points:g} points"
    sign = SIGNS[verdict.outcome]
    if verdict.outcome == "wrong" and verdict.credit > 0:
        sign = "◐ partly"
    return f"{head(exercise.id, sign, earned)}\n\n{verdict.message}".strip()


def solved(exercise: Exercise) -> str:
    """The answer of every part, with the steps of a derivative where there are any."""
    blocks = [head(exercise.id, "the answer")]
    for part in exercise.parts:
        name = f"`{part.name}`: " if len(exercise.parts) > 1 else ""
        blocks.append(name + _answer(exercise, part))
    return "\n\n".join(blocks)


def _answer(exercise: Exercise, part: Part) -> str:
    from matcalc_ref.language import Scope, latex, read

    if part.kind == "code":
        import inspect
        import textwrap

        return f"\n\n```python\n{textwrap.dedent(inspect.getsource(part.key))}```"
    if part.kind == "choice":
        return f"({part.key}) {part.choices[LETTERS.index(part.key)]}"
    if part.kind == "choices":
        return ", ".join(f"({letter}) {part.choices[LETTERS.index(letter)]}" for letter in part.key)
    if part.kind == "error":
        return f"line {part.key} is the first wrong one"
    if part.kind == "shape":
        return "$" + part.key.replace(",", r" \times ") + "$"
    if part.kind == "text":
        return str(part.key or "your own words")
    scope = Scope(exercise.variables, domain=exercise.domain, samples=exercise.samples)
    if part.key is not None:
        return f"${latex(read(str(part.key), scope))}$"
    from matcalc_ref.derive import derive

    assert part.f is not None and part.wrt is not None  # a law of the record
    return f"${latex(derive(read(part.f, scope), scope.variable(part.wrt)))}$"
