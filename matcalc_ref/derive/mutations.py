"""Wrong answers that come of breaking one step of a derivation, each with the sentence that it earns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from matcalc_ref.derive.derivation import Derivation
from matcalc_ref.derive.steps import Partial, Walk, joined, spelled_out
from matcalc_ref.language.evaluate import Points, evaluate
from matcalc_ref.language.operations import add, matmul, neg, number, ones, transpose
from matcalc_ref.language.sizes import ONE
from matcalc_ref.language.tree import Count, Node, ShapeError, Variable, is_op
from matcalc_ref.rewriting.normal import normal, simplify
from matcalc_ref.rewriting.pieces import product, scalars_and_arrays

SENTENCES = {
    "layout": "The numbers are right, but rows and columns are exchanged: a row for every output, "
    "a column for every input.",
    "inner-derivative": "The inner derivative is missing: multiply by the derivative of what stands inside.",
    "link-missing": "One link of the chain is missing: every function on the way gives a factor.",
    "inner-argument": "Evaluate the outer derivative at the inner expression, not at the variable itself.",
    "dropped-term": "A term is missing: does the variable act along another path, or in another entry?",
    "factor-order": "The factors stand in the wrong order: the outer derivative comes first.",
    "indicator": r"$\max(0, z)$ only passes on what is positive: where $z \le 0$ its derivative is 0.",
    "sign": "The sign is wrong: check every minus, also those that a derivative brings.",
    "diagonal": "An element-wise function has a diagonal Jacobian: put its derivatives on the diagonal.",
    "summed": "A sum was lost: the derivative of a sum adds up the derivatives of all its terms.",
    "transposed-factor": "One factor is transposed: check which of its sides meets which.",
}


MOST = 24


class Mutation(NamedTuple):
    """A mistake's id, the wrong answer, and the sentence that it earns."""

    id: str
    wrong: Node
    sentence: str


def mutations(derivation: Derivation) -> list[Mutation]:
    """Wrong answers by one broken step, the chain rule broken first; no two alike, none right.

    At most 24, deterministic. Every `wrong` is simplified, and differs from the result in form or shape.
    """
    seen = {normal(derivation.result)}
    found = []
    for name, wrong in _broken(derivation):
        form = normal(wrong)
        if form not in seen:
            seen.add(form)
            if _same_value(wrong, derivation.result):
                continue
            found.append(Mutation(name, simplify(wrong), SENTENCES[name]))
        if len(found) == MOST:
            break
    return found


def _same_value(wrong: Node, right: Node) -> bool:
    """Whether the two agree at random points of either sign: one is another way to write the other."""
    if wrong.shape != right.shape:
        return False
    parts = [part for node in (wrong, right) for part in node.walk()]
    sizes_in = {s for part in parts for s in part.shape} | {p.size for p in parts if isinstance(p, Count)}
    names = sorted({name for size in sizes_in for name in size.names}, reverse=True)
    sizes = {name: 3 + k for k, name in enumerate(names)}
    chance = np.random.default_rng(0)
    values = {}
    for part in parts:
        if isinstance(part, Variable) and part.name not in values:
            rows, columns = (size.at(sizes) for size in part.shape)
            signs = np.where(np.arange(8)[:, None, None] < 4, 1, chance.choice([-1, 1], (8, rows, columns)))
            values[part.name] = chance.uniform(0.3, 1.7, (8, rows, columns)) * signs
    try:
        one, other = (evaluate(node, Points(sizes, values, 8)) for node in (wrong, right))
    except (KeyError, ValueError):  # an index stands free, or a size came out negative: not to be compared
        return False
    known = np.isfinite(one) & np.isfinite(other)
    return bool(known.any() and np.allclose(one[known], other[known], rtol=1e-9, atol=1e-12))


def _broken(derivation: Derivation) -> Iterator[tuple[str, Node]]:
    result = derivation.result
    if len(derivation.wrt) == 1 and isinstance(x := derivation.wrt[0], Variable):
        walk = Walk(derivation.expression, derivation.wrt, result, bool(derivation.notes))
        if walk.chain(x) and walk.chains:
            for name, line in _chains(walk, x):
                try:
                    yield name, spelled_out(walk.outside(line), walk.meaning)
                except ShapeError:
                    continue
    if not result.is_scalar:
        yield "layout", transpose(result)
    yield from _in_place(result)
    yield "sign", neg(result)


def _chains(walk: Walk, x: Variable) -> Iterator[tuple[str, Node]]:
    """The chain rule with one link or one path wrong."""
    chains: Sequence[Sequence[Node]] = walk.chains
    shape = walk.slope
    for k, chain in enumerate(chains):
        rest = [joined(c) for m, c in enumerate(chains) if m != k]
        if rest:
            yield "dropped-term", add(*rest)
        for m in range(len(chain) - 1, 0, -1):
            shorter = joined([*chain[:m], *chain[m + 1 :]]) if _fit([*chain[:m], *chain[m + 1 :]]) else None
            if shorter is not None and shorter.shape == shape:
                yield "inner-derivative" if m == len(chain) - 1 else "link-missing", add(shorter, *rest)
        turned = list(reversed(chain))
        if len(chain) > 1 and _fit(turned) and joined(turned).shape == shape:
            yield "factor-order", add(joined(turned), *rest)
        for m, link in enumerate(chain):
            if isinstance(link, Partial) and (value := walk.meaning[link]) is not None:
                changes: list[tuple[str, Node]] = [("indicator", _without_indicators(value))]
                if isinstance(link.bottom, Variable) and link.bottom != x and link.bottom.shape == x.shape:
                    changes.append(("inner-argument", spelled_out(value, {link.bottom: x})))
                for name, changed in changes:
                    if changed != value and changed.shape == value.shape:
                        yield name, add(joined([*chain[:m], changed, *chain[m + 1 :]]), *rest)


def _fit(factors: Sequence[Node]) -> bool:
    """Whether the factors can be multiplied in this order."""
    try:
        joined(factors)
    except ShapeError:
        return False
    return True


def _without_indicators(node: Node) -> Node:
    def change(part: Node) -> Node:
        if is_op(part, "gt", "ge", "lt", "le"):
            return number(1) if part.is_scalar else ones(*part.shape)
        return part

    return node.map(change)


def _in_place(result: Node) -> Iterator[tuple[str, Node]]:
    """Changes of the result itself."""
    bare = _without_indicators(result)
    if bare != result:
        yield "indicator", bare
    scalars, arrays = scalars_and_arrays(result)
    if len(arrays) == 1 and is_op(arrays[0], "matmul"):
        factors = arrays[0].children
        for k, factor in enumerate(factors):
            if factor.shape[0] == factor.shape[1]:
                changed = [*factors[:k], transpose(factor), *factors[k + 1 :]]
                yield "transposed-factor", product([*scalars, matmul(*changed)])
        if len(factors) == 2 and _multiply(factors[1], factors[0]):
            turned = matmul(factors[1], factors[0])
            if turned.shape == result.shape:
                yield "factor-order", product([*scalars, turned])
    if len(arrays) == 1 and is_op(arrays[0], "diag"):
        vector = arrays[0].children[0]
        yield "diagonal", product([*scalars, vector])
        yield "diagonal", product([*scalars, transpose(vector)])
        yield "diagonal", product([*scalars, matmul(ones(vector.shape[0]), transpose(vector))])
    if is_op(result, "add"):
        terms = result.children
        for k in range(len(terms)):
            rest = add(*(t for m, t in enumerate(terms) if m != k))
            if rest.shape == result.shape:
                yield "dropped-term", rest
    if is_op(result, "sum") and result.children[0].shape[1] == ONE:
        yield "summed", result.children[0]


def _multiply(left: Node, right: Node) -> bool:
    return left.shape[1] == right.shape[0]
