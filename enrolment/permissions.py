"""Who may ask whom in, and whether an invitation still holds."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.utils import timezone

from collaborative.models import Cohort, Membership, Role, Team
from collaborative.permissions import leads, plans, read_roles_of
from enrolment.models import Invitation

# Whom a lead may ask into the team; roles that see more come from the planning team.
ASKED_BY_A_LEAD = (Role.PARTICIPANT, Role.LEAD, Role.PARTNER)
ASKED_BY_PLANNERS = (*ASKED_BY_A_LEAD, Role.SPONSOR, Role.COACH)
ASKED_INTO_A_COHORT = (Role.FACULTY, Role.PLANNER)


def role_wanted_first(
    roles: Collection[Role], *, members: Iterable[Membership], asked: Iterable[Invitation]
) -> Role | None:
    """Return the role that the form offers first: the lead's, until the team has one or has asked one.

    ``members`` are the roles held in the team, ``asked`` the open invitations into it.
    """
    now = timezone.now()
    led = any(one.role == Role.LEAD for one in members) or any(
        one.role == Role.LEAD and one.state_at(now) == "waiting" for one in asked
    )
    wanted = Role.PARTICIPANT if led else Role.LEAD
    return wanted if wanted in roles else None


def roles_for(user, team: Team) -> tuple[Role, ...]:
    """Return the roles that ``user`` may give in ``team``; none for whom neither leads nor plans.

    A sponsor answers for an organisation: only who plans every cohort that the organisation is in may name one.
    """
    if plans(user, team.cohort) and _plans_wherever_it_takes_part(user, team.unit.organisation_id):
        return ASKED_BY_PLANNERS
    return roles_inside(user, team)


def roles_inside(user, team: Team) -> tuple[Role, ...]:
    """Return the roles that ``user`` may give in ``team`` itself: all but the sponsor's, without asking the database."""
    if plans(user, team.cohort):
        return tuple(role for role in ASKED_BY_PLANNERS if role != Role.SPONSOR)
    return ASKED_BY_A_LEAD if leads(user, team) else ()


def _plans_wherever_it_takes_part(user, organisation_id) -> bool:
    elsewhere = Cohort.objects.filter(teams__unit__organisation=organisation_id).exclude(
        pk__in=Cohort.objects.run_by(user).values("pk")
    )
    return not elsewhere.exists()


def may_give(user, role: str, *, team: Team | None, cohort: Cohort | None) -> bool:
    """Return whether ``user`` may let somebody hold ``role`` there now. None is the installation itself, which may."""
    if user is None:
        return True
    if team:
        # Who names a sponsor is asked about the whole organisation; every other role is the team's own.
        return role in (roles_for(user, team) if role == Role.SPONSOR else roles_inside(user, team))
    return cohort is not None and role in ASKED_INTO_A_COHORT and plans(user, cohort)


def stands(invitation: Invitation) -> bool:
    """Return whether whoever invited could still do so, into a cohort that is not over."""
    return invitation.in_cohort.closed_at is None and may_give(
        invitation.by, invitation.role, team=invitation.team, cohort=invitation.cohort
    )


def standing(invitations: Collection[Invitation]) -> set[uuid.UUID]:
    """Return the keys of those that ``stands`` holds for: one statement for all, and one for each who named sponsors."""
    inviters = {one.by_id: one.by for one in invitations if one.by}
    read_roles_of(inviters.values())
    elsewhere: dict[Any, set[Any]] = {}
    found = set()
    for one in invitations:
        one.by = inviters.get(one.by_id)
        if one.by and one.team and one.role == Role.SPONSOR:
            if one.by_id not in elsewhere:
                elsewhere[one.by_id] = _organisations_elsewhere(one.by, invitations)
            holds = (
                one.in_cohort.closed_at is None
                and plans(one.by, one.in_cohort)
                and one.team.unit.organisation_id not in elsewhere[one.by_id]
            )
        else:
            holds = stands(one)
        if holds:
            found.add(one.pk)
    return found


def _organisations_elsewhere(by, invitations: Iterable[Invitation]) -> set[Any]:
    """Return those of the organisations asked into that also take part where ``by`` does not plan."""
    homes = {one.team.unit.organisation_id for one in invitations if one.team}
    cohorts = Cohort.objects.exclude(pk__in=Cohort.objects.run_by(by).values("pk"))
    rows = cohorts.filter(teams__unit__organisation__in=homes)
    return set(rows.order_by().values_list("teams__unit__organisation", flat=True))
