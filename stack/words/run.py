"""Start everything and show the address (--no-demo, --demo, --reload)."""

from __future__ import annotations

import argparse
import time

from stack.data_folder import DataFolder, read_json
from stack.environment import given_addresses, port_of
from stack.problems import Problem
from stack.supervisor import Supervisor, check_port, say


def wants_demo(*, asked: bool, refused: bool, foreign_database: bool, real: bool = False) -> bool:
    """Whether the invented people belong into this database."""
    if refused or (real and not asked):
        return False
    if real:
        raise Problem(
            "A real series lives in this data folder, and the invented people stay out of it: "
            "name another folder with DATA_DIR to see the demo."
        )
    if foreign_database and not asked:
        raise Problem(
            "DATABASE_URL names a database of your own, and the demo would fill it with invented people: "
            "say --no-demo to run without them, or --demo if you do want them there."
        )
    return True


def demo_people(folder: DataFolder) -> list[str]:
    """The demo people as lines of a table; none where there are none."""
    people = read_json(folder.demo_accounts)
    if not isinstance(people, list) or not people:
        return []
    columns = ("role", "name", "email", "password")
    rows = [[str(person.get(column, "")) for column in columns] for person in people]
    widths = [max(len(row[index]) for row in rows) for index in range(len(columns))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return ["", "Sign in as one of the demo people (role, name, e-mail, password):", ""] + [f"    {x}" for x in lines]


def main(args: list[str]) -> int:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="start.py run", description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--demo", action="store_true", help="fill even a database of your own with invented people")
    choice.add_argument("--no-demo", action="store_true", help="run without the invented people")
    parser.add_argument("--reload", action="store_true", help="serve changed code at once, for developers")
    chosen = parser.parse_args(args)
    began = time.monotonic()
    folder, port = DataFolder.of(), port_of()
    demo = wants_demo(
        asked=chosen.demo,
        refused=chosen.no_demo,
        foreign_database="DATABASE_URL" in given_addresses(),
        real=folder.real.exists(),
    )
    folder.prepare()
    address = f"http://localhost:{port}"

    def ready() -> None:
        lines = [address, f"ready after {time.monotonic() - began:.0f} s; Ctrl-C ends it"]
        if demo:
            lines += [*demo_people(folder), "", f"Every mail that the demo sends: {address}/demo/mail/"]
        say("\n".join(lines) + "\n")

    with folder.lock(address=address):
        check_port(port)
        say(f"Starting {address} …")
        Supervisor(folder, port=port, demo=demo, reload=chosen.reload).run(ready)
    say("Everything has ended.")
    return 0
