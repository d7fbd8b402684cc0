"""A left side with a derivative in it, such as `∂f/∂x = …`, however it is written."""

from __future__ import annotations

import re

from matcalc_ref.language.scope import SUBSCRIPTS, canonical
from matcalc_ref.language.syntax.scanner import Scanner
from matcalc_ref.language.syntax.tokens import INDICES

_AROUND = r"\s|\$|\\\[|\\\(|\\boxed|\\(?:display|text)style|\{"  # what may stand before all of it
_FRACTION = r"\\[cdt]?frac\s*\{\s*(?:\\partial|\\mathrm|\\text|∂|d)"
_SIGN = rf"\(d\s?\w*\)\s*/\s*\(?d|[∂∇]|\\(?:partial|nabla|p?dv)(?![A-Za-z])|d[²^\d]|d\s*/\s*d|{_FRACTION}"
_REST = r"(?:[^=<>≤≥_]|_(?!\{)|_\{(?:[^{}]|\{[^{}]*\})*\})*?"  # without the = of `|_{x=1}`
LABEL = re.compile(rf"(?:{_AROUND})*(?P<left>(?:(?:\\left\s*)?[\[(|.]\s*)??(?:{_SIGN}){_REST})=(?!=)")
_D = r"(?:d|\\(?:mathrm|text)\s*(?:d|\{\s*d\s*\}))"
OPERATOR = re.compile(
    rf"\(d\s?\w*\)\s*/\s*\(?d|d[²^]\S*\s*/\s*d|\\[cdt]?frac\s*\{{\s*{_D}(?:[^{{}}]|\{{[^{{}}]*\}})*\}}\s*\{{\s*{_D}"
)
_OWN_INDEX = re.compile(
    r"(?:\\left)?[\[(|]?\s*(?:[∂∇]|\\partial|\\nabla)\s*(?:_\s*(?:\{[^{}]*\}|\w)|[ᵢⱼₖₗ]+)"
)
_INDEX = re.compile(r"_\s*\{?\s*([ijkl](?:\s*,?\s*[ijkl])?)\s*\}?(?![a-z])|[ᵢⱼₖₗ]")
_TURNED = re.compile(
    r"(?:(?:\\left\s*)?[\[(]|\\p?dv).*[)\]}]\s*"
    r"(?:\^\s*\{?\s*(?:\\(?:top|intercal|mathsf\s*\{?\s*T\s*\}?|mathrm\s*\{\s*T\s*\})|T|⊤)\s*\}?|ᵀ|')\s*",
    re.S,
)
SUMS = re.compile(r"(?:\\sum|\bsum|[Σ∑])\s*(?:_\s*(?:\{[^{}]*\}|\w)|[ᵢⱼₖₗ]+)\s*(?:\^\s*(?:\{[^{}]*\}|\w))?")


def is_a_term_with_others(left: str) -> bool:
    """Whether a left side is a sum or product with a derivative in it, so that it is an equation."""
    depth = 0
    for at, c in enumerate(left):
        depth += (c in "([{") - (c in ")]}")
        if depth == 0 and at and c in "+-−·*":
            return True
    return False


def letters_of(left: str) -> str:
    """The letters of the indices in a left side, in their order."""
    return "".join(found[1] or SUBSCRIPTS[found[0]] for found in _INDEX.finditer(left))


def label(lx: Scanner, left: re.Match[str]) -> None:
    """A left side as one derivative, and the indices that stand in it."""
    start, lx.pos = left.start("left"), left.end("left")
    lx.emit("deriv", ("", "", "", ""), start, lx.pos)
    written = SUMS.sub("", left["left"])
    own = _OWN_INDEX.match(written)  # ∂_j f_i: by what is differentiated comes last
    rest = written[own.end() :] + written[: own.end()] if own else written
    bound = canonical("".join(found[0] for found in SUMS.finditer(left["left"])))
    indices = "".join(c for c in letters_of(rest) if c in INDICES and c not in bound.removeprefix("\\sum"))
    if indices:
        lx.emit("sub", indices, start, lx.pos)
    if _TURNED.fullmatch(left["left"]):
        lx.emit("T", "^T", start, start + len(left["left"].rstrip()))
