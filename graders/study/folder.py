"""`matcalc study`: the notebooks in a folder of the learner's own, where answers are never overwritten."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DEFAULT = Path("~/matrix-calculus")
SOURCE = Path(__file__).resolve().parents[2] / "source"


def run(to: Path | None = None, reset: str | None = None, lab: bool = True) -> int:
    """Copy what is new, refresh what is ours, leave what is the learner's; open JupyterLab.

    Returns the exit code.
    """
    folder = (to or DEFAULT).expanduser().resolve()
    if SOURCE.parent in [folder, *folder.parents]:
        print(f"{folder} lies inside the project; choose a folder of your own, such as {DEFAULT}.")
        return 2
    if not SOURCE.is_dir():
        print("The notebooks are no part of an installed package: install it from the project's folder with "
              "`pip install -e .`, or run `make study` there.")  # fmt: skip
        return 2
    if reset:
        return put_back(folder, reset)
    try:
        for sentence in refresh(folder):
            print(sentence)
    except OSError as error:
        place = str(error.filename or folder).removesuffix(".part")
        print(f"{place} cannot be used ({error.strerror}); mend that, or choose another folder with --to.")
        return 2
    print(f"Your notebooks are in {folder}. Begin with A00: it says where to go on.")
    return open_lab(folder) if lab else 0


def refresh(folder: Path) -> Iterator[str]:
    """Bring the folder up to date; yields a sentence for everything that was done."""
    from matcalc_ref import weave
    from matcalc_ref.catalogue import assignments

    new: list[str] = []
    idle = True
    for assignment, records in assignments().items():
        here, there = SOURCE / assignment, folder / assignment
        path = there / f"{assignment}.ipynb"
        if not (here / path.name).exists():
            continue
        for file in here.iterdir():
            if file.is_file() and file.suffix != ".ipynb" and not file.name.startswith("."):
                write(there / file.name, file.read_bytes())
        if not path.exists():
            book, _ = weave.weave(weave.load(here / path.name), assignment, records, mode="self-study")
            write(path, weave.dump(guarded(book)).encode())
            new.append(assignment)
            continue
        try:
            old = identified(weave.load(path))
        except (ValueError, KeyError, TypeError):
            idle = False
            yield f"{assignment}: {path} cannot be read as a notebook; it was left as it is."
            continue
        changed = renew(old, assignment, records)
        if changed:
            idle = False
            kept = aside(path, "ipynb")
            write(kept, path.read_bytes())
            write(path, weave.dump(guarded(old)).encode())
            yield f"{assignment}: {', '.join(changed)} renewed; your answers are as they were."
            yield f"{assignment}: should you miss something of your own, {kept} is your notebook before that."
    if new:
        yield f"New: {', '.join(new)}."
    elif idle:
        yield "Everything is up to date."


def renew(book: dict[str, Any], assignment: str, records: Any) -> list[str]:
    """Renew the locked cells of a learner's notebook in place, and add new exercises. Returns their ids."""
    from matcalc_ref import weave

    changed: list[str] = []
    said: list[str] = []
    before: str | None = None
    for exercise in records:
        trio = weave.cells(exercise)
        present = {cell.get("id") for cell in book["cells"]}
        if not present & {cell["id"] for cell in trio}:
            book["cells"] = weave.place(book["cells"], exercise.id, trio, before, said)
            changed.append(exercise.id)
        locked = {cell["id"]: cell["source"] for cell in trio if cell["metadata"]["nbgrader"]["locked"]}
        locked[f"{assignment}-setup"] = weave.setup(assignment, "self-study")
        for cell in book["cells"]:
            source = locked.get(cell.get("id"))
            if source is not None and cell["source"] != source:
                cell["source"] = source
                changed.append(cell["id"])
        before = f"{exercise.id}-check"
    return changed


def put_back(folder: Path, id: str) -> int:
    """Put one exercise back as it was; the answer that stood there is kept in a file beside the notebook."""
    from matcalc_ref import weave
    from matcalc_ref.catalogue import exercise as find
    from matcalc_ref.catalogue import exercises

    try:
        exercise = find(id)
    except KeyError as error:
        print(error.args[0])
        return 2
    if exercise.id not in exercises():
        print(f"{exercise.id} is a variant, which has no cell of its own; `another` gives it again.")
        return 2
    path = folder / exercise.assignment / f"{exercise.assignment}.ipynb"
    if not path.exists():
        print(f"There is no {path}; `matcalc study` makes it.")
        return 2
    try:
        book = identified(weave.load(path))
    except (ValueError, KeyError, TypeError, OSError):
        print(f"{path} cannot be read as a notebook; move it away, and `matcalc study` makes a new one.")
        return 2
    try:
        replaced = _put_in(book["cells"], weave.cells(exercise))
        if replaced:
            kept = aside(path.with_name(exercise.id), "txt")
            write(kept, (replaced + "\n").encode())
            print(f"What stood there is kept in {kept}.")
        write(path, weave.dump(guarded(book)).encode())
    except OSError as error:
        print(f"{path} cannot be written ({error.strerror}); it is as it was.")
        return 2
    print(f"{exercise.id} is as it was. If the notebook is open, reload it from disk.")
    return 0


def _put_in(cells: list[dict[str, Any]], trio: list[dict[str, Any]]) -> str:
    """Put the cells of an exercise back in place, also a deleted one. Returns what else stood there."""
    places = {cell["id"]: at for at, cell in enumerate(cells)}
    at = next((places[cell["id"]] for cell in trio if cell["id"] in places), len(cells))
    replaced: list[str] = []
    for fresh in trio:
        at, old = next(((n, cell) for n, cell in enumerate(cells) if cell["id"] == fresh["id"]), (at, None))
        if old is not None and old["source"] != fresh["source"]:
            replaced.append(old["source"])
        cells[at : at + (old is not None)] = [fresh]
        at += 1
    return "\n\n".join(replaced)


def identified(book: dict[str, Any]) -> dict[str, Any]:
    """The notebook with an id for each cell: nbgrader's name where cut and paste or a program lost ours."""
    taken = {cell.get("id") for cell in book["cells"]}
    for number, cell in enumerate(book["cells"]):
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name and name not in taken:
            cell["id"] = name
            taken.add(name)
        cell["id"] = cell.get("id") or f"own-{number}"
    book["nbformat_minor"] = max(5, book.get("nbformat_minor", 0))  # before that, cells had no ids
    return book


def guarded(book: dict[str, Any]) -> dict[str, Any]:
    """The notebook with our cells as JupyterLab neither edits nor deletes them: they would be renewed."""
    for cell in book["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("locked"):
            cell["metadata"] |= {"deletable": False, "editable": False}
    return book


def aside(path: Path, suffix: str) -> Path:
    """Where something of the learner's is kept beside its place; a name that is still free."""
    stem = f"{path.stem}-{time.strftime('%Y%m%d-%H%M%S')}"
    names = (f"{stem}{f'-{again}' if again else ''}.{suffix}" for again in itertools.count())
    return next(free for name in names if not (free := path.with_name(name)).exists())


def write(path: Path, content: bytes) -> None:
    """Write the whole file or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def open_lab(folder: Path) -> int:
    """Run JupyterLab in the folder until the learner stops it."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    print("JupyterLab opens in your browser; Ctrl-C here stops it.", flush=True)
    return subprocess.call(command, cwd=folder)
