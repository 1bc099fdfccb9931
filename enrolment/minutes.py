"""Minutes that somebody types on a clock, so that something happens by itself then."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from core.language import language
from core.refusals import Refused
from core.time import HourDoesNotExist, clock, to_utc


def moment_of(wall: dt.datetime, zone: str) -> dt.datetime:
    """Return the UTC moment of a minute typed on the clock ``zone``. Refuses one that the clocks jump over."""
    try:
        return to_utc(wall, zone)
    except HourDoesNotExist as gap:
        with_clock = clock(to_utc(gap.next_valid, zone), zone, language())
        raise Refused(
            _("The clocks jump over that minute. The next one is %(clock)s.") % {"clock": with_clock}, field="clock"
        ) from None
