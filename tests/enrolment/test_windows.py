"""Open, closed, full, over: by the date, by itself, on the cohort's clock."""

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from collaborative.line import today_in
from core.time import wall_in
from enrolment.windows import IN_ORDER, State, closes_on, window


@dataclasses.dataclass
class Dates:
    apply_from: dt.date | None = dt.date(2027, 1, 4)
    apply_until: dt.date | None = dt.date(2027, 1, 15)
    answers_on: dt.date | None = dt.date(2027, 1, 20)
    first_day: dt.date = dt.date(2027, 2, 2)
    closed_at: dt.datetime | None = None
    seats: int = 20
    time_zone: str = "America/St_Johns"


LAST = dt.date(2027, 5, 28)


@pytest.mark.parametrize(
    ("on", "state", "words"),
    [
        ("2027-01-03", "soon", "Enrolment opens on Monday 4 January"),
        ("2027-01-04", "open", "Apply by Friday 15 January"),
        ("2027-01-15", "open", "Apply by Friday 15 January"),
        ("2027-01-16", "answers", "Enrolment is closed; answers on Wednesday 20 January"),
        ("2027-01-20", "answers", "Enrolment is closed; answers on Wednesday 20 January"),
        ("2027-01-21", "closed", "Enrolment is closed; the series begins on Tuesday 2 February"),
        ("2027-02-02", "under_way", "Under way"),
        ("2027-05-28", "under_way", "Under way"),
        ("2027-05-29", "over", "Over"),
    ],
)
def test_a_cohort_goes_through_its_states_day_by_day(on, state, words):
    with override("en"):
        found = window(Dates(), dt.date.fromisoformat(on), 3, LAST)
    assert (found.state, found.words) == (state, words)


def test_when_every_place_is_taken_teams_wait_on_the_list():
    with override("en"):
        found = window(Dates(), dt.date(2027, 1, 10), 20, LAST)
    assert found.state == State.FULL
    assert found.takes
    assert found.words == "Full; waiting list until Friday 15 January"
    assert window(Dates(), dt.date(2027, 1, 10), 19, LAST).state == State.OPEN


def test_a_cohort_that_was_closed_by_hand_is_over():
    closed = Dates(closed_at=dt.datetime(2027, 1, 5, tzinfo=dt.UTC))
    assert window(closed, dt.date(2027, 1, 10), 0, LAST).state == State.OVER


def test_dates_that_nobody_has_set():
    nothing = Dates(apply_from=None, apply_until=None, answers_on=None)
    assert window(nothing, dt.date(2027, 1, 10), 0, LAST).state == State.ANNOUNCED
    assert window(nothing, dt.date(2027, 2, 2), 0, LAST).state == State.UNDER_WAY
    no_end = Dates(apply_until=None, answers_on=None)
    assert closes_on(no_end) == dt.date(2027, 2, 1)
    assert window(no_end, dt.date(2027, 2, 1), 0, LAST).state == State.OPEN
    no_beginning = Dates(apply_from=None)
    assert window(no_beginning, dt.date(2026, 11, 1), 0, LAST).state == State.OPEN


def test_a_date_far_away_says_its_year():
    with override("en"):
        assert window(Dates(), dt.date(2026, 1, 2), 0, LAST).words == "Enrolment opens on Monday 4 January 2027"


zones = st.sampled_from(["America/St_Johns", "America/Vancouver", "America/Toronto", "America/Whitehorse"])


@given(zone=zones, edge=st.sampled_from(["apply_from", "apply_until"]), minutes=st.integers(-4320, 4320))
def test_it_opens_and_closes_at_midnight_of_the_cohorts_own_clock(zone, edge, minutes):
    """Around both edges, minute by minute: open exactly while the wall clock there shows one of the days."""
    dates = Dates(time_zone=zone)
    midnight = dt.datetime.combine(getattr(dates, edge), dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    now = midnight + dt.timedelta(minutes=minutes)
    found = window(dates, today_in(dates, now), 0, LAST)
    wall = wall_in(now, zone)
    is_open = dt.datetime(2027, 1, 4) <= wall < dt.datetime(2027, 1, 16)
    assert found.takes == is_open


days = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))
maybe = st.none() | days


@given(start=maybe, until=maybe, answers=maybe, first=days, last=maybe, today=days, teams=st.integers(0, 40))
def test_whatever_the_dates_there_is_one_state_with_words(start, until, answers, first, last, today, teams):
    found = window(Dates(start, until, answers, first), today, teams, last)
    assert found.words
    assert IN_ORDER[found.rank] == found.state
    assert found.takes == (found.state in (State.OPEN, State.FULL))


@given(today=days, teams=st.integers(0, 19))
def test_the_states_follow_one_another_and_never_go_back(today, teams):
    line = [State.SOON, State.OPEN, State.ANSWERS, State.CLOSED, State.UNDER_WAY, State.OVER]
    here = window(Dates(), today, teams, LAST).state
    next_day = window(Dates(), today + dt.timedelta(days=1), teams, LAST).state
    assert line.index(next_day) - line.index(here) in (0, 1)
