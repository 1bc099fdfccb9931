"""Join: the one way into a meeting. Who may go it, when, and that it is written down once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import TEAM_ROLES, Role
from collaborative.permissions import Held, plans_any, roles_of, takes_part
from core.inserting import insert_once
from core.refusals import Refused
from sessions.models import (
    Appearance,
    Attendance,
    AttendanceSource,
    Guest,
    LearningSession,
    MeetingAddress,
    Recap,
    Registration,
    SoundCheck,
)


@dataclasses.dataclass(frozen=True)
class Joined:
    """Where the browser goes on to, and whether this press made the attendance."""

    url: str
    first_time: bool


def is_expected(learning_session: LearningSession, user) -> bool:
    """Return whether ``user`` may join the session and is told about it."""
    return takes_part(user, learning_session.cohort)


def why_not_now(learning_session: LearningSession, now: dt.datetime) -> str:
    """Return in a sentence why nobody can join at ``now``; "" while the room is open."""
    if learning_session.cohort.closed_at:
        return _("This series has ended, and its sessions with it.")
    return {
        "cancelled": _("This session has been cancelled."),
        "over": _("This session has ended."),
        "open": "",
    }.get(learning_session.state_at(now), _("The room is not open yet. Come back a little before the start."))


@transaction.atomic
def join(*, learning_session: LearningSession, user) -> Joined:
    """Record that ``user`` came and return the meeting's address, which is told nowhere else.

    Raises Refused outside the window. The caller has found the session through ``visible_to(user)`` and asked
    ``is_expected``.
    """
    return come_in(learning_session, user)


def come_in(learning_session: LearningSession, user) -> Joined:
    """Do what ``join`` does within a transaction that is open already."""
    address = _open_room(learning_session)
    role = role_at(learning_session, user)
    first_time = _note(
        Attendance(
            learning_session=learning_session,
            person=user,
            team_id=role.team_id if role else None,
            role=role.role if role else "",
            by=user,
        )
    )
    if first_time:
        record("session.joined", learning_session, by=user)
    return Joined(address, first_time)


def come_in_as_guest(guest: Guest) -> Joined:
    """Record, within a transaction, that a guest came and return the meeting's address. Raises Refused as ``join`` does."""
    address = _open_room(guest.learning_session)
    first_time = _note(
        Attendance(learning_session=guest.learning_session, guest=guest, team_id=guest.team_id, role=Role.PARTICIPANT)
    )
    if first_time:
        record("session.guest_joined", guest.learning_session, guest=guest.pk)
    return Joined(address, first_time)


def room_for_speaker(*, appearance: Appearance) -> str:
    """Return the meeting's address for somebody who speaks; no attendance is kept of them. Raises Refused as ``join`` does."""
    address = _open_room(appearance.learning_session)
    record("session.speaker_joined", appearance.learning_session, appearance=appearance.pk)
    return address


def room_for_registered(*, registration: Registration) -> str:
    """Return the meeting's address for somebody who registered from outside. Raises Refused as ``join`` does."""
    address = _open_room(registration.learning_session)
    record("session.registered_joined", registration.learning_session, registration=registration.pk)
    return address


def has_joined(learning_session: LearningSession, user) -> bool:
    """Return whether ``user`` has pressed Join."""
    return learning_session.attendance.filter(person=user, source=AttendanceSource.JOIN).exists()


def role_at(learning_session: LearningSession, user) -> Held | None:
    """Return the role in which ``user`` comes: in a team of the cohort first, then in the cohort itself."""
    cohort = learning_session.cohort_id
    held = [one for one in roles_of(user) if cohort in (one.team_cohort_id, one.cohort_id) and one.role != Role.SPONSOR]
    return min(held, key=lambda one: (one.role not in TEAM_ROLES, one.since), default=None)


@dataclasses.dataclass(frozen=True)
class Tally:
    """How many came, tried their sound, and ask to be let in."""

    came: int
    tried: int
    asking: int


def with_numbers(rows: Any, user) -> Any:
    """Return the sessions with what is noted of ``user`` (``noted_as``, ``counts``, ``waits``) and with ``has_recap``.

    ``noted_as`` is how it is known ("" where nothing is noted; "join": they joined), ``counts`` that it counts as having been
    there, ``waits`` that the lead has still to confirm it; ``has_recap`` is whether it can be read what was said.
    For who plans anything also with what ``tally`` reads.
    """
    recap = Recap.objects.filter(learning_session=OuterRef("pk"), published_at__isnull=False)
    mine = Attendance.objects.filter(learning_session=OuterRef("pk"), person=user)
    rows = rows.annotate(
        noted_as=Coalesce(Subquery(mine.values("source")[:1]), Value("")),
        counts=Exists(mine.counted()),
        waits=Exists(mine.filter(awaits_lead=True)),
        has_recap=Exists(recap),
    )
    if not plans_any(user):
        return rows
    numbers = {
        "n_came": Attendance.objects.counted().filter(learning_session=OuterRef("pk")),
        "n_tried": SoundCheck.objects.filter(learning_session=OuterRef("pk")),
        "n_asking": Guest.objects.filter(learning_session=OuterRef("pk"), asks=True, revoked_at=None),
    }
    return rows.annotate(**{name: Coalesce(Subquery(_count(found)), 0) for name, found in numbers.items()})


def tally(learning_session: Any) -> Tally:
    """Return what those who plan see, of a session read ``with_numbers``."""
    return Tally(learning_session.n_came, learning_session.n_tried, learning_session.n_asking)


def _count(rows: Any) -> Any:
    return rows.order_by().values("learning_session").annotate(n=Count("pk")).values("n")


def _open_room(learning_session: LearningSession) -> str:
    if refusal := why_not_now(learning_session, timezone.now()):
        raise Refused(refusal)
    address = MeetingAddress.objects.filter(learning_session=learning_session).values_list("url", flat=True).first()
    if address is None:
        raise Refused(
            _("The planning team has not entered the meeting address yet. Call them, or try again in a minute.")
        )
    return address


def _note(row: Attendance) -> bool:
    """Write that somebody pressed Join; return whether nothing was written of them before.

    What a colleague had ticked becomes their own Join, which nobody has to confirm.
    """
    if insert_once(row):
        return True
    mine = {"person_id": row.person_id} if row.person_id else {"guest_id": row.guest_id}
    ticked = Attendance.objects.filter(learning_session=row.learning_session_id, source=AttendanceSource.ROOM, **mine)
    ticked.update(source=AttendanceSource.JOIN, by=row.by_id, awaits_lead=False)
    return False
