"""How long derivations take, and their formulas' values, beside SymPy's explicit Jacobians and autograd's.

Run: python -m benchmarks.derive            (about a minute)
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from matcalc_ref.derive import derive
from matcalc_ref.language import Node, Points, Scope, evaluate, numpy_code, read
from matcalc_ref.language.tree import Variable
from matcalc_ref.rewriting.normal import normal, simplify

SHAPES = {
    "z": "",
    "b": "",
    "x": "n",
    "w": "n",
    "y": "N",
    "t": "m",
    "A": "m,n",
    "B": "n,n",
    "X": "N,n",
    "W": "m,n",
}
EXPRESSIONS = [
    ("w ⊗ x", "w"),
    ("w ⊘ x", "x"),
    ("x z", "z"),
    ("sum(x z)", "x"),
    ("x sum(x)", "x"),
    ("max(w, x)", "w"),
    ("x^T B x", "x"),
    ("A x", "x"),
    ("exp(sin(x))", "x"),
    ("max(0, w^T x + b)", "w"),
    ("x/norm(x)", "x"),
    ("softmax(x)", "x"),
    ("ln(sum(exp(x)))", "x"),
    ("x + sigmoid(B x)", "x"),
    ("norm(A x - t)^2", "x"),
    ("mean((y - max(0, X w + b)).^2)", "w"),
    ("mean((y - max(0, X w + b)).^2)", "b"),
    ("W x", "W"),
    ("norm(W x - t)^2", "W"),
    ("sum(ln(1 + exp(A tanh(B x))))", "x"),
    ("ln(det(B))", "B"),
    ("x + B max(0, B (x + max(0, B x)))", "x"),
    ("t^T softmax(A max(0, B x))", "x"),
    ("tr(B B^T)", "B"),
]
VALUES = [  # evaluated at n = N = m: the formula, and automatic differentiation's full Jacobian
    ("w ⊗ sin(x)", "x"),
    ("max(0, x)", "x"),
    ("x/norm(x)", "x"),
    ("softmax(x)", "x"),
    ("A x", "x"),
    ("mean((y - max(0, X w + b)).^2)", "w"),
]


def seconds(run: Callable[[], Any], least: float = 0.2, most: int = 200) -> float:
    """The median time of one run, in seconds of the processor (other work on the machine does not count)."""
    times: list[float] = []
    start = time.process_time()
    while len(times) < 3 or (time.process_time() - start < least and len(times) < most):
        at = time.process_time()
        run()
        times.append(time.process_time() - at)
    return statistics.median(times)


def forget() -> None:
    """Empties the caches, so that every derivation is the first one."""
    simplify.cache_clear()
    normal.cache_clear()


def derivation_times(shapes: dict[str, str]) -> list[tuple[str, str, float, float]]:
    scope = Scope(shapes)
    found = []
    for f, wrt in EXPRESSIONS:
        node, x = read(f, scope), scope.variable(wrt)

        def cold(node: Node = node, x: Variable = x) -> Any:
            forget()
            return derive(node, x)

        def steps(node: Node = node, x: Variable = x) -> Any:
            forget()
            return derive(node, x).steps

        found.append((f, wrt, seconds(cold, 0.05), seconds(steps, 0.05)))
    return found


def sympy_time(n: int) -> float:
    """SymPy's Jacobian of x sum(x) + sin(B x), written out for n entries."""
    import sympy

    x = sympy.Matrix(sympy.symbols(f"x1:{n + 1}"))
    B = sympy.Matrix(n, n, sympy.symbols(f"b1:{n * n + 1}"))

    def run() -> Any:
        sympy.core.cache.clear_cache()
        return (x * sum(x) + (B * x).applyfunc(sympy.sin)).jacobian(x)

    return seconds(run, 0.1, 5)


def value_times(n: int) -> list[tuple[str, str, float, float]]:
    import autograd
    import autograd.numpy

    scope = Scope(SHAPES)
    sizes = {"n": n, "N": n, "m": n}
    chance = np.random.default_rng(0)
    values = {}
    for name in SHAPES:
        values[name] = chance.normal(size=tuple(size.at(sizes) for size in scope.variable(name).shape))
    plain = {name: v[0, 0] if scope.variable(name).is_scalar else v for name, v in values.items()}
    found = []
    for f, wrt in VALUES:
        node, x = read(f, scope), scope.variable(wrt)
        result = derive(node, x).result
        formula = compile(numpy_code(result), "formula", "eval")
        forward = compile(numpy_code(node), "formula", "eval")

        def ours(formula: Any = formula) -> Any:
            return eval(formula, {"np": np, **sizes, **plain})

        def theirs(forward: Any = forward, wrt: str = wrt) -> Any:
            def run(moved: Any) -> Any:
                return autograd.numpy.ravel(
                    eval(forward, {"np": autograd.numpy, **sizes, **plain, wrt: moved})
                )

            return autograd.jacobian(run)(plain[wrt])

        points = Points(sizes, {name: v[None] for name, v in values.items()}, 1)
        assert np.allclose(ours().ravel(), np.asarray(theirs()).ravel(), atol=1e-8)
        assert np.allclose(evaluate(result, points).ravel(), ours().ravel())
        found.append((f, wrt, seconds(ours, 0.2, 50), seconds(theirs, 0.2, 5)))
    return found


def main() -> None:
    named = derivation_times(SHAPES)
    print(f"{'derivation':44} {'by':3} {'ms':>8} {'with steps':>11}")
    for f, wrt, once, steps in named:
        print(f"{f:44} {wrt:3} {1000 * once:8.2f} {1000 * steps:11.2f}")
    print(f"median {1000 * statistics.median(t for *_, t, _ in named):.2f} ms, "
          f"with steps {1000 * statistics.median(t for *_, t in named):.2f} ms")  # fmt: skip
    for n in (5, 20, 60):  # the language refuses to spell out much larger ones
        numbers = {name: shape.replace("N", str(n)).replace("n", str(n)).replace("m", str(n + 1))
                   for name, shape in SHAPES.items()}  # fmt: skip
        timed = [t for _, _, t, _ in derivation_times(numbers)]
        print(f"the same with n = {n}: median {1000 * statistics.median(timed):.2f} ms")
    print("\nSymPy, written out, x sum(x) + sin(B x):")
    scope = Scope(SHAPES)
    node = read("x sum(x) + sin(B x)", scope)

    def cold() -> Any:
        forget()
        return derive(node, scope.variable("x"))

    print(f"here, any n: {1000 * seconds(cold):.2f} ms")
    for n in (2, 5, 10, 20, 50):
        print(f"n = {n}: {1000 * sympy_time(n):.1f} ms")
    for n in (10, 100, 1000):
        print(f"\nvalues at n = {n}: {'':21} {'formula ms':>10} {'autograd ms':>11} {'times':>6}")
        for f, wrt, ours, theirs in value_times(n):
            print(f"{f:36} {wrt:3} {1000 * ours:10.3f} {1000 * theirs:11.2f} {theirs / ours:6.0f}")


if __name__ == "__main__":
    main()
