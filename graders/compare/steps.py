"""Derivations: lines of a text, each against the line before; the record's way-points where steps are asked
for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from graders.compare.answers import NotReadable, Packed, items_of, what_it_is
from graders.compare.key import Key, declared, read_kindly
from matcalc_ref.language import Node, Refusal, Scope, read
from matcalc_ref.language.tree import Apply, Number, Variable

MOST_LINES = 60


@dataclass(frozen=True)
class Line:
    """One line as read: the trees that stand on it, joined by `=`. `text` is as written; numbered from 1."""

    number: int
    text: str
    nodes: tuple[Node, ...]
    defines: str | None = None


class UnreadableLine(Exception):
    """A line of a derivation that cannot be read, and why."""

    def __init__(self, number: int, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.number, self.refusal = number, refusal


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
        try:
            line = _line(number, text, key, scope, own)
        except Refusal as refusal:
            raise UnreadableLine(number, refusal) from None
        if line.defines:
            own[line.defines] = line.nodes[-1]
        lines.append(line)
    return lines


def _line(number: int, text: str, key: Key, scope: Scope, own: Mapping[str, Node]) -> Line:
    pieces = [piece.strip() for piece in re.split(r"(?<![<>=!:≤≥≠])=(?!=)", text.strip("$ "))]
    defines = None
    if len(pieces) > 1 and re.fullmatch(r"[^\W\d_]\w{0,3}", pieces[0]) and pieces[0] not in scope.shapes:
        defines = pieces.pop(0)
    nodes = []
    first: Refusal | None = None
    for at, piece in enumerate(pieces):
        if not piece:
            continue
        try:
            node = _piece(piece, key, scope)
        except Refusal as refusal:
            if at == 0 and len(pieces) > 1:  # a name for the derivative, such as dy/dx
                first = refusal
                continue
            raise
        nodes.append(node.map(lambda n: own[n.name] if isinstance(n, Variable) and n.name in own else n))
    if not nodes:
        raise first or Refusal("There is nothing on this line.", text=text)
    return Line(number, text, tuple(nodes), defines)


_DERIVATIVE = re.compile(
    r"^\s*(?:\\frac\{\s*(?:d|\\partial)\s*\}\{\s*(?:d|\\partial)\s*(?:\\mathbf)?\{?(\w+)\}?\s*\}|(?:d|∂)\s*/\s*(?:d|∂)\s*(\w+))"
    r"\s*(.+)$"
)


def _piece(text: str, key: Key, scope: Scope) -> Node:
    """A formula; or `d/dx …`, the derivative of one."""
    found = _DERIVATIVE.match(text)
    if found and (found[1] or found[2]) in scope.shapes:
        from matcalc_ref.derive import derive

        return derive(read(found[3], scope), scope.variable(found[1] or found[2])).result
    return read_kindly(text, scope, key.shape)


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
