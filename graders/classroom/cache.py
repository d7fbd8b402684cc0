"""Identical answers are judged once: half a class writes `2*x`."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from typing import Any

from graders.classroom.grading import Judge


def _plain(packed: Any) -> bool:
    """Whether an answer is all there is to judge: a function must be asked, and is judged each time."""
    if isinstance(packed, dict):
        special = "function" in packed or "missing" in packed
        return not special and all(map(_plain, packed.values()))
    return not isinstance(packed, list) or all(map(_plain, packed))


class Judged:
    """A judge that remembers, at most `size` verdicts.

    The key holds the exercise, its record's version and the whole packed answer, so that no answer can stand
    in for another; a verdict of `broken` is not remembered.
    """

    def __init__(self, judge: Judge, version: Any, size: int = 20_000) -> None:
        self.judge, self.version, self.size = judge, version, size
        self.known: OrderedDict[bytes, Any] = OrderedDict()
        self.hits = self.asked = 0

    def __call__(self, exercise: str, answer: Any, ask: Any) -> Any:
        self.asked += 1
        if not _plain(answer):
            return self.judge(exercise, answer, ask)
        text = json.dumps([exercise, self.version(exercise), answer], sort_keys=True)
        key = hashlib.sha256(text.encode()).digest()
        if key in self.known:
            self.hits += 1
            self.known.move_to_end(key)
            return self.known[key]
        verdict = self.judge(exercise, answer, ask)
        if verdict.outcome != "broken":
            self.known[key] = verdict
            if len(self.known) > self.size:
                self.known.popitem(last=False)
        return verdict
