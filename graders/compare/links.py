"""Single links of a chain, such as `du/dx = 2x`: what they say, and what they should say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce

from graders.compare.key import Key, read_kindly
from graders.compare.leibniz import DERIVATIVE, LINK, PRIME, D, plainly
from graders.compare.lines import MOST_WORDED
from graders.compare.slopes import derivative_of, derived, piece_of, same, where_of
from matcalc_ref.derive import derive
from matcalc_ref.language import Node, Refusal, Scope, read
from matcalc_ref.language.operations import add, apply, neg, substituted
from matcalc_ref.language.scope import canonical
from matcalc_ref.language.sentences import say as refusal
from matcalc_ref.language.sizes import ONE, declared
from matcalc_ref.language.syntax.tokens import INDICES
from matcalc_ref.language.tree import ShapeError, Variable


@dataclass(frozen=True)
class Link:
    """One link of a chain, such as `du/dx = 2x`: what it says, and what it should say if that is known.

    `open` says that a derivative is still to be worked out in it, as in `du/dx = (x^2)'`. `still` is what it
    is, if written with ∂, where all other names stand still; `chain` that other links made it up.
    """

    number: int
    text: str
    node: Node
    right: Node | None
    open: bool
    still: Node | None = None
    chain: bool = False


PRIMED = re.compile(rf"\s*\\?([^\W\d_]\w{{0,11}})\s*{PRIME}\s*")
_IS_PARTIAL = re.compile(r"\s*(?:\\d?frac\s*\{\s*)?(?:∂|\\partial)")
_SECOND = re.compile(r"\\frac\{d\^2\}\{d\w\^2\}(.*)")
_SUM = r"(?:\\?sum|∑|Σ)_(?:[ijkl]|\{\s*[ijkl]\s*\})"


def is_answer(text: str, key: Key, own: Mapping[str, Node]) -> bool:
    """Whether the last formula of a text is the answer itself."""
    said = _said(text, key, own)
    return said is not None and same(said, key.node, key)


def sides_of(line: str) -> list[str]:
    """What stands between the equals signs of a line."""
    return [side.strip() for side in re.split(r"(?<![<>=!:≤≥≠])=(?!=)", line.strip("$ "))]


def without_indices(left: str, key: Key, own: Mapping[str, Node]) -> tuple[str, str]:
    """A left side such as `∂u_i/∂x_j` as `du/dx`, and the entry that it is, `J_{ij}`; itself and "" where it
    is none.
    """
    plain = re.sub(r"_\{\s*([ijkl])\s*\}", r"_\1", left.strip("$ "))
    found, slope = LINK.fullmatch(plain), DERIVATIVE.match(plain)
    if slope:  # of what stands behind it
        base, _, index = (slope[1] or slope[2]).rpartition("_")
        by_entry = base in (key.part.wrt, *own) and index in INDICES
        return (f"d/d{base} {plain[slope.end() :]}", f"J_{{{index}}}") if by_entry else (left, "")
    if found is None:
        return left, ""
    names, indices = [], ""
    for name in (found[1] or found[3], found[2] or found[4]):
        base, _, index = name.rpartition("_")
        names.append(base if base and index in INDICES else name)
        indices += index if base and index in INDICES else ""
    known = {canonical(name) for name in (*own, *key.scope.shapes)} | names_of_answer(key)
    if not indices or not {canonical(name) for name in names} <= known:
        return left, ""
    sign = "∂" if _IS_PARTIAL.match(left) else "d"
    return f"{sign} {names[0]}/{sign} {names[1]}", f"J_{{{indices}}}"


def links_of(
    number: int,
    text: str,
    meant: str,
    entry: str,
    key: Key,
    own: Mapping[str, Node],
    written: Mapping[str, Node],
) -> list[Link]:
    """What a line says of a link, side by side; of `∂u_i/∂x_j` as the matrix of these entries.

    Raises Refusal where the last side cannot be read.
    """
    found: list[Link] = []
    scope, still = scope_with(key, own), _partial(meant, key, own, written)
    right = _slope(meant, key, own, still)
    if right is not None and not right.is_scalar and PRIMED.fullmatch(meant.partition("=")[0]):
        right = _by_its_argument(meant, key, own) or right
    unknown = "" if right is not None else _unknown(meant, key, own)
    still = still if _IS_PARTIAL.match(meant) else None
    sides = [side for side in sides_of(meant)[1:] if not names_only(side)]
    for side in sides if right is not None or not entry else ():
        within: tuple[Node, ...] = ()
        try:
            if entry and right is not None:
                node = _by_entries(entry, side, right, scope)
            else:
                node, within = piece_of(side, key, scope, own, right.shape if right else None)
        except Refusal:
            if side is sides[-1]:
                raise
            continue
        node = substituted(node, own)
        if unknown and not any(same(node, one, key) for one in _expected(meant, key, own)):
            raise Refusal(refusal("symbol-unknown", name=unknown), unknown=unknown)
        found.append(Link(number, text, node, right, bool(within), still))
        right = node if right is None else right
    return found


def _by_its_argument(meant: str, key: Key, own: Mapping[str, Node]) -> Node | None:
    """What `t' = …` is by a number that `t` is a function of, where the question differentiates by a vector:
    the one that is said, else None.
    """
    above, _ = above_and_below(meant, key) or ("", "")
    said = _said(meant, key, own)
    names = [name for name in (*own, *key.exercise.where) if canonical(name) != above]
    slopes = [_slope(f"d{above}/d{name} =", key, own, None) for name in names]
    return next(
        (one for one in slopes if said is not None and one is not None and same(said, one, key)), None
    )


def chains_of(number: int, text: str, meant: str, key: Key, own: Mapping[str, Node]) -> list[Link]:
    """The sides of a line that only put links together, such as `dC/dv dv/dw`, where all of these are known:
    what they make, and what the left side is.
    """
    above, below = above_and_below(meant, key) or ("", "")
    named = {canonical(name) for name in own}
    asked = below == canonical(key.part.wrt or "") and above in names_of_answer(key) - named
    right = key.node if asked else _slope(meant, key, own, None) if above else None
    sides = [side for side in sides_of(meant)[1:] if names_only(side)]
    made = [_made(side, key, own) for side in sides if right is not None]
    first = question(key) if asked and _SECOND.fullmatch(key.part.label) else None
    return [Link(number, text, node, right, True, first, True) for node in made if node is not None]


def _made(text: str, key: Key, own: Mapping[str, Node]) -> Node | None:
    """What links make that only stand side by side, or are added up; None where one of them is unknown. Where
    they do not fit, the first of them, which is not what the left side is.
    """
    added_up = "+" in text and _IS_PARTIAL.search(text)
    if added_up or len(text) > MOST_WORDED or re.search(rf"{_SUM}|[()]", text):
        return None
    terms = []
    written = {found[0] for found in LINK.finditer(text)}
    slopes = {link: _slope(f"{link} =", key, own, None) for link in written}
    for term in text.split("+"):
        links = [slopes[link[0]] for link in LINK.finditer(term)]
        known = [link for link in links if link is not None]
        if not known or len(known) < len(links):
            return None
        try:
            terms.append(reduce(_times, known))
        except ShapeError:
            return known[0]
    return add(*terms) if len({term.shape for term in terms}) == 1 else terms[0]


def _times(one: Node, other: Node) -> Node:
    return apply("mul" if one.is_scalar or other.is_scalar else "matmul", one, other)


def _unknown(line: str, key: Key, own: Mapping[str, Node]) -> str:
    """The first name in the link of this line that stands for nothing, or ""."""
    named = (*own, *key.scope.shapes, *key.scope.dimensions)
    known = {canonical(name) for name in named} | names_of_answer(key)
    return next((name for name in above_and_below(line, key) or () if name not in known), "")


def _expected(line: str, key: Key, own: Mapping[str, Node]) -> Iterator[Node]:
    """What a link of an unknown name may well say: a step of the question, or its derivative by any name."""
    _, below = above_and_below(line, key) or ("", "")
    called = next(iter(names_of_answer(key, ())), "y")
    if (slope := _slope(f"d{called}/d{below} =", key, own, None)) is not None:
        yield slope
    for step in key.part.steps:
        yield from (read_kindly(form, key.scope, key.shape) for form in step.forms)


def _by_entries(entry: str, side: str, right: Node, scope: Scope) -> Node:
    """The matrix of entries that a link gives; of `J_{ii}` the diagonal."""
    if re.fullmatch(r"J_\{(\w)\1\}", entry) and right.shape[0] == right.shape[1]:
        return apply("diag", read(f"{entry[:-2]}}} = {side}", scope, expect=(right.shape[0], ONE)))
    return read(f"{entry} = {side}", scope, expect=right.shape)


def is_link(line: str, key: Key, own: Mapping[str, Node], written: Mapping[str, Node], last: bool) -> bool:
    """Whether the line gives one link of a chain, such as `dv/du = -1`, `v' = -1` or `d/du u^2 = 2u`."""
    if slope := _derived(line, key, own):
        name, node = slope
        return name in own or not same(substituted(node, own), question(key), key)
    named_by = above_and_below(line, key)
    if named_by is None:
        return False
    above, below = named_by
    if below != canonical(key.part.wrt or ""):
        return True
    named = next((node for name, node in own.items() if canonical(name) == above), None)
    if named is None:  # a name that was never introduced: the answer's, or some part's
        said = _said(line, key, own)
        if said is not None and same(said, key.node, key):
            return False
        repeats = said is not None and same(said, question(key), key)
        return not last and (above not in names_of_answer(key) or repeats)
    if not same(named, question(key), key):
        return True
    said, still = _said(line, key, own), _partial(line, key, own, written)
    partial = still is not None and said is not None and _IS_PARTIAL.match(line) and same(said, still, key)
    return bool(partial) and not same(said or named, key.node, key)


def above_and_below(line: str, key: Key) -> tuple[str, str] | None:
    """The two names of a line that begins with `du/dx =` or `u' =`."""
    head, equals, _ = line.strip("$ ").partition("=")
    found, prime = LINK.fullmatch(head), PRIMED.fullmatch(head)
    if not equals or not (found or prime):
        return None
    if found:
        return canonical(found[1] or found[3]), canonical(found[2] or found[4])
    assert prime is not None
    return canonical(prime[1]), canonical(key.part.wrt or "")


def _derived(line: str, key: Key, own: Mapping[str, Node]) -> tuple[str, Node] | None:
    head, equals, _ = line.partition("=")
    return derived(head, key, scope_with(key, own), own) if equals else None


def _partial(line: str, key: Key, own: Mapping[str, Node], written: Mapping[str, Node]) -> Node | None:
    """What the link of this line is where all other names stand still, such as `∂v/∂x = 1` of `v = x + u`."""
    above, below = above_and_below(line, key) or ("", "")
    scope = scope_with(key, own)
    node = next((node for name, node in written.items() if canonical(name) == above), None)
    by = next((name for name in scope.shapes if canonical(name) == below), None)
    if node is None or by is None or scope.variable(by) not in node.walk():
        return None
    with suppress(Refusal, ValueError):
        return substituted(derive(node, scope.variable(by)).result, own)
    return None


def _slope(line: str, key: Key, own: Mapping[str, Node], still: Node | None) -> Node | None:
    """What the link of this line should be; None where names are unknown or do not stand in each other.
    `still` is what it is where all other names stand still.
    """
    if slope := _derived(line, key, own):
        return derivative_of(slope[1], slope[0], key, own)
    above, below = above_and_below(line, key) or ("", "")
    where = where_of(key)
    known = {canonical(name): node for name, node in where.items()}
    if below != canonical(key.part.wrt or ""):  # by which the question may ask for the second derivative
        known |= dict.fromkeys(names_of_answer(key) - known.keys(), _function(key))
    known |= {canonical(name): substituted(node, where) for name, node in own.items()}
    node, inner = known.get(above), known.get(below)
    try:
        by = next((name for name in key.scope.shapes if canonical(name) == below), None)
        if node is not None and inner is None and by is not None:
            return derivative_of(node, by, key, {})
        if node is None or inner is None:
            return None
        if isinstance(inner, Variable):  # two names for one thing: which of them moves?
            return still
        inside = Variable(f"_{below}", inner.shape)  # as the name that it has
        node = _in_terms_of(inside, inner, node, key)
        if inside not in node.walk():
            return None
        return derive(node, inside).result.map(lambda part: inner if part == inside else part)
    except (Refusal, ValueError):
        return None


def _in_terms_of(name: Variable, inner: Node, node: Node, key: Key) -> Node:
    """`node` with a name for each `inner` in it; where it stands nowhere as it is, for what is equal to it
    or to its negative.
    """
    found = node.map(lambda part: name if part == inner else part)
    if name in found.walk():
        return found
    forms = {name: inner, neg(name): neg(inner)}

    def named(part: Node) -> Node:
        if part.free_indices or part.shape != inner.shape or name in part.walk():
            return part
        return next((form for form, meant in forms.items() if same(part, meant, key)), part)

    return node.map(named)


def names_only(text: str) -> bool:
    """Whether a link only recalls the chain rule, as `dC/dv dv/dw` does."""
    return not re.sub(rf"{LINK.pattern}|{_SUM}|\\c?dot|\\times|[\s*·×+()]", "", plainly(text))


def names_of_answer(key: Key, usual: Sequence[str] = ("y", "f")) -> set[str]:
    """What the derivative may be called a derivative of: `y`, `f`, and what the question calls it."""
    label = re.search(rf"{D}\\?(?:mathbf)?\s*\{{?\s*([A-Za-z]\w*)", key.part.label)
    return {canonical(name) for name in (*usual, *([label[1]] if label else []))}


def _said(line: str, key: Key, own: Mapping[str, Node]) -> Node | None:
    """The last formula of a line; None where it cannot be read."""
    try:
        return substituted(piece_of(line.strip("$ ").split("=")[-1], key, scope_with(key, own), own)[0], own)
    except Refusal:
        return None


def question(key: Key) -> Node:
    """What is to be differentiated."""
    return read(key.part.f or "", key.scope)


def _function(key: Key) -> Node:
    """What the derivative is one of: the question, or what stands under `d^2/dx^2` in its label."""
    under = _SECOND.fullmatch(key.part.label)
    return read(under[1], key.scope) if under else question(key)


def scope_with(key: Key, own: Mapping[str, Node]) -> Scope:
    return Scope(
        {**key.exercise.variables, **{name: declared(node.shape) for name, node in own.items()}},
        samples=key.exercise.samples,
    )
