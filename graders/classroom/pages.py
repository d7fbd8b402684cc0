"""The feedback page: one file that needs neither a network nor a script, with its formulas as MathML."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.filters.strings import clean_html as nbconverts_clean_html
from traitlets.config import Config

from graders.classroom.grading import WAITS
from graders.classroom.mathml import mathml, typeset
from graders.classroom.safety import MAX_SHOWN, Budget, as_text, clean_html, cost

TEMPLATES = Path(__file__).with_name("templates")
MOST_FORMULAS = 200  # that may be longer than a line
LONGEST_CELL = 20_000  # of Markdown that is typeset
MARKDOWN = 10  # what one of its characters costs, against one of HTML
LONGEST_CODE, LONGEST_LINE = 20_000, 1_000  # characters that are coloured: of a cell, of a line
CODE = 20  # what one of them costs
MOST_SIGNS, SIGN = 10_000, 20  # `&lt;` and the like in a piece of HTML that nbconvert cleans; what one costs
_OPENS = re.compile(r"\\begin\{|\\[\[(]")
_SLOT = re.compile("\ue000(\\d+)\ue001")


class _Renderer(IPythonRenderer):
    """nbconvert's renderer with a slot for each formula, so that what is around them can be cleaned."""

    def __init__(self, attachments: Any) -> None:
        super().__init__(
            escape=False, allow_harmful_protocols=False, exclude_anchor_links=True, attachments=attachments
        )
        self.formulas: list[str] = []

    def _slot(self, latex: str, display: bool) -> str:
        self.formulas.append(mathml(latex, display))
        return f"\ue000{len(self.formulas) - 1}\ue001"

    def block_math(self, body: str) -> str:
        return self._slot(body, True)

    def inline_math(self, body: str) -> str:
        return self._slot(body, False)

    def latex_environment(self, name: str, body: str) -> str:
        return self._slot(f"\\begin{{{name}}}{body}\\end{{{name}}}", True)

    def block_code(self, code: str, info: str | None = None) -> str:
        return super().block_code(code, info if info in ("python", "py") and _can_colour(code) else None)

    def block_mermaidjs(self, code: str) -> str:
        return as_text(code)


def _render(source: str, attachments: Any) -> str:
    source, rest = _cut(source)
    if len(_OPENS.findall(source)) > MOST_FORMULAS:  # each of them looks for its end in all that follows
        return as_text(source) + rest
    renderer = _Renderer(attachments)
    page = MarkdownWithMath(renderer=renderer).render(re.sub("[\ue000\ue001]", "", source))
    if cost(page) is None:
        return as_text(source) + rest

    def formula(found: re.Match[str]) -> str:
        number = int(found[1])
        return renderer.formulas[number] if number < len(renderer.formulas) else ""

    return _SLOT.sub(formula, clean_html(page)) + rest


def _cut(source: str) -> tuple[str, str]:
    """The beginning of a Markdown cell, which is typeset, and what is left of a very long one, as text."""
    if len(source) <= LONGEST_CELL:
        return source, ""
    end = source.rfind("\n", 0, LONGEST_CELL) + 1 or LONGEST_CELL
    return source[:end], as_text(source[end:])


@lru_cache(maxsize=2048)
def _render_plain(source: str) -> str:
    return _render(source, {})  # the prompts are the same for the whole class


def _budget(context: Any) -> Budget:
    """What is left of the budget of the page that is being made."""
    known = context.get("resources")
    return known.setdefault("matcalc_budget", Budget()) if known is not None else Budget()


@pass_context
def markdown2html(context: Any, source: str) -> str:
    """Markdown as safe HTML with its formulas as MathML; in the place of nbconvert's filter of this name."""
    if not _budget(context).allows(MARKDOWN * len(source)):
        return as_text(source)
    cell = context.get("cell", {})
    attachments = cell.get("attachments") if hasattr(cell, "get") else None
    return _render(source, attachments) if attachments else _render_plain(source)


def _can_colour(code: str) -> bool:
    """Whether code is coloured in no time; the patterns that find its words go over a long line again and
    again."""
    return len(code) <= LONGEST_CODE and max(map(len, code.split("\n"))) <= LONGEST_LINE


@pass_context
def highlight_code(context: Any, source: str, language: str | None = None, metadata: Any = None) -> str:
    """Python code in colours, or plain where there is too much of it; in the place of nbconvert's filter."""
    if _can_colour(source) and _budget(context).allows(CODE * len(source)):
        return str(Highlight2HTML(pygments_lexer="ipython3")(source))
    if sum(map(source.count, "&<>'\"")) > MOST_SIGNS:
        source = source[:MAX_SHOWN] + " …"
    return f'<div class="highlight hl-ipython3">{as_text(source)}</div>'


@pass_context
def clean_piece(context: Any, source: Any) -> str:
    """nbconvert's `clean_html`, whose time grows with the square of the signs; what is too much, as text."""
    piece = source.decode("utf-8", "replace") if isinstance(source, bytes) else str(source)
    signs = piece.count("&")
    if signs <= MOST_SIGNS and _budget(context).allows(SIGN * signs):
        return str(nbconverts_clean_html(piece))
    return as_text(piece[:MAX_SHOWN] + (" …" if len(piece) > MAX_SHOWN else ""))


@pass_context
def safe_html(context: Any, source: str) -> str:
    """HTML that a student's code displayed, harmless and with its formulas typeset."""
    return typeset(clean_html(source, _budget(context)))


WORDS = {
    "correct": ("✓", "Right"),
    "wrong": ("✗", "Not yet"),
    "partly": ("◐", "Partly right"),
    "invalid": ("○", "Could not be read"),
    "untouched": ("○", "No answer"),
    "broken": ("!", "Will be looked at"),
    "pending": ("…", "Waits for a person"),
}


def result(cell: Any, nb: Any) -> dict[str, Any]:
    """What a graded cell shows above its message: `kind`, `sign`, `word`, `score`, `points`, `exercise`."""
    owned = cell.metadata.nbgrader
    score, points = float(owned.get("score") or 0), float(owned.get("points") or 0)
    known = nb.metadata.get("matcalc", {})
    verdicts, waiting = known.get("verdicts", {}), known.get("person", {})
    verdict = verdicts.get(owned.grade_id, {})
    kind = verdict.get("outcome") or ("correct" if points and score >= points else "wrong")
    if owned.grade_id in waiting and kind != "pending":
        kind = "pending" if waiting[owned.grade_id] == WAITS else "broken"
    if kind in ("broken", "pending") and (score or not owned.get("waiting", True)):
        kind = "correct" if score >= points else "partly" if score else "wrong"  # a person has been there
    if owned.get("solution") and owned.get("comment") == "No response.":
        kind = "untouched"
    if kind == "correct" and score < points:  # a person gave less
        kind = "wrong"
    if kind == "wrong" and score:
        kind = "partly" if score < points else "correct"
    if kind == "invalid" and verdict.get("empty"):
        kind = "untouched"
    sign, word = WORDS.get(kind, WORDS["wrong"])
    if not known.get("judged", True):  # the run was stopped in the middle; it may have written zeros
        kind, sign, word = "pending", "…", "Not graded yet"
    exercise = str(owned.grade_id).removesuffix("-check")
    shown = {"kind": kind, "sign": sign, "word": word, "exercise": exercise, "id": owned.grade_id}
    return {**shown, "score": score, "points": points}


def number(value: float) -> str:
    """Points as people write them: 2, 1.5."""
    return f"{round(float(value), 2):g}"


class FeedbackExporter(HTMLExporter):
    """nbgrader's feedback with a page of our own: what was right, which mistake it was, what is next."""

    def __init__(self, config: Any = None, **kw: Any) -> None:
        ours = Config()
        ours.HTMLExporter.template_name = "matcalc"
        ours.HTMLExporter.extra_template_basedirs = [str(TEMPLATES)]
        # The formgrader's settings are in the same configuration, and are not meant for this page.
        config = Config(config or {})
        config.FeedbackExporter.template_paths = list(HTMLExporter(config=ours).template_paths)
        config.FeedbackExporter.filters = {"highlight_code": highlight_code}  # nbconvert sets a default late
        super().__init__(config=config, **kw)

    def default_filters(self) -> Any:
        """nbconvert's filters, and the ones of our page."""
        yield from super().default_filters()
        yield "markdown2html", markdown2html
        yield "clean_html", clean_piece
        yield "safe_html", safe_html
        yield "result", result
        yield "number", number
