"""nbgrader's commands, run one after the other in a process that has nbgrader loaded."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def run_here(folder: Path, environment: Mapping[str, str], arguments: Sequence[str]) -> tuple[int, str]:
    """Run `nbgrader ARGUMENTS` in this process, in `folder`. Gives the exit code and what was printed.

    For a worker process of one's own: it changes the folder, the environment and the standard streams.
    """
    from nbgrader.apps import NbGraderApp

    os.chdir(folder)
    os.environ.update(environment)
    code = 0
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        kept = os.dup(1), os.dup(2)
        try:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            NbGraderApp.clear_instance()
            NbGraderApp.launch_instance(list(arguments))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, copy in enumerate(kept, 1):
                os.dup2(copy, number)
                os.close(copy)
        said.seek(0)
        return code, said.read()
