"""Django's migrate, one at a time: two machines that start together take turns instead of tripping over each other."""

from __future__ import annotations

import time
from contextlib import contextmanager

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from core.clockwork import follow_the_clocks

# Any number, as long as nothing else of ours uses it ("migr" in ASCII).
LOCK = 0x6D696772


@contextmanager
def alone(database: str):
    """Hold the advisory lock on a connection of its own, so that no statement of a migration can give it back.

    It is asked for again and again instead of waited for: a waiting statement would hold up CREATE INDEX CONCURRENTLY.
    """
    if connections[database].vendor != "postgresql":
        yield
        return
    keeper = connections[database].copy()
    try:
        while not _taken(keeper):
            time.sleep(0.2)
        yield
    finally:
        keeper.close()  # the lock ends with its connection


def _taken(keeper) -> bool:
    with keeper.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


class Command(DjangoMigrate):
    help = DjangoMigrate.help + " Waits for another migrate to finish first."

    def handle(self, *args, **options):
        with alone(options["database"]):
            done = super().handle(*args, **options)
            if not (options["app_label"] or options["plan"] or options["check_unapplied"] or options["fake"]):
                # A new version of the product may bring new rules of time zones.
                follow_the_clocks(self.stdout.write)
            return done
