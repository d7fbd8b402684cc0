"""The verdict on a derivation: the first line that does not follow, its mistake, and the steps that are asked
for.
"""

from __future__ import annotations

from collections.abc import Sequence

from graders.compare.answers import Packed
from graders.compare.equality import NoPoints, compare
from graders.compare.key import Key, read_kindly
from graders.compare.slopes import same
from graders.compare.steps import Line, Link, UnreadableLine, lines_of, question, read_lines
from graders.compare.verdict import Verdict
from graders.compare.waypoints import missing_steps, steps_of
from graders.feedback.formulas import HALF, refused, shown_evidence, too_large, unfinished, wrong_formula
from graders.feedback.wording import message, say
from matcalc_ref.language import Node
from matcalc_ref.language.operations import transpose
from matcalc_ref.language.sizes import ONE
from matcalc_ref.language.tree import apply


def judge_derivation(answer: Packed, key: Key, mode: str) -> Verdict:
    """The verdict on the lines of a derivation. Raises NotReadable for what is no list of lines."""
    try:
        lines, links = read_lines(lines_of(answer), key)
    except UnreadableLine as problem:
        wrong_link, what = _first_wrong(problem.links, key)
        if wrong_link:  # the line may be unreadable because of it
            return _wrong_link(wrong_link, what, False)
        return refused(problem.refusal, problem.number)
    for line in lines:
        for node in line.nodes:
            large = too_large(node, key.setting)
            if large is not None:
                return large
    wrong_link, what = _first_wrong(links, key)
    points = _waypoints(key)
    on_the_way = [node for _, forms in steps_of(key) for node in forms]
    allowed = [key.node]
    for line in lines:
        if what == "link-wrong" and wrong_link and line.number > wrong_link.number:
            break
        right_here = [*points, *([] if line is lines[-1] else on_the_way)]
        for node in line.nodes:
            right = [*allowed, *right_here]
            if line.defines is None and not any(same(node, one, key) for one in right):
                return _wrong_line(line, node, lines, key, mode)
            if line.defines:
                allowed.append(node)
    last = lines[-1].nodes[-1]
    found = compare(last, key.node, key.setting, ties=None)
    if wrong_link:
        return _wrong_link(wrong_link, what, found.equal and not lines[-1].open)
    if not found.equal or lines[-1].open:
        return Verdict("wrong", 0.0, "unfinished", shown_evidence(found.evidence, mode), say("line-short"))
    if key.part.steps:
        missing = missing_steps(key, lines, [link.node for link in links if not link.open])
        if missing:
            said = say("steps-missing", steps="; ".join(step.about for step in missing))
            return Verdict("wrong", HALF, "steps-missing", found.evidence, said)
    return unfinished(last, key, "ends-in") or Verdict(
        "correct", 1.0, evidence=found.evidence, message=say("correct")
    )


def _waypoints(key: Key) -> list[Node]:
    return [read_kindly(line.split("=")[-1], key.scope, key.shape) for line in key.part.lines]


def _first_wrong(links: Sequence[Link], key: Key) -> tuple[Link | None, str]:
    """The first link that is wrong, and the sentence on it."""
    wrong = ((link, what) for link in links if (what := _what_is_wrong(link, key)))
    return next(wrong, (None, ""))


def _wrong_link(link: Link, what: str, mended: bool) -> Verdict:
    said = [
        say("line-wrong", line=link.number, text=link.text),
        say(what),
        say("line-mended") if mended else "",
    ]
    return Verdict("wrong", HALF if mended else 0.0, what, message=message(said))


def _what_is_wrong(link: Link, key: Key) -> str:
    """The sentence on a link that says something else than it should, or has it in another layout; or ""."""
    if link.right is None:
        return ""
    try:
        if same(link.node, link.right, key):
            return ""
        if same(transpose(link.node), link.right, key):
            return "link-layout"
        slopes = ONE in link.node.shape and not link.node.is_scalar  # of a function that goes entry by entry
        return "link-diagonal" if slopes and same(apply("diag", link.node), link.right, key) else "link-wrong"
    except NoPoints:
        return ""


def _wrong_line(line: Line, node: Node, lines: list[Line], key: Key, mode: str) -> Verdict:
    last = lines[-1].nodes[-1]
    mended = node is not last and not lines[-1].open and same(last, key.node, key)
    if line is lines[0] and same(node, question(key), key):
        verdict = Verdict("wrong", 0.0, "no-derivative", message=say("line-question"))
    else:
        verdict = wrong_formula(node, key, compare(node, key.node, key.setting, ties=None), mode)
    credit = HALF if mended else verdict.credit if node is last else 0.0
    said = [
        say("line-wrong", line=line.number, text=line.text) if len(lines) > 1 else "",
        verdict.message,
        say("line-mended") if mended else "",
    ]
    return Verdict("wrong", credit, verdict.mistake, verdict.evidence, message(said))
