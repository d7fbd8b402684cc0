"""Which mistake a wrong formula is: the record's own first, then those computed from the key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from graders.compare.affordable import TooLarge
from graders.compare.difference import KINKS
from graders.compare.equality import Comparison, NoPoints, compare, reference_batches
from graders.compare.generic import generic_mistakes
from graders.compare.key import Key, shown_key
from graders.compare.points import Setting
from graders.feedback.wording import say
from matcalc_ref.language import Node, evaluate
from matcalc_ref.language.operations import apply, mul, number, transpose
from matcalc_ref.language.tree import Apply, Count

LOCAL = frozenset(  # mistakes of which the wrong entries are named as well
    "inner-derivative link-missing condition inner-argument term-sign term-dropped factor-dropped exponent "
    "function power-of-sum condition-turned transposed-factor swapped".split()
)


@dataclass(frozen=True)
class Diagnosis:
    """A mistake by its id, its sentence, and the credit it still earns; None: that of its right entries.

    `in_each` says that it was made in the entries that are wrong, each by itself.
    """

    id: str
    sentence: str
    credit: float | None = None
    in_each: bool = False

    @property
    def local(self) -> bool:
        """Whether it helps to hear in which entries it was made."""
        return self.in_each or self.id in LOCAL


def diagnose(
    student: Node, key: Key, comparison: Comparison, carried: tuple[Node, Comparison] | None = None
) -> Diagnosis | None:
    """The mistake that leads to just this answer, or None.

    `carried` is what the student's own earlier parts lead to, and how the answer compares with that.
    """
    layout = key.part.layout_credit if comparison.reason == "layout" else 0.0
    sides = ((), None) if comparison.reason not in KINKS else ((),)  # the mistake may lie beside a wrong side
    for ties in sides:
        for mistake, wrong in key.wrong:
            if agrees(student, wrong, key.node, key.setting, ties):
                credit = max(mistake.credit or 0.0, layout) if layout else mistake.credit
                return Diagnosis(mistake.id, mistake.message, credit)
    if comparison.reason == "shape" and student.shape == (key.shape[1], key.shape[0]):
        turned = transpose(student)
        for mistake, wrong in key.wrong:
            if wrong.shape == key.shape and agrees(turned, wrong, key.node, key.setting):
                return Diagnosis(mistake.id, mistake.message, (mistake.credit or 0.0) / 2)
    if comparison.reason == "value":
        for id, wrong in key.broken:
            if agrees(student, wrong, key.node, key.setting):
                return Diagnosis(id, say(id))
    if carried is not None and carried[0] != key.node:
        own = generic(student, carried[0], key.setting, carried[1], key.part.layout_credit)
        if own is not None:
            return own
    found = generic(student, key.node, key.setting, comparison, layout)
    if found is None and comparison.reason == "value":
        written = shown_key(key)  # which may have other terms and factors than the key as it was computed
        if written != key.node and written.shape == key.shape:
            found = generic(student, written, key.setting, comparison)
        return found or _in_each_entry(student, written, key.setting)
    return found


def _in_each_entry(student: Node, reference: Node, setting: Setting) -> Diagnosis | None:
    """The one mistake that was made in every wrong entry, where both are written entry by entry."""
    entries = list(zip(_entries(student), _entries(reference), strict=False))
    if student.shape != reference.shape or len(entries) < 2:
        return None
    found = [(one, other, compare(one, other, setting, ties=None)) for one, other in entries]
    mistakes = {generic(one, other, setting, result) for one, other, result in found if not result.equal}
    only = mistakes.pop() if len(mistakes) == 1 else None
    return replace(only, in_each=True) if only else None


def _entries(node: Node) -> list[Node]:
    """The entries of a formula that is written entry by entry; none of another."""
    if node.is_scalar:
        return [node]
    if not isinstance(node, Apply) or node.operation not in ("hstack", "vstack"):
        return []
    inside = [_entries(part) for part in node.arguments]
    return [entry for entries in inside for entry in entries] if all(inside) else []


def generic(
    student: Node, reference: Node, setting: Setting, comparison: Comparison, layout: float = 0.5
) -> Diagnosis | None:
    """The mistake computed from the right answer that leads to just this one, or None."""
    if comparison.reason == "layout":
        return Diagnosis("layout", say("layout"), layout)
    if comparison.reason in KINKS:
        return None
    for id, wrong in generic_mistakes(reference, setting.dimensions):
        if agrees(student, wrong, reference, setting, None) and not _vanishes(wrong, reference, setting):
            if id in _OF_DIAGONALS and not _is_diagonal(reference, setting):
                return Diagnosis("diagonal-alone", say("diagonal-alone")) if id == _OF_DIAGONALS[0] else None
            return Diagnosis(id, say(id, name=_counted(wrong)))
    return _proportional(student, reference, setting)


_OF_DIAGONALS = ("vector-for-diagonal", "rows-for-diagonal")  # what these say is so of diagonal matrices only


def _is_diagonal(reference: Node, setting: Setting) -> bool:
    diagonal = apply("diag", apply("diagonal", reference))
    return agrees(diagonal, reference, reference, setting)


def _proportional(student: Node, reference: Node, setting: Setting) -> Diagnosis | None:
    """Whether the answer is the right one times a number; times nearly 1, a number in it was rounded."""
    if student.shape != reference.shape:
        return None
    ratios = []
    for batch in reference_batches(reference, setting):
        values = np.broadcast_to(evaluate(student, batch.points), batch.values.shape)
        with np.errstate(all="ignore"):
            zero = np.abs(batch.values) < 1e-12
            if (np.abs(values[zero & batch.usable[:, None, None]]) > 1e-12).any():
                return None
            ratios.append((values / batch.values)[batch.usable][~zero[batch.usable]])
    ratio = np.concatenate(ratios) if ratios else np.array([])
    if not ratio.size or not np.isfinite(ratio).all() or np.ptp(ratio) > 1e-9 * abs(ratio[0]) or not ratio[0]:
        return None
    off = abs(ratio[0] - 1)
    times = mul(number(Fraction(float(ratio[0]))), reference)
    if off < 1e-11 or not agrees(student, times, reference, setting, None):
        return None
    id = "rounded" if off < 1e-3 else "factor"
    return Diagnosis(id, say(id))


def agrees(
    student: Node, wrong: Node, reference: Node, setting: Setting, ties: Collection[Node] | None = ()
) -> bool:
    """Whether the answer is this wrong answer; `ties` as in `compare`. Most are not, as the reference's first
    points tell at once.
    """
    if student.shape != wrong.shape or not _quickly(student, wrong, reference, setting):
        return False
    try:
        return compare(student, wrong, setting, ties=ties, roughly=True).equal
    except (NoPoints, TooLarge):
        return False


def _quickly(student: Node, wrong: Node, reference: Node, setting: Setting) -> bool:
    batch = reference_batches(reference, setting)[0]
    ours, theirs = (_first_values(node, reference, setting) for node in (wrong, student))
    with np.errstate(all="ignore"):
        close = np.abs(ours - theirs) <= 1e-8 * np.maximum(np.abs(ours), 1.0)
    unknown = ~np.isfinite(ours) | ~np.isfinite(theirs)
    if not (close | unknown)[batch.usable].all():
        return False
    if student.shape != reference.shape or unknown[batch.usable].any():
        return True
    right = batch.values[batch.usable]
    off, gap = (np.abs(theirs[batch.usable] - values).max() for values in (ours[batch.usable], right))
    return bool(off <= 1e-3 * gap or gap <= 1e-12 * np.abs(right).max())  # where all is tiny, all is close


def _vanishes(wrong: Node, reference: Node, setting: Setting) -> bool:
    """Whether a wrong answer is 0, as a sum of entries may be: of a 0, nobody can say how it came about."""
    values = _first_values(wrong, reference, setting)
    return bool((np.abs(values[np.isfinite(values)]) < 1e-9).all())


@lru_cache(maxsize=8192)
def _first_values(wrong: Node, reference: Node, setting: Setting) -> Any:
    return evaluate(wrong, reference_batches(reference, setting)[0].points)


def _counted(wrong: Node) -> str:
    return next((str(n.size) for n in wrong.walk() if isinstance(n, Count)), "n")
