"""Objects as data: what leaves a student's process, by its tree and never by its `str`; and data as objects
again.

JSON's None, bool, int (below 2**53), finite float and str stand for themselves; all else is an object with
one key: int, float (nan, inf, -inf), complex, ellipsis, list, tuple, set, dict (pairs), array, sympy,
function, unreadable.
"""

from __future__ import annotations

import base64
import math
import sys
import types
from fractions import Fraction
from functools import partial
from typing import Any

Packed = Any
PACKED = frozenset("int float complex ellipsis list tuple set dict array sympy function unreadable".split())
MAX_DEPTH = 60
MAX_ITEMS = 100_000
MAX_BYTES = 8 * 1024 * 1024
_NO: Any = object()
PLAIN = (bool, int, float, str, type(None))  # what stands for itself
DTYPES = ("<f8", "<f4", "<f2", "<i8", "<i4", "<i2", "|i1", "<u8", "<u4", "<u2", "|u1", "|b1", "<c16", "<c8")


def pack(obj: Any, functions: list[Any] | None = None) -> Packed:
    """`obj` as JSON-able data, bounded in depth, count and bytes. Never raises, never calls a student's
    methods.

    Functions are appended to `functions`; their handle is the place there. What cannot be read is
    `{"unreadable": type name}`.
    """
    return _Packer(functions if functions is not None else []).pack(obj, 0)


class _Packer:
    def __init__(self, functions: list[Any]) -> None:
        self.functions, self.items, self.bytes = functions, 0, 0

    def pack(self, obj: Any, depth: int) -> Packed:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS or self.bytes > MAX_BYTES:
            return {"unreadable": "something too large"}
        kind = type(obj)
        if obj is None or kind is bool:
            return obj
        if obj is Ellipsis:
            return {"ellipsis": True}
        if kind is int:
            return _integer(obj)
        if kind is float:
            return _float(obj)
        if kind is complex:
            return {"complex": [_float(obj.real), _float(obj.imag)]}
        if isinstance(obj, str) and kind is not str:  # as NumPy's are
            obj, kind = str.__str__(obj), str
        if kind is str:
            self.bytes += 4 * len(obj)
            if self.bytes > MAX_BYTES:
                return {"unreadable": "a very long text"}
            return obj if obj.isascii() else obj.encode("utf-8", "replace").decode("utf-8")
        if kind is Fraction:
            return {"sympy": ["Rational", _digits(obj.numerator), _digits(obj.denominator)]}
        if kind in (list, tuple, set, frozenset, range):
            if len(obj) > MAX_ITEMS:
                return {"unreadable": f"a {kind.__name__} of {len(obj)} values"}
            name = {"range": "list", "frozenset": "set"}.get(kind.__name__, kind.__name__)
            return {name: [self.pack(item, depth + 1) for item in list(obj)]}
        if kind is dict:
            if len(obj) > MAX_ITEMS:
                return {"unreadable": f"a dict of {len(obj)} values"}
            return {"dict": [[self.pack(part, depth + 1) for part in pair] for pair in list(obj.items())]}
        for way in (self._numpy, self._sympy, self._function):
            packed = way(obj, depth)
            if packed is not _NO:
                return packed
        return {"unreadable": str(kind.__name__)[:100]}

    def _numpy(self, obj: Any, depth: int) -> Packed:
        numpy = sys.modules.get("numpy")
        if numpy is None:
            return _NO
        if type(obj) in (numpy.ndarray, numpy.matrix):
            if obj.dtype == object:
                if obj.size > MAX_ITEMS:
                    return {"unreadable": "a large array"}
                return self.pack(obj.tolist(), depth + 1)
            self.bytes += obj.nbytes
            if self.bytes > MAX_BYTES:
                return {"unreadable": f"an array of {obj.nbytes:,} bytes"}
            array = numpy.ascontiguousarray(obj)
            array = array.astype(array.dtype.newbyteorder("<"), copy=False)
            if array.dtype.str not in DTYPES:
                return {"unreadable": f"an array of {array.dtype}"}
            data = base64.b64encode(array.tobytes()).decode("ascii")
            return {"array": {"dtype": array.dtype.str, "shape": list(obj.shape), "data": data}}
        if type(obj).__module__ == "numpy" and isinstance(obj, (numpy.number, numpy.bool_)):
            return self.pack(obj.item(), depth + 1) if type(obj.item()) is not type(obj) else _NO
        return _NO

    def _sympy(self, obj: Any, depth: int) -> Packed:
        sympy = sys.modules.get("sympy")
        if sympy is None or not hasattr(sympy, "Basic"):
            return _NO
        if sympy.Basic in type(obj).__mro__ or sympy.MatrixBase in type(obj).__mro__:
            tree = self._tree(obj, sympy, depth)
            return {"sympy": tree} if tree is not None else _NO
        return _NO

    def _tree(self, obj: Any, sympy: Any, depth: int) -> list[Any] | None:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            return None
        kind = type(obj)
        if sympy.MatrixBase in kind.__mro__:
            rows, columns = obj.shape
            children = [self._tree(obj[i, j], sympy, depth + 1) for i in range(rows) for j in range(columns)]
            return None if None in children else ["Matrix", rows, columns, *children]
        if isinstance(obj, sympy.Integer):
            return ["Integer", _digits(int(obj))]
        if isinstance(obj, sympy.Rational):
            return ["Rational", _digits(int(obj.p)), _digits(int(obj.q))]
        if kind is sympy.Float:
            return ["Float", str(obj)[:80]]
        if kind in (sympy.Symbol, sympy.Dummy, sympy.Wild) or kind.__name__ == "Str":
            return ["Str" if kind.__name__ == "Str" else "Symbol", str(obj.name)[:200]]
        if sympy.MatrixSymbol in kind.__mro__:
            sizes = [self._tree(size, sympy, depth + 1) for size in obj.shape]
            return None if None in sizes else ["MatrixSymbol", str(obj.name)[:200], *sizes]
        home = sys.modules.get(str(kind.__module__))
        if not str(kind.__module__).startswith("sympy.") or getattr(home, kind.__name__, None) is not kind:
            if sympy.core.function.AppliedUndef not in kind.__mro__:
                return None
            name: list[Any] = ["Apply", kind.__name__[:200]]
        else:
            name = [kind.__name__]
        children = [
            self._tree(arg, sympy, depth + 1) if isinstance(arg, sympy.Basic) else None for arg in obj.args
        ]
        return None if None in children else [*name, *children]

    def _function(self, obj: Any, depth: int) -> Packed:
        named = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
        if not isinstance(obj, (*named, partial, type)) and not any(
            "__call__" in k.__dict__ for k in type(obj).__mro__
        ):
            return _NO
        self.functions.append(obj)
        name = obj.__name__ if type(obj) in named else type(obj).__name__
        return {"function": str(name)[:200], "handle": len(self.functions) - 1}


def _digits(value: int) -> str:
    return str(value) if value.bit_length() < 4000 else "nan"


def _integer(value: int) -> Packed:
    if abs(value) < 2**53:
        return value
    return {"int": str(value)} if value.bit_length() < 4000 else {"unreadable": "a very large integer"}


def _float(value: float) -> Packed:
    return value if math.isfinite(value) else {"float": repr(value)}


def unpack(packed: Packed) -> Any:
    """Data as Python and NumPy objects again. Raises ValueError for SymPy trees, functions, and what is
    malformed.
    """
    return _unpack(packed, 0)


def _unpack(packed: Packed, depth: int) -> Any:
    if depth > MAX_DEPTH + 2:
        raise ValueError("data nested too deeply")
    if isinstance(packed, PLAIN):
        return packed
    if not isinstance(packed, dict) or not packed:
        raise ValueError("malformed data")
    kind = next(iter(packed))
    inner = packed[kind]
    if kind == "ellipsis":
        return ...
    if kind == "int" and isinstance(inner, str) and len(inner) <= 1300:
        return int(inner)
    if kind == "float" and inner in ("nan", "inf", "-inf"):
        return float(inner)
    if kind == "complex" and isinstance(inner, list) and len(inner) == 2:
        real, imaginary = (_unpack(part, depth + 1) for part in inner)
        if all(isinstance(p, float) or type(p) is int and abs(p) < 2**53 for p in (real, imaginary)):
            return complex(real, imaginary)
    if kind in ("list", "tuple", "set") and isinstance(inner, list):
        items = [_unpack(item, depth + 1) for item in inner]
        if kind == "set" and not all(isinstance(item, PLAIN) for item in items):
            raise ValueError("malformed set")
        return {"list": list, "tuple": tuple, "set": set}[kind](items)
    if kind == "dict" and isinstance(inner, list) and all(isinstance(p, list) and len(p) == 2 for p in inner):
        pairs = [(_unpack(key, depth + 1), _unpack(value, depth + 1)) for key, value in inner]
        if all(isinstance(key, PLAIN) for key, _ in pairs):
            return dict(pairs)
    if kind == "array":
        return _array(inner)
    raise ValueError(f"malformed data ({kind[:40]!r})")


def _array(inner: Any) -> Any:
    import numpy as np

    if not isinstance(inner, dict) or inner.get("dtype") not in DTYPES:
        raise ValueError("malformed array")
    shape, data = inner.get("shape"), inner.get("data")
    if not (
        isinstance(shape, list) and len(shape) <= 8 and isinstance(data, str) and len(data) <= 2 * MAX_BYTES
    ):
        raise ValueError("malformed array")
    if not all(type(size) is int and 0 <= size <= MAX_BYTES for size in shape):
        raise ValueError("malformed array")
    raw = base64.b64decode(data, validate=True)
    dtype = np.dtype(inner["dtype"])
    if math.prod(shape) * dtype.itemsize != len(raw):
        raise ValueError("malformed array")
    return np.frombuffer(raw, dtype=dtype).reshape(shape).copy()
