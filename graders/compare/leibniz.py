"""The ways of writing a derivative, turned into `du/dx` and `d/dx (…)`."""

from __future__ import annotations

import re

from graders.compare.lines import MOST_WORDED
from matcalc_ref.language.reading import outside

D = r"(?:d|∂|\\partial)\s*"
LINK = re.compile(
    rf"\s*(?:\\d?frac\s*\{{\s*{D}(\w+)\s*\}}\s*\{{\s*{D}(\w+)\s*\}}"
    rf"|{D}(\w+)\s*/\s*{D}(\w+))\s*"
)
DERIVATIVE = re.compile(
    r"(?:\\d?frac\{\s*(?:d|\\partial)\s*\}\{\s*(?:d|\\partial)\s*(?:\\mathbf)?\{?(\w+)\}?\s*\}"
    r"|(?:d|∂)\s*/\s*(?:d|∂)\s*(\w+))\s*"
)
PRIME = r"(?:'|′|\^?\{?\\prime\}?)"
_FONT = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec|mathrm)\s*(?:\{\s*(\\?[^\W\d_]\w*)\s*\}|([^\W\d_]))")
_ACCENT = re.compile(r"\\(hat|bar|tilde)\s*(?:\{\s*([^\W\d_])\s*\}|\s([^\W\d_]))")
_DIFFERENTIAL = re.compile(r"(\S*?)\s*(?:\\,|\*|·)?\s*(?<![^\W\d_])d\s?([^\W\d_]\w*)\s*$")
_FRACTION = re.compile(r"\\d?frac\s*(?=\{\s*(?:d|∂|\\partial))")
_OVER = re.compile(rf"(?<![\w\\]){D}(?!iag|et\b|ot\b)(?=\\?[a-z]*\s*\()")
_UNDER = re.compile(rf"\s*/\s*{D}(\w+)")


def plainly(text: str) -> str:
    """The text with its letters in plain type."""
    return _FONT.sub(lambda found: found[1] or found[2], text)


def without_differentials(text: str) -> str:
    """`du = 2x dx` as `du/dx = 2x`, where each term has the same differential; else the text as it is."""
    left, *sides = text.split("=")
    above = re.fullmatch(r"\s*d\s*(\w+)\s*", plainly(left))
    if above is None or len(text) > MOST_WORDED:
        return text
    terms = [outside(re.sub(r"(?<=[\w)}\]])\s*([-+])", r"\n\1", plainly(side)), "\n") for side in sides]
    ends = [_DIFFERENTIAL.search(term) for side in terms for term in side]
    below = {end and end[2] for end in ends}
    if len(below) != 1 or None in below:
        return text
    cut = [" ".join(_DIFFERENTIAL.sub(_before_it, term) for term in side) for side in terms]
    return " = ".join([f"d{above[1]}/d{below.pop()}", *cut])


def _before_it(found: re.Match[str]) -> str:
    return found[1] if found[1].strip("+-") else f"{found[1]}1"


def with_accents(text: str) -> str:
    """The text with `\\hat{y}` as `y_hat`."""
    return _ACCENT.sub(lambda found: f"{found[2] or found[3]}_{found[1]}", text)


def under_one(text: str) -> str:
    """The text with `d(x^2)/dx` and `\\frac{d(x^2)}{dx}` as `d/dx (x^2)`; links in plain type."""
    if len(text) > MOST_WORDED:
        return text
    text = re.sub(r"(?<=d)²(?=\w+/)|(?<=/d[^\W\d_])²", "^2", text)
    for found in reversed([*_FRACTION.finditer(text)]):
        middle = closing(text, found.end(), powers=False)
        end = middle and closing(text, middle, powers=False)
        if middle and end:
            parts = plainly(text[found.end() + 1 : middle - 1]), plainly(text[middle + 1 : end - 1])
            above, below = (re.sub(r"\\(?!partial)(?=[A-Za-z]+\s*$)", "", part) for part in parts)
            inside = re.sub(rf"^\s*{D}", "", above).strip()
            if re.fullmatch(r"\w*", inside):
                text = f"{text[: found.start()]}\\frac{{{above}}}{{{below}}}{text[end:]}"
            else:
                text = f"{text[: found.start()]}\\frac{{d}}{{{below}}}({inside}){text[end:]}"
    for found in reversed([*_OVER.finditer(text)]):
        middle = closing(text, text.index("(", found.end()))
        if middle and (under := _UNDER.match(text, middle)):
            rest = text[under.end() :]
            text = f"{text[: found.start()]}d/d{under[1]}({text[found.end() : middle]}){rest}"
    return text


def closing(text: str, start: int, powers: bool = True) -> int | None:
    """Where the bracket that opens at `start` has been closed, an exponent after it included; None where none
    opens or it stays open.
    """
    depth = 0
    for at, c in enumerate(text[start:], start):
        depth += (c in "([{") - (c in ")]}")
        if depth == 0:
            if at == start:
                return None
            power = re.compile(r"\s*(?:\.?\^|\*\*)\s*-?(?:\w+|(?=[({]))|[ᵀ⁰-⁹²³]+").match(text, at + 1)
            if power is None or not powers:
                return at + 1
            bracketed = closing(text, power.end()) if text[power.end() :][:1] in ("(", "{") else None
            return bracketed or power.end()
    return None
