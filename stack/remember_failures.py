"""A plugin for pytest: the names of the tests that failed, as JSON in the file FAILURES."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Called once, by the process that has heard of every test."""
    reports = [*terminalreporter.stats.get("failed", []), *terminalreporter.stats.get("error", [])]
    names = sorted({without_group(report.nodeid) for report in reports})
    Path(os.environ["FAILURES"]).write_text(json.dumps(names))


def without_group(name: str) -> str:
    """The name without the group that xdist appends (`…::test[a@b]@group`)."""
    front, _, group = name.rpartition("@")
    return front if front and "]" not in group and "::" not in group else name
