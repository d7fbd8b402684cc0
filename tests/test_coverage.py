"""Every section of the article and every confusion of its readers has exercises, and the page says so."""

from pathlib import Path

import pytest

from graders.study import coverage

ROOT = Path(__file__).parent.parent


def test_there_is_no_hole():
    assert coverage.holes() == []


def test_the_page_is_current():
    page = (ROOT / coverage.PAGE).read_text(encoding="utf-8")
    assert page == coverage.markdown(), "mend with: matcalc coverage --write"


@pytest.mark.parametrize("option", ["write", "check"])
def test_outside_of_the_project_there_is_no_page(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert coverage.run(tmp_path, **{option: True}) == 2
    assert "has no folder docs; run this in the project's folder" in capsys.readouterr().out
