"""Random trees are printed in every spelling and read back; random text is read or refused, and nothing else
happens.

A few hundred examples here; MATCALC_FUZZ=20000 for the long run.
"""

from __future__ import annotations

import contextlib
import os
import time

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matcalc_ref.language import (
    SCALAR,
    Node,
    Points,
    Refusal,
    Scope,
    evaluate,
    latex,
    numpy_code,
    pack,
    read,
    text,
    unpack,
)
from matcalc_ref.language.operations import add, number, power
from matcalc_ref.language.tree import apply
from tests.language.table import groups
from tests.language.trees import SCOPE, SIZES, formulas

EXAMPLES = int(os.environ.get("MATCALC_FUZZ", "300"))
FUZZ = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= 300,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)  # fmt: skip


def points(scope: Scope, sizes: dict[str, int]) -> Points:
    rng = np.random.default_rng(7)
    shapes = {name: (3, *(size.at(sizes) for size in shape)) for name, shape in scope.shapes.items()}
    values = {
        name: rng.uniform(0.3, 1.7, shape) * rng.choice([-1, 1, 1], shape) for name, shape in shapes.items()
    }
    return Points(sizes, values, 3)


POINTS = points(SCOPE, SIZES)


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal where both are finite and not huge: rounding may differ in the order of operations."""
    a, b = np.broadcast_arrays(a, b)
    fine = np.isfinite(a) & np.isfinite(b) & (np.abs(a) < 1e6) & (np.abs(b) < 1e6)
    return bool(np.allclose(a[fine], b[fine], rtol=1e-6, atol=1e-6))


def smooth(node: Node) -> bool:
    """Whether rounding cannot jump: no comparisons of values, no sign, no inverse close to singular."""
    jumps = {"gt", "ge", "lt", "le", "eq", "ne", "sign", "inv", "det", "matpow", "tan", "sec"}
    return not any(getattr(piece, "operation", "") in jumps for piece in node.walk())


def squeezed(written: str) -> str:
    """Without spaces, where none parts two words."""
    return written if " if " in written or "otherwise" in written else written.replace(" ", "")


@FUZZ
@given(formulas())
def test_fuzz_text_reads_back_to_the_same_tree(node: Node) -> None:
    for written in (text(node), text(node, ascii=True)):
        assert read(written, SCOPE) == node, written
        assert read(f"({written})", SCOPE) == node, written
        assert read(squeezed(written), SCOPE) == node, written


@FUZZ
@given(formulas())
def test_fuzz_latex_reads_back_to_the_same_value(node: Node) -> None:
    try:
        again = read(latex(node), SCOPE)
    except Refusal as refusal:
        assert "divides by zero" in refusal.message, latex(node)
        return
    assert again.shape == node.shape
    if smooth(node):
        assert same(evaluate(node, POINTS), evaluate(again, POINTS)), latex(node)


ONE_BY_ONE = apply("matmul", number(0), number(1))


@FUZZ
@given(formulas(depth=3))
@example(add(power(ONE_BY_ONE, -1), SCOPE.variable("z")))  # NumPy has no negative power of an integer
def test_fuzz_numpy_code_has_the_same_value(node: Node) -> None:
    code = numpy_code(node)
    first = {name: value[0] for name, value in POINTS.values.items()}
    names = {n: float(v[0, 0]) if SCOPE.shapes[n] == SCALAR else v for n, v in first.items()}
    with np.errstate(all="ignore"):
        try:
            value = eval(
                code, {"np": np, **SIZES, **names}
            )  # our own text: what the contract promises to callers
        except (ZeroDivisionError, OverflowError, np.linalg.LinAlgError):
            return
    assert np.ndim(value) == 2, code
    assert value.shape == tuple(size.at(SIZES) for size in node.shape), code
    if smooth(node) and not np.iscomplexobj(value):
        assert same(evaluate(node, POINTS)[0], np.asarray(value, dtype=float)), code


TYPED = [line.typed for name in ("spellings.txt", "printed.txt") for g in groups(name) for line in g.lines]
WORDS = sorted(
    {word for typed in TYPED for word in typed.split()}
    | set("()[]{}|‖^_'ᵀ⊙⊗⊘·@*/+-−=<>≤≥,;:&\\$.…1029xwzABXyinjkTeI")
)
TABLE_SCOPE = groups("spellings.txt")[0].scope


def quickly(written: str) -> None:
    spent = min(seconds(written) for _ in range(2))  # the second time, should the machine have paused
    assert spent < 1


def seconds(written: str) -> float:
    start = time.process_time()
    try:
        read(written, TABLE_SCOPE)
    except Refusal as refusal:
        assert refusal.message and "\n" not in refusal.message
        assert len(refusal.message) < 1200
        refusal.caret()
        assert refusal.at is None or 0 <= refusal.at[0] <= refusal.at[1] <= len(refusal.text) + 1
    return time.process_time() - start


@FUZZ
@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from(["", " "]))
def test_fuzz_words_in_any_order_are_read_or_refused(words: list[str], between: str) -> None:
    quickly(between.join(words))


@FUZZ
@given(st.text(max_size=60))
def test_fuzz_any_text_is_read_or_refused(written: str) -> None:
    quickly(written)


@FUZZ
@given(st.sampled_from(TYPED), st.integers(0, 60), st.integers(0, 8), st.sampled_from(WORDS))
def test_fuzz_damaged_spellings_are_read_or_refused(typed: str, at: int, cut: int, put: str) -> None:
    quickly(typed[:at] + put + typed[at + cut :])


KINDS = "list tuple dict array sympy int float function".split()
HEADS = (
    "Add Mul Pow MatMul Matrix Symbol Integer Rational Float MatrixSymbol Sum Piecewise Identity "
    "MatrixElement Heaviside Apply Derivative Transpose".split()
)


def trees(inner: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(lambda head, rest: {"sympy": [head, *rest]}, st.sampled_from(HEADS), inner)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KINDS), inner, max_size=1)
        | trees(st.lists(inner, max_size=4))
    ),
    max_leaves=12,
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


@FUZZ
@given(JSON)
def test_fuzz_hostile_data_is_read_or_refused(data: object) -> None:
    try:
        read(data, TABLE_SCOPE)
    except Refusal as refusal:
        assert refusal.message
    with contextlib.suppress(ValueError):
        unpack(data)


@FUZZ
@given(PLAIN)
def test_fuzz_packing_keeps_values(value: object) -> None:
    assert unpack(pack(value)) == value
