"""Players of every kind behave alike: outputs, values, calls, stops, and what is left of them (nothing)."""
# ruff: noqa: E501 (the sources of cells stay as a student would type them)

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.referee import Limits, Missing, NoPlayer, open_players
from graders.referee.outputs import clean
from matcalc_ref.language import pack

LIMITS = Limits(cell_seconds=2, call_seconds=1, memory=400, processes=40, scratch=64)
CONFINED = [
    pytest.param("warm", marks=pytest.mark.confinement),
    pytest.param("bubblewrap", marks=pytest.mark.confinement),
]
_opened: dict[str, Any] = {}


@contextmanager
def _open(way: str) -> Iterator[Any]:
    """The players of one way, opened once for all tests."""
    if way not in _opened:
        try:
            _opened[way] = open_players(way, LIMITS)  # type: ignore[arg-type]
        except NoPlayer as problem:
            pytest.skip(str(problem))
    yield _opened[way]


@pytest.fixture(scope="module", autouse=True)
def _close_all() -> Iterator[None]:
    yield
    while _opened:
        _opened.popitem()[1].close()


@pytest.fixture(scope="module", params=[*CONFINED, "none"])
def player(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("files")
    (folder / "data").mkdir()
    (folder / "data" / "numbers.csv").write_text("1,2\n")
    (folder / "helpers.py").write_text("def helper():\n    return 7\n")
    (folder / "A05.ipynb").write_text("{}")
    (folder / "link").symlink_to("/etc/passwd")
    with _open(request.param) as players, players.player(folder) as made:
        yield made


def show(player: Any, source: str) -> list[tuple[str, str]]:
    """A cell's outputs as (kind, text)."""
    shown = []
    for output in clean(player.run(source, "cell", 20.0).outputs, LIMITS):
        if output["output_type"] == "stream":
            shown.append((output["name"], output["text"]))
        elif output["output_type"] == "error":
            shown.append(("error", f"{output['ename']}: {output['evalue']}"))
        else:
            kinds = " ".join(sorted(output["data"]))
            shown.append((f"{output['output_type']} {kinds}", output["data"].get("text/plain", "")))
    return shown


OUTPUTS: tuple[tuple[str, list[tuple[str, str]]], ...] = (
    ("print(1)\nprint(2)", [("stdout", "1\n2\n")]),
    ("1 + 1", [("execute_result text/plain", "2")]),
    ("1 + 1;", []),
    ("x = 5\nx", [("execute_result text/plain", "5")]),
    ("import sys\nprint('a')\nprint('b', file=sys.stderr)\n3",
     [("stdout", "a\n"), ("stderr", "b\n"), ("execute_result text/plain", "3")]),
    ("1 / 0", [("error", "ZeroDivisionError: division by zero")]),
    ("raise KeyError('k')", [("error", "KeyError: 'k'")]),
    ("from IPython.display import HTML, Markdown, display\ndisplay(HTML('<b>x</b>'))\nMarkdown('$y$')",
     [("display_data text/html text/plain", "<IPython.core.display.HTML object>"),
      ("execute_result text/markdown text/plain", "<IPython.core.display.Markdown object>")]),
    ("import sympy\nsympy.Symbol('x')**2", [("execute_result text/latex text/plain", "x**2")]),
    ("import numpy as np\nnp.eye(2)", [("execute_result text/plain", "array([[1., 0.],\n       [0., 1.]])")]),
    ("import asyncio\nawait asyncio.sleep(0, 8)", [("execute_result text/plain", "8")]),
    ("!echo from the shell", [("stdout", "from the shell\n")]),
    ("from IPython.display import clear_output\nprint('gone')\nclear_output()\nprint('kept')", [("stdout", "kept\n")]),
    ("h = display('one', display_id=True)\nh.update('two')", [("display_data text/plain", "'two'")]),
    ("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
     [("display_data image/png text/plain", "<Figure size 640x480 with 1 Axes>")]),
    ("class A:\n    def _repr_html_(self):\n        return '<i>a</i>'\n    def __repr__(self):\n        return 'a'\nA()",
     [("execute_result text/html text/plain", "a")]),
    ("__name__", [("execute_result text/plain", "'__main__'")]),
    ("open('data/numbers.csv').read()", [("execute_result text/plain", "'1,2\\n'")]),
    ("import helpers\nhelpers.helper()", [("execute_result text/plain", "7")]),
    ("import os\nsorted(name for name in os.listdir() if name[0] not in '._')",
     [("execute_result text/plain", "['data', 'helpers.py']")]),
    ("from multiprocessing import Pool\nwith Pool(2) as pool:\n    print(pool.map(abs, [-1, -2]))", [("stdout", "[1, 2]\n")]),
)  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), OUTPUTS, ids=range(len(OUTPUTS)))
def test_outputs_are_a_kernels(player: Any, source: str, expected: list[tuple[str, str]]) -> None:
    found = [(kind, text.replace("\r\n", "\n")) for kind, text in show(player, source)]
    assert found == expected


@pytest.mark.parametrize("way", CONFINED)
def test_what_bypasses_python_is_kept_in_its_place(way: str) -> None:
    source = "import subprocess\nprint('before')\n_ = subprocess.run(['echo', 'sub'])\n1 + 1"
    with _open(way) as players, players.player() as player:
        assert show(player, source)[1:] == [("execute_result text/plain", "2")]
        assert show(player, source)[0] == ("stdout", "before\nsub\n")


def test_tracebacks_and_syntax_errors_are_shown(player: Any) -> None:
    (output,) = clean(player.run("def f():\n    return [][3]\nf()", "cell", 20.0).outputs, LIMITS)
    text = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(output["traceback"]))
    assert "return [][3]" in text and "IndexError: list index out of range" in text
    (kind, message), *_ = show(player, "def f(:")
    assert kind == "error" and message.startswith("SyntaxError: invalid syntax")


def test_time_magic_prints(player: Any) -> None:
    printed = [text for kind, text in show(player, "%time x = 1") if kind == "stdout"]
    assert "Wall time" in "".join(printed)  # it may come in pieces


def test_values_are_packed(player: Any) -> None:
    player.run(
        "import sympy as sp, numpy as np\nanswer = {'dx': sp.Symbol('z') * 2, 'dz': np.ones((2, 1))}",
        "c",
        20.0,
    )
    import sympy as sp

    assert player.value("answer") == pack({"dx": sp.Symbol("z") * 2, "dz": np.ones((2, 1))})
    assert player.value("nothing_here") == Missing("nothing_here")


CALLS = (
    ("def f(x, z):\n    return x * z", [pack([1.0]), 3], {"list": [1.0, 1.0, 1.0]}, None),
    ("def f(x, z):\n    return {'a': x + z}", [2, 3], {"dict": [["a", 5]]}, None),
    ("def f(x, z):\n    x.append(1)", [{"list": []}, 3], None, "changed-input"),
    ("def f(x, z):\n    x[0] += 0.1; x[0] -= 0.1\n    return z", [pack(np.array([0.7])), 3], 3, None),
    ("def f(x, z):\n    raise ValueError('no')", [1, 2], None, "exception"),
    ("def f(x):\n    return x", [1, 2], None, "exception"),
    ("def f(x, z):\n    raise KeyboardInterrupt", [1, 2], None, "exception"),
    ("def f(x, z):\n    while True: pass", [1, 2], None, "timeout"),
    (
        "def f(g, z):\n    return g(z)",
        [{"formula": {"text": "x^2 + 1", "variables": {"x": ""}}}, 3.0],
        10.0,
        None,
    ),
    (
        "def f(gs, z):\n    return gs[0](z)",
        [{"list": [{"formula": {"text": "2 x", "variables": {"x": ""}}}]}, 3.0],
        6.0,
        None,
    ),
    (
        "def f(gs, z):\n    gs.pop()\n    return z",
        [{"list": [{"formula": {"text": "2 x", "variables": {"x": ""}}}]}, 3.0],
        None,
        "changed-input",
    ),
    ("f = lambda x, z: x + z", [1, 2], 3, None),
    ("f = max", [1, 2], 2, None),
    ("import functools\nf = functools.partial(max, 9)", [1, 2], 9, None),
    ("class F:\n    def __call__(self, x, z): return 4\nf = F()", [1, 2], 4, None),
    ("import numpy as np\nf = np.add", [1, 2], 3, None),
)


@pytest.mark.parametrize(("source", "arguments", "value", "error"), CALLS, ids=range(len(CALLS)))
def test_functions_are_asked(
    player: Any, source: str, arguments: list[Any], value: Any, error: str | None
) -> None:
    player.run(source, "cell", 20.0)
    reply = player.call(player.value("f")["handle"], arguments, 2.0)
    assert reply.error == error, reply
    assert value is None or reply.value == value


def test_a_late_cell_is_interrupted_and_the_rest_goes_on(player: Any) -> None:
    player.run("kept = 1", "cell", 20.0)
    start = time.monotonic()
    result = player.run("print('so far')\nwhile True: pass", "cell", 1.0)
    assert (result.status, result.alive) == ("timeout", True) and time.monotonic() - start < 6
    assert {"stream", "error"} == {output["output_type"] for output in result.outputs}
    assert player.value("kept") == 1


ENDS = (
    ("import os\nos._exit(3)", "died"),
    ("import os\nos.kill(os.getpid(), 9)", "died"),
    ("import signal\nsignal.signal(2, signal.SIG_IGN)\nimport time\nwhile True: time.sleep(1)", "timeout"),
)


@pytest.mark.parametrize("way", [*CONFINED, "none"])
@pytest.mark.parametrize(("source", "status"), ENDS, ids=["exit", "kill", "stubborn"])
def test_the_end_of_a_player_is_told_and_it_begins_again(way: str, source: str, status: str) -> None:
    with _open(way) as players, players.player() as player:
        result = player.run(source, "cell", 1.0 if status == "timeout" else 20.0)
        assert (result.status, result.alive) == (status, False)
        assert isinstance(player.value("x"), Missing) and player.call(0, [], 1.0).error == "died"
        player.restart()
        assert player.run("x = 1", "cell", 10.0).status == "ok" and player.value("x") == 1


@pytest.mark.parametrize("way", [*CONFINED, "none"])
def test_players_work_inside_a_running_event_loop(way: str) -> None:
    """As in the formgrader's button."""

    async def inside() -> Any:
        with _open(way) as players, players.player() as player:
            player.run("import asyncio\nx = await asyncio.sleep(0, 5)", "cell", 20.0)
            return player.value("x")

    assert asyncio.run(inside()) == 5


HOG = "import os, time\nfor _ in range(8):\n    if os.fork() == 0:\n        b = b'x' * 2**27\n        time.sleep(20)\ntime.sleep(20)"
LET_NOBODY_LOOK = "import ctypes\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\n"
SOCKETS = """
import os, socket, time
def fill():
    held = []
    try:
        while True:
            held += socket.socketpair()
            for one in held[-2:]:
                one.setblocking(False)
                try:
                    while True: one.send(b"x" * 2**15)
                except BlockingIOError: pass
    except OSError: pass
    time.sleep(20)
for _ in range(12):
    if os.fork() == 0: fill()
time.sleep(20)
"""


@pytest.mark.parametrize("way", CONFINED)
@pytest.mark.parametrize("hog", [HOG, LET_NOBODY_LOOK + HOG, SOCKETS], ids=["mapped", "unseen", "sockets"])
def test_memory_is_bounded_and_said_so(way: str, hog: str) -> None:
    with _open(way) as players, players.player() as player:
        result = player.run(hog, "cell", 15.0)
        assert (result.status, result.alive) == ("memory", False) and "400 MB" in result.detail


@pytest.mark.parametrize("way", CONFINED)
@pytest.mark.parametrize(
    "source",
    [
        "import os; os.memfd_create('x')",
        "import socket; socket.socket(socket.AF_UNIX).bind('\\0x')",
        "import socket; socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**22)",
    ],
)
def test_what_holds_memory_that_nobody_maps_is_refused(way: str, source: str) -> None:
    with _open(way) as players, players.player() as player:
        (output,) = player.run(source, "cell", 10.0).outputs
        assert output["ename"] == "PermissionError"


@pytest.mark.parametrize("way", CONFINED)
def test_nothing_is_left_of_a_player(way: str) -> None:
    def processes() -> set[str]:
        found = set()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if b"MARKED-sleeper" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.add(pid)
            except OSError:
                continue
        return found

    source = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)', 'MARKED-sleeper'], start_new_session=True)"
    with _open(way) as players:
        with players.player() as player:
            assert player.run(source, "cell", 10.0).status == "ok"
            deadline = time.monotonic() + 5
            while not processes() and time.monotonic() < deadline:
                time.sleep(0.05)
            assert processes()
        deadline = time.monotonic() + 5
        while processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not processes()


@pytest.mark.confinement
def test_players_do_not_see_each_other_and_many_can_be_open() -> None:
    with _open("warm") as players:
        several = [players.player() for _ in range(6)]
        for n, player in enumerate(several):
            player.run(
                f"import os\nopen('/tmp/mine', 'x').write('{n}')\nmine = {n}\nseen = os.listdir('/home/student')",
                "c",
                10.0,
            )
        assert [player.value("mine") for player in several] == list(range(6))
        assert [player.value("seen") for player in several] == [{"list": []}] * 6
        several[0].close()
        assert several[1].value("mine") == 1
        for player in several:
            player.close()


@pytest.mark.confinement
@pytest.mark.parametrize("delay", [0.0, 0.15, 0.3, 0.45])
def test_a_server_that_is_killed_while_it_starts_is_started_again(delay: float) -> None:
    def kill() -> None:
        time.sleep(delay)
        mine = subprocess.run(
            ["pgrep", "-P", str(os.getpid()), "-f", "referee.server"], capture_output=True, text=True
        )
        for pid in mine.stdout.split():
            os.kill(int(pid), 9)

    killer = threading.Thread(target=kill)
    killer.start()
    with open_players(limits=LIMITS) as players:
        killer.join()
        assert players.confinement == "warm"


@pytest.mark.confinement
def test_a_copy_of_the_players_goes_on_alone() -> None:
    with open_players("warm", LIMITS) as players:
        copy = players.copy()
        try:
            with copy.player() as player:
                os.kill(players.server.process.pid, 9)
                players.server.process.wait()
                assert player.run("1", "cell", 5.0).status == "ok"
            with copy.player() as player:
                assert player.run("1", "cell", 5.0).status == "ok"
        finally:
            copy.close()


@pytest.mark.confinement
def test_players_draw_different_random_numbers() -> None:
    draw = "import random, numpy as np\ndrawn = [random.random(), float(np.random.rand())]"
    with _open("warm") as players:
        drawn = []
        for _ in range(2):
            with players.player() as player:
                player.run(draw, "cell", 10.0)
                drawn.append(player.value("drawn")["list"])
    assert drawn[0][0] != drawn[1][0] and drawn[0][1] != drawn[1][1]


@pytest.mark.confinement
def test_a_server_that_dies_takes_its_players_along_and_begins_anew() -> None:
    with open_players("warm", LIMITS) as players:
        player = players.player()
        pid = player.server.process.pid
        os.kill(pid, 9)
        result = player.run("import time; time.sleep(20)", "cell", 30.0)  # its end may take a moment
        assert (result.status, result.alive) == ("died", False)
        with players.player() as another:  # the server begins anew
            assert another.run("1", "cell", 5.0).status == "ok"
