"""Which of the steps that are asked for a derivation shows.

A step is a quantity on the way to the answer, such as the derivative of the inside. It is seen where a link
says it (`du/dx = 2x`), or where it is a line, or a factor or a term of one, in any spelling: values are
compared. Another road shows in lines that are longer than the last one, as yet unsimplified: each of them
stands for a step.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import partial, reduce
from typing import Any

import numpy as np

from graders.compare.key import Key, read_kindly
from graders.compare.points import base_points
from graders.compare.slopes import derivative_of
from graders.compare.steps import Line
from matcalc_ref.language import Node, evaluate, read
from matcalc_ref.language.operations import apply, neg, transpose
from matcalc_ref.language.tree import Apply, ByEntries, Fill, Index, Number, ShapeError, is_op
from matcalc_ref.record import Step

MOST_PIECES = 2000
MOST_FACTORS = 7  # of one product, all of whose partial products are looked at
Values = tuple[Any, ...]


def steps_of(key: Key) -> list[tuple[Step, list[Node]]]:
    """The steps that a part asks for, with their forms as trees."""
    return [(s, [read_kindly(form, key.scope, key.shape) for form in s.forms]) for s in key.part.steps]


def missing_steps(key: Key, lines: Sequence[Line], last: Line, links: Sequence[Node]) -> list[Step]:
    """The steps that are to be seen nowhere in these lines, all of them right, nor in their links. `last` is
    the one that gives the answer.
    """
    shown = [node.map(_without_what_cancels) for line in lines for node in _shown(line, key)]
    pieces = itertools.islice((piece for node in (*links, *shown) for piece in _pieces(node)), MOST_PIECES)
    known = _Known(key, dict.fromkeys(pieces))
    linked = _Known(key, [form for link in (*links, *_chained(links)) for form in (link, neg(link))])
    missing = [
        step
        for step, forms in steps_of(key)
        if not any(known.has(node) or linked.has(node) or linked.has(transpose(node)) for node in forms)
    ]
    return missing if len(missing) > _own_road(key, lines, last, shown) else []


def _chained(links: Sequence[Node]) -> Iterator[Node]:
    """The products of two links, as `dy/du` and `du/dx` are a link `dy/dx` together."""
    for pair in itertools.permutations(links, 2):
        with suppress(ShapeError):
            yield apply("mul" if any(link.is_scalar for link in pair) else "matmul", *pair)


def _shown(line: Line, key: Key) -> Iterator[Node]:
    """What a line shows: its nodes, but not those that only repeat the question, `d/dx` of all of it.

    A name that is given to a quantity shows it where it is a derivative's (`du = 2 x`).
    """
    if line.defines and not line.defines.startswith("d"):
        return
    for node, inner in itertools.zip_longest(line.nodes, line.inner, fillvalue=()):
        if isinstance(node, Node) and not (inner and _is_whole(inner, key)):
            yield node


def _is_whole(inner: Any, key: Key) -> bool:
    """Whether what stands under `d/dx` is the question itself, or that up to a number."""
    wanted = _values(key.node, key)
    for argument in inner:
        found = _values(derivative_of(argument, key.part.wrt or "", key, {}), key)
        if (
            found is None
            or wanted is None
            or any(a.shape != b.shape for a, b in zip(found, wanted, strict=True))
        ):
            continue
        with np.errstate(all="ignore"):
            ratios = np.concatenate([(a / b)[np.abs(b) > 1e-9] for a, b in zip(found, wanted, strict=True)])
        ratios = ratios[np.isfinite(ratios)]
        if ratios.size and ratios[0] and np.ptp(ratios) < 1e-9 * abs(ratios[0]):
            return True
    return False


def _pieces(node: Node) -> Iterator[Node]:
    """Everything that stands in a formula, and the products of some factors of each product in it."""
    for part in node.walk():
        if isinstance(part, ByEntries):
            free = {part.row_index, part.column_index}
            inside = [
                n for n in part.body.walk() if n.is_scalar and n.free_indices and n.free_indices <= free
            ]
            yield from (part.with_children((entry,)) for entry in inside if not isinstance(entry, Index))
        if part.free_indices:
            continue
        yield part
        if not isinstance(part, Apply) or part.operation not in ("mul", "matmul"):
            continue
        factors = _without_pairs(_factors(part), _base_and_exponent)[:MOST_FACTORS]
        for count in range(2, len(factors)):
            for some in itertools.combinations(factors, count):
                with suppress(ValueError):
                    yield reduce(partial(apply, part.operation), some)


def _factors(product: Apply) -> list[Node]:
    """The factors of a product; numbers side by side are one, so that `-2 v` does not show `2 v`."""
    found: list[Node] = []
    for factor in product.arguments:
        if isinstance(factor, Number) and found and isinstance(found[-1], Number):
            found[-1] = Number(found[-1].value * factor.value)
        else:
            found.append(factor)
    return found


class _Known:
    """Quantities by their values at the key's points."""

    def __init__(self, key: Key, nodes: Any) -> None:
        self.key = key
        self.found: list[tuple[Any, Values]] = []
        for node in nodes:
            values = _values(node, key)
            if values is not None:
                self.found.append((node.shape, values))

    def has(self, node: Node) -> bool:
        wanted = _values(node, self.key)
        return wanted is not None and any(
            shape == node.shape and all(_same(a, b) for a, b in zip(values, wanted, strict=True))
            for shape, values in self.found
        )


def _values(node: Node, key: Key) -> Values | None:
    """The values at the points for each set of sizes; None where there are none, as inside of a sum."""
    try:
        return tuple(np.asarray(evaluate(node, points)) for points in base_points(key.setting))
    except (KeyError, ValueError):
        return None


def _same(one: Any, other: Any) -> bool:
    with np.errstate(all="ignore"):
        there = np.isfinite(one) & np.isfinite(other)
        close = np.abs(one - other) <= 1e-9 * np.maximum(np.abs(other), 1e-6)
    return bool(there.any() and (close | ~there).all())


def _own_road(key: Key, lines: Sequence[Line], final: Line, shown: Sequence[Node]) -> int:
    """How many lines are longer than the last one and no two of one form, or put the question differently;
    what only adds a 0 or a factor 1 is no other form.
    """
    last = _tidied(final.nodes[-1])
    most = sum(1 for _ in last.walk())
    forms = {_tidied(node) for node in shown if node.shape == key.shape}
    longer = [form for form in forms if sum(1 for _ in form.walk()) > most]
    longer = [form for form in longer if not _stands_in(last, form) and not _holds_the_key(form, key)]
    question = _tidied(read(key.part.f or "", key.scope))
    asked = {_tidied(node) for line in lines for inner in line.inner for node in inner}
    return len(longer) + len([node for node in asked if node != question and not _stands_in(question, node)])


def _holds_the_key(form: Node, key: Key) -> bool:
    """Whether the right answer stands as a whole inside of a form."""
    inside = [part for part in form.walk() if part.shape == key.shape and part != form]
    return _Known(key, inside).has(key.node)


def _stands_in(node: Node, form: Node) -> bool:
    """Whether a form is a formula with more terms, or with more factors, than it has itself."""
    for operation in ("add", "mul"):
        rest = _parts(form, operation)
        if len(rest) > 1 and all(part in rest for part in _parts(node, operation)):
            return True
    return False


def _parts(node: Node, operation: str) -> tuple[Node, ...]:
    return node.arguments if isinstance(node, Apply) and node.operation == operation else (node,)


def _tidied(node: Node) -> Node:
    """A tree up to the order of sums and products, the numbers in a product and what cancels, not further
    simplified.
    """
    return node.map(_tidy)


def _tidy(node: Node) -> Node:
    if is_op(node, "transpose"):
        (inside,) = node.arguments
        if is_op(inside, "transpose"):
            return inside.arguments[0]
    if not isinstance(node, Apply) or node.operation not in ("add", "mul"):
        return node
    flat = [part for argument in node.arguments for part in _parts(argument, node.operation)]
    if node.operation == "mul":
        factor = Number(math.prod((n.value for n in flat if isinstance(n, Number)), start=Fraction(1)))
        rest = _without_pairs([n for n in flat if not isinstance(n, Number)], _base_and_exponent)
        flat = rest if factor.value == 1 else [factor, *rest]
    else:
        flat = _without_pairs(flat, _term_and_factor)
    if not flat:
        fill = "ones" if node.operation == "mul" else "zeros"
        return Number(Fraction(fill == "ones")) if node.is_scalar else Fill(fill, node.shape)
    if len(flat) == 1 and flat[0].shape == node.shape:
        return flat[0]
    return Apply(node.operation, tuple(sorted(flat, key=repr)), node.shape)


def _without_what_cancels(node: Node) -> Node:
    """A sum without the terms, or a product without the factors, that are taken away again; else as it is."""
    for operation, apart in (("add", _tidy_term), ("mul", _base_and_exponent)):
        flat = [part for one in _parts(node, operation) for part in _parts(one, operation)]
        kept = _without_pairs(flat, apart) if len(flat) > 1 else flat
        if len(kept) < len(flat) and kept:
            rest = reduce(partial(apply, operation), kept)
            return rest if rest.shape == node.shape else node
    return node


def _without_pairs(parts: list[Node], apart: Callable[[Node], tuple[Node, Fraction]]) -> list[Node]:
    """The terms of a sum, or the factors of a product, without the pairs that cancel."""
    kept: dict[int, tuple[Node, Fraction]] = {}
    for at, part in enumerate(parts):
        base, count = apart(part)
        opposite = next((k for k, other in kept.items() if other == (base, -count)), None)
        if opposite is not None:
            del kept[opposite]
        elif count:
            kept[at] = base, count
    return [parts[at] for at in kept]


def _term_and_factor(term: Node) -> tuple[Node, Fraction]:
    """A term of a sum as a number times the rest."""
    if isinstance(term, Number):
        return Number(Fraction(1)), term.value
    factors = _parts(term, "mul")
    numbers = [f.value for f in factors if isinstance(f, Number)]
    rest = tuple(f for f in factors if not isinstance(f, Number))
    if not numbers or not rest:
        return term, Fraction(1)
    return rest[0] if len(rest) == 1 else Apply("mul", rest, term.shape), math.prod(
        numbers, start=Fraction(1)
    )


def _tidy_term(term: Node) -> tuple[Node, Fraction]:
    return _term_and_factor(_tidied(term))


def _base_and_exponent(factor: Node) -> tuple[Node, Fraction]:
    """A factor of a product as a base with an exponent."""
    if is_op(factor, "pow") and isinstance(factor.arguments[1], Number):
        (base, inner), outer = _base_and_exponent(factor.arguments[0]), factor.arguments[1].value
        return (base, inner * outer) if outer.denominator == 1 else (factor.arguments[0], outer)
    return factor, Fraction(1)
