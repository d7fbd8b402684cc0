"""Derivations: the lines of a text as trees, the names that they introduce, and the links between them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from graders.compare.key import Key
from graders.compare.lines import masked, unmasked
from graders.compare.links import (
    PRIMED,
    Link,
    above_and_below,
    is_answer,
    is_link,
    links_of,
    names_only,
    plainly,
    scope_with,
    sides_of,
    without_indices,
)
from graders.compare.slopes import DERIVATIVE, LINK, PRIME, piece_of, same
from matcalc_ref.language import Node, Refusal, Scope, read
from matcalc_ref.language import text as spelled
from matcalc_ref.language.meaning.written import in_lost_brackets
from matcalc_ref.language.operations import substituted, transpose
from matcalc_ref.language.scope import canonical
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import ONE, Size
from matcalc_ref.language.syntax.words import CONSTANTS


@dataclass(frozen=True)
class Line:
    """One line as read: the trees that stand on it, joined by `=`. `text` is as written; numbered from 1.

    `open` says that a derivative is still to be worked out at its end, as in `d/dx x^2`. `inner` holds for
    each of the nodes what stands under a `d/dx` in it: there the node is what that comes to. `taken` is a
    name on its left that means something already; `equation` says that every side of it is a formula;
    `written` is the last one with the student's own names in it.
    """

    number: int
    text: str
    nodes: tuple[Node, ...]
    defines: str | None = None
    open: bool = False
    inner: tuple[tuple[Node, ...], ...] = ()
    taken: str | None = None
    equation: bool = False
    written: Node | None = None


class UnreadableLine(Exception):
    """A line of a derivation that cannot be read, why, and the lines and links before it."""

    def __init__(
        self, number: int, refusal: Refusal, links: Sequence[Link] = (), lines: Sequence[Line] = ()
    ) -> None:
        super().__init__(refusal.message)
        refusal.message, refusal.text = unmasked(refusal.message), unmasked(refusal.text)
        refusal.choices = tuple(map(unmasked, refusal.choices))
        self.number, self.refusal, self.links, self.lines = number, refusal, links, lines


_ENTRY = re.compile(r"(?P<name>[^\W\d_]+)_(?:[ijkl]|\{\s*[ijkl](?:[\s,]*[ijkl])?\s*\})")


def read_lines(texts: list[str], key: Key) -> tuple[list[Line], list[Link]]:
    """The lines as trees, and apart from them single links such as `du/dx = 2x`. Raises UnreadableLine."""
    lines: list[Line] = []
    links: list[Link] = []
    own: dict[str, Node] = {}
    written: dict[str, Node] = {}  # the same, with own names in them
    primes: dict[str, str] = {}  # what `u' = …` said
    told: dict[tuple[str, str], str] = {}  # what `dC/du = …` said
    functions: set[str] = set()  # own names that were given as `h(x) = …`
    unworked: set[str] = set()  # own names for what is still to be differentiated
    before = ""  # the left side of the line before, which a line that begins with `=` goes on from
    for number, raw in enumerate(texts, 1):
        scope = scope_with(key, own)
        text = _without_arguments(masked(in_lost_brackets(raw, scope) or raw), key, functions)
        left, equals, right = text.partition("=")
        left = plainly(left) if equals else left
        if equals and not left.strip("$& ") and not is_answer(right, key, own):
            left = before
        for name, slope in primes.items():
            right = re.sub(rf"(?<!\w){name}\s*{PRIME}", f" ({slope}) ", right or left)
        right = _with_links(right or left, told, own) if told else right
        bare, entry = without_indices(left, key, own)
        meant = f"{bare}={right}" if equals else right or left
        link = is_link(meant, key, own, written, last=number == len(texts))
        before = left if link or entry else ""
        try:
            if link:
                found = links_of(number, raw, meant, entry, key, own, written)
                links += found
                prime = PRIMED.fullmatch(left.strip("$ "))
                if found and not found[-1].open and (names := above_and_below(meant, key)):
                    told[names] = spelled(found[-1].node)
                if found and prime:
                    primes[prime[1]] = sides_of(meant)[-1] if found[-1].open else spelled(found[-1].node)
                continue
            meant = f"{entry}={right}" if entry else meant
            line = _line(number, meant, key, scope, own, "\n".join(texts[number:]))
        except Refusal as refusal:
            raise UnreadableLine(number, refusal, links, lines) from None
        if line is None:
            continue
        named = set(re.findall(r"[^\W\d_]\w*", meant.split("=")[-1]))
        line = replace(line, text=raw, open=line.open or not named.isdisjoint(unworked))
        if line.defines:
            own[line.defines] = line.nodes[-1]
            written[line.defines] = line.written or line.nodes[-1]
            before = line.defines
            if line.open:
                unworked.add(line.defines)
        lines.append(line)
    if not lines:
        last = Refusal(say("derivation-last"), text=texts[-1])
        raise UnreadableLine(len(texts), last)
    return lines, links


def _without_arguments(text: str, key: Key, functions: set[str]) -> str:
    """`h(x) = …` as `h = …`, and in later lines `h(x)` and `h'(x)` as `h` and `h'`."""
    argument = rf"\s*(?:\\left)?\(\s*(?:\\[a-z]+\s*\{{?\s*)?{key.part.wrt}\s*\}}?\s*(?:\\right)?\)"
    named = re.match(rf"\s*([^\W\d_]\d?){argument}\s*=", text)
    if named and named[1] in CONSTANTS:  # which a name of one's own may be
        functions.add(named[1])
    elif named and named[1] not in key.scope.shapes:
        try:
            read(f"{named[1]}({key.part.wrt})", key.scope)  # a function that is known, such as σ(z)
        except Refusal:
            functions.add(named[1])
    for name in functions:
        text = re.sub(rf"(?<!\w){name}\s*({PRIME}?){argument}", rf"{name}\1", text)
    return text


def _with_links(text: str, told: Mapping[tuple[str, str], str], own: Mapping[str, Node]) -> str:
    """The text with what was said of its links, where that does not follow from the student's own names."""

    def slope(found: re.Match[str]) -> str:
        above, below = found[1] or found[3], found[2] or found[4]
        said = told.get((canonical(above), canonical(below)))
        return f" ({said}) " if said and above not in own else found[0]

    return "=".join(side if names_only(side) else LINK.sub(slope, side) for side in text.split("="))


def _line(number: int, text: str, key: Key, scope: Scope, own: Mapping[str, Node], later: str) -> Line | None:
    """The line as trees; None for one that only recalls a rule, such as `dC/dw = dC/dv dv/dw`."""
    pieces = sides_of(text)
    defines = taken = None
    entry = _ENTRY.fullmatch(pieces[0])
    if len(pieces) > 1 and entry and (entry["name"] in scope.shapes or _is_needed(entry["name"], later)):
        line = _of_entries(number, text, entry["name"], pieces, key, scope, own)
        if line is not None:
            return line
    name = plainly(pieces[0]).removeprefix("\\")
    if len(pieces) > 1 and entry and entry["name"] not in scope.shapes:  # by its entries: J_j = …
        pieces = [f"{pieces[0]} = {side}" for side in pieces[1:] if not names_only(side)]
    elif len(pieces) > 1 and _is_name(name, later):
        if name in scope.shapes or name in scope.dimensions:
            taken = name
        else:
            defines, pieces = name, pieces[1:]
    if len(pieces) == 2 and _recalls(pieces[0], pieces[1], key, scope, own):
        return None
    nodes: list[Node] = []
    inner: list[tuple[Node, ...]] = []
    node: Node | None = None
    for at, piece in enumerate(pieces):
        if names_only(piece):
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
    return Line(number, text, tuple(nodes), defines, still, tuple(inner), taken, equation, node)


def _of_entries(
    number: int, text: str, name: str, sides: Sequence[str], key: Key, scope: Scope, own: Mapping[str, Node]
) -> Line | None:
    """A line that says by its entries what a name stands for, as `u_i = sum_j A_ij x_j` does; None where no
    column has such entries, or where they are the answer's.
    """
    known = scope.variable(name) if name in scope.shapes else None
    columns = [(Size.of(size), ONE) for size in sorted(scope.dimensions)]
    for shape in columns if known is None else [known.shape]:
        with suppress(Refusal):
            entry = "J" + sides[0].removeprefix(name)
            read_as = [read(f"{entry} = {side}", scope, expect=shape) for side in sides[1:]]
            nodes = [substituted(node, own) for node in (*([known] if known else []), *read_as)]
            if same(transpose(nodes[-1]), key.node, key):
                return None
            taken, defines = (name, None) if known else (None, name)
            return Line(number, text, tuple(nodes), defines, taken=taken, equation=known is not None)
    return None


def _is_needed(name: str, later: str) -> bool:
    return bool(re.search(rf"(?:\b|d|∂){name}(?:\b|_)(?!\s*=)", re.sub(r"(?m)^[^=\n]*=", "", later)))


def _is_name(text: str, later: str) -> bool:
    """Whether a left side is a name for what stands on the right; a long one where a later line needs it."""
    short = re.fullmatch(r"[^\W\d_]\w{0,3}", text)
    long = re.fullmatch(r"[^\W\d_]\w{4,15}", text)
    return bool(short or long and re.search(rf"(?:\b|d){text}\b(?!\s*=)", later))


def _recalls(name: str, text: str, key: Key, scope: Scope, own: Mapping[str, Node]) -> bool:
    """Whether a line only says what a name of the question stands for, such as `s = 1/(1 + exp(-z))`."""
    if name not in key.exercise.where:
        return False
    try:
        meant, said = read(key.exercise.where[name], key.scope), substituted(read(text, scope), own)
    except Refusal:
        return False
    return same(said, meant, key)
