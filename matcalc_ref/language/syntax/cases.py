"""Cases in words and signs: `a if z > 0; b otherwise`, `if z > 0 then a else b`, `z > 0 ? a : b`."""

from __future__ import annotations

from contextlib import suppress

from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.syntax.behind import Behind
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.tokens import Token


class Cases(Behind):
    """The part of the parser for a value that is one of several."""

    def ternary(self, test: Piece) -> Piece:
        """`z > 0 ? a : b` of C and Julia."""
        opened = self.next()
        value = self.logic()
        if not self.sign(":"):
            raise self.fail("if-then", opened.start, value.end)
        self.next()
        otherwise = self.expr()
        return Piece("cases", otherwise, [value, test], test.start, otherwise.end)

    def comma_before_if(self) -> None:
        if self.sign(",") and self.toks[self.at + 1].sign("if", "otherwise"):
            self.next()

    def cases(self, value: Piece, commas: bool) -> Piece:
        parts, separators = [], (";", "\\\\", ",") if commas else (";", "\\\\")
        otherwise = None
        while True:
            self.next()
            test, following = self.also(self.test()) if commas else self.test(), None
            joined = test.kind == "logic" and test.value == "and" and not _is_condition(test.parts[1])
            if joined and self.ends_a_case():  # `a if z > 0 and b otherwise`
                test, following = test.parts
            parts += [value, test]
            if following is not None:
                value = following
                if self.sign("if"):
                    continue
                self.next()
                otherwise = value
                break
            more = self.sign(*separators)
            if more:
                self.next()
            elif self.sign(",") and (last := self.value_otherwise()):  # diag(a if x_i > 0, b otherwise)
                otherwise = last
                break
            else:
                self.comma_before_if()
            if self.accept("otherwise"):
                otherwise = self.if_then_else() if self.sign("if") else self.logic()
                if self.sign("if"):  # `a if … else b if … else c` of Python
                    otherwise = self.cases(otherwise, commas)
                break
            if not more or self.tok.kind == "stop" or self.sign("}", ")"):
                break
            value = self.logic()
            self.comma_before_if()
            if self.accept("otherwise"):
                otherwise = value
                break
            if not self.sign("if"):
                raise self.fail("cases-when", value.start, value.end)
        end = (otherwise or parts[-1]).end
        return Piece("cases", otherwise, parts, parts[0].start, max(end, self.end))

    def also(self, test: Piece) -> Piece:
        """A condition and further ones behind commas, as in `2z if z > 0, t > 0; 0 otherwise`."""
        while self.sign(","):
            here, condition = self.at, self.condition
            self.next()
            with suppress(Refusal):
                more = self.test()
                last = self.tok.kind == "stop" or self.sign(";", "\\\\", ",", "}", "otherwise")
                self.comma_before_if()
                if _is_condition(more) and last and not self.ends_a_case():
                    test = Piece("logic", "and", [test, more], test.start, more.end)
                    continue
            self.at, self.condition = here, condition
            break
        return test

    def if_then_else(self) -> Piece:
        """`if z > 0 then a else b`."""
        opened, test = self.next(), self.test()
        if not self.sign("then", ",", ":"):
            raise self.fail("if-then", opened.start, test.end)
        self.next()
        parts, otherwise = [self.logic(), test], None
        if self.sign(",", ";") and self.toks[self.at + 1].sign("otherwise"):
            self.next()
        if self.accept("otherwise"):
            self.accept(":")
            otherwise = self.expr()
        return Piece("cases", otherwise, parts, opened.start, self.end)

    def value_otherwise(self) -> Piece | None:
        """The last case behind a comma, where commas may part other things as well; None if there is none."""
        here = self.at
        self.next()
        with suppress(Refusal):
            value = self.logic()
            self.comma_before_if()
            if self.accept("otherwise") and not self.starts_operand():
                return value
        self.at = here
        return None

    def ends_a_case(self) -> bool:
        """Whether what was read belongs to the next case: `… and b if`, or `… and b otherwise` at the end."""
        if self.sign("otherwise"):
            here = self.at
            self.next()
            last = not self.starts_operand() and not self.sign("-", "+")
            self.at = here
            return last
        return self.sign("if")


def unwrapped(toks: list[Token]) -> list[Token]:
    """The tokens without the parentheses of `1 (if z > 0), 0 (otherwise)`."""
    dropped: set[int] = set()
    for at in range(1, len(toks) - 1):
        if not (toks[at].sign("(") and toks[at + 1].sign("if", "otherwise")):
            continue
        depth = 1
        for end in range(at + 1, len(toks)):
            depth += toks[end].depth
            if depth == 0:
                dropped |= {at, end}
            if depth == 0 or depth == 1 and toks[end].sign("then", ",", ";", ":"):
                break
    return [token for at, token in enumerate(toks) if at not in dropped]


def _is_condition(piece: Piece) -> bool:
    inside = piece.without("group")
    return inside.is_condition or inside.kind == "indicator"
