"""What a team has not ready yet for the first session: one mail to its lead, a week before, and no more.

Found by every tick and planned two days ahead. A day on which the team is left in peace is put off to the first one after
it; a first session that moves takes the mail along; what is ready by then is not spoken of.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any, Final

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative import not_this_week
from collaborative.line import today_in
from collaborative.models import MOMENT_KINDS, Cohort, Membership, PreworkItem, PreworkTick, Role, Team
from collaborative.permissions import leads
from collaborative.resting import next_day_at_work, rests_of
from core.time import forward_utc, wall_in
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage
from notifications.services import Wanted

KIND: Final = "collaborative/prework"
# Beside the team itself, so that nothing else that is told of a team is planned anew with it.
SOURCE: Final = "collaborative.prework"
TASK: Final = "collaborative.prework"
OCCURRENCE: Final = "before"
DAYS_BEFORE: Final = 7
HOUR: Final = dt.time(10)
AHEAD: Final = dt.timedelta(days=2)
# Whoever has only now something open is not written to in the night.
LATE_BY: Final = dt.timedelta(hours=12)


def to_sweep(now: dt.datetime) -> list[QuerySet]:
    """Return the cohorts whose first session may be near, and what waits (``notifications.sweep.looks``)."""
    return [_may_be_near(now), _waiting()]


def sweep(now: dt.datetime | None = None) -> int:
    """Let what waits be what is to be said now: of the next two days. Returns how many mails are new. Idempotent."""
    now = now or timezone.now()
    near = {cohort.pk: first for cohort, first in _first_days(now)}
    planned_for = Exists(_waiting().filter(source_id=Cast(OuterRef("pk"), CharField())))
    teams = Team.objects.with_rests().told().filter(withdrawn_at=None).select_related("cohort")
    found = list(teams.filter(Q(cohort__in=near) | planned_for))
    if not found:
        return 0
    wanted = _wanted([team for team in found if team.cohort_id in near], near, now)
    stands, settled = _standing(found)
    made = 0
    for team in found:
        mine = [one for one in wanted.get(team.pk, []) if (team.pk, one.to.pk) not in settled]
        if {(one.to.pk, one.due) for one in mine} != stands.get(team.pk, set()):
            made += notifications.replan((SOURCE, team.pk), mine, kinds_planned=[KIND])
    return made


def _rows():
    return PlannedMessage.objects.filter(kind=KIND, source_type=SOURCE)


def _waiting():
    return _rows().filter(state__in=states.LIVE)


def _may_be_near(now: dt.datetime) -> QuerySet[Cohort]:
    """Return the open cohorts that have a session in the coming days, be it the first one or not."""
    return Cohort.objects.open().filter(
        phases__kind__in=MOMENT_KINDS, phases__starts_on__gte=now.date(), phases__starts_on__lte=_far(now)
    )


def _far(now: dt.datetime) -> dt.date:
    return now.date() + dt.timedelta(days=DAYS_BEFORE) + AHEAD


def _first_days(now: dt.datetime) -> list[tuple[Cohort, dt.date]]:
    """Return the open cohorts whose first session is near, with its day."""
    far, found = _far(now), []
    for cohort in _may_be_near(now).distinct().prefetch_related("phases"):
        first = first_day(cohort)
        if first is not None and today_in(cohort, now) < first <= far:
            found.append((cohort, first))
    return found


def first_day(cohort: Cohort) -> dt.date | None:
    """Return the day of the first session, None where there is none."""
    return min((phase.starts_on for phase in cohort.phases.all() if phase.is_moment), default=None)


def _wanted(teams: list[Team], first_days: dict[Any, dt.date], now: dt.datetime) -> dict[Any, list[Wanted]]:
    """Return by team what its leads should be told; none where all is ready."""
    with_open = set(still_open(teams))
    held_by = Membership.objects.current().filter(team__in=with_open, role=Role.LEAD).select_related("user")
    by_key = {team.pk: team for team in teams}
    found: dict[Any, list[Wanted]] = {}
    for held in held_by.order_by("pk"):
        team = by_key[held.team_id]
        first, zone = first_days[team.cohort_id], team.cohort.time_zone
        # Who has just come has a day to look around.
        since = wall_in(held.since, zone).date() + dt.timedelta(days=1)
        on = next_day_at_work(rests_of(team), max(first - dt.timedelta(days=DAYS_BEFORE), since))
        due = forward_utc(dt.datetime.combine(on, HOUR), zone)
        if on < first and now - LATE_BY < due <= now + AHEAD:
            last = forward_utc(dt.datetime.combine(first, dt.time()), zone)
            one = Wanted(KIND, held.user, due, occurrence=OCCURRENCE, not_after=last, scope=team.cohort)
            found.setdefault(team.pk, []).append(one)
    return found


def _standing(teams: list[Team]) -> tuple[dict[Any, set], set[tuple[Any, Any]]]:
    """Return by team who is to be told when, as it waits, and (team, lead) of those with whom that is over, whatever came of it."""
    by_key = {str(team.pk): team.pk for team in teams}
    stands: dict[Any, set] = {}
    settled = set()
    rows = _rows().filter(source_id__in=by_key).exclude(state=states.VOID, reason="not_wanted")
    for key, reader, due, state in rows.values_list("source_id", "recipient", "due_at", "state"):
        if state in states.LIVE:
            stands.setdefault(by_key[key], set()).add((reader, due))
        else:
            settled.add((by_key[key], reader))
    return stands, settled


def still_open(teams: Collection[Team]) -> dict[Any, list[PreworkItem]]:
    """Return by team what of its programme's list is not ready yet; teams that are ready are left out. Two statements."""
    items: dict[Any, list[PreworkItem]] = {}
    cohorts = {team.cohort_id for team in teams}
    for item in PreworkItem.objects.filter(programme__cohorts__in=cohorts).annotate(of=F("programme__cohorts")):
        items.setdefault(item.of, []).append(item)
    ticked = set(PreworkTick.objects.filter(team__in=teams).values_list("team", "item"))
    found = {
        team.pk: [item for item in items.get(team.cohort_id, []) if (team.pk, item.pk) not in ticked] for team in teams
    }
    return {key: some for key, some in found.items() if some}


# ---------------------------------------------------------------- asked when the messages leave


def may_hear_of(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, team's key), as two keys, who lead the team now."""
    held = Membership.objects.current().filter(
        role=Role.LEAD, team__in={key for _user, key in asked}, team__withdrawn_at=None
    )
    rows = list(held.select_related("team__cohort"))
    later = not_this_week.put_off_each(TASK, {row.team_id for row in rows})
    theirs = {
        (row.user_id, str(row.team_id))
        for row in rows
        if row.team and (row.user_id, row.team_id, not_this_week.week_of(row.team.cohort)) not in later
    }
    return {(user.pk, key) for user, key in asked} & theirs


def task_of(about: uuid.UUID) -> not_this_week.Task | None:
    """Return the list of a team as something that its leads can put off for a week."""
    team = Team.objects.with_place().filter(pk=about, withdrawn_at=None).first()
    if team is None:
        return None
    return not_this_week.Task(
        name=_("what %(team)s gets ready for the first session") % {"team": team.name},
        cohort=team.cohort,
        path=reverse("team", args=[team.pk]),
        is_theirs=lambda person: leads(person, team),
        team=team,
    )


def with_open(source_ids: Collection[str]) -> dict[str, Team]:
    """Return the teams that still have something to get ready, by their keys; whether they are at work is asked for all kinds at once.

    Each with what that is (``open_items``) and the day of the first session (``first_session``).
    """
    rows = Team.objects.filter(pk__in=source_ids, withdrawn_at=None, cohort__closed_at=None)
    teams: list[Any] = list(rows.select_related("cohort__programme").prefetch_related("cohort__phases"))
    items, found = still_open(teams), {}
    for team in teams:
        team.first_session = first_day(team.cohort)
        today = today_in(team.cohort)
        near = team.first_session and today < team.first_session <= today + dt.timedelta(days=DAYS_BEFORE)
        if team.pk in items and near:
            team.open_items = items[team.pk]
            found[str(team.pk)] = team
    return found
