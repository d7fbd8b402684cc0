"""The command `matcalc`: only the wiring. Each command's body lives in its room, imported when it runs."""

from __future__ import annotations

import gc
import io
import sys
from pathlib import Path
from typing import Annotated

import typer

# An answer may begin with a minus; it is no option.
FORMULAS = {"ignore_unknown_options": True}

app = typer.Typer(
    name="matcalc",
    help="An auto-graded course on matrix calculus: exercises, answers, derivatives, grading.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

Json = Annotated[bool, typer.Option("--json", help="Machine-readable, one JSON value on stdout.")]
Variables = Annotated[
    list[str] | None,
    typer.Option("--var", metavar="NAME:SHAPE", help="`x:n` a column, `A:m,n` a matrix, `z:` a scalar."),
]


def _finish(code: int | None) -> None:
    raise typer.Exit(code or 0)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """The exercises: id, section, points, variables, parts.

    Example: `matcalc list --json`
    """
    from graders.study.listing import run

    _finish(run(as_json=as_json))


@app.command(context_settings=FORMULAS)
def check(
    exercise: Annotated[str, typer.Argument(metavar="ID", help="For example A05-07.")],
    answers: Annotated[
        list[str], typer.Argument(metavar="[PART=]ANSWER…", help="A formula, or code as `@file.py`.")
    ],
    as_json: Json = False,
) -> None:
    """Judge one answer to one exercise.

    Example: `matcalc check A05-07 "sum(x)"`
    """
    from graders.referee.check_command import run

    _finish(run(exercise, answers, as_json=as_json))


@app.command(context_settings=FORMULAS)
def equal(
    student: Annotated[str | None, typer.Argument(help="What the student wrote.")] = None,
    reference: Annotated[str | None, typer.Argument(help="What is right.")] = None,
    variables: Variables = None,
    domain: Annotated[str, typer.Option(help="real, positive or nonzero.")] = "real",
    batch: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Many at once, one JSON line each.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Whether two formulas are equal, for every size of their dimensions.

    Example: `matcalc equal "2 xᵀ" "(x + x)'" --var x:n`
    """
    from graders.feedback.equal import run

    _finish(run(student, reference, variables=variables or [], domain=domain, batch=batch, as_json=as_json))


@app.command(context_settings=FORMULAS)
def derive(
    expression: Annotated[str, typer.Argument(help="What to differentiate.")],
    wrt: Annotated[str, typer.Option(help="The variable to differentiate by.")],
    variables: Variables = None,
    as_json: Json = False,
) -> None:
    """A derivative with its steps, in the article's layout.

    Example: `matcalc derive "sum(max(0, X w + b))/N" --wrt w --var X:N,n --var w:n --var b:`
    """
    from matcalc_ref.derive_command import run

    _finish(run(expression, wrt, variables=variables or [], as_json=as_json))


@app.command(context_settings=FORMULAS)
def explain(
    expression: Annotated[str, typer.Argument(help="A formula as you would type it.")],
    variables: Variables = None,
    as_json: Json = False,
) -> None:
    """How a formula is understood: its LaTeX, its shape, its free dimensions.

    Example: `matcalc explain "diag(w) x" --var x:n --var w:n`
    """
    from matcalc_ref.language.explain import run

    _finish(run(expression, variables=variables or [], as_json=as_json))


@app.command()
def notebooks(
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail if anything is out of step.")
    ] = False,
    course: Annotated[Path, typer.Option(help="The course folder, with `source/` in it.")] = Path("."),
) -> None:
    """Weave the records into the notebooks of `source/`.

    Example: `matcalc notebooks --check`
    """
    from matcalc_ref.weave import run

    _finish(run(course, check=check_only))


@app.command()
def study(
    to: Annotated[Path | None, typer.Option(help="Your folder (`~/matrix-calculus`).")] = None,
    reset: Annotated[str | None, typer.Option(metavar="ID", help="Put one exercise back as it was.")] = None,
    lab: Annotated[bool, typer.Option(help="Open JupyterLab there.")] = True,
) -> None:
    """Study on your own: the notebooks in your folder, every answer checked fully.

    Example: `matcalc study --reset A05-07`
    """
    from graders.study.folder import run

    _finish(run(to, reset=reset, lab=lab))


@app.command()
def demo(
    keep: Annotated[
        Path | None, typer.Option(help="Where the demo's course goes; a temporary folder if not given.")
    ] = None,
) -> None:
    """Twelve simulated students go through the whole loop of nbgrader.

    Example: `matcalc demo`
    """
    from graders.classroom.demo import run

    _finish(run(keep))


@app.command()
def grade(
    assignments: Annotated[list[str], typer.Argument(metavar="ASSIGNMENT...", help="For example A05.")],
    workers: Annotated[
        int | None, typer.Option(min=1, help="How many at once; as many as there are cores if not given.")
    ] = None,
    feedback: Annotated[bool, typer.Option("--feedback", help="Write the pages of feedback too.")] = False,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade all again; the gradebook is copied first.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Collect, grade and release feedback as submissions arrive.")
    ] = False,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Workers of a Dask cluster, as tcp://host:8786.")
    ] = None,
    unconfined: Annotated[
        bool, typer.Option("--unconfined", help="Without a sandbox; marked in every result.")
    ] = False,
    course: Annotated[Path, typer.Option(help="The course folder, with `source/` in it.")] = Path("."),
    as_json: Json = False,
) -> None:
    """Grade every submission of an assignment that is new. Ends with 0, or 1 if some need a person.

    Example: `matcalc grade A04 A05 --workers 2 --feedback`
    """
    from graders.classroom.command import run

    code = run(
        *assignments,
        course=course,
        workers=workers,
        as_json=as_json,
        feedback=feedback,
        regrade=regrade,
        follow=follow,
        scheduler=scheduler,
        unconfined=unconfined,
    )
    _finish(code)


@app.command()
def doctor(
    course: Annotated[Path, typer.Option(help="The course folder, with `source/` in it.")] = Path("."),
) -> None:
    """What confinement is in force here, and what is missing; and whether a course's settings stand.

    Example: `matcalc doctor`
    """
    from graders.classroom.course import examine
    from graders.referee.doctor import run

    _finish(max(run(course if (course / "source").is_dir() else None), examine(course)))


@app.command()
def coverage(
    write: Annotated[bool, typer.Option("--write", help="Write docs/coverage.md.")] = False,
    check_only: Annotated[bool, typer.Option("--check", help="Fail if the page is out of date.")] = False,
) -> None:
    """Which section of the article has which exercises, kinds and mistakes.

    Example: `matcalc coverage --check`
    """
    from graders.study.coverage import run

    _finish(run(write=write, check=check_only))


def _speak() -> None:
    """No sign is too much for a terminal, and what another program reads is UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def main() -> None:
    """The entry point; an interrupt is no traceback."""
    _speak()
    try:
        app()
    except SystemExit as end:
        if end.code == 130:  # Typer has caught Ctrl-C
            print("Stopped.", file=sys.stderr)
        raise
    finally:
        gc.freeze()  # at its end Python would go through all that is loaded once more: 0.3 s


if __name__ == "__main__":
    main()
