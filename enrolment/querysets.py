"""Which cohorts, teams and invitations a person may fill."""

from __future__ import annotations

from collaborative.models import Cohort
from enrolment.models import Invitation


def cohorts_seen_by(user):
    """Return the cohorts that ``user`` may see; who plans one may take teams into it."""
    return Cohort.objects.visible_to(user)


def invitations_into(team, *, seen_by=None):
    """Return the open invitations into ``team`` (with their people), or all that ``seen_by`` may see when team is None."""
    rows = Invitation.objects.visible_to(seen_by) if team is None else Invitation.objects.filter(team=team)
    return rows.filter(accepted_at=None, revoked_at=None).select_related("person", "team")
