"""Weeks as a team counts them: Monday to Sunday on the wall of its own unit. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from core import places
from core.time import wall_in

WEEK = dt.timedelta(days=7)
# How far back a number may lie: a year of baseline before the cohort began.
BASELINE = dt.timedelta(days=371)


def monday_of(day: dt.date) -> dt.date:
    """Return the Monday of the week in which ``day`` lies."""
    return day - dt.timedelta(days=day.weekday())


def zone_of(team) -> str:
    """Return the zone of the unit's town; the cohort's where nobody named a town that we know."""
    city = team.unit.city
    return places.zone_of(city) if city in places.PLACES else team.cohort.time_zone


def day_at(moment: dt.datetime, team) -> dt.date:
    """Return the date on the wall of the team's unit at ``moment``."""
    return wall_in(moment, zone_of(team)).date()


def between(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Yield the Mondays from ``first`` to ``last``, both included; nothing where last comes before first."""
    while first <= last:
        yield first
        first += WEEK


def by_week(days: Iterable[tuple[dt.date, int]]) -> dict[dt.date, int]:
    """Add up (day, how many) by week."""
    weeks: dict[dt.date, int] = {}
    for day, count in days:
        monday = monday_of(day)
        weeks[monday] = weeks.get(monday, 0) + count
    return weeks
