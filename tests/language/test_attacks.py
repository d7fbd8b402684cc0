"""Whatever the text or the object, reading it runs nobody's code, raises nothing but Refusal, and is quick
and small."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import numpy as np
import pytest
import sympy as sp

from matcalc_ref.language import Points, Refusal, Scope, evaluate, pack, read
from matcalc_ref.language.explain import explain

SCOPE = Scope({"x": "n", "w": "n", "z": "", "A": "m,n", "B": "n,n", "X": "N,n", "y": "N"})
CODE = [
    "__import__('os').system('touch /tmp/ATTACK')", "().__class__.__bases__[0].__subclasses__()",
    "eval('1+1')",
    "exec('import os')", "lambda: 0", "open('/etc/passwd').read()", "x.__class__", "x.__init__.__globals__",
    "getattr(x, 'T')",
    "np.load('/etc/passwd')", "np.ctypeslib", "sp.sympify('1')", "sum(__builtins__)", "[c for c in x]",
    "{x: z}", "f'{x}'",
    "x if x else y", "globals()", "import os", "print(z)", "breakpoint()", "z.__add__(z)", "Matrix.__class__",
    "x._repr_html_()",
    r"\input{/etc/passwd}", r"\write18{ls}", r"\def\a{\a\a}\a", r"\newcommand{\z}{\z\z}\z",
    r"\csname x\endcsname", r"\href{x}{z}",
    r"\include{x}", r"\catcode`\@=11", r"\immediate\openout1=x", r"\loop z\repeat",
]  # fmt: skip
BOMBS = [
    "9**9**9", "9^9^9^9^9", "z^(9^9^9)", "e^(9^9^9)", "exp(exp(exp(exp(9))))", "n^n^n^n", "2^" * 1000 + "2",
    "B^1000000",
    "((((B^100)^100)^100)^100)", "1e999999", "1.5e300", "9" * 5000, "0." + "1" * 3000,
    "(" * 5000 + "z" + ")" * 5000,
    "[" * 2000 + "z" + "]" * 2000, "{" * 3000, "|" * 3000, "‖" * 1000, "-" * 3999 + "z", "z" + "'" * 3000,
    "x" + "ᵀ" * 3999,
    "z+" * 1999 + "z", "z*" * 1999 + "z", "z " * 1999, "z" * 3999, "zx" * 1900, "B " * 1900, "x xᵀ " * 700,
    "I " * 900,
    "[I I] " * 300, "sin " * 900 + "z", "sin(" * 39 + "z" + ")" * 39, "sum_i " * 500 + "x_i", "1⃗" * 800,
    "z_" * 1000,
    "Σ_{i=1}^{1000} Σ_{j=1}^{1000} Σ_{k=1}^{1000} i", "Σ_{i=1}^{10^9} i",
    "kron(kron(kron(A,A),kron(A,A)),kron(A,A))",
    "ones(10^9)", "eye(99999999999)", "vec(kron(kron(B,B),kron(B,B)))", "x_{999999999999999999999}",
    "[1," * 1300 + "1]",
    "Matrix(99999, 99999, [1])", r"\frac" * 900, r"\frac{1}{" * 400 + "z" + "}" * 400,
    r"\begin{bmatrix}" * 100,
    r"\mathbf{" * 500 + "x" + "}" * 500, r"\left(" * 500, r"\hat" * 300, "z if z > 0 else " * 300 + "z",
    "a" * 3999,
    "1 if z>0; " * 300 + "2 otherwise", "|z|" * 900, "z\u0302" * 1500, "z,", "toeplitz(x, 1)", "hankel(x, 9)",
    "((" * 20,
    "entries(i:1000, j:1000, i)", "entries(i:n, j:n, sum(entries(k:n, l:n, i j k l)))", "conv(x, A)", "B^n",
    "Σ_{i=1}^{n} Σ_{j=1}^{n} Σ_{k=1}^{n} Σ_{l=1}^{n} x_i x_j x_k x_l", " " * 3999, "\t\n" * 1000,
    "z" * 100_000,
]  # fmt: skip
INTRICATE = [
    "[z " * 39,
    "[z " * 38 + "]" * 38,
    "x[z>0 " * 38 + "]" * 38,
    "x[" * 38 + "z>0" + "]>0" * 38,
    "{i=" * 38 + "1" + "}" * 38,
    "(i=" * 38 + "1" + ")" * 38,
    "𝟙[" * 38 + "z>0" + "]>0" * 38,
    "B ⊙ B (" * 38 + "B" + ")" * 38,
    "‖x " * 38,
    "|z " * 39,
    "x ⊙ z (" * 38 + "z" + ")" * 38,
    "[B B " * 38 + "]" * 38,
    "max(i=" * 38 + "1" + ")" * 38,
    "z^{" * 38 + "2" + "}" * 38,
    "diag(" * 38 + "x" + ")" * 38,
    "[1 -" * 38 + "1" + "]" * 38,
    "Σ_{i=" * 38 + "1" + "}" * 38,
    "x_{" * 38 + "1" + "}" * 38,
    "sum_{i=1}^{n} (" * 38 + "x_i" + ")" * 38,
    "\\sqrt{" * 38 + "z" + "}" * 38,
    "{z if " * 38 + "z>0" + "}" * 38,
    "max(1 if z>0, " * 38 + "z" + ")" * 38,
    "diag(1 if z>0, " * 38 + "0" + " otherwise)" * 38,
    "1[z>0, " * 38 + "t" + "]" * 38,
    "{1 \\over " * 38 + "2" + "}" * 38,
    "\\prod_{i}(" * 38 + "x_i" + ")" * 38,
    "J_i = x_i for i = 1" + " " * 3900 + "q",
    "J_i = " + "i = 1, …, n, " * 300 + "q",
    "∂_{" + "{x}" * 1300 + "=",
    "q" + ")_1" * 1300,
    "q=1," * 999,
    "y/A" * 60,
    "y/A" * 600,
    "1/z x (" * 38 + "1" + ")" * 38,
]
LOOK_ALIKES = [
    "х", "у", "а + z", "ｘ", "𝓍", "z\u202e", "\u202dz\u202c", "z\u00ad", "\x00", "z\x07", "\ud800", "А", "Ζ",
    "ο", "ı", "ſ",
    "٣", "३", "１", "z\u200dz", "‽", "∞", "∇z", "∂", "∂z", "🙂", "x\u0338", "z\ufe0f", "ℯ", "ⅇ", "Ⅷ", "㎡",
    "%", "z;", "ﬁ",
]  # fmt: skip
TEXTS = [*CODE, *BOMBS, *INTRICATE, *LOOK_ALIKES]


@pytest.mark.parametrize("written", TEXTS, ids=[f"{k}: {t[:24]!r}" for k, t in enumerate(TEXTS)])
def test_attack_by_text(written: str) -> None:
    start = time.process_time()
    attack_by_text(written)
    assert time.process_time() - start < 1
    tracemalloc.start()  # which takes its time, too
    attack_by_text(written)
    assert tracemalloc.get_traced_memory()[1] < 100e6
    tracemalloc.stop()


def attack_by_text(written: str) -> None:
    try:
        node = read(written, SCOPE)
    except Refusal as refusal:
        assert refusal.message and "\n" not in refusal.message
        assert all(len(line) < 250 for line in refusal.caret().splitlines())
        assert written not in CODE or refusal.at is not None
        return
    values = {
        name: np.full((2, *(s.at({"n": 3, "m": 2, "N": 4}) for s in shape)), 0.7)
        for name, shape in SCOPE.shapes.items()
    }
    try:
        evaluate(node, Points({"n": 3, "m": 2, "N": 4}, values, 2))
    except ValueError as problem:  # a size below 1 at these dimensions
        assert "size" in str(problem)


def test_attack_by_code_is_never_read() -> None:
    for written in CODE:
        assert "error" in explain(written, SCOPE), written


CALLED: list[str] = []


class Liar:
    """Answers every question as a student would like it answered."""

    def __getattribute__(self, name: str) -> Any:
        if name not in ("__class__",):
            CALLED.append(name)
        return sp.Symbol if name == "__class__" else object.__getattribute__(self, name)

    def __eq__(self, other: object) -> bool:
        CALLED.append("eq")
        return True

    def __hash__(self) -> int:
        CALLED.append("hash")
        return 1

    def __repr__(self) -> str:
        CALLED.append("repr")
        return "2*x.T"

    __str__ = __repr__

    def _sympy_(self) -> Any:
        CALLED.append("sympy")
        return sp.Integer(2)

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        CALLED.append("array")
        return np.ones(2)

    def __float__(self) -> float:
        CALLED.append("float")
        return 2.0

    __index__ = __int__ = __len__ = __float__


class Text(str):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


class Number(float):
    def __repr__(self) -> str:
        return "42"

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class Mine(sp.Symbol):
    """A symbol that claims to be equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1


class Array(np.ndarray):
    def __eq__(self, other: object) -> Any:
        return True


def looped() -> list[Any]:
    inner: list[Any] = []
    inner.append(inner)
    return inner


LIARS: list[Any] = [
    Liar(), [[Liar(), 1]], {"list": [Liar()]}, (Liar(),), Mine("q"), np.array([[Liar()]], dtype=object),
    Text("q q q"),
    Number(3), np.zeros((1, 2)).view(Array), looped(), [[looped()]], sp.Symbol("__import__('os')"),
    sp.Symbol("x*0+1"),
    sp.Symbol("z); import os"), sp.Symbol(""), sp.Symbol("2*z"), sp.Function("__class__")(sp.Symbol("z")),
    type("z", (), {})(),
    {"sympy": ["Symbol", "z + 1"]}, {"sympy": ["Float", "__import__('os')"]},
    {"sympy": ["Integer", "9" * 9999]},
    {"array": {"dtype": "O", "shape": [1], "data": "gASVAAAA"}},
    {"array": {"dtype": "<f8", "shape": [10**12], "data": ""}},
    {"array": {"dtype": "<f8", "shape": [-1], "data": ""}},
    {"sympy": ["Matrix", 10**9, 10**9, ["Integer", "1"]]},
    {"sympy": ["leaf_Integer", "1"]}, {"sympy": ["__class__"]}, {"sympy": ["tree"]}, {"sympy": []},
    {"sympy": None},
    {"int": "9" * 99999}, {"int": "x"}, {"unreadable": 3}, {"function": "f", "handle": 0}, {"list": None},
    {"tuple": 3},
    {"sympy": ["Pow", ["Integer", "9"], ["Integer", "99999999"]]}, {"sympy": ["Pow"]}, {"sympy": ["Apply"]},
]  # fmt: skip


@pytest.mark.parametrize("answer", LIARS, ids=[str(k) for k in range(len(LIARS))])
def test_attack_by_object(answer: Any) -> None:
    CALLED.clear()
    start = time.process_time()
    try:
        node = read(answer, SCOPE)
    except Refusal as refusal:
        assert refusal.message
    else:
        assert type(answer) in (Number, Text)
        assert node.shape
    assert not CALLED
    assert time.process_time() - start < 1


def test_attack_by_deep_data() -> None:
    deep: Any = ["Integer", "1"]
    for _ in range(5000):
        deep = ["Add", deep]
    with pytest.raises(Refusal):
        read({"sympy": deep}, SCOPE)
    nested: Any = 1
    for _ in range(5000):
        nested = {"list": [nested]}
    with pytest.raises(Refusal):
        read(nested, SCOPE)


def test_attack_by_a_large_object_stays_small() -> None:
    big = sp.Add(*(sp.Symbol(f"q{k}") for k in range(5000)))
    with pytest.raises(Refusal):
        read(big, SCOPE)
    assert pack(10**5000) == {"unreadable": "a very large integer"}
