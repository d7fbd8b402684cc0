"""A regrade that may be stopped and gone on with: who is done, whose score changed, and where the copy is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


class Regrade:
    """The journal of one assignment's regrade; it is there from the regrade's start to its end."""

    def __init__(self, folder: Path, assignment: str) -> None:
        self.path = folder / f"regrade-{assignment}.jsonl"
        self.backup = ""
        self.done: dict[str, list[dict[str, Any]]] = {}
        self.before: dict[tuple[str, str], float | None] = {}  # scores by student and notebook
        for line in (
            self.path.read_text(encoding="utf-8", errors="replace").splitlines() if self.path.exists() else ()
        ):
            try:
                entry = json.loads(line)
                if "backup" in entry:
                    self.backup = str(entry["backup"])
                elif "before" in entry:
                    self._remember(entry["student"], entry["before"])
                else:
                    self.done[entry["student"]] = list(entry["changed"])
            except (ValueError, KeyError, TypeError):  # a crash cut it short
                continue

    @property
    def unfinished(self) -> bool:
        """Whether an earlier run was stopped in the middle."""
        return bool(self.backup)

    @property
    def changed(self) -> list[dict[str, Any]]:
        """The scores that changed until now."""
        return [change for changes in self.done.values() for change in changes]

    def begin(self, backup: str) -> None:
        """From now on; `backup` is the copy of the gradebook as it was before."""
        self.backup = backup
        self._append({"backup": backup})

    def announce(self, student: str, before: Mapping[str, float | None]) -> None:
        """Other scores are about to be written into the gradebook; it had these, by notebook.

        Of several times the first counts: after it the gradebook may have the new ones already.
        """
        self._remember(student, before)
        self._append({"student": student, "before": dict(before)})

    def _remember(self, student: str, before: Mapping[str, float | None]) -> None:
        for notebook, score in before.items():
            self.before.setdefault((student, notebook), score)

    def note(self, student: str, changed: Sequence[dict[str, Any]]) -> None:
        """A submission is done."""
        self.done[student] = list(changed)
        self._append({"student": student, "changed": list(changed)})

    def end(self) -> None:
        """All are done."""
        self.path.unlink(missing_ok=True)

    def _append(self, entry: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(entry) + "\n")  # a line of its own, whatever a crash left
