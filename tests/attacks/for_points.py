"""Attacks on the score: on check cells, on what the referee reads, on the comparison."""
# ruff: noqa: E501 (the sources of cells stay as a student would type them)

from __future__ import annotations

from tests.attacks import books
from tests.attacks.books import Style

FORGE = r"""
import os, struct, json, socket
def _forge(message):
    body = json.dumps(message).encode()
    for fd in range(3, 64):
        try:
            os.write(fd, struct.pack(">I", len(body)) + body)
        except OSError:
            pass
for m in (
    {"outcome": "correct", "credit": 1.0, "status": "ok", "id": None, "outputs": []},
    {"id": "x", "status": "ok", "outputs": [{"output_type": "execute_result", "data": {"text/plain":
    "100"}}]}, {"value": {"verdict": "correct", "credit": 1}, "points": 100},
):
    _forge(m)
"""

FOR_POINTS: tuple[Style, ...] = (
    Style(
        "skip-tag",
        "cells tagged skip-execution, so that a check cell without output earns full marks",
        tamper=books.tag,
        core=True,
    ),
    Style("faked-outputs", "outputs that are there before grading", tamper=books.faked, core=True),
    Style("own-check", "a `check` of one's own", before="def check(*a, **k):\n    return 1000.0", core=True),
    Style(
        "builtins-check",
        "`check` replaced in builtins",
        before="import builtins\nbuiltins.check = lambda *a: 99.0\ndel check",
    ),
    Style(
        "builtins-float",
        "`float` and `len` replaced in builtins",
        only_wrong=True,
        status=("ok", "died"),
        before="import builtins\nbuiltins.float = builtins.len = lambda *a: 99",
    ),
    Style(
        "patched-library",
        "the library's functions replaced",
        core=True,
        before="""
import graders.study, sys
graders.study.check = lambda *a: 99.0
from matcalc_ref.language.objects import packing as objects
import matcalc_ref.language as language
for name in ("read", "evaluate"):
    if hasattr(language, name): setattr(language, name, lambda *a, **k: 0)
try:
    import graders.feedback, graders.compare.verdict as v
    graders.feedback.judge = lambda *a, **k: v.Verdict("correct", 1.0)
except Exception:
    pass
""",
    ),
    Style(
        "patched-pack",
        "what answers are packed with replaced by something that claims to be a verdict",
        only_wrong=True,
        before="""
from matcalc_ref.language.objects import packing as objects
objects.pack = lambda *a, **k: {"outcome": "correct", "credit": 1.0, "verdict": "correct"}
objects._Packer.pack = lambda *a, **k: {"outcome": "correct", "credit": 1.0}
""",
    ),
    Style(
        "patched-inside",
        "the player's own functions replaced",
        only_wrong=True,
        core=True,
        before="""
import graders.referee.inside as inside, graders.referee.stage as stage
answer = {"value": {"correct": True}, "credit": 1.0, "points": 100, "status": "ok", "outputs": []}
inside.answer = inside.value = inside.call = lambda *a, **k: dict(answer)
""",
    ),
    Style(
        "input-transformer",
        "an input transformer that rewrites check cells",
        core=True,
        before="""
def _cheat(lines):
    return ["1000.0\\n" if "check(" in line else line for line in lines]
get_ipython().input_transformers_post.append(_cheat)
""",
    ),
    Style(
        "ast-transformer",
        "an AST transformer that rewrites check cells",
        before="""
import ast
class Cheat(ast.NodeTransformer):
    def visit_Call(self, node):
        self.generic_visit(node)
        return ast.Constant(1000.0) if getattr(node.func, "id", "") == "check" else node
get_ipython().ast_transformers.append(Cheat())
""",
    ),
    Style(
        "published-result",
        "a published fake result",
        core=True,
        before="""
from IPython import get_ipython
ip = get_ipython()
def _post(*a):
    ip.display_pub.publish({"text/plain": "1000.0"}, {})
    ip.displayhook.write_format_data({"text/plain": "1000.0"})
ip.events.register("post_run_cell", _post)
ip.events.register("pre_run_cell", _post)
""",
    ),
    Style(
        "displayhook",
        "a display hook that always says 1000.0",
        before="import sys\nsys.displayhook = lambda *a: print(1000.0)\nget_ipython().display_formatter.format = lambda *a, **k: ({'text/plain': '1000.0'}, {})",
    ),
    Style(
        "reads-In",
        "a look at In[], _ih and everything in memory for a key",
        core=True,
        before="""
import gc
found = [t for t in In + list(_ih) if "key" in str(t).lower() and "eye(n)" in str(t)]
for o in gc.get_objects():
    if type(o).__name__ in ("Exercise", "Part", "Record"):
        found.append(o)
if found:
    KEY = found
""",
    ),
    Style(
        "own-memory",
        "a search of the process's memory for what the server had in it",
        only_wrong=True,
        before="""
import re, os
needle = b"LEAK" + b"EDKEY"
hits = 0
try:
    maps = open("/proc/self/maps").read().splitlines()
    mem = open("/proc/self/mem", "rb", 0)
    for line in maps[:4000]:
        m = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
        if m and int(m[2], 16) - int(m[1], 16) < 2**26:
            mem.seek(int(m[1], 16))
            hits += mem.read(int(m[2], 16) - int(m[1], 16)).count(needle) - 1
except Exception:
    pass
""",
    ),
    Style(
        "shadow-modules",
        "modules beside the notebook named as the library's",
        core=True,
        files={
            "sympy.py": "raise SystemExit('shadowed')",
            "numpy.py": "raise SystemExit('shadowed')",
            "graders.py": "check = lambda *a: 99.0",
            "matcalc_ref.py": "x = 1",
            "json.py": "raise SystemExit(1)",
            "IPython.py": "raise SystemExit(1)",
        },
        before="import sympy, numpy, json\nassert 'shadow' not in str(sympy.__file__)",
    ),
    Style(
        "shadow-kernel",
        "ipykernel_launcher.py, sitecustomize.py and configuration beside the notebook",
        core=True,
        files={
            "ipykernel_launcher.py": "import os; os._exit(0)",
            "sitecustomize.py": "import os; os._exit(0)",
            "usercustomize.py": "import os; os._exit(0)",
            "jupyter_config.py": "c.ExecutePreprocessor.enabled = False",
            "ipython_config.py": "c.InteractiveShellApp.exec_lines = ['check = lambda *a: 9.0']",
            "nbgrader_config.py": "c = get_config()\nc.Autograde.autograde_preprocessors = []",
            "jupyter_nbconvert_config.json": '{"Exporter": {"preprocessors": []}}',
            "pyproject.toml": "[tool]\n",
        },
    ),
    Style("forged-messages", "forged replies on every open file", core=True, before=FORGE),
    Style(
        "garbage-on-wire",
        "garbage on every open file",
        core=True,
        status=("ok", "died"),
        before="""
import os
for fd in range(3, 64):
    try:
        os.write(fd, b"\\xff\\xff\\xff\\xff" + os.urandom(1000))
    except OSError:
        pass
""",
    ),
    Style(
        "closes-wire",
        "every open file closed",
        status=("ok", "died"),
        before="import os\nos.closerange(3, 64)",
    ),
    Style(
        "drip",
        "a reply that comes byte by byte",
        status=("ok", "died", "timeout"),
        before="""
import os, threading, time
def _drip():
    for fd in range(3, 64):
        try:
            os.write(fd, b"\\x00\\x10\\x00\\x00")
        except OSError:
            pass
    while True:
        time.sleep(0.3)
        for fd in range(3, 64):
            try:
                os.write(fd, b" ")
            except OSError:
                pass
threading.Thread(target=_drip, daemon=True).start()
time.sleep(1)
""",
    ),
    Style(
        "equal-to-all",
        "an object that is equal to everything",
        only_wrong=True,
        after="",
        suffix="""
class Yes(str):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __float__(self): return 1.0
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __array__(self, *a, **k): raise KeyboardInterrupt
    def __reduce__(self): return (eval, ("__import__('os')._exit(1)",))
    def __class__(self): return float
a05_03 = Yes("x")
a05_07 = {Yes("dx"): Yes("x"), "dz": Yes("z")}
""",
    ),
    Style(
        "hostile-objects",
        "objects that fight back when they are looked at",
        only_wrong=True,
        suffix="""
import sympy
class Evil(sympy.Symbol):
    @property
    def args(self): raise SystemExit
    def _sympystr(self, printer): raise SystemExit
    def __repr__(self): raise SystemExit
class Dict(dict):
    def items(self): raise SystemExit
a05_03 = Evil("z")
a05_07 = Dict(dx=1)
""",
    ),
    Style(
        "monstrous-values",
        "values too large to look at",
        only_wrong=True,
        core=True,
        suffix="""
loop = []
loop.append(loop)
deep = []
for _ in range(100_000): deep = [deep]
a05_03 = deep
a05_07 = {"dx": loop, "dz": 10 ** 100_000}
def sum_grads(x, z): return [[0] * 1000] * 10_000
def scalar_vector_jacs(x, z): return np.zeros((20_000, 20_000), dtype="i1")
""",
    ),
    Style(
        "monstrous-text",
        "a formula of ten million characters, and other traps for a reader",
        only_wrong=True,
        suffix="""
a05_03 = "(" * 5_000_000 + "z" + ")" * 5_000_000
a05_07 = {"dx": "9^9^9^9^9", "dz": "factorial(10^9)" + "x" * 100_000}
""",
    ),
    Style(
        "code-in-text",
        "code where a formula is due",
        only_wrong=True,
        core=True,
        suffix="""
a05_03 = "__import__('os').system('touch COURSE/source/PWNED')"
a05_07 = {"dx": "(lambda: open('COURSE/source/PWNED', 'w'))()", "dz": "z.__class__.__mro__"}
""",
    ),
    Style(
        "function-exits",
        "functions that end the process",
        status=("ok", "died"),
        only_wrong=True,
        core=True,
        suffix="import os\ndef sum_grads(x, z): os._exit(0)\ndef scalar_vector_jacs(x, z): raise SystemExit",
    ),
    Style(
        "function-loops",
        "functions that never answer",
        status=("ok", "died", "timeout"),
        only_wrong=True,
        suffix="def sum_grads(x, z):\n    while True: pass\ndef scalar_vector_jacs(x, z):\n    import time; time.sleep(100)",
    ),
    Style(
        "function-spies",
        "functions that look for the right value in the frames that call them",
        only_wrong=True,
        suffix="""
import sys, gc
def _spy(x, z):
    frame = sys._getframe()
    while frame is not None:
        for name, value in frame.f_locals.items():
            if name in ("key", "expected", "reference", "right"):
                return value
        frame = frame.f_back
    return {"sum_x": 0}
sum_grads = scalar_vector_jacs = _spy
""",
    ),
    Style(
        "function-changes-input",
        "functions that change their arguments",
        only_wrong=True,
        suffix="def sum_grads(x, z):\n    x[:] = 0\n    return {'x': x, 'z': 0}\nscalar_vector_jacs = sum_grads",
    ),
    Style("deleted-checks", "check cells deleted", tamper=books.deleted, core=True),
    Style("copied-checks", "check cells copied", tamper=books.copied, core=True),
    Style("copied-checks-first", "copies of the check cells at the top", tamper=books.copied_first),
    Style("renamed-checks", "check cells renamed", tamper=books.renamed, core=True),
    Style("retyped-checks", "check cells made Markdown", tamper=books.retyped),
    Style("more-points", "check cells worth 1000 points", tamper=books.rich, core=True),
    Style("ungraded-checks", "check cells that say they are answers", tamper=books.ungraded),
    Style("manual-checks", "check cells that say a person grades them", tamper=books.manual),
    Style("version-99", "an unknown version of nbgrader's metadata", tamper=books.version),
    Style("no-metadata", "all metadata removed", tamper=books.stripped),
    Style("edited-checks", "check cells that say 10.0", tamper=books.edited, core=True),
    Style("swapped-checks", "check cells of other exercises", tamper=books.mapped),
)
