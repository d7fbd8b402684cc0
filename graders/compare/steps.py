"""Derivations: lines of a text, each against the line before; the record's way-points where steps are asked
for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graders.compare.key import Key
from graders.compare.slopes import (
    DERIVATIVE,
    LINK,
    PRIME,
    D,
    derivative_of,
    derived,
    piece_of,
    same,
    where_of,
)
from matcalc_ref.derive import derive
from matcalc_ref.language import Node, Refusal, Scope, read
from matcalc_ref.language import text as spelled
from matcalc_ref.language.operations import apply, substituted
from matcalc_ref.language.scope import canonical
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import ONE, declared
from matcalc_ref.language.syntax.tokens import INDICES
from matcalc_ref.language.tree import Variable


@dataclass(frozen=True)
class Line:
    """One line as read: the trees that stand on it, joined by `=`. `text` is as written; numbered from 1.

    `open` says that a derivative is still to be worked out at its end, as in `d/dx x^2`. `inner` holds for
    each of the nodes what stands under a `d/dx` in it: there the node is what that comes to. `taken` is a
    name on its left that means something already; `equation` says that every side of it is a formula.
    """

    number: int
    text: str
    nodes: tuple[Node, ...]
    defines: str | None = None
    open: bool = False
    inner: tuple[tuple[Node, ...], ...] = ()
    taken: str | None = None
    equation: bool = False


@dataclass(frozen=True)
class Link:
    """One link of a chain, such as `du/dx = 2x`: what it says, and what it should say if that is known.

    `open` says that a derivative is still to be worked out in it, as in `du/dx = (x^2)'`.
    """

    number: int
    text: str
    node: Node
    right: Node | None
    open: bool


class UnreadableLine(Exception):
    """A line of a derivation that cannot be read, why, and the lines and links before it."""

    def __init__(
        self, number: int, refusal: Refusal, links: Sequence[Link] = (), lines: Sequence[Line] = ()
    ) -> None:
        super().__init__(refusal.message)
        self.number, self.refusal, self.links, self.lines = number, refusal, links, lines


_PRIME = re.compile(rf"\s*([^\W\d_]\w{{0,2}})\s*{PRIME}\s*")
_FONT = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec|mathrm)\s*(?:\{\s*(\\?[^\W\d_]\w*)\s*\}|([^\W\d_]))")
_ENTRY = re.compile(r"(?P<name>[^\W\d_]+)_(?:[ijkl]|\{\s*[ijkl](?:[\s,]*[ijkl])?\s*\})")


def read_lines(texts: list[str], key: Key) -> tuple[list[Line], list[Link]]:
    """The lines as trees, and apart from them single links such as `du/dx = 2x`. Raises UnreadableLine."""
    lines: list[Line] = []
    links: list[Link] = []
    own: dict[str, Node] = {}
    primes: dict[str, str] = {}  # what `u' = …` said
    unworked: set[str] = set()  # own names for what is still to be differentiated
    before = ""  # the left side of the line before, which a line that begins with `=` goes on from
    for number, text in enumerate(texts, 1):
        scope = _scope_with(key, own)
        left, equals, right = text.partition("=")
        left = _plain(left) if equals else left
        if equals and not left.strip("$& ") and not _is_answer(right, key, own):
            left = before
        for name, slope in primes.items():
            right = re.sub(rf"(?<!\w){name}\s*{PRIME}", f" ({slope}) ", right or left)
        bare, entry = _without_indices(left, key, own)
        meant = f"{bare}={right}" if equals else right or left
        is_link = _is_link(meant, key, own, last=number == len(texts))
        before = left if is_link or entry else ""
        try:
            if is_link:
                found = _links(number, text, meant, entry, key, own)
                links += found
                prime = _PRIME.fullmatch(left.strip("$ "))
                if found and prime:
                    primes[prime[1]] = _sides(meant)[-1] if found[-1].open else spelled(found[-1].node)
                continue
            meant = f"{entry}={right}" if entry else meant
            line = _line(number, meant, key, scope, own, "\n".join(texts[number:]))
        except Refusal as refusal:
            raise UnreadableLine(number, refusal, links, lines) from None
        if line is None:
            continue
        named = set(re.findall(r"[^\W\d_]\w*", meant.split("=")[-1]))
        line = replace(line, text=text, open=line.open or not named.isdisjoint(unworked))
        if line.defines:
            own[line.defines] = line.nodes[-1]
            before = line.defines
            if line.open:
                unworked.add(line.defines)
        lines.append(line)
    if not lines:
        last = Refusal(say("derivation-last"), text=texts[-1])
        raise UnreadableLine(len(texts), last)
    return lines, links


def _is_answer(text: str, key: Key, own: Mapping[str, Node]) -> bool:
    said = _said(text, key, own)
    return said is not None and same(said, key.node, key)


def _sides(line: str) -> list[str]:
    return [side.strip() for side in re.split(r"(?<![<>=!:≤≥≠])=(?!=)", line.strip("$ "))]


def _without_indices(left: str, key: Key, own: Mapping[str, Node]) -> tuple[str, str]:
    """A left side such as `∂u_i/∂x_j` as `du/dx`, and the entry that it is, `J_{ij}`; itself and "" where it
    is none.
    """
    found = LINK.fullmatch(re.sub(r"_\{\s*([ijkl])\s*\}", r"_\1", left.strip("$ ")))
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
    return f"d {names[0]}/d {names[1]}", f"J_{{{indices}}}"


def _links(number: int, text: str, meant: str, entry: str, key: Key, own: Mapping[str, Node]) -> list[Link]:
    """What a line says of a link, side by side; of `∂u_i/∂x_j` as the matrix of these entries.

    Raises Refusal where the last side cannot be read.
    """
    found: list[Link] = []
    scope, right = _scope_with(key, own), _slope(meant, key, own)
    sides = [side for side in _sides(meant)[1:] if not _names_only(side)]
    for side in sides if right is not None or not entry else ():
        within: tuple[Node, ...] = ()
        try:
            if entry and right is not None:
                node = _by_entries(entry, side, right, scope)
            else:
                node, within = piece_of(side, key, scope, own)
        except Refusal:
            if side is sides[-1]:
                raise
            continue
        node = substituted(node, own)
        found.append(Link(number, text, node, right, bool(within)))
        right = node if right is None else right
    return found


def _by_entries(entry: str, side: str, right: Node, scope: Scope) -> Node:
    """The matrix of entries that a link gives; of `J_{ii}` the diagonal."""
    if re.fullmatch(r"J_\{(\w)\1\}", entry) and right.shape[0] == right.shape[1]:
        return apply("diag", read(f"{entry[:-2]}}} = {side}", scope, expect=(right.shape[0], ONE)))
    return read(f"{entry} = {side}", scope, expect=right.shape)


def _is_link(line: str, key: Key, own: Mapping[str, Node], last: bool = False) -> bool:
    """Whether the line gives one link of a chain, such as `dv/du = -1`, `v' = -1` or `d/du u^2 = 2u`."""
    if slope := _derived(line, key, own):
        name, node = slope
        return name in own or not same(substituted(node, own), question(key), key)
    named_by = _above_and_below(line, key)
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
    return not same(named, question(key), key)


def _above_and_below(line: str, key: Key) -> tuple[str, str] | None:
    """The two names of a line that begins with `du/dx =` or `u' =`."""
    head, equals, _ = line.strip("$ ").partition("=")
    found, prime = LINK.fullmatch(head), _PRIME.fullmatch(head)
    if not equals or not (found or prime):
        return None
    if found:
        return canonical(found[1] or found[3]), canonical(found[2] or found[4])
    assert prime is not None
    return canonical(prime[1]), canonical(key.part.wrt or "")


def _derived(line: str, key: Key, own: Mapping[str, Node]) -> tuple[str, Node] | None:
    head, equals, _ = line.partition("=")
    return derived(head, key, _scope_with(key, own), own) if equals else None


def _slope(line: str, key: Key, own: Mapping[str, Node]) -> Node | None:
    """What the link of this line should be; None where names are unknown or do not stand in each other."""
    if slope := _derived(line, key, own):
        return derivative_of(slope[1], slope[0], key, own)
    above, below = _above_and_below(line, key) or ("", "")
    where = where_of(key)
    known = {canonical(name): node for name, node in where.items()}
    if below != canonical(key.part.wrt or ""):  # by which the question may ask for the second derivative
        known |= dict.fromkeys(names_of_answer(key) - known.keys(), question(key))
    known |= {canonical(name): substituted(node, where) for name, node in own.items()}
    node, inner = known.get(above), known.get(below)
    try:
        by = next((name for name in key.scope.shapes if canonical(name) == below), None)
        if node is not None and inner is None and by is not None:
            return derivative_of(node, by, key, {})
        if node is None or inner is None:
            return None
        inside = Variable(f"_{below}", inner.shape)  # as the name that it has
        node = node.map(lambda part: inside if part == inner else part)
        if inside not in node.walk():
            return None
        return derive(node, inside).result.map(lambda part: inner if part == inside else part)
    except (Refusal, ValueError):
        return None


def _names_only(text: str) -> bool:
    """Whether a link only recalls the chain rule, as `dC/dv dv/dw` does."""
    return not re.sub(rf"{LINK.pattern}|{_SUM}|\\c?dot|\\times|[\s*·×+()]", "", _plain(text))


_SUM = r"(?:\\?sum|∑|Σ)_(?:[ijkl]|\{\s*[ijkl]\s*\})"


def names_of_answer(key: Key, usual: Sequence[str] = ("y", "f")) -> set[str]:
    """What the derivative may be called a derivative of: `y`, `f`, and what the question calls it."""
    label = re.search(rf"{D}\\?(?:mathbf)?\s*\{{?\s*([A-Za-z]\w*)", key.part.label)
    return {canonical(name) for name in (*usual, *([label[1]] if label else []))}


def _said(line: str, key: Key, own: Mapping[str, Node]) -> Node | None:
    """The last formula of a line; None where it cannot be read."""
    try:
        return substituted(piece_of(line.strip("$ ").split("=")[-1], key, _scope_with(key, own), own)[0], own)
    except Refusal:
        return None


def question(key: Key) -> Node:
    """What is to be differentiated."""
    return read(key.part.f or "", key.scope)


def _scope_with(key: Key, own: Mapping[str, Node]) -> Scope:
    return Scope(
        {**key.exercise.variables, **{name: declared(node.shape) for name, node in own.items()}},
        samples=key.exercise.samples,
    )


def _line(number: int, text: str, key: Key, scope: Scope, own: Mapping[str, Node], later: str) -> Line | None:
    """The line as trees; None for one that only recalls a rule, such as `dC/dw = dC/dv dv/dw`."""
    pieces = _sides(text)
    defines = taken = None
    entry = _ENTRY.fullmatch(pieces[0])
    name = _plain(pieces[0]).removeprefix("\\")
    if len(pieces) > 1 and entry and entry["name"] not in scope.shapes:  # by its entries: J_j = …
        pieces = [f"{pieces[0]} = {side}" for side in pieces[1:] if not _names_only(side)]
    elif len(pieces) > 1 and _is_name(name, later):
        if name in scope.shapes or name in scope.dimensions:
            taken = name
        else:
            defines, pieces = name, pieces[1:]
    if len(pieces) == 2 and _recalls(pieces[0], pieces[1], key, scope, own):
        return None
    nodes: list[Node] = []
    inner: list[tuple[Node, ...]] = []
    for at, piece in enumerate(pieces):
        if _names_only(piece):
            continue
        try:
            node, within = piece_of(piece, key, scope, own)
        except Refusal:
            if at == 0 and len(pieces) > 1:  # a name for the derivative, such as dy/dx
                continue
            raise
        nodes.append(substituted(node, own))
        inner.append(within)
    if not nodes:
        return None
    still = any(inner[-1:]) or any(pattern.search(pieces[-1]) for pattern in (LINK, DERIVATIVE))
    equation = 1 < len(nodes) == len(pieces)
    return Line(number, text, tuple(nodes), defines, still, tuple(inner), taken, equation)


def _is_name(text: str, later: str) -> bool:
    """Whether a left side is a name for what stands on the right; a long one where a later line needs it."""
    short = re.fullmatch(r"[^\W\d_]\w{0,3}", text)
    long = re.fullmatch(r"[^\W\d_]\w{4,15}", text)
    return bool(short or long and re.search(rf"(?:\b|d){text}\b(?!\s*=)", later))


def _plain(text: str) -> str:
    """The text with its letters in plain type."""
    return _FONT.sub(lambda found: found[1] or found[2], text)


def _recalls(name: str, text: str, key: Key, scope: Scope, own: Mapping[str, Node]) -> bool:
    """Whether a line only says what a name of the question stands for, such as `s = 1/(1 + exp(-z))`."""
    if name not in key.exercise.where:
        return False
    try:
        meant, said = read(key.exercise.where[name], key.scope), substituted(read(text, scope), own)
    except Refusal:
        return False
    return same(said, meant, key)
