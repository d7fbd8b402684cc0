"""The course as nbgrader sees it: every step that is ours is put in place by `configure`.

Leave this file as it is; what your course needs beside it (exchange, penalties, database) goes into
`course_settings.py` next to it.
"""

try:
    from graders.classroom.config import configure, confirm

    c = get_config()  # noqa: F821 (nbgrader provides it)
    c.CourseDirectory.course_id = "matrix-calculus"
    configure(c)
    load_subconfig("course_settings.py")  # noqa: F821 (so is this; without the file nothing is set)
    confirm(c)
except Exception as problem:
    # nbgrader would go on without this file, and run students' code unprotected.
    why = f"{type(problem).__name__}: {problem}"
    raise SystemExit(f"nbgrader_config.py or course_settings.py: {why}. Nothing was run.") from problem
