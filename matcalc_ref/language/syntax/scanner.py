"""Where the lexer stands in the text, and the tokens that it has so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matcalc_ref.language.scope import Scope
from matcalc_ref.language.syntax.tokens import Reader, Token

MAX_TOKENS = 1500


class Scanner(Reader):
    """A place in the text. `Lexer` knows how to go on from it."""

    step: Callable[[], None]  # reads what stands here, and moves on

    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope, self.pos = text, scope, 0
        self.out: list[Token] = []
        self.space = self.aligned = self.mixed = self.cases = False
        self.upper = -1  # where the upper bound of a sum is one letter
        self.latex = "\\" in text

    def in_matrix(self) -> bool:
        kinds = [token.kind for token in self.out]
        return kinds.count("begin") > kinds.count("end")

    def take(self, kind: str, value: Any, end: int) -> None:
        """What stands between here and `end` as one token; goes on from there."""
        start, self.pos = self.pos, end
        self.emit(kind, value, start, end)

    def emit(self, kind: str, value: Any, start: int, end: int) -> None:
        if len(self.out) >= MAX_TOKENS:
            raise self.fail("tokens-many", start)
        last = self.out[-1] if self.out else None
        digit = self.text[last.start : last.end] if last and last.kind == "num" else ""
        if kind == "T" and last and digit == "11":
            raise self.fail("eleven", last.start, end, ("1⃗1⃗ᵀ",))
        if kind == "T" and last and digit in ("0", "1") and value in ("ᵀ", "⊤", "^T", ".T", "'", "top"):
            # 1ᵀ, 0ᵀ: a number needs no transpose, so the vector is meant
            vector = "ones" if digit == "1" else "zeros"
            self.out[-1] = Token("fill", vector, last.start, last.end, last.space)
        self.out.append(Token(kind, value, start, end, self.space))
        self.space = False
