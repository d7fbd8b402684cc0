"""What stands behind an operand: indices, transposes, methods, places in brackets."""

from __future__ import annotations

from contextlib import suppress

from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.syntax import operands
from matcalc_ref.language.syntax.brackets import all_hold, bracket
from matcalc_ref.language.syntax.cursor import Cursor
from matcalc_ref.language.syntax.surface import Piece, conditions, is_one, leaf
from matcalc_ref.language.syntax.tokens import CLOSING, Token
from matcalc_ref.language.syntax.words import COMPARE


class Behind(Cursor):
    """The part of the parser for what stands behind an operand."""

    def transposed(self, base: Piece, sign: str, end: int) -> Piece:
        """The transpose; `1^T_n` and `x^T_i` of a sample are those of `1_n` and `x_i`."""
        needs_index = base.kind == "fill" or is_one(base)
        needs_index |= base.kind == "name" and base.value.category in ("identity", "sample")
        if needs_index and self.index_follows():
            base = self.subscript(base)
            end = base.end
        return Piece("transpose", sign, [base], base.start, end)

    def postfix(self, base: Piece) -> Piece:
        while True:
            token = self.tok
            if self.index_follows():
                base = self.subscript(base)
            elif token.kind == "T":
                if self.bracket == "split" and token.space:
                    return base
                self.next()
                base = self.transposed(base, token.value, token.end)
            elif token.kind == "method":
                self.next()
                arguments, named = operands.arguments(self, token)
                end = self.end
                base = Piece("call", token.value, [base, *arguments], base.start, end, {"named": named})
            elif self.item_follows(base):
                base = self.item(base)
            else:
                return base

    def item_follows(self, base: Piece) -> bool:
        """Whether `[…]` holds places: anything behind a variable, numbers and indices behind an array."""
        if not self.sign("[") or self.tok.space:
            return False
        closing = next((k for k, t in enumerate(self.toks[self.at :]) if t.sign("]")), 0)
        inner = self.toks[self.at + 1 : self.at + closing]
        if any(t.sign(":") for t in inner) and not any(t.sign(*COMPARE) for t in inner):
            return True
        if base.kind == "name" and base.value.category == "variable":
            return not any(t.sign(";", "\\\\", *COMPARE) for t in inner)
        places = all(t.sign(",", "-") or t.kind == "num" or is_index(t) for t in inner)
        return places and base.kind in ("group", "call", "transpose", "item") and bool(inner)

    def item(self, base: Piece) -> Piece:
        here, row = self.at, None
        if base.kind != "name":
            with suppress(Refusal):
                row = bracket(self)  # which it is behind a number: (1/2)[1, 2]
        self.at = here
        opened = self.next()
        parts = self.places()
        closing = self.expect("]", opened)
        return Piece("item", None, [base, *parts], base.start, closing.end, {"row": row})

    def places(self) -> list[Piece]:
        """The indices between brackets, `:` among them."""
        bracket, self.bracket = self.bracket, ""
        parts: list[Piece] = []
        while True:
            if self.sign(":") or self.sign("*", "·") and self.toks[self.at + 1].sign(",", "}", "]"):
                parts.append(leaf("colon", self.next()))
            else:
                parts.append(self.test())
            if self.sign(":") or parts[-1].kind == "colon" and not self.sign(",", *CLOSING.values()):
                raise self.fail("slice", parts[-1].start, self.tok.end)
            if not self.sign(","):
                break
            self.next()
        self.bracket = bracket
        return parts

    def subscript(self, base: Piece) -> Piece:
        """`x_i` (the raw letters are kept), or `s_{i+k}` and `A_{i,:}` (formulas, `:` as None)."""
        token = self.next()
        if token.kind == "sub":
            return Piece("sub", token.value, [base], base.start, token.end)
        opened = self.tok
        if not self.sign("{", "("):
            if self.sign("+"):
                said = self.said(base)
                raise self.fail("positive-part", base.start, self.tok.end, (f"max(0, {said})",))
            if not self.starts_operand():
                raise self.unexpected()
            inner = operands.atom(self)
            return Piece("sub", None, [base, inner], base.start, inner.end)
        self.next()
        parts = self.spaced_places() or self.places()
        closing = self.expect(CLOSING[opened.value], opened)
        if len(parts) == 1 or conditions(parts):  # 1_{z>0, t>0}
            several = Piece("tuple", None, parts, parts[0].start, parts[-1].end)
            parts = [all_hold(parts[0] if len(parts) == 1 else several)]
        return Piece("sub", None, [base, *parts], base.start, closing.end)

    def spaced_places(self) -> list[Piece]:
        """The two places of `A_{i j}` and `A_{1 2}`, which only a space parts, and of `A_{i:}`; else none."""
        pair, closing = self.toks[self.at : self.at + 2], self.toks[self.at + 2 : self.at + 3]
        colons = [t.sign(":", "*", "·") for t in pair]  # A_{i:}, A_{i*}, A_{i·}
        one_colon = colons[0] != colons[-1]
        single = all(
            is_index(t) or t.kind == "num" and t.value in range(10) or colon
            for t, colon in zip(pair, colons, strict=True)
        )
        if not (closing and closing[0].sign("}") and single and (pair[1].space or one_colon)):
            return []
        self.at += 2
        return [leaf("colon" if colon else t.kind, t, t.value) for t, colon in zip(pair, colons, strict=True)]

    def hadamard_power(self, base: Piece) -> Piece:
        opened = self.next()
        self.next()
        exponent = self.sum()
        closing = self.expect("}", opened)
        return Piece("power", ".^", [base, exponent], base.start, closing.end, {"label": ""})


def is_index(token: Token) -> bool:
    return token.kind == "name" and token.value.category == "index"
