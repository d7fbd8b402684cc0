"""Derivations: lines of a text, each against the line before; the record's way-points where steps are asked
for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graders.compare.answers import NotReadable, Packed, items_of, what_it_is
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
from matcalc_ref.language.operations import substituted
from matcalc_ref.language.reading import outside
from matcalc_ref.language.scope import canonical
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import declared
from matcalc_ref.language.syntax.tokens import INDICES
from matcalc_ref.language.tree import Variable

MOST_LINES = 60


@dataclass(frozen=True)
class Line:
    """One line as read: the trees that stand on it, joined by `=`. `text` is as written; numbered from 1.

    `open` says that a derivative is still to be worked out at its end, as in `d/dx x^2`. `inner` holds for
    each of the nodes what stands under a `d/dx` in it: there the node is what that comes to.
    """

    number: int
    text: str
    nodes: tuple[Node, ...]
    defines: str | None = None
    open: bool = False
    inner: tuple[tuple[Node, ...], ...] = ()


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
    """A line of a derivation that cannot be read, why, and the links before it."""

    def __init__(self, number: int, refusal: Refusal, links: Sequence[Link] = ()) -> None:
        super().__init__(refusal.message)
        self.number, self.refusal, self.links = number, refusal, links


_PRIME = re.compile(rf"\s*([^\W\d_]\w{{0,2}})\s*{PRIME}\s*")
_WORD = re.compile(
    r"^(?:let|so|then|thus|hence|therefore|where|with|now|and|because|since|finally|⇒|→|∴|=>|\\Rightarrow)"
    r"[:,]?\s+|^[a-z][a-z ]{2,40}:\s+",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"(?P<name>[^\W\d_]+)_(?:[ijkl]|\{\s*[ijkl](?:[\s,]*[ijkl])?\s*\})")


def lines_of(answer: Packed) -> list[str]:
    """The lines of a derivation: a list of texts, or one text of lines. Raises NotReadable."""
    items = items_of(answer)
    if items is None:
        items = [answer]
    texts: list[str] = []
    for item in items:
        if not isinstance(item, str):
            raise NotReadable("lines-form", what=what_it_is(item))
        parts = [piece for row in _rows(_DISPLAY.sub("", item)) for piece in outside(row, ";")]
        parts = [piece for part in parts for piece in _named(part)]
        texts += [line.strip().strip("&,;").replace("&=", "=").strip() for line in parts]
    texts = [re.sub(r"^\s*(?:\d+[.)]|[-*]|L\d+:?)\s+", "", text) for text in texts]
    texts = [_WORD.sub("", text) for text in texts]
    texts = [text for text in texts if text and text not in ("...", "…", "$$")]
    if not texts:
        raise NotReadable("empty")
    if len(texts) > MOST_LINES:
        raise NotReadable("lines-many", most=MOST_LINES)
    return texts


_DISPLAY = re.compile(r"\\(?:begin|end)\{(?:align(?:ed)?|gather(?:ed)?|split|equation|eqnarray)\*?\}")


def _rows(text: str) -> list[str]:
    """The text cut at line ends and at LaTeX's `\\\\`, but not inside of a matrix."""
    found, depth = [""], 0
    for piece in re.split(r"(\n|\\\\(?![a-zA-Z\[])|\\(?:begin|end)\{)", text):
        depth += (piece == r"\begin{") - (piece == r"\end{")
        if depth == 0 and piece in ("\n", "\\\\"):
            found.append("")
        else:
            found[-1] += piece
    return found


def _named(text: str) -> list[str]:
    """Several names on one line, such as `f = 2x, g = cos(x^2)`, each by itself."""
    pieces = outside(text, ",")
    return pieces if all("=" in piece for piece in pieces) else [text]


def read_lines(texts: list[str], key: Key) -> tuple[list[Line], list[Link]]:
    """The lines as trees, and apart from them single links such as `du/dx = 2x`. Raises UnreadableLine."""
    lines: list[Line] = []
    links: list[Link] = []
    own: dict[str, Node] = {}
    primes: dict[str, str] = {}  # what `u' = …` said
    unworked: set[str] = set()  # own names for what is still to be differentiated
    for number, text in enumerate(texts, 1):
        scope = _scope_with(key, own)
        left, equals, right = text.partition("=")
        for name, slope in primes.items():
            right = re.sub(rf"(?<!\w){name}\s*{PRIME}", f" ({slope}) ", right or left)
        meant = f"{_by_entries(left, key)}={right}" if equals else right or left
        if _is_link(meant, key, own, last=number == len(texts)):
            said = meant.strip("$ ").split("=")[-1]
            if not _names_only(said):
                try:
                    node, within = piece_of(said, key, scope, own)
                except Refusal as refusal:
                    raise UnreadableLine(number, refusal, links) from None
                link = substituted(node, own)
                links.append(Link(number, text, link, _slope(meant, key, own), bool(within)))
                if prime := _PRIME.fullmatch(left.strip("$ ")):
                    primes[prime[1]] = said if within else spelled(link)
            continue
        try:
            line = _line(number, meant, key, scope, own)
        except Refusal as refusal:
            raise UnreadableLine(number, refusal, links) from None
        if line is None:
            continue
        named = set(re.findall(r"[^\W\d_]\w*", meant.split("=")[-1]))
        line = replace(line, text=text, open=line.open or not named.isdisjoint(unworked))
        if line.defines:
            own[line.defines] = line.nodes[-1]
            if line.open:
                unworked.add(line.defines)
        lines.append(line)
    if not lines:
        last = Refusal(say("derivation-last"), text=texts[-1])
        raise UnreadableLine(len(texts), last)
    return lines, links


def _by_entries(left: str, key: Key) -> str:
    """`J_{j}` for a left side that is one entry of the answer, such as `∂C/∂z_j`."""
    found = LINK.fullmatch(re.sub(r"_\{\s*([ijkl])\s*\}", r"_\1", left.strip("$ ")))
    if found is None:
        return left
    (above, i), (below, j) = (
        part.rpartition("_")[::2] for part in (found[1] or found[3], found[2] or found[4])
    )
    of_answer = canonical(above or i) in _answers_names(key)
    indexed = below == key.part.wrt and j in INDICES and (not above or i in INDICES)
    return f"J_{{{i if above else ''}{j}}}" if of_answer and indexed else left


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
        return not last and (above not in _answers_names(key) or repeats)
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
        known |= dict.fromkeys(_answers_names(key) - known.keys(), question(key))
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
    return not re.sub(rf"{LINK.pattern}|\\c?dot|\\times|[\s*·×+()]", "", text)


def _answers_names(key: Key) -> set[str]:
    """What the derivative may be called a derivative of: `y`, `f`, and what the question calls it."""
    label = re.search(rf"{D}\\?(?:mathbf)?\s*\{{?\s*([A-Za-z]\w*)", key.part.label)
    return {canonical(name) for name in ("y", "f", *([label[1]] if label else []))}


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


def _line(number: int, text: str, key: Key, scope: Scope, own: Mapping[str, Node]) -> Line | None:
    """The line as trees; None for one that only recalls a rule, such as `dC/dw = dC/dv dv/dw`."""
    pieces = [piece.strip() for piece in re.split(r"(?<![<>=!:≤≥≠])=(?!=)", text.strip("$ "))]
    defines = None
    entry = _ENTRY.fullmatch(pieces[0])
    if len(pieces) == 2 and entry and entry["name"] not in scope.shapes:
        pieces = [text.strip("$ ")]  # an answer by its entries: J_j = …
    elif len(pieces) > 1 and re.fullmatch(r"[^\W\d_]\w{0,3}", pieces[0]) and pieces[0] not in scope.shapes:
        defines = pieces.pop(0)
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
    still = any(inner[-1:]) or any(pattern.search(pieces[-1]) for pattern in (LINK, DERIVATIVE))
    return Line(number, text, tuple(nodes), defines, still, tuple(inner)) if nodes else None


def _recalls(name: str, text: str, key: Key, scope: Scope, own: Mapping[str, Node]) -> bool:
    """Whether a line only says what a name of the question stands for, such as `s = 1/(1 + exp(-z))`."""
    if name not in key.exercise.where:
        return False
    try:
        meant, said = read(key.exercise.where[name], key.scope), substituted(read(text, scope), own)
    except Refusal:
        return False
    return same(said, meant, key)
