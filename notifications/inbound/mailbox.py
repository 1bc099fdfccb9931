"""Mails that lie in a maildir: each is moved out of `new` once it is stored, and lies there until then."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.accidents import log_accident
from notifications.inbound.reading import MOST_BYTES
from notifications.inbound.receiving import AWAY, receive

log = logging.getLogger(__name__)

# The mark of a file in `cur` that somebody has seen.
_SEEN: Final = ":2,S"


def take(folder: Path, *, stop: Callable[[], bool] = lambda: False) -> int:
    """Take in what lies in ``folder``, the oldest first; return how many. Raises only what means that the database is away.

    A mail that was stored and not moved any more (killed between the two) comes again, and is known then.
    """
    taken = 0
    (folder / "cur").mkdir(exist_ok=True)
    for file in sorted(one for one in (folder / "new").iterdir() if not one.name.startswith(".")):
        if stop():
            break
        taken += _take(file, folder / "cur")
    return taken


def _take(file: Path, seen: Path) -> bool:
    try:
        with file.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
        receive(raw)
        file.rename(seen / (file.name.partition(":")[0] + _SEEN))
    except AWAY:
        raise
    except FileNotFoundError:  # somebody else was faster
        return False
    except Exception:  # it stays where it lies, and the others go on
        log_accident(log, "a mail of the maildir could not be taken in: it stays there", quotes=True)
        return False
    return True
