"""The numbers of a session's day, for the planning team: how many tried their sound, how many are in, which teams are not.

Counts alone: who is there is nobody's business while people arrive.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter

from django.db.models import Count, Q
from django.utils import timezone

from collaborative.models import TEAM_ROLES, Membership
from collaborative.querysets import by_name
from sessions.models import Attendance, LearningSession, SoundCheck
from sessions.querysets import expected_at

# The page looks again by itself from so long before the start.
_WATCHED: dt.timedelta = dt.timedelta(hours=2)


@dataclasses.dataclass(frozen=True)
class TeamThere:
    """A team, how many belong to it, how many of them are in, and how many guests of theirs."""

    name: str
    expected: int
    there: int
    guests: int


@dataclasses.dataclass(frozen=True)
class Numbers:
    """How many are expected, tried their sound, are in; and, once the room is open, the teams: nobody of them in, some."""

    expected: int
    tried: int
    there: int
    missing: list[TeamThere]
    others: list[TeamThere]


def numbers_of(learning_session: LearningSession) -> Numbers:
    """Return the numbers as they are now. At most four statements, however many teams."""
    held = Membership.objects.taking_part().filter(team__cohort=learning_session.cohort_id, role__in=TEAM_ROLES)
    members = (
        held.values_list("team", "team__name")
        .annotate(n=Count("user", distinct=True))
        .order_by(by_name("team__name"), "team")
    )
    came = Attendance.objects.filter(learning_session=learning_session)
    there: Counter = Counter()
    guests: Counter = Counter()
    total = 0
    came = came.annotate(is_guest=Q(guest__isnull=False))
    for team, role, is_guest, count in came.values_list("team", "role", "is_guest").annotate(n=Count("pk")).order_by():
        total += count
        if role in TEAM_ROLES:
            (guests if is_guest else there)[team] += count
    # Before, nobody can be in, and a list of all teams says nothing.
    is_open = learning_session.opens_at <= timezone.now()
    teams = [TeamThere(name, count, there[team], guests[team]) for team, name, count in members] if is_open else []
    return Numbers(
        expected=expected_at(learning_session).count(),
        tried=SoundCheck.objects.filter(learning_session=learning_session).count(),
        there=total,
        missing=[one for one in teams if not (one.there or one.guests)],
        others=[one for one in teams if one.there or one.guests],
    )


def is_watched(learning_session: LearningSession, now: dt.datetime) -> bool:
    """Return whether the numbers change from minute to minute."""
    return not learning_session.cancelled_at and learning_session.starts_at - _WATCHED <= now < learning_session.ends_at
