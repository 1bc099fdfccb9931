"""`manage.py begin`: an empty database becomes a real installation."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from core.refusals import Refused
from desk.begin import begin


class Command(BaseCommand):
    help = "Begin for real on an empty database: a programme with its phases, a first cohort, and who plans it."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--programme", required=True, metavar="NAME", help="the name of the series")
        parser.add_argument("--programme-fr", default="", metavar="NAME", help="its French name, if it has one")
        parser.add_argument(
            "--planner", required=True, action="append", metavar="E-MAIL", help="who plans it; say it twice for two"
        )
        parser.add_argument(
            "--name", action="append", default=[], metavar="NAME", help="the name of the planner at the same place"
        )
        parser.add_argument("--first-day", type=_day, metavar="YYYY-MM-DD", help="default: a Tuesday in eight weeks")
        parser.add_argument("--language", choices=["en", "fr"], default="en", help="of the invitation")
        parser.add_argument("--city", default="toronto", help="whose clock the series goes by (default: toronto)")
        parser.add_argument(
            "--contact", default="", metavar="E-MAIL", help="whom people write to (default: the planner)"
        )

    def handle(self, *args, **options) -> None:
        for address in (*options["planner"], *filter(None, [options["contact"]])):
            try:
                validate_email(address)
            except ValidationError:
                raise CommandError(f"“{address}” is not an e-mail address.") from None
        if not options["programme"].strip():
            raise CommandError("The programme needs a name.")
        try:
            begun = begin(
                programme=options["programme"], programme_fr=options["programme_fr"], planners=options["planner"],
                names=options["name"], first_day=options["first_day"], language=options["language"],
                city=options["city"], contact=options["contact"],
            )  # fmt: skip
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(f"{begun.cohort.programme.name_en}: {begun.cohort.name_en}")
        self.stdout.write("")
        for phase in begun.cohort.phases.in_order():
            days = f"{phase.starts_on:%Y-%m-%d}" + ("" if phase.is_moment else f" to {phase.ends_on:%Y-%m-%d}")
            self.stdout.write(f"    {days:<26}{phase.name_en}")
        for address, door in begun.doors:
            self.stdout.write("")
            self.stdout.write(f"{address} comes in here, once, within 14 days (a mail with this link leaves as well):")
            self.stdout.write(door)
        self.stdout.write("")
        self.stdout.write(
            f"Each planner then sets up a second factor, at {settings.SITE_URL}{reverse('mfa_index')}: the planning pages ask "
            f"for it at once, and after {settings.SECOND_FACTOR_DAYS} days they open only with it."
        )


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
