"""The body of `matcalc check`: one answer from the command line, judged; code runs confined."""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path
from typing import Any

from graders.compare.verdict import Verdict
from matcalc_ref.record import Exercise

SECRET = b"self-study"
MOST_OF_A_FILE = 1_000_000  # characters

# `foo=1`, but neither `x == 1` nor the entry formula `J_ij = 1`
_LABEL = re.compile(r"\s*([^\W\d]\w*?)\s*=(?!=)(?<!_[ijkl]=)(?<!_[ijkl] =)(?<!_[ijkl]{2}=)(?<!_[ijkl]{2} =)")
_EQUATIONS = ("derivation", "error", "text")  # an answer of these kinds may be an equation itself


class Usage(Exception):
    """The command was called in a way that makes no sense; the message says what to write instead."""


def run(id: str, answers: list[str], *, as_json: bool = False) -> int:
    """Judges one answer. Returns the exit code: 0 where there is a verdict, 2 where there is none."""
    from matcalc_ref.catalogue import exercise as find

    try:
        exercise = find(id)
        verdict = _verdict(exercise, answers)
    except KeyError as problem:
        return _stop(str(problem.args[0]), as_json)
    except Usage as problem:
        return _stop(str(problem), as_json)
    if as_json:
        told = {"id": exercise.id, "points": exercise.points, **verdict.to_json()}
        print(json.dumps(told, ensure_ascii=False, allow_nan=False))
    else:
        points = f"{verdict.credit * exercise.points:g} of {exercise.points:g} points"
        print(f"{exercise.id}: {verdict.outcome}, {points}")
        message = verdict.message
        for part in exercise.parts if len(exercise.parts) > 1 else ():  # by the names that one types
            message = message.replace(f"${part.label}$:", f"{part.name}:", 1)
        print(message)
    return 0


def _stop(message: str, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"error": message}, ensure_ascii=False))
    else:
        print(message, file=sys.stderr)
    return 2


def _verdict(exercise: Exercise, answers: list[str]) -> Verdict:
    from graders.feedback import judge

    file = next((answer[1:] for answer in answers if answer.startswith("@")), None)
    if file is not None:
        if len(answers) > 1:
            raise Usage("Give one file and nothing else.")
        return _of_file(exercise, Path(file))
    if any(answer.partition("=")[2].lstrip().startswith("@") for answer in answers):
        raise Usage(f"A file answers all parts at once: `matcalc check {exercise.id} @my.py`.")
    if exercise.is_code:
        raise Usage(f"{exercise.id} asks for code: give it as a file, `matcalc check {exercise.id} @my.py`.")
    return judge(exercise, _packed(exercise, answers), secret=SECRET, mode="self-study")


def _packed(exercise: Exercise, answers: list[str]) -> Any:
    """The answers as they would arrive from a notebook."""
    from matcalc_ref.language.objects.packing import pack

    names = [part.name for part in exercise.parts]
    given: dict[str, str] = {}
    bare: list[str] = []
    for answer in answers:
        name, sign, text = answer.partition("=")
        name = name.strip()
        if sign and name in given:
            raise Usage(f"The part {name} is given twice; give one answer for each part.")
        if sign and name in names:
            given[name] = text
        else:
            bare.append(answer)
    if len(names) == 1:
        if given and bare:
            raise Usage(f"{exercise.id} has one part; give one answer.")
        lines = _items([*given.values(), *bare])
        if len(lines) > 1 and exercise.parts[0].kind not in ("derivation", "choices"):
            raise Usage(f"{exercise.id} takes one answer; put it into quotes.")
        return pack(lines if len(lines) > 1 else lines[0])
    free = [name for name in names if name not in given]
    if len(bare) > len(free):
        raise Usage(f"{exercise.id} has the parts {', '.join(names)}: write PART=ANSWER for each.")
    kinds = {part.name: part.kind for part in exercise.parts}
    for name, answer in zip(free, bare, strict=False):
        label = _LABEL.match(answer)
        if label and kinds[name] not in _EQUATIONS:
            raise Usage(
                f"{exercise.id} has no part {label[1]}; its parts are {', '.join(names)}. "
                f"Write `matcalc check {exercise.id} {' '.join(f'{name}=ANSWER' for name in names)}`."
            )
    return pack({**given, **dict(zip(free, bare, strict=False))})


def _items(answers: list[str]) -> list[str]:
    """The answers; one that is a list of texts, as a notebook has it, item by item."""
    if len(answers) == 1 and answers[0].lstrip().startswith(('["', "['")):
        try:
            found = ast.literal_eval(answers[0].strip())
        except (ValueError, SyntaxError):
            return answers
        if isinstance(found, list) and found and all(isinstance(item, str) for item in found):
            return found
    return answers


def _of_file(exercise: Exercise, path: Path) -> Verdict:
    """The verdict on a Python file that defines what the exercise asks for. It runs in a confined player."""
    from graders.feedback import judge
    from graders.referee.player import Missing, NoPlayer
    from graders.referee.players import open_players

    try:
        with path.open(encoding="utf-8") as file:
            source = file.read(MOST_OF_A_FILE + 1)
    except (OSError, UnicodeDecodeError) as problem:
        raise Usage(f"{path} cannot be read: {problem}") from None
    if len(source) > MOST_OF_A_FILE:
        raise Usage(f"{path} is larger than a megabyte: give a file that holds your Python code alone.")
    try:
        with open_players() as players, players.player() as player:
            ran = player.run(source, path.name, 30.0)
            values = [player.value(name) for name in exercise.names]
            because = "" if ran.status == "ok" else ran.detail or _failure(ran) or ran.status
            packed = [
                {"missing": value.name, "because": because} if isinstance(value, Missing) else value
                for value in values
            ]

            def ask(handle: int, arguments: list[Any]) -> Any:
                return player.call(handle, arguments, 10.0)

            answer = packed if exercise.is_code and len(packed) > 1 else packed[0]
            return judge(exercise, answer, ask=ask, secret=SECRET, mode="self-study")
    except NoPlayer as problem:
        raise Usage(str(problem)) from None


def _failure(ran: Any) -> str:
    """The error of a cell, in one line."""
    for output in ran.outputs:
        if output.get("output_type") == "error":
            return f"{output.get('ename')}: {output.get('evalue')}"[:300]
    return ""
