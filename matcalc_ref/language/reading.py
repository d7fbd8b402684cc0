"""The front door: whatever a formula was written in, one typed tree or a refusal in one sentence."""

from __future__ import annotations

import re
from typing import Any

from matcalc_ref.language import indices
from matcalc_ref.language.limits import too_costly
from matcalc_ref.language.meaning import Meaning
from matcalc_ref.language.operations import apply
from matcalc_ref.language.parser import parse
from matcalc_ref.language.scope import Refusal, Scope
from matcalc_ref.language.sizes import ONE, Shape, Size
from matcalc_ref.language.surface import Piece
from matcalc_ref.language.tree import Apply, ByEntries, Count, Fill, Node, ShapeError


def read(answer: Any, scope: Scope, expect: Shape | None = None) -> Node:
    """The tree of an answer: text, LaTeX, a SymPy object, a NumPy array, a number, or any of these packed.

    `expect` is the shape that the answer should have; it only settles sizes that stay open (`I`, `1⃗`,
    `0⃗`), and
    whether an answer by entries with one index is a row. Raises Refusal for everything that is not a formula.
    """
    try:
        if isinstance(answer, str):
            return _read_text(answer, scope, expect)
        from matcalc_ref.language.from_objects import read_object

        return read_object(answer, scope, expect)
    except Refusal as refusal:
        if not refusal.text and isinstance(answer, str):
            refusal.text = answer[:200]
        raise
    except (RecursionError, ShapeError, OverflowError, MemoryError) as problem:
        text = answer[:200] if isinstance(answer, str) else ""
        sentence = "This formula is too large or too deeply nested to read; give it a simpler form."
        if isinstance(problem, ShapeError):
            sentence = "The sizes in this formula do not fit together."
        raise Refusal(sentence, None, text) from None


def _read_text(text: str, scope: Scope, expect: Shape | None) -> Node:
    piece = parse(text, scope)
    meaning = Meaning(text, scope)
    meaning.zero_based = _counts_from_zero(piece)
    if piece.kind == "entries":
        node = indices.by_entries(meaning, piece.value, piece.parts[0], expect)
    else:
        node = meaning.node(piece)
    if meaning.uses:
        names = sorted(meaning.uses)
        if not any(name in meaning.seen for name in names) and not re.search("_|δ", text):
            raise Refusal(
                f"`{names[0]}` is not known here; i, j, k and l are indices, as in `x_{names[0]}`.",
                (0, len(text)),
                text,
            )
        left = "".join(names)
        choices = [f"J_{{{left}}} = {text.strip()}"]
        if len(names) == 2:
            choices.append(f"J_{{{left[::-1]}}} = {text.strip()}")
        raise Refusal(
            (f"The index {names[0]} is" if len(names) == 1 else f"The indices {' and '.join(names)} are")
            + " free here: write the entry that this is, on the left.",
            (0, len(text)), text, choices,
        )  # fmt: skip
    return finish(meaning, node, expect)


def finish(meaning: Meaning, node: Node, expect: Shape | None) -> Node:
    """The tree with all sizes settled, and within bounds."""
    node = _settle(meaning, node, expect)
    problem = too_costly(node)
    if problem:
        raise Refusal(problem, None, meaning.text)
    return node


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


def _settle(meaning: Meaning, node: Node, expect: Shape | None) -> Node:
    sizes = meaning.sizes
    if not sizes.count:
        return node
    if expect is not None:
        shape = sizes.shape(node.shape)
        for wanted in (expect, (expect[1], expect[0])):
            if sizes.could((shape[0], wanted[0]), (shape[1], wanted[1])):
                sizes.same(shape[0], wanted[0])
                sizes.same(shape[1], wanted[1])
                break
    left = _open(meaning, node)
    if left:
        likely = {s for s in expect or () if s != ONE} or {Size.of(d) for d in meaning.scope.dimensions}
        if expect is not None and len(likely) == 1:
            for name in left:
                sizes.known[name] = next(iter(likely))
        else:
            dims = sorted(meaning.scope.dimensions) or ["n"]
            kind = next(
                n.kind
                for n in node.walk()
                if isinstance(n, Fill)
                and sizes.open_names(sizes.settle(n.shape[0]) + sizes.settle(n.shape[1]))
            )
            word = {"eye": "I", "ones": "1⃗", "zeros": "0⃗"}[kind]
            raise Refusal(
                f"How large is `{word}` here? Its size does not follow from the formula.",
                (0, len(meaning.text)), meaning.text, [f"{kind}({d})" for d in dims],
            )  # fmt: skip
    return _rebuild(meaning, node)


def _open(meaning: Meaning, node: Node) -> list[str]:
    found: set[str] = set()
    for n in node.walk():
        if isinstance(n, (Fill, ByEntries)):
            for size in n.shape:
                found.update(meaning.sizes.open_names(meaning.sizes.settle(size)))
        elif isinstance(n, Count):
            found.update(meaning.sizes.open_names(meaning.sizes.settle(n.size)))
    return sorted(found)


def _rebuild(meaning: Meaning, node: Node) -> Node:
    sizes = meaning.sizes
    children = tuple(_rebuild(meaning, c) for c in node.children)
    if isinstance(node, Fill):
        return Fill(node.kind, sizes.shape(node.filled))
    if isinstance(node, Count):
        return Count(sizes.settle(node.size))
    if isinstance(node, ByEntries):
        return ByEntries(node.row_index, node.column_index, children[0], sizes.shape(node.entries))
    if isinstance(node, Apply):
        return apply(node.operation, *children)
    return node.with_children(children) if children else node
