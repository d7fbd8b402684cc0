"""Results into the gradebook: nbgrader's own tables by its own interface, many submissions a transaction.

The rows equal those that `nbgrader autograde` writes with our configuration.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, cast

from graders.classroom.course import Course, Submission
from graders.classroom.grading import Outcome
from graders.classroom.marks import Marks
from graders.classroom.released import Released, load_released


@dataclass(frozen=True)
class Recorded:
    """A notebook's score as the gradebook now has it, and before (None: never graded); who must look."""

    score: float
    max_score: float
    before: float | None
    needs_person: bool


class Result(NamedTuple):
    """A submission with its graded notebooks: each one's text, outcome and marks."""

    submission: Submission
    texts: Mapping[str, str]
    outcomes: Mapping[str, Outcome]
    marks: Mapping[str, Marks]


class NotebookShape(NamedTuple):
    """A released notebook: its row's id, and those of the cells that have grades and comments, by name."""

    id: str
    grades: Mapping[str, str]
    comments: Mapping[str, str]
    max_score: float


class Shape(NamedTuple):
    """A released assignment, as far as a submission's rows need it."""

    assignment: str
    id: str
    notebooks: Mapping[str, NotebookShape]


def _utc(time: datetime | None) -> datetime | None:
    """A time as the gradebook keeps it: UTC, without saying so."""
    from nbgrader.utils import parse_utc

    return None if time is None else cast("datetime", parse_utc(time))


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
        self.shapes: dict[str, Shape] = {}

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

    def waiting(self, assignment: str) -> int:
        """How many submissions wait for a person, of this run or an earlier one."""
        from nbgrader.api import Assignment, Grade, SubmittedAssignment, SubmittedNotebook

        found = self.session.query(SubmittedNotebook.assignment_id).distinct()
        found = found.join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        found = found.join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        found = found.join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        return int(found.filter(Assignment.name == assignment, Grade.needs_manual_grade).count())

    def by_hand(self, assignment: str) -> set[str]:
        """The students to whom somebody gave points or a comment by hand."""
        from nbgrader.api import Assignment, Comment, Grade, SubmittedAssignment, SubmittedNotebook

        found: set[str] = set()
        for table, given in ((Grade, Grade.manual_score), (Comment, Comment.manual_comment)):
            query = self.session.query(SubmittedAssignment.student_id).distinct()
            query = query.join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            query = query.join(table, table.notebook_id == SubmittedNotebook.id)
            query = query.join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            found |= {
                student for (student,) in query.filter(Assignment.name == assignment, given.isnot(None))
            }
        return found

    def record(
        self,
        assignment: str,
        results: Sequence[Result],
        announce: Callable[[str, dict[str, Recorded]], None] = lambda student, found: None,
    ) -> list[dict[str, Recorded]]:
        """Write the grades and comments of some submissions, in one transaction: all of it, or after an error
        nothing. Gives each one's notebooks by name; `announce` hears of each student's before they count."""
        self.session.commit()  # whatever was read until now
        try:
            with self.connection.begin():
                shape = self._shape(assignment)
                known = self._known(shape, [result.submission.student for result in results])
                new = [result for result in results if result.submission.student not in known]
                self._add(shape, new)
                due = self._duedate(shape)
                found = [
                    self._changed(result, shape)
                    if result.submission.student in known
                    else self._added(result, shape, due)
                    for result in results
                ]
                for result, scores in zip(results, found, strict=True):
                    announce(result.submission.student, scores)
                self.session.commit()  # the session lets go; the transaction ends with the block
            return found
        except BaseException:
            self.session.rollback()
            raise
        finally:
            self.session.expunge_all()  # so that memory does not grow with the class

    def _shape(self, assignment: str) -> Shape:
        """What a submission's rows are made like; read once a run."""
        if assignment not in self.shapes:
            row = self.gradebook.find_assignment(assignment)
            books = {}
            for book in row.notebooks:
                graded = [*book.grade_cells, *book.task_cells]
                books[book.name] = NotebookShape(
                    book.id,
                    {cell.name: cell.id for cell in graded},
                    {cell.name: cell.id for cell in (*book.solution_cells, *book.task_cells)},
                    float(sum(cell.max_score or 0.0 for cell in graded)),
                )
            self.shapes[assignment] = Shape(assignment, row.id, books)
        return self.shapes[assignment]

    def recorded(self, assignment: str) -> set[str]:
        """Those who have a submission in the gradebook; it may be an older one than the graded notebooks."""
        from nbgrader.api import SubmittedAssignment as Row
        from sqlalchemy import select

        try:
            found = select(Row.student_id).where(Row.assignment_id == self._shape(assignment).id)
            return set(self.session.scalars(found))
        finally:
            self.session.commit()

    def _known(self, shape: Shape, students: Sequence[str]) -> set[str]:
        """Those who have a submission in the gradebook already."""
        from nbgrader.api import SubmittedAssignment as Row
        from sqlalchemy import select

        found = select(Row.student_id).where(Row.assignment_id == shape.id, Row.student_id.in_(students))
        return set(self.session.scalars(found))

    def _add(self, shape: Shape, results: Sequence[Result]) -> None:
        """The rows of new submissions: what nbgrader's `add_submission` adds, many at a time, and graded."""
        from nbgrader.api import Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook, new_uuid
        from sqlalchemy import insert, select

        students = [result.submission.student for result in results]
        enrolled = set(self.session.scalars(select(Student.id).where(Student.id.in_(students))))
        rows: dict[Any, list[dict[str, Any]]] = {
            Student: [{"id": student} for student in students if student not in enrolled],
            SubmittedAssignment: [],
            SubmittedNotebook: [],
            Grade: [],
            Comment: [],
        }
        for submission, _, _, marks in results:
            handed = {"id": new_uuid(), "assignment_id": shape.id, "student_id": submission.student}
            rows[SubmittedAssignment].append(handed | {"timestamp": _utc(submission.timestamp)})
            for name, book in shape.notebooks.items():
                own, mark = new_uuid(), marks[name]
                rows[SubmittedNotebook].append(
                    {"id": own, "assignment_id": handed["id"], "notebook_id": book.id}
                )
                rows[Grade] += [
                    {
                        "notebook_id": own,
                        "cell_id": id,
                        "auto_score": mark.scores[cell],
                        "needs_manual_grade": mark.needs_manual_grade(cell),
                    }
                    for cell, id in book.grades.items()
                ]
                rows[Comment] += [
                    {"notebook_id": own, "cell_id": id, "auto_comment": mark.comments[cell]}
                    for cell, id in book.comments.items()
                ]
        for table, added in rows.items():
            if added:
                self.session.execute(insert(table.__table__), added)

    def _duedate(self, shape: Shape) -> datetime | None:
        """As it is now: it may move while a run follows the exchange."""
        from nbgrader.api import Assignment
        from sqlalchemy import select

        found = select(Assignment.duedate).where(Assignment.id == shape.id)
        return cast("datetime | None", self.session.scalar(found))

    def duedate(self, assignment: str) -> datetime | None:
        """When an assignment is due, if it is."""
        try:
            return self._duedate(self._shape(assignment))
        finally:
            self.session.commit()  # nobody else shall wait for this reading

    def _added(self, result: Result, shape: Shape, due: datetime | None) -> dict[str, Recorded]:
        submission, _, _, marks = result
        handed = _utc(submission.timestamp)
        if due and handed and handed > due:
            row = self.gradebook.find_submission(shape.assignment, submission.student)
            for notebook in row.notebooks:
                self._late(notebook, row)
            self.session.flush()
        return {
            name: Recorded(
                sum(score or 0.0 for score in mark.scores.values()),
                shape.notebooks[name].max_score,
                None,
                any(mark.needs_manual_grade(cell) for cell in mark.scores),
            )
            for name, mark in marks.items()
        }

    def _changed(self, result: Result, shape: Shape) -> dict[str, Recorded]:
        """A submission that has its rows: manual grades and comments stay."""
        submission, marks = result.submission, result.marks
        changes = {"timestamp": submission.timestamp} if submission.timestamp else {}
        row = self.gradebook.update_or_create_submission(shape.assignment, submission.student, **changes)
        graded = {notebook.name: notebook for notebook in row.notebooks}
        before = {name: self._score(graded[name]) for name in marks}
        waiting = {}
        for name, mark in marks.items():
            book = shape.notebooks[name]
            grades = {grade.cell_id: grade for grade in graded[name].grades}
            comments = {comment.cell_id: comment for comment in graded[name].comments}
            for cell, id in book.grades.items():
                grades[id].auto_score = mark.scores[cell]
                grades[id].needs_manual_grade = mark.needs_manual_grade(cell, grades[id].manual_score)
            for cell, id in book.comments.items():
                comments[id].auto_comment = mark.comments[cell]
            waiting[name] = any(grade.needs_manual_grade for grade in graded[name].grades)
        self.session.flush()
        for name in marks:
            self._late(graded[name], row)
        self.session.flush()
        found = {}
        for name in marks:
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
