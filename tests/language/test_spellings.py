"""Every spelling of the table, and every answer as a course prints it, is read as it says or refused as it
says."""

from __future__ import annotations

import pytest

from matcalc_ref.language import Refusal, Scope, latex, numpy_code, read, show_shape, text
from matcalc_ref.language.explain import variables_of
from tests.language import page
from tests.language.table import Line, groups

ALL = [(g, line) for name in ("spellings.txt", "printed.txt") for g in groups(name) for line in g.lines]
READ = [
    pytest.param(g.scope, line, id=f"{g.title[:12]}: {line.typed}") for g, line in ALL if not line.sentence
]
REFUSED = [
    pytest.param(g.scope, line, id=f"{g.title[:12]}: {line.typed}") for g, line in ALL if line.sentence
]


@pytest.mark.parametrize(("scope", "line"), READ)
def test_read(scope: Scope, line: Line) -> None:
    node = read(line.typed, scope)
    assert text(node) == line.meaning
    assert show_shape(node.shape) == line.shape
    assert read(text(node), scope) == node
    assert read(text(node, ascii=True), scope) == node
    assert latex(node)
    assert numpy_code(node)


@pytest.mark.parametrize(("scope", "line"), REFUSED)
def test_refused(scope: Scope, line: Line) -> None:
    with pytest.raises(Refusal) as caught:
        read(line.typed, scope)
    refusal = caught.value
    assert refusal.message == line.sentence
    assert refusal.message.endswith((".", "?")) and "\n" not in refusal.message
    assert (refusal.text[slice(*refusal.at)] if refusal.at else "") == line.place
    assert refusal.choices == line.choices
    assert not refusal.at or "^" in refusal.caret().splitlines()[-1]


@pytest.mark.parametrize(("scope", "line"), [p for p in REFUSED if p.values[1].choices])
def test_every_choice_moves_on(scope: Scope, line: Line) -> None:
    """A spelling that is offered is read itself, or where only a piece was quoted, is at least no refusal of
    its form."""
    for choice in line.choices:
        whole = line.typed.replace(line.place, choice, 1) if line.place else choice
        for attempt in (choice, whole):
            try:
                read(attempt, scope)
                break
            except Refusal as refusal:
                last = refusal.message
        else:
            assert any(
                word in last
                for word in ("How large", "not known", "free here", "Which of these", "does not follow")
            ), last


@pytest.mark.parametrize("typed", ["\n  2 x^T\n", "2\tx^T", "2 x^T\r\n", "2 x^\n\tT"])
def test_tabs_and_new_lines_are_spaces(typed: str) -> None:
    assert text(read(typed, Scope({"x": "n"}))) == "2*xᵀ"


OPEN = [
    ("I", "n,n", "eye(n)"), ("−I", "n,n", "-eye(n)"), ("1⃗", "n", "ones(n)"), ("1⃗ᵀ", "1,n", "ones(n)ᵀ"),
    ("zI", "n,n", "z*eye(n)"), ("I/z", "n,n", "eye(n)/z"), ("1⃗ᵀ/n", "1,n", "ones(n)ᵀ/n"),
    ("−1⃗/z²", "n", "-ones(n)/z^2"), ("z1⃗", "n,n", "z*ones(n)"), ("[z,…,z]", "1,n", "z*ones(1, n)"),
    ("0⃗ᵀ", "1,n", "zeros(n)ᵀ"), ("I − 1⃗1⃗ᵀ/n", "n,n", "eye(n) - (ones(n) @ ones(n)ᵀ)/n"),
    ("0⃗", "m,n", "zeros(m, n)"), (r"J = {\mathbf 0}", "n,n", "zeros(n, n)"), ("0⃗", "n", "zeros(n)"),
    ("1⃗", "1,n", "ones(n)"), ("I", "n", "eye(n)"), ("[I I]", "n,2*n", "[eye(n), eye(n)]"),
    ("I", "m,n", None), ("g_j = w_j", "1,n", "entries(1, j:n, w_{j})"),
    ("g_j = w_j", "n", "entries(j:n, w_{j})"),
    ("H_{ij} = w_{i+j-1}", "m,n", "entries(i:m, j:n, w_{i + j - 1})"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "shape", "meaning"), OPEN)
def test_open_sizes_follow_the_shape_that_is_due(typed: str, shape: str, meaning: str | None) -> None:
    from matcalc_ref.language import shape_of

    scope = Scope(variables_of(["z:", "w:n", "A:m,n"]))
    if meaning is None:
        with pytest.raises(Refusal):
            read(typed, scope, shape_of(shape))
    else:
        assert text(read(typed, scope, shape_of(shape))) == meaning


POWERS_OF_T = [
    ("z^T", "z^(T)"), ("2^T", "2^(T)"), ("e^{-T}", "e^(-T)"), ("x^T x", None), ("e^(T)", None), ("A^T", None),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "choice"), POWERS_OF_T)
def test_a_power_of_a_number_called_T_is_no_transpose(typed: str, choice: str | None) -> None:
    scope = Scope(variables_of(["z:", "T:", "x:n", "A:m,n"]))
    if choice is None:
        read(typed, scope)
        return
    with pytest.raises(Refusal) as caught:
        read(typed, scope)
    assert choice in caught.value.choices
    read(choice, scope)


def test_a_small_t_that_is_not_declared_may_be_a_transpose() -> None:
    with pytest.raises(Refusal, match="`t` is not declared here; is a transpose meant") as caught:
        read("2x^t", Scope({"x": "n"}))
    assert caught.value.choices == ("x^T",)


IN_LINES = [
    ("2*z  # twice\n", "2*z"), ("# twice\n# or more\n2*z", "2*z"),
    ("[z t\n 1 2]", "[z, t; 1, 2]"), ("[1 2\n3 4]", "[1, 2; 3, 4]"),
    ("[z,\n t]", "[z, t]"), ("[z\nt]", None), ("z\n+ t", "z + t"), ("2z\n3z", None),
    ("[z, t\n1, 2]", "[z, t; 1, 2]"), ("[z, t\nt, z]", "[z, t; t, z]"), ("[z, t,\nt, z]", "[z, t, t, z]"),
    ("\\left[z, t\nt, z\\right]", "[z, t*t, z]"), ("1, z > 0\nt, z <= 0", None),
    ("[z, t]\n[z, t]", None), ("z\nt", None), ("z\r\nt", None), ("2 z\n(t + 1)", None), ("(z\nt)", "z*t"),
    ("z *\nt", "z*t"), ("z\n* t", "z*t"), ("sin\n(z)", "sin(z)"), ("\\frac{z}{2}\nt", "(z/2)*t"),
    ("1\n-\nz", None), ("t + 1\n-----\nz", None), ("  2\n z", None), ("1\n─\nz", None), ("⎡z  t⎤", None),
    (" -z\ne", None), ("   2\n -z\nt*e", None), ("  2z\n  + t", "2*z + t"),
    ("1 if z > 0\n0 otherwise", "{1 if [z > 0]; 0 otherwise}"),
    ("z if z > 0\nt if z <= 0\n", "{z if [z > 0]; t if [z <= 0]}"),
    ("if z > 0:\n    return z\nelse:\n    return t", "{z if [z > 0]; t otherwise}"),
    ("def f(z):\n    return 2*z", "2*z"), ("f = lambda z: 2*z", "2*z"),
    ("```latex\n2z\n```", "2*z"), ("```python\n2*z\n```\n", "2*z"), ("z t,\\quad", "z*t"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "meaning"), IN_LINES)
def test_formulas_in_several_lines(typed: str, meaning: str | None) -> None:
    scope = Scope({"z": "", "t": ""})
    if meaning is None:
        with pytest.raises(Refusal) as caught:
            read(typed, scope)
        assert "\n" not in caught.value.message
    else:
        assert text(read(typed, scope)) == meaning


IN_PLAIN_QUOTES = [  # where Python takes the beginning of a command for a character of its own
    ("\frac{1}{2} z", "(1/2)*z"), ("\theta z", "θ*z"), ("\beta z", "β*z"), ("\abs z", "abs(z)"),
    ("\rho z", "ρ*z"), ("\vec{x}^\top z", "xᵀ*z"), ("\nabla f = 2z", "2*z"), ("1[z \neq 0]", "[z != 0]"),
    ("z \ne θ", "[z != θ]"), ("z\ne = θ", None), ("\text{diag}(x)", "diag(x)"), ("\boxed{2x^{\top}}", "2*xᵀ"),
    ("\\left(z\right)^2", "z^2"), ("z \times x", "z*x"), ("z\tx", "z*x"), ("z\n+ β", "z + β"),
    ("z\nρ", None), ("\begin{bmatrix} z & θ \\end{bmatrix}", "[z, θ]"),
    ("\begin{bmatrix} z \\ θ \\end{bmatrix}", None),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "meaning"), IN_PLAIN_QUOTES)
def test_commands_in_plain_quotes(typed: str, meaning: str | None) -> None:
    scope = Scope(variables_of(["x:n", "z:", "θ:", "β:", "ρ:"]))
    if meaning is None:
        with pytest.raises(Refusal):
            read(typed, scope)
    else:
        assert text(read(typed, scope)) == meaning


def test_the_page_is_current() -> None:
    assert page.main(["--check"]) == 0


BAD_SCOPES = [
    ({"x": "n", "n": ""}, "dimension"),
    ({"x": "n", "x_": "n"}, "alike"),
    ({"W_1": "", "W1": ""}, "alike"),
    ({"θ": "", "theta": ""}, "alike"),
    ({"2x": ""}, "name"),
    ({"x y": ""}, "name"),
    ({"x": "a,b,c"}, "shape"),
    ({"x": "n^2"}, "size"),
]


@pytest.mark.parametrize(("variables", "word"), BAD_SCOPES)
def test_scopes_that_are_refused(variables: dict[str, str], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Scope(variables)
