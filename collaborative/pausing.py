"""Pause a team and let it come back: told to its coach once, and to the team once, on the day it returns.

A coach who knows of a pause that is ended before its last day hears of that too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.line import today_in
from collaborative.models import TEAM_ROLES, Membership, Pause, Reschedule, Role, Team
from collaborative.permissions import coaches, leads, plans
from collaborative.reschedule import Ledger, Moved
from collaborative.resting import forget_rests, next_day_at_work, rests_of
from core.language import language
from core.refusals import Refused
from core.registry import Followed
from core.time import day, forward_utc
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage

LONGEST = dt.timedelta(weeks=6)
# In the morning, when somebody plans their day.
HOUR = dt.time(9, 0)
PAUSED, BACK, ENDED = "collaborative/paused", "collaborative/back", "collaborative/pause-ended"
# What the messages about the end of a pause are about: the team, since a pause that is ended on its first day is gone. The
# occurrence names the pause.
ENDS = "collaborative.pauseended"


def may_pause(user, team: Team) -> bool:
    """May ``user`` pause ``team``, and let it go on? Its lead, its coach and the planning team may."""
    return leads(user, team) or coaches(user, team) or plans(user, team.cohort)


def pause_of(team: Team, on: dt.date | None = None) -> Pause | None:
    """Return the pause that ``team`` is in on this day of its cohort's calendar (default: today), None for none."""
    on = on or today_in(team.cohort)
    return Pause.objects.filter(team=team, starts_on__lte=on, ends_on__gte=on).first()


def latest_day(team: Team) -> dt.date:
    """Return the last day until which ``team`` can be paused now."""
    return today_in(team.cohort) + LONGEST


@transaction.atomic
def pause(*, team: Team, reason: str, until: dt.date, by) -> Pause:
    """Leave ``team`` in peace from today until a day, both included; a pause that holds already lasts until then.

    Its coach is told once. Refuses a day that is over or more than six weeks away, and a team that is not at work.
    """
    team = Team.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=team.pk)
    today = today_in(team.cohort)
    if team.cohort.closed_at or team.withdrawn_at:
        raise Refused(_("This team is not at work any more."))
    if until < today:
        raise Refused(_("Choose today or a day after it."), field="until")
    if until > latest_day(team):
        last = day(latest_day(team), language(), weekday=False)
        raise Refused(_("Six weeks are the most: choose a day until %(day)s.") % {"day": last}, field="until")
    row = pause_of(team, today)
    if row:
        Pause.objects.filter(pk=row.pk).update(ends_on=until, reason=reason)
        row.refresh_from_db()
    else:
        row = Pause.objects.create(team=team, reason=reason, starts_on=today, ends_on=until, by=by)
        notifications.void(_of_ends(team), reason="superseded")
        for coach in Membership.objects.of_team(team).filter(role=Role.COACH).exclude(user=by):
            notifications.post(PAUSED, to=coach.user, about=row, occurrence="paused", scope=team.cohort)
    record("team.paused", row, by=by, cohort_id=team.cohort_id, team=team.pk, reason=reason, until=until)
    for earlier in _to_be_welcomed(team.cohort_id).filter(team=team).exclude(pk=row.pk):
        notifications.replan(earlier, [], kinds_planned=[BACK])
    plan_return(row)
    return row


@transaction.atomic
def resume(*, pause: Pause, by) -> None:
    """Let a team go on today. It is welcomed back at once, or at ``HOUR`` where that is ahead; not where it paused today only.

    Coaches who know that it paused are told; who has not heard of it yet hears neither of the two.
    """
    row = Pause.objects.select_for_update(of=("self",)).select_related("team__cohort").get(pk=pause.pk)
    today = today_in(row.team.cohort)
    if row.ends_on < today:
        return
    record("team.resumed", row, by=by, cohort_id=row.team.cohort_id, team=row.team_id)
    notifications.void(row, reason="came_back", occurrence="paused")
    _tell_of_the_end(row, by)
    if row.starts_on >= today:
        notifications.void(row, reason="revoked")
        row.delete()
        _welcome_after_all(row.team)
        return
    Pause.objects.filter(pk=row.pk).update(ends_on=today - dt.timedelta(days=1), ended_by=by)
    row.refresh_from_db()
    plan_return(row)


def _of_ends(team: Team) -> tuple[str, str]:
    return ENDS, str(team.pk)


def _tell_of_the_end(pause: Pause, by) -> None:
    """Tell the coaches who know of this pause that it is over; what has not left about it is taken back before."""
    told = PlannedMessage.objects.about(pause).filter(kind=PAUSED, state__in=states.MAY_HAVE_ARRIVED)
    # They know of an earlier pause and have not heard of its end: this one took that back when it began.
    not_heard = PlannedMessage.objects.filter(
        kind=ENDED, source_type=ENDS, source_id=str(pause.team_id),
        state=states.VOID, reason="superseded", updated_at__gte=pause.created_at,
    )  # fmt: skip
    know = {pause.by_id, *told.values_list("recipient", flat=True), *not_heard.values_list("recipient", flat=True)}
    coaches_now = Membership.objects.of_team(pause.team).filter(role=Role.COACH, user__in=know - {None})
    for coach in coaches_now.exclude(user=by).distinct("user"):
        notifications.post(
            ENDED, to=coach.user, about=_of_ends(pause.team), occurrence=pause.pk.hex, scope=pause.team.cohort
        )


def plan_return(pause: Pause) -> int:
    """Plan the one message with which the team is welcomed back, on the first day on which nobody is left in peace."""
    team, due = pause.team, _returns_at(pause)
    wanted = [
        notifications.Wanted(
            kind=BACK,
            to=one.user,
            due=max(due, timezone.now()),
            occurrence="back",
            not_after=due + dt.timedelta(days=7),
            scope=team.cohort,
        )
        for one in Membership.objects.of_team(team).filter(role__in=TEAM_ROLES).distinct("user")
    ]
    return notifications.replan(pause, wanted, kinds_planned=[BACK])


def _to_be_welcomed(cohort_id):
    """Return the pauses in a cohort after which the team is still to be welcomed back."""
    ahead = (*states.WAITING, states.HELD)
    waiting = PlannedMessage.objects.filter(kind=BACK, source_type=Pause._meta.label_lower, state__in=ahead)
    rows = Pause.objects.filter(team__cohort=cohort_id, pk__in=list(waiting.values_list("source_id", flat=True)))
    return rows.select_related("team__cohort").order_by("pk")


def _welcome_after_all(team: Team) -> None:
    """A break was none after all: the welcome that it took back waits again."""
    row = Pause.objects.filter(team=team).select_related("team__cohort").order_by("ends_on").last()
    if row and PlannedMessage.objects.about(row).filter(kind=BACK, reason="not_wanted").exists():
        plan_return(row)


def what_moves(change, ledger: Ledger) -> Callable[[Moved], None]:
    """Let teams be welcomed back when the days that a change leaves quiet say (``core.registry.what_moves``)."""
    return lambda moved: returns_follow(change.cohort.pk)


def dates_restored(reschedule: Reschedule, **rest) -> None:
    """Let teams be welcomed back when the days that stand again say."""
    returns_follow(reschedule.cohort_id)


def returns_follow(cohort_id) -> None:
    """Work out again when the teams of a cohort are welcomed back: days may be quiet now that were not, or no longer be."""
    for row in _to_be_welcomed(cohort_id):
        plan_return(row)


def _returns_at(pause: Pause) -> dt.datetime:
    """Return the hour at which the team is welcomed back, on its cohort's clock."""
    team = pause.team
    forget_rests(team)
    on = next_day_at_work(rests_of(team), pause.ends_on + dt.timedelta(days=1))
    return forward_utc(dt.datetime.combine(on, HOUR), team.cohort.time_zone)


@transaction.atomic
def work_out_again() -> list[Followed]:
    """Work out again when teams are welcomed back; return those for which that is another moment by the rules of today."""
    rows = PlannedMessage.objects.waiting().filter(kind=BACK, due_at__gt=timezone.now())
    before = dict(rows.order_by("due_at").values_list("source_id", "due_at"))
    changed = []
    for row in Pause.objects.filter(pk__in=before).select_related("team__cohort").order_by("pk"):
        moment = _returns_at(row)
        if moment != before[str(row.pk)]:
            changed.append(Followed(f"welcome back of {row.team.name}", before[str(row.pk)], moment))
            plan_return(row)
    return changed


def may_hear_of(asked) -> set:
    """Return those of the pairs (person, pause's key), as two keys, who belong to the paused team or coach it now."""
    pauses = dict(Pause.objects.filter(pk__in={key for _user, key in asked}).values_list("pk", "team"))
    roles = [*TEAM_ROLES, Role.COACH]
    held = set(
        Membership.objects.current()
        .filter(team__in=set(pauses.values()), role__in=roles, team__withdrawn_at=None)
        .values_list("user", "team")
    )
    team_of = {str(key): team for key, team in pauses.items()}
    return {(user.pk, key) for user, key in asked if (user.pk, team_of.get(key)) in held}


def may_hear_of_an_end(asked) -> set:
    """Return those of the pairs (person, team's key), as two keys, who coach the team now."""
    held = Membership.objects.current().filter(
        team__in={key for _user, key in asked}, role=Role.COACH, team__withdrawn_at=None
    )
    theirs = {(user, str(team)) for user, team in held.values_list("user", "team")}
    return {(user.pk, key) for user, key in asked if (user.pk, key) in theirs}


def ended(source_ids: Collection[str]) -> dict[str, Team]:
    """Return the teams of which it may be told that a pause of theirs is over, by their keys."""
    rows = Team.objects.filter(pk__in=source_ids, withdrawn_at=None).select_related("cohort__programme")
    return {str(one.pk): one for one in rows}
