"""Which sessions a person may see, and who is expected at one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import F
from django.db.models.functions import Now

from collaborative.models import Cohort, Membership, Team
from collaborative.querysets import cohorts_of


class LearningSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the sessions of the cohorts in which ``user`` holds a role now."""
        return self.filter(cohorts_of(user, "cohort__"))

    def not_cancelled(self):
        return self.filter(cancelled_at=None)

    def not_over(self):
        """Return the sessions that have not ended yet, by the database's clock, the next one first."""
        length = models.ExpressionWrapper(
            F("starts_at") + F("minutes") * models.Value(dt.timedelta(minutes=1), output_field=models.DurationField()),
            output_field=models.DateTimeField(),
        )
        return self.not_cancelled().alias(ends=length).filter(ends__gt=Now()).order_by("starts_at")

    def expected_pairs(self, asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
        """Return those of the pairs (person, session's key), as two keys, in which the person is expected there.

        Asked again just before messages leave: two statements, however many pairs.
        """
        cohorts = dict(self.filter(pk__in={source_id for _user, source_id in asked}).values_list("pk", "cohort"))
        roles = (
            Membership.objects.current()
            .filter(user__in={user.pk for user, _source_id in asked})
            .filter(models.Q(cohort__in=cohorts.values()) | models.Q(team__cohort__in=cohorts.values()))
            .values_list("user", "cohort", "team__cohort")
        )
        held = {(user, cohort) for user, *both in roles for cohort in both if cohort}
        of = {str(pk): cohort for pk, cohort in cohorts.items()}
        return {(user.pk, source_id) for user, source_id in asked if (user.pk, of.get(source_id)) in held}

    def expects(self, user, learning_session) -> bool:
        """Return whether ``user`` is expected at the session: everybody with a role in its cohort or a team of it."""
        return bool(self.expected_pairs([(user, str(learning_session.pk))]))

    def versions(self, source_ids: Collection[str]) -> dict[str, int]:
        """Return the versions people should have heard of; sessions that are gone are left out."""
        return {str(pk): version for pk, version in self.filter(pk__in=source_ids).values_list("pk", "version")}


def expected_at(learning_session):
    """Return the people expected at a session: everybody with a role in the cohort or one of its teams, each once."""
    from django.contrib.auth import get_user_model

    roles = Membership.objects.current()
    teams = Team.objects.filter(cohort=learning_session.cohort_id).values("pk")
    return (
        get_user_model()
        .objects.filter(
            models.Q(pk__in=roles.filter(team__in=teams).values("user"))
            | models.Q(pk__in=roles.filter(cohort=learning_session.cohort_id).values("user"))
        )
        .order_by("pk")
    )


class AttendanceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the attendance that ``user`` may see by name: their own, their led or coached teams', planned cohorts'."""
        if not user.is_authenticated:
            return self.none()
        led = Membership.objects.current().filter(user=user, role__in=["lead", "coach"], team__isnull=False)
        return self.filter(
            models.Q(person=user)
            | models.Q(team__in=led.values("team"))
            | models.Q(learning_session__cohort__in=Cohort.objects.run_by(user).values("pk"))
        )


def sessions_of_cohort(cohort_id, user):
    """Return the sessions of one cohort that ``user`` may see: both keys in one query, a crossed pair finds nothing."""
    return sessions_seen_by(user).filter(cohort=cohort_id)


def sessions_seen_by(user):
    """Return the sessions of every cohort that ``user`` may see, with what their pages name."""
    from sessions.models import LearningSession

    return LearningSession.objects.visible_to(user).select_related("cohort__programme", "phase")


def may_be_undone_by(user, learning_session, *, also_late: bool = False):
    """Return the changes of dates that moved this session and that ``user`` may take back, the newest first.

    ``also_late`` keeps those whose window has closed, so that the refusal can say so instead of a 404.
    """
    from collaborative.models import Reschedule
    from collaborative.reschedule import can_undo

    if also_late:
        rows = Reschedule.objects.filter(cohort__in=Cohort.objects.run_by(user).values("pk"))
    else:
        rows = can_undo(user)
    return rows.filter(
        ledger__contains=[{"model": "learning_sessions.learningsession", "id": str(learning_session.pk)}]
    )
