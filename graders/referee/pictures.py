"""The instructor's pictures are drawn once, not once for each student.

Drawing is by far the largest part of running a notebook, and most pictures are the instructor's, in cells
that every student's notebook has unchanged. Each such cell is run once alone, in a player where nothing else
ran. If it succeeds there and only draws, its pictures depend on nothing but its text. In a student's notebook
the pictures are then put where they belong, and in place of the cell a short one runs that leaves the same
names behind: its imports, its functions, and its numbers and arrays as they came out. Where another cell
mentions a name that has no such form (a figure, its axes), the whole cell runs as ever.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from graders.referee.player import Missing

Output = dict[str, Any]
# What the set-up cell of a notebook has done before.
FIRST = "import numpy as np\nimport matplotlib.pyplot as plt"
# What a cell may change besides its names; one that does is run each time.
STATE = """
import hashlib, matplotlib, numpy
_state = hashlib.sha256(repr((numpy.random.get_state(), numpy.get_printoptions(), numpy.geterr(),
                              dict(matplotlib.rcParams))).encode()).hexdigest()
"""
QUICK = 6.0  # seconds; what takes longer is not worth trying alone
MOST = 200  # texts that are tried
LONGEST = 2_000  # entries of an array that is written into a cell
_PARSING = Lock()  # in CPython 3.11, `ast.parse` in two threads at once may fail (python/cpython#106905)


@dataclass(frozen=True)
class Drawn:
    """What a cell draws; a text that runs in its place; the names that only the cell itself can give."""

    outputs: list[Output]
    instead: str
    lost: frozenset[str]


class Pictures:
    """What is known of cells that draw: by their text."""

    def __init__(self) -> None:
        self.known: dict[str, Drawn] = {}
        self.tried: set[str] = set()

    def due(self, sources: Iterable[str]) -> list[str]:
        """The texts that are worth trying alone and were not."""
        found = {s for s in sources if "plt." in s and len(s) < 20_000} - self.tried
        return sorted(found)[: max(0, MOST - len(self.tried))]

    def learn(self, source: str, player: Any) -> None:
        """Run a text alone, in a fresh player."""
        self.tried.add(source)
        state = []
        for text in (FIRST, STATE, source, STATE):
            result = player.run(text, "picture", QUICK)
            if result.status != "ok":
                return
            if text is source:
                outputs = result.outputs
            elif text is STATE:
                state.append(player.value("_state"))
        if state[0] == state[1] and outputs and all(map(_is_picture, outputs)):
            instead, lost = _stand_in(source, player)
            self.known[source] = Drawn(outputs, instead, lost)

    def stand_ins(self, sources: Iterable[str]) -> dict[str, Drawn]:
        """Of a notebook's cells, those whose pictures need not be drawn again."""
        cells = set(sources)
        known = {source: self.known[source] for source in cells if source in self.known}
        words = {word for source in cells - set(known) for word in re.findall(r"\w+", source)}
        return {source: drawn for source, drawn in known.items() if not drawn.lost & words}


def _is_picture(output: Any) -> bool:
    data = output.get("data") if isinstance(output, dict) else None
    return output.get("output_type") == "display_data" and isinstance(data, dict) and "image/png" in data


def _stand_in(source: str, player: Any) -> tuple[str, frozenset[str]]:
    """A text that leaves the names of `source` behind, and the names that it cannot."""
    with _PARSING:
        tree = ast.parse(source)
    imports = [s for s in tree.body if isinstance(s, ast.Import | ast.ImportFrom)]
    functions = [s for s in tree.body if isinstance(s, ast.FunctionDef)]
    kept = {name.asname or name.name.split(".")[0] for s in imports for name in s.names}
    kept |= {s.name for s in functions}
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    bound |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    lines, lost = [ast.unparse(s) for s in imports], set()
    for name in sorted(bound - kept):
        packed = player.value(name)
        if isinstance(packed, Missing):
            continue  # bound inside a function or a comprehension
        text = _literal(packed)
        if text is None:
            lost.add(name)
        else:
            lines.append(f"{name} = {text}")
    return "\n".join([*lines, *map(ast.unparse, functions)]), frozenset(lost)


def _literal(packed: Any) -> str | None:
    """A value as Python writes it; None for anything but numbers, text, and arrays and lists of them."""
    import numpy as np

    from matcalc_ref.language.objects.packing import unpack

    try:
        value = unpack(packed)
    except ValueError:
        return None
    if type(value) is np.ndarray and value.size <= LONGEST and np.isfinite(value).all():
        flat = f"{value.ravel().tolist()!r}, dtype={value.dtype.str!r}"
        return f"__import__('numpy').array({flat}).reshape({value.shape!r})"
    return repr(value) if _plain(value) else None


def _plain(value: Any) -> bool:
    if type(value) in (list, tuple):
        return len(value) <= LONGEST and all(map(_plain, value))
    return type(value) in (bool, int, str, type(None)) or (type(value) is float and math.isfinite(value))
