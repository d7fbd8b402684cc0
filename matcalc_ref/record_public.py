"""The public half of a record: what may lie beside a released notebook."""

from __future__ import annotations

import json
from typing import Any

from matcalc_ref.record import Exercise, Part, RecordError


def public(exercise: Exercise) -> dict[str, Any]:
    """What may be released of a record: what the prompt shows, never a key or a mistake."""
    domain = exercise.domain if isinstance(exercise.domain, str) else dict(exercise.domain)
    return {
        "id": exercise.id,
        "section": exercise.section,
        "title": exercise.title,
        "prompt": exercise.prompt,
        "variables": dict(exercise.variables),
        "domain": domain,
        "samples": dict(exercise.samples),
        "where": dict(exercise.where),
        "parts": [_public_part(exercise, part) for part in exercise.parts],
        "points": exercise.points,
        "hints": list(exercise.hints),
    }


def _public_part(exercise: Exercise, part: Part) -> dict[str, Any]:
    row: dict[str, Any] = {"name": part.name, "kind": part.kind, "label": part.label, "weight": part.weight}
    if part.kind in ("formula", "number", "derivation"):
        row |= {"f": part.f, "wrt": part.wrt}
    if part.kind in ("formula", "derivation"):
        row["shape"] = _shape(exercise, part)
    if part.kind == "number":
        row["at"] = json.loads(json.dumps(dict(part.at), default=list))
        row["tolerance"] = part.tolerance
    if part.choices:
        row["choices"] = list(part.choices)
    if part.kind in ("error", "text"):
        row["lines"] = list(part.lines)
    if part.steps:
        row["steps"] = [step.about for step in part.steps]
    if part.signature:
        signature = part.signature
        row["signature"] = {
            "name": signature.name,
            "arguments": list(signature.arguments),
            "returns": signature.returns,
        }
    return row


def _shape(exercise: Exercise, part: Part) -> str:
    """The shape of a formula part's answer, as it would be declared ("n", "1,n", "")."""
    from matcalc_ref.language import Refusal, Scope, read
    from matcalc_ref.language.sizes import declared

    scope = Scope(exercise.variables, samples=exercise.samples)
    given = part.f if part.f is not None else part.key
    try:
        f = read(given, scope).shape
    except Refusal as refusal:
        raise RecordError(f"{exercise.id}: {given!r} cannot be read: {refusal.message}") from None
    if part.f is None or part.wrt is None:
        shape = f
    else:
        x = scope.variable(part.wrt).shape
        # numerator layout; a scalar by a matrix has the matrix's shape
        by_matrix = "1" not in map(str, x) and [*map(str, f)] == ["1", "1"]
        shape = x if by_matrix else (f[0] * f[1], x[0] * x[1])
    return declared(shape)
