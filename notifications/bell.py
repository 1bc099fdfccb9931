"""The bell: tells a worker that there is something to do. Only speed: the diary is the table, and the tick comes anyway.

The one place that may publish to the broker. It never fails a request and never keeps one waiting for long: no retry,
socket time-outs of two seconds (settings), and after a failure silence for 30 seconds in this process. Where cache and
broker are one server, one of them waits for it, not both: a write has three seconds in all.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from core import cache

log = logging.getLogger(__name__)

BREAK_SECONDS: Final = 30.0

_silent_until = 0.0


def kick() -> bool:
    """Ask a worker to look for due messages now; return whether the broker took it. Never raises."""
    from notifications import tasks

    return ring(tasks.tick)


def ring(task: Any) -> bool:
    """Ask a worker to run ``task`` (without arguments) now; return whether the broker took it. Never raises."""
    global _silent_until
    if time.monotonic() < _silent_until or cache.is_away(settings.CELERY_BROKER_URL):
        return False
    try:
        # Older than the next regular tick it is of no use to anybody.
        task.apply_async(retry=False, ignore_result=True, expires=max(settings.TICK_SECONDS - 5, 1))
    except Exception as error:  # whatever is wrong with the broker is not the caller's concern
        _silent_until = time.monotonic() + BREAK_SECONDS
        log.warning("the bell cannot be rung (%s): messages wait for the next tick", type(error).__name__)
        return False
    return True


def kick_after_commit() -> None:
    """Ring once when the present transaction is committed, however many messages it plans."""
    once_after_commit(kick)


def once_after_commit(call: Callable[[], bool]) -> None:
    """Run ``call`` once when the present transaction is committed, however often it is asked for in it."""
    if not any(entry[1] is call for entry in connection.run_on_commit):
        transaction.on_commit(call, robust=True)
