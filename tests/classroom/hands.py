"""What simulated students do to a notebook before they hand it in."""

from __future__ import annotations

import atexit
import copy
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from graders.classroom.demo import Classroom
from graders.classroom.students import fill, reference
from matcalc_ref.catalogue import assignments

Book = dict[str, Any]
RECORDS = assignments()["A05"]
#: The most that can be earned.
FULL = sum(exercise.points for exercise in RECORDS)
#: What the exercise in code is worth.
CODE = next(exercise.points for exercise in RECORDS if exercise.id == "A05-14")
STAMP = "2026-11-20 10:00:00 UTC"

WARNS = """
import sys, warnings
print("careful", file=sys.stderr)
warnings.warn("this is only a warning")
a05_01 = "eye(n)"
"""
TRANSPOSED = 'a05_06 = "ones(n)"'
SHOWS = """
from IPython.display import HTML, display
display(HTML("<script>document.title='owned'</script><b onclick=alert(1)>shown</b>"))
a05_02 = "ones(n)"
"""
READS = """
import glob, os
seen = []
for top, _, files in os.walk("/"):
    if top.count("/") > 6 or top.startswith(("/proc", "/sys", "/usr", "/lib")):
        continue
    seen += [os.path.join(top, f) for f in files if f in ("gradebook.db", "status.jsonl", "MARKER")]
print("SEEN", seen, "END")
a05_02 = "ones(n)"
"""


def cell(book: Book, name: str) -> Any:
    return next(c for c in book["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


def drop(*names: str) -> Callable[[Book], None]:
    def change(book: Book) -> None:
        book["cells"] = [c for c in book["cells"] if c["id"] not in names]

    return change


def put(name: str, source: str) -> Callable[[Book], None]:
    return lambda book: cell(book, name).update(source=source)


def copied(book: Book) -> None:
    book["cells"].insert(0, {**copy.deepcopy(cell(book, "A05-03-check")), "id": "fresh"})


def kernel(book: Book) -> None:
    book["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}


def schema(book: Book) -> None:
    for name in ("A05-01", "A05-02-check"):
        cell(book, name)["metadata"]["nbgrader"]["schema_version"] = 99


def renamed(book: Book) -> None:
    check, answer = cell(book, "A05-01-check"), cell(book, "A05-02")
    check["metadata"]["nbgrader"]["grade_id"] = "mine"
    answer["metadata"]["nbgrader"]["grade_id"] = "yours"


def scripts(book: Book) -> None:
    put("A05-02", SHOWS)(book)
    text = "<script>document.title='owned'</script><img src=x onerror=\"alert(1)\"> $a<b$"
    book["cells"].append({"cell_type": "markdown", "id": "mine", "metadata": {}, "source": text})
    book["cells"].append({"cell_type": "raw", "id": "raw", "metadata": {}, "source": text})


def answered(text: str, change: Callable[[Book], None] = lambda book: None) -> str:
    """The released notebook with every answer right, then changed."""
    book = json.loads(fill(text, RECORDS, reference))
    change(book)
    return json.dumps(book)


HALVES = """
for _ in range(3):
    print(b"caf\\xe9".decode("utf-8", "surrogateescape"), chr(0xD83D))
a05_01 = "eye(n)"
"""
NESTED = """
def sum_grads(x, z):
    a = [1.0]
    for _ in range(50):
        a = [a]
    return {"x": a, "z": a}
scalar_vector_jacs = sum_grads
"""
DEEP = """
from IPython.display import HTML, display
display(HTML("<div>" * 40000))
a05_02 = "ones(n)"
"""


def large(book: Book) -> None:
    """Texts over which a careless pattern, cleaner or renderer would take hours."""
    drop("A05-03-check")(book)
    for number, text in enumerate(("](" + " " * 190_000, "\\begin{a}" * 20_000, "<b>" * 60_000)):
        book["cells"].append({"cell_type": "markdown", "id": f"l{number}", "metadata": {}, "source": text})
    blank = {"cell_type": "code", "id": "blank", "metadata": {}, "outputs": [], "execution_count": None}
    book["cells"].append({**blank, "source": "\n" * 400_000})


def halves(book: Book) -> None:
    """Halves of characters, which no file can hold, wherever a text may stand."""
    put("A05-01", HALVES)(book)
    book["metadata"]["kernelspec"] = {"name": "ir\ud800", "display_name": "R", "language": "R\ud800"}
    picture = {"\ud800": {"image/png": "aGk=\ud800"}}
    book["cells"].append(
        {"cell_type": "markdown", "id": "h", "metadata": {}, "source": "x", "attachments": picture}
    )


#: Each student: how the notebook is changed, what status comes of it, a word of the reason, points lost.
CHANGES: dict[str, tuple[Callable[[str], str], str, str, float]] = {
    "right": (answered, "graded", "", 0),
    "blank": (lambda text: text, "graded", "", FULL),
    "copied": (lambda text: answered(text, copied), "repaired", "A05-03-check was there 2 times", 0),
    "corrupt": (lambda text: text[: len(text) // 2], "unreadable", "not valid JSON", FULL),
    "deleted": (
        lambda text: answered(text, drop("A05-04-check", "A05-15", "A05-15-check")),
        "repaired",
        "A05-15 was missing",
        1,
    ),
    "deep": (lambda text: answered(text, put("A05-02", DEEP)), "graded", "", 0),
    "exits": (lambda text: answered(text, put("A05-01", "import os\nos._exit(0)")), "stopped", "", 1),
    "halves": (lambda text: answered(text, halves), "repaired", "another kernel", 0),
    "kernel": (lambda text: answered(text, kernel), "repaired", "another kernel", 0),
    "large": (lambda text: answered(text, large), "repaired", "A05-03-check was missing", 0),
    "layout": (lambda text: answered(text, put("A05-06", TRANSPOSED)), "graded", "", 0.5),
    "nested": (lambda text: answered(text, put("A05-14", NESTED)), "graded", "", CODE),
    "reads": (lambda text: answered(text, put("A05-02", READS)), "graded", "", 0),
    "renamed": (lambda text: answered(text, renamed), "repaired", "recognised", 0),
    "schema": (lambda text: answered(text, schema), "repaired", "unknown version (99)", 0),
    "scripts": (lambda text: answered(text, scripts), "graded", "", 0),
    "sheets": (
        lambda text: '{"worksheets": [{"cells": null}], "nbformat": 3}',
        "unreadable",
        "no cells",
        FULL,
    ),
    "warns": (lambda text: answered(text, put("A05-01", WARNS)), "graded", "", 0),
}


def submit_directly(course: Path, student: str, text: str, name: str = "A05.ipynb") -> Path:
    """A submission as `nbgrader collect` would leave it."""
    folder = course / "submitted" / student / "A05"
    folder.mkdir(parents=True)
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "timestamp.txt").write_text(STAMP)
    (folder / "submission_secret.txt").write_text(f"secret of {student}")
    for path in (course / "release" / "A05").glob("*.json"):
        shutil.copy(path, folder)
    return folder


@cache
def _template() -> Classroom:
    """A course as it is when A05 has been generated; made once for all tests of a process."""
    room = Classroom(Path(tempfile.mkdtemp()))
    atexit.register(shutil.rmtree, room.root, ignore_errors=True)
    room.make()
    room.nbgrader("generate_assignment", "A05")
    return room


def course_with(root: Path, **students: str) -> Classroom:
    """A course with A05 generated, a secret, and what these students handed in: one of CHANGES each."""
    room = Classroom(root)
    room.make()
    made = _template().course
    shutil.copytree(made / "release", room.course / "release")
    shutil.copy(made / "gradebook.db", room.course)
    keep_secret(room.course)
    text = released(room.course)
    for student, kind in students.items():
        submit_directly(room.course, student, CHANGES[kind][0](text))
    return room


def released(course: Path) -> str:
    """The notebook that students get."""
    return (course / "release" / "A05" / "A05.ipynb").read_text(encoding="utf-8")


def keep_secret(course: Path) -> None:
    """The same secret for every course, so that all draw the same points."""
    (course / ".matcalc").mkdir(mode=0o700)
    (course / ".matcalc" / "secret").write_text("5a" * 32)


def submit_all(course: Path) -> None:
    """Everybody of the table, and some whose trouble is not in the notebook."""
    text = released(course)
    for student, (change, *_) in CHANGES.items():
        submit_directly(course, student, change(text))
    linked = submit_directly(course, "linked", answered(text))
    (linked / "MARKER").symlink_to(course / "source" / "A05" / "A05.ipynb")
    (linked / "all").symlink_to(course / "source")
    os.mkfifo(linked / "pipe")
    submit_directly(course, "retitled", answered(text), "A05 (1).ipynb")
    late = submit_directly(course, "timeless", answered(text))
    (late / "timestamp.txt").write_text("yesterday, about noon")
    (late / "submission_secret.txt").write_text("")
    endless = submit_directly(course, "endless", answered(text))
    (endless / "timestamp.txt").write_text("1" * 2_000_000)
    (endless / "submission_secret.txt").write_bytes(b"\xff\xfe")
    folders = submit_directly(course, "folders", answered(text), "mine.ipynb")
    for name in ("A05.ipynb", "exercises.json", "timestamp.txt"):
        (folders / name).unlink(missing_ok=True)
        (folders / name).mkdir()
        (folders / name / "inside.txt").write_text("x")
    old = submit_directly(course, "old", answered(text))
    (old / os.fsdecode(b"caf\xe9.ipynb")).write_text("{}")
    nothing = submit_directly(course, "nothing", "not a notebook", "notes.ipynb")
    (nothing / "more.ipynb").write_text("{}")
