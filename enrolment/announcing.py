"""When the public page begins to tell of a cohort: from a press of its planning team, never by itself."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Cohort
from collaborative.signals import cohort_announced
from core.refusals import Refused
from enrolment import seats
from enrolment.models import Application


@transaction.atomic
def announce(*, cohort: Cohort, by) -> None:
    """Let the public page tell of the cohort from now on, and take applications on its days. Done twice, it is done once.

    Refuses while nobody has said when one may apply, and for a cohort that is over.
    """
    row = seats.locked(cohort)
    if row.announced_at:
        return
    if row.closed_at:
        raise Refused(_("This cohort is over."))
    if row.apply_from is None:
        raise Refused(_("Say first on which day applying begins."))
    row.announced_at = timezone.now()
    row.save(update_fields=["announced_at"])
    record("cohort.announced", row, by=by, cohort_id=row.pk)
    cohort_announced.send(sender=Cohort, cohort=row, by=by)


@transaction.atomic
def take_back(*, cohort: Cohort, by) -> None:
    """Let the public page be silent about the cohort again. Refuses once somebody has begun to apply."""
    row = seats.locked(cohort)
    if row.announced_at is None:
        return
    if not may_be_taken_back(row):
        raise Refused(_("Somebody is applying already: the page goes on telling of this cohort."))
    row.announced_at = None
    row.save(update_fields=["announced_at"])
    record("cohort.announcement_taken_back", row, by=by, cohort_id=row.pk)


def may_be_taken_back(cohort: Cohort) -> bool:
    """Return whether nobody would be left before a closed door if the page told nothing of ``cohort`` any more."""
    return not (Application.objects.filter(cohort=cohort).exists() or cohort.teams.exists())
