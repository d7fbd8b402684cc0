"""The referee: it runs a student's notebook in a player, and judges the answers where the student's code
never runs.

Public, and all synchronous (safe inside a running event loop):

- `open_players(confinement="auto", limits=None)`: a context manager; `.player(folder)` gives a player whose
  working folder holds a copy of `folder`'s files (notebooks left out). `confinement` is "auto", "warm",
  "bubblewrap" or "none" (unconfined: only when the instructor says so). Raises `NoPlayer`, whose message
  says what to do.
- `read_checks(notebook)`: the check cells of the *instructor's* version, by grade_id.
- `grade_notebook(notebook, checks, player, judge, limits=None)`: runs, judges, writes outputs
  and points into `notebook`, and returns a `Graded` with verdicts, status and reason.
- `Limits`: seconds per cell and per notebook, memory, processes, sizes.
- `NoPlayer`: no confinement to be had, or no kernel.

    with open_players() as players, players.player(folder) as player:
        graded = grade_notebook(notebook, checks, player, judge)
"""

from __future__ import annotations

from typing import Any

__all__ = ["Check", "Graded", "Limits", "Missing", "NoPlayer", "Reply", "grade_notebook", "open_players",
           "read_checks"]  # fmt: skip

_HOMES = {
    "Check": "checks", "read_checks": "checks", "Graded": "notebook", "grade_notebook": "notebook",
    "Limits": "limits", "Missing": "player", "NoPlayer": "player", "Reply": "player", "open_players":
    "players",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"graders.referee.{_HOMES[name]}"), name)
