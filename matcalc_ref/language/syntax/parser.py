"""From tokens to the surface of a formula: who stands next to what, before anything is known about shapes."""

from __future__ import annotations

from typing import Any

from matcalc_ref.language.scope import Scope
from matcalc_ref.language.syntax import operands
from matcalc_ref.language.syntax.cursor import Cursor
from matcalc_ref.language.syntax.labels import statement
from matcalc_ref.language.syntax.lexer import tokens
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.tokens import CLOSING, Token
from matcalc_ref.language.syntax.words import COMPARE

PRODUCTS = frozenset(["*", "/", "·", "⊙", "⊘", "@", "kron"])


def parse(text: str, scope: Scope) -> Piece:
    """The surface of `text`. Raises Refusal."""
    return statement(Parser(text, tokens(text, scope)))


class Parser(Cursor):
    """Recursive descent, one method a level; see docs/language.md for what binds tighter."""

    def atom(self) -> Piece:
        return operands.atom(self)

    def exponent(self, base: Piece) -> Piece:
        return operands.exponent(self, base)

    # sums, comparisons, cases

    def expr(self, commas: bool = False) -> Piece:
        """A formula; `commas` says whether commas may separate cases here."""
        first = self.logic()
        return self.cases(first, commas) if self.sign("if") else first

    def cases(self, value: Piece, commas: bool) -> Piece:
        parts, separators = [], (";", "\\\\", ",") if commas else (";", "\\\\")
        otherwise = None
        while True:
            self.next()
            parts += [value, self.test()]
            more = self.sign(*separators)
            if more:
                self.next()
            if self.sign("otherwise"):
                self.next()
                otherwise = self.expr(commas) if not more and not commas else self.logic()
                break
            if not more or self.tok.kind == "stop" or self.sign("}", ")"):
                break
            value = self.logic()
            if self.sign("otherwise"):
                self.next()
                otherwise = value
                break
            if not self.sign("if"):
                raise self.fail("cases-when", value.start, value.end)
        end = (otherwise or parts[-1]).end
        return Piece("cases", otherwise, parts, parts[0].start, max(end, self.toks[self.at - 1].end))

    def test(self) -> Piece:
        self.condition += 1
        result = self.logic()
        self.condition -= 1
        return result

    def logic(self) -> Piece:
        if self.sign("not"):
            token = self.next()
            part = self.compare()
            result = Piece("logic", "not", [part], token.start, part.end)
        else:
            result = self.compare()
        while self.sign("and", "or") or (self.sign("&") and self.bracket != "cells"):
            word = "or" if self.next().value == "or" else "and"
            right = self.logic()
            result = Piece("logic", word, [result, right], result.start, right.end)
        return result

    def compare(self) -> Piece:
        parts, signs = [self.sum()], []
        while self.sign(*COMPARE) and (self.condition or not self.sign("=")):
            signs.append(COMPARE[self.next().value])
            parts.append(self.sum())
        return Piece("compare", signs, parts, parts[0].start, parts[-1].end) if signs else parts[0]

    def sum(self) -> Piece:
        parts: list[Piece] = []
        start = self.tok.start
        while True:
            negative, opened = False, self.tok
            while self.sign("+", "-"):
                negative ^= self.next().value == "-"
            term = self.dots() if parts and self.sign("...") else self.chain()
            if negative:
                term = Piece("neg", None, [term], opened.start, term.end)
            parts.append(term)
            if not self.sign("+", "-"):
                break
            if self.bracket and self.tok.space and not self.toks[self.at + 1].space:
                self.loose = True
            if self.bracket == "split" and self.tok.space and not self.toks[self.at + 1].space:
                break  # `[1 -1]`
        return parts[0] if len(parts) == 1 else Piece("add", None, parts, start, parts[-1].end)

    # products

    def chain(self) -> Piece:
        """Runs of factors side by side, joined by product signs from left to right."""
        runs, signs = [self.run()], [""]
        while self.sign(*PRODUCTS):
            sign = self.next()
            tight = not sign.space and not self.tok.space
            negative, opened = False, self.tok
            while self.sign("+", "-"):
                negative ^= self.next().value == "-"
            run = self.run()
            if sign.value == "/" and run.kind == "run":
                run, rest = self.after_slash(runs[0].start, sign, run, tight)
            else:
                rest = None
            if negative:
                run = Piece("neg", None, [run], opened.start, run.end)
            signs.append(sign.value)
            runs.append(run)
            if rest:
                signs.append("then")
                runs.append(rest)
        if len(runs) == 1:
            return runs[0]
        return Piece("chain", signs, runs, runs[0].start, runs[-1].end)

    def after_slash(self, start: int, sign: Token, run: Piece, tight: bool) -> tuple[Piece, Piece | None]:
        """What a `/` divides by where several factors follow: asked back, but for `2/N Σ…` and `2/N (…)`."""
        first, second = run.parts[0], run.parts[1]
        spaced = (
            any(c.isspace() for c in self.text[first.end : second.start])
            or "\\" in self.text[first.end : second.start]
        )
        inner = second
        while inner.kind in ("transpose", "power"):
            inner = inner.parts[0]
        if tight and spaced and inner.kind in ("bigsum", "group"):
            rest = run.parts[1:]
            return first, rest[0] if len(rest) == 1 else Piece("run", None, rest, second.start, run.end)
        above = self.slice(start, self.toks[self.at - 1].end)
        before, whole = self.slice(start, sign.start), self.slice(first.start, run.end)
        head, tail = self.slice(first.start, first.end), self.slice(second.start, run.end)
        raise self.fail(
            "fraction",
            start,
            run.end,
            (f"({before}/{head}) {tail}", f"{before}/({whole})"),
            whole=whole,
            head=head,
            above=above,
        )

    def run(self, bare: bool = False) -> Piece:
        """Factors side by side; in `sin 3x` (bare) up to the next function."""
        parts = [self.power()]
        while self.starts_operand():
            token = self.tok
            if bare and (token.kind == "name" and token.value.category == "function" or self.sign("Σ")):
                break
            if self.bracket and token.space:
                self.loose = True
                if self.bracket == "split":
                    break
            ahead = self.toks[self.at + 1] if token.kind == "num" else token
            if token.kind == "num" and not (
                token.value == 1 and (ahead.kind == "sub" or ahead.sign("[", "{", "_"))
            ):
                left, right = self.slice(parts[-1].start, parts[-1].end), self.slice(token.start, token.end)
                raise self.fail(
                    "sign-missing-one" if token.value == 1 else "sign-missing",
                    parts[-1].start,
                    token.end,
                    (f"{left}*{right}",),
                    left=left,
                    right=right,
                )
            if self.text[token.start : token.end] == "1" and token.kind == "fill" and _is_one(parts[-1]):
                after = self.toks[self.at + 1]
                raise self.fail(
                    "first-one", parts[-1].start, after.end if after.kind == "T" else token.end, ("1⃗ 1⃗ᵀ",)
                )
            factor = self.power()
            if (
                parts[-1].kind == "name"
                and factor.kind == "group"
                and not token.space
                and self.callable(parts[-1])
            ):
                factor = Piece("call?", parts[-1], [factor], parts.pop().start, factor.end)
            parts.append(factor)
        return parts[0] if len(parts) == 1 else Piece("run", None, parts, parts[0].start, parts[-1].end)

    @staticmethod
    def callable(piece: Piece) -> bool:
        return piece.value.category in ("variable", "sample", "unknown")

    def power(self) -> Piece:
        base = self.postfix(operands.atom(self))
        while self.sign("^", ".^"):
            sign = self.next()
            if self.sign("{") and self.toks[self.at + 1].kind == "T":  # ^{\!\top}
                self.next()
            if self.tok.kind == "T":
                written = self.next()
                if self.sign("}") and self.toks[self.at - 2].value == "{":
                    self.next()
                end = self.toks[self.at - 1].end
                base = self.postfix(Piece("transpose", written.value, [base], base.start, end))
                continue
            label = self.label()
            exponent = operands.exponent(self, base)
            if self.index_follows():  # x^2_i is x_i^2
                base = operands.with_order(self, base) if base.kind == "norm" else self.subscript(base)
            end = max(exponent.end, self.toks[self.at - 1].end)
            base = Piece("power", sign.value, [base, exponent], base.start, end, {"label": label})
            base = self.postfix(base)
        return base

    def label(self) -> str:
        """The 2 of `x^{(2)}`, which may be the second sample or layer as well as a square; else ""."""
        toks = self.toks[self.at : self.at + 5]
        if len(toks) < 5 or not toks[0].sign("{") or not toks[1].sign("(", "["):
            return ""
        inner = toks[2]
        closed = toks[3].depth == toks[4].depth == -1 and inner.kind in ("num", "name")
        return self.text[inner.start : inner.end] if closed else ""

    # what stands behind an operand

    def postfix(self, base: Piece) -> Piece:
        while True:
            token = self.tok
            if self.index_follows():
                base = self.subscript(base)
            elif token.kind == "T":
                if self.bracket == "split" and token.space:
                    return base
                self.next()
                base = Piece("transpose", token.value, [base], base.start, token.end)
            elif token.kind == "method":
                self.next()
                arguments, named = operands.arguments(self, token)
                end = self.toks[self.at - 1].end
                base = Piece("call", token.value, [base, *arguments], base.start, end, {"named": named})
            elif (
                self.sign("[")
                and not token.space
                and base.kind == "name"
                and base.value.category == "variable"
            ):
                here = self.at
                inner = operands.atom(self)
                if inner.kind == "indicator" or inner.kind == "bracket" and len(inner.value) > 1:
                    self.at = here
                    return base
                base = Piece("item", None, [base, *inner.parts], base.start, inner.end)
            else:
                return base

    def subscript(self, base: Piece) -> Piece:
        """`x_i` (the raw letters are kept), or `s_{i+k}` and `A_{i,:}` (formulas, `:` as None)."""
        token = self.next()
        if token.kind == "sub":
            return Piece("sub", token.value, [base], base.start, token.end)
        opened = self.tok
        if not self.sign("{", "("):
            if not self.starts_operand():
                raise self.unexpected()
            inner = operands.atom(self)
            return Piece("sub", None, [base, inner], base.start, inner.end)
        self.next()
        bracket, self.bracket = self.bracket, ""
        parts: list[Any] = []
        while True:
            if self.sign(":"):
                colon = self.next()
                parts.append(Piece("colon", None, [], colon.start, colon.end))
            else:
                parts.append(self.test())
            if not self.sign(","):
                break
            self.next()
        self.bracket = bracket
        closing = self.expect(CLOSING[opened.value], opened)
        return Piece("sub", None, [base, *parts], base.start, closing.end)


def _is_one(piece: Piece) -> bool:
    return piece.kind == "num" and piece.value == 1
