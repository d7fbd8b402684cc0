"""`check`, `hint` and `solution`: what a student calls in the notebook. They display, without a traceback."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PUBLIC_SECRET = b"self-study"  # own study has no score to protect; the same points for everyone


@dataclass
class _Session:
    """What the notebook's set-up cell said, and how many hints were given."""

    assignment: str = ""
    mode: str = "assignment"
    exercises: dict[str, dict[str, Any]] = field(default_factory=dict)
    problem: str = "Run the first cell of the notebook; it makes `check` ready."
    hints: dict[str, int] = field(default_factory=dict)
    variants: dict[str, int] = field(default_factory=dict)


_session = _Session()
_HOW = '`check` takes the name of an exercise and its answer: `check("A05-07", a05_07)`.'


def use(assignment: str, mode: str = "assignment") -> None:
    """Make `check` ready for one assignment; `mode` is "assignment" or "self-study"."""
    global _session
    _session = _Session(assignment, mode)
    if mode not in ("assignment", "self-study"):
        _session.problem = '`mode` is `"assignment"` or `"self-study"`; write one of them in `use(…)`.'
        return
    for folder in (Path("."), Path(assignment), Path("source") / assignment):
        path = folder / "exercises.json"
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))["exercises"]
            _session.exercises = {row["id"]: row for row in rows}
            return
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError):
            _session.problem = f"`{path}` cannot be read; take a fresh copy of it from the assignment."
            return
    _session.problem = "`exercises.json` is not beside this notebook; take a fresh copy of the assignment."


def check(id: Any = None, *answers: Any, **named: Any) -> float | None:
    """Look at an answer and say what is to be said about it.

    Returns None; under `nbgrader autograde` without this project's configuration the points, as a float.
    """
    if not isinstance(id, str) or named:
        _show(_HOW)
        return None
    id = _usual(id)
    running = os.environ.get("NBGRADER_EXECUTION")
    if running == "autograde" and not _by_hand(id):
        return _points(id, answers)
    good, message = _message(id, answers)
    if running == "validate" and not good:
        raise NotYet(message)
    _show(message)
    return None


class NotYet(Exception):
    """What Validate shows for an answer that cannot be graded as it stands: a sentence, no traceback."""

    def _render_traceback_(self) -> list[str]:
        text = re.sub(
            r"</?small>|\*\*|^```\w*$|\\(?:mathbf|displaystyle)\b", "", str(self), flags=re.MULTILINE
        )
        return [re.sub(r"\n{3,}", "\n\n", text).strip()]


def _message(id: str, answers: tuple[Any, ...]) -> tuple[bool, str]:
    """Whether the answer's form is in order (in self-study: whether it is right), and what to say."""
    if _session.mode != "self-study" and not _session.exercises:
        return False, f"**{id}** — {_session.problem}"
    row = _row(id)
    if row is None:
        return False, _unknown(id)
    if len(answers) != 1 and not any(part["kind"] in ("code", "text") for part in row["parts"]):
        return False, f"**{id}** — {_HOW}"
    try:
        if _by_hand(id):
            from graders.study.words import for_a_person

            return True, for_a_person(row, _session.mode)
        if _session.mode == "self-study":
            return _verdict(id, answers)
        from graders.study.form import look

        return look(row, answers)
    except Exception as error:  # a student's day must not end in our traceback
        why = f"{type(error).__name__}: {error}"
        return False, f"**{id}** — The check itself failed (`{why}`). Your answer is as it was."


def _row(id: str) -> dict[str, Any] | None:
    """The public half of an exercise: what lies beside the notebook, else in self-study the record's."""
    row = _session.exercises.get(id)
    if row is None and _session.mode == "self-study" and _known(id):
        from matcalc_ref.catalogue import exercise as find
        from matcalc_ref.record_public import public

        return public(find(id))
    return row


def _by_hand(id: str) -> bool:
    """Whether the answer is in words, for a person; it is then no variable, and no argument of `check`."""
    row = _row(id)
    return row is not None and any(part["kind"] == "text" for part in row["parts"])


def _verdict(id: str, answers: tuple[Any, ...]) -> tuple[bool, str]:
    """The full verdict of self-study."""
    verdict, exercise = _judge(id, answers, "self-study")
    from graders.study.words import full

    return verdict.outcome == "correct", full(exercise, verdict)


def _judge(id: str, answers: tuple[Any, ...], mode: str) -> tuple[Any, Any]:
    from graders.feedback import judge
    from graders.study.local import ask_for, packed
    from matcalc_ref.catalogue import exercise as find

    exercise = find(id)
    functions: list[Callable[..., Any]] = []
    answer = packed(answers, functions, exercise.is_code)
    return judge(exercise, answer, ask=ask_for(functions), secret=PUBLIC_SECRET, mode=mode), exercise


def _points(id: str, answers: tuple[Any, ...]) -> float:
    """What a stock `nbgrader autograde` takes as the cell's score. An error scores nothing, and is seen."""
    verdict, exercise = _judge(id, answers, "grading")
    from graders.study.words import full

    if verdict.outcome == "broken":
        raise NotYet(f"{id}: the grader failed; grade this cell by hand. {verdict.message}")
    _show(full(exercise, verdict))
    return float(verdict.credit * exercise.points)


def hint(id: Any = None) -> None:
    """Show the next hint of an exercise, from the answer's shape to a worked twin."""
    if not isinstance(id, str):
        _show('`hint` takes the name of an exercise in quotes: `hint("A05-07")`.')
        return
    id = _usual(id)
    row = _row(id)
    if row is None:
        ready = _session.exercises or _session.mode == "self-study"
        _show(_unknown(id) if ready else f"**{id}** — {_session.problem}")
        return
    hints = row.get("hints") or []
    if not hints:
        section = row.get("section", "")
        where = f"; its section of the article is {section}" if section[:1].isdigit() else ""
        _show(f"**{id}** has no hints{where}.")
        return
    step = min(_session.hints.get(id, 0), len(hints) - 1)
    _session.hints[id] = step + 1
    left = len(hints) - step - 1
    last = "That was the last one."
    if _session.mode == "self-study":
        last = f'That was the last one; `solution("{id}")` shows the answer.'
    more = f"{left} more: run this again." if left else last
    _show(f"**Hint {step + 1} of {len(hints)}** — {hints[step]}\n\n<small>{more}</small>")


def solution(id: Any = None) -> None:
    """In self-study: show the answer, when you have tried enough."""
    if not isinstance(id, str):
        _show('`solution` takes the name of an exercise in quotes: `solution("A05-07")`.')
        return
    if _session.mode != "self-study":
        said = "The solution is shown in self-study only; ask for a `hint` instead."
        _show(said if _session.assignment else _session.problem)
        return
    id = _usual(id)
    if not _known(id):
        _show(_unknown(id))
        return
    from graders.study.words import solved
    from matcalc_ref.catalogue import exercise as find

    _show(solved(find(id)))


def another(id: Any = None) -> None:
    """In self-study: the same exercise with other numbers, to be answered and checked like every other."""
    if not isinstance(id, str):
        _show('`another` takes the name of an exercise in quotes: `another("A05-07")`.')
        return
    if _session.mode != "self-study":
        _show("Variants are for self-study." if _session.assignment else _session.problem)
        return
    id = _usual(id)
    if not _known(id):
        _show(_unknown(id))
        return
    from graders.study.words import practice
    from matcalc_ref.catalogue import exercises, variants_of

    original = exercises().get(id) or exercises()[id[:-1]]
    made = variants_of(original.id)
    if not made:
        varied = [e.id for e in exercises().values() if e.template and e.assignment == original.assignment]
        more = f" These have: {', '.join(varied)}." if varied else ""
        _show(f"**{id}** has no variants.{more}")
        return
    number = _session.variants.get(original.id, 0)
    _session.variants[original.id] = number + 1
    again = "\n\n<small>You have seen them all; this is the first one again.</small>"
    shown = practice(made[number % len(made)])
    _show(shown + again if number and number % len(made) == 0 else shown)


def _known(id: str) -> bool:
    from matcalc_ref.catalogue import exercise as find

    try:
        return bool(find(id))
    except KeyError:
        return False


def _usual(id: str) -> str:
    from matcalc_ref.catalogue import usual

    return usual(id)


def _unknown(id: str) -> str:
    from matcalc_ref.catalogue import nearest

    return f"**{id}** — There is no exercise of this name.{nearest(id, _session.exercises or _catalogue())}"


def _catalogue() -> Iterable[str]:
    try:
        from matcalc_ref.catalogue import exercises

        return exercises()
    except ImportError:
        return ()


def _show(markdown: str) -> None:
    """Rendered Markdown in a notebook, plain text elsewhere."""
    shell = sys.modules.get("IPython")
    if shell is not None and shell.get_ipython() is not None:
        from IPython.display import display

        display({"text/markdown": markdown, "text/plain": markdown}, raw=True)
    else:
        print(markdown)
