"""Notebooks that cheat or break things. Each style is tried twice: with wrong answers and, as its honest
twin, with right ones. A style must change nothing: wrong answers earn nothing, right answers earn everything.
"""
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

ATTACKS: tuple[Style, ...] = (
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
    Style(
        "startup-files",
        "start-up files for the next player",
        before="""
import os, site
for path in ("~/.ipython/profile_default/startup/00.py", "~/.config/matplotlib/matplotlibrc", "~/.pythonrc",
"/tmp/sitecustomize.py",
             site.getsitepackages()[0] + "/evil.pth", "~/.jupyter/jupyter_config.py"):
    path = os.path.expanduser(path)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "w").write("import builtins; builtins.EVIL = True\\n")
    except OSError:
        pass
assert not hasattr(__import__("builtins"), "EVIL")
""",
    ),
    Style(
        "link-to-source",
        "a link to source/ beside the notebook",
        links={"key": "COURSE/source", "KEY.txt": "COURSE/source/KEY.txt"},
        core=True,
        before="""
try:
    SEEN = open("KEY.txt").read() + open("key/KEY.txt").read()
except OSError:
    pass
""",
    ),
    Style(
        "reads-source",
        "reading source/, peers and the gradebook by their paths",
        core=True,
        before="""
import os, pathlib
seen = []
for path in ("COURSE/source/KEY.txt", "COURSE/gradebook.db", "COURSE/submitted", "/etc/shadow",
"/root/.bashrc", "../KEY.txt"):
    try:
        seen.append(os.listdir(path) if os.path.isdir(path) else open(path, "rb").read())
    except OSError:
        pass
for root, dirs, files in os.walk("/"):
    if "KEY.txt" in files or "gradebook.db" in files:
        seen.append(root)
    dirs[:] = [d for d in dirs if d not in ("proc", "usr", "site-packages")]
if seen:
    SEEN = seen
""",
    ),
    Style(
        "finds-the-key",
        "importing the records, or asking the package for them",
        core=True,
        before="""
try:
    from matcalc_ref.catalogue import exercise
    KEY = exercise("A05-03")
except Exception:
    pass
try:
    import matcalc_ref.exercises.a05 as KEY
except Exception:
    pass
""",
    ),
    Style(
        "writes-gradebook",
        "writing the gradebook, the source and the status file",
        before="""
import sqlite3
for path in ("COURSE/gradebook.db", "COURSE/source/KEY.txt", "COURSE/.matcalc/status.jsonl", "gradebook.db"):
    try:
        open(path, "a").write("mine")
    except OSError:
        pass
try:
    sqlite3.connect("COURSE/gradebook.db").execute("create table mine (x)")
except Exception:
    pass
""",
    ),
    Style(
        "detached",
        "a process that stays behind",
        core=True,
        before="""
import os, time, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(3):
            os.close(fd)
        while True:
            time.sleep(0.2)
            try:
                open("COURSE/source/KEY.txt", "a").write("later")
            except OSError:
                pass
    os._exit(0)
""",
    ),
    Style(
        "network",
        "the network",
        before="""
import socket, urllib.request
for act in (lambda: urllib.request.urlopen("http://127.0.0.1:80", timeout=1), lambda:
urllib.request.urlopen("http://example.com", timeout=1),
            lambda: socket.create_connection(("1.1.1.1", 53), 1), lambda: socket.socket(40,
            socket.SOCK_STREAM).connect((2, 1024))):
    try:
        act()
        SEEN = True
    except Exception:
        pass
""",
    ),
    Style(
        "kills-all",
        "signals to everyone",
        core=True,
        status=("ok", "died"),
        before="""
import os, signal
for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP):
    for pid in (1, os.getppid(), -os.getppid() if os.getppid() else 1):
        try:
            os.kill(pid, number)
        except Exception:
            pass
""",
    ),
    Style("kill-minus-one", "kill(-1, SIGKILL)", status=("ok", "died"), before="import os\nos.kill(-1, 9)"),
    Style(
        "kills-itself",
        "kill -9 of its own process",
        status=("died",),
        before="import os\nos.kill(os.getpid(), 9)",
    ),
    Style(
        "fork-bomb",
        "a fork bomb",
        core=True,
        status=("ok", "died", "timeout", "memory"),
        before="""
import os, time
end = time.time() + 1
while time.time() < end:
    try:
        if os.fork() == 0:
            end = time.time() + 30
    except OSError:
        time.sleep(0.01)
""",
    ),
    Style(
        "shell-bomb",
        "a fork bomb in the shell",
        status=("ok", "died", "timeout", "memory"),
        before="!timeout 2 bash -c 'bomb() { bomb | bomb & }; bomb' >/dev/null 2>&1",
    ),
    Style(
        "memory-bomb",
        "all the memory",
        core=True,
        status=("ok", "memory"),
        before="block = []\nwhile True:\n    block.append(bytearray(64 * 1024 * 1024))",
    ),
    Style(
        "memory-bomb-many",
        "all the memory, in many processes",
        status=("ok", "memory", "died", "timeout"),
        before="""
import os, time
for _ in range(16):
    if os.fork() == 0:
        blocks = [bytearray(b"x" * 2**24) for _ in range(20)]
        time.sleep(60)
        os._exit(0)
time.sleep(3)
""",
    ),
    Style(
        "memory-shared",
        "all the memory, in files of memory",
        status=("ok", "memory", "died"),
        before="""
import mmap, os
held = []
try:
    for n in range(400):
        m = mmap.mmap(-1, 2**24)
        m.write(b"x" * 2**24)
        held.append(m)
except (OSError, MemoryError, ValueError):
    pass
held.clear()
""",
    ),
    Style(
        "memory-numpy", "an array of a terabyte", before="import numpy as np\nbig = np.ones((10**6, 10**6))"
    ),
    Style(
        "exit",
        "exit(), quit(), sys.exit and SystemExit",
        before=("exit()", "quit", "import sys\nsys.exit(0)", "raise SystemExit(0)"),
    ),
    Style("os-exit", "os._exit(0)", core=True, status=("died",), before="import os\nos._exit(0)"),
    Style(
        "abort",
        "abort and a segmentation fault",
        status=("died",),
        before=("import ctypes\nctypes.string_at(0)", "import os\nos.abort()"),
    ),
    Style("loop", "an infinite loop", core=True, status=("timeout",), before="while True:\n    pass"),
    Style(
        "stubborn-loop",
        "a loop that no interrupt ends",
        core=True,
        status=("timeout",),
        before="""
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
    ),
    Style(
        "sleeping-in-C",
        "a sleep in C, with signals blocked",
        status=("timeout",),
        before="""
import signal, ctypes
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
ctypes.CDLL(None).sleep(1000)
""",
    ),
    Style(
        "awaits-forever",
        "an await without an end",
        status=("timeout",),
        before="import asyncio\nawait asyncio.Event().wait()",
    ),
    Style("one-line", "20 MB on one line", core=True, before="print('x' * 20_000_000)"),
    Style(
        "endless-print",
        "endless printing",
        status=("timeout",),
        before="while True:\n    print('spam ' * 1000)",
    ),
    Style(
        "prints-past-python",
        "20 MB past Python's own output",
        before="import os, subprocess\nos.write(1, b'y' * 1000)\nsubprocess.run('head -c 20000000 /dev/zero | tr \\\\0 z', shell=True)",
    ),
    Style(
        "big-picture",
        "a picture of 50 MB",
        before="from IPython.display import Image, display, HTML\ndisplay(Image(b'\\x89PNG' + b'0' * 50_000_000, format='png'))",
    ),
    Style(
        "many-outputs",
        "a hundred thousand outputs",
        before="from IPython.display import display\nfor i in range(100_000): display(i)",
        status=("ok", "timeout"),
    ),
    Style(
        "script",
        "<script> in an output",
        core=True,
        before="from IPython.display import HTML, Javascript, display\ndisplay(HTML('<script>window.PWNED=1</script><img src=x onerror=\"window.PWNED=1\">'))\nJavascript('window.PWNED=1')",
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
    Style("recursion", "endless recursion", before="def f():\n    return f()\nf()"),
    Style(
        "fills-disk",
        "the disk filled",
        before="""
import os
for n in range(100):
    try:
        with open(f"/tmp/fill{n}", "wb") as file:
            for _ in range(200):
                file.write(b"x" * 2**20)
    except OSError:
        pass
for n in range(100):
    if os.path.exists(f"/tmp/fill{n}"):
        os.remove(f"/tmp/fill{n}")
""",
    ),
    Style(
        "keeps-disk-full",
        "the disk filled, and kept so",
        before="""
try:
    for n in range(9):
        with open(f"/tmp/keep{n}", "wb") as file:
            for _ in range(200):
                file.write(b"x" * 2**20)
except OSError:
    pass
""",
    ),
    Style(
        "open-files",
        "every file descriptor in use",
        before="held = []\ntry:\n    while True:\n        held.append(open('/dev/null'))\nexcept OSError:\n    pass",
    ),
    Style(
        "raises-limits",
        "limits raised",
        before="""
import resource
for name in dir(resource):
    if name.startswith("RLIMIT_"):
        try:
            resource.setrlimit(getattr(resource, name), (-1, -1))
        except (ValueError, OSError):
            pass
""",
    ),
    Style(
        "breaks-out",
        "namespaces, mounts, tracing, chroot",
        core=True,
        before="""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
done = [libc.unshare(0x10000000), libc.mount(b"none", b"/mnt", b"tmpfs", 0, None), libc.ptrace(16, 1, 0, 0),
libc.chroot(b"/tmp"),
        libc.setns(os.open("/proc/self/ns/mnt", os.O_RDONLY), 0) if os.path.exists("/proc/self/ns/mnt") else
        -1, libc.setuid(0)]
if 0 in done:
    SEEN = done
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
