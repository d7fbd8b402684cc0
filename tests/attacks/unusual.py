"""Notebooks that mean no harm and are hard to grade."""
# ruff: noqa: E501 (the sources of cells stay as a student would type them)

from __future__ import annotations

from tests.attacks import books
from tests.attacks.books import Style

UNUSUAL: tuple[Style, ...] = (
    Style(
        "stderr",
        "warnings on stderr",
        core=True,
        before="import sys, warnings\nwarnings.warn('careful')\nprint('oops', file=sys.stderr)",
        suffix="import sys\nprint('warning', file=sys.stderr)",
    ),
    Style(
        "clock",
        "clocks and sleep replaced",
        before="import time\ntime.monotonic = time.time = lambda: 0.0\ntime.sleep = lambda s: None",
    ),
    Style(
        "signal-handlers",
        "every signal handled",
        before="""
import signal
for n in range(1, 64):
    try:
        signal.signal(n, lambda *a: None)
    except (OSError, ValueError):
        pass
""",
    ),
    Style(
        "broken-library",
        "json and os.write broken",
        status=("ok", "died"),
        only_wrong=True,
        before="import json, os\njson.dumps = json.loads = None\nos.write = None",
    ),
    Style(
        "trace",
        "a trace function",
        before="import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)",
    ),
    Style(
        "streams",
        "streams closed and replaced",
        before="import sys\nsys.stdout = sys.stderr = None\nimport os\nos.close(1)\nos.close(2)",
    ),
    Style(
        "reset",
        "%reset, and In and Out deleted",
        before="x = 1\n%reset -f\nimport numpy as np\nfrom graders.study import check, hint, use",
    ),
    Style(
        "broken-shell",
        "the shell's own methods replaced",
        status=("ok", "died"),
        only_wrong=True,
        before="get_ipython().run_cell = lambda *a, **k: None\nget_ipython().user_ns = {}",
    ),
    Style(
        "threads",
        "threads that keep changing things",
        before="""
import threading, itertools
def _spin():
    for _ in itertools.count():
        globals()["noise"] = _
threading.Thread(target=_spin, daemon=True).start()
""",
    ),
    Style(
        "atexit",
        "things to do at the end",
        before="import atexit, os\natexit.register(lambda: os.system('touch COURSE/source/PWNED'))\nos.register_at_fork(before=lambda: None)",
    ),
    Style(
        "bash-cell",
        "a bash cell with a process in the background",
        before="%%bash\n(sleep 100; touch COURSE/source/PWNED) >/dev/null 2>&1 &\necho started",
    ),
    Style("input", "input()", before="name = input('who? ')"),
    Style("answers-at-top", "all answers in one cell at the top", tamper=books.answers_elsewhere, core=True),
    Style("renumbered", "cells run out of order, numbers restarted", tamper=books.renumbered),
    Style(
        "other-ids",
        "check calls of one's own, with other ids",
        core=True,
        before="check('A05-99', 1)\ncheck('A05-03', '...')\ncheck()",
        after="check('nope', None)",
    ),
    Style(
        "async-class-helpers",
        "helpers, classes and async on the way to the answers",
        core=True,
        before="""
import asyncio, functools
class Maker:
    def __init__(self, n): self.n = n
    async def make(self): return await asyncio.sleep(0, self.n)
made = await Maker(3).make()
async with asyncio.timeout(5):
    pass
@functools.lru_cache
def helper(n): return n
""",
        suffix="a_helper = helper(made)",
    ),
    Style(
        "large-arrays",
        "large arrays",
        before="import numpy as np\nlarge = np.random.rand(2000, 2000)\nlarge @ large",
    ),
    Style(
        "figures",
        "figures and magics",
        core=True,
        before="""
%matplotlib inline
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.plot([1, 2, 3]);
%time sum(range(1000))
""",
    ),
)
