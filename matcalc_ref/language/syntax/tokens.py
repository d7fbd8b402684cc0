"""The smallest pieces of a written formula."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from matcalc_ref.language.scope import ACCENTS, GREEK, SUBSCRIPTS, Refusal
from matcalc_ref.language.sentences import say

INDICES = frozenset("ijkl")
CLOSING = {"(": ")", "[": "]", "{": "}", ".(": ")", "⟨": "⟩"}
SUPERSCRIPTS = dict(
    zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣʸᶻⁿᵐⁱʲᵏˡᵃᵇᶜᵈᵉᵗᵘᵛʷᴺ", "0123456789+-()xyznmijklabcdetuvwN", strict=True)
)


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

    def sign(self, *signs: str) -> bool:
        return self.kind == "sign" and self.value in signs

    @property
    def depth(self) -> int:
        """1 for what opens a bracket, -1 for what closes one."""
        return self.sign(*CLOSING) - self.sign(*CLOSING.values())


@dataclass(slots=True, frozen=True)
class Name:
    """What a word is: variable, dimension, sample, function, constant, identity, index or unknown."""

    category: str
    key: str  # the declared name, or the function's meaning
    written: str


class Reader:
    """What reads a text, and refuses it at a place."""

    text: str

    def fail(
        self,
        sentence: str,
        start: int,
        end: int | None = None,
        choices: tuple[str, ...] = (),
        /,
        **fields: Any,
    ) -> Refusal:
        """The refusal with this sentence of the table, filled in, at a place of the text."""
        at = (start, start + 1 if end is None else end)
        return Refusal(say(sentence, **fields), at, self.text, choices, sentence=sentence)


def is_letter(c: str) -> bool:
    """Whether a character may stand in a name: Latin, Greek, mathematical alphabets, with accents."""
    if c.isascii():
        return c.isalpha()
    if c in GREEK or "\U0001d400" <= c <= "\U0001d7cb":
        return True
    return c.isalpha() and c not in SUPERSCRIPTS and c not in SUBSCRIPTS and _base(c) is not None


def _base(c: str) -> str | None:
    parts = unicodedata.normalize("NFD", c)
    return parts if len(parts) == 2 and parts[0].isascii() and parts[1] in ACCENTS else None
