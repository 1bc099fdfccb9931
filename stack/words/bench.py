"""Measure cases next to their floor or peer (bench [CASE …] --json FILE)."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from stack.problems import Problem


def main(args: list[str]) -> int:
    """Measure on a stack of its own, print the table, and fail only when a case could not run."""
    from bench import cases
    from bench.stage import stage

    pace = cases.Pace()
    parser = argparse.ArgumentParser(prog="start.py bench", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(cases.CASES)} (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to this file")
    parser.add_argument("--seconds", type=float, default=pace.seconds, help="of each turn (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=pace.rounds, help="turns of each side (default: %(default)s)")
    chosen = parser.parse_args(args)
    if unknown := sorted(set(chosen.cases) - set(cases.CASES)):
        raise Problem(f"There is no case {', '.join(unknown)}; there are {', '.join(cases.CASES)}.")
    names = chosen.cases or list(cases.CASES)
    with stage() as measured:
        rows, broke = cases.run(
            measured, names, cases.Pace(chosen.seconds, chosen.rounds), lambda line: print(line, flush=True)
        )
    print(f"\n{cases.table(rows)}")
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    if broke:
        print(f"Could not be measured: {broke}", file=sys.stderr)
        return 1
    return 0
