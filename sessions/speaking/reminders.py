"""When somebody who speaks hears of their session. Pure: a given now, no database.

Days are counted on the cohort's wall clock, hours in real time, as for everybody else (sessions.reminders).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from core.time import forward_utc

SLIDES: Final = "T-2w"
THANKS: Final = "T+1d"
RATINGS: Final = "T+8d"
# occurrence, days before on the wall clock, hours before in real time
LADDER: Final = (("T-4w", 28, 0), (SLIDES, 14, 0), ("T-2d", 2, 0), ("T-1h", 0, 1))
# Days after, on the wall clock: thanks, and what people said, once nobody is asked about the session any more.
AFTER: Final = ((THANKS, 1), (RATINGS, 8))
# Later than this after its day it is odd to hear from us.
_STILL_WITHIN: Final = dt.timedelta(days=14)


@dataclasses.dataclass(frozen=True)
class Step:
    """One message: leaves at ``due`` (UTC), not after ``not_after`` (UTC)."""

    occurrence: str
    due: dt.datetime
    not_after: dt.datetime


def steps_for(wall: dt.datetime, zone: str, starts_at: dt.datetime, minutes: int, now: dt.datetime) -> list[Step]:
    """Return what is still to be sent at ``now``, in order: what would have left before is dropped.

    Thanks follow on the day after, at the hour of the session, and a week later what people said.
    """
    steps = []
    for occurrence, days, hours in LADDER:
        due = forward_utc(wall - dt.timedelta(days=days), zone) if days else starts_at - dt.timedelta(hours=hours)
        steps.append(Step(occurrence, due, starts_at))
    ends_at = starts_at + dt.timedelta(minutes=minutes)
    for occurrence, days in AFTER:
        due = max(forward_utc(wall + dt.timedelta(days=days), zone), ends_at)
        steps.append(Step(occurrence, due, due + _STILL_WITHIN))
    return [step for step in steps if step.due > now]
