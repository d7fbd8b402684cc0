"""What stands behind an answer: what its indices run over, `i = 1, …, n`, and `for all i`, `for all n`."""

from __future__ import annotations

import re

from matcalc_ref.language.scope import Scope, canonical
from matcalc_ref.language.syntax.lefts import SUMS, letters_of

_TEXT = r"\\(?:text|textrm|mathrm|mbox)\s*\{\s*"
_EACH = rf"\bfor\s+(?:all|each|every|any)\b|∀|\\forall(?![a-z])|{_TEXT}for\s+(?:all|each|every|any)\s*\}}"
_FOR = rf"{_EACH}|\bfor\b|{_TEXT}for\s*\}}"
_GAP = re.compile(r"(?:[,;(~$]|\\(?:[,;:! ]|q?quad))$")
_SPACE = r"(?:[\s$]|\\[,;:! ])*"
_ALSO = rf"{_SPACE}(?:,|and\b|{_TEXT}and\s*\}}){_SPACE}"
_INDICES = rf"[ijkl](?:{_ALSO}[ijkl])*{_SPACE}"
_LETTERS = rf"[A-Za-z](?:{_ALSO}[A-Za-z])*{_SPACE}"
_DOTS = r"(?:\.{2,3}|…|⋯|\\[lc]?dots[cb]?)"
_UP_TO = rf"(?:,{_SPACE}(?:2{_SPACE},{_SPACE})?)?{_DOTS}{_SPACE}(?:,{_SPACE})?|:{_SPACE}"
_END = r"([A-Za-z]\w*|\d+)"
_LIST = rf"((?:,{_SPACE}\d{_SPACE}){{1,8}})"  # 1, 2, 3
_RANGE = (
    rf"{_INDICES}(?:=|∈|\\in(?![a-z])){_SPACE}(?:\\?\{{)?1{_SPACE}(?:(?:{_UP_TO}){_END}|{_LIST})(?:\\?\}})?"
)
_LESS = rf"(?:<=|≤|\\leq?(?![a-z])){_SPACE}"
_BETWEEN = rf"1{_SPACE}{_LESS}{_INDICES}{_LESS}{_END}"
_THEN = rf"\s*(?:,|and\b|\\q?quad){_SPACE}"
_RANGES = rf"{_RANGE}(?:{_THEN}{_RANGE})*"
_PARTED = rf"(?:{_RANGES}|{_BETWEEN}(?:{_THEN}{_BETWEEN})*)"  # what may stand behind a comma as well
_TAIL = re.compile(
    rf"(?:(?:{_FOR}){_SPACE}{_RANGES}|(?:{_EACH}){_SPACE}{_LETTERS}|(?<![\w{{]){_PARTED})[\s.)]*\Z"
)


def _last(found: re.Match[str]) -> str:
    """Where a range ends; "" where a list of numbers leaves some out."""
    if found.lastindex == 1:
        return found[1]
    listed = re.findall(r"\d", found[2])
    return listed[-1] if listed == [str(k) for k in range(2, len(listed) + 2)] else ""


def ranges(text: str) -> list[tuple[str, str, int, int]]:
    """The indices behind an answer, how far each runs, and where it says so."""
    found = [it for pattern in (_RANGE, _BETWEEN) for it in re.finditer(pattern, text)]
    return [(index, _last(it), *it.span()) for it in found for index in re.findall(r"\b[ijkl]\b", it[0])]


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
    ends = {end for _, end, _, _ in ranges(tail[0])}
    known = {*letters_of(left), *scope.names} - set(bound)
    if not set(re.findall(r"\b[A-Za-z]\b", said)) <= known | ends:
        return stop
    if not all(end.isdecimal() or canonical(end) in scope.dimensions for end in ends):
        return stop
    head = written[: tail.start()]
    parted = re.search(r"(?:[,;(]|\\q?quad)[\s$]*\Z", head)
    if not parted and re.match(_PARTED, tail[0]):
        return stop
    while gap := _GAP.search(head := head.rstrip()):
        head = head[: gap.start()]
    return start + len(head)
