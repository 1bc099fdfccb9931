"""`manage.py remove_second_factor`: the phone is lost, and so are the recovery codes."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from accounts import services
from accounts.management.who import add_who, find
from accounts.second_factor import is_set_up


class Command(BaseCommand):
    help = "Take the second factor off an account whose phone and recovery codes are lost. Make sure first who asks."

    def add_arguments(self, parser) -> None:
        add_who(parser)

    def handle(self, *args, **options) -> None:
        user = find(options["who"])
        if not is_set_up(user):
            raise CommandError(f"{user} has no second factor.")
        services.remove_second_factor(user, by=None)
        self.stdout.write(f"{user} signs in without a second factor now, was signed out everywhere, and gets a mail.")
