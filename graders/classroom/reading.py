"""A submitted notebook from its bytes: a notebook comes out, or the reason why none can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unicodedata import category

from graders.referee.outputs import text_of as joined

MAX_BYTES = 50_000_000
MAX_VALUES = 3_000_000
MAX_CELLS = 2_000
MAX_SOURCE = 1_000_000
MAX_PICTURE = 10_000_000
_PICTURES = ("image/png", "image/jpeg", "image/gif")


class Unreadable(Exception):
    """The bytes are no notebook; the message says why, for a person."""


def read_bytes(path: Path) -> bytes:
    """A submitted file's bytes; of one that is too large to be read, one more than is read."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def text_of(value: Any, most: int = MAX_SOURCE) -> str:
    """A text of a notebook, whole or in lines, that can be written to a file again; "" for anything else."""
    # Half of a surrogate pair cannot be written to a file again.
    return joined(value).encode("utf-8", "replace").decode("utf-8")[:most]


def plain(text: str) -> str:
    """A text that does nothing to a terminal: control characters and the like as Python writes them."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    acts = ("Cc", "Cf", "Zl", "Zp")  # Unicode's groups of controls, formats and ends of lines
    return "".join(c.encode("unicode_escape").decode() if category(c) in acts else c for c in text)


def _attachments(value: Any) -> dict[str, dict[str, str]]:
    result: dict[str, dict[str, str]] = {}
    for name, bundle in value.items() if isinstance(value, dict) else ():
        if isinstance(bundle, dict):
            pictures = {kind: text_of(bundle.get(kind), MAX_PICTURE) for kind in _PICTURES}
            pictures = {kind: picture for kind, picture in pictures.items() if picture}
            if pictures:
                result[text_of(name)] = pictures
    return result


def _cell(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        return {"cell_type": "raw", "metadata": {}, "source": ""}
    kind = raw.get("cell_type")
    source = text_of(raw.get("source", raw.get("input")))
    if kind == "heading":  # notebooks of 2013
        kind, source = "markdown", f"## {source}"
    metadata = raw.get("metadata")
    owned = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    cell: dict[str, Any] = {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "raw",
        "metadata": {"nbgrader": owned} if isinstance(owned, dict) else {},
        "source": source,
    }
    if isinstance(raw.get("id"), str):
        cell["id"] = raw["id"]
    if cell["cell_type"] == "code":
        cell.update(outputs=[], execution_count=None)
    elif attachments := _attachments(raw.get("attachments")):
        cell["attachments"] = attachments
    return cell


def read_notebook(data: bytes | None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The cells and the metadata of a submitted notebook, with their types made sure.

    Outputs are left behind: grading makes them anew. Raises `Unreadable`.
    """
    if data is None:
        raise Unreadable("there is no notebook of this name in the submission")
    if len(data) > MAX_BYTES:
        raise Unreadable("the notebook is too large: at most 50 MB are read")
    if not data.strip():
        raise Unreadable("the file is empty")
    if sum(map(data.count, (b"[", b"{", b","))) > MAX_VALUES:  # in memory each is fifty times as large
        raise Unreadable(
            f"the file has more than {MAX_VALUES:,} values; clear its outputs and hand it in again"
        )
    try:
        raw = json.loads(data.decode("utf-8-sig"), parse_constant=lambda name: None)
    except UnicodeDecodeError:
        raise Unreadable("the file is not text (UTF-8)") from None
    except RecursionError:
        raise Unreadable("the file is nested too deeply") from None
    except ValueError as error:
        message = getattr(error, "msg", str(error)).lower()
        line = getattr(error, "lineno", None)
        raise Unreadable(
            f"the file is not valid JSON ({message}{f', line {line}' if line else ''})"
        ) from None
    if not isinstance(raw, dict):
        raise Unreadable("the file is JSON, but not a notebook")
    cells = raw.get("cells")
    sheets = raw.get("worksheets")
    if cells is None and isinstance(sheets, list):  # notebooks of 2013
        all_cells = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        lists = [some for some in all_cells if isinstance(some, list)]
        cells = [cell for some in lists for cell in some] if lists else None
    if not isinstance(cells, list):
        raise Unreadable("the file is JSON, but has no cells")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"the notebook has {len(cells)} cells; at most {MAX_CELLS} are read")
    metadata = raw.get("metadata")
    return [_cell(cell) for cell in cells], metadata if isinstance(metadata, dict) else {}
