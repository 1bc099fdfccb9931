"""Send what is due without Celery: once, or for ever. Any number may run beside the worker."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections, connection

from notifications import sweep

log = logging.getLogger(__name__)
# How long a signal may wait to be seen while nothing is due.
SLICE_SECONDS = 0.2


class Command(BaseCommand):
    help = "Send the messages that are due. Safe beside Celery and beside itself."

    def add_arguments(self, parser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="go round once (the default; for cron)")
        how.add_argument("--loop", action="store_true", help="go round until told to stop")

    def handle(self, *args, loop: bool = False, **options) -> None:
        # A plain list, not threading.Event: an Event set by a signal while it is being waited for may lock itself out.
        asked: list[int] = []
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda number, _frame: asked.append(number))

        def stop() -> bool:
            return bool(asked)

        if not loop:
            self.stdout.write(f"{sweep.tick(stop=stop)} settled")
            return
        while not stop():
            self._round(stop)
            rests_until = time.monotonic() + settings.TICK_SECONDS
            while not stop() and time.monotonic() < rests_until:
                time.sleep(min(SLICE_SECONDS, settings.TICK_SECONDS))

    def _round(self, stop: Callable[[], bool]) -> None:
        """Go round; when the database is away, say so and come again."""
        try:
            close_old_connections()
            sweep.tick(stop=stop)
        except Error as error:
            log.warning("the diary cannot be read now (%s)", type(error).__name__)
            connection.close()
