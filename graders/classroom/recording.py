"""Results into the gradebook: nbgrader's own tables by its own interface, one transaction a submission.

The rows equal those that `nbgrader autograde` writes with our configuration.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from graders.classroom.course import Course, Submission
from graders.classroom.grading import Outcome
from graders.classroom.released import Released, load_released


@dataclass(frozen=True)
class Recorded:
    """A notebook's score as the gradebook now has it, and before (None: never graded); who must look."""

    score: float
    max_score: float
    before: float | None
    needs_person: bool


class Result(NamedTuple):
    """A submission with its graded notebooks: each one's text and outcome."""

    submission: Submission
    texts: Mapping[str, str]
    outcomes: Mapping[str, Outcome]


class Book:
    """The gradebook, open for one run. Close it."""

    def __init__(self, course: Course) -> None:
        from nbgrader.api import Gradebook
        from sqlalchemy.exc import SAWarning

        # nbgrader's add_submission makes SQLAlchemy wonder; its rows are right.
        warnings.filterwarnings("ignore", category=SAWarning)
        self.course = course
        self.gradebook = Gradebook(course.folders.db_url, course.folders.course_id)
        # nbgrader commits at every step. On a connection whose transaction is ours, those steps are
        # one: a submission is recorded whole or not at all, and the disk is waited for once.
        self.connection = self.gradebook.engine.connect()
        self.gradebook.db.remove()
        self.gradebook.db.configure(
            bind=self.connection,
            join_transaction_mode="rollback_only",
            expire_on_commit=False,  # a single writer need not read its own rows again
        )
        self.session = self.gradebook.db()
        self.late: Any = None
        self.count = 0
        self.held: Any = None

    def close(self) -> None:
        """Close the connection."""
        self.gradebook.db.remove()
        self.connection.close()
        self.gradebook.close()

    def notebooks(self, assignment: str) -> dict[str, Released]:
        """What was released. Raises nbgrader's MissingEntry."""
        names = sorted(notebook.name for notebook in self.gradebook.find_assignment(assignment).notebooks)
        source = self.course.path("source", ".", assignment)
        return {
            name: load_released(self.gradebook, assignment, name, source / f"{name}.ipynb") for name in names
        }

    def record(self, assignment: str, results: Sequence[Result]) -> list[dict[str, Recorded]]:
        """Write the grades and comments of some submissions, in one transaction: all of it, or after an
        error nothing. Gives each one's notebooks by name.
        """
        self.session.commit()  # whatever was read until now
        try:
            with self.connection.begin():
                found = [self._record(result, assignment) for result in results]
                self.session.commit()  # the session lets go; the transaction ends with the block
            return found
        except BaseException:
            self.session.rollback()
            self.session.expunge_all()
            self.held = None
            raise
        finally:
            self.count += len(results)
            if self.count > 100:
                self.session.expunge_all()  # so that memory does not grow with the class
                self.count, self.held = 0, None

    def _record(self, result: Result, assignment: str) -> dict[str, Recorded]:
        submission, texts, outcomes = result
        gradebook, student = self.gradebook, submission.student
        if self.held is None:
            # The session forgets what nobody holds, and would ask for each cell again.
            released = gradebook.find_assignment(assignment).notebooks
            self.held = [(book, book.grade_cells, book.solution_cells, book.task_cells) for book in released]
        gradebook.update_or_create_student(student)
        changes = {"timestamp": submission.timestamp} if submission.timestamp else {}
        row = gradebook.update_or_create_submission(assignment, student, **changes)
        graded = {notebook.name: notebook for notebook in row.notebooks}
        before = {name: self._score(graded[name]) for name in texts}
        waiting = {}
        for name, text in texts.items():
            waiting[name] = self._cells(graded[name], text, outcomes[name])
        self.session.flush()
        for name in texts:
            self._late(graded[name], row)
        self.session.flush()
        found = {}
        for name in texts:
            score, most = self._score(graded[name]) or 0.0, float(graded[name].max_score)
            found[name] = Recorded(score, most, before[name], waiting[name])
        return found

    def _score(self, notebook: Any) -> float | None:
        """The score without late penalties; None where nothing was graded yet."""
        values = [
            (g.manual_score if g.manual_score is not None else g.auto_score or 0.0) + (g.extra_credit or 0.0)
            for g in notebook.grades
        ]
        fresh = all(g.auto_score is None and g.manual_score is None for g in notebook.grades)
        return None if fresh else float(sum(values))

    def _cells(self, notebook: Any, text: str, outcome: Outcome) -> bool:
        from nbformat.notebooknode import from_dict
        from nbgrader import utils

        grades = {grade.cell.name: grade for grade in notebook.grades}
        comments = {comment.cell.name: comment for comment in notebook.comments}
        seen = set()
        for raw in json.loads(text)["cells"]:
            owned = raw["metadata"].get("nbgrader")
            if not owned:
                continue
            raw["source"] = "".join(raw["source"])
            for output in raw.get("outputs", ()):
                data = output.get("data", {})
                output["data"] = {
                    kind: "".join(shown) for kind, shown in data.items() if kind == "text/plain"
                }
            cell, name = from_dict(raw), owned["grade_id"]
            seen.add(name)
            if utils.is_grade(cell):
                grade = grades[name]
                grade.auto_score, _ = utils.determine_grade(cell)
                grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
                if name in outcome.person:
                    grade.auto_score = 0.0 if outcome.unreadable else None
                    grade.needs_manual_grade = True
            if utils.is_solution(cell) or utils.is_task(cell):
                same = owned.get("checksum") == utils.compute_checksum(cell) and not utils.is_task(cell)
                comments[name].auto_comment = "No response." if same else None
        return any(grade.needs_manual_grade for grade in notebook.grades)

    def _late(self, notebook: Any, row: Any) -> None:
        """nbgrader's AssignLatePenalties, by its own plug-in."""
        # nbgrader cannot add an extension to a due date that was taken away again
        seconds = row.total_seconds_late if row.assignment.duedate else 0
        notebook.late_submission_penalty = None
        if seconds <= 0:
            return
        if self.late is None:
            from nbgrader.preprocessors import AssignLatePenalties

            self.late = AssignLatePenalties(config=self.course.config)
            self.late.init_plugin()
        self.session.refresh(notebook)
        score = notebook.score
        penalty = self.late.plugin_inst.late_submission_penalty(row.student.id, score, seconds)
        if penalty is not None:
            notebook.late_submission_penalty = min(max(float(penalty), 0.0), score)

    def cells(self, student: str, assignment: str, notebook: str) -> tuple[dict[str, Any], dict[str, float]]:
        """What nbgrader's GetGrades puts into a notebook before feedback is made of it."""
        row = self.gradebook.find_submission_notebook(notebook, assignment, student)
        self.session.refresh(row)
        cells: dict[str, Any] = {}
        for grade in row.grades:
            self.session.refresh(grade)
            waiting = bool(grade.needs_manual_grade and grade.manual_score is None)
            shown = {"score": grade.score, "points": grade.max_score, "waiting": waiting}
            cells.setdefault(grade.cell.name, {}).update(shown)
        for comment in row.comments:
            self.session.refresh(comment)
            cells.setdefault(comment.cell.name, {}).update(comment=comment.comment)
        penalty = row.late_submission_penalty or 0
        totals = {"score": row.score - penalty, "max_score": row.max_score, "late_penalty": penalty}
        self.session.commit()
        return cells, totals


def back_up(course: Course, folder: Path) -> Path:
    """A copy of the gradebook before it is changed; for a server, of all its grades as JSON lines."""
    from datetime import UTC, datetime

    folder.mkdir(parents=True, exist_ok=True)
    name = f"gradebook-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    url = course.folders.db_url
    if url.startswith("sqlite:///"):
        import sqlite3

        target = folder / f"{name}.db"
        with sqlite3.connect(url.removeprefix("sqlite:///")) as origin, sqlite3.connect(target) as copy:
            origin.backup(copy)
        return target
    from nbgrader.api import Grade, Gradebook

    target = folder / f"{name}.jsonl"
    with Gradebook(url, course.folders.course_id) as gradebook, target.open("w") as file:
        for grade in gradebook.db.query(Grade).yield_per(500):
            file.write(json.dumps(grade.to_dict()) + "\n")
    return target
