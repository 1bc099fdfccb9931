"""A moment in words, for one reader: my clock first, the cohort's clock beside it where it shows another hour.

Pages print it with ``{% when %}``, mails with ``{% when_text %}``; both come here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core import places
from core import time as clocks
from core.language import language

# A year is said where the date could be mistaken: about ten months away or more.
FAR_DAYS = 300


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock and how it is called: a zone, and the key of a town ("" where nobody said one)."""

    zone: str
    town: str = ""

    @classmethod
    def of(cls, thing: Any) -> Clock:
        """Read it from a person, a cohort, a town's key or a zone."""
        if isinstance(thing, Clock):
            return thing
        if isinstance(thing, str):
            return cls(places.zone_of(thing), thing) if thing in places.PLACES else cls(thing)
        town = getattr(thing, "city", "") or ""
        return cls(thing.time_zone, town if town in places.PLACES else "")

    def here(self, lang: str) -> str:
        """Say where one is: "in St. John's"; without a town the clock's own name, after a comma."""
        town = self.town or places.place_for_zone(self.zone)
        return f" {places.in_phrase(town, lang)}" if town else f", {clocks.spoken_place(self.zone, lang)}"

    def time(self, lang: str) -> str:
        """Say whose clock it is: "Toronto time"."""
        return clocks.spoken_place(self.town or self.zone, lang)


@dataclass(frozen=True, slots=True)
class Reading:
    """``mine`` always; ``theirs`` only where the other clock shows another time. ``iso`` is the moment in UTC."""

    mine: str
    theirs: str
    iso: str


def read(
    moment: datetime, there: Any, reader: Any = None, *, lang: str, short: bool = False, dated: bool = True
) -> Reading:
    """Put ``moment`` in words for ``reader`` (a person, or nobody: then only the clock of ``there`` speaks)."""
    theirs = Clock.of(there)
    mine = Clock.of(reader) if reader is not None else None
    year = abs((moment - timezone.now()).days) > FAR_DAYS
    date_words = clocks.day_short if short else clocks.day

    def words(clock: Clock, dated: bool) -> str:
        hour = clocks.clock(moment, clock.zone, lang)
        if not dated:
            return hour
        return f"{date_words(clocks.wall_in(moment, clock.zone).date(), lang, year=year)}, {hour}"

    iso = moment.astimezone(clocks.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if mine is None:
        return Reading(f"{words(theirs, dated)}, {theirs.time(lang)}", "", iso)
    wall_mine, wall_theirs = (clocks.wall_in(moment, clock.zone) for clock in (mine, theirs))
    first = words(mine, dated) + mine.here(lang)
    if clocks.same_wall(wall_mine, wall_theirs):
        return Reading(first, "", iso)
    second = f"{words(theirs, wall_mine.date() != wall_theirs.date())}, {theirs.time(lang)}"
    return Reading(first, second, iso)


def said(moment: datetime, reader: Any, now: datetime | None = None) -> str:
    """Return when something was written, on the reader's clock: "Today, 9:20", "Monday", "3 December"."""
    zone, lang = reader.time_zone, language()
    on, today = (clocks.wall_in(one, zone).date() for one in (moment, now or timezone.now()))
    ago = (today - on).days
    if ago == 0:
        return _("Today, %(time)s") % {"time": clocks.clock(moment, zone, lang)}
    if ago == 1:
        return _("Yesterday, %(time)s") % {"time": clocks.clock(moment, zone, lang)}
    if 1 < ago < 7:
        return clocks.WEEKDAYS[lang][on.weekday()]
    return clocks.day(on, lang, weekday=False, year=ago > FAR_DAYS)
