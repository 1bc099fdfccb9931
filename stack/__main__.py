"""`python -m stack WORD …`: find the word's module and run it."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

from stack.problems import Problem, Stopped, of_system_error

WORDS = Path(__file__).parent / "words"
DEFAULT = "run"


def words() -> dict[str, str]:
    """Every word with its line for the help, `run` first."""
    found = {}
    for path in sorted(WORDS.glob("[a-z]*.py"), key=lambda path: (path.stem != DEFAULT, path.stem)):
        docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
        found[path.stem] = docstring.splitlines()[0] if docstring else ""
    return found


def help_text() -> str:
    """What can be said to start.py."""
    lines = [f"    python3 start.py {word:<9} {line}" for word, line in words().items()]
    return "\n".join(["What can be said:", *lines, "", "Without a word it runs. DATA_DIR and PORT may be set."])


def choose(arguments: list[str]) -> tuple[str, list[str]]:
    """The word and what belongs to it; options alone belong to `run`."""
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help")):
        return DEFAULT, arguments
    return arguments[0], arguments[1:]


def main(arguments: list[str]) -> int:
    """Run one word; whatever stands in its way is one sentence."""
    word, rest = choose(arguments)
    if word in ("help", "-h", "--help"):
        print(help_text())
        return 0
    if word not in words():
        print(f"There is no word {word!r}.\n\n{help_text()}", file=sys.stderr)
        return 2
    try:
        return int(importlib.import_module(f"stack.words.{word}").main(rest))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except Stopped:
        return 0
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except OSError as error:
        print(of_system_error(error), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
