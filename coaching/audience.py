"""Who reads a note for the team: the same rule as ``querysets.teams_noted_to``, in words and counts."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import TEAM_ROLES, Membership, Role


def readers_of_note(team, writer) -> list[str]:
    """Return ["the team (6)", "its other coach (1)", "the planning team (3)"] for a writer who coaches ``team``."""
    held = (
        Membership.objects.current()
        .filter(
            Q(team=team, role__in=[*TEAM_ROLES, Role.COACH])
            | Q(role=Role.PLANNER, cohort=team.cohort_id)
            | Q(role=Role.PLANNER, programme=team.cohort.programme_id)
        )
        .exclude(user=writer)
        .values_list("role", "user_id")
    )
    people: dict[str, set] = {"team": set(), "coach": set(), "planner": set()}
    for role, person in held:
        people["team" if role in TEAM_ROLES else str(role)].add(person)
    # Everybody once, under the name that says most.
    people["coach"] -= people["team"]
    people["planner"] -= people["team"] | people["coach"]
    phrases = [_("the team (%(count)d)") % {"count": len(people["team"])}]
    if others := len(people["coach"]):
        phrases.append(
            ngettext("its other coach (%(count)d)", "its other coaches (%(count)d)", others) % {"count": others}
        )
    if planners := len(people["planner"]):
        phrases.append(_("the planning team (%(count)d)") % {"count": planners})
    return phrases
