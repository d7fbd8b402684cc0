"""Identical answers are judged once: half a class writes `2*x`."""

from __future__ import annotations

import hashlib
import json
import os
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

from graders.classroom.grading import Judge
from graders.compare.verdict import Verdict


def _plain(packed: Any) -> bool:
    """Whether an answer is all there is to judge: a function must be asked, and is judged each time."""
    if isinstance(packed, dict):
        special = "function" in packed or "missing" in packed
        return not special and all(map(_plain, packed.values()))
    return not isinstance(packed, list) or all(map(_plain, packed))


class Judged:
    """A judge that remembers, at most `size` verdicts, and shares them with others through a folder.

    The key holds the exercise, its record's version and the whole packed answer, so that no answer can stand
    in for another; a verdict of `broken` is not remembered. `folder` is the grader's alone.
    """

    def __init__(self, judge: Judge, version: Any, size: int = 20_000, folder: Path | None = None) -> None:
        self.judge, self.version, self.size, self.folder = judge, version, size, folder
        self.known: OrderedDict[bytes, Any] = OrderedDict()
        self.hits = self.asked = self.written = 0

    def __call__(self, exercise: str, answer: Any, ask: Any) -> Any:
        self.asked += 1
        if not _plain(answer):
            return self.judge(exercise, answer, ask)
        text = json.dumps([exercise, self.version(exercise), answer], sort_keys=True)
        key = hashlib.sha256(text.encode()).digest()
        verdict = self.known.get(key) or self._read(key)
        if verdict is not None:
            self.hits += 1
        else:
            verdict = self.judge(exercise, answer, ask)
            if verdict.outcome == "broken":
                return verdict
            self._write(key, verdict)
        self.known[key] = verdict
        self.known.move_to_end(key)
        if len(self.known) > self.size:
            self.known.popitem(last=False)
        return verdict

    def _read(self, key: bytes) -> Verdict | None:
        if self.folder is None:
            return None
        try:
            return Verdict.from_json(json.loads((self.folder / key.hex()).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _write(self, key: bytes, verdict: Any) -> None:
        if self.folder is None or self.written >= self.size:
            return
        self.written += 1
        with suppress(OSError):  # a full disk costs time, no verdict
            draft = self.folder / f"{key.hex()}.{os.getpid()}"
            draft.write_text(json.dumps(verdict.to_json()))
            draft.replace(self.folder / key.hex())
