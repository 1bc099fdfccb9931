"""The lanes of the tests: servers of their own, migrations once, then pytest."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stack import REPOSITORY, chromium, foreground
from stack.data_folder import read_json
from stack.environment import TEST
from stack.problems import Problem
from stack.services import Temporary, temporary
from stack.supervisor import has_command

TEMPLATE = "lc_template"
FAILURES = "failures.json"
NO_TESTS = 5
FEW_ENOUGH_TO_REPEAT = 10


@dataclass(frozen=True)
class Lane:
    """Which tests, on how many processes, and what becomes of a failure."""

    name: str
    marker: str
    processes: int
    repeats_failures: bool = False
    may_be_empty: bool = True


FAST = Lane("fast", "not browser and not faults and not deep and not everywhere", 2, may_be_empty=False)
LANES = {
    "everywhere": Lane("everywhere", "everywhere", 2),
    "browser": Lane("browser", "browser", 2, repeats_failures=True),
    "faults": Lane("faults", "faults", 0, repeats_failures=True),
    "deep": Lane("deep", "deep", 0),
}


@dataclass
class Result:
    """What a lane came to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    flaky: list[str] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The plain closing line."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def read_arguments(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Our own words, and the rest for pytest."""
    parser = argparse.ArgumentParser(
        prog="start.py test", allow_abbrev=False, description="Run the tests; what is not named here goes to pytest."
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--everywhere", action="store_const", const="everywhere", dest="lane", help="every address, form and table"
    )
    which.add_argument("--browser", action="store_const", const="browser", dest="lane", help="with a real browser")
    which.add_argument("--faults", action="store_const", const="faults", dest="lane", help="with things killed")
    which.add_argument("--deep", action="store_const", const="deep", dest="lane", help="long ones, by hand")
    parser.add_argument("--without-browser", action="store_true", help="leave out what needs Chromium")
    parser.add_argument("--results", type=Path, help="write the counts to this file (JSON)")
    return parser.parse_known_args(arguments)


def count(report: Path) -> Result:
    """The counts of a JUnit report; a report that is missing counts nothing."""
    result = Result()
    if not report.exists():
        return result
    for case in ElementTree.parse(report).iter("testcase"):  # nosec B314
        if case.find("failure") is not None or case.find("error") is not None:
            result.failed += 1
        elif case.find("skipped") is not None:
            result.skipped += 1
        else:
            result.passed += 1
    return result


def failing(place: Path) -> list[str]:
    """The names of the tests that failed."""
    names = read_json(place / FAILURES)
    return names if isinstance(names, list) else []


def pytest_command(lane: Lane, place: Path, rest: list[str], *, processes: int | None = None) -> list[str]:
    """How pytest is called for a lane; its report lies in `place`."""
    processes = lane.processes if processes is None else processes
    spread = ["-n", str(processes), "--dist", "loadgroup"] if processes else ["-n", "0"]
    notes = ["-p", "stack.remember_failures", f"--junitxml={place / 'report.xml'}"]
    return [sys.executable, "-m", "pytest", "-m", lane.marker, *spread, *notes, *rest]


def run_pytest(
    lane: Lane, environment: Mapping[str, str], place: Path, rest: list[str], *, processes: int | None = None
) -> int:
    """Run pytest, with its report and the names of what failed in `place`."""
    command = pytest_command(lane, place, rest, processes=processes)
    return foreground.run(command, {**environment, "FAILURES": str(place / FAILURES)})


def run_lane(lane: Lane, environment: Mapping[str, str], rest: list[str], place: Path) -> tuple[int, Result]:
    """Run a lane; what failed in a lane of moving parts gets a second try on its own."""
    code = run_pytest(lane, environment, place, rest)
    result = count(place / "report.xml")
    if code == NO_TESTS and lane.may_be_empty:
        print(f"No test is in the lane `{lane.name}`.")
        return 0, result
    result.failing = failing(place)
    if code == 1 and lane.repeats_failures and 0 < len(result.failing) <= FEW_ENOUGH_TO_REPEAT:
        code = repeat_alone(lane, environment, place, result)
    return code, result


def repeat_alone(lane: Lane, environment: Mapping[str, str], place: Path, result: Result) -> int:
    """Run each failed test once more by itself; one that passes now is flaky, not failed."""
    print(f"\nOnce more on their own: {len(result.failing)}", flush=True)
    again = place / "again"
    again.mkdir()
    for name in list(result.failing):
        if run_pytest(lane, environment, again, [name], processes=0) == 0:
            result.failing.remove(name)
            result.flaky.append(name)
            result.failed -= 1
            result.passed += 1
    return 1 if result.failing else 0


def prepare_template(servers: Temporary) -> None:
    """Migrate once; every pytest process copies the outcome."""
    servers.postgres.make_database(TEMPLATE)
    environment = servers.environment(settings=TEST, database=TEMPLATE)
    if has_command("build_messages"):
        manage(environment, "build_messages")
    manage(environment, "migrate", "--noinput", "--verbosity", "0")


def manage(environment: Mapping[str, str], *words: str) -> None:
    """Run a management command quietly; a failure shows its words."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=REPOSITORY,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise Problem(f"`manage.py {' '.join(words)}` did not work out:\n{done.stdout.rstrip()}")


def browser_environment(without: bool) -> tuple[dict[str, str], str]:
    """What the tests are told about the browser, and the sentence to end with where there is none."""
    if without:
        return {"WITHOUT_BROWSER": "1"}, ""
    browser = chromium.ready()
    if isinstance(browser, str):
        return {"WITHOUT_BROWSER": "1"}, browser
    if browser.arguments:
        print(f"Chromium runs here with {' '.join(browser.arguments)}.", flush=True)
    return browser.environment(), ""


def main(arguments: list[str]) -> int:
    """Run one lane from nothing."""
    chosen, rest = read_arguments(arguments)
    lane = LANES[chosen.lane] if chosen.lane else FAST
    about_browser, missing = browser_environment(chosen.without_browser)
    with temporary() as servers:
        prepare_template(servers)
        environment = servers.environment(settings=TEST) | about_browser | {"TEST_DATABASE_TEMPLATE": TEMPLATE}
        code, result = run_lane(lane, environment, rest, servers.folder.path)
    for name in result.flaky:
        print(f"flaky (failed, then passed on its own): {name}")
    if missing:
        print(missing, file=sys.stderr)
        code = code or 1
    if chosen.results:
        chosen.results.write_text(json.dumps({"passed": result.passed, "failed": result.failed, "flaky": result.flaky}))
    print(result.line(), flush=True)
    return code
