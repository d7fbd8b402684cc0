"""The verdict on a derivation: the first line that does not follow, its mistake, and the steps that are asked
for.
"""

from __future__ import annotations

from graders.compare.answers import Packed
from graders.compare.equality import compare, normal
from graders.compare.key import Key, read_kindly
from graders.compare.steps import Line, UnreadableLine, form, lines_of, read_lines
from graders.compare.verdict import Verdict
from graders.feedback.formulas import refused, shown_evidence, too_large, wrong_formula
from graders.feedback.wording import message, say
from matcalc_ref.language import Node

HALF = 0.5  # the last line is right although one before it is not, or steps are missing


def judge_derivation(answer: Packed, key: Key, mode: str) -> Verdict:
    """The verdict on the lines of a derivation. Raises NotReadable for what is no list of lines."""
    try:
        lines = read_lines(lines_of(answer), key)
    except UnreadableLine as problem:
        return refused(problem.refusal, problem.number)
    for line in lines:
        for node in line.nodes:
            large = too_large(node, key.setting)
            if large is not None:
                return large
    points = _waypoints(key)
    allowed = [key.node]
    for line in lines:
        for node in line.nodes:
            if line.defines is None and not any(_equal(node, right, key) for right in [*allowed, *points]):
                return _wrong_line(line, node, lines, key, mode)
            if node not in allowed:
                allowed.append(node)
    last = lines[-1].nodes[-1]
    found = compare(last, key.node, key.setting, at_kinks=False)
    if not found.equal or lines[-1].open:
        return Verdict("wrong", 0.0, "unfinished", shown_evidence(found.evidence, mode), say("line-short"))
    if key.part.steps:
        missing = _missing(points, lines, key)
        if missing:
            said = say("steps-missing", count=len(missing), after=_after(missing[0], points, lines, key))
            return Verdict("wrong", HALF, "steps-missing", found.evidence, said)
    return Verdict("correct", 1.0, evidence=found.evidence, message=say("correct"))


def _waypoints(key: Key) -> list[Node]:
    return [read_kindly(line.split("=")[-1], key.scope, key.shape) for line in key.part.lines]


def _equal(node: Node, right: Node, key: Key) -> bool:
    return node.shape == right.shape and compare(node, right, key.setting, at_kinks=False).equal


def _wrong_line(line: Line, node: Node, lines: list[Line], key: Key, mode: str) -> Verdict:
    found = compare(node, key.node, key.setting, at_kinks=False)
    verdict = wrong_formula(node, key, found, mode)
    mended = line is not lines[-1] and _equal(lines[-1].nodes[-1], key.node, key)
    credit = HALF if mended else verdict.credit if line is lines[-1] else 0.0
    said = [
        say("line-wrong", line=line.number, text=line.text),
        verdict.message,
        say("line-mended") if mended else "",
    ]
    return Verdict("wrong", credit, verdict.mistake, verdict.evidence, message(said))


def _missing(points: list[Node], lines: list[Line], key: Key) -> list[Node]:
    """The way-points that appear on no line. A way-point appears where a line has its form or, unlike the
    answer's own value, its value."""
    forms = {form(node) for line in lines for node in line.nodes}
    nodes = [node for line in lines for node in line.nodes]
    missing = []
    for point in points:
        if form(point) in forms:
            continue
        is_answer = _equal(point, key.node, key)
        if not is_answer and any(_equal(node, point, key) for node in nodes):
            continue
        if is_answer and normal(point) == form(point) and any(_equal(node, point, key) for node in nodes):
            continue  # the answer itself, already tidy: any form of it will do
        missing.append(point)
    return missing


def _after(missing: Node, points: list[Node], lines: list[Line], key: Key) -> int:
    """The number of the last line before the place where a way-point is missing."""
    before = {form(point) for point in points[: points.index(missing)]}
    return max((line.number for line in lines if before & {form(node) for node in line.nodes}), default=0)
