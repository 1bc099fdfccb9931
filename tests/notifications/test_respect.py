"""What a reader wants and when, as pure rules."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.time import wall_in
from notifications.kinds import DIGEST, Importance
from notifications.models import Level, Rhythm, Shift, Way
from notifications.respect import ASLEEP, Wishes, next_digest, quiet_until, read_hours, usual_way

NIGHT = (dt.time(21), dt.time(8))
DAY = (dt.time(8), dt.time(16))
ZONES = ["America/Toronto", "America/St_Johns", "America/Regina", "America/Vancouver", "Europe/Paris"]
MOMENTS = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2028, 12, 31), timezones=st.just(dt.UTC))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "zone", "hours", "until"),
    [
        # Toronto is four hours behind in summer, five in winter.
        ("2026-07-01T00:59", "America/Toronto", NIGHT, None),
        ("2026-07-01T01:00", "America/Toronto", NIGHT, "2026-07-01T12:00"),
        ("2026-07-01T11:59", "America/Toronto", NIGHT, "2026-07-01T12:00"),
        ("2026-07-01T12:00", "America/Toronto", NIGHT, None),
        ("2026-01-01T03:00", "America/Toronto", NIGHT, "2026-01-01T13:00"),
        ("2026-07-01T12:00", "America/Toronto", DAY, "2026-07-01T20:00"),
        ("2026-07-01T20:00", "America/Toronto", DAY, None),
        # Half an hour beside everybody else.
        ("2026-07-01T10:29", "America/St_Johns", NIGHT, "2026-07-01T10:30"),
        # The night in which the clocks go back lasts an hour longer, the one in which they go forward an hour less.
        ("2026-11-01T05:30", "America/Toronto", NIGHT, "2026-11-01T13:00"),
        ("2027-03-14T06:30", "America/Toronto", NIGHT, "2027-03-14T12:00"),
        # The hour of the end does not exist that night: it ends when the clock has passed it.
        ("2027-03-14T06:30", "America/Toronto", (dt.time(21), dt.time(2, 30)), "2027-03-14T07:30"),
        # The hour of the end exists twice: it ends with the first.
        ("2026-11-01T05:45", "America/Toronto", (dt.time(21), dt.time(1, 30)), None),
        ("2026-11-01T06:15", "America/Toronto", (dt.time(21), dt.time(1, 30)), None),
        ("2026-07-01T05:00", "America/Toronto", None, None),
    ],
)
def test_quiet_hours_end_on_the_readers_clock(now, zone, hours, until):
    assert quiet_until(at(now), zone, hours) == (at(until) if until else None)


@given(MOMENTS, st.sampled_from(ZONES), st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] != pair[1]))
def test_after_the_quiet_hours_nothing_is_quiet(now, zone, hours):
    hours = tuple(time.replace(second=0, microsecond=0) for time in hours)
    if hours[0] == hours[1] or (until := quiet_until(now, zone, hours)) is None:
        return
    assert now < until <= now + dt.timedelta(hours=25)
    # A clock that jumps over the end may land in the next stretch, never in the same one.
    again = quiet_until(until, zone, hours)
    assert again is None or again > until
    assert wall_in(until, zone).time() >= hours[1] or again is None


@given(MOMENTS, st.sampled_from(ZONES))
def test_between_the_hours_of_a_night_a_message_leaves_at_once(now, zone):
    wall = wall_in(now, zone).time()
    assert (quiet_until(now, zone, NIGHT) is None) == (dt.time(8) <= wall < dt.time(21))


@pytest.mark.parametrize("shift", [Shift.DAYS, Shift.EVENINGS, Shift.NIGHTS, Shift.CHANGING])
def test_every_shift_is_reached_in_the_late_afternoon(shift):
    now = at("2026-07-01T21:00")  # 17:00 in Toronto
    assert quiet_until(now, "America/Toronto", ASLEEP[shift]) is None


@pytest.mark.parametrize(
    ("level", "must", "normal", "extra"),
    [
        (Level.MUST, Way.MAIL, Way.PRODUCT, Way.PRODUCT),
        (Level.NORMAL, Way.MAIL, Way.MAIL, Way.DIGEST),
        (Level.EVERYTHING, Way.MAIL, Way.MAIL, Way.MAIL),
    ],
)
def test_three_choices(level, must, normal, extra):
    assert [usual_way(level, one) for one in Importance] == [must, normal, extra]


@given(st.sampled_from(Level.values), st.sampled_from([*Way.values, ""]))
def test_what_must_be_known_always_comes_by_mail(level, own):
    wishes = Wishes(level=level, kinds={"a/b": own} if own else {})
    assert wishes.way("a/b", Importance.MUST) == Way.MAIL
    assert wishes.way("a/b", Importance.EXTRA) == (own or usual_way(level, Importance.EXTRA))


@pytest.mark.parametrize(
    ("level", "own", "by_mail"),
    [
        (Level.NORMAL, {}, True),
        (Level.EVERYTHING, {}, True),
        (Level.NORMAL, {DIGEST: Way.PRODUCT}, False),
        (Level.MUST, {}, False),
        (Level.MUST, {DIGEST: Way.MAIL}, True),
        (Level.MUST, {"a/b": Way.DIGEST}, True),
        (Level.MUST, {"a/b": Way.DIGEST, DIGEST: Way.PRODUCT}, False),
    ],
)
def test_who_gets_a_digest_by_mail(level, own, by_mail):
    wishes = Wishes(level=level, kinds=own)
    assert wishes.digest_by_mail is by_mail
    assert wishes.way(DIGEST, Importance.NORMAL) == (Way.MAIL if by_mail else Way.PRODUCT)
    assert wishes.instead(Way.DIGEST) == ("for_digest" if by_mail else "in_product")
    assert wishes.instead(Way.PRODUCT) == "in_product"


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(Rhythm.values))
def test_digests_come_at_eight_and_each_day_has_one(now, zone, rhythm):
    due, day = next_digest(now, zone, rhythm)
    assert due > now
    assert wall_in(due, zone) == dt.datetime.combine(day, dt.time(8))
    assert due - now <= dt.timedelta(days=7 if rhythm == Rhythm.WEEKLY else 1, hours=1)
    if rhythm == Rhythm.WEEKLY:
        assert day.weekday() == 0
    # Asked again a moment later, it is the same one; once it is due, the next one.
    assert next_digest(due - dt.timedelta(seconds=1), zone, rhythm)[1] == day
    days = [next_digest(due + dt.timedelta(days=more), zone, rhythm)[1] for more in (0, 30)]
    assert all(one < other for one, other in pairwise([day, *days]))


def test_hours_of_a_setting():
    assert read_hours("21:00-08:00") == NIGHT
    assert read_hours(" ") is None
    for nonsense in ("21-8-3", "8", "25:00-08:00", "08:00-08:00"):
        with pytest.raises(ValueError):  # noqa: PT011  (what Python says of it)
            read_hours(nonsense)
