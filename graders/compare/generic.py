"""Mistakes that need no list: wrong answers computed from the right one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from matcalc_ref.language.operations import (
    add,
    count,
    matmul,
    mul,
    neg,
    number,
    ones,
    power,
    transpose,
    zeros,
)
from matcalc_ref.language.sizes import ONE, Size
from matcalc_ref.language.table import COMPARISONS
from matcalc_ref.language.tree import (
    Apply,
    Count,
    Entry,
    IndexedSum,
    Node,
    Number,
    Variable,
    apply,
    is_op,
)

MOST = 80  # candidates for one key
_TURNED = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}


@lru_cache(maxsize=512)
def generic_mistakes(key: Node, dimensions: tuple[str, ...]) -> tuple[tuple[str, Node], ...]:
    """Pairs of a mistake's id and the wrong answer that it leads to, in the order in which they are looked
    at.

    `layout` is not among them: a transpose is found by comparing. Ids are those of
    `graders.feedback.wording`.
    """
    found: dict[Node, str] = {}
    for name, make in _whole(key, dimensions):
        try:
            node = make()
        except ValueError:  # of shapes
            continue
        if node != key:
            found.setdefault(node, name)
    for name, node in (*_inside(key), *_recounted(key, dimensions)):
        if len(found) >= MOST:
            break
        if node != key:
            found.setdefault(node, name)
    return tuple((name, node) for node, name in found.items())


def _whole(key: Node, dimensions: tuple[str, ...]) -> Iterator[tuple[str, Callable[[], Node]]]:
    """Changes of the answer as a whole, each as a function that may fail for reasons of shape."""
    rows, columns = key.shape
    yield "sign", partial(neg, key)
    for value in ("2", "1/2", "4", "1/4", "3", "1/3"):
        yield f"factor-{'lost' if '/' in value else 'extra'}", partial(mul, number(value), key)
    for name in dimensions:
        yield "count-extra", partial(mul, count(name), key)
        counted = any(isinstance(node, Count) and str(node.size) == name for node in _multiplied(key))
        yield "count-lost" if counted else "count-divided", partial(mul, power(count(name), -1), key)
    if key.is_scalar:
        for size in _sizes_in(key):
            yield "expanded", partial(mul, key, ones(size, 1))
            yield "expanded", partial(mul, key, ones(1, size))
        return
    yield "summed", partial(apply, "sum", key)
    if ONE in (rows, columns):
        yield "diagonal-for-vector", partial(apply, "diag", key)
        return
    if rows == columns:
        diagonal = apply("diagonal", key)
        yield "vector-for-diagonal", partial(add, diagonal)
        yield "vector-for-diagonal", partial(transpose, diagonal)
        yield "diagonal-only", partial(apply, "diag", diagonal)
        yield "rows-for-diagonal", partial(matmul, ones(rows, 1), transpose(diagonal))
        yield "rows-for-diagonal", partial(matmul, diagonal, ones(1, columns))
    yield "summed", partial(apply, "rowsum", key)
    yield "summed", partial(apply, "colsum", key)


def _multiplied(key: Node) -> Iterator[Node]:
    """Every tree in the answer but for those that something is divided by."""
    yield key
    below = is_op(key, "pow")
    for child in () if below else key.children:
        yield from _multiplied(child)


def _recounted(key: Node, dimensions: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
    """The answer with another count in the place of one."""
    for path, node, _ in _places(key):
        for name in dimensions if isinstance(node, Count) else ():
            yield "count-other", _put(key, path, count(name))


def from_the_function(f: Node, moved: Node, key: Node) -> Iterator[tuple[str, Node]]:
    """Wrong answers that the differentiated function itself leads to, with the mistake's id."""
    yield "zero", zeros(*key.shape)
    yield "not-differentiated", f
    for term in f.arguments if is_op(f, "add") else ():
        if moved in term.walk():
            yield "term-not-differentiated", term
    if not isinstance(moved, Variable) or not moved.is_scalar:
        return
    if any(is_op(n, "pow") and n.arguments[0] == moved for n in f.walk()):
        yield "exponent-kept", mul(moved, key)
    factors = f.arguments if is_op(f, "mul") else ()
    moving = [factor for factor in factors if moved in factor.walk()]
    still = [factor for factor in factors if factor not in moving and not isinstance(factor, Number)]
    for factor in still if moving else ():
        yield "factor-kept", mul(*(other for other in factors if other is not factor))


def _sizes_in(key: Node) -> list[Size]:
    found: dict[Size, None] = {}
    for node in key.walk():
        for size in node.shape:
            if size.number is None:
                found[size] = None
    return list(found)


def _inside(key: Node) -> Iterator[tuple[str, Node]]:
    """Changes of one place inside the answer; in a condition each of them is a wrong condition."""
    for path, node, condition in _places(key):
        for name, make in _local(node):
            try:
                made = make()
                if name == "term-dropped" and path and isinstance(made, Number):  # of 1 - t^2 only 1 is left
                    name = "factor-dropped"
                yield "condition" if condition else name, _put(key, path, made)
            except ValueError:  # of shapes
                continue


def _places(key: Node) -> Iterator[tuple[tuple[int, ...], Node, bool]]:
    """Every tree in the answer, where it stands, and whether that is in a condition; but no indices."""
    pending: list[tuple[tuple[int, ...], Node, bool]] = [((), key, False)]
    while pending:
        path, node, condition = pending.pop(0)
        yield path, node, condition
        if len(path) < 6:
            inside = condition or isinstance(node, Apply) and node.operation in COMPARISONS
            power = is_op(node, "pow")  # an exponent is changed as a whole
            children = node.children[:1] if isinstance(node, Entry) or power else node.children
            pending.extend(((*path, i), child, inside) for i, child in enumerate(children))


def _put(node: Node, path: tuple[int, ...], changed: Node) -> Node:
    if not path:
        return changed
    children = list(node.children)
    children[path[0]] = _put(children[path[0]], path[1:], changed)
    return node.with_children(tuple(children))


def _local(node: Node) -> Iterator[tuple[str, Callable[[], Node]]]:
    if isinstance(node, Variable) and node.is_scalar:
        yield "exponent", partial(power, node, 2)
    if isinstance(node, IndexedSum):
        if node.index not in node.body.free_indices:
            yield "one-term", partial(add, node.body)
        return
    if not isinstance(node, Apply):
        return
    name, arguments = node.operation, node.arguments
    if name in COMPARISONS:
        yield "indicator", partial(_ones_like, node)
        if name in _TURNED:
            yield "condition-turned", partial(apply, _TURNED[name], *arguments)
    elif name == "add":
        for i, term in enumerate(arguments):
            rest = (*arguments[:i], *arguments[i + 1 :])
            yield "term-dropped", partial(add, *rest)
            yield "term-sign", partial(add, *rest, neg(term))
    elif name in ("mul", "matmul"):
        yield from _products(mul if name == "mul" else matmul, node)
    elif name == "pow" and arguments[1] != number(1):
        for off in (1, -1):
            yield "exponent", partial(_other_power, node, off)
        if is_op(arguments[0], "add"):
            yield "power-of-sum", lambda: add(*(power(term, arguments[1]) for term in arguments[0].children))
    elif name in ("sin", "cos"):
        yield "function", partial(apply, "cos" if name == "sin" else "sin", *arguments)


def _other_power(node: Apply, off: int) -> Node:
    base, exponent = node.arguments
    if isinstance(exponent, Number):
        return apply("pow", base, Number(exponent.value + off))
    change = number(off) if exponent.is_scalar else mul(number(off), ones(*exponent.shape))
    return apply("pow", base, add(exponent, change))


def _products(make: Callable[..., Node], node: Apply) -> Iterator[tuple[str, Callable[[], Node]]]:
    factors = node.arguments
    for i, factor in enumerate(factors):
        if len(factors) > 1 and not (isinstance(factor, Apply) and factor.operation in COMPARISONS):
            rest = (*factors[:i], *factors[i + 1 :])
            yield "sign" if factor == number(-1) else "factor-dropped", partial(_same_shape, node, make, rest)
    for i, factor in enumerate(factors if len(factors) > 2 else ()):
        alone = partial(_same_shape, node, add, (factor,))  # a link of the chain, with its number
        yield "factor-dropped", alone
        for k in range(i + 1, len(factors)):
            rest = tuple(f for at, f in enumerate(factors) if at not in (i, k))
            yield "factor-dropped", partial(_same_shape, node, make, rest)
    if make is not matmul:
        return
    yield "swapped", partial(_same_shape, node, matmul, tuple(reversed(factors)))
    if len(factors) == 2:
        yield "swapped", partial(_turned, factors)
    for i, factor in enumerate(factors):
        if factor.shape[0] == factor.shape[1] and not factor.is_scalar:
            yield "transposed-factor", partial(matmul, *factors[:i], transpose(factor), *factors[i + 1 :])


def _same_shape(node: Node, make: Callable[..., Node], factors: tuple[Node, ...]) -> Node:
    made = make(*factors)
    if made.shape != node.shape:
        raise ValueError("without this factor the shape is another")
    return made


def _turned(factors: tuple[Node, ...]) -> Node:
    return matmul(*(transpose(factor) for factor in reversed(factors)))


def _ones_like(node: Node) -> Node:
    return number(1) if node.is_scalar else ones(*node.shape)
