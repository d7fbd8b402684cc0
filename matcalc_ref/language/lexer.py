"""Text or LaTeX as tokens: one reader for both, so that every refusal can point at the student's own characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from matcalc_ref.language.scope import ACCENTS, GREEK, SUBSCRIPTS, Refusal, Scope, canonical
from matcalc_ref.language.words import (
    CONSTANTS,
    FUNCTIONS,
    KEYWORDS,
    LATEX_ACCENTS,
    LATEX_FONTS,
    LATEX_SIGNS,
    LATEX_SKIP,
    LATEX_TEXT,
    METHODS,
    MODULES,
    SIGNS,
)

MAX_LENGTH, MAX_TOKENS, MAX_DEPTH, MAX_DIGITS = 4000, 1500, 40, 30
SUPERSCRIPTS = dict(
    zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣʸᶻⁿᵐⁱʲᵏˡᵃᵇᶜᵈᵉᵗᵘᵛʷᴺ", "0123456789+-()xyznmijklabcdetuvwN", strict=True)
)
INDICES = frozenset("ijkl")


@dataclass(slots=True, frozen=True)
class Token:
    """`kind`: num, name, sub, sign, T, fill, deriv, frac, sqrt, begin, end, method, indicator, stop."""

    kind: str
    value: Any
    start: int
    end: int
    space: bool  # whether a space stands before it

    def __str__(self) -> str:
        return str(self.value)


@dataclass(slots=True, frozen=True)
class Name:
    """What a word is: variable, dimension, sample, function, constant, identity, index or unknown."""

    category: str
    key: str  # the declared name, or the function's meaning
    written: str


_NUMBER = re.compile(r"(?:\d+\.\d+|\.\d+|\d+\.(?![\d*^/'A-Za-z(.])|\d+)")
_EXPONENT = re.compile(r"[eE]([+-]?)(\d+)(?![\d.])")
_MODULE = re.compile(MODULES)
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.|\n)", re.S)
_TRANSPOSE = re.compile(
    r"\^\s*(?:\{\s*)?(-?)\s*(?:\\top|\\intercal|\\transp|⊤|ᵀ|T(?!r\()"
    r"|\\(?:math(?:sf|rm|tt|bf|it)|text)(?:\s*\{\s*T\s*\}|\s+T\b)|\\prime)"
)
_NAME = r"(?:\\(?:mathbf|boldsymbol|vec|bm)\s*\{?)?\s*\\?([A-Za-zα-ωΑ-Ω]\w*?)\}?((?:_\{[^{}]{1,12}\}|_\w+|[₀-₉ᵢⱼₖₗₘₙ]+)?)"
_PARTIAL = r"(?:∂|\\partial\b|\\mathrm\{?d\}?|d)\s*"
_DERIVATIVES = tuple(
    re.compile(p)
    for p in (
        rf"(?:∂|\\partial\b)\s*{_NAME}\s*/\s*(?:∂|\\partial\b)\s*{_NAME}(?![\w\\])",
        rf"\\[dt]?frac\s*\{{\s*{_PARTIAL}{_NAME}\s*\}}\s*\{{\s*{_PARTIAL}{_NAME}\s*\}}",
        rf"\bd{_NAME}\s*/\s*d{_NAME}(?!\w)",
    )
)
_SUBSCRIPT = re.compile(r"_\s*\{\s*([\w,]+)\s*\}|_(\w+)|[₀-₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ]+")
_SIGNS = sorted(SIGNS, key=len, reverse=True)
_SIGN = re.compile("|".join(map(re.escape, _SIGNS)))
_STRIP = re.compile(r"^\s*(?:\${1,2}|\\\(|\\\[)|(?:\${1,2}|\\\)|\\\])\s*[.,;]?\s*$")


def tokens(text: str, scope: Scope) -> list[Token]:
    """The tokens of `text`, the last one of kind `stop`. Raises Refusal."""
    if len(text) > MAX_LENGTH:
        raise Refusal(f"This is too long to read ({len(text)} characters; {MAX_LENGTH} is the most).")
    return _Lexer(text, scope).run()


def _letter(c: str) -> bool:
    if c.isascii():
        return c.isalpha()
    if c in GREEK or "\U0001d400" <= c <= "\U0001d7cb":
        return True
    return c.isalpha() and c not in SUPERSCRIPTS and c not in SUBSCRIPTS and _base(c) is not None


def _base(c: str) -> str | None:
    parts = unicodedata.normalize("NFD", c)
    return parts if len(parts) == 2 and parts[0].isascii() and parts[1] in ACCENTS else None


class _Lexer:
    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope, self.pos = text, scope, 0
        self.out: list[Token] = []
        self.space = False
        self.latex = "\\" in text
        self.braces: list[str] = []

    def fail(
        self, message: str, start: int, end: int | None = None, choices: tuple[str, ...] = ()
    ) -> Refusal:
        return Refusal(message, (start, end if end is not None else start + 1), self.text, choices)

    def emit(self, kind: str, value: Any, start: int, end: int) -> None:
        if len(self.out) >= MAX_TOKENS:
            raise self.fail("This formula is too long to read; split it into smaller pieces.", start)
        last = self.out[-1] if self.out else None
        if kind == "T" and last and last.kind == "num" and self.text[last.start : last.end] == "1":
            self.out[-1] = Token(
                "fill", "ones", last.start, last.end, last.space
            )  # 1ᵀ: a number needs no transpose
        self.out.append(Token(kind, value, start, end, self.space))
        self.space = False

    def run(self) -> list[Token]:
        text = self.text
        stop = len(text)
        opening = _STRIP.match(text)
        if opening and opening[0].strip().startswith(("$", "\\(", "\\[")):
            self.pos = opening.end()
        closing = re.search(r"(?:\${1,2}|\\\)|\\\])\s*[.,;]?\s*$", text[self.pos :])
        if closing:
            stop = self.pos + closing.start()
        depth = 0
        while self.pos < stop:
            before = len(self.out)
            self.step(stop)
            for token in self.out[before:]:
                if token.kind == "sign" and token.value in ("(", "[", "{", ".("):
                    depth += 1
                elif token.kind == "sign" and token.value in (")", "]", "}"):
                    depth -= 1
                if depth > MAX_DEPTH:
                    raise self.fail(
                        "This is nested too deeply to read; give a piece of it a simpler form.", token.start
                    )
        self.emit("stop", "the end", stop, stop)
        return self.out

    def step(self, stop: int) -> None:
        text, at = self.text, self.pos
        c = text[at]
        if c.isspace() or c in "~\u200b\u2060\ufeff":
            self.pos, self.space = at + 1, True
        elif c in "'′’`" and c != "`":
            self.pos = at + 1
            self.emit("T", "'", at, at + 1)
        elif c.isascii() and c.isdigit() or c == "." and text[at + 1 : at + 2].isdigit():
            self.number()
        elif c == "." and re.compile(r"\.T(?![A-Za-z_(])").match(text, at):
            self.pos = at + 2
            self.emit("T", ".T", at, at + 2)
        elif c == "." and text[at + 1 : at + 2].isalpha():
            self.method()
        elif c == "^" and (found := _TRANSPOSE.match(text, at)):
            self.transpose(found)
        elif any(
            p := found for r in _DERIVATIVES if c in "∂\\d" and (found := r.match(text, at))
        ) and self.derivative(p):
            pass
        elif c == "\\":
            self.command()
        elif c in "ᵀ⊤ᵗ":
            self.pos = at + 1
            self.emit("T", c, at, at + 1)
        elif c in SUPERSCRIPTS:
            self.superscript()
        elif c == "𝟙":
            self.pos = at + 1
            self.emit("indicator", c, at, at + 1)
        elif c in "𝟏𝟎":
            self.pos = at + 1
            self.emit("fill", "ones" if c == "𝟏" else "zeros", at, at + 1)
        elif c == "√":
            self.pos = at + 1
            self.emit("name", Name("function", "sqrt", c), at, at + 1)
        elif c in "½¼¾⅓⅔":
            self.pos = at + 1
            self.emit("num", Fraction(unicodedata.numeric(c)).limit_denominator(12), at, at + 1)
        elif c == "_" or c in SUBSCRIPTS:
            self.subscript()
        elif c == "Σ" and "Sigma" not in self.scope.names:
            self.pos = at + 1
            self.emit("sign", "Σ", at, at + 1)
        elif _letter(c):
            module = _MODULE.match(text, at)
            self.pos = module.end() if module else at
            self.word()
        elif found := _SIGN.match(text, at):
            self.pos = found.end()
            self.emit("sign", SIGNS[found[0]], at, found.end())
        else:
            raise self.stranger(c, at)

    def stranger(self, c: str, at: int) -> Refusal:
        name = unicodedata.name(c, "").lower()
        if c == "∇" or c == "∂":
            return self.fail(
                "Write the derivative out: an answer cannot contain ∂ or ∇ of something else.", at
            )
        if c == "∞":
            return self.fail("∞ is not a value that a formula here can have.", at)
        if c == "$":
            return self.fail("A `$` stands in the middle; put one formula between a single pair of `$`.", at)
        if c.isalpha() and (latin := re.search(r"letter (\w)\b", name)):
            return self.fail(
                f"This looks like a `{latin[1]}` but is another character ({name}); type it anew.", at
            )
        if c.isalpha():
            return self.fail(f"`{c}` ({name}) is not a letter used here; use Latin or Greek letters.", at)
        return self.fail(
            f"`{c}` has no meaning here."
            if c.isprintable()
            else "There is an invisible character here; delete it.",
            at,
        )

    # numbers and words

    def number(self) -> None:
        text, start = self.text, self.pos
        found = _NUMBER.match(text, start)
        assert found
        end = found.end()
        if len(found[0]) > MAX_DIGITS:
            raise self.fail(f"This number has too many digits ({MAX_DIGITS} are the most).", start, end)
        if text[end : end + 1] == "\u20d7":
            if found[0] not in ("0", "1"):
                raise self.fail("An arrow makes a vector of `1⃗` or `0⃗` only.", start, end)
            self.pos = end + 1
            self.emit("fill", "ones" if found[0] == "1" else "zeros", start, end + 1)
            return
        value = Fraction(found[0] if not found[0].endswith(".") else found[0][:-1])
        power = _EXPONENT.match(text, end)
        if power:
            if "." not in found[0] and not power[2].startswith("0") and "e" not in self.scope.names:
                here = f"{found[0]}*10^({power[1]}{power[2]})"
                product = f"{found[0]}*e {power[1] or '*'} {power[2]}"
                raise self.fail(
                    "Is this a power of ten, or Euler's number e?", start, power.end(), (here, product)
                )
            if len(power[2]) > 4 or int(power[2]) > 200:
                raise self.fail("This power of ten is too large.", start, power.end())
            if "e" not in self.scope.names:
                value *= Fraction(10) ** (int(power[2]) * (-1 if power[1] == "-" else 1))
                end = power.end()
        self.pos = end
        self.emit("num", value, start, end)

    def word(self) -> None:
        """A run of letters (with digits and underscores inside), as the declared names that it is made of."""
        text, start = self.text, self.pos
        end = start
        while end < len(text) and (
            _letter(text[end])
            or text[end].isascii()
            and text[end].isdigit()
            or text[end] == "_"
            or text[end] in ACCENTS
        ):
            if text[end].isdigit() and text[end + 1 : end + 2] == "\u20d7":  # w1⃗
                break
            end += 1
        run = text[start:end]
        if end < len(text) and text[end] == "{" and run.endswith("_"):  # x_{…}: the subscript comes later
            end, run = end - 1, run[:-1]
        if not run.isascii():
            run = "".join(
                unicodedata.normalize("NFKC", c) if "\U0001d400" <= c <= "\U0001d7cb" else c for c in run
            )
        if len(run) > 200:
            raise self.fail("This word is too long.", start, end)
        at = start
        for kind, value, length in self.before_subscript(run, end) or self.pieces(run):
            self.pos = at + length
            if kind == "name":
                self.name(value, at, at + length)
            else:
                self.emit(kind, value, at, at + length)
            at = max(at + length, self.pos)

    def before_subscript(self, run: str, end: int) -> list[tuple[str, Any, int]] | None:
        """`ηδ` of `ηδ₂` where δ_2 is declared: the last letters belong to the subscript."""
        if len(run) < 2 or not _SUBSCRIPT.match(self.text, end) or self.split(run, True) is not None:
            return None
        for length in range(len(run) - 1, 0, -1):
            head = self.split(run[:-length], False)
            if head and self.joined(run[-length:], end):
                return [*head, ("name", Name("unknown", run[-length:], run[-length:]), length)]
        return None

    def joined(self, word: str, end: int) -> tuple[tuple[str, str], int] | None:
        """What `word` and the subscript at `end` are declared as together, as in `W₁` where W_1 is declared."""
        sub = _SUBSCRIPT.match(self.text, end)
        known = self.scope.names.get(canonical(word) + canonical(sub[1] or sub[2] or sub[0])) if sub else None
        return (known, sub.end()) if sub and known else None

    def name(self, name: Name, start: int, end: int) -> None:
        """A name, together with a subscript that belongs to it."""
        whole = None if name.category == "function" else self.joined(
            name.key if name.category != "unknown" else name.written.lstrip("\\"), end)  # fmt: skip
        if whole:
            (category, key), end = whole
            name = Name(category, key, self.text[start:end])
        self.pos = end
        self.emit("name", name, start, end)

    def lookup(self, word: str) -> Name | None:
        known = self.scope.names.get(canonical(word))
        if known:
            return Name(known[0], known[1], word)
        plain = word if word.isascii() else canonical(word)
        if plain in FUNCTIONS:
            return Name("function", FUNCTIONS[plain], word)
        if plain in CONSTANTS:
            return Name("constant", CONSTANTS[plain], word)
        if plain == "I":
            return Name("identity", "I", word)
        return None

    def pieces(self, run: str) -> list[tuple[str, Any, int]]:
        if run in KEYWORDS and canonical(run) not in self.scope.names:
            return [("sign", KEYWORDS[run], len(run))]
        if run in INDICES and canonical(run) not in self.scope.names:
            return [("name", Name("index", run, run), 1)]
        cache: dict[str, Any] = self.scope.__dict__.setdefault("_runs", {})
        if run not in cache:
            if len(cache) > 2000:
                cache.clear()
            cache[run] = self.split(run, True) or self.unknown(run)
        return cache[run]

    def unknown(self, run: str) -> list[tuple[str, Any, int]]:
        """A word that is not declared, with its subscript apart, as in `δ_ij`."""
        head = run.split("_")[0]
        rest = self.split_subscript(run[len(head) :], 40) if 0 < len(head) < len(run) else None
        if rest is None:
            return [("name", Name("unknown", run, run), len(run))]
        return [("name", Name("unknown", head, head), len(head)), *rest]

    def split(self, run: str, first: bool, budget: int = 40) -> list[tuple[str, Any, int]] | None:
        if not run:
            return []
        if budget == 0:
            return None
        if run[0] == "_":
            return self.split_subscript(run, budget)
        for length in range(len(run), 0, -1):
            word, rest = run[:length], run[length:]
            if rest and (rest[0] in ACCENTS or word.endswith("_")):
                continue
            found = self.lookup(word)
            if found is None or (rest and rest[0].isdigit()):
                continue
            if found.category == "identity" and rest and rest[0] != "_":
                continue
            after = self.split(rest, False, budget - 1)
            if after is not None:
                return [("name", found, length), *after]
        return None

    def split_subscript(self, run: str, budget: int) -> list[tuple[str, Any, int]] | None:
        body = re.compile(r"_([^\W_]+)").match(run)
        if not body:
            return None
        written = body[1]
        plain = all(c in INDICES or c.isdigit() or c in self.scope.dimensions for c in written)
        short = re.compile(r"\d+|.").match(written)
        for sub in [written] if plain else [short[0] if short else written]:
            after = self.split(run[1 + len(sub) :], False, budget - 1)
            if after is not None:
                return [("sub", sub, 1 + len(sub)), *after]
        return [("sub", written, 1 + len(written))] if not run[1 + len(written) :] else None

    def subscript(self) -> None:
        """`_{…}` is read by the parser; `_ij` and `ᵢⱼ` are one token."""
        text, start = self.text, self.pos
        if text[start] in SUBSCRIPTS:
            end = start
            while end < len(text) and text[end] in SUBSCRIPTS:
                end += 1
            self.pos = end
            self.emit("sub", "".join(SUBSCRIPTS[c] for c in text[start:end]), start, end)
            return
        found = re.compile(
            r"_\s*(?:\\(?:text|mathrm|operatorname)\s*)?\{\s*([^\W_]+)\s*\}|_\s*([^\W_]+)"
        ).match(text, start)
        if found and (found[1] or found[2]) and (found[1] or not self.latex):
            self.pos = found.end()
            self.emit("sub", found[1] or found[2], start, found.end())
        elif found and found[2]:  # LaTeX: one character only
            if found[2][:2].isdigit() and len(found[2]) > 1 and found[2][1].isdigit():
                raise self.fail(
                    "In LaTeX `_` takes one character; write braces.",
                    start,
                    found.end(),
                    (f"_{{{found[2]}}}",),
                )
            self.pos = found.start(2) + 1
            self.emit("sub", found[2][0], start, self.pos)
        else:
            self.pos = start + 1
            self.emit("sign", "_", start, start + 1)

    def superscript(self) -> None:
        text, start = self.text, self.pos
        end = start
        while end < len(text) and text[end] in SUPERSCRIPTS:
            end += 1
        written = "".join(SUPERSCRIPTS[c] for c in text[start:end])
        self.pos = end
        if text[start:end] == "⁻" and text[end : end + 1] in ("ᵀ", "⊤"):
            self.pos = end + 1
            self.emit("T", "-T", start, end + 1)
        elif written == "+":
            self.emit("T", "+", start, end)
        else:
            self.emit("sign", "^", start, start)
            self.emit("sign", "(", start, start)
            inner = _Lexer(written, self.scope)
            for token in inner.run()[:-1]:
                self.emit(token.kind, token.value, start, end)
            self.emit("sign", ")", end, end)

    def method(self) -> None:
        found = re.compile(r"\.([A-Za-z_]+)").match(self.text, self.pos)
        assert found
        if found[1] not in METHODS:
            if found[1] == "T":
                self.pos += 2
                self.emit("T", ".T", found.start(), found.start() + 2)
                return
            raise self.fail(f"`{found[0]}` is not something a formula has here.", found.start(), found.end())
        start, self.pos = self.pos, found.end()
        self.emit("method", FUNCTIONS[found[1]], start, self.pos)

    def transpose(self, found: re.Match[str]) -> None:
        end = found.end()
        braced = "{" in found[0] and found[0].lstrip("^ ").startswith("{")
        if braced:
            closing = re.compile(r"\s*\}").match(self.text, end)
            if not closing:
                self.pos += 1
                self.emit("sign", "^", found.start(), found.start() + 1)
                return
            end = closing.end()
        elif found[0].endswith("T") and found[0].strip("^ -") == "T":
            rest = re.compile(r"\w+").match(self.text, end)
            if rest and self.split(rest[0], False) is None and not rest[0].startswith("_"):
                raise self.fail(
                    f"`^T` is a transpose; what should `{self.text[found.start():rest.end()]}` be?",
                    found.start(), rest.end(), ("^T " + rest[0], f"^(T{rest[0]})"),
                )  # fmt: skip
        self.pos = end
        self.emit("T", "-T" if found[1] else "^T", found.start(), end)

    def derivative(self, found: re.Match[str]) -> bool:
        """`∂y/∂x` as one token; `dy/dx` only where dy and dx are not names themselves."""
        above, above_sub, below, below_sub = found.groups()
        if found[0][0] == "d" and (
            {canonical("d" + above + above_sub), canonical("d" + below + below_sub)} & self.scope.names.keys()
        ):
            return False
        self.pos = found.end()
        self.emit("deriv", (above, above_sub, below, below_sub), found.start(), found.end())
        return True

    # LaTeX

    def command(self) -> None:
        text, start = self.text, self.pos
        found = _COMMAND.match(text, start)
        if not found:
            raise self.fail("A backslash stands at the end.", start)
        name = found[1] if found[1].rstrip("*") not in LATEX_TEXT or found[1] == "operatorname*" else found[1]
        self.pos = found.end()
        if name == "\\":
            spacing = re.compile(r"\s*\[[^\]]{0,12}\]").match(text, self.pos)
            if spacing and re.search(r"(pt|em|ex|mm|cm)\]$", spacing[0]):
                self.pos = spacing.end()
        if name in LATEX_SKIP:
            self.space = self.space or not name.isalpha() or name.endswith(("quad", "space"))
            if name in ("left", "right") and text[self.pos : self.pos + 1] == ".":
                self.pos += 1
            return
        if name in LATEX_SIGNS:
            self.emit("sign", LATEX_SIGNS[name], start, self.pos)
        elif name in ("frac", "dfrac", "tfrac", "cfrac", "sqrt"):
            self.emit("sqrt" if name == "sqrt" else "frac", name, start, self.pos)
        elif name in ("begin", "end"):
            env = re.compile(r"\s*\{([a-zA-Z*]+)\}(?:\s*\{[lcr| ]*\})?").match(text, self.pos)
            if not env:
                raise self.fail(f"`\\{name}` needs the name of an environment in braces.", start, self.pos)
            self.pos = env.end()
            self.emit(name, env[1].rstrip("*"), start, self.pos)
        elif name in ("top", "intercal", "prime"):
            self.emit("T", name, start, self.pos)
        elif name in ("mathbb", "mathds", "mathbbm", "Bbb"):
            content, end = self.argument()
            if content.strip() not in ("1", "I"):
                raise self.fail(f"`\\{name}{{{content}}}` has no value here.", start, end)
            self.pos = end
            self.emit("indicator", "1", start, end)
        elif name in LATEX_FONTS or name in LATEX_TEXT or name == "operatorname*":
            self.styled(name, start)
        elif name in LATEX_ACCENTS:
            content, end = self.argument()
            self.pos = end
            self.name(
                self.lookup(content.strip() + LATEX_ACCENTS[name])
                or Name("unknown", content, text[start:end]),
                start,
                end,
            )
        else:
            known = self.lookup(name.removeprefix("var"))
            if known is None and name.removeprefix("var") in GREEK.values():
                known = Name("unknown", name, name)
            if known is None or (len(name) == 1):
                raise self.fail(f"`\\{name}` is a LaTeX command that has no meaning here.", start, self.pos)
            self.name(known, start, self.pos)

    def argument(self) -> tuple[str, int]:
        """The text of a LaTeX argument, and where it ends."""
        text, at = self.text, self.pos
        while at < len(text) and text[at].isspace():
            at += 1
        if text[at : at + 1] != "{":
            command = _COMMAND.match(text, at)
            end = command.end() if command else at + 1
            return text[at:end], end
        depth = 0
        for end in range(at, len(text)):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            if depth == 0:
                return text[at + 1 : end], end + 1
        raise self.fail("This brace is never closed.", at)

    def styled(self, name: str, start: int) -> None:
        """`\\mathbf{x}` is x, `\\mathbf 1` the vector of ones, `\\text{otherwise}` a word."""
        content, end = self.argument()
        word = content.strip().strip("$")
        if word in ("1", "0") and name in LATEX_FONTS:
            self.pos = end
            self.emit("fill", "ones" if word == "1" else "zeros", start, end)
        elif name not in LATEX_FONTS and not word:
            self.pos, self.space = end, True
        elif name not in LATEX_FONTS and all(
            w.strip(",.") in KEYWORDS or not w.strip(",.") for w in word.split()
        ):
            self.pos = end
            for w in word.split():
                if w.strip(",."):
                    self.emit("sign", KEYWORDS[w.strip(",.")], start, end)
        elif re.fullmatch(r"\\?[^\W\d]\w*", word):
            known = self.lookup(word.lstrip("\\"))
            if known is None and name in LATEX_FONTS and not self.joined(word, end):
                self.pos = self.text.index(
                    content, self.pos
                )  # letters side by side: read on inside the braces
                closing = self.pos + len(content)
                while self.pos < closing:
                    self.step(closing)
                self.pos = end
                return
            self.name(known or Name("unknown", word, word), start, end)
        elif name in LATEX_FONTS:
            return  # the argument is read as a group
        else:
            raise self.fail(f"`{word}` is text; write the formula alone.", start, end)
