"""What one reading of one text holds, and what every rule of it may ask: shapes, names, refusals."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from matcalc_ref.language.meaning.unify import Sizes
from matcalc_ref.language.scope import Refusal, Scope, canonical
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import ONE, SCALAR, Shape, Size, show_shape
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.words import BARE, FUNCTIONS
from matcalc_ref.language.table import OPERATIONS, Misfit
from matcalc_ref.language.tree import Apply, Node

_NUMPY = re.compile(
    r"\b(?:np|numpy|torch|jnp|jax|tf)\.[a-z]|\bF\.(?:relu|sigmoid|softmax|softplus|tanh)\b|\b(?:axis|dim)\s*="
    r"|\.(?:sum|mean|prod|ravel|flatten|cumsum|astype|clip|clamp|float|t)\("
)
_FUNCTION_AND_NUMBER = re.compile(
    rf"([^\W\d_]*?)({'|'.join(sorted({*BARE, 'ln'}, key=len, reverse=True))})(\d+)([^\W\d_]*)"
)


@dataclass(slots=True)
class Operand:
    """A tree with its place in the text; `flat` while it may still take further factors; `literal` for a
    number as it was typed, or a quotient of two.
    """

    node: Node
    start: int
    end: int
    flat: bool = False
    literal: bool = False

    @staticmethod
    def of(node: Node, piece: Piece) -> Operand:
        return Operand(node, piece.start, piece.end)


class Context:
    """One reading of one text: the open sizes, the indices met so far. `Meaning` reads the pieces."""

    node: Callable[[Piece], Node]  # the tree of a piece of the surface
    operand: Callable[[Piece], Operand]

    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope, self.sizes = text, scope, Sizes()
        self.bound: list[str] = []
        self.uses: dict[str, list[Size]] = {}  # free index -> the sizes that it ran over
        self.seen: dict[str, list[Size]] = {}  # the same for every index, and never reset
        self.ties: list[tuple[str, str]] = []  # indices compared, as by δ_{ij} and j ≠ i
        self.zero_based = False
        self.numpy = _NUMPY.search(text) is not None  # there `*` and `**` are entry by entry
        self.arrays = self.numpy or "@" in text  # there they may be
        self.steps = 0

    @contextmanager
    def binding(self, *names: str) -> Iterator[dict[str, list[Size]]]:
        """What is read here stands under these indices. Gives what they run over, when it has been read."""
        outer, self.uses = self.uses, {}
        self.bound += names
        try:
            yield (inner := self.uses)
        finally:
            del self.bound[len(self.bound) - len(names) :]
            self.uses = outer
            self.note({name: inner[name] for name in inner.keys() - set(names)})

    def note(self, uses: Mapping[str, list[Size]]) -> None:
        """Remembers what some indices run over."""
        for name, sizes in uses.items():
            self.uses.setdefault(name, []).extend(sizes)

    # refusing

    def said(self, piece: Piece | Operand) -> str:
        return self.text[piece.start : piece.end].strip()

    def fail(
        self,
        sentence: str,
        /,
        *places: Piece | Operand,
        choices: Iterable[str] = (),
        unknown: str = "",
        **fields: Any,
    ) -> Refusal:
        """The refusal with this sentence of the table, filled in, at these places of the text."""
        at = (min(p.start for p in places), max(p.end for p in places))
        message = re.sub(r"[\w*+-]*\?\d+[\w*+?-]*", "?", say(sentence, **fields))  # a size that is still open
        certain = [choice for choice in choices if "?" not in choice]
        return Refusal(message, at, self.text, certain, sentence=sentence, unknown=unknown)

    def show(self, node: Node) -> str:
        return self.named(self.shape(node))

    def named(self, shape: Shape) -> str:
        """A shape for people, also where a size is still open."""
        if shape == SCALAR:
            return say("a-number")
        if "?" not in show_shape(shape):
            return show_shape(shape)
        return say("a-row" if shape[0] == ONE else "a-column" if shape[1] == ONE else "a-matrix")

    @staticmethod
    def sized(shape: Shape) -> str:
        """` (m×n)` behind what has this shape; nothing where it is still open."""
        return "" if "?" in show_shape(shape) else f" ({show_shape(shape)})"

    def some_size(self) -> str:
        """A size for examples."""
        return next((c for c in "nN" if c in self.scope.dimensions), min(self.scope.dimensions, default="n"))

    # shapes

    def shape(self, node: Node) -> Shape:
        return self.sizes.shape(node.shape)

    def scalar(self, node: Node) -> bool:
        return self.shape(node) == SCALAR

    def vector(self, node: Node) -> bool:
        return ONE in self.shape(node)

    def square(self, node: Node) -> bool:
        rows, columns = self.shape(node)
        return rows == columns and rows != ONE

    def make(self, operation: str, *nodes: Node) -> Node:
        """The operation applied, with open sizes solved. Raises Misfit."""
        shape = OPERATIONS[operation].shape(tuple(self.shape(n) for n in nodes), self.sizes.same)
        return Apply(operation, nodes, self.sizes.shape(shape))

    def stack(self, rows: list[list[Node]]) -> Node:
        """Blocks side by side and one below the other. Raises Misfit."""
        lines = [row[0] if len(row) == 1 else self.make("hstack", *row) for row in rows]
        return lines[0] if len(lines) == 1 else self.make("vstack", *lines)

    def fitting(self, operation: str, node: Node, piece: Piece) -> Node:
        """A function of one operand, refused in words where it does not fit."""
        try:
            return self.make(operation, node)
        except Misfit as misfit:
            need = misfit.reason if misfit.reason in ("square", "vector") else "other"
            made = operation == "diagonal" and self.vector(node) and not self.scalar(node)
            choices = (f"diag({self.said(piece)})",) if made else ()
            raise self.fail(
                "needs-" + need,
                piece,
                choices=choices,
                function=operation,
                said=self.said(piece),
                shape=self.show(node),
            ) from None

    # refusals that several rules share

    def unknown(self, word: str, piece: Piece) -> Refusal:
        head = word.rstrip("0123456789")
        if head != word and canonical(head) in self.scope.names:
            declared = self.scope.names[canonical(head)][1]
            entry, product = f"{declared}_{word[len(head) :]}", f"{declared}*{word[len(head) :]}"
            if self.scope.shapes.get(declared) == SCALAR:
                return self.fail("unknown-product", piece, choices=(product,), word=word)
            return self.fail("unknown-entry", piece, choices=(entry, product), word=word)
        if found := _FUNCTION_AND_NUMBER.fullmatch(word):  # ln2, sin2z
            before, function, number, rest = found.groups()
            head = f"{before} {function}".strip()
            more = (f"{head}({number}) {rest}", f"{head}^{number}({rest})") if rest else ()
            choices = (f"{head}({number}{rest})", *more)
            return self.fail("function-reach", piece, choices=choices, function=function)
        entries = re.findall(r"([^\W\d_])(\d+)", word)
        if "".join(name + number for name, number in entries) == word and all(
            self.scope.shapes.get(name, SCALAR) != SCALAR for name, _ in entries
        ):
            choice = " ".join(f"{name}_{number}" for name, number in entries)
            return self.fail("unknown-entries", piece, choices=(choice,), word=word)
        if word.lower() in ("none", "nothing", "null", "zero"):
            return self.fail("unknown", piece, choices=("0",), unknown=word, word=word, known="")
        if word.endswith("T") and canonical(word[:-1]) in self.scope.names:
            return self.fail("unknown-transpose", piece, choices=(f"{word[:-1]}^T",), word=word)
        if word[0] == "d" and canonical(word[1:]) in self.scope.names:
            return self.fail("differential", piece, unknown=word, word=word)
        near = len(word) > 1 and difflib.get_close_matches(
            word, [*self.scope.shapes, *self.scope.dimensions, *filter(str.islower, FUNCTIONS)], 1, 0.6
        )
        known = self.known_names()
        if near:
            return self.fail("unknown-near", piece, unknown=word, word=word, near=near[0], known=known)
        return self.fail("unknown", piece, unknown=word, word=word, known=known)

    def known_names(self) -> str:
        """A sentence with the names that are declared, or that none are."""
        names = [*self.scope.shapes, *sorted(self.scope.dimensions)]
        if not names:
            return say("hint-no-names")
        sentence = "hint-known-some" if names[12:] else "hint-known" if names[1:] else "hint-known-one"
        return say(sentence, names=", ".join(names[:12]))

    def mismatch(self, sentence: str, left: Operand, right: Operand) -> Refusal:
        a, b = self.shape(left.node), self.shape(right.node)
        said_a, said_b = self.said(left).lstrip("+-− "), self.said(right).lstrip("+-− ")
        hint = say("hint-transpose", right=said_b) if a == (b[1], b[0]) else ""
        return self.fail(
            sentence, left, right,
            left=said_a, left_shape=self.named(a), right=said_b, right_shape=self.named(b), hint=hint,
        )  # fmt: skip
