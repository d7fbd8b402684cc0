"""What a formula may speak of: declared variables and dimensions; and the refusal that every unreadable text
becomes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from matcalc_ref.language.sizes import Shape, shape_of
from matcalc_ref.language.tree import Variable


class Refusal(ValueError):
    """A formula that cannot be read, in one sentence for the student.

    `at` is the place (start, end) in `text`; `choices` are spellings to choose from where it could mean two
    things. `sentence` is the id of what is said; `unknown` a name that is declared nowhere.
    """

    def __init__(
        self,
        message: str,
        at: tuple[int, int] | None = None,
        text: str = "",
        choices: Iterable[str] = (),
        *,
        sentence: str = "",
        unknown: str = "",
    ) -> None:
        super().__init__(message)
        self.sentence, self.unknown = sentence, unknown
        self.message, self.at, self.text, self.choices = message, at, text, tuple(choices)

    def caret(self) -> str:
        """The text with carets below the place: two lines, or "" where there is no place to show."""
        if self.at is None or not self.text:
            return ""
        start, end = self.at
        begin = self.text.rfind("\n", 0, start) + 1
        stop = self.text.find("\n", start)
        line = self.text[begin : stop if stop >= 0 else len(self.text)].replace("\t", " ")
        start, end = start - begin, max(end - begin, start - begin + 1)
        if len(line) > 100:  # a window around the place
            left = max(0, start - 40)
            line, start, end = line[left : left + 90], start - left, min(end - left, 90)
        return f"{line}\n{' ' * _width(line[:start])}{'^' * max(1, _width(line[start:end]))}"


def _width(text: str) -> int:
    return sum(not unicodedata.combining(c) for c in text)


GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ϑ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu",
    "ν": "nu", "ξ": "xi", "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi",
    "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "π": "pi", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-=()aehijklmnoprstuvx", strict=True))
ACCENTS = {
    "\u0302": "hat",
    "\u0304": "bar",
    "\u0305": "bar",
    "\u0303": "tilde",
    "\u0307": "dot",
    "\u20d7": "",
}
_CANONICAL = str.maketrans({**GREEK, **SUBSCRIPTS, **ACCENTS, **dict.fromkeys("_{}", "")})


def canonical(name: str) -> str:
    """One key for all spellings of a name: `W_1`, `W_{1}`, `W₁`, `W1`; `θ` and `theta`; `ŵ` and `w_hat`."""
    return unicodedata.normalize("NFD", name).translate(_CANONICAL)


class Scope:
    """The declared names of a formula.

    `variables` maps names to shapes: "" a number, "n" a column n×1, "m,n" an m×n matrix. The dimensions are
    the names in the shapes; each is also a number. `samples` maps a name to the matrix whose row i it means
    as a column with an index: {"x": "X"} reads `x_i` as sample i.

    Raises ValueError for a bad shape, a name twice, or a variable with a dimension's name.
    """

    def __init__(self, variables: Mapping[str, str], samples: Mapping[str, str] | None = None) -> None:
        self.declared = dict(variables)
        self.shapes: dict[str, Shape] = {}
        keys: dict[str, str] = {}
        for name, text in variables.items():
            if not isinstance(name, str) or not isinstance(text, str):
                raise ValueError(
                    f"variables map names to shapes such as 'n' or 'm,n', not {name!r} to {text!r}"
                )
            if (
                not name
                or not all(c.isalnum() or c == "_" or unicodedata.combining(c) for c in name)
                or name[0].isdigit()
            ):
                raise ValueError(f"{name!r} is not a name for a variable: use letters, digits and _")
            key = canonical(name)
            if key in keys:
                raise ValueError(f"{name} and {keys[key]} would be written alike: rename one")
            keys[key] = name
            self.shapes[name] = shape_of(text)
        self.dimensions: frozenset[str] = frozenset().union(
            *(s.names for shape in self.shapes.values() for s in shape)
        )
        clash = sorted(self.dimensions & self.shapes.keys())
        if clash:
            raise ValueError(f"{clash[0]} is a dimension and cannot be a variable as well: rename one")
        self.runs: dict[str, list[tuple[str, Any, int]]] = {}  # what runs of letters were read as
        self.samples = dict(samples or {})
        for name, matrix in self.samples.items():
            if matrix not in self.shapes:
                raise ValueError(f"samples: {name} stands for the rows of {matrix}, which is not declared")

    def variable(self, name: str) -> Variable:
        """The variable as a tree. Raises KeyError for a name that is not declared."""
        return Variable(name, self.shapes[name])

    @cached_property
    def names(self) -> dict[str, tuple[str, str]]:
        """Every spelling's key -> ("variable" | "dimension" | "sample", the declared name)."""
        found = {canonical(name): ("dimension", name) for name in self.dimensions}
        found |= {canonical(name): ("sample", name) for name in self.samples if name not in self.shapes}
        found |= {canonical(name): ("variable", name) for name in self.shapes}
        return found

    def __repr__(self) -> str:
        return f"Scope({self.declared!r})"
