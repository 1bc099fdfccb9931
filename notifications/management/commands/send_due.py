"""Send what is due without Celery: once, or for ever. Any number may run beside the worker."""

from __future__ import annotations

import logging
import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection

from notifications import sweep

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Send the messages that are due. Safe beside Celery and beside itself."

    def add_arguments(self, parser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="go round once (the default; for cron)")
        how.add_argument("--loop", action="store_true", help="go round until told to stop")

    def handle(self, *args, loop: bool = False, **options) -> None:
        stop = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        if not loop:
            self.stdout.write(f"{sweep.tick(stop=stop.is_set)} settled")
            return
        while not stop.is_set():
            self._round(stop)
            stop.wait(settings.TICK_SECONDS)

    def _round(self, stop: threading.Event) -> None:
        """Go round; when the database is away, say so and come again."""
        try:
            close_old_connections()
            sweep.tick(stop=stop.is_set)
        except DatabaseError as error:
            log.warning("the diary cannot be read now (%s)", type(error).__name__)
            connection.close()
