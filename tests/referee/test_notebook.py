"""A notebook cell by cell, with a player that is a script: what is run, judged, replayed, and written."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbgrader.utils import determine_grade

from graders.compare.verdict import Verdict
from graders.referee import Check, Graded, Limits, Missing, NoPlayer, Reply, grade_notebook
from graders.referee.player import CellResult

LIMITS = Limits(cell_seconds=1, notebook_seconds=30, restarts=2)


class Script:
    """A player whose cells are words: `set NAME VALUE`, `fail`, `die`, `hang`, `late`, `say TEXT`, `float
    TEXT`, `fill` (all the memory), `need NAME VALUE` (set, with some memory left).
    """

    confinement = "script"

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}
        self.ran: list[str] = []
        self.starts = 1
        self.filled = False
        self.refuses = False

    def run(self, source: str, cell_id: str, seconds: float) -> CellResult:
        self.ran.append(source)
        word, *rest = source.split()
        if word == "set":
            self.names[rest[0]] = rest[1]
        if word == "fail":
            error = {"output_type": "error", "ename": "NameError", "evalue": "x", "traceback": []}
            return CellResult([error], "error", 0.1)
        if word == "fill":
            self.filled = True
            error = {"output_type": "error", "ename": "MemoryError", "evalue": "", "traceback": []}
            return CellResult([error], "error", 0.1)
        if word == "need" and self.filled:
            return CellResult([], "memory", 0.1, alive=False)
        if word == "need":
            self.names[rest[0]] = rest[1]
        if word == "die":
            return CellResult([], "died", 0.1, "it ended", alive=False)
        if word == "hang":
            return CellResult([], "timeout", 1.0, alive=False)
        if word == "late":
            return CellResult([], "timeout", 1.0)
        if word == "float":
            data = {"text/plain": rest[0]}
            return CellResult([{"output_type": "execute_result", "data": data, "metadata": {}}], "ok", 0.1)
        return CellResult([{"output_type": "stream", "name": "stdout", "text": source}], "ok", 0.1)

    def value(self, name: str) -> Any:
        if self.names.get(name) == "deadly":
            return Missing(name, "it was lost")
        return self.names.get(name, Missing(name))

    def call(self, handle: int, arguments: list[Any], timeout: float) -> Reply:
        return Reply(value=arguments)

    def restart(self) -> None:
        if self.refuses:
            raise NoPlayer("no more")
        self.starts += 1
        self.names, self.filled = {}, False

    def close(self) -> None: ...


def judge(exercise: str, packed: Any, ask: Any) -> Any:
    if packed == "right":
        return Verdict("correct", 1.0, message="Yes.")
    if packed == "half":
        return Verdict("wrong", 0.5, message="Half.")
    if packed == "crash":
        raise RuntimeError("a grader's own fault")
    if packed == "broken":
        return Verdict("broken", message="damaged")
    if packed == "greedy":
        return type("Greedy", (), {"outcome": "correct", "credit": 7.0, "message": ""})()
    return Verdict("wrong", 0.0, message=f"{packed}")


def book(*cells: str) -> Any:
    """Cells; `? NAME` is a check cell for it, `! SOURCE` an instructor's test cell, `A = SOURCE` the answer
    cell of A.
    """
    made = []
    for n, source in enumerate(cells):
        cell = nbformat.v4.new_code_cell(source)
        if source.startswith("? "):
            name = source[2:]
            cell.source = f'check("{name.upper()}", {name})'
            meta = {
                "grade_id": f"{name}-check",
                "grade": True,
                "solution": False,
                "locked": True,
                "points": 2,
            }
            cell.metadata["nbgrader"] = meta
        elif source.startswith("! "):
            cell.source = source[2:]
            cell.metadata["nbgrader"] = {
                "grade_id": f"own-{n}",
                "grade": True,
                "solution": False,
                "points": 3,
            }
        elif " = " in source:
            name, _, cell.source = source.partition(" = ")
            cell.metadata["nbgrader"] = {"grade_id": name, "grade": False, "solution": True}
        made.append(cell)
    return nbformat.v4.new_notebook(cells=made)


def run(
    notebook: Any, player: Script | None = None, limits: Limits = LIMITS
) -> tuple[Graded, dict[str, float], Script]:
    from graders.referee import read_checks

    player = player or Script()
    graded = grade_notebook(notebook, read_checks(notebook), player, judge, limits)
    nbformat.validate(notebook)
    scores = {}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            scores.setdefault(cell.metadata.nbgrader.grade_id, determine_grade(cell)[0])
    return graded, scores, player


@pytest.mark.parametrize(
    ("cells", "scores", "status"),
    [
        (["set a right", "? a"], {"a-check": 2}, "ok"),
        (["set a half", "? a"], {"a-check": 1}, "ok"),
        (["set a no", "? a"], {"a-check": 0}, "ok"),
        (["? a", "set a right"], {"a-check": 0}, "ok"),
        (["fail", "set a right", "? a"], {"a-check": 2}, "ok"),
        (["set a right", "late", "? a"], {"a-check": 2}, "timeout"),
        (["set a right", "die", "? a", "set b right", "? b"], {"a-check": 2, "b-check": 2}, "died"),
        (["die", "hang", "set a right", "? a"], {"a-check": 2}, "died"),
        (["die", "die", "die", "set a right", "? a"], {"a-check": 0}, "died"),
        (["set a deadly", "? a", "set b right", "? b"], {"a-check": 0, "b-check": 2}, "died"),
        (["set a crash", "? a", "set b right", "? b"], {"a-check": 0, "b-check": 2}, "ok"),
        (["set a broken", "? a"], {"a-check": 0}, "ok"),
        (["set a greedy", "? a"], {"a-check": 0}, "ok"),
        (["set a right", "? a", "? a"], {"a-check": 2}, "ok"),
        (["! float 3.0"], {"own-0": 3}, "ok"),
        (["! fail"], {"own-0": 0}, "ok"),
        (["! hang"], {"own-0": 0}, "timeout"),
        (["! die"], {"own-0": 0}, "died"),
        (["", "  ", "set a right", "? a"], {"a-check": 2}, "ok"),
    ],
)
def test_scores(cells: list[str], scores: dict[str, float], status: str) -> None:
    graded, found, _ = run(book(*cells))
    assert found == scores
    assert graded.status == status
    assert (graded.reason != "") == (status != "ok")


def test_check_cells_are_never_run_and_hold_an_error_until_judged() -> None:
    notebook = book("set a right", "? a", "float 100")
    seen: list[str] = []

    class Watching(Script):
        def run(self, source: str, cell_id: str, seconds: float) -> CellResult:
            seen.append(notebook.cells[1].outputs[0].output_type)
            return super().run(source, cell_id, seconds)

    _, scores, player = run(notebook, Watching())
    assert seen == ["error", "display_data"] and scores == {"a-check": 2}
    assert not any("check" in source for source in player.ran)


def test_a_dead_player_begins_again_with_what_went_well() -> None:
    _, _, player = run(book("set a 1", "fail", "die", "set b right", "? b"))
    assert player.ran == ["set a 1", "fail", "die", "set a 1", "fail", "set b right"]
    assert player.starts == 2


def test_a_cell_that_filled_the_memory_and_had_its_error_costs_later_cells_nothing() -> None:
    graded, scores, player = run(book("set a right", "fill", "need b right", "? a", "die", "? b"))
    assert scores == {"a-check": 2, "b-check": 2} and graded.status == "memory"
    assert player.ran.count("fill") == 1


def test_when_no_player_can_be_had_any_more_the_rest_scores_nothing_and_says_so() -> None:
    player = Script()
    player.refuses = True
    graded, scores, _ = run(book("set a right", "? a", "die", "set b right", "? b"), player)
    assert scores == {"a-check": 2, "b-check": 0} and graded.status == "died"


def test_a_judge_that_fails_is_loud_and_scores_nothing() -> None:
    graded, scores, _ = run(book("set a crash", "? a", "set b broken", "? b", "set c greedy", "? c"))
    assert set(graded.broken) == {"a-check", "b-check", "c-check"} and set(scores.values()) == {0}
    assert "a grader's own fault" in graded.broken["a-check"]
    assert [verdict.outcome for _, _, verdict in graded.verdicts] == ["broken", "broken", "broken"]


def test_the_reason_of_a_missing_answer_is_told_to_the_judge() -> None:
    graded, _, _ = run(book("A = fail", "? a"))
    assert "NameError" in graded.verdicts[0][2].message


def test_a_notebooks_time_is_bounded() -> None:
    graded, scores, player = run(
        book("set a right", "? a", "set b right", "? b"), limits=LIMITS.having(notebook_seconds=0.0)
    )
    assert graded.status == "timeout" and not player.ran and scores == {"a-check": 0, "b-check": 0}


def test_own_test_cells_are_marked_as_not_protected() -> None:
    graded, _, _ = run(book("! float 1.5", "set a right", "? a"))
    assert graded.unprotected == ["own-0"]


def test_a_check_may_name_several() -> None:
    notebook = book("set f 1", "? f")
    checks = {"f-check": Check("F", ("f", "g"), 2)}
    seen = []

    def judging(exercise: str, packed: Any, ask: Any) -> Any:
        seen.append(packed)
        assert ask(0, [1]).value == [1]
        return Verdict("correct", 1.0, message="")

    grade_notebook(notebook, checks, Script(), judging, LIMITS)
    assert seen == [["1", {"missing": "g", "because": ""}]]
