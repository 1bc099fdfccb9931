"""When somebody who speaks hears of their session."""

from __future__ import annotations

import datetime as dt

from core.time import UTC, to_utc
from sessions.speaking.reminders import steps_for

ZONE = "America/Halifax"
WALL = dt.datetime(2026, 11, 4, 13, 0)
STARTS = to_utc(WALL, ZONE)


def steps(days_before: float, hours: float = 0):
    now = STARTS - dt.timedelta(days=days_before, hours=hours)
    return [one.occurrence for one in steps_for(WALL, ZONE, STARTS, 90, now)]


def test_the_whole_ladder_and_what_is_past_is_left_out():
    assert steps(40) == ["T-4w", "T-2w", "T-2d", "T-1h", "T+1d", "T+8d"]
    assert steps(20) == ["T-2w", "T-2d", "T-1h", "T+1d", "T+8d"]
    assert steps(0, 0.5) == ["T+1d", "T+8d"]
    assert steps(-3) == ["T+8d"]
    assert steps(-9) == []


def test_days_are_counted_on_the_wall_clock_across_its_change():
    first = steps_for(WALL, ZONE, STARTS, 90, STARTS - dt.timedelta(days=40))[0]
    assert first.due == to_utc(dt.datetime(2026, 10, 7, 13, 0), ZONE)  # an hour earlier in UTC: summer time
    assert (STARTS - first.due) == dt.timedelta(days=28, hours=1)


def test_nothing_leaves_once_it_has_begun_and_thanks_leave_after_the_end():
    *ahead, thanks, ratings = steps_for(WALL, ZONE, STARTS, 90, STARTS - dt.timedelta(days=40))
    assert {one.not_after for one in ahead} == {STARTS}
    assert thanks.due == to_utc(WALL + dt.timedelta(days=1), ZONE)
    assert thanks.due.tzinfo is UTC or thanks.due.utcoffset() == dt.timedelta(0)
    assert ratings.due - thanks.due == dt.timedelta(days=7)
