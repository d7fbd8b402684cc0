"""The instructor's pictures are drawn once for all players, unless a student's own cells go on with them."""

from __future__ import annotations

from typing import Any

import pytest

from graders.referee import Missing, open_players
from tests.referee.test_players import LIMITS

PICTURE = (
    "import matplotlib.pyplot as plt\nseen = np.ones(2)\nfig, ax = plt.subplots()\nax.plot(seen)\nplt.show()"
)


def _image(result: Any) -> str:
    (output,) = result.outputs
    return str(output["data"]["image/png"])


@pytest.mark.confinement
def test_a_picture_of_the_instructors_is_drawn_once_and_its_names_are_there() -> None:
    changed = PICTURE.replace("ax.plot(seen)", "ax.plot(2 * seen, seen)")
    with open_players("warm", LIMITS) as players:
        players.learn([PICTURE])
        known = players.server.pictures.known[PICTURE].outputs[0]["data"]["image/png"]
        for cells in ([PICTURE, "x = seen + 1"], [changed]):
            with players.player(sources=cells) as player:
                player.run("import numpy as np", "cell", 20.0)
                drawn = [player.run(source, "cell", 20.0) for source in cells]
                assert (_image(drawn[0]) == known) == (cells[0] == PICTURE)
                assert player.value("seen")["array"]["shape"] == [2]
                assert isinstance(player.value("fig"), Missing) == (cells[0] == PICTURE)  # it was not made


@pytest.mark.confinement
@pytest.mark.parametrize(
    "after",
    ["ax.set_title('mine')", "fig.savefig('mine.png')", "getattr(fig, 'axes')"],
)
def test_a_picture_that_another_cell_goes_on_with_is_drawn_there(after: str) -> None:
    with open_players("warm", LIMITS) as players:
        players.learn([PICTURE])
        with players.player(sources=[PICTURE, after]) as player:
            player.run("import numpy as np", "cell", 20.0)
            assert _image(player.run(PICTURE, "cell", 20.0))
            assert player.run(after, "cell", 20.0).status == "ok"


@pytest.mark.confinement
@pytest.mark.parametrize(
    "source",
    [
        "plt.plot(mine)\nplt.show()",
        "np.random.seed(1)\nplt.plot(np.random.rand(3))\nplt.show()",
        "plt.rcParams['font.size'] = 5\nplt.plot([1])\nplt.show()",
        "np.set_printoptions(precision=2)\nplt.plot([1])\nplt.show()",
        "print('words')\nplt.plot([1])\nplt.show()",
        "plt.plot([1]",
        "plt.pause",
    ],
)
def test_a_cell_that_does_more_than_draw_is_run_each_time(source: str) -> None:
    with open_players("warm", LIMITS) as players:
        players.learn([source])
        assert players.server.pictures.known == {}


@pytest.mark.confinement
def test_a_student_who_took_numpy_away_sees_the_cell_fail() -> None:
    with open_players("warm", LIMITS) as players:
        players.learn([PICTURE])
        cells = ["import builtins, sys\nsys.modules['matplotlib.pyplot'] = None", PICTURE]
        with players.player(sources=cells) as player:
            assert [player.run(source, "cell", 20.0).status for source in cells] == ["ok", "error"]
