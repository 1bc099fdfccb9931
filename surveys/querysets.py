"""Who may answer what now, and what planners find."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Count, DateField, Exists, F, OuterRef, Q
from django.db.models.functions import Cast, Now
from django.shortcuts import get_object_or_404

from collaborative.models import TEAM_ROLES, Cohort, Membership, Phase
from collaborative.named import named

# For so long somebody whose role ended with the cohort still gets its last survey.
ALUMNI_FOR = dt.timedelta(days=365)
LATER = "later"


def belonging(**more: Any) -> models.QuerySet[Membership]:
    """Return the roles of those who belong to a team of a cohort now: whom its surveys ask."""
    return Membership.objects.current().filter(role__in=TEAM_ROLES, team__withdrawn_at=None, **more)


def ended_with_the_cohort(**more: Any) -> models.QuerySet[Membership]:
    """Return the roles in its teams that ended when the cohort did, or later, not longer ago than a year."""
    after = Phase.objects.filter(
        cohort=OuterRef("team__cohort"), ends_on__gt=Cast(OuterRef("until") + dt.timedelta(days=1), DateField())
    )
    over = Q(team__cohort__closed_at__lte=F("until")) | ~Exists(after)
    return Membership.objects.filter(
        over, role__in=TEAM_ROLES, until__lte=Now(), until__gt=Now() - ALUMNI_FOR, user__is_active=True, **more
    )


class RoundQuerySet(models.QuerySet):
    def names_for(self, user, keys):
        """Return the titles of the surveys of these rounds, of cohorts that ``user`` has to do with (``core.registry.names_of``)."""
        there = Cohort.objects.visible_to(user).order_by().values("pk")
        rows = self.filter(pk__in=keys, survey__cohort__in=there)
        return named(rows, "survey__title_en", "survey__title_fr")

    def open(self):
        """Return the rounds that take answers now."""
        alive = Q(survey__cohort__closed_at=None) | Q(survey__moment=LATER)
        return self.filter(alive, opens_at__lte=Now(), closes_at__gt=Now(), survey__is_on=True)

    def closed(self):
        """Return the rounds that take no answers any more."""
        return self.filter(closes_at__lte=Now())

    def counted(self):
        """Return the rounds with how many were asked, have begun, and have finished."""
        return self.annotate(
            many_asked=Count("asked"),
            many_started=Count("asked", filter=Q(asked__started_on__isnull=False)),
            many_finished=Count("asked", filter=Q(asked__finished_on__isnull=False)),
        )


class AskedQuerySet(models.QuerySet):
    def of_an_open_round(self):
        """Return who was asked in a round that takes answers now."""
        from surveys.models import Round

        return self.filter(round__in=Round.objects.open())

    def of_those_who_belong(self):
        """Return who was asked and still belongs to the cohort; three months later those as well whose role ended with it."""
        mine = {"user": OuterRef("person"), "team__cohort": OuterRef("round__survey__cohort")}
        alumni = Q(round__survey__moment=LATER) & Exists(ended_with_the_cohort(**mine))
        return self.filter(Exists(belonging(**mine)) | alumni)

    def with_survey(self):
        """Return them with what their pages name."""
        return self.select_related("round__survey__cohort__programme")


def asked_of(user, round_id):
    """Return what ``user`` was asked in a round. Raises Http404 where they were not, or do not belong there any more."""
    from surveys.models import Asked

    rows = Asked.objects.of_those_who_belong().with_survey()
    return get_object_or_404(rows, person=user, round=round_id)


def waiting_for(user, *, about: str = ""):
    """Return what waits to be answered by ``user``, the one that closes first in front; ``about`` one session only."""
    from surveys.models import Asked

    if user.seen_by is not None:
        return []  # whether somebody has answered is their own business
    rows = Asked.objects.filter(person=user, finished_on=None).of_an_open_round().of_those_who_belong().with_survey()
    rows = rows.filter(round__about=about) if about else rows
    return list(rows.annotate(questions=_how_many()).order_by("round__closes_at"))


def _how_many() -> Count:
    standing = Q(round__survey__questions__taken_out_at=None)
    return Count("round__survey__questions", filter=standing, distinct=True)


# ---------------------------------------------------------------- what planners find


def cohort_planned_by(user, cohort_id) -> Cohort:
    """Return a cohort that ``user`` plans. Raises Http404."""
    return get_object_or_404(Cohort.objects.run_by(user).select_related("programme"), pk=cohort_id)


def survey_of(cohort: Cohort, survey_id):
    """Return a survey of the cohort. Raises Http404."""
    return get_object_or_404(cohort.surveys.select_related("cohort__programme"), pk=survey_id)


def question_of(survey, question_id):
    """Return a question of the survey. Raises Http404."""
    return get_object_or_404(survey.questions.select_related("survey__cohort"), pk=question_id)


def round_of(cohort: Cohort, round_id):
    """Return a round of one of the cohort's surveys, with its counts. Raises Http404."""
    from surveys.models import Round

    rows = Round.objects.filter(survey__cohort=cohort).select_related("survey__cohort").counted()
    return get_object_or_404(rows, pk=round_id)
