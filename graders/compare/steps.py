"""Derivations: the lines of a text as trees, the names that they introduce, and the links between them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from graders.compare.key import Key
from graders.compare.leibniz import (
    DERIVATIVE,
    LINK,
    PRIME,
    plainly,
    under_one,
    with_accents,
    without_differentials,
)
from graders.compare.lines import masked, unmasked
from graders.compare.links import (
    PRIMED,
    Link,
    above_and_below,
    chains_of,
    is_answer,
    is_link,
    links_of,
    names_only,
    scope_with,
    sides_of,
    without_indices,
)
from graders.compare.slopes import piece_of, same
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
    `written` is the last one with the student's own names in it; `claims` says that its left side is the
    derivative that is asked for, by its name or as `d/dx` of the question.
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
    claims: bool = False


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
    derivation = _Derivation(key)
    plain = [with_accents(text) for text in texts]
    for number, text in enumerate(texts, 1):
        derivation.read(number, text, plain[number:])
    if not derivation.lines:
        raise UnreadableLine(len(texts), Refusal(say("derivation-last"), text=texts[-1]))
    return derivation.lines, derivation.links


class _Derivation:
    """A derivation as far as it has been read: its lines and links, and what they said."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.lines: list[Line] = []
        self.links: list[Link] = []
        self.own: dict[str, Node] = {}  # names of the student's own
        self.written: dict[str, Node] = {}  # the same, with own names in them
        self.primes: dict[str, str] = {}  # what `u' = …` said
        self.told: dict[tuple[str, str], str] = {}  # what `dC/du = …` said
        self.functions: set[str] = set()  # own names that were given as `h(x) = …`
        self.unworked: set[str] = set()  # own names for what is still to be differentiated
        self.before = ""  # the left side of the line before, which a line that begins with `=` goes on from

    def read(self, number: int, raw: str, later: Sequence[str]) -> None:
        """One more line, with those that follow it. Raises UnreadableLine."""
        scope = scope_with(self.key, self.own)
        text = under_one(masked(with_accents(in_lost_brackets(raw, scope) or raw)))
        text = self._without_arguments(without_differentials(text))
        left, equals, right = text.partition("=")
        left = self._by_what_moves(plainly(left)) if equals else left
        if equals and not left.strip("$& ") and not is_answer(right, self.key, self.own):
            left = self.before
        right = self._with_slopes(right if equals else left)
        bare, entry = without_indices(left, self.key, self.own)
        meant = f"{bare}={right}" if equals else right
        link = is_link(meant, self.key, self.own, self.written, last=not later)
        self.before = left if link or entry else ""
        self.links += [] if entry else chains_of(number, raw, meant, self.key, self.own)
        try:
            if link:
                self._add_link(number, raw, left, meant, entry)
            else:
                meant = f"{entry}={right}" if entry else meant
                line = _line(number, meant, self.key, scope, self.own, "\n".join(later))
                if line is not None:
                    self._add_line(replace(line, text=raw), meant)
        except Refusal as refusal:
            raise UnreadableLine(number, refusal, self.links, self.lines) from None

    def _by_what_moves(self, left: str) -> str:
        """A left side such as `(x^2)'` as `d/dx (x^2)`, where a prime is no transpose."""
        scope, wrt = self.key.scope, self.key.part.wrt or ""
        found = re.fullmatch(rf"\s*([a-z]*\(.*\))\s*{PRIME}\s*", left)
        return f"d/d{wrt} ({found[1]})" if found and scope.variable(wrt).is_scalar else left

    def _add_link(self, number: int, raw: str, left: str, meant: str, entry: str) -> None:
        found = links_of(number, raw, meant, entry, self.key, self.own, self.written)
        self.links += found
        if not found:
            return
        last = found[-1]
        slope = sides_of(meant)[-1] if last.open else spelled(last.node)
        if not last.open and (names := above_and_below(meant, self.key)):
            self.told[names] = slope
        if prime := PRIMED.fullmatch(left.strip("$ ")):
            self.primes[prime[1]] = slope

    def _add_line(self, line: Line, meant: str) -> None:
        named = set(re.findall(r"[^\W\d_]\w*", meant.split("=")[-1]))
        line = replace(line, open=line.open or not named.isdisjoint(self.unworked))
        if line.defines:
            self.own[line.defines] = line.nodes[-1]
            self.written[line.defines] = line.written or line.nodes[-1]
            self.before = line.defines
            if line.open:
                self.unworked.add(line.defines)
        self.lines.append(line)

    def _without_arguments(self, text: str) -> str:
        """`h(x) = …` as `h = …`, and in later lines `h(x)` and `h'(x)` as `h` and `h'`."""
        wrt, scope = self.key.part.wrt, self.key.scope
        argument = rf"\s*(?:\\left)?\(\s*(?:\\[a-z]+\s*\{{?\s*)?{wrt}\s*\}}?\s*(?:\\right)?\)"
        named = re.match(rf"\s*\\?([^\W\d_]\w{{0,11}}){argument}\s*=", text)
        if named and canonical(named[1]) in CONSTANTS:  # which a name of one's own may be
            self.functions.add(named[1])
        elif named and named[1] not in scope.shapes:
            try:
                read(f"{named[1]}({wrt})", scope)  # a function that is known, such as σ(z)
            except Refusal:
                self.functions.add(named[1])
        for name in self.functions:
            text = re.sub(rf"(?<!\w){name}\s*((?:{PRIME}){{0,2}}){argument}", rf"{name}\1", text)
        return text

    def _with_slopes(self, text: str) -> str:
        """The text with what earlier lines said of `u'` and of links."""
        for name, slope in self.primes.items():
            text = re.sub(rf"\\?(?<!\w){name}\s*{PRIME}", f" ({slope}) ", text)

        def said(found: re.Match[str]) -> str:
            above, below = found[1] or found[3], found[2] or found[4]
            slope = self.told.get((canonical(above), canonical(below)))
            return f" ({slope}) " if slope else found[0]

        if not self.told:
            return text
        return "=".join(side if names_only(side) else LINK.sub(said, side) for side in text.split("="))


def _line(number: int, text: str, key: Key, scope: Scope, own: Mapping[str, Node], later: str) -> Line | None:
    """The line as trees; None for one that only recalls a rule, such as `dC/dw = dC/dv dv/dw`."""
    pieces = sides_of(text)
    defines, taken, claims = None, None, False
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
            claims = claims or bool(piece) and at == 0
            continue
        try:
            node, within = piece_of(piece, key, scope, own)
        except Refusal:
            if at == 0 and len(pieces) > 1 and not defines:  # a name for the derivative, such as dy/dx
                claims = True
                continue
            raise
        nodes.append(substituted(node, own))
        inner.append(within)
    if not nodes:
        return None
    still = any(inner[-1:]) or any(pattern.search(pieces[-1]) for pattern in (LINK, DERIVATIVE))
    equation = 1 < len(nodes) == len(pieces)
    claims = claims or len(nodes) > 1 and bool(inner[0]) and same(nodes[0], key.node, key)
    return Line(number, text, tuple(nodes), defines, still, tuple(inner), taken, equation, node, claims)


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
