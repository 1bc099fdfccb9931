"""Remove everything in the data folder, after asking (--yes does not ask)."""

from __future__ import annotations

import argparse
import sys

from stack.data_folder import DataFolder
from stack.embedded import forget_home
from stack.problems import Problem


def agreed(folder: DataFolder) -> bool:
    """Whether the person at the keyboard says yes."""
    if not sys.stdin.isatty():
        raise Problem("This removes data, and nobody is here to ask: say `start.py reset --yes` if you mean it.")
    print(f"This removes the database, mail, uploads and keys in {folder.path}.")
    return input("Type yes to go on: ").strip().lower() == "yes"


def main(args: list[str]) -> int:
    """Empty the folder; a running product is never reset under its own feet."""
    parser = argparse.ArgumentParser(prog="start.py reset", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    chosen = parser.parse_args(args)
    folder = DataFolder.of()
    if not folder.path.exists():
        print(f"There is nothing in {folder.path}.")
        return 0
    if not folder.is_ours():
        raise Problem(f"{folder.path} was not made by start.py, so it is left as it is.")
    if not chosen.yes and not agreed(folder):
        print("Nothing was removed.")
        return 1
    with folder.lock():
        forget_home(folder)
        folder.empty()
    print(f"{folder.path} is empty.")
    return 0
