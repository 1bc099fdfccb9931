"""What others see of a person in this room, for the page "Who sees what of me"."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.seen import Row


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
