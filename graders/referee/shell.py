"""The shell that a player runs cells in: IPython's, with its outputs recorded as a kernel would send them."""

from __future__ import annotations

import base64
import io
import os
import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import CBool, Type
from traitlets.config import Config

from graders.referee.limits import Limits
from graders.referee.outputs import LINES, NAME, VALUE

Output = dict[str, Any]


def _end(descriptor: int) -> int:
    try:
        return os.lseek(descriptor, 0, os.SEEK_END)
    except OSError:
        return 0


def _written(mark: int, most: int) -> str:
    """What was written past Python since `mark`, at most so many bytes."""
    try:
        data = os.pread(1, most, mark)
    except OSError:
        return ""
    return data.decode("utf-8", "replace")


class Recorder:
    """The outputs of the running cell, in order, within bounds."""

    def __init__(self) -> None:
        self.limits = Limits()
        self.start()

    def start(self) -> None:
        self.outputs: list[Output] = []
        self.room = {"stream": self.limits.output_bytes, "data": self.limits.media_bytes}
        self.dropped = 0
        self.clear = False
        self.mark = _end(1)

    def pull(self) -> None:
        """Take over what was written past Python: by subprocesses, by libraries in C."""
        text = _written(self.mark, self.limits.output_bytes + 1)
        if text:
            self.mark = _end(1)
            self.stream("stdout", text)

    def stream(self, name: str, text: str) -> None:
        if not text:
            return
        text = _unicode(text)
        kept = text[: max(self.room["stream"], 0)]
        self.room["stream"] -= len(kept)
        self.dropped += len(text) - len(kept)
        if not kept:
            return
        self._begin()
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
            last["text"].append(kept)
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": [kept]})

    def data(self, kind: str, data: dict[str, Any], metadata: dict[str, Any], transient: Any = None) -> None:
        held = {mime: _text(value) for mime, value in data.items()}
        size = sum(map(len, held.values()))
        if size > self.room["data"]:
            held = {"text/plain": held.get("text/plain", "")[:1000] + " (too large to keep)"}
        else:
            self.room["data"] -= size
        self.begin()
        output: Output = {"output_type": kind, "data": held, "metadata": metadata}
        name = (transient or {}).get("display_id")
        if name:
            output["id"] = str(name)
        self.outputs.append(output)

    def update(self, data: dict[str, Any], metadata: dict[str, Any], transient: Any) -> None:
        name = str((transient or {}).get("display_id"))
        for output in self.outputs:
            if output.get("id") == name:
                output["data"] = {mime: _text(value) for mime, value in data.items()}
                output["metadata"] = metadata

    def error(self, name: str, value: str, trace: list[str]) -> None:
        self.begin()
        kept = []
        for line in map(_unicode, trace[:LINES]):
            kept.append(line[: max(self.room["stream"], 0)])
            self.room["stream"] -= len(kept[-1])
            self.dropped += len(line) - len(kept[-1])
        error = {"ename": _unicode(name[:NAME]), "evalue": _unicode(value[:VALUE]), "traceback": kept}
        self.outputs.append({"output_type": "error", **error})

    def begin(self) -> None:
        self.pull()
        self._begin()

    def _begin(self) -> None:
        if self.clear:
            self.outputs.clear()
            self.clear = False

    def done(self) -> list[Output]:
        """What was recorded, as JSON-able data."""
        self.pull()
        if self.dropped:
            text = f"\n… {self.dropped:,} more characters were left out.\n"
            self.outputs.append({"output_type": "stream", "name": "stdout", "text": [text]})
        for output in self.outputs:
            output.pop("id", None)
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"])
        return self.outputs


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return _unicode(value) if isinstance(value, str) else ""


def _unicode(text: str) -> str:
    """The text without halves of surrogate pairs, which no message may hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


recorder = Recorder()


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of the cells."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str, descriptor: int) -> None:
        self.name, self.descriptor = name, descriptor

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        recorder.stream(self.name, text)
        return len(text)

    def fileno(self) -> int:
        return self.descriptor

    def isatty(self) -> bool:
        return False


class _Publisher(DisplayPublisher):
    def publish(self, data: Any, metadata: Any = None, source: Any = None, **kwargs: Any) -> None:
        transient, update = kwargs.get("transient"), kwargs.get("update", False)
        if update:
            recorder.update(data, metadata or {}, transient)
        else:
            recorder.data("display_data", data, metadata or {}, transient)

    def clear_output(self, wait: bool = False) -> None:
        if wait:
            recorder.clear = True
        else:
            recorder.outputs.clear()


class _Hook(DisplayHook):
    def write_output_prompt(self) -> None:
        """No prompt: the notebook has its own."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        recorder.data("execute_result", format_dict, md_dict or {})

    def finish_displayhook(self) -> None:
        """Nothing to flush."""


class PlayerShell(InteractiveShell):
    """IPython without a terminal, a history file or a front end."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    readline_use = CBool(False)
    autoindent = CBool(False)

    def enable_gui(self, gui: Any = None) -> None:
        """There is no event loop of a window system."""

    def ask_exit(self) -> None:
        """`exit` does not end a notebook."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        try:
            value = str(evalue)
        except BaseException:
            value = "(its text cannot be shown)"
        recorder.error(str(etype.__name__), value, [str(line) for line in stb])


def make_shell() -> PlayerShell:
    """The one shell of this process."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "neutral"
    config.InteractiveShell.cache_size = 1000
    shell: PlayerShell = PlayerShell.instance(config=config)
    return shell


def run_cell(shell: PlayerShell, source: str) -> tuple[str, list[Output]]:
    """Run a cell; "ok" or "error", and its outputs. Raises what is no Exception only by a student's force."""
    recorder.start()
    if sys.stdout is None or sys.stderr is None:
        sys.stdout, sys.stderr = _streams()
    result = shell.run_cell(source, store_history=True)
    status = "ok" if result is not None and result.success else "error"
    return status, recorder.done()


def _streams() -> Any:
    return _Stream("stdout", 1), _Stream("stderr", 2)


def redirect(folder: str) -> None:
    """Make our streams the recorder's; what bypasses Python lands in a nameless file in `folder`."""
    path = os.path.join(folder, ".written")
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_TRUNC, 0o600)
    os.unlink(path)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.close(handle)
    sys.stdout, sys.stderr = _streams()
    sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr  # type: ignore[misc]
