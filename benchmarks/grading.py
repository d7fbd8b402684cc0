"""How fast a class is graded: stock nbgrader, nbgrader with this course's configuration, and `matcalc grade`.

The same submissions (two assignments) go through each, cold-started, alternating, one run after the other:

- stock: `nbgrader autograde` with plain asserts in the check cells, made as cheap as asserts can be (a
  comparison of text or of small arrays), which is kind to it;
- ours: `nbgrader autograde` with `nbgrader_config.py`;
- grade-1, grade-2: `matcalc grade` with one and with two workers; one command grades both assignments.

Every answer is either the key or a known mistake without credit, so that all must give the same scores; that
is checked. As root on a machine with cgroups, processor time and peak memory are those of everything that
ran.

    python benchmarks/grading.py [--students 30] [--rounds 1] [--only stock,ours,grade-1,grade-2] [--json]
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import inspect
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENTS = ("A04", "A05")
ARMS = ("stock", "ours", "grade-1", "grade-2")


#: Coding exercises whose reference functions stand on their own.
CODE = ("A05-14",)


def answers(assignment: str) -> dict[str, tuple[str, str, str]]:
    """For each exercise: the source of a right answer, of a wrong one, and an assert that tells them apart.

    Exercises whose key is not itself an answer are left untouched by everyone, and score nothing everywhere.
    """
    from matcalc_ref.catalogue import exercises

    made = {}
    for exercise in exercises().values():
        if exercise.assignment == assignment:
            made[exercise.id] = _code(exercise) if exercise.is_code else _formula(exercise)
    return made


def _plain(exercise: Any, value: Any) -> bool:
    from graders.feedback import judge
    from matcalc_ref.language import pack

    return judge(exercise, pack(value)).outcome == "correct"


def _formula(exercise: Any) -> tuple[str, str, str]:
    name, values = exercise.variable, {part.name: part.key for part in exercise.parts}
    right: Any = values if len(values) > 1 else next(iter(values.values()))
    if not _plain(exercise, right):
        return f"{name} = ...", f"{name} = ...", "assert False"
    no = "nothing like it"
    wrong: Any = dict.fromkeys(values, no) if len(values) > 1 else no
    return f"{name} = {right!r}", f"{name} = {wrong!r}", f"assert {name} == {right!r}"


def _code(exercise: Any) -> tuple[str, str, str]:
    stub = "\n".join(f"def {part.signature}:\n    return None" for part in exercise.parts)
    if exercise.id not in CODE:
        return stub, stub, "assert False"
    right, test = ["import numpy as np"], ["import numpy as np"]
    for part in exercise.parts:
        source = inspect.getsource(part.key)
        right.append(source.replace(f"def {part.key.__name__}(", f"def {part.signature.name}("))
        given = ", ".join(_example(shape) for shape in part.signature.arguments.values())
        test.append(f"assert {part.signature.name}({given}) is not None")
    return "\n".join(right), stub, "\n".join(test)


def _example(shape: Any) -> str:
    return {"": "2.0", "n": "np.array([1.0, 2.0, 3.0])"}[shape]


def make_course(folder: Path, arm: str, students: int) -> dict[tuple[str, str], list[str]]:
    """A course with everyone's submissions; returns which exercises each got right."""
    folder.mkdir(parents=True)
    stock = arm == "stock"
    if stock:
        (folder / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'bench'\n"
        )
    else:
        shutil.copy(ROOT / "nbgrader_config.py", folder)
    right: dict[tuple[str, str], list[str]] = {}
    for assignment in ASSIGNMENTS:
        known = answers(assignment)
        shutil.copytree(ROOT / "source" / assignment, folder / "source" / assignment)
        path = folder / "source" / assignment / f"{assignment}.ipynb"
        if stock:
            _edit(path, {f"{id}-check": test for id, (_, _, test) in known.items()})
        _run(["nbgrader", "generate_assignment", assignment], folder)
        for number in range(students):
            student = f"s{number:02d}"
            choice = random.Random(f"{assignment} {student}")
            good = [id for id in known if choice.random() < 0.7]
            right[assignment, student] = good
            place = folder / "submitted" / student / assignment
            shutil.copytree(folder / "release" / assignment, place)
            _edit(place / path.name, {id: known[id][0 if id in good else 1] for id in known})
    return right


def _edit(path: Path, sources: dict[str, str]) -> None:
    book = json.loads(path.read_text())
    for cell in book["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in sources:
            cell["source"] = sources[grade_id]
    path.write_text(json.dumps(book))


def _run(command: list[str], folder: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    # 1 says that submissions need a person, as those with parts for a person do
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


class Meter:
    """Processor time and peak memory of all that runs inside; by cgroup if there is one, else by rusage."""

    def __init__(self) -> None:
        self.cpu, self.peak, self.wall, self.exact = 0.0, 0.0, 0.0, False

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        groups = [Path("/sys/fs/cgroup", kind, f"bench-{os.getpid()}") for kind in ("cpuacct", "memory")]
        try:
            homes = [Path("/proc/self/cgroup").read_text()]
            for group in groups:
                group.mkdir()
                (group / "cgroup.procs").write_text(str(os.getpid()))
            self.exact = True
        except OSError:
            self.exact = False
        before = _spent()
        start = time.monotonic()
        try:
            yield
        finally:
            self.wall = time.monotonic() - start
            self.cpu = _spent() - before
            if self.exact:
                del homes
                self.cpu = int((groups[0] / "cpuacct.usage").read_text()) / 1e9
                # without the page cache: what processes really held
                self.peak = int((groups[1] / "memory.max_usage_in_bytes").read_text()) / 2**20
            for group in groups:
                with contextlib.suppress(OSError):
                    (group.parent / "cgroup.procs").write_text(str(os.getpid()))
                    group.rmdir()


def _spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def commands(arm: str, again: bool) -> list[list[str]]:
    """What is timed: `nbgrader autograde` takes one assignment, `matcalc grade` any number."""
    if arm in ("stock", "ours"):
        force = ["--force"] if again else []
        return [["nbgrader", "autograde", assignment, *force] for assignment in ASSIGNMENTS]
    force = ["--regrade"] if again else []
    return [["matcalc", "grade", *ASSIGNMENTS, "--workers", arm.removeprefix("grade-"), *force]]


def scores(folder: Path) -> dict[tuple[str, str, str], float]:
    """What the gradebook holds: (assignment, student, grade cell) -> points."""
    from nbgrader.api import Gradebook

    found = {}
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        for assignment in ASSIGNMENTS:
            for submission in book.assignment_submissions(assignment):
                for notebook in submission.notebooks:
                    for grade in notebook.grades:
                        found[assignment, submission.student.id, grade.name] = grade.auto_score
    return found


def rows(folder: Path) -> dict[str, int]:
    """How many rows each table of the gradebook has."""
    import sqlite3

    with contextlib.closing(sqlite3.connect(folder / "gradebook.db")) as base:
        names = [name for (name,) in base.execute("select name from sqlite_master where type = 'table'")]
        return {name: base.execute(f"select count(*) from {name}").fetchone()[0] for name in sorted(names)}


def main() -> int:
    """Run, compare, print; 1 if scores differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", default=",".join(ARMS))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    arms = given.only.split(",")
    # as after an installation; a checkout may never have been compiled
    for package in ("graders", "matcalc_ref"):
        compileall.compile_dir(ROOT / package, quiet=1)
    place = Path(tempfile.mkdtemp(prefix="matcalc-bench-"))
    spent: dict[str, list[Meter]] = {arm: [] for arm in arms}
    found, tables = {}, {}
    try:
        for arm in arms:
            make_course(place / arm, arm, given.students)
        for turn in range(given.rounds):
            for arm in arms:
                shutil.rmtree(place / arm / "autograded", ignore_errors=True)
            for number in range(len(ASSIGNMENTS)):
                for arm in arms[:: 1 if number % 2 == 0 else -1]:
                    for command in commands(arm, again=turn > 0)[number : number + 1]:
                        meter = Meter()
                        with meter.running():
                            _run(command, place / arm)
                        spent[arm].append(meter)
        for arm in arms:
            found[arm], tables[arm] = scores(place / arm), rows(place / arm)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return report(given, arms, spent, found, tables)


def report(given: Any, arms: list[str], spent: Any, found: Any, tables: Any) -> int:
    """Print what was measured."""
    count = given.students * len(ASSIGNMENTS) * given.rounds
    results = []
    for arm in arms:
        wall = sum(meter.wall for meter in spent[arm])
        results.append({
            "arm": arm, "submissions": count, "seconds": round(wall, 2), "per_second": round(count / wall, 2),
            "cpu_per_submission": round(sum(meter.cpu for meter in spent[arm]) / count, 3),
            "peak_mb": round(max(meter.peak for meter in spent[arm])), "exact": spent[arm][0].exact,
        })  # fmt: skip
    same = all(found[arm] == found[arms[0]] for arm in arms)
    alike = all(tables[arm] == tables[arms[0]] for arm in arms)
    first = results[0]["per_second"]
    if given.json:
        print(json.dumps({"results": results, "scores_equal": same, "rows_equal": alike}))
    else:
        for row in results:
            speed = (
                f"{row['per_second']:7.2f} submissions/s ({row['per_second'] / first:.1f} times {arms[0]})"
            )
            each = f"{row['cpu_per_submission']:6.3f} CPU-s each, peak {row['peak_mb']} MB"
            print(f"{row['arm']:8} {speed}, {each}")
        print(f"scores of {len(found[arms[0]])} cells: {'all equal' if same else 'THEY DIFFER'}")
        print("gradebook rows: " + ("alike" if alike else f"they differ: {tables}"))
    if not same:
        for arm in arms[1:]:
            differ = {k: (v, found[arm].get(k)) for k, v in found[arms[0]].items() if found[arm].get(k) != v}
            print(arm, dict(list(differ.items())[:10]), file=sys.stderr)
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
