"""A tree as typed text that reads back to the same tree."""

from __future__ import annotations

from collections.abc import Iterable

from matcalc_ref.language.operations import MINUS_UNIT
from matcalc_ref.language.sizes import ONE, SCALAR, Shape
from matcalc_ref.language.table import MATRIX_FUNCTIONS
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
    is_op,
)

ADD, MUL, POW, ATOM = 1, 2, 3, 4  # how tightly a piece of text holds together
SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "!="}
UNICODE = {"T": "ᵀ", "⊙": " ⊙ ", "⊘": " ⊘ "}
ASCII = {"T": "'", "⊙": " .* ", "⊘": " ./ "}


def text(node: Node, ascii: bool = False) -> str:
    """`node` as one would type it; `read` makes the same tree of it (where its variables are declared)."""
    return Printer(ASCII if ascii else UNICODE).show(node)[0]


class Printer:
    """One spelling; every method returns the text and how tightly it holds."""

    joined = False  # whether the indices of an entry stand side by side

    def __init__(self, signs: dict[str, str]) -> None:
        self.signs = signs

    def show(self, node: Node) -> tuple[str, int]:
        match node:
            case Number(value):
                if value.denominator != 1:
                    return f"{value.numerator}/{value.denominator}", ADD if value < 0 else MUL
                return str(value), ADD if value < 0 else ATOM
            case Variable(name) | Index(name) | Constant(name):
                return name, ATOM
            case Count(size):
                return str(size) if str(size) in size.names else f"count({size})", ATOM
            case Fill(kind, (rows, columns)):
                if kind == "eye":
                    return f"eye({rows})", ATOM
                return (f"{kind}({rows})" if columns == ONE else f"{kind}({rows}, {columns})"), ATOM
            case Entry(base, row, column):
                return self.entry(base, row, column), ATOM
            case IndexedSum(index, low, high, body):
                return (
                    f"sum_{{{index}={self.at(low, ADD)}}}^{{{self.at(high, ADD)}}} {self.at(body, MUL)}",
                    ADD,
                )
            case ByEntries(row_index, column_index, body, (rows, columns)):
                ranges = [f"{row_index}:{rows}" if row_index else "1"]
                if column_index:
                    ranges.append(f"{column_index}:{columns}")
                return self.word("entries") + self.wrap(", ".join([*ranges, self.at(body, ADD)])), ATOM
            case Cases(branches, otherwise):
                parts = [f"{self.at(value, ADD)} if {self.at(test, ADD)}" for value, test in branches]
                if otherwise is not None:
                    parts.append(f"{self.at(otherwise, ADD)} otherwise")
                return "{" + "; ".join(parts) + "}", ATOM
            case Apply(operation, arguments):
                special = getattr(self, "show_" + operation, None)
                if special:
                    return special(arguments)
                if operation in SIGNS:
                    left, right = (self.at(a, ADD) for a in arguments)
                    return f"[{left} {SIGNS[operation]} {right}]", ATOM
                return self.call(operation, arguments), ATOM
        raise TypeError(f"{type(node).__name__} has no text")

    def at(self, node: Node, level: int) -> str:
        """The text of a child, in parentheses where it holds less tightly than `level`."""
        written, own = self.show(node)
        return written if own >= level else self.wrap(written)

    def wrap(self, written: str) -> str:
        return f"({written})"

    def word(self, name: str) -> str:
        """The name of a function."""
        return name

    def call(self, name: str, arguments: tuple[Node, ...]) -> str:
        square = len(arguments) == 1 and arguments[0].shape[0] == arguments[0].shape[1] != ONE
        inner = ", ".join(self.at(a, ADD) for a in arguments)
        dotted = name in MATRIX_FUNCTIONS and square
        return self.word(name) + (f".({inner})" if dotted else self.wrap(inner))

    def entry(self, base: Node, row: Node | None, column: Node | None) -> str:
        return f"{self.at(base, ATOM)}_{{{self.places(base, row, column)}}}"

    def places(self, base: Node, row: Node | None, column: Node | None) -> str:
        """The indices of an entry; of a column or a row, one is enough."""
        places = [row, column]
        if base.shape[1] == ONE and column is None:
            places = [row]
        elif base.shape[0] == ONE and row is None:
            places = [column]
        separator = "" if self.joined and all(isinstance(p, Index) for p in places) else ","
        return separator.join(":" if p is None else self.at(p, ADD) for p in places)

    def show_add(self, terms: tuple[Node, ...]) -> tuple[str, int]:
        if len(terms) == 1:
            return self.call("add", terms), ATOM
        nested = [is_op(term, "add") for term in terms]
        written = [self.show(term)[0] for term in terms]
        return summed(self.wrap(w) if inside else w for w, inside in zip(written, nested, strict=True)), ADD

    def show_mul(self, factors: tuple[Node, ...]) -> tuple[str, int]:
        if factors[0] == MINUS_UNIT and len(factors) > 1:
            rest = factors[1:]
            if len(rest) > 1:
                return "-" + self.product(rest), ADD
            only = rest[0]
            wrap = isinstance(only, Number) or is_op(only, "mul")
            return "-" + (self.wrap(self.show(only)[0]) if wrap else self.at(only, MUL)), ADD
        return self.product(factors), MUL

    def product(self, factors: tuple[Node, ...]) -> str:
        out = self.at(factors[0], POW)
        shape: Shape = factors[0].shape
        literal = isinstance(factors[0], Number)
        for factor in factors[1:]:
            below = divisor(factor)
            if below is not None:
                sign = "/" if below.shape == SCALAR else self.signs["⊘"]
                guarded = literal and isinstance(below, Number)
                out += sign + (f"({self.show(below)[0]})" if guarded else self.at(below, POW))
            else:
                scalar = SCALAR in (shape, factor.shape)
                out += ("*" if scalar else self.signs["⊙"]) + self.at(factor, POW)
            shape = factor.shape if shape == SCALAR else shape
            literal = False
        return out

    def show_matmul(self, factors: tuple[Node, ...]) -> tuple[str, int]:
        rows = factors[0].shape[0]
        arrays = len(factors) > 1 and all(f.shape != SCALAR for f in factors)
        if not arrays or any((rows, f.shape[1]) == SCALAR for f in factors[1:-1]):
            return self.call("matmul", factors), ATOM
        return " @ ".join(self.at(f, POW) for f in factors), MUL

    def show_pow(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        base, upper = arguments
        below = self.at(base, ATOM)
        rows, columns = base.children[0].shape if _is_matrix_entry(base) else (None, ONE)
        inverse = upper == MINUS_UNIT and rows == columns
        if isinstance(base, Constant) or inverse:  # B_{ij}^(-1) might be that of B
            below = f"({below})"
        dotted = ONE not in base.shape or (ONE not in upper.shape)
        plain = is_integer(upper) and upper.value >= 0
        above = self.show(upper)[0]
        return f"{below}{'.^' if dotted else '^'}{above if plain else f'({above})'}", POW

    def show_matpow(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        base, upper = arguments
        plain = is_integer(upper) and abs(upper.value) <= 100
        if not plain or upper == MINUS_UNIT or base.shape[0] == ONE:
            return self.call("matpow", arguments), ATOM
        return f"{self.at(base, ATOM)}^{self.at(upper, ATOM)}", POW

    def show_transpose(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        if _is_matrix_entry(arguments[0]) or isinstance(arguments[0], (Number, Constant, Index, Count)):
            return self.call("transpose", arguments), ATOM
        sign = "^T" if arguments[0].shape == SCALAR and self.signs is ASCII else self.signs["T"]
        return self.at(arguments[0], ATOM) + sign, ATOM

    def show_hstack(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        if len(arguments) < 2 or any(map(stacked, arguments)):
            return self.call("hstack", arguments), ATOM
        return "[" + ", ".join(self.at(a, ADD) for a in arguments) + "]", ATOM

    def show_vstack(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        rows = rows_of(arguments)
        even = len({len(row) for row in rows}) == 1 and not any(stacked(cell) for row in rows for cell in row)
        whole = all(len(row) > 1 for row in rows) or not any(map(stacked, arguments))
        if len(rows) < 2 or not even or not whole:
            return self.call("vstack", arguments), ATOM
        return "[" + "; ".join(", ".join(self.at(cell, ADD) for cell in row) for row in rows) + "]", ATOM


def summed(terms: Iterable[str]) -> str:
    """The terms with plus and minus signs between them."""
    first, *rest = terms
    return first + "".join(" - " + term[1:] if term.startswith("-") else " + " + term for term in rest)


def divisor(factor: Node) -> Node | None:
    """What a factor divides by, where it is b^-1 and b is not the number 0."""
    if is_op(factor, "pow") and factor.arguments[1] == MINUS_UNIT:
        below = factor.arguments[0]
        return None if isinstance(below, Number) and below.value == 0 else below
    return None


def _is_matrix_entry(node: Node) -> bool:
    return isinstance(node, Entry) and node.row is not None and node.column is not None


def stacked(node: Node) -> bool:
    return is_op(node, "hstack", "vstack")


def rows_of(arguments: tuple[Node, ...]) -> list[tuple[Node, ...]]:
    """What is stacked, as rows of cells: those of an `hstack`, or one cell."""
    return [a.children if is_op(a, "hstack") else (a,) for a in arguments]
