"""What others see of a person in this room, and what a person sees in it: for "Who sees what of me" and its mirror."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.seen import Row
from collaborative.models import Role


def rows(user) -> list[Row]:
    """Return what this room shows of a person, and to whom: the rule of its querysets, in words."""
    return [
        Row(
            _("Questions and answers in the forum"),
            (_("everybody in your cohort’s forum"),),
            _("You can take each of them back at any time."),
            order=40,
        )
    ]


def opens(membership) -> list[str]:
    """Say what a role opens in this room."""
    if membership.role in (Role.SPONSOR, Role.FELLOW):
        return [_("Nothing of the forum.")]
    return [_("The forum of the cohort, to read and to write.")]
