"""Somebody of a team cannot be reached by mail: whoever leads the team reads so on the site, and can ask them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.utils import timezone

from collaborative.models import Membership, Role
from collaborative.models.teams import TEAM_ROLES
from notifications import services
from notifications.models import Channel
from notifications.services import Wanted

KIND: Final = "collaborative/unreachable"
SOURCE: Final = "collaborative.membership"


def tell_leads(message: Any, **_more: Any) -> int:
    """Tell those who lead a team of a message's reader that mail to them comes back; return how many. Once a month for each.

    They read it on the site alone: it is not worth a mail. (Hears ``notifications.signals.cannot_be_reached``.)
    """
    mine = Membership.objects.current().filter(
        user=message.recipient_id, role__in=TEAM_ROLES, team__withdrawn_at=None
    )  # fmt: skip
    by_team = {one.team_id: one for one in mine.select_related("team")}
    leads = Membership.objects.current().filter(team__in=by_team, role=Role.LEAD).exclude(user=message.recipient_id)
    now = timezone.now()
    return services.plan_each(
        (
            by_team[lead.team_id],
            0,
            Wanted(
                KIND, to=lead.user, due=now, occurrence=f"{now:%Y-%m}", channel=Channel.INBOX.value,
                scope=("collaborative.cohort", by_team[lead.team_id].team.cohort_id),
            ),
        )
        for lead in leads.select_related("user")
    )  # fmt: skip


def memberships(keys: Collection[str]) -> dict[str, Membership]:
    """Return who is in a team now, with the team, by the keys of these rows."""
    rows = Membership.objects.current().filter(pk__in=keys, team__withdrawn_at=None)
    return {str(one.pk): one for one in rows.select_related("user", "team__unit", "team__cohort__programme")}


def may_hear_of(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, key of a row), as two keys, who lead the team of the row now."""
    teams = {key: one.team_id for key, one in memberships({key for _user, key in asked}).items()}
    held = set(
        Membership.objects.current().filter(team__in=set(teams.values()), role=Role.LEAD).values_list("user", "team")
    )
    return {(user.pk, key) for user, key in asked if (user.pk, teams.get(key)) in held}
