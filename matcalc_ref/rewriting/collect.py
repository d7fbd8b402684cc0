"""Collecting common factors in sums, and how long a formula is for a reader."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm

from matcalc_ref.language.operations import MINUS_UNIT, UNIT, matmul
from matcalc_ref.language.tree import Entry, Fill, IndexedSum, Node, Number, apply, is_op
from matcalc_ref.rewriting.base import Rules
from matcalc_ref.rewriting.pieces import product, scalars_and_arrays, split

MOST_FRACTIONS = 4
_WEIGHTS = {"add": 1, "mul": 1, "matmul": 1, "transpose": 1, "pow": 1, "diag": 2, "kron": 3}


@lru_cache(maxsize=16384)
def cost(node: Node) -> int:
    """How long a formula is to read."""
    if is_op(node, "mul") and node.children[0] == MINUS_UNIT:
        return cost(product(node.children[1:])) + 1
    own = _WEIGHTS.get(node.operation, 2) if hasattr(node, "operation") else 1
    if isinstance(node, Number) and (node.value.denominator != 1):
        own = 2
    if isinstance(node, Fill):
        own = 2
    if is_op(node, "pow") and isinstance(node.children[1], Number):
        own = 0 if node.children[1].value > 0 else 1
    if isinstance(node, Entry):
        own = 0
    return own + sum(cost(child) for child in node.children)


def collected(node: Node, rewrite: Rules) -> Node:
    """The tree with common factors taken out of its sums wherever that makes it shorter."""

    def change(part: Node) -> Node:
        return _collect_sum(part, rewrite) if is_op(part, "add") else part

    return rewrite(node.map(change))


def _collect_sum(node: Node, rewrite: Rules) -> Node:
    best = node
    for _ in range(6):
        options = [option for option in _options(best, rewrite) if cost(option) < cost(best)]
        if not options:
            break
        best = min(options, key=cost)
        if not is_op(best, "add"):
            break
    return best


def _options(node: Node, rewrite: Rules) -> list[Node]:
    terms = node.children
    found: list[Node] = []
    values = [split(t)[0] for t in terms]
    common = Fraction(gcd(*(v.numerator for v in values)), lcm(*(v.denominator for v in values)))
    if values[0] < 0 and all(v < 0 for v in values):
        common = -common
    if common != 1 and common:
        rest = [rewrite.on_mul(Number(1 / common), t) for t in terms]
        found.append(apply("mul", Number(common), apply("add", *rest)))
    held = [set(_factors(t)) for t in terms]
    for factor in dict.fromkeys(_factors(terms[0])):
        if not all(factor in factors for factors in held):
            continue
        rest = [_without(t, factor) for t in terms]
        if not factor.is_scalar and any(r.shape != factor.shape and not r.is_scalar for r in rest):
            continue
        inner = apply("add", *rest)
        if factor.is_scalar or inner.is_scalar or inner.shape == factor.shape:
            found.append(rewrite.on_mul(rewrite.on_add(*rest), factor))
    inverses = (f.children[0] for t in terms for f in _factors(t) if _is_inverse(f))
    for base in dict.fromkeys(inverses) if len(terms) <= MOST_FRACTIONS else ():
        found += _over_common(node, base, rewrite)
    for end in (0, -1):
        chains = {t: _chain(t) for t in terms}
        for factor in dict.fromkeys(chain[end] for chain in chains.values()):
            sharing = [t for t in terms if chains[t][end] == factor]
            if len(sharing) < 2:
                continue
            rest = sorted((_shortened(t, end) for t in sharing), key=lambda t: is_op(t, "transpose"))
            if len({r.shape for r in rest}) > 1:
                continue
            inner = rewrite.on_add(*rest)
            pair = (factor, inner) if end == 0 else (inner, factor)
            found.append(_rebuilt(node, sharing, rewrite.on_matmul(*pair), rewrite))
    return found


def _is_inverse(node: Node) -> bool:
    return is_op(node, "pow") and isinstance(node.children[1], Number) and node.children[1].value < 0


def _over_common(node: Node, base: Node, rewrite: Rules) -> list[Node]:
    """Fractions with powers of one sum below, over their common denominator."""
    lowest = Fraction(0)
    for t in node.children:
        for f in _factors(t):
            if _is_inverse(f) and f.children[0] == base and isinstance(f.children[1], Number):
                lowest = min(lowest, f.children[1].value)
    if not is_op(base, "add") or any(t.shape != node.shape for t in (base, *node.children)):
        return []
    raised = apply("pow", base, Number(-lowest))
    above = [rewrite.on_mul(t, raised) for t in node.children]
    spread = type(rewrite)(expand=True)
    return [rewrite.on_mul(rewrite.on_add(*map(spread, above)), apply("pow", base, Number(lowest)))]


def _rebuilt(node: Node, gone: list[Node], new: Node, rewrite: Rules) -> Node:
    rest = [t for t in node.children if t not in gone]
    if not rest:
        return new
    return rewrite.on_add(new, *rest) if new.shape == node.shape or node.is_scalar else node


def _factors(term: Node) -> list[Node]:
    """The factors that may be taken out of a term, numbers left aside; x is a factor of x²."""
    found = []
    for f in term.children if is_op(term, "mul") else (term,):
        found.append(f)
        if is_op(f, "pow") and isinstance(f.children[1], Number) and f.children[1].value > 1:
            found.append(f.children[0])
    return [f for f in found if not isinstance(f, Number)]


def _without(term: Node, factor: Node) -> Node:
    factors = list(term.children if is_op(term, "mul") else (term,))
    if factor in factors:
        factors.remove(factor)
    else:
        k = next(k for k, f in enumerate(factors) if is_op(f, "pow") and f.children[0] == factor)
        exponent = factors[k].children[1]
        assert isinstance(exponent, Number)
        lower = Number(exponent.value - 1)
        factors[k] = factor if lower == UNIT else apply("pow", factor, lower)
    return product(factors)


def _chain(term: Node) -> tuple[Node, ...]:
    """The matrix product in a term, as its factors from left to right."""
    _, arrays = scalars_and_arrays(term)
    array = product(arrays)
    return array.children if is_op(array, "matmul") else (array,)


def _shortened(term: Node, end: int) -> Node:
    """A term without the first (0) or last (-1) factor of its matrix product."""
    scalars, _ = scalars_and_arrays(term)
    chain = _chain(term)
    rest = chain[1:] if end == 0 else chain[:-1]
    size = chain[end].shape[1 if end == 0 else 0]
    array = matmul(*rest) if rest else Fill("eye", (size, size))
    return product([*scalars, array])


def signed(node: Node) -> Node:
    """-2 (y - u) as 2 (u - y): no minus sign before a sum that can take it in."""
    return _signed(node, alone=True)


def _signed(node: Node, alone: bool) -> Node:
    """`alone`: not a term of a sum, where `- (y - u)` reads well as it is."""
    inside = is_op(node, "add")
    children = tuple(_signed(child, not inside) for child in node.children)
    node = node if children == node.children else node.with_children(children)
    coefficient, rest = split(node)
    if coefficient >= 0:
        return node
    factors = list(rest.children if is_op(rest, "mul") else (rest,))
    for k, factor in enumerate(factors):
        turned = _negated(factor, alone)
        if turned is not None:
            factors[k] = turned
            return product([*([Number(-coefficient)] if coefficient != -1 else []), *factors])
    return node


def _negated(node: Node, alone: bool) -> Node | None:
    """The negative of a sum in which minus signs prevail (`alone`: are no fewer), also inside a product."""
    if is_op(node, "add"):
        minus = sum(split(t)[0] < 0 for t in node.children)
        if 2 * minus < len(node.children) + (not alone):
            return None
        turned = []
        for t in node.children:
            coefficient, rest = split(t)
            turned.append(rest if coefficient == -1 else product([Number(-coefficient), *_parts(rest)]))
        flat = [each for t in turned for each in (t.children if is_op(t, "add") else (t,))]
        return apply("add", *sorted(flat, key=lambda t: split(t)[0] < 0))
    if isinstance(node, IndexedSum) or is_op(node, "transpose", "matmul", "mul", "sum", "diag", "kron"):
        children = list(node.children)
        for k, child in enumerate(children):
            inside = not isinstance(node, IndexedSum) or k == 2
            changed = _negated(child, alone) if inside else None
            if changed is not None:
                children[k] = changed
                return node.with_children(tuple(children))
    return None


def fractions(node: Node) -> Node:
    """Negative powers as divisors: `(A x)/N`, `1/z`, `x/z^2`, `2/N (A x)`."""
    children = tuple(fractions(child) for child in node.children)
    if is_op(node, "mul"):
        flat = (child.children if _is_one_over(child) else (child,) for child in children)
        children = tuple(part for parts in flat for part in parts)
    node = node if children == node.children else node.with_children(children)
    if _is_inverse(node):
        return apply("mul", UNIT, _divisor(node))
    if not is_op(node, "mul"):
        return node
    numbers = [f for f in node.children if isinstance(f, Number) and f != UNIT]
    below = [_divisor(f) for f in node.children if _is_inverse(f)]
    above = [f for f in node.children if not isinstance(f, Number) and not _is_inverse(f)]
    if not below:
        return node
    fraction = numbers and numbers[0].value != -1 and all(f.is_scalar for f in below)
    first = fraction and above and not any(f.is_scalar for f in above)
    ordered = [*numbers, *below, *above] if first else [*numbers, *above, *below]
    return apply("mul", *(ordered if numbers or above else [UNIT, *below]))


def _is_one_over(node: Node) -> bool:
    return is_op(node, "mul") and node.children[0] == UNIT and all(map(_is_inverse, node.children[1:]))


def _divisor(node: Node) -> Node:
    """b^-k as (b^k)^-1, which is written with a stroke."""
    base, exponent = node.children
    if isinstance(exponent, Number) and exponent.value < -1 and exponent.value.denominator == 1:
        return apply("pow", apply("pow", base, Number(-exponent.value)), MINUS_UNIT)
    return node


def _parts(node: Node) -> tuple[Node, ...]:
    if node == UNIT:
        return ()
    return node.children if is_op(node, "mul") else (node,)
