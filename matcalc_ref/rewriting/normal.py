"""Formulas as a person would write them, and one normal form for formulas that are equal by simple algebra.

`simplify` keeps products factored and the author's order, and picks the shortest of a few ways to write the
formula. `normal` multiplies out and sorts, so that two trees with the same normal form are equal wherever
both have values. Both are bounded in time: a node is visited once, and products are multiplied out up to a
limit.
"""

from __future__ import annotations

from functools import lru_cache

from matcalc_ref.language.tree import Node
from matcalc_ref.rewriting.collect import collected, cost, fractions, signed
from matcalc_ref.rewriting.lift import pretty_indices
from matcalc_ref.rewriting.rewriter import Rewriter


@lru_cache(maxsize=4096)
def simplify(node: Node) -> Node:
    """The same value, written shorter: `I`, `diag`, `1`, `0`, no double transposes, factors collected."""
    rewrite = Rewriter(expand=False)
    plain = rewrite(node)
    best = min((plain, collected(plain, rewrite)), key=cost)
    if cost(plain) <= 200:
        spread = rewrite(Rewriter(expand=True)(plain))
        shorter = min((spread, collected(spread, rewrite)), key=cost)
        best = shorter if cost(shorter) + 2 <= cost(best) else best
    return fractions(signed(best))


@lru_cache(maxsize=4096)
def normal(node: Node) -> Node:
    """One tree for formulas that are equal by the rules of sums, products, transposes and `diag`."""
    rewrite = Rewriter(expand=True, ordered=True)
    for _ in range(3):
        after = pretty_indices(rewrite(node))
        if after == node:
            break
        node = after
    return node
