"""Confinement is in force, not only configured; and where it cannot be had, nothing runs."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from graders.referee import NoPlayer, open_players
from graders.referee.escapes import escapes
from graders.referee.probe import mend, probe

pytestmark = pytest.mark.confinement


@pytest.fixture(params=["warm", "bubblewrap"])
def way(request: pytest.FixtureRequest) -> str:
    finding = probe(request.param)
    if not finding.works and not finding.escapes:
        pytest.skip(f"{finding.why} {finding.mend}")
    return request.param


def test_nothing_that_the_probe_tries_succeeds(way: str) -> None:
    assert probe(way).works
    assert probe(way).escapes == []


def test_the_probe_notices_a_player_that_is_not_confined() -> None:
    """The same attempts succeed in a stock kernel: the probe proves something."""
    with open_players("none") as players, players.player() as player:
        found = escapes(player)
    assert {"read a file of the course", "wrote a file of the course", "reached the network"} <= set(found)


def test_a_notebook_that_tries_to_see_the_source_reports_that_it_could_not(way: str, tmp_path: Path) -> None:
    source = tmp_path / "source" / "A05"
    source.mkdir(parents=True)
    (source / "A05.ipynb").write_text("the key")
    submitted = tmp_path / "submitted" / "ada" / "A05"
    submitted.mkdir(parents=True)
    (submitted / "key.ipynb").symlink_to(source / "A05.ipynb")
    (submitted / "source").symlink_to(source)
    report = f"""
import os
report = []
for path in ({str(source)!r}, {str(source / "A05.ipynb")!r}, "source", "key.ipynb", "../../../source",
{str(tmp_path)!r}):
    try:
        os.stat(path)
        report.append("could see " + path)
    except OSError:
        report.append("could not")
"""
    with open_players(way) as players, players.player(submitted) as player:  # type: ignore[arg-type]
        assert player.run(report, "cell", 10.0).status == "ok"
        assert player.value("report") == {"list": ["could not"] * 6}


def test_the_records_are_out_of_sight(way: str) -> None:
    seek = """
try:
    import matcalc_ref.exercises.a05 as found
except ImportError:
    found = None
import os, matcalc_ref
inside = os.listdir(os.path.join(os.path.dirname(matcalc_ref.__file__), "exercises"))
"""
    with open_players(way) as players, players.player() as player:  # type: ignore[arg-type]
        assert player.run(seek, "cell", 10.0).status == "ok"
        assert (player.value("found"), player.value("inside")) == (None, {"list": []})


MEMORY = """
import re
found = []
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for start, end in re.findall(r"(?m)^([0-9a-f]+)-([0-9a-f]+) r", maps.read()):
        try:
            memory.seek(int(start, 16))
            found += re.findall(b"TOKEN=hunter[0-9]", memory.read(int(end, 16) - int(start, 16)))
        except (OSError, OverflowError):
            pass
environ = open("/proc/self/environ").read()
"""


def test_the_instructors_environment_is_out_of_sight(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in `os.environ` alone: a process keeps in its memory what it was started with."""
    monkeypatch.setenv("HUB_TOKEN", "hunter2")
    with open_players(way) as players, players.player() as player:  # type: ignore[arg-type]
        assert player.run(MEMORY, "cell", 20.0).status == "ok"
        assert player.value("found") == {"list": []}
        assert "PYTHONPATH" in player.value("environ") and "TOKEN" not in player.value("environ")


def test_what_is_nested_deeply_costs_no_player(way: str, tmp_path: Path) -> None:
    for number in range(400):
        place = tmp_path / f"{number % 20}" / f"{number}" / "/".join("abcdefghij" * 6)
        place.mkdir(parents=True)
        (place / "file.txt").write_text("x")
    (tmp_path / "data.csv").write_text("1,2")
    source = "deep = {}\nfor _ in range(100): deep = {'a': [deep]}\ntext = open('data.csv').read()"
    with open_players(way) as players, players.player(tmp_path) as player:  # type: ignore[arg-type]
        assert player.run(source, "cell", 20.0).status == "ok"
        assert "something too large" in str(player.value("deep"))
        assert player.value("text") == "1,2"


# A player looks for what lies in a folder, before and after it is hidden.
LOOK = """
import sys
from graders.referee import open_players
from graders.referee.escapes import escapes
way, course = sys.argv[1:]
with open_players(way) as players:
    with players.player() as player:
        print(escapes(player, (course,)))
    players.hide([course])
    with players.player() as player:
        print(escapes(player, (course,)), player.run("import os, numpy, graders.study", "cell", 10.0).status)
"""


@pytest.mark.parametrize("place", ["course", ""])
def test_a_course_in_a_folder_that_must_be_shown_is_hidden_again(
    way: str, place: str, tmp_path: Path
) -> None:
    venv.create(tmp_path, symlinks=True)
    tmp_path.chmod(0o755)  # as a course that others may list
    packages = next(tmp_path.glob("lib/python*/site-packages"))
    (packages / "these.pth").write_text("\n".join(path for path in sys.path if path))
    course = tmp_path / place
    (course / "source").mkdir(parents=True)
    command = [str(tmp_path / "bin" / "python"), "-c", LOOK, way, str(course)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    before, after = done.stdout.splitlines()
    assert before == '["saw what is in the course\'s own folder"]' and after == "[] ok", done.stderr


# What `python -m` is run as: a user without any rights on the machine, in a user namespace of their own.
ORDINARY = """
import os, runpy, sys
from graders.referee import jail, linux
ids = os.geteuid(), os.getegid()
linux.unshare(linux.CLONE_NEWUSER)
jail._map(*ids)
os.execv(sys.executable, [sys.executable, "-c", sys.argv[1]])
"""
# The same, but nothing that confinement needs is allowed: as in a strict container.
FORBIDDEN = """
import os, sys
from graders.referee import linux, seccomp
linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
seccomp.confine()
os.execv(sys.executable, [sys.executable, "-c", sys.argv[1]])
"""


def _as(how: str, source: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", how, source], capture_output=True, text=True, timeout=120, check=False
    )


def test_an_ordinary_user_has_it_too(way: str) -> None:
    done = _as(
        ORDINARY, f"import os\nfrom graders.referee.probe import probe\nprint(os.geteuid(), probe({way!r}))"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1000 ") and "works=True" in done.stdout, done.stdout


def test_where_it_is_forbidden_nothing_runs_and_the_doctor_says_so() -> None:
    attempt = """
from graders.referee import open_players, NoPlayer
try:
    open_players()
except NoPlayer as problem:
    print("stopped:", problem)
"""
    done = _as(FORBIDDEN, attempt)
    assert "stopped: Students' code cannot be confined here" in done.stdout, done.stderr
    assert "matcalc doctor" in done.stdout
    done = _as(FORBIDDEN, "from graders.referee.doctor import run\nraise SystemExit(run())")
    assert done.returncode == 1 and "To mend it" in done.stdout and "Traceback" not in done.stderr


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(NoPlayer, match="no confinement called"):
        open_players("cardboard")  # type: ignore[arg-type]


def test_there_is_always_a_step_that_mends() -> None:
    assert mend("warm") and mend("bubblewrap")
