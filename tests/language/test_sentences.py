"""The sentences that refuse a formula: all in one table, all used, all filled in, none written elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import graders.compare
import matcalc_ref.language
from matcalc_ref.language.sentences import SENTENCES, fill, listed, say

HERE = Path(matcalc_ref.language.__file__).parent
FILES = [path for path in sorted(HERE.rglob("*.py")) if path.name != "sentences.py"]
FILES += [
    Path(graders.compare.__file__).with_name(name) for name in ("slopes.py", "steps.py")
]  # refuse lines
CODE = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
READER = [
    path
    for path in FILES
    if path.parent.name in ("syntax", "meaning", "objects") or path.name == "reading.py"
]


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(CODE[path]):
        if isinstance(node, ast.Call) and name_of(node) in names:
            yield node


def ids_said(node: ast.AST) -> set[str]:
    """The ids that an expression may name; of `"empty-" + kind` its beginning."""
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def test_every_sentence_is_said_somewhere() -> None:
    words = {n.value for tree in CODE.values() for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    starts = tuple(word for word in words if isinstance(word, str) and re.fullmatch(r"[a-z-]+-", word))
    idle = [id for id in SENTENCES if id not in words and not id.startswith(starts) and id != "both"]
    assert not idle, f"said nowhere: {idle}"


def test_what_is_put_in_is_what_the_sentence_asks_for() -> None:
    for path in FILES:
        for call in calls(path, "say", "fail"):
            given = {keyword.arg for keyword in call.keywords}
            for id in ids_said(call.args[0]) & SENTENCES.keys():
                asked = set(re.findall(r"«(\w+)»", SENTENCES[id]))
                assert asked <= given, f"{path.name}:{call.lineno}: {id} asks for {asked}, gets {given}"


@pytest.mark.parametrize("path", READER, ids=lambda path: str(path.relative_to(HERE)))
def test_no_sentence_is_written_in_the_reader(path: Path) -> None:
    """A refusal takes its sentence from the table, and no other text in the reader looks like a sentence."""
    for call in calls(path, "Refusal"):
        first = call.args[0]
        named = isinstance(first, ast.Name) and first.id in ("message", "problem")
        said = any(isinstance(n, ast.Call) and name_of(n) == "say" for n in ast.walk(first))
        assert named or said, f"{path.name}:{call.lineno} refuses in words of its own"
    for call in calls(path, "fail"):
        unknown = {id for id in ids_said(call.args[0]) - SENTENCES.keys() if not id.endswith("-")}
        assert not unknown - {"square", "vector"}, f"{path.name}:{call.lineno} says {unknown}"
    docstrings = {
        node.body[0].value
        for node in ast.walk(CODE[path])
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(CODE[path]):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            assert not re.search(r"[a-z]{2,} [a-z]{2,} .*[.?]$", node.value), f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("id", SENTENCES)
def test_a_sentence_ends_well(id: str) -> None:
    sentence = SENTENCES[id]
    fragment = id.startswith(("a-", "hint-", "its-", "the-")) or id in ("both", "argument-is")
    end = re.sub(r"«(hint|known)»$", "", sentence).rstrip(")")
    assert fragment or end.endswith((".", "?")), sentence
    assert sentence.count("«") == sentence.count("»") and "\n" not in sentence


def test_sentences_are_filled() -> None:
    assert say("index-bad", said="x y") == "`x y` cannot be an index."
    assert fill("«a» and «b»", {"a": "«b»", "b": "c"}) == "«b» and c"
    assert listed(["i", "j"]) == "i and j"
    with pytest.raises(KeyError):
        say("no such sentence")
