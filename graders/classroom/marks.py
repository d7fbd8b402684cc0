"""What nbgrader's gradebook holds for the cells of a graded notebook, by nbgrader's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graders.classroom.grading import Outcome


@dataclass(frozen=True)
class Marks:
    """A notebook's points by grade_id (None: a person gives them), and the comment on each answer cell.

    `waiting` are the cells that a person must look at even though they have points.
    """

    scores: Mapping[str, float | None]
    comments: Mapping[str, str | None]
    waiting: frozenset[str] = frozenset()

    def needs_manual_grade(self, name: str, manual: float | None = None) -> bool:
        """Whether a cell waits for a person, who perhaps gave `manual` points before."""
        return manual is not None or self.scores[name] is None or name in self.waiting


def marks_of(nb: Any, outcome: Outcome) -> Marks:
    """The marks of a notebook whose check cells are judged."""
    from nbgrader import utils

    scores: dict[str, float | None] = {}
    comments: dict[str, str | None] = {}
    for cell in nb.cells:
        owned = cell.metadata.get("nbgrader")
        if not owned:
            continue
        name = owned["grade_id"]
        if utils.is_grade(cell):
            scores[name], _ = utils.determine_grade(cell)
            if name in outcome.person:
                scores[name] = 0.0 if outcome.unreadable else None
        elif utils.is_task(cell):
            scores[name] = None  # a person gives these
        if utils.is_solution(cell) or utils.is_task(cell):
            same = owned.get("checksum") == utils.compute_checksum(cell) and not utils.is_task(cell)
            comments[name] = "No response." if same else None
    waiting = {name for name in outcome.person if name in scores}
    if outcome.undated:  # one cell is enough for the formgrader to list it
        waiting |= set(list(scores)[:1])
    return Marks(scores, comments, frozenset(waiting))
