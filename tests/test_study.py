"""The student's side: what check says in an assignment, alone, under nbgrader; the learner's own folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graders.classroom.demo import Classroom
from graders.classroom.students import fill, mistaken, reference
from graders.feedback import judge
from graders.study import checking
from graders.study.form import look
from graders.study.words import solved
from matcalc_ref import weave
from matcalc_ref.catalogue import assignments, exercise, exercises, variants_of
from matcalc_ref.language import pack

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A released A05 with nothing but exercises.json."""
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    rows = [weave.public(record) for record in assignments()["A05"]]
    (tmp_path / "exercises.json").write_text(json.dumps({"exercises": rows}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    checking._session = checking._Session()


def said(capsys: pytest.CaptureFixture[str], id: str, *answers: Any) -> str:
    assert checking.check(id, *answers) is None
    return capsys.readouterr().out


def scalar_vector_jacs(x: Any, z: Any) -> Any:
    return ...


def sum_grads(x: Any) -> Any:
    return {"x": x}


ASSIGNMENT = [
    ("untouched", "A05-06", (...,), "nothing here yet"),
    ("empty text", "A05-06", ("  ",), "nothing here yet"),
    ("right", "A05-06", ("ones(n)'",), "gradient check agrees"),
    ("right, LaTeX", "A05-06", (r"\mathbf 1^\top",), "gradient check agrees"),
    ("wrong value", "A05-06", ("2 ones(n)'",), "gradient check disagrees"),
    ("other layout", "A05-06", ("ones(n)",), "lying the other way"),
    ("other shape", "A05-06", ("n",), "asked for is"),
    ("not readable", "A05-06", ("2 +* x",), "^"),
    ("not declared", "A05-06", ("ones(n)' y",), "y"),
    ("two parts", "A05-07", ({"dx": "z ones(n)'", "dz": "sum(x)"},), "✔ in order"),
    ("one part wrong", "A05-07", ({"dx": "z ones(n)'", "dz": "n"},), "✘ $"),
    ("one part missing", "A05-07", ({"dx": "z ones(n)'"},), "nothing here yet"),
    ("no dict", "A05-07", ("z",), "The answer is a dict"),
    ("a list", "A05-07", (["z ones(n)'", "sum(x)"],), "✔ in order"),
    (
        "a part too many",
        "A05-07",
        ({"dx": "z ones(n)'", "dz": "sum(x)", "me": 1},),
        "There is no part called me",
    ),
    ("ends with an aside", "A05-16", ({"dx": ["2(x-1⃗z)^T", "x + x = 2x"], "dz": "1"},), "✔ $"),
    ("a number for a line", "A05-11", ({"line": 2, "right": "sum(x)"},), "noted: line 2"),
    ("no such line", "A05-11", ({"line": 9, "right": "sum(x)"},), "from 1 to 4"),
    ("functions untouched", "A05-14", (scalar_vector_jacs, sum_grads), "nothing here yet"),
    ("wrong arguments", "A05-14", (scalar_vector_jacs, sum_grads), "take the same arguments"),
    ("one function", "A05-14", (sum_grads,), "takes the functions"),
    ("no function", "A05-14", (3, 4), "is to be a function"),
    (
        "ends with a name",
        "A05-16",
        ({"dx": ["2(x-1⃗z)^T", "where u = x-1⃗z"], "dz": "1"},),
        "what `u` stands for",
    ),
    ("unknown id", "A05-77", ("x",), "Did you mean A05-07"),
    ("an id in another spelling", "a5_6", ("ones(n)'",), "A05-06 — ✔"),
    ("an assignment", "A05", ("x",), "its exercises are A05-01 to A05-16"),
    ("an object that lies", "A05-06", (type("X", (), {"__repr__": lambda s: 1 / 0})(),), "A05-06"),
]


@pytest.mark.parametrize(
    ("id", "answers", "word"), [a[1:] for a in ASSIGNMENT], ids=[a[0] for a in ASSIGNMENT]
)
def test_in_an_assignment(
    here: Path, capsys: pytest.CaptureFixture[str], id: str, answers: tuple[Any, ...], word: str
) -> None:
    checking.use("A05")
    text = said(capsys, id, *answers)
    assert word in text and "check itself failed" not in text


def test_a_call_without_a_name_says_how(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checking.use("A05", mode="self-study")
    for call in (checking.check, checking.hint, checking.solution, checking.another):
        call()
        assert f"`{call.__name__}` takes the name of an exercise" in capsys.readouterr().out
    checking.check("A05-07", dx="z", dz="n")
    assert "and its answer" in capsys.readouterr().out
    for number in range(len(exercise("A05-06").hints)):
        checking.hint("a05_06")
        assert ('`solution("A05-06")` shows' in capsys.readouterr().out) == (number == 4)
    assert "There is no part called 1, 2" in said(capsys, "A05-07", {1: "z", 2: "n"})


def test_validate_reports_form(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    checking.use("A05")
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with pytest.raises(checking.NotYet) as caught:
        checking.check("A05-06", ...)
    assert caught.value._render_traceback_()[0].startswith("A05-06 — nothing here yet")
    assert checking.check("A05-06", "ones(n)'") is None


def test_stock_autograde_gets_points_as_a_float(here: Path, monkeypatch: Any, capsys: Any) -> None:
    checking.use("A05")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    right = {"dx": "z ones(n)'", "dz": "sum(x)"}
    for answer, points in ((right, 2.0), ({**right, "dz": "n"}, 1.0), (..., 0.0)):
        given = checking.check("A05-07", answer)
        assert type(given) is float and given == points


def test_a_mode_that_there_is_not_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checking.use("A05", mode="selfstudy")
    assert '`mode` is `"assignment"` or `"self-study"`' in said(capsys, "A05-06", "x")


def test_without_exercises_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    checking.use("A05")
    assert "exercises.json" in said(capsys, "A05-06", "x")


def test_works_where_the_records_are_not(here: Path) -> None:
    """A student may have the package without the records; and there is no `resource` on Windows."""
    code = (
        "import sys\n"
        "for name in ('matcalc_ref.exercises', 'resource', 'fcntl'): sys.modules[name] = None\n"
        "from graders.study import check, use\n"
        "use('A05')\n"
        "check('A05-06', \"ones(n)'\")\n"
        "check('A05-06', '2 ones(n)')\n"
        "check('A05-99', 1)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=here)
    assert done.returncode == 0 and "gradient check agrees" in done.stdout, done.stdout + done.stderr
    assert "lying the other way" in done.stdout and "Did you mean" in done.stdout


def test_self_study_needs_nothing_that_windows_lacks(here: Path) -> None:
    code = (
        "import sys\n"
        "for name in ('resource', 'fcntl', 'pwd', 'grp', 'termios'): sys.modules[name] = None\n"
        "from graders.study import check, use\n"
        "from matcalc_ref.catalogue import exercise\n"
        "use('A05', mode='self-study')\n"
        "check('A05-06', \"ones(n)'\")\n"
        "check('A05-14', *(part.key for part in exercise('A05-14').parts))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=here)
    assert done.stdout.count("✔ right") == 2, done.stdout + done.stderr


def test_stock_nbgrader_without_our_configuration(tmp_path: Path) -> None:
    """The check cells are executed then; what they return is the score."""
    room = Classroom(tmp_path)
    room.make()
    (room.course / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
    room.nbgrader("generate_assignment", "A05")
    released = (room.course / "release" / "A05" / "A05.ipynb").read_text(encoding="utf-8")
    folder = room.course / "submitted" / "ada" / "A05"
    folder.mkdir(parents=True)
    (folder / "A05.ipynb").write_text(fill(released, assignments()["A05"], mistaken(1)), encoding="utf-8")
    room.nbgrader("autograde", "A05")
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{room.course / 'gradebook.db'}") as gradebook:
        grades = gradebook.find_submission_notebook("A05", "A05", "ada").grades
        scores = {grade.name: (grade.auto_score, grade.max_score) for grade in grades}
    for record in assignments()["A05"]:
        score, most = scores[f"{record.id}-check"]
        wrong = int(record.id[-2:]) % 3 == 1 and any(part.mistakes for part in record.parts)
        assert (score < most) if wrong else (score == most), (record.id, score, most)


def test_self_study_gives_the_full_verdict(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checking.use("A05", mode="self-study")
    assert "✔ right" in said(capsys, "A05-07", {"dx": "z ones(n)'", "dz": "sum(x)"})
    for untouched in (..., {"dx": ..., "dz": ...}):
        assert "A05-07 — nothing here yet" in said(capsys, "A05-07", untouched)
    assert "A05-14 — nothing here yet" in said(capsys, "A05-14", scalar_vector_jacs, scalar_vector_jacs)
    wrong = said(capsys, "A05-07", {"dx": "z ones(n)'", "dz": "n"})
    assert "◐ partly" in wrong and "1 of 2 points" in wrong
    mistake = next(m for m in exercise("A05-07").part("dz").mistakes if m.answer == "n")
    assert mistake.message[:40] in wrong
    checking.solution("A05-07")
    assert r"\mathbf" in capsys.readouterr().out


def test_functions_in_self_study(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checking.use("A05", mode="self-study")
    keys = [part.key for part in exercise("A05-14").parts]
    assert "✔ right" in said(capsys, "A05-14", *keys)

    def broken(x: Any, z: Any) -> Any:
        raise RuntimeError("boom")

    assert "boom" in said(capsys, "A05-14", keys[0], broken)


def test_hints_come_one_by_one_and_solutions_only_alone(here: Path, capsys: Any) -> None:
    checking.use("A05")
    hints = exercise("A05-07").hints
    for number in range(1, len(hints) + 1):
        checking.hint("A05-07")
        assert f"Hint {number} of {len(hints)}" in capsys.readouterr().out
    checking.solution("A05-07")
    assert "self-study only" in capsys.readouterr().out


@pytest.mark.parametrize("assignment", assignments())
def test_right_answers_are_in_order_and_solutions_shown(assignment: str) -> None:
    for record in assignments()[assignment]:
        values = [reference(record, part) for part in record.parts]
        named = {part.name: value for part, value in zip(record.parts, values, strict=True)}
        assert record.id in solved(record)
        if any(part.kind == "text" for part in record.parts):
            continue  # a person reads it
        answers = values if record.is_code or len(values) == 1 else [named]
        good, message = look(weave.public(record), tuple(answers))
        assert good, message


def test_the_one_spelling_that_fits_is_not_given_away() -> None:
    good, message = look(weave.public(exercise("A04-11")), ("w B",))
    assert not good and "match" in message and "wᵀ B" not in message


def test_solutions_in_numbers_are_worked_out() -> None:
    assert r"2 \cdot 3 + \left(-2\right) \cdot 4 = -2$" in solved(in_numbers("2*3 + (-2)*4"))
    assert r"\frac{2}{3} \approx 0.666667$" in solved(in_numbers("2/3"))
    assert "$7$, typed as `7`" in solved(in_numbers("7"))


def in_numbers(key: str) -> Any:
    part = replace(exercise("A09-05").part("b"), key=key)
    return replace(exercise("A09-05"), parts=(part,))


# A folder of one's own.


def test_an_answer_in_words_is_for_a_person(here: Path, capsys: Any) -> None:
    criterion = exercise("A12-17").parts[0].lines[0]
    rows = [weave.public(exercise("A12-17"))]
    (here / "exercises.json").write_text(json.dumps({"exercises": rows}), encoding="utf-8")
    checking.use("A12")
    assert checking.check("A12-17") is None
    assert criterion in capsys.readouterr().out
    checking.use("A12", mode="self-study")
    checking.check("A12-17")
    said = capsys.readouterr().out
    assert criterion in said and 'solution("A12-17")' in said
    (here / "exercises.json").unlink()  # as in a notebook that was copied elsewhere
    checking.use("A12", mode="self-study")
    checking.check("A12-17")
    assert "No program can judge words" in capsys.readouterr().out
    checking.solution("A12-17")
    assert exercise("A12-17").parts[0].key in capsys.readouterr().out


def test_practice_with_other_numbers(here: Path, capsys: Any) -> None:
    checking.use("A05", mode="self-study")
    checking.another("A05-07")
    first = capsys.readouterr().out
    assert first.startswith("### A05-07a") and 'check("A05-07a", a05_07a)' in first
    checking.another("A05-07")
    second = capsys.readouterr().out
    assert second.startswith("### A05-07b") and second.splitlines()[2] != first.splitlines()[2]
    for letter in "ab":
        made = exercise(f"A05-07{letter}")
        right = {part.name: reference(made, part) for part in made.parts}
        assert "✔ right" in said(capsys, made.id, right)
        checking.solution(made.id)
        told = capsys.readouterr().out
        assert "typed as `" in told and "(simplify)" in told and "section 4.4" in told
    count = len(variants_of("A05-07"))
    for number in range(2, count + 1):
        checking.another("A05-07")
        assert ("seen them all" in capsys.readouterr().out) == (number == count)
    checking.another("A05-14")
    assert "has no variants" in capsys.readouterr().out
    checking.another("A05-99")
    assert "no exercise of this name" in capsys.readouterr().out
    checking.use("A05")
    checking.another("A05-07")
    assert "self-study" in capsys.readouterr().out


def test_every_variant_is_answered_by_its_own_key() -> None:
    varied = [record for record in exercises().values() if record.template]
    assert len(varied) > 40
    for record in varied:
        made = exercise(f"{record.id}b")
        answers = {part.name: reference(made, part) for part in made.parts}
        answer = answers if len(answers) > 1 else next(iter(answers.values()))
        assert judge(made, pack(answer)).outcome == "correct", made.id
        assert made.id == f"{record.id}b" and solved(made)
        assert len({str((v.prompt, v.parts)) for v in variants_of(record.id)}) > 1


def test_a_solution_has_its_steps() -> None:
    told = solved(exercise("A05-07"))
    assert "typed as `z*ones(n)^T`" in told and told.count("vector chain rule, section 4.5.3") == 2


SOLUTIONS = [  # exercise, words that are there, words that are not
    ("A01-11", "x*(2 x)", "chain rule"),
    ("A02-06", "exp(x y)*y", "chain rule"),
    ("A05-12", "the same, written otherwise", "by what the question says"),
    ("A09-02", "the same, written otherwise", "by what the question says"),
    ("A10-03", r"$m \times m\,n$", "m*n$"),
    ("A10-07", "by what the question says", "written otherwise"),
    ("A10-07", "(g^T .* [z > 0]) x^T", "@"),
    ("A10-08", "With the upstream gradient held still", "@"),
    ("A11-02", "$1010000$, typed as `1010000`", "e+06"),
    ("A11-09", r"\operatorname{softmax\_rows}", r"\operatorname{softmax_rows}"),
    ("A12-09", "`2cos(x^2) - 4x^2 sin(x^2)`", "`2x cos(x^2)`"),
    ("A12-12", r"$(n+1) \times 1$", r"$n+1 \times 1$"),
]


@pytest.mark.parametrize(("id", "there", "absent"), SOLUTIONS)
def test_a_solution_is_said_as_the_course_says_it(id: str, there: str, absent: str) -> None:
    told = solved(exercise(id))
    assert there in told and absent not in told, told
