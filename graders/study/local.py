"""Answers and functions of the notebook that `check` runs in, handed to the judge as a player would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Functions = list[Callable[..., Any]]


def packed(answers: tuple[Any, ...], functions: Functions, several: bool) -> Any:
    """The answer as data; a list where functions are asked for. `functions` receives those it refers to."""
    from matcalc_ref.language import pack

    rows = [pack(answer, functions) for answer in answers]
    return rows if several or len(rows) != 1 else rows[0]


def ask_for(functions: Functions) -> Callable[..., Any]:
    """What the judge asks a function with: `ask(handle, arguments)`, data both ways, as a player does it."""
    from graders.referee.inside import call
    from graders.referee.replies import as_reply

    return lambda handle, arguments: as_reply(call(functions, handle, arguments))
