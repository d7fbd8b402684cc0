"""What a student sent, made harmless for the pages that instructors and students open.

Outputs keep what a person looks at (text, tables, pictures, formulas); scripts, frames, forms, handlers and
foreign addresses go. Markdown keeps its text; HTML tags in it beyond emphasis are shown, not obeyed.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from typing import Any

from graders.referee.outputs import text_of

MAX_TEXT = 200_000
MAX_PICTURE = 4_000_000
MAX_NESTED = 200  # tags in tags
MAX_TAGS = 4_000  # opening and closing
MAX_SHOWN = 10_000  # characters of HTML that is too much to clean

_TAGS = frozenset(
    "a abbr b blockquote br caption code col colgroup dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img "
    "ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr "
    "u ul var".split()
)
_STYLES = frozenset(
    "background-color border border-collapse border-color border-left border-style border-width color "
    "font-family font-size font-style font-weight line-height margin margin-bottom margin-left margin-top "
    "max-width padding padding-left text-align text-decoration vertical-align white-space width".split()
)
# `url(…)` would ask another machine; a negative margin would lay an output over the rest of the page.
_COLOR = re.compile(r"\b(?:rgb|hsl)a?\([\d.,%/ ]*\)")
_STYLE = re.compile(r"(?!.*url)(?:[\w\s.,:;%#!'\"]|-(?=[a-z]))*\Z", re.IGNORECASE | re.DOTALL)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]+\Z")


def _attribute(tag: str, name: str, value: str) -> bool:
    if name == "style":
        return len(value) <= 1000 and bool(_STYLE.match(_COLOR.sub("", value)))
    if name == "class":
        return value == "dataframe"  # pandas' own; the page's would make an output look like a verdict
    if name in ("title", "colspan", "rowspan", "open"):
        return True
    if tag == "a":
        return name == "href" and value.startswith(("https://", "http://", "#", "mailto:"))
    if tag == "img":
        return name in ("alt", "width", "height") or (name == "src" and bool(_PICTURE.match(value)))
    return False


class Budget:
    """What may be cleaned for one notebook or page, in `cost`s; what comes after that is shown as text."""

    def __init__(self, size: int = 2_000_000) -> None:
        self.left = size

    def allows(self, cost: int) -> bool:
        """Whether there is so much left, and from now on so much less."""
        self.left -= cost
        return self.left >= 0


def clean_html(source: str, budget: Budget | None = None) -> str:
    """HTML with nothing in it that runs, submits, frames or loads; what is too much to clean, as text."""
    import bleach
    from bleach.css_sanitizer import CSSSanitizer

    given, source = source, _without_programs(source)
    price = cost(source)
    if price is None or not (budget or Budget()).allows(price):
        return as_text(given[:MAX_SHOWN] + (" …" if len(given) > MAX_SHOWN else ""))
    return bleach.clean(
        source,
        tags=_TAGS,
        attributes=_attribute,
        protocols={"http", "https", "mailto", "data"},
        strip=True,
        strip_comments=True,
        css_sanitizer=CSSSanitizer(allowed_css_properties=_STYLES, allowed_svg_properties=frozenset()),
    )


def as_text(source: str) -> str:
    """A text as it was typed, for a page."""
    return f"<pre>{html.escape(source)}</pre>"


def _without_programs(source: str) -> str:
    """HTML without scripts, styles, frames and comments, in which every `<` that opens no tag is a sign.

    So readers of HTML agree on what its tags are.
    """
    source = re.sub(r"<(script|style|iframe|object|noscript|template|title)\b.*?(?:</\1\s*>|\Z)", "",
                    source[:MAX_TEXT], flags=re.DOTALL | re.IGNORECASE)  # fmt: skip
    source = re.sub(r"<!--.*?(?:-->|\Z)|<[!?][^>]*+>?|\0", "", source, flags=re.DOTALL)
    return _TAG_OR_SIGN.sub(lambda found: found[0] if found[1] else "&lt;", source)


def cost(source: str) -> int | None:
    """What it takes to clean some HTML: its length, and for each tag those it stands in. None: too much.

    No fewer tags count as open than a browser has open. One that emphasises stays so until it is closed where
    it was opened: browsers open it again and again. Paragraphs and the like are closed by what is around.
    """
    open_tags: list[str] = []
    total, tags = len(source) + 10 * source.count("&"), 0
    for found in _TAG.finditer(source):
        closing, name = found["end"], (found["end"] or found["start"]).lower()
        tags += 1
        total += 10 * len(open_tags)
        if tags > MAX_TAGS or len(open_tags) > MAX_NESTED:
            return None
        if name in _VOID or name not in _TAGS:  # the cleaner leaves out what it does not know
            continue
        if not closing:
            open_tags.append(name)
            continue
        place = len(open_tags)
        while place and open_tags[place - 1] != name and open_tags[place - 1] in _CLOSED_BY_OTHERS:
            place -= 1
        if place and open_tags[place - 1] == name:
            del open_tags[place - 1 :]
    return total


_TAG = re.compile(
    r"""<(?:/(?P<end>[A-Za-z][^\s<>/"'=]*+)\s*+"""
    r"""|(?P<start>[A-Za-z][^\s<>/"'=]*+)"""
    r"""(?:\s++[^\s<>/"'=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s<>"'=`]++))?+){0,50}+\s*+/?)>"""
)
_TAG_OR_SIGN = re.compile(f"({_TAG.pattern})|<")
_VOID = frozenset("br hr img col".split())
_CLOSED_BY_OTHERS = frozenset("p li dt dd td th tr tbody thead tfoot colgroup".split())
_PLAIN_TAG = re.compile(
    r"</?(?:b|i|u|s|em|strong|sub|sup|br|hr|p|kbd|code|pre|small|del|ins|blockquote|table|tbody|thead|tr|td|th"
    r"|ul|ol|li|h[1-6])\s*/?>|<https?://[^\s<>\"'`]{1,500}>",
    re.IGNORECASE,
)
_OPENING = re.compile(r"<(?=[A-Za-z/!?])")
_SCHEME = re.compile(
    r"(\][(:]\s*+(?:<\s*+)?)(?:javascript|vbscript|data(?!:image/(?:png|jpeg|gif);)|file)(?=\s*:)",
    re.IGNORECASE,
)
_MACROS = re.compile(
    r"\\(href|url|require|mmlToken|html[A-Za-z]*|class|style|cssId|unicode|def|newcommand|let)(?![A-Za-z])"
)


def clean_markdown(source: str) -> str:
    """Markdown whose tags, links and macros do nothing; its text and formulas read as before.

    A `<` that opens any but a bare emphasis tag gets a space after it: no tag for any reader of Markdown, and
    still "less than" inside a formula or code.
    """
    pieces, last = [], 0
    source = source[:MAX_TEXT]
    for kept in _PLAIN_TAG.finditer(source):
        pieces += [_OPENING.sub("< ", source[last : kept.start()]), kept.group()]
        last = kept.end()
    text = "".join(pieces) + _OPENING.sub("< ", source[last:])
    text = _SCHEME.sub(r"\1no-script", text)
    return _MACROS.sub(r"\\text{\1}", text)


def _picture(value: Any) -> str:
    text = text_of(value).strip()
    if len(text) > MAX_PICTURE:
        return ""
    try:
        base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return ""
    return text if re.fullmatch(r"[A-Za-z0-9+/=\s]*", text) else ""


def clean_data(data: Any, budget: Budget | None = None) -> dict[str, str]:
    """A bundle of one result's representations, with only the kinds that are safe to show."""
    clean: dict[str, str] = {}
    if not isinstance(data, dict):
        return clean
    if "text/plain" in data:
        clean["text/plain"] = text_of(data["text/plain"])[:MAX_TEXT]
    for kind in ("text/markdown", "text/latex"):
        if kind in data and "text/markdown" not in clean:
            # LaTeX between dollars is Markdown too, and every page of ours typesets that.
            clean["text/markdown"] = clean_markdown(text_of(data[kind]))
    if "text/html" in data and "text/markdown" not in clean:
        clean["text/html"] = clean_html(text_of(data["text/html"]), budget)
    for kind in ("image/png", "image/jpeg", "image/gif"):
        if kind in data and (picture := _picture(data[kind])):
            clean[kind] = picture
    if "image/svg+xml" in data and "text/html" not in clean:
        drawing = text_of(data["image/svg+xml"])[:MAX_PICTURE].encode()
        # Inside `img` a drawing can neither run scripts nor load anything.
        encoded = base64.b64encode(drawing).decode()
        clean["text/html"] = f'<img alt="a drawing" src="data:image/svg+xml;base64,{encoded}">'
    return clean


def clean_output(output: Any, budget: Budget | None = None) -> dict[str, Any] | None:
    """One output of a code cell, made anew from what is safe in it; None where nothing is."""
    if not isinstance(output, dict):
        return None
    kind = output.get("output_type")
    if kind == "stream":
        name = output.get("name") if output.get("name") in ("stdout", "stderr") else "stdout"
        return {"output_type": "stream", "name": name, "text": text_of(output.get("text"))[:MAX_TEXT]}
    if kind == "error":
        trace = output.get("traceback")
        lines = trace if isinstance(trace, list) else []
        return {
            "output_type": "error",
            "ename": text_of(output.get("ename"))[:200],
            "evalue": text_of(output.get("evalue"))[:MAX_TEXT],
            "traceback": [line[:MAX_TEXT] for line in lines if isinstance(line, str)][:200],
        }
    if kind in ("display_data", "execute_result"):
        data = clean_data(output.get("data"), budget)
        if not data:
            return None
        result: dict[str, Any] = {"output_type": kind, "data": data, "metadata": {}}
        if kind == "execute_result":
            count = output.get("execution_count")
            result["execution_count"] = count if isinstance(count, int) else None
        return result
    return None


def clean_notebook(nb: Any, trusted: frozenset[str] | set[str] = frozenset()) -> Any:
    """A notebook whose every cell is harmless to render; changed in place.

    `trusted` names the grade_ids whose Markdown comes from the instructor and stays as it is.
    """
    from nbformat.notebooknode import from_dict

    budget = Budget()
    for cell in nb.cells:
        if cell.cell_type == "code":
            outputs = [clean_output(output, budget) for output in cell.outputs]
            cell.outputs = from_dict([clean for clean in outputs if clean is not None])
        elif cell.metadata.get("nbgrader", {}).get("grade_id") not in trusted:
            cell.source = clean_markdown(cell.source)
    return nb
