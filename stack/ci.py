"""The gate: every lane one after another, each within its time, and one closing line.

Standard library only; `.ci/run` calls it in a fresh clone.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from stack import REPOSITORY

SECONDS_TO_END = 20


@dataclass(frozen=True)
class Stage:
    """A word to start.py, and how long it may take."""

    words: tuple[str, ...]
    minutes: float

    @property
    def name(self) -> str:
        return " ".join(self.words)


# 74 minutes at the very most; the aims are 7, 2, 6, 15 and 21.
STAGES = (
    Stage(("test",), 13),
    Stage(("check",), 3),
    Stage(("test", "--everywhere"), 9),
    Stage(("test", "--browser"), 22),
    Stage(("test", "--faults"), 27),
)


@dataclass(frozen=True)
class Outcome:
    """What a stage came to."""

    name: str
    seconds: float
    good: bool
    passed: int = 0
    failed: int = 0
    flaky: tuple[str, ...] = ()
    note: str = ""


def outcome(stage: Stage, *, seconds: float, code: int | None, results: dict[str, object]) -> Outcome:
    """Read a stage's end; one that failed without a failed test counts as one failure."""
    passed, failed = int(str(results.get("passed", 0))), int(str(results.get("failed", 0)))
    flaky = results.get("flaky")
    note = "" if code == 0 else "out of time" if code is None else f"exit {code}"
    return Outcome(
        stage.name,
        seconds,
        good=code == 0,
        passed=passed,
        failed=failed if code == 0 else max(failed, 1),
        flaky=tuple(map(str, flaky)) if isinstance(flaky, list) else (),
        note=note,
    )


def take(stage: Stage, place: Path) -> Outcome:
    """Run one stage within its time; one that takes longer is ended with all it started."""
    results = place / f"{'-'.join(stage.words)}.json"
    print(f"\n=== {stage.name} (at most {stage.minutes:.0f} min) ===", flush=True)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "start.py", *stage.words, "--results", str(results)],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    code: int | None
    try:
        code = process.wait(stage.minutes * 60)
    except subprocess.TimeoutExpired:
        code = None
        end(process)
    except KeyboardInterrupt:
        end(process)
        raise
    try:
        counts = json.loads(results.read_text())
    except (OSError, ValueError):
        counts = {}
    return outcome(stage, seconds=time.monotonic() - began, code=code, results=counts)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a stage that took too long: first by asking."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(SECONDS_TO_END)
            break
        except subprocess.TimeoutExpired:
            continue
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def table(outcomes: list[Outcome]) -> str:
    """Seconds and counts of every stage."""
    lines = [
        f"{'ok    ' if one.good else 'FAILED'} {one.name:<16} {one.seconds:7.0f} s"
        f" {one.passed:6} passed {one.failed:4} failed  {one.note}".rstrip()
        for one in outcomes
    ]
    lines += [f"flaky: {name}" for one in outcomes for name in one.flaky]
    return "\n".join(lines)


def main() -> int:
    """Take every stage, whatever became of the one before."""
    with tempfile.TemporaryDirectory(prefix="lc-ci-") as place:
        outcomes = [take(stage, Path(place)) for stage in STAGES]
    print(f"\n{table(outcomes)}\n")
    print(f"{sum(one.passed for one in outcomes)} passed, {sum(one.failed for one in outcomes)} failed", flush=True)
    return 0 if all(one.good for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
