"""The demo: everybody gets what they earned, and the project's own folder stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.classroom import demo
from graders.classroom.students import CLASS
from matcalc_ref.catalogue import assignments

FULL = sum(exercise.points for exercise in assignments()["A05"])


def snapshot(folder: Path) -> dict[str, int]:
    kept = (path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    return {str(path): path.stat().st_mtime_ns for path in kept if path.is_file()}


def test_the_whole_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    watched = [demo.PROJECT / name for name in ("source", "autograded")]
    before = [snapshot(folder) for folder in watched]
    top = sorted(path.name for path in demo.PROJECT.iterdir())
    assert demo.run(tmp_path / "demo") == 0
    assert [snapshot(folder) for folder in watched] == before
    assert sorted(path.name for path in demo.PROJECT.iterdir()) == top

    lines = demo.Classroom(tmp_path / "demo").statuses()
    assert set(lines) == {student.id for student in CLASS}
    for student in ("ada", "emmy", "carl", "pierre"):
        assert lines[student].score == FULL, lines[student]
    for student in ("grace", "alan", "sofia"):
        assert 0 < (lines[student].score or 0) < FULL and len(demo.mistakes(lines[student].verdicts)) >= 4
    assert lines["blaise"].score == 0 and not demo.mistakes(lines["blaise"].verdicts)
    assert 0 < (lines["leonhard"].score or 0) < FULL / 2
    first, second = (exercise.points for exercise in assignments()["A05"][:2])
    assert lines["zeno"].score == FULL - first and "stopped" in lines["zeno"].reason
    assert lines["evariste"].score == FULL - second and "missing" in lines["evariste"].reason
    assert lines["kurt"].needs_person

    said = capsys.readouterr().out
    for words in ("Where to look", "for a person", "grades.csv", *(student.id for student in CLASS)):
        assert words in said
    for student in CLASS:
        pages = (tmp_path / "demo" / "students" / student.id / "A05" / "feedback").rglob("*.html")
        assert list(pages), student.id


def test_a_folder_that_is_in_use_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("")
    assert demo.run(tmp_path) == 2
    assert "not empty" in capsys.readouterr().out
