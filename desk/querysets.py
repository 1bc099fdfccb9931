"""What the pages of the desk list, always through ``visible_to`` of the rooms that own the rows."""

from __future__ import annotations

from django.http import Http404

from collaborative.line import today_in
from collaborative.models import Cohort, Team
from core.prepared import Prepared
from notifications.models import PlannedMessage


def public_cohorts():
    """Return the cohorts that anybody may know of, the latest first."""
    return Cohort.objects.open().select_related("programme").prefetch_related("phases")


def cohorts_seen_by(user):
    """Return the cohorts of ``user``, the latest first, with their programme."""
    return Cohort.objects.visible_to(user).select_related("programme")


def cohorts_planned_by(user):
    """Return the cohorts that ``user`` plans, the latest first, with their programme."""
    return Cohort.objects.run_by(user).select_related("programme")


def current_cohort(cohorts):
    """Return the cohort that is under way today, else the first, None when there is none."""
    for cohort in cohorts:
        last = max((phase.ends_on for phase in cohort.phases.all()), default=cohort.first_day)
        if cohort.first_day <= today_in(cohort) <= last:
            return cohort
    return cohorts[0] if cohorts else None


def teams_named_in(cohort):
    """Return the teams of a cohort for its members: names and places, nothing more."""
    return _teams_named(cohort=cohort.pk)


_teams_named = Prepared(
    lambda cohort: Team.objects.filter(cohort=cohort).select_related("unit__organisation").order_by("name")
)


def messages_of(user, message_id):
    """Return (message, cohort id) of a message in a cohort that ``user`` plans. Raises Http404."""
    row = PlannedMessage.objects.filter(pk=message_id, scope_type="collaborative.cohort").first()
    if row is None or not Cohort.objects.run_by(user).filter(pk=row.scope_id).exists():
        raise Http404
    return row, row.scope_id
