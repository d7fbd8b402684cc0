"""A player that is a stock Jupyter kernel, without confinement: for `--unconfined` only."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from queue import Empty
from typing import Any

from graders.referee.inside import MIME
from graders.referee.limits import Limits, MiB
from graders.referee.player import CellResult, Missing, NoPlayer, Packed, Reply, Status
from graders.referee.replies import as_reply, as_value
from graders.referee.scratch import copy_files
from graders.referee.wire import MAX_FRAME, WireError, decode

START_SECONDS = 60.0
GRACE = 3.0
BOOT = (
    'import graders.referee.inside as _inside; _inside.publish(\'{"do": "value", "name": "_"}\'); del _inside'
)
ASK = "__import__('graders.referee.inside', fromlist=['publish']).publish({!r})"


class KernelPlayer:
    """Runs cells in `ipykernel`, in a temporary copy of `folder`. See `Player`."""

    confinement = "none"

    def __init__(self, folder: str | None, limits: Limits) -> None:
        self.folder, self.limits = folder, limits
        self.manager: Any = None
        self.client: Any = None
        self.scratch = ""
        self._start()

    def _start(self) -> None:
        from jupyter_client.manager import KernelManager

        self.scratch = tempfile.mkdtemp(prefix="matcalc-player-")
        if self.folder:
            copy_files(self.folder, self.scratch, self.limits.scratch * MiB)
        self.manager = KernelManager(kernel_name="python3")
        try:
            self.manager.start_kernel(
                cwd=self.scratch, extra_arguments=["--HistoryManager.enabled=False"], stderr=-3, stdout=-3
            )
            self.client = self.manager.blocking_client()
            self.client.start_channels()
            self.client.wait_for_ready(timeout=START_SECONDS)
        except Exception as problem:
            self.close()
            raise NoPlayer(f"No Python kernel could be started: {problem}") from None
        outputs, status = self._execute(BOOT, time.monotonic() + START_SECONDS, silent=True)
        if status != "ok" or not _ours(outputs):
            self.close()
            raise NoPlayer("The Python kernel cannot import this project; install it where the kernel runs.")

    def run(self, source: str, cell_id: str, seconds: float) -> CellResult:
        """Run a cell. See `Player`."""
        start = time.monotonic()
        outputs, status = self._execute(source, start + seconds)
        took = time.monotonic() - start
        alive = self.client is not None
        if status == "died":
            return CellResult(
                outputs, "died", took, "The Python process that ran this cell ended.", alive=False
            )
        return CellResult(outputs, status, took, alive=alive)

    def value(self, name: str) -> Packed | Missing:
        """A variable as data. See `Player`."""
        message, _ = self._ask({"do": "value", "name": name}, self.limits.call_seconds)
        return Missing(name, message["lost"]) if "lost" in message else as_value(name, message)

    def call(self, handle: int, arguments: list[Packed], timeout: float) -> Reply:
        """Ask a function for a value. See `Player`."""
        message, late = self._ask({"do": "call", "handle": handle, "arguments": arguments}, timeout)
        return Reply(error="died", detail=message["lost"]) if "lost" in message else as_reply(message, late)

    def _ask(self, request: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bool]:
        """The reply, and whether it had to be interrupted for it."""
        if self.client is None:
            return {"lost": "the kernel is gone"}, False
        outputs, status = self._execute(
            ASK.format(json.dumps(request)), time.monotonic() + seconds, silent=True
        )
        if self.client is None:
            return {"lost": "the kernel was lost while it was asked"}, False
        for text in _ours(outputs):
            try:
                return decode(text.encode("utf-8", "replace")), status == "timeout"
            except WireError:
                break
        return {"value": {"unreadable": "no answer"}}, status == "timeout"

    def _execute(self, source: str, deadline: float, silent: bool = False) -> tuple[list[Any], Status]:
        """Run code and gather its outputs until the kernel is idle. Kills a kernel that cannot be
        interrupted.
        """
        if self.client is None:
            return [], "died"
        request = self.client.execute(source, silent=silent, store_history=not silent, allow_stdin=False)
        outputs: list[Any] = []
        status: Status = "ok"
        size, until = 0, deadline
        while True:
            try:
                left = until - time.monotonic()
                message = self.client.get_iopub_msg(timeout=max(0.01, min(left, 0.5)))
            except Empty:
                if not self.manager.is_alive():
                    self._stop()
                    return outputs, "died"
                message = None
            if time.monotonic() >= until:
                if status == "timeout":
                    self._stop()
                    return outputs, "timeout"
                status, until = "timeout", time.monotonic() + GRACE
                self.manager.interrupt_kernel()
            if message is None or message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return outputs, status
            if kind == "clear_output":
                outputs.clear()
            elif kind == "update_display_data":
                name = content["transient"].get("display_id")
                for output in outputs:
                    if output.get("transient", {}).get("display_id") == name:
                        output["data"] = content["data"]
            elif kind in ("stream", "display_data", "execute_result", "error"):
                size += len(str(content))
                if size < MAX_FRAME or (kind == "error" and status != "error"):
                    outputs.append({"output_type": kind, **content})
                if kind == "error" and status == "ok":
                    status = "error"

    def restart(self) -> None:
        """Begin again with a fresh kernel and fresh files."""
        self.close()
        self._start()

    def _stop(self) -> None:
        if self.client is not None:
            self.client.stop_channels()
            self.client = None
        if self.manager is not None:
            self.manager.shutdown_kernel(now=True)

    def close(self) -> None:
        """End the kernel and remove its files."""
        self._stop()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def __enter__(self) -> KernelPlayer:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _ours(outputs: list[Any]) -> list[str]:
    data = [output.get("data", {}).get(MIME) for output in outputs if output["output_type"] == "display_data"]
    return [text for text in data if isinstance(text, str) and len(text) <= MAX_FRAME]
