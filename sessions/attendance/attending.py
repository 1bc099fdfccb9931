"""Who was expected at a session as it took place, and what planners enter of who came."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import TEAM_ROLES, Membership, Role
from core.refusals import Refused
from sessions.models import Attendance, AttendanceSource, LearningSession


def roles_at(learning_session: LearningSession) -> dict:
    """Return the role in which each person was expected, by the person's key, each with its person and team.

    Whoever has taken part in the cohort or in one of its teams since the session began (before it: whoever does now), and its
    planning team; somebody enrolled late may still have been there. Of several roles, the one in a team comes first.
    """
    now = timezone.now()
    rows = (
        Membership.objects.filter(
            Q(cohort=learning_session.cohort_id)
            | Q(team__cohort=learning_session.cohort_id)
            | Q(programme=learning_session.cohort.programme_id, role=Role.PLANNER)
        )
        .exclude(role=Role.SPONSOR)
        .filter(Q(until=None) | Q(until__gt=min(learning_session.starts_at, now)), since__lte=now)
        .select_related("user", "team__unit__organisation")
        .order_by("since", "pk")
    )
    found: dict = {}
    for row in sorted(rows, key=lambda row: row.role not in TEAM_ROLES):
        found.setdefault(row.user_id, row)
    return found


def _begun(learning_session: LearningSession) -> None:
    if learning_session.cancelled_at:
        raise Refused(_("This session has been cancelled."))
    if timezone.now() < learning_session.opens_at:
        raise Refused(_("This session has not begun: nobody can have been there."))


@transaction.atomic
def enter(*, learning_session: LearningSession, person_ids: Iterable, by) -> int:
    """Write that these people were there, where that is not known yet. Returns for how many it was new.

    Refuses before the room opens, and people who were not expected.
    """
    _begun(learning_session)
    roles = roles_at(learning_session)
    wanted = {str(key): role for key, role in roles.items()}
    asked = list(dict.fromkeys(map(str, person_ids)))
    if any(key not in wanted for key in asked):
        raise Refused(_("Somebody of these was not expected at this session."))
    known = set(
        Attendance.objects.filter(
            learning_session=learning_session, person__in=[wanted[key].user_id for key in asked]
        ).values_list("person", flat=True)
    )
    rows = [
        row_for(learning_session, wanted[key], source=AttendanceSource.PLANNER, by=by)
        for key in asked
        if wanted[key].user_id not in known
    ]
    Attendance.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        record("attendance.entered", learning_session, by=by, people=len(rows), rows=[str(row.pk) for row in rows])
    return len(rows)


def row_for(learning_session: LearningSession, role: Membership, *, source: str, by, **more) -> Attendance:
    """Return a row, not saved yet, that says that the holder of ``role`` was there."""
    return Attendance(
        learning_session=learning_session,
        person_id=role.user_id,
        team_id=role.team_id,
        role=role.role,
        source=source,
        by=by,
        **more,
    )


@transaction.atomic
def take_out(*, attendance: Attendance, by) -> None:
    """Take out again that somebody was there: it was a mistake. The trail keeps how it was known."""
    record("attendance.taken_out", attendance.learning_session, by=by, row=str(attendance.pk), source=attendance.source)
    attendance.delete()
