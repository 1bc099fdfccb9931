"""The periods for which a measure has a number: weeks from Monday to Sunday, or months. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum

from improvement.weeks import WEEK, monday_of


class Rhythm(StrEnum):
    """How often a number is given."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


def start_of(rhythm: str, day: dt.date) -> dt.date:
    """Return the first day of the period in which ``day`` lies: its Monday, or the first of its month."""
    return monday_of(day) if rhythm == Rhythm.WEEKLY else day.replace(day=1)


def following(rhythm: str, start: dt.date) -> dt.date:
    """Return the first day of the period after the one that begins on ``start``."""
    return start + WEEK if rhythm == Rhythm.WEEKLY else (start.replace(day=1) + dt.timedelta(days=31)).replace(day=1)


def preceding(rhythm: str, start: dt.date) -> dt.date:
    """Return the first day of the period before the one that begins on ``start``."""
    return start_of(rhythm, start - dt.timedelta(days=1))


def last_day(rhythm: str, start: dt.date) -> dt.date:
    """Return the last day of the period that begins on ``start``."""
    return following(rhythm, start) - dt.timedelta(days=1)


def between(rhythm: str, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Yield the first days of the periods from ``first`` to ``last``, both included; nothing where last comes before first."""
    while first <= last:
        yield first
        first = following(rhythm, first)


def asked_in(rhythm: str, monday: dt.date) -> dt.date | None:
    """Return the first day of the period whose number is asked for in the week of this Monday; None where none is.

    A week in itself; a month that is over, in the week of the first Friday after it.
    """
    if rhythm == Rhythm.WEEKLY:
        return monday
    friday = monday + dt.timedelta(days=4)
    return preceding(rhythm, friday.replace(day=1)) if friday.day <= 7 else None


def asking_week(rhythm: str, start: dt.date) -> dt.date:
    """Return the Monday of the week in which the number of the period that begins on ``start`` is asked for."""
    if rhythm == Rhythm.WEEKLY:
        return start
    first = following(rhythm, start)
    return monday_of(first + dt.timedelta(days=(4 - first.weekday()) % 7))
