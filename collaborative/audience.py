"""Who reads what is written on a team's pages: the same rule as ``Team.objects.visible_to``, in words and counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterable

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import OPENS_A_TEAM, TEAM_ROLES, Membership, Role
from collaborative.permissions import belongs


@dataclasses.dataclass(frozen=True)
class Audience:
    """Everybody once, under the name that says most: how many belong, the coaches' first names, how many plan."""

    members: int
    coaches: list[str]
    planners: int


def who_opens(*, team, cohort, programme):
    """Return the roles in which people open the pages of a team now, the longest held first."""
    return (
        Membership.objects.current()
        .filter(
            Q(team=team, role__in=OPENS_A_TEAM)
            | Q(role=Role.PLANNER, cohort=cohort)
            | Q(role=Role.PLANNER, programme=programme)
        )
        .order_by("since", "pk")
    )


def audience_of(team, *, but=None) -> Audience:
    """Return who opens the pages of ``team`` now, without ``but``: the one who writes for the others."""
    held = who_opens(team=team, cohort=team.cohort_id, programme=team.cohort.programme_id).exclude(user=but)
    return audience(held.values_list("role", "user_id", "user__name"))


def audience(held: Iterable[tuple[str, Hashable, str]]) -> Audience:
    """Count everybody once, from (role, who, name) of everyone who opens the pages of a team."""
    rows = list(held)
    members = {person for role, person, _name in rows if role in TEAM_ROLES}
    coaches = {
        person: name.split(" ")[0] for role, person, name in rows if role == Role.COACH and person not in members
    }
    planners = {person for role, person, _name in rows if role == Role.PLANNER} - members - set(coaches)
    return Audience(len(members), list(coaches.values()), len(planners))


def readers_of_team(team, found: Audience | None = None) -> list[str]:
    """Return ["your team (6)", "your coach Lucie", "the planning team (3)"] for a writer who belongs to ``team``.

    ``found``: who opens its pages, where that is at hand.
    """
    found = found or audience_of(team)
    phrases = [_("your team (%(count)d)") % {"count": found.members}]
    phrases += [_("your coach %(name)s") % {"name": name} for name in found.coaches]
    return phrases + planning_team(found)


def readers_of_said(writer, team, found: Audience | None = None) -> list[str]:
    """Return who reads what ``writer`` says to ``team``, who may help it from outside. ``found``: who opens its pages."""
    found = found or audience_of(team, but=None if belongs(writer, team) else writer)
    if belongs(writer, team):
        return readers_of_team(team, found)
    phrases = [_("the team (%(count)d)") % {"count": found.members}]
    if n := len(found.coaches):
        phrases.append(ngettext("its coach (%(count)d)", "its coaches (%(count)d)", n) % {"count": n})
    return phrases + planning_team(found)


def planning_team(audience: Audience) -> list[str]:
    """Return ["the planning team (3)"], or nothing where nobody plans."""
    return [_("the planning team (%(count)d)") % {"count": audience.planners}] if audience.planners else []
