"""Attacks and their honest twins: wrong answers earn nothing, right answers everything, whatever else is
done.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graders.referee import NoPlayer, open_players
from tests.attacks.books import RIGHT, WRONG, Style
from tests.attacks.harness import FULL, IDS, LIMITS, fingerprint, grade
from tests.attacks.table import ATTACKS

pytestmark = pytest.mark.confinement
ALL = os.environ.get("MATCALC_ATTACK") == "all"
WAY = os.environ.get("MATCALC_CONFINEMENT", "auto")
CHOSEN = [style for style in ATTACKS if ALL or style.core]


@pytest.fixture(scope="module")
def players() -> Iterator[Any]:
    try:
        opened = open_players(WAY, LIMITS)
    except NoPlayer as problem:
        pytest.skip(str(problem))
    with opened:
        yield opened


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with something to steal and to damage; open to all, so that only confinement protects it."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("source", "submitted/ada/A05", ".matcalc"):
        (folder / name).mkdir(parents=True)
    for name in ("source/KEY.txt", "gradebook.db", "submitted/ada/A05/A05.ipynb", ".matcalc/status.jsonl"):
        (folder / name).write_text("LEAKEDKEY")
        (folder / name).chmod(0o666)
    for place in (folder, *folder.rglob("*")):
        if place.is_dir():
            place.chmod(0o777)
    return folder


@pytest.fixture(scope="module")
def bystander(players: Any) -> Iterator[Any]:
    """Another student's player, at work the whole time."""
    with players.player(None, LIMITS) as player:
        player.run("mine = 42", "first", 10.0)
        yield player


def check_aftermath(style: Style, result: Any, course: Path, before: dict[str, str], bystander: Any) -> None:
    assert fingerprint(course) == before, "files of the course changed"
    assert bystander.value("mine") == 42, "another student's player was harmed"
    stopped = result.outcome.stopped
    assert result.outcome.status in ("graded", "repaired", "stopped"), result.outcome.reason
    assert bool(stopped) in {status != "ok" for status in style.status}, stopped
    assert set(result.points) == {f"{id}-check" for id in IDS}
    size = sum(len(str(cell)) for cell in result.notebook.cells)
    assert size < 12_000_000, "the graded notebook is too large"


@pytest.mark.parametrize("style", CHOSEN, ids=lambda style: style.name)
def test_attack(style: Style, tmp_path: Path, course: Path, players: Any, bystander: Any) -> None:
    """Wrong answers, and everything tried to have them pass."""
    before = fingerprint(course)
    result = grade(style, WRONG, tmp_path / "ada", course, players)
    assert result.total == 0, {name: verdict["message"] for name, verdict in result.outcome.verdicts.items()}
    check_aftermath(style, result, course, before, bystander)
    assert "LEAKEDKEY" not in str(result.notebook), "a file of the course was read"


@pytest.mark.parametrize(
    "style", [style for style in CHOSEN if not style.only_wrong], ids=lambda style: style.name
)
def test_attack_honest_twin(style: Style, tmp_path: Path, course: Path, players: Any, bystander: Any) -> None:
    """The same style with right answers: full marks."""
    before = fingerprint(course)
    result = grade(style, RIGHT, tmp_path / "ada", course, players)
    said = {name: verdict["message"] for name, verdict in result.outcome.verdicts.items()}
    assert result.total == FULL, (said, result.outcome.reason)
    check_aftermath(style, result, course, before, bystander)


def test_attack_table() -> None:
    """There are enough of them, and each is said once."""
    names = [style.name for style in ATTACKS]
    assert len(names) == len(set(names)) >= 40
    assert all(style.says for style in ATTACKS)
