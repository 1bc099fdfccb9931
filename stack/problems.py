"""What a person is told when something stands in the way: one sentence, never a traceback."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path


class Problem(Exception):
    """A sentence for the person who started us; it ends the word with a non-zero exit."""


class Stopped(Exception):
    """Somebody asked us to stop (Ctrl-C, SIGTERM) while we were busy."""


DISK_IS_FULL = "The disk is full: make room, then start again; what was stored so far is safe."
NEARLY_NOTHING = 32 * 1024 * 1024


def of_system_error(error: OSError) -> str:
    """The sentence for an error of the operating system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_IS_FULL
    where = f" ({error.filename})" if error.filename else ""
    return f"The system refused something that is needed here{where}: {error.strerror or error}."


def disk_is_full(path: Path) -> bool:
    """Whether so little room is left near `path` that this explains a failure."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return shutil.disk_usage(path).free < NEARLY_NOTHING


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, indented, to stand under a sentence; empty where there is none."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-count:]
    except OSError:
        return ""
    return "".join(f"\n    {line}" for line in lines)
