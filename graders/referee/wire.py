"""The wire to a player: length-prefixed JSON with a deadline and a bound on every read.

Whatever comes from a player was written by a student's process, and is treated as hostile: bounded in bytes
before it is read, in the number of its values before it is parsed, and checked for its type field by field
afterwards.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from typing import Any

HEADER = struct.Struct(">I")
MAX_FRAME = 24 * 1024 * 1024
MAX_VALUES = 600_000
MAX_DEPTH = 200  # a dict takes three levels, and values are packed sixty deep


class WireError(Exception):
    """The other side sent something that is no message, or more than is allowed. The connection is of no more
    use."""


class WireTimeout(WireError):
    """Nothing complete came before the deadline."""


class WireClosed(WireError):
    """The other side is gone."""


def decode(data: bytes) -> dict[str, Any]:
    """One message of bytes as a dict of JSON values. Raises WireError for everything else.

    Numbers are finite, text is valid Unicode, nesting and the number of values are bounded.
    """
    if data.count(b",") + data.count(b"[") + data.count(b"{") > MAX_VALUES:
        raise WireError("a message with too many values")
    try:
        message = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise WireError(f"not a message: {type(problem).__name__}") from None
    if not isinstance(message, dict):
        raise WireError("a message is an object")
    _check(message)
    return message


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check(message: Any) -> None:
    """Refuse infinities (1e999), lone surrogates and deep nesting, without recursion."""
    level = [message]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += value.keys()
                below += value.values()
            elif isinstance(value, list):
                below += value
            elif isinstance(value, float) and not math.isfinite(value):
                raise WireError("a number that is not finite")
            elif isinstance(value, str) and not value.isascii():
                try:
                    value.encode("utf-8")
                except UnicodeEncodeError:
                    raise WireError("text that is not Unicode") from None
        if not below:
            return
        level = below
    raise WireError("a message nested too deeply")


def encode(message: dict[str, Any]) -> bytes:
    """`message` as bytes with its length in front. Raises WireError if it is too long."""
    body = json.dumps(message, separators=(",", ":"), allow_nan=False).encode("utf-8")
    if len(body) > MAX_FRAME:
        raise WireError("a message too long")
    return HEADER.pack(len(body)) + body


class Wire:
    """Messages over a stream socket. What has come of a message is kept when a deadline passes."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.buffer = bytearray()

    def send(self, message: dict[str, Any], deadline: float | None = None) -> None:
        """Send one message before `deadline` (of time.monotonic). Raises WireError."""
        view = memoryview(encode(message))
        try:
            while view:
                self._patience(deadline)
                view = view[self.sock.send(view) :]
        except TimeoutError:
            raise WireTimeout("the other side does not read") from None
        except OSError as problem:
            raise WireClosed(str(problem)) from None

    def receive(self, deadline: float | None = None, limit: int = MAX_FRAME) -> dict[str, Any]:
        """The next message, if it comes whole before `deadline` and is at most `limit` bytes. Raises
        WireError.
        """
        self._fill(HEADER.size, deadline)
        (length,) = HEADER.unpack_from(self.buffer)
        if length > limit:
            raise WireError(f"a message of {length} bytes")
        self._fill(HEADER.size + length, deadline)
        data = bytes(self.buffer[HEADER.size : HEADER.size + length])
        del self.buffer[: HEADER.size + length]
        return decode(data)

    def ended(self) -> bool:
        """Whether it is closed on this side or the other; nothing is taken from it."""
        try:
            self.sock.settimeout(0)
            return not self.sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        self.sock.close()

    def _fill(self, count: int, deadline: float | None) -> None:
        while len(self.buffer) < count:
            self._patience(deadline)
            try:
                chunk = self.sock.recv(min(count - len(self.buffer), 1 << 20))
            except TimeoutError:
                raise WireTimeout("no answer in time") from None
            except OSError as problem:
                raise WireClosed(str(problem)) from None
            if not chunk:
                raise WireClosed("the other side closed the connection")
            self.buffer += chunk

    def _patience(self, deadline: float | None) -> None:
        if deadline is None:
            self.sock.settimeout(None)
            return
        left = deadline - time.monotonic()
        if left <= 0:
            raise WireTimeout("no answer in time")
        self.sock.settimeout(left)
