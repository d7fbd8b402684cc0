"""The course as nbgrader sees it: every step that is ours is put in place by `configure`."""

from graders.classroom.config import configure

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "matrix-calculus"

configure(c)
