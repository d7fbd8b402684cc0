"""What `check` says in an assignment: form, shape, and a gradient check against the prompt's own f.

It needs no key: only the public half of the record that lies beside the notebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.feedback.wording import say
from graders.study.words import NOTHING as EMPTY
from graders.study.words import head

NOTHING = "nothing here yet: write your answer in place of the `...`"
SMALL = "<small>This looks at form, shape and gradient; the score comes with grading.</small>"
STEP = 1e-5
CLOSE = 1e-4


class Problem(Exception):
    """Something that the student can mend, said in Markdown."""


def look(row: Mapping[str, Any], answers: tuple[Any, ...]) -> tuple[bool, str]:
    """Whether the answer's form is in order, and the message. `row` is the exercise in exercises.json."""
    parts = row["parts"]
    if any(part["kind"] == "code" for part in parts):
        if len(answers) != len(parts):
            names = ", ".join(part["signature"]["name"] for part in parts)
            return False, f"{head(row['id'], '? not readable')}\n\nThis check takes the functions {names}."
        values = list(answers)
    elif len(parts) == 1:
        values = list(answers[:1]) or [...]
    else:
        whole = answers[0] if answers else ...
        if isinstance(whole, (list, tuple)) and len(whole) == len(parts):  # as the grader takes it
            whole = dict(zip((part["name"] for part in parts), whole, strict=True))
        if whole is not ... and not isinstance(whole, dict):
            names = ", ".join(f'"{part["name"]}": …' for part in parts)
            return False, f"{head(row['id'], '? not readable')}\n\nThe answer is a dict: `{{{names}}}`."
        known = [part["name"] for part in parts]
        unknown = [] if whole is ... else [str(name)[:20] for name in whole if name not in known]
        if unknown:
            why = say("parts-unknown", names=", ".join(sorted(unknown))[:100], known=", ".join(known))
            return False, f"{head(row['id'], '? not readable')}\n\n{why}"
        values = [... if whole is ... else whole.get(part["name"], ...) for part in parts]
    said: list[tuple[bool, str]] = []
    for part, value in zip(parts, values, strict=True):
        try:
            said.append((True, _part(row, part, value)))
        except Problem as problem:
            said.append((False, str(problem)))
    good = all(ok for ok, _ in said)
    if all(text == NOTHING for _, text in said):
        return False, f"{head(row['id'], 'nothing here yet')}\n\n{EMPTY}"
    sign = "✔ in order" if good else "✘ not yet"
    if len(said) == 1:
        body = said[0][1]
    else:
        labels = [f"${part['label']}$" if part["label"] else f"`{part['name']}`" for part in parts]
        rows = zip(labels, said, strict=True)
        body = "\n".join(f"- {'✔' if ok else '✘'} {label}: {text}" for label, (ok, text) in rows)
    return good, f"{head(row['id'], sign)}\n\n{body}\n\n{SMALL}"


def _part(row: Mapping[str, Any], part: Mapping[str, Any], value: Any) -> str:
    """What is to be said of one part that is in order. Raises Problem."""
    if value is ... or (isinstance(value, str) and not value.strip()):
        raise Problem(NOTHING)
    return {
        "formula": _formula,
        "derivation": _derivation,
        "number": _number,
        "choice": _choice,
        "choices": _choice,
        "shape": _shape,
        "error": _line,
        "code": _code,
    }[part["kind"]](row, part, value)


def _read(row: Mapping[str, Any], part: Mapping[str, Any], value: Any, shape: str | None = None) -> Any:
    from matcalc_ref.language import Refusal, Scope, read, shape_of

    scope = Scope(row["variables"], samples=row["samples"])
    try:
        return read(value, scope, expect=shape_of(shape) if shape is not None else None)
    except Refusal as refusal:
        raise Problem(_told(refusal, row, part)) from None


def _told(refusal: Any, row: Mapping[str, Any], part: Mapping[str, Any], line: int | None = None) -> str:
    """A refusal as it is said when it is graded."""
    from graders.feedback.formulas import refused

    others = [other["name"] for other in row["parts"] if other["name"] != part["name"]]
    return refused(refusal, line, parts=others).message


def _formula(row: Mapping[str, Any], part: Mapping[str, Any], value: Any) -> str:
    return _compared(row, part, _read(row, part, value, part["shape"]))


def _compared(row: Mapping[str, Any], part: Mapping[str, Any], node: Any) -> str:
    """What is to be said of a formula that was read. Raises Problem for a wrong shape or gradient."""
    from matcalc_ref.language import shape_of
    from matcalc_ref.language.explain import read_back

    understood = f"read as ${read_back(node, row['samples'])}$"
    wanted = shape_of(part["shape"])
    if node.shape != wanted:
        lying = "; it is lying the other way: rows are outputs, columns are inputs"
        turned = lying if node.shape == wanted[::-1] else ""
        raise Problem(f"{understood}, which is {_size(node.shape)}; asked for is {_size(wanted)}{turned}")
    if not part.get("f") or not part.get("wrt"):
        return f"{understood}, {_size(wanted)}"
    differs = gradient_check(row, part, node)
    if differs:
        raise Problem(f"{understood}; the shape is right, but a gradient check disagrees: {differs}")
    return f"{understood}, {_size(wanted)}; a gradient check agrees"


def _size(shape: Any) -> str:
    from matcalc_ref.language import SCALAR, show_shape

    shown = show_shape(shape, r" \times ").replace("*", " ")
    return "a number" if shape == SCALAR else f"${shown}$"


def gradient_check(row: Mapping[str, Any], part: Mapping[str, Any], answer: Any) -> str:
    """A formula against central differences of f at random points: "" where they agree, else a sentence."""
    import numpy as np

    from graders.compare.points import base_points, setting
    from matcalc_ref.language import Scope, evaluate, read

    scope = Scope(row["variables"], samples=row["samples"])
    if part["wrt"] not in row["variables"]:
        return ""  # by an entry or another part of f: that is left to grading
    f = read(part["f"], scope)
    where = {name: read(text, scope, expect=scope.shapes[name]) for name, text in row["where"].items()}
    for points in base_points(setting(scope.shapes, (f, answer), row["domain"], row["id"].encode(), where)):
        with np.errstate(all="ignore"):
            mine = evaluate(answer, points)
            measured, finer = (_differences(f, points, part["wrt"], step) for step in (STEP, STEP / 10))
        if mine.shape != measured.shape:  # by a matrix, in the matrix's own shape
            _, rows, columns = points.values[part["wrt"]].shape
            measured, finer = (
                array.reshape(points.batch, columns, rows).transpose(0, 2, 1) for array in (measured, finer)
            )
        noise = np.abs(measured - finer)
        clear = (np.isfinite(noise) & (noise < 1e-3 * (1 + np.abs(measured)))).all(axis=(1, 2))
        off = ~(np.abs(mine - measured) <= CLOSE * (1 + np.abs(measured)) + 10 * noise)
        for b in np.flatnonzero(clear & off.any(axis=(1, 2))):
            i, j = np.argwhere(off[b])[0]
            entry = f"entry $({i + 1}, {j + 1})$ of yours" if off[b].size > 1 else "yours"
            return (
                f"at a random point {entry} is {mine[b, i, j]:.4g}, "
                f"while nudging `{part['wrt']}` gives {measured[b, i, j]:.4g}"
            )
    return ""


def _differences(f: Any, points: Any, wrt: str, step: float) -> Any:
    """The Jacobian of f by central differences, (batch, outputs, inputs), both counted column by column."""
    import numpy as np

    from matcalc_ref.language import Points, evaluate

    x = points.values[wrt]
    found = []
    for j in range(x.shape[2]):
        for i in range(x.shape[1]):
            ends = []
            for sign in (1, -1):
                moved = x.copy()
                moved[:, i, j] += sign * step
                at = Points(points.sizes, {**points.values, wrt: moved}, points.batch)
                ends.append(evaluate(f, at).transpose(0, 2, 1).reshape(points.batch, -1))
            found.append((ends[0] - ends[1]) / (2 * step))
    return np.stack(found, axis=2)


def _derivation(row: Mapping[str, Any], part: Mapping[str, Any], value: Any) -> str:
    from graders.compare.answers import NotReadable
    from graders.compare.lines import lines_of
    from graders.compare.slopes import same
    from graders.compare.steps import UnreadableLine, read_lines
    from matcalc_ref.language import pack

    key = _lines_key(row, part)
    try:
        lines, _ = read_lines(lines_of(pack(value)), key)
    except NotReadable as problem:
        form = "write a list of lines, each in quotes"
        raise Problem(NOTHING if problem.reason == "empty" else form) from None
    except UnreadableLine as problem:
        raise Problem(_told(problem.refusal, row, part, problem.number)) from None
    if lines[-1].open:
        raise Problem("the last line still holds a derivative that is to be worked out")
    for line in reversed(lines):
        try:
            last = _compared(row, part, line.nodes[-1])
            break
        except Problem as problem:  # an aside, such as `1 - s = exp(-z) s`, is passed over when it is graded
            aside = line.equation and all(same(node, line.nodes[0], key) for node in line.nodes)
            if line.defines:
                raise Problem(f"the last line says what `{line.defines}` stands for, {problem}") from None
            if line is lines[0] or not aside:
                raise
    count = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
    later = "; your steps are looked at when it is graded" if part.get("steps") else ""
    return f"{count}, readable; the last is {last}{later}"


def _lines_key(row: Mapping[str, Any], part: Mapping[str, Any]) -> Any:
    """What the lines are read with: the question, and the shape of its answer; no answer."""
    from graders.compare.key import Key
    from graders.compare.points import setting
    from matcalc_ref.language import Scope, read, shape_of
    from matcalc_ref.language.tree import Fill
    from matcalc_ref.record import Exercise, Part

    asked = Part(part["name"], "derivation", f=part["f"], wrt=part["wrt"])
    exercise = Exercise(
        row["id"], row["section"], row["prompt"], (asked,), row["points"],
        variables=row["variables"], samples=row["samples"], where=row["where"],
    )  # fmt: skip
    scope = Scope(row["variables"], samples=row["samples"])
    points = setting(scope.shapes, [read(part["f"], scope)], row["domain"], b"assignment")
    return Key(exercise, asked, scope, Fill("zeros", shape_of(part["shape"])), points)


def _number(row: Mapping[str, Any], part: Mapping[str, Any], value: Any) -> str:
    from matcalc_ref.language import latex

    node = _read({**row, "variables": {}}, part, value)
    return f"read as ${latex(node)}$"


def _choice(row: Mapping[str, Any], part: Mapping[str, Any], value: Any) -> str:
    from graders.compare.answers import letters_of

    letters = _taken(letters_of, value, len(part["choices"]))
    if part["kind"] == "choice" and len(letters) > 1:
        raise Problem(say("choice-one", count=len(letters)))
    return "noted: " + ", ".join(f"({letter})" for letter in letters)


def _shape(row: Mapping[str, Any], part: Mapping[str, Any], value: Any) -> str:
    from graders.compare.answers import shape_from
    from matcalc_ref.language import show_shape

    shape = show_shape(_taken(shape_from, value), r" \times ")
    return f"noted: ${shape}$"


def _line(row: Mapping[str, Any], part: Mapping[str, Any], value: Any) -> str:
    from graders.compare.answers import line_of

    return f"noted: line {_taken(line_of, value, len(part['lines']))}"


def _taken(reader: Any, value: Any, *more: Any) -> Any:
    """An answer as the grader takes it. Raises Problem, in the grader's words."""
    from graders.compare.answers import NotReadable
    from matcalc_ref.language import pack

    try:
        return reader(pack(value), *more)
    except NotReadable as problem:
        raise Problem(say(problem.reason, **{"first": "a", **problem.fields})) from None


def _code(row: Mapping[str, Any], part: Mapping[str, Any], value: Any) -> str:
    import inspect

    signature = part["signature"]
    call = f"`{signature['name']}({', '.join(signature['arguments'])})`"
    if not callable(value):
        raise Problem(f"{call} is to be a function")
    code = getattr(value, "__code__", None)
    if code is not None and ... in code.co_consts and len(code.co_names) == 0 and len(code.co_code) < 40:
        raise Problem(NOTHING)
    try:
        inspect.signature(value).bind(*signature["arguments"])
    except (TypeError, ValueError):
        raise Problem(f"it is called as {call}; take the same arguments") from None
    returns = f"; it is to return {signature['returns'].rstrip('.')}" if signature["returns"] else ""
    return f"{call} is there{returns}"
