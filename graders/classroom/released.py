"""What was released: the cells of an assignment's notebooks as nbgrader's gradebook holds them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.referee.checks import Check, read_check

HIDDEN = ("HIDDEN TESTS", "MARK SCHEME")


@dataclass(frozen=True)
class ReleasedCell:
    """One cell that nbgrader owns: what it must be, whatever a student made of it."""

    name: str
    cell_type: str
    locked: bool
    source: str
    checksum: str | None
    grade: bool
    solution: bool
    task: bool
    points: float | None

    @property
    def check(self) -> Check | None:
        """What this cell checks; None for any other cell, and for an instructor's own tests."""
        return read_check(self.source, self.points) if self.judged else None

    @property
    def judged(self) -> bool:
        """Whether a machine gives this cell its points."""
        return self.grade and not self.solution and self.cell_type == "code"

    @property
    def handed_out(self) -> str:
        """Its source as students get it: without nbgrader's hidden tests and mark schemes."""
        kept, hidden = [], False
        for line in self.source.split("\n"):
            if any(f"BEGIN {what}" in line for what in HIDDEN):
                hidden = True
            elif any(f"END {what}" in line for what in HIDDEN):
                hidden = False
            elif not hidden:
                kept.append(line)
        return "\n".join(kept)

    def metadata(self) -> dict[str, Any]:
        """nbgrader's metadata for this cell, complete and valid."""
        result: dict[str, Any] = {
            "grade": self.grade,
            "grade_id": self.name,
            "locked": self.locked,
            "schema_version": 3,
            "solution": self.solution,
            "task": self.task,
            "cell_type": self.cell_type,
        }
        if self.checksum is not None:
            result["checksum"] = self.checksum
        if self.points is not None:
            result["points"] = self.points
        return result


@dataclass(frozen=True)
class Released:
    """One released notebook: its cells in their order."""

    assignment: str
    notebook: str
    cells: tuple[ReleasedCell, ...]
    kernelspec: Mapping[str, Any] | None = None

    @property
    def checks(self) -> dict[str, Check | None]:
        """The cells that a machine gives points to: what the referee reads and never runs."""
        return {cell.name: cell.check for cell in self.cells if cell.judged}


def code_of(folder: Path) -> tuple[str, ...]:
    """The texts of the code cells of the instructor's notebooks in a folder; of those that can be read."""
    found = []
    for path in sorted(folder.glob("*.ipynb")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            found += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return tuple(found)


def _order(source: Path | None) -> dict[str, int]:
    """The place of each grade_id in the instructor's notebook; the gradebook does not keep it."""
    if source is None or not source.is_file():
        return {}
    try:
        cells = json.loads(source.read_text(encoding="utf-8"))["cells"]
        names = [cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        why = f"{type(problem).__name__}: {problem}"
        raise OSError(
            f"{source} is no notebook ({why}); put it there as it was when it was released"
        ) from None
    return {name: place for place, name in enumerate(names) if name}


def load_released(gradebook: Any, assignment: str, notebook: str, source: Path | None = None) -> Released:
    """The released cells of one notebook.

    `source` is the instructor's notebook, which knows the order. Raises nbgrader's MissingEntry when the
    gradebook does not know the notebook, OSError when the instructor's notebook cannot be read.
    """
    row = gradebook.find_notebook(notebook, assignment)
    graded = {cell.name: cell.max_score for cell in row.grade_cells}
    tasks = {cell.name: cell.max_score for cell in row.task_cells}
    solutions = {cell.name for cell in row.solution_cells}
    cells = [
        ReleasedCell(
            name=cell.name,
            cell_type=cell.cell_type,
            locked=bool(cell.locked),
            source=cell.source or "",
            checksum=cell.checksum,
            grade=cell.name in graded,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            points=graded.get(cell.name, tasks.get(cell.name)),
        )
        for cell in row.source_cells
    ]
    order = _order(source)
    cells.sort(key=lambda cell: (order.get(cell.name, len(order)), cell.name))
    kernelspec = json.loads(row.kernelspec) if row.kernelspec else None
    return Released(assignment, notebook, tuple(cells), kernelspec or None)
