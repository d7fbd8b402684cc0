"""Takes the pictures of the README: `python -m tests.browser.screenshots docs/pictures`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from graders.classroom.demo import Classroom
from graders.classroom.students import CLASS
from matcalc_ref import weave
from tests.browser import lab

WIDTH = 900


def keep(page: Any, target: Path) -> None:
    """A small picture of what is in view."""
    page.wait_for_timeout(700)
    page.screenshot(path=str(target))
    with Image.open(target) as picture:
        height = round(picture.height * WIDTH / picture.width)
        small = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
        small.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(target, optimize=True)


def main(folder: Path) -> None:
    """Play a small class and take pictures of the notebook, the formgrader and a page of feedback."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        room = Classroom(root / "room")
        room.make("c.RefereeExecute.cell_seconds = 5")
        room.enter_class()
        room.release()
        for student in CLASS:
            room.hand_in(student)
        room.enrol("student")
        room.as_student("student", "fetch_assignment", "A05")
        notebook_picture(room, root, folder / "notebook.png")
        for command in ("collect", "autograde", "generate_feedback", "release_feedback"):
            room.nbgrader(command, "A05")
        with lab.jupyterlab(room.course, root / "b") as address, lab.browser(1100, 900) as page:
            page.goto(f"{address}/formgrader/manage_submissions/A05")
            page.locator("tbody tr", has_text="zeno").wait_for()
            keep(page, folder / "formgrader.png")
        feedback = room.fetch_feedback(next(student for student in CLASS if student.id == "grace"))
        assert feedback is not None
        with lab.browser(900, 760) as page:
            page.goto(feedback.as_uri())
            page.locator("h3", has_text="A05-07").evaluate("e => e.scrollIntoView()")
            keep(page, folder / "feedback.png")
        room.students.shutdown()


def notebook_picture(room: Classroom, root: Path, target: Path) -> None:
    """Self-study in JupyterLab: a wrong answer, and what is said about it."""
    from graders.study import folder

    own = root / "own"
    for _ in folder.refresh(own):
        pass
    cells = [cell["id"] for cell in weave.load(own / "A05" / "A05.ipynb")["cells"]]
    with lab.jupyterlab(own, root / "a") as address, lab.browser(1100, 760) as page:
        notebook = lab.Notebook(page, address, "A05/A05.ipynb", cells)
        page.keyboard.press("ControlOrMeta+b")  # without the side bar
        notebook.run("A05-setup")
        notebook.type("A05-07", 'a05_07 = {\n    "dx": "z ones(n)\'",\n    "dz": "n",\n}')
        notebook.run("A05-07")
        notebook.run("A05-07-check")
        notebook.cell("A05-07-prompt").evaluate("e => e.scrollIntoView()")
        keep(page, target)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
