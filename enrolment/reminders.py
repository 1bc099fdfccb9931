"""Reminders to people who were asked and are not here yet: three and seven days after the mail, and then no more.

They are planned two days ahead, found by every tick. One that was planned goes nowhere once the invitation was taken up,
taken back or renewed, has run out, its cohort is over, or its team is left in peace that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from collaborative.models import QuietWeek
from collaborative.resting import Rest, next_day_at_work, rests_of
from core.time import forward_utc, wall_in
from enrolment.models import VALID_FOR, Invitation
from enrolment.permissions import stands
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage

KIND = "enrolment/not-here-yet"
STEPS = (("day-3", 3), ("day-7", 7))
# On the cohort's clock: a quiet hour of the morning.
HOUR = dt.time(10, 0)
AHEAD = dt.timedelta(days=2)


def reminders_wanted(invitation: Invitation, rests: list[Rest]) -> list[notifications.Wanted]:
    """Return the reminders about an invitation, both of them at most; none for somebody without a mailbox.

    A day on which the team is left in peace is put off to the first one after it, unless that is too late.
    """
    cohort = invitation.in_cohort
    if not invitation.person.email or cohort.closed_at:
        return []
    sent_on = wall_in(invitation.expires_at - VALID_FOR, cohort.time_zone).date()
    found: dict[dt.date, notifications.Wanted] = {}
    for occurrence, days in STEPS:
        on = next_day_at_work(rests, sent_on + dt.timedelta(days=days))
        due = forward_utc(dt.datetime.combine(on, HOUR), cohort.time_zone)
        if due < invitation.expires_at - dt.timedelta(days=1):
            # Two that were put off to one day are one.
            found[on] = notifications.Wanted(
                kind=KIND,
                to=invitation.person,
                due=due,
                occurrence=occurrence,
                not_after=min(due + dt.timedelta(days=1), invitation.expires_at),
                scope=cohort,
            )
    return list(found.values())


def sweep() -> int:
    """Plan the reminders of the next two days that are not planned yet. Returns how many."""
    now = timezone.now()
    first, last = STEPS[0][1], VALID_FOR.days
    waiting = Invitation.objects.waiting().with_place().filter(
        person__email__isnull=False,
        expires_at__lt=now + VALID_FOR - dt.timedelta(days=first) + AHEAD,
        expires_at__gt=now + dt.timedelta(days=1),
    )  # fmt: skip
    assert first < last
    candidates = list(waiting.order_by("expires_at")[:5000])
    told, rests = _told(candidates), rests_into(candidates)
    planned = 0
    for invitation in candidates:
        for one in reminders_wanted(invitation, rests[invitation.team_id or invitation.in_cohort.pk]):
            soon = now - dt.timedelta(hours=12) < one.due <= now + AHEAD
            if soon and (str(invitation.pk), one.occurrence) not in told and stands(invitation):
                planned += (
                    notifications.plan(
                        KIND,
                        to=one.to,
                        about=invitation,
                        due=one.due,
                        occurrence=one.occurrence,
                        version=invitation.version,
                        not_after=one.not_after,
                        scope=one.scope,
                    )
                    is not None
                )
    return planned


def _told(invitations: Iterable[Invitation]) -> set[tuple[str, str]]:
    """Return (invitation, occurrence) of what was told already, or is about to be: no third reminder after a renewal."""
    rows = PlannedMessage.objects.filter(
        kind=KIND, source_type=Invitation._meta.label_lower, source_id__in=[str(one.pk) for one in invitations]
    )
    return set(rows.exclude(state=states.VOID).values_list("source_id", "occurrence"))


def rests_into(invitations: Iterable[Invitation]) -> dict:
    """Return the days of peace of every team and cohort that these lead into."""
    found: dict = {}
    for one in invitations:
        key = one.team_id or one.in_cohort.pk
        if key in found:
            continue
        if one.team:
            found[key] = rests_of(one.team)
        else:
            quiet = QuietWeek.objects.filter(cohort=one.cohort).values_list("starts_on", "ends_on")
            found[key] = [Rest(first, last, False) for first, last in quiet]
    return found
