"""Runs of letters as the declared names that they are made of."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from itertools import pairwise
from typing import Any

from matcalc_ref.language.scope import ACCENTS, GREEK, canonical
from matcalc_ref.language.sizes import ONE, SCALAR
from matcalc_ref.language.syntax.scanner import Scanner
from matcalc_ref.language.syntax.tokens import INDICES, Name, Token, is_letter
from matcalc_ref.language.syntax.words import BARE, CONSTANTS, FUNCTIONS, KEYWORDS, WHOLE

_SUBSCRIPT = re.compile(r"_\s*\{\s*([\w,]+)\s*\}|_(\w+)|[₀-₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ]+")


BUDGET = 40  # of words in a run

_CROSSED = re.compile(r"([^\W_]+)_([^\W_]+)x([^\W_]+)")  # I_nxn


def word(lx: Scanner) -> None:
    """A run of letters (with digits and underscores inside), as the declared names that it is made of."""
    text, start = lx.text, lx.pos
    end = start
    while end < len(text) and (
        is_letter(text[end])
        or text[end].isascii()
        and text[end].isdigit()
        or text[end] == "_"
        or text[end] in ACCENTS
    ):
        if text[end].isdigit() and text[end + 1 : end + 2] == "\u20d7":  # w1⃗
            break
        end += 1
    if lx.latex and lx.out and lx.out[-1].kind == "frac":  # \\frac z2
        end = start + 1
    run = text[start:end]
    crossed = _CROSSED.fullmatch(run)
    if crossed and {*crossed.group(2, 3)} <= lx.scope.dimensions:
        base, one, two = crossed.groups()
        raise lx.fail("size-or-product", start, end, (f"{base}_{{{one}×{two}}}",), whole=run)
    if end < len(text) and text[end] in "{(" and run.endswith("_"):  # x_{…}: the subscript comes later
        end, run = end - 1, run[:-1]
    if not run.isascii():
        run = "".join(
            unicodedata.normalize("NFKC", c) if "\U0001d400" <= c <= "\U0001d7cb" else c for c in run
        )
    if len(run) > 200:
        raise lx.fail("word-long", start, end)
    at = start
    parts = before_subscript(lx, run, end) or pieces(lx, run)
    if text.startswith("(", end) and _hides_a_function(parts):
        parts = unknown(lx, run)
    for kind, value, length in parts:
        lx.pos = at + length
        if kind == "name":
            name(lx, value, at, at + length)
        else:
            lx.emit(kind, value, at, at + length)
        at = max(at + length, lx.pos)


def _hides_a_function(parts: list[tuple[str, Any, int]]) -> bool:
    """Whether a called word is no known function, but begins like one: `length(x)`, `expm(B)`."""
    names = [value for kind, value, _ in parts if kind == "name"]
    return any(
        it.category == "function" and after.category != "function"
        and (it.key not in BARE or names[-1].category == "dimension")
        for it, after in pairwise(names)
    )  # fmt: skip


def before_subscript(lx: Scanner, run: str, end: int) -> list[tuple[str, Any, int]] | None:
    """`ηδ` of `ηδ₂` where δ_2 is declared: the last letters belong to the subscript."""
    if len(run) < 2 or not _SUBSCRIPT.match(lx.text, end) or split(lx, run) is not None:
        return None
    for length in range(len(run) - 1, 0, -1):
        head = split(lx, run[:-length])
        if head and joined(lx, run[-length:], end):
            return [*head, ("name", Name("unknown", run[-length:], run[-length:]), length)]
    return None


def joined(lx: Scanner, word: str, end: int) -> tuple[tuple[str, str], int] | None:
    """What `word` and the subscript at `end` are declared as together, as in `W₁` where W_1 is declared."""
    sub = _SUBSCRIPT.match(lx.text, end)
    known = lx.scope.names.get(canonical(word) + canonical(sub[1] or sub[2] or sub[0])) if sub else None
    return (known, sub.end()) if sub and known else None


def join_over_superscripts(lx: Scanner) -> None:
    """Makes `W^T_2` the transpose of W_2 where W_2 is declared and W is not; `u^{2}_1` too. Asks where both
    are."""
    toks = lx.out
    for at in range(len(toks) - 1, 1, -1):
        if toks[at].kind != "sub":
            continue
        before, depth = at - 1, toks[at - 1].depth
        while depth < 0 and before > 1:
            before -= 1
            depth += toks[before].depth
        if toks[before].kind != "T" and not toks[before - 1].sign("^"):
            continue
        before -= 1 if toks[before].kind == "T" else 2
        word = toks[before]
        if word.kind == "name" and word.value.category in ("unknown", "index", "variable"):
            known = lx.scope.names.get(canonical(word.value.written.lstrip("\\") + toks[at].value))
            if known:
                _no_entry_of_two(lx, word, known[1], toks[at])
                toks[before] = replace(word, value=Name(*known, lx.text[word.start : toks[at].end]))
                toks[at - 1] = replace(toks[at - 1], end=toks[at].end)
                del toks[at]


def _no_entry_of_two(lx: Scanner, word: Token, whole: str, sub: Token) -> None:
    """Asks whether `w^T_2` is the transpose of w_2 or an entry of that of w, where both are declared."""
    shape = lx.scope.shapes.get(word.value.key, SCALAR)
    if word.value.category == "variable" and shape != SCALAR:
        upper = lx.text[word.end : sub.start]
        entry = sub.value if ONE in shape else f"{sub.value},:"
        choices = (f"{whole}{upper}", f"({word.value.key}{upper})_{{{entry}}}")
        raise lx.fail("subscript-of-which", word.start, sub.end, choices, index=sub.value, whole=whole)


def name(lx: Scanner, name: Name, start: int, end: int) -> None:
    """A name, together with a subscript that belongs to it."""
    word = name.written.lstrip("\\") if name.category == "unknown" else name.key
    whole = None if name.category == "function" else joined(lx, word, end)
    if whole:
        (category, key), end = whole
        name = Name(category, key, lx.text[start:end])
    lx.pos = end
    lx.emit("name", name, start, end)


def lookup(lx: Scanner, word: str) -> Name | None:
    """What a whole word is: declared, or a function, a constant, the identity."""
    known = lx.scope.names.get(canonical(word))
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


def pieces(lx: Scanner, run: str) -> list[tuple[str, Any, int]]:
    """The tokens that a run of letters is made of: their kinds, values and lengths."""
    if run in KEYWORDS and canonical(run) not in lx.scope.names:
        return [("sign", KEYWORDS[run], len(run))]
    if run in INDICES and canonical(run) not in lx.scope.names:
        return [("name", Name("index", run, run), 1)]
    if run in GREEK.values() and canonical(run) not in lx.scope.names and lookup(lx, run) is None:
        return unknown(lx, run)
    cache = lx.scope.runs
    if run not in cache:
        if len(cache) > 2000:
            cache.clear()
        cache[run] = split(lx, run) or _shouted(run) or unknown(lx, run)
    return cache[run]


def _shouted(run: str) -> list[tuple[str, Any, int]] | None:
    """`MAX` and `EXP`, as telephones and spreadsheets write them."""
    known = FUNCTIONS.get(run.lower()) if run.isupper() and len(run) > 2 else None
    return [("name", Name("function", known, run), len(run))] if known else None


def unknown(lx: Scanner, run: str) -> list[tuple[str, Any, int]]:
    """A word that is not declared, with its subscript apart, as in `δ_ij`."""
    head = run.split("_")[0]
    rest = split_subscript(lx, run[len(head) :], BUDGET) if 0 < len(head) < len(run) else None
    if rest is None:
        return [("name", Name("unknown", run, run), len(run))]
    return [("name", Name("unknown", head, head), len(head)), *rest]


def split(lx: Scanner, run: str, budget: int = BUDGET) -> list[tuple[str, Any, int]] | None:
    """A run as known words, the longest first; None where something else is in it, or there are too many."""
    if not run:
        return []
    if budget == 0:
        return None
    if run[0] == "_":
        return split_subscript(lx, run, budget)
    for length in range(len(run), 0, -1):
        word, rest = run[:length], run[length:]
        if rest and (rest[0] in ACCENTS or word.endswith("_")):
            continue
        found = lookup(lx, word)
        if found is None or (rest and rest[0].isdigit()):
            continue
        if word in WHOLE and found.category == "function" and (rest or budget < BUDGET):
            continue
        if found.category == "identity" and rest and rest[0] != "_":  # Iz, but neither In nor If
            known = lookup(lx, rest[0])
            if known is None or known.category != "variable":
                continue
        after = split(lx, rest, budget - 1)
        if after is not None:
            return [("name", found, length), *after]
    return None


def split_subscript(lx: Scanner, run: str, budget: int) -> list[tuple[str, Any, int]] | None:
    """A run that begins with `_`: a subscript of indices and sizes, else of one character, and the rest."""
    body = re.compile(r"_([^\W_]+)").match(run)
    if not body:
        return None
    written = body[1]
    plain = all(c in INDICES or c.isdigit() or c in lx.scope.dimensions for c in written)
    sub = written if plain else re.findall(r"\d+|.", written)[0]
    after = split(lx, run[1 + len(sub) :], budget - 1)
    if after is not None:
        return [("sub", sub, 1 + len(sub)), *after]
    return [("sub", written, 1 + len(written))] if not run[1 + len(written) :] else None
