"""Which variables are positive because a logarithm, a root or a non-integer power needs it."""

from __future__ import annotations

from functools import lru_cache

from matcalc_ref.language.meaning.indices import is_index
from matcalc_ref.language.operations import transpose
from matcalc_ref.language.table import COMPARISONS
from matcalc_ref.language.tree import Apply, Constant, Count, Fill, Index, Node, Number, Variable, is_op

POSITIVE = {"exp", "sigmoid", "cosh", "softmax", "softmax_rows"}
NOT_NEGATIVE = {"abs", "relu", "sqrt", *COMPARISONS}
KEEPING = {"sum", "rowsum", "colsum", "transpose", "vec", "max", "matmul", "add", "mul", "prod"}  # of signs


@lru_cache(maxsize=1024)
def under_roots(node: Node) -> frozenset[str]:
    """The variables under a logarithm, root or non-integer power of what is not positive anyway (1 + x²), nor
    at all small values (1 - x).

    What is 0 at single points only (x² + z², a norm) is positive enough.
    """
    found: set[str] = set()
    for part in node.walk():
        if not isinstance(part, Apply):
            continue
        power = part.operation == "pow" and not is_index(part.arguments[1])
        if power or part.operation in ("log", "sqrt"):
            root = part.operation == "sqrt" or power and sign(part.arguments[1]) == 2
            if sign(part.arguments[0]) < (1 if root else 2) and not _positive_at_0(part.arguments[0]):
                found |= _exposed(part.arguments[0])
    return frozenset(found)


def _positive_at_0(node: Node) -> bool:
    """Whether a positive number is added, and none that is tiny, as in log(x + 10^-8)."""
    terms = node.arguments if is_op(node, "add") else ()
    return any(isinstance(term, Number) and term.value > 0.2 for term in terms)


def sign(node: Node) -> int:
    """2 for what is positive but for single points, 1 for what is never negative, 0 for what is not known
    to be either."""
    match node:
        case Number(value):
            return 2 if value > 0 else int(value == 0)
        case Count() | Constant() | Index():
            return 2
        case Fill(kind):
            return 2 if kind == "ones" else 1
        case Apply("norm", (inner,)):
            return 1 if inner.is_scalar else 2
        case Apply("matmul", (row, column)) if node.is_scalar and row == transpose(column):
            return 2
        case Apply(operation, arguments):
            if operation in POSITIVE:
                return 2
            if operation in NOT_NEGATIVE:
                return 1
            if operation == "pow":
                even = isinstance(arguments[1], Number) and arguments[1].value % 2 == 0
                return max(2 if sign(arguments[0]) == 2 else 0, int(even))
            signs = [sign(argument) for argument in arguments]
            if operation in KEEPING and min(signs) > 0:
                if operation in ("add", "sum") and not _is_one_term(node):
                    return 2
                return max(signs) if operation in ("add", "max") else min(signs)
    return 0


def _is_one_term(node: Apply) -> bool:
    """Whether a sum has a single term that varies."""
    terms = [node.arguments[0]] if node.operation == "sum" else node.arguments
    varying = [term for term in terms if not isinstance(term, (Number, Fill))]
    return len(varying) < 2 and all(term.is_scalar for term in varying)


def _exposed(node: Node) -> set[str]:
    """The variables of `node` whose sign can make it negative."""
    found, pending = set(), [node]
    while pending:
        part = pending.pop()
        if isinstance(part, Variable):
            found.add(part.name)
        if not (isinstance(part, Apply) and part.operation in {*POSITIVE, "norm", "abs"}):
            pending.extend(part.children)
    return found
