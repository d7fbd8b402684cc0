"""Pictures that a whole class draws alike are drawn once.

Drawing is by far the largest part of running a notebook, and most pictures are the instructor's, in cells
that every student's notebook has unchanged. When the same text has drawn a picture in two notebooks, it is
run once more alone, in a player where nothing else ran; if it draws there too, its pictures depend on
nothing but itself. From then on that cell is run like any other, only that its figures are not drawn again.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

Output = dict[str, Any]
IMAGES = ("image/png", "image/svg+xml", "image/jpeg")
FIRST = "import numpy as np"  # what the set-up cell of a notebook has done before
QUICK = 3.0  # seconds; what takes longer is not worth trying alone
MOST = 40  # texts that are tried


class Pictures:
    """What is known of cells that draw: by their text."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.known: dict[str, list[Output]] = {}
        self.tried: set[str] = set()

    def saw(self, source: str, outputs: list[Any], seconds: float) -> None:
        """A cell ran in a student's player and went well."""
        if source not in self.tried and seconds < QUICK and len(source) < 20_000 and _draws(outputs):
            self.seen[source] += 1

    def due(self) -> list[str]:
        """The texts that are worth trying alone now."""
        found = [s for s, count in self.seen.items() if count > 1 and s not in self.tried]
        return found[: max(0, MOST - len(self.tried))]

    def learn(self, source: str, player: Any) -> None:
        """Run a text alone, in a fresh player."""
        self.tried.add(source)
        del self.seen[source]
        first = player.run(FIRST, "first", QUICK)
        result = player.run(source, "picture", 2 * QUICK) if first.status == "ok" else first
        outputs = result.outputs
        if (
            result.status == "ok"
            and _draws(outputs)
            and all(o.get("output_type") == "display_data" for o in outputs)
        ):
            self.known[source] = outputs

    def put(self, source: str, outputs: list[Any]) -> list[Any]:
        """The outputs of a cell whose figures were not drawn, with the pictures that belong there."""
        pictures = self.known[source]
        alike = len(outputs) == len(pictures) and all(
            isinstance(o, dict) and o.get("output_type") == "display_data" and _plain(o) == _plain(p)
            for o, p in zip(outputs, pictures, strict=True)
        )
        return pictures if alike else outputs


def _draws(outputs: list[Any]) -> bool:
    return any(
        isinstance(o, dict) and isinstance(o.get("data"), dict) and "image/png" in o["data"] for o in outputs
    )


def _plain(output: Output) -> Any:
    data = output.get("data")
    return data.get("text/plain") if isinstance(data, dict) else None
