"""The sponsor of an applying team is asked one question by link, and answers with one of two buttons."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from core import limits
from core.refusals import Refused
from enrolment import application_links, links
from enrolment.models import Application, State
from notifications import services as notifications

# What the sponsor is told is about the question, which has a version of its own.
SOURCE: Final = "enrolment.sponsor"
VALID_FOR: Final = dt.timedelta(days=14)
FACTS: Final = ("sponsor_name", "sponsor_email", "sponsor_title")


def name(row: Application, answers: Mapping[str, Any]) -> None:
    """Write down who the sponsor is; another address is another sponsor, who has not been asked."""
    address = str(answers.get("sponsor_email") or "").strip().lower()
    if address != row.sponsor_email:
        row.sponsor_version += 1
        row.sponsor_asked_at, row.sponsor_said, row.sponsor_said_at = None, "", None
    row.sponsor_email = address
    row.sponsor_name = str(answers.get("sponsor_name") or "")
    row.sponsor_title = str(answers.get("sponsor_title") or "")


def may_be_written_to(address: str) -> bool:
    """Return whether a question may leave for this address now: at most three an hour, whoever asks for it."""
    return limits.spend("sponsor-to", address.strip().lower(), amount=3, seconds=3600)


def may_ask(row: Application) -> bool:
    """Return whether this application may ask once more: at most five times a day, whomever. Whoever writes a name here
    lets us mail to somebody whom we do not know.
    """
    return limits.spend("sponsor-from", row.pk, amount=5, seconds=86_400)


def ask(row: Application) -> None:
    """Ask whoever the row names now, and save what it says about the sponsor."""
    row.sponsor_asked_at = timezone.now()
    row.save(update_fields=[*FACTS, "sponsor_version", "sponsor_asked_at", "sponsor_said", "sponsor_said_at"])
    record("application.sponsor_asked", row, cohort_id=row.cohort_id)
    notifications.post(
        "enrolment/sponsor-asked",
        to=row.sponsor_email,
        about=(SOURCE, row.pk),
        version=row.sponsor_version,
        occurrence="asked",
        not_after=row.sponsor_asked_at + VALID_FOR,
        scope=row.cohort,
        language=row.team_language,
        time_zone=row.cohort.time_zone,
    )


def token_for(application: Application) -> str:
    """Return the text in the address of the sponsor's question."""
    return links.token_for(
        application.pk, application.sponsor_version, mailed_to=application.sponsor_email, purpose=links.SPONSOR
    )


@dataclasses.dataclass(frozen=True)
class Asked:
    """What a sponsor's link leads to: "open" (it waits for an answer), "answered", or "gone"."""

    application: Application
    state: str


def find(token: str) -> Asked | None:
    """Return what a sponsor's link leads to, None when it is none of ours. Changes nothing."""
    link = links.read(token, purpose=links.SPONSOR)
    row = application_links.row_of(link)
    if link is None or row is None:
        return None
    asked_at = row.sponsor_asked_at
    stands = (
        link.version == row.sponsor_version
        and bool(row.sponsor_email)
        and link.went_to(row.sponsor_email)
        and row.state != State.WITHDRAWN
        and asked_at is not None
    )
    if not stands or asked_at is None:
        return Asked(row, "gone")
    if row.sponsor_said:
        return Asked(row, "answered")
    return Asked(row, "open" if timezone.now() < asked_at + VALID_FOR else "gone")


def versions(source_ids: Collection[str]) -> dict[str, int]:
    """Return the versions of the questions that sponsors can answer; those of withdrawn applications are left out."""
    rows = Application.objects.filter(pk__in=source_ids).exclude(state=State.WITHDRAWN)
    return {str(pk): version for pk, version in rows.values_list("pk", "sponsor_version")}


@transaction.atomic
def answer(*, asked: Asked, said: str) -> None:
    """Take the sponsor's answer, "yes" or "no", once, and tell the contact. Refuses a link that does not hold any more."""
    if said not in ("yes", "no"):
        raise Refused(_("Choose one of the two answers."))
    row = asked.application
    taken = (
        Application.objects.exclude(state=State.WITHDRAWN)
        .filter(
            pk=row.pk,
            sponsor_said="",
            sponsor_version=row.sponsor_version,
            sponsor_asked_at__gt=timezone.now() - VALID_FOR,
        )
        .update(sponsor_said=said, sponsor_said_at=Now())
    )
    if not taken:
        raise Refused(_("This question has been answered, or does not stand any more. Open the link again to see."))
    row.refresh_from_db(fields=["sponsor_said", "sponsor_said_at"])
    record("application.sponsor_answered", row, cohort_id=row.cohort_id, said=said)
    application_links.mail(row, kind="enrolment/sponsor-answered")
