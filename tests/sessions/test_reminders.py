"""When people are reminded, as a pure question about a given now."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config  # noqa: F401  (pins the zones)
from core.time import forward_utc, wall_in
from sessions.reminders import reminders_for, reminds_again, tells_people

WALL = dt.datetime(2027, 1, 13, 12, 0)
ZONE = "America/Toronto"
START = forward_utc(WALL, ZONE)


def test_the_ladder_of_a_session_two_months_ahead():
    steps = reminders_for(WALL, ZONE, START, START - dt.timedelta(days=60))
    assert [(step.occurrence, START - step.due) for step in steps] == [
        ("T-14d", dt.timedelta(days=14)),
        ("T-2d", dt.timedelta(days=2)),
        ("T-1h", dt.timedelta(hours=1)),
    ]
    assert {step.not_after for step in steps} == {START}


def test_steps_that_have_passed_are_dropped_but_the_last_one():
    forty_minutes_before = START - dt.timedelta(minutes=40)
    (only,) = reminders_for(WALL, ZONE, START, forty_minutes_before)
    assert (only.occurrence, only.due) == ("T-1h", forty_minutes_before)
    assert [s.occurrence for s in reminders_for(WALL, ZONE, START, START - dt.timedelta(days=3))] == ["T-2d", "T-1h"]


@pytest.mark.parametrize("late", [0, 1, 3600])
def test_nothing_about_a_session_that_has_begun(late):
    assert reminders_for(WALL, ZONE, START, START + dt.timedelta(seconds=late)) == []


def test_days_are_counted_on_the_wall_across_a_clock_change():
    # Clocks in Toronto go forward on 14 March 2027: fourteen days before, noon was an hour later in UTC.
    wall = dt.datetime(2027, 3, 17, 12, 0)
    start = forward_utc(wall, ZONE)
    first = reminders_for(wall, ZONE, start, start - dt.timedelta(days=60))[0]
    assert wall_in(first.due, ZONE) == dt.datetime(2027, 3, 3, 12, 0)
    assert start - first.due == dt.timedelta(days=14) - dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "days"),
    [((2028, 2, 29), [(2, 15), (2, 27), (2, 29)]), ((2028, 3, 14), [(2, 29), (3, 12), (3, 14)]), ((2028, 3, 2), [(2, 17), (2, 29), (3, 2)])],
)  # fmt: skip
def test_the_last_day_of_february_is_a_day_like_others(day, days):
    wall = dt.datetime(*day, 12, 0)
    start = forward_utc(wall, ZONE)
    steps = reminders_for(wall, ZONE, start, start - dt.timedelta(days=60))
    told = [wall_in(step.due, ZONE) for step in steps]
    assert [(one.month, one.day, one.hour) for one in told] == [
        (*one, hour) for one, hour in zip(days, (12, 12, 11), strict=True)
    ]


@given(
    minutes=st.integers(-100_000, 100_000),
    zone=st.sampled_from(["America/Toronto", "America/St_Johns", "America/Regina", "America/Vancouver"]),
    days=st.integers(0, 365),
)
def test_every_reminder_lies_ahead_and_before_the_start(minutes, zone, days):
    wall = WALL + dt.timedelta(days=days)
    start = forward_utc(wall, zone)
    now = start - dt.timedelta(minutes=minutes)
    steps = reminders_for(wall, zone, start, now)
    assert all(now <= step.due < start for step in steps)
    assert [step.due for step in steps] == sorted(step.due for step in steps)
    assert bool(steps) == (minutes > 0)


def test_what_deserves_a_message():
    assert not tells_people(START, START + dt.timedelta(minutes=14))
    assert tells_people(START, START - dt.timedelta(minutes=15))
    assert not reminds_again(START, START + dt.timedelta(hours=23))
    assert reminds_again(START, START + dt.timedelta(hours=24))
