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
    """What the judge asks a function with: `ask(handle, arguments)`, data both ways. Errors are replies."""
    from graders.referee.inside import revive
    from graders.referee.player import Reply
    from matcalc_ref.language import pack

    def ask(handle: int, arguments: list[Any]) -> Reply:
        values = [revive(argument) for argument in arguments]
        before = [pack(value) for value in values]
        try:
            result = functions[handle](*values)
        except Exception as error:  # whatever the learner's function raises is what we report
            return Reply(error="exception", detail=f"{type(error).__name__}: {error}"[:300])
        data = pack(result)
        if isinstance(data, dict) and "unreadable" in data:
            return Reply(error="unreadable", detail=data["unreadable"])
        changed = [pack(value) for value in values] != before
        return Reply(value=data, error="changed-input" if changed else None)

    return ask
