"""The verdict on a formula: read, compare, name the mistake, say where it differs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from graders.compare.affordable import TooLarge, affordable
from graders.compare.answers import Packed, what_it_is
from graders.compare.carried import with_own_parts
from graders.compare.difference import KINKS
from graders.compare.equality import Comparison, compare, proved
from graders.compare.key import Key, read_kindly
from graders.compare.kinks import ties
from graders.compare.places import Places, places
from graders.compare.points import Setting, base_points, fitting, names_in
from graders.compare.verdict import Evidence, Verdict
from graders.feedback.mistakes import Diagnosis, diagnose
from graders.feedback.wording import message, say
from matcalc_ref.language import Node, Refusal, Shape, read
from matcalc_ref.language.explain import read_back
from matcalc_ref.language.sizes import ONE, SCALAR
from matcalc_ref.language.tree import Apply, ByEntries, Cases, Entry, Variable

SELF_STUDY = "self-study"
HALF = 0.5  # for what is right but not finished
MOST_SHOWN = 6  # entries that are named


def invalid(id: str, **fields: Any) -> Verdict:
    return Verdict("invalid", message=say(id, **fields))


def refused(
    refusal: Refusal, line: int | None = None, hint: str = "", parts: Collection[str] = ()
) -> Verdict:
    """What a refusal becomes: its sentence, the place in the text, the spellings to choose from. `parts` are
    the names of the exercise's other parts.
    """
    said = refusal.message
    if refusal.unknown in parts:
        said = say("part-name", name=refusal.unknown)
    elif refusal.unknown and line and refusal.sentence != "differential":
        hint = say("name-first")
    said = say("refused-line", line=line, message=said) if line else said
    said = message([said, hint])
    caret = refusal.caret()
    if caret:
        said += f"\n\n```text\n{caret}\n```\n"
    choices = refusal.choices
    if len(choices) == 1 and refusal.sentence == "product-misfit":
        choices = ()  # which factor to transpose may be just what the exercise asks
    if choices:
        said += "\n" + "\n".join(f"- `{choice}`" for choice in choices)
    return Verdict("invalid", message=said)


def other_parts(key: Key) -> list[str]:
    return [part.name for part in key.exercise.parts if part.name != key.part.name]


def read_formula(answer: Packed, key: Key) -> Node | Verdict:
    """The answer as a tree, or why it is none."""
    if isinstance(answer, bool) or isinstance(answer, dict) and answer.keys() & {
        "dict", "set", "function", "unreadable", "missing", "complex", "ellipsis"
    }:  # fmt: skip
        return invalid("not-a-formula", what=what_it_is(answer))
    try:
        node = read_kindly(answer, key.scope, key.shape)
    except Refusal as refusal:
        by_entries = refusal.sentence in ("misfit-multiplied", "star-matrices", "star-broadcast")
        kron = by_entries and any(_is_kron(node) for node in key.node.walk())
        return refused(refusal, hint=say("kron") if kron else "", parts=other_parts(key))
    except Exception:
        if isinstance(answer, dict):  # it came over the wire malformed: the student's side made it
            return invalid("not-a-formula", what=what_it_is(answer))
        raise
    return too_large(node, key.setting) or node


def _is_kron(node: Node) -> bool:
    return isinstance(node, Apply) and node.operation == "kron"


def too_large(node: Node, setting: Setting) -> Verdict | None:
    try:
        for points in base_points(fitting(setting, node)):
            affordable(node, points.sizes)
    except TooLarge as problem:
        return invalid("too-large", size=problem)
    except ValueError:
        return invalid("too-small")
    return None


def judge_formula(
    answer: Packed, key: Key, own: Mapping[str, Node], mode: str
) -> tuple[Verdict, Node | None]:
    """The verdict on a formula part, and the answer's tree. `own` are the student's earlier parts."""
    student = read_formula(answer, key)
    if isinstance(student, Verdict):
        return student, None
    return judge_tree(student, key, own, mode), student


def judge_tree(student: Node, key: Key, own: Mapping[str, Node], mode: str) -> Verdict:
    """The verdict on an answer that has been read."""
    setting = fitting(key.setting, student)
    key = key if setting is key.setting else replace(key, setting=setting)
    found = proved(student, key.node, compare(student, key.node, key.setting, ties=_ties(key)))
    if found.equal:
        return unfinished(student, key, "ends-in-formula") or Verdict(
            "correct", 1.0, evidence=found.evidence, message=say("correct")
        )
    carried, again = with_own_parts(key, own), None
    if carried is not None and carried.shape == student.shape and too_large(carried, key.setting) is None:
        again = compare(student, carried, key.setting, ties=_ties(key))
        if again.equal:
            return Verdict("correct", 1.0, evidence=again.evidence, message=say("correct-carried"))
    return wrong_formula(student, key, found, mode, (carried, again) if carried and again else None)


def unfinished(right: Node, key: Key, sentence: str) -> Verdict | None:
    """The verdict on a right answer that has names in it which the question wants replaced."""
    ends = key.part.ends_in
    if not ends or names_in(right) & key.scope.shapes.keys() <= set(ends):
        return None
    names = ", ".join(f"${_tex(key.scope.variable(name), key)}$" for name in ends)
    return Verdict("wrong", HALF, "unfinished", message=say(sentence, names=names))


def _ties(key: Key) -> frozenset[Node]:
    """The kinks of the question for which the course has no convention."""
    return ties(read(key.part.f, key.scope) if key.part.f is not None else key.node)


def wrong_formula(
    student: Node,
    key: Key,
    found: Comparison,
    mode: str,
    carried: tuple[Node, Comparison] | None = None,
) -> Verdict:
    """The verdict on a wrong answer: shape, the mistake, where it differs, one next step."""
    diagnosis = diagnose(student, key, found, carried)
    sentences: list[str] = []
    credit, where = (diagnosis.credit if diagnosis else None), None
    if found.reason == "shape":
        sentences.append(shape_sentence(student.shape, key))
    if diagnosis is not None:
        sentences.append(_said(diagnosis, key))
        if credit is None and found.reason == "value":
            where = places(student, key.node, key.setting)
            credit = where.share
            sentences += entries_sentences(where) if diagnosis.local else []
    elif found.reason not in ("shape", "layout"):
        where = places(student, key.node, key.setting)
        credit = where.share if found.reason == "value" else 0.0
        sentences += where_sentences(student, key, found, where)
    if diagnosis is None and mode == SELF_STUDY and found.reason not in ("shape", "layout"):
        sentences.append(example(found.evidence, key))
    if diagnosis is None:
        sentences.append(next_step(key, found, where, student.shape))
    evidence = shown_evidence(found.evidence, mode)
    return Verdict(
        "wrong", round(credit or 0.0, 4), diagnosis.id if diagnosis else None, evidence, message(sentences)
    )


def _said(diagnosis: Diagnosis, key: Key) -> str:
    if diagnosis.id == "layout":
        return layout_sentence(key)
    return say("sign-value") if diagnosis.id == "sign" and key.part.wrt is None else diagnosis.sentence


def shape_sentence(shape: Shape, key: Key) -> str:
    named = {"student": named_shape(shape), "reference": named_shape(key.shape)}
    if key.part.wrt is None:
        return say("shape-of-numbers", **named)
    return say("shape", **named, why=_why(key))


def named_shape(shape: Shape) -> str:
    rows, columns = shape
    if shape == SCALAR:
        return "one number"
    name = "a row" if rows.number == 1 else "a column" if columns.number == 1 else "a matrix"
    sizes = [re.sub(r"\b(\w)\*\1\b", r"\1^2", str(size)).replace("*", "") for size in shape]
    sizes = [f"({size})" if set(size) & set("+-") else size for size in sizes]
    return f"{name}, ${sizes[0]}\\times {sizes[1]}$"


def _why(key: Key) -> str:
    rows, columns = key.shape
    if key.shape == SCALAR:
        return say("why-number")
    if _by_matrix(key):
        return say("why-like", name=key.part.wrt)
    return say("why-row" if rows.number == 1 else "why-column" if columns.number == 1 else "why-matrix")


def _by_matrix(key: Key) -> bool:
    """Whether the answer is a gradient by a matrix, laid out like that matrix."""
    wrt = key.part.wrt
    return (
        isinstance(wrt, str)
        and wrt in key.scope.shapes
        and ONE not in key.shape
        and key.scope.variable(wrt).shape == key.shape
    )


def layout_sentence(key: Key) -> str:
    if _by_matrix(key):
        return say("layout-like", name=key.part.wrt)
    return say("layout" if key.part.wrt is not None else "layout-value")


def where_sentences(student: Node, key: Key, found: Comparison, where: Places) -> list[str]:
    """Where a wrong answer of the right shape differs."""
    if found.reason == "own-kink":
        return [say("own-kink")]
    if found.reason == "kink":
        assert found.kink is not None
        return [say("kink" if key.part.wrt is not None else "kink-value", kink=_tex(found.kink, key))]
    sentences = [say("value-scalar" if student.is_scalar else "value")]
    if found.reason == "domain":
        lone = any(
            isinstance(part, Cases) and part.otherwise is None and len(part.branches) == 1
            for part in student.walk()
        )
        return [say("domain-gap" if lone else "domain")]
    if found.reason == "sizes" and found.evidence.differs:
        at = found.evidence.differs["at"]
        sizes = ", ".join(f"${name} = {size}$" for name, size in at.items() if name in key.setting.dimensions)
        sentences.append(say("sizes-but", sizes=sizes))
    elif where.sizes:
        sentences.append(say("sizes"))
    if where.side is not None:
        side, sign = where.side
        signs = {-1: "<", 1: ">"}
        sentences.append(say("side", kink=_tex(side, key), sign=signs[sign], other=signs[-sign]))
    sentences += entries_sentences(where)
    if not where.entries and where.diagonal is not None:
        sentences.append(say(f"diagonal-{where.diagonal}"))
    return sentences


def entries_sentences(where: Places) -> list[str]:
    """Which entries are wrong, where some are right."""
    if not where.entries or where.share <= 0:
        return []
    return [entries_sentence(where.entries, where.size)]


def entries_sentence(entries: Sequence[tuple[int, int]], size: int) -> str:
    """Which of `size` entries are wrong; of many, the first."""
    shown = ", ".join(f"$({i},{j})$" for i, j in entries[:MOST_SHOWN])
    if len(entries) > MOST_SHOWN:
        return say("entries-many", entries=shown)
    id = "entries-other" if size - len(entries) == 1 else "entries"
    return say(id, entries=("entry " if len(entries) == 1 else "entries ") + shown)


def _tex(node: Node, key: Key) -> str:
    """LaTeX with the question's names for samples; of what is given by its entries, one entry."""
    while isinstance(node, ByEntries):
        node = node.body
    return read_back(node, key.exercise.samples)


def next_step(key: Key, found: Comparison, where: Places | None, shape: Shape) -> str:
    if found.reason == "shape":
        differ = [(size.number, due) for size, due in zip(shape, key.shape, strict=True) if size != due]
        if shape != SCALAR and all((size or 0) > 1 and due.number is None for size, due in differ):
            return say("next-one-size", name=differ[0][1])
        if _by_matrix(key):
            return say("next-entry-like", name=key.part.wrt)
        return say("next-shape" if key.part.wrt is not None else "next-shape-value")
    if found.reason in (*KINKS, "domain"):  # of which the sentence says what to look at
        return ""
    if where is not None and where.entries and where.share > 0:
        return say("next-entries" if key.part.wrt is not None else "next-entry-alone")
    if key.shape == SCALAR:
        return say("next-scalar")
    if _by_matrix(key):
        return say("next-entry-like", name=key.part.wrt)
    if key.part.wrt is None:
        return say("next-entry-value")
    rows, columns = key.shape
    return say("next-entry-row" if rows == ONE else "next-entry-column" if columns == ONE else "next-entry")


def example(evidence: Evidence | None, key: Key) -> str:
    """A point where the answers differ, in words; for self-study only."""
    if evidence is None or not evidence.differs or "shape" in evidence.differs["at"]:
        return ""
    at = evidence.differs["at"]
    if sum(_length(value) for value in at.values()) > 9:
        return ""
    shown = {name: evidence.differs[name] for name in ("student", "reference")}
    if any(_length(value) > 6 or _lacks(value) for value in shown.values()):
        return ""
    names = {name: _tex(key.scope.variable(name), key) if name in key.scope.shapes else name for name in at}
    point = ", ".join(f"${names[name]} = {_figures(value)}$" for name, value in at.items())
    told = {name: f"${_figures(value)}$" for name, value in shown.items()}
    if not point or told["student"] == told["reference"] or _lopsided(*shown.values()):
        return ""
    plain = not names_in(key.node) or isinstance(key.node, (Variable, Entry))
    if plain:  # its value is the key
        return say("example-own", at=point, student=told["student"])
    return say("example", at=point, **told)


def _lopsided(student: Any, reference: Any) -> bool:
    """Whether the right value is so nearly 0 beside the student's that it tells nothing."""
    ours, theirs = (float(np.abs(np.array(value, dtype=float)).max()) for value in (reference, student))
    return 0 < ours < 1e-3 and ours < 1e-4 * theirs


def _lacks(value: Any) -> bool:
    """Whether there is no value, or none of an entry."""
    return any(map(_lacks, value)) if isinstance(value, list) else value is None


def _length(value: Any) -> int:
    return sum(map(_length, value)) if isinstance(value, list) else 1


def _figures(value: Any) -> str:
    if isinstance(value, list):
        rows = [" & ".join(map(_figures, row)) if isinstance(row, list) else _figures(row) for row in value]
        return r"\begin{bmatrix}" + r" \\ ".join(rows) + r"\end{bmatrix}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def shown_evidence(evidence: Evidence | None, mode: str) -> Evidence | None:
    """What of the evidence may be shown: the right values in self-study only."""
    if evidence is None or mode == SELF_STUDY or evidence.differs is None:
        return evidence
    kept = {name: value for name, value in evidence.differs.items() if name != "reference"}
    return replace(evidence, differs=kept)
