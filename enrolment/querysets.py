"""Which cohorts, teams and invitations a person may fill."""

from __future__ import annotations

from collaborative.models import Cohort, Membership, Role
from enrolment.models import Invitation
from notifications.outcomes import outcomes


def cohorts_seen_by(user):
    """Return the cohorts that ``user`` may see; who plans one may take teams into it."""
    return Cohort.objects.visible_to(user)


def sponsors_of(team):
    """Return the roles of those who answer for the team's organisation, by name."""
    held = Membership.objects.current().filter(role=Role.SPONSOR, organisation=team.unit.organisation_id)
    return held.select_related("user").order_by("user__name")


def invitations_into(team, *, seen_by=None):
    """Return the open invitations into ``team`` (with their people), or all that ``seen_by`` may see when team is None."""
    rows = Invitation.objects.visible_to(seen_by) if team is None else Invitation.objects.filter(team=team)
    return rows.filter(accepted_at=None, revoked_at=None).select_related("person", "team")


def asked_into(team, *, reader):
    """Return the open invitations into ``team``, each with what became of its mail (None where none was planned)."""
    invitations = list(invitations_into(team))
    told = outcomes(Invitation._meta.label_lower, [one.pk for one in invitations], reader=reader)
    return [(one, told.get(str(one.pk))) for one in invitations]
