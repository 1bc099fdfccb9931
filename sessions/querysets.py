"""Which sessions a person may see, and who is expected at one."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F
from django.db.models.functions import Now

from collaborative.models import Cohort, Membership, Team


class LearningSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the sessions of the cohorts in which ``user`` holds a role now."""
        return self.filter(cohort__in=Cohort.objects.visible_to(user).values("pk"))

    def run_by(self, user):
        """Return the sessions that ``user`` may change: those of cohorts they plan."""
        return self.filter(cohort__in=Cohort.objects.run_by(user).values("pk"))

    def not_cancelled(self):
        return self.filter(cancelled_at=None)

    def not_over(self):
        """Return the sessions that have not ended yet, by the database's clock, the next one first."""
        length = models.ExpressionWrapper(
            F("starts_at") + F("minutes") * models.Value(dt.timedelta(minutes=1), output_field=models.DurationField()),
            output_field=models.DateTimeField(),
        )
        return self.not_cancelled().alias(ends=length).filter(ends__gt=Now()).order_by("starts_at")

    def may_hear_of(self, user, source_id) -> bool:
        """Return whether ``user`` is still expected at the session (asked again for each message that leaves).

        Written out instead of ``visible_to``: building that statement would cost more than sending the mail.
        """
        here = models.Q(cohort__learning_sessions=source_id) | models.Q(team__cohort__learning_sessions=source_id)
        return Membership.objects.current().filter(here, user=user).exists()

    def version_of(self, source_id) -> int | None:
        """Return the version people should have heard of, None when the session is gone."""
        return self.filter(pk=source_id).values_list("version", flat=True).first()


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
    from sessions.models import LearningSession

    return (
        LearningSession.objects.visible_to(user).filter(cohort=cohort_id).select_related("cohort__programme", "phase")
    )


def sessions_run_by(user):
    """Return the sessions that ``user`` may change."""
    from sessions.models import LearningSession

    return LearningSession.objects.run_by(user).select_related("cohort__programme", "phase")


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
