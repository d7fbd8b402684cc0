"""Bounds on what a formula may cost: exponents, sizes, depth and terms."""

from __future__ import annotations

import math

from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import Size
from matcalc_ref.language.tree import Apply, ByEntries, Constant, IndexedSum, Node, Number

MAX_NODES, MAX_DEPTH, MAX_ENTRIES, MAX_TERMS = 3000, 80, 20_000, 60_000
TRIAL = 6  # dimensions at which the cost is measured


def magnitude(node: Node) -> float | None:
    """log10 of the largest that a constant tree could be, or None where it is no constant."""
    if isinstance(node, Number):
        value = abs(node.value)
        return math.log10(max(value.numerator, 1)) - math.log10(value.denominator)
    if isinstance(node, Constant):
        return 0.5
    if not isinstance(node, Apply):
        return None
    inner = [magnitude(a) for a in node.arguments]
    if any(m is None for m in inner):
        return None
    sizes = [m for m in inner if m is not None]
    if node.operation == "pow":
        return min(1e300, max(sizes[0], 0.0) * 10 ** sizes[1]) if abs(sizes[1]) < 300 else 1e300
    if node.operation == "exp":
        return min(1e300, 10 ** min(sizes[0], 300) / 2.3)
    if node.operation == "mul":
        return sum(sizes)
    return max(sizes) + math.log10(len(sizes))


def too_costly(node: Node) -> str | None:
    """A sentence where a formula is beyond what is evaluated, else None."""
    level, depth, count = [node], 0, 0
    while level:
        depth += 1
        count += len(level)
        if depth > MAX_DEPTH or count > MAX_NODES:
            return say("too-large")
        level = [child for n in level for child in n.children]
    return None if _cost(node) <= MAX_TERMS else say("too-slow")


def _at(size: Size) -> int:
    return abs(size.at(dict.fromkeys(size.names, TRIAL)))


def _cost(node: Node) -> float:
    """How many numbers are computed at trial dimensions."""
    once: dict[Node, float] = {}  # what depends on no index around it is computed once
    _cost_inside(node, once)
    return sum(once.values())


def _cost_inside(node: Node, once: dict[Node, float]) -> float:
    """The cost of each time that a tree is computed under the indices around it; 0 for what is in `once`."""
    if node in once:
        return 0
    here: float = _at(node.shape[0]) * _at(node.shape[1])
    if here > MAX_ENTRIES:
        once[node] = math.inf
        return 0
    below = sum(_cost_inside(child, once) for child in node.children)
    if isinstance(node, ByEntries):
        here = max(below, 1) * here
    elif isinstance(node, IndexedSum):
        low = node.low.value if isinstance(node.low, Number) else 1
        high = node.high.value if isinstance(node.high, Number) else TRIAL
        here = (below + here) * max(1.0, float(high - low + 1))
    else:
        here += below
    if node.free_indices:
        return here
    once[node] = here
    return 0
