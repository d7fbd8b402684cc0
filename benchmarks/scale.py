"""How grading grows with the class: submissions a second, memory of the coordinator, the gradebook's share.

    python benchmarks/scale.py                    200 and 1,000 submissions on this machine's cores
    python benchmarks/scale.py 200 2000 10000     other sizes
    python benchmarks/scale.py 200 --dask         the same on two Dask worker processes, side by side

The submissions are copies of a released A05 with varied answers: right in several spellings, with known
mistakes, blank, with deleted and copied cells, and one in fifty that cannot be read. Where other programs run
beside it, look at the CPU seconds rather than at the rate.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def make_course(root: Path, size: int) -> Path:
    """A course with so many submissions, nothing graded."""
    from graders.classroom import students
    from graders.classroom.demo import Classroom
    from matcalc_ref.catalogue import assignments
    from tests.classroom import hands

    room = Classroom(root)
    room.make()
    room.nbgrader("generate_assignment", "A05")
    text = (room.course / "release" / "A05" / "A05.ipynb").read_text(encoding="utf-8")
    records = assignments()["A05"]
    answers = [students.reference, students.rearranged, *(students.mistaken(turn) for turn in range(3))]
    kinds = [students.fill(text, records, answer) for answer in answers]
    kinds += [hands.CHANGES[name][0](text) for name in ("blank", "copied", "deleted", "warns")]
    chance = random.Random(size)
    for number in range(size):
        book = text[:3000] if number % 50 == 49 else chance.choice(kinds)
        # Everybody's own number, so that no two notebooks are the same bytes.
        hands.submit_directly(
            room.course, f"s{number:06}", book.replace('"cells": [', f'"cells": [{own(number)},', 1)
        )
    return room.course


def own(number: int) -> str:
    """A cell of this student's own."""
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
    return json.dumps({**cell, "source": f"my_number = {number}\nmy_number ** 2"})


def grade(course: Path, workers: int, scheduler: str | None) -> dict[str, Any]:
    """Grade it in this process; the summary, the whole command's time and CPU, this process's memory."""
    from contextlib import redirect_stdout
    from io import StringIO

    from graders.classroom.command import run

    said, start = StringIO(), time.perf_counter()
    with redirect_stdout(said):
        run("A05", course=course, workers=workers, scheduler=scheduler, as_json=True)
    found = json.loads(said.getvalue())
    found["command_seconds"] = time.perf_counter() - start
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    found["cpu"] = sum(one.ru_utime + one.ru_stime for one in used)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def cluster(workers: int) -> tuple[str, list[subprocess.Popen[bytes]]]:
    """A Dask scheduler and so many worker processes on loopback."""
    address, port = "tcp://127.0.0.1:18786", "18786"
    environment = os.environ | {"DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "0"}
    quiet: dict[str, Any] = {"stderr": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "env": environment}
    module = [sys.executable, "-m"]
    loop = ["--host", "127.0.0.1", "--no-dashboard", "--port", port]
    running = [subprocess.Popen([*module, "distributed.cli.dask_scheduler", *loop], **quiet)]
    options = ["--nworkers", str(workers), "--nthreads", "1", "--no-dashboard", "--memory-limit", "0"]
    running.append(subprocess.Popen([*module, "distributed.cli.dask_worker", address, *options], **quiet))
    time.sleep(8)
    return address, running


def measure(size: int, workers: int, with_dask: bool) -> None:
    """One line for one size and one way."""
    with tempfile.TemporaryDirectory(prefix="matcalc-scale-") as place:
        course = make_course(Path(place) / "room", size)
        ways: list[str | None] = [None]
        running: list[subprocess.Popen[bytes]] = []
        if with_dask:
            address, running = cluster(workers)
            ways.append(address)
        try:
            for way in ways:
                copy = Path(place) / "copy"
                shutil.rmtree(copy, ignore_errors=True)
                shutil.copytree(course, copy)
                command = [sys.executable, __file__, "--one", str(copy), "--workers", str(workers)]
                done = subprocess.run(
                    [*command, *(["--at", way] if way else [])], capture_output=True, text=True
                )
                if done.returncode:
                    raise SystemExit(done.stderr)
                found = json.loads(done.stdout)
                each = found["graded"]
                row = (
                    size,
                    "dask" if way else "local",
                    f"{each / found['seconds']:.1f}",
                    f"{found['seconds']:.1f}",
                    f"{found['command_seconds'] - found['seconds']:.1f}",
                    "" if way else f"{1000 * found['cpu'] / each:.0f}",
                    f"{found['peak_mb']:.0f}",
                    f"{1000 * found['recording'] / each:.0f}",
                    f"{100 * found['recording'] / found['seconds']:.0f}",
                    f"{100 * found['from_cache'] / max(found['judged'], 1):.0f}",
                )
                print("".join(f"{value:>12}" for value in row), flush=True)
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait(20)


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", type=int, default=[200, 1000])
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--at", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(grade(options.one, options.workers, options.at)))
        return
    first = (
        "class",
        "way",
        "a second",
        "seconds",
        "to start",
        "CPU ms each",
        "peak MB",
        "gradebook ms",
        "share %",
    )
    print("".join(f"{name:>12}" for name in (*first, "known %")))
    for size in options.sizes:
        measure(size, options.workers, options.dask)


if __name__ == "__main__":
    main()
