"""The player's own side of the wire: a loop that runs cells and gives values, in the student's process."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import socket
import sys
from typing import Any

from graders.referee import inside, shell
from graders.referee.limits import Limits
from graders.referee.wire import Wire, WireError, encode

# Of this project, what the set-up cell of a notebook imports; a player would load it anyhow.
NOTEBOOKS_USE = ("graders.study", "graders.study.form")


def prepare() -> shell.PlayerShell:
    """Load what every notebook uses, and a shell; done once, before players are forked."""
    import numpy
    import numpy.random
    import sympy

    from matcalc_ref.language.objects import packing

    for name in NOTEBOOKS_USE:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    made = shell.make_shell()
    x, y = sympy.symbols("x y")
    packing.pack([sympy.diff(sympy.sin(x * y) ** 2, x), sympy.Matrix([[x, y]]), numpy.eye(2)])
    shell.run_cell(made, "1 + 1\nprint()")
    made.reset(new_session=True)
    return made


FIGURE = """
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(4, 3))
ax.plot([1, 2], label="$x_1^2$")
ax.bar([1, 2], [3, 4])
ax.annotate("a", (1, 1))
ax.set_title(r"$\\mathbf{x}$ and $\\frac{1}{n}$")
ax.legend()
plt.show()
"""


def draw_once(ready: shell.PlayerShell) -> None:
    """The first figure costs the most: fonts, the reader of formulas. Players inherit them."""
    shell.run_cell(ready, FIGURE)
    ready.reset(new_session=True)


def perform(connection: socket.socket, ready: shell.PlayerShell, limits: Limits, home: str) -> None:
    """Answer requests until the other side is gone. Never returns to the caller's work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    shell.recorder.limits = limits
    sys.path[:] = [path for path in sys.path if path not in ("", os.getcwd())]
    sys.path.append(home)
    shell.redirect("/tmp" if os.path.isdir("/tmp") else home)
    _fresh_seed()
    wire = Wire(connection)
    wire.send({"hello": True})
    while True:
        try:
            request = wire.receive()
        except WireError:
            os._exit(0)
        reply = _attempt(ready, request)
        reply["id"] = request.get("id")
        try:
            encode(reply)
        except (WireError, ValueError, TypeError, RecursionError):
            reply = {
                "id": request.get("id"),
                "error": "unreadable",
                "value": {"unreadable": "something too large"},
            }
        try:
            wire.send(reply)
        except WireError:
            os._exit(0)


def _attempt(ready: shell.PlayerShell, request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked; an interrupt reaches only this."""
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            if request.get("do") == "run":
                status, outputs = shell.run_cell(ready, request["source"])
                return {"status": status, "outputs": outputs}
            return inside.answer(ready.user_ns, request)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:
        return {"status": "error", "error": "timeout", "outputs": shell.recorder.done()}
    except BaseException as problem:
        trace = f"{type(problem).__name__}"
        return {"status": "error", "error": "unreadable", "detail": trace, "outputs": shell.recorder.done()}


def _fresh_seed() -> None:
    """NumPy's generator is not to be the same in every player."""
    import numpy.random

    numpy.random.seed()
