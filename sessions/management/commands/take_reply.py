"""Take a mail from standard input as the answer of a calendar: a mail server pipes what is sent to the contact address."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand

from sessions.calendars.replies import MOST_OCTETS, take_reply


class Command(BaseCommand):
    help = "Read a mail from standard input; where it answers an invitation (METHOD:REPLY), keep who comes. Prints what became of it."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--sender", default="", help="the address that the mail server has verified; none: its From"
        )

    def handle(self, *args, sender: str = "", **options) -> None:
        # Whatever it was: a mail server would send an error back to whoever is named as its writer.
        outcome = take_reply(sys.stdin.buffer.read(MOST_OCTETS + 1), sender)
        self.stdout.write(outcome.code)
