"""How much float64 may lose of the values of formulas, and where it may lose it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from matcalc_ref.language.evaluate import Evaluation, Points, evaluate
from matcalc_ref.language.table import COMPARISONS
from matcalc_ref.language.tree import Apply, Constant, Node, Number

EXPONENTIALS = frozenset("exp sigmoid tanh sinh cosh softmax softmax_rows".split())
DIVIDING = frozenset("pow log sqrt norm inv pinv det matpow tan sec csc cot arcsin arccos".split())


TINY = 1e-5  # a constant that float64 may lose beside others


def _condition(matrix: Any) -> Any:
    return np.linalg.cond(np.where(np.isfinite(matrix), matrix, 0.0)).max()


def _cancelled(value: Any, *terms: Any) -> Any:
    """How much smaller a sum is than its terms."""
    most = reduce(np.maximum, map(np.abs, terms))
    return np.where(most == 0, 1.0, most / np.abs(value)).max()


AMPLIFYING: dict[str, Callable[..., Any]] = {
    "add": _cancelled,
    "inv": lambda value, matrix: _condition(matrix),
    "pinv": lambda value, matrix: _condition(matrix),
    "matpow": lambda value, matrix, power: _condition(matrix) ** np.abs(power).max(),
    "det": lambda value, matrix: _condition(matrix),
}


def _sizes(evaluation: Evaluation) -> Any:
    """The absolute values of all that was worked out on the way, a row for every point."""
    batch = evaluation.points.batch
    flat = [values.reshape(len(values), -1) for values in evaluation.known.values()]
    if not flat:
        return np.zeros((batch, 1))
    whole = [v if len(v) == batch else np.broadcast_to(v, (batch, v.shape[1])) for v in flat]
    return np.abs(np.concatenate(whole, axis=1))


def largest(evaluation: Evaluation) -> Any:
    """The largest of all values on the way, for every row; what is not finite does not count."""
    sizes = _sizes(evaluation)
    highest = sizes.max(axis=1)
    if np.isfinite(highest).all():
        return highest
    return np.where(np.isfinite(sizes), sizes, 0.0).max(axis=1)


def amplification(evaluation: Evaluation) -> float:
    """How many times rounding may grow on the way at most, as far as single sums, inverses and determinants
    tell: how much smaller a sum is than its terms, and the condition of matrices.
    """
    worst = 1.0
    with np.errstate(all="ignore"):
        for part, values, operands in evaluation.applied(AMPLIFYING):
            grows = float(AMPLIFYING[part.operation](values, *operands))
            worst = math.inf if math.isnan(grows) else max(worst, grows)
    return worst


def largest_exponent(evaluation: Evaluation) -> float:
    """The largest argument of an exponential on the way; beside its value, others are lost."""
    found = 0.0
    for _, _, (exponent, *_) in evaluation.applied(EXPONENTIALS):
        values = np.abs(exponent)
        found = max(found, float(values[np.isfinite(values)].max(initial=0.0)))
    return found


def shaky(student: Node, reference: Node, points: Points) -> bool:
    """Whether float64 may be far off here with one of the two, as where an exponential is lost."""
    evaluation = Evaluation(points)
    for tree in (student, reference):
        if _divides(tree) or has_exponential(tree):
            evaluation.values(tree)
    return _loses_exponentials(evaluation) or amplification(evaluation) > 1e4


def _loses_exponentials(evaluation: Evaluation) -> bool:
    """Whether something overflows, is too small for all its digits, or is compared with what it equals but
    for an exponential.
    """
    sizes = _sizes(evaluation)
    if not np.isfinite(sizes).all() or ((sizes > 0) & (sizes < 1e-300)).any():
        return True
    compared = (xs for part, _, xs in evaluation.applied(COMPARISONS) if has_exponential(part))
    return any((np.abs(x - y) <= 1e-9 * np.abs(x)).any() for x, y in compared)


def has_exponential(*trees: Node) -> bool:
    return any(tree.operations & EXPONENTIALS for tree in trees)


def has_extremes(*trees: Node) -> bool:
    """Whether a number so small or so large stands in one of the trees that float64 could lose it, or others
    beside it.
    """
    return any(low < TINY or high > 1 / TINY for low, high in map(extremes, trees))


@lru_cache(maxsize=4096)
def extremes(node: Node) -> tuple[float, float]:
    """The smallest constant in the tree, at most 1, and the largest, at least 1; 0 does not count, nor what
    stands in a condition, where the points about its kink tell.
    """
    low = high = 1.0
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, Apply) and part.operation in COMPARISONS:
            continue
        if _is_factor(part):
            scale = _scale(part) or 1.0
            low, high = min(low, scale), max(high, scale)
        pending.extend(part.children)
    return low, high


def _is_factor(node: Node) -> bool:
    """Whether constants may stand here, or be multiplied."""
    if isinstance(node, Apply):
        return node.operation in ("mul", "pow") or _is_constant(node)
    return isinstance(node, Number)


@lru_cache(maxsize=4096)
def _scale(node: Node) -> float:
    """The size of the constants among the factors, as one number; raised with what is raised to a power."""
    match node:
        case Number(value):
            return abs(float(value))
        case Apply("mul", factors):
            return math.prod(map(_scale, factors))
        case Apply("pow", (base, Number(exponent))):
            with np.errstate(all="ignore"):
                return float(np.float64(_scale(base)) ** float(exponent))
        case Apply("tanh" | "sigmoid", (inside,)) if _is_constant(inside):
            return math.exp(-_scale(inside))  # what is missing of the 1
        case Apply() if node.is_scalar and _is_constant(node):
            return abs(float(evaluate(node, Points({}, {}, 1))[0, 0, 0]))
    return 1.0


def _is_constant(node: Node) -> bool:
    return isinstance(node, (Number, Constant, Apply)) and all(map(_is_constant, node.children))


@lru_cache(maxsize=4096)
def is_rounded(node: Node) -> bool:
    """Whether a number in the tree is itself a rounded float; a difference quotient has to be exact."""
    values = [n.value for n in node.walk() if isinstance(n, Number)]
    if any(abs(value.numerator) > 10**10 and value.denominator > 10**10 for value in values):
        return not any(isinstance(part, Apply) and _takes_a_step(part) for part in node.walk())
    return False


def _takes_a_step(part: Apply) -> bool:
    """Whether a tiny constant is added to something, as in `sin(t + 10^-8)`."""
    constants = filter(_is_constant, part.arguments) if part.operation == "add" else ()
    return any(0 < abs(_scale(term)) < TINY for term in constants)


@lru_cache(maxsize=4096)
def _divides(tree: Node) -> bool:
    """Whether rounding can grow in the tree beyond that of the largest value in it."""
    if tree.operations.isdisjoint(DIVIDING):
        return False
    for part in tree.walk():
        match part:
            case Apply("pow", (_, Number(exponent))) if exponent.denominator == 1 and exponent > 0:
                continue
            case Apply(operation) if operation in DIVIDING:
                return True
    return False
