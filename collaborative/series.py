"""From when to when one person of a series hears of it, for the page that foretells all of that. Pure but for the cohort's days."""

from __future__ import annotations

import datetime as dt
from typing import Final

from collaborative.line import phases_of
from collaborative.models import Cohort, Role
from core.time import forward_utc

# On the cohort's clock: people are asked in on a morning.
HOUR: Final = dt.time(10)
# As whom one can look at a series.
ROLES: Final = (
    Role.PARTICIPANT, Role.LEAD, Role.PARTNER, Role.SPONSOR, Role.COACH, Role.MENTOR, Role.FACULTY, Role.PLANNER,
)  # fmt: skip


def asked_in_at(cohort: Cohort) -> dt.datetime:
    """Return when people of a series are asked in: on the day of the answers, else on its first day."""
    return forward_utc(dt.datetime.combine(cohort.answers_on or cohort.first_day, HOUR), cohort.time_zone)


def last_day_of(cohort: Cohort) -> dt.date:
    """Return the last day of a series."""
    return max((phase.ends_on for phase in phases_of(cohort)), default=cohort.first_day)
