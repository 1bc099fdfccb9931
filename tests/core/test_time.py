"""Wall clocks, jumps, weeks and the words for them."""

import config  # noqa: F401  (pins the zone data)

from datetime import UTC, date, datetime, timedelta, timezone  # isort: skip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import places
from core.time import (
    HourDoesNotExist,
    clock,
    day,
    day_of_month,
    day_short,
    forward_utc,
    same_wall,
    spoken_place,
    to_utc,
    wall_in,
    weeks_between,
)

TORONTO, ST_JOHNS, REGINA, VANCOUVER = (
    "America/Toronto",
    "America/St_Johns",
    "America/Regina",
    "America/Vancouver",
)
NB = "\u00a0"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_the_pinned_zone_data_answer_vancouver_keeps_minus_seven_in_december_2026():
    assert to_utc(datetime(2026, 12, 14, 12), VANCOUVER) == utc(2026, 12, 14, 19)


@pytest.mark.parametrize(
    ("wall", "zone", "moment"),
    [
        (datetime(2026, 12, 14, 12), TORONTO, utc(2026, 12, 14, 17)),
        (datetime(2026, 12, 14, 13, 30), ST_JOHNS, utc(2026, 12, 14, 17)),
        (datetime(2027, 7, 14, 12), REGINA, utc(2027, 7, 14, 18)),
        (datetime(2026, 11, 1, 1, 30), TORONTO, utc(2026, 11, 1, 5, 30)),  # twice that night: the first
        (datetime(2027, 3, 14, 1, 59), TORONTO, utc(2027, 3, 14, 6, 59)),
        (datetime(2027, 3, 14, 3, 0), TORONTO, utc(2027, 3, 14, 7, 0)),
        (datetime(2027, 3, 14, 2, 30), REGINA, utc(2027, 3, 14, 8, 30)),  # Regina never jumps
    ],
)
def test_a_wall_time_is_one_moment(wall, zone, moment):
    assert to_utc(wall, zone) == forward_utc(wall, zone) == moment


def test_an_hour_that_the_clocks_jump_over_is_refused_with_the_next_valid_one():
    with pytest.raises(HourDoesNotExist) as refusal:
        to_utc(datetime(2027, 3, 14, 2, 30), TORONTO)
    assert refusal.value.wall == datetime(2027, 3, 14, 2, 30)
    assert refusal.value.zone == TORONTO
    assert refusal.value.next_valid == datetime(2027, 3, 14, 3, 30)
    assert isinstance(refusal.value, ValueError)


def test_a_derived_time_is_carried_forward_over_the_jump():
    assert forward_utc(datetime(2027, 3, 14, 2, 30), TORONTO) == utc(2027, 3, 14, 7, 30)
    assert wall_in(utc(2027, 3, 14, 7, 30), TORONTO) == datetime(2027, 3, 14, 3, 30)


def test_wall_times_are_naive_and_moments_are_aware():
    with pytest.raises(ValueError, match="naive"):
        to_utc(utc(2026, 1, 1), TORONTO)
    with pytest.raises(ValueError, match="aware"):
        wall_in(datetime(2026, 1, 1), TORONTO)


ZONES = st.sampled_from(sorted({place.zone for place in places.PLACES.values()}))
MOMENTS = st.datetimes(datetime(2022, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(MOMENTS, ZONES)
def test_every_moment_has_a_wall_time_that_leads_back_to_it_or_to_the_first_of_two(moment, zone):
    wall = wall_in(moment, zone)
    assert wall.tzinfo is None
    assert moment - to_utc(wall, zone) in (timedelta(0), timedelta(hours=1))
    assert wall_in(to_utc(wall, zone), zone) == wall


@given(st.datetimes(datetime(2022, 1, 1), datetime(2035, 1, 1)), ZONES)
def test_a_refused_hour_can_be_replaced_by_the_one_offered(wall, zone):
    offered = wall
    try:
        to_utc(wall, zone)
    except HourDoesNotExist as refusal:
        offered = refusal.next_valid
    assert offered >= wall
    assert to_utc(offered, zone) == forward_utc(wall, zone)


def test_same_wall_compares_faces_not_moments():
    noon = utc(2026, 12, 14, 17)
    assert same_wall(wall_in(noon, TORONTO), wall_in(noon, "America/Iqaluit"))
    assert not same_wall(wall_in(noon, TORONTO), wall_in(noon, ST_JOHNS))
    assert same_wall(datetime(2026, 1, 1, 12, 0, 30), datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=-3))))


def test_the_length_of_a_stretch_is_rounded_to_whole_weeks():
    assert weeks_between(date(2022, 11, 23), date(2023, 1, 11)) == 7
    assert weeks_between(date(2023, 1, 11), date(2023, 2, 15)) == 5
    assert weeks_between(date(2023, 1, 11), date(2023, 1, 14)) == 0
    assert weeks_between(date(2023, 1, 11), date(2023, 1, 15)) == 1
    assert weeks_between(date(2023, 2, 15), date(2023, 1, 11)) == -5


@pytest.mark.parametrize(
    ("moment", "zone", "english", "french"),
    [
        (utc(2023, 1, 11, 17), TORONTO, "12:00", f"12{NB}h"),
        (utc(2023, 1, 11, 17), ST_JOHNS, "13:30", f"13{NB}h{NB}30"),
        (utc(2023, 1, 11, 14, 5), TORONTO, "9:05", f"9{NB}h{NB}05"),
        (utc(2023, 1, 11, 5), TORONTO, "0:00", f"0{NB}h"),
    ],
)
def test_the_hour_in_both_languages(moment, zone, english, french):
    assert clock(moment, zone, "en") == english
    assert clock(moment, zone, "fr") == french


def test_dates_in_both_languages():
    session = date(2023, 1, 11)
    assert day(session, "en") == "Wednesday 11 January"
    assert day(session, "fr") == "mercredi 11 janvier"
    assert day(session, "en", weekday=False, year=True) == "11 January 2023"
    assert day(date(2023, 2, 1), "fr", year=True) == "mercredi 1er février 2023"
    assert day_short(session, "en") == "Wed 11 Jan"
    assert day_short(session, "fr") == "mer. 11 janv."
    assert day_short(date(2026, 8, 1), "fr", weekday=False) == "1er août"
    assert [day_of_month(date(2026, 8, n), "fr") for n in (1, 2)] == ["1er", "2"]
    assert day_short(date(2026, 9, 12), "en", weekday=False, year=True) == "12 Sep 2026"


@given(st.dates(), st.sampled_from(["en", "fr"]), st.booleans(), st.booleans())
def test_every_date_has_words(d, lang, weekday, year):
    for write in (day, day_short):
        words = write(d, lang, weekday, year)
        assert len(words.split()) == 2 + weekday + year


def test_whose_clock_it_is():
    assert spoken_place("st-johns", "en") == "St. John's time"
    assert spoken_place(TORONTO, "fr") == "heure de Toronto"
    assert spoken_place("America/New_York", "en") == "New York time"
    assert spoken_place("Europe/Paris", "fr") == "heure de Paris"
