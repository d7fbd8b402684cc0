"""What quoting and copying do to a text: `\\f` in Python's quotes, `&lt;` of HTML, `\\_` of Markdown."""

from __future__ import annotations

import html
import re
from itertools import accumulate

# Whitespace is only taken for the beginning of a command where the rest of a command stands behind it.
_EATEN = re.compile(
    "[\a\b\v\f](?=[A-Za-z])"
    r"|\t(?=(?:heta|au|anh?|imes|op|frac|ilde|riangleq|herefore|ext(?:bf|it|rm|sf|style)?)(?![A-Za-z]))"
    r"|\r(?=(?:ho|ight(?:arrow)?|angle|[vV]ert|brac[ek])(?![A-Za-z]))"
    r"|\n(?=(?:abla|onumber|otag|icefrac)(?![A-Za-z])|(?:eq(?![A-Za-z])|e\s)(?!\s*[=:≔&+*/^]))"
)
_LETTER = dict(zip("\a\b\v\f\t\r\n", "abvftrn", strict=True))
_ENTITY = re.compile(r"&(?:[A-Za-z]+\d*|#\d{1,6}|#x[\da-fA-F]{1,6});")
_DELTA = re.compile(
    r"(δ|\\delta)\s*(?:\(\s*(?=[ijkl]\s*,\s*[ijkl]\s*\))|(?=[ijkl]{2}\b))([ijkl])(?:\s*,\s*)?([ijkl])(?:\s*\))?"
)
_STRAY = re.compile(r"\\(?=[∂∇Σ∑√σθ])")  # \∂
_ARRAY = re.compile(r"(\{\s*█\(|[■█]\()")


def unescaped(text: str) -> str:
    """The text as it was meant: Python makes one character of the `\\f` in `"\\frac{1}{2}"`."""
    text = _EATEN.sub(lambda found: "\\" + _LETTER[found[0]], text)
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), text).replace("\\_", "_")
    text = _DELTA.sub(r"\1_{\2\3}", _STRAY.sub("", text))
    return _arrays(text) if _ARRAY.search(text) else text


def _arrays(text: str) -> str:
    """Word's `■(a&b@c&d)` as an environment of LaTeX, and its `{█(a&z>0@b&z≤0)┤` as cases."""
    done = text
    for opened in reversed([*_ARRAY.finditer(text)]):  # those inside others come first
        inner = done[opened.end() :]
        depths = accumulate(((c == "(") - (c == ")") for c in inner), initial=1)
        end = next((at for at, depth in enumerate(depths) if depth == 0), 0)
        if not end:
            return text
        name = "cases" if opened[0].startswith("{") else "matrix"
        cells = inner[: end - 1].replace("@", r"\\")
        rest = inner[end:].replace("┤", " ", name == "cases")
        done = rf"{done[: opened.start()]}\begin{{{name}}}{cells}\end{{{name}}}{rest}"
    return done
