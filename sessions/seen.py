"""What others see of a person in this room, and what a person sees in it: for "Who sees what of me" and its mirror."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.seen import Row
from collaborative.models import Role


def rows(user) -> list[Row]:
    """Return what this room shows of a person, and to whom: the rule of its querysets, in words."""
    return [
        Row(
            _("That you were at a session"),
            (_("the planning team"),),
            _("They enter and correct it. Your coach sees how many of your team came, not who."),
            order=20,
        ),
        Row(
            _("Whether you come to a session"),
            (_("your team"),),
            _(
                "Your coach and the planning team see how many of your team come; the planning team also whom to seat in "
                "small rooms."
            ),
            order=21,
        ),
    ]


def opens(membership) -> list[str]:
    """Say what a role opens in this room."""
    if membership.role == Role.SPONSOR:
        return [_("When the sessions are. Joining them is for the teams.")]
    if membership.organisation_id or (membership.programme_id and membership.role != Role.PLANNER):
        return []
    told = [_("The learning sessions: when they are, and Join.")]
    if membership.role == Role.PLANNER:
        told.append(_("Who of each team was at a session, to enter and correct it, and to give certificates."))
    return told
