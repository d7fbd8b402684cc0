"""A derivation for people: its lines as text, as LaTeX, and as a worked solution."""

from __future__ import annotations

from matcalc_ref.derive.derivation import Derivation
from matcalc_ref.derive.steps import Partial, Step
from matcalc_ref.language import latex, text
from matcalc_ref.language.tree import Node, Variable


def text_lines(derivation: Derivation) -> list[dict[str, str]]:
    """The steps as text: rule, section, and the line before and after."""
    found: list[dict[str, str]] = []
    for step in derivation.steps:
        before = found[-1]["after"] if found else asked_text(derivation, step)
        after = text(step.after)
        if step.introduced:
            after += " where " + ", ".join(f"{text(name)} = {text(value)}" for name, value in step.introduced)
        found.append({"rule": step.rule, "section": step.section, "before": before, "after": after})
    return found


def asked_text(derivation: Derivation, step: Step) -> str:
    """The derivative that is asked for: ∂(x z)/∂z."""
    letter = step.before.letter if isinstance(step.before, Partial) else "∂"
    below = ", ".join(text(v) for v in derivation.wrt)
    below = f"({below})" if len(derivation.wrt) > 1 or not isinstance(derivation.wrt[0], Variable) else below
    return f"{letter}({text(derivation.expression)})/{letter}{below}"


def line_latex(line: Node) -> str:
    """A line in LaTeX, its open derivatives as fractions."""
    aliases: dict[Partial, Variable] = {}

    def change(node: Node) -> Node:
        if not isinstance(node, Partial):
            return node
        letters = "".join(chr(ord("A") + int(digit)) for digit in f"{len(aliases):02d}")
        return aliases.setdefault(node, Variable(f"Q{letters}", node.declared))

    written = latex(line.map(change))
    for partial, alias in aliases.items():
        written = written.replace(latex(alias), _fraction(partial))
    return written


def _fraction(partial: Partial) -> str:
    sign = r"\partial" if partial.letter == "∂" else r"\mathrm{d}"
    below = latex(partial.bottom)
    if isinstance(partial.top, Variable):
        return rf"\frac{{{sign} {latex(partial.top)}}}{{{sign} {below}}}"
    return rf"\frac{{{sign}}}{{{sign} {below}}}\left({latex(partial.top)}\right)"


def worked_solution(derivation: Derivation) -> str:
    """The derivation as Markdown: every line in LaTeX, with the rule that leads to it and the article's
    section.
    """
    out: list[str] = []
    for k, step in enumerate(derivation.steps):
        if k == 0:
            sign = (
                r"\partial"
                if not isinstance(step.before, Partial) or step.before.letter == "∂"
                else r"\mathrm{d}"
            )
            below = ", ".join(latex(v) for v in derivation.wrt)
            below = rf"\left({below}\right)" if len(derivation.wrt) > 1 else below
            asked = rf"\frac{{{sign}}}{{{sign} {below}}}\left({latex(derivation.expression)}\right)"
            out.append(rf"$\displaystyle {asked}$")
        where = f", section {step.section}" if step.section else ""
        if step.introduced:
            names = ", ".join(f"${latex(name)} = {latex(value)}$" for name, value in step.introduced)
            out.append(f"{step.rule[0].upper()}{step.rule[1:]}{where}: {names}.")
        line = line_latex(step.after)
        if (step.after != step.before or not step.introduced) and not (out and f"= {line}$" in out[-1]):
            out.append(rf"$\displaystyle = {line}$ ({step.rule}{where})")
    return "\n\n".join(out)
