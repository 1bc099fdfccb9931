"""`manage.py demo`: the invented world to try the product in; again: a new drop-in hour; `--remove`: all of it goes."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.refusals import Refused
from desk.demo import accounts, refresh, removal, world


class Command(BaseCommand):
    help = "Fill an empty installation with an invented cohort, bring it up to today, or take it away again."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove every row of the demo")
        parser.add_argument("--seed", default=world.SEED, help="another seed makes other names and other days")

    def handle(self, *args, **options) -> None:
        if not settings.DEMO and not options["remove"]:
            raise CommandError("DEMO is off: people whom anybody may sign in as belong on a computer of one's own.")
        try:
            self._remove() if options["remove"] else self._fill(options["seed"])
        except Refused as refused:
            raise CommandError(refused.sentence) from None

    def _fill(self, seed: str) -> None:
        if not world.is_there():
            made = world.fill(seed=seed)
            self.stdout.write(f"The demo is here: {len(made.teams)} teams, {len(made.people)} people.")
        elif world.others_live_here():
            raise CommandError("Somebody's real series lives beside the demo here: it is left as it is.")
        elif weeks := refresh.bring_up_to_date():
            self.stdout.write(
                f"The demo was {weeks} week{'s' if weeks > 1 else ''} old: all its dates moved on as much."
            )
        drop_in = refresh.new_drop_in()
        accounts.write_files()
        self.stdout.write(f"A drop-in hour begins at {drop_in.clock:%H:%M}, Toronto time.")

    def _remove(self) -> None:
        gone = removal.remove()
        self.stdout.write(f"The demo is gone: {gone.total()} rows of {len(gone)} tables.")
