"""Derivations: lines of a text, each against the line before; the record's way-points where steps are asked
for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from graders.compare.answers import NotReadable, Packed, items_of, what_it_is
from graders.compare.equality import compare
from graders.compare.key import Key, declared, read_kindly
from matcalc_ref.language import Node, Refusal, Scope, read
from matcalc_ref.language import text as spelled
from matcalc_ref.language.scope import canonical
from matcalc_ref.language.tree import Apply, Number, Variable

MOST_LINES = 60


@dataclass(frozen=True)
class Line:
    """One line as read: the trees that stand on it, joined by `=`. `text` is as written; numbered from 1.

    `open` says that a derivative is still to be worked out at its end, as in `d/dx x^2`.
    """

    number: int
    text: str
    nodes: tuple[Node, ...]
    defines: str | None = None
    open: bool = False


class UnreadableLine(Exception):
    """A line of a derivation that cannot be read, and why."""

    def __init__(self, number: int, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.number, self.refusal = number, refusal


_D = r"(?:d|∂|\\partial)\s*"
_LINK = re.compile(
    rf"\s*(?:\\d?frac\s*\{{\s*{_D}(\w+)\s*\}}\s*\{{\s*{_D}(\w+)\s*\}}"
    rf"|{_D}(\w+)\s*/\s*{_D}(\w+))\s*"
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
        parts = re.split(r"\n|\\\\(?![a-zA-Z\[])", item) if r"\begin" not in item else [item]
        texts += [line.strip().strip("&,;").replace("&=", "=").strip() for line in parts]
    texts = [re.sub(r"^\s*(?:\d+[.)]|[-*]|L\d+:?)\s+", "", text) for text in texts]
    texts = [text for text in texts if text and text not in ("...", "…", "$$")]
    if not texts:
        raise NotReadable("empty")
    if len(texts) > MOST_LINES:
        raise NotReadable("lines-many", most=MOST_LINES)
    return texts


def read_lines(texts: list[str], key: Key) -> list[Line]:
    """The lines as trees. Raises UnreadableLine."""
    lines: list[Line] = []
    own: dict[str, Node] = {}
    for number, text in enumerate(texts, 1):
        scope = Scope(
            {**key.exercise.variables, **{name: declared(node.shape) for name, node in own.items()}},
            samples=key.exercise.samples,
        )
        if _is_link(text, key, own):
            continue
        try:
            line = _line(number, text, key, scope, own)
        except Refusal as refusal:
            raise UnreadableLine(number, refusal) from None
        if line is None:
            continue
        if line.defines:
            own[line.defines] = line.nodes[-1]
        lines.append(line)
    if not lines:
        last = Refusal("Write the derivative itself on the last line.", text=texts[-1])
        raise UnreadableLine(len(texts), last)
    return lines


def _is_link(line: str, key: Key, own: Mapping[str, Node]) -> bool:
    """Whether the line gives one link of a chain, such as `dv/du = -1`; it shows where it is put in."""
    found = _LINK.fullmatch(line.strip("$ ").split("=")[0]) if "=" in line else None
    if not found:
        return False
    above, below = canonical(found[1] or found[3]), canonical(found[2] or found[4])
    if below != canonical(key.part.wrt or ""):
        return True
    named = next((node for name, node in own.items() if canonical(name) == above), None)
    f = read(key.part.f or "", key.scope)
    return named is not None and not (
        named.shape == f.shape and compare(named, f, key.setting, at_kinks=False).equal
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
    nodes = []
    for at, piece in enumerate(pieces):
        if not piece or not re.sub(rf"{_LINK.pattern}|\\c?dot|\\times|[\s*·×+()]", "", piece):
            continue
        try:
            node = _piece(piece, key, scope, own)
        except Refusal:
            if at == 0 and len(pieces) > 1:  # a name for the derivative, such as dy/dx
                continue
            raise
        nodes.append(_with(own, node))
    still = any(pattern.search(pieces[-1]) for pattern in (_LINK, _DERIVATIVE))
    return Line(number, text, tuple(nodes), defines, still) if nodes else None


_DERIVATIVE = re.compile(
    r"(?:\\d?frac\{\s*(?:d|\\partial)\s*\}\{\s*(?:d|\\partial)\s*(?:\\mathbf)?\{?(\w+)\}?\s*\}"
    r"|(?:d|∂)\s*/\s*(?:d|∂)\s*(\w+))\s*"
)


def _with(own: Mapping[str, Node], node: Node) -> Node:
    """The tree with what the student's own names stand for."""
    return node.map(lambda n: own[n.name] if isinstance(n, Variable) and n.name in own else n)


def _piece(text: str, key: Key, scope: Scope, own: Mapping[str, Node]) -> Node:
    """A formula; `d/dx …`, the derivative of all that follows; or with `d/dx (…)` or `du/dx` in it."""
    from matcalc_ref.derive import derive

    def slope(found: re.Match[str]) -> str:
        above, below = found[1] or found[3], found[2] or found[4]
        if above not in own or below not in key.scope.shapes:
            return found[0]
        return f" ({spelled(derive(own[above], scope.variable(below)).result)}) "

    text = _LINK.sub(slope, text)
    while found := _DERIVATIVE.search(text):
        name = found[1] or found[2]
        if name not in scope.shapes:
            break
        end = _closing(text, found.end())
        if found.start() and end is None:
            break
        inside = text[found.end() :] if not found.start() else text[found.end() : end]
        result = derive(_with(own, read(inside, scope)), scope.variable(name)).result
        if not found.start():
            return result
        text = f"{text[: found.start()]}({spelled(result)}){text[end:]}"
    return read_kindly(text, scope, key.shape)


def _closing(text: str, start: int) -> int | None:
    """Where the bracket that opens at `start` has been closed, an exponent after it included; None where none
    opens or it stays open.
    """
    depth = 0
    for at, c in enumerate(text[start:], start):
        depth += (c in "([{") - (c in ")]}")
        if depth == 0:
            if at == start:
                return None
            power = re.compile(r"\s*(?:\.?\^|\*\*)\s*-?(?:\w+|(?=[({]))|[ᵀ⁰-⁹²³]+").match(text, at + 1)
            if power is None:
                return at + 1
            bracketed = _closing(text, power.end()) if text[power.end() :][:1] in ("(", "{") else None
            return bracketed or power.end()
    return None


def form(node: Node) -> Node:
    """A tree up to the order of sums and products and the numbers in a product, but not further simplified.

    Two lines of a derivation that say the same in the same way have one form; an expanded product has
    another.
    """
    return node.map(_tidy)


def _tidy(node: Node) -> Node:
    if not isinstance(node, Apply) or node.operation not in ("add", "mul"):
        return node
    flat: list[Node] = []
    for argument in node.arguments:
        same = isinstance(argument, Apply) and argument.operation == node.operation
        flat += argument.arguments if same and isinstance(argument, Apply) else [argument]
    if node.operation == "mul":
        factor = Number(_product([n for n in flat if isinstance(n, Number)]))
        rest = [n for n in flat if not isinstance(n, Number)]
        flat = rest if factor.value == 1 and rest else [factor, *rest]
    flat.sort(key=repr)
    return (
        flat[0]
        if len(flat) == 1 and flat[0].shape == node.shape
        else Apply(node.operation, tuple(flat), node.shape)
    )


def _product(numbers: list[Number]) -> Fraction:
    result = Fraction(1)
    for number in numbers:
        result *= number.value
    return result
