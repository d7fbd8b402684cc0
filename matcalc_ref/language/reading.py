"""The front door: whatever a formula was written in, one typed tree or a refusal in one sentence."""

from __future__ import annotations

from typing import Any

from matcalc_ref.language.meaning.written import read_text
from matcalc_ref.language.objects.reader import read_object
from matcalc_ref.language.scope import Refusal, Scope
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import Shape
from matcalc_ref.language.tree import Node, ShapeError


def read(answer: Any, scope: Scope, expect: Shape | None = None) -> Node:
    """The tree of an answer: text, LaTeX, a SymPy object, a NumPy array, a number, or any of these packed.

    `expect` is the shape that the answer should have; it only settles sizes that stay open (`I`, `1⃗`, `0⃗`),
    whether an answer by entries with one index is a row, and that `0⃗` alone may be a matrix. Raises Refusal
    for everything that is not a formula.
    """
    text = answer[:200] if isinstance(answer, str) else ""
    try:
        return (read_text if isinstance(answer, str) else read_object)(answer, scope, expect)
    except Refusal as refusal:
        refusal.text = refusal.text or text
        raise
    except (RecursionError, ShapeError, OverflowError, MemoryError) as problem:
        sizes = isinstance(problem, ShapeError)
        raise Refusal(say("sizes-misfit" if sizes else "too-deep-or-large"), None, text) from None


def outside(text: str, sign: str) -> list[str]:
    """The text cut at a sign that stands in no bracket."""
    found, depth = [""], 0
    for c in text:
        depth += (c in "([{") - (c in ")]}")
        if c == sign and depth <= 0:
            found.append("")
        else:
            found[-1] += c
    return found
