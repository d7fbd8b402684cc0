"""A place where two formulas differ, and how much of a difference is none but rounding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.compare.points import describe, plain
from matcalc_ref.language.evaluate import Points
from matcalc_ref.language.tree import Node

SAME = 1e-11  # relative to the size of the values: float64 says "equal"
OTHER = 1e-9  # relative to the largest value on the way: "different"; in between, 60 digits decide

KINKS = ("kink", "own-kink")  # only on a kink of the reference, or only on one that the student brought in


@dataclass(frozen=True)
class Difference:
    """Points, a row where the values differ, and why: "value", "sizes", "domain", or one of KINKS, with the
    kink's tree.
    """

    points: Points
    row: int
    reason: str
    student: Any
    reference: Any
    kink: Node | None = None

    def looks_turned(self) -> bool:
        """Whether the transpose agrees at most of the points; few do."""
        with np.errstate(all="ignore"):
            error = np.abs(np.swapaxes(self.student, 1, 2) - self.reference)
            near = error <= 1e-6 * np.maximum(np.abs(self.reference), 1.0)
        return bool((near | ~np.isfinite(error)).all(axis=(1, 2)).mean() > 0.5)

    def shown(self, names: set[str]) -> dict[str, Any]:
        """The row as plain data: where, and both values."""
        points, row = self.points, self.row
        at = {n: size for n, size in points.sizes.items() if n in names} | describe(points, row, names)
        return {"at": at, "student": plain(self.student[row]), "reference": plain(self.reference[row])}
