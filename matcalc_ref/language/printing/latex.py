"""A tree as LaTeX, for people to read; `read` understands it as well."""

from __future__ import annotations

from itertools import pairwise

from matcalc_ref.language.operations import UNIT
from matcalc_ref.language.printing.typed import ADD, ATOM, MUL, POW, Printer, divisor, rows_of
from matcalc_ref.language.scope import GREEK, canonical
from matcalc_ref.language.sizes import ONE, SCALAR
from matcalc_ref.language.tree import (
    Apply,
    Cases,
    Constant,
    Count,
    Fill,
    Index,
    IndexedSum,
    Node,
    Number,
    Variable,
)

SIGNS = {"gt": ">", "ge": r"\ge", "lt": "<", "le": r"\le", "eq": "=", "ne": r"\ne"}
KNOWN = frozenset("exp sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan det max min".split())
WORDS = {"log": r"\ln", "sigmoid": r"\sigma", "trace": r"\operatorname{tr}"}
LETTERS = frozenset(GREEK.values())


def latex(node: Node) -> str:
    """`node` in LaTeX, without `$`. Vectors are bold, by their shapes; sums keep their bounds."""
    return _Latex({}).show(node)[0]


def _word(name: str, bold: bool) -> str:
    head, _, tail = name.partition("_")
    for accent in ("hat", "bar", "tilde"):
        if tail == accent or tail.startswith(accent + "_"):
            inner = _word(head, bold)
            rest = tail[len(accent) + 1 :]
            return rf"\{accent}{{{inner}}}" + (f"_{{{rest}}}" if rest else "")
    letters = head.rstrip("0123456789")
    if letters != head and not tail:
        head, tail = letters, head[len(letters) :]
    plain = canonical(head)
    shown = f"\\{plain}" if plain in LETTERS else head
    if len(head) > 1 and plain not in LETTERS:
        shown = rf"\mathrm{{{head}}}"
    elif bold:
        shown = rf"\boldsymbol{{{shown}}}" if plain in LETTERS else rf"\mathbf{{{head}}}"
    return shown + (f"_{{{tail.replace('_', '')}}}" if tail else "")


class _Latex(Printer):
    joined = True

    def wrap(self, written: str) -> str:
        return rf"\left({written}\right)"

    def word(self, name: str) -> str:
        if name in WORDS:
            return WORDS[name]
        return f"\\{name}" if name in KNOWN else rf"\operatorname{{{name}}}"

    def show(self, node: Node) -> tuple[str, int]:
        match node:
            case Number(value):
                if value.denominator != 1:
                    sign = "-" if value < 0 else ""
                    written = rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"
                    return written, ADD if sign else POW
                return str(value), ADD if value < 0 else ATOM
            case Variable(name, shape):
                return _word(name, shape != SCALAR and ONE in shape), ATOM
            case Index(name):
                return name, ATOM
            case Constant(name):
                return (r"\pi" if name == "pi" else "e"), ATOM
            case Count(size):
                written = str(size).replace("*", r" \cdot ")
                return written, ATOM if str(size) in size.names or size.number is not None else ADD
            case Fill(kind, (rows, columns)):
                if kind == "eye":
                    return f"I_{{{rows}}}", ATOM
                digit = r"\mathbf{1}" if kind == "ones" else r"\mathbf{0}"
                if columns == ONE:
                    return f"{digit}_{{{rows}}}", ATOM
                if rows == ONE:
                    return rf"{digit}_{{{columns}}}^{{\top}}", POW
                return rf"{digit}_{{{rows}, {columns}}}", ATOM
            case IndexedSum(index, low, high, body):
                bounds = rf"_{{{index}={self.show(low)[0]}}}^{{{self.show(high)[0]}}}"
                return rf"\sum{bounds} {self.at(body, MUL)}", ADD
            case Cases(branches, otherwise):
                lines = [rf"{self.at(v, ADD)} & \text{{if }} {self.bare(c)}" for v, c in branches]
                if otherwise is not None:
                    lines.append(rf"{self.at(otherwise, ADD)} & \text{{otherwise}}")
                return r"\begin{cases} " + r" \\ ".join(lines) + r" \end{cases}", ATOM
            case Apply(operation, _) if operation in SIGNS:
                return rf"\mathbb{{1}}\left[{self.bare(node)}\right]", ATOM
        return super().show(node)

    def bare(self, node: Node) -> str:
        if isinstance(node, Apply) and node.operation in SIGNS:
            left, right = (self.at(a, ADD) for a in node.arguments)
            return f"{left} {SIGNS[node.operation]} {right}"
        return self.show(node)[0]

    def entry(self, base: Node, row: Node | None, column: Node | None) -> str:
        inner = self.places(base, row, column)
        if isinstance(base, Variable) and "_" not in _word(base.name, False):
            return f"{_word(base.name, False)}_{{{inner}}}"
        return f"{self.wrap(self.show(base)[0])}_{{{inner}}}"

    def show_add(self, terms: tuple[Node, ...]) -> tuple[str, int]:
        return super().show_add(terms) if len(terms) > 1 else self.show(terms[0])

    def product(self, factors: tuple[Node, ...]) -> str:
        above: list[Node] = []
        below: list[Node] = []
        for factor in factors:
            under = divisor(factor)
            if under is not None and under.shape == SCALAR:
                below.append(under)
            else:
                above.append(factor)
        if not below:
            return self.line(above)
        alone = len(above) == 1 and divisor(above[0]) is None
        scalars = [f for f in above if f.shape == SCALAR or alone]
        rest = [f for f in above if f not in scalars]
        top, bottom = (
            self.show(side[0])[0] if len(side) == 1 else self.line(side) for side in (scalars, below)
        )
        return rf"\frac{{{top or '1'}}}{{{bottom}}}" + (" " + self.line(rest) if rest else "")

    def line(self, factors: list[Node]) -> str:
        out = ""
        shape = SCALAR
        for k, factor in enumerate(factors):
            under = divisor(factor)
            if k and under is not None and under.shape != SCALAR:
                out += r" \oslash " + self.at(under, POW)
            else:
                written = self.at(factor, POW)
                if not k:
                    out = written
                elif SCALAR not in (shape, factor.shape):
                    out += r" \otimes " + written
                else:  # side by side binds tighter than a sign before it
                    plain = r" \oslash " not in out and self.side_by_side(factors[k - 1], out, written)
                    if factor == UNIT and shape != SCALAR:  # x · 1 may be a sum
                        written = r"\left(1\right)"
                    out += (" " if plain else r" \cdot ") + written
            shape = factor.shape if shape == SCALAR else shape
        return out

    @staticmethod
    def side_by_side(before: Node, out: str, written: str) -> bool:
        """Whether two factors need no sign: never before a digit, and no variable before a parenthesis."""
        call = isinstance(before, (Variable, Index)) and written.startswith((r"\left(", "(", "["))
        return not (
            written[:1].isdigit() or written.startswith((r"\frac", "-")) and out[-1:].isdigit() or call
        )

    def show_matmul(self, factors: tuple[Node, ...]) -> tuple[str, int]:
        out = self.at(factors[0], POW)
        for before, factor in pairwise(factors):
            written = self.at(factor, POW)
            call = isinstance(before, Variable) and written.startswith((r"\left(", "("))
            if SCALAR in (before.shape, factor.shape):
                return self.call("matmul", factors), ATOM
            out += " {" + written + "}" if call else " " + written
        return out, MUL

    def show_pow(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        base, upper = arguments
        if divisor(Apply("pow", arguments, base.shape)) is not None and base.shape == SCALAR:
            return rf"\frac{{1}}{{{self.show(base)[0]}}}", POW
        below = self.at(base, ATOM)
        if isinstance(base, Constant):
            below = rf"\left({below}\right)"
        dotted = "." if ONE not in base.shape or ONE not in upper.shape else ""
        return f"{below}{dotted}^{{{self.show(upper)[0]}}}", POW

    def show_matpow(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        return f"{self.at(arguments[0], ATOM)}^{{{self.show(arguments[1])[0]}}}", POW

    def show_inv(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        return f"{self.at(arguments[0], ATOM)}^{{-1}}", POW

    def show_transpose(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        if arguments[0].shape == SCALAR:  # a number needs none; 1^T would be a row of ones
            return self.show(arguments[0])
        return rf"{self.at(arguments[0], ATOM)}^{{\top}}", POW

    def show_norm(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        return rf"\left\lVert {self.show(arguments[0])[0]} \right\rVert", ATOM

    def show_abs(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        if arguments[0].shape != SCALAR:
            return self.call("abs", arguments), ATOM
        return rf"\left\lvert {self.show(arguments[0])[0]} \right\rvert", ATOM

    def show_sqrt(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        if ONE not in arguments[0].shape:
            return self.call("sqrt", arguments), ATOM
        return rf"\sqrt{{{self.show(arguments[0])[0]}}}", ATOM

    def show_exp(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        if ONE not in arguments[0].shape or arguments[0].children:
            return self.call("exp", arguments), ATOM
        return f"e^{{{self.show(arguments[0])[0]}}}", POW

    def matrix(self, rows: list[tuple[Node, ...]]) -> tuple[str, int]:
        lines = [" & ".join(self.at(cell, ADD) for cell in row) for row in rows]
        return r"\begin{bmatrix} " + r" \\ ".join(lines) + r" \end{bmatrix}", ATOM

    def show_hstack(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        return self.matrix([arguments]) if len(arguments) > 1 else self.show(arguments[0])

    def show_vstack(self, arguments: tuple[Node, ...]) -> tuple[str, int]:
        rows = rows_of(arguments)
        if len({len(row) for row in rows}) != 1:
            rows = [(a,) for a in arguments]
        return self.matrix(rows) if len(rows) > 1 else self.show(arguments[0])
