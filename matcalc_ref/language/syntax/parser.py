"""From tokens to the surface of a formula: who stands next to what, before anything is known about shapes."""

from __future__ import annotations

from itertools import pairwise

from matcalc_ref.language.scope import Scope
from matcalc_ref.language.syntax import operands
from matcalc_ref.language.syntax.brackets import all_hold
from matcalc_ref.language.syntax.cases import Cases, unwrapped
from matcalc_ref.language.syntax.exponents import exponent
from matcalc_ref.language.syntax.labels import statement
from matcalc_ref.language.syntax.lexer import tokens
from matcalc_ref.language.syntax.surface import Piece, is_one, parted
from matcalc_ref.language.syntax.tokens import Token
from matcalc_ref.language.syntax.words import COMPARE

PRODUCTS = frozenset(["*", "/", "·", "⊙", "⊘", "@", "kron", "solve"])


def parse(text: str, scope: Scope) -> Piece:
    """The surface of `text`. Raises Refusal."""
    return statement(Parser(text, unwrapped(tokens(text, scope))))


class Parser(Cases):
    """Recursive descent, one method a level; see docs/language.md for what binds tighter."""

    def atom(self) -> Piece:
        return operands.atom(self)

    def exponent(self, base: Piece) -> Piece:
        return exponent(self, base)

    # sums, comparisons, cases

    def expr(self, commas: bool = False) -> Piece:
        """A formula; `commas` says whether commas may separate cases here."""
        if self.sign("if"):
            return self.if_then_else()
        first = self.logic()
        self.comma_before_if()
        if self.sign("?"):
            return self.ternary(first)
        return self.cases(first, commas) if self.sign("if") else first

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
        while (
            self.sign("and", "or") or (self.sign("&") and self.bracket != "cells") or self.or_follows(result)
        ):
            word = "or" if self.next().value in ("or", "|") else "and"
            right = self.logic()
            result = Piece("logic", word, [result, right], result.start, right.end)
        return result

    def or_follows(self, before: Piece) -> bool:
        """Whether this bar joins two conditions, as in `(z > 0) | (t > 0)`, and opens no absolute value."""
        condition = before.kind == "group" and before.parts[0].is_condition
        if not (self.sign("|") and (condition or before.kind == "logic")):
            return False
        depth = 0
        for token in self.toks[self.at + 1 :]:
            depth += token.depth
            if depth == 0 or token.sign(*COMPARE):
                return depth > 0
        return False

    def compare(self) -> Piece:
        parts, signs = [self.sum()], []
        while self.sign(*COMPARE) and (self.condition or not self.sign("=")):
            signs.append(COMPARE[self.next().value])
            parts.append(self.sum())
        for left, middle in pairwise(parts[:-1]):
            self.no_two_conditions(left, middle, parts[-1])
        return Piece("compare", signs, parts, parts[0].start, parts[-1].end) if signs else parts[0]

    def no_two_conditions(self, left: Piece, middle: Piece, last: Piece) -> None:
        """Asks whether `z > 0 t > 0` is two conditions, or a product between two signs."""
        factors = middle.parts if middle.kind == "run" else []
        if left.kind == "num" or not factors or factors[0].kind != "num":
            return
        before, after = factors[0].end, factors[1].start
        if self.text[before:after].isspace():
            head, rest = self.slice(left.start, before), self.slice(after, last.end)
            choices = (f"{head} and {rest}", f"{head}*{rest}")
            raise self.fail("two-conditions", left.start, last.end, choices)

    def sum(self) -> Piece:
        parts: list[Piece] = []
        start = self.tok.start
        while True:
            opened, before, negative = self.tok, self.end, self.minus()
            if parts and self.breaks_off(before, opened.start) and self.breaks_off() and self.lines_count():
                raise self.fail("drawn", opened.start, self.end)
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
            self.no_loose_size(runs[-1], sign)
            opened, negative = self.tok, self.minus()
            run = self.run()
            divides, rest = sign.value, None
            if sign.value == "/" and run.kind == "run":
                if self.only_first(run, tight):
                    run, rest = parted(run)
                else:
                    divides = "/?"
            if negative:
                run = Piece("neg", None, [run], opened.start, run.end)
            signs.append(divides)
            runs.append(run)
            if rest:
                signs.append("then")
                runs.append(rest)
        if len(runs) == 1:
            return runs[0]
        return Piece("chain", signs, runs, runs[0].start, runs[-1].end)

    def no_loose_size(self, left: Piece, sign: Token) -> None:
        """Asks back what `I_n×n` is."""
        base = left.parts[0] if left.kind == "sub" else left
        sized = base.kind == "fill" or base.kind == "num" and base.value in (0, 1)
        sized |= base.kind == "name" and base.value.category == "identity"
        size = self.tok
        cross = sign.value == "*" and self.text[sign.start] in "×\\"
        if left.kind == "sub" and sized and cross and (_is_dimension(size) or size.kind == "num"):
            said, first = self.said(base), self.said(left)
            one, two = first.removeprefix(said).strip("_{}"), self.said(size)
            whole = self.slice(left.start, size.end)
            choices = (f"{said}_{{{one}×{two}}}", f"({first}) {two}")
            raise self.fail("size-or-product", left.start, size.end, choices, whole=whole)

    def only_first(self, run: Piece, tight: bool) -> bool:
        """Whether a `/` divides by the first of several factors only, as in `2/N Σ…` and `2/N (…)`."""
        gap = self.text[run.parts[0].end : run.parts[1].start]
        inner = run.parts[1].without("transpose", "power")
        spaced = any(c.isspace() for c in gap) or "\\" in gap
        return tight and spaced and (inner.kind in ("bigsum", "group") or inner.value == "sum")

    def run(self, bare: bool = False) -> Piece:
        """Factors side by side; in `sin 3x` (bare) up to the next function."""
        parts = [self.power()]
        while self.starts_operand() and not self.or_follows(parts[-1]):
            token = self.tok
            if bare and (token.kind == "name" and token.value.category == "function" or self.sign("Σ")):
                break
            if self.bracket == "lines" and self.breaks_off():
                break
            if self.bracket and token.space:
                self.loose = True
                if self.bracket == "split":
                    break
            self.no_two_lines(parts[0].start)
            self.no_number_behind(parts[-1])
            self.no_shape_beside(parts)
            parts.append(self.factor(parts.pop(), parts))
        return parts[0] if len(parts) == 1 else Piece("run", None, parts, parts[0].start, parts[-1].end)

    def factor(self, before: Piece, parts: list[Piece]) -> Piece:
        """The next factor, behind `before`, which joins the `parts` unless both together may be a call."""
        spaced, factor = self.tok.space, self.power()
        category = before.value.category if before.kind == "name" else ""
        if is_one(before) or category == "identity":
            factor = all_hold(factor)
        mean = category == "constant" and self.text[before.start : before.end] == "E"  # as in `E[x]`
        if mean and not spaced and factor.kind in ("group", "bracket"):
            inner = self.slice(factor.start + 1, factor.end - 1)
            raise self.fail("expectation", before.start, factor.end, (f"mean({inner})", f"e*({inner})"))
        argument = factor.without("power", "transpose")
        called = argument.kind == "group" and not spaced and category in ("variable", "sample", "unknown")
        # 6x(x^2+1)^2 is a product, x(1)^2 may be none
        if called and (argument is factor or argument.parts[0].kind in ("num", "name")):
            return Piece("call?", before, [argument], before.start, argument.end)
        parts.append(before)
        return factor

    def lines_count(self) -> bool:
        """Whether the end of a line says something: those of LaTeX, and those in brackets, say nothing."""
        return not (self.latex or self.bars or sum(t.depth for t in self.toks[: self.at]) > 0)

    def no_two_lines(self, start: int) -> None:
        """Asks back what two operands in two lines are."""
        if self.breaks_off() and self.lines_count():
            joined = " ".join(self.text.split())
            raise self.fail("two-lines", start, self.tok.end, (joined,))

    def no_number_behind(self, before: Piece) -> None:
        """Asks back what `x 2` and `1 1ᵀ` are."""
        token, after = self.tok, self.toks[self.at + 1 : self.at + 2]
        unknown = before.kind == "name" and before.value.category == "unknown"
        one = token.value == 1 and (after[0].kind == "sub" or after[0].sign("[", "{", "_"))
        if token.kind == "num" and not one and not unknown:
            left, right = self.said(before), self.said(token)
            ones = (f"{left} 1⃗",) if token.value == 1 else ()
            sentence, choices = "sign-missing-one" if ones else "sign-missing", (*ones, f"{left}*{right}")
            raise self.fail(sentence, before.start, token.end, choices, left=left, right=right)
        if token.kind == "fill" and self.said(token) == "1" and is_one(before):
            end = after[0].end if after[0].kind == "T" else token.end
            raise self.fail("first-one", before.start, end, ("1⃗ 1⃗ᵀ",))

    def no_shape_beside(self, parts: list[Piece]) -> None:
        """Refuses the `(n×1)`, `[n×1]` or `(n x 1)` that some write behind an answer to say its shape."""
        opened, *inner = self.toks[self.at : self.at + 6]
        if len(inner) < 5 or not (opened.sign("(", "[") and inner[3].sign(")", "]")):
            return
        sizes = all(t.kind == "num" or _is_dimension(t) for t in (inner[0], inner[2]))
        before = parts[-1]
        count = before.kind == "name" and before.value.category == "dimension"
        if before.kind in ("num", "frac") or count or not any(map(_is_dimension, (inner[0], inner[2]))):
            return  # a product of numbers
        ends = inner[4].kind == "stop" or inner[4].sign(",", ";", "if")
        if sizes and ends and self.text[inner[1].start : inner[1].end] in ("×", "\\times", "x"):
            shape = self.slice(opened.start, inner[3].end)
            whole = self.slice(parts[0].start, parts[-1].end)
            raise self.fail("shape-beside", parts[0].start, inner[3].end, (whole,), shape=shape)

    def power(self) -> Piece:
        base = self.postfix(operands.atom(self))
        while self.sign("^", ".^"):
            sign = self.next()
            if self.sign("{") and self.toks[self.at + 1].sign("⊙"):  # ^{\circ 2}
                base = self.postfix(self.hadamard_power(base))
                continue
            if self.sign("{") and self.toks[self.at + 1].kind == "T":  # ^{\!\top}
                self.next()
            if self.tok.kind == "T":
                written = self.next()
                if self.sign("}") and self.toks[self.at - 2].value == "{":
                    self.next()
                end = self.end
                base = self.transposed(base, written.value, end)
                base = self.postfix(base)
                continue
            label = self.label()
            upper = exponent(self, base)
            extra = {"label": label, "index": False}
            if self.index_follows():  # x^2_i is x_i^2
                extra["index"] = base.kind != "norm"
                base = operands.with_order(self, base) if base.kind == "norm" else self.subscript(base)
            end = max(upper.end, self.end)
            base = Piece("power", sign.value, [base, upper], base.start, end, extra)
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


def _is_dimension(token: Token) -> bool:
    return token.kind == "name" and token.value.category == "dimension"
