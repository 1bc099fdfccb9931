"""What others see of a person in this room, for the page "Who sees what of me"."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.seen import Row


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
