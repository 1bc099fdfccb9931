"""What a reader wants and when: the rules, without a database and without a clock of their own.

Three things are kept: what somebody chose to get by mail, the hours in which they sleep, and that nobody is flooded. What
does not go by mail stands in the product, and in the digest where they want one: nothing is lost by it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from core.time import forward_utc, wall_in
from notifications.kinds import DIGEST, Importance
from notifications.models.respect import Level, Rhythm, Shift, Way
from notifications.states import FOR_DIGEST, IN_PRODUCT

Hours = tuple[dt.time, dt.time]

# When people of a shift mostly sleep: from, until, on their own clock. Who works changing shifts is left the late afternoon,
# which is awake after an early, before a night and between two late ones.
ASLEEP: Final[dict[str, Hours | None]] = {
    Shift.DAYS: (dt.time(21), dt.time(8)),
    Shift.EVENINGS: (dt.time(0, 30), dt.time(11)),
    Shift.NIGHTS: (dt.time(8), dt.time(16)),
    Shift.CHANGING: (dt.time(20), dt.time(14)),
    Shift.NONE: None,
}
# The hour of a digest on its reader's clock; quiet hours may let it come later.
DIGEST_AT: Final = dt.time(8)
MONDAY: Final = 0


@dataclass(frozen=True)
class Wishes:
    """What one reader wants: level, quiet hours, rhythm of the digest, and what they said of single kinds."""

    level: str = Level.NORMAL
    quiet: Hours | None = None
    rhythm: str = Rhythm.WEEKLY
    kinds: dict[str, str] = field(default_factory=dict)

    def way(self, kind: str, importance: Importance) -> str:
        """Return how a message of this kind and importance goes to this reader (a `Way`)."""
        if importance == Importance.MUST:
            return Way.MAIL
        if kind == DIGEST:
            return Way.MAIL if self.digest_by_mail else Way.PRODUCT
        return self.kinds.get(kind) or usual_way(self.level, importance)

    @property
    def digest_by_mail(self) -> bool:
        """Return whether what is put together goes to this reader by mail.

        Not so where they stopped it, or want only what they must know and have asked of no kind to have it put together.
        """
        if own := self.kinds.get(DIGEST):
            return own != Way.PRODUCT
        return self.level != Level.MUST or Way.DIGEST in self.kinds.values()

    def instead(self, way: str) -> str:
        """Return why what goes another way than by mail stands in the product: for a digest only where one is mailed."""
        return FOR_DIGEST if way == Way.DIGEST and self.digest_by_mail else IN_PRODUCT


def usual_way(level: str, importance: Importance) -> str:
    """Return how what matters so much goes to a reader of this level who said nothing of the kind itself."""
    if importance == Importance.MUST or level == Level.EVERYTHING:
        return Way.MAIL
    if level == Level.MUST:
        return Way.PRODUCT
    return Way.MAIL if importance == Importance.NORMAL else Way.DIGEST


def quiet_until(now: dt.datetime, zone: str, hours: Hours | None) -> dt.datetime | None:
    """Return when the quiet hours end in which `now` lies, as a moment; None where it lies in none.

    The first minute is quiet, the last is not. A reader's clock that is put forward over the end ends it then.
    """
    if hours is None:
        return None
    begins, ends = hours
    wall = wall_in(now, zone)
    over_midnight = begins > ends
    time = wall.time()
    if not (time >= begins or time < ends if over_midnight else begins <= time < ends):
        return None
    day = wall.date() + dt.timedelta(days=1 if over_midnight and time >= begins else 0)
    end = forward_utc(dt.datetime.combine(day, ends), zone)
    # In the hour that comes twice the end may have passed already the first time.
    return end if end > now else None


def next_digest(now: dt.datetime, zone: str, rhythm: str) -> tuple[dt.datetime, dt.date]:
    """Return when the next digest of a reader is due, and the day of it on their clock."""
    day = wall_in(now, zone).date()
    if rhythm == Rhythm.WEEKLY:
        day += dt.timedelta(days=(MONDAY - day.weekday()) % 7)
    step = dt.timedelta(days=7 if rhythm == Rhythm.WEEKLY else 1)
    while (due := forward_utc(dt.datetime.combine(day, DIGEST_AT), zone)) <= now:
        day += step
    return due, day


def digest_comes(now: dt.datetime, zone: str, rhythm: str, hours: Hours | None) -> dt.datetime:
    """Return when the next digest of a reader leaves, as a moment: where its hour lies in quiet ones, when those end."""
    due, _day = next_digest(now, zone, rhythm)
    return quiet_until(due, zone, hours) or due


def read_hours(text: str) -> Hours | None:
    """Return the hours of a setting, "21:00-08:00"; None for "". Raises ValueError."""
    if not text.strip():
        return None
    begins, _dash, ends = text.partition("-")
    hours = dt.time.fromisoformat(begins.strip()), dt.time.fromisoformat(ends.strip())
    if hours[0] == hours[1]:
        raise ValueError("quiet hours that begin when they end")
    return hours
