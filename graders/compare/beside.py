"""Whether two formulas differ on a kink, or close beside one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import numpy as np

from graders.compare.crossings import ROUNDING, crossing, on_the_kink, together
from graders.compare.difference import OTHER, Difference, shaky
from graders.compare.kinks import exists, kinks
from graders.compare.points import Setting, chosen
from graders.compare.precise import NOTHING, can_be_precise, largest, precisely_equal
from matcalc_ref.language.evaluate import Points, evaluate, evaluate_all
from matcalc_ref.language.tree import Node

JUMP = 1e-3  # a difference beside a kink that needs no second look
MOST_KINKS = 24  # whose neighbourhood is looked at
FLAT = 0.3  # what is 0 on more of the points far from a kink is 0 on a whole side of it: no kink


def beside_kinks(
    student: Node, reference: Node, setting: Setting, ties: Collection[Node] | None, sizes: Mapping[str, int]
) -> Difference | None:
    """A point on a kink of the reference, or close beside one of either tree, where the two differ.

    Values on `ties`, and on all kinks where it is None, do not count.
    """
    theirs, own = kinks(reference), kinks(student)
    sides = dict.fromkeys(side for side in (*theirs, *own) if exists(side, sizes))
    counted = set() if ties is None else set(theirs) - set(ties)
    first = sorted(sides, key=lambda side: side in theirs and side in own)[:MOST_KINKS]
    at = tuple(sizes.items())
    crossings = [found for side in first if (found := crossing(side, setting, at)) is not None]
    if not crossings:
        return None
    points, on, far = together(crossings)
    one, two = (_values(tree, points, on) for tree in (student, reference))
    with np.errstate(all="ignore"):
        gap = np.abs(one - two) / np.maximum(np.maximum(np.abs(two), np.abs(one)), 1)
    gap = np.where(np.isfinite(gap), gap, 0.0).max(axis=(1, 2))
    bad = gap > OTHER
    if not bad.any():
        return None
    about = np.repeat(range(len(crossings)), [len(found.on) for found in crossings])
    count = partial(np.bincount, about, minlength=len(crossings))
    flat = np.zeros(len(crossings), dtype=bool)
    hit = {True: np.zeros(points.batch, dtype=bool), False: np.zeros(points.batch, dtype=bool)}
    for side in sides:
        height, on_the_way = evaluate_all(side, points)
        distance = np.abs(height)
        near = distance <= ROUNDING * np.maximum(largest(on_the_way, points.batch), 1)[:, None, None]
        often = count(near.all(axis=(1, 2)) & far) > FLAT * count(far)
        flat |= often
        near &= (distance > 0) | ~often[about][:, None, None]
        large = (near & (distance > ROUNDING)).any(axis=(1, 2))  # too large to be taken for 0
        near = near.any(axis=(1, 2))
        bad &= (on | ~near) & (often[about] | ~large)
        hit[side in counted] |= on & near & ~often[about]
    bad &= hit[True] | ~(on | hit[False])
    for at_kink in range(len(crossings)):
        row = _surely(
            bad & (about == at_kink), gap, hit[True], bool(flat[at_kink]), student, reference, points
        )
        if row is not None:
            return Difference(points, row, "kink" if hit[True][row] else "value", one, two)
    return None


def _values(tree: Node, points: Points, on: Any) -> Any:
    """The values of a tree at points of which some lie on a kink."""
    values = np.array(evaluate(tree, points))
    if on.any():
        values[on] = on_the_kink(tree, chosen(points, on))
    return values


def _surely(
    bad: Any, gap: Any, on: Any, flat: bool, student: Node, reference: Node, points: Points
) -> int | None:
    """A bad row whose gap is no rounding: one that 60 digits confirm, or a jump where they are too dear.

    `flat`: a kink may only seem to be 0, as the difference of two values close to 1 does.
    """
    if not can_be_precise(student, reference, points):
        jumps = np.flatnonzero(bad & (gap > JUMP))
        return int(jumps[0]) if len(jumps) else None
    for kind, same in ((on, ROUNDING), (~on, NOTHING)):
        rows = np.flatnonzero(bad & kind)
        rows = rows[np.argsort(gap[rows])]
        for row in dict.fromkeys((rows[-1], rows[len(rows) // 2], rows[0])) if len(rows) else ():
            point = chosen(points, [row])
            jump = same == NOTHING and gap[row] > JUMP and not flat
            clear = jump and not shaky(student, reference, point)
            if clear or not precisely_equal(student, reference, point, same):
                return int(row)
    return None
