"""A learner's folder: made, renewed, put back; nothing of the learner's is lost."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from graders.study import folder
from matcalc_ref import weave
from matcalc_ref.catalogue import exercise

ROOT = Path(__file__).resolve().parent.parent


def answer_cell(path: Path, id: str) -> dict[str, Any]:
    return next(cell for cell in weave.load(path)["cells"] if cell["id"] == id)


def test_the_folder_is_made_and_answers_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own"
    assert folder.run(own, lab=False) == 0
    path = own / "A05" / "A05.ipynb"
    assert 'mode="self-study"' in answer_cell(path, "A05-setup")["source"]
    assert (own / "A05" / "exercises.json").exists()

    book = weave.load(path)
    cells = {cell["id"]: cell for cell in book["cells"]}
    cells["A05-07"]["source"] = "a05_07 = 'mine'"
    cells["A05-07-prompt"]["source"] = "an older prompt"
    book["cells"] = [cell for cell in book["cells"] if not cell["id"].startswith("A05-09")]
    book["cells"].append({"cell_type": "markdown", "id": "note", "metadata": {}, "source": "my own note"})
    path.write_text(weave.dump(book), encoding="utf-8")

    assert folder.run(own, lab=False) == 0
    assert answer_cell(path, "A05-07")["source"] == "a05_07 = 'mine'"
    assert answer_cell(path, "A05-07-prompt")["source"] == weave.prompt(exercise("A05-07"))
    assert answer_cell(path, "note")["source"] == "my own note"
    assert answer_cell(path, "A05-09-check")
    (before,) = path.parent.glob("A05-*.ipynb")  # nothing of the learner's is lost, wherever it stood
    assert answer_cell(before, "A05-07-prompt")["source"] == "an older prompt"
    assert f"{before} is your notebook before that" in capsys.readouterr().out
    folder.run(own, lab=False)
    assert capsys.readouterr().out.startswith("Everything is up to date.")

    assert folder.run(own, reset="A05-07", lab=False) == 0
    assert answer_cell(path, "A05-07")["source"] == weave.stub(exercise("A05-07"))
    assert "mine" in next(path.parent.glob("A05-07-*.txt")).read_text(encoding="utf-8")


def changed(path: Path, change: Any) -> None:
    """Have a learner change the cells of a notebook."""
    book = weave.load(path)
    book["cells"] = change(book["cells"])
    path.write_text(weave.dump(book), encoding="utf-8")


def test_our_cells_are_neither_edited_nor_deleted(tmp_path: Path, capsys: Any) -> None:
    folder.run(tmp_path / "own", lab=False)
    assert capsys.readouterr().out.startswith("New: A00, A01,")
    path = tmp_path / "own" / "A12" / "A12.ipynb"
    for cell in weave.load(path)["cells"]:
        ours = cell["metadata"].get("nbgrader", {}).get("locked", False)
        assert ("editable" in cell["metadata"]) == ("deletable" in cell["metadata"]) == ours


RESETS = [  # what the learner did, and how the exercise is named
    ("deleted the answer", lambda cells: [c for c in cells if c["id"] != "A05-07"], "A05-07"),
    ("deleted the check", lambda cells: [c for c in cells if c["id"] != "A05-07-check"], "a05_07"),
    ("deleted all", lambda cells: [c for c in cells if not c["id"].startswith("A05-07")], "A5-7"),
    ("pasted it anew", lambda cells: [{**c, "id": f"x{n}"} for n, c in enumerate(cells)], "A05-07"),
    ("wrote into the check", lambda cells: [{**c, "source": f"mine {c['id']}"} for c in cells], "A05-07"),
    ("no ids", lambda cells: [{k: v for k, v in c.items() if k != "id"} for c in cells], "A05-07"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "id"), [r[1:] for r in RESETS], ids=[r[0] for r in RESETS])
def test_an_exercise_is_put_back_whatever_was_done(tmp_path: Path, change: Any, id: str, capsys: Any) -> None:
    own = tmp_path / "own"
    folder.run(own, lab=False)
    path = own / "A05" / "A05.ipynb"
    changed(path, change)
    assert folder.run(own, reset=id, lab=False) == 0
    cells = [cell for cell in weave.load(path)["cells"] if cell["id"].startswith("A05-07")]
    assert [cell["source"] for cell in cells] == [c["source"] for c in weave.cells(exercise("A05-07"))]
    kept = "".join(file.read_text(encoding="utf-8") for file in path.parent.glob("A05-07-*.txt"))
    assert ("mine A05-07\n\nmine A05-07-check" in kept) == ("mine" in path.read_text("utf-8"))
    folder.run(own, lab=False)
    assert len({cell["id"] for cell in weave.load(path)["cells"]}) == len(weave.load(path)["cells"])


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    own = tmp_path / "own"
    folder.run(own, lab=False)
    path = own / "A05" / "A05.ipynb"
    changed(path, lambda cells: [{**cell, "source": "mine"} for cell in cells])
    before = path.read_bytes()

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert folder.run(own, lab=False) == 2
    assert f"{own} cannot be used (No space left on device)" in capsys.readouterr().out
    assert folder.run(own, reset="A05-07", lab=False) == 2
    assert "it is as it was" in capsys.readouterr().out
    assert path.read_bytes() == before and not list(own.rglob("*.part"))


BAD_FOLDERS = [
    ("inside the project", lambda tmp: (ROOT / "mine", None), "inside the project"),
    ("a whole assignment", lambda tmp: (tmp, "A05"), "A05-01 to A05-16"),
    ("a file", lambda tmp: ((tmp / "file").write_text("") and None or tmp / "file", None), "cannot be used"),
    ("unknown exercise", lambda tmp: (tmp, "A05-77"), "Did you mean"),
    ("nothing to reset", lambda tmp: (tmp, "A05-07"), "`matcalc study` makes it"),
]


@pytest.mark.parametrize(("make", "word"), [b[1:] for b in BAD_FOLDERS], ids=[b[0] for b in BAD_FOLDERS])
def test_bad_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Any, word: str) -> None:
    to, reset = make(tmp_path)
    assert folder.run(to, reset=reset, lab=False) == 2
    assert word in capsys.readouterr().out


def test_a_broken_notebook_of_the_learners_is_left_alone(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "own" / "A05" / "A05.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text("{", encoding="utf-8")
    assert folder.run(tmp_path / "own", lab=False) == 0
    assert path.read_text(encoding="utf-8") == "{" and "left as it is" in capsys.readouterr().out
