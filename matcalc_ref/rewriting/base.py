"""What every group of rewriting rules may count on in the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from matcalc_ref.language.sizes import Size
from matcalc_ref.language.tree import Node

MOST_TERMS = 60  # of a sum that is multiplied out


class Rules:
    """Rewriting rules; every method takes rewritten operands. `expand` multiplies out, `ordered` sorts.

    What is declared here, every group may ask for, also where a later one has it.
    """

    apply: Callable[..., Node]  # an operation's name and its operands
    on_add: Callable[..., Node]
    on_mul: Callable[..., Node]
    on_pow: Callable[[Node, Node], Node]
    on_matmul: Callable[..., Node]
    on_kron: Callable[[Node, Node], Node]
    on_transpose: Callable[[Node], Node]
    on_sum: Callable[[Node], Node]
    on_diag: Callable[[Node], Node]
    entry: Callable[[Node, Node | None, Node | None], Node]
    indexed_sum: Callable[[str, Node, Node, Node], Node]
    count: Callable[[Size], Node]
    key: Callable[[Node], str]
    sorted: Callable[[Iterable[Node]], list[Node]]

    def __init__(self, expand: bool, ordered: bool = False) -> None:
        self.expand, self.ordered = expand, ordered

    def __call__(self, node: Node) -> Node:
        """The tree, rewritten from its leaves up."""
        raise NotImplementedError
