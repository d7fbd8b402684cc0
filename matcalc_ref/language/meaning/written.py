"""A whole text: its surface, its tree, and the indices on its left side."""

from __future__ import annotations

import re

from matcalc_ref.language.meaning import indices
from matcalc_ref.language.meaning.meaning import Meaning
from matcalc_ref.language.meaning.settling import finish
from matcalc_ref.language.scope import Refusal, Scope, canonical
from matcalc_ref.language.sentences import listed, say
from matcalc_ref.language.sizes import ONE, Shape
from matcalc_ref.language.syntax.escapes import unescaped
from matcalc_ref.language.syntax.parser import parse
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.tokens import INDICES
from matcalc_ref.language.syntax.words import BARE, CONSTANTS, FUNCTIONS, KEYWORDS
from matcalc_ref.language.tree import Fill, IndexedSum, Node

MAX_LENGTH = 4000
_DEFINITION = re.compile(
    r"(?:^|[;,]|\n(?!\s)|\\q?quad|\b(?:where|with|let)\b|\\text\s*\{[ ,]*(?:where|with) *\})\s*"
    r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{?\s*)?([A-Za-z]\w*)\s*\}?\s*(?::?=|≔)(?!=)"
)
_LOST = re.compile(
    r"\s*(?P<open>[\[(])\s+(?:[∂∇]|\\?(?P<name>[A-Za-z]\w*))[^=<>]*=(?!=).*\s(?P<close>[\])])\s*[.,]?\s*",
    re.S,
)
_COMMENT = re.compile(r"(?:%|//)\s*[A-Za-z]{2}.*", re.S)
_WORDS = re.compile(r"(?<![\\\w.{])([A-Za-z]{2,}) +(?=([A-Za-z]{2,})(?![\w(\[{^.=]))")
_PLAIN = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full width, as （x＋1）
_PLAIN |= dict.fromkeys(map(ord, "𝛛𝜕𝝏𝞉"), "∂") | dict.fromkeys(map(ord, "𝛁𝛻𝜵𝝯"), "∇")
_PLAIN |= {ord("〖"): "(", ord("〗"): ")"}  # the invisible parentheses of Word
_SIGN = r"(?:<|>|≤|≥|\\[lg](?:t|eq?)?(?![a-z]))"
_PAIR = re.compile(rf"(?:\bsum|[Σ∑]|\\sum)_\{{\s*([ijkl])\s*{_SIGN}\s*([ijkl])\s*\}}")


def read_text(text: str, scope: Scope, expect: Shape | None) -> Node:
    """A text as a tree. Raises Refusal."""
    if len(text) > MAX_LENGTH:
        raise Refusal(say("too-long", count=len(text), most=MAX_LENGTH))
    text = unescaped(text).translate(_PLAIN)
    try:
        return _read(text, scope, expect)
    except Refusal:
        if inner := in_lost_brackets(text, scope):
            return read_text(inner, scope, expect)
        if defined := _defined(text, scope):
            raise Refusal(say("defined", name=defined[1]), defined.span(1), text) from None
        if place := _prose(text, scope):
            raise Refusal(say("prose"), place, text) from None
        raise


def in_lost_brackets(text: str, scope: Scope) -> str:
    """`[ J = 2x ]` without its brackets, which are left of a `\\[ … \\]`; else ""."""
    found = _LOST.fullmatch(text)
    if not found or found["name"] and canonical(found["name"]) in scope.names:
        return ""
    return text.replace(found["open"], " ", 1)[: found.start("close")]


def _defined(text: str, scope: Scope) -> re.Match[str] | None:
    """A name of the student's own that the text says the meaning of, and uses."""
    for found in _DEFINITION.finditer(text):
        used = re.search(rf"(?<![A-Za-z\\]){found[1]}(?![A-Za-z]|\s*\}}?\s*(?::?=|≔))", text)
        if used and found[1] not in INDICES and canonical(found[1]) not in scope.names:
            return found
    return None


def _prose(text: str, scope: Scope) -> tuple[int, int] | None:
    """Where a comment stands, or two words side by side that are no names or products of names."""
    if comment := _COMMENT.search(text):
        words = {*re.findall("[A-Za-z]{2,}", comment[0])} - {*FUNCTIONS, *CONSTANTS}
        if not all(_is_said(word, scope) for word in words):  # else a division or remainder, as in Python
            return comment.span()
    for found in _WORDS.finditer(text):
        if len(found[1] + found[2]) > 5 and not any(_is_said(word, scope) for word in found.groups()):
            return found.start(1), found.end(2)
    return None


def _is_said(word: str, scope: Scope) -> bool:
    known = word in BARE or word in KEYWORDS or canonical(word) in scope.names
    return known or all(letter in scope.names for letter in word)


def _read(text: str, scope: Scope, expect: Shape | None) -> Node:
    piece = parse(text, scope)
    meaning = Meaning(text, scope)
    meaning.zero_based = _counts_from_zero(piece)
    whole = piece.without("group", "transpose")
    if (whole.kind, whole.value) == ("fill", "zeros") and expect is not None and ONE not in expect:
        return Fill("zeros", expect)  # a bold zero where a matrix is due
    if piece.kind == "entries":
        node = indices.by_entries(meaning, piece.value, piece.parts[0], expect)
    else:
        node = meaning.node(piece)
    if meaning.uses:
        names = sorted(meaning.uses)
        if not any(name in meaning.seen for name in names) and not (meaning.ties or re.search("_|δ", text)):
            raise Refusal(say("index-letter", index=names[0]), (0, len(text)), text, unknown=names[0])
        summed = {part.index for part in node.walk() if isinstance(part, IndexedSum)}
        if outside := next((name for name in names if name in summed), None):
            choices = _in_the_sum(text, outside, scope, expect)
            raise Refusal(say("index-outside", index=outside), (0, len(text)), text, choices)
        if not meaning.scalar(node) and len(names) == 1:
            raise Refusal(
                say("index-sum", index=names[0]), (0, len(text)), text, [f"sum_{names[0]} {text.strip()}"]
            )
        choices = [choice for choice in _by_entries(meaning, piece, names) if _reads(choice, scope, expect)]
        raise Refusal(
            say("index-free" if len(names) == 1 else "indices-free", names=listed(names)),
            (0, len(text)), text, choices,
        )  # fmt: skip
    return finish(meaning, node, expect)


def _by_entries(m: Meaning, piece: Piece, names: list[str]) -> list[str]:
    """What may be meant where these indices are free: an answer by its entries, or a sum over them."""
    text, left = m.text, "".join(names)
    if (pair := _PAIR.search(text)) and pair[2] in names:  # Σ_{i<j} x_i x_j
        return [f"{text[: pair.start(1)]}{pair[1]},{pair[2]}: {text[pair.start(1) :]}"]
    if (piece.kind, piece.value, len(names)) == ("call", "mean", 1) and m.seen.get(left):
        return [f"(1/{m.seen[left][0]}) sum_{left} ({m.said(piece.parts[0])})"]
    pending = [piece]
    while pending and len(names) == 1:  # sum(x_i x^T)
        here = pending.pop()
        if (here.kind, here.value) == ("call", "sum"):
            return [f"{text[: here.start]}sum_{left} ({m.said(here.parts[0])}){text[here.end :]}"]
        pending += here.parts
    named = re.match(r"\s*\\?([A-Za-z]\w*)\s*=", text)
    answer = f"{named[1] if named else 'J'}_{{%s}} = {text[piece.start :].strip()}"
    return [answer % left, answer % left[::-1]] if len(names) == 2 else [answer % left]


def _reads(text: str, scope: Scope, expect: Shape | None) -> bool:
    try:
        _read(text, scope, expect)
    except Refusal:
        return False
    return True


def _in_the_sum(text: str, index: str, scope: Scope, expect: Shape | None) -> list[str]:
    """The text with all that follows its sum in parentheses, where that can be read."""
    found = re.search(rf"(?:\bsum_|[Σ∑]_?|\\sum_)\{{?{index}\b[^{{}}\s]*\}}?(?:\^\{{?\w+\}}?)?\s", text)
    meant = f"{text[: found.end()]}({text[found.end() :].strip()})" if found else ""
    return [meant] if found and _reads(meant, scope, expect) else []


def _counts_from_zero(piece: Piece) -> bool:
    pending = [piece]
    while pending:
        here = pending.pop()
        if here.kind == "item" and any(p.kind == "num" and p.value == 0 for p in here.parts[1:]):
            return True
        pending += [p for p in here.parts if isinstance(p, Piece)]
        if isinstance(here.value, Piece):
            pending.append(here.value)
    return False
