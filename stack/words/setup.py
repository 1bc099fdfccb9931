"""Begin for real: an empty installation with a programme and its planner, no demo."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Mapping

from stack import REPOSITORY
from stack.data_folder import DataFolder, write_whole
from stack.problems import Problem
from stack.services import at_hand

MARK_TEXT = "A real series lives here, begun with `start.py setup`: no demo is ever put into this folder.\n"


def ask(question: str, flag: str) -> str:
    """What the person at the keyboard answers."""
    if not sys.stdin.isatty():
        raise Problem(f"{flag} is missing, and nobody is here to ask.")
    while not (answer := input(f"{question}: ").strip()):
        pass
    return answer


def manage(environment: Mapping[str, str], *words: str) -> str:
    """What a management command says; its complaint ends the word."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=REPOSITORY,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Problem((done.stderr.strip() or done.stdout.strip()).removeprefix("CommandError: "))
    return done.stdout


def main(args: list[str]) -> int:
    """Make the tables, begin, leave a mark so that later starts bring no demo, and print the way in."""
    parser = argparse.ArgumentParser(
        prog="start.py setup", description=__doc__, epilog="Everything else that `manage.py begin` takes may follow."
    )
    parser.add_argument("--programme", metavar="NAME", help="the name of the series")
    parser.add_argument("--planner", action="append", metavar="E-MAIL", help="who plans it; say it twice for two")
    chosen, rest = parser.parse_known_args(args)
    programme = chosen.programme or ask("Name of the series", "--programme NAME")
    planners = chosen.planner or [ask("E-mail address of whoever plans it", "--planner E-MAIL")]
    folder = DataFolder.of()
    words = ["begin", "--programme", programme]
    for planner in planners:
        words += ["--planner", planner]
    with at_hand(folder) as environment:
        environment = {**environment, "DEMO": "0"}
        manage(environment, "build_messages")
        manage(environment, "migrate", "--noinput")
        print(manage(environment, *words, *rest))
        write_whole(folder.real, MARK_TEXT)
    print("`python3 start.py` now starts this series, without demo people; the link works while it runs.")
    return 0
