"""A command in the foreground: it has the terminal, and Ctrl-C is its own to answer."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping
from types import FrameType

from stack import REPOSITORY


def run(command: list[str], environment: Mapping[str, str]) -> int:
    """Run it to its end and give its exit code; SIGTERM is handed on, Ctrl-C it gets from the terminal."""
    process = subprocess.Popen(command, env=dict(environment), cwd=REPOSITORY)

    def hand_on(number: int, frame: FrameType | None) -> None:
        process.send_signal(number)

    def nothing(number: int, frame: FrameType | None) -> None:
        """The terminal sends Ctrl-C to the command as well."""

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, nothing),
        signal.SIGTERM: signal.signal(signal.SIGTERM, hand_on),
    }
    try:
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 - code if code < 0 else code
