"""A visitor sends the page about privacy and security to their privacy office: our words, their address, a few a day."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Programme
from core import limits
from core.refusals import Refused
from notifications import services as notifications

HOUR, DAY = 3600, 86_400
PER_ADDRESS, PER_MAILBOX, PER_PROGRAMME = 10, 2, 60


@transaction.atomic
def send(*, programme: Programme, email: str, language: str, address: str) -> None:
    """Mail the link. One office gets it at most once a day; the answer does not tell. Raises Refused past the limits."""
    email = email.strip().lower()
    mine = limits.spend("site_pass_on", address, amount=PER_ADDRESS, seconds=HOUR)
    if not (mine and limits.spend("site_pass_on:all", programme.pk, amount=PER_PROGRAMME, seconds=HOUR)):
        raise Refused(_("Many were sent within an hour. Copy the link instead, or try again a little later."))
    if not limits.spend("site_pass_on:mailbox", email, amount=PER_MAILBOX, seconds=DAY):
        return
    today = timezone.now().date().isoformat()
    if notifications.post(
        "enrolment/pass_on", to=email, about=programme, scope=programme, occurrence=today, language=language
    ):
        record("site.passed_on", programme, language=language)
