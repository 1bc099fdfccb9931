"""A session as an entry of somebody's calendar: its time with its place, its page with Join, and nobody's name.

The address of the meeting is never in it: a calendar is copied to places that nobody of us knows.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative.models import Cohort, Membership, Phase, PhaseKind
from core.ics import Entry
from core.language import language
from core.moments import read
from notifications.letters import parted
from sessions.models import CalendarLeft, LearningSession

# For so long a feed says of a session that it is cancelled (or left by its reader), before it is silent about it.
SAID_FOR: Final = dt.timedelta(days=30)


def uid_of(session_id: UUID) -> str:
    """Return what an entry is known by in every calendar, for as long as its session exists."""
    return f"{session_id}@{settings.SITE_HOST}"


def session_of(uid: str) -> UUID | None:
    """Return the key of the session that a calendar calls ``uid``, None where it is none of ours."""
    key, _at, host = uid.strip().partition("@")
    try:
        return UUID(key) if host.lower() == settings.SITE_HOST.lower() else None
    except ValueError:
        return None


def entry_of(
    learning_session: LearningSession, reader, *, left: bool = False, stamp: dt.datetime | None = None
) -> Entry:
    """Return the entry for ``reader`` in the language that speaks now.

    The session's cohort, programme and its rules are loaded. ``left``: it takes place, and not for this reader any more.
    ``stamp``: when this is said (None: since the session is as it is).
    """
    cohort = learning_session.cohort
    return Entry(
        uid=uid_of(learning_session.pk),
        title=f"{learning_session.title} · {cohort.name}",
        starts=learning_session.starts_at,
        ends=learning_session.ends_at,
        stamp=stamp or learning_session.changed_at,
        changed=learning_session.changed_at,
        sequence=learning_session.sequence,
        text=_text(learning_session, reader),
        url=settings.SITE_URL + _path(cohort.pk, learning_session.pk, language()),
        place=_("Online"),
        status="CANCELLED" if left or learning_session.cancelled_at else "CONFIRMED",
    )


def asked(learning_session: LearningSession, reader, *, address: str, left: bool, stamp: dt.datetime) -> Entry:
    """Return the entry as an invitation of one person, by the cohort's planning team, with the place for an answer."""
    cohort = learning_session.cohort
    entry = entry_of(learning_session, reader, left=left, stamp=stamp)
    organizer = settings.INBOUND_ADDRESS or cohort.contact or parted(settings.DEFAULT_FROM_EMAIL)[1]
    return dataclasses.replace(entry, organizer=organizer, called=cohort.name, attendee=address)


def asked_from_outside(
    learning_session: LearningSession,
    reader,
    *,
    address: str,
    way_in: str,
    with_phone: bool,
    left: bool,
    stamp: dt.datetime,
) -> Entry:
    """Return the same for somebody without an account: ``way_in`` says in words how they join.

    They have said that they come; the page is the one that anybody reads, where there is one. The link of their own is a
    secret: it stands in their mails alone. ``reader``: their clock. ``with_phone``: the number may stand in it, as in others.
    """
    entry = asked(learning_session, reader, address=address, left=left, stamp=stamp)
    page = settings.SITE_URL + reverse("register", args=[learning_session.pk]) if learning_session.is_public else ""
    text = _text(learning_session, reader, way_in=way_in, with_phone=with_phone)
    return dataclasses.replace(entry, asks=False, url=page, text=text)


def _text(learning_session: LearningSession, reader, *, way_in: str = "", with_phone: bool = True) -> str:
    cohort, lang = learning_session.cohort, language()
    hour = read(learning_session.starts_at, cohort, reader, lang=lang, dated=False)
    lines = [
        # A calendar shows the hour on its own clock; this says on whose clock it was meant.
        f"{hour.mine} ({hour.theirs})"
        if hour.theirs
        else read(learning_session.starts_at, cohort, lang=lang, dated=False).mine,
        learning_session.purpose,
        _by_phone(learning_session) if with_phone else "",
        way_in
        or _("Join, and all about it: %(page)s")
        % {"page": settings.SITE_URL + _path(cohort.pk, learning_session.pk, lang)},
    ]
    return "\n".join(line for line in lines if line)


def _by_phone(learning_session: LearningSession) -> str:
    number = learning_session.dial_in_told
    return _("By phone: %(number)s") % {"number": number} if number else ""


@lru_cache(maxsize=512)
def _path(cohort_id: UUID, pk: UUID, lang: str) -> str:
    return reverse("session", args=[cohort_id, pk])


# ---------------------------------------------------------------- what a feed holds


def entries_for(user, team=None) -> Iterator[Entry]:
    """Yield what stands in the calendar of ``user``, or of what they see of ``team``: answers ``registry.calendar_entries``.

    Every session at which they are expected, those cancelled or left a while ago as cancelled, and the first and last
    days of what lies between the sessions.
    """
    mine = set(_cohorts(user, team).values_list("pk", flat=True))
    rows = _sessions(user, team).select_related("cohort__programme__session_rules").order_by("starts_at", "pk")
    for one in rows:
        yield entry_of(one, user, left=one.cohort_id not in mine)
    for phase in _stretches(user, team).select_related("cohort").order_by("starts_on", "pk"):
        yield from _ends_of(phase)


# What ``entries_for`` is made from, as one text that changes whenever it does: answers ``registry.calendar_revision``.
# sessions/sql/calendar_revision.sql says how.
REVISION: Final = "SELECT calendar_revision(asked.person_id, asked.team_id, %(since)s, %(sponsors)s)"


def _cohorts(user, team):
    """Return the cohorts whose sessions are told: the team's, or those in which the person takes part."""
    if team is not None:
        return Cohort.objects.filter(pk=team.cohort_id).order_by()
    held = Membership.objects.taking_part().filter(user=user)
    return Cohort.objects.filter(Q(pk__in=held.values("cohort")) | Q(pk__in=held.values("team__cohort"))).order_by()


def _sessions(user, team):
    since = timezone.now() - SAID_FOR
    told = Q(cohort__in=_cohorts(user, team))
    if team is None:
        left = CalendarLeft.objects.filter(person=user, at__gt=since)
        told |= Q(pk__in=left.values("learning_session"))
    return LearningSession.objects.filter(told & (Q(cancelled_at=None) | Q(cancelled_at__gt=since))).order_by()


def _stretches(user, team):
    return Phase.objects.filter(cohort__in=_cohorts(user, team), kind=PhaseKind.ACTION).order_by()


def _ends_of(phase: Phase) -> Iterator[Entry]:
    for which, on, words in (
        ("first", phase.starts_on, _("%(phase)s begins")),
        ("last", phase.ends_on, _("%(phase)s: last day")),
    ):
        yield Entry(
            uid=f"{which}-{uid_of(phase.pk)}",
            title=f"{words % {'phase': phase.name}} · {phase.cohort.name}",
            starts=on,
            ends=on,
            stamp=phase.cohort.created_at,
            changed=phase.cohort.created_at,
            busy=False,
        )
