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
    return _sentence(
        one,
        begun=_("It has begun."),
        within=_("We meet within the hour."),
        soon=(_("We meet today."), _("We meet tomorrow."), _("We meet in two days.")),
        later=_("We meet in %(n)d days.") % {"n": one.days},
    )


def it_begins(one: Near) -> str:
    """Return the first sentence of a reminder for who registered."""
    return _sentence(
        one,
        begun=_("It has begun."),
        within=_("It begins within the hour."),
        soon=(_("It takes place today."), _("It takes place tomorrow."), _("It takes place in two days.")),
        later=_("It takes place in %(n)d days.") % {"n": one.days},
    )


def you_speak(one: Near) -> str:
    """Return the first sentences of a reminder for who speaks."""
    said = _sentence(
        one,
        begun=_("It has begun. The button to join stands on your page."),
        within=_("You speak within the hour. The button to join stands on your page."),
        soon=(_("You speak today."), _("You speak tomorrow."), _("You speak in two days.")),
        later=_("You speak in %(n)d days.") % {"n": one.days},
    )
    if one.has_begun or one.within_the_hour or one.is_far:
        return said
    look = _("Look once whether everything on your page is right.")
    return f"{said} {look}"


def _sentence(one: Near, *, begun: str, within: str, soon: tuple[str, ...], later: str) -> str:
    """Return which of these is true; ``soon``: of today, tomorrow and so on."""
    if one.has_begun:
        return begun
    if one.within_the_hour:
        return within
    if one.is_far:
        return _("A date to keep free.")
    return soon[one.days] if one.days < len(soon) else later
