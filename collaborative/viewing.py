"""Whose pages a planner may see as that person does (accounts.view_as): of people who are wholly within what they plan."""

from __future__ import annotations

import uuid
from typing import cast

from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts import view_as
from collaborative.models import Cohort, Membership, Role, Team
from collaborative.permissions import Held, roles_of
from collaborative.signals import member_left


def why_not(planner, person) -> str | None:
    """Return why ``planner`` may not see the pages of ``person``: "" if they may, None where they share no cohort.

    A page merges all that a person takes part in, so that one role outside of what is planned shuts them all.
    """
    programmes = {held.programme_id for held in roles_of(planner) if held.role == Role.PLANNER and held.programme_id}
    cohorts = {held.cohort_id for held in roles_of(planner) if held.role == Role.PLANNER and held.cohort_id}
    if programmes:
        cohorts |= set(Cohort.objects.filter(programme__in=programmes).values_list("pk", flat=True))
    if not cohorts and not programmes:
        return None
    sponsored = _cohorts_of_organisations(held.organisation_id for held in roles_of(person) if held.organisation_id)

    def reach(held: Held) -> bool | None:
        """Is this role wholly within (True), partly (None) or not at all within what is planned?"""
        if held.organisation_id:
            theirs = sponsored.get(held.organisation_id, set())
            return True if theirs and theirs <= cohorts else (None if theirs & cohorts else False)
        return (
            (held.cohort_id or held.team_cohort_id) in cohorts
            if not held.programme_id
            else held.programme_id in programmes
        )

    reached = [reach(held) for held in roles_of(person)]
    if not reached or set(reached) == {False}:
        return None
    if any(held.role == Role.PLANNER for held in roles_of(person)):
        return _("Whoever plans sees many teams. Their pages are seen by nobody else.")
    if not all(reached):
        return _("This person also takes part in something that you do not plan, and their pages would show it.")
    return ""


def _cohorts_of_organisations(organisations) -> dict[uuid.UUID, set[uuid.UUID]]:
    keys, found = set(organisations), cast("dict[uuid.UUID, set[uuid.UUID]]", {})
    if keys:
        for organisation, cohort in Team.objects.filter(unit__organisation__in=keys).values_list(
            "unit__organisation", "cohort"
        ):
            found.setdefault(organisation, set()).add(cohort)
    return found


@receiver(member_left)
def end_visits(sender, membership: Membership, by, **kwargs) -> None:
    """A role that ended may be what a visit rested on: it ends now, whosever the role was."""
    view_as.end_all_of(membership.user, by=by)
