"""Text or LaTeX as tokens: one reader for both, so that every refusal can point at the student's own
characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from typing import Any

from matcalc_ref.language.scope import GREEK, SUBSCRIPTS, Refusal, Scope, canonical
from matcalc_ref.language.syntax import commands, frames, lefts, methods, names, tails
from matcalc_ref.language.syntax.scanner import Scanner
from matcalc_ref.language.syntax.tokens import SUPERSCRIPTS, Name, Token, is_letter
from matcalc_ref.language.syntax.words import FUNCTIONS, MODULES, SIGNS, STRANGERS

MAX_DEPTH, MAX_DIGITS = 40, 30

_NUMBER = re.compile(r"(?:\d+(?:\.|\{,\})\d+|\.\d+|\d+\.(?![\d*^/'A-Za-z(.])|\d+)")
_EXPONENT = re.compile(r"[eE]([+-]?)(\d+)(?![\d.])")
_CAST = re.compile(r"\.(?:astype\(['\"]?(?:float|int|bool|np\.\w+)\d*['\"]?\)|(?:copy|clone|detach)\(\))")
_GRADIENT = re.compile(
    r"(?:∇|\\nabla(?![A-Za-z]))\s*(?:_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[a-z]+\s*\{\w+\}|\\?\w+)\s*)?"
    r"(?:\\[a-z]+\s*\{\s*)?([A-Za-z]\w*)\}?"
)
_MODULE = re.compile(MODULES)
_TORCH = re.compile(r"torch\.(?:mm|mv)\b")
_THIN = r"\\(?:[!,;: ]|mathstrut|(?:script)+style|mkern-?[\d.]+mu)\s*"  # spaces that LaTeX sets before it
_FONT = r"\\(?:math(?:sf|rm|tt|bf|it)|text(?:sf|rm|bf|it)?|operatorname|rm|sf|bf|it)"
_TEE = rf"\\top|\\intercal|\\transp|⊤|ᵀ|T(?!r\()|[𝐓𝑇𝑻𝖳𝗧𝘛𝙏𝚃]|{_FONT}(?:\s*\{{\s*(?:T|tr)\s*\}}|\s+T\b)|\\prime"
_TRANSPOSE = re.compile(rf"\^\s*(?:\{{\s*){{0,2}}(?:{_THIN})*([-−–]?)\s*(?:{_TEE})")
_MARK = r"(?:†|[*+](?![\w.(\\√*])|\\(?:dagger|ast)(?![a-z]))"  # of a pseudoinverse, an adjoint
_UPPER = re.compile(rf"\^\s*(?:\{{\s*{_MARK.replace('*])', '*]|}})')}\s*\}}|{_MARK})|†")
_IN_PARENTHESES = re.compile(r"\^\s*\(\s*([-−–]?)\s*T\s*\)")
_NAME = (
    r"(?:\\(?:mathbf|boldsymbol|vec|bm)\s*\{?)?\s*\\?([A-Za-zα-ωΑ-Ω]\w*?)\}?"
    r"((?:_\{[^{}]{1,12}\}|_\w+|[₀-₉ᵢⱼₖₗₘₙ]+)?)"
)
_PARTIAL = r"(?:∂|\\partial\b|\\(?:mathrm|text|textrm)\{?d\}?|d)\s*"
_DERIVATIVES = tuple(
    re.compile(p)
    for p in (
        rf"(?:∂|\\partial\b)\s*{_NAME}\s*/\s*(?:∂|\\partial\b)\s*{_NAME}(?![\w\\])",
        rf"\\[dt]?frac\s*\{{\s*{_PARTIAL}{_NAME}\s*\}}\s*\{{\s*{_PARTIAL}{_NAME}\s*\}}",
        rf"\bd{_NAME}\s*/\s*d{_NAME}(?!\w)",
    )
)
_PLAIN = rf"(?:(?![{''.join(SUPERSCRIPTS)}ᵀᵗ⊤])[^\W_])+"
_SUBSCRIPT = re.compile(rf"_\s*(?:\\(?:text|mathrm|operatorname)\s*)?\{{\s*({_PLAIN})\s*\}}|_\s*({_PLAIN})")
_INNER = r"(?:[^()]|\((?:[^()]|\([^()]*\))*\)){1,200}"
_OF = rf"(?:(?:\\?\w+|\\[a-z]+\s*\{{\w+\}})?\s*(?:\\left)?\({_INNER}\)\s*)?"
_OPERATORS = tuple(  # `∂/∂x` and the like, before what they are applied to
    re.compile(p)
    for p in (
        rf"(?:∂|\\partial\b)\s*/\s*(?:∂|\\partial\b)\s*{_NAME}(?![\w\\])",
        rf"\\[dt]?frac\s*\{{\s*{_PARTIAL}{_OF}\}}\s*\{{\s*{_PARTIAL}{_NAME}\s*\}}",
        rf"(?:∂|\\partial\b)\s*\({_INNER}\)\s*/\s*(?:∂|\\partial\b)\s*{_NAME}(?![\w\\])",
        rf"\bd\s*\({_INNER}\)\s*/\s*d{_NAME}(?!\w)",
        rf"\bd\s*/\s*d{_NAME}(?!\w)",
    )
)
_INVISIBLE = "▒\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufe0f\ufeff"
_IN_SHAPE = re.compile(r"\s*(?:∈|\\in(?![a-z]))\s*(?:\\(?:mathbb|Bbb)\s*\{?\s*R\s*\}?|ℝ|R(?=\^))\s*\^.*")
_CHARACTERS: dict[str, tuple[str, Any]] = {  # that are a token by themselves
    **{c: ("T", c) for c in "ᵀ⊤ᵗ⊺"},
    **{c: ("name", Name("function", FUNCTIONS[c], c)) for c in "√∛∏Π"},
    **{c: ("num", Fraction(unicodedata.numeric(c)).limit_denominator(12)) for c in "½¼¾⅓⅔"},
    **{c: ("name", Name("constant", "e", c)) for c in "ℯⅇ"},
    "𝟙": ("indicator", "𝟙"), "𝟏": ("fill", "ones"), "𝟎": ("fill", "zeros"), "Σ": ("sign", "Σ"),
}  # fmt: skip
_LOOKS = dict(zip("АВЕКМНОРСТХаеорсхуΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTXaeopcxyABEZHIKMNOPTYXo", strict=True))
_FULL_STOP = re.compile(r"\.\s*(?:\\end\b|\\\\)")  # of a case in words
_SIGNS = sorted(SIGNS, key=len, reverse=True)
_SIGN = re.compile("|".join(map(re.escape, _SIGNS)))
_NOTHING = re.compile(  # x{}^T, norm(A, 'fro'), norm(x, ord=2)
    r"\{\s*\}(?=\s*[\^_])|(?<![\w.])return\s|(?<=[,\s])ord\s*=\s*(?=\d)"
    r"|,\s*(?:ord\s*=\s*)?(['\"])(?:fro|F)\1(?=\s*\))"
)


def tokens(text: str, scope: Scope) -> list[Token]:
    """The tokens of `text`, the last one of kind `stop`. Raises Refusal."""
    label = lefts.LABEL.match(text)  # a derivative on the left, however it is written
    if label and lefts.is_a_term_with_others(label["left"]):
        label = None
    if label and "d" not in scope.names and lefts.OPERATOR.match(label["left"]):
        return Lexer(text, scope).run(label)
    try:
        return Lexer(text, scope).run()
    except Refusal as refusal:
        if label is None or refusal.at is None or refusal.at[0] >= label.end():
            raise
        return Lexer(text, scope).run(label)


class Lexer(Scanner):
    """Reads a text from left to right."""

    def run(self, label: re.Match[str] | None = None) -> list[Token]:
        text = self.text
        self.pos, stop = frames.inside(text)
        if not self.latex and frames.drawn(text[self.pos : stop]):
            line = text[self.pos : stop].lstrip("\n").partition("\n")[0].strip()
            at = text.index(line, self.pos)
            raise self.fail("drawn", at, at + len(line))
        self.mixed = frames.MIXED.fullmatch(text) is not None
        self.aligned = frames.is_aligned(text)
        self.cases = frames.in_lines(text[self.pos : stop])
        stop = tails.without_ranges(text, self.pos, stop, self.scope)
        if label:
            lefts.label(self, label)
        depth = 0
        while self.pos < stop:
            before = len(self.out)
            self.step()
            for token in self.out[before:]:
                depth += token.depth
                if depth > MAX_DEPTH:
                    raise self.fail("nested", token.start)
        names.join_over_superscripts(self)
        self.emit("stop", "the end", stop, stop)
        return self.out

    def step(self) -> None:
        text, at = self.text, self.pos
        c = text[at]
        if c == "\n" and self.cases and self.out:
            self.take("sign", ";", at + 1)
        elif c.isspace() or self.blank(c):
            self.pos, self.space = at + 1, True
        elif c in "{,ro" and (found := _NOTHING.match(text, at)):
            self.pos = found.end()
        elif c in _INVISIBLE or c == "." and _FULL_STOP.match(text, at):
            self.pos = at + 1
        elif c == "~" and text[at + 1 : at + 2] != "=":
            self.take("sign", "not", at + 1)
        elif c in "'′’" or text.startswith(".'", at):  # .' as MATLAB has it
            self.take("T", "'", at + 1 + (c == "."))
        elif c.isascii() and c.isdigit() or c == "." and re.match(r"[0-9]", text[at + 1 : at + 2]):
            self.number()
        elif found := _CAST.match(text, at):
            self.pos = found.end()  # `.astype(float)` changes nothing
        elif c == "." and re.match(r"[A-Za-z]", text[at + 1 : at + 2]):
            methods.method(self)
        elif c in "^†" and (found := _UPPER.match(text, at)):
            self.take("T", "+" if "+" in found[0] else "†", found.end())
        elif c == "^" and "T" not in self.scope.names and (found := _IN_PARENTHESES.match(text, at)):
            self.take("T", "-T" if found[1] else "^T", found.end())
        elif c == "^" and (found := _TRANSPOSE.match(text, at)):
            self.transpose(found)
        elif c in "∂\\d" and self.differentiated():
            pass
        elif c in "∇\\" and (found := _GRADIENT.match(text, at)):
            self.take("deriv", (found[1], "", "", ""), found.end())
        elif c in "∈\\" and self.out and (found := _IN_SHAPE.match(text, at)):
            raise self.fail("shape-beside", at, found.end(), (text[:at].strip(),), shape=found[0].strip())
        elif c == "\\":
            commands.command(self)
        elif c == "{" and (found := commands.OLD_FONT.match(text, at)):
            commands.styled(self, found[1], at)
        elif c == "ᵗ" and "t" in self.scope.names:
            raise self.fail("transpose-or-t", at, at + 1, ("^T", "^(t)"))
        elif c in _CHARACTERS and not (c in GREEK and GREEK[c] in self.scope.names):
            self.take(*_CHARACTERS[c], at + 1)
        elif c in SUPERSCRIPTS:
            self.superscript()
        elif c == "_" or c in SUBSCRIPTS:
            self.subscript()
        elif found := _TORCH.match(text, at):
            self.take("name", Name("function", "matmul", found[0]), found.end())
        elif at == self.upper:  # LaTeX takes one letter of `^nx`
            self.emit("sign", "{", at, at)
            for kind, value, _ in names.pieces(self, c):
                self.emit(kind, value, at, at + 1)
            self.emit("sign", "}", at + 1, at + 1)
            self.pos = at + 1
        elif is_letter(c):
            module, first = _MODULE.match(text, at), len(self.out)
            self.pos = module.end() if module and text[module.end() : module.end() + 1].isalpha() else at
            names.word(self)
            self.out[first] = replace(self.out[first], start=at)
        elif found := _SIGN.match(text, at):
            self.take("sign", SIGNS[found[0]], found.end())
        else:
            raise self.stranger(c, at)

    def blank(self, c: str) -> bool:
        """Whether a sign is as good as a space here."""
        aligning = c == "&" and self.aligned and not self.in_matrix()
        return aligning or c == "~" and self.latex or c == "$" and self.mixed

    def stranger(self, c: str, at: int) -> Refusal:
        name = unicodedata.name(c, "").lower()
        if c in STRANGERS:
            return self.fail(STRANGERS[c], at)
        if c == "$":
            return self.fail("dollar", at)
        if c in "─│╱╲" or "\u239b" <= c <= "\u23b3":  # of SymPy's pprint
            return self.fail("drawn", at)
        if c in _LOOKS:
            return self.fail("look-alike", at, letter=_LOOKS[c], name=name)
        if c.isalpha() and (latin := re.search(r"letter (\w)\b", name)):
            return self.fail("look-alike", at, letter=latin[1], name=name)
        if c == "." and self.out and (word := re.match(r"\.\s+([A-Za-z]\w*)", self.text[at:])):  # x . w
            start, end = self.out[-1].start, self.out[-1].end
            dot = f"{self.text[start:end]}·{word[1]}"
            return self.fail("character", start, at + word.end(), (dot,), character=c)
        if c.isalpha():
            return self.fail("letter", at, letter=c, name=name)
        return self.fail("character" if c.isprintable() else "character-invisible", at, character=c)

    # numbers and words

    def number(self) -> None:
        text, start = self.text, self.pos
        found = _NUMBER.match(text, start)
        assert found
        end = found.end()
        if len(found[0]) > MAX_DIGITS:
            raise self.fail("digits-many", start, end, most=MAX_DIGITS)
        if text[end : end + 1] == "\u20d7":
            if found[0] not in ("0", "1"):
                raise self.fail("arrow", start, end)
            return self.take("fill", "ones" if found[0] == "1" else "zeros", end + 1)
        value = Fraction(found[0].replace("{,}", "."))
        power = _EXPONENT.match(text, end)
        if power:
            # `2e-1` may be 2e - 1; nobody writes 1e for e, so `1e-6` is a power of ten
            plain = found[0].isdecimal() and found[0] != "1" and not power[2].startswith("0")
            if plain and "e" not in self.scope.names:
                here = f"{found[0]}*10^({power[1]}{power[2]})"
                product = f"{found[0]}*e {power[1] or '*'} {power[2]}"
                raise self.fail("euler", start, power.end(), (here, product))
            if len(power[2]) > 4 or int(power[2]) > 200:
                raise self.fail("power-of-ten", start, power.end())
            if "e" not in self.scope.names:
                value *= Fraction(10) ** (int(power[2]) * (-1 if power[1] == "-" else 1))
                end = power.end()
        self.take("num", value, end)

    def subscript(self) -> None:
        """`_{…}` is read by the parser; `_ij` and `ᵢⱼ` are one token."""
        text, start = self.text, self.pos
        if text[start] in SUBSCRIPTS:
            end = _end_of(SUBSCRIPTS, text, start)
            index, equals, low = "".join(SUBSCRIPTS[c] for c in text[start:end]).partition("=")
            if not index.isalnum() or equals and not low.isdecimal():
                raise self.fail("subscript", start, end)
            self.take("sub", index, end)
            if equals:  # the `ᵢ₌₁` of a sum
                self.emit("sign", "=", start, end)
                self.emit("num", Fraction(low), start, end)
            return
        found = _SUBSCRIPT.match(text, start)
        if not found:
            self.take("sign", "_", start + 1)
        elif found[1]:
            self.take("sub", found[1], found.end())
        elif not self.latex:
            more = len(found[2]) > 1 and text.startswith("_", found.end())  # the next 1 of 1_n1_n
            end = found.end() - more
            self.take("sub", text[found.start(2) : end], end)
        else:  # LaTeX: one character only
            if len(found[2]) > 1 and found[2][:2].isdigit():
                raise self.fail("latex-subscript", start, found.end(), (f"_{{{found[2]}}}",))
            self.take("sub", found[2][0], found.start(2) + 1)

    def superscript(self) -> None:
        text, start = self.text, self.pos
        end = _end_of(SUPERSCRIPTS, text, start)
        end += text[end - 1] == "⁻" and text[end : end + 1] in [*"½¼¾⅓⅔"]  # z⁻½
        written = "".join(SUPERSCRIPTS.get(c, c) for c in text[start:end])
        if written == "-" and text[end : end + 1] in ("ᵀ", "⊤"):
            self.take("T", "-T", end + 1)
        elif written == "+":
            self.take("T", "+", end)
        else:
            self.emit("sign", "^", start, start)
            self.emit("sign", "(", start, start)
            for token in Lexer(written, self.scope).run()[:-1]:
                self.emit(token.kind, token.value, start, end)
            self.pos = end
            self.emit("sign", ")", end, end)

    def transpose(self, found: re.Match[str]) -> None:
        end = found.end()
        if braces := found[0].count("{") - found[0].count("}"):
            closing = re.compile(r"\s*\}" * braces).match(self.text, end)
            if not closing:
                return self.take("sign", "^", found.start() + 1)
            end = closing.end()
        elif found[0].endswith("T") and found[0].strip("^ -−–") == "T":
            rest = re.compile(r"\w+").match(self.text, end)
            if rest and names.split(self, rest[0]) is None and not rest[0].startswith("_"):
                written, choices = found[0] + rest[0], ("^T " + rest[0], f"^(T{rest[0]})")
                raise self.fail("transpose-or-name", found.start(), rest.end(), choices, written=written)
        self.take("T", "-T" if found[1] else "'" if "prime" in found[0] else "^T", end)

    def differentiated(self) -> bool:
        """A derivative that stands here, or the sign of one before what it is applied to."""
        for patterns, read in ((_DERIVATIVES, self.derivative), (_OPERATORS, self.operator)):
            found = next((match for p in patterns if (match := p.match(self.text, self.pos))), None)
            if found and read(found):
                return True
        return False

    def derivative(self, found: re.Match[str]) -> bool:
        """`∂y/∂x` as one token; `dy/dx` only where dy and dx are not names themselves."""
        above, above_sub, below, below_sub = found.groups()
        beyond = found[0].count("}") - found[0].count("{")
        if beyond < 0:  # \partial \mathbf{x}^T, which is no name
            return False
        if found[0][0] == "d" and (
            {canonical("d" + above + above_sub), canonical("d" + below + below_sub)} & self.scope.names.keys()
        ):
            return False
        end = found.end() - beyond  # the brace around {∂y/∂x} stays
        self.take("deriv", (above, above_sub, below, below_sub), end)
        return True

    def operator(self, found: re.Match[str]) -> bool:
        """`d/dx` as one token, where neither d nor dx is a name."""
        below, below_sub = found.groups()
        plain = not re.search("∂|partial|mathrm", found[0])
        if plain and {"d", canonical("d" + below + below_sub)} & self.scope.names.keys():
            return False
        self.take("deriv", ("", "", below, below_sub), found.end())
        return True


def _end_of(characters: Collection[str], text: str, start: int) -> int:
    """Where the run of such characters ends that begins at `start`."""
    return next((at for at in range(start, len(text)) if text[at] not in characters), len(text))
