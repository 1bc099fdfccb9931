"""What a worker does beside its tasks: asked to end, it finishes the message in hand; deaf, it ends so that it is started again.

The signal to end reaches the worker's first process alone, the messages are in the hands of those that it forks: a byte of
memory that all of them share says it. (On macOS they are not forked but begun anew: a round of theirs then ends by itself.)
"""

from __future__ import annotations

import logging
import mmap
import os
import threading
import time
from typing import Any, Final

from celery import Celery, signals
from django.conf import settings

from notifications import webpush

log = logging.getLogger(__name__)

# How often a worker looks whether it still hears.
_LOOKS_EVERY: Final = 20.0

# Anonymous memory, made before the fork. Not multiprocessing.Event: it has a lock, which a child that is killed keeps.
_shared = mmap.mmap(-1, 1)
# When this worker was last seen to take what came, or to have nothing to take.
_well_at = time.monotonic()


def is_ending() -> bool:
    """Return whether this worker was asked to end."""
    return _shared[0] == 1


@signals.worker_shutting_down.connect
def _end(**_more: Any) -> None:
    _shared[0] = 1


@signals.worker_ready.connect
def _make_push_key(**_more: Any) -> None:
    """Make the key that push services are given, where nobody set one: a page that is looked at writes nothing."""
    try:
        webpush.make_key()
    except OSError as error:
        log.error("the key for push services cannot be written to %s (%s)", webpush.key_file(), error.strerror)


# ---------------------------------------------------------------- deaf


@signals.worker_ready.connect
def _begin_to_look(sender: Any, **_more: Any) -> None:
    """Look from time to time, in a thread: what may be stuck is the process's own loop."""
    threading.Thread(target=_look_for_good, args=[sender.app], name="ears", daemon=True).start()


@signals.task_received.connect
def _hear(**_more: Any) -> None:
    global _well_at
    _well_at = time.monotonic()


def _look_for_good(app: Celery) -> None:
    from celery.worker import state

    _hear()
    while not is_ending():
        time.sleep(min(_LOOKS_EVERY, settings.DEAF_SECONDS / 3))
        # Where the broker is away, or nobody calls, another start would help nobody.
        if state.reserved_requests or not _calls_waiting(app):
            _hear()
        elif time.monotonic() - _well_at > settings.DEAF_SECONDS and not is_ending():
            _give_up()


def _calls_waiting(app: Celery) -> int:
    """Return how many calls lie at the broker that nobody has taken; 0 where that cannot be asked."""
    try:
        with app.connection_for_read() as line:
            return int(line.default_channel.queue_declare(app.conf.task_default_queue, passive=True).message_count)
    except Exception:  # a broker that is away, and a queue that is not there, are no reason to end
        return 0


def _give_up() -> None:
    """End at once: there is nothing in hand, and a loop that is stuck would not hear a signal either."""
    from billiard import active_children

    log.critical(
        "calls wait, and for %.0f s this worker took none: it ends, to be started again", settings.DEAF_SECONDS
    )
    _end()
    for child in active_children():
        child.terminate()
    logging.shutdown()
    os._exit(1)
