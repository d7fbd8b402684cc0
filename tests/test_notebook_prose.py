"""What every notebook of the course owes its readers."""

import itertools
import re
from pathlib import Path

import pytest

from matcalc_ref.catalogue import assignments
from matcalc_ref.weave import OWNED, load

SOURCE = Path(__file__).parent.parent / "source"
BOOKS = {path.stem: load(path) for path in sorted(SOURCE.glob("*/*.ipynb"))}
LESSONS = [name for name in BOOKS if re.fullmatch(r"A(0[1-9]|1[0-2])", name)]
every = pytest.mark.parametrize("name", BOOKS)
lesson = pytest.mark.parametrize("name", LESSONS)


def prose(name):
    cells = BOOKS[name]["cells"]
    return [c["source"] for c in cells if c["cell_type"] == "markdown" and not OWNED.fullmatch(c["id"])]


def markdown(name):
    return [c["source"] for c in BOOKS[name]["cells"] if c["cell_type"] == "markdown"]


@every
def test_headings_are_in_order(name):
    text = re.sub(r"```.*?```", "", "\n\n".join(markdown(name)), flags=re.DOTALL)
    levels = [len(found[1]) for found in re.finditer(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1 and levels.count(1) == 1
    steps = itertools.pairwise(levels)
    assert all(after <= before + 1 for before, after in steps if before > 1)


@every
def test_mathematics_is_closed(name):
    for text in markdown(name):
        bare = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
        assert len(re.findall(r"(?<!\\)\$\$", bare)) % 2 == 0, text
        assert len(re.findall(r"(?<!\\)\$", bare)) % 2 == 0, text
        assert bare.count("{") == bare.count("}"), text


@lesson
def test_a_lesson_opens_with_goals_and_closes_with_what_was_gained(name):
    text = prose(name)
    assert any("What you will be able to do" in t for t in text[:3])
    assert "You can now" in text[-1]
    assert any(re.search(r"[Ww]orked example", t) for t in text)


@lesson
def test_every_picture_is_told_in_words(name):
    cells = BOOKS[name]["cells"]
    pictures = [i for i, c in enumerate(cells) if c["cell_type"] == "code" and "plt.show()" in c["source"]]
    assert pictures
    for i in pictures:
        around = " ".join(c["source"] for c in cells[i - 1 : i + 2] if c["cell_type"] == "markdown")
        assert len(around.split()) > 25, cells[i]["id"]


@lesson
def test_every_exercise_stands_in_its_notebook(name):
    ids = [cell["id"] for cell in BOOKS[name]["cells"]]
    assert all(exercise.id in ids for exercise in assignments()[name])


@lesson
def test_prose_and_hints_do_not_spell_the_answer(name):
    """A typed answer, in quotes or backticks, is in no prose and in no hint of its own exercise."""
    text = " ".join(prose(name))
    for exercise in assignments()[name]:
        for part in exercise.parts:
            if part.kind != "formula" or not isinstance(part.key, str) or len(part.key) < 10:
                continue
            for typed in (f'"{part.key}"', f"`{part.key}`"):
                assert typed not in text, (exercise.id, typed)
                assert not any(typed in hint for hint in exercise.hints), (exercise.id, typed)
