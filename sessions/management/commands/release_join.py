"""Send the address of a meeting to everybody who is expected, where no page answers any more."""

from __future__ import annotations

from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.refusals import Refused
from notifications import bell
from sessions.day import release
from sessions.models import LearningSession


class Command(BaseCommand):
    help = (
        "Send the address and the telephone of a meeting to everybody who is expected, by mail or into the product. Works "
        "without the web process; the worker or send_due sends. Without a session: lists those that can be released now."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("session", nargs="?", help="the key of the session, as its address shows it")
        parser.add_argument("--reason", default="", help="why, in a few words; kept with the release")

    def handle(self, *args, session: str | None = None, reason: str = "", **options) -> None:
        if session is None:
            self._list()
        else:
            self._release(session, reason.strip())

    def _release(self, session: str, reason: str) -> None:
        if not reason:
            raise CommandError('Say why: --reason "the web server does not answer"')
        if len(reason) > 300:
            raise CommandError("The reason has more than 300 characters.")
        found = self._find(session)
        try:
            told = release.release_address(learning_session=found, reason=reason)
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        rung = bell.kick()
        self.stdout.write(f"{told} people are told where {found.title_en} meets.")
        if not rung:
            self.stdout.write("No worker could be called. Send now with: manage.py send_due")

    def _find(self, session: str) -> LearningSession:
        try:
            found = LearningSession.objects.filter(pk=UUID(session)).first()
        except ValueError:
            found = None
        if found is None:
            raise CommandError(
                "There is no such session. Without a key this command lists those that can be released now."
            )
        return found

    def _list(self) -> None:
        rows = release.may_be_released(timezone.now())
        if not rows:
            self.stdout.write("No session begins within the hour or takes place now.")
        for row in rows:
            self.stdout.write(f"{row.pk}  {row.starts_at:%Y-%m-%d %H:%M} UTC  {row.title_en}  ({row.cohort.name_en})")
