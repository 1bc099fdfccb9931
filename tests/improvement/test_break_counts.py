"""A break across a session, a month end and a move: exactly how many reminders of each kind a lead gets (M5)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from django.db.models import Q
from django.utils import timezone

from collaborative import not_this_week, pausing
from collaborative.models import Cohort, QuietWeek
from core.time import to_utc, wall_in
from improvement import numbers_due, services
from improvement.numbers_due import KIND, SOURCE, plan_coming
from improvement.weeks import WEEK
from notifications import services as notifications
from notifications.models import PlannedMessage
from sessions import services as sessions
from tests.improvement.conftest import leaving

# Monday 11 January (a session of the series: nobody is asked for a number in its week) to Sunday 21 February 2027.
FIRST, LAST = dt.datetime(2027, 1, 11, 8), dt.datetime(2027, 2, 21, 20)
MOVE, REMINDER = "sessions/moved", "sessions/reminder"


class Weeks:
    """The weeks go by: what is due leaves as the sender would let it leave, and is noted by kind and day."""

    def __init__(self, world, clock, session) -> None:
        self._world, self._clock, self._session = world, clock, session
        self.sent: list[tuple[str, dt.date, str]] = []

    def _moment(self, wall: dt.datetime) -> dt.datetime:
        return to_utc(wall, self._world.cohort.time_zone)

    def go(self, until: dt.datetime, since: dt.datetime | None = None) -> None:
        """Let the time go by until this hour on the cohort's clock."""
        end = self._moment(until)
        now = self._moment(since) if since else self._now
        while now < end:
            self._clock.move_to(now)
            plan_coming()
            self._deliver(now)
            ahead = self._waiting().filter(due_at__gt=now).order_by("due_at").values_list("due_at", flat=True)
            now = min([end, now + dt.timedelta(hours=12), *ahead[:1]])
        self._clock.move_to(end)
        self._now = end

    def _waiting(self):
        rows = PlannedMessage.objects.to(self._world.tess).filter(state="planned", due_at__gte=self._moment(FIRST))
        others = Q(kind=REMINDER) & ~Q(source_id=str(self._session.pk))
        return rows.exclude(others).select_related("recipient")

    def _deliver(self, now: dt.datetime) -> None:
        for row in self._waiting().filter(due_at__lte=now):
            goes = not (row.not_after and row.not_after <= now) and leaving(row) is not None
            PlannedMessage.objects.filter(pk=row.pk).update(
                state="sent" if goes else "void", sent_at=now if goes else None
            )
            if goes:
                day = wall_in(row.due_at, self._world.cohort.time_zone).date()
                self.sent.append((row.kind, day, row.occurrence.partition("~")[0]))

    def days(self, kind: str) -> list[dt.date]:
        return [day for one, day, _occurrence in self.sent if one == kind]


def january(*days: int) -> list[dt.date]:
    return [dt.date(2027, 1, day) for day in days]


def february(*days: int) -> list[dt.date]:
    return [dt.date(2027, 2, day) for day in days]


@pytest.fixture
def weeks(world, clock, session) -> Weeks:
    return Weeks(world, clock, session)


@pytest.fixture
def session(world, clock):
    """A session on Wednesday 27 January at noon, as it stands at the beginning of the year."""
    clock.move_to(dt.datetime(2027, 1, 2, 12, tzinfo=dt.UTC))
    return sessions.make_session(
        cohort=world.cohort, wall=dt.datetime(2027, 1, 27, 12), title_en="Session", title_fr="Séance", by=world.paula
    )


def test_without_a_break_each_week_asks_once_and_the_session_is_told_three_times(world, weeks, session):
    weeks.go(dt.datetime(2027, 1, 31, 10), since=FIRST)
    services.record_number(measure=world.measure, by=world.tess, period_start=dt.date(2027, 1, 25), value=Decimal(3))
    weeks.go(LAST)
    assert weeks.days(KIND) == january(22, 29) + february(5, 12, 19)
    assert weeks.days(REMINDER) == january(13, 25, 27)
    assert Counter(kind for kind, _day, _step in weeks.sent) == {KIND: 5, REMINDER: 3}


def test_who_never_says_anything_is_asked_three_times_in_a_row_and_then_once_in_eight_weeks(world, weeks, session):
    weeks.go(LAST, since=FIRST)
    assert weeks.days(KIND) == january(22, 29) + february(5)


def asked(world, *mondays: dt.date) -> numbers_due.Asking:
    """Let the team have been asked by mail about these weeks; return what its mails know then."""
    for monday in mondays:
        notifications.post(KIND, to=world.tess, about=(SOURCE, str(world.team.pk)), occurrence=monday.isoformat())
    PlannedMessage.objects.filter(kind=KIND).update(state="sent", sent_at=timezone.now())
    return numbers_due.asking([str(world.team.pk)])[str(world.team.pk)]


def test_who_is_asked_seldom_is_asked_after_eight_weeks_across_the_end_of_a_year_as_well(world, clock):
    clock.move_to(dt.datetime(2027, 2, 5, 12, tzinfo=dt.UTC))
    # As one is asked in vain who says nothing: the last one on Friday 11 December.
    first, *more = (dt.date(2026, 11, 23) + n * WEEK for n in range(12))
    asking = asked(world, first, *more[:2])
    season = numbers_due.season_of(asking.team)
    assert all(season.asks_in(one) for one in more[3:10] if one != dt.date(2027, 1, 11))
    assert [one for one in more[2:10] if asking.asks(world.tess, one)] == [more[1] + 8 * WEEK]


def test_who_is_asked_once_in_eight_weeks_is_remembered_as_silent(world, clock):
    clock.move_to(dt.datetime(2027, 4, 23, 12, tzinfo=dt.UTC))
    asking = asked(world, *(dt.date(2026, 10, 12) + n * 9 * WEEK for n in range(3)))
    assert asking.says_nothing_before(dt.date(2027, 4, 19))


def test_a_number_for_any_week_since_ends_the_silence(world, clock):
    """Asked in vain three times, the team enters the fourth week by itself, before the mail: the fifth is asked about."""
    clock.move_to(dt.datetime(2027, 2, 19, 20, tzinfo=dt.UTC))
    first = dt.date(2027, 1, 18)
    fourth, fifth = first + 3 * WEEK, first + 4 * WEEK
    assert asked(world, *(first + n * WEEK for n in range(3))).asks(world.tess, fifth) == []
    services.record_number(measure=world.measure, by=world.tess, period_start=fourth, value=Decimal(3))
    assert asked(world).asks(world.tess, fifth)


def test_a_break_across_a_session_a_month_end_and_a_move(world, weeks, session):
    """Paused from 25 January to 9 February; on that first day the session goes from the 27th to 3 February, noon."""
    weeks.go(dt.datetime(2027, 1, 25, 8), since=FIRST)
    pausing.pause(team=world.team, reason="outbreak", until=dt.date(2027, 2, 9), by=world.tess)
    weeks.go(dt.datetime(2027, 1, 25, 10))
    session.refresh_from_db()
    sessions.move_session(learning_session=session, to=dt.datetime(2027, 2, 3, 12), by=world.paula)
    weeks.go(LAST)
    assert weeks.days(KIND) == january(22) + february(12, 19), "none while paused, and none to make up for it"
    assert weeks.days(REMINDER) == january(13) + february(1, 3), "the times of sessions still arrive"
    assert weeks.days(MOVE) == january(25)
    assert weeks.days("collaborative/back") == february(10)
    assert Counter(kind for kind, _day, _step in weeks.sent) == {KIND: 3, REMINDER: 3, MOVE: 1, "collaborative/back": 1}


def test_a_quiet_week_and_not_this_week_take_one_mail_each(world, weeks, session):
    QuietWeek.objects.create(
        cohort=world.cohort,
        starts_on=dt.date(2027, 1, 25),
        ends_on=dt.date(2027, 1, 31),
        name_en="Quiet",
        name_fr="Calme",
    )
    weeks.go(dt.datetime(2027, 2, 10, 10), since=FIRST)
    not_this_week.not_this_week(
        person=world.tess, task=SOURCE, about=world.team.pk, week=dt.date(2027, 2, 8), by=world.tess
    )
    weeks.go(LAST)
    assert weeks.days(KIND) == january(22) + february(5, 19)
    assert weeks.days(REMINDER) == january(13, 25, 27)


def test_nothing_is_asked_once_the_series_is_closed(world, weeks, session):
    weeks.go(dt.datetime(2027, 1, 28, 10), since=FIRST)
    Cohort.objects.filter(pk=world.cohort.pk).update(closed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    weeks.go(LAST)
    assert weeks.days(KIND) == january(22)
    assert weeks.days(REMINDER) == january(13, 25, 27)


def test_no_week_brings_more_than_two_automatic_mails_beside_news_of_sessions(world, weeks, session):
    weeks.go(LAST, since=FIRST)
    by_week = Counter(day - dt.timedelta(days=day.weekday()) for kind, day, _step in weeks.sent if kind != REMINDER)
    assert max(by_week.values()) == 1
