"""What a notebook's unusual style is, its right and wrong answers, and ways to change its cells."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Cell = dict[str, Any]
Book = list[Cell]

RIGHT = {
    "A05-03": 'a05_03 = "z I"',
    "A05-07": 'a05_07 = {"dx": "z ones(n)^T", "dz": "sum(x)"}',
    "A05-14": """
def scalar_vector_jacs(x, z):
    n = len(x)
    return {"sum_x": np.eye(n), "sum_z": np.ones((n, 1)), "prod_x": z * np.eye(n), "prod_z":
    np.array(x).reshape(n, 1)}

def sum_grads(x, z):
    return {"x": np.full((1, len(x)), float(z)), "z": np.array([[np.sum(x)]])}
""",
}
WRONG = {
    "A05-03": 'a05_03 = "x + 7 ones(n)"',
    "A05-07": 'a05_07 = {"dx": "x^T x + 7", "dz": "7 z"}',
    "A05-14": """
def scalar_vector_jacs(x, z):
    return {"sum_x": 7, "sum_z": "no", "prod_x": None, "prod_z": [[7.0]]}

def sum_grads(x, z):
    return 7.0
""",
}


@dataclass(frozen=True)
class Style:
    """One unusual way. `before` runs after the set-up cell, `after` at the very end; `suffix` is added to
    each answer, `tamper` changes the cells of the notebook, `files` lie beside it. `core` ones run in every
    test run.

    In sources, COURSE is the course's folder with `source/KEY.txt` and `gradebook.db`. `status` is what the
    player's end may be called.
    """

    name: str
    says: str
    before: str | tuple[str, ...] = ()
    after: str | tuple[str, ...] = ()
    suffix: str = ""
    tamper: Callable[[Book], Book] | None = None
    files: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    status: tuple[str, ...] = ("ok",)
    core: bool = False
    only_wrong: bool = False

    def cells(self, before: bool) -> tuple[str, ...]:
        given = self.before if before else self.after
        return (given,) if isinstance(given, str) else given


def check_ids(book: Book) -> list[int]:
    return [i for i, cell in enumerate(book) if cell["id"].endswith("-check")]


def tag(book: Book) -> Book:
    for cell in book:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
    return book


def faked(book: Book) -> Book:
    for i in check_ids(book):
        book[i]["outputs"] = [
            {
                "output_type": "execute_result",
                "data": {"text/plain": "100.0"},
                "metadata": {},
                "execution_count": 1,
            }
        ]
        book[i]["execution_count"] = 1
    return book


def deleted(book: Book) -> Book:
    return [cell for i, cell in enumerate(book) if i not in check_ids(book)]


def copied(book: Book) -> Book:
    return [
        new
        for cell in book
        for new in ((cell, copy.deepcopy(cell)) if cell["id"].endswith("-check") else (cell,))
    ]


def copied_first(book: Book) -> Book:
    return [copy.deepcopy(book[i]) for i in check_ids(book)] + book


def renamed(book: Book) -> Book:
    for i in check_ids(book):
        book[i]["metadata"]["nbgrader"]["grade_id"] = f"mine-{i}"
        book[i]["id"] = f"mine-{i}"
    return book


def retyped(book: Book) -> Book:
    for i in check_ids(book):
        book[i]["cell_type"] = "markdown"
        for key in ("outputs", "execution_count"):
            book[i].pop(key, None)
    return book


def rich(book: Book) -> Book:
    for i in check_ids(book):
        book[i]["metadata"]["nbgrader"]["points"] = 1000
    return book


def ungraded(book: Book) -> Book:
    for i in check_ids(book):
        book[i]["metadata"]["nbgrader"].update(grade=False, solution=True, locked=False)
    return book


def manual(book: Book) -> Book:
    for i in check_ids(book):
        book[i]["metadata"]["nbgrader"].update(solution=True)
    return book


def version(book: Book) -> Book:
    for i in check_ids(book):
        book[i]["metadata"]["nbgrader"]["schema_version"] = 99
    return book


def stripped(book: Book) -> Book:
    for cell in book:
        cell["metadata"] = {}
    return book


def edited(book: Book) -> Book:
    for i in check_ids(book):
        book[i]["source"] = "10.0"
    return book


def mapped(book: Book) -> Book:
    """Check cells that name the names of the right exercise, with a look-alike id."""
    for i in check_ids(book):
        book[i]["source"] = book[i]["source"].replace("A05-07", "A05-03")
    return book


def renumbered(book: Book) -> Book:
    for n, cell in enumerate(reversed(book)):
        if cell["cell_type"] == "code":
            cell["execution_count"] = n + 1
    return book


def answers_elsewhere(book: Book) -> Book:
    """Every answer in one cell at the top of the notebook, its own cell left empty."""
    sources = [cell for cell in book if cell["cell_type"] == "code" and cell["id"] in RIGHT]
    first = {"cell_type": "code", "id": "all-here", "metadata": {}, "outputs": [], "execution_count": None,
             "source": "import numpy as np\n" + "\n".join(cell["source"] for cell in sources)}  # fmt: skip
    for cell in sources:
        cell["source"] = ""
    return [first, *book]
