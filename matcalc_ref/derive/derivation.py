"""The derivative of one expression by one variable, in the article's layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from matcalc_ref.derive.engine import COLUMN, ROW, CannotDerive, Engine
from matcalc_ref.language.sizes import ONE, Shape, show_shape
from matcalc_ref.language.tree import Apply, Entry, Fill, Node, Variable, apply
from matcalc_ref.rewriting.einstein import Factor, Term, Untranslatable, full, term, to_node
from matcalc_ref.rewriting.lift import pretty_indices
from matcalc_ref.rewriting.normal import simplify

if TYPE_CHECKING:
    from matcalc_ref.derive.steps import Step

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
        from matcalc_ref.derive.steps import steps

        return steps(self)


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
        result, layout = _derivative(expression, one)
        results.append(result)
        if not _occurs(expression, one):
            notes.append("The expression does not depend on this variable, so the derivative is 0.")
    if len(results) == 1:
        return Derivation(expression, several, results[0], layout, tuple(notes))
    if any(expression.shape[0] != r.shape[0] or layout == "shape" for r in results):
        raise CannotDerive("By several variables, differentiate a number or a column by numbers and columns.")
    return Derivation(expression, several, finished(apply("hstack", *results)), "numerator", tuple(notes))


def finished(node: Node) -> Node:
    """Simplified, its indices called i, j, k, l."""
    return pretty_indices(simplify(pretty_indices(node)))


def _occurs(expression: Node, wrt: Node) -> bool:
    inner = {wrt} | {node for node in wrt.walk() if isinstance(node, Variable)}
    return any(node in inner for node in expression.walk())


def _derivative(expression: Node, wrt: Node) -> tuple[Node, str]:
    if not any(isinstance(part, Variable) for part in wrt.walk()):
        raise CannotDerive("Differentiate by a variable: this is a constant.", wrt)
    if isinstance(wrt, Apply) and wrt.operation == "vec":
        return by_variable(expression, wrt.arguments[0], joined=True)
    if isinstance(wrt, Entry) and isinstance(wrt.base, Variable):
        return _by_entry(expression, wrt), "scalar"
    return by_variable(expression, wrt)


def by_variable(expression: Node, wrt: Node, joined: bool = False) -> tuple[Node, str]:
    if not isinstance(wrt, Variable):
        name = Variable("_wrt", wrt.shape)
        result, layout = by_variable(expression.map(lambda node: name if node == wrt else node), name, joined)
        return finished(result.map(lambda node: wrt if node == name else node)), layout
    engine = Engine(wrt)
    i, j = (ROW if expression.shape[0] != ONE else None), (COLUMN if expression.shape[1] != ONE else None)
    if i and j and not wrt.is_scalar:
        raise CannotDerive(
            f"The expression is a matrix ({show_shape(expression.shape)}): its derivative by "
            f"{'a vector' if ONE in wrt.shape else 'a matrix'} is no matrix. Differentiate vec(…) of it "
            "or one of its entries.",
            expression,
        )
    terms = engine.terms(expression, i, j)
    sizes = {**engine.sizes, ROW: expression.shape[0], COLUMN: expression.shape[1]}
    p, q = engine.p, engine.q
    try:
        if wrt.is_scalar:
            return finished(to_node(terms, i, (j,), sizes)), "scalar"
        if p and q and not (i or j or joined):
            return finished(to_node(terms, p, (q,), sizes)), "shape"
        return finished(to_node(terms, i or j, (p, q), sizes)), "vec" if p and q else "numerator"
    except Untranslatable as error:
        raise CannotDerive(f"The derivative exists, but {error}.", expression) from None


def _by_entry(expression: Node, wrt: Entry) -> Node:
    """∂ expression / ∂ W[j, k]: the derivative's terms, with the entry of the variable set to j, k."""
    base = wrt.base
    engine = Engine(base)
    i, j = (ROW if expression.shape[0] != ONE else None), (COLUMN if expression.shape[1] != ONE else None)
    if wrt.shape != (ONE, ONE):
        raise CannotDerive("Differentiate by one entry, or by the whole variable.", wrt)
    picked, sums = [], {}
    for name, at in ((engine.p, wrt.row), (engine.q, wrt.column)):
        if name is not None:
            size = engine.sizes[name]
            picked.append(Factor(Entry(Fill("eye", (size, size)), at, None), None, name))
            sums[name] = full(size)
    found = []
    for t in engine.terms(expression, i, j):
        chosen = term(*picked).times(t)
        found.append(Term(chosen.coefficient, chosen.factors, {**chosen.sums, **sums}))
    sizes = {ROW: expression.shape[0], COLUMN: expression.shape[1]}
    return finished(to_node(found, i, (j,), sizes))
