"""`matcalc study`: the notebooks in a folder of the learner's own, where answers are never overwritten."""

from __future__ import annotations

import os
import shutil
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
        print(f"{folder} cannot be used ({error.strerror}); choose another one with --to.")
        return 2
    print(f"Your notebooks are in {folder}.")
    return open_lab(folder) if lab else 0


def refresh(folder: Path) -> Iterator[str]:
    """Bring the folder up to date; yields a sentence for everything that was done."""
    from matcalc_ref import weave
    from matcalc_ref.catalogue import assignments

    for assignment, records in assignments().items():
        here, there = SOURCE / assignment, folder / assignment
        path = there / f"{assignment}.ipynb"
        if not (here / path.name).exists():
            continue
        if not path.exists():
            shutil.copytree(here, there, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "*.ipynb"))
            book, _ = weave.weave(weave.load(here / path.name), assignment, records, mode="self-study")
            write(path, weave.dump(book))
            yield f"{assignment}: copied"
            continue
        shutil.copytree(here, there, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "*.ipynb"))
        try:
            old = weave.load(path)
        except (ValueError, KeyError, TypeError):
            yield f"{assignment}: {path} cannot be read as a notebook; it was left as it is"
            continue
        changed = renew(old, assignment, records)
        if changed:
            write(path, weave.dump(old))
            yield f"{assignment}: {', '.join(changed)} renewed; your answers are as they were"
        else:
            yield f"{assignment}: up to date"


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
        book = weave.load(path)
    except (ValueError, KeyError, TypeError, OSError):
        print(f"{path} cannot be read as a notebook; move it away, and `matcalc study` makes a new one.")
        return 2
    cell = next((cell for cell in book["cells"] if cell.get("id") == exercise.id), None)
    if cell is None:
        print(f"{path} has no cell {exercise.id}; `matcalc study` adds it.")
        return 2
    if cell["source"] != weave.stub(exercise):
        aside = path.parent / f"{exercise.id}-{time.strftime('%Y%m%d-%H%M%S')}.txt"
        aside.write_text(cell["source"] + "\n", encoding="utf-8")
        print(f"What stood there is kept in {aside}.")
    cell |= {"source": weave.stub(exercise), "outputs": [], "execution_count": None}
    for other in book["cells"]:
        if other.get("id") == f"{exercise.id}-check":
            other |= {"outputs": [], "execution_count": None}
    write(path, weave.dump(book))
    print(f"{exercise.id} is as it was. If the notebook is open, reload it from disk.")
    return 0


def write(path: Path, text: str) -> None:
    """Write the whole file or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def open_lab(folder: Path) -> int:
    """Run JupyterLab in the folder until the learner stops it."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    print("JupyterLab opens in your browser; Ctrl-C here stops it.", flush=True)
    return subprocess.call(command, cwd=folder)
