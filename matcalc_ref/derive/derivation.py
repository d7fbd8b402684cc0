"""Derivatives in the article's layout, by one variable or several, with the steps that lead to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from matcalc_ref.derive.engine import CannotDerive
from matcalc_ref.derive.jacobian import derivative, finished
from matcalc_ref.derive.steps import Step, steps
from matcalc_ref.language.sizes import Shape
from matcalc_ref.language.tree import Node, Variable, apply

LAYOUTS = {
    "scalar": "a derivative by a number has the shape of the expression",
    "numerator": "numerator layout: a row for every output, a column for every input",
    "vec": "numerator layout: a row for every output, the matrix's rows one after another as columns",
    "shape": "a number by a matrix: the derivative has the matrix's own shape",
}


@dataclass(frozen=True)
class Derivation:
    """A derivative and how it comes about.

    `result` is the derivative as a tree, simplified. `layout` is a key of `LAYOUTS`. `notes` are sentences
    about what is special (a variable that does not occur). `steps` is worked out when it is first asked for.
    """

    expression: Node
    wrt: tuple[Node, ...]
    result: Node
    layout: str
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> Shape:
        return self.result.shape

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The derivation line by line, by the article's rules; the last line is `result`."""
        return steps(self.expression, self.wrt, self.result, constant=bool(self.notes))


def derive(expression: Node, wrt: Node | Sequence[Node]) -> Derivation:
    """The derivative of `expression` with respect to `wrt`, for every size of the dimensions.

    `wrt` is a variable, an entry (W_jk), vec(W), any other part of the expression, or several of them, whose
    derivatives then stand side by side. Shapes: by a number, the expression's own shape; by a vector, the
    Jacobian with a row for every output and a column for every input (numerator layout; the article's section
    4.1); a number by a matrix, the matrix's shape; a vector by a matrix, the Jacobian by vec(W), rows of W
    one after another.

    Raises CannotDerive, naming the part, where there is no such derivative or the engine does not know it.
    """
    several = (wrt,) if isinstance(wrt, Node) else tuple(wrt)
    if not several:
        raise CannotDerive("Name the variable to differentiate by.")
    results, layout, notes = [], "", []
    for one in several:
        result, layout = derivative(expression, one)
        results.append(result)
        if not _occurs(expression, one):
            notes.append("The expression does not depend on this variable, so the derivative is 0.")
    if len(results) == 1:
        return Derivation(expression, several, results[0], layout, tuple(notes))
    if any(expression.shape[0] != r.shape[0] or layout == "shape" for r in results):
        raise CannotDerive("By several variables, differentiate a number or a column by numbers and columns.")
    return Derivation(expression, several, finished(apply("hstack", *results)), "numerator", tuple(notes))


def _occurs(expression: Node, wrt: Node) -> bool:
    inner = {wrt} | {node for node in wrt.walk() if isinstance(node, Variable)}
    return any(node in inner for node in expression.walk())
