"""Choosing tests, counting them, and the closing lines."""

from pathlib import Path
from typing import ClassVar

import pytest

from stack import ci, remember_failures
from stack.testing import FAILURES, FAST, LANES, Result, count, failing, pytest_command, read_arguments

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><failure/></testcase>
<testcase name="c"><error/></testcase><testcase name="d"><skipped/></testcase>
</testsuite></testsuites>"""


def test_our_words_are_read_and_the_rest_goes_on():
    chosen, rest = read_arguments(["--browser", "tests/e2e", "-k", "join", "-x", "--without-browser"])
    assert (chosen.lane, chosen.without_browser) == ("browser", True)
    assert rest == ["tests/e2e", "-k", "join", "-x"]
    assert read_arguments([])[0].lane is None


def test_a_shortened_word_is_not_ours():
    assert read_arguments(["--fault"])[1] == ["--fault"]


def test_two_lanes_at_once_are_refused():
    with pytest.raises(SystemExit):
        read_arguments(["--browser", "--faults"])


def test_the_fast_lane_leaves_the_others_out():
    command = pytest_command(FAST, Path("/p"), ["tests/x"])
    assert command[command.index("-n") + 1] == "2"
    assert command[command.index("-m", 2) + 1] == "not browser and not faults and not deep and not everywhere"
    assert command[-1] == "tests/x"
    assert "0" in pytest_command(LANES["faults"], Path("/p"), [])


def test_the_counts_come_from_the_report(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert count(report) == Result(passed=1, failed=2, skipped=1)
    assert count(report).line() == "1 passed, 2 failed, 1 skipped"
    assert count(tmp_path / "missing.xml").line() == "0 passed, 0 failed"


def test_the_failing_ones_are_remembered_by_name(tmp_path):
    class Heard:
        stats: ClassVar = {"failed": [Report("tests/b.py::two")], "error": [Report("tests/a.py::one")]}

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAILURES", str(tmp_path / FAILURES))
        remember_failures.pytest_terminal_summary(Heard)
    assert failing(tmp_path) == ["tests/a.py::one", "tests/b.py::two"]
    assert failing(tmp_path / "none") == []


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("t.py::one", "t.py::one"),
        ("t.py::one@slow", "t.py::one"),
        ("t.py::one[a@b.c]", "t.py::one[a@b.c]"),
        ("t.py::one[a@b.c]@slow", "t.py::one[a@b.c]"),
        ("a@b/t.py::one", "a@b/t.py::one"),
    ],
)
def test_the_group_is_no_part_of_the_name(heard, name):
    assert remember_failures.without_group(heard) == name


class Report:
    def __init__(self, nodeid):
        self.nodeid = nodeid


def outcome(code, **results):
    return ci.outcome(ci.Stage(("test",), 1), seconds=61.4, code=code, results=results)


def test_a_stage_that_fails_without_a_failed_test_counts_as_one():
    assert (outcome(0, passed=5, failed=0).good, outcome(0, passed=5).failed) == (True, 0)
    assert (outcome(1, passed=5, failed=2).failed, outcome(1, passed=5, failed=0).failed) == (2, 1)
    assert (outcome(None).note, outcome(None).failed, outcome(2).note) == ("out of time", 1, "exit 2")


def test_the_table_names_seconds_counts_and_what_is_flaky():
    told = ci.table([outcome(0, passed=5, failed=0, flaky=["tests/a.py::one"]), outcome(None)])
    assert told.splitlines() == [
        "ok     test                  61 s      5 passed    0 failed",
        "FAILED test                  61 s      0 passed    1 failed  out of time",
        "flaky: tests/a.py::one",
    ]


def test_the_whole_gate_stays_under_75_minutes():
    assert sum(stage.minutes for stage in ci.STAGES) < 75
    assert [stage.name for stage in ci.STAGES] == [
        "test",
        "check",
        "test --everywhere",
        "test --browser",
        "test --faults",
    ]
