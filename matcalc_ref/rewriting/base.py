"""What every group of rewriting rules may count on in the others."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from matcalc_ref.language.sizes import Size
from matcalc_ref.language.tree import Node

MOST_TERMS = 60  # of a sum that is multiplied out


class Rules(ABC):
    """Rewriting rules; every method takes rewritten operands. `expand` multiplies out, `ordered` sorts."""

    def __init__(self, expand: bool, ordered: bool = False) -> None:
        self.expand, self.ordered = expand, ordered

    @abstractmethod
    def __call__(self, node: Node) -> Node: ...

    @abstractmethod
    def apply(self, operation: str, *arguments: Node) -> Node: ...

    @abstractmethod
    def on_add(self, *arguments: Node) -> Node: ...

    @abstractmethod
    def on_mul(self, *arguments: Node) -> Node: ...

    @abstractmethod
    def on_pow(self, base: Node, exponent: Node) -> Node: ...

    @abstractmethod
    def key(self, node: Node) -> str: ...

    @abstractmethod
    def sorted(self, nodes: Iterable[Node]) -> list[Node]: ...

    @abstractmethod
    def count(self, size: Size) -> Node: ...

    @abstractmethod
    def on_matmul(self, *arguments: Node) -> Node: ...

    @abstractmethod
    def on_transpose(self, node: Node) -> Node: ...

    @abstractmethod
    def on_sum(self, node: Node) -> Node: ...

    @abstractmethod
    def on_diag(self, node: Node) -> Node: ...

    @abstractmethod
    def on_kron(self, left: Node, right: Node) -> Node: ...

    @abstractmethod
    def entry(self, base: Node, row: Node | None, column: Node | None) -> Node: ...

    @abstractmethod
    def indexed_sum(self, index: str, low: Node, high: Node, body: Node) -> Node: ...
