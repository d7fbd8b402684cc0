"""The key of a part: its tree, computed from the record; where it is compared; the listed wrong answers as
trees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from graders.compare.generic import from_the_function
from graders.compare.points import Setting, follow, seed_of, setting
from matcalc_ref.derive import derive
from matcalc_ref.derive.mutations import mutations
from matcalc_ref.language import Node, Points, Refusal, Scope, Shape, evaluate, read
from matcalc_ref.record import Exercise, Mistake, Part


@dataclass(frozen=True)
class Key:
    """What an answer to one part is compared with."""

    exercise: Exercise
    part: Part
    scope: Scope
    node: Node
    setting: Setting

    @property
    def shape(self) -> Shape:
        return self.node.shape

    @cached_property
    def wrong(self) -> tuple[tuple[Mistake, Node], ...]:
        """Every form of every listed mistake, as a tree. Raises Refusal for one that cannot be read."""
        return tuple(
            (mistake, read_kindly(answer, self.scope, self.shape))
            for mistake in self.part.mistakes
            for answer in mistake.answers
        )

    @cached_property
    def broken(self) -> tuple[tuple[str, Node], ...]:
        """What comes of the function undifferentiated, or of breaking one step of the derivation, with the
        mistake's id."""
        if self.part.f is None or self.part.wrt is None:
            return ()
        f, moved = read(self.part.f, self.scope), read(self.part.wrt, self.scope)
        steps = [(_STEPS[m.id], m.wrong) for m in mutations(derive(f, moved)) if m.id in _STEPS]
        return (*from_the_function(f, moved, self.node), *steps)

    @cached_property
    def points(self) -> Points:
        """For numbers: the one point that the part names (`at`), or a point without variables."""
        return point_at(self.part.at, self.scope, self.setting)

    def value(self, node: Node) -> Any:
        """For numbers: the value of a tree at the part's point, as a matrix."""
        return np.asarray(evaluate(node, self.points)[0])


_STEPS = {  # the mistakes of a derivation that no change of the answer alone finds
    "inner-derivative": "inner-derivative",
    "link-missing": "link-missing",
    "inner-argument": "inner-argument",
    "dropped-term": "term-dropped",
    "factor-order": "swapped",
    "indicator": "indicator",
}
_KEYS: dict[tuple[str, str, str, bytes], Key] = {}
_MOST_KEYS = 2000


def key_of(exercise: Exercise, name: str, secret: bytes) -> Key:
    """The key of the part called `name`, computed once for each version of the record.

    Raises Refusal, ValueError or whatever the derivation raises where the record is damaged: that is
    "broken".
    """
    place = (exercise.id, exercise.version, name, secret)
    if place not in _KEYS:
        if len(_KEYS) >= _MOST_KEYS:
            _KEYS.clear()
        _KEYS[place] = _computed(exercise, name, secret)
    return _KEYS[place]


def _computed(exercise: Exercise, name: str, secret: bytes) -> Key:
    part = exercise.part(name)
    scope = scope_of(exercise)
    node, others = reference(part, scope)
    where = {n: read(text, scope, expect=scope.variable(n).shape) for n, text in exercise.where.items()}
    shapes = {n: scope.variable(n).shape for n in exercise.variables}
    seed = seed_of(secret, exercise.id, exercise.version)
    return Key(exercise, part, scope, node, setting(shapes, [node, *others], exercise.domain, seed, where))


def scope_of(exercise: Exercise) -> Scope:
    """The names that an answer to the exercise may use."""
    return Scope(exercise.variables, samples=exercise.samples)


def reference(part: Part, scope: Scope) -> tuple[Node, list[Node]]:
    """The right answer, and further trees whose roots and logarithms count for the domain."""
    if part.f is None:
        return read(part.key, scope), []
    f = read(part.f, scope)
    if part.wrt is None:
        return f, []
    return derive(f, read(part.wrt, scope)).result, [f]


def shown_key(key: Key) -> Node:
    """The key as its author writes it, where one is written; else as computed."""
    if isinstance(key.part.key, str):
        return read(key.part.key, key.scope, expect=key.shape)
    return key.node


def read_kindly(answer: Any, scope: Scope, shape: Shape) -> Node:
    """An answer as a tree; sizes that stay open are tried as the right shape has them, then as a wrong answer
    may.

    Raises the Refusal of the first attempt where none succeeds.
    """
    first: Refusal | None = None
    rows, columns = shape
    for guess in dict.fromkeys((shape, (columns, rows), (rows, rows), (columns, columns))):
        try:
            return read(answer, scope, expect=guess)
        except Refusal as refusal:
            first = first or refusal
    assert first is not None
    raise first


def point_at(at: Mapping[str, Any], scope: Scope, setting: Setting) -> Points:
    """The point that a record names: numbers, lists (columns) and lists of rows. Raises ValueError where it
    is odd.
    """
    sizes: dict[str, int] = {}
    values: dict[str, Any] = {}
    for name, given in at.items():
        if name not in scope.shapes:
            if name in scope.dimensions:
                sizes[name] = int(given)
                continue
            raise ValueError(f"`at` names {name}, which is not declared")
        array = np.atleast_1d(np.array(given, dtype=float))
        array = array.reshape(len(array), -1)
        for size, actual in zip(scope.variable(name).shape, array.shape, strict=True):
            if size.number is None and len(size.terms) == 1 and len(size.names) == 1:
                sizes.setdefault(next(iter(size.names)), actual)
            if size.names <= sizes.keys() and size.at(sizes) != actual:
                raise ValueError(f"`at` gives {name} {array.shape[0]}×{array.shape[1]}, which does not fit")
        values[name] = array[None]
    given = tuple((name, node) for name, node in setting.where if name not in values)
    return follow(replace(setting, where=given), Points(sizes, values, 1)) if values else Points(sizes, {}, 1)
