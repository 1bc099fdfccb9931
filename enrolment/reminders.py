"""A reminder to people who were asked and are not here yet: five days after the mail, and then no more.

It is planned two days ahead, found by every tick. One that was planned goes nowhere once the invitation was taken up,
taken back or renewed, has run out, its cohort is over, or its team is left in peace that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from collaborative.models import QuietWeek, Team
from collaborative.resting import Rest, next_day_at_work, rests_of
from core.time import forward_utc, wall_in
from enrolment.models import VALID_FOR, Invitation
from enrolment.permissions import standing
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage

KIND = "enrolment/not-here-yet"
# One nudge before whatever is due: people were promised little mail.
STEPS = (("day-5", 5),)
# On the cohort's clock: a quiet hour of the morning.
HOUR = dt.time(10, 0)
AHEAD = dt.timedelta(days=2)


def reminders_wanted(invitation: Invitation, rests: list[Rest]) -> list[notifications.Wanted]:
    """Return the reminder about an invitation; none for somebody without a mailbox.

    A day on which the team is left in peace is put off to the first one after it, unless that is too late.
    """
    cohort = invitation.in_cohort
    if not invitation.person.email or cohort.closed_at:
        return []
    return [
        notifications.Wanted(
            kind=KIND,
            to=invitation.person,
            due=due,
            occurrence=occurrence,
            not_after=min(due + dt.timedelta(days=1), invitation.expires_at),
            scope=cohort,
        )
        for occurrence, due in steps(invitation.expires_at - VALID_FOR, cohort.time_zone, rests)
    ]


def steps(sent_at: dt.datetime, zone: str, rests: list[Rest]) -> list[tuple[str, dt.datetime]]:
    """Return when somebody who was sent an invitation at this moment is reminded of it. Pure."""
    sent_on, expires_at = wall_in(sent_at, zone).date(), sent_at + VALID_FOR
    found: list[tuple[str, dt.datetime]] = []
    for occurrence, days in STEPS:
        on = next_day_at_work(rests, sent_on + dt.timedelta(days=days))
        due = forward_utc(dt.datetime.combine(on, HOUR), zone)
        if due < expires_at - dt.timedelta(days=1):
            found.append((occurrence, due))
    return found


def to_sweep(now: dt.datetime) -> list[Any]:
    """Return the invitations of which a reminder may be due that nobody was told (``notifications.sweep.looks``)."""
    told = _told_of(source_id=Cast(OuterRef("pk"), CharField()))
    missing = Q()
    for occurrence, _days in STEPS:
        missing |= Q(~Exists(told.filter(occurrence=occurrence)))
    first = STEPS[0][1]
    return [
        Invitation.objects.waiting().filter(
            missing,
            person__email__isnull=False,
            expires_at__lt=now + VALID_FOR - dt.timedelta(days=first) + AHEAD,
            expires_at__gt=now + dt.timedelta(days=1),
        )
    ]


def sweep(now: dt.datetime | None = None) -> int:
    """Plan the reminders of the next two days that are not planned yet. Returns how many."""
    now = now or timezone.now()
    candidates = [one for rows in to_sweep(now) for one in rows.with_place().order_by("expires_at")[:5000]]
    told, rests, holding = _told(candidates), rests_into(candidates), standing(candidates)
    return notifications.plan_each(
        (invitation, invitation.version, one)
        for invitation in candidates
        if invitation.pk in holding
        for one in reminders_wanted(invitation, rests[invitation.team_id or invitation.in_cohort.pk])
        if now - dt.timedelta(hours=12) < one.due <= now + AHEAD and (str(invitation.pk), one.occurrence) not in told
    )


def _told(invitations: Collection[Invitation]) -> set[tuple[str, str]]:
    """Return (invitation, occurrence) of what was told already, or is about to be: no second reminder after a renewal."""
    rows = _told_of(source_id__in=[str(one.pk) for one in invitations])
    return set(rows.values_list("source_id", "occurrence"))


def _told_of(**which: Any) -> QuerySet[PlannedMessage]:
    rows = PlannedMessage.objects.filter(kind=KIND, source_type=Invitation._meta.label_lower, **which)
    return rows.exclude(state=states.VOID)


def rests_into(invitations: Collection[Invitation]) -> dict[Any, list[Rest]]:
    """Return the days of peace of every team and cohort that these lead into; two statements."""
    teams = Team.objects.with_rests().filter(pk__in={one.team_id for one in invitations if one.team_id})
    found: dict[Any, list[Rest]] = {one.pk: rests_of(one) for one in teams}
    found |= {one.in_cohort.pk: [] for one in invitations if not one.team_id}
    quiet = QuietWeek.objects.filter(cohort__in={one.cohort_id for one in invitations if one.cohort_id})
    for cohort, first, last in quiet.values_list("cohort", "starts_on", "ends_on"):
        found[cohort].append(Rest(first, last, False))
    return found
