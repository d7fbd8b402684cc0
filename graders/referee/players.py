"""Where players come from: one front door for all ways of confinement."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, Literal

from graders.referee.limits import Limits

Confinement = Literal["auto", "warm", "bubblewrap", "none"]


class Players:
    """A source of players, to be closed. `confinement` says what is in force."""

    def __init__(self, confinement: Confinement = "auto", limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.server: Any = None
        if confinement == "none":
            self.confinement = "none"
        else:
            from graders.referee.warm import WarmServer

            self.server = WarmServer()
            self.confinement = "warm"

    def player(self, folder: str | os.PathLike[str] | None = None, limits: Limits | None = None) -> Any:
        """A fresh player (a context manager) with a copy of `folder`'s files. Raises NoPlayer."""
        from graders.referee.kernel import KernelPlayer
        from graders.referee.warm import WarmPlayer

        where = os.fspath(folder) if folder else None
        if self.server is not None:
            return WarmPlayer(self.server, where, limits or self.limits)
        return KernelPlayer(where, limits or self.limits)

    def close(self) -> None:
        """End whatever runs."""
        if self.server is not None:
            self.server.close()

    def __enter__(self) -> Players:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self.close()


def open_players(confinement: Confinement = "auto", limits: Limits | None = None) -> Players:
    """Players with the best confinement to be had, or with the one that is asked for.

    "auto" is warm, else bubblewrap; it is never "none". Raises NoPlayer, with what to do.
    """
    return Players(confinement, limits)
