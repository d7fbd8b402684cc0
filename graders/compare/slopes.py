"""Formulas in which derivatives are still to be worked out: `d/dx …`, `du/dx`, `(x^2)'`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

from graders.compare.equality import compare
from graders.compare.key import Key, read_kindly
from graders.compare.leibniz import DERIVATIVE, LINK, PRIME, closing
from matcalc_ref.derive import CannotDerive, derive
from matcalc_ref.language import Node, Refusal, Scope, Shape, read
from matcalc_ref.language import text as spelled
from matcalc_ref.language.operations import substituted
from matcalc_ref.language.sentences import say
from matcalc_ref.language.tree import Variable

_EACH = re.compile(r"\s*(?:\\?sum|∑|Σ)\s*(?:[_^](?:\{[^{}]*\}|\w)\s*)*\Z")  # sum_{i=1}^n, before a d/dx


def same(node: Node, other: Node, key: Key) -> bool:
    """Whether two formulas are equal where the key's are compared, kinks left out."""
    return node.shape == other.shape and compare(node, other, key.setting, ties=None).equal


def where_of(key: Key) -> dict[str, Node]:
    """What the names of the question stand for, in its variables."""
    where = {name: read(text, key.scope) for name, text in key.exercise.where.items()}
    for _ in where:
        where = {name: substituted(node, where) for name, node in where.items()}
    return where


def piece_of(
    text: str, key: Key, scope: Scope, own: Mapping[str, Node], shape: Shape | None = None
) -> tuple[Node, tuple[Node, ...]]:
    """A formula; `d/dx …`, the derivative of all that follows; or with `d/dx (…)` or `du/dx` in it. And what
    stands under a `d/dx`. `shape` is what the formula should have, if not that of the answer.
    """

    def slope(found: re.Match[str]) -> str:
        above, below = found[1] or found[3], found[2] or found[4]
        known = own.get(above)
        moving = (key.part.wrt, *own, *key.exercise.where)
        if known is None and below in moving and above in key.exercise.where:
            known = where_of(key)[above]
        if known is None or below not in scope.shapes:
            return found[0]
        return f" ({spelled(derivative_of(known, below, key, own))}) "

    text = LINK.sub(slope, text)
    within: list[Node] = []
    text = _without_primes(text, key, scope, own, within)
    loose = ""  # what stands behind a `d/dx` without parentheses
    all_of_it: Node | None = None
    while found := DERIVATIVE.search(text):
        name = found[1] or found[2]
        if name not in scope.shapes:
            break
        text = _with_parentheses(text, found.end())
        end = closing(text, found.end())
        if each := _EACH.search(text, 0, found.start()):  # a sum of derivatives
            end = end or len(text)
            summed = f"({each[0]} {text[found.end() : end]})"
            text = f"{text[: each.start()]}{found[0]}{summed}{text[end:]}"
            continue
        if not found.start():  # of all that follows, unless only the derivative of the bracket makes sense
            with suppress(Refusal):
                whole = read(text[found.end() :], scope)
                result = derivative_of(whole, name, key, own)
                if end is None and result.shape != (shape or key.shape):
                    all_of_it = result
                elif end in (None, len(text)) or same(result, key.node, key):
                    return result, (*within, substituted(whole, own))
        if end is None:
            end = _operand(text, found.end())
            loose = found[0].strip()
        if end is None:
            break
        try:
            inner = read(text[found.end() : end], scope)
            result = derivative_of(inner, name, key, own)
        except Refusal:
            if all_of_it:
                break
            raise
        within.append(substituted(inner, own))
        text = f"{text[: found.start()]}({spelled(result)}){text[end:]}"
    try:
        return read_kindly(text, scope, shape or key.shape), tuple(within)
    except Refusal:
        if all_of_it:
            return all_of_it, tuple(within)
        if loose:
            raise Refusal(say("derivative-reach", sign=loose)) from None
        raise


def derived(text: str, key: Key, scope: Scope, own: Mapping[str, Node]) -> tuple[str, Node] | None:
    """The name and the formula of a text that is `d/du …` altogether, read but not worked out."""
    found = DERIVATIVE.match(text.strip("$ "))
    if found is None or (found[1] or found[2]) not in (*own, *key.exercise.where, key.part.wrt):
        return None
    text = _with_parentheses(found.string, found.end())
    if closing(text, found.end()) not in (None, len(text)):
        return None
    with suppress(Refusal):
        return found[1] or found[2], read(text[found.end() :], scope)
    return None


def _without_primes(text: str, key: Key, scope: Scope, own: Mapping[str, Node], within: list[Node]) -> str:
    """The text with `(x^2)'`, and `u'` of an own name, worked out, where everything is a number and the prime
    can be no transpose.
    """
    wrt = key.part.wrt or ""
    if wrt not in key.scope.shapes or not key.scope.variable(wrt).is_scalar:
        return text
    own = {**where_of(key), **own}
    names = "".join(rf"|(?<!\w){name}" for name in own)
    while found := re.search(rf"(\){names})\s*{PRIME}", text):
        opened = _opening(text, found.start()) if found[1] == ")" else found.start()
        with suppress(Refusal):
            inner = substituted(read(text[opened : found.end(1)], scope), own)
            if inner.is_scalar:
                within.append(inner)
                result = spelled(derivative_of(inner, wrt, key, {}))
                text = f"{text[:opened]}({result}){text[found.end() :]}"
                continue
        break
    return text


def _opening(text: str, closing: int) -> int:
    """Where the parenthesis opens that closes there."""
    depth = 0
    for at in range(closing, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth == 0:
            return at
    return 0


def derivative_of(node: Node, name: str, key: Key, own: Mapping[str, Node]) -> Node:
    """The derivative by a variable, or by one's `own` name, which is a variable wherever its formula stands.
    What the question differentiates by moves all that follows from it.
    """
    if name in key.exercise.where:
        own = {**where_of(key), **own}
    if name in own:
        formula, by = own[name], Variable(f"_{name}", own[name].shape)
        node = substituted(node, {**own, name: by}).map(lambda part: by if part == formula else part)
        return derive(node, by).result.map(lambda part: formula if part == by else part)
    node = substituted(node, own)
    if name == key.part.wrt:
        node = substituted(node, where_of(key))
    try:
        return derive(node, key.scope.variable(name)).result
    except CannotDerive as problem:
        raise Refusal(str(problem)) from None


def _with_parentheses(text: str, start: int) -> str:
    """The text with the square bracket that opens at `start`, if one does, as a parenthesis."""
    opened = re.compile(r"\s*(?:\\left\s*)?\[").match(text, start)
    end = closing(text, opened.end() - 1, powers=False) if opened else None
    if opened is None or end is None:
        return text
    inside = re.sub(r"\\right\s*$", "", text[opened.end() : end - 1])
    return f"{text[:start]}({inside}){text[end:]}"


def _operand(text: str, start: int) -> int | None:
    """The end of the name or call that begins at `start`, with its exponent; None where none does."""
    word = re.compile(r"\s*\\?\w+").match(text, start)
    if word is None:
        return None
    if text[word.end() :][:1] == "(":
        return closing(text, word.end())
    power = re.compile(r"\s*(?:\^|\*\*)\s*(?:\w+|\{[^{}]*\}|\([^()]*\))").match(text, word.end())
    return power.end() if power else word.end()
