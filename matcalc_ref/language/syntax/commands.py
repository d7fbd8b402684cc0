"""LaTeX commands as tokens."""

from __future__ import annotations

import re

from matcalc_ref.language.scope import GREEK
from matcalc_ref.language.syntax import names
from matcalc_ref.language.syntax.scanner import Scanner
from matcalc_ref.language.syntax.tokens import Name
from matcalc_ref.language.syntax.words import (
    KEYWORDS,
    LATEX_ACCENTS,
    LATEX_FONTS,
    LATEX_KINDS,
    LATEX_SIGNS,
    LATEX_SKIP,
    LATEX_TEXT,
    STRANGERS,
)

BOLD = frozenset("mathbf boldsymbol bm vec pmb symbf boldmath overrightarrow underline bf".split())
OLD_FONT = re.compile(r"\{\s*\\(bf|it|sf|tt|rm)(?![A-Za-z])\s*(\\?[^\W\d_]\w*|[01])\s*\}")  # {\bf x}
_SPACING = re.compile(r"\s*\[[^\]]{0,10}(?:pt|em|ex|mm|cm)\]")  # of rows, behind their `\\`
_BEGUN = re.compile(r"\s*\{([a-zA-Z*]+)\}(?:\s*\{[lcr| ]*\})?")
_COMMAND = re.compile(r"\\(operatorname\*|[A-Za-z]+|.)", re.S)

_FONT = "|".join(sorted(map(re.escape, LATEX_FONTS | LATEX_TEXT), reverse=True))
_NESTED = re.compile(rf"\\(?:{_FONT})(?![A-Za-z])\s*\{{?\s*(\w+)\s*\}}?")
_CASE = re.compile(rf"\s*({'|'.join(KEYWORDS)})\s*\$([^$]*)\$\s*,?\s*")
_DOUBLE_BAR = re.compile(r"\\(left|right)\s*(?:\||\\vert)\s*\\\1\s*(?:\||\\vert)")
_LATEX = re.compile(r"\\[A-Za-z]{2}|\\[,;:!)\]]|\$|[_^]\{")
_BOUNDS = re.compile(r"\s*(?:\\(?:no)?limits\s*)?_\s*(?:\{[^{}]*\}|\w)\s*\^\s*(?P<upper>[A-Za-z])(?=[\w\\])")
_ENTRY = re.compile(
    r"\s*(?:[\w.(\[|{√Σ∑−-]+|\\(?!(?:end|[lg](?:eq?|t)|neq?|cdot|times|text|q?quad)(?![A-Za-z]))[A-Za-z|{]+)"
)
_CONDITION = re.compile(r"\s*_?\s*[\[({][^\])}]*(?:[<>=≤≥≠]|\\(?:[lg]e?|[lg]eq|[lg]t|neq?)\b)")


def command(lx: Scanner) -> None:
    text, start = lx.text, lx.pos
    found = _COMMAND.match(text, start)
    if not found:
        raise lx.fail("backslash-end", start)
    name = found[1]
    lx.pos = found.end()
    if name == "\\" and (spacing := _SPACING.match(text, lx.pos)):
        lx.pos = spacing.end()
    if name in ("label", "tag", "color", "textcolor", "hspace", "vspace"):  # nothing to be read
        lx.pos = argument(lx)[1]
        return
    if name in ("sum", "prod") and (bounds := _BOUNDS.match(text, lx.pos)):
        lx.upper = bounds.start("upper")
    if name in ("left", "right") and (bars := _DOUBLE_BAR.match(text, start)):
        lx.pos = bars.end()
        lx.emit("sign", "‖", start, lx.pos)
        return
    if name.isspace():
        _no_lost_row(lx, start)
    if _solves(lx, name, start):
        lx.pos = start + 1
        lx.emit("sign", "solve", start, lx.pos)
        return
    if name in LATEX_SKIP:
        lx.space = lx.space or not name.isalpha() or name.endswith(("quad", "space"))
        if name in ("left", "right") and text[lx.pos : lx.pos + 1] == ".":
            lx.pos += 1
        return
    if name in LATEX_SIGNS:
        lx.emit("sign", LATEX_SIGNS[name], start, lx.pos)
    elif name in LATEX_KINDS:
        lx.emit(LATEX_KINDS[name], name, start, lx.pos)
    elif name in ("begin", "end"):
        env = _BEGUN.match(text, lx.pos)
        if not env:
            raise lx.fail("environment-name", start, lx.pos, name=name)
        lx.pos = env.end()
        lx.emit(name, env[1].rstrip("*"), start, lx.pos)
    elif name in ("mathbb", "mathds", "mathbbm", "Bbb"):
        content, end = argument(lx)
        if content.strip() not in ("1", "I"):
            raise lx.fail("mathbb", start, end, name=name, content=content)
        if content.strip() == "I" and not _CONDITION.match(text, end):
            styled(lx, "mathbf", start)  # the identity
            return
        lx.pos = end
        lx.emit("indicator", "1", start, end)
    elif name in LATEX_FONTS or name in LATEX_TEXT:
        styled(lx, name, start)
    elif name in LATEX_ACCENTS:
        content, end = argument(lx)
        lx.pos = end
        if nested := _NESTED.fullmatch(content.strip()):  # \hat{\mathbf{x}}
            content = nested[1]
        known = names.lookup(lx, content.strip() + LATEX_ACCENTS[name])
        names.name(lx, known or Name("unknown", content, text[start:end]), start, end)
    else:
        known = names.lookup(lx, name.removeprefix("var"))
        if known is None and name.removeprefix("var") in GREEK.values():
            known = Name("unknown", name, name)
        if name in STRANGERS and len(name) > 1:
            raise lx.fail(STRANGERS[name], start, lx.pos)
        if known is None or len(name) == 1:
            raise lx.fail("command", start, lx.pos, name=name)
        names.name(lx, known, start, lx.pos)


def _no_lost_row(lx: Scanner, start: int) -> None:
    """Asks whether a `\\ ` between two entries is what quotes or Markdown left of a `\\\\`."""
    last, entry = lx.out[-1] if lx.out else None, _ENTRY.match(lx.text, lx.pos)
    if last is None or not entry or not lx.in_matrix():
        return
    if last.kind not in ("sign", "begin") or last.sign(")", "]", "}", "...", "|"):
        head, after = lx.text[:start].rstrip(), entry[0].strip()
        before = re.split(r"[\s&}]", head)[-1]
        choices = (f"{before} \\\\ {after}",) + ((f"{before} \\, {after}",) if not after[0].isdigit() else ())
        raise lx.fail("row-or-space", len(head) - len(before), entry.end(), choices)


def _solves(lx: Scanner, name: str, start: int) -> bool:
    """Whether this backslash stands between two operands, as in `B \\ x` and `(X'X)\\X'y` of MATLAB."""
    last = lx.out[-1] if lx.out else None
    if last is None or not (
        last.kind in ("num", "T", "sub", "fill")
        or last.kind == "name"
        and last.value.category != "function"
        or last.sign(")", "]")
    ):
        return False
    if name in (" ", "(", "["):
        begins = re.match(r"\s*[\w(\[]", lx.text[start + 1 :])
        spacing = name == " " and last.kind == "num" and last.end == start  # 2\ x
        return begins is not None and not spacing and not _LATEX.search(lx.text)
    parts = names.split(lx, name) if name.isalpha() and name not in GREEK.values() else []
    return bool(parts) and all(kind == "name" and it.category == "variable" for kind, it, _ in parts or [])


def argument(lx: Scanner) -> tuple[str, int]:
    """The text of a LaTeX argument, and where it ends."""
    text, at = lx.text, lx.pos
    while at < len(text) and text[at].isspace():
        at += 1
    if text[at : at + 1] != "{":
        command = _COMMAND.match(text, at)
        end = command.end() if command else at + 1
        return text[at:end], end
    depth = 0
    for end in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            return text[at + 1 : end], end + 1
    raise lx.fail("brace-open", at)


def _inside(lx: Scanner, start: int, length: int, end: int) -> None:
    """Reads what stands inside of an argument, which ends at `end` itself."""
    lx.pos = start
    while lx.pos < start + length:
        lx.step()
    lx.pos = end


def styled(lx: Scanner, name: str, start: int) -> None:
    """`\\mathbf{x}` is x, `\\mathbf 1` the vector of ones, `\\text{otherwise}` a word."""
    content, end = argument(lx)
    old = OLD_FONT.match(lx.text, start)
    word = old[2] if old else content.strip().strip("$")
    if nested := _NESTED.fullmatch(word):
        word = nested[1]
    if case := _CASE.fullmatch(content):  # \text{if $z > 0$}
        lx.emit("sign", KEYWORDS[case[1]], start, lx.pos)
        _inside(lx, lx.text.index(content, lx.pos) + case.start(2), len(case[2]), end)
        return
    words = [w for written in word.split() if (w := written.strip(",."))]
    if word in ("1", "0") and name in LATEX_FONTS:
        lx.pos = end
        lx.emit("fill", "ones" if word == "1" else "zeros", start, end)
    elif name not in LATEX_FONTS and all(w in KEYWORDS for w in words):
        lx.pos, lx.space = end, lx.space or not word
        for w in words:
            lx.emit("sign", KEYWORDS[w], start, end)
    elif re.fullmatch(r"\\?[^\W\d]\w*", word):
        known = names.lookup(lx, word.lstrip("\\"))
        if known is not None and known.category == "constant" and name in BOLD:
            known = Name("unknown", word, word)
        if known is None and name in LATEX_FONTS and not names.joined(lx, word, end):
            _inside(lx, lx.text.index(content, lx.pos), len(content), end)  # letters side by side
            return
        names.name(lx, known or Name("unknown", word, word), start, end)
    elif name in LATEX_FONTS:
        return  # the argument is read as a group
    else:
        raise lx.fail("text-inside", start, end, word=word)
