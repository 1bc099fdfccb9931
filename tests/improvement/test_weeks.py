"""Weeks on the unit's wall, across clock changes; what a chart's weeks are made of."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from improvement.axis import Place, place_of, places_of
from improvement.lines import Line
from improvement.measure_chart import MeasureChart
from improvement.models import DataPoint
from improvement.weeks import WEEK, between, by_week, day_at, monday_of

MONDAY = dt.date(2026, 12, 14)


def team(city: str):
    return SimpleNamespace(unit=SimpleNamespace(city=city), cohort=SimpleNamespace(time_zone="America/Toronto"))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("city", "moment", "day"),
    [
        # Newfoundland leaves daylight time on Sunday 1 November 2026 at 2:00: midnight is 2:30, then 3:30 UTC
        ("st-johns", "2026-11-01T02:29:59", "2026-10-31"),
        ("st-johns", "2026-11-01T02:30:00", "2026-11-01"),
        ("st-johns", "2026-11-02T03:29:59", "2026-11-01"),
        ("st-johns", "2026-11-02T03:30:00", "2026-11-02"),
        # and enters it on 14 March 2027
        ("st-johns", "2027-03-15T02:29:59", "2027-03-14"),
        ("st-johns", "2027-03-15T02:30:00", "2027-03-15"),
        # British Columbia changed for the last time on 8 March 2026; in November it stays at UTC-7
        ("vancouver", "2026-03-08T07:59:59", "2026-03-07"),
        ("vancouver", "2026-03-08T08:00:00", "2026-03-08"),
        ("vancouver", "2026-03-09T06:59:59", "2026-03-08"),
        ("vancouver", "2026-03-09T07:00:00", "2026-03-09"),
        ("vancouver", "2026-12-14T06:59:59", "2026-12-13"),
        ("vancouver", "2026-12-14T07:00:00", "2026-12-14"),
        # a town nobody knows: the cohort's clock
        ("Erewhon", "2026-12-14T04:59:59", "2026-12-13"),
        ("Erewhon", "2026-12-14T05:00:00", "2026-12-14"),
    ],
)
def test_the_day_is_the_one_on_the_units_wall(city, moment, day):
    assert day_at(at(moment), team(city)) == dt.date.fromisoformat(day)


@given(
    st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: at("2026-01-01T00:00:00") + dt.timedelta(minutes=minutes)),
    st.sampled_from([("st-johns", "America/St_Johns"), ("vancouver", "America/Vancouver")]),
)
def test_every_moment_lies_in_exactly_one_week(moment, place):
    city, zone = place
    monday = monday_of(day_at(moment, team(city)))
    assert monday.weekday() == 0
    midnight = [dt.datetime.combine(day, dt.time(), ZoneInfo(zone)) for day in (monday, monday + WEEK)]
    assert midnight[0] <= moment < midnight[1]


@given(st.dictionaries(st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)), st.integers(1, 50), max_size=60))
def test_no_conversation_is_lost_or_counted_twice(days):
    weeks = by_week(days.items())
    assert sum(weeks.values()) == sum(days.values())
    assert all(monday.weekday() == 0 for monday in weeks)


def point(monday: dt.date, value=None, missing: str = "", method: str = "typed") -> DataPoint:
    return DataPoint(
        period_start=monday, value=None if value is None else Decimal(value), missing_reason=missing, method=method
    )


_weeks = st.integers(-20, 0).map(lambda back: MONDAY + back * WEEK)
_points = st.dictionaries(
    _weeks,
    st.one_of(
        st.tuples(st.integers(0, 60), st.just(""), st.sampled_from(["typed", "log", "import"])),
        st.tuples(st.none(), st.sampled_from(["not_collected", "no_event", "paused"]), st.just("typed")),
    ),
    max_size=12,
)


@given(_points, st.dictionaries(_weeks, st.integers(1, 60), max_size=12))
def test_what_is_typed_wins_and_the_log_fills_the_rest(saved, logged):
    points = [point(monday, *rest) for monday, rest in saved.items()]
    weeks = places_of(points, logged, now=MONDAY)
    mondays = [week.start for week in weeks]
    assert mondays == list(between(mondays[0], mondays[-1])) if mondays else True
    for week in weeks:
        value, missing, method = saved.get(week.start, (None, "", "nothing"))
        if method == "log" or (method == "nothing" and week.start in logged):
            assert (week.value, week.method) == (logged.get(week.start, 0), "log")
        elif method == "nothing":
            assert (week.value, week.method) == (None, ""), "silence is no zero"
        else:
            assert week.value == value
            assert bool(week.missing) is bool(missing)
    shown = set(mondays)
    assert set(saved) <= shown, "what somebody saved always stands"
    assert {monday for monday in logged if monday < MONDAY} <= shown
    assert MONDAY not in shown or MONDAY in saved, "half a week is no week, unless somebody says so"


@given(_points)
def test_without_a_log_a_gap_stays_a_gap(saved):
    weeks = places_of([point(monday, *rest) for monday, rest in saved.items()], None, now=MONDAY)
    assert all(week.value is None for week in weeks if week.start not in saved)


def test_a_series_that_has_ended_gets_no_empty_weeks_behind_it():
    points = [point(MONDAY - 9 * WEEK, 4), point(MONDAY - 8 * WEEK, 5)]
    weeks = places_of(points, None, now=MONDAY, last=MONDAY - 6 * WEEK)
    assert [week.value for week in weeks] == [4, 5, None, None]


def test_a_silent_week_is_a_gap_until_somebody_says_that_it_was_a_zero():
    weeks = places_of([point(MONDAY - 2 * WEEK, 0, method="log")], {MONDAY - 4 * WEEK: 3}, now=MONDAY)
    assert [week.value for week in weeks] == [3, None, 0, None]


def test_an_agreement_with_the_log_follows_the_log():
    assert place_of(MONDAY, point(MONDAY, 3, method="log"), 5, MONDAY).value == 5
    assert place_of(MONDAY, point(MONDAY, 3, method="typed"), 5, MONDAY).value == 3


@pytest.mark.parametrize(("lang", "label", "date"), [("en", "1 Feb", "1 February"), ("fr", "1er févr.", "1er février")])
def test_a_week_is_named_shortly_under_an_axis_and_whole_in_a_sentence(lang, label, date):
    with translation.override(lang):
        week = Place(dt.date(2027, 2, 1))
        assert (week.label, week.date) == (label, date)


@pytest.mark.parametrize(
    ("lang", "since", "under"), [("en", "1 February", "1 Feb"), ("fr", "1er février", "1er févr.")]
)
def test_a_charts_sentences_say_whole_dates_and_its_axis_short_ones(lang, since, under):
    numbers = [4, 5, 4, 6, 5, 7, 4, 6, 8, 9, 7, 9, 11, 12]
    chart = MeasureChart(
        measure=SimpleNamespace(
            pk=uuid4(), kind="count", goal=15, direction="up", frequency="weekly", fills_itself=True, unit=""
        ),
        team=SimpleNamespace(pk=uuid4(), unit=SimpleNamespace(name="2 West")),
        lines=[Line(None, 0, 7)],
        places=[
            Place(dt.date(2026, 12, 7) + WEEK * place, value=Decimal(n), method="log")
            for place, n in enumerate(numbers)
        ],
    )
    with translation.override(lang):
        assert since in chart.finding
        assert f">{under}</a>" in chart.table["rows"][8][0]
        assert f">{chart.places[-1].label}</text>" in chart.wide
        for text in (chart.finding, chart.explanation, chart.wide, chart.narrow, chart.table["caption"]):
            assert ".." not in text
