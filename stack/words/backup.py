"""Copy the database and every upload of this folder into one file (backup [FILE])."""

from pathlib import Path

from stack.words import manage


def main(args: list[str]) -> int:
    """`manage.py backup`, with a file name as the person at the keyboard means it."""
    return manage.main(["backup", *absolute(args)])


def absolute(args: list[str]) -> list[str]:
    """The same words; a file among them is found from everywhere."""
    return [word if word.startswith("-") or word.isdigit() else str(Path(word).absolute()) for word in args]
