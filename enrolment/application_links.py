"""The link of an application: who holds it may go on. Nothing about it is stored; another address makes it an older one."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.db.models.functions import Now

from audit.services import record
from core import limits
from enrolment import links
from enrolment.models import Application
from notifications import services as notifications

LINK: Final = "enrolment/application-link"


@dataclasses.dataclass(frozen=True)
class Found:
    """What a genuine link leads to. ``by_mail``: it came from the mailbox; ``older``: another link has taken its place."""

    application: Application
    by_mail: bool = False
    older: bool = False


def token_for(application: Application, *, mailed: bool) -> str:
    """Return the text in the address: as it is mailed, or as it leads on in the browser that began the application."""
    mailed_to = application.contact_email if mailed else None
    return links.token_for(application.pk, application.version, mailed_to=mailed_to, purpose=links.APPLICATION)


def find(token: str) -> Found | None:
    """Return what a link leads to, None when it is none of ours or its row is gone. Changes nothing."""
    link = links.read(token, purpose=links.APPLICATION)
    row = row_of(link)
    if link is None or row is None:
        return None
    by_mail = bool(row.contact_email) and link.went_to(row.contact_email)
    stands = link.version == row.version and (by_mail or link.went_to(None))
    return Found(row, by_mail=by_mail, older=not stands)


def row_of(link: links.Link | None) -> Application | None:
    """Return the application that a link names, None where there is none."""
    if link is None:
        return None
    return Application.objects.select_related("cohort__programme").filter(pk=link.row_id).first()


@transaction.atomic
def confirm(*, application: Application) -> None:
    """Note that the mailbox is the contact's: something was done through the link that went there."""
    if Application.objects.filter(pk=application.pk, confirmed_at=None).update(confirmed_at=Now()):
        record("application.mailbox_confirmed", application, cohort_id=application.cohort_id)
        application.refresh_from_db(fields=["confirmed_at"])


def versions(source_ids: Collection[str]) -> dict[str, int]:
    """Return the versions of the links that work; applications that are gone are left out."""
    rows = Application.objects.filter(pk__in=source_ids).values_list("pk", "version")
    return {str(pk): version for pk, version in rows}


def may_be_written_to(address: str) -> bool:
    """Return whether a link may leave for this address now: at most five an hour, whoever asks for it."""
    return limits.spend("application-to", address.strip().lower(), amount=5, seconds=3600)


def may_move(row: Application) -> bool:
    """Return whether this application may go to another mailbox once more: at most five times a day."""
    return limits.spend("application-moved", row.pk, amount=5, seconds=86_400)


def mail(row: Application, *, kind: str = LINK) -> None:
    """Plan a mail to the contact, with the link in it."""
    notifications.post(
        kind,
        to=row.contact_email,
        about=row,
        version=row.version,
        occurrence=uuid.uuid4().hex,
        scope=row.cohort,
        language=row.language,
        time_zone=row.cohort.time_zone,
    )
