"""The wire: whatever bytes or values come, there is a message, a refusal or a time-out; never a crash or a
hang.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.referee import outputs
from graders.referee.limits import Limits
from graders.referee.player import Missing, Reply
from graders.referee.replies import as_reply, as_value
from graders.referee.wire import MAX_FRAME, Wire, WireClosed, WireError, WireTimeout, decode, encode
from matcalc_ref.language import unpack

MANY = int(os.environ.get("MATCALC_FUZZ", "300"))
fuzz = settings(max_examples=MANY, deadline=None)

TAGS = ["int", "float", "complex", "ellipsis", "list", "tuple", "set", "dict", "array", "sympy", "function",
        "unreadable", "missing", "value", "outputs", "output_type", "data", "text", "dtype", "shape",
        "handle"]  # fmt: skip
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(TAGS)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(TAGS) | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=25,
)


@fuzz
@given(st.binary(max_size=200) | values.map(lambda v: json.dumps(v).encode()))
def test_fuzz_decode(data: bytes) -> None:
    try:
        message = decode(data)
    except WireError:
        return
    assert isinstance(message, dict)
    json.dumps(message, allow_nan=False).encode("utf-8")  # it can be written down again


@fuzz
@given(st.lists(st.binary(max_size=60), max_size=6))
def test_fuzz_receive(chunks: list[bytes]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for chunk in chunks:
            theirs.sendall(chunk)
        theirs.close()
        wire = Wire(ours)
        with pytest.raises(WireError):
            for _ in range(100):
                wire.receive(time.monotonic() + 2)


@fuzz
@given(values, values)
def test_fuzz_replies(first: Any, second: Any) -> None:
    message = {"value": first, "error": second, "detail": first}
    assert isinstance(as_reply(message), Reply)
    got = as_value("x", message)
    assert got is None or isinstance(got, (bool, int, float, str, dict, Missing))
    assert as_value("x", {}) == Missing("x")


@fuzz
@given(values)
def test_fuzz_outputs(raw: Any) -> None:
    import nbformat

    for given_ in (raw, [raw], [{"output_type": "stream", "text": raw, "name": raw}],
                   [{"output_type": "display_data", "data": {"text/plain": raw, "image/png": raw},
                   "metadata": raw}], [{"output_type": "error", "ename": raw, "evalue": raw, "traceback":
                   raw}]):  # fmt: skip
        kept = outputs.clean(given_, Limits(output_bytes=50, media_bytes=50))
        cell = nbformat.v4.new_code_cell("", outputs=[nbformat.from_dict(o) for o in kept])
        nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


@fuzz
@given(values)
def test_fuzz_unpack(packed: Any) -> None:
    with contextlib.suppress(ValueError):
        unpack(packed)


@pytest.mark.parametrize(
    "part", [{"int": "9" * 1200}, 10**4000, True, "1", None], ids=lambda p: type(p).__name__
)
def test_a_complex_number_has_parts_that_are_numbers(part: Any) -> None:
    with pytest.raises(ValueError):
        unpack({"complex": [1.5, part]})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": "\\ud800"}',
        b'{"\\ud800": 1}',
        b"\xff\xfe",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": ' + b"[" * 500 + b"]" * 500 + b"}",
        b'{"a": ' + b"9" * 10_000 + b"}",
        b'{"a": [' + b"1," * 700_000 + b"1]}",
    ],
    ids=range(12),
)
def test_decode_refuses(data: bytes) -> None:
    with pytest.raises(WireError):
        decode(data)


def test_a_frame_too_long_is_refused_before_it_is_read() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack(">I", MAX_FRAME + 1))
        with pytest.raises(WireError, match="bytes"):
            Wire(ours).receive(time.monotonic() + 1)


def test_what_came_before_a_deadline_is_not_lost() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frame = encode({"a": "b" * 50})
        theirs.sendall(frame[:20])
        wire = Wire(ours)
        with pytest.raises(WireTimeout):
            wire.receive(time.monotonic() + 0.05)
        theirs.sendall(frame[20:])
        assert wire.receive(time.monotonic() + 1) == {"a": "b" * 50}
        theirs.close()
        with pytest.raises(WireClosed):
            wire.receive(time.monotonic() + 1)


def test_a_reader_who_does_not_read_costs_only_time() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(WireTimeout):
        Wire(ours).send({"a": "b" * 5_000_000}, time.monotonic() + 0.1)
