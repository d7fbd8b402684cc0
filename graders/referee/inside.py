"""What runs in the player besides the student's cells: values as data, and calls of the student's functions.

It lives in the student's process, so it can be tampered with there; all that can come of it is another value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FUNCTIONS: list[Any] = []
MIME = "application/x-matcalc"


def value(namespace: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The variable as data, or that there is none. Never raises."""
    from matcalc_ref.language.objects.packing import pack

    if name not in namespace:
        return {"missing": True}
    try:
        return {"value": pack(namespace[name], FUNCTIONS)}
    except BaseException as problem:
        return {"value": {"unreadable": type(problem).__name__}}


def call(functions: Sequence[Any], handle: int, arguments: list[Any]) -> dict[str, Any]:
    """What a student's function gives for `arguments` (packed). Never raises.

    The function gets arguments of its own; whether it changed them is told as `error: "changed-input"`.
    """
    from matcalc_ref.language.objects.packing import pack

    try:
        function = functions[handle]
        given = [revive(argument) for argument in arguments]
        handed: list[Any] = []
        before = [pack(argument, handed) for argument in given]
    except Exception as problem:
        return {"error": "unreadable", "detail": f"the arguments: {problem}"[:300]}
    try:
        result = function(*given)
    except KeyboardInterrupt as problem:
        return {"error": "timeout", "detail": _one_line(problem)}
    except BaseException as problem:
        return {"error": "exception", "detail": _one_line(problem)}
    try:
        packed = pack(result)
        left: list[Any] = []
        after = [pack(argument, left) for argument in given]
        if handed != left or not all(map(_same, after, before)):
            return {"error": "changed-input", "value": packed}
        return {"value": packed}
    except BaseException as problem:
        return {"error": "unreadable", "detail": type(problem).__name__}


def _same(packed: Any, before: Any) -> bool:
    """Whether an argument is as it was; one that was changed and put back is, but for rounding."""
    import numpy as np

    from matcalc_ref.language.objects.packing import unpack

    if packed == before:
        return True
    if not (isinstance(packed, dict) and "array" in packed):
        return False
    now, then = unpack(packed), unpack(before)
    if not isinstance(now, np.ndarray) or not isinstance(then, np.ndarray) or now.shape != then.shape:
        return False
    return bool(np.allclose(now, then, rtol=1e-12, atol=1e-12))


def _one_line(problem: BaseException) -> str:
    try:
        text = str(problem)
    except BaseException:
        text = ""
    return f"{type(problem).__name__}: {text}".strip(": \n").splitlines()[0][:300]


def answer(namespace: Mapping[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """The reply to a request for a value or a call."""
    if request.get("do") == "value":
        return value(namespace, request["name"])
    return call(FUNCTIONS, request["handle"], request["arguments"])


def publish(request: str) -> None:
    """In a Jupyter kernel: answer a request (JSON) by a displayed message of our own type."""
    import json

    from IPython import get_ipython

    shell = get_ipython()
    reply = json.dumps(answer(shell.user_ns, json.loads(request)))
    shell.display_pub.publish(data={MIME: reply})


def revive(argument: Any) -> Any:
    """An argument for a student's function: data as objects, `{"formula": …}` as a callable.

    Raises ValueError for what is neither.
    """
    from matcalc_ref.language.objects.packing import unpack

    if isinstance(argument, dict):
        if "formula" in argument:
            from graders.compare.callables import function_of

            return function_of(argument["formula"]["text"], argument["formula"]["variables"])
        for name, make in (("list", list), ("tuple", tuple)):
            if name in argument:
                return make(revive(item) for item in argument[name])
    return unpack(argument)
