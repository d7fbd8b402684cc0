"""docs/language.md, made from the table of spellings: `python -m tests.language.page [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.language.table import Line, groups

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
INTRODUCTION = """# How formulas are written

Whatever way a formula is written, it becomes one tree over variables whose shapes have *named* sizes:
`z` a number, `x: n` a column n×1, `W: m,n` an m×n matrix. A formula is read for every `n` at once. What
does not fit is refused with one sentence and a caret; what could be meant in two ways is asked back
with the spellings to choose from.

This page is made from the table that the tests run (`tests/language/spellings.txt`); make it anew with
`python -m tests.language.page`. `matcalc explain "…" --var x:n` shows how any formula is understood.

## Grammar

From loose to tight; a line may use all lines below it.

```text
answer      [left side =] formula            J = …, ∂y/∂x = …, J_{ij} = … (its indices are free on the right)
cases       formula if condition; formula if condition; formula otherwise
condition   condition and condition, not condition
comparison  sum < sum <= sum ...             = compares inside conditions and brackets
sum         [+-] chain (+ or -) chain ...
chain       run (* / · ⊙ ⊘ @ ⊗ₖ) run ...     from left to right
run         power power ...                  side by side; binds tighter than the signs of a chain
power       operand ^ exponent               also .^ (entry by entry); from right to left
operand     number, name, name_{index}, operandᵀ, function(…), function run, Σ_{i=1}^{n} chain,
            (formula), [entries], |formula|, ‖formula‖, \\frac{}{}, \\begin{bmatrix} … \\end{bmatrix}
```

In `a/b c` the fraction is asked back, except where a space and then Σ, `sum(…)` or a parenthesis follow a
tight fraction: `2/N Σᵢ …`, `2/N (…)`. Where a run beside `⊙`, `·`, `@` only fits in the other grouping, that
grouping is meant: `gᵀ ⊙ hᵀ A` is `(gᵀ ⊙ hᵀ) A`; where both fit and differ, it is asked back. Python is
never evaluated; length, depth, numbers and exponents are bounded.

A line may end before or after a sign, in brackets, and anywhere in LaTeX; elsewhere two operands on two lines
are asked back. In square brackets with commas each line is a row.

In quotes without an `r` before them Python takes the `\\f` of `"\\frac"` for a character of its own, and one
backslash of two. Such commands are read as they were meant; a row of a matrix that may have lost its end
is asked back.

Functions: `diag diagonal sum mean prod norm tr det inv pinv transpose outer dot kron vec ones zeros eye
max min abs sign sqrt exp log ln sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan sigmoid
relu softmax softmax_rows logsumexp rowsum colsum cumsum conv hankel toeplitz concat hstack vstack where
Piecewise Heaviside clip entries count len`.

Objects are read by their tree, never by their `str`: SymPy expressions and matrix expressions, NumPy
arrays with two axes, lists of lists, Python numbers. A 1-D array or list is neither row nor column and
is asked back.
"""


def made() -> str:
    """The page's text."""
    out = [INTRODUCTION]
    for number, group in enumerate(groups("spellings.txt")):
        if not number:
            declared = ", ".join(
                f"`{name}: {shape}`" if shape else f"`{name}`" for name, shape in group.scope.declared.items()
            )
            out.append(f"## Spellings\n\nThe examples declare {declared}.\n")
        out.append(f"### {group.title}\n\n{group.rule}\n")
        read = [line for line in group.lines if not line.sentence]
        refused = [line for line in group.lines if line.sentence]
        out.append(
            _table(
                ("written", "is read as", "shape"),
                [(_code(r.typed), _code(r.meaning), r.shape) for r in read],
            )
        )
        if refused:
            out.append(
                _table(
                    ("written", "is refused or asked back"), [(_code(r.typed), _answer(r)) for r in refused]
                )
            )
    return "\n".join(out).rstrip() + "\n"


def _code(text: str) -> str:
    text = text.replace("|", "\\|")
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _answer(line: Line) -> str:
    choices = " or ".join(_code(choice) for choice in line.choices)
    return line.sentence.replace("|", "\\|") + (f" — {choices}" if choices else "")


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is current. 0 if so."""
    text = made()
    if "--check" in arguments:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print(
            f"{PAGE.name} is out of step with tests/language/spellings.txt; run python -m tests.language.page"
        )
        return 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
