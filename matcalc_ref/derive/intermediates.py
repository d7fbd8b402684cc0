"""Taking an expression apart into intermediate variables, as the article's section 4.5 does.

Every intermediate is one rule away from the ones before it: `ln(sin(x³)²)` becomes u₁ = x³, u₂ = sin u₁, u₃ =
u₂², y = ln u₃. Sums and scalar products of plain functions of the variable stay together, for the rules of
section 2 do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from matcalc_ref.language.operations import number
from matcalc_ref.language.table import COMPARISONS, UNARY
from matcalc_ref.language.tree import Apply, Entry, Node, Variable, apply, is_op

LINEAR = frozenset("add transpose diag diagonal vec hstack vstack rowsum colsum cumsum".split())
PRODUCTS = frozenset("mul matmul kron conv pow max min".split())
REDUCTIONS = frozenset("sum prod norm trace det inv softmax softmax_rows matpow".split())
TOPS, LETTERS = ("y", "f", "L", "C", "q"), "uvhqsr"


@dataclass
class Intermediates:
    """`top` is the name of the whole, `last` what it is in terms of the `definitions` before it and the
    variable.
    """

    expression: Node
    wrt: Node
    definitions: list[tuple[Variable, Node]] = field(default_factory=list)

    def __post_init__(self) -> None:
        used = {node.name for node in self.expression.walk() if isinstance(node, Variable)}
        self.uses: dict[Node, bool] = {}
        self.names: dict[Node, Variable] = {}
        self.letter = next((c for c in LETTERS if not any(name.startswith(c) for name in used)), "u")
        self.scalars_only = self.wrt.is_scalar and all(
            node.is_scalar for node in self.expression.walk() if self.depends(node)
        )
        self.last = self.flat(self.expression, root=True)
        if len(self.definitions) == 1:
            self.rename_single(used)
        top = next((c for c in TOPS if c not in used and c != self.letter), "y")
        self.top = Variable(top, self.expression.shape)

    @property
    def all(self) -> dict[Variable, Node]:
        """What every name stands for, the whole last."""
        return {**dict(self.definitions), self.top: self.last}

    def rename_single(self, used: Iterable[str]) -> None:
        """A single intermediate needs no number: u."""
        old, value = self.definitions[0]
        new = Variable(self.letter, old.shape)
        if new.name not in used:
            self.definitions[0] = (new, value)
            self.last = self.last.map(lambda node: new if node == old else node)

    def depends(self, node: Node) -> bool:
        found = self.uses.get(node)
        if found is None:
            still = is_op(node, *COMPARISONS)  # an indicator's derivative is 0
            found = self.uses[node] = node == self.wrt or (
                not still and any(map(self.depends, node.children))
            )
        return found

    def introduce(self, node: Node) -> Node:
        """The intermediate variable that stands for `node`."""
        if node not in self.names:
            name = Variable(f"{self.letter}_{len(self.definitions) + 1}", node.shape)
            self.names[node] = name
            self.definitions.append((name, node))
        return self.names[node]

    def is_plain(self, node: Node) -> bool:
        """The variable itself, an entry of it, its transpose, an intermediate, a constant: no name."""
        if node == self.wrt or node in self.names.values():
            return True
        if not self.depends(node) and not self.holds_names(node):
            return True
        return (isinstance(node, Entry) or is_op(node, "transpose")) and self.is_plain(node.children[0])

    def holds_names(self, node: Node) -> bool:
        names = set(self.names.values())
        return any(part in names for part in node.walk())

    def flat(self, node: Node, root: bool = False) -> Node:
        """The node in terms of the variable and of intermediates, which it introduces."""
        if not isinstance(node, Apply) or not self.depends(node) or node.operation in COMPARISONS:
            return node
        name, arguments = node.operation, node.arguments
        moving = [a for a in arguments if self.depends(a)]
        if name == "pow" and is_op(arguments[0], "norm") and arguments[1] == number(2):
            inner = self.named(self.flat(arguments[0].children[0]))
            result = apply("pow", apply("norm", inner), arguments[1])
            return self.introduce(result) if self.holds_names(result) and not root else result
        if name in ("max", "min") and len(moving) > 1:
            return node  # which of them counts where they are equal is settled for both at once
        if name in LINEAR:
            return apply(name, *(self.flat(a) for a in arguments))
        if name in ("mul", "matmul") and len(moving) == 1:
            return apply(name, *(self.flat(a, root=root and a is moving[0]) for a in arguments))
        if name in UNARY or name in REDUCTIONS or (name in PRODUCTS and len(moving) == 1):
            operands = [self.named(self.flat(a)) for a in arguments]
            result = apply(name, *operands)
            return self.introduce(result) if self.holds_names(result) and not root else result
        parts = [self.flat(a) for a in arguments]
        if not (self.scalars_only and not any(map(self.holds_names, parts)) and name in ("mul", "pow")):
            parts = [self.named(part) for part in parts]
        result = apply(name, *parts)
        return self.introduce(result) if self.holds_names(result) and not root and name != "mul" else result

    def named(self, node: Node) -> Node:
        return node if self.is_plain(node) else self.introduce(node)

    def dependencies(self, node: Node) -> list[Variable]:
        """What a definition depends on directly: the variable first, then intermediates in their order."""
        inside = set(_moving(node))
        found = [self.wrt] if isinstance(self.wrt, Variable) and self.wrt in inside else []
        return [*found, *(name for name, _ in self.definitions if name in inside)]


def _moving(node: Node) -> Iterator[Node]:
    """The node and all below it, but for the insides of indicators."""
    yield node
    if not is_op(node, *COMPARISONS):
        for child in node.children:
            yield from _moving(child)
