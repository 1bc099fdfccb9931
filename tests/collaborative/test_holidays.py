"""Days on which people are likely away."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collaborative.holidays import HOLIDAYS, easter, flags_of, late_decembers, monday_before, nth_weekday


@pytest.mark.parametrize(
    ("year", "day"),
    [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2027, (3, 28)), (2038, (4, 25)), (2285, (3, 22))],
)
def test_easter_is_when_the_almanac_says(year, day):
    assert easter(year) == dt.date(year, *day)


@given(year=st.integers(1900, 2300))
def test_easter_is_a_sunday_in_spring(year):
    assert easter(year).weekday() == 6
    assert dt.date(year, 3, 22) <= easter(year) <= dt.date(year, 4, 25)


@given(year=st.integers(1900, 2300), month=st.integers(1, 12), weekday=st.integers(0, 6), nth=st.integers(1, 4))
def test_the_nth_weekday_lies_in_its_week_of_the_month(year, month, weekday, nth):
    day = nth_weekday(year, month, weekday, nth)
    assert (day.weekday(), day.month, (day.day - 1) // 7 + 1) == (weekday, month, nth)


def test_victoria_day_is_the_monday_before_the_twenty_fifth_of_may():
    assert monday_before(2026, 5, 25) == dt.date(2026, 5, 18)
    assert monday_before(2027, 5, 25) == dt.date(2027, 5, 24)


@pytest.mark.parametrize(
    ("day", "province", "kinds"),
    [
        ((2027, 2, 15), "ON", ["holiday", "elsewhere", "elsewhere", "elsewhere"]),
        ((2027, 2, 15), "QC", ["elsewhere"] * 4),
        ((2027, 3, 26), "NL", ["holiday"]),
        ((2027, 6, 24), "QC", ["holiday"]),
        ((2027, 6, 24), "BC", ["elsewhere"]),
        ((2027, 12, 25), "ON", ["weekend", "holiday", "december"]),
        ((2027, 1, 3), "ON", ["weekend", "december"]),
        ((2027, 1, 4), "ON", []),
        ((2026, 12, 19), "ON", ["weekend"]),
        ((2027, 5, 12), "ON", []),
    ],
)
def test_what_speaks_against_a_day(day, province, kinds):
    assert [flag.kind for flag in flags_of(dt.date(*day), province)] == kinds


def test_weeks_that_are_kept_free_are_named_and_stand_for_late_december():
    quiet = [(dt.date(2026, 12, 21), dt.date(2027, 1, 3), "the holidays")]
    assert [(flag.kind, flag.name) for flag in flags_of(dt.date(2026, 12, 21), "ON", quiet)] == [
        ("quiet", "the holidays")
    ]


@given(day=st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31)), province=st.sampled_from(["", "ON", "QC", "NU"]))
def test_every_day_of_a_century_has_an_answer(day, province):
    kinds = [flag.kind for flag in flags_of(day, province)]
    assert ("weekend" in kinds) == (day.weekday() >= 5)
    named = [one for one in HOLIDAYS if one.on(day.year) == day]
    assert len([kind for kind in kinds if kind in ("holiday", "elsewhere")]) == len(named)


def test_each_turn_of_the_year_that_a_series_runs_over():
    assert late_decembers(dt.date(2026, 10, 6), dt.date(2027, 2, 2)) == [(dt.date(2026, 12, 20), dt.date(2027, 1, 3))]
    assert late_decembers(dt.date(2027, 1, 4), dt.date(2027, 5, 1)) == []
    assert late_decembers(dt.date(2027, 1, 2), dt.date(2027, 5, 1)) == [(dt.date(2026, 12, 20), dt.date(2027, 1, 3))]
