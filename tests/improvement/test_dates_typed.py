"""Dates as people write them in a table."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.time import day, day_short
from improvement.dates_typed import period_in, typed
from improvement.periods import start_of

TODAY = dt.date(2026, 11, 24)
WEEK = dt.date(2026, 11, 2)  # a Monday
MONTH = dt.date(2026, 11, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-02", "2026/11/02", "02/11/2026", "2-11-26", "2026-11-04", "2026-11-02 00:00", "2 Nov 2026", "2 nov. 2026", "Nov 2, 2026",
        "November 2, 2026", "2 novembre 2026", "week of 2 November", "semaine du 2 novembre", "lundi 2 novembre 2026", "02.11.2026",
        "’2026-11-02", "2-Nov-26", "2 nov",
    ],
)  # fmt: skip
def test_a_week_is_found_by_any_of_its_days(text):
    assert period_in(text, "weekly", TODAY) == WEEK


@pytest.mark.parametrize(
    "text",
    ["November 2026", "novembre 2026", "nov-26", "nov. 26", "nov. 2026", "2026-11", "11/2026", "2026-11-01", "01/11/2026", "2026-11-17", "novembre"],
)  # fmt: skip
def test_a_month_is_found_by_its_name_or_any_of_its_days(text):
    assert period_in(text, "monthly", TODAY) == MONTH


@pytest.mark.parametrize(
    "text", ["", "n/a", "12", "7 of 9", "2026-13-01", "31 Feb 2026", "Nov Dec 2026", "2026-11-02-03", "total", "40 %"]
)
def test_what_is_no_date_is_none(text):
    assert period_in(text, "weekly", TODAY) is None


def test_a_month_alone_is_no_week():
    assert period_in("November 2026", "weekly", TODAY) is None


def test_two_readings_are_none_unless_one_begins_a_period():
    assert period_in("05/08/2026", "weekly", TODAY) is None, "5 August and 8 May, neither a Monday"
    assert period_in("03/08/2026", "weekly", TODAY) == dt.date(2026, 8, 3), "3 August is a Monday, 8 March is not"


@pytest.mark.parametrize(
    ("text", "found"),
    [("15 décembre", dt.date(2025, 12, 15)), ("Dec", dt.date(2025, 12, 1)), ("24 Nov", dt.date(2026, 11, 24))],
)
def test_a_missing_year_is_the_latest_that_has_come(text, found):
    spoken = typed(text, TODAY)
    assert found in spoken.days | spoken.months


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)),
    st.sampled_from(["en", "fr"]),
    st.booleans(),
    st.sampled_from(["weekly", "monthly"]),
)
def test_what_the_product_writes_is_read_back(on, lang, short, rhythm):
    text = (day_short if short else day)(on, lang, weekday=short, year=True)
    assert period_in(text, rhythm, dt.date(2036, 1, 1)) == start_of(rhythm, on)


@given(st.text(max_size=60))
def test_no_text_is_too_odd(text):
    for rhythm in ("weekly", "monthly"):
        found = period_in(text, rhythm, TODAY)
        assert found is None or found == start_of(rhythm, found)
