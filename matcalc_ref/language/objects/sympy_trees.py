"""SymPy's trees, as they were packed in another process, as trees of the language."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from matcalc_ref.language.meaning import conditions, shorter
from matcalc_ref.language.meaning.derived import HALF
from matcalc_ref.language.meaning.indices import as_size
from matcalc_ref.language.meaning.powers import is_whole
from matcalc_ref.language.objects.shared import MAX_CELLS, Shared
from matcalc_ref.language.operations import MINUS_UNIT, UNIT, ZERO
from matcalc_ref.language.scope import Refusal, canonical
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import ONE, Size, show_shape
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.words import FUNCTIONS
from matcalc_ref.language.table import MATRIX_FUNCTIONS, UNARY, Misfit
from matcalc_ref.language.tree import Apply, Constant, Entry, Fill, Index, IndexedSum, Node, Number, is_op

NO_PIECE = Piece("num", 0, [], 0, 0)


class SympyReader:
    """Reads one object's tree; `reader` holds what is shared with lists and arrays around it."""

    def __init__(self, reader: Shared) -> None:
        self.reader, self.scope, self.meaning = reader, reader.scope, reader.meaning
        self.named: dict[str, Node] = {}  # the variable of a Lambda

    def tree(self, tree: Any, depth: int) -> Node:
        self.reader.count(depth)
        if not isinstance(tree, list) or not tree or not isinstance(tree[0], str):
            raise Refusal(say("sympy-malformed"))
        kind, *inner = tree
        if kind in CONSTANTS:
            return CONSTANTS[kind]
        if kind in LEAVES:
            return getattr(self, "leaf_" + kind)(inner)
        if kind in ("Derivative", "Integral", "Limit", "MatrixDerivative", "ArrayDerivative"):
            raise Refusal(say("sympy-undone", kind=kind))
        if kind in SPECIAL:
            if len(inner) < SPECIAL[kind]:
                raise Refusal(say("sympy-malformed"))
            return getattr(self, "tree_" + kind)(inner, depth + 1)
        if kind == "Apply":
            kind, inner = (inner[0], inner[1:]) if inner and isinstance(inner[0], str) else ("?", [])
            kind = FUNCTIONS.get(canonical(kind), FUNCTIONS.get(kind, "?"))
        operation = NAMES.get(kind) or (kind if kind in UNARY or kind in CALLS else None)
        if operation is None:
            raise Refusal(say("sympy-kind", kind=str(kind)[:40]))
        nodes = [self.tree(child, depth + 1) for child in inner]
        if operation in MATRIX_FUNCTIONS and self.meaning.square(nodes[0]):
            raise Refusal(say("sympy-matrix-function", function=operation))
        return self.apply(operation, nodes)

    def apply(self, operation: str, nodes: list[Node]) -> Node:
        m = self.meaning
        if not nodes:
            raise Refusal(say("sympy-malformed"))
        try:
            if operation in shorter.RULES and operation not in ("max", "min") and len(nodes) == 1:
                return shorter.RULES[operation](m, NO_PIECE, nodes)
            return m.make(operation, *nodes)
        except (Misfit, IndexError, KeyError, TypeError, ValueError):
            shapes = ", ".join(show_shape(m.shape(n)) for n in nodes)
            raise Refusal(say("sympy-misfit", operation=operation, shapes=shapes)) from None

    def leaf_Integer(self, inner: list[Any]) -> Node:
        return self.exact(inner, 1)

    def leaf_Rational(self, inner: list[Any]) -> Node:
        return self.exact(inner, 2)

    def exact(self, inner: list[Any], count: int) -> Node:
        digits = all(isinstance(d, str) and re.fullmatch(r"-?\d{1,40}", d) for d in inner)
        if len(inner) != count or not digits:
            raise Refusal(say("digits"))
        if count == 2 and int(inner[1]) == 0:
            raise Refusal(say("divide-zero"))
        return Number(Fraction(*(int(d) for d in inner)))

    def leaf_Float(self, inner: list[Any]) -> Node:
        written = inner[0] if inner and isinstance(inner[0], str) else "?"
        if not re.fullmatch(r"-?\d*\.?\d{0,40}(e[+-]?\d{1,3})?", written):
            raise Refusal(say("number-unread"))
        try:
            return Number(Fraction(written).limit_denominator(10**40))
        except (ValueError, ZeroDivisionError):
            raise Refusal(say("number-unread")) from None

    def leaf_Symbol(self, inner: list[Any]) -> Node:
        name = inner[0] if inner and isinstance(inner[0], str) else ""
        if name in self.named:
            return self.named[name]
        if name in self.meaning.bound:
            return Index(name)
        plain = re.fullmatch(r"([^\W\d_]+)_?(\d+)(?:_(\d+))?", name)
        known = self.scope.names.get(canonical(name))
        if plain and not known and self.scope.names.get(canonical(plain[1]), ("",))[0] == "variable":
            return self.reader.text(f"{plain[1]}_{{{plain[2]}{',' + plain[3] if plain[3] else ''}}}")
        if not name or not known and not re.fullmatch(r"[^\W\d]\w*", name):
            raise Refusal(say("symbol-unknown", name=name[:40]), unknown=name[:40])
        if not known and canonical(name) in ("e", "E", "pi", "I"):
            raise Refusal(say("symbol-constant", name=name))
        return self.reader.text(name)

    leaf_Dummy = leaf_Symbol

    def leaf_MatrixSymbol(self, inner: list[Any]) -> Node:
        node = self.leaf_Symbol(inner[:1])
        if len(inner) == 3:
            mine = self.meaning.shape(node)
            given = [str(size[-1]) if isinstance(size, list) and size else "" for size in inner[1:]]
            known = self.meaning.scope.dimensions
            if any(
                (name == "1") != (size == ONE) or name in known and Size.of(name) != size
                for name, size in zip(given, mine, strict=True)
            ):
                shape = show_shape(mine)
                raise Refusal(say("sympy-symbol-shape", name=str(inner[0])[:40], shape=shape))
        return node

    def leaf_ImaginaryUnit(self, inner: list[Any]) -> Node:
        raise Refusal(say("sympy-i"))

    def tree_Mul(self, inner: list[Any], depth: int) -> Node:
        nodes = [self.tree(child, depth) for child in inner]
        if sum(not self.meaning.scalar(n) for n in nodes) > 1:
            raise Refusal(say("sympy-order"))
        return self.apply("mul", nodes)

    def tree_MatMul(self, inner: list[Any], depth: int) -> Node:
        nodes = [self.tree(child, depth) for child in inner]
        scalars = [n for n in nodes if self.meaning.scalar(n)]
        others = [n for n in nodes if not self.meaning.scalar(n)]
        factors = [*scalars, *([self.apply("matmul", others)] if len(others) > 1 else others)]
        return self.apply("mul", factors) if scalars else factors[0]

    def tree_Pow(self, inner: list[Any], depth: int) -> Node:
        if len(inner) != 2:
            raise Refusal(say("sympy-malformed"))
        base, upper = (self.tree(child, depth) for child in inner)
        if isinstance(upper, Number) and abs(upper.value) > 1000:
            raise Refusal(say("exponent-large"))
        if base == Constant("e"):
            return self.apply("exp", [upper])
        if self.meaning.square(base):
            return self.tree_power(base, upper)
        return self.apply("pow", [base, upper])

    def tree_power(self, base: Node, upper: Node) -> Node:
        if isinstance(upper, Number) and upper.value == -1:
            return self.apply("inv", [base])
        if not is_whole(upper):
            raise Refusal(say("matrix-power-integer"))
        return self.apply("matpow", [base, upper])

    def tree_MatPow(self, inner: list[Any], depth: int) -> Node:
        base, upper = self.tree(inner[0], depth), self.tree(inner[-1], depth)
        return self.apply("pow", [base, upper]) if self.meaning.scalar(base) else self.tree_power(base, upper)

    def tree_Inverse(self, inner: list[Any], depth: int) -> Node:
        return self.apply("inv", [self.tree(inner[0], depth)])

    def tree_Heaviside(self, inner: list[Any], depth: int) -> Node:
        step = self.apply("gt", [self.tree(inner[0], depth), ZERO])
        at_zero = self.tree(inner[1], depth) if len(inner) > 1 else HALF
        if at_zero in (ZERO, HALF):  # SymPy's own choice where nobody chose; the course's is 0
            return step
        on_the_kink = self.apply("eq", [self.tree(inner[0], depth), ZERO])
        return self.apply("add", [step, self.apply("mul", [at_zero, on_the_kink])])

    def tree_Matrix(self, inner: list[Any], depth: int) -> Node:
        rows, columns, *cells = inner
        if any(type(size) is not int or size < 1 for size in (rows, columns)):
            raise Refusal(say("empty-object", kind="matrix"))
        if rows * columns != len(cells) or len(cells) > MAX_CELLS:
            raise Refusal(say("matrix-large"))
        nodes = [self.tree(cell, depth) for cell in cells]
        return self.reader.stack([nodes[r * columns : (r + 1) * columns] for r in range(rows)])

    def fill(self, kind: str, inner: list[Any], depth: int) -> Node:
        sizes = [as_size(self.tree(child, depth)) for child in inner[:2]]
        if not sizes or any(s is None or (s.number is not None and not 1 <= s.number <= 1000) for s in sizes):
            raise Refusal(say("matrix-size"))
        rows, columns = sizes[0], sizes[-1]
        assert rows is not None and columns is not None
        return Fill(kind, (rows, columns))

    def tree_Identity(self, inner: list[Any], depth: int) -> Node:
        return self.fill("eye", inner[:1], depth)

    def tree_OneMatrix(self, inner: list[Any], depth: int) -> Node:
        return self.fill("ones", inner, depth)

    def tree_ZeroMatrix(self, inner: list[Any], depth: int) -> Node:
        return self.fill("zeros", inner, depth)

    def tree_MatrixElement(self, inner: list[Any], depth: int) -> Node:
        if len(inner) != 3:
            raise Refusal(say("sympy-malformed"))
        base = self.tree(inner[0], depth)
        places = [_folded(self.apply("add", [self.tree(p, depth), UNIT])) for p in inner[1:]]
        rows, columns = self.meaning.shape(base)
        for place, size in zip(places, (rows, columns), strict=True):
            if isinstance(place, Number):
                most = place.value if size.number is None else size.number
                if not 1 <= place.value <= most:
                    raise Refusal(say("sympy-entry"))
        if columns == ONE:
            return Entry(base, places[0], None)
        return Entry(base, None, places[1]) if rows == ONE else Entry(base, places[0], places[1])

    def tree_Sum(self, inner: list[Any], depth: int) -> Node:
        body, *ranges = inner
        if not ranges or any(not isinstance(r, list) or len(r) != 4 or r[0] != "Tuple" for r in ranges):
            raise Refusal(say("sum-unbounded"))
        names = []
        for _, index, _, _ in ranges:
            if not isinstance(index, list) or len(index) != 2 or not isinstance(index[1], str):
                raise Refusal(say("sympy-malformed"))
            names.append(index[1])
        with self.meaning.binding(*names):
            node = self.tree(body, depth)
        for (_, _, low, high), name in zip(ranges, names, strict=True):
            node = IndexedSum(name, self.tree(low, depth), self.tree(high, depth), node)
        return node

    def tree_Piecewise(self, inner: list[Any], depth: int) -> Node:
        pairs, otherwise = [], None
        for pair in inner:
            if not isinstance(pair, list) or len(pair) != 3 or otherwise is not None:
                raise Refusal(say("sympy-malformed"))
            if pair[2] == ["BooleanTrue"]:
                otherwise = self.tree(pair[1], depth)
            else:
                pairs.append((self.tree(pair[1], depth), self.tree(pair[2], depth)))
        if not pairs:
            raise Refusal(say("sympy-piecewise"))
        values = [v for v, _ in pairs] + ([otherwise] if otherwise is not None else [])
        if len({self.meaning.shape(v) for v in values}) > 1:
            raise Refusal(say("sympy-cases"))
        return conditions.chosen(self.meaning, pairs, otherwise, NO_PIECE, [NO_PIECE] * 9)

    def tree_ElementwiseApplyFunction(self, inner: list[Any], depth: int) -> Node:
        function, argument = inner[0], self.tree(inner[-1], depth)
        if not isinstance(function, list) or len(function) != 3 or function[0] != "Lambda":
            raise Refusal(say("sympy-elementwise"))
        variable = function[1]
        if isinstance(variable, list) and len(variable) == 2 and variable[0] == "Tuple":
            variable = variable[1]
        if not isinstance(variable, list) or len(variable) < 2 or not isinstance(variable[1], str):
            raise Refusal(say("sympy-malformed"))
        name = variable[1]
        before = dict(self.named)
        self.named[name] = argument
        node = self.tree(function[2], depth)
        self.named = before
        return node

    def tree_Not(self, inner: list[Any], depth: int) -> Node:
        return self.apply("eq", [self.tree(inner[0], depth), ZERO])

    def tree_BlockMatrix(self, inner: list[Any], depth: int) -> Node:
        return self.tree(inner[0], depth)


CONSTANTS = {"Exp1": Constant("e"), "Pi": Constant("pi"), "BooleanTrue": UNIT, "BooleanFalse": ZERO}
LEAVES = frozenset("Integer Rational Float Symbol Dummy MatrixSymbol ImaginaryUnit".split())
SPECIAL = {  # with the least number of arguments
    "Mul": 1, "MatMul": 1, "Pow": 2, "MatPow": 2, "Inverse": 1, "Heaviside": 1, "Matrix": 3, "Identity": 1,
    "OneMatrix": 2, "ZeroMatrix": 2, "MatrixElement": 3, "Sum": 2, "Piecewise": 1,
    "ElementwiseApplyFunction": 2, "Not": 1, "BlockMatrix": 1,
}  # fmt: skip
NAMES = {
    "Add": "add", "MatAdd": "add", "Transpose": "transpose", "HadamardProduct": "mul", "HadamardPower": "pow",
    "KroneckerProduct": "kron", "Trace": "trace", "Determinant": "det", "Max": "max", "Min": "min",
    "StrictGreaterThan": "gt", "GreaterThan": "ge", "StrictLessThan": "lt", "LessThan": "le",
    "Equality": "eq", "Unequality": "ne", "And": "mul", "Or": "max", "KroneckerDelta": "eq", "asin": "arcsin",
    "acos": "arccos", "atan": "arctan", "DiagonalMatrix": "diag", "DiagMatrix": "diag", "Abs": "abs",
}  # fmt: skip
CALLS = frozenset(
    "softmax relu sigmoid sum norm diag transpose mean square step logsumexp vec trace det inv".split()
)


def _folded(place: Node) -> Node:
    """`k + 1` of two numbers as one number; `i - 1 + 1` as i."""
    if not isinstance(place, Apply):
        return place
    first, one = place.arguments
    if isinstance(first, Number) and isinstance(one, Number):
        return Number(first.value + one.value)
    if is_op(first, "add") and MINUS_UNIT in first.arguments:
        rest = [a for a in first.arguments if a != MINUS_UNIT]
        if len(rest) == 1 and len(first.arguments) == 2:
            return rest[0]
    return place
