"""How a verdict is laid out in the learner's notebook. What it says comes from `graders.feedback`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from graders.feedback.wording import say
from matcalc_ref.record import LETTERS, Exercise, Part

NOTHING = "Write your answer in place of the `...`, and run its cell."
READ_BY = "A person reads this answer and gives the points. Read it once more: does it have all of this?"
ALONE = (
    "No program can judge words. Read your answer once more: does it have all of this? Then compare it with "
    '`solution("«id»")`.'
)
UPSTREAM = (
    "With the upstream gradient held still, the loss moves just as the number does that stands in the first "
    "line below; so that is what is differentiated."
)
SIGNS = {
    "correct": "✔ right",
    "wrong": "✘ not yet",
    "invalid": "? not readable",
    "pending": "… for a person",
    "broken": "! the check failed",
}


def head(id: str, sign: str, detail: str = "") -> str:
    """The first line of every message."""
    return f"**{id} — {sign}**" + (f" · {detail}" if detail else "")


def for_a_person(row: Mapping[str, Any], mode: str) -> str:
    """What is said of an answer in words; `row` is the exercise in exercises.json."""
    rows = "\n".join(f"- {line}" for part in row["parts"] for line in part["lines"])
    said = ALONE.replace("«id»", row["id"]) if mode == "self-study" else READ_BY
    return f"{head(row['id'], SIGNS['pending'])}\n\n{said}\n\n{rows}"


def full(exercise: Exercise, verdict: Any) -> str:
    """A verdict with its points."""
    earned = f"{verdict.credit * exercise.points:.3g} of {exercise.points:g} points"
    sign = SIGNS[verdict.outcome]
    empty = {say("empty"), *(say("part-missing", name=part.name) for part in exercise.parts)}
    if {one.message for one in (verdict.parts or {"": verdict}).values()} <= empty:
        return f"{head(exercise.id, 'nothing here yet')}\n\n{NOTHING}"
    if verdict.outcome == "wrong" and verdict.credit > 0:
        sign = "◐ partly"
    return f"{head(exercise.id, sign, earned)}\n\n{verdict.message}".strip()


def solved(exercise: Exercise) -> str:
    """The answer of every part, with the steps of a derivative where there are any."""
    blocks = []
    for part in exercise.parts:
        name = f"`{part.name}`: " if len(exercise.parts) > 1 else ""
        blocks.append(name + _answer(exercise, part))
    upstream = re.search(r"[gG]\}?=\\partial [LC]/\\partial", exercise.prompt)
    if upstream and any("displaystyle" in block for block in blocks):
        blocks.insert(0, UPSTREAM)
    said = "\n\n".join([head(exercise.id, "the answer"), *blocks])
    return re.sub(r"(\\operatorname\{\w*?)_(?=\w*\})", r"\1\\_", said)  # else it would begin an index


def _answer(exercise: Exercise, part: Part) -> str:
    from graders.compare.key import key_of, shown_key
    from matcalc_ref.language import latex
    from matcalc_ref.language.tree import ByEntries

    if part.kind == "code":
        import inspect
        import textwrap

        source = textwrap.dedent(inspect.getsource(part.key))
        if part.signature is not None:
            source = re.sub(rf"\b{part.key.__name__}\b", part.signature.name, source)
        return f"\n\n```python\n{source}```"
    if part.kind == "choice":
        return f"({part.key}) {part.choices[LETTERS.index(part.key)]}"
    if part.kind == "choices":
        return ", ".join(f"({letter}) {part.choices[LETTERS.index(letter)]}" for letter in part.key)
    if part.kind == "error":
        return f"line {part.key} is the first wrong one"
    if part.kind == "shape":
        from graders.compare.answers import shape_from
        from matcalc_ref.language.sizes import show_shape

        return "$" + show_shape(shape_from(part.key), r" \times ").replace("*", r"\,") + "$"
    if part.kind == "text":
        return str(part.key)
    key = key_of(exercise, part.name, b"")
    if part.kind in ("formula", "derivation") and part.lines:
        lines = "\n".join(f"- `{line}`" for line in _answers(part, key))
        return f"${latex(shown_key(key))}$\n\nLine by line, for example:\n\n{lines}"
    if part.kind == "number" and part.at:
        return f"${_matrix(key.value(key.node))}$"
    shown = shown_key(key)
    if isinstance(shown, ByEntries) and isinstance(part.key, str):
        return f"${part.key.partition('=')[0].strip()} = {latex(shown.body)}$, typed as `{part.key}`"
    typed = f", typed as `{_typed(shown, key)}`"
    if part.kind == "number":
        return f"${_worked_out(latex(shown), key.value(key.node))}${typed}"
    return f"${latex(shown)}${typed}{_steps(exercise, part, key)}"


def _steps(exercise: Exercise, part: Part, key: Any) -> str:
    """How the answer comes about, where it is a derivative by one variable."""
    from graders.compare.key import shown_key
    from matcalc_ref.derive import CannotDerive, derive
    from matcalc_ref.derive.show import worked_solution
    from matcalc_ref.language import Refusal, latex, read

    if part.f is None or not isinstance(part.wrt, str) or part.wrt not in key.scope.shapes:
        return ""
    try:
        derivation = derive(read(part.f, key.scope), key.scope.variable(part.wrt))
    except (CannotDerive, Refusal):
        return ""
    if len(derivation.steps) < 2:
        return ""
    lines = worked_solution(derivation)
    answer = latex(shown_key(key))
    if f"= {answer}$" not in lines.rsplit("\n\n", 1)[-1]:
        lines += f"\n\n$\\displaystyle = {answer}$ ({_why(exercise, shown_key(key), derivation.result)})"
    return f"\n\n{lines}"


def _answers(part: Part, key: Any) -> list[str]:
    """The lines of a derivation but for what is only the question."""
    from matcalc_ref.language import read
    from matcalc_ref.rewriting.normal import normal

    asked = normal(read(part.f, key.scope)) if part.f is not None else None
    return [line for line in part.lines if "=" in line or normal(read(line, key.scope)) != asked]


def _why(exercise: Exercise, shown: Any, derived: Any) -> str:
    """Why the answer as its author writes it is the derived one."""
    from graders.compare.points import names_in

    put_in = (names_in(shown) - names_in(derived)) & exercise.where.keys()
    return "by what the question says" if put_in else "the same, written otherwise"


def _typed(shown: Any, key: Any) -> str:
    """The answer as the notebooks type it, where that is read as the same."""
    from matcalc_ref.language import Refusal, read, text

    plain = text(shown, ascii=True)
    for spelling in (plain.replace(" @ ", " "), plain):
        usual = spelling.replace("'", "^T")
        try:
            if read(usual, key.scope, expect=shown.shape) == read(plain, key.scope, expect=shown.shape):
                return usual
        except Refusal:
            continue
    return plain


def practice(exercise: Exercise) -> str:
    """A variant of an exercise: what it asks, and how to answer."""
    from matcalc_ref import weave

    question, answer, check = (cell["source"] for cell in weave.cells(exercise))
    return f"{question}\n\nAnswer in a cell of your own:\n\n```python\n{answer}\n\n{check}\n```"


def _worked_out(formula: str, values: Any) -> str:
    """A formula in numbers, and what it comes to where that is not how it is written."""
    result = _matrix(values)
    if result.replace(" ", "") == formula.replace(" ", ""):
        return formula
    exact = all(abs(float(f"{value:.6g}") - value) <= 1e-12 * abs(value) for value in values.flat)
    return f"{formula} = {result}" if exact else rf"{formula} \approx {result}"


def _figures(value: float) -> str:
    """Six digits; a whole number with all of its own."""
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e12 else f"{value:.6g}"


def _matrix(values: Any) -> str:
    rows = [" & ".join(_figures(value) for value in row) for row in values]
    return rows[0] if values.size == 1 else r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"
