"""`matcalc check`: an answer from the command line."""

import json

import pytest

from graders.referee.check_command import run

ROWS = [
    ("A05-07", ["dx=z ones(n)^T", "dz=sum(x)"], 0, "correct", 1),
    ("A05-07", ["z ones(n)^T", "sum(x)"], 0, "correct", 1),
    ("A05-07", ["dz=sum(x)"], 0, "wrong", 0.5),
    ("A05-07", ["dx=z ones(n)", "dz=n x"], 0, "wrong", 0.25),
    ("a05-07", ["dx=z ones(n)^T", "dz=sum(x)"], 0, "correct", 1),
    ("a05_97", ["sum(x)"], 2, "A05-07", None),
    ("A05", ["sum(x)"], 2, "A05 is a whole assignment; its exercises are A05-01 to A05-16.", None),
    ("A12-17", ["because"], 0, "pending", 0),
    ("A99-01", ["1"], 2, "no exercise", None),
    ("A05-07", ["1", "2", "3"], 2, "PART=ANSWER", None),
    ("A05-07", ["foo=1"], 2, "no part foo; its parts are dx, dz", None),
    ("A05-07", ["dx=z ones(n)^T", "foo = 1"], 2, "dx=ANSWER dz=ANSWER", None),
    ("A05-07", ["DX=1", "sum(x)"], 2, "no part DX", None),
    ("A05-07", ["dx=1", "dx=2"], 2, "given twice", None),
    ("A05-07", ["J_j=z", "sum(x)"], 0, "correct", 1),  # an equation, but by its entries
    ("A05-07", ["J_j = z", "np.sum(x, keepdims=True)"], 0, "correct", 1),
    ("A05-07", ["z ones(n)^T", "∂y/∂z = sum(x)"], 0, "correct", 1),
    ("A05-06", ["J = ones(n)^T"], 0, "correct", 1),  # one part: there is nothing to mix up
    ("A01-05", ["max(0, w x + b)"], 2, "as a file", None),
    ("A05-07", ["dx=@my.py"], 2, "all parts at once", None),
    ("A01-05", ["@/no/such/file.py"], 2, "cannot be read", None),
    ("A01-05", ["@/dev/zero"], 2, "larger than a megabyte", None),
    ("A05-06", ["ones(n)^T", "2"], 2, "one answer", None),
    ("A05-06", ["ones(n)^T"], 0, "correct", 1),
    ("A07-07", ['["v = A x - r", "2 v^T A"]'], 0, "correct", 1),  # a list, as the notebook has it
]


@pytest.mark.parametrize(("id", "answers", "code", "said", "credit"), ROWS)
def test_check(id, answers, code, said, credit, capsys):
    assert run(id, answers, as_json=True) == code
    told = json.loads(capsys.readouterr().out)
    if code:
        assert said in told["error"]
    else:
        assert (told["outcome"], told["credit"], told["id"]) == (said, credit, id.upper())
    assert run(id, answers) == code
    assert said in "".join(capsys.readouterr())


@pytest.mark.confinement
@pytest.mark.parametrize(
    ("source", "outcome", "said"),
    [
        ("def neuron(w, x, b):\n    return max(0.0, w @ x + b)\n", "correct", "Correct"),
        ("def neuron(w, x, b):\n    return w @ x + b\n", "wrong", ""),
        ("def other(): pass\n", "invalid", "neuron"),
        ("def neuron(w, x, b:\n", "invalid", "SyntaxError"),
        ("import os\nos._exit(0)\n", "invalid", "neuron"),
    ],
)
def test_code_runs_confined(source, outcome, said, tmp_path, capsys):
    from graders.referee.player import NoPlayer
    from graders.referee.players import open_players

    try:
        open_players().close()
    except NoPlayer as problem:
        pytest.skip(str(problem))
    file = tmp_path / "answer.py"
    file.write_text(source)
    assert run("A01-05", [f"@{file}"], as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["outcome"] == outcome and said in told["message"]


def test_a_kink_of_a_whole_batch_is_told_for_one_sample(capsys):
    run("A09-02", ["(2/N) (e ⊙ [z >= 0])^T X"])
    said = capsys.readouterr().out
    assert "differs only where $\\mathbf{w}^{\\top} \\mathbf{x}_{i} + b = 0$" in said
