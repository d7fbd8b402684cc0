"""A notebook, cell by cell: the student's code in a player, check cells judged here and never executed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from graders.referee import outputs as out
from graders.referee.checks import Check
from graders.referee.limits import Limits
from graders.referee.player import CellResult, Missing, NoPlayer, Packed, Player, Reply


class Judgement(Protocol):
    """What the referee needs of a verdict."""

    outcome: str
    credit: float
    message: str


Ask = Callable[[int, list[Packed]], Reply]
Judge = Callable[[str, Packed, Ask], Any]

NOT_JUDGED = ("NotJudged", "This cell has not been judged.")
FAILED = ("NotJudged", "The grader failed on this answer; a person will look at it.")


@dataclass
class Graded:
    """What became of a notebook.

    - verdicts: (grade_id, exercise, verdict) in document order; broken where judging failed, and
      `broken` then has the reason by grade_id. Such a cell keeps an error output and wants a person.
    - status: "ok", or the worst of what happened to the player: "timeout", "memory", "died"; `reason` in
      words.
    - unprotected: grade_ids of the instructor's own test cells, whose outcome the student's process decided.
    """

    verdicts: list[tuple[str, str, Any]] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    status: str = "ok"
    reason: str = ""
    unprotected: list[str] = field(default_factory=list)
    confinement: str = ""
    restarts: int = 0
    seconds: float = 0.0


def grade_notebook(
    notebook: Any,
    checks: Mapping[str, Check | None],
    player: Player,
    judge: Judge,
    limits: Limits | None = None,
) -> Graded:
    """Run and judge a student's notebook, and write outputs and points into it.

    `notebook` is nbformat 4 and changed in place; `checks` comes from `read_checks` of the *instructor's*
    version. `judge(exercise_id, packed, ask)` gives a verdict; `packed` is the answer as data, or a list
    where the check names several; `{"missing": name, "because": text}` stands for a variable that is not
    there. `player` is left open. Never raises on account of
    what a student wrote.
    """
    run = _Run(notebook, checks, player, judge, limits or Limits())
    return run.all()


class _Run:
    def __init__(self, notebook: Any, checks: Mapping[str, Check | None], player: Player, judge: Judge,
                 limits: Limits) -> None:  # fmt: skip
        self.notebook, self.checks, self.player, self.judge = notebook, checks, player, judge
        self.limits = limits
        self.graded = Graded(confinement=player.confinement)
        self.end = time.monotonic() + limits.notebook_seconds
        self.done: list[tuple[str, str]] = []  # cells that ended, to be run again after a restart
        self.full: set[str] = set()  # of those, the cells that filled the memory: these are not run again
        self.failures: dict[str, str] = {}  # grade_id of an answer cell -> its error, in one line
        self.running = True
        self.judged: set[str] = set()
        self.count = 0
        self.room = limits.notebook_bytes  # for the outputs of all cells together

    def all(self) -> Graded:
        start = time.monotonic()
        code = [cell for cell in self.notebook.cells if cell.cell_type == "code"]
        for cell in code:
            cell.outputs, cell.execution_count = [], None
            if self.check_of(cell) is not None:
                _put(cell, [out.error(*NOT_JUDGED)])
        for number, cell in enumerate(code):
            check = self.check_of(cell)
            if check is not None:
                self.judge_cell(cell, check)
            elif cell.source.strip():
                self.run_cell(cell, f"cell-{number}")
        self.graded.seconds = time.monotonic() - start
        return self.graded

    def grade_id(self, cell: Any) -> str:
        meta = cell.metadata.get("nbgrader")
        name = meta.get("grade_id") if isinstance(meta, dict) else None
        return name if isinstance(name, str) else ""

    def check_of(self, cell: Any) -> Check | None:
        return self.checks.get(self.grade_id(cell))

    # the student's cells

    def run_cell(self, cell: Any, cell_id: str) -> None:
        grade_id = self.grade_id(cell)
        test = grade_id in self.checks
        if test:
            self.graded.unprotected.append(grade_id)
        result = self.execute(cell.source, cell_id)
        if result is None:
            _put(cell, [out.error("NotRun", self.graded.reason or "The cells before it took all the time.")])
            return
        text, media = self.limits.output_bytes, self.limits.media_bytes
        bounds = self.limits.having(output_bytes=min(text, self.room), media_bytes=min(media, self.room))
        made = out.clean(result.outputs, bounds)
        self.room = max(0, self.room - out.size(made))
        if result.status in ("timeout", "memory", "died"):
            made.append(out.error(*_failure(result, self.limits)))
        elif result.status == "error" and not any(o["output_type"] == "error" for o in made):
            made.append(out.error("Error", "The cell failed without saying how."))
        self.count += 1
        cell.execution_count = self.count
        for output in made:
            if output["output_type"] == "execute_result":
                output["execution_count"] = self.count
            if test and output.get("name") == "stderr":
                output["name"] = "stdout"  # to nbgrader a test that warns has failed
        _put(cell, made)
        if result.status != "ok":
            last = next(o for o in reversed(made) if o["output_type"] == "error")
            self.failures[grade_id] = f"{last['ename']}: {last['evalue']}".splitlines()[0][:300]

    def execute(self, source: str, cell_id: str) -> CellResult | None:
        """Run one cell; None if it could not be tried. A dead player begins again with the cells that went
        well; and where an earlier cell held all the memory, this one gets its turn without it.
        """
        result = self.attempt(source, cell_id)
        if result and result.status == "memory" and self.full:
            result = self.attempt(source, cell_id)
        return result

    def attempt(self, source: str, cell_id: str) -> CellResult | None:
        if not self.ready():
            return None
        seconds = min(self.limits.cell_seconds, self.left())
        result = self.player.run(source, cell_id, seconds)
        if result.status in ("timeout", "memory", "died"):
            self.blame(result.status, f"{cell_id}: {_failure(result, self.limits)[1]}")
        if result.status in ("ok", "error"):
            self.done.append((source, cell_id))
            if any(isinstance(o, dict) and o.get("ename") == "MemoryError" for o in result.outputs):
                self.full.add(cell_id)
        self.running = result.alive
        return result

    def ready(self) -> bool:
        """Have a player that has run all that went well so far, if time and patience allow."""
        while not self.running:
            if self.graded.restarts >= self.limits.restarts or self.left() <= 0.5:
                return False
            self.graded.restarts += 1
            self.done = [cell for cell in self.done if cell[1] not in self.full]
            self.full.clear()
            try:
                self.player.restart()
            except NoPlayer as problem:
                self.blame("died", str(problem))
                return False
            self.running = self.replay()
        if self.left() <= 0.05:
            self.blame("timeout", f"The notebook's {self.limits.notebook_seconds:g} seconds were used up.")
            return False
        return True

    def replay(self) -> bool:
        for at, (source, cell_id) in enumerate(self.done):
            result = self.player.run(source, cell_id, min(self.limits.cell_seconds, max(self.left(), 0.1)))
            if not result.alive:
                del self.done[at]  # it went well before; now it costs the player, so it goes
                return False
        return True

    def left(self) -> float:
        return self.end - time.monotonic()

    def blame(self, status: str, reason: str) -> None:
        if self.graded.status == "ok":
            self.graded.status, self.graded.reason = status, reason

    # the check cells

    def judge_cell(self, cell: Any, check: Check) -> None:
        grade_id = self.grade_id(cell)
        if grade_id in self.judged:  # a copy; the repair before us normally removes these
            return
        self.judged.add(grade_id)
        from graders.compare.verdict import Verdict

        try:
            answers = [self.answer(name, check.exercise) for name in check.names]
            packed = answers[0] if len(answers) == 1 else answers
            verdict = self.judge(check.exercise, packed, self.ask)
            score = self.score(cell, check, verdict)
            made = self.outputs(verdict, score)
        except Exception as problem:  # whatever it is: loud, no score, a person's turn; the run goes on
            reason = f"{type(problem).__name__}: {problem}"[:500]
            self.graded.broken[grade_id] = reason
            self.graded.verdicts.append((grade_id, check.exercise, Verdict("broken", message=reason)))
            _put(cell, [out.error(*FAILED)])
            return
        if verdict.outcome == "broken":
            self.graded.broken[grade_id] = verdict.message
        self.graded.verdicts.append((grade_id, check.exercise, verdict))
        _put(cell, made)

    def score(self, cell: Any, check: Check, verdict: Judgement) -> float:
        credit = float(verdict.credit)
        if not 0.0 <= credit <= 1.0:
            raise ValueError(f"a credit of {credit}")
        most = check.points if check.points is not None else cell.metadata["nbgrader"].get("points", 0)
        return credit * float(most)

    def outputs(self, verdict: Judgement, score: float) -> list[out.Output]:
        shown = out.message(verdict.message)
        if verdict.outcome == "broken":
            return [shown, out.error(*FAILED)]
        return [shown, out.points(score)]

    def answer(self, name: str, exercise: str) -> Packed:
        """The variable's value as data, at this place in the document."""
        value: Packed | Missing = Missing(name, self.graded.reason or "the notebook's time was used up")
        if self.ready():
            value = self.player.value(name)
            if isinstance(value, Missing) and value.reason:  # the player was lost while it was asked
                self.running = False
                self.blame("died", f"{exercise}: {value.reason}")
        if isinstance(value, Missing):
            return {"missing": name, "because": self.failures.get(exercise, value.reason)}
        return value

    def ask(self, handle: int, arguments: list[Packed]) -> Reply:
        """The value of a student's function, or what kept it from giving one."""
        if not self.running:
            return Reply(error="died", detail="the player is gone")
        seconds = min(self.limits.call_seconds, self.left())
        if seconds <= 0:
            return Reply(error="timeout", detail="the notebook's time was used up")
        reply = self.player.call(handle, arguments, seconds)
        if reply.error == "died":
            self.running = False
            self.blame("died", reply.detail)
        return reply


def _failure(result: CellResult, limits: Limits) -> tuple[str, str]:
    if result.status == "timeout":
        return "CellTimeoutError", f"This cell was stopped after {result.seconds:.0f} seconds."
    if result.status == "memory":
        return "MemoryError", f"This cell needed more than {limits.memory} MB of memory and was stopped."
    return "DeadKernelError", result.detail or "The Python process that ran this cell ended."


def _put(cell: Any, outputs: list[out.Output]) -> None:
    from nbformat import from_dict

    cell.outputs = [from_dict(output) for output in outputs]
