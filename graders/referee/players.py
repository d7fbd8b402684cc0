"""Where players come from: one front door for all ways of confinement."""

from __future__ import annotations

import contextlib
import copy
import os
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Literal

from graders.referee.escapes import escapes
from graders.referee.limits import Limits
from graders.referee.player import NoPlayer

Confinement = Literal["auto", "warm", "bubblewrap", "none"]
WAYS: tuple[Confinement, ...] = ("warm", "bubblewrap")
TRIES = 2  # what was ended while it started is no reason for the slower way


class Players:
    """A source of players, to be closed. `confinement` says what is in force: warm, bubblewrap or none.

    Unless `checked` is False, a first player has tried to break out, and failed, before there are any others.
    """

    def __init__(
        self, confinement: Confinement = "auto", limits: Limits | None = None, checked: bool = True
    ) -> None:
        self.limits = limits or Limits()
        self.private: tuple[str, ...] = ()
        self.server: Any = None
        self.confinement: Confinement = "none"
        if confinement == "none":
            return
        problems: list[str] = []
        for way in WAYS if confinement == "auto" else (confinement,):
            for turn in range(TRIES):
                try:
                    self._begin(way, checked)
                    return
                except (NoPlayer, OSError) as problem:
                    self.close()
                    if turn + 1 == TRIES:
                        problems.append(f"{way}: {problem}")
        said = "\n  ".join(["Students' code cannot be confined here, so nothing is graded.", *problems])
        raise NoPlayer(f"{said}\n`matcalc doctor` says what would mend it.")

    def _begin(self, way: Confinement, checked: bool) -> None:
        import sys

        if sys.platform != "linux":
            raise NoPlayer("confinement needs Linux")
        if way not in WAYS:
            raise NoPlayer(
                f"there is no confinement called {way!r}; use one of auto, {', '.join(WAYS)}, none"
            )
        self.confinement = way
        if way == "warm":
            from graders.referee.warm import WarmServer

            self.server = WarmServer()
        if checked:
            self._check()

    def _check(self) -> None:
        with self.player() as player:
            found = escapes(player, self.private)
        if found:
            raise NoPlayer(f"it is not in force: a player {', '.join(found)}")

    def hide(self, private: Iterable[str]) -> None:
        """From now on players see nothing of these folders, wherever they lie. Raises NoPlayer if they do."""
        before, self.private = self.private, tuple(private)
        if self.private != before and self.confinement != "none":
            self._check()

    def copy(self) -> Players:
        """The same for another process of ours, without starting anything anew. Raises NoPlayer."""
        made = copy.copy(self)
        if self.server is not None:
            made.server = self.server.copy()
        return made

    def learn(self, sources: Iterable[str]) -> None:
        """Get ready for notebooks with these cells of the instructor's. See `pictures`."""
        if self.server is None:
            return
        pictures = self.server.pictures
        due = pictures.due(sources)

        def try_alone(source: str) -> None:
            with contextlib.suppress(NoPlayer), self.player() as player:
                pictures.learn(source, player)

        if due:
            self.server.ready(due)
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                list(pool.map(try_alone, due))

    def player(
        self,
        folder: str | os.PathLike[str] | None = None,
        limits: Limits | None = None,
        sources: Collection[str] = (),
    ) -> Any:
        """A fresh player (a context manager) with a copy of `folder`'s files. Raises NoPlayer.

        `sources` are the cells that it will run, as far as they are known.
        """
        where, bounds = os.fspath(folder) if folder else None, limits or self.limits
        if where:
            where = os.path.abspath(where)
        if self.confinement == "warm":
            from graders.referee.warm import WarmPlayer

            return WarmPlayer(self.server, where, bounds, self.private, sources)
        if self.confinement == "bubblewrap":
            from graders.referee.bubble import BubblePlayer

            return BubblePlayer(where, bounds, self.private)
        from graders.referee.kernel import KernelPlayer

        return KernelPlayer(where, bounds)

    def close(self) -> None:
        """End whatever runs."""
        if self.server is not None:
            self.server.close()
            self.server = None

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
