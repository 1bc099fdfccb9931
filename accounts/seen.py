"""Who sees me: per kind of thing, which roles see it with my name. And its mirror: what can I see, and why.

Each room adds its own rows in its ``apps.py``: ``who_sees_me.add("sessions", lambda user: [Row(...), ...])``; the words
must follow the same rule as the room's ``visible_to``. ``what_i_see`` is filled in the same way with ``Opened``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import drafts
from core.registry import Slot

who_sees_me = Slot("who_sees_me", "room -> fn(user) -> iterable of Row: what this room shows of a person, and to whom")


what_i_see = Slot("what_i_see", "room -> fn(user) -> iterable of Opened: what this person may see because of this room")


@dataclass(frozen=True, slots=True)
class Opened:
    """One reason to see something: a role, where it is held, since when, who gave it ("" = nobody), what it opens."""

    role: Any
    where: str
    since: datetime.date | None
    given_by: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of thing: what it is, who sees it with the name beside it, and what is sure besides."""

    thing: Any
    seen_by: tuple[Any, ...]
    note: Any = ""
    order: int = 50


def whoever_takes_part() -> str:
    """Return who reads what a person shows in the directory (enrolment.directory)."""
    return _("everybody who takes part in your series")


def rows_for(user) -> list[Row]:
    """Return the rows of every room, in order."""
    return sorted((row for _room, rows in who_sees_me.ask_all(user) for row in rows), key=lambda row: row.order)


def opened_for(user) -> list[Opened]:
    """Return every reason for which ``user`` sees something, room by room."""
    return [one for _room, opened in what_i_see.ask_all(user) for one in opened]


def own_opened(user) -> list[Opened]:
    """Return what this room itself opens: the back office, to those who look after the installation."""
    if not user.is_staff:
        return []
    said = (_("The back office, with a second step in each session: accounts and settings, never a private note."),)
    return [Opened(_("looks after the installation"), "", None, "", said)]


def own_rows(user) -> list[Row]:
    """Return what this room itself shows of a person."""
    days = drafts.KEPT.days
    kept = ngettext("Kept for %(days)d day.", "Kept for %(days)d days.", days) % {"days": days}
    shown, how = whoever_takes_part(), _("You chose so, on your profile; you can change it there.")
    return [
        Row(_("Your name and your team"), (shown,), _("It stands in the directory of your series."), order=10),
        Row(
            _("The work you do"),
            (_("your team"), _("your coach"), _("the planning team"), *([shown] if user.show_work else [])),
            how if user.show_work else "",
            order=10,
        ),
        Row(
            _("Your e-mail address"),
            (
                _("the planning team"),
                _("whoever invited you"),
                _("while your invitation waits, also who leads that team"),
                *([shown] if user.show_email else []),
            ),
            how if user.show_email else _("Never shown on a page that others see, and never in a calendar."),
            order=11,
        ),
        Row(_("Your place"), (shown if user.show_city else _("you alone"),), how if user.show_city else "", order=12),
        Row(_("Your language, larger text"), (_("you alone"),), order=12),
        Row(
            _("When and how often you sign in"),
            (_("nobody"),),
            _("There is no page, list or export that shows it."),
            order=13,
        ),
        Row(_("Drafts: what you typed and did not send"), (_("you alone"),), kept, order=14),
        Row(
            _("The browsers in which you are signed in"),
            (_("you alone"),),
            _("Kept until you sign out there, for fourteen days at most."),
            order=15,
        ),
        Row(
            _("Whether your data may be used for evaluation"),
            (_("nobody"),),
            _("Reports only leave out whoever did not say yes; they hold random numbers instead of names."),
            order=16,
        ),
    ]
