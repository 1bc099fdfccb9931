"""What others see of a person in this room, and what a person sees in it: for "Who sees what of me" and its mirror."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.seen import Row
from collaborative.models import TEAM_ROLES, Role


def rows(user) -> list[Row]:
    """Return what this room shows of a person, and to whom: the rule of its querysets, in words."""
    return [
        Row(
            _("Notes that a coach writes for a team"),
            (_("the team"), _("its coaches"), _("the planning team")),
            _("What a coach notes privately is read by that coach alone."),
            order=50,
        )
    ]


def opens(membership) -> list[str]:
    """Say what a role opens in this room."""
    if membership.role == Role.COACH:
        return [
            _("What happened in the team since your last visit, and the notes that coaches write for it."),
            _("Your own private notes. Those of another coach stay with that coach."),
        ]
    if membership.role in TEAM_ROLES or membership.role == Role.PLANNER:
        return [_("The notes that coaches write for a team. What they note privately stays with them.")]
    return []
