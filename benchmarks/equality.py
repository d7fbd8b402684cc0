"""Equality of formulas, side by side with SymPy's `simplify(a - b) == 0` and `.equals`, on the tests' pairs.

    python benchmarks/equality.py [--every K]     every K-th pair only, for a quick look

SymPy has no vectors of unknown size, so it gets the pairs entry by entry at n = 3, m = 2, N = 4; a pair whose
truth depends on the size is out of its reach and left out there. Each of its answers may take 5 seconds.
Every pair is judged by all, one right after the other, because a machine's pace changes. Ours is the middle
of three times, each with our caches emptied and the reference prepared anew, as it is once for a class; SymPy
is asked once and keeps its caches.
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
from scopes import declared

from graders.compare.crossings import crossing, starts
from graders.compare.equality import compare, reference_batches
from graders.compare.kinks import exists, kinks
from graders.compare.points import setting
from graders.compare.precise import Precise
from graders.feedback.equal import judge_pair
from matcalc_ref.language import Points, Scope, evaluate, read

LIMIT = 5.0  # seconds for one answer of SymPy
SLOW = 0.005  # where SymPy takes longer, it is compared with ours
SIZES = {"n": 3, "m": 2, "N": 4}
BY_SIZE = ("n = ", "odd n", "even n", "small sizes", "another size", "dimension")


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

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    start = time.perf_counter()
    try:
        return action(), time.perf_counter() - start
    except Exception:
        return None, time.perf_counter() - start
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def symbolic(node: Any, scope: Scope, positive: bool) -> Any:
    assumptions = {"positive": True} if positive else {"real": True}
    values = {}
    for name, (rows, columns) in scope.shapes.items():
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


def forget() -> None:
    """Empties all that we keep of formulas seen before."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("graders", "matcalc_ref")):
            for kept in vars(module).values():
                if hasattr(kept, "cache_clear"):
                    kept.cache_clear()


def clocked(action: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    return action(), time.perf_counter() - start


def judged(
    student: str, reference: str, variables: dict[str, str], domain: str
) -> tuple[bool, str, dict[str, float]]:
    """Whether the two are equal, the outcome for a student, and the seconds each part took."""
    forget()
    scope = Scope(variables)
    right, parsing = clocked(lambda: read(reference, scope))
    left, parsing_student = clocked(lambda: read(student, scope, expect=right.shape))

    def prepare() -> Any:
        where = setting(scope.shapes, [right], domain, b"benchmark")
        batch = reference_batches(right, where)[0]
        sizes = tuple(batch.points.sizes.items())
        starts(where.without_shapes, sizes)
        for side in (side for side in kinks(right) if exists(side, batch.points.sizes)):
            crossing(side, where, sizes)
        return where

    where, preparing = clocked(prepare)
    found, comparing = clocked(lambda: compare(left, right, where))
    judge_pair(reference, reference, variables, domain)
    verdict, judging = clocked(lambda: judge_pair(student, reference, variables, domain))
    times = {
        "parsing": (parsing + parsing_student) / 2,
        "preparing a reference": preparing,
        "equal or not": comparing,
        "reading and verdict": judging,
    }
    return found.equal, verdict.outcome, times


class Tally:
    """What one method made of the pairs."""

    def __init__(self, name: str) -> None:
        self.name, self.wrong, self.undecided = name, 0, 0
        self.seconds: list[float] = []
        self.factors: list[tuple[float, str]] = []  # the time of ours in it where it is SLOW, and the pair

    def add(self, seconds: float, answer: bool | None, equal: bool) -> None:
        self.seconds.append(seconds)
        self.undecided += answer is None
        self.wrong += answer is not None and answer != equal

    def report(self) -> None:
        ordered = sorted(self.seconds)
        p95 = ordered[int(0.95 * (len(ordered) - 1))]
        print(f"{self.name:<22} {len(ordered):>5} pairs {self.wrong:>5} wrong", end=" ")
        print(f"{self.undecided:>5} undecided   median {statistics.median(ordered) * 1e3:>9.3f}", end="  ")
        print(f"p95 {p95 * 1e3:>9.3f}  max {ordered[-1] * 1e3:>9.1f} ms")
        if self.factors:
            middle = statistics.median(factor for factor, _ in self.factors)
            print(f"    over 5 ms on {len(self.factors)} pairs; there it takes {middle:.0f} times as long")
            least = sorted(self.factors)[:3]
            often = sum(factor >= 10 for factor, _ in self.factors)
            print(
                f"    (median), on {often} of them at least 10 times; the least are "
                + ", ".join(f"{f:.1f} ({pair})" for f, pair in least)
            )


def main() -> int:
    every = int(sys.argv[sys.argv.index("--every") + 1]) if "--every" in sys.argv else 1
    rows = table()[::every]
    judge_pair("t + 10^-7", "t + 1/10^7", pairs.VARIABLES)  # what is loaded once is not a pair's time
    judge_pair("2 x^T", "x^T + x^T", pairs.VARIABLES)
    gc.collect()
    gc.freeze()
    names = ("parsing", "preparing a reference", "equal or not", "reading and verdict")
    ours = {name: Tally(name) for name in names}
    theirs = {method: Tally(f"SymPy {method}") for method in ("simplify", "equals")}
    for student, reference, domain, equal, guards in rows:
        variables = declared(student, reference)
        gc.disable()  # a collection is no pair's time
        rounds = [judged(student, reference, variables, domain) for _ in range(3)]
        gc.enable()
        found, outcome, _ = rounds[0]
        right = found == equal == (outcome == "correct")
        answer = None if outcome not in ("correct", "wrong") else equal if right else not equal
        for name, tally in ours.items():
            tally.add(statistics.median(times[name] for *_, times in rounds), answer, equal)
        if any(word in guards for word in BY_SIZE):
            continue
        scope = Scope(variables)
        key = read(reference, scope)
        left = read(student, scope, expect=key.shape)
        if left.shape != key.shape:
            continue
        try:
            arrays = [symbolic(node, scope, domain == "positive") for node in (left, key)]
        except Exception as problem:
            print(f"  (left out: {student} | {reference}: {type(problem).__name__})")
            continue
        for method, tally in theirs.items():
            said, seconds = limited(lambda arrays=arrays, method=method: by_sympy(*arrays, method))
            tally.add(seconds, said, equal)
            if seconds > SLOW:
                factor = seconds / ours["equal or not"].seconds[-1]
                tally.factors.append((factor, f"{student} | {reference}"))
    print(f"{len(rows)} pairs, of which {sum(row[3] for row in rows)} are equal\n")
    for tally in (*ours.values(), *theirs.values()):
        tally.report()
    return 1 if ours["equal or not"].wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
