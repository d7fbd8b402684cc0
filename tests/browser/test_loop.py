"""A student in JupyterLab, then the instructor in the formgrader; and a learner alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from graders.classroom.demo import Classroom
from graders.study import folder
from matcalc_ref import weave
from matcalc_ref.catalogue import assignments, exercise
from tests.browser import lab

pytestmark = pytest.mark.browser
RIGHT = 'a05_07 = {"dx": "z ones(n)\'", "dz": "sum(x)"}'
WRONG = 'a05_07 = {"dx": "z ones(n)\'", "dz": "n"}'


@pytest.fixture(autouse=True)
def chromium_is_here() -> None:
    if lab.chromium() is None:
        pytest.skip(lab.HOW)


@pytest.fixture
def room(tmp_path: Path) -> Classroom:
    """A course with A05 released. The student is whoever runs the tests: Jupyter knows no other."""
    room = Classroom(tmp_path)
    room.make()
    room.release()
    room.enrol("student")
    return room


def open_panel(page: Any, address: str, name: str) -> None:
    page.goto(f"{address}/lab?reset")
    page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
    page.locator(".lm-Menu-itemLabel", has_text=name).first.click()


def test_a_student_answers_and_an_instructor_sees_the_score(room: Classroom, tmp_path: Path) -> None:
    home = room.home("student")
    with lab.jupyterlab(home, tmp_path / "a") as address, lab.browser() as page:
        open_panel(page, address, "Assignment List")
        page.get_by_role("button", name="Fetch", exact=True).click()
        page.get_by_role("button", name="Submit", exact=True).wait_for()

        cells = [cell["id"] for cell in weave.load(home / "A05" / "A05.ipynb")["cells"]]
        notebook = lab.Notebook(page, address, "A05/A05.ipynb", cells)
        notebook.run("A05-setup")
        notebook.run("A05-06")
        untouched = notebook.run("A05-06-check")
        assert "nothing here yet" in untouched.inner_text()

        notebook.type("A05-07", WRONG)
        notebook.run("A05-07")
        output = notebook.run("A05-07-check")
        assert "not yet" in output.inner_text() and "gradient check" in output.inner_text()
        assert output.locator("mjx-container").count() >= 2  # typeset, without a network
        assert output.locator("mjx-merror").count() == 0

        notebook.type("A05-07", RIGHT)
        notebook.run("A05-07")
        output = notebook.run("A05-07-check")
        assert "in order" in output.inner_text() and output.locator("mjx-container").count() >= 2

        notebook.save()
        page.get_by_role("button", name="Validate", exact=True).click()
        said = page.locator(".jp-Dialog").inner_text(timeout=90_000)
        assert "A05-06" in said and "nothing here yet" in said
        assert "A05-07" not in said and "Traceback" not in said
        page.get_by_role("button", name="Ok", exact=True).click()

        open_panel(page, address, "Assignment List")
        page.get_by_role("button", name="Submit", exact=True).click()
        page.locator("#submitted_assignments_list", has_text="A05").wait_for()

    room.nbgrader("collect", "A05")
    room.nbgrader("autograde", "A05")
    with lab.jupyterlab(room.course, tmp_path / "b") as address, lab.browser() as page:
        page.goto(f"{address}/formgrader/manage_submissions/A05")
        row = page.locator("tbody tr", has_text="graded").first
        row.wait_for()
        points = sum(exercise.points for exercise in assignments()["A05"])
        assert f"2 / {points:g}" in row.inner_text()

        with Gradebook(f"sqlite:///{room.course / 'gradebook.db'}") as gradebook:
            notebook = gradebook.assignment_submissions("A05")[0].notebooks[0].id
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/formgrader/submissions/{notebook}/")
        page.locator("math").first.wait_for()
        page.keyboard.press("Control+Shift+F")
        page.locator("#statusmessage", has_text="flagged").wait_for()
        assert not errors


def test_a_learner_alone_is_told_which_mistake_it_is(tmp_path: Path) -> None:
    own = tmp_path / "own"
    assert folder.run(own, lab=False) == 0
    cells = [cell["id"] for cell in weave.load(own / "A05" / "A05.ipynb")["cells"]]
    mistake = next(m for m in exercise("A05-07").part("dz").mistakes if m.answer == "n")
    with lab.jupyterlab(own, tmp_path / "c") as address, lab.browser() as page:
        notebook = lab.Notebook(page, address, "A05/A05.ipynb", cells)
        notebook.run("A05-setup")
        notebook.type("A05-07", WRONG)
        notebook.run("A05-07")
        output = notebook.run("A05-07-check")
        assert "partly" in output.inner_text() and "1 of 2 points" in output.inner_text()
        assert mistake.message.rsplit("$", 1)[-1] in output.inner_text()
        assert output.locator("mjx-container").count() >= 3 and output.locator("mjx-merror").count() == 0
        notebook.type("A05-07", RIGHT + '\nhint("A05-07")\nsolution("A05-07")')
        assert "Hint 1" in notebook.run("A05-07").inner_text()
        assert "right" in notebook.run("A05-07-check").inner_text()
