"""What a player replied, checked for its type before anyone relies on it."""

from __future__ import annotations

from typing import Any

from graders.referee.player import Missing, Packed, Reply
from matcalc_ref.language.objects.packing import PACKED

ERRORS = ("exception", "timeout", "died", "unreadable", "changed-input")


def packed(value: Any) -> Packed:
    """`value` if its outside has the form of packed data; what is deeper is for the reader of answers to
    refuse.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict) and len(value) in (1, 2) and next(iter(value)) in PACKED:
        return value
    return {"unreadable": "something malformed"}


def as_value(name: str, message: dict[str, Any]) -> Packed | Missing:
    """A reply to a request for a variable."""
    if "value" in message:
        return packed(message["value"])
    return Missing(name)


def as_reply(message: dict[str, Any], stopped: bool | None = None) -> Reply:
    """A reply to a call. `stopped`: whether it had to be interrupted, as only who asked can know for sure."""
    if stopped:
        return Reply(error="timeout", detail="it was stopped")
    error, detail = message.get("error"), message.get("detail")
    if error is not None and error not in ERRORS:
        error = "unreadable"
    text = detail[:300] if isinstance(detail, str) else ""
    if error == "timeout" and stopped is False:  # what it raised is what an interrupt raises
        error = "exception"
    value = packed(message.get("value"))
    if error is None and isinstance(value, dict) and "unreadable" in value:
        error, text = "unreadable", str(value["unreadable"])[:300]
    return Reply(value, error, text)
