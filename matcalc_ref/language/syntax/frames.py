"""What stands around a formula and says nothing: quotes, dollars, an equation's environment, a full stop."""

from __future__ import annotations

import re
from itertools import accumulate

_QUOTE = r"""```(?=(?:latex|tex|math|python|py|julia|matlab)\s)|["'`]{1,3}|\*\*"""
_NAMES = "equation|aligned|align|gathered|gather|split|multline|eqnarray"
_BEGIN = rf"(?:(?:\$\$?|\\\[)\s*)?\\begin\{{(?P<name>{_NAMES})\*?\}}"
_END = r"\\end\{(?P=name)\*?\}\s*(?:\$\$?|\\\])?|(?<=.)(?P=open)"
_WRAPPED = re.compile(
    rf"\s*(?P<open>{_QUOTE}|{_BEGIN})(?:(?<=```)[a-z]+\s)?(?P<inside>.*?)(?:{_END})\s*[.,;]?\s*", re.S
)
_BOXED = re.compile(
    r"\s*(?:\\boxed\s*\{|\{\s*\\(?:display|text)style(?![a-z]))(?P<inside>.*)\}\s*[.,;]?\s*", re.S
)
_QUOTES = re.compile(r"\s*[“”„‘«]\s*(?P<inside>.*?)\s*[”“’»]\s*", re.S)
_ARROW = re.compile(
    r"\s*(?:[⇒→∴⟹⟶]|[-=]>|\\(?:(?:R|Longr)ightarrow|implies|to|therefore)(?![A-Za-z])|return\s)\s*"
)
_COMMENT = re.compile(r"(?<!\s)\s+#.*\s*\Z")  # of Python, behind a formula
_COMMENTS = re.compile(r"(?:\s*#[^\n]*\n)+")  # above it
_NUMBERED = re.compile(r"\\(?:q?quad|hfill)\s*\(\d+(?:\.\d+)?\)\s*$")  # of an equation
_CASE = re.compile(r"(?=.*\b(?:if|when|for|otherwise|else)\b).*[^,;:\\{\s]\s*")  # one case in a line
_WORD = r"(?:[\s,;.]|(?:if|for|when|otherwise|else|and|or|then|all|each|every|any)\b)"
MIXED = re.compile(rf"\s*\$[^$]+(?:\$\s*(?!\s|\$){_WORD}+\$[^$]+)*\${_WORD}*")  # `$z$ if $z > 0$`
_SAID = (
    r"(?:(?:the|my|final)\s+)*(?:answer|ans|solution|result|gradient|jacobian|derivative)\s*(?:is\s*)?:(?!=)"
)
_ASSIGNED = r"[a-z]\w*\s*<-\s(?!\s*[\d./]+\s*$)"  # in R
_PYTHON = r"def\s+\w+\s*\([^()]*\)\s*:\s*return\s|(?:\w+\s*=\s*)?lambda\s[\w,\s]*:"
_ANSWER = re.compile(rf"\s*(?:{_SAID}|{_ASSIGNED}|{_PYTHON})", re.I)
_OPENING = re.compile(r"\s*(?:\${1,2}|\\{1,2}\(|\\{1,2}\[)")
_CLOSING = re.compile(r"(?:\${1,2}|\\{1,2}\)|\\{1,2}\])\s*[.,;]?\s*$")
_TRAILING = re.compile(r"(?<![\d.…])\s*[.,;。](?:\s|~|\\(?:q?quad|[,;:! ]))*$|\\\\\s*$")


def inside(text: str) -> tuple[int, int]:
    """From where to where the formula itself stands."""
    comment = _COMMENT.search(text)
    start, stop = 0, comment.start() if comment else len(text)
    if above := _COMMENTS.match(text):
        start = above.end()
    if said := _ANSWER.match(text, start):
        start = said.end()
    wrapped = _WRAPPED.fullmatch(text, start, stop)
    if wrapped:  # quoted, or an equation of LaTeX: what is inside counts
        start, stop = wrapped.span("inside")
    if opening := _OPENING.match(text, start, stop):
        start = opening.end()
    if closing := _CLOSING.search(text[start:stop]):
        stop = start + closing.start()
    if quoted := _QUOTES.fullmatch(text, start, stop):
        start, stop = quoted.span("inside")
    if arrow := _ARROW.match(text, start, stop):
        start = arrow.end()
    boxed = _BOXED.fullmatch(text, start, stop)
    if boxed and min(accumulate((c == "{") - (c == "}") for c in boxed["inside"]), default=0) >= 0:
        start, stop = boxed.span("inside")
    if numbered := _NUMBERED.search(text, start, stop):
        stop = numbered.start()
    trailing = _TRAILING.search(text[:stop])
    if trailing and start < trailing.start():
        stop = trailing.start()
    return start, stop


def is_aligned(text: str) -> bool:
    """Whether an `&` only aligns equations."""
    wrapped = _WRAPPED.fullmatch(text)
    return wrapped is not None and wrapped["name"] is not None or "&=" in text


def drawn(text: str) -> bool:
    """Whether exponents stand on a line above, as in what SymPy's pprint draws."""
    first, *rest = [line for line in text.splitlines() if line.strip()] or [""]
    indent = len(first) - len(first.lstrip())
    return any(len(line) - len(line.lstrip()) < indent for line in rest) and first.strip()[0] not in "[({"


def in_lines(text: str) -> bool:
    """Whether each line is a case, as in `1 if z > 0` above `0 otherwise`."""
    lines = text.strip().split("\n")
    return len(lines) > 1 and all(map(_CASE.fullmatch, lines))
