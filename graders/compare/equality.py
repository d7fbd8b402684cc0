"""Whether two formulas are equal for every size: same shape, same tree, then random points.

Points are judged in float64; where two values are too close to call, with 60 digits. Where the points say
"equal" and both trees have one normal form, that is a proof as well; a normal form alone never decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import chain
from typing import Any

import numpy as np

from graders.compare.beside import beside_kinks
from graders.compare.crossings import ROUNDING, scaled
from graders.compare.difference import KINKS, OTHER, SAME, Difference
from graders.compare.kinks import Signs, away, exists, kinks
from graders.compare.points import (
    BATCH,
    Setting,
    base_points,
    chosen,
    draw,
    fitting,
    names_in,
    seeded,
)
from graders.compare.precise import can_be_precise, precisely_equal
from graders.compare.rounding import has_exponential, has_extremes, largest, largest_exponent, shaky
from graders.compare.thresholds import points_about
from graders.compare.verdict import Evidence
from matcalc_ref.language.evaluate import Evaluation, Points, evaluate
from matcalc_ref.language.operations import substituted, transpose
from matcalc_ref.language.sizes import show_shape
from matcalc_ref.language.tree import Node
from matcalc_ref.rewriting.normal import normal

CHEAP = 120  # nodes up to which a proof by normal forms is tried
ENOUGH = 6  # usable points
CLOSELY = 2  # batches on which 60 digits look for what float64 loses
STEEP = 20  # the argument of an exponential beyond which others are lost beside it
ANGLES = frozenset(("arcsin", "arccos", "arctan"))
FAR = 5.0  # times as far out as the usual points
LARGE = 1e6  # a value on the way beside which float64 loses others
SCALES = (0.1, 4.0, 20.0, 100.0, 0.01, 1000.0)


class NoPoints(ValueError):
    """The reference has no value at any point that was tried."""


@dataclass(frozen=True)
class Batch:
    """Points, the reference's values there, and which rows can be used (finite, not near a kink).

    For every row, `magnitude` is the largest of the values, and `largest` the largest on the way to them;
    rounding goes with it. `exponent` is the largest argument of an exponential.
    """

    points: Points
    values: Any
    usable: Any
    magnitude: Any
    largest: Any
    exponent: float

    @cached_property
    def size(self) -> Any:
        """The magnitude, at least 1."""
        return np.maximum(self.magnitude, 1.0)


@dataclass(frozen=True)
class Comparison:
    """What comparing found, and why: "shape", "layout", "value", "sizes", "domain", or one of KINKS."""

    equal: bool
    reason: str = ""
    method: str = "sampled"
    points: int = 0
    differs: Callable[[], Mapping[str, Any]] | None = None
    kink: Node | None = None

    @cached_property
    def evidence(self) -> Evidence:
        """Made where it is asked for; a search for mistakes compares much of which nothing is shown."""
        return Evidence(self.method, self.points, self.differs() if self.differs else None)


def compare(
    student: Node,
    reference: Node,
    setting: Setting,
    *,
    ties: Collection[Node] | None = (),
    roughly: bool = False,
) -> Comparison:
    """Compares two trees of the same variables; `roughly` leaves float64 to decide in the end.

    Values on the kinks in `ties`, such as x - w of max(x, w), do not count; with None, on no kink.

    Raises ValueError where no sizes up to 9 let both exist, NoPoints where the reference has no values,
    TooLarge where the student sets a number against a dimension that is too large to be tried.
    """
    if student.shape != reference.shape:
        turned = student.shape == (reference.shape[1], reference.shape[0])
        turned = turned and compare(transpose(student), reference, setting, ties=None, roughly=roughly).equal
        shapes = partial(_shapes, student, reference)
        return Comparison(False, "layout" if turned else "shape", "proved", differs=shapes)
    setting = fitting(setting, student)
    if student == reference:
        return Comparison(True, method="identical")
    if setting.where:  # 60 digits need the formula, not its rounded value
        student, reference = _spelled_out(student, setting), _spelled_out(reference, setting)
        ties = None if ties is None else {_spelled_out(tie, setting) for tie in ties}
    used, difference = _sample(student, reference, setting, ties, roughly)
    if difference is None:
        return Comparison(True, points=used)
    reason = difference.reason
    square = student.shape[0] == student.shape[1] and not student.is_scalar
    if square and reason not in KINKS and difference.looks_turned():  # a wrong side is no matter of layout
        _, rest = _sample(transpose(student), reference, setting, None, roughly)
        reason = "layout" if rest is None else reason
    shown = partial(_shown, difference, student, reference, setting)
    return Comparison(False, reason, points=max(used, 1), differs=shown, kink=difference.kink)


def _shown(difference: Difference, student: Node, reference: Node, setting: Setting) -> dict[str, Any]:
    """A point at which two formulas differ; its sizes too, where it is a matter of sizes."""
    names = names_in(student, reference)
    if difference.reason == "sizes":
        shapes = [shape for name, shape in setting.variables if name in names]
        names = names.union(*(size.names for shape in shapes for size in shape))
    return difference.shown(names)


def _shapes(student: Node, reference: Node) -> dict[str, Any]:
    shapes = {"student": show_shape(student.shape), "reference": show_shape(reference.shape)}
    return {"at": {"shape": True}, **shapes}


@lru_cache(maxsize=4096)
def _spelled_out(tree: Node, setting: Setting) -> Node:
    """The tree with the formulas of the variables that stand for one."""
    for given, formula in reversed(setting.where):
        tree = substituted(tree, {given: formula})
    return tree


def proved(student: Node, reference: Node, found: Comparison) -> Comparison:
    """The comparison with better evidence, where the points say "equal" and the normal forms agree."""
    if not found.equal or found.method != "sampled":
        return found
    if _cost(student) + _cost(reference) > CHEAP or normal(student) != normal(reference):
        return found
    return replace(found, method="proved")


def _cost(node: Node) -> int:
    return sum(1 for _ in node.walk())


# Sampling


@lru_cache(maxsize=512)
def reference_batches(reference: Node, setting: Setting) -> tuple[Batch, ...]:
    """The reference's values at its points, with both sides of each of its kinks that can be reached."""
    batches = [_batch(reference, points) for points in base_points(setting)]
    for scale in SCALES:
        if sum(int(b.usable.sum()) for b in batches) >= ENOUGH:
            break
        chance = seeded(setting, "scale", str(scale))
        for points in base_points(setting):
            batches.append(_batch(reference, draw(setting, points.sizes, chance, BATCH, scale)))
    if not any(b.usable.any() for b in batches):
        raise NoPoints("the reference has no value at any of the points that were tried")
    signs = Signs(kinks(reference))
    for batch in batches:
        signs.see(batch.usable, signs.heights(batch.points))
    for batch in _other_sides(signs, reference, setting):
        signs.see(batch.usable, signs.heights(batch.points))
        batches.append(batch)
    return tuple(batches)


def _batch(reference: Node, points: Points) -> Batch:
    evaluation = Evaluation(points)
    values = evaluation.values(reference)
    finite = np.isfinite(values).all(axis=(1, 2))
    usable = finite & away(Signs(kinks(reference)).heights(points), points)
    magnitude = np.abs(values).max(axis=(1, 2))
    usable = usable if usable.any() else finite
    return Batch(points, values, usable, magnitude, largest(evaluation), _exponent(reference, evaluation))


def _exponent(tree: Node, evaluation: Evaluation) -> float:
    return largest_exponent(evaluation) if has_exponential(tree) else 0.0


def _other_sides(signs: Signs, reference: Node, setting: Setting) -> Iterator[Batch]:
    """Further points for the kinks of which the points so far lie on one side only; what is given here must
    be seen before the next is asked for.
    """
    for side, seen in signs.seen.items():
        for missing in {-1, 1} - seen:
            found = _beyond(side, missing, reference, setting)
            if found is not None:
                yield found


def _beyond(side: Node, sign: int, reference: Node, setting: Setting) -> Batch | None:
    points = _far_points(setting.without_shapes, tuple(base_points(setting)[0].sizes.items()))
    if not exists(side, points.sizes):
        return None
    rows = np.flatnonzero((np.sign(evaluate(side, points)) == sign).any(axis=(1, 2)))
    if not len(rows):
        return None
    batch = _batch(reference, chosen(points, rows))
    return batch if batch.usable.any() else None


@lru_cache(maxsize=512)
def _far_points(setting: Setting, sizes: tuple[tuple[str, int], ...]) -> Points:
    """Points with entries of all SCALES, one after the other."""
    drawn = draw(setting, dict(sizes), seeded(setting, "side"), BATCH * len(SCALES))
    return scaled(drawn, drawn.values.keys(), np.repeat(SCALES, BATCH), setting)


def _sample(
    student: Node, reference: Node, setting: Setting, ties: Collection[Node] | None, roughly: bool
) -> tuple[int, Difference | None]:
    """How many points were used, and where the two differ."""
    batches = reference_batches(reference, setting)
    own = Signs(side for side in kinks(student) if side not in kinks(reference))
    used = 0
    more = chain(_elsewhere(student, reference, setting), _other_sides(own, reference, setting))
    for at, batch in enumerate(chain(batches, more)):
        heights = own.heights(batch.points)
        own.see(batch.usable, heights)
        usable = batch.usable & away(heights, batch.points)
        if not usable.any() and not heights:
            continue
        used += int(usable.sum())
        rows = usable if usable.any() else batch.usable
        found = _rows(student, reference, batch, rows, roughly, closely=at < CLOSELY)
        if found is not None:
            return used, found
    usual = base_points(setting)[0].sizes
    found = beside_kinks(student, reference, setting, ties, usual)
    return used, found or _at_other_sizes(student, reference, setting, own, ties, roughly)


def _elsewhere(student: Node, reference: Node, setting: Setting) -> Iterator[Batch]:
    """Points close to 0 where the usual ones are so far out that exponentials are 0, or all that counts; and
    points further out where an angle is found, which the usual ones need not turn past its range.
    """
    points = base_points(setting)[0]
    if (student.operations | reference.operations) & ANGLES:
        yield _batch(reference, scaled(points, points.values.keys(), np.full(points.batch, FAR), setting))
    if has_exponential(student, reference):
        evaluation = Evaluation(points)
        for tree in (student, reference):
            evaluation.values(tree)
        most = largest_exponent(evaluation)
        if most > STEEP:
            close = np.full(points.batch, 2 / most)
            yield _batch(reference, scaled(points, points.values.keys(), close, setting))


def _at_other_sizes(
    student: Node,
    reference: Node,
    setting: Setting,
    own: Signs,
    ties: Collection[Node] | None,
    roughly: bool,
) -> Difference | None:
    """Where the two differ at sizes that are all 2, or about a number that is set against a dimension."""
    for points, about in points_about(student, reference, setting):
        batch = _batch(reference, points)
        usable = batch.usable & away(own.heights(points), points)
        found = _rows(student, reference, batch, usable, roughly)
        if found is None and about:
            found = beside_kinks(student, reference, setting, ties, points.sizes)
        if found is not None:
            return replace(found, reason="sizes")
    return None


def _rows(
    student: Node, reference: Node, batch: Batch, usable: Any, roughly: bool, *, closely: bool = False
) -> Difference | None:
    """A usable row where the student's values differ; or None. `closely`: or where float64 sees nothing."""
    evaluation = Evaluation(batch.points)
    values = evaluation.values(student)

    def differs(row: Any, reason: str) -> Difference:
        return Difference(batch.points, int(row), reason, values, batch.values)

    def precise() -> bool:
        return not roughly and can_be_precise(student, reference, batch.points)

    with np.errstate(all="ignore"):
        error = np.abs(values - batch.values).max(axis=(1, 2))
        fine = error <= SAME * batch.size
    doubtful = np.flatnonzero(usable & ~fine)
    few = 1 if batch.values[0].size > 100 else 3  # rows on which 60 digits are spent
    if not len(doubtful):
        row = _doubtful_row(student, reference, batch, usable, evaluation, error) if closely else None
        if row is None or not precise() or precisely_equal(student, reference, chosen(batch.points, [row])):
            return None
        return differs(row, "value")
    sure = doubtful[np.isfinite(error[doubtful])]
    if len(sure):
        most = np.maximum(largest(evaluation), batch.largest)
        far = error > OTHER * np.maximum(most, 1e-3)
        if far[sure].any() and (sides := {*kinks(student), *kinks(reference)}) and precise():
            far &= ~_on_noise(sides, batch.points)
        clear = sure[far[sure]]
        if len(clear):
            worst = clear[np.argmax(error[clear] / batch.size[clear])]
            point = chosen(batch.points, [worst])
            doubt = shaky(student, reference, point) and precise()
            if not doubt or not precisely_equal(student, reference, point):
                return differs(worst, "value")
    if not precise():
        return None if len(sure) else differs(doubtful[0], "domain")
    if precisely_equal(student, reference, chosen(batch.points, doubtful[:few])):
        return None
    return differs(doubtful[0], "value" if len(sure) else "domain")


def _doubtful_row(
    student: Node, reference: Node, batch: Batch, usable: Any, evaluation: Evaluation, error: Any
) -> int | None:
    """A row at which float64 may not see that the two differ."""
    lost = usable & (error > SAME * batch.magnitude)  # as 1e-12 is, where all values are 1e-9
    rows = lost if lost.any() else usable
    row = int(rows.argmax())
    if not rows[row]:
        return None
    doubt = lost[row] or batch.largest[row] > LARGE or has_extremes(student, reference)
    return row if doubt or max(batch.exponent, _exponent(student, evaluation)) > STEEP else None


def _on_noise(sides: Iterable[Node], points: Points) -> Any:
    """The rows where a kink is 0 but for rounding, so that float64 takes a side by chance."""
    noisy = np.zeros(points.batch, dtype=bool)
    for side in (side for side in sides if exists(side, points.sizes)):
        evaluation = Evaluation(points)
        height = evaluation.values(side)
        limit = ROUNDING * np.maximum(largest(evaluation), 1)[:, None, None]
        close = np.abs(height) < limit
        noisy |= (close if has_exponential(side) else close & (height != 0)).any(axis=(1, 2))
    return noisy
