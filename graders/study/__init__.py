"""The student's side: `check`, `hint`, `solution`, `another` in the notebook, and a folder of one's own."""

from graders.study.checking import another, check, hint, solution, use

__all__ = ["another", "check", "hint", "solution", "use"]
