"""What all tests share. Where something is required (as in CI), a test that skips for want of it fails."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings

# The same examples in every run, and no deadline on a busy machine; `make fuzz` is where new ones are tried.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", deadline=None)
settings.load_profile("new" if "MATCALC_FUZZ" in os.environ else "same")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    report = yield
    required = set(os.environ.get("MATCALC_REQUIRE", "").split(","))
    if report.skipped and any(mark.name in required for mark in item.iter_markers()):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} must not skip here (MATCALC_REQUIRE): {report.longrepr}"
    return report
