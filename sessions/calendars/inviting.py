"""Who is sent a session for their calendar, and when: everybody expected, once, as soon as the cohort is announced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.utils import timezone

from notifications import states
from notifications.models import PlannedMessage
from notifications.services import Wanted
from sessions.models import LearningSession
from sessions.querysets import expected_at

INVITATION: Final = "sessions/invitation"
CLOCKS: Final = "sessions/clocks"
# What brings a session into somebody's calendar, or changes it there.
REQUESTS: Final = (INVITATION, CLOCKS, "sessions/moved")


def invitations_wanted(
    learning_session: LearningSession, *, people: Iterable | None = None, occurrence: str = "invited"
) -> list[Wanted]:
    """Return the invitations to a session for all who are expected (or for ``people``) and have a mailbox.

    None while its cohort is still being prepared: its dates may change any hour then.
    """
    if not (learning_session.is_ahead and learning_session.cohort.announced_at):
        return []
    found = expected_at(learning_session) if people is None else people
    return [
        _wanted(INVITATION, learning_session, person, timezone.now(), occurrence) for person in found if person.email
    ]


def corrections_wanted(learning_session: LearningSession) -> list[Wanted]:
    """Return what puts a session right in everybody's calendar after the rules of its clock have changed.

    Each new moment is told once.
    """
    occurrence = f"{learning_session.starts_at.astimezone(dt.UTC):%Y-%m-%dT%H.%M}"
    people = [person for person in expected_at(learning_session) if person.email]
    return [_wanted(CLOCKS, learning_session, person, timezone.now(), occurrence) for person in people]


def still_wanted(learning_session: LearningSession) -> list[Wanted]:
    """Return the invitations and corrections that have not left yet: they go with what is true when they do."""
    if not learning_session.is_ahead:
        return []
    rows = PlannedMessage.objects.about(learning_session).filter(
        kind__in=(INVITATION, CLOCKS), state__in=states.TAKEN_BACK, recipient__isnull=False
    )
    return [
        _wanted(row.kind, learning_session, row.recipient, row.due_at, row.occurrence.partition("~")[0])
        for row in rows.select_related("recipient")
    ]


def invitations_lost(learning_session: LearningSession, since: dt.datetime) -> list[Wanted]:
    """Return the invitations to a session that takes place after all: those that its cancelling took back (``since``),
    and those of who came meanwhile. Who has it in their calendar is sent nothing, nor whose invitation was dropped."""
    about = PlannedMessage.objects.about(learning_session).filter(recipient__isnull=False)
    taken_back = about.filter(
        kind__in=(INVITATION, CLOCKS), state=states.VOID, reason="superseded", updated_at__gte=since
    ).select_related("recipient")
    again = [
        _wanted(row.kind, learning_session, row.recipient, timezone.now(), row.occurrence.partition("~")[0])
        for row in taken_back
    ]
    gone = about.filter(kind__in=REQUESTS, state__in=states.MAY_HAVE_ARRIVED)
    dropped = about.filter(kind=INVITATION).dropped()
    known = {one.to.pk for one in again} | set(gone.union(dropped).values_list("recipient", flat=True))
    return again + [one for one in invitations_wanted(learning_session) if one.to.pk not in known]


def _wanted(kind: str, learning_session: LearningSession, person, due: dt.datetime, occurrence: str) -> Wanted:
    return Wanted(
        kind=kind,
        to=person,
        due=due,
        occurrence=occurrence,
        not_after=learning_session.ends_at,
        scope=learning_session.cohort,
    )
