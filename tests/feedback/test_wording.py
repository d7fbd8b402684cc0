"""The sentences: every one is used, every computed mistake has one, and they are filled in."""

import re
from pathlib import Path

import pytest

import graders.feedback
from graders.compare.generic import generic_mistakes
from graders.compare.key import _STEPS
from graders.feedback.wording import SENTENCES, message, say
from matcalc_ref.language import Scope, read

HERE = Path(graders.feedback.__file__).parent
FILES = [path for folder in (HERE, HERE.parent / "compare") for path in folder.glob("*.py")]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in FILES if path.name != "wording.py")


@pytest.mark.parametrize("id", SENTENCES)
def test_every_sentence_is_used_and_ends_well(id):
    parts = id.split("-")
    used = [id, *(f"{'-'.join(parts[:k])}-{{" for k in range(1, len(parts)))]
    assert any(f'"{name}' in CODE for name in used), f"{id} is said nowhere; drop it"
    assert SENTENCES[id] == SENTENCES[id].strip()


def test_every_mistake_that_is_computed_has_a_sentence():
    scope = Scope({"x": "n", "A": "m,n", "B": "n,n", "z": "", "b": ""})
    ids = set(_STEPS.values())
    for text in (
        "2 z x^T B B",
        "diag(x) B",
        "[z > 0] x^T + b x^T",
        "sum(x)/n",
        "sin(z)^3",
        "sum_i x_i",
        "-A x",
    ):
        ids |= {id for id, _ in generic_mistakes(read(text, scope), ("m", "n"))}
    assert ids <= SENTENCES.keys() and len(ids) > 15


def test_sentences_are_filled_and_joined():
    assert say("part-missing", name="dx") == "Nothing here yet for `dx`."
    assert message(["One.", "", "Two.", "One."]) == "One. Two."
    with pytest.raises(KeyError):
        say("no such sentence")
    for sentence in SENTENCES.values():
        assert sentence.count("«") == sentence.count("»") and not re.search(r"[«»]\W*[«»]{2}", sentence)
