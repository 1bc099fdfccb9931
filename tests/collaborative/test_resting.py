"""Days of peace: a pause of the team's own, and the quiet weeks of its cohort."""

from __future__ import annotations

import datetime as dt

import pytest

from coaching.board import board_of
from collaborative.line import today_in
from collaborative.models import Pause, QuietWeek, Team
from collaborative.resting import (
    Rest,
    days_at_work,
    in_words,
    mostly,
    next_day_at_work,
    rest_on,
    rests,
    rests_of,
)
from core.time import forward_utc
from desk.cohort import sessions_of
from desk.planning import teams_and_milestones
from improvement.activity import today_cards
from notifications.models import PlannedMessage
from sessions.services import move_session

DEC = [dt.date(2026, 12, day) for day in range(1, 32)]
PAUSE = Rest(dt.date(2026, 12, 7), dt.date(2026, 12, 10), True)
QUIET = Rest(dt.date(2026, 12, 10), dt.date(2026, 12, 13), False)


def test_both_ends_belong_to_it():
    assert [day.day for day in DEC if rest_on([PAUSE], day)] == [7, 8, 9, 10]


def test_the_own_pause_is_named_before_the_quiet_week():
    assert rest_on([QUIET, PAUSE], dt.date(2026, 12, 10)) == PAUSE
    assert rest_on([QUIET, PAUSE], dt.date(2026, 12, 12)) == QUIET


def test_the_next_day_at_work_is_after_all_that_touches():
    assert next_day_at_work([PAUSE, QUIET], dt.date(2026, 12, 8)) == dt.date(2026, 12, 14)
    assert next_day_at_work([PAUSE, QUIET], dt.date(2026, 12, 6)) == dt.date(2026, 12, 6)


def test_days_at_work_leave_out_every_day_of_peace_once():
    assert days_at_work([PAUSE, QUIET], dt.date(2026, 12, 1), dt.date(2026, 12, 20)) == 19 - 7
    assert days_at_work([], dt.date(2026, 12, 1), dt.date(2026, 12, 1)) == 0


def test_a_week_counts_as_quiet_when_more_than_half_of_it_was():
    assert mostly([PAUSE], dt.date(2026, 12, 7))
    assert not mostly([Rest(dt.date(2026, 12, 7), dt.date(2026, 12, 9), True)], dt.date(2026, 12, 7))


def test_in_words():
    assert in_words(PAUSE) == "paused until 10 December"
    assert in_words(QUIET) == "quiet weeks until 13 December"


# ---------------------------------------------------------------- with rows


@pytest.fixture
def today(cast) -> dt.date:
    return today_in(cast.cohort)


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def noon(cast, on: dt.date) -> dt.datetime:
    return forward_utc(dt.datetime.combine(on, dt.time(12)), cast.cohort.time_zone)


@pytest.mark.django_db
def test_pauses_and_quiet_weeks_come_with_the_team_or_are_asked_for(cast, today, django_assert_num_queries):
    Pause.objects.create(team=cast.team, reason="outbreak", starts_on=today, ends_on=today + days(3))
    QuietWeek.objects.create(
        cohort=cast.cohort, starts_on=today + days(2), ends_on=today + days(8), name_en="Holidays", name_fr="Fêtes"
    )
    with django_assert_num_queries(1):
        team = Team.objects.with_rests().get(pk=cast.team.pk)
        found = rests_of(team)
    assert found == rests_of(Team.objects.get(pk=cast.team.pk))
    assert [n for n in range(12) if rests(team, today + days(n))] == list(range(9))
    assert [n for n in range(12) if rests(cast.other_team, today + days(n))] == list(range(2, 9))


@pytest.mark.django_db
def test_a_pause_across_a_session_and_a_month_end_in_exact_counts(cast):
    """Twelve weeks are looked at, day by day: on no day of the pause is anything due or asked; reminders stay."""
    session = cast.next_session
    first = session.day - days(20)
    last = session.day + days(20)
    assert first.month != last.month, "a month ends in it"
    reminders = PlannedMessage.objects.filter(source_id=str(session.pk), recipient=cast.nia).count()
    Pause.objects.create(team=cast.team, reason="outbreak", starts_on=first, ends_on=last, by=cast.tess)
    Team.objects.update(created_at=noon(cast, cast.cohort.first_day))

    def owed(on: dt.date) -> int:
        (team,) = Team.objects.with_rests().with_place().filter(pk=cast.team.pk)
        return len(today_cards(cast.nia, [team], noon(cast, on)))

    def asked(on: dt.date) -> list[str]:
        board = board_of(cast.colin, noon(cast, on))
        return [reason.key for card in board.need for reason, _url in card.reasons]

    stretch = [first + days(n) for n in range((last - first).days + 1)]
    assert [owed(on) for on in stretch] == [0] * 41
    assert [asked(on) for on in stretch] == [[]] * 41
    assert "paused until" in " ".join(board_of(cast.colin, noon(cast, first)).paused[0].well)
    assert PlannedMessage.objects.filter(source_id=str(session.pk), recipient=cast.nia).count() == reminders > 0

    # The weeks before count as before, and the days of the pause are no silence.
    assert asked(first - days(1)) == ["data", "session"]
    assert asked(last + days(1)) == ["data"], "nobody came to the session of those days, and nobody had to"


@pytest.mark.django_db
def test_a_session_that_moves_within_a_pause_asks_for_nothing(cast):
    session = cast.next_session
    first, last = session.day - days(20), session.day + days(20)
    Pause.objects.create(team=cast.team, reason="outbreak", starts_on=first, ends_on=last, by=cast.tess)
    waiting = PlannedMessage.objects.filter(
        source_id=str(session.pk), recipient=cast.nia, state="planned", kind__startswith="sessions/"
    )
    kinds = sorted(waiting.values_list("kind", flat=True))
    assert kinds
    move_session(learning_session=session, to=session.wall + days(7), by=cast.paula, reason="A storm")
    session.refresh_from_db()
    assert session.day == last - days(13)

    for on in (first + days(n) for n in range(41)):
        (team,) = Team.objects.with_rests().with_place().filter(pk=cast.team.pk)
        assert today_cards(cast.nia, [team], noon(cast, on)) == []
        board = board_of(cast.colin, noon(cast, on))
        assert [reason.key for card in board.need for reason, _url in card.reasons] == []
    again = waiting.exclude(kind="sessions/moved").values_list("kind", flat=True)
    assert sorted(again) == kinds, "the hours of sessions go on being said, each once"


@pytest.mark.django_db
def test_a_grid_says_paused_and_never_missing(cast, today):
    def cells() -> dict[str, tuple[str, str]]:
        (row,) = [one for one in teams_and_milestones(cast.cohort, sessions_of(cast.cohort)) if one.team == cast.team]
        return {cell.column: (cell.kind, cell.text) for cell in row.cells} | {"why": (str(len(row.reasons)), "")}

    Team.objects.update(created_at=cast.past_session.starts_at - days(30))
    assert cells()["Last session"] == ("person", "nobody came")
    assert cells()["why"][0] != "0"
    Pause.objects.create(team=cast.team, reason="staffing", starts_on=today, ends_on=today)
    assert cells()["Last session"] == ("paused", "paused")
    assert cells()["why"][0] == "0"
    Pause.objects.update(starts_on=cast.past_session.day, ends_on=cast.past_session.day)
    assert cells()["Last session"] == ("paused", "paused"), "it rested on that day"


@pytest.mark.django_db
def test_the_first_week_after_a_pause_owes_nothing_for_the_paused_one(cast, today):
    Team.objects.update(created_at=noon(cast, today - days(40)))
    (team,) = Team.objects.with_rests().with_place().filter(pk=cast.team.pk)
    assert len(today_cards(cast.nia, [team])) == 1
    monday = today - days(today.weekday() + 7)
    Pause.objects.create(team=cast.team, reason="other", starts_on=monday, ends_on=monday + days(6))
    (team,) = Team.objects.with_rests().with_place().filter(pk=cast.team.pk)
    assert today_cards(cast.nia, [team]) == []
