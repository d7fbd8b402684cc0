"""Rewriting a formula from the leaves up: the whole, and its sums, products and powers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import prod

from matcalc_ref.language.operations import UNIT, ZERO, number
from matcalc_ref.language.sizes import ONE, SCALAR, Shape
from matcalc_ref.language.table import COMPARISONS, UNARY
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
    apply,
    is_integer,
    is_op,
)
from matcalc_ref.rewriting.base import MOST_TERMS
from matcalc_ref.rewriting.functions import Functions
from matcalc_ref.rewriting.pieces import (
    array_part,
    common_shape,
    count_of,
    filled_one,
    first_positive,
    is_fill,
    is_indicator,
    is_zero,
    number_power,
    ones_in,
    product,
    rank,
    scalars_and_arrays,
    split,
    without_kinks,
    zero,
)


class Rewriter(Functions):
    """Rewrites trees whose parts are rewritten already. `expand` multiplies out, `ordered` sorts sums and
    products.
    """

    def __init__(self, expand: bool, ordered: bool = False) -> None:
        super().__init__(expand, ordered)
        self.known: dict[Node, Node] = {}
        self.keys: dict[Node, str] = {}

    def __call__(self, node: Node) -> Node:
        found = self.known.get(node)
        if found is None:
            found = self.known[node] = self.rewrite(node)
            self.known[found] = found
        return found

    def rewrite(self, node: Node) -> Node:
        node = one_power(node)
        children = tuple(self(child) for child in node.children)
        match node:
            case Apply(operation):
                return self.apply(operation, *children)
            case Count(size):
                return self.count(size)
            case Fill() if node.shape == SCALAR:
                return ZERO if node.kind == "zeros" else UNIT
            case Entry():
                slots = iter(children[1:])
                row, column = (None if at is None else next(slots) for at in (node.row, node.column))
                return self.entry(children[0], row, column)
            case IndexedSum(index):
                return self.indexed_sum(index, *children)
            case ByEntries():
                return self.by_entries(node.row_index, node.column_index, children[0], node.entries)
            case Cases(_, otherwise):  # which are that value where they all give the same
                last = children[-1]
                same = otherwise is not None and all(value == last for value in children[:-1:2])
                return last if same else node.with_children(children)
        return node

    def apply(self, operation: str, *arguments: Node) -> Node:
        """The operation on rewritten operands, rewritten."""
        rule: Callable[..., Node] | None = getattr(self, f"on_{operation}", None)
        if rule is not None:
            return rule(*arguments)
        if operation in UNARY:
            return self.function(operation, arguments[0])
        if operation in COMPARISONS:
            return self.compare(operation, *arguments)
        return apply(operation, *arguments)

    # order

    def key(self, node: Node) -> str:
        """A text that orders nodes; equal only for equal nodes."""
        found = self.keys.get(node)
        if found is None:
            match node:
                case Apply(operation):
                    head = operation
                case Number(value):
                    head = f"#{value}"
                case Variable(name):
                    head = name
                case Constant(name) | Index(name):
                    head = f"{name}%"
                case Count(size):
                    head = f"!{size}"
                case Fill(kind, (rows, columns)):
                    head = f"~{kind},{rows},{columns}"
                case Entry(_, row, column):
                    head = f"entry{row is None:d}{column is None:d}"
                case IndexedSum(index):
                    head = f"sum {index}"
                case ByEntries(row_index, column_index, _, shape):
                    head = f"entries {row_index},{column_index},{shape}"
                case _:
                    head = f"cases{node.otherwise is None:d}" if isinstance(node, Cases) else "?"
            inside = ",".join(self.key(child) for child in node.children)
            found = self.keys[node] = f"{rank(node)}{head}({inside})"
        return found

    def sorted(self, nodes: Iterable[Node]) -> list[Node]:
        """Sorted by key where the form is ordered; else plain things by name, then the rest as given."""
        return sorted(nodes, key=self.key if self.ordered else self.place)

    def place(self, node: Node) -> tuple[int, str]:
        where = rank(node)
        return where, self.key(node) if where < 5 else ""

    # sums

    def on_add(self, *arguments: Node) -> Node:
        shape = common_shape(arguments)
        terms: dict[Node, Fraction] = {}
        loose: dict[Node, Fraction] = {}  # scalars that go with every entry
        pending = list(reversed(arguments))
        while pending:
            node = pending.pop()
            if isinstance(node, Apply) and node.operation == "add":
                pending.extend(reversed(node.arguments))
                continue
            coefficient, rest = split(node)
            if not coefficient or is_zero(rest):
                continue
            bucket = terms
            if shape != SCALAR:
                inside, arrays = scalars_and_arrays(rest)
                if not arrays or (len(arrays) == 1 and is_fill(arrays[0], "ones")):
                    bucket, rest = loose, product(inside)
            bucket[rest] = bucket.get(rest, Fraction(0)) + coefficient
        self.merge_arrays(terms)
        self.merge_loose(terms, loose)
        parts = [self.on_mul(Number(c), node) for node, c in terms.items() if c]
        if self.ordered:
            parts = self.sorted(parts)
        else:  # Q + Qᵀ
            turned = {p for p in parts if is_op(p, "transpose") and p.children[0] in parts}
            parts = [*(p for p in parts if p not in turned), *(p for p in parts if p in turned)]
        scalars = [self.on_mul(Number(c), node) for node, c in loose.items() if c]
        if scalars:
            scalar = self.on_add(*scalars)
            whole = Fill("ones", shape)
            if scalar != ZERO and parts and ONE in shape:
                parts += scalar.children if is_op(scalar, "add") else (scalar,)
            elif scalar != ZERO and self.expand and is_op(scalar, "add"):
                parts += [self.on_mul(each, whole) for each in scalar.children]
            elif scalar != ZERO:
                parts.append(self.on_mul(scalar, whole))
        if not parts:
            return zero(shape)
        if len(parts) == 1:
            return parts[0]
        if parts[0] != (lead := first_positive(parts)) and not self.ordered:
            parts.remove(lead)
            parts.insert(0, lead)
        return self.outside_transpose(parts, shape)

    def outside_transpose(self, parts: list[Node], shape: Shape) -> Node:
        """(y - X w)ᵀ rather than yᵀ - wᵀXᵀ."""
        plain = apply("add", *parts)
        if shape == SCALAR or not all(p.is_scalar or count_of(p, "transpose") for p in parts):
            return plain
        turned = [self.on_transpose(p) for p in parts]
        if 1 + sum(count_of(t, "transpose") for t in turned) < sum(count_of(p, "transpose") for p in parts):
            return apply("transpose", apply("add", *(self.sorted(turned) if self.ordered else turned)))
        return plain

    def merge_loose(self, terms: dict[Node, Fraction], loose: dict[Node, Fraction]) -> None:
        """A number that goes with every entry of a written-out row is added entry by entry."""
        rows = [t for t in terms if is_op(t, "hstack", "vstack") and all(a.is_scalar for a in t.children)]
        if rows and loose:
            row = rows[0]
            extra = [self.on_mul(Number(c), node) for node, c in loose.items()]
            scale = Number(terms.pop(row))
            loose.clear()
            merged = self.apply(
                row.operation, *(self.on_add(self.on_mul(scale, a), *extra) for a in row.children)
            )
            terms[merged] = terms.get(merged, Fraction(0)) + 1

    def merge_arrays(self, terms: dict[Node, Fraction]) -> None:
        """diag(a) + diag(b) is diag(a + b); stacks with the same parts are added part by part."""
        diagonal = [t for t in terms if is_op(array_part(t).node, "diag")]
        if self.ordered and diagonal:
            diagonal += [t for t in terms if is_fill(array_part(t).node, "eye")]
        if len(diagonal) > 1:
            parts = [(Number(terms.pop(t)), array_part(t)) for t in diagonal]
            vectors = [self.on_mul(number, part.scalar, part.diagonal) for number, part in parts]
            coefficient, merged = split(self.on_diag(self.on_add(*vectors)))
            terms[merged] = terms.get(merged, Fraction(0)) + coefficient
        for stack in ("hstack", "vstack"):
            same: dict[tuple[Shape, ...], list[Node]] = {}
            for t in terms:
                part = array_part(t)
                if is_op(part.node, stack):
                    same.setdefault(tuple(a.shape for a in part.node.children), []).append(t)
            for group in same.values():
                if len(group) > 1:
                    rows = []
                    for t in group:
                        scale = self.on_mul(Number(terms.pop(t)), array_part(t).scalar)
                        rows.append([self.on_mul(scale, a) for a in array_part(t).node.children])
                    merged = self.apply(stack, *(self.on_add(*column) for column in zip(*rows, strict=True)))
                    terms[merged] = terms.get(merged, Fraction(0)) + 1

    # products

    def on_mul(self, *arguments: Node) -> Node:
        shape = common_shape(arguments)
        coefficient = Fraction(1)
        powers: dict[Node, Node] = {}
        pending = list(reversed(arguments))
        while pending:
            node = pending.pop()
            match node:
                case Number(value):
                    coefficient *= value
                case Fill("zeros"):
                    return zero(shape)
                case Fill("ones"):
                    pass
                case Apply("mul", factors):
                    pending.extend(reversed(factors))
                case Apply("pow", (base, exponent)):
                    self.gather(powers, base, exponent)
                case _:
                    self.gather(powers, node, UNIT)
        if not coefficient:
            return zero(shape)
        raised = (self.on_pow(base, exponent) for base, exponent in powers.items())
        parts: list[Node] = [p for p in raised if p != UNIT]
        if any(is_op(p, "gt") for p in parts):
            opened = without_kinks(parts)
            if opened != parts:
                return self.on_mul(Number(coefficient), *map(self, opened), *ones_in(shape))
        if any(isinstance(p, Number) or is_op(p, "mul") for p in parts):
            return self.on_mul(Number(coefficient), *parts, *ones_in(shape))
        if self.expand and (spread := self.multiplied_out(coefficient, parts, shape)) is not None:
            return spread
        scalars = self.sorted(p for p in parts if p.is_scalar)
        array = self.hadamard([p for p in parts if not p.is_scalar])
        if array is None:
            whole = ones_in(shape)
            needed = coefficient != 1 or not (scalars or whole)
            return product([*([Number(coefficient)] if needed else []), *scalars, *whole])
        loose, arrays = scalars_and_arrays(array)
        if loose:
            return self.on_mul(Number(coefficient), *scalars, *loose, product(arrays))
        if is_op(array, "hstack", "vstack") and all(a.is_scalar for a in array.children):
            scale = self.on_mul(Number(coefficient), *scalars)
            if scale != UNIT:
                return self.apply(array.operation, *(self.on_mul(scale, a) for a in array.children))
        return product([*([Number(coefficient)] if coefficient != 1 else []), *scalars, *arrays])

    def gather(self, powers: dict[Node, Node], base: Node, exponent: Node) -> None:
        """Multiplies by base^exponent: x² x³ is x⁵, as long as that keeps where it has values."""
        if base not in powers:
            powers[base] = exponent
        elif is_indicator(base) and exponent == UNIT:
            pass
        elif is_integer(powers[base]) or is_integer(exponent):
            powers[base] = self.on_add(powers[base], exponent)
        else:
            again = apply("pow", base, exponent)
            powers[again] = self.on_add(powers[again], UNIT) if again in powers else UNIT

    def multiplied_out(self, coefficient: Fraction, factors: list[Node], shape: Shape) -> Node | None:
        """A product of sums as a sum of products; None where nothing is to do or it gets too long."""
        sums = [self.summands(p) for p in factors]
        count = prod(map(len, sums))
        if count == 1 or count > MOST_TERMS:
            return None
        choices: list[list[Node]] = [[Number(coefficient)]]
        for parts in sums:
            choices = [[*chosen, part] for chosen in choices for part in parts]
        return self.on_add(*(self.on_mul(*chosen, *ones_in(shape)) for chosen in choices))

    def on_pow(self, base: Node, exponent: Node) -> Node:
        shape = common_shape((base, exponent))
        if exponent == ZERO:
            return filled_one(shape)
        if exponent == UNIT:
            return base
        if base == UNIT or is_fill(base, "ones"):
            return filled_one(shape)
        if isinstance(base, Constant) and base.name == "e":
            return self.function("exp", exponent)
        if isinstance(exponent, Number) and isinstance(base, Number):
            return number_power(base.value, exponent.value)
        if is_integer(exponent):
            times = int(exponent.value)
            if is_indicator(base) and times > 0:
                return base
            match base:
                case Apply("mul", factors):
                    return self.on_mul(*(self.on_pow(factor, exponent) for factor in factors))
                case Apply("pow", (inner, Number(value))) if (
                    value.denominator == 1 or (value * times).denominator != 1
                ):
                    return self.on_pow(inner, Number(value * times))
                case Apply("exp", (inner,)):
                    return self.function("exp", self.on_mul(exponent, inner))
                case Apply("sqrt", (inner,)) if times % 2 == 0 and not self.ordered:
                    return self.on_pow(inner, number(times // 2))
                case Apply("abs", (inner,)) if times % 2 == 0:
                    return self.on_pow(inner, exponent)
                case Apply("add") if (
                    self.expand and 1 < times <= 4 and len(base.arguments) ** times <= MOST_TERMS
                ):
                    return self.power_of_sum(base, times)
        if isinstance(base, Apply) and base.operation == "transpose" and exponent.is_scalar:
            return self.on_transpose(self.on_pow(base.arguments[0], exponent))
        return apply("pow", base, exponent)

    def power_of_sum(self, base: Apply, times: int) -> Node:
        """(a + b)^k multiplied out."""
        result: tuple[Node, ...] = base.arguments
        for _ in range(times - 1):
            result = tuple(self.on_mul(a, b, *ones_in(base.shape)) for a in result for b in base.arguments)
        return self.on_add(*result)


def one_power(node: Node) -> Node:
    """(b²)⁻¹ as b⁻², before b² is multiplied out; the same for the factors of a product."""
    if not is_op(node, "pow") or not is_integer(exponent := node.children[1]):
        return node
    base = node.children[0]
    if is_op(base, "mul"):
        return apply("mul", *(one_power(apply("pow", factor, exponent)) for factor in base.children))
    if is_op(base, "pow") and is_integer(inner := base.children[1]):
        return one_power(apply("pow", base.children[0], Number(inner.value * exponent.value)))
    return node
