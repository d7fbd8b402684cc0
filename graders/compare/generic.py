"""Mistakes that need no list: wrong answers computed from the right one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from matcalc_ref.language.operations import (
    COMPARISONS,
    add,
    apply,
    count,
    matmul,
    mul,
    neg,
    number,
    ones,
    power,
    transpose,
)
from matcalc_ref.language.sizes import ONE, Size
from matcalc_ref.language.tree import Apply, IndexedSum, Node, Number, ShapeError

MOST = 60  # candidates for one key


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
        except (ShapeError, ValueError):
            continue
        if node != key:
            found.setdefault(node, name)
    for name, node in _inside(key):
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
        yield "count-lost", partial(mul, power(count(name), -1), key)
    if key.is_scalar:
        for size in _sizes_in(key):
            yield "expanded", partial(mul, key, ones(size, 1))
            yield "expanded", partial(mul, key, ones(1, size))
        return
    yield "summed", lambda: apply("sum", key)
    if ONE in (rows, columns):
        yield "diagonal-for-vector", lambda: apply("diag", key)
        return
    yield "summed", lambda: apply("rowsum", key)
    yield "summed", lambda: apply("colsum", key)
    if rows == columns:
        yield "vector-for-diagonal", lambda: apply("diagonal", key)
        yield "vector-for-diagonal", lambda: transpose(apply("diagonal", key))
        yield "diagonal-only", lambda: apply("diag", apply("diagonal", key))
        yield "rows-for-diagonal", lambda: matmul(ones(rows, 1), transpose(apply("diagonal", key)))
        yield "rows-for-diagonal", lambda: matmul(apply("diagonal", key), ones(1, columns))


def _sizes_in(key: Node) -> list[Size]:
    found: dict[Size, None] = {}
    for node in key.walk():
        for size in node.shape:
            if size.number is None:
                found[size] = None
    return list(found)


def _inside(key: Node) -> Iterator[tuple[str, Node]]:
    """Changes of one place inside the answer."""
    for path, node in _places(key):
        for name, changed in _local(node):
            try:
                yield name, _put(key, path, changed)
            except (ShapeError, ValueError):
                continue


def _places(key: Node) -> Iterator[tuple[tuple[int, ...], Node]]:
    pending: list[tuple[tuple[int, ...], Node]] = [((), key)]
    while pending:
        path, node = pending.pop(0)
        yield path, node
        if len(path) < 6:
            pending.extend(((*path, i), child) for i, child in enumerate(node.children))


def _put(node: Node, path: tuple[int, ...], changed: Node) -> Node:
    if not path:
        return changed
    children = list(node.children)
    children[path[0]] = _put(children[path[0]], path[1:], changed)
    return node.with_children(tuple(children))


def _local(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, IndexedSum):
        yield "one-term", node.body if not _uses(node.body, node.index) else node
        return
    if not isinstance(node, Apply):
        return
    name, arguments = node.operation, node.arguments
    if name in COMPARISONS:
        yield "indicator", _ones_like(node)
    elif name == "add" and len(arguments) > 1:
        for i in range(len(arguments)):
            yield "term-dropped", add(*arguments[:i], *arguments[i + 1 :])
        for i, term in enumerate(arguments):
            yield "term-sign", add(*arguments[:i], neg(term), *arguments[i + 1 :])
    elif name in ("mul", "matmul") and len(arguments) > 1:
        make = mul if name == "mul" else matmul
        for i, factor in enumerate(arguments):
            rest = make(*arguments[:i], *arguments[i + 1 :])
            if rest.shape == node.shape:
                if isinstance(factor, Apply) and factor.operation in COMPARISONS:
                    continue
                yield "sign" if factor == number(-1) else "factor-dropped", rest
        if name == "matmul":
            yield "swapped", matmul(*reversed(arguments))
            yield "swapped", matmul(*(transpose(a) for a in reversed(arguments)))
            for i, factor in enumerate(arguments):
                if factor.shape[0] == factor.shape[1] and not factor.is_scalar:
                    yield "transposed-factor", matmul(*arguments[:i], transpose(factor), *arguments[i + 1 :])
    elif name == "pow" and isinstance(arguments[1], Number):
        exponent = arguments[1].value
        if exponent != 1:
            yield "exponent", apply("pow", arguments[0], Number(exponent + 1))
            yield "exponent", apply("pow", arguments[0], Number(exponent - 1))
    elif name == "sum":
        pass
    elif name in ("sin", "cos"):
        yield "function", apply("cos" if name == "sin" else "sin", *arguments)


def _uses(node: Node, index: str) -> bool:
    from matcalc_ref.language.tree import Index

    return any(isinstance(part, Index) and part.name == index for part in node.walk())


def _ones_like(node: Node) -> Node:
    return number(1) if node.is_scalar else ones(*node.shape)
