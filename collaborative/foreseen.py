"""What this room sends one person of a series by itself: what their team has not ready yet, what the planning team has to do."""

from __future__ import annotations

import datetime as dt

from collaborative import announced, prework_mail, tasks_mail
from collaborative.line import phases_of
from collaborative.models import Cohort, PlanningTask, Role
from collaborative.resting import Rest, next_day_at_work
from collaborative.series import asked_in_at
from core.registry import Foreseen
from core.time import forward_utc, wall_in


def of_role(cohort: Cohort, role: str) -> list[Foreseen]:
    """Return what people of a role are sent: announcements, and what waits to be done, where it is not."""
    found = announced.of_role(cohort, role)
    if role == Role.LEAD:
        found += _prework(cohort)
    if role == Role.PLANNER:
        found += _tasks(cohort)
    return found


def _prework(cohort: Cohort) -> list[Foreseen]:
    first = min((phase.starts_on for phase in phases_of(cohort) if phase.is_moment), default=None)
    if first is None:
        return []
    rests = [Rest(one.starts_on, one.ends_on, False) for one in cohort.quiet_weeks.all()]
    # Who has just come has a day to look around.
    here = wall_in(asked_in_at(cohort), cohort.time_zone).date() + dt.timedelta(days=1)
    on = next_day_at_work(rests, max(first - dt.timedelta(days=prework_mail.DAYS_BEFORE), here))
    if on >= first:
        return []
    due = forward_utc(dt.datetime.combine(on, prework_mail.HOUR), cohort.time_zone)
    return [
        Foreseen(
            prework_mail.KIND, due, occurrence=prework_mail.OCCURRENCE, optional=True, thing="prework", nudge="before"
        )
    ]


def _tasks(cohort: Cohort) -> list[Foreseen]:
    """A mail each Monday of a week in which something is due."""
    days = PlanningTask.objects.filter(cohort=cohort).values_list("due_on", flat=True)
    mondays = sorted({day - dt.timedelta(days=day.weekday()) for day in days})
    return [
        Foreseen(
            tasks_mail.KIND,
            forward_utc(dt.datetime.combine(monday, tasks_mail.HOUR), cohort.time_zone),
            occurrence=f"{monday:%G-W%V}",
            source=(tasks_mail.SOURCE, str(cohort.pk)),
            optional=True,
        )
        for monday in mondays
    ]
