"""Which mistake it is, and the one place that words what a student reads."""

from graders.feedback.judging import judge

__all__ = ["judge"]
