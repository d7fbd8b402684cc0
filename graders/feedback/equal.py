"""The body of `matcalc equal`: two formulas, or a file of them, one JSON line each."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from graders.compare.affordable import TooLarge
from graders.compare.key import Key, scope_of
from graders.compare.patience import TooSlow, within
from graders.compare.points import base_points, setting
from graders.compare.verdict import Verdict
from graders.feedback.formulas import SELF_STUDY, judge_tree, read_formula, too_large
from graders.feedback.wording import say
from matcalc_ref.language import ONE, Refusal, Scope, Shape, Size, read
from matcalc_ref.language.explain import DECLARE, variables_of
from matcalc_ref.record import Exercise, Part

SECONDS = 2.0  # for one line
LONGEST = 200_000  # characters of a line


class Malformed(ValueError):
    """A comparison that cannot be made, not through the student's fault; `row` is the line as read."""

    def __init__(self, message: str, row: Any = None) -> None:
        super().__init__(message)
        self.row = row


def judge_pair(student: Any, reference: str, variables: Mapping[str, str], domain: Any = "real") -> Verdict:
    """The verdict on `student` against `reference`, both formulas over `variables`. Raises nothing."""
    told = tuple(variables.items()), domain if isinstance(domain, str) else tuple(domain.items())
    try:
        key = _key(reference, *told)
    except TooSlow:
        raise
    except Exception as problem:  # the reference or the variables are at fault, not the student
        settled = _settled(student, reference, told) if isinstance(problem, Refusal) else None
        if settled is None:
            return Verdict("broken", message=f"The reference cannot be used: {problem}"[:500])
        key = settled
    if student is None or isinstance(student, str) and not student.strip():
        return Verdict("invalid", message=say("empty"))
    if not isinstance(student, (str, int, float)):
        return Verdict("invalid", message=say("not-a-formula", what="something else"))
    try:
        node = read_formula(student, key)
        return node if isinstance(node, Verdict) else judge_tree(node, key, {}, SELF_STUDY)
    except TooSlow:
        return Verdict("invalid", message=say("too-large", size="too much time"))
    except TooLarge as problem:
        return Verdict("invalid", message=say("too-large", size=problem))
    except Exception as problem:
        return Verdict("broken", message=f"The comparison failed: {type(problem).__name__}: {problem}"[:500])


def _settled(student: Any, reference: str, told: tuple[Any, Any]) -> Key | None:
    """The key where the reference leaves a size open (`I`): as the answer or a dimension settles it."""
    if not isinstance(student, (str, int, float)):
        return None
    scope = Scope(dict(told[0]))
    shapes: list[Shape] = []
    with suppress(Refusal):
        shapes.append(read(student, scope).shape)
    sizes = [Size.of(name) for name in sorted(scope.dimensions)]
    shapes += [*((n, n) for n in sizes), *((n, ONE) for n in sizes), *((ONE, n) for n in sizes)]
    for shape in shapes:
        try:
            key = _key(reference, *told, shape)
            read(student, scope, expect=shape)
            return key
        except Refusal:
            continue
    return None


@lru_cache(maxsize=1024)
def _key(
    reference: str, variables: tuple[tuple[str, str], ...], domain: Any, expect: Shape | None = None
) -> Key:
    chosen = domain if isinstance(domain, str) else dict(domain)
    part = Part("answer", key=reference)
    exercise = Exercise("EQUAL-00", "", "", (part,), 1, variables=dict(variables), domain=chosen)
    scope = scope_of(exercise)
    node = read(reference, scope, expect=expect)
    where = setting(scope.shapes, [node], chosen, b"matcalc equal")
    base_points(where)
    large = too_large(node, where)
    if large is not None:
        raise Malformed(large.message)
    return Key(exercise, part, scope, node, where)


def judge_line(line: str) -> dict[str, Any]:
    """One line of a batch, as the line that answers it. Raises nothing."""
    start = time.perf_counter()
    row: Any = None
    try:
        with within(SECONDS):
            row = _row(line)
            verdict = _judged(row)
    except TooSlow:
        outcome = "invalid" if _readable(row) else "broken"
        verdict = Verdict(outcome, message=say("too-large", size="too much time"))
    except (Malformed, RecursionError, MemoryError) as problem:
        verdict = Verdict("broken", message=str(problem) or "This line is too deeply nested.")
        row = getattr(problem, "row", row)
    except Exception as problem:  # a batch goes on, whatever one line does
        verdict = Verdict("broken", message=f"The line cannot be judged: {type(problem).__name__}."[:200])
    id = row.get("id") if isinstance(row, dict) else None
    return answer(id, verdict, time.perf_counter() - start)


def _judged(row: dict[str, Any]) -> Verdict:
    return judge_pair(row["student"], row["reference"], row["variables"], row.get("domain") or "real")


def _row(line: str) -> dict[str, Any]:
    if len(line) > LONGEST:
        raise Malformed(f"The line is longer than {LONGEST} characters.")
    try:
        row = json.loads(line, parse_constant=_no_constant, parse_float=_finite, parse_int=_short)
    except ValueError as why:
        raise Malformed(f"The line is no JSON: {why}"[:200]) from None
    if not isinstance(row, dict):
        raise Malformed("The line is no JSON object.")
    problem = Malformed(
        "The line needs `student`, `reference` (a text) and `variables` (names to shapes).", row
    )
    variables = row.get("variables")
    if isinstance(row.get("id"), TooLong):
        raise Malformed("The `id` is too large a number.")
    if "student" not in row or type(row.get("reference")) is not str or not isinstance(variables, dict):
        raise problem
    if not all(type(shape) is str for shape in variables.values()):
        raise problem
    domain = row.get("domain")
    names = domain if isinstance(domain, dict) else {}
    texts = all(type(chosen) is str for chosen in names.values())
    if not (domain is None or type(domain) is str or domain is names and texts):
        raise Malformed("The `domain` is a text, or an object that gives names to texts.", row)
    if unknown := names.keys() - variables.keys():
        raise Malformed(f"The `domain` speaks of {min(unknown)[:50]!r}, which is not declared.", row)
    return row


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


class TooLong(str):
    """The digits of a number that is too large for Python's; as an answer they are refused like any text."""


def _finite(digits: str) -> float | TooLong:
    value = float(digits)
    return TooLong(digits) if value in (float("inf"), -float("inf")) else value


def _short(digits: str) -> int | TooLong:
    return int(digits) if len(digits) < 400 else TooLong(digits)


def _readable(row: Any) -> bool:
    """Whether the reference of a line that took too long is quick by itself."""
    try:
        with within(SECONDS):
            return _judged({**row, "student": row["reference"]}).credit == 1
    except Exception:
        return False


def answer(id: Any, verdict: Verdict, seconds: float) -> dict[str, Any]:
    """A verdict as a line of the contract."""
    told = verdict.to_json()
    fields = {name: told[name] for name in ("outcome", "credit", "evidence", "mistake", "message")}
    return {"id": id, **fields, "ms": round(seconds * 1000, 3)}


def run(
    student: str | None,
    reference: str | None,
    *,
    variables: list[str],
    domain: str = "real",
    batch: Path | None = None,
    as_json: bool = False,
) -> int:
    """`matcalc equal`: prints verdicts; 2 where it was called in a way that makes no sense, else 0."""
    if batch is not None and (student is not None or reference is not None):
        print("Give two formulas or --batch FILE.jsonl, not both.", file=sys.stderr)
        return 2
    if batch is not None:
        return _batch(batch)
    if student is None or reference is None:
        print("Give two formulas, or --batch FILE.jsonl. Example: matcalc equal '2 x^T' \"(x+x)'\" --var x:n",
              file=sys.stderr)  # fmt: skip
        return 2
    try:
        declared = variables_of(variables)
    except ValueError as problem:
        print(f"--var: {problem}", file=sys.stderr)
        return 2
    try:
        setting(Scope(declared).shapes, domain=domain)
    except ValueError as problem:
        print(f"--var or --domain: {problem}", file=sys.stderr)
        return 2
    start = time.perf_counter()
    verdict = judge_pair(student, reference, declared, domain)
    told = answer(None, verdict, time.perf_counter() - start)
    if as_json:
        print(json.dumps(told, ensure_ascii=False, allow_nan=False))
    else:
        print(verdict.outcome + (f" (credit {verdict.credit:g})" if 0 < verdict.credit < 1 else ""))
        print(verdict.message)
        if not variables and verdict.outcome in ("invalid", "broken"):
            print(DECLARE)
    return 0


def _batch(path: Path) -> int:
    try:
        file = path.open(encoding="utf-8-sig", errors="replace", newline="\n")
    except OSError as problem:
        print(f"{path}: {problem.strerror}.", file=sys.stderr)
        return 2
    try:
        with file:
            while line := file.readline(LONGEST + 2):
                print(json.dumps(judge_line(line.rstrip("\n")), allow_nan=False))
                while line and not line.endswith("\n"):  # the rest of a line that is too long
                    line = file.readline(LONGEST)
        sys.stdout.flush()
    except OSError as problem:
        if not isinstance(problem, BrokenPipeError):  # who reads them may have enough, as `head` has
            print(f"The verdicts cannot be written: {problem.strerror}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python would try again at its end
        return 1
    return 0
