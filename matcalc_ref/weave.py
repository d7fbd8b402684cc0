"""Keeps the cells that records own, and `exercises.json`, in step with the records.

The notebook is canonical for prose and order; a record owns its cells `<id>-prompt`, `<id>` and `<id>-check`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from matcalc_ref.record import LETTERS, Exercise, Part, RecordError
from matcalc_ref.record_public import public

Cell = dict[str, Any]
OWNED = re.compile(r"([A-Z]\w*-\d{2}[a-z]?)(-prompt|-check)?")
RANDOM_ID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){0,3}(-?[0-9a-f]{12})?|cell-?\d*|[0-9a-f]{32}")
UNRUN: dict[str, Any] = {"outputs": [], "execution_count": None}
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


# What a record's cells hold.


def prompt(exercise: Exercise) -> str:
    """The Markdown of the prompt cell: title, task, what may be chosen, parts, names to write with."""
    points = f"{exercise.points:g} point{'' if exercise.points == 1 else 's'}"
    title = " · ".join([exercise.id, *([exercise.title] if exercise.title else []), points])
    blocks = [f"### {title}", exercise.prompt.strip()]
    several = len(exercise.parts) > 1
    faulty = [part for part in exercise.parts if part.kind == "error"]
    for part in faulty:
        rows = [f"- **L{i}** {line}" for i, line in enumerate(part.lines, 1)]
        blocks.append((f"`{part.name}`:\n\n" if len(faulty) > 1 else "") + "\n".join(rows))
    if not several:
        blocks += ["\n".join(_options(part)) for part in exercise.parts if part.choices]
    elif not exercise.is_code:
        blocks += ["The parts of your answer:"] if faulty else []
        rows = []
        for part in exercise.parts:
            rows.append(f"- `{part.name}`{f': ${part.label}$' if part.label else ''}")
            rows += [f"    {option}" for option in _options(part)]
        blocks.append("\n".join(rows))
    for part in exercise.parts:
        if part.steps:
            steps = _list([step.about for step in part.steps])
            blocks.append(f"{STEPS}\n\n{steps}")
        if part.kind == "text":
            blocks.append("A person reads your answer, and looks for:\n\n" + _list(part.lines))
    names = _names_to_write_with(exercise)
    return "\n\n".join([*blocks, *([names] if names else [])])


def _list(rows: Sequence[str]) -> str:
    return "\n".join(f"- {row}" for row in rows)


def _options(part: Part) -> list[str]:
    return [f"- **({letter})** {choice}" for letter, choice in zip(LETTERS, part.choices, strict=False)]


def _names_to_write_with(exercise: Exercise) -> str:
    if not any(part.kind in ("formula", "derivation") for part in exercise.parts):
        return ""
    said: list[str] = []
    sizes: dict[str, str] = {}
    for name, shape in exercise.variables.items():
        dims = [size.strip() for size in shape.split(",") if size.strip()]
        kind = ("number", "column", "matrix")[len(dims)] if dims[:1] != ["1"] else "row"
        rows, columns = (f"({d})" if re.search("[-+]", d) else d for d in [*dims, "1", "1"][:2])
        size = rf", ${rows} \times {columns}$" if dims else ""
        said.append(f"`{name}` ({kind}{size})")
        sizes |= {size: f"`{size}` (a size, as a number)" for size in dims if size.isidentifier()}
    return f"*Names:* {' · '.join([*said, *sizes.values()])}" if said else ""


FORMS = {
    "formula": "a formula in quotes",
    "number": "in numbers",
    "choice": "a letter in quotes",
    "choices": "one or more letters in quotes",
    "shape": 'rows, columns: such as "3,1"',
    "error": "the number of the first wrong line",
    "derivation": "a list of lines, each in quotes",
}
STEPS = (
    "Steps to show, each in a form of your choice (a line, a factor in one, or a single link such as "
    "`du/dx = …`):"
)
WORDS = "*Double-click here, and write your answer in place of this line.*"


def stub(exercise: Exercise) -> str:
    """The source of the untouched answer cell. `...` is what an untouched answer is."""
    if exercise.by_hand:
        return WORDS
    if exercise.is_code:
        return "\n\n\n".join(_function(part) for part in exercise.parts)
    if len(exercise.parts) == 1:
        return f"{exercise.variable} = ...  # {FORMS[exercise.parts[0].kind]}"
    lines = [f'    "{part.name}": ...,  # {FORMS[part.kind]}' for part in exercise.parts]
    return "\n".join([f"{exercise.variable} = {{", *lines, "}"])


def _function(part: Part) -> str:
    assert part.signature is not None  # a law of the record
    returns = part.signature.returns.strip().rstrip(".")
    doc = [f'    """Returns {returns}."""'] if returns else []
    return "\n".join([f"def {part.signature}:", *doc, "    return ...  # your code"])


def check(exercise: Exercise) -> str:
    """The source of the check cell."""
    return "check(" + ", ".join([f'"{exercise.id}"', *exercise.names]) + ")"


def setup(assignment: str, mode: str = "assignment") -> str:
    """The source of the locked cell at the top, which names the mode."""
    names = "another, check, hint, solution, use" if mode == "self-study" else "check, hint, use"
    return "\n".join(
        [
            "# Run this cell first: it makes `check` and `hint` ready.",
            "import numpy as np",
            "",
            f"from graders.study import {names}",
            "",
            f'use("{assignment}", mode="{mode}")',
        ]
    )


def _cell(id: str, kind: str, source: str, **nbgrader: Any) -> Cell:
    flags = {"grade": False, "locked": False, "solution": False, "task": False}
    metadata = {"nbgrader": {**flags, "schema_version": 3, "grade_id": id, **nbgrader}}
    cell: Cell = {"cell_type": kind, "id": id, "metadata": metadata, "source": source}
    if kind == "code":
        cell |= UNRUN
    return cell


def cells(exercise: Exercise) -> list[Cell]:
    """The three cells that the record owns, in order.

    Points are given to the check cell, or where a person reads the answer to the answer itself.
    """
    id = exercise.id
    points = int(exercise.points) if exercise.points == int(exercise.points) else exercise.points
    head = _cell(f"{id}-prompt", "markdown", prompt(exercise), locked=True)
    if exercise.by_hand:
        answer = _cell(id, "markdown", stub(exercise), solution=True, grade=True, points=points)
        return [head, answer, _cell(f"{id}-check", "code", check(exercise), locked=True)]
    return [
        head,
        _cell(id, "code", stub(exercise), solution=True),
        _cell(f"{id}-check", "code", check(exercise), grade=True, locked=True, points=points),
    ]


def setup_cell(assignment: str, mode: str = "assignment") -> Cell:
    """The locked set-up cell of a notebook."""
    return _cell(f"{assignment}-setup", "code", setup(assignment, mode), locked=True)


# Notebooks.


def load(path: Path) -> dict[str, Any]:
    """A notebook file as data, its sources as strings."""
    return loads(path.read_text(encoding="utf-8"))


def loads(text: str) -> dict[str, Any]:
    """A notebook's text as data, its sources as strings. Raises ValueError, KeyError or TypeError."""
    book = json.loads(text)
    for cell in book["cells"]:
        if not isinstance(cell["source"], str):
            cell["source"] = "".join(cell["source"])
    return book


def dump(book: Mapping[str, Any]) -> str:
    """The notebook as Jupyter would write it, so that saving there changes nothing."""
    out = dict(book)
    out["cells"] = [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in book["cells"]]
    return json.dumps(out, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": ")) + "\n"


def empty(assignment: str) -> dict[str, Any]:
    """A notebook with a title and nothing else."""
    title = {"cell_type": "markdown", "id": f"{assignment}-title", "metadata": {}}
    return _book([{**title, "source": f"# {assignment}"}])


def _book(cells: list[Cell]) -> dict[str, Any]:
    return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def weave(
    book: Mapping[str, Any], assignment: str, records: Sequence[Exercise], mode: str = "assignment"
) -> tuple[dict[str, Any], list[str]]:
    """The notebook with every owned cell as its record wants it, and what had to be changed, in sentences."""
    wanted = {exercise.id: cells(exercise) for exercise in records}
    said: list[str] = []
    kept = list(_prose_and_owned(book["cells"], assignment, wanted, said))
    ids = [cell["id"] for cell in kept]

    owned = setup_cell(assignment, mode)
    if owned["id"] not in ids:
        said.append(f"{assignment}: the set-up cell was missing")
        kept.insert(1 if kept and kept[0]["cell_type"] == "markdown" else 0, owned)
    before: str | None = None
    for id, trio in wanted.items():
        kept = place(kept, id, trio, before, said)
        before = f"{id}-check"

    fresh = {cell["id"]: cell for trio in [*wanted.values(), [owned]] for cell in trio}
    for i, cell in enumerate(kept):
        new = fresh.get(cell["id"])
        if new is None:
            kept[i] = _plain(cell, said)
        elif cell is not new:
            if cell["source"] != new["source"]:
                said.append(f"{cell['id']}: the text differs from its record's")
            elif {**cell, **UNRUN} != {**new, **UNRUN}:
                said.append(f"{cell['id']}: the cell's type or metadata differ from its record's")
            elif cell != new:
                said.append(f"{cell['id']}: the cell holds an output")
            kept[i] = new
    woven = _book(kept)
    if book.get("metadata") != METADATA or book.get("nbformat_minor") != 5:
        said.append(f"{assignment}: the notebook's metadata are not the course's")
    return woven, said


def _prose_and_owned(
    before: Sequence[Cell], assignment: str, wanted: Mapping[str, Any], said: list[str]
) -> Iterator[Cell]:
    """Every cell that stays, with a stable id of its own; orphans and copies of owned cells are left out."""
    seen: set[str] = set()
    for cell in before:
        id = cell.get("id") or cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        match = OWNED.fullmatch(id)
        if match and match[1] not in wanted:
            said.append(f"{id}: an orphan, no record {match[1]} belongs to {assignment}; it was taken out")
            continue
        if id in seen and (match or id == f"{assignment}-setup"):
            said.append(f"{id}: there is a second cell with this id; the copy was taken out")
            continue
        if not match and (not id or id in seen or RANDOM_ID.fullmatch(id)):
            new = _name(cell["source"], assignment, seen)
            said.append(f"{id or 'a cell'}: a random or repeated id; it is now {new}")
            id = new
        seen.add(id)
        yield {**cell, "id": id}


def _name(source: str, assignment: str, seen: set[str]) -> str:
    words = re.findall(r"[a-z0-9]+", re.sub(r"\$[^$]*\$|`[^`]*`", " ", source.lower()))[:5] or ["cell"]
    base = f"{assignment}-{'-'.join(words)}"[:56]
    return next(name for n in range(1, 1000) if (name := base if n == 1 else f"{base}-{n}") not in seen)


def place(kept: list[Cell], id: str, trio: Sequence[Cell], before: str | None, said: list[str]) -> list[Cell]:
    """The cells with the trio in order; what is missing goes next to its siblings, else after `before`."""
    names = [cell["id"] for cell in trio]
    at = [next((i for i, cell in enumerate(kept) if cell["id"] == name), None) for name in names]
    there = [i for i in at if i is not None]
    if len(there) == 3 and there == sorted(there):
        return kept
    if there:
        problem = "its cells are out of order" if len(there) == 3 else "one of its cells is missing"
        spot = there[0]
    else:
        problem = "its cells are missing"
        ids = [cell["id"] for cell in kept]
        spot = ids.index(before) + 1 if before in ids else len(kept)
    said.append(f"{id}: {problem}")
    spot -= sum(1 for cell in kept[:spot] if cell["id"] in names)
    rest = [cell for cell in kept if cell["id"] not in names]
    return [*rest[:spot], *trio, *rest[spot:]]


def _plain(cell: Cell, said: list[str]) -> Cell:
    """A cell of the authors' own, without outputs."""
    if cell["cell_type"] != "code":
        return cell
    if cell.get("outputs") or cell.get("execution_count") is not None:
        said.append(f"{cell['id']}: the cell holds an output")
    return {**cell, **UNRUN}


# The course folder.


def course_files(course: Path) -> Iterator[tuple[Path, str | None, list[str]]]:
    """Each woven file of the course: its path, the text it should have, and what is out of step.

    The text is None where only a person can mend it: a notebook that is none, a record that breaks a law.
    """
    from matcalc_ref.catalogue import assignments

    for assignment, records in assignments().items():
        folder = course / "source" / assignment
        path = folder / f"{assignment}.ipynb"
        yield path, *_woven_text(path, assignment, records)
        try:
            rows = {"assignment": assignment, "exercises": [public(exercise) for exercise in records]}
        except RecordError as error:
            yield folder / "exercises.json", None, [str(error)]
            continue
        json_text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
        json_path = folder / "exercises.json"
        stale = not json_path.exists() or json_path.read_text(encoding="utf-8") != json_text
        yield json_path, json_text, [f"{assignment}: exercises.json is out of date"] if stale else []


def _woven_text(path: Path, assignment: str, records: Sequence[Exercise]) -> tuple[str | None, list[str]]:
    if not path.exists():
        return dump(weave(empty(assignment), assignment, records)[0]), [f"{assignment}: no notebook yet"]
    text = path.read_text(encoding="utf-8")
    try:
        woven, said = weave(loads(text), assignment, records)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return None, [f"{assignment}: not a notebook ({error}); restore it with git"]
    if not said and dump(woven) != text:
        said = [f"{assignment}: the file is not written as Jupyter writes it"]
    return dump(woven), said


def run(course: Path, check: bool = False) -> int:
    """`matcalc notebooks`: weave, or with `check` only say what is out of step. Returns the exit code."""
    if not (course / "source").is_dir():
        print(f"{course.resolve()} has no folder `source`: it is no course. Go there, or say --course.")
        return 2
    try:
        return _weave_all(course, check)
    except OSError as problem:
        print(f"{problem.filename} cannot be written ({problem.strerror}).")
        return 2


def _weave_all(course: Path, check: bool) -> int:
    files = broken = 0
    for path, text, said in course_files(course):
        for sentence in said:
            print(f"{path.relative_to(course)}: {sentence}")
        files += bool(said)
        if text is None:
            broken += 1
        elif said and not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if check and files:
        print(f"{files} file{'s' * (files > 1)} out of step; mend with: matcalc notebooks")
    elif files > broken:
        print(f"{files - broken} file{'s' * (files - broken > 1)} written.")
    elif not files:
        print("Every notebook is in step with the records.")
    return 1 if broken or (check and files) else 0
