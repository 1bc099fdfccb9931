"""Who sees me: per kind of thing, which roles see it with my name. The mirror of "what can I see".

Each room adds its own rows in its ``apps.py``: ``who_sees_me.add("sessions", lambda user: [Row(...), ...])``; the words
must follow the same rule as the room's ``visible_to``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import drafts
from core.registry import Slot

who_sees_me = Slot("who_sees_me", "room -> fn(user) -> iterable of Row: what this room shows of a person, and to whom")


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of thing: what it is, who sees it with the name beside it, and what is sure besides."""

    thing: Any
    seen_by: tuple[Any, ...]
    note: Any = ""
    order: int = 50


def rows_for(user) -> list[Row]:
    """Return the rows of every room, in order."""
    return sorted((row for _room, rows in who_sees_me.ask_all(user) for row in rows), key=lambda row: row.order)


def own_rows(user) -> list[Row]:
    """Return what this room itself shows of a person."""
    days = drafts.KEPT.days
    kept = ngettext("Kept for %(days)d day.", "Kept for %(days)d days.", days) % {"days": days}
    return [
        Row(
            _("Your name and the work you do"),
            (_("your team"), _("your coach"), _("the planning team")),
            _("Other teams see the name of your team, not yours, unless you write to them."),
            order=10,
        ),
        Row(
            _("Your e-mail address"),
            (_("the planning team"), _("whoever invited you")),
            _("Never shown on a page that others see, and never in a calendar."),
            order=11,
        ),
        Row(_("Your place, your language, larger text"), (_("you alone"),), order=12),
        Row(
            _("When and how often you sign in"),
            (_("nobody"),),
            _("There is no page, list or export that shows it."),
            order=13,
        ),
        Row(_("Drafts: what you typed and did not send"), (_("you alone"),), kept, order=14),
    ]
