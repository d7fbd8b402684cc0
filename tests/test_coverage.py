"""Every section of the article and every confusion of its readers has exercises, and the page says so."""

from pathlib import Path

from graders.study import coverage

ROOT = Path(__file__).parent.parent


def test_there_is_no_hole():
    assert coverage.holes() == []


def test_the_page_is_current():
    page = (ROOT / coverage.PAGE).read_text(encoding="utf-8")
    assert page == coverage.markdown(), "mend with: matcalc coverage --write"
