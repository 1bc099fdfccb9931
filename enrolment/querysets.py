"""Which cohorts, teams and invitations a person may fill."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from django.db.models import Q
from django.utils import timezone

from collaborative.models import Cohort, Membership, Role
from enrolment.models import Invitation
from notifications.outcomes import Outcome, outcomes


def cohorts_seen_by(user):
    """Return the cohorts that ``user`` may see; who plans one may take teams into it."""
    return Cohort.objects.visible_to(user)


def sponsors_of(team):
    """Return the roles of those who answer for the team's organisation, by name.

    Only those whom somebody named who plans this cohort, now or earlier: the organisation may be in another cohort too,
    and to take in a team of it must not tell who was named there.
    """
    cohort = team.cohort
    planners = Membership.objects.filter(Q(cohort=cohort) | Q(programme=cohort.programme_id), role=Role.PLANNER)
    held = Membership.objects.current().filter(role=Role.SPONSOR, organisation=team.unit.organisation_id)
    named_here = held.filter(Q(by=None) | Q(by__in=planners.values("user")))
    return named_here.select_related("user").order_by("user__name")


def invitations_into(team, *, seen_by=None):
    """Return the open invitations into ``team`` (with their people), or all that ``seen_by`` may see when team is None."""
    rows = Invitation.objects.visible_to(seen_by) if team is None else Invitation.objects.filter(team=team)
    return rows.open().with_place()


@dataclasses.dataclass(frozen=True)
class Asked:
    """One who was asked and is not here yet: what became of the mail (None where none was planned), and what may be done."""

    invitation: Invitation
    told: Outcome | None
    run_out: bool
    may_be_sent_again: bool


def asked_into(team, *, reader, roles: Collection[Role]) -> list[Asked]:
    """Return the open invitations into ``team`` as ``reader``, who may give these roles there, meets them."""
    invitations = list(invitations_into(team))
    told = outcomes(Invitation._meta.label_lower, [one.pk for one in invitations], reader=reader)
    return [
        Asked(
            invitation=one,
            told=told.get(str(one.pk)),
            run_out=one.state_at(timezone.now()) == "expired",
            may_be_sent_again=bool(one.person.email) and one.role in roles,
        )
        for one in invitations
    ]
