"""A submission put back into the shape of what was released, with the student's work left in it.

Students copy, delete, retype, move, relabel and rename cells, by accident or not. nbgrader stops a whole
class for some of these. Here the released notebook says which cells there are and what they are; the
student's notebook says what is in the answers and in what order things happen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from graders.classroom.reading import plain, text_of
from graders.classroom.released import Released, ReleasedCell

Cell = dict[str, Any]
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


_AFTER = re.compile(r"[ \t]*+(?:[,:][^=\n]{0,200}|[-+*/@])?+=(?!=)")


def _assigned(source: str, pattern: re.Pattern[str]) -> set[str]:
    """Those of the pattern's names that a cell's text gives a value to, or defines as functions."""
    found: set[str] = set()
    for name in pattern.finditer(source) if "=" in source or "def" in source else ():
        if name[0] in found:
            continue
        before = source[max(name.start() - 100, 0) : name.start()].rpartition("\n")[2].split()
        if before in (["def"], ["async", "def"]) or _AFTER.match(source, name.end()):
            found.add(name[0])
    return found


def _claim(cell: Cell) -> str | None:
    owned = cell["metadata"].get("nbgrader")
    name = owned.get("grade_id") if isinstance(owned, dict) else None
    return name if isinstance(name, str) else None


def _same(source: str, other: str) -> bool:
    return len(source) <= 10 * len(other) + 1000 and source.split() == other.split()


class _Repair:
    """The state of one repair: the student's cells, and which of them is which released cell."""

    def __init__(self, cells: Sequence[Cell], released: Released) -> None:
        self.cells = list(cells)
        self.released = released
        self.notes: list[str] = []
        self.owner: dict[str, Cell] = {}
        names = [cell.name for cell in released.cells]
        self.answer: dict[str, ReleasedCell] = {}
        solution = None
        for item in released.cells:
            if item.solution and not item.grade:
                solution = item
            elif item.check:
                stem = item.name.removesuffix("-check")
                own = released.cells[names.index(stem)] if stem in names else solution
                if own is not None:
                    self.answer[item.name] = own
        self.variables = {own.name: self.names(name) for name, own in self.answer.items()}
        every = {re.escape(name) for cell in released.cells if cell.check for name in cell.check.names}
        self.pattern = re.compile(rf"(?<![\w.])(?:{'|'.join(sorted(every)) or '(?!)'})(?!\w)")
        self.given: dict[str, set[str]] = {}  # what each text assigns

    def names(self, name: str) -> tuple[str, ...]:
        check = next(cell.check for cell in self.released.cells if cell.name == name)
        return check.names if check else ()

    def assigns(self, cell: Cell, names: Sequence[str]) -> bool:
        """Whether a code cell gives one of these names a value."""
        source = cell["source"]
        if cell["cell_type"] != "code" or not names:
            return False
        if source not in self.given:
            self.given[source] = _assigned(source, self.pattern)
        return not self.given[source].isdisjoint(names)

    def _place(self, cell: Cell) -> int:
        return next(place for place, other in enumerate(self.cells) if other is cell)

    def claim(self) -> None:
        """Each released cell gets the one student's cell that is it; copies become plain cells."""
        claims: dict[str, list[Cell]] = {}
        for cell in self.cells:
            if (name := _claim(cell)) is not None:
                claims.setdefault(name, []).append(cell)
        for item in self.released.cells:
            found = claims.get(item.name, [])
            if not found:
                continue
            # A pasted copy gets an id of its own; the original keeps the one it was released with.
            original = [cell for cell in found if cell.get("id") == item.name]
            if item.grade and item.solution:  # words: the copy that says something
                written = [cell for cell in found if not _same(cell["source"], item.source)]
                original = [cell for cell in original if cell in written] or written or original
            self.owner[item.name] = (original or found)[0]
            if len(found) > 1:
                self.notes.append(
                    f"{item.name} was there {len(found)} times: one was taken, the rest are plain cells"
                )

    def relabel(self) -> None:
        """Released cells that nobody claims are looked for by what is in them."""
        free = [cell for cell in self.cells if all(cell is not owner for owner in self.owner.values())]
        for item in self.released.cells:
            if item.name in self.owner:
                continue
            if item.locked:
                matches = [cell for cell in free if _same(cell["source"], item.handed_out)]
            else:
                names = self.variables.get(item.name, ())
                matches = [cell for cell in free if _claim(cell) is not None and self.assigns(cell, names)]
            if matches:
                self.owner[item.name] = matches[-1]
                free = [cell for cell in free if cell is not matches[-1]]
                self.notes.append(f"{item.name} had lost its label and was recognised by what is in it")

    def restore(self) -> None:
        """Owned cells become what they were released as; all others lose what nbgrader would act on."""
        for cell in self.cells:
            owned = cell["metadata"].pop("nbgrader", None)
            if isinstance(owned, dict):
                cell["_version"] = owned.get("schema_version")
        for item in self.released.cells:
            found = self.owner.get(item.name)
            if found is None:
                continue
            version = found.pop("_version", None)
            if isinstance(version, int) and version > 3:
                version = version if version < 1000 else "1000 or more"
                self.notes.append(f"{item.name} had nbgrader metadata of an unknown version ({version})")
            if found["cell_type"] != item.cell_type:
                self.notes.append(f"{item.name} had become a {found['cell_type']} cell")
                found["cell_type"] = item.cell_type
                if item.cell_type == "code":
                    found.pop("attachments", None)
                    found.update(outputs=[], execution_count=None)
                else:
                    found.pop("outputs", None)
                    found.pop("execution_count", None)
            if item.locked and found["source"] != item.source:
                given = item.handed_out
                if found["source"] != given if item.grade else not _same(found["source"], given):
                    self.notes.append(f"{item.name} had been changed and was put back")
                found["source"] = item.source
            found["metadata"] = {"nbgrader": item.metadata()}
            found["id"] = item.name
        for cell in self.cells:
            cell.pop("_version", None)

    def insert(self) -> None:
        """Deleted cells come back where they belong: after their answer, or after their neighbour."""
        before: ReleasedCell | None = None
        for item in self.released.cells:
            if item.name not in self.owner:
                places = [-1]
                if before is not None:
                    places.append(self._place(self.owner[before.name]))
                names = self.names(item.name) or self.variables.get(item.name, ())
                written = [place for place, cell in enumerate(self.cells) if self.assigns(cell, names)]
                if item.check:
                    places += written
                new: Cell = {
                    "cell_type": item.cell_type,
                    "metadata": {"nbgrader": item.metadata()},
                    "id": item.name,
                }
                # The stub would overwrite an answer that was given in another cell.
                new["source"] = "# (this cell was deleted)" if written and not item.locked else item.source
                if item.cell_type == "code":
                    new.update(outputs=[], execution_count=None)
                self.cells.insert(max(places) + 1, new)
                self.owner[item.name] = new
                self.notes.append(f"{item.name} was missing and was added again")
            before = item

    def reorder(self) -> None:
        """A check cell above its answer would be asked too early."""
        for name, own in self.answer.items():
            check, answer = self.owner[name], self.owner[own.name]
            if self._place(check) < self._place(answer):
                self.cells.pop(self._place(check))
                self.cells.insert(self._place(answer) + 1, check)
                self.notes.append(f"{name} stood above its answer and was moved below")

    def identify(self) -> None:
        """Every cell gets a valid id of its own; released cells keep theirs."""
        taken = {item.name for item in self.released.cells}
        released = {id(cell) for cell in self.owner.values()}
        for place, cell in enumerate(self.cells):
            wanted = cell.get("id", "")
            if id(cell) in released and _ID.match(wanted):
                continue
            if not _ID.match(wanted) or wanted in taken:
                wanted = f"cell-{place}"
                while wanted in taken:
                    wanted += "-"
            cell["id"] = wanted
            taken.add(wanted)


def _kernel_note(metadata: Mapping[str, Any], released: Released) -> list[str]:
    spec = metadata.get("kernelspec")
    language, name = (
        text_of(spec.get(key)) if isinstance(spec, dict) else "" for key in ("language", "name")
    )
    expected = (released.kernelspec or {}).get("language", "python")
    if language and language.lower() != expected:
        return [f"the notebook was written for another kernel ({plain(name[:40])}, {plain(language[:40])})"]
    return []


def repair(
    cells: Sequence[Cell], metadata: Mapping[str, Any], released: Released
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A notebook of the released shape with the student's answers, and what had to be mended.

    `cells` as `read_notebook` gives them. The result is plain nbformat 4.5 JSON without outputs.
    """
    work = _Repair(cells, released)
    work.claim()
    work.relabel()
    work.restore()
    work.insert()
    work.reorder()
    work.identify()
    notebook = {
        "cells": work.cells,
        "metadata": {
            "kernelspec": dict(
                released.kernelspec or {"name": "python3", "display_name": "Python 3", "language": "python"}
            ),
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return notebook, tuple(work.notes + _kernel_note(metadata, released))
