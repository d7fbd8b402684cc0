"""Whether two formulas differ on a kink, or close beside one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from graders.compare.crossings import ROUNDING, Crossing, Snapped, crossing, together
from graders.compare.difference import OTHER, Difference
from graders.compare.kinks import exists, origins
from graders.compare.points import Setting, chosen
from graders.compare.precise import NOTHING, can_be_precise, precisely_equal
from graders.compare.rounding import has_exponential, largest, shaky
from matcalc_ref.language.evaluate import Evaluation, Points, evaluate
from matcalc_ref.language.tree import Node

JUMP = 1e-3  # a difference beside a kink that needs no second look
MOST_KINKS = 24  # whose neighbourhood is looked at
FLAT = 0.3  # what is 0 on more of the points far from a kink is 0 on a whole side of it: no kink


def beside_kinks(
    student: Node, reference: Node, setting: Setting, ties: Collection[Node] | None, sizes: Mapping[str, int]
) -> Difference | None:
    """A point on a kink, or close beside one, where the two differ.

    Values on `ties`, and on all kinks where it is None, do not count.
    """
    theirs, own = origins(reference), origins(student)
    sides = dict.fromkeys(side for side in (*theirs, *own) if exists(side, sizes))
    counted = None if ties is None else set(theirs) - set(ties)
    alike = [side for side in sides if theirs.get(side) == own.get(side)]  # rarely where they differ
    others = [side for side in sides if side not in alike]
    for group in (others[:MOST_KINKS], alike[: max(0, MOST_KINKS - len(others))]):
        at = tuple(sizes.items())
        reached = {side: there for side in group if (there := crossing(side, setting, at)) is not None}
        found = _beside(reached, student, reference, sides, counted, ties or ()) if reached else None
        if found is not None:
            return found
    return None


def _beside(
    reached: Mapping[Node, Crossing],
    student: Node,
    reference: Node,
    sides: Collection[Node],
    counted: Collection[Node] | None,
    ties: Collection[Node],
) -> Difference | None:
    """A point about one of these kinks; the others among `sides` may excuse it."""
    crossings = list(reached.values())
    points, on, far = together(crossings)
    (one, two), most = _values((student, reference), points, on)
    with np.errstate(all="ignore"):
        gap = np.abs(one - two)
        gap = np.where(gap > OTHER * most[:, None, None], gap, 0)  # else it may be rounding
        gap = gap / np.maximum(np.maximum(np.abs(two), np.abs(one)), 1)
    gap = np.where(np.isfinite(gap), gap, 0.0).max(axis=(1, 2))
    ends = np.cumsum([len(found.on) for found in crossings])
    for kink, rows in zip(reached, np.split(np.arange(points.batch), ends[:-1]), strict=True):
        bad = gap[rows] > OTHER
        if bad.any():
            here = chosen(points, rows)
            excused = _excused(ties, here)
            bad, hit, flat = _clear(bad & ~excused, on[rows], far[rows], sides, counted, here)
            row = _surely(bad, gap[rows], hit, on[rows] & ~hit, flat, student, reference, here)
            if row is not None:
                reason = "kink" if hit[row] else "own-kink" if on[rows][row] else "value"
                return Difference(points, int(rows[row]), reason, one, two, kink)
    return None


def _excused(ties: Iterable[Node], points: Points) -> Any:
    """The rows that lie on a tie but for rounding."""
    rows = np.zeros(points.batch, dtype=bool)
    for tie in (tie for tie in ties if exists(tie, points.sizes)):
        rows |= (np.abs(evaluate(tie, points)) <= ROUNDING).any(axis=(1, 2))
    return rows


def _clear(
    bad: Any, on: Any, far: Any, sides: Iterable[Node], counted: Collection[Node] | None, points: Points
) -> tuple[Any, Any, bool]:
    """Of the bad rows about a kink those that no other kink excuses; which of them lie on one of the
    reference that counts; and whether some kink is 0 on a whole side of it. On other kinks, only points that
    are exactly there count.
    """
    flat = False
    hit, exactly = np.zeros(points.batch, dtype=bool), np.zeros(points.batch, dtype=bool)
    shared = Evaluation(points)
    distances = {side: np.abs(shared.values(side)) for side in sides}
    most = np.maximum(largest(shared), 1)[:, None, None]
    for side, distance in distances.items():
        if not (distance <= ROUNDING * most).any():
            continue
        alone = Evaluation(points)
        alone.values(side)
        near = distance <= ROUNDING * np.maximum(largest(alone), 1)[:, None, None]
        if (near.all(axis=(1, 2)) & far).sum() > FLAT * far.sum():
            flat = True
            bad = bad & (on | ~(near & (distance > 0)).any(axis=(1, 2)))
        else:
            large = (near & (distance > ROUNDING)).any(axis=(1, 2))  # too large to be taken for 0
            near = near.any(axis=(1, 2))
            bad = bad & (on | ~near) & ~large
            if counted is not None and side in counted:
                hit |= on & near
            elif counted is not None and not has_exponential(side):  # it may be 0 by saturation
                exactly |= on & (distance == 0).any(axis=(1, 2))
    return bad & (hit | exactly | ~on), hit, flat


def _values(trees: Sequence[Node], points: Points, on: Any) -> tuple[list[Any], Any]:
    """The values of trees at points of which some lie on a kink, and the largest on the way, for each row."""
    beside, there = Evaluation(points), Evaluation(chosen(points, on), Snapped(int(on.sum())))
    found = [np.array(beside.values(tree)) for tree in trees]
    if on.any():
        for tree, values in zip(trees, found, strict=True):
            values[on] = there.values(tree)
    return found, largest(beside)


def _surely(
    bad: Any, gap: Any, on: Any, own: Any, flat: bool, student: Node, reference: Node, points: Points
) -> int | None:
    """A bad row whose gap is no rounding: one that 60 digits confirm, or a jump where they are too dear.

    `on` are the rows on a kink that counts, `own` those on another one. `flat`: a kink may only seem to be 0,
    as the difference of two values close to 1 does.
    """
    for kind, same in ((~on, NOTHING), (on, ROUNDING)):
        rows = np.flatnonzero(bad & kind)
        rows = rows[np.argsort(gap[rows])]
        for row in dict.fromkeys((rows[-1], rows[len(rows) // 2], rows[0])) if len(rows) else ():
            point, jump = chosen(points, [row]), gap[row] > JUMP
            if jump and not flat and not own[row] and not shaky(student, reference, point):
                return int(row)
            dear = not can_be_precise(student, reference, points)
            if jump if dear else not precisely_equal(student, reference, point, same):
                return int(row)
    return None
