"""Bring a backup back into an empty folder (restore FILE); --drill only proves that one could."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from stack import foreground
from stack.data_folder import DataFolder, write_whole
from stack.problems import Problem
from stack.services import at_hand
from stack.words.setup import MARK_TEXT, manage


def main(args: list[str]) -> int:
    """Restore while nothing else runs here; afterwards the folder counts as a real installation."""
    parser = argparse.ArgumentParser(
        prog="start.py restore", description=__doc__, epilog="What `manage.py restore` takes may follow."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--drill", action="store_true", help="into a throw-away server: proves that the file is good")
    chosen, rest = parser.parse_known_args(args)
    folder = DataFolder.of()
    if folder.is_locked() and not chosen.drill:
        raise Problem("It runs now: stop it (Ctrl-C where it was started), then restore.")
    words = ["restore", str(chosen.file.absolute()), *(["--drill"] if chosen.drill else []), *rest]
    with at_hand(folder) as environment:
        environment = {**environment, "DEMO": "0"}
        manage(environment, "build_messages")
        if chosen.drill:
            manage(environment, "migrate", "--noinput")
        code = foreground.run([sys.executable, "manage.py", *words], environment)
    if code == 0 and not chosen.drill:
        write_whole(folder.real, MARK_TEXT)
    return code
