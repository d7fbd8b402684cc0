"""What a product is made of: numbers, names, groups, bars, fractions, functions with their arguments."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.syntax import environments
from matcalc_ref.language.syntax.brackets import all_hold, bracket
from matcalc_ref.language.syntax.cursor import Cursor
from matcalc_ref.language.syntax.surface import Piece, conditions, is_one, leaf
from matcalc_ref.language.syntax.tokens import CLOSING, Name, Token
from matcalc_ref.language.syntax.words import BARE, FUNCTIONS, LOOPS
from matcalc_ref.language.table import UNARY

NAMED = {name: name for name in ("axis", "keepdims", "order", "dtype", "min", "max")} | {
    "dim": "axis",
    "keepdim": "keepdims",
}
MAX_STEPS = 4_000  # some places are read twice before it is clear what they are


def atom(p: Cursor) -> Piece:
    """One operand. Where it was read here before, in the same circumstances, that is taken."""
    if p.tok.kind != "sign" and p.tok.kind != "name":
        return operand(p)
    key = (p.at, len(p.toks), p.bracket, p.condition > 0, tuple(p.bars))
    known = p.read.get(key)
    if known is None:
        try:
            known = operand(p), p.at
        except Refusal as refusal:
            known = refusal, p.at
        if key[1] == len(p.toks):
            p.read[key] = known
    result, p.at = known
    if isinstance(result, Refusal):
        raise result
    return result


def operand(p: Cursor) -> Piece:
    token = p.tok
    p.steps += 1
    if p.steps > MAX_STEPS:
        raise p.fail("intricate", token.start, token.end)
    if token.kind in ("num", "deriv"):
        return leaf(token.kind, p.next(), token.value)
    if token.kind == "name":
        if token.value.category == "function":
            return function(p)
        p.next()
        if token.value.category == "unknown" and token.value.written in LOOPS:
            raise p.fail("python-loop", token.start, token.end)
        if token.value.category == "identity" and p.sign("[") and not p.tok.space:
            here = p.at
            test = all_hold(bracket(p))
            if test.kind == "indicator":  # `I[z > 0]` as some books write the indicator
                return test
            p.at = here
        name = leaf("name", token, token.value)
        return _sized_identity(p, name) or name
    if token.kind in ("fill", "indicator"):
        p.next()
        return ones(p, token)
    if token.kind == "frac":
        p.next()
        return fraction(p, token)
    if token.kind == "sqrt":
        return root(p)
    if token.kind == "begin":
        return environments.environment(p)
    if p.accept("Σ"):
        return environments.bigsum(p, token)
    if p.sign("("):
        return group(p)
    if p.sign("["):
        return bracket(p)
    if p.sign("{"):
        return braces(p)
    if p.sign("|", "‖"):
        return bar(p)
    if p.accept("⟨", "<"):
        left = p.sum()
        p.expect(",", token)
        right = p.sum()
        closing = p.expect("⟩" if token.value == "⟨" else ">", token)
        return Piece("angle", None, [left, right], token.start, closing.end)
    raise p.unexpected()


def _sized_identity(p: Cursor, name: Piece) -> Piece | None:
    """`I(n)` is the identity of size n."""
    following = p.toks[p.at + 1 : p.at + 3]
    if name.value.category != "identity" or not p.sign("(") or p.tok.space or len(following) < 2:
        return None
    size, closing = following
    if not closing.sign(")") or size.kind != "name" or size.value.category != "dimension":
        return None
    p.at += 3
    return Piece("sub", None, [name, leaf("name", size, size.value)], name.start, closing.end)


def group(p: Cursor) -> Piece:
    opened = p.next()
    state = p.inside()
    parts = [p.expr()]
    while p.accept(","):
        if p.sign(")"):
            break
        parts.append(p.dots() if p.sign("...") else p.expr())
    if p.sign("=") and len(parts) == 1:  # (i = j) compares
        p.at = p.toks.index(opened) + 1
        parts = [p.test()]
    closing = p.expect(")", opened)
    p.outside(state)
    return Piece("group" if len(parts) == 1 else "tuple", None, parts, opened.start, closing.end)


def braces(p: Cursor) -> Piece:
    """A LaTeX group, cases, or the condition of an indicator."""
    opened = p.next()
    if p.tok.kind == "begin" and p.text[opened.start] == "\\":  # \left\{ \begin{array} … \right.
        inner = environments.environment(p, cases=True)
        p.accept("}")
        return inner
    state = p.inside()
    inner = p.expr(commas=True)
    if p.accept("over"):  # {1 \over 2}
        below = p.expr()
        inner = Piece("frac", None, [inner, below], inner.start, below.end)
    if p.sign("="):
        p.at = p.toks.index(opened) + 1
        inner = p.test()
    several = [inner]
    while p.sign(",") and inner.kind != "cases":  # {a, b} as Mathematica writes lists
        p.next()
        several.append(p.expr())
    rows = [several[k : k + 2] for k in range(0, len(several), 2)]
    in_cases = several[1:] and conditions(several[1::2]) and not any(it.is_condition for it in several[::2])
    while in_cases and p.sign(";", "\\\\"):
        rows.append(_case(p))
    closing = p.expect("}", opened)
    p.outside(state)
    if in_cases and len(rows) > 1:  # {1, z>0; 0, z<=0}
        return environments.case_rows(p, rows, opened.start, closing.end)
    if len(several) > 1:
        return Piece("tuple", None, several, opened.start, closing.end)
    if inner.kind in ("name", "num", "sub", "cases", "call", "transpose"):
        return inner
    return Piece("group", None, [inner], opened.start, closing.end)


def _case(p: Cursor) -> list[Piece]:
    """A value and its condition, behind a semicolon in braces."""
    p.next()
    row = [p.expr()]
    if p.accept(","):
        row.append(p.test())
    elif p.sign("otherwise"):
        row.append(leaf("otherwise", p.next()))
    return row


def bar(p: Cursor) -> Piece:
    opened = p.next()
    p.bars.append(opened.value)
    bracket, p.bracket = p.bracket, ""
    inner = p.expr()
    if (
        p.sign("‖") and opened.value == "|" and p.text[p.tok.start : p.tok.end] == "||"
    ):  # the middle of |x||y|
        token = p.tok
        halves = [
            Token("sign", "|", token.start + k, token.start + k + 1, token.space and not k) for k in (0, 1)
        ]
        p.toks[p.at : p.at + 1] = halves
    p.bars.pop()
    closing = p.expect(opened.value, opened)
    p.bracket = bracket
    kind = "norm" if opened.value == "‖" else "bars"
    result = Piece(kind, None, [inner], opened.start, closing.end)
    return with_order(p, result) if kind == "norm" and p.index_follows() else result


def with_order(p: Cursor, norm: Piece) -> Piece:
    """`‖x‖_2`: the norm that is meant anyway; of a matrix `‖A‖_F` is."""
    sub = p.subscript(norm)
    order = sub.value or p.said(sub.parts[1])
    if order not in ("2", "F"):
        raise p.fail("norm-order", sub.start, sub.end)
    return Piece("norm", order, norm.parts, norm.start, sub.end)


def ones(p: Cursor, token: Token) -> Piece:
    """`1⃗`, `1⃗_n`, and the bold 1 of an indicator: `𝟙[z > 0]`, `\\mathbb{1}_{z>0}`."""
    if p.sign("[", "(", "{"):
        here = p.at
        inner = all_hold(atom(p))
        test = inner.parts[0] if inner.kind in ("group", "indicator") else inner
        if test.is_condition:
            return Piece("indicator", None, [test], token.start, inner.end)
        p.at = here
    return leaf("fill", token, "ones" if token.kind == "indicator" else token.value)


def fraction(p: Cursor, token: Token) -> Piece:
    first = p.tok
    if first.kind == "num" and first.value.denominator == 1 and first.end - first.start == 2:  # \frac12
        p.next()
        digits = divmod(int(first.value), 10)
        parts = [
            Piece("num", type(first.value)(d), [], first.start + k, first.start + k + 1)
            for k, d in enumerate(digits)
        ]
        return Piece("frac", None, parts, token.start, first.end)
    above = atom(p)
    below = atom(p)
    return Piece("frac", None, [above, below], token.start, p.end)


def root(p: Cursor) -> Piece:
    token = p.next()
    degree = None
    if p.accept("["):
        degree = p.expr()
        p.expect("]", token)
    inner = atom(p)
    if degree is None:
        return Piece("call", "sqrt", [inner], token.start, inner.end)
    return Piece("root", None, [inner, degree], token.start, inner.end)


def function(p: Cursor) -> Piece:
    token = p.next()
    name: Name = token.value
    if name.key in ("sum", "prod") and (p.tok.kind == "sub" or p.sign("_", "^")):
        return environments.bigsum(p, token)
    power = None
    prime = 0
    while p.tok.kind == "T" and p.tok.value == "'":
        prime += 1
        p.next()
    if p.index_follows() and name.key in ("max", "min"):
        raise p.fail("max-one", token.start, p.tok.end, function=name.key)
    if p.index_follows():
        raise p.fail("function-index", token.start, p.tok.end, function=name.written)
    if p.accept("^"):
        power = p.exponent(leaf("name", token, name))
    extra: dict[str, Any] = {"prime": prime, "written": name.written}
    if p.sign("(", ".(") or (p.sign("{") and name.key not in BARE):
        extra["dotted"] = p.sign(".(")
        parts, extra["named"] = arguments(p, token)
        end = p.end
    elif p.sign("{") and not prime:  # \sin{\left(z\right)} as SymPy prints it: the braces hold all of it
        part = braces(p)
        parts, end = [part.without("group")], part.end
    elif p.sign("[") and not prime:
        part = bracket(p)
        end = part.end
        if name.key == "sqrt" and p.sign("{", "("):  # sqrt[3]{z}
            radicand = atom(p)
            return Piece("root", None, [radicand, *part.parts], token.start, radicand.end)
        several = part.kind == "bracket" and len(part.value) == 1 and name.key not in BARE
        several = several and "split" not in part.extra
        alone = len(part.parts) == 1 and ("split" not in part.extra or name.key in UNARY)  # Sin[2 z]
        parts = part.parts if several or alone else [part]
    elif p.tok.kind == "begin" and not prime:
        parts = [environments.environment(p)]
        end = parts[0].end
    elif name.key in BARE and not prime and p.starts_operand():
        closed = p.sign("|", "‖") or p.tok.kind == "frac"  # ln|z| t
        part = p.power() if closed else p.run(bare=True)
        _no_far_reach(p, token, part)
        parts, end = [part], part.end
    else:
        raise p.fail("function-of-what", token.start, token.end, function=name.written)
    call = Piece("call", name.key, parts, token.start, end, extra)
    if power is None:
        return call
    _no_inverse(p, call, power)
    return Piece("power", "^", [call, power], token.start, end)


def _no_inverse(p: Cursor, call: Piece, power: Piece) -> None:
    """Asks back what `sin^{-1}(z)` is."""
    upper, word, parts = power.without("group"), call.extra["written"], call.parts
    if upper.kind == "neg" and is_one(upper.parts[0]):
        inside = p.slice(parts[0].start, parts[-1].end) if parts else ""
        inverse = (f"arc{word}({inside})",) if "arc" + word in FUNCTIONS else ()
        over = f"1/{word}({inside})" if call.value in BARE else f"inv({word}({inside}))"
        raise p.fail("inverse-function", call.start, call.end, (over, *inverse), function=word)


def _pass_over(p: Cursor) -> None:
    """A value that says nothing about the formula, such as that of `dtype=float`."""
    depth = 0
    while p.tok.kind != "stop" and (depth or not p.sign(",", ")", "]", "}")):
        depth += p.next().depth


_GAP = re.compile(r"\s|~|\\[,;:! ]|\\q?quad|\\left")


def _no_far_reach(p: Cursor, function: Token, argument: Piece) -> None:
    """Asks back whether `cos u (1 + z)` is the cosine of a product, or a product with a cosine."""
    parts = argument.parts if argument.kind == "run" else []
    for before, part in pairwise(parts):
        gap, group = (
            p.text[before.end : part.start],
            part.without("transpose", "power", "sub").kind == "group",
        )
        far = _GAP.search(gap) and (group or "\\" in gap)
        if far and not (before.kind == "num" and gap.strip() == "\\left"):  # sin 2\left(z+1\right)
            written = p.slice(function.start, argument.start)
            head, rest = p.slice(argument.start, before.end), p.slice(before.end, argument.end)
            whole = p.said(argument)
            choices = (f"{written}({head}) {rest}", f"{written}({whole})")
            raise p.fail("function-reach", function.start, argument.end, choices, function=written)
    if function.value.written in ("√", "∛") and parts:
        sign = function.value.written
        head, rest, whole = p.said(parts[0]), p.slice(parts[1].start, argument.end), p.said(argument)
        raise p.fail(
            "root-reach", function.start, argument.end, (f"{sign}({head}) {rest}", f"{sign}({whole})")
        )


def arguments(p: Cursor, owner: Token) -> tuple[list[Piece], dict[str, Piece]]:
    opened = p.next()
    if opened.value not in CLOSING:
        raise p.fail("call-missing", owner.start, opened.end)
    state = p.inside()
    parts: list[Piece] = []
    named: dict[str, Piece] = {}
    while not p.sign(CLOSING[opened.value]):
        ahead = p.toks[p.at + 1] if p.tok.kind == "name" else p.tok
        if ahead.sign("=") and p.tok.kind == "name" and p.tok.value.written in NAMED:
            word = NAMED[p.next().value.written]
            p.next()
            if word not in ("order", "dtype"):
                named[word] = p.expr()
            else:
                _pass_over(p)
        elif ahead.sign(":") and p.tok.kind == "name":
            index = p.next()
            p.next()
            size = p.expr()
            parts.append(Piece("range", index.value.written, [size], index.start, size.end))
        elif p.sign("..."):
            parts.append(p.dots())
        else:
            parts.append(p.expr_or_test())
        if p.sign(","):
            p.next()
        elif not (p.sign("...") or parts and parts[-1].kind == "dots"):  # `diag(… x_i …)`
            break
    p.expect(CLOSING[opened.value], opened)
    p.outside(state)
    return parts, named
