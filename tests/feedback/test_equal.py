"""`matcalc equal`: its contract, alone and by the file; no line stops a batch."""

import json
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from graders.feedback.equal import judge_line, run

KEYS = ["id", "outcome", "credit", "evidence", "mistake", "message", "ms"]
X = {"x": "n"}


def line(student="2 x^T", reference="2 x^T", variables=X, **more):
    return json.dumps({"id": "a", "variables": variables, "student": student, "reference": reference, **more})


LINES = [
    (line(), "correct", "a"),
    (line("(x + x)'"), "correct", "a"),
    (line("2x"), "wrong", "a"),
    (line(id=7), "correct", 7),
    (line(id=None), "correct", None),
    (line(id=["nested", {"x": 1}]), "correct", ["nested", {"x": 1}]),
    (json.dumps({"variables": {}, "student": "1", "reference": "1"}), "correct", None),
    (line("1", "1", {}), "correct", "a"),
    (line("|t|", "t", {"t": ""}, domain="positive"), "correct", "a"),
    (line("|t|", "t", {"t": ""}, domain="real"), "wrong", "a"),
    (line("|t|", "t", {"t": ""}, domain=None), "wrong", "a"),
    (line("|t|", "t", {"t": ""}, domain={"t": "positive"}), "correct", "a"),
    (line("diag(ones(n))", "I", X), "correct", "a"),  # a size that the other side settles
    (line("I", "diag(1⃗)", X), "correct", "a"),
    (line("2 I", "I", X), "wrong", "a"),
    (line("I", "I", X), "correct", "a"),
    (line("I", "I", {}), "broken", "a"),
    # the student's part
    (line("2 y^T"), "invalid", "a"),
    (line("2 x^T +"), "invalid", "a"),
    (line(""), "invalid", "a"),
    (line(None), "invalid", "a"),
    (line(5, "5", {}), "correct", "a"),
    (line(["x"]), "invalid", "a"),
    (line({"sympy": ["Symbol", "x"]}), "invalid", "a"),
    (line(True), "invalid", "a"),
    (line("__import__('os').system('true')"), "invalid", "a"),
    (line("().__class__.__bases__[0]"), "invalid", "a"),
    (line("9^9^9^9^9", "1", {}), "invalid", "a"),
    (line("(" * 10_000 + "x" + ")" * 10_000), "invalid", "a"),
    (line("x" + "+x" * 20_000), "invalid", "a"),
    (line("sum_{i=1}^{1000000000} i", "1", {}), "invalid", "a"),
    (line("ones(100000, 100000)", "1", {}), "invalid", "a"),
    (line("sum(ones(1000000000))", "1", {}), "invalid", "a"),
    (line("det(kron(kron(kron(A, A), kron(A, A)), kron(A, A)))", "1", {"A": "n,n"}), "invalid", "a"),
    (line("\u0000"), "invalid", "a"),
    (line("х^T"), "invalid", "a"),  # a Cyrillic look-alike
    (line("2 \u202ex^T"), "invalid", "a"),
    (line(r"\newcommand{\a}{\a\a}\a"), "invalid", "a"),
    (line("\ud800"), "invalid", "a"),
    (line("sum(x) + x_{1000000}", "sum(x)"), "invalid", "a"),  # too long a vector to try it on
    (line("diag(x) [n < 300]", "diag(x)"), "invalid", "a"),
    # not the student's part
    (line("1", "2 y^T"), "broken", "a"),
    (line("1", ""), "broken", "a"),
    (line("1", "x +"), "broken", "a"),
    (line("1", 5), "broken", "a"),
    (line("1", None), "broken", "a"),
    (line("1", "1", {"x": "n!"}), "broken", "a"),
    (line("1", "1", {"x": 5}), "broken", "a"),
    (line("1", "1", {"n": "n"}), "broken", "a"),
    (line("1", "1", {"": ""}), "broken", "a"),
    (line("1", "1", ["x"]), "broken", "a"),
    (line("1", "1", None), "broken", "a"),
    (line("1", "1", {}, domain="complex"), "broken", "a"),
    (line("1", "1", {}, domain=5), "broken", "a"),
    (line("x", "log(-exp(x))", {"x": ""}), "broken", "a"),
    (line("x", "sum(ones(1000000000))", {}), "broken", "a"),
    (line("x", "x", {"x": "1000000"}), "broken", "a"),
    ('{"id": "b", "student": "1", "reference": "1"}', "broken", "b"),
    ('{"id": "b", "variables": {}, "reference": "1"}', "broken", "b"),
    ('{"id": "b", "variables": {}, "student": "1"}', "broken", "b"),
    ('{"id": NaN, "variables": {}, "student": "1", "reference": "1"}', "broken", None),
    ('{"id": 1e999, "variables": {}, "student": "1", "reference": "1"}', "broken", None),
    ('{"id": "b", "variables": {}, "student": 1e999, "reference": "1"}', "invalid", "b"),
    ('{"id": "b", "variables": {}, "student": -1e999, "reference": "1"}', "invalid", "b"),
    ('{"id": "b", "variables": {}, "student": ' + "9" * 4500 + ', "reference": "1"}', "invalid", "b"),
    ('{"id": "b", "variables": {}, "student": "1", "reference": 1e999}', "broken", "b"),
    (line("1", "1", {"x": ""}, domain={"x": ["positive"]}), "broken", "a"),
    (line("1", "1", {"x": ""}, domain={"y": "positive"}), "broken", "a"),
    (line("1", "1", {"x": ""}, domain=[]), "broken", "a"),
    (line("1", "1", {"x": ""}, domain=0), "broken", "a"),
    (line("1", "1", {"x": ""}, domain=None), "correct", "a"),
    ('{"id": ["a"], "variables": {}, "student": "1", "reference": "1"}', "correct", ["a"]),
    ('{"id": "b", "id": "c", "variables": {}, "student": "1", "reference": "1"}', "correct", "c"),
    ('{"id": "b", "variables": {"x": "99999999999"}, "student": "x", "reference": "x"}', "broken", "b"),
    (
        '{"id": "b", "variables": {"x": "n"}, "domain": {"x": ["real"]}, "student": "x", "reference": "x"}',
        "broken",
        "b",
    ),
    (
        '{"id": "b", "variables": {"x": "n"}, "student": "' + "(" * 3000 + '", "reference": "x"}',
        "invalid",
        "b",
    ),
    ("", "broken", None),
    ("not json", "broken", None),
    ("[]", "broken", None),
    ("null", "broken", None),
    ('"text"', "broken", None),
    ("5", "broken", None),
    ("{", "broken", None),
    ("[" * 100_000, "broken", None),
    ('{"id": ' + "9" * 5000 + "}", "broken", None),
    ("x" * 300_000, "broken", None),
    ("\x00\x01\x02", "broken", None),
]


@pytest.mark.parametrize(("text", "outcome", "id"), LINES, ids=[repr(row[0])[:70] for row in LINES])
def test_line(text, outcome, id):
    start = time.process_time()
    told = judge_line(text)
    assert time.process_time() - start < 4
    assert list(told) == KEYS
    assert (told["outcome"], told["id"]) == (outcome, id), told["message"]
    assert (told["credit"] == 1) == (outcome == "correct") and told["message"]
    json.dumps(told, allow_nan=False)


def test_a_batch_of_all_of_them_runs_through_in_order(tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_bytes(
        b"\xff\xfe broken bytes\n" + "\n".join(row[0] for row in LINES).encode(errors="replace") + b"\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "graders.cli", "equal", "--batch", str(file)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    told = [json.loads(row) for row in done.stdout.splitlines()]
    assert done.returncode == 0 and done.stderr == ""
    assert [row["outcome"] for row in told] == ["broken", *(row[1] for row in LINES)]
    assert [row["id"] for row in told][1:] == [row[2] for row in LINES]


def test_a_line_that_is_far_too_long_is_passed_over_in_pieces(tmp_path, capsys):
    file = tmp_path / "pairs.jsonl"
    file.write_text("x" * 3_000_000 + "\n" + line("1", "1", {}) + "\n" + "x" * 3_000_000)
    tracemalloc.start()
    assert run(None, None, variables=[], batch=file) == 0
    assert tracemalloc.get_traced_memory()[1] < 4e6
    tracemalloc.stop()
    told = [json.loads(row)["outcome"] for row in capsys.readouterr().out.splitlines()]
    assert told == ["broken", "correct", "broken"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_verdicts_that_cannot_be_written_end_the_batch_with_a_sentence(tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_text(line("1", "1", {}) + "\n")
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "graders.cli", "equal", "--batch", str(file)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stderr.startswith("The verdicts cannot be written: ") and done.stderr.count("\n") == 1


def test_a_mark_of_the_byte_order_before_the_first_line_does_no_harm(tmp_path, capsys):
    file = tmp_path / "pairs.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + line("1", "1").encode() + b"\r\n")
    assert run(None, None, variables=[], batch=file) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "correct"


def test_evidence_and_its_form():
    told = judge_line(line("3 x^T"))
    assert told["evidence"]["method"] == "sampled" and told["evidence"]["points"] > 5
    differs = told["evidence"]["differs"]
    assert set(differs) == {"at", "student", "reference"} and differs["student"] != differs["reference"]
    assert judge_line(line())["evidence"] == {"method": "identical", "points": 0}
    assert judge_line(line("x^T + x^T"))["evidence"]["method"] == "proved"
    assert judge_line(line("(]"))["evidence"] is None


def test_the_same_line_gives_the_same_verdict_every_time():
    first, second = (
        judge_line(line("x^T w", "w^T w", {"x": "n", "w": "n"})),
        judge_line(line("x^T w", "w^T w", {"x": "n", "w": "n"})),
    )
    assert {**first, "ms": 0} == {**second, "ms": 0}


@pytest.mark.parametrize(
    ("options", "code", "fragment"),
    [
        ({"student": "2x'", "reference": "x' + x'", "variables": ["x:n"]}, 0, "correct"),
        ({"student": "2x", "reference": "x' + x'", "variables": ["x:n"]}, 0, "credit 0.5"),
        ({"student": "2x", "reference": "x' + x'", "variables": ["x"]}, 2, "NAME:SHAPE"),
        ({"student": None, "reference": None, "variables": []}, 2, "--batch"),
        ({"student": "z", "reference": "z", "variables": ["z:"]}, 0, "correct"),
    ],
)
def test_single(options, code, fragment, capsys):
    assert run(**options) == code
    out = capsys.readouterr()
    assert fragment in out.out + out.err


def test_single_as_json(capsys):
    assert run("2x", "2x'", variables=["x:n"], as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == KEYS and told["mistake"] == "layout"


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert run(None, None, variables=[], batch=tmp_path / "none.jsonl") == 2
    assert "none.jsonl" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("student", "reference", "outcome"),
    [
        ("det(kron(B,B))", "det(B)^(2n)", "correct"),
        ("inv(kron(B,C))", "kron(inv(B),inv(C))", "correct"),
        ("inv(kron(B,B)) + 10^-10 kron(B,B)", "kron(inv(B),inv(B))", "wrong"),
        ("exp(exp(exp(exp(t))))", "exp(exp(exp(exp(t)))) + 0*t", "correct"),
        ("exp(" * 20 + "z" + ")" * 20, "2z", "wrong"),
        ("sin(" + "e^{" * 30 + "z" + "}" * 30 + ")", "2z", "wrong"),
        ("2^2^2^2^2^2^2^z", "2z", "wrong"),
        ("(t+z+1)^60", "(t+z+1)^59*(t+z+1)", "correct"),
        ("B^100", "B^50 B^50", "correct"),
        ("sum_i sum_j sum_k B_ij*B_jk*B_ki", "tr(B^3)", "correct"),
        ("x^999 ⊙ x", "x^1000", "correct"),
        ("1/t - 1/t", "0", "correct"),
    ],
)
def test_heavy_formulas_are_judged_in_no_time(student, reference, outcome):
    variables = {"B": "n,n", "C": "n,n", "t": "", "z": "", "x": "n"}
    start = time.process_time()
    told = judge_line(line(student, reference, variables))
    assert told["outcome"] == outcome, told["message"]
    assert time.process_time() - start < 2


SIZES = [
    ("sum(x) + x_{10}", "sum(x)", "n = 11"),
    ("sum_{i=1}^{9} x_i", "sum(x)", "n = 10"),
    ("sum(x) [n < 12]", "sum(x)", "n = 13"),
    ("[n != 13] x^T", "x^T", "n = 13"),
    ("min(n, 20)", "n", "n = 21"),
]


@pytest.mark.parametrize(("student", "reference", "size"), SIZES)
def test_what_is_right_up_to_some_size_is_told_from_which_size_it_is_wrong(student, reference, size):
    answer = judge_line(line(student, reference))
    assert (answer["outcome"], answer["credit"]) == ("wrong", 0.0)
    assert f"It is right for some sizes of the dimensions, but not for ${size}$." in answer["message"]


def test_a_number_too_large_to_be_tried_against_a_dimension_is_told():
    answer = judge_line(line("diag(x) [n < 300]", "diag(x)"))
    assert (answer["outcome"], answer["credit"]) == ("invalid", 0.0)
    assert "tried at n = 301" in answer["message"]


def test_a_lone_case_is_told_to_have_no_other():
    said = judge_line(line("1 if t > 0", "[t > 0]", {"t": ""}))["message"]
    assert said.startswith("It says what the value is only where its condition holds. Add the other case")
    assert said.endswith("as in `…; 0 otherwise`.")  # which is the next step
    assert "only where its condition" not in judge_line(line("sqrt(t)", "t^2", {"t": ""}))["message"]


def test_an_answer_without_a_value_shows_none():
    said = judge_line(line("inv(x x^T)", "I"))["message"]
    assert said.startswith("It has no value at points") and "None" not in said
