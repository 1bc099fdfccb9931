"""What others see of a person in this room, for the page "Who sees what of me"."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.seen import Row


def rows(user) -> list[Row]:
    """Return what this room shows of a person, and to whom: the rule of its querysets, in words."""
    return [
        Row(
            _("That you were at a session"),
            (_("nobody"),),
            _("Your coach and the planning team see how many of your team came, not who."),
            order=20,
        )
    ]
