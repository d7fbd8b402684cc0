"""A tree as a NumPy expression."""

from __future__ import annotations

import keyword
from functools import reduce

from matcalc_ref.language.operations import UNIT
from matcalc_ref.language.printing.typed import SIGNS, divisor, rows_of, summed
from matcalc_ref.language.sizes import ONE, SCALAR, Size
from matcalc_ref.language.table import UNARY
from matcalc_ref.language.tree import (
    Apply,
    ByEntries,
    Cases,
    Constant,
    Count,
    Entry,
    Fill,
    Index,
    IndexedSum,
    Node,
    Number,
    Variable,
    is_integer,
)

ATOM, POWER, PRODUCT, SUM, LOOSE = 4, 3, 2, 1, 0
FORMS = {
    "cot": "1 / np.tan({})", "sec": "1 / np.cos({})", "csc": "1 / np.sin({})",
    "sigmoid": "1 / (1 + np.exp(-({})))",
}  # fmt: skip
PLAIN = frozenset(UNARY) - {*FORMS, "relu"}  # called the same in NumPy
REDUCE = {"sum": "np.sum({})", "prod": "np.prod({})", "norm": "np.sqrt(np.sum(({}) ** 2))"}
ARRAY = {
    "inv": "np.linalg.inv({})", "pinv": "np.linalg.pinv({})", "diag": "np.diag(np.ravel({}))",
    "diagonal": "np.reshape(np.diag({}), (-1, 1))", "vec": "np.reshape({}, (-1, 1))",
    "rowsum": "np.sum({}, axis=1, keepdims=True)", "colsum": "np.sum({}, axis=0, keepdims=True)",
    "trace": "np.trace({})", "det": "np.linalg.det({})", "kron": "np.kron({}, {})",
    "conv": 'np.reshape(np.convolve(np.ravel({}), np.ravel({})[::-1], mode="valid"), (-1, 1))',
    "softmax_rows": "(lambda t: np.exp(t) / np.sum(np.exp(t), axis=1, keepdims=True))"
    "((lambda t: t - np.max(t, axis=1, keepdims=True))({}))",
}  # fmt: skip
NUMBERS = ("trace", "det")


def numpy_code(node: Node) -> str:
    """An expression over `np`: vectors are columns (n,1), numbers floats, sizes ints; its value is 2-D."""
    written, _, array = _Code(node).show(node)
    return written if array else f"np.reshape({written}, (1, 1))"


def name_of(name: str) -> str:
    """A variable's name as a Python identifier."""
    return name + "_" if keyword.iskeyword(name) else name


def _negative(node: Node) -> bool:
    if isinstance(node, Number):
        return node.value < 0
    return (
        isinstance(node, Apply)
        and node.operation == "mul"
        and isinstance(node.arguments[0], Number)
        and node.arguments[0].value < 0
    )


class _Code:
    """One expression; knows which indices stay inside which sizes."""

    def __init__(self, node: Node) -> None:
        self.ranges: dict[str, set[Size | None]] = {}
        for piece in node.walk():
            if isinstance(piece, IndexedSum):
                inside = isinstance(piece.low, Number) and piece.low.value >= 1
                size = piece.high.size if inside and isinstance(piece.high, Count) else None
                self.ranges.setdefault(piece.index, set()).add(size)
            elif isinstance(piece, ByEntries):
                for name, size in zip((piece.row_index, piece.column_index), piece.entries, strict=True):
                    if name:
                        self.ranges.setdefault(name, set()).add(size)

    def at(self, node: Node, level: int) -> str:
        written, own, _ = self.show(node)
        return written if own >= level else f"({written})"

    def array(self, node: Node, level: int = LOOSE) -> str:
        """The expression as a 2-D array."""
        written, own, array = self.show(node)
        if not array:  # of floats: NumPy refuses negative powers of integers
            return f"np.full((1, 1), {written}, dtype=float)"
        return written if own >= level else f"({written})"

    def show(self, node: Node) -> tuple[str, int, bool]:
        """The expression, how tightly it holds, and whether its value is 2-D (else it is a number)."""
        match node:
            case Number(value):
                if value.denominator == 1:
                    return str(value), ATOM if value >= 0 else SUM, False
                return f"{value.numerator} / {value.denominator}", PRODUCT if value >= 0 else SUM, False
            case Variable(name, shape):
                return name_of(name), ATOM, shape != SCALAR
            case Index(name):
                return name, ATOM, False
            case Count(size):
                plain = str(size) in size.names or size.number is not None
                return str(size), ATOM if plain else LOOSE, False
            case Constant(name):
                return f"np.{name}", ATOM, False
            case Fill("eye", (rows, _)):
                return f"np.eye({rows})", ATOM, True
            case Fill(kind, (rows, columns)):
                return f"np.{kind}(({rows}, {columns}))", ATOM, True
            case Entry():
                return self.entry(node)
            case IndexedSum(index, low, high, body):
                inner, _, array = self.show(body)
                loop = f"(({inner}) for {index} in range({self.at(low, LOOSE)}, {self.at(high, LOOSE)} + 1))"
                if not array:
                    return f"sum{loop}", ATOM, False
                rows, columns = body.shape
                return f"sum({loop}, np.zeros(({rows}, {columns})))", ATOM, True
            case ByEntries(row_index, column_index, body, (rows, columns)):
                inner, _, array = self.show(body)
                line = f"[np.sum({inner})]" if array else f"[{inner}]"
                if column_index:
                    line = f"{line[:-1]} for {column_index} in range(1, {columns} + 1)]"
                loop = f" for {row_index} in range(1, {rows} + 1)" if row_index else ""
                return f"np.array([{line}{loop}], dtype=float)", ATOM, True
            case Cases(branches, otherwise):
                values = [value for value, _ in branches] + ([] if otherwise is None else [otherwise])
                array = any(self.show(value)[2] for value in values)
                show = self.array if array else self.at
                out = "np.nan" if otherwise is None else show(otherwise, ATOM)
                if otherwise is None and array:
                    rows, columns = node.shape
                    out = f"np.full(({rows}, {columns}), np.nan)"
                for chosen, test in reversed(branches):
                    out = f"({show(chosen, ATOM)} if {self.test(test)} else {out})"
                return out, ATOM, array
            case Apply(operation, arguments):
                return self.apply(operation, arguments)
        raise TypeError(f"{type(node).__name__} has no code")

    def test(self, node: Node) -> str:
        if isinstance(node, Apply) and node.operation in SIGNS:
            left, right = (self.at(a, SUM) for a in node.arguments)
            return f"{left} {SIGNS[node.operation]} {right}"
        return f"{self.at(node, ATOM)} != 0"

    def place(self, place: Node, size: Size) -> tuple[str, str | None]:
        """An index counted from 0, and the condition that it is inside where that is not sure."""
        if not isinstance(place, Number):
            at = f"{self.at(place, SUM)} - 1"
            return at, f"0 <= {at} < {size}"
        at = str(place.value - 1)
        inside = place.value == 1 or size.number is not None and 1 <= place.value <= size.number
        return at, None if inside else f"0 <= {at} < {size}"

    def entry(self, node: Entry) -> tuple[str, int, bool]:
        base, row, column = node.base, node.row, node.column
        name = self.array(base, ATOM)
        rows, columns = base.shape
        row = UNIT if row is None and rows == ONE else row
        column = UNIT if column is None and columns == ONE else column
        number = row is not None and column is not None
        tests = []
        places = []
        for place, size in ((row, rows), (column, columns)):
            if place is None:
                places.append(":")
                continue
            at, test = self.place(place, size)
            places.append(at if number else f"[{at}]")
            if test and not (isinstance(place, Index) and self.ranges.get(place.name) == {size}):
                tests.append(test)
        written = f"{name}[{', '.join(places)}]"
        if tests:
            zero = "0.0" if number else f"np.zeros(({node.shape[0]}, {node.shape[1]}))"
            return f"({written} if {' and '.join(tests)} else {zero})", ATOM, not number
        return written, ATOM, not number

    def apply(self, operation: str, arguments: tuple[Node, ...]) -> tuple[str, int, bool]:
        shown = [self.show(a) for a in arguments]
        array = any(s[2] for s in shown)
        inner = shown[0][0]
        if operation == "add":
            terms = [self.show(a)[0] if _negative(a) else self.at(a, PRODUCT) for a in arguments]
            return summed(terms), SUM, array
        if operation == "mul":
            level = SUM if _negative(Apply("mul", arguments, SCALAR)) else PRODUCT
            return self.product(arguments), level, array
        if operation == "pow":
            return self.power(self.base(arguments[0]), arguments[1], array)
        if operation in ("max", "min"):
            out = reduce(f"np.{operation}imum({{}}, {{}})".format, (written for written, _, _ in shown))
            return out, ATOM if len(shown) > 1 else shown[0][1], array
        if operation in SIGNS:
            left, right = (self.at(a, SUM) for a in arguments)
            return f"({left} {SIGNS[operation]} {right}) * 1.0", PRODUCT, array
        if operation in PLAIN:
            return f"np.{operation}({inner})", ATOM, array
        if operation == "relu":
            return f"np.maximum(0, {inner})", ATOM, array
        if operation in FORMS:
            return FORMS[operation].format(inner), PRODUCT, array
        if operation in REDUCE:
            return REDUCE[operation].format(inner), ATOM, False
        if operation == "matmul":
            return " @ ".join(self.array(a, POWER) for a in arguments), PRODUCT, True
        if operation == "matpow":
            return f"np.linalg.matrix_power({self.array(arguments[0])}, {shown[1][0]})", ATOM, True
        if operation == "transpose":
            return (f"{self.array(arguments[0], ATOM)}.T", ATOM, True) if array else shown[0]
        if operation in ("hstack", "vstack"):
            return self.stacked(operation, arguments), ATOM, True
        if operation == "cumsum":
            height, width = arguments[0].shape
            axis = 1 if height == ONE and width != ONE else 0
            return f"np.cumsum({self.array(arguments[0])}, axis={axis})", ATOM, True
        if operation == "softmax":
            return f"(lambda t: np.exp(t - np.max(t)) / np.sum(np.exp(t - np.max(t))))({inner})", ATOM, array
        if operation in ARRAY:
            written = ARRAY[operation].format(*(self.array(a) for a in arguments))
            return written, ATOM, operation not in NUMBERS
        raise TypeError(f"{operation} has no code")

    def power(self, base: str, upper: Node, array: bool) -> tuple[str, int, bool]:
        whole = upper.value if is_integer(upper) else None
        if not array and whole is not None and whole < 0:  # not `**`, which integers refuse
            return f"1 / {base}" + (f" ** {-whole}" if whole != -1 else ""), PRODUCT, False
        if array or whole is not None:
            return f"{base} ** {self.at(upper, ATOM)}", POWER, array
        return f"np.power({base}, {self.at(upper, LOOSE)})", ATOM, False  # nan, not complex

    def stacked(self, operation: str, arguments: tuple[Node, ...]) -> str:
        rows = [arguments] if operation == "hstack" else rows_of(arguments)
        cells = [[self.show(cell) for cell in row] for row in rows]
        if not any(cell[2] for row in cells for cell in row) and len({len(row) for row in rows}) == 1:
            lines = ", ".join("[" + ", ".join(cell[0] for cell in row) + "]" for row in cells)
            return f"np.array([{lines}], dtype=float)"
        return f"np.{operation}([{', '.join(self.array(a) for a in arguments)}])"

    def base(self, node: Node) -> str:
        """A base of a power: an integer would refuse a negative exponent."""
        if isinstance(node, (Number, Count, Index)):
            return f"float({self.show(node)[0]})"
        return self.at(node, ATOM)

    def product(self, factors: tuple[Node, ...]) -> str:
        out, rest, first = "", factors, factors[0]
        if isinstance(first, Number) and first.value < 0 and len(rest) > 1:
            out, rest = "-" if first.value == -1 else self.show(first)[0] + " * ", rest[1:]
        for k, factor in enumerate(rest):
            under = divisor(factor) if k else None
            if under is not None:
                out += f" / {self.at(under, POWER)}"
            else:
                out += (" * " if k else "") + self.at(factor, POWER)
        return out
