"""Where the parser stands among the tokens, and what the pieces of the grammar ask of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.sentences import say
from matcalc_ref.language.syntax.surface import Piece, leaf
from matcalc_ref.language.syntax.tokens import Reader, Token


class Cursor(Reader):
    """A place in the tokens, and in which brackets it lies. `Parser` fills in the levels of the grammar."""

    expr: Callable[..., Piece]  # what binds least; the others bind tighter and tighter
    logic: Callable[[], Piece]
    test: Callable[[], Piece]
    sum: Callable[[], Piece]
    chain: Callable[[], Piece]
    run: Callable[..., Piece]
    power: Callable[[], Piece]
    atom: Callable[[], Piece]
    subscript: Callable[[Piece], Piece]  # behind an operand
    exponent: Callable[[Piece], Piece]

    def __init__(self, text: str, toks: list[Token]) -> None:
        self.text, self.toks, self.at = text, toks, 0
        self.latex = "\\" in text
        self.bars: list[str] = []  # absolute values and norms that are open here
        self.condition = 0  # inside a condition a single `=` compares
        self.bracket = ""  # "" outside brackets, "plain", "lines" where these are rows, "split" at spaces
        self.steps = 0
        self.read: dict[Any, tuple[Any, int]] = {}  # operands that were read, by where and in what
        self.loose = False  # whether a space stood between two operands of a bracket

    @property
    def tok(self) -> Token:
        return self.toks[self.at]

    @property
    def end(self) -> int:
        """Where what was read last ends."""
        return self.toks[self.at - 1].end

    def sign(self, *signs: str) -> bool:
        return self.tok.sign(*signs)

    def index_follows(self) -> bool:
        return self.tok.kind == "sub" or self.sign("_")

    def next(self) -> Token:
        token = self.toks[self.at]
        self.at += token.kind != "stop"
        return token

    def accept(self, *signs: str) -> bool:
        """Passes over one of these signs; whether one stood here."""
        found = self.sign(*signs)
        self.at += found
        return found

    def minus(self) -> bool:
        """Passes over plus and minus signs; whether they make negative what follows."""
        negative = False
        while self.sign("+", "-"):
            negative ^= self.next().value == "-"
        return negative

    def slice(self, start: int, end: int) -> str:
        return self.text[start:end].strip()

    def said(self, piece: Piece | Token) -> str:
        return self.slice(piece.start, piece.end)

    def dots(self) -> Piece:
        return leaf("dots", self.next())

    def expect(self, closing: str, opened: Token) -> Token:
        if self.sign(closing):
            return self.next()
        if self.tok.kind == "stop":
            raise self.fail("never-closed", opened.start, opened.end, opened=opened)
        raise self.unexpected(say("hint-missing", closing=closing) if closing in ")]}|‖" else "")

    def unexpected(self, more: str = "") -> Refusal:
        token = self.tok
        if token.kind == "stop":
            if not self.text.strip():
                return Refusal(say("empty"), None, self.text)
            last = self.toks[self.at - 1] if self.at else token
            return self.fail("missing-end", last.start, last.end)
        written = self.text[token.start : token.end].strip() or str(token)
        if self.sign(")", "]", "}"):
            return self.fail("closes-nothing", token.start, token.end, written=written, hint=more)
        if self.sign("...") and not more:
            more = say("hint-dots")
        return self.fail("cannot-stand", token.start, token.end, written=written, hint=more)

    def breaks_off(self, start: int | None = None, end: int | None = None) -> bool:
        """Whether only spaces and the end of a line stand there, else before what comes next."""
        gap = self.text[self.end if start is None else start : self.tok.start if end is None else end]
        return gap.isspace() and len(f"{gap}.".splitlines()) > 1

    def starts_operand(self) -> bool:
        token = self.tok
        if token.kind == "sign":
            if token.value in ("|", "‖"):
                written = self.text[token.start : token.end]
                if written in ("\\lvert", "\\lVert"):
                    return True
                return token.value not in self.bars and not (written == "||" and "|" in self.bars)
            return token.value in ("(", "[", "{", "⟨", "Σ")
        return token.kind in ("num", "name", "fill", "deriv", "frac", "sqrt", "begin", "indicator")

    def inside(self) -> tuple[list[str], str, int]:
        """Enter parentheses: bars and brackets outside do not matter here. To be handed back to `outside`."""
        state = self.bars, self.bracket, self.condition
        self.bars, self.bracket, self.condition = [], "", 0
        return state

    def outside(self, state: tuple[list[str], str, int]) -> None:
        self.bars, self.bracket, self.condition = state

    def expr_or_test(self) -> Piece:
        """A formula, or a condition in which a single `=` compares."""
        here, result = self.at, self.expr()
        if self.sign("="):
            self.at = here
            result = self.test()
        return result
