"""The derivation line by line, by the article's rules and in its order: name, differentiate, combine,
substitute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from math import prod

from matcalc_ref.derive.intermediates import Intermediates
from matcalc_ref.derive.jacobian import by_variable, derivative
from matcalc_ref.derive.names import rule_for
from matcalc_ref.language import text
from matcalc_ref.language.operations import ZERO, add, matmul, mul, number, transpose
from matcalc_ref.language.sizes import ONE, SCALAR, Shape
from matcalc_ref.language.tree import Entry, IndexedSum, Node, Number, Variable, apply, is_op
from matcalc_ref.rewriting.pieces import common_shape, product

MOST_PATHS = 6


@dataclass(frozen=True)
class Partial(Variable):
    """A derivative that is not worked out yet, such as ∂y/∂u; its name is how it is written."""

    top: Node = ZERO
    bottom: Node = ZERO
    letter: str = "∂"
    __hash__ = Node.__hash__


@dataclass(frozen=True)
class Step:
    """One step: a line and the line after it, equal in value, by one rule of the article (`section` "":
    beyond it).

    Lines are trees; derivatives that are not worked out yet stand in them as `Partial`, intermediate
    variables as variables, which this step or an earlier one has `introduced`. `meaning` says what each of
    them is in the terms of the expression, so that every line has a value.
    """

    rule: str
    section: str
    before: Node
    after: Node
    introduced: tuple[tuple[Variable, Node], ...] = ()
    meaning: Mapping[Node, Node] = field(default_factory=dict, compare=False, repr=False)

    def value(self, line: Node) -> Node:
        """`line` with every derivative and intermediate variable spelled out."""
        return spelled_out(line, self.meaning)


def spelled_out(line: Node, meaning: Mapping[Node, Node]) -> Node:
    for _ in range(20):
        after = line.map(lambda node: meaning.get(node, node))
        if after == line:
            break
        line = after
    return line


def steps(expression: Node, wrt: tuple[Node, ...], result: Node, constant: bool) -> tuple[Step, ...]:
    """The steps from the derivative asked for to `result`; `constant`: the variable does not occur."""
    return Walk(expression, wrt, result, constant).steps()


class Walk:
    """One derivation on its way: the lines so far, what their names mean, the paths of the chain rule."""

    def __init__(self, expression: Node, wrt: tuple[Node, ...], result: Node, constant: bool) -> None:
        self.expression, self.wrt, self.result, self.constant = expression, wrt, result, constant
        self.found: list[Step] = []
        self.meaning: dict[Node, Node] = {}
        self.line: Node = ZERO
        self.around: Callable[[Node], Node] = lambda node: node
        self.outside = self.around
        self.chains: list[list[Partial]] = []  # the derivatives along every path, outermost first

    def steps(self) -> tuple[Step, ...]:
        wrt = self.wrt
        if len(wrt) > 1:
            self.side_by_side()
        elif not isinstance(wrt[0], Variable) or not self.chain(wrt[0]):
            self.in_one_step()
        return tuple(replace(step, meaning=self.meaning) for step in self.found)

    @property
    def slope(self) -> Shape:
        """The shape of what the chain rule's lines stand for."""
        return joined(self.chains[0]).shape

    # the ways through

    def chain(self, x: Variable) -> bool:
        """By intermediate variables. False where none of the article's rules leads there."""
        expression = self.expression
        factor, total = _sum_of(expression, x)
        body = total.body if total is not None else expression
        parts = Intermediates(body, x)
        if x not in set(expression.walk()):
            return False
        shapes = [value.shape for _, value in parts.definitions] + [body.shape]
        if any(ONE not in s for s in shapes) or (ONE not in x.shape and body.is_scalar):
            if not expression.is_scalar or x.is_scalar:
                return False
            lines = self.backward
        elif body.shape[0] == ONE and body.shape != SCALAR and x.is_scalar:
            return False
        else:
            lines = self.forward
        if total is not None:
            self.start(expression, x)
            outside = Variable(parts.top.name, body.shape)
            slope = jacobian(body, x) if lines == self.forward else gradient(body, x)
            several = lines == self.forward and len(self.paths(parts, parts.top, x, parts.all)) > 1
            inner = self.partial(outside, x, slope.shape, slope, "d" if several else "∂")
            self.around = lambda node: mul(*factor, IndexedSum(total.index, total.low, total.high, node))
            self.outside = self.around
            self.meaning[parts.top] = body
            self.go("sum: differentiate every term", "4.4", self.around(inner), ((parts.top, body),))
            self.line = inner
        return lines(parts, x) and self.finish(parts)

    def start(self, expression: Node, x: Node, letter: str = "∂") -> None:
        """The first line: the derivative that is asked for."""
        used = {node.name for node in expression.walk() if isinstance(node, Variable)}
        top = next(c for c in ("C", "L", "f", "F") if c not in used)
        whole = Variable(top, expression.shape)
        self.line = self.partial(whole, x, self.result.shape, self.result, letter)
        self.meaning[whole] = expression

    def forward(self, parts: Intermediates, x: Variable) -> bool:
        """The product of the Jacobians along every path, and the sum over the paths."""
        shape = {x: x.shape, parts.top: parts.expression.shape, **{n: v.shape for n, v in parts.definitions}}
        definition = parts.all
        paths = self.paths(parts, parts.top, x, definition)
        if not paths or len(paths) > MOST_PATHS:
            return False
        self.meaning.update(parts.definitions)
        several = len(paths) > 1
        scalars = all(s == SCALAR for s in shape.values())
        alone = scalars and {n for n in parts.expression.walk() if isinstance(n, Variable)} == {x}
        if not self.found:
            letter = "d" if several or alone else "∂"
            first = self.partial(parts.top, x, self.result.shape, self.result, letter)
            self.meaning[parts.top] = parts.expression
            self.line = first
        if parts.definitions:
            self.introduce(parts)
        locals_: dict[tuple[Variable, Variable], Partial] = {}
        for path in paths:
            for a, b in pairwise(path):
                if (a, b) not in locals_:
                    value = jacobian(definition[a], b)
                    letter = "d" if alone and not several else "∂"
                    locals_[a, b] = self.partial(a, b, value.shape, value, letter)
        if parts.definitions:
            rule = (
                ("total-derivative chain rule", "4.5.2")
                if several
                else ("single-variable chain rule", "4.5.1")
                if scalars
                else ("vector chain rule", "4.5.3")
            )
            self.chains = [[locals_[pair] for pair in pairwise(p)] for p in paths]
            self.go(*rule, add(*map(joined, self.chains)))
        for (a, b), partial in locals_.items():
            if parts.definitions or not self.by_parts(definition[a], b, partial):
                self.replace(partial, self.meaning[partial], *rule_for(definition[a], b))
        return True

    def by_parts(self, node: Node, x: Variable, partial: Partial) -> bool:
        """The rules for sums and products of section 2, one part at a time."""
        moving = [a for a in node.children if x in set(a.walk())]
        if not is_op(node, "add", "mul") or len(moving) < 2 or all(a == x for a in moving):
            return False
        if not (x.is_scalar and node.is_scalar) or len(moving) > 4:
            return False
        pieces, later = [], []
        for k, a in enumerate(node.children):
            if a not in moving:
                continue
            others = [b for m, b in enumerate(node.children) if m != k] if is_op(node, "mul") else []
            value = jacobian(a, x)
            if a == x:
                pieces.append(mul(*others) if others else number(1))
                continue
            inner = self.partial(a, x, SCALAR, value, partial.letter)
            later.append((inner, value, rule_for(a, x)))
            pieces.append(mul(*others, inner) if others else inner)
        self.replace(
            partial, add(*pieces), *(("product rule", "2") if is_op(node, "mul") else ("sum rule", "2"))
        )
        for inner, value, rule in later:
            self.replace(inner, value, *rule)
        return True

    def backward(self, parts: Intermediates, x: Variable) -> bool:
        """From the variable up to the number: ∂L/∂u in the shape of u for matrices, as a row for columns."""
        definition = parts.all
        self.meaning.update(parts.definitions)
        if not self.found:
            self.line = self.partial(parts.top, x, self.result.shape, self.result)
            self.meaning[parts.top] = parts.expression
        if parts.definitions:
            self.introduce(parts)
        gradient: dict[Node, Partial] = {}
        for name, _ in parts.definitions:
            value = gradient_of(parts, name)
            gradient[name] = self.partial(parts.top, name, value.shape, value)
        order: list[Variable] = [x, *(name for name, _ in parts.definitions)]
        for v in order:
            here = self.line if v == x else gradient[v]
            terms = []
            for name, value in definition.items():
                if v in parts.dependencies(value):
                    upstream = gradient.get(name)
                    terms.append(pulled_back(value, upstream, v))
            if terms and here in set(self.line.walk()):
                user = next(value for value in definition.values() if v in parts.dependencies(value))
                rule, section = rule_for(user, v)
                chained = any(
                    name in gradient for name, value in definition.items() if v in parts.dependencies(value)
                )
                named = (f"chain rule, {rule}", "4.5.3") if chained else (rule, section)
                self.replace(here, add(*terms), *named)
        return True

    def in_one_step(self) -> None:
        """Entry by entry, for what the article's rules do not cover."""
        x = self.wrt[0]
        self.start(self.expression, x)
        if self.constant:
            self.go("constant: the variable does not occur", "2", self.result)
        else:
            self.go(*rule_for(self.expression, x), self.result)

    def side_by_side(self) -> None:
        """By several variables: one derivative beside the other."""
        expression = self.expression
        self.start(
            expression,
            apply("hstack", *(v if v.shape[0] == ONE else transpose(v) for v in self.wrt)),
        )
        pieces = [(v, derivative(expression, v)[0]) for v in self.wrt]
        partials = [
            self.partial(Variable("f", expression.shape), v, value.shape, value) for v, value in pieces
        ]
        self.meaning[Variable("f", expression.shape)] = expression
        self.go("gradient: a row of partial derivatives", "3", apply("hstack", *partials))
        for (v, value), partial in zip(pieces, partials, strict=True):
            self.replace(partial, value, *rule_for(expression, v))
        self.simplified()

    # small parts

    def paths(
        self, parts: Intermediates, name: Variable, x: Variable, definition: Mapping[Variable, Node]
    ) -> list[list[Variable]]:
        if name == x:
            return [[x]]
        found = []
        for below in parts.dependencies(definition[name]):
            found += [[name, *path] for path in self.paths(parts, below, x, definition)]
            if len(found) > MOST_PATHS:
                break
        return found

    def partial(self, top: Node, bottom: Node, shape: Shape, value: Node, letter: str = "∂") -> Partial:
        made = Partial(f"{letter}{_plain(top)}/{letter}{_plain(bottom)}", shape, top, bottom, letter)
        self.meaning[made] = value
        return made

    def introduce(self, parts: Intermediates) -> None:
        named = (*parts.definitions, (parts.top, parts.last))
        self.go("introduce intermediate variables", "4.5.1", self.around(self.line), named, keep=True)

    def go(
        self,
        rule: str,
        section: str,
        after: Node,
        introduced: tuple[tuple[Variable, Node], ...] = (),
        keep: bool = False,
    ) -> None:
        before = self.found[-1].after if self.found else self.line
        inner = after
        if not introduced and not keep:
            after = self.around(after)
        if keep or after != before:
            self.found.append(Step(rule, section, before, after, introduced))
        if not keep:
            self.line = inner

    def replace(self, partial: Node, value: Node, rule: str, section: str) -> None:
        self.go(rule, section, self.line.map(lambda node: tidy(value if node == partial else node)))

    def finish(self, parts: Intermediates) -> bool:
        """Substitutes the intermediate variables and simplifies."""
        if parts.definitions:
            line = spelled_out(self.line, dict(parts.definitions))
            self.go("substitute the intermediate variables", "4.5.1", line.map(tidy))
        self.simplified()
        return True

    def simplified(self) -> None:
        self.around = lambda node: node
        self.go("simplify", "", self.result)


def jacobian(node: Node, x: Variable) -> Node:
    """∂ node/∂x with a row for every entry of `node`, also where that is a row and x a number."""
    value, _ = by_variable(node, x, joined=True)
    turned = x.is_scalar and node.shape[0] == ONE and not node.is_scalar
    return transpose(value) if turned else value


def gradient(node: Node, x: Variable) -> Node:
    """∂ node/∂x of a number, in the shape of a matrix x."""
    return by_variable(node, x)[0]


def gradient_of(parts: Intermediates, name: Variable) -> Node:
    """∂ top/∂ name, for the value of a line."""
    rest = parts.last
    for other, value in reversed(parts.definitions):
        if other == name:
            break
        rest = spelled_out(rest, {other: value})
    return gradient(rest, name)


def pulled_back(node: Node, upstream: Node | None, v: Variable) -> Node:
    """∂L/∂v from upstream = ∂L/∂node: the derivative of the number upstream · node."""
    if upstream is None:
        return gradient(node, v)
    whole = (
        mul(upstream, node) if node.is_scalar else matmul(upstream, node) if node.shape[1] == ONE else None
    )
    return gradient(whole or apply("sum", mul(upstream, node)), v)


def _sum_of(expression: Node, x: Node) -> tuple[list[Node], IndexedSum | None]:
    """An expression as constant factors times one indexed sum, if it is that."""
    factors = list(expression.children) if is_op(expression, "mul") else [expression]
    moving = [f for f in factors if x in set(f.walk())]
    constants = [f for f in factors if f not in moving]
    if len(moving) == 1 and isinstance(moving[0], IndexedSum) and all(f.is_scalar for f in constants):
        return [f for f in factors if f is not moving[0]], moving[0]
    return [], None


def joined(factors: Sequence[Node]) -> Node:
    """The derivatives along one path, multiplied."""
    result: Node = factors[0]
    for factor in factors[1:]:
        result = tidy(mul(result, factor) if result.is_scalar or factor.is_scalar else matmul(result, factor))
    return result


def tidy(node: Node) -> Node:
    """A product without inner brackets, its numbers multiplied and in front; nothing else changes."""
    if is_op(node, "matmul"):
        return matmul(*(part for f in node.children for part in (f.children if is_op(f, "matmul") else (f,))))
    if is_op(node, "mul"):
        flat = [part for f in node.children for part in (f.children if is_op(f, "mul") else (f,))]
        value = prod((f.value for f in flat if isinstance(f, Number)), start=Fraction(1))
        rest = [f for f in flat if not isinstance(f, Number)]
        kept = [Number(value)] if value != 1 or not rest else []
        return node if node.shape != common_shape((*kept, *rest)) else product([*kept, *rest])
    return node


def _plain(node: Node) -> str:
    """How a node is written beside ∂: its name, or its text in brackets."""
    return text(node) if isinstance(node, Variable | Entry) else f"({text(node)})"
