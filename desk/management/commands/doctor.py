"""`manage.py doctor`: how this installation is, on one page."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand

from desk import doctor


class Command(BaseCommand):
    help = "Look at this installation: each line good or with its repair. Exit 1 when something is bad."
    requires_system_checks: list[str] = []

    def handle(self, *args, **options) -> None:
        rows = doctor.look()
        self.stdout.write(doctor.page(rows))
        bad = sum(row.state == doctor.BAD for row in rows)
        self.stdout.write("")
        self.stdout.write(f"{bad} of {len(rows)} need somebody." if bad else f"All {len(rows)} are in order.")
        if bad:
            sys.exit(1)
