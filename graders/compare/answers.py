"""Answers as they arrive: packed data, taken apart without ever trusting it."""

from __future__ import annotations

import re
from typing import Any

from matcalc_ref.language.sizes import ONE, SCALAR, Shape, Size
from matcalc_ref.language.syntax.escapes import unescaped

Packed = Any


class NotReadable(Exception):
    """An answer that is of no use as it stands. `reason` is a sentence's id in `graders.feedback.wording`."""

    def __init__(self, reason: str, **fields: Any) -> None:
        super().__init__(reason)
        self.reason, self.fields = reason, fields


def is_empty(answer: Packed) -> bool:
    """Whether nothing was answered: `...`, None, an empty text or list."""
    if answer is None or answer == {"ellipsis": True}:
        return True
    if isinstance(answer, str):
        return answer.strip() in ("", "...", "…", "Ellipsis")
    if isinstance(answer, dict) and len(answer) == 1:
        ((kind, inner),) = answer.items()
        return kind in ("list", "tuple", "set", "dict") and inner == []
    return False


def items_of(answer: Packed) -> list[Packed] | None:
    """The items of a packed list, tuple or set; None for anything else."""
    if isinstance(answer, dict):
        for kind in ("list", "tuple", "set"):
            inner = answer.get(kind)
            if isinstance(inner, list):
                return inner
    return None


def pairs_of(answer: Packed) -> dict[str, Packed] | None:
    """A packed dict by its keys as text; None for anything else."""
    inner = answer.get("dict") if isinstance(answer, dict) else None
    if not isinstance(inner, list):
        return None
    pairs = [pair for pair in inner if isinstance(pair, list) and len(pair) == 2]
    return {key if isinstance(key, str) else str(key)[:20]: value for key, value in pairs}


def what_it_is(answer: Packed) -> str:
    """What a packed answer is, in a word or two."""
    if isinstance(answer, bool):
        return "a truth value"
    if isinstance(answer, (int, float)):
        return "a number"
    if isinstance(answer, str):
        return "a text"
    kind, inner = next(iter(answer.items())) if isinstance(answer, dict) and answer else ("", None)
    if kind == "unreadable":
        name = re.sub(r"[^\w .,]", "", str(inner))[:40]
        return name if name.startswith(("a ", "an ")) else f"an object of type {name}"
    return _KINDS.get(kind, "something unknown")


_KINDS = {
    "list": "a list", "tuple": "a tuple", "set": "a set", "dict": "a dict", "array": "an array",
    "sympy": "a SymPy object", "function": "a function", "float": "not a finite number",
    "complex": "a complex number", "int": "a number",
}  # fmt: skip


def letters_of(answer: Packed, count: int) -> tuple[str, ...]:
    """The letters of a choice, sorted: from `b`, `(b)`, `"a, d"`, `["a", "d"]`. Raises NotReadable."""
    items = items_of(answer)
    text = answer if isinstance(answer, str) else None
    if items is not None and all(isinstance(item, str) for item in items):
        text = ",".join(items)
    known = "abcdefgh"[:count]
    if text is None:
        raise NotReadable("choice-form", what=what_it_is(answer), letters=", ".join(known))
    said = _SAID.fullmatch(text.strip())
    text = (said["after"] or said["before"]) if said else text
    found = [word.lower() for word in re.findall(r"[A-Za-z]+", re.sub(r"\band\b|\bund\b|&", ",", text[:200]))]
    if len(found) == 1 and len(found[0]) > 1 and set(found[0]) <= set(known):
        found = list(found[0])
    wrong = [word for word in found if word not in set(known)]
    if wrong or not found:
        raise NotReadable("choice-letter", letters=", ".join(known))
    return tuple(sorted(set(found)))


_SAID = re.compile(
    r"(?:the )?(?:answer|choice|option|letter)\s*(?:is)?\s*[:=]?\s*\(?(?P<after>[a-h])\)?\.?"
    r"|\(?(?P<before>[a-h])\)?\s*[:.)]\s+(?!and\b|or\b)[^\W\d_]{2}.*",
    re.IGNORECASE | re.DOTALL,
)


def line_of(answer: Packed, count: int) -> int:
    """A line's number: from 3, `"3"`, `"L3"`, `"line 3"`. Raises NotReadable."""
    items = items_of(answer)
    value = answer = items[0] if items is not None and len(items) == 1 else answer
    if isinstance(answer, float) and answer.is_integer():
        value = int(answer)
    if isinstance(answer, str):
        line = r"\s*(?:l|line|zeile|#)?\s*\.?\s*\(?\s*(\d{1,3})\s*\)?\s*\.?\s*"
        found = re.fullmatch(line, answer, re.IGNORECASE)
        value = int(found[1]) if found else None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= count:
        raise NotReadable("line-form", count=count)
    return value


_BY = re.compile(r"\\times|\\cdot|×|-?\bby\b-?|\b[xX]\b|(?<=\d)x(?=\w)|(?<=\w)x(?=\d)|(?<=\))x|x(?=\()")
_ROWS_AND_COLUMNS = re.compile(
    r"(\S+) rows?(?:,| and)? (\S+) col(?:umn)?s?|(\S+) col(?:umn)?s?(?:,| and)? (\S+) rows?", re.IGNORECASE
)


def shape_from(answer: Packed) -> Shape:
    """A shape: from `"3,1"`, `"3×1"`, `"m by n"`, `(3, 1)`, `"a number"`. Raises NotReadable."""
    items = items_of(answer)
    if items is not None:
        words = [str(item) if not isinstance(item, dict) else _name_of(item) for item in items]
    elif isinstance(answer, str):
        text = re.sub("[·⋅]", "*", unescaped(answer.strip()[:80]))
        text = _BY.sub(",", text).strip("$()[]{} ")
        named = _ROWS_AND_COLUMNS.fullmatch(text)
        if named:
            text = f"{named[1] or named[4]},{named[2] or named[3]}"
        text = re.sub(r"^(\w)x(\w)$", r"\1,\2", text)  # mxn
        if text.lower() in ("scalar", "number", "a scalar", "a number", "one number", "1"):
            return SCALAR
        words = [word.strip() for word in re.split(r"[,;]", text) if word.strip()]
    elif answer == 1 and not isinstance(answer, bool):
        return SCALAR
    else:
        raise NotReadable("shape-form")
    if len(words) != 2:
        raise NotReadable("shape-form")
    try:
        rows, columns = (_size(word) for word in words)
    except ValueError:
        raise NotReadable("shape-form") from None
    return rows, columns


def _size(word: str) -> Size:
    word = re.sub(r"\|\s*\\?(?:mathbf|vec|bm)?\s*\{?(\w+)\}?\s*\|", r"\1", word.strip())
    word = re.sub(r"(?<=\d)(?=[A-Za-z])", "*", word.strip("() "))
    word = re.sub(r"(?<=\w)\s+(?=\w)", "*", word)
    word = "*".join(word) if re.fullmatch(r"[A-Za-z]{2,3}", word) else word  # dimensions are single letters
    if re.search(r"[A-Za-z]{4}", word):  # a word, not a size
        raise ValueError(word)
    size = Size.of(ONE if word == "1" else word)
    number = size.number
    if number is not None and not 0 < number < 10**6:
        raise ValueError(word)
    return size


def _name_of(item: dict[str, Any]) -> str:
    tree = item.get("sympy")
    if isinstance(tree, list) and len(tree) == 2 and tree[0] in ("Symbol", "Integer"):
        return str(tree[1])
    return "?"
