"""Waiting for others who wait."""

from __future__ import annotations

import time

from django.db import connection


def wait_for_lock(many: int) -> None:
    """Return once so many others wait for a lock on this database."""
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] == many:
                return
            time.sleep(0.02)
    raise AssertionError("they do not wait")
