"""The places of a cohort: who has one, how many are free, and that there are never more teams than places.

A place is taken by a team that has not left, and by an accepted application until its team stands. The database counts
as well (migration 0002): what is said here is the sentence for a person, what holds there is the last word.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Cohort
from core.refusals import Refused
from enrolment.models import Application, Outcome, State

CONSTRAINT = "cohort_has_seats"


def locked(cohort: Cohort) -> Cohort:
    """Return the cohort, its row held until the transaction ends: decisions about its places come one after another."""
    return Cohort.objects.select_for_update().get(pk=cohort.pk)


def accepted_without_team(cohort: Cohort):
    """Return the accepted applications that take a place although no team stands yet."""
    return Application.objects.filter(cohort=cohort, outcome=Outcome.ACCEPT, state=State.SUBMITTED, team__isnull=True)


def taken(cohort: Cohort) -> int:
    """Return how many places are taken."""
    return cohort.teams.filter(withdrawn_at=None).count() + accepted_without_team(cohort).count()


def free(cohort: Cohort, *, now: int | None = None) -> int:
    """Return how many places are free; ``now``: how many are taken, where that was counted already."""
    return max(cohort.seats - (taken(cohort) if now is None else now), 0)


def wanted(cohort: Cohort) -> int:
    """Return how many teams have a place or asked for one."""
    others = cohort.teams.filter(withdrawn_at=None, application=None).count()
    return others + Application.objects.filter(cohort=cohort, state=State.SUBMITTED).count()


def must_have_room(cohort: Cohort) -> None:
    """Refuse where every place is taken. The caller holds the cohort's row (``locked``)."""
    if taken(cohort) >= cohort.seats:
        raise _full(cohort)


def _full(cohort: Cohort) -> Refused:
    return Refused(_("This cohort is full: %(seats)d teams have a place.") % {"seats": cohort.seats})


@contextlib.contextmanager
def never_overfull(cohort: Cohort) -> Iterator[None]:
    """Turn the database's own refusal into the sentence for a person; nothing that was written inside stands then."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if _named(error) != CONSTRAINT:
            raise
        raise _full(cohort) from None


@transaction.atomic
def set_seats(*, cohort: Cohort, seats: int, by) -> None:
    """Give the cohort another number of places. Refuses fewer than are taken."""
    cohort = locked(cohort)
    now = taken(cohort)
    if seats < now:
        raise Refused(
            _("%(taken)d places are taken already: there cannot be fewer than that.") % {"taken": now}, field="seats"
        )
    cohort.seats = seats
    with never_overfull(cohort):
        cohort.save(update_fields=["seats"])
    record("seats.set", cohort, by=by, cohort_id=cohort.pk, seats=seats)


def _named(error: IntegrityError) -> str:
    diag = getattr(error.__cause__, "diag", None)
    return getattr(diag, "constraint_name", "") or ""
