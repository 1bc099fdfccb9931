"""Ask the meeting service whether it knows us."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from sessions.meetings.base import Failed
from sessions.meetings.keeping import PROVIDERS
from sessions.models import Trouble


class Command(BaseCommand):
    help = "Ask each meeting service that is set up whether it knows us, and say what is wrong."

    def handle(self, *args, **options) -> None:
        outside = [one for one in PROVIDERS.values() if one.is_outside and one.is_set_up()]
        if not outside:
            self.stdout.write("No meeting service is set up: planners type the address of each meeting.")
        for one in outside:
            try:
                one.health()
            except Failed as failed:
                raise CommandError(f"{one.key}: {Trouble(failed.code).label}") from None
            self.stdout.write(f"{one.key}: well")
