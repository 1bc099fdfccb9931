"""Work every moment ahead out again from the hour that was typed; migrate does the same with each new version."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from core.clockwork import follow_the_clocks


class Command(BaseCommand):
    help = (
        "Work moments ahead out again after the rules of time zones have changed; lists what moved and sends updates."
    )

    def handle(self, *args, **options) -> None:
        if not follow_the_clocks(self.stdout.write):
            self.stdout.write("Every moment is what the rules of today say.")
