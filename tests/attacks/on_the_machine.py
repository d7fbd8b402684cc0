"""Attacks on the machine: files, other processes, the network, and everything that can be used up."""
# ruff: noqa: E501 (the sources of cells stay as a student would type them)

from __future__ import annotations

from tests.attacks.books import Style

ON_THE_MACHINE: tuple[Style, ...] = (
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
        "tracebacks",
        "18 MB of tracebacks",
        core=True,
        before="class Loud(Exception):\n    def _render_traceback_(self):\n        return ['x' * 20_000] * 60\n"
        "for _ in range(15):\n    try:\n        raise Loud\n    except Loud:\n        get_ipython().showtraceback()",
    ),
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
)
