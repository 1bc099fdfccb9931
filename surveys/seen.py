"""What others see of a person in this room: for "Who sees what of me"."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.seen import Row


def rows(user) -> list[Row]:
    """Return what this room shows of a person, and to whom."""
    return [
        Row(
            _("What you answer in a survey"),
            (_("nobody, with your name"),),
            _(
                "The planning team sees answers of at least five people together, and what was written, in an order of chance. "
                "Pages show how many have answered, not who. A sentence about what you will try after a session may go on to those who spoke there."
            ),
            order=25,
        )
    ]
