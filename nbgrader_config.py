"""The course as nbgrader sees it: every step that is ours is put in place by `configure`."""

try:
    from graders.classroom.config import configure

    c = get_config()  # noqa: F821 (nbgrader provides it)
    c.CourseDirectory.course_id = "matrix-calculus"
    configure(c)
except Exception as problem:
    # nbgrader would go on without this file, and run students' code unprotected.
    why = f"{type(problem).__name__}: {problem}"
    raise SystemExit(f"nbgrader_config.py: {why}. Nothing was run.") from problem
