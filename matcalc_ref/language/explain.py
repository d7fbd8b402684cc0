"""How a formula was understood: for the command line, and for a notebook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from matcalc_ref.language.printing.latex import latex
from matcalc_ref.language.printing.typed import text
from matcalc_ref.language.reading import read
from matcalc_ref.language.scope import Refusal, Scope
from matcalc_ref.language.sizes import ONE, SCALAR, Size, shape_of, show_shape
from matcalc_ref.language.tree import Apply, ByEntries, Entry, Index, Node, Variable, apply

DECLARE = "Names are declared with --var: --var x:n is a column, --var A:m,n a matrix, --var z: a number."


def variables_of(declarations: Iterable[str]) -> dict[str, str]:
    """`["x:n", "A:m,n", "z:"]` as {"x": "n", "A": "m,n", "z": ""}. Raises ValueError."""
    found: dict[str, str] = {}
    for declaration in declarations:
        name, colon, shape = declaration.partition(":")
        if not colon or not name.strip():
            raise ValueError(
                f"{declaration!r}: write NAME:SHAPE, such as x:n (a column), A:m,n (a matrix), z: (a number)."
            )
        if name.strip() in found:
            raise ValueError(f"{name.strip()} is declared twice; declare it once.")
        if any(size.number is not None and size.number < 1 for size in shape_of(shape)):
            raise ValueError(f"{declaration!r}: a size is at least 1.")
        found[name.strip()] = shape.strip()
    return found


def explain(answer: Any, scope: Scope | Mapping[str, str]) -> dict[str, Any]:
    """How `answer` is read: {"text", "latex", "shape", "kind", "dimensions"}.

    A refusal gives {"error", "at", "choices", "caret"} instead. Never raises for what an answer says.
    """
    scope = scope if isinstance(scope, Scope) else Scope(scope)
    try:
        node = read(answer, scope)
    except Refusal as refusal:
        return {
            "error": refusal.message, "at": list(refusal.at) if refusal.at else None,
            "choices": list(refusal.choices), "caret": refusal.caret(),
        }  # fmt: skip
    return {
        "text": text(node), "latex": latex(node), "shape": [str(size) for size in node.shape],
        "kind": kind(node),
        "dimensions": sorted(dimensions(node)),
    }  # fmt: skip


def read_back(node: Node, samples: Mapping[str, str]) -> str:
    """LaTeX that shows how an answer was read: `x_i` for a sample, one entry of what is given by its entries.

    `samples` as in `Scope`. It is for people; `latex` can be read again.
    """
    rows_of = {matrix: name for name, matrix in samples.items()}

    def change(part: Node) -> Node:
        match part:
            case Entry(Variable(matrix, (_, columns)), Index(at), None) if matrix in rows_of:
                return apply("transpose", Variable(f"{rows_of[matrix]}_{at}", (columns, ONE)))
            case Apply("transpose", (Apply("transpose", (inside,)),)):
                return inside
        return part

    node = node.map(change)
    if not isinstance(node, ByEntries):
        return latex(node)
    indices = [index or "1" for index in (node.row_index, node.column_index)]
    place = indices[0] if node.shape[1] == ONE else ",".join(indices)
    return rf"\text{{entry }}({place}):\ {latex(node.body)}"


def kind(node: Node) -> str:
    """What the shape is called: a number, a column, a row, a matrix."""
    if node.shape == SCALAR:
        return "a number"
    rows, columns = (str(size) for size in node.shape)
    if columns == "1":
        return f"a column of {rows} entries"
    if rows == "1":
        return f"a row of {columns} entries"
    return f"{'an' if rows[0] in _SPOKEN_WITH_A_VOWEL else 'a'} {show_shape(node.shape)} matrix"


_SPOKEN_WITH_A_VOWEL = "AEFHILMNORSXaefhilmnorsx8"


def dimensions(node: Node) -> frozenset[str]:
    """The named dimensions that a formula depends on."""
    found: frozenset[str] = frozenset()
    for piece in node.walk():
        found |= piece.shape[0].names | piece.shape[1].names
        size = getattr(piece, "size", None)
        if size is not None:
            found |= size.names
    return found - node.free_indices


def markdown(found: Mapping[str, Any]) -> str:
    """The words of `explain` for a notebook."""
    if "error" in found:
        choices = "".join(f"\n- `{choice}`" for choice in found["choices"])
        caret = f"\n\n```text\n{found['caret']}\n```\n" if found["caret"] else ""
        return found["error"] + caret + (f"\n\nWhich one is meant?\n{choices}" if choices else "")
    sizes = f", for every ${', '.join(found['dimensions'])}$" if found["dimensions"] else ""
    shape = _shape(found, r" \times ")
    return f"$${found['latex']}$$\n\nThis is {found['kind']} (${shape}$){sizes}."


def _shape(found: Mapping[str, Any], times: str) -> str:
    rows, columns = map(Size.of, found["shape"])
    return show_shape((rows, columns), times)


def run(expression: str, *, variables: list[str], as_json: bool = False) -> int:
    """The command `matcalc explain`. 0 where the formula is read, 2 where it is not."""
    try:
        scope = Scope(variables_of(variables))
    except ValueError as problem:
        print(json.dumps({"error": str(problem), "at": None, "choices": []}) if as_json else str(problem))
        return 2
    found = explain(expression, scope)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    elif "error" in found:
        print(found["error"])
        if found["caret"]:
            print("\n" + "\n".join("  " + line for line in found["caret"].splitlines()))
        for choice in found["choices"]:
            print(f"  - {choice}")
        if not variables:
            print(DECLARE)
    else:
        print(f"understood   {found['text']}\nLaTeX        {found['latex']}")
        print(f"shape        {_shape(found, '×')}, {found['kind']}")
        print(f"dimensions   {', '.join(found['dimensions']) or 'none'}")
    return 2 if "error" in found else 0
