"""`matcalc coverage`: which section of the article has which exercises, kinds of answers and mistakes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

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

BEYOND = "beyond"
PAGE = Path("docs/coverage.md")

# What readers of the article stumbled over, and the mistakes that bring it out.
CONFUSIONS: dict[str, tuple[str, ...]] = {
    "Is it sum(x) or n? The derivative of sum(xz) by z": ("SUM-03", "SUM-04", "SUM-05"),
    "f(x) in italics, f(x) in bold: which are vectors?": ("NOT-05",),
    "Why does a gradient lie and a vector stand?": ("PAR-08", "SUM-02", "ACT-01", "LOS-09"),
    "w · x is one number": ("NOT-02",),
    "m = n and element-wise: a special case or the rule?": ("JAC-03", "JAC-04", "VCH-05"),
    "Does f₁ use all of x, or x₁ only?": ("JAC-04", "ELW-13", "SUM-09"),
    "Why are entries off the diagonal zero, if not because 0 ○ 0 = 0?": ("ELW-07",),
    "Does x depend on the weights?": ("LOS-19", "ELW-08"),
    "J_w has only columns for w: is the gradient not longer?": ("JAC-06",),
    "What if the weights are a matrix?": ("LAY-01", "LAY-02", "LAY-03", "LAY-05", "LAY-10", "LAY-11"),
    "Why is a convolution's w a tall vector?": ("CNV-01", "CNV-04"),
    "What is g(x) doing in f(w) ○ g(x)?": ("NOT-08",),
    "When do several paths add up?": ("TOT-01", "TOT-03", "BPP-07"),
    "Is ∂max(0, x)/∂x a vector or a matrix?": ("ACT-08",),
    "Do the cases stand inside or outside the sum?": ("LOS-05",),
}


def sections_of(text: str) -> list[str]:
    """The sections that an exercise names: "4.3, 8.3" names two."""
    return [name.strip(" §") for name in text.replace(";", ",").replace("·", ",").split(",")]


def table() -> list[tuple[str, str, str, str, str]]:
    """A row for each section: section, title, exercises, kinds with their numbers, mistakes."""
    from matcalc_ref.catalogue import exercises

    rows = []
    for section, title in {**SECTIONS, BEYOND: "Beyond the article"}.items():
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


def confusions() -> list[tuple[str, str, str]]:
    """A row for each confusion: what readers ask, the exercises that bring it out, the mistakes."""
    pairs = CONFUSIONS.items()
    return [(asked, ", ".join(_exercises_with(set(ids))), ", ".join(ids)) for asked, ids in pairs]


def assignments_table() -> list[tuple[str, str, str, str]]:
    """A row for each assignment: its id, the number of exercises, the points, the kinds of answers."""
    from matcalc_ref.catalogue import assignments

    rows = []
    for name, records in sorted(assignments().items()):
        kinds = Counter(part.kind for exercise in records for part in exercise.parts)
        shown = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        rows.append((name, str(len(records)), f"{sum(exercise.points for exercise in records):g}", shown))
    return rows


def _exercises_with(ids: set[str]) -> list[str]:
    from matcalc_ref.catalogue import exercises

    return [
        exercise.id
        for exercise in exercises().values()
        if any(mistake.id in ids for part in exercise.parts for mistake in part.mistakes)
    ]


def _lines(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, tuple("---" for _ in head), *rows)]


def markdown() -> str:
    """The tables as a page of the documentation."""
    sections = _lines(("section", "title", "exercises", "kinds of answers", "mistakes known"), [*table()])
    asked = _lines(("what readers ask", "exercises that bring it out", "mistakes"), [*confusions()])
    courses = _lines(("assignment", "exercises", "points", "kinds of answers"), [*assignments_table()])
    made = "Made by `matcalc coverage --write` from the records; do not edit."
    blocks = [
        ["# What the exercises cover", "", made],
        ["## By section of the article", "", *sections],
        ["## By what readers of the article ask", "", *asked],
        ["## By assignment", "", *courses],
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def holes() -> list[str]:
    """What has no exercise, in sentences."""
    found = [f"section {row[0]} ({row[1]}) has no exercise" for row in table() if not row[2]]
    return found + [f"no exercise brings out: {row[0]}" for row in confusions() if not row[1]]


def run(course: Path = Path("."), write: bool = False, check: bool = False) -> int:
    """Print the tables, or write them to docs/coverage.md, or check the page. Returns the exit code."""
    import sys

    page, text = course / PAGE, markdown()
    if (write or check) and not page.parent.is_dir():
        print(f"{course.resolve()} has no folder {page.parent.name}; run this in the project's folder.")
        return 2
    if write:
        try:
            page.write_text(text, encoding="utf-8")
        except OSError as problem:
            print(f"{page} cannot be written ({problem.strerror}).")
            return 2
        print(f"{PAGE} written.")
    elif check:
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            print(f"{PAGE} is out of date; mend with: matcalc coverage --write")
            return 1
    else:
        print(text, end="")
    for hole in holes():
        print(hole, file=sys.stderr)
    return 1 if check and holes() else 0
