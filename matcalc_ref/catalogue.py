"""All records of the course, collected from `matcalc_ref.exercises`; duplicates are refused."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from functools import cache

from matcalc_ref.record import Exercise, RecordError


@cache
def exercises() -> dict[str, Exercise]:
    """Every exercise by id, in the order of the course. Raises RecordError for an id that is used twice."""
    import matcalc_ref.exercises as package

    found: dict[str, Exercise] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        for exercise in importlib.import_module(f"{package.__name__}.{module}").EXERCISES:
            if exercise.id in found:
                raise RecordError(f"{exercise.id}: the id is used twice; rename one of the two exercises")
            found[exercise.id] = exercise
    return found


@cache
def assignments() -> dict[str, tuple[Exercise, ...]]:
    """The exercises of each assignment, in order."""
    found: dict[str, tuple[Exercise, ...]] = {}
    for exercise in exercises().values():
        found[exercise.assignment] = (*found.get(exercise.assignment, ()), exercise)
    return found


def exercise(id: str) -> Exercise:
    """The exercise with this id. Raises KeyError with a sentence that lists the nearest ids."""
    known = exercises()
    if id in known:
        return known[id]
    near = difflib.get_close_matches(id.upper(), known, n=3, cutoff=0.4)
    raise KeyError(f"There is no exercise {id!r}." + (f" Did you mean {', '.join(near)}?" if near else ""))
