"""What the article states, table by table, comes out as it states it (corrected where its text is wrong)."""

from __future__ import annotations

import pytest

from matcalc_ref.language import Scope, latex, read, text
from matcalc_ref.rewriting.normal import normal
from tests.derive.hands import confirm, derived

WX = {"w": "n", "x": "n"}
XZ = {"x": "n", "z": ""}
NEURON = {"w": "n", "x": "n", "b": ""}
LOSS = {"X": "N,n", "w": "n", "b": "", "y": "N"}
BATCH = {"X": "N,n", "W": "m,n", "b": "m", "Y": "N,m"}
DEEP = {"V": "k,m", "c": "k", "W": "m,n", "b": "m", "x": "n", "t": "k"}

# section, f, wrt, variables, the derivative
STATED = [
    # 2: the scalar rules
    ("2", "99", "x", {"x": ""}, "0"),
    ("2", "3 x", "x", {"x": ""}, "3"),
    ("2", "x^3", "x", {"x": ""}, "3 x^2"),
    ("2", "x^2 + 3 x", "x", {"x": ""}, "2 x + 3"),
    ("2", "x^2 - 3 x", "x", {"x": ""}, "2 x - 3"),
    ("2", "x^2 x", "x", {"x": ""}, "3 x^2"),
    ("2", "x^2 sin(x)", "x", {"x": ""}, "2 x sin(x) + x^2 cos(x)"),
    ("2", "ln(x^2)", "x", {"x": ""}, "2/x"),
    ("2", "9 (x + x^2)", "x", {"x": ""}, "9 + 18 x"),
    ("2", "x/(1 + x^2)", "x", {"x": ""}, "(1 - x^2)/(1 + x^2)^2"),
    # 3, 4: partial derivatives, gradients, Jacobians
    ("3", "3 x^2 y", "x", {"x": "", "y": ""}, "6 x y"),
    ("3", "3 x^2 y", "y", {"x": "", "y": ""}, "3 x^2"),
    ("3", "2 x + y^8", "y", {"x": "", "y": ""}, "8 y^7"),
    ("4", "3 x_1^2 x_2", "x", {"x": "2"}, "[6 x_1 x_2, 3 x_1^2]"),
    ("4", "[3 x_1^2 x_2; 2 x_1 + x_2^8]", "x", {"x": "2"}, "[[6 x_1 x_2, 3 x_1^2], [2, 8 x_2^7]]"),
    ("4.1", "x", "x", {"x": "n"}, "eye(n)"),
    ("4.1", "A x", "x", {"A": "m,n", "x": "n"}, "A"),
    ("4.1", "x^T x", "x", {"x": "n"}, "2 x^T"),
    ("4.1", "x^T Q x", "x", {"x": "n", "Q": "n,n"}, "x^T (Q + Q^T)"),
    # 4.2, 8.2: element-wise binary operators
    ("4.2", "w + x", "w", WX, "eye(n)"),
    ("4.2", "w + x", "x", WX, "eye(n)"),
    ("4.2", "w - x", "w", WX, "eye(n)"),
    ("4.2", "w - x", "x", WX, "-eye(n)"),
    ("4.2", "w ⊗ x", "w", WX, "diag(x)"),
    ("4.2", "w ⊗ x", "x", WX, "diag(w)"),
    ("4.2", "w ⊘ x", "w", WX, "diag(1 ⊘ x)"),
    ("4.2", "w ⊘ x", "x", WX, "diag(-w ⊘ x.^2)"),
    ("4.2", "w + x + 1", "w", WX, "eye(n)"),
    ("4.2", "max(w, x)", "w", WX, "diag([w > x])"),
    ("4.2", "max(w, x)", "x", WX, "diag([x > w])"),
    ("4.2", "[w > x]", "w", WX, "zeros(n, n)"),
    ("4.2", "w ⊗ w", "w", {"w": "n"}, "diag(2 w)"),
    ("4.2", "w.^x", "w", WX, "diag(x ⊗ w.^(x - 1))"),
    ("4.2", "w.^x", "x", WX, "diag(w.^x ⊗ ln(w))"),
    ("4.2", "(B w) ⊗ x", "w", {**WX, "B": "n,n"}, "diag(x) B"),
    # 4.3, 8.3: scalar expansion
    ("4.3", "x + z", "x", XZ, "eye(n)"),
    ("4.3", "x + z", "z", XZ, "ones(n)"),
    ("4.3", "x z", "x", XZ, "z eye(n)"),
    ("4.3", "x z", "z", XZ, "x"),
    ("4.3", "x/z", "x", XZ, "eye(n)/z"),
    ("4.3", "x/z", "z", XZ, "-x/z^2"),
    ("4.3", "x sum(x)", "x", {"x": "n"}, "sum(x) eye(n) + x ones(n)^T"),
    # 4.4, 8.4: sums
    ("4.4", "sum(x)", "x", {"x": "n"}, "ones(n)^T"),
    ("4.4", "sum(x z)", "x", XZ, "z ones(n)^T"),
    ("4.4", "sum(x z)", "z", XZ, "sum(x)"),
    ("4.4", "sum(x + z)", "x", XZ, "ones(n)^T"),
    ("4.4", "sum(x + z)", "z", XZ, "n"),
    ("4.4", "sum(w + x)", "w", WX, "ones(n)^T"),
    ("4.4", "mean(x)", "x", {"x": "n"}, "ones(n)^T/n"),
    ("4.4", "sum(B x)", "x", {"B": "m,n", "x": "n"}, "ones(m)^T B"),
    ("4.4", "x^T w", "x", WX, "w^T"),
    # 4.5, 8.5: the chain rules
    ("4.5.1", "sin(x^2)", "x", {"x": ""}, "2 x cos(x^2)"),
    ("4.5.1", "ln(sin(x^3)^2)", "x", {"x": ""}, "6 x^2 cos(x^3)/sin(x^3)"),
    ("4.5.2", "x + x^2", "x", {"x": ""}, "1 + 2 x"),
    ("4.5.2", "sin(x + x^2)", "x", {"x": ""}, "cos(x + x^2) (1 + 2 x)"),
    ("4.5.2", "x x^2", "x", {"x": ""}, "3 x^2"),
    ("4.5.3", "[ln(x^2); sin(3 x)]", "x", {"x": ""}, "[2/x; 3 cos(3 x)]"),
    ("4.5.3", "exp(sin(x))", "x", {"x": "n"}, "diag(exp(sin(x)) ⊗ cos(x))"),
    ("4.5.3", "sigmoid(A x)", "x", {"A": "m,n", "x": "n"}, "diag(sigmoid(A x) ⊗ (1 - sigmoid(A x))) A"),
    # 5: the neuron
    ("5", "sum(w ⊗ x)", "w", WX, "x^T"),
    ("5", "w · x + b", "w", NEURON, "x^T"),
    ("5", "w · x + b", "b", NEURON, "1"),
    ("5", "max(0, z)", "z", {"z": ""}, "[z > 0]"),
    ("5", "max(0, x)", "x", {"x": "n"}, "diag([x > 0])"),
    ("5", "max(0, w · x + b)", "w", NEURON, "[w · x + b > 0] x^T"),
    ("5", "max(0, w · x + b)", "b", NEURON, "[w · x + b > 0]"),
    # 6: the loss
    ("6", "(1/N) sum((y - max(0, X w + b)).^2)", "w", LOSS, "(2/N) ([X w + b > 0] ⊗ (X w + b - y))^T X"),
    ("6", "(1/N) sum((y - max(0, X w + b)).^2)", "b", LOSS, "(2/N) sum([X w + b > 0] ⊗ (X w + b - y))"),
    ("6", "(1/N) sum((y - X w - b).^2)", "w", LOSS, "-(2/N) (y - X w - b)^T X"),
    # beyond: layers, batches, softmax
    ("", "W x + b", "W", DEEP, "kron(eye(m), x^T)"),
    ("", "max(0, W x + b)", "W", DEEP, "kron(diag([W x + b > 0]), x^T)"),
    (
        "",
        "(1/N) norm(Y - relu(X W^T + ones(N) b^T))^2",
        "W",
        BATCH,
        "(2/N) ([X W^T + ones(N) b^T > 0] ⊗ (X W^T + ones(N) b^T - Y))^T X",
    ),
    ("", "norm(V tanh(W x + b) + c - t)^2", "V", DEEP, "2 (V tanh(W x + b) + c - t) tanh(W x + b)^T"),
    (
        "",
        "norm(V tanh(W x + b) + c - t)^2",
        "W",
        DEEP,
        "2 ((V^T (V tanh(W x + b) + c - t)) ⊗ (1 - tanh(W x + b).^2)) x^T",
    ),
    (
        "",
        "x + sigmoid(B x)",
        "x",
        {"B": "n,n", "x": "n"},
        "eye(n) + diag(sigmoid(B x) ⊗ (1 - sigmoid(B x))) B",
    ),
    ("", "softmax(z)", "z", {"z": "k"}, "diag(softmax(z)) - softmax(z) softmax(z)^T"),
    ("", "ln(sum(exp(z)))", "z", {"z": "k"}, "exp(z)^T/sum(exp(z))"),
    ("", "-sum(t ⊗ ln(softmax(z)))", "z", {"z": "k", "t": "k"}, "(sum(t) softmax(z) - t)^T"),
    ("", "x - sum(x)/n", "x", {"x": "n"}, "eye(n) - ones(n) ones(n)^T/n"),
    ("", "x/norm(x)", "x", {"x": "n"}, "eye(n)/norm(x) - x x^T/norm(x)^3"),
    ("", "norm(x)", "x", {"x": "n"}, "x^T/norm(x)"),
    ("", "tr(A A^T)", "A", {"A": "m,n"}, "2 A"),
    ("", "ln(det(M))", "M", {"M": "n,n"}, "inv(M)^T"),
    ("", "w^T inv(M) x", "M", {"M": "n,n", **WX}, "-inv(M)^T w x^T inv(M)^T"),
    ("", "sum(W ⊗ X)", "W", {"W": "m,n", "X": "m,n"}, "X"),
    ("", "conv(s, f)", "f", {"s": "m", "f": "k"}, "H_{ij} = s_{i+j-1}"),
    ("", "conv(s, f)", "s", {"s": "m", "f": "k"}, "T_{ij} = f_{j-i+1}"),
]
POSITIVE = ("ln", "log", ".^x")
IDS = [f"{section or 'beyond'}: {f} by {wrt}" for section, f, wrt, _, _ in STATED]


@pytest.mark.parametrize(("section", "f", "wrt", "variables", "stated"), STATED, ids=IDS)
def test_statement(section: str, f: str, wrt: str, variables: dict[str, str], stated: str) -> None:
    scope = Scope(variables)
    result = derived(f, wrt, variables).result
    expected = read(stated, scope, expect=result.shape)
    assert result.shape == expected.shape
    assert normal(result) == normal(expected), text(result)
    assert normal(read(text(result), scope, expect=result.shape)) == normal(result), "the text reads back"
    assert latex(result)


@pytest.mark.parametrize(("section", "f", "wrt", "variables", "stated"), STATED, ids=IDS)
def test_statement_in_numbers(section: str, f: str, wrt: str, variables: dict[str, str], stated: str) -> None:
    if "conv" in f or "det" in f:
        variables = {
            name: {"m": "5", "k": "3", "n,n": "2,2"}.get(shape, shape) for name, shape in variables.items()
        }
    scope = Scope(variables)
    expression = read(f, scope)
    if "[w > x]" not in f and "det" not in f:
        confirm(
            expression, scope.variable(wrt), positive=any(p in f for p in POSITIVE), automatic="conv" not in f
        )


def test_sum_over_samples() -> None:
    variables = {"X": "N,n", "w": "n", "b": "", "y": "N"}
    scope = Scope(variables, samples={"x": "X"})
    loss = "(1/N) sum_i (y_i - max(0, w · x_i + b))^2"
    by_w = derived(loss, "w", variables, {"x": "X"}).result
    assert normal(by_w) == normal(read("(2/N) sum_i [w · x_i + b > 0] (w · x_i + b - y_i) x_i^T", scope))
    by_b = derived(loss, "b", variables, {"x": "X"}).result
    assert normal(by_b) == normal(read("(2/N) sum_i [w · x_i + b > 0] (w · x_i + b - y_i)", scope))
    for name in ("w", "b"):
        confirm(read(loss, scope), scope.variable(name), automatic=False)


@pytest.mark.parametrize(
    ("f", "wrt", "variables", "hessian"),
    [
        ("3 x_1^2 x_2", "x", {"x": "2"}, "[[6 x_2, 6 x_1], [6 x_1, 0]]"),
        ("x^T Q x", "x", {"x": "n", "Q": "n,n"}, "Q + Q^T"),
        ("ln(sum(exp(z)))", "z", {"z": "k"}, "diag(exp(z))/sum(exp(z)) - exp(z) exp(z)^T/sum(exp(z))^2"),
        ("(1/N) sum((X w - y).^2)", "w", {"X": "N,n", "w": "n", "y": "N"}, "(2/N) X^T X"),
        ("(1/N) sum(max(0, X w).^2)", "w", {"X": "N,n", "w": "n"}, "(2/N) X^T diag([X w > 0]) X"),
        ("sin(x^2)", "x", {"x": ""}, "2 cos(x^2) - 4 x^2 sin(x^2)"),
        ("sum(x)^3", "x", {"x": "n"}, "6 sum(x) ones(n) ones(n)^T"),
    ],
)
def test_second_derivative(f: str, wrt: str, variables: dict[str, str], hessian: str) -> None:
    from matcalc_ref.derive import derive

    scope = Scope(variables)
    x = scope.variable(wrt)
    first = derive(read(f, scope), x).result
    second = confirm(first, x, automatic=False).result
    assert normal(second) == normal(read(hessian, scope)), text(second)


def test_one_weight_of_a_layer() -> None:
    """∂z_i/∂W_jk is x_k if i = j, else 0 (beyond the article; asked for by its readers)."""
    variables = {"W": "m,n", "x": "n"}
    scope = Scope(variables)
    from matcalc_ref.derive import derive
    from matcalc_ref.language.operations import matmul, mul, number
    from matcalc_ref.language.tree import Entry, Index, apply

    i, j, k = (Index(name) for name in "ijk")
    z_i = Entry(matmul(scope.variable("W"), scope.variable("x")), i, number(1))
    by_entry = derive(z_i, Entry(scope.variable("W"), j, k)).result
    assert normal(by_entry) == normal(mul(apply("eq", i, j), Entry(scope.variable("x"), k, None)))


def test_gradient_by_several_numbers() -> None:
    scope = Scope({"x": "", "y": ""})
    from matcalc_ref.derive import derive

    found = derive(read("3 x^2 y", scope), [scope.variable("x"), scope.variable("y")])
    assert normal(found.result) == normal(read("[6 x y, 3 x^2]", scope))
