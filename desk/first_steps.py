"""What a planning room says while it is empty: five steps to a cohort that runs, ticked by what stands already."""

from __future__ import annotations

import dataclasses

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils.translation import gettext as _

from collaborative.line import today_in
from collaborative.models import Cohort, Membership, Role
from enrolment.decision_day.funnel import Funnel
from enrolment.models import PageKey, SitePage


@dataclasses.dataclass(frozen=True)
class Step:
    """One step: its words, the page on which it is taken, whether it is."""

    text: str
    hint: str
    url: str
    done: bool


def with_first_steps(cohorts):
    """Return the cohorts with what the steps are ticked by: no statement more for any number."""
    planners = Membership.objects.current().filter(
        Q(cohort=OuterRef("pk")) | Q(programme=OuterRef("programme")), role=Role.PLANNER
    )
    many = planners.order_by().values("role").annotate(n=Count("user", distinct=True)).values("n")
    published = SitePage.objects.filter(programme=OuterRef("programme"), key=PageKey.OVERVIEW)
    return cohorts.annotate(
        planners_found=Coalesce(Subquery(many), 0),
        page_is_read=Exists(published.filter(versions__publish_at__lte=Now())),
    )


def first_steps(cohort: Cohort, *, teams: int, funnel: Funnel) -> list[Step]:
    """Return the five steps of a cohort that nobody has applied to and no team is in yet; [] for every other.

    The cohort comes through ``with_first_steps``.
    """
    if teams or not funnel.is_empty or cohort.closed_at or cohort.first_day <= today_in(cohort):
        return []
    here = [cohort.pk]
    return [
        Step(
            _("Check the dates"),
            _("The days of enrolment are set, and you have looked at the whole series."),
            reverse("planning_dates", args=here),
            bool(cohort.apply_from and cohort.apply_until),
        ),
        Step(
            _("Ask others to plan with you"),
            _("Two people at least, so that nobody is alone with it."),
            reverse("planning_team", args=here),
            cohort.planners_found > 1,  # type: ignore[attr-defined]
        ),
        Step(
            _("Publish the public page"),
            _("In both languages; with it comes the paper for privacy offices."),
            reverse("planning_site", args=here),
            cohort.page_is_read,  # type: ignore[attr-defined]
        ),
        Step(
            _("Announce this cohort"),
            _("From then on visitors see it, and teams can apply on its days."),
            reverse("planning_site", args=here),
            cohort.announced_at is not None,
        ),
        Step(
            _("Take in the first teams"),
            _("They apply by themselves, or you enrol them; then give each a coach."),
            reverse("enrol", args=here),
            False,
        ),
    ]
