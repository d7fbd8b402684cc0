"""SymPy objects, NumPy arrays, lists and numbers as trees, always from their packed form: by structure, never
by `str`."""

from __future__ import annotations

from typing import Any

from matcalc_ref.language.meaning.settling import finish
from matcalc_ref.language.meaning.written import read_text
from matcalc_ref.language.objects.packing import PACKED, pack, unpack
from matcalc_ref.language.objects.shared import MAX_CELLS, Shared
from matcalc_ref.language.objects.sympy_trees import SympyReader
from matcalc_ref.language.scope import Refusal, Scope
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import ONE, Shape
from matcalc_ref.language.tree import Node


def read_object(answer: Any, scope: Scope, expect: Shape | None) -> Node:
    """The tree of an object or of its packed form. Raises Refusal."""
    if not _is_packed(answer):
        answer = pack(answer)
    return ObjectReader(scope).top(answer, expect)


def _is_packed(answer: Any) -> bool:
    if type(answer) is not dict or not all(type(key) is str for key in answer):
        return False
    return set(answer) == {"function", "handle"} or len(answer) == 1 and next(iter(answer)) in PACKED


class ObjectReader(Shared):
    """Reads one answer; lists and arrays here, SymPy's trees in `sympy_trees`."""

    def top(self, packed: Any, expect: Shape | None) -> Node:
        if isinstance(packed, str):
            return read_text(packed, self.scope, expect)
        node = self.value(packed, 0)
        if self.meaning.uses:
            raise Refusal(say("object-index", index=min(self.meaning.uses)))
        return finish(self.meaning, node, expect)

    def value(self, packed: Any, depth: int) -> Node:
        self.count(depth)
        if packed is None:
            raise Refusal(say("none"))
        if isinstance(packed, bool):
            raise Refusal(say("truth", value=packed))
        if isinstance(packed, (int, float)):
            return self.number(packed)
        if isinstance(packed, str):
            return self.text(packed)
        if isinstance(packed, dict) and "function" in packed:
            raise Refusal(say("function-object"))
        if not isinstance(packed, dict) or len(packed) != 1:
            raise Refusal(say("no-formula"))
        kind, inner = next(iter(packed.items()))
        if kind == "ellipsis":
            raise Refusal(say("empty"))
        if kind in ("list", "tuple") and isinstance(inner, list):
            return self.rows(inner, kind, depth)
        if kind == "array":
            return self.array(packed)
        if kind in ("int", "float", "complex"):
            return self.number(_unpacked(packed))
        if inner in (["BooleanTrue"], ["BooleanFalse"]):
            raise Refusal(say("truth", value=inner[0].removeprefix("Boolean")))
        if kind == "sympy":
            return SympyReader(self).tree(inner, depth)
        if kind == "unreadable" and isinstance(inner, str):
            raise Refusal(say("no-formula-type", type=inner[:60]))
        what = f"a {kind}" if kind in ("dict", "set") else "something else"
        raise Refusal(say("no-formula-but", what=what))

    # lists and arrays

    def rows(self, items: list[Any], kind: str, depth: int) -> Node:
        if not items:
            raise Refusal(say("empty-object", kind=kind))
        lists = [_list(item) for item in items]
        if all(row is not None for row in lists):
            return self.stack([[self.value(cell, depth + 2) for cell in row or []] for row in lists])
        if len(items) == 1:
            return self.value(items[0], depth + 1)
        nodes = [self.value(item, depth + 1) for item in items]
        if all(self.meaning.shape(node)[0] == ONE and not self.meaning.scalar(node) for node in nodes):
            return self.stack([[node] for node in nodes])  # rows, one below the other
        raise Refusal(say("orientation", kind=kind))

    def array(self, packed: dict[str, Any]) -> Node:
        array = _unpacked(packed)
        if array.ndim == 0:
            return self.number(array.item())
        if array.size == 0 or array.size > MAX_CELLS:
            raise Refusal(say("array-size", size=array.size))
        if array.ndim == 1 and array.size > 1:
            raise Refusal(say("orientation", kind="array"))
        if array.ndim > 2:
            raise Refusal(say("array-axes", axes=array.ndim))
        rows = array.reshape(-1, array.shape[-1]).tolist()
        return self.stack(
            [[self.number(float(cell) if isinstance(cell, bool) else cell) for cell in row] for row in rows]
        )


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
        raise Refusal(say("malformed")) from None
