"""Outputs of cells, as data that a notebook may hold: checked, bounded, made."""

from __future__ import annotations

import html
import re
from typing import Any

from graders.referee.limits import Limits

MIME = re.compile(r"[a-z]+/[\w.+-]{1,80}")
NAME, VALUE, LINES = 200, 4000, 60  # of an error: characters of its name and text, lines of its traceback
Output = dict[str, Any]


def clean(raw: Any, limits: Limits) -> list[Output]:
    """The well-formed ones of a player's outputs, cut to size; text and pictures have budgets of their own.

    An error is always kept, whatever came before it: nbgrader reads it.
    """
    if not isinstance(raw, list):
        return []
    budget = {"text": limits.output_bytes, "media": limits.media_bytes, "errors": 0}
    kept: list[Output] = []
    for item in raw[:2000]:
        output = _clean_one(item, budget) if isinstance(item, dict) else None
        if output is not None:
            kept.append(output)
    return kept


def _clean_one(item: dict[str, Any], budget: dict[str, int]) -> Output | None:
    kind = item.get("output_type")
    if kind == "stream":
        text = _cut(text_of(item.get("text")), budget)
        name = "stderr" if item.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": text} if text else None
    if kind == "error":
        if budget["errors"] and budget["text"] <= 0:
            return None
        budget["errors"] += 1
        name, value = text_of(item.get("ename"))[:NAME], text_of(item.get("evalue"))[:VALUE]
        lines = item.get("traceback")
        trace = [_cut(text_of(line), budget) for line in lines[:LINES]] if isinstance(lines, list) else []
        budget["text"] -= len(name) + len(value)
        return {"output_type": "error", "ename": name, "evalue": value,
                "traceback": trace if any(trace) else [f"{name}: {value}"]}  # fmt: skip
    if kind in ("display_data", "execute_result"):
        data = _bundle(item.get("data"), budget)
        if not data:
            return None
        output: Output = {"output_type": kind, "data": data, "metadata": _sizes(item.get("metadata"))}
        if kind == "execute_result":
            count = item.get("execution_count")
            output["execution_count"] = count if isinstance(count, int) and 0 <= count < 10**6 else None
        return output
    return None


def text_of(value: Any) -> str:
    if isinstance(value, list):
        return "".join(v for v in value if isinstance(v, str))
    return value if isinstance(value, str) else ""


def _cut(text: str, budget: dict[str, int]) -> str:
    if budget["text"] <= 0:
        return ""
    room = budget["text"]
    budget["text"] -= len(text)
    if len(text) <= room:
        return text
    return text[:room] + f"\n… {len(text) - room:,} more characters were left out.\n"


def _bundle(data: Any, budget: dict[str, int]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for mime, value in list(data.items())[:12] if isinstance(data, dict) else []:
        if not MIME.fullmatch(mime):
            continue
        if mime == "application/json" or mime.endswith("+json"):
            continue  # widgets and their like need a living kernel
        text = text_of(value)
        if mime.startswith("image/"):
            if len(text) <= budget["media"]:
                budget["media"] -= len(text)
                kept[mime] = text
            else:
                kept.setdefault("text/plain", "(a picture too large to keep)")
        elif text or mime == "text/plain":
            kept[mime] = _cut(text, budget)
    return kept


def _sizes(metadata: Any) -> dict[str, Any]:
    """Of an output's metadata only what sizes a picture; the rest has no meaning without the kernel."""
    kept = {}
    for mime, value in metadata.items() if isinstance(metadata, dict) else []:
        if MIME.fullmatch(mime) and isinstance(value, dict):
            size = {k: v for k, v in value.items() if k in ("width", "height") and isinstance(v, int)}
            if size:
                kept[mime] = size
    return kept


def size(outputs: list[Output]) -> int:
    """How many characters these outputs hold, roughly."""
    texts: list[str] = []
    for output in outputs:
        texts += [output.get(name, "") for name in ("text", "ename", "evalue")]
        texts += [*output.get("data", {}).values(), *output.get("traceback", [])]
    return sum(map(len, texts))


def error(name: str, text: str) -> Output:
    """An error output of our own."""
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}


def message(markdown: str) -> Output:
    """A displayed message, for readers of Markdown and of HTML."""
    paragraphs = re.split(r"\n\s*\n", markdown.strip())
    as_html = "".join(f"<p>{html.escape(p, quote=False)}</p>" for p in paragraphs)
    data = {"text/markdown": markdown, "text/html": as_html, "text/plain": markdown}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def points(value: float) -> Output:
    """What nbgrader reads as the score of a cell: a plain float as the cell's last value."""
    data = {"text/plain": repr(round(float(value), 4))}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}
