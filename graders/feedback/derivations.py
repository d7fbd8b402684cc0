"""The verdict on a derivation: the first line that does not follow, its mistake, and the steps that are asked
for.
"""

from __future__ import annotations

from collections.abc import Sequence

from graders.compare.answers import Packed
from graders.compare.equality import NoPoints, compare
from graders.compare.key import Key, read_kindly
from graders.compare.lines import lines_of
from graders.compare.links import Link, names_of_answer, question
from graders.compare.slopes import derivative_of, same
from graders.compare.steps import Line, UnreadableLine, read_lines
from graders.compare.verdict import Verdict
from graders.compare.waypoints import missing_steps, steps_of
from graders.feedback.formulas import (
    HALF,
    named_shape,
    other_parts,
    refused,
    shown_evidence,
    too_large,
    unfinished,
    wrong_formula,
)
from graders.feedback.mistakes import Diagnosis, generic
from graders.feedback.wording import message, say
from matcalc_ref.language import Node
from matcalc_ref.language.operations import add, transpose
from matcalc_ref.language.scope import canonical
from matcalc_ref.language.sizes import ONE
from matcalc_ref.language.tree import Apply, apply


def judge_derivation(answer: Packed, key: Key, mode: str) -> Verdict:
    """The verdict on the lines of a derivation. Raises NotReadable for what is no list of lines."""
    try:
        lines, links = read_lines(lines_of(answer), key)
    except UnreadableLine as problem:
        wrong_link, what = _first_wrong(problem.links, key)
        if wrong_link:  # the line may be unreadable because of it
            return _stop(wrong_link, what, _on_link(wrong_link, what, key), False)
        for line in problem.lines:
            if line.taken and _differ(line, key):
                return _on_name(line, False)
        return refused(problem.refusal, problem.number, parts=other_parts(key))
    for line in lines:
        for node in line.nodes:
            large = too_large(node, key.setting)
            if large is not None:
                return large
    wrong_link, what = _first_wrong(links, key)
    asides = [line for line in lines if _is_aside(line, key)]
    last = next((line for line in reversed(lines) if line not in asides), lines[-1])
    found = compare(last.nodes[-1], key.node, key.setting, ties=None)
    mended = found.equal and not last.open
    points = _waypoints(key)
    on_the_way = [node for _, forms in steps_of(key) for node in forms]
    allowed, whole = [key.node], False
    for line in lines:
        if what == "link-wrong" and wrong_link and line.number > wrong_link.number:
            break
        if line.defines:
            if unsound := _unsound(line, key):
                return _stop(line, unsound, [say(unsound)], mended and line is not last)
            allowed += line.nodes
            continue
        if line.taken and _differ(line, key):
            return _on_name(line, mended and line is not last)
        whole = line.claims or (whole and line.text.startswith("="))
        right = [*allowed, *points, *([] if whole or line is lines[-1] else on_the_way)]
        wrong = [node for node in line.nodes if not any(same(node, one, key) for one in right)]
        if not wrong and line.equation and _differ(line, key):
            return _stop(line, "line-unequal", [say("line-unequal")], mended and line is not last)
        if wrong and line not in asides:
            return _wrong_line(line, wrong, lines, last, mended, key, mode)
    if wrong_link:
        return _stop(wrong_link, what, _on_link(wrong_link, what, key), mended)
    if not mended:
        return Verdict("wrong", 0.0, "unfinished", shown_evidence(found.evidence, mode), say("line-short"))
    if key.part.steps:
        telling = [line for line in lines if line not in asides or any(line.inner)]
        missing = missing_steps(key, telling, last, [link.node for link in links if not link.open])
        if missing:
            said = say("steps-missing", steps="; ".join(step.about for step in missing))
            return Verdict("wrong", HALF, "steps-missing", found.evidence, said)
    return unfinished(last.nodes[-1], key, "ends-in") or Verdict(
        "correct", 1.0, evidence=found.evidence, message=say("correct")
    )


def _differ(line: Line, key: Key) -> bool:
    """Whether two sides of a line are not the same."""
    return not all(same(node, line.nodes[0], key) for node in line.nodes)


def _is_aside(line: Line, key: Key) -> bool:
    """Whether a line says only that two formulas are the same, such as `1 - s = exp(-z) s`, and they are."""
    return line.equation and not _differ(line, key) and not same(line.nodes[0], key.node, key)


def _unsound(line: Line, key: Key) -> str:
    """The sentence on a line that gives a name to two different things, or to a changed function that of the
    question; or "".
    """
    if _differ(line, key):
        return "line-unequal"
    named = canonical(line.defines or "") in names_of_answer(key, ())
    changed = named and not any(same(line.nodes[0], one, key) for one in (question(key), key.node))
    return "line-function" if changed else ""


def _waypoints(key: Key) -> list[Node]:
    return [read_kindly(line.split("=")[-1], key.scope, key.shape) for line in key.part.lines]


def _first_wrong(links: Sequence[Link], key: Key) -> tuple[Link | None, str]:
    """The first link that is wrong, and the sentence on it."""
    wrong = ((link, what) for link in links if (what := _what_is_wrong(link, key)))
    return next(wrong, (None, ""))


def _stop(line: Line | Link, mistake: str, sentences: Sequence[str], mended: bool) -> Verdict:
    """The verdict on the first line that does not follow; half the credit where the last one is right."""
    said = [say("line-wrong", line=line.number, text=line.text), *sentences]
    said.append(say("line-mended") if mended else "")
    return Verdict("wrong", HALF if mended else 0.0, mistake, message=message(said))


def _on_name(line: Line, mended: bool) -> Verdict:
    """The verdict on a line that gives a name a second meaning, or goes on from it with something else."""
    what = "line-unequal" if line.text.startswith("=") else "name-taken"
    return _stop(line, what, [say(what, name=line.taken)], mended)


def _on_link(link: Link, what: str, key: Key) -> list[str]:
    """What is said of a wrong link: which mistake it is, where that can be told, and what to do."""
    if what != "link-wrong" or link.right is None:
        return [say(what)]
    if link.node.shape != link.right.shape:
        shapes = {"student": named_shape(link.node.shape), "reference": named_shape(link.right.shape)}
        return [say("link-shape", **shapes)]
    mistake = _generic(link.node, link.right, key)
    return [mistake.sentence if mistake else "", say(what)]


def _generic(node: Node, right: Node, key: Key) -> Diagnosis | None:
    return generic(node, right, key.setting, compare(node, right, key.setting, ties=None))


def _what_is_wrong(link: Link, key: Key) -> str:
    """The sentence on a link that says something else than it should, or has it in another layout; or ""."""
    if link.right is None:
        return ""
    try:
        if any(same(link.node, right, key) for right in (link.right, link.still) if right is not None):
            return ""
        if link.chain:
            return "link-chain"
        if same(transpose(link.node), link.right, key):
            return "link-layout"
        slopes = ONE in link.node.shape and not link.node.is_scalar  # of a function that goes entry by entry
        return "link-diagonal" if slopes and same(apply("diag", link.node), link.right, key) else "link-wrong"
    except NoPoints:
        return ""


def _wrong_line(
    line: Line, wrong: Sequence[Node], lines: Sequence[Line], last: Line, mended: bool, key: Key, mode: str
) -> Verdict:
    """The verdict on a line of which these formulas are wrong."""
    node, final = wrong[0], last.nodes[-1]
    mended = mended and node is not final
    if line is lines[0] and same(node, question(key), key):
        verdict = Verdict("wrong", 0.0, "no-derivative", message=say("line-question"))
    elif line.equation and len(wrong) == len(line.nodes):
        return _stop(line, "line-unequal", [say("line-unequal")], mended)
    else:
        verdict = wrong_formula(node, key, compare(node, key.node, key.setting, ties=None), mode)
    if verdict.mistake is None:
        verdict = _against_the_lines_before(node, line, lines, key) or verdict
    credit = HALF if mended else verdict.credit if node is final else 0.0
    said = [
        say("line-wrong", line=line.number, text=line.text) if len(lines) > 1 else "",
        verdict.message,
        say("line-mended") if mended else "",
    ]
    return Verdict("wrong", credit, verdict.mistake, verdict.evidence, message(said))


def _against_the_lines_before(node: Node, line: Line, lines: Sequence[Line], key: Key) -> Verdict | None:
    """The mistake, if any, that leads from an earlier line as it is written to this one."""
    for before in reversed([one for one in lines if one.number < line.number]):
        right = before.nodes[-1]
        if same(right, question(key), key):
            terms = right.children if isinstance(right, Apply) and right.operation == "add" else (right,)
            right = add(*(derivative_of(term, key.part.wrt or "", key, {}) for term in terms))
        if right.shape == node.shape and (mistake := _generic(node, right, key)):
            return Verdict("wrong", 0.0, mistake.id, message=mistake.sentence)
    return None
