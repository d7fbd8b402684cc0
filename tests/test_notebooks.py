"""The notebooks' own prose: headings in order, words for every picture, a closing, no outputs."""

import itertools
import json
import re
from pathlib import Path

import pytest

BOOKS = sorted((Path(__file__).parent.parent / "source").glob("*/*.ipynb"))


def _cells(path):
    book = json.loads(path.read_text("utf-8"))
    return [(c["id"], c["cell_type"], "".join(c["source"])) for c in book["cells"]]


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_prose(path):
    cells = _cells(path)
    levels = [
        len(mark)
        for _, kind, source in cells
        if kind == "markdown"
        for mark in re.findall(r"(?m)^(#+) ", re.sub(r"```.*?```", "", source, flags=re.S))
    ]
    assert levels.count(1) == 1 and levels[0] == 1, "one title"
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), "no level is left out"
    assert cells[0][1] == "markdown" and cells[-1][1] == "markdown"
    assert re.search(r"now|next|have|go on", cells[-1][2]), "a closing"


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_every_picture_is_described_beside_it(path):
    cells = _cells(path)
    for at, (id, kind, source) in enumerate(cells):
        if kind == "code" and "plt.show()" in source:
            beside = cells[at - 1][2] + cells[at + 1][2]
            words = beside.partition("*What the picture shows.*")[2].split()
            assert len(words) > 10, f"{id}: say in words what the picture shows"
