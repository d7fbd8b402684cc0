"""What runs in the player besides the student's cells: values as data, and calls of the student's functions.

It lives in the student's process, so it can be tampered with there; all that can come of it is another value.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

FUNCTIONS: list[Any] = []
MIME = "application/x-matcalc"


def value(namespace: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The variable as data, or that there is none. Never raises."""
    from matcalc_ref.language.objects import pack

    if name not in namespace:
        return {"missing": True}
    try:
        return {"value": pack(namespace[name], FUNCTIONS)}
    except BaseException as problem:
        return {"value": {"unreadable": type(problem).__name__}}


def call(handle: int, arguments: list[Any]) -> dict[str, Any]:
    """What a student's function gives for `arguments` (packed). Never raises.

    The function gets arguments of its own; whether it changed them is told as `error: "changed-input"`.
    """
    from matcalc_ref.language.objects import pack

    try:
        function = FUNCTIONS[handle]
        given = [revive(argument) for argument in arguments]
        before = [pack(argument) for argument in given]
    except Exception as problem:
        return {"error": "unreadable", "detail": f"the arguments: {problem}"[:300]}
    try:
        result = function(*given)
    except KeyboardInterrupt:
        return {"error": "timeout", "detail": "it was stopped"}
    except BaseException as problem:
        return {"error": "exception", "detail": _one_line(problem)}
    try:
        packed = pack(result)
        if [pack(argument) for argument in given] != before:
            return {"error": "changed-input", "value": packed}
        return {"value": packed}
    except BaseException as problem:
        return {"error": "unreadable", "detail": type(problem).__name__}


def _one_line(problem: BaseException) -> str:
    try:
        text = str(problem)
    except BaseException:
        text = ""
    return f"{type(problem).__name__}: {text}".strip().splitlines()[0][:300]


def answer(namespace: Mapping[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """The reply to a request for a value or a call."""
    if request.get("do") == "value":
        return value(namespace, request["name"])
    return call(request["handle"], request["arguments"])


def publish(request: str) -> None:
    """In a Jupyter kernel: answer a request (JSON) by a displayed message of our own type."""
    import json

    from IPython import get_ipython

    shell = get_ipython()
    reply = json.dumps(answer(shell.user_ns, json.loads(request)))
    shell.display_pub.publish(data={MIME: reply})


# Functions that the course hands to a student's function, by name, where no formula says it.
def _cumsum(x: Any) -> Any:
    import numpy as np

    return np.cumsum(x)


def _reverse(x: Any) -> Any:
    import numpy as np

    return np.asarray(x)[::-1].copy()


PROBES: dict[str, Callable[..., Any]] = {"cumsum": _cumsum, "reverse": _reverse}


def revive(argument: Any) -> Any:
    """An argument for a student's function: data as objects; `{"formula": …}` and `{"probe": name}` as
    callables.

    Raises ValueError for what is neither.
    """
    from matcalc_ref.language.objects import unpack

    if isinstance(argument, dict) and "formula" in argument:
        return formula(argument["formula"]["text"], argument["formula"]["variables"])
    if isinstance(argument, dict) and "probe" in argument:
        return PROBES[argument["probe"]]
    return copy.deepcopy(unpack(argument))


def formula(text: str, variables: Mapping[str, str]) -> Callable[..., Any]:
    """A Python function of NumPy arrays for a formula, its variables in order of the arguments.

    Columns are taken and given as 1-D arrays, scalars as floats, matrices as 2-D arrays.
    """
    import numpy as np

    from matcalc_ref.language import SCALAR, Points, Scope, evaluate, read

    scope = Scope(dict(variables))
    node = read(text, scope)

    def function(*arguments: Any) -> Any:
        if len(arguments) != len(variables):
            raise TypeError(f"expected {len(variables)} arguments, got {len(arguments)}")
        sizes: dict[str, int] = {}
        values = {}
        for (name, shape), argument in zip(variables.items(), arguments, strict=True):
            array = np.array(argument, dtype=float)
            wanted = [] if not shape.strip() else [size.strip() for size in shape.split(",")]
            if array.ndim == len(wanted) + 1 and len(wanted) == 1 and array.shape[1] == 1:
                array = array[:, 0]
            if array.ndim != len(wanted) and not (not wanted and array.size == 1):
                raise ValueError(f"{name} should have {len(wanted)} dimensions, not {array.ndim}")
            for size, actual in zip(wanted, array.shape, strict=False):
                expected = int(size) if size.isdigit() else sizes.setdefault(size, actual)
                if expected != actual:
                    raise ValueError(f"{name} has {actual} entries where {expected} are due")
            values[name] = array.reshape(1, *(array.shape or (1,)), *([1] * (2 - max(array.ndim, 1))))
        result = evaluate(node, Points(sizes, values, 1))[0]
        if node.shape == SCALAR:
            return float(result[0, 0])
        return result[:, 0].copy() if result.shape[1] == 1 else np.array(result)

    return function
