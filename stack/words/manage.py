"""Run a management command on the data of this folder, such as `manage migrate`."""

import sys

from stack import foreground
from stack.data_folder import DataFolder
from stack.services import at_hand


def main(args: list[str]) -> int:
    """Run `manage.py` with these words, beside a running product or with servers started for it."""
    with at_hand(DataFolder.of()) as environment:
        return foreground.run([sys.executable, "manage.py", *args], environment)
