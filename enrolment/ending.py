"""What of enrolment ends when a cohort is closed (answers for ``core.registry``)."""

from __future__ import annotations

from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import Cohort
from enrolment.models import Application, Invitation, Outcome, State
from enrolment.releasing import waiting_releases
from notifications import services as notifications


def _open_invitations(cohort: Cohort):
    return Invitation.objects.open().filter(Q(cohort=cohort) | Q(team__cohort=cohort))


def keeps_open(cohort: Cohort) -> str:
    """Return why a cohort with letters that wait for their minute is not closed: they would count as told and never leave."""
    if not waiting_releases(cohort).exists():
        return ""
    return _("Letters wait for their minute of release. Take the release back first, or wait until they have left.")


def ends_with(cohort: Cohort) -> list[tuple[str, str]]:
    """Return how many wait for an answer, on the waiting list, or with an invitation that they have not taken up."""
    sent = Q(state=State.SUBMITTED)
    many = Application.objects.filter(cohort=cohort).aggregate(
        begun=Count("pk", filter=Q(state=State.DRAFT)),
        undecided=Count("pk", filter=sent & Q(outcome=Outcome.OPEN)),
        waiting=Count("pk", filter=sent & Q(outcome=Outcome.WAIT)),
    )
    begun, undecided, waiting = many["begun"], many["undecided"], many["waiting"]
    invitations = _open_invitations(cohort).count()
    told = [
        (
            "list-ordered",
            waiting,
            ngettext(
                "The waiting list ends: %(n)d application is on it.",
                "The waiting list ends: %(n)d applications are on it.",
                waiting,
            ),
        ),
        (
            "file-text",
            undecided,
            ngettext(
                "%(n)d application stays without a decision.", "%(n)d applications stay without a decision.", undecided
            ),
        ),
        (
            "pencil",
            begun,
            ngettext("%(n)d application was begun and not sent.", "%(n)d applications were begun and not sent.", begun),
        ),
        (
            "user-plus",
            invitations,
            ngettext("%(n)d open invitation ends.", "%(n)d open invitations end.", invitations),
        ),
    ]
    return [(icon, words % {"n": n}) for icon, n, words in told if n]


def closed_for_good(cohort: Cohort) -> None:
    """End every invitation that nobody has taken up."""
    rows = list(_open_invitations(cohort))
    Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(revoked_at=Now())
    notifications.void_each(rows, reason="closed")
