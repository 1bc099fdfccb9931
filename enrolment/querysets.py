"""Which cohorts, teams and invitations a person may fill."""

from __future__ import annotations

from collaborative.models import Cohort, Team
from enrolment.models import Invitation


def cohorts_run_by(user):
    """Return the cohorts into which ``user`` may take teams: those they plan."""
    return Cohort.objects.run_by(user)


def teams_seen_by(user):
    """Return the teams whose people page ``user`` may open, with what the page names."""
    return Team.objects.visible_to(user).select_related("cohort__programme", "unit__organisation")


def invitations_into(team, *, seen_by=None):
    """Return the open invitations into ``team`` (with their people), or all that ``seen_by`` may see when team is None."""
    rows = Invitation.objects.visible_to(seen_by) if team is None else Invitation.objects.filter(team=team)
    return rows.filter(accepted_at=None, revoked_at=None).select_related("person", "team")
