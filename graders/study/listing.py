"""`matcalc list`: the exercises of the course."""

from __future__ import annotations

from typing import Any

from matcalc_ref.record import Exercise


def row(exercise: Exercise) -> dict[str, Any]:
    """One exercise as `matcalc list --json` gives it; no keys."""
    return {
        "id": exercise.id,
        "assignment": exercise.assignment,
        "section": exercise.section,
        "points": exercise.points,
        "variables": dict(exercise.variables),
        "parts": [
            {
                "name": part.name,
                "kind": part.kind,
                "f": part.f,
                "wrt": part.wrt,
                "mistakes": [mistake.id for mistake in part.mistakes],
            }
            for part in exercise.parts
        ],
    }


def run(as_json: bool = False) -> int:
    """Print all exercises. Returns the exit code."""
    from matcalc_ref.catalogue import assignments, exercises

    if as_json:
        import json

        print(json.dumps([row(exercise) for exercise in exercises().values()], ensure_ascii=False, indent=1))
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{len(exercises())} exercises", title_justify="left")
    for column in ("id", "section", "points", "what", "parts"):
        right = column == "points"
        table.add_column(column, justify="right" if right else "left", no_wrap=column == "id")
    for records in assignments().values():
        for exercise in records:
            parts = ", ".join(f"{part.name} ({part.kind})" for part in exercise.parts)
            table.add_row(exercise.id, exercise.section, f"{exercise.points:g}", exercise.title, parts)
        table.add_section()
    Console().print(table)
    return 0
