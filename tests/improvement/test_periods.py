"""Weeks and months, one after the other without a hole."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement.periods import Rhythm, between, following, last_day, preceding, start_of

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))


@pytest.mark.parametrize(
    ("rhythm", "day", "start", "after"),
    [
        ("weekly", dt.date(2027, 1, 3), dt.date(2026, 12, 28), dt.date(2027, 1, 4)),
        ("monthly", dt.date(2026, 12, 31), dt.date(2026, 12, 1), dt.date(2027, 1, 1)),
        ("monthly", dt.date(2028, 2, 29), dt.date(2028, 2, 1), dt.date(2028, 3, 1)),
    ],
)
def test_the_turn_of_a_year_and_a_leap_day(rhythm, day, start, after):
    assert (start_of(rhythm, day), following(rhythm, start)) == (start, after)


@given(st.sampled_from(Rhythm), DAYS)
def test_a_day_lies_in_its_period_and_the_next_one_begins_the_day_after_its_last(rhythm, day):
    start = start_of(rhythm, day)
    assert start <= day <= last_day(rhythm, start)
    assert start_of(rhythm, start) == start
    assert start_of(rhythm, last_day(rhythm, start)) == start
    assert preceding(rhythm, following(rhythm, start)) == start


@given(st.sampled_from(Rhythm), DAYS, DAYS)
def test_between_leaves_no_hole(rhythm, one, other):
    first, last = sorted((start_of(rhythm, one), start_of(rhythm, other)))
    last = min(last, start_of(rhythm, first + dt.timedelta(days=400)))
    found = list(between(rhythm, first, last))
    assert (found[0], found[-1]) == (first, last)
    assert all(following(rhythm, a) == b for a, b in pairwise(found))
    assert list(between(rhythm, following(rhythm, first), first)) == []
