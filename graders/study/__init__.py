"""The student's side: `check`, `hint` and `solution` in the notebook, and a folder of one's own."""

from graders.study.checking import check, hint, solution, use

__all__ = ["check", "hint", "solution", "use"]
