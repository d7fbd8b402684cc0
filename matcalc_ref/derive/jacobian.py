"""The derivative of one expression by one variable, an entry of one, or any part of the expression."""

from __future__ import annotations

from matcalc_ref.derive.engine import COLUMN, ROW, CannotDerive, Engine
from matcalc_ref.language.sizes import ONE, show_shape
from matcalc_ref.language.tree import Apply, Entry, Fill, Node, Variable
from matcalc_ref.rewriting.einstein import Factor, Term, Untranslatable, full, term, to_node
from matcalc_ref.rewriting.lift import pretty_indices
from matcalc_ref.rewriting.normal import simplify


def derivative(expression: Node, wrt: Node) -> tuple[Node, str]:
    """The derivative, simplified, and its layout (a key of `LAYOUTS`). Raises CannotDerive."""
    if not any(isinstance(part, Variable) for part in wrt.walk()):
        raise CannotDerive("Differentiate by a variable: this is a constant.", wrt)
    if isinstance(wrt, Apply) and wrt.operation == "vec":
        return by_variable(expression, wrt.arguments[0], joined=True)
    if isinstance(wrt, Entry) and isinstance(wrt.base, Variable):
        return _by_entry(expression, wrt), "scalar"
    return by_variable(expression, wrt)


def by_variable(expression: Node, wrt: Node, joined: bool = False) -> tuple[Node, str]:
    """The derivative by a whole variable; `joined`: by the vec of it."""
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


def finished(node: Node) -> Node:
    """Simplified, its indices called i, j, k, l."""
    return pretty_indices(simplify(pretty_indices(node)))
