"""Functions that the course hands to a student's function: formulas as Python functions of NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def function_of(text: str, variables: Mapping[str, str]) -> Callable[..., Any]:
    """A Python function for a formula, its variables in order of the arguments.

    Columns are taken and given as 1-D arrays, scalars as floats, matrices as 2-D arrays. Raises Refusal for a
    text that is no formula; the function raises TypeError or ValueError for arguments that do not fit.
    """
    import numpy as np

    from matcalc_ref.language import SCALAR, Points, Scope, evaluate, read

    node = read(text, Scope(dict(variables)))

    def function(*arguments: Any) -> Any:
        if len(arguments) != len(variables):
            raise TypeError(f"expected {len(variables)} arguments, got {len(arguments)}")
        sizes: dict[str, int] = {}
        values = {}
        for (name, shape), argument in zip(variables.items(), arguments, strict=True):
            array = np.array(argument, dtype=float)
            wanted = [size.strip() for size in shape.split(",")] if shape.strip() else []
            if len(wanted) == 1 and array.ndim == 2 and array.shape[1] == 1:
                array = array[:, 0]
            if array.ndim != len(wanted) and not (not wanted and array.size == 1):
                raise ValueError(f"{name} should have {len(wanted)} dimensions, not {array.ndim}")
            for size, actual in zip(wanted, array.shape, strict=False):
                expected = int(size) if size.isdigit() else sizes.setdefault(size, actual)
                if expected != actual:
                    raise ValueError(f"{name} has {actual} entries where {expected} are due")
            rows, columns = (*array.shape, 1, 1)[:2] if wanted else (1, 1)
            values[name] = array.reshape(1, rows, columns)
        result = evaluate(node, Points(sizes, values, 1))[0]
        if node.shape == SCALAR:
            return float(result[0, 0])
        return result[:, 0].copy() if result.shape[1] == 1 else np.array(result)

    return function
