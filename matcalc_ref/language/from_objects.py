"""SymPy objects, NumPy arrays, lists and numbers as trees, always from their packed form: by structure,
never by `str`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from matcalc_ref.language.from_sympy import MAX_CELLS, MAX_DEPTH, MAX_PIECES, SympyReader
from matcalc_ref.language.meaning import Meaning
from matcalc_ref.language.objects import pack, unpack
from matcalc_ref.language.operations import Misfit
from matcalc_ref.language.parser import parse
from matcalc_ref.language.scope import Refusal, Scope
from matcalc_ref.language.sizes import ONE, Shape
from matcalc_ref.language.tree import Node, Number

PACKED = frozenset("int float complex ellipsis list tuple set dict array sympy function unreadable".split())
ORIENTATION = (
    "A 1-D {0} is neither a row nor a column. Write a row as `[[a, b]]`, a column as `[[a], [b]]`, "
    "or the formula as text."
)


def read_object(answer: Any, scope: Scope, expect: Shape | None) -> Node:
    """The tree of an object or of its packed form. Raises Refusal."""
    if not _is_packed(answer):
        answer = pack(answer)
    return ObjectReader(scope, expect).top(answer)


def _is_packed(answer: Any) -> bool:
    if type(answer) is not dict or not all(type(key) is str for key in answer):
        return False
    return set(answer) == {"function", "handle"} or len(answer) == 1 and next(iter(answer)) in PACKED


class ObjectReader:
    """Reads one answer; lists and arrays here, SymPy's trees in `from_sympy`."""

    def __init__(self, scope: Scope, expect: Shape | None) -> None:
        self.scope, self.expect = scope, expect
        self.meaning = Meaning("", scope)
        self.pieces = 0

    def top(self, packed: Any) -> Node:
        from matcalc_ref.language.reading import finish

        if isinstance(packed, str):
            from matcalc_ref.language.reading import read

            return read(packed, self.scope, self.expect)
        node = self.value(packed, 0)
        if self.meaning.uses:
            raise Refusal(
                f"The index {min(self.meaning.uses)} is free here; write it as text, `J_{{ij}} = …`."
            )
        return finish(self.meaning, node, self.expect)

    def value(self, packed: Any, depth: int) -> Node:
        self.pieces += 1
        if self.pieces > MAX_PIECES or depth > MAX_DEPTH:
            raise Refusal("This object is too large to read as a formula.")
        if packed is None:
            raise Refusal("There is no value here (None); a function may lack its `return`.")
        if isinstance(packed, bool):
            raise Refusal(f"{packed} is a truth value, not a formula.")
        if isinstance(packed, (int, float)):
            return self.number(packed)
        if isinstance(packed, str):
            return self.text(packed)
        if isinstance(packed, dict) and "function" in packed:
            raise Refusal("This is a function; give its formula as text.")
        if not isinstance(packed, dict) or len(packed) != 1:
            raise Refusal("This is not a formula.")
        kind, inner = next(iter(packed.items()))
        if kind == "ellipsis":
            raise Refusal("There is nothing here yet.")
        if kind in ("list", "tuple") and isinstance(inner, list):
            return self.rows(inner, kind, depth)
        if kind == "array":
            return self.array(packed)
        if kind in ("int", "float", "complex"):
            return self.number(_unpacked(packed))
        if kind == "sympy":
            return SympyReader(self).tree(inner, depth)
        name = {"dict": "a dict", "set": "a set"}.get(str(kind))
        if kind == "unreadable" and isinstance(inner, str):
            name = f"of type {inner[:60]}"
        raise Refusal(f"This is {name or 'something else'}, not a formula.")

    def number(self, value: Any) -> Node:
        if isinstance(value, complex):
            raise Refusal("This is a complex number; all values here are real.")
        if isinstance(value, float):
            if value != value or value in (float("inf"), float("-inf")):
                raise Refusal(f"This is {value}, not a number that a formula can have.")
            return Number(Fraction(repr(value)))
        if abs(value) > 10**30:
            raise Refusal("This number has too many digits.")
        return Number(Fraction(value))

    def text(self, written: str) -> Node:
        """A text inside a list or the name of a symbol, in the same reading."""
        piece = parse(written, self.scope)
        inner = Meaning(written, self.scope)
        inner.sizes, inner.bound = self.meaning.sizes, self.meaning.bound
        inner.uses, inner.seen = self.meaning.uses, self.meaning.seen
        return inner.node(piece)

    # lists and arrays

    def rows(self, items: list[Any], kind: str, depth: int) -> Node:
        if not items:
            raise Refusal(f"This {kind} is empty.")
        lists = [_list(item) for item in items]
        if all(row is not None for row in lists):
            return self.stack([[self.value(cell, depth + 2) for cell in row or []] for row in lists])
        if len(items) == 1:
            return self.value(items[0], depth + 1)
        nodes = [self.value(item, depth + 1) for item in items]
        if all(self.meaning.shape(node)[0] == ONE and not self.meaning.scalar(node) for node in nodes):
            return self.stack([[node] for node in nodes])  # rows, one below the other
        raise Refusal(ORIENTATION.format(kind))

    def array(self, packed: dict[str, Any]) -> Node:
        array = _unpacked(packed)
        if array.ndim == 0:
            return self.number(array.item())
        if array.size == 0 or array.size > MAX_CELLS:
            raise Refusal(f"An array of {array.size} numbers is not read as a formula.")
        if array.ndim == 1 and array.size > 1:
            raise Refusal(ORIENTATION.format("array"))
        if array.ndim > 2:
            raise Refusal(f"An array with {array.ndim} axes is no matrix; a matrix has two.")
        rows = array.reshape(-1, array.shape[-1]).tolist()
        return self.stack(
            [[self.number(float(cell) if isinstance(cell, bool) else cell) for cell in row] for row in rows]
        )

    def stack(self, rows: list[list[Node]]) -> Node:
        if len({len(row) for row in rows}) > 1 or not rows[0]:
            raise Refusal(f"The rows have different lengths ({', '.join(str(len(row)) for row in rows)}).")
        try:
            lines = [row[0] if len(row) == 1 else self.meaning.make("hstack", *row) for row in rows]
            return lines[0] if len(lines) == 1 else self.meaning.make("vstack", *lines)
        except Misfit:
            raise Refusal("The blocks of this matrix do not fit together.") from None


def _list(item: Any) -> list[Any] | None:
    if isinstance(item, dict) and len(item) == 1:
        kind, inner = next(iter(item.items()))
        if kind in ("list", "tuple") and isinstance(inner, list):
            return inner
    return None


def _unpacked(packed: Any) -> Any:
    try:
        return unpack(packed)
    except (ValueError, TypeError, OverflowError):
        raise Refusal("This value is malformed.") from None
