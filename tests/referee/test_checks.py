"""Which cells are check cells: read from the instructor's source, as a table."""

from __future__ import annotations

import nbformat
import pytest

from graders.referee import Check, read_checks
from graders.referee.checks import read_check


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('check("A05-07", a05_07)', ("A05-07", ("a05_07",))),
        ("# a word before\ncheck('A05-14', f, g)\n", ("A05-14", ("f", "g"))),
        ('x = 1\ncheck("A05-07", a05_07)', ("A05-07", ("a05_07",))),
        ('check("A05-07")', None),
        ('check("A05-07", 1)', None),
        ('check("A05-07", *a)', None),
        ('check("A05-07", a, key=1)', None),
        ("check(a, b)", None),
        ('print(check("A05-07", a05_07))', None),
        ('if True:\n    check("A05-07", a05_07)', None),
        ('mine.check("A05-07", a)', None),
        ("assert total == 4", None),
        ("def (", None),
        ("\0", None),
        ("(" * 10_000, None),
        ("", None),
    ],
)
def test_read_check(source: str, found: tuple[str, tuple[str, ...]] | None) -> None:
    assert read_check(source, 2.0) == (Check(*found, 2.0) if found else None)


def test_read_checks_of_a_notebook() -> None:
    def cell(id: str, source: str, **meta: object) -> object:
        made = nbformat.v4.new_code_cell(source)
        made.metadata["nbgrader"] = {"grade_id": id, **meta}
        return made

    cells = [
        nbformat.v4.new_markdown_cell("prose"),
        nbformat.v4.new_code_cell("check('A', a)"),
        cell("a", "a = 1", grade=False, solution=True),
        cell("a-check", 'check("A", a)', grade=True, solution=False, points=2),
        cell("own", "assert a", grade=True, solution=False, points=1),
        cell("essay", "a", grade=True, solution=True, points=1),
    ]
    expected = {"a-check": Check("A", ("a",), 2), "own": None}
    assert read_checks(nbformat.v4.new_notebook(cells=cells)) == expected
