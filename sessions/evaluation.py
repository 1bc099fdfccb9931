"""What surveys hang on: the sessions that take place, and who was there. When one moves, is cancelled or put back, their rounds follow."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.dispatch import receiver
from django.utils import timezone

from collaborative import signals
from collaborative.models import Cohort
from sessions.models import Attendance, LearningSession
from sessions.signals import session_settled
from surveys import rounds
from surveys.models import Asked
from surveys.querysets import waiting_for


def meetings_of(cohorts: Collection[Any]) -> list[tuple[Any, rounds.Meeting]]:
    """Return the sessions of these cohorts about which people are asked, each with its cohort's key.

    Those of a series, and those that stand beside it.
    """
    rows = LearningSession.objects.not_cancelled().filter(cohort__in=cohorts).order_by("starts_at")
    return [
        (
            one.cohort_id,
            rounds.Meeting(str(one.pk), one.title_en, one.title_fr, one.starts_at, one.ends_at, one.phase_id is None),
        )
        for one in rows
    ]


def were_there(key: str) -> set[Any]:
    """Return the keys of the people with an account who were at a session, as its programme counts it."""
    rows = Attendance.objects.counted().filter(learning_session=uuid.UUID(key), person__isnull=False)
    return set(rows.values_list("person", flat=True))


def was_there(session: Any, person: Any) -> QuerySet[Attendance]:
    """Return the same as a queryset: the row of this person at this session, given as columns of outer queries."""
    rows = Attendance.objects.counted().annotate(of_session=Cast("learning_session_id", CharField()))
    return rows.filter(of_session=session, person=person)


def waits_after(learning_session: LearningSession, user) -> Asked | None:
    """Return what ``user`` is asked about a session that is over and has not answered yet."""
    if learning_session.cancelled_at or learning_session.ends_at > timezone.now():
        return None
    return next(iter(waiting_for(user, about=str(learning_session.pk))), None)


@receiver(session_settled, dispatch_uid="sessions.evaluation.session_settled")
def _follow(sender, learning_session: LearningSession, **kwargs) -> None:
    rounds.follow(learning_session.cohort)


@receiver(signals.cohort_announced, dispatch_uid="sessions.evaluation.cohort_announced")
def _begin(sender, cohort: Cohort, **kwargs) -> None:
    rounds.follow(cohort)
