"""What stands behind a point: `x.T`, `x.sum()`, `X.shape[0]`."""

from __future__ import annotations

import re

from matcalc_ref.language.syntax import names
from matcalc_ref.language.syntax.scanner import Scanner
from matcalc_ref.language.syntax.words import FUNCTIONS, METHODS

_METHOD = re.compile(r"\.([A-Za-z_]+)")
_TRANSPOSE = re.compile(r"\.(?:T(?![A-Za-z_])|t\(\))")
_SIZE_OF = re.compile(r"\.(?:shape\s*\[\s*([01])\s*\]|size\b(?!\())")


def method(lx: Scanner) -> None:
    """A method as a token, or the size that an attribute of an array stands for. Raises Refusal."""
    text, start = lx.text, lx.pos
    if turned := _TRANSPOSE.match(text, start):
        return lx.take("T", ".T", turned.end())
    found = _METHOD.match(text, start)
    assert found
    if found[1] in METHODS:
        return lx.take("method", FUNCTIONS[found[1]], found.end())
    before = lx.out[-1] if lx.out else None
    if before is None or before.kind != "name":
        raise lx.fail("method", start, found.end(), written=found[0])
    left = text[before.start : start]
    shape, of = lx.scope.shapes.get(left), _SIZE_OF.match(text, start)
    if shape and of:
        size = shape[int(of[1])] if of[1] else shape[0] * shape[1]
        choice = f"count({size})" if "*" in str(size) else str(size)
        raise lx.fail("size-itself", before.start, of.end(), (choice,))
    known = names.lookup(lx, found[1])
    dot = (f"{left}·{found[1]}",) if known and known.category == "variable" else ()
    raise lx.fail("method", start, found.end(), dot, written=found[0])
