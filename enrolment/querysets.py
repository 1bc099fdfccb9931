"""Which cohorts, teams and invitations a person may fill."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts import cards
from collaborative.models import Cohort, Membership, Role, Team
from collaborative.querysets import by_name
from enrolment.models import Invitation, PageKey, SitePage
from notifications.outcomes import Outcome, outcomes


def cohorts_seen_by(user):
    """Return the cohorts that ``user`` may see; who plans one may take teams into it."""
    return Cohort.objects.visible_to(user)


def sponsors_of(team):
    """Return the roles of those who answer for the team's organisation, by name.

    Only those whom somebody named who plans this cohort, now or earlier: the organisation may be in another cohort too,
    and to take in a team of it must not tell who was named there.
    """
    named_here = sponsors_named_in(team.cohort).filter(organisation=team.unit.organisation_id)
    return named_here.select_related("user").order_by(by_name("user__name"))


def sponsors_named_in(cohort):
    """Return the roles of those who answer for an organisation with a team in ``cohort``, if somebody who plans it named them."""
    planners = Membership.objects.filter(Q(cohort=cohort) | Q(programme=cohort.programme_id), role=Role.PLANNER)
    homes = Team.objects.filter(cohort=cohort).values("unit__organisation")
    held = Membership.objects.current().filter(role=Role.SPONSOR, organisation__in=homes)
    return held.filter(Q(by=None) | Q(by__in=planners.values("user")))


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
    invitations = list(invitations_into(team).annotate(card_found=cards.in_use_by("person")))
    told = outcomes(
        Invitation._meta.label_lower, [one.pk for one in invitations], kind="enrolment/invitation", reader=reader
    )
    return [
        Asked(
            invitation=one,
            told=told.get(str(one.pk)),
            run_out=one.state_at(timezone.now()) == "expired",
            may_be_sent_again=bool(one.person.email) and one.role in roles,
        )
        for one in invitations
    ]


def teams_to_fill(cohort):
    """Return the teams of a cohort into which people can be asked, by name."""
    return cohort.teams.filter(withdrawn_at=None).select_related("unit__organisation", "cohort__programme").in_order()


def planners_of(cohort):
    """Return the roles of those who plan ``cohort`` now, or its whole programme, with their people, by name."""
    held = Membership.objects.current().filter(role=Role.PLANNER)
    mine = held.filter(Q(cohort=cohort) | Q(programme=cohort.programme_id))
    return mine.select_related("user", "cohort", "programme").order_by(by_name("user__name"), "pk")


def planners_of_programme(programme):
    """Return the roles of those who plan a programme now, whole or any cohort of it, with their people, by name."""
    held = Membership.objects.current().filter(role=Role.PLANNER)
    mine = held.filter(Q(cohort__programme=programme) | Q(programme=programme))
    return mine.select_related("user").order_by(by_name("user__name"), "pk")


def how_many_plan(cohort) -> int:
    """Return how many people plan ``cohort`` now."""
    return planners_of(cohort).order_by().values("user").distinct().count()


def cohorts_with_a_form():
    """Return the cohorts to which an application may lead, with their programmes: announced, and the programme has a public page."""
    published = SitePage.objects.filter(key=PageKey.OVERVIEW, versions__publish_at__lte=Now())
    return Cohort.objects.announced().filter(programme__in=published.values("programme")).select_related("programme")
