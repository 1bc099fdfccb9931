"""What sessions send one person of a series: each for the calendar, its reminders, what was missed, a certificate."""

from __future__ import annotations

import datetime as dt

from collaborative.models import TEAM_ROLES, Cohort, Role
from collaborative.series import HOUR, asked_in_at, last_day_of
from core.registry import Foreseen
from core.time import forward_utc
from sessions import reminders
from sessions.attendance import catching_up
from sessions.calendars import inviting
from sessions.models import LearningSession
from sessions.querysets import COUNTED_KINDS


def of_role(cohort: Cohort, role: str) -> list[Foreseen]:
    """Return what people of a role are sent about the sessions that take place, who join on the day they are asked in."""
    if role == Role.SPONSOR:
        return []
    joins = asked_in_at(cohort)
    rows = LearningSession.objects.filter(cohort=cohort).not_cancelled().order_by("starts_at")
    found = [one for row in rows for one in _of_one(row, joins, role)]
    if role in TEAM_ROLES:
        given = forward_utc(dt.datetime.combine(last_day_of(cohort), HOUR), cohort.time_zone)
        found.append(Foreseen("sessions/certificate", given, optional=True, by_hand=True))
    return found


def _of_one(row: LearningSession, joins: dt.datetime, role: str) -> list[Foreseen]:
    if row.starts_at <= joins:
        return []
    source = row._meta.label_lower, str(row.pk)
    # Those of the template are there before anybody comes.
    told = joins if row.phase_id else max(joins, row.created_at)
    steps = [(inviting.INVITATION, told, "invited")] if told < row.starts_at else []
    steps += [
        ("sessions/reminder", step.due, step.occurrence)
        for step in reminders.reminders_for(row.wall, row.zone, row.starts_at, told)
        if not reminders.is_said_by_invitation(step.due, told)
    ]
    found = [
        Foreseen(
            kind, at, about=row.title, occurrence=occurrence, source=source, is_news=True, thing=f"session/{row.pk}"
        )
        for kind, at, occurrence in steps
    ]
    if row.kind in COUNTED_KINDS and role in catching_up.TOLD:
        at = row.ends_at + catching_up.KNOWN_AFTER + catching_up.NOTICE
        found.append(
            Foreseen(
                catching_up.KIND,
                at,
                about=row.title,
                occurrence="recap",
                optional=True,
                is_news=True,
                missed=str(row.pk),
            )
        )
    return found
