"""Coding answers: the calls that are made, and a returned value against the reference's.

Everything the student's side returns is packed data; no function of theirs runs in this process.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graders.compare.callables import function_of
from graders.compare.points import Chance, draw, seed_of, setting
from matcalc_ref.language import shape_of
from matcalc_ref.language.objects.packing import pack
from matcalc_ref.record import Exercise, Given, Part, Signature

TOLERANCE = 1e-6
MOST_NESTED = 8  # lists in lists that are numbers
MOST_SHOWN = 4  # wrong entries that are named


@dataclass(frozen=True)
class Call:
    """One call: the arguments as they go over the wire, and as this process's own objects."""

    packed: tuple[Any, ...]
    own: tuple[Any, ...]

    def arguments(self) -> list[Any]:
        """Fresh copies for a function of ours."""
        return [argument if callable(argument) else copy.deepcopy(argument) for argument in self.own]


@dataclass(frozen=True)
class Raised:
    """A function of ours raised; a student's should raise as well."""

    name: str


@dataclass(frozen=True)
class Difference:
    """How a returned value differs: `kind` is a sentence's id; `ravelled`: right numbers."""

    kind: str
    fields: Mapping[str, Any]
    ravelled: bool = False


def calls(exercise: Exercise, part: Part, secret: bytes) -> tuple[Call, ...]:
    """The calls of a code part, in an order that the secret decides; the same for everyone and every run."""
    signature = part.signature
    assert signature is not None
    choices = (given.choices for given in signature.arguments.values() if isinstance(given, Given))
    most = max(map(len, (signature.sizes, *choices)))
    seed = seed_of(secret, exercise.id, exercise.version, part.name)
    made = []
    for number in range(most):
        pairs = list(_arguments(signature, number, seed + bytes([number])))
        made.append(Call(tuple(wire for wire, _ in pairs), tuple(own for _, own in pairs)))
    return tuple(Chance(seed).sample(made, most))  # so that no table of values by the call's number is right


def _arguments(signature: Signature, number: int, seed: bytes) -> Iterator[tuple[Any, Any]]:
    chance = Chance(seed)
    sizes = signature.sizes[number % len(signature.sizes)]
    for given in signature.arguments.values():
        chosen = given
        if isinstance(given, Given) and given.choices:
            chosen = given.choices[number % len(given.choices)]
        if isinstance(chosen, str):
            own = _drawn(chosen, sizes, chance)
            yield pack(own), own
            continue
        if chosen.drawn:
            chosen = replace(chosen, value=chosen.drawn(Chance(seed)))
        if chosen.vary or (isinstance(given, Given) and given.vary):
            chosen = replace(chosen, value=_varied(chosen.value, chance))
        yield _given(chosen)


def _drawn(declared: str, sizes: Mapping[str, int], chance: Chance) -> Any:
    """A random argument: "" a float, "n" a 1-D array, "m,n" a 2-D array."""
    points = draw(setting({"x": shape_of(declared)}), sizes, chance, 1)
    array = points.values["x"][0]
    if not declared.strip():
        return float(array[0, 0])
    return array.copy() if "," in declared else array[:, 0].copy()


def _varied(value: Any, chance: Chance) -> Any:
    """The value with every float in it up to a tenth larger or smaller."""
    if isinstance(value, (list, tuple)):
        return type(value)(_varied(item, chance) for item in value)
    return value * (0.9 + 0.2 * float(chance.uniform(1)[0])) if isinstance(value, float) else value


def _given(given: Given) -> tuple[Any, Any]:
    if given.formula is not None:
        wire = {"formula": {"text": given.formula, "variables": dict(given.variables)}}
        return wire, function_of(given.formula, given.variables)
    own = np.array(given.value, dtype=float) if given.array else copy.deepcopy(given.value)
    if not given.array and isinstance(own, (list, tuple)) and any(isinstance(item, Given) for item in own):
        pairs = [_given(item) if isinstance(item, Given) else (pack(item), item) for item in own]
        name = type(own).__name__
        return {name: [wire for wire, _ in pairs]}, type(own)(o for _, o in pairs)
    return pack(own), own


def expected(function: Callable[..., Any], call: Call) -> Any:
    """What a function of ours returns, or Raised."""
    try:
        with np.errstate(all="ignore"):
            return function(*call.arguments())
    except Exception as problem:  # the reference may be meant to raise; a wrong one may fail
        return Raised(type(problem).__name__)


def difference(
    value: Any, reference: Any, tolerance: float = TOLERANCE, where: str = ""
) -> Difference | None:
    """How the value differs from the reference's, or None. Lists and arrays of numbers are the same thing."""
    if isinstance(reference, Mapping):
        return _mapping(value, reference, tolerance, where)
    items = isinstance(reference, tuple) and not isinstance(value, (list, tuple, np.ndarray))
    if isinstance(reference, (list, tuple)) and (_array(reference) is None or items):
        if not isinstance(value, (list, tuple)) or len(value) != len(reference):
            got = f"{len(value)} values" if isinstance(value, (list, tuple)) else _kind(value)
            return Difference("code-count", {"where": where, "got": got, "expected": len(reference)})
        return _first(zip(value, reference, range(len(reference)), strict=True), tolerance, where)
    wanted = _array(reference)
    got, truth = _array(value), isinstance(reference, (bool, np.bool_))
    if not truth and got is not None and wanted is not None:
        return _arrays(got, wanted, tolerance, where)
    alike = isinstance(value, (bool, int, float)) if truth else type(value) is type(reference)
    if alike and (truth or wanted is None):
        return None if value == reference else Difference("code-value", {"where": where})
    return Difference("code-type", {"where": where, "got": _kind(value), "expected": _kind(reference)})


def _first(items: Any, tolerance: float, where: str) -> Difference | None:
    """The first of several values that differs; one with other numbers before those in shape alone."""
    in_shape = None
    for value, reference, name in items:
        own = f"`{name}`" if isinstance(name, str) else f"value {name + 1}"
        place = f"{where[:-1]}, {own})" if where else f" ({own})"
        found = difference(value, reference, tolerance, place)
        if found is not None and not found.ravelled:
            return found
        in_shape = in_shape or found
    return in_shape


def _mapping(value: Any, reference: Mapping[Any, Any], tolerance: float, where: str) -> Difference | None:
    if not isinstance(value, dict):
        return Difference("code-type", {"where": where, "got": _kind(value), "expected": "a dict"})
    missing = [str(key) for key in reference if key not in value]
    if missing:
        return Difference("code-keys", {"where": where, "missing": ", ".join(missing)})
    return _first(((value[key], reference[key], key) for key in reference), tolerance, where)


def _arrays(got: Any, wanted: Any, tolerance: float, where: str) -> Difference | None:
    fields = {"where": where, "got": _shape(got), "expected": _shape(wanted)}
    turned = got.ndim == 2 and _close(got.T, wanted, tolerance)
    if got.shape != wanted.shape and not (got.size == wanted.size == 1):
        flat = sorted(s for s in got.shape if s != 1) == sorted(s for s in wanted.shape if s != 1)
        same = turned or (flat and max(got.ndim, wanted.ndim) <= 2 and _vector_like(got, wanted, tolerance))
        return Difference("code-shape", fields, same)
    if _close(got.reshape(wanted.shape), wanted, tolerance):
        return None
    if turned:
        return Difference("code-transposed", fields, True)
    if not np.isfinite(got).all() and np.isfinite(wanted).all():
        return Difference("code-nan", fields)
    bad = ~_near(got.reshape(wanted.shape), wanted, tolerance)
    places = [tuple(map(int, i)) for i in np.argwhere(bad)]
    shown = ", ".join(str(i[0] if len(i) == 1 else i) for i in places[:MOST_SHOWN] if i)
    entries = "" if bad.all() else ("entry " if len(places) == 1 else "entries ") + shown
    kind = "code-entries-many" if len(places) > MOST_SHOWN else "code-entries"
    return Difference(kind if entries else "code-value", {**fields, "entries": entries})


def _vector_like(got: Any, wanted: Any, tolerance: float) -> bool:
    return sum(s != 1 for s in got.shape) <= 1 and _close(got.ravel(), wanted.ravel(), tolerance)


def _close(got: Any, wanted: Any, tolerance: float) -> bool:
    return got.shape == wanted.shape and bool(_near(got, wanted, tolerance).all())


def _near(got: Any, wanted: Any, tolerance: float) -> Any:
    """Which entries are the same, as seen beside the largest one."""
    size = np.abs(wanted[np.isfinite(wanted)]).max(initial=1.0)
    with np.errstate(all="ignore"):
        near = np.abs(got - wanted) <= tolerance * size
    return near | (got == wanted) | (np.isnan(got) & np.isnan(wanted))


def _array(value: Any, depth: int = 0) -> Any:
    """A number, or numbers in lists or an array, as a float array; None for anything else."""
    if isinstance(value, (bool, int, float, np.ndarray, np.generic)):
        array = np.asarray(value)
    elif isinstance(value, (list, tuple)) and value and depth < MOST_NESTED:
        items = [_array(item, depth + 1) for item in value]
        if any(item is None for item in items):
            return None
        try:
            array = np.array(items)
        except ValueError:
            return None
    else:
        return None
    return array.astype(float) if array.dtype.kind in "biuf" else None


def _shape(array: Any) -> str:
    if array.ndim == 0:
        return "a number"
    if array.ndim == 1:
        return f"a 1-D array of length {array.shape[0]}"
    return f"a {array.ndim}-D array, " + "×".join(map(str, array.shape))


def _kind(value: Any) -> str:
    array = _array(value)
    if value is None:
        return "None (is a `return` missing?)"
    if isinstance(value, (bool, np.bool_)):
        return "True or False"
    if array is not None:
        return _shape(array)
    if isinstance(value, complex):
        return "a complex number"
    if isinstance(value, str):
        return "a text"
    return next(
        (f"a {kind.__name__}" for kind in (dict, list, tuple, set) if isinstance(value, kind)), "an object"
    )
