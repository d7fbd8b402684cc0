"""Errors carried forward: what follows from a student's own earlier answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from graders.compare.equality import compare
from graders.compare.key import Key, read_kindly, reference
from matcalc_ref.language import Node, Scope, Shape, read
from matcalc_ref.language.operations import substituted
from matcalc_ref.language.sizes import declared
from matcalc_ref.language.tree import Variable
from matcalc_ref.record import Exercise, Part
from matcalc_ref.rewriting.normal import normal
from matcalc_ref.rewriting.pieces import is_zero


def instead(exercise: Exercise, part: Part, letter: str) -> Exercise | None:
    """The exercise as it goes on after a wrong choice, or None where nothing follows from it."""
    found = part.instead.get(letter)
    if found is None:
        return None
    parts = tuple(
        replace(p, f=None, wrt=None, key=found.keys[p.name], mistakes=(), ends_in=())
        if p.name in found.keys
        else p
        for p in exercise.parts
    )
    return replace(exercise, where={**exercise.where, **found.where}, parts=parts)


def with_own_parts(key: Key, own: Mapping[str, Node]) -> Node | None:
    """The part's answer in terms of the student's own earlier parts (`carries`), or None where it does not
    apply.

    What follows has the shape of the right answer; a slip after which it has not was there to be seen. And it
    follows from a slip, not from nothing but slips: of several parts that it uses one is right, or all are
    mistakes that the record knows.
    """
    if not key.part.carries or not own:
        return None
    variables = {**key.exercise.variables, **{name: declared(node.shape) for name, node in own.items()}}
    try:
        scope = Scope(variables, samples=key.exercise.samples)
        carried = substituted(read(key.part.carries, scope), own)
    except ValueError:  # the student's own shapes do not fit together: nothing to carry
        return None
    if carried.shape != key.shape or _says_less(carried, key, own) or not _slips(key, own):
        return None
    return carried


def used_by(part: Part, own: Mapping[str, Node]) -> dict[str, Node]:
    """Of the student's parts, those that the part's answer goes on from."""
    names = set(re.findall(r"[^\W\d_]\w*", part.carries or ""))
    return {name: node for name, node in own.items() if name in names}


def _slips(key: Key, own: Mapping[str, Node]) -> bool:
    """Whether the student's parts that the carried answer uses are worth going on with."""
    used = used_by(key.part, own)
    parts = [p for p in key.exercise.parts if p.name in used and p.kind == "formula"]
    if len(parts) < 2:
        return True

    def equal(part: Part, right: Node) -> bool:
        mine = own[part.name]
        return mine.shape == right.shape and compare(mine, right, key.setting, ties=None).equal

    def known(part: Part, shape: Shape) -> bool:
        wrong = (read_kindly(answer, key.scope, shape) for m in part.mistakes for answer in m.answers)
        return any(equal(part, answer) for answer in wrong)

    rights = [(part, reference(part, key.scope)[0]) for part in parts]
    return any(equal(*each) for each in rights) or all(known(part, right.shape) for part, right in rights)


def _says_less(carried: Node, key: Key, own: Mapping[str, Node]) -> bool:
    """Whether there is nothing to carry on with: a zero, or a constant made of wrong parts only, where the
    right answer is neither.
    """
    node, right = normal(carried), normal(key.node)
    if is_zero(node) and not is_zero(right):
        return True
    varies, should = (any(isinstance(n, Variable) for n in tree.walk()) for tree in (node, right))
    if varies or not should:
        return False
    parts = [part for part in key.exercise.parts if part.name in own and part.kind == "formula"]
    return not any(normal(own[p.name]) == normal(reference(p, key.scope)[0]) for p in parts)
