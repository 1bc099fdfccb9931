"""Open a Python shell with the product's models at hand."""

from stack.words import manage


def main(args: list[str]) -> int:
    """The shell of Django, on the data of this folder."""
    return manage.main(["shell", *args])
