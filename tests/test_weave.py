"""Weaving: what a record owns in a notebook, what is kept, and what `--check` says."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcalc_ref import weave as w
from matcalc_ref.record import Exercise, Mistake, Part, Signature

FIRST = Exercise(
    id="X01-01",
    section="4.3",
    prompt="Differentiate.",
    title="Warm-up",
    variables={"x": "n", "z": ""},
    points=2,
    parts=(
        Part(
            "dx",
            f="x + z",
            wrt="x",
            label="y_x",
            key="I",
            mistakes=(Mistake("SECRET", "x", "Never to be released, this sentence."),),
        ),
        Part("dz", f="x + z", wrt="z", label="y_z", key="ones(n)"),
    ),
)
SECOND = Exercise(
    id="X01-02",
    section="4.3",
    prompt="Which?",
    points=1,
    parts=(Part("answer", kind="choice", choices=("yes", "no"), key="b"),),
)
CODE = Exercise(
    id="X01-03",
    section="4.3",
    prompt="Write it.",
    points=1.5,
    parts=(
        Part("one", kind="code", signature=Signature("one", {"x": "n"}, returns="an array"), key=lambda x: x),
        Part("two", kind="code", signature=Signature("two", {"x": "n", "z": ""}), key=lambda x, z: x),
    ),
)
RECORDS = (FIRST, SECOND, CODE)


def fresh() -> dict[str, Any]:
    return w.weave(w.empty("X01"), "X01", RECORDS)[0]


def ids(book: dict[str, Any]) -> list[str]:
    return [cell["id"] for cell in book["cells"]]


def test_a_new_notebook_holds_every_record_in_order() -> None:
    book = fresh()
    trios = [f"{id}{end}" for id in ("X01-01", "X01-02", "X01-03") for end in ("-prompt", "", "-check")]
    assert ids(book) == ["X01-title", "X01-setup", *trios]
    sources = {cell["id"]: cell["source"] for cell in book["cells"]}
    assert sources["X01-01"].startswith('x01_01 = {\n    "dx": ...,')
    assert sources["X01-02"].startswith("x01_02 = ...")
    assert "def one(x):" in sources["X01-03"] and "def two(x, z):" in sources["X01-03"]
    assert sources["X01-01-check"] == 'check("X01-01", x01_01)'
    assert sources["X01-03-check"] == 'check("X01-03", one, two)'
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            compile(cell["source"], cell["id"], "exec")


def test_weaving_again_changes_nothing() -> None:
    book = fresh()
    again, said = w.weave(book, "X01", RECORDS)
    assert again == book and said == []


def test_nbgrader_accepts_the_cells() -> None:
    from nbgrader.nbgraderformat import reads

    book = reads(w.dump(fresh()), as_version=4)
    marked = [cell.metadata.nbgrader for cell in book.cells if "nbgrader" in cell.metadata]
    assert sum(mark.get("points", 0) for mark in marked) == 4.5


def test_jupyter_would_write_the_same_bytes() -> None:
    import nbformat

    text = w.dump(fresh())
    assert nbformat.writes(nbformat.reads(text, as_version=4)) + "\n" == text


def damage(change: Callable[[list[dict[str, Any]]], object]) -> dict[str, Any]:
    book = copy.deepcopy(fresh())
    change(book["cells"])
    return book


def at(cells: list[dict[str, Any]], id: str) -> dict[str, Any]:
    return next(cell for cell in cells if cell["id"] == id)


DAMAGES: list[tuple[str, Callable[[list[dict[str, Any]]], object], str, str]] = [
    ("prompt edited", lambda c: at(c, "X01-01-prompt").update(source="?"), "X01-01-prompt", "differs"),
    ("answer left in", lambda c: at(c, "X01-02").update(source="x01_02 = 'b'"), "X01-02", "text differs"),
    (
        "points changed",
        lambda c: at(c, "X01-02-check")["metadata"]["nbgrader"].update(points=9),
        "X01-02-check",
        "metadata",
    ),
    ("retyped", lambda c: at(c, "X01-02-prompt").update(cell_type="raw"), "X01-02-prompt", "type"),
    ("output", lambda c: at(c, "X01-setup").update(execution_count=3), "X01-setup", "output"),
    (
        "output in prose",
        lambda c: c.append(
            {
                "cell_type": "code",
                "id": "plot",
                "metadata": {},
                "source": "1",
                "outputs": [{"output_type": "stream"}],
                "execution_count": 1,
            }
        ),
        "plot",
        "output",
    ),
    ("cell missing", lambda c: c.remove(at(c, "X01-02-check")), "X01-02", "missing"),
    (
        "exercise missing",
        lambda c: [c.remove(at(c, f"X01-02{e}")) for e in ("", "-prompt", "-check")],
        "X01-02",
        "missing",
    ),
    ("out of order", lambda c: c.insert(2, c.pop(3)), "X01-01", "order"),
    ("copied", lambda c: c.append(copy.deepcopy(at(c, "X01-02-check"))), "X01-02-check", "second cell"),
    ("orphan", lambda c: c.append({**copy.deepcopy(c[3]), "id": "X01-77"}), "X01-77", "orphan"),
    ("set-up missing", lambda c: c.remove(at(c, "X01-setup")), "X01", "set-up"),
]


@pytest.mark.parametrize(("change", "item", "word"), [d[1:] for d in DAMAGES], ids=[d[0] for d in DAMAGES])
def test_damage_is_named_and_mended(change: Any, item: str, word: str) -> None:
    mended, said = w.weave(damage(change), "X01", RECORDS)
    assert any(sentence.startswith(item) and word in sentence for sentence in said), said
    assert [i for i in ids(mended) if i != "plot"] == ids(fresh())
    assert w.weave(mended, "X01", RECORDS) == (mended, [])


def test_prose_stays_where_it_was() -> None:
    book = fresh()
    prose = {"cell_type": "markdown", "id": "why-it-matters", "metadata": {}, "source": "Prose of our own."}
    book["cells"].insert(5, prose)
    at(book["cells"], "X01-01-prompt")["source"] = "stale"
    woven, _ = w.weave(book, "X01", RECORDS)
    assert woven["cells"][5] == prose


def test_a_placeholder_says_where_an_exercise_goes() -> None:
    book = w.empty("X01")
    for id in ("intro", "X01-02-prompt", "outro"):
        book["cells"].append({"cell_type": "markdown", "id": id, "metadata": {}, "source": ""})
    woven, _ = w.weave(book, "X01", (SECOND,))
    assert ids(woven)[2:] == ["intro", "X01-02-prompt", "X01-02", "X01-02-check", "outro"]


def test_random_ids_become_readable_ones() -> None:
    book = fresh()
    for source in ("## Why *sums* collapse", "## Why *sums* collapse"):
        book["cells"].append({"cell_type": "markdown", "id": "4f9c2a1b", "metadata": {}, "source": source})
    woven, said = w.weave(book, "X01", RECORDS)
    assert ids(woven)[-2:] == ["X01-why-sums-collapse", "X01-why-sums-collapse-2"]
    assert len(said) == 2 and "4f9c2a1b" in said[0]


def test_the_public_half_holds_no_key_and_no_mistake() -> None:
    for record in (SECOND, CODE):
        text = json.dumps(w.public(record))
        assert '"key"' not in text and "mistakes" not in text
    text = json.dumps(w.public(FIRST))
    assert "SECRET" not in text and "released" not in text and '"key"' not in text


def test_the_courses_own_notebooks_are_in_step() -> None:
    root = Path(__file__).resolve().parent.parent
    assert [sentence for _, _, said in w.course_files(root) for sentence in said] == []


def test_a_file_that_is_no_notebook_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import matcalc_ref.catalogue

    monkeypatch.setattr(matcalc_ref.catalogue, "assignments", lambda: {"X01": (SECOND,)})
    assert w.run(tmp_path) == 2 and "it is no course" in capsys.readouterr().out
    (tmp_path / "source").mkdir()
    assert w.run(tmp_path, check=True) == 1
    assert w.run(tmp_path) == 0
    assert w.run(tmp_path, check=True) == 0
    (tmp_path / "source" / "X01" / "X01.ipynb").write_text("{")
    assert w.run(tmp_path) == 1
    assert "X01.ipynb: X01: not a notebook" in capsys.readouterr().out
