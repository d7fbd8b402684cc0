"""`matcalc coverage`: which section of the article has which exercises, kinds of answers and mistakes."""

from __future__ import annotations

from collections import Counter

SECTIONS = {
    "1": "Introduction",
    "2": "Scalar derivative rules",
    "3": "Vector calculus and partial derivatives",
    "4": "Matrix calculus",
    "4.1": "Generalization of the Jacobian",
    "4.2": "Element-wise binary operators",
    "4.3": "Scalar expansion",
    "4.4": "Vector sum reduction",
    "4.5": "The chain rules",
    "4.5.1": "Single-variable chain rule",
    "4.5.2": "Total-derivative chain rule",
    "4.5.3": "Vector chain rule",
    "5": "Neuron activation",
    "6": "The loss function",
    "6.1": "Gradient by the weights",
    "6.2": "Derivative by the bias",
    "7": "Summary: on to matrices",
    "8.1": "Reference: gradients and Jacobians",
    "8.2": "Reference: element-wise operations",
    "8.3": "Reference: scalar expansion",
    "8.4": "Reference: vector reductions",
    "8.5": "Reference: chain rules",
    "9": "Notation",
    "10": "Resources",
}


def sections_of(text: str) -> list[str]:
    """The sections that an exercise names: "4.3, 8.3" names two."""
    return [name.strip(" §") for name in text.replace(";", ",").replace("·", ",").split(",")]


def table() -> list[tuple[str, str, str, str, str]]:
    """A row for each section: section, title, exercises, kinds with their numbers, mistakes."""
    from matcalc_ref.catalogue import exercises

    rows = []
    known = {**SECTIONS}
    for exercise in exercises().values():
        for section in sections_of(exercise.section):
            known.setdefault(section, "beyond the article")
    for section, title in known.items():
        here = [e for e in exercises().values() if section in sections_of(e.section)]
        kinds = Counter(part.kind for exercise in here for part in exercise.parts)
        mistakes = {m.id for exercise in here for part in exercise.parts for m in part.mistakes}
        rows.append(
            (
                section,
                title,
                ", ".join(exercise.id for exercise in here),
                ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()),
                ", ".join(sorted(mistakes)),
            )
        )
    return rows


def markdown() -> str:
    """The table as a page of the documentation."""
    lines = ["| section | title | exercises | kinds of answers | mistakes known |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in table())]) + "\n"


def run() -> int:
    """Print the table as Markdown, and how many sections have no exercise. Returns the exit code."""
    import sys

    print(markdown(), end="")
    empty = [row[0] for row in table() if not row[2]]
    if empty:
        print(f"{len(empty)} sections have no exercise: {', '.join(empty)}", file=sys.stderr)
    return 0
