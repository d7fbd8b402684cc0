"""Mathematics for pages that must work without a network and without scripts: LaTeX to MathML."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from xml.etree import ElementTree

MAX_LENGTH = 4000

_TAGS = frozenset(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover "
    "mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none semantics".split()
)
_ATTRIBUTES = frozenset(
    "display stretchy fence form separator accent accentunder movablelimits lspace rspace minsize maxsize "
    "linethickness width height depth displaystyle scriptlevel columnspan rowspan symmetric largeop".split()
)
_SAFE_VALUE = re.compile(r"[-+.\w %]{1,40}\Z")

# MathML Core draws only `normal`; every other variant is a range of Unicode letters of its own.
_VARIANTS = {
    "bold": (0x1D400, 0x1D41A, 0x1D7CE),
    "italic": (0x1D434, 0x1D44E, None),
    "bold-italic": (0x1D468, 0x1D482, 0x1D7CE),
    "double-struck": (0x1D538, 0x1D552, 0x1D7D8),
    "script": (0x1D49C, 0x1D4B6, None),
    "bold-script": (0x1D4D0, 0x1D4EA, 0x1D7CE),
    "fraktur": (0x1D504, 0x1D51E, None),
    "sans-serif": (0x1D5A0, 0x1D5BA, 0x1D7E2),
    "monospace": (0x1D670, 0x1D68A, 0x1D7F6),
}
_HOLES = {
    **dict(zip((0x1D53A, 0x1D53F, 0x1D545, 0x1D547, 0x1D548, 0x1D549, 0x1D551), "ℂℍℕℙℚℝℤ", strict=True)),
    **dict(
        zip((0x1D49D, 0x1D4A0, 0x1D4A1, 0x1D4A3, 0x1D4A4, 0x1D4A7, 0x1D4A8, 0x1D4AD), "ℬℰℱℋℐℒℳℛ", strict=True)
    ),
    0x1D455: "ℎ",
}
_SPACES = {
    "negativethinmathspace": "-0.167em",
    "thinmathspace": "0.167em",
    "mediummathspace": "0.222em",
    "thickmathspace": "0.278em",
}
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|align|split|gathered|eqnarray|equation)\*?\}")


def _letter(char: str, variant: str) -> str:
    upper, lower, digit = _VARIANTS[variant]
    if "A" <= char <= "Z":
        code = upper + ord(char) - 65
    elif "a" <= char <= "z":
        code = lower + ord(char) - 97
    elif "0" <= char <= "9" and digit is not None:
        code = digit + ord(char) - 48
    else:
        return char
    return _HOLES.get(code, chr(code))


def _clean(element: ElementTree.Element) -> ElementTree.Element:
    """A copy with nothing in it but MathML Core: unknown tags, links, styles and classes are dropped."""
    tag = element.tag if isinstance(element.tag, str) and element.tag in _TAGS else "mrow"
    result = ElementTree.Element(tag)
    # The converter writes entities into its text and means them.
    text = html.unescape(element.text) if element.text else None
    variant = element.get("mathvariant", "")
    if text and variant in _VARIANTS:
        text = "".join(_letter(char, variant) for char in text)
    elif variant == "normal" and tag == "mi":
        result.set("mathvariant", "normal")
    result.text = text
    if text == "‖":  # which would grow and hang below its line
        result.set("stretchy", "false")
    for name, value in element.attrib.items():
        value = _SPACES.get(value, value)
        if name in _ATTRIBUTES and _SAFE_VALUE.match(value):
            result.set(name, value)
    if element.get("columnalign") in ("left", "right"):
        result.set("style", f"text-align:{element.get('columnalign')}")
    result.extend(_clean(child) for child in element)
    return result


@lru_cache(maxsize=4096)
def mathml(latex: str, display: bool = False) -> str:
    """One formula as a `<math>` element, safe to put into a page; as its own text where it cannot be read."""
    source = latex.strip()
    if not source or len(source) > MAX_LENGTH or source.count("{") > 400:
        return f"<code>{html.escape(source[:MAX_LENGTH])}</code>"
    prepared = _ALIGNED.sub(lambda found: f"\\{found[1]}{{align*}}", source)
    try:
        from latex2mathml.converter import convert_to_element

        element = _clean(convert_to_element(prepared, display="block" if display else "inline"))
    except Exception:
        # A half-typed formula is a student's right: show what was typed.
        return f"<code>{html.escape(source)}</code>"
    element.set("display", "block" if display else "inline")
    return ElementTree.tostring(element, encoding="unicode")


_IN_TEXT = re.compile(
    r"(?<!\\)\$\$(?P<block>[^$]+?)(?<!\\)\$\$"
    r"|\\\[(?P<bracket>.+?)\\\]"
    r"|\\\((?P<paren>.+?)\\\)"
    r"|(?<![\\$])\$(?![\s$])(?P<inline>[^$]{1,2000}?)(?<![\s\\])\$(?![\d$])",
    re.DOTALL,
)
_SPLIT = re.compile(r"(<(?:code|pre)\b.*?</(?:code|pre)>|<[^>]*>)", re.DOTALL | re.IGNORECASE)


def _one(found: re.Match[str]) -> str:
    block = found["block"] or found["bracket"]
    return mathml(html.unescape(block or found["inline"] or found["paren"]), bool(block))


def typeset(page: str) -> str:
    """Formulas between `$` in the text of clean HTML, as MathML; tags, code and preformatted text stay."""
    if "$" not in page and "\\(" not in page and "\\[" not in page:
        return page
    pieces = _SPLIT.split(page)
    return "".join(piece if index % 2 else _IN_TEXT.sub(_one, piece) for index, piece in enumerate(pieces))
