"""A submission in any state becomes a notebook of the released shape, with the student's work left in it."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.classroom import grading
from graders.classroom.reading import Unreadable, read_bytes, read_notebook
from graders.classroom.released import Released, ReleasedCell
from graders.classroom.repair import _Repair, repair

Cell = dict[str, Any]


def released_cell(name: str, source: str, **changes: Any) -> ReleasedCell:
    kind = {"cell_type": "code", "locked": True, "grade": False, "solution": False, "points": None}
    kind |= changes
    return ReleasedCell(name=name, source=source, checksum=f"sum-{name}", task=False, **kind)


def exercise(id: str) -> list[ReleasedCell]:
    variable = id.lower().replace("-", "_")
    return [
        released_cell(f"{id}-prompt", f"### {id}", cell_type="markdown"),
        released_cell(id, f"{variable} = ...", locked=False, solution=True),
        released_cell(f"{id}-check", f'check("{id}", {variable})', grade=True, points=2.0),
    ]


SETUP = released_cell("setup", "import numpy as np")
RELEASED = Released("A", "A", (SETUP, *exercise("A-01"), *exercise("A-02")))
NAMES = [cell.name for cell in RELEASED.cells]


def notebook() -> list[Cell]:
    cells = []
    for item in RELEASED.cells:
        cell = {"cell_type": item.cell_type, "id": item.name, "source": item.source}
        cell["metadata"] = {"nbgrader": item.metadata()}
        if item.solution:
            cell["source"] = item.source.replace("...", f'"{item.name}"')
        cells.append(cell)
    return cells


def named(cells: list[Cell], name: str) -> Cell:
    return next(cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == name)


def drop(*names: str) -> Callable[[list[Cell]], None]:
    def change(cells: list[Cell]) -> None:
        cells[:] = [cell for cell in cells if cell["id"] not in names]

    return change


def copied_check(cells: list[Cell]) -> None:
    cells.insert(0, {**copy.deepcopy(named(cells, "A-02-check")), "id": "fresh"})


def copied_answer(cells: list[Cell]) -> None:
    cells.append({**copy.deepcopy(named(cells, "A-01")), "id": "fresh", "source": "a_01 = ..."})


def retyped(cells: list[Cell]) -> None:
    named(cells, "A-01")["cell_type"] = "markdown"
    named(cells, "A-01-check")["cell_type"] = "raw"


def relabelled(cells: list[Cell]) -> None:
    named(cells, "A-01-check")["metadata"]["nbgrader"]["grade_id"] = "other"
    named(cells, "A-02")["metadata"]["nbgrader"]["grade_id"] = "another"


def no_metadata(cells: list[Cell]) -> None:
    named(cells, "A-01-check")["metadata"] = {}


def points_raised(cells: list[Cell]) -> None:
    named(cells, "A-01-check")["metadata"]["nbgrader"]["points"] = 1000


def check_rewritten(cells: list[Cell]) -> None:
    named(cells, "A-01-check")["source"] = "2.0"


def moved_up(cells: list[Cell]) -> None:
    check = named(cells, "A-02-check")
    cells.remove(check)
    cells.insert(0, check)


def answered_elsewhere(cells: list[Cell]) -> None:
    drop("A-01", "A-01-check")(cells)
    cells.append({"cell_type": "code", "id": "mine", "metadata": {}, "source": 'a_01 = "A-01"'})


def odd_types(cells: list[Cell]) -> None:
    cells.append({"cell_type": 7, "metadata": [], "source": {"a": 1}})
    cells.append("not a cell")  # type: ignore[arg-type]
    named(cells, "A-01")["source"] = ["a_01 = ", '"A-01"', 3]
    named(cells, "A-01")["metadata"]["nbgrader"]["schema_version"] = "two"
    named(cells, "A-02-check")["id"] = 12


def tagged(cells: list[Cell]) -> None:
    for cell in cells:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove_cell"]


# What was done; a word that the note must have; and which answers still arrive at their checks.
BOTH = {"A-01", "A-02"}
CASES: dict[str, tuple[Callable[[list[Cell]], None], str, set[str]]] = {
    "nothing": (lambda cells: None, "", BOTH),
    "a copied check cell": (copied_check, "2 times", BOTH),
    "a copied answer cell": (copied_answer, "2 times", BOTH),
    "a deleted check": (drop("A-01-check"), "was missing", BOTH),
    "a deleted answer": (drop("A-01"), "was missing", {"A-02"}),
    "answer and check deleted": (drop("A-01", "A-01-check"), "was missing", {"A-02"}),
    "the first cells deleted": (drop("setup", "A-01-prompt"), "was missing", BOTH),
    "everything deleted": (lambda cells: cells.clear(), "was missing", set()),
    "retyped cells": (retyped, "had become a raw cell", BOTH),
    "renamed grade_ids": (relabelled, "recognised", BOTH),
    "metadata lost": (no_metadata, "recognised", BOTH),
    "points raised": (points_raised, "", BOTH),
    "a check rewritten": (check_rewritten, "put back", BOTH),
    "a check above its answer": (moved_up, "moved below", BOTH),
    "answered in another cell": (answered_elsewhere, "was missing", BOTH),
    "wrong types everywhere": (odd_types, "", BOTH),
    "tags that skip execution": (tagged, "", BOTH),
    "schema_version 99": (
        lambda cells: named(cells, "A-02-check")["metadata"]["nbgrader"].update(schema_version=99),
        "unknown version (99)",
        BOTH,
    ),
    "every cell twice": (lambda cells: cells.extend(copy.deepcopy(cells)), "2 times", BOTH),
}


def arriving(cells: list[Cell]) -> set[str]:
    """Which answers hold their value where their check stands, by running the cells."""
    values: dict[str, Any] = {}
    found = set()
    for cell in cells:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name.endswith("-check"):
            stem = name.removesuffix("-check")
            if values.get(stem.lower().replace("-", "_")) == stem:
                found.add(stem)
        elif cell["cell_type"] == "code":
            for line in cell["source"].splitlines():
                variable, _, value = line.partition(" = ")
                values[variable] = value.strip('"')
    return found


@pytest.mark.parametrize("case", CASES)
def test_repair(case: str) -> None:
    change, note, answers = CASES[case]
    cells = notebook()
    change(cells)
    read, metadata = read_notebook(json.dumps({"cells": cells, "metadata": {}}).encode())
    result, notes = repair(read, metadata, RELEASED)
    owned = [cell for cell in result["cells"] if "nbgrader" in cell["metadata"]]
    assert sorted(cell["metadata"]["nbgrader"]["grade_id"] for cell in owned) == sorted(NAMES)
    for item in RELEASED.cells:
        cell = named(result["cells"], item.name)
        assert cell["metadata"] == {"nbgrader": item.metadata()}
        assert cell["cell_type"] == item.cell_type
        assert not item.locked or cell["source"] == item.source
        assert cell["id"] == item.name
    ids = [cell["id"] for cell in result["cells"]]
    assert len(set(ids)) == len(ids)
    assert arriving(result["cells"]) == answers
    assert note in "; ".join(notes)
    assert bool(notes) == bool(note)


ASSIGNS = {
    "a_01 = 3": {"a_01"},
    "  a_01, a_02 = 1, 2": {"a_01", "a_02"},
    "a_01: int = 3\na_02 += 1": {"a_01", "a_02"},
    "if x: a_01 = 1": {"a_01"},
    "async  def a_01(x):\n    return a_02": {"a_01"},
    "undef a_01(x)": set(),
    "x = 1\ndef a_01(x): ...": {"a_01"},
    "a_01 == 3; b.a_02 = 3; aa_01 = 1; a_012 = 2": set(),
    "a_01\n= 3": set(),
    "a_01," * 200_000 + "\nx = 3": set(),
    " " * 1_000_000 + "a_01 = 1": {"a_01"},
}


@pytest.mark.parametrize("source", ASSIGNS, ids=lambda source: source[:20])
def test_what_a_cell_gives_a_value(source: str) -> None:
    cells = [{"cell_type": "code", "id": "x", "metadata": {}, "source": source}]
    work = _Repair(cells, RELEASED)
    start = time.process_time()
    assert {name for name in ("a_01", "a_02") if work.assigns(cells[0], [name])} == ASSIGNS[source]
    assert time.process_time() - start < 2


UNREADABLE = {
    "nothing": (None, "no notebook of this name"),
    "empty": (b" \n", "empty"),
    "cut short": (b'{"cells": [{"cell_ty', "not valid JSON"),
    "not text": (b"\xff\xfe\x00P", "not text"),
    "a list": (b"[1, 2]", "not a notebook"),
    "no cells": (b"{}", "no cells"),
    "cells of a wrong type": (b'{"cells": 3}', "no cells"),
    "too deep": (b"[" * 100_000, "nested too deeply"),
    "too large": (b" " * 50_000_001, "at most 50 MB"),
    "too many values": (
        b'{"cells": [' + b"[]," * 1_500_000 + b"[]]}",
        "more than 3,000,000 values; clear its outputs",
    ),
    "too many cells": (b'{"cells": [' + b"1," * 2001 + b"1]}", "cells"),
    "a number of a million digits": (b'{"cells": ' + b"1" * 1_000_000 + b"}", "not valid JSON"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_unreadable_bytes_have_a_reason(case: str) -> None:
    data, reason = UNREADABLE[case]
    with pytest.raises(Unreadable, match=reason):
        read_notebook(data)
    prepared = grading.prepare(data, RELEASED)
    assert reason in grading.marked(prepared).unreadable
    assert {cell.metadata.nbgrader.grade_id for cell in prepared.cells if "nbgrader" in cell.metadata} == set(
        NAMES
    )


def test_of_a_file_that_is_too_large_little_is_read(tmp_path: Path) -> None:
    path = tmp_path / "A05.ipynb"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)
    data = read_bytes(path)
    assert len(data) < 51_000_000
    prepared = grading.marked(grading.prepare(data, RELEASED))
    assert "at most 50 MB" in prepared.unreadable and not prepared.digest  # it stays where it is


def test_a_notebook_of_2013_is_read() -> None:
    sheet = {
        "cells": [{"cell_type": "heading", "source": "Old"}, {"cell_type": "code", "input": 'a_01 = "A-01"'}]
    }
    cells, _ = read_notebook(json.dumps({"worksheets": [sheet], "nbformat": 3}).encode())
    result, _ = repair(cells, {}, RELEASED)
    assert arriving(result["cells"]) == {"A-01"}


def test_another_kernel_is_noted_and_replaced() -> None:
    spec = {"kernelspec": {"name": "ir", "language": "R"}}
    result, notes = repair(notebook(), spec, RELEASED)
    assert "another kernel (ir, R)" in notes[0]
    assert result["metadata"]["kernelspec"]["name"] == "python3"


def test_a_long_line_does_not_hold_up_the_repair() -> None:
    cells = notebook()
    answer = named(cells, "A-01")
    answer["source"] = "a_01, " * 150_000
    answer["metadata"]["nbgrader"]["grade_id"] = "lost"
    repair(cells, {}, RELEASED)


@pytest.mark.parametrize("judged", [False, True])
def test_a_notebook_that_a_stopped_run_left_is_not_graded_yet(judged: bool) -> None:
    from graders.classroom.pages import FeedbackExporter

    nb = grading.prepare(json.dumps({"cells": notebook()}).encode(), RELEASED)
    outcome = grading.marked(nb)
    outcome.judged = judged
    grading.mark(nb, outcome)
    for cell in nb.cells:
        if cell.metadata.nbgrader.grade:
            cell.metadata.nbgrader.update(score=0.0, points=2.0)
    known = {
        "student": "ada",
        "assignment": "A",
        "notebook": "A",
        "score": 0,
        "max_score": 4,
        "late_penalty": 0,
    }
    page, _ = FeedbackExporter().from_notebook_node(nb, {"nbgrader": known})
    assert page.count("Not graded yet") == (0 if judged else 5)  # in all, twice for each of the two exercises
    assert ("Not yet" in page, "of 4 points" in page) == (judged, judged)
