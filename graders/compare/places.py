"""Where a wrong formula differs from the right one: on one side of a kink, off the diagonal, in which
entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.compare.difference import OTHER
from graders.compare.equality import reference_batches
from graders.compare.kinks import kinks
from graders.compare.points import Setting
from matcalc_ref.language.evaluate import evaluate
from matcalc_ref.language.tree import Node

MOST_SHARE = 0.9  # of a wrong answer


@dataclass(frozen=True)
class Places:
    """What a wrong answer of the right shape gets wrong.

    - side: (kink, sign): it differs only where the kink's tree has this sign.
    - diagonal: "on" or "off": it differs only there (square shapes).
    - entries: (row, column), 1-based, that differ of `size`, where the size is a plain number; `share` is the
    part of the entries that is right, those that are always 0 not counted.
    - sizes: it is right for some sizes of the dimensions and not for others; not said beside a kink, where
    chance may have drawn the right side.
    """

    side: tuple[Node, int] | None = None
    diagonal: str | None = None
    entries: tuple[tuple[int, int], ...] = ()
    share: float = 0.0
    size: int = 0
    sizes: bool = False


def places(student: Node, reference: Node, setting: Setting) -> Places:
    """Compares two trees of one shape, entry by entry, at the reference's points."""
    wrong: list[Any] = []
    zero: list[Any] = []
    by_batch: list[bool] = []
    sides: dict[tuple[Node, int], list[int]] = {}
    for batch in reference_batches(reference, setting):
        if not batch.usable.any():
            continue
        values = np.broadcast_to(evaluate(student, batch.points), batch.values.shape)
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(batch.values).max(axis=(1, 2), keepdims=True), 1.0)
            bad = ~(np.abs(values - batch.values) <= 10 * OTHER * size)
        rows = bad.any(axis=(1, 2))
        for side in kinks(reference):
            if side.is_scalar:
                signs = np.sign(evaluate(side, batch.points))[:, 0, 0]
                signs = np.broadcast_to(signs, rows.shape)
                for sign in (-1, 1):
                    here = batch.usable & (signs == sign)
                    seen = sides.setdefault((side, sign), [0, 0])
                    seen[0] += int((rows & here).sum())
                    seen[1] += int(here.sum())
        wrong.append(bad[batch.usable].any(axis=0))
        zero.append((np.abs(batch.values[batch.usable]) < 1e-14).all(axis=0))
        by_batch.append(bool(rows[batch.usable].any()))
    return Places(
        _side(sides),
        _diagonal(wrong) if student.shape[0] == student.shape[1] and not student.is_scalar else None,
        *_entries(wrong, zero, student),
        sizes=any(by_batch) and not all(by_batch[:2]) and not (kinks(student) or kinks(reference)),
    )


def _side(sides: dict[tuple[Node, int], list[int]]) -> tuple[Node, int] | None:
    for (side, sign), (wrong, seen) in sides.items():
        other = sides.get((side, -sign), [0, 0])
        if wrong and seen and other[1] and not other[0]:
            return side, sign
    return None


def _diagonal(wrong: list[Any]) -> str | None:
    on = any(np.diag(bad).any() for bad in wrong)
    off = any((bad & ~np.eye(len(bad), dtype=bool)).any() for bad in wrong)
    return None if on == off else "on" if on else "off"


def _entries(
    wrong: list[Any], zero: list[Any], student: Node
) -> tuple[tuple[tuple[int, int], ...], float, int]:
    rows, columns = student.shape[0].number, student.shape[1].number
    if rows is None or columns is None or rows * columns < 2 or not wrong:
        return (), 0.0, 0
    bad, nothing = np.logical_or.reduce(wrong), np.logical_and.reduce(zero)
    return entries_of(bad), share_of(bad, nothing), rows * columns


def entries_of(bad: Any) -> tuple[tuple[int, int], ...]:
    """The places of these entries, counted from 1."""
    return tuple((int(i) + 1, int(j) + 1) for i, j in zip(*np.nonzero(bad), strict=True))


def share_of(bad: Any, zero: Any) -> float:
    """The share of the entries that is right, those that are 0 not counted; never all of it."""
    right = int((~bad & ~zero).sum()) - int((bad & zero).sum())
    return min(max(right / max(int((~zero).sum()), 1), 0.0), MOST_SHARE)
