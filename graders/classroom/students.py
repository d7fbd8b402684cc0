"""Simulated students: what each of them hands in. For the demo, and for tests that need a whole class."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcalc_ref import weave
from matcalc_ref.record import Exercise, Part

Book = dict[str, Any]
Answer = Callable[[Exercise, Part], Any]


@dataclass(frozen=True)
class Student:
    """A student's id and name, what is special, and how the notebook is changed before it is handed in.

    `change` receives the notebook's text and the records, and gives the text that is submitted.
    """

    id: str
    about: str
    change: Callable[[str, Sequence[Exercise]], str]
    name: str = "No Name"


def reference(exercise: Exercise, part: Part) -> Any:
    """The right answer of one part, as a student would type it."""
    from matcalc_ref.language import text

    if part.kind == "choices":
        return list(part.key)
    if part.kind == "derivation":
        return [*part.lines, text(_formula(exercise, part))]
    if part.kind == "number" and part.at:
        return _number(exercise, part)
    if part.key is not None:
        return part.key
    return text(_formula(exercise, part))


def _key(exercise: Exercise, part: Part) -> Any:
    from graders.compare.key import key_of

    return key_of(exercise, part.name, b"")


def _formula(exercise: Exercise, part: Part) -> Any:
    from graders.compare.key import shown_key

    return shown_key(_key(exercise, part))


def _number(exercise: Exercise, part: Part) -> Any:
    key = _key(exercise, part)
    return key.value(key.node).round(9).tolist()


def latex_answer(exercise: Exercise, part: Part) -> Any:
    """The right answer as somebody pastes it who thinks in LaTeX."""
    from matcalc_ref.language import latex

    return latex(_formula(exercise, part)) if part.kind == "formula" else reference(exercise, part)


def rearranged(exercise: Exercise, part: Part) -> Any:
    """The right answer in an unusual form."""
    right = reference(exercise, part)
    return f"(({right})ᵀ)ᵀ" if part.kind == "formula" else right


def mistaken(turn: int) -> Answer:
    """Mistakes that the records know, in every third exercise, from the one that `turn` (0, 1, 2) says."""

    def answer(exercise: Exercise, part: Part) -> Any:
        if not part.mistakes or int(exercise.id[-2:]) % 3 != turn:
            return reference(exercise, part)
        return part.mistakes[turn % len(part.mistakes)].answer

    return answer


def source(exercise: Exercise, answer: Answer) -> str:
    """The source of an answer cell."""
    if exercise.by_hand:
        return str(answer(exercise, exercise.parts[0]))
    if exercise.is_code:
        return "\n\n\n".join(_function(part, answer(exercise, part)) for part in exercise.parts)
    values = {part.name: _literal(answer(exercise, part)) for part in exercise.parts}
    if len(values) == 1:
        return f"{exercise.variable} = {next(iter(values.values()))}"
    rows = [f'    "{name}": {value},' for name, value in values.items()]
    return "\n".join([f"{exercise.variable} = {{", *rows, "}"])


def _literal(value: Any) -> str:
    return f'r"{value}"' if isinstance(value, str) and "\\" in value and '"' not in value else repr(value)


def _function(part: Part, function: Any) -> str:
    assert part.signature is not None  # a law of the record
    settings = [f"{name} = {value!r}" for name, value in _settings(function).items()]
    rows = [*_helpers(function), *settings, textwrap.dedent(inspect.getsource(function))]
    code, name = "\n\n\n".join(row.strip() for row in rows), part.signature.name
    if function.__name__ != name:  # a helper may have the name that the exercise asks for
        code = re.sub(rf"\b{name}\b", f"_{name}_", code)
    return re.sub(rf"\b{function.__name__}\b", name, code)


def _helpers(function: Any, known: tuple[Any, ...] = ()) -> list[str]:
    """The sources of the functions of the same module that a function calls, those that they call first."""
    found: list[str] = []
    for helper in inspect.getclosurevars(function).globals.values():
        if inspect.isfunction(helper) and helper.__module__ == function.__module__ and helper not in known:
            found += [*_helpers(helper, (*known, function)), inspect.getsource(helper)]
    return list(dict.fromkeys(found))


def _settings(function: Any) -> Mapping[str, Any]:
    """What a function made by another one was made with."""
    return inspect.getclosurevars(function).nonlocals


def fill(
    text: str, records: Sequence[Exercise], answer: Answer, only: Mapping[str, str] | None = None
) -> str:
    """The notebook with every answer cell filled in; `only` holds sources that go before the others."""
    book = weave.loads(text)
    wanted = {exercise.id: exercise for exercise in records}
    for cell in book["cells"]:
        id = _grade_id(cell)
        if only and id in only:
            cell["source"] = only[id]
        elif id in wanted:
            cell["source"] = source(wanted[id], answer)
    return weave.dump(book)


def _grade_id(cell: weave.Cell) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def _does_not_parse(text: str, records: Sequence[Exercise]) -> str:
    def answer(exercise: Exercise, part: Part) -> Any:
        return "2 x +* (" if part.kind in ("formula", "number") else reference(exercise, part)

    return fill(text, records, answer)


def _loops(text: str, records: Sequence[Exercise]) -> str:
    first = records[0]
    return fill(text, records, reference, {first.id: f"while True:\n    {first.variable} = 1"})


def _deletes(text: str, records: Sequence[Exercise]) -> str:
    gone = {records[1].id, f"{records[1].id}-check", f"{records[2].id}-check"}
    book = weave.loads(fill(text, records, reference))
    book["cells"] = [cell for cell in book["cells"] if _grade_id(cell) not in gone]
    return weave.dump(book)


def _copies(text: str, records: Sequence[Exercise]) -> str:
    book = weave.loads(fill(text, records, reference))
    cells = book["cells"]
    name = f"{records[0].id}-check"
    i = next(i for i, cell in enumerate(cells) if _grade_id(cell) == name)
    cells.insert(i + 1, {**cells[i], "id": "a-copy"})
    return weave.dump(book)


def _filled(answer: Answer) -> Callable[[str, Sequence[Exercise]], str]:
    return lambda text, records: fill(text, records, answer)


CLASS = (
    Student("ada", "right, as text", _filled(reference), "Ada Lovelace"),
    Student("emmy", "right, pasted as LaTeX", _filled(latex_answer), "Emmy Noether"),
    Student("carl", "right, in unusual forms", _filled(rearranged), "Carl Gauss"),
    Student("grace", "makes known mistakes", _filled(mistaken(1)), "Grace Hopper"),
    Student("alan", "makes other ones", _filled(mistaken(2)), "Alan Turing"),
    Student("sofia", "makes still others", _filled(mistaken(0)), "Sofia Kovalevskaya"),
    Student("blaise", "hands in a blank notebook", lambda text, records: text, "Blaise Pascal"),
    Student("leonhard", "types formulas that cannot be read", _does_not_parse, "Leonhard Euler"),
    Student("zeno", "loops for ever in the first answer", _loops, "Zeno Eleates"),
    Student("evariste", "deleted some cells", _deletes, "Évariste Galois"),
    Student("pierre", "copied a check cell", _copies, "Pierre Fermat"),
    Student("kurt", "hands in a broken file", lambda text, records: text[: len(text) // 2], "Kurt Gödel"),
)
