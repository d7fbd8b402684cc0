"""A derivation cut into lines, without the words around the formulas."""

from __future__ import annotations

import re

from graders.compare.answers import NotReadable, Packed, items_of, what_it_is
from matcalc_ref.language.reading import outside
from matcalc_ref.language.syntax.escapes import unescaped

MOST_LINES = 60
MOST_WORDED = 500  # characters; a longer line is taken as it stands

_LEADS = (  # words that lead to a formula
    "first second next let so then thus hence therefore where with now and because since finally put set "
    "setting define write note recall observe consider want to differentiate it follows know we have get "
    "find obtain that which this is gives us"
).replace(" ", "|")
_ARROW = (
    r"(?:⇒|⟹|→|∴|⟺|⇔|<?=>|->|\\(?:Long)?(?:left)?rightarrow\b|\\implies\b|\\iff\b|\\therefore\b|\\q?quad\b)"
)
_WORD = re.compile(
    rf"^(?:[a-z][a-z ]{{2,40}}:\s+)?(?:(?:{_LEADS}|the (?:answer|result|derivative) is|{_ARROW})[:,]?\s+)*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,]+we (?:get|have|find|obtain):?$|\s+(?:QED|□|■|∎|\\(?:qed|square|blacksquare|Box))\.?$",
    re.IGNORECASE,
)
_NOTING = r"the|by|using|rules?|inner|outer|simplif\w+|expand\w*|definition"
_NOTE = re.compile(  # in brackets, behind a formula
    rf"\s*[(\[](?=[^()\[\]]*\b(?:{_NOTING})\b)[a-z ,'-]+[)\]]\.?$", re.IGNORECASE
)
_ONLY_WORDS = re.compile(
    r"^(?:we|use|using|apply|applying|by the|note|recall|simplify|expand)\b[a-z ,-]*[.:]?$", re.IGNORECASE
)
# where another statement begins on the line
_JOINT = re.compile(
    rf"\s+(?={_ARROW}\s)|[\s,.]+(?=(?:and|so|then|thus|hence|therefore|with|where|since|because|we have)\s)",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(r"(?:where|with|since|because)\s", re.IGNORECASE)
_NAMES_BELOW = re.compile(r"^\W*(?:where|with)\b.*?([^\W\d_]\w*)(?:_\{?[ijkl]\}?)?\s*=", re.IGNORECASE)
_ASIDE = re.compile(r"\s+\((?:where |with |as )?\s*((?![ijkl]\s*=)[^\W\d_]\w?\s*=[^=()]*)\)$")
_TEXT = re.compile(r"\\text\s*\{([^{}]*)\}|\*\*(?=\w[^*]*\*\*)|(?<=[:.)])\*\*")
_LABEL = re.compile(
    r"^\s*(?:(?:step\s*)?\d+[.):]|step\s*\d+|[a-h]\)|\(?(?:i{1,3}|iv|vi{1,3})\)|[*•·]|L\d+:?)\s+",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"(?:^|\s)(?:#.*|//\s*[A-Za-z]{2}.*)")  # of Python, and of other languages
# a reason that is given for a line
_RULE = r"(?:by |from |using |with )?(?:the )?[a-z]+(?: [a-z]+)? rule(?: gives| yields| says)?"
_REASON = re.compile(rf"^{_RULE}(?:[:,]\s*|\s+(?=\S))|[\s,;]*[(\[]?\s*\b{_RULE}\s*[)\]]?\.?$", re.IGNORECASE)


def lines_of(answer: Packed) -> list[str]:
    """The lines of a derivation: a list of texts, or one text of lines. Raises NotReadable."""
    items = items_of(answer)
    if items is None:
        items = [answer]
    texts: list[str] = []
    for item in items:
        if not isinstance(item, str):
            raise NotReadable("lines-form", what=what_it_is(item))
        text = _DISPLAY.sub("", unescaped(item).replace(_OTHER_EQUALS, "="))
        parts = [piece for row in _rows(text) for piece in outside(_COMMENT.sub("", row), ";")]
        parts = [piece for part in parts for one in _statements(part) for piece in _named(one)]
        texts += [line.strip().strip("&,;").replace("&=", "=").strip() for line in parts]
    for number in (r"^[(\[]%d[)\]] ", r"\s[(\[]%d[)\]]$"):  # of all lines, else they are factors
        if all(re.search(number % at, text) for at, text in enumerate(texts, 1)):
            texts = [re.sub(number % at, "", text) for at, text in enumerate(texts, 1)]
    if len(texts) > 1 and all(text.startswith("- ") for text in texts):
        if not any(re.match(r"- [^\W\d_]\w*\s*=", text) for text in texts):
            raise NotReadable("lines-dash")
        texts = [text[2:] for text in texts]
    texts = [_without_words(text) for text in _names_first(texts)]
    texts = [text for text in texts if text and text not in ("...", "…", "$$")]
    if not texts:
        raise NotReadable("empty")
    if len(texts) > MOST_LINES:
        raise NotReadable("lines-many", most=MOST_LINES)
    return texts


_DISPLAY = re.compile(
    r"\\(?:begin|end)\{(?:align(?:ed)?|gather(?:ed)?|split|equation|eqnarray)\*?\}"
    r"|(?<!\\)\\[\[\]()]|(?<=\\\\)\[[\d.]+ *[a-z]{2}\]"
)


_INSIDE = re.compile(r"[_^]\s*\{[^{}]*\}|\[[^\[\]]*\]|\b[ijkl]\s*=\s*1\s*[,:.…\\]")
_OTHER_EQUALS = "\uff1d"
_EQUALS = re.compile(r"(?<![<>=!])=(?!=)")


def masked(line: str) -> str:
    """The line with another sign, of the same meaning, for the = of `sum_{i=1}`, `[i = j]` and `i = 1, …, n`,
    where no side ends.
    """
    return _INSIDE.sub(lambda found: _EQUALS.sub(_OTHER_EQUALS, found[0]), line)


def unmasked(text: str) -> str:
    return text.replace(_OTHER_EQUALS, "=")


def _without_words(text: str) -> str:
    """A line without its label, and the words around its formula."""
    text = re.sub(r"\s+", " ", text)
    if len(text) > MOST_WORDED:
        return text
    text = _WORD.sub("", _LABEL.sub("", _NOTE.sub("", text)).strip())
    if _ONLY_WORDS.search(text):
        return ""
    return _REASON.sub("", _TAIL.sub("", text)).replace(":=", "=")


def _rows(text: str) -> list[str]:
    """The text cut at line ends and at LaTeX's `\\\\`, but not inside of a matrix."""
    found, depth = [""], 0
    for piece in re.split(r"(\n|\\\\(?![a-zA-Z\[])|\\(?:begin|end)\{)", text):
        depth += (piece == r"\begin{") - (piece == r"\end{")
        if depth == 0 and piece in ("\n", "\\\\"):
            found.append("")
        else:
            found[-1] += piece
    return found


def _named(text: str) -> list[str]:
    """Several names on one line, such as `f = 2x, g = cos(x^2)`, each by itself."""
    pieces = outside(text, ",")
    return pieces if all("=" in piece for piece in pieces) else [text]


def _statements(text: str) -> list[str]:
    """The statements of a line, such as `u = x^2` and `du/dx = 2x` of `u = x^2, so du/dx = 2x`, each by
    itself; and what names stand for, as `v` in `2 v (where v = y - t)`.
    """
    if len(text) > MOST_WORDED:
        return [text]
    text = _ASIDE.sub(r" where \1", _TEXT.sub(lambda found: found[1] or "", text))
    found, start = [], 0
    for joint in _JOINT.finditer(text) if not re.search(r"\b(?:if|for|otherwise)\b|cases", text) else ():
        before, behind = text[start : joint.start()], text[joint.end() :]
        says = _EXPLAINS.match(behind) or "=" in masked(before)
        outside_brackets = all(before.count(a) == before.count(b) for a, b in ("()", "[]", "{}"))
        if says and "=" in masked(behind) and outside_brackets:
            found.append(before)
            start = joint.end()
    return [*found, text[start:]]


def _names_first(texts: list[str]) -> list[str]:
    """The lines, with what names stand for (`where v = …`) above the first line that mentions them."""
    found: list[str] = []
    for text in texts:
        at = len(found)
        if at < MOST_LINES and (named := _NAMES_BELOW.match(text)):
            use = re.compile(rf"(?<![^\W\d_d]){named[1]}(?![^\W\d_])")
            at = next((number for number, line in enumerate(found) if use.search(line)), at)
        found.insert(at, text)
    return found
