"""What others see of a person in this room, and what a person sees in it: for "Who sees what of me" and its mirror."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.seen import Row
from collaborative.models import TEAM_ROLES, Role


def rows(user) -> list[Row]:
    """Return what this room shows of a person, and to whom: the rule of its querysets, in words."""
    return [
        Row(
            _("Conversations you logged"),
            (_("nobody"),),
            _(
                "They count for your unit without your name; a sentence you add is read by those who open your team’s pages."
            ),
            order=30,
        ),
        Row(
            _("Numbers and tries you wrote down"),
            (_("your team"), _("your coach"), _("the planning team")),
            order=31,
        ),
    ]


def opens(membership) -> list[str]:
    """Say what a role opens in this room."""
    if membership.role in TEAM_ROLES:
        return [_("The team’s conversations, tries and numbers, to read and to write.")]
    if membership.role in (Role.COACH, Role.PLANNER):
        return [_("The teams’ conversations, tries and numbers, to read. Who logged a conversation stands nowhere.")]
    return []
