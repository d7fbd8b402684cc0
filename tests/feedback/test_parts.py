"""Parts that build on one another, what counts of a returned value, and a wrong side at a kink."""

import numpy as np
import pytest

from graders.compare.calls import calls
from graders.feedback import judge
from graders.referee.player import Reply as OwnReply
from matcalc_ref.catalogue import exercise, exercises
from matcalc_ref.language import pack, unpack
from tests.laws.laws import judged, right_answer

CARRIED = [
    ("A07-03", {"Jf": "[[g_2, g_1], [1, 2]]", "Jg": "[[2x_1x_2, x_1^2], [1, 1]]",
                "J": "[[g_2, g_1], [1, 2]] [[2x_1x_2, x_1^2], [1, 1]]"}, "J"),
    ("A07-09", {"row": "[16, 12]", "column": "[8; 3]", "product": "164"}, "product"),
    ("A09-04", {"z": "[1.5; 2.5; -1.5]", "C": "1.5/3", "dw": "[-1/3, -1/3]", "db": "0"}, "db"),
    ("A11-03", {"df": 6, "dd": 2, "dc": 2, "de": 2, "da": -4, "db": 4}, "da"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "answer", "part"), CARRIED)
def test_a_later_part_may_go_on_from_a_wrong_earlier_one(id, answer, part):
    verdict = judge(exercises()[id], pack(answer))
    first = next(v for v in verdict.parts.values() if v.outcome == "wrong")
    assert first.credit < 1 and verdict.parts[part].credit == 1 and "your own" in verdict.parts[part].message


TRAINED = [
    ("untouched", lambda X, y: ..., "Nothing here yet"),
    ("zeros", lambda X, y: (np.zeros((3, 1)), np.zeros(3), np.zeros(3), 0.0), "loss on this data"),
    ("shapes", lambda X, y: (np.zeros((3, 1)), np.zeros(3), np.zeros(2), 0.0), "do not fit"),
    ("nan", lambda X, y: (np.full((3, 1), np.nan), np.zeros(3), np.zeros(3), 0.0), "loss on this data"),
    ("text", lambda X, y: "a loss of 0", "did not return"),
]


@pytest.mark.parametrize(("function", "said"), [row[1:] for row in TRAINED], ids=[row[0] for row in TRAINED])
def test_a_measure_decides_where_many_values_are_right(function, said):
    def ask(handle, arguments):
        return OwnReply(pack(function(*map(unpack, arguments))))

    verdict = judge(exercises()["P01-05"], {"function": "trained", "handle": 0}, ask=ask)
    assert verdict.outcome == ("invalid" if said.startswith("Nothing") else "wrong")
    assert verdict.credit == 0 and said in verdict.message


def test_weights_that_were_trained_at_home_do_not_fit_the_data_of_a_course():
    exercise = exercises()["P01-05"]
    part = exercise.parts[0]
    at_home = [part.key(*call.arguments()) for call in calls(exercise, part, b"home")]
    for call in calls(exercise, part, b"course"):
        assert all(part.signature.measure(weights, *call.arguments()) is not True for weights in at_home)
        assert part.signature.measure(part.key(*call.arguments()), *call.arguments()) is True


def test_a_wrong_side_at_a_kink_is_not_called_transposed():
    verdict = judge(exercises()["A08-07"], pack({"J": "diag([x >= 0])", "value": "diag([0; 1; 0; 1])"}))
    assert verdict.parts["J"].mistake != "layout" and verdict.parts["J"].credit == 0


SHAPES = [
    (
        "A10-03",
        "shape",
        ("m,m*n", "m,mn", "m x mn", "m × m n", "(m, nm)", "m,m⋅n", "m \\times mn", ("m", "mn")),
    ),
    ("A12-12", "needed", ("n+1,1", "(n+1)x1", "(n+1)×1", "(n+1) by 1", "((n+1), 1)")),
    ("A12-12", "written", ("1,n+1", "1 x (n+1)", "1×(n+1)", "(1, n+1)")),
]


@pytest.mark.parametrize(("id", "part", "spelling"), [(i, p, s) for i, p, each in SHAPES for s in each])
def test_a_shape_is_read_as_people_write_it(id, part, spelling):
    others = {other.name: ... for other in exercises()[id].parts}
    verdict = judge(exercises()[id], pack({**others, part: spelling}))
    assert verdict.parts[part].outcome == "correct", verdict.parts[part].message


CARRIES = [
    # one slip, and what follows from it
    ("A07-04", {"dydu": "ones(n)^T", "dudw": "diag(w)", "dydw": "w^T"}, [1, 0, 1]),
    ("A07-04", {"dydu": "u^T", "dudw": "diag(x)", "dydw": "u^T diag(x)"}, [0, 1, 1]),
    ("A03-10", {"dw": "[[w_1, 0], [0, w_2]]", "dx": "[[w_1, 0], [0, w_2]]",
                "stacked": "[[w_1, 0, w_1, 0], [0, w_2, 0, w_2]]"}, [0, 1, 1]),
    # another shape than the right answer's was there to be seen
    ("A07-04", {"dydu": "n", "dudw": "x", "dydw": "n*x"}, [0, 0, 0]),
    ("A07-04", {"dydu": "1", "dudw": "diag(w)", "dydw": "diag(w)"}, [0, 0, 0]),
    ("A03-10", {"dw": "[x_1; x_2]", "dx": "[w_1; w_2]", "stacked": "[[x_1, w_1], [x_2, w_2]]"}, [0, 0, 0]),
    # nothing right to go on from, and no mistake that one makes
    ("A07-04", {"dydu": "w^T", "dudw": "eye(n)", "dydw": "w^T"}, [0, 0, 0]),
    ("A09-04", {"z": "[0; 0; 0]", "C": "3", "dw": "[0, 0]", "db": "0"}, [0, 0, 0, 0]),
    # a wrong choice costs itself, with what follows from it, and only that
    ("A06-01", {"u": "a", "du": "cos(x)", "dy_du": "2u", "dy": "2sin(x)cos(x)"}, [0, 1, 1, 1]),
    ("A06-01", {"u": "a", "du": "cos(x)", "dy_du": "2u", "dy": "2 u cos(x)"}, [0, 1, 1, 1]),
    ("A06-01", {"u": "a", "du": "cos(x)", "dy_du": "u", "dy": "u cos(x)"}, [0, 1, 0, 1]),
    ("A06-01", {"u": "a", "du": "1", "dy_du": "1", "dy": "1"}, [0, 0, 0, 0]),
    ("A06-01", {"u": "b", "du": "cos(x)", "dy_du": "2u", "dy": "2sin(x)cos(x)"}, [1, 0, 0, 0]),
    ("A06-02", {"links": "a", "d1": "3x^2", "d2": "2u1", "d3": "cos(u2)", "d4": "1/u3",
                "dy": "3x^2 * 2u1 * cos(u2)/u3"}, [0, 1, 1, 1, 1, 1]),
    ("A06-02", {"links": "a", "d1": "3x^2", "d2": "cos(u1)", "d3": "2 u2", "d4": "1/u3",
                "dy": "6 x^2 cos(x^3)/sin(x^3)"}, [0, 1, 1, 1, 1, 1]),
]  # fmt: skip


@pytest.mark.parametrize(("id", "answer", "credits"), CARRIES)
def test_what_follows_from_a_slip_costs_nothing_more(id, answer, credits):
    verdict = judge(exercise(id), pack(answer))
    assert [part.credit for part in verdict.parts.values()] == credits, verdict.message
    assert verdict.credit < 1


FROM_NOTEBOOKS = [  # exercise, answer, outcome, credit, mistake, words of the message
    # what is carried on has kinks as well: an earlier part that is right excuses no ≥ later
    ("A10-07", {"db": "g ⊙ [z > 0]^T", "dW": "(g^T ⊙ [z >= 0]) x^T", "dx": "(g ⊙ [z >= 0]^T) W"},
     "wrong", 1 / 3, None, "write $>$"),
    ("A10-07", {"db": "g ⊙ [z >= 0]^T", "dW": "(g^T ⊙ [z >= 0]) x^T", "dx": "(g ⊙ [z >= 0]^T) W"},
     "wrong", 2 / 3, None, "write $>$"),
    # where x may be negative, |x| is not x
    ("A01-10", "2/x", "correct", 1, None, ""),
    ("A01-10", "2/|x|", "wrong", 0, None, ""),
    ("A01-10", "2 sign(x)/x", "wrong", 0, None, ""),
    # a right last line with names that are to be replaced
    ("A11-05", ["exp(-z)/(1 + exp(-z))^2", "s*(1 - s)"], "correct", 1, None, ""),
    ("A11-05", ["-1/(1 + exp(-z))^2*(-exp(-z))", "exp(-z)/(1+exp(-z))^2"],
     "wrong", 0.5, "unfinished", "in $s$ alone"),
    ("A11-05", ["-1/(1 + exp(-z))^2*(-exp(-z))", "s - s^2"], "correct", 1, None, ""),
    ("A06-01", {"u": "b", "du": "2x", "dy_du": "cos(u)", "dy": "cos(u)*2x"},
     "wrong", 0.875, None, "in $x$ alone"),
    # which mistake, and what it still earns
    ("A04-12", {"dw": "diag(x ⊗ w.^(x+1))", "dx": "diag(w.^x ⊗ ln(w))"}, "wrong", 0.5, None, "other values"),
    ("A02-04", "[6x, 3x^2]", "wrong", 0.5, None, ""),
    ("A12-15", "b", "wrong", 0.5, None, ""),
    # ties of two variables count in no order and no spelling
    ("A04-09", {"dw": "diag([w >= x])", "dx": "I - diag([w > x])", "value": "diag(1,0,1)"},
     "correct", 1, None, ""),
    ("A04-09", {"dw": "diag([w > x])", "dx": "diag([x - w >= 0])", "value": "diag(1,0,1)"},
     "correct", 1, None, ""),
    # a mistake beside a wrong side of a kink; no cause is made up for a 0, nor for what is wrong everywhere
    ("A08-04", "[z <= 0] x^T", "wrong", 0, None, "cases are swapped"),
    ("A08-04", "-[z >= 0] x^T", "wrong", 0, "sign", ""),
    ("A01-11", "(1 - x^2)/(1 + x^4)", "wrong", 0, "power-of-sum", "The power of a sum"),
    ("A01-11", "0", "wrong", 0, "zero", "does contain"),
    ("A08-05", "[z > 1]", "wrong", 0, None, "answer. It is right where"),
    # against the student's own earlier part
    ("A09-01", {"dudw": "x^T", "dvdw": "-x^T", "dcdv": "2v", "dcdw": "2 v x^T"},
     "wrong", 0.5, None, "The sign is wrong"),
    # four digits, where four are asked for
    ("A09-04", {"z": "[1.5; 2.5; -1.5]", "C": "1.167", "dw": "[1, 1]", "db": "9"}, "wrong", 0.4167, None, ""),
]  # fmt: skip


COMMON = [  # exercise, part, answer, mistake, words of the message: what needs no list in a record
    ("A02-01", "dx", "6 x^2 y", "exponent-kept", "lowers the exponent"),
    (
        "A02-07",
        "gradient",
        "[y^2, 2 x y + z sin(y z), y sin(y z)]",
        "function",
        "$(1,2)$, $(1,3)$; the other",
    ),
    ("A03-06", "J", "[[x_2, -x_1, 0], [0, x_3, -x_2]]", "sign", "entries $(1,2)$, $(2,3)$"),
    ("A03-06", "J", "[[x_2, -x_1, 0], [0, x_3, x_2^2]]", None, "entries $(1,2)$, $(2,3)$"),
    ("A07-01", "dydx", "[2/x; -3 cos(3x)]", "sign", "entry $(2,1)$; the other is right"),
    ("A08-06", "answer", "[z < 0] w^T", "condition-turned", "turned round"),
    ("A08-11", "slope", "[z > 0] - alpha [z <= 0]", "term-sign", "the wrong sign"),
    ("A02-02", "dy", "3 x^2 y^2", "PAR-26", "you raised it"),
    ("A02-04", "gradient", "[6 x y, 3 x]", "exponent", "$(1,2)$; the other is right"),
    ("A02-09", "dw1", "w_1 x_1", "term-not-differentiated", "not yet differentiated"),
    ("A06-07", "direct", "x", "factor-kept", "factor that stands still"),
    ("A06-07", "via", "u1", "factor-kept", "factor that stands still"),
    ("A06-09", "f1", "sin(u1)", "factor-kept", "factor that stands still"),
    ("A06-09", "f2", "u2", "factor-kept", "factor that stands still"),
    ("A06-08", "dy", "0", "zero", "Not 0"),
    ("A09-02", "answer", "(2/n) sum_i [z_i > 0] e_i x_i^T", "count-other", "the size that counts"),
    ("A09-02", "answer", "-(2/N) sum_i [z_i > 0] e_i x_i^T", "LOS-03", "how many minus signs meet"),
    ("A09-03", "answer", "(2/n) sum_i [z_i > 0] e_i", "count-other", "the size that counts"),
    ("A09-03", "answer", "mean(e)", "average-error", "Two things are missing"),
    ("A12-07", "answer", "(2/n) sum_i [z_i > 0] x_i x_i^T", "count-other", "the size that counts"),
    ("P01-01", "dv", "(2/h) e^T A", "count-other", "the size that counts"),
    ("A10-04", "db", "g/m", "count-divided", "a division by $m$ too many"),
    ("A05-07", "dz", "sum(x)/n", "count-divided", "a division by $n$ too many"),
    ("A05-08", "dz", "2", None, "not equal"),
    ("A08-01", "answer", "3 x^T + w^T", None, "with respect to input $j$"),
    ("A03-08", "dx", "[2; 3]", None, "the derivative of output $i$"),
    ("A10-03", "J", "I ⊗ x^T", None, "`kron(A, B)`"),
    # a sum that ends too early where the signal is long beside the weights
    ("A12-04", "dw", "d_j = sum_{i=1}^{m} g_i s_{i+j-1}", None, "not for $m = 2$, $n = 9$"),
    ("A12-04", "dw", "d_j = sum_{i=1}^{m+2} g_i s_{i+j-1}", None, "not for $m = 2$, $n = 9$"),
    ("A12-04", "dw", "d_j = sum_{i=1}^{20} g_i s_{i+j-1}", None, "right for some sizes"),
    ("A12-04", "ds", "d_j = sum_{i=1}^{m} g_i w_{j-i+1}", None, "not for $m = 2$, $n = 9$"),
    ("A12-02", "answer", "H_{ij} = s_{i+j-1} [i <= m]", None, "other values"),
    ("A12-03", "answer", "T_{ij} = w_{j-i+1} [i <= 12]", None, "right for some sizes"),
    # the name of another part, with the formula still to be written
    ("P01-02", "dW", "dZ^T X", None, "`dZ` is another part of your answer"),
    ("A06-05", "dy", "direct + via du1", None, "`direct` is another part of your answer"),
    ("A02-08", "estimate", "gradient [0.01; 0]", None, "`gradient` is another part"),
    ("A05-07", "dx", "z 1⃗^T dx", None, "Leave the differential `dx` out"),
    # a number is a derivative's only where one is differentiated
    ("A01-02", "value", "4", None, "not the value"),
    ("A01-15", "right", "1", None, "not the value"),
    ("A06-10", "slope", "1.5", None, "not the value"),
    ("A11-03", "da", "8", None, "not the value"),
    # shapes that count outputs and inputs, and shapes that do not
    ("A12-12", "written", "n,1", None, "Count its rows"),
    ("A01-15", "diag", "1,1", None, "Count its rows"),
    ("A01-15", "nabla", "2,2", None, "Rows count outputs"),
    ("A07-02", "dfdg", "5,5", None, "Rows count outputs"),
]


@pytest.mark.parametrize(("id", "part", "answer", "mistake", "words"), COMMON)
def test_what_students_often_do_is_named(id, part, answer, mistake, words):
    asked = exercise(id)
    answers = {other.name: right_answer(asked, other) for other in asked.parts} | {part: answer}
    verdict = judged(asked, answers).parts[part]
    assert (verdict.mistake, verdict.credit < 1) == (mistake, True), verdict.message
    assert words in verdict.message


def test_an_estimate_goes_on_from_a_wrong_gradient():
    verdict = judge(exercise("A02-08"), pack({"gradient": "[6, 3]", "estimate": 0.06}))
    assert verdict.parts["estimate"].credit == 1 and verdict.parts["gradient"].credit < 1


@pytest.mark.parametrize(("id", "answer", "outcome", "credit", "mistake", "words"), FROM_NOTEBOOKS)
def test_exercises_of_the_course(id, answer, outcome, credit, mistake, words):
    verdict = judge(exercise(id), pack(answer))
    assert mistake in (None, verdict.mistake)
    assert verdict.outcome == outcome, verdict.message
    assert verdict.credit == pytest.approx(credit, abs=1e-3), verdict.message
    assert words in verdict.message
