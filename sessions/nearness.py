"""How near a session is for whoever reads of it, in words: counted from when a mail leaves, whatever hour it was planned for.

Days are those of the reader's calendar (the present time zone), the last hour is real time.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

_HOUR: Final = dt.timedelta(hours=1)
# From so many days on it is a date to keep free, and no more is counted.
_FAR: Final = 7


@dataclasses.dataclass(frozen=True)
class Near:
    """Whether a session begins within the hour or has begun, and on which day after that of its reader it is."""

    within_the_hour: bool
    days: int
    has_begun: bool = False

    @property
    def is_far(self) -> bool:
        """Return whether it is a week away, or more."""
        return self.days >= _FAR


def near(starts_at: dt.datetime, at: dt.datetime) -> Near:
    """Return how near a session that begins at ``starts_at`` is at ``at``, on the calendar of the present time zone."""
    days = timezone.localtime(starts_at).date() - timezone.localtime(at).date()
    return Near(at < starts_at <= at + _HOUR, days.days, starts_at <= at)


def we_meet(one: Near) -> str:
    """Return the first sentence of a reminder for who takes part."""
    if one.has_begun:
        return _("It has begun.")
    if one.within_the_hour:
        return _("We meet within the hour.")
    if one.is_far:
        return _("A date to keep free.")
    soon = {0: _("We meet today."), 1: _("We meet tomorrow."), 2: _("We meet in two days.")}
    return soon.get(one.days) or _("We meet in %(n)d days.") % {"n": one.days}


def it_begins(one: Near) -> str:
    """Return the first sentence of a reminder for who registered."""
    if one.has_begun:
        return _("It has begun.")
    if one.within_the_hour:
        return _("It begins within the hour.")
    if one.is_far:
        return _("A date to keep free.")
    soon = {0: _("It takes place today."), 1: _("It takes place tomorrow."), 2: _("It takes place in two days.")}
    return soon.get(one.days) or _("It takes place in %(n)d days.") % {"n": one.days}


def you_speak(one: Near) -> str:
    """Return the first sentences of a reminder for who speaks."""
    if one.has_begun:
        return _("It has begun. The button to join stands on your page.")
    if one.within_the_hour:
        return _("You speak within the hour. The button to join stands on your page.")
    if one.is_far:
        return _("A date to keep free.")
    look = _("Look once whether everything on your page is right.")
    soon = {0: _("You speak today."), 1: _("You speak tomorrow."), 2: _("You speak in two days.")}
    return f"{soon.get(one.days) or _('You speak in %(n)d days.') % {'n': one.days}} {look}"
