"""Who reads what is written on a team's pages: the same rule as ``Team.objects.visible_to``, in words and counts."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from collaborative.models import OPENS_A_TEAM, TEAM_ROLES, Membership, Role


def readers_of_team(team) -> list[str]:
    """Return ["your team (6)", "your coach Lucie", "the planning team (3)"] for a writer who belongs to ``team``."""
    held = (
        Membership.objects.current()
        .filter(
            Q(team=team, role__in=OPENS_A_TEAM)
            | Q(role=Role.PLANNER, cohort=team.cohort_id)
            | Q(role=Role.PLANNER, programme=team.cohort.programme_id)
        )
        .order_by("since", "pk")
        .values_list("role", "user_id", "user__name")
    )
    members, coaches, planners = set(), {}, set()
    for role, person, name in held:
        if role in TEAM_ROLES:
            members.add(person)
        elif role == Role.COACH:
            coaches[person] = name.split(" ")[0]
        else:
            planners.add(person)
    # Everybody once, under the name that says most.
    coaches = {person: name for person, name in coaches.items() if person not in members}
    planners -= members | set(coaches)
    phrases = [_("your team (%(count)d)") % {"count": len(members)}]
    phrases += [_("your coach %(name)s") % {"name": name} for name in coaches.values()]
    if planners:
        phrases.append(_("the planning team (%(count)d)") % {"count": len(planners)})
    return phrases
