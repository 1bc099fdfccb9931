"""`manage.py sending [status|pause|resume]`: stop all mail, and let it go again."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.db import connection

from notifications import services, states
from notifications.models import PlannedMessage


class Command(BaseCommand):
    help = "Say whether messages leave, pause them all, or let them go again."

    def add_arguments(self, parser) -> None:
        parser.add_argument("what", nargs="?", choices=["status", "pause", "resume"], default="status")
        parser.add_argument("--reason", default="", help="why it is paused, for those who come after you")

    def handle(self, *args, what: str, reason: str, **options) -> None:
        if what == "pause":
            services.pause_sending(reason=reason or "paused by hand")
        elif what == "resume":
            services.resume_sending()
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (now,) = cursor.fetchone()
        due = PlannedMessage.objects.waiting().filter(next_attempt_at__lte=now).count()
        held = PlannedMessage.objects.filter(state=states.HELD).count()
        paused = services.pause()
        self.stdout.write(
            f"{'Sending is paused' if paused else 'Messages leave'}; {due} due now, {held} held for a person."
        )
