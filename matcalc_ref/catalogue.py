"""All records of the course, collected from `matcalc_ref.exercises`; duplicates are refused."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import re
import string
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from matcalc_ref.record import Exercise, RecordError
from matcalc_ref.variants import variants

LETTERS = string.ascii_lowercase


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


@cache
def variants_of(id: str) -> tuple[Exercise, ...]:
    """The variants of an exercise, A05-07a, A05-07b, …; none where its record declares no template."""
    original = exercises().get(id)
    if original is None or original.template is None:
        return ()
    made = variants(original, seed=0, count=len(LETTERS))
    return tuple(replace(one, id=id + letter) for one, letter in zip(made, LETTERS, strict=False))


def exercise(id: str) -> Exercise:
    """The exercise with this id, or with a small letter behind it a variant: A05-07a, A05-07b, and so on.

    Raises KeyError with a sentence that lists the nearest ids.
    """
    known, id = exercises(), usual(id)
    if id in known:
        return known[id]
    for variant in variants_of(id[:-1]) if id[-1:] in LETTERS else ():
        if variant.id == id:
            return variant
    raise KeyError(f"There is no exercise {id!r}.{nearest(id, known)}")


def usual(id: str) -> str:
    """An id as the course writes it, A05-07 for `a5_7` or `A05–07`; 40 characters of anything else."""
    found = re.fullmatch(r"\s*([A-Za-z])(\d{1,2})\s*[-_‐-―]\s*(\d{1,2})([A-Za-z]?)\s*", id)
    if found is None:
        return id.strip()[:40]
    return f"{found[1].upper()}{int(found[2]):02}-{int(found[3]):02}{found[4].lower()}"


def nearest(id: str, known: Iterable[str]) -> str:
    """A sentence on the ids that may be meant; "" where there are none."""
    among = [name for name in known if name.startswith(id.upper()[:3])] or list(known)
    if id.upper() in {name.partition("-")[0] for name in among}:
        return f" {id.upper()} is a whole assignment; its exercises are {min(among)} to {max(among)}."
    near = difflib.get_close_matches(id.upper(), among, n=3, cutoff=0.4)
    return f" Did you mean {' or '.join(near)}?" if near else ""
