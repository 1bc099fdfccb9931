"""Look at this installation: one page, each line good or with its repair."""

from stack.words import manage


def main(args: list[str]) -> int:
    """`manage.py doctor` on this folder, whether or not the product runs now."""
    return manage.main(["doctor", *args])
