"""The gradebook's rows without the ids that nbgrader draws at random."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

_CELLS = """
    from {table} t join base_cell b on b.id = t.cell_id join submitted_notebook sn on sn.id = t.notebook_id
    join submitted_assignment s on s.id = sn.assignment_id join notebook n on n.id = sn.notebook_id
    order by s.student_id, b.name, n.name
"""
QUERIES = {
    "student": "select id, first_name, last_name, email, lms_user_id from student order by id",
    "submission": "select student_id, timestamp, extension from submitted_assignment order by student_id",
    "notebook": """
        select s.student_id, n.name, sn.flagged, sn.late_submission_penalty from submitted_notebook sn
        join notebook n on n.id = sn.notebook_id join submitted_assignment s on s.id = sn.assignment_id
        order by 1, 2
    """,
    "grade": "select s.student_id, b.name, t.auto_score, t.manual_score, t.extra_credit, t.needs_manual_grade"
    + _CELLS.format(table="grade"),
    "comment": "select s.student_id, b.name, t.auto_comment, t.manual_comment"
    + _CELLS.format(table="comment"),
}


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table that grading writes, in a fixed order."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        return {name: connection.execute(query).fetchall() for name, query in QUERIES.items()}
