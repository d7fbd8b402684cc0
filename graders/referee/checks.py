"""Which cells are ours to judge: the check cells, read from the instructor's source and never from the
student's.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Check:
    """`check("A05-07", a05_07)`: the exercise, and the names of what is handed over. `points` as nbgrader
    holds them.
    """

    exercise: str
    names: tuple[str, ...]
    points: float | None = None


def read_check(source: str, points: float | None = None) -> Check | None:
    """The check call in a cell's source; None where there is none, as in an instructor's own test cell.

    A call counts if it stands alone as a statement, its first argument is text, and the others are plain
    names.
    """
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for statement in statements:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "check"):
            continue
        first, *rest = call.args or [ast.Constant(None)]
        if not (isinstance(first, ast.Constant) and isinstance(first.value, str)) or call.keywords:
            continue
        names = tuple(argument.id for argument in rest if isinstance(argument, ast.Name))
        if rest and len(names) == len(rest):
            return Check(first.value, names, points)
    return None


def read_checks(notebook: Any) -> dict[str, Check | None]:
    """The graded cells of a notebook (nbformat 4) by grade_id: a Check, or None for a test cell of the
    instructor's own.
    """
    found = {}
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and meta.get("grade") and not meta.get("solution"):
            found[meta["grade_id"]] = read_check(cell.source, meta.get("points"))
    return found
