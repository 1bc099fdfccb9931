"""Look at the code without running it: style, types, layers, templates, safety, migrations."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stack import REPOSITORY
from stack.environment import PRODUCTION, TEST
from stack.problems import Problem
from stack.services import Temporary, temporary

PYTHON = sys.executable
# As a real installation stands: behind one proxy that speaks https.
PROXIED = {"SITE_URL": "https://collaborative.example", "TRUSTED_PROXIES": "1"}


@dataclass(frozen=True)
class Step:
    """One tool, by a name that can be asked for."""

    name: str
    command: list[str]
    environment: Mapping[str, str]


def tool(name: str) -> str:
    """A program of the venv that has no `python -m` form."""
    return str(Path(PYTHON).parent / name)


def steps(servers: Temporary) -> list[Step]:
    """Everything that is looked at, quick things first."""
    plain = servers.environment(settings=TEST) | {"PYTHONWARNINGS": "ignore"}
    migrated = servers.environment(settings=TEST)
    production = servers.environment(settings=PRODUCTION) | PROXIED
    production.pop("ALLOWED_HOSTS", None)
    python = sorted(
        path.name
        for path in REPOSITORY.iterdir()
        if path.suffix == ".py" or (path.is_dir() and (path / "__init__.py").exists())
    )
    return [
        Step("style", [PYTHON, "-m", "ruff", "check", "."], plain),
        Step("format", [PYTHON, "-m", "ruff", "format", "--check", "."], plain),
        Step("layers", [tool("lint-imports"), "--no-cache"], plain),
        Step("templates", [PYTHON, "-m", "djlint", "--lint", "--quiet", "templates"], plain),
        Step("safety", [PYTHON, "-m", "bandit", "-q", "-ll", "-c", "pyproject.toml", "-r", *python], plain),
        Step("deploy", [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], production),
        Step("migrate", [PYTHON, "manage.py", "migrate", "--noinput", "--verbosity", "0"], migrated),
        Step("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"], migrated),
        Step("old-code", [PYTHON, "-m", "stack.migration_lint"], migrated),
        Step("types", [PYTHON, "-m", "mypy", *python], plain),
    ]


def take(step: Step) -> bool:
    """Run one step; its words are shown only when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=REPOSITORY,
        env=dict(step.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    seconds = time.monotonic() - began
    if done.returncode:
        print(done.stdout.rstrip())
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {step.name:<12} {seconds:6.1f} s", flush=True)
    return done.returncode == 0


def choose(everything: list[Step], names: list[str]) -> list[Step]:
    """The steps of these names, or all of them."""
    known = [step.name for step in everything]
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise Problem(f"There is no step {', '.join(unknown)}; there are {', '.join(known)}.")
    return [step for step in everything if step.name in names] if names else everything


def main(args: list[str]) -> int:
    """Take every step (or those that are named), sum up, and fail if any failed."""
    parser = argparse.ArgumentParser(prog="start.py check", description=__doc__)
    parser.add_argument("steps", nargs="*", metavar="STEP", help="only these steps")
    parser.add_argument("--results", type=Path, help="write the counts to this file (JSON)")
    chosen = parser.parse_args(args)
    with temporary() as servers:
        named = choose(steps(servers), chosen.steps)
        bad = [step.name for step in named if not take(step)]
    if chosen.results:
        chosen.results.write_text(json.dumps({"passed": len(named) - len(bad), "failed": len(bad), "flaky": []}))
    print(f"Not in order: {', '.join(bad)}." if bad else f"All {len(named)} steps are in order.")
    return 1 if bad else 0
