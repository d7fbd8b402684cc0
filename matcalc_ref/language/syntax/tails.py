"""What stands behind an answer by its entries: what its indices run over; `for all i`, `i = 1, …, n`."""

from __future__ import annotations

import re

from matcalc_ref.language.scope import Scope, canonical
from matcalc_ref.language.syntax.lefts import SUMS, letters_of

_TEXT = r"\\(?:text|textrm|mathrm|mbox)\s*\{\s*"
_EACH = rf"\bfor\s+(?:all|each|every|any)\b|∀|\\forall(?![a-z])|{_TEXT}for\s+(?:all|each|every|any)\s*\}}"
_FOR = rf"{_EACH}|\bfor\b|{_TEXT}for\s*\}}"
_GAP = re.compile(r"(?:[,;(~$]|\\(?:[,;:! ]|q?quad))$")
_SPACE = r"(?:[\s$]|\\[,;:! ])*"
_INDICES = rf"[ijkl](?:{_SPACE}(?:,|and\b|{_TEXT}and\s*\}}){_SPACE}[ijkl])*{_SPACE}"
_DOTS = r"(?:\.{2,3}|…|⋯|\\[lc]?dots[cb]?)"
_RANGE = (
    rf"{_INDICES}(?:=|∈|\\in(?![a-z])){_SPACE}(?:\\?\{{)?1{_SPACE}"
    rf"(?:,{_SPACE}(?:2{_SPACE},{_SPACE})?)?{_DOTS}{_SPACE}(?:,{_SPACE})?([A-Za-z]\w*|\d+)(?:\\?\}})?"
)
_RANGES = rf"{_RANGE}(?:\s*(?:,|and\b|\\q?quad){_SPACE}{_RANGE})*"
_TAIL = re.compile(
    rf"(?:(?:{_FOR}){_SPACE}{_RANGES}|(?:{_EACH}){_SPACE}{_INDICES}|(?<![\w{{]){_RANGES})[\s.)]*\Z"
)


def without_ranges(text: str, start: int, stop: int, scope: Scope) -> int:
    """Where an answer ends: before such a tail, if all its indices stand on the left side, or in a formula
    without one."""
    written = text[start:stop]
    tail = _TAIL.search(written)
    if tail is None:
        return stop
    left = written[: tail.start()].partition("=")[0]
    bound = letters_of(" ".join(found[0] for found in SUMS.finditer(left)))
    said = re.sub(rf"{_FOR}|\\[a-z]+", "", tail[0])
    ends = [end for found in re.finditer(_RANGE, tail[0]) for end in found.groups()]
    if not set(re.findall(r"\b[ijkl]\b", said)) <= set(letters_of(left)) - set(bound):
        return stop
    if not all(end.isdecimal() or canonical(end) in scope.dimensions for end in ends):
        return stop
    head = written[: tail.start()]
    parted = re.search(r"(?:[,;(]|\\q?quad)[\s$]*\Z", head)
    if not parted and re.match(_RANGES, tail[0]):
        return stop
    while gap := _GAP.search(head := head.rstrip()):
        head = head[: gap.start()]
    return start + len(head)
