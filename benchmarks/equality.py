"""Equality of formulas, side by side with SymPy's `simplify(a - b) == 0` and `.equals`, on the tests' pairs.

    python benchmarks/equality.py [--every K]     every K-th pair only, for a quick look

SymPy has no vectors of unknown size, so it gets the pairs entry by entry at n = 3, m = 2, N = 4; a pair whose
truth depends on the size is out of its reach and left out there. Each of its answers may take 5 seconds.
All times are CPU times, so that a busy machine tells the same.
"""

from __future__ import annotations

import gc
import signal
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import sympy

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "compare"))
import pairs

from graders.compare.crossings import crossing
from graders.compare.equality import compare, reference_batches
from graders.compare.kinks import kinks
from graders.compare.points import setting
from graders.compare.precise import Precise
from graders.feedback.equal import judge_pair
from matcalc_ref.language import Points, Scope, evaluate, read

LIMIT = 5.0
SIZES = {"n": 3, "m": 2, "N": 4}
BY_SIZE = ("n = ", "odd n", "even n", "small sizes", "another size", "dimension")
SCOPE = Scope(pairs.VARIABLES)


class Symbolic(Precise):
    """The evaluation backend on SymPy expressions: a formula at given sizes, entry by entry."""

    def __init__(self, assumptions: dict[str, bool]) -> None:
        super().__init__(1)
        self.assumptions = assumptions

    def array(self, values: Any) -> Any:
        return values

    def number(self, value: Any) -> Any:
        return self._full(1, 1, sympy.Rational(value.numerator, value.denominator))

    def constant(self, name: str) -> Any:
        return self._full(1, 1, {"pi": sympy.pi, "e": sympy.E}[name])

    def fill(self, kind: str, rows: int, columns: int) -> Any:
        filled = self._full(rows, columns, sympy.Integer(kind == "ones"))
        if kind == "eye":
            for i in range(rows):
                filled[0, i, i] = sympy.Integer(1)
        return filled

    def function(self, name: str, x: Any) -> Any:
        named: dict[str, Callable[[Any], Any]] = {
            "arcsin": sympy.asin, "arccos": sympy.acos, "arctan": sympy.atan, "abs": sympy.Abs,
            "sigmoid": lambda v: 1 / (1 + sympy.exp(-v)), "relu": lambda v: sympy.Max(v, 0),
        }  # fmt: skip
        return self._map(named.get(name) or getattr(sympy, name), x)

    def power(self, x: Any, y: Any) -> Any:
        return self._map(lambda a, b: a**b, x, y)

    def maximum(self, *xs: Any) -> Any:
        return self._map(sympy.Max, *xs)

    def minimum(self, *xs: Any) -> Any:
        return self._map(sympy.Min, *xs)

    def compare(self, name: str, x: Any, y: Any) -> Any:
        relation = {
            "gt": sympy.Gt,
            "ge": sympy.Ge,
            "lt": sympy.Lt,
            "le": sympy.Le,
            "eq": sympy.Eq,
            "ne": sympy.Ne,
        }
        return self._map(lambda a, b: sympy.Piecewise((1, relation[name](a, b)), (0, True)), x, y)

    def choose(self, pairs: Any, otherwise: Any) -> Any:
        raise NotImplementedError("cases are not among the pairs")

    def inverse(self, x: Any) -> Any:
        return np.array(sympy.Matrix(x[0]).inv(), dtype=object)[None]

    def det(self, x: Any) -> Any:
        return self._full(1, 1, sympy.Matrix(x[0]).det())

    def entry(self, x: Any, row: Any, column: Any) -> Any:
        for axis, at in ((1, row), (2, column)):
            if at is not None:
                inside = 0 <= at < x.shape[axis]
                taken = np.take(x, [at if inside else 0], axis=axis)
                x = taken if inside else taken * 0
        return x

    def norm(self, x: Any) -> Any:
        return self._map(sympy.sqrt, self.sum(x * x))

    def matrix_power(self, x: Any, k: Any) -> Any:
        exponent = int(k.flat[0])
        base = self.inverse(x) if exponent < 0 else x
        return np.array(sympy.Matrix(base[0]) ** abs(exponent), dtype=object)[None]

    def _map(self, function: Callable[..., Any], *xs: Any) -> Any:
        return np.asarray(np.frompyfunc(function, len(xs), 1)(*xs), dtype=object)


class TooSlow(Exception):
    pass


def limited(action: Callable[[], Any]) -> tuple[Any, float]:
    """What `action` gives, or None where it takes too long or fails; and the seconds it took."""

    def stop(*_: Any) -> None:
        raise TooSlow

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    start = time.process_time()
    try:
        return action(), time.process_time() - start
    except Exception:
        return None, time.process_time() - start
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def symbolic(node: Any, positive: bool) -> Any:
    assumptions = {"positive": True} if positive else {"real": True}
    values = {}
    for name, (rows, columns) in SCOPE.shapes.items():
        shape = (rows.at(SIZES), columns.at(SIZES))
        entries = [
            sympy.Symbol(f"{name}{i}{j}", **assumptions) for i in range(shape[0]) for j in range(shape[1])
        ]
        values[name] = np.array(entries, dtype=object).reshape(1, *shape)
    return evaluate(node, Points(SIZES, values, 1), Symbolic(assumptions))


def by_sympy(student: Any, reference: Any, method: str) -> bool | None:
    """SymPy's verdict on arrays of expressions; None where it has none."""
    for a, b in zip(student.flat, reference.flat, strict=True):
        if method == "simplify":
            if sympy.simplify(a - b) != 0:
                return False
        else:
            same = sympy.sympify(a).equals(b)
            if same is not True:
                return same if same is None else False
    return True


def table() -> list[tuple[str, str, str, bool, str]]:
    rows = []
    for category in ("SCALAR", "MATRIX", "LAYOUT", "NEAR"):
        for student, reference, guards, *options in getattr(pairs, category):
            domain = options[0].get("domain", "real") if options else "real"
            rows.append((student, reference, domain, category in ("SCALAR", "MATRIX"), guards))
    return rows


def report(name: str, seconds: list[float], wrong: int, undecided: int) -> None:
    ordered = sorted(seconds)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    middle = statistics.median(ordered)
    print(f"{name:<22} {len(seconds):>5} pairs {wrong:>5} wrong {undecided:>5} undecided", end="   ")
    print(f"median {middle * 1e3:>9.3f}  p95 {p95 * 1e3:>9.3f}  max {ordered[-1] * 1e3:>9.1f} ms")


def main() -> int:
    every = int(sys.argv[sys.argv.index("--every") + 1]) if "--every" in sys.argv else 1
    rows = table()[::every]
    judge_pair("t + 10^-7", "t + 1/10^7", pairs.VARIABLES)  # what is loaded once is not a pair's time
    judge_pair("2 x^T", "x^T + x^T", pairs.VARIABLES)
    gc.collect()
    gc.freeze()
    gc.disable()  # a collection is no pair's time
    parsing, preparing, comparing, judging = [], [], [], []
    ours_wrong = undecided = 0
    ours: dict[int, float] = {}
    for at, (student, reference, domain, equal, _) in enumerate(rows):
        start = time.process_time()
        right = read(reference, SCOPE)
        middle = time.process_time()
        left = read(student, SCOPE, expect=right.shape)
        parsing += [middle - start, time.process_time() - middle]
        start = time.process_time()
        where = setting(SCOPE.shapes, [right], domain, b"benchmark")
        reference_batches(right, where)
        for side in kinks(right):
            crossing(side, where)
        preparing.append(time.process_time() - start)
        start = time.process_time()
        found = compare(left, right, where)
        ours[at] = time.process_time() - start
        comparing.append(ours[at])
        judge_pair(
            reference, reference, pairs.VARIABLES, domain
        )  # the reference is prepared once for a class
        start = time.process_time()
        verdict = judge_pair(student, reference, pairs.VARIABLES, domain)
        judging.append(time.process_time() - start)
        undecided += verdict.outcome not in ("correct", "wrong")
        ours_wrong += found.equal != equal or (verdict.outcome == "correct") != equal
    print(f"{len(rows)} pairs, of which {sum(row[3] for row in rows)} are equal\n")
    report("parsing", parsing, 0, 0)
    report("preparing a reference", preparing, 0, 0)
    report("equal or not", comparing, ours_wrong, undecided)
    report("reading and verdict", judging, ours_wrong, undecided)
    gc.enable()
    for method in ("simplify", "equals"):
        times, wrong, undecided, factors = [], 0, 0, []
        for at, (student, reference, domain, equal, guards) in enumerate(rows):
            if any(word in guards for word in BY_SIZE):
                continue
            right = read(reference, SCOPE)
            left = read(student, SCOPE, expect=right.shape)
            if left.shape != right.shape:
                continue
            try:
                arrays = [symbolic(node, domain == "positive") for node in (left, right)]
            except Exception as problem:
                print(f"  (left out: {student} | {reference}: {type(problem).__name__})")
                continue
            answer, seconds = limited(lambda arrays=arrays, method=method: by_sympy(*arrays, method))
            times.append(seconds)
            undecided += answer is None
            wrong += answer is not None and answer != equal
            if seconds > 0.005:
                factors.append(seconds / ours[at])
        print()
        report(f"SymPy {method}", times, wrong, undecided)
        print(f"    over 5 ms on {len(factors)} pairs; there it takes", end=" ")
        print(f"{statistics.median(factors):.0f} times as long (median), at least {min(factors):.1f} times")
    return 1 if ours_wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
