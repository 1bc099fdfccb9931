"""A session moves, people are told once, and Join is the only way to the meeting."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from audit.models import Entry
from collaborative.models import Phase, Reschedule
from collaborative.reschedule import can_undo, undo
from core import registry
from core.refusals import Refused
from core.time import forward_utc
from notifications.models import PlannedMessage
from sessions import services
from sessions.models import LearningSession
from sessions.querysets import expected_at
from sessions.room.joining import is_expected
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sessions(cohort):
    return list(cohort.learning_sessions.order_by("starts_at"))


def waiting(learning_session, kind="sessions/reminder"):
    rows = PlannedMessage.objects.about(learning_session).waiting().filter(kind=kind)
    return sorted(rows.values_list("recipient__name", "occurrence", "due_at"))


def test_a_new_cohort_gets_a_session_for_every_moment_of_its_template(cohort, sessions):
    moments = [phase for phase in cohort.phases.in_order() if phase.is_moment]
    assert [s.phase for s in sessions] == moments
    assert [s.day for s in sessions] == [phase.starts_on for phase in moments]
    assert all(s.starts_at == forward_utc(s.wall, cohort.time_zone) for s in sessions)


def test_who_joins_is_reminded_of_every_session_ahead_and_nobody_twice(cohort, sessions):
    team = make.team(cohort=cohort)
    nia = make.member(team=team, name="Nia Roy")
    for learning_session in sessions:
        rows = waiting(learning_session)
        assert [row[1] for row in rows] == sorted(["T-14d", "T-1h", "T-2d"])
        assert {row[0] for row in rows} == {"Nia Roy"}
        assert services.plan_reminders(learning_session) == 0
    make.planner(cohort=cohort, user=nia)
    assert len(waiting(sessions[0])) == 3


def test_moving_a_session_moves_what_hangs_on_it(cohort, sessions):
    team, second = make.team(cohort=cohort), sessions[1]
    paula = make.planner(cohort=cohort, name="Paula")
    make.member(team=team, name="Nia Roy")
    to = second.wall + dt.timedelta(days=7, hours=1)
    before = {phase.key: phase.ends_on for phase in cohort.phases.all()}

    moved = services.move_session(learning_session=second, to=to, by=paula, reason="The speaker is ill.")

    second.refresh_from_db()
    assert (second.wall, second.version) == (to, 2)
    assert second.starts_at == forward_utc(to, cohort.time_zone)
    after = {phase.key: phase.ends_on for phase in Phase.objects.filter(cohort=cohort)}
    changed = {key: after[key] - before[key] for key in after if after[key] != before[key]}
    assert changed[second.phase.key] == dt.timedelta(days=7)
    assert len(changed) == 2, "the session's own day, and the action period that ends before it"
    assert [row[:2] for row in waiting(second, "sessions/moved")] == [("Nia Roy", "moved"), ("Paula", "moved")]
    assert {row[2] for row in waiting(second) if row[1] == "T-1h"} == {second.starts_at - dt.timedelta(hours=1)}
    superseded = PlannedMessage.objects.about(second).filter(state="void")
    assert set(superseded.values_list("reason", "source_version")) == {("superseded", 1)}
    assert moved.reschedule.reason == "The speaker is ill."
    assert Entry.objects.filter(verb="dates.moved", by=paula).count() == 1


def test_a_preview_says_the_same_and_changes_nothing(cohort, sessions):
    second, paula = sessions[1], make.planner(cohort=cohort)
    to = second.wall + dt.timedelta(days=7)
    rows = PlannedMessage.objects.count(), Entry.objects.count()
    seen = services.move_session(learning_session=second, to=to, by=paula, dry_run=True)
    shown = services.preview_of(seen)
    assert LearningSession.objects.get(pk=second.pk).version == 1
    assert (PlannedMessage.objects.count(), Entry.objects.count()) == rows
    done = services.move_session(
        learning_session=LearningSession.objects.get(pk=second.pk), to=to, by=paula, reason="The speaker is ill."
    )
    assert done.ledger.entries == seen.ledger.entries
    assert (shown.told, shown.reminded) == (1, 1)
    assert shown.tasks
    assert all(after != before for _name, before, after in shown.tasks)
    assert services.preview_of(done).stretches == shown.stretches


def test_a_session_keeps_its_place_in_the_order(cohort, sessions):
    paula = make.planner(cohort=cohort)
    for learning_session, to in (
        (sessions[1], sessions[0].wall - dt.timedelta(days=1)),
        (sessions[0], sessions[1].wall),
    ):
        with pytest.raises(Refused, match="must come after"):
            services.move_session(learning_session=learning_session, to=to, by=paula)


def test_an_hour_that_does_not_exist_is_refused_with_the_next_that_does():
    cohort = make.cohort(first_day=dt.date(2027, 1, 11))
    last = cohort.learning_sessions.order_by("-starts_at").first()
    with pytest.raises(Refused, match="3:30") as refused:
        services.moment_of(dt.datetime(2027, 3, 14, 2, 30), last.zone)
    assert refused.value.field == "clock"


def test_what_has_begun_or_passed_does_not_move(cohort, sessions):
    paula, first = make.planner(cohort=cohort), sessions[0]
    with pytest.raises(Refused, match="passed already"):
        services.move_session(learning_session=first, to=first.wall - dt.timedelta(days=400), by=paula)
    LearningSession.objects.filter(pk=first.pk).update(starts_at=timezone.now() - dt.timedelta(minutes=1))
    first.refresh_from_db()
    with pytest.raises(Refused, match="has begun"):
        services.move_session(learning_session=first, to=first.wall + dt.timedelta(days=1), by=paula)


def test_undo_puts_everything_back_and_nobody_is_told(cohort, sessions):
    team, second = make.team(cohort=cohort), sessions[1]
    paula = make.planner(cohort=cohort, name="Paula")
    make.member(team=team, name="Nia Roy")
    before = {row.pk: (row.starts_on, row.ends_on) for row in cohort.phases.all()}
    wall = second.wall
    moved = services.move_session(learning_session=second, to=wall + dt.timedelta(days=7), by=paula, reason="x")
    undo(reschedule=moved.reschedule, by=paula)
    second.refresh_from_db()
    assert second.wall == wall
    assert {row.pk: (row.starts_on, row.ends_on) for row in Phase.objects.filter(cohort=cohort)} == before
    assert waiting(second, "sessions/moved") == []
    assert {row[2] for row in waiting(second) if row[1] == "T-1h"} == {second.starts_at - dt.timedelta(hours=1)}
    with pytest.raises(Refused, match="too late"):
        undo(reschedule=moved.reschedule, by=paula)


def test_undo_refuses_what_was_changed_since(cohort, sessions):
    paula, second = make.planner(cohort=cohort), sessions[1]
    first_move = services.move_session(learning_session=second, to=second.wall + dt.timedelta(days=7), by=paula)
    services.move_session(
        learning_session=LearningSession.objects.get(pk=second.pk), to=second.wall + dt.timedelta(days=1), by=paula
    )
    with pytest.raises(Refused, match="moved since"):
        undo(reschedule=first_move.reschedule, by=paula)
    LearningSession.objects.filter(pk=second.pk).update(minutes=60, starts_at=timezone.now() + dt.timedelta(days=90))
    with pytest.raises(Refused, match="changed again"):
        undo(reschedule=Reschedule.objects.latest("created_at"), by=paula)


def test_moves_are_taken_back_from_the_last_one_so_that_the_order_holds(cohort, sessions):
    first, second, *_rest = sessions
    paula, walls = make.planner(cohort=cohort), [one.wall for one in sessions]
    pushed = services.move_session(learning_session=second, to=second.wall + dt.timedelta(days=7), by=paula)
    # Only possible since the second one has left its place.
    followed = services.move_session(learning_session=first, to=second.wall - dt.timedelta(days=6), by=paula)
    assert list(can_undo(paula)) == [followed.reschedule]
    with pytest.raises(Refused, match="moved since"):
        undo(reschedule=pushed.reschedule, by=paula)
    for move in (followed, pushed):
        assert list(can_undo(paula)) == [move.reschedule]
        undo(reschedule=move.reschedule, by=paula)
    assert [row.wall for row in cohort.learning_sessions.order_by("starts_at")] == walls
    assert not can_undo(paula).exists()


def test_a_move_in_another_cohort_closes_no_way_back(cohort, sessions):
    paula = make.planner(cohort=cohort)
    other = make.cohort(first_day=cohort.first_day)
    make.planner(cohort=other, user=paula)
    mine, theirs = sessions[1], other.learning_sessions.order_by("starts_at")[1]
    moved = services.move_session(learning_session=mine, to=mine.wall + dt.timedelta(days=1), by=paula)
    services.move_session(learning_session=theirs, to=theirs.wall + dt.timedelta(days=1), by=paula)
    assert can_undo(paula).count() == 2
    undo(reschedule=moved.reschedule, by=paula)


@pytest.mark.parametrize(("was", "to"), [(5, 7 * 24 * 60), (7 * 24 * 60, 5)], ids=["put off", "brought forward"])
def test_nothing_comes_back_from_or_to_a_moment_that_has_passed(cohort, was, to, monkeypatch):
    """A session due in five minutes and moved to next week stays there eight minutes later; so does one that has begun."""
    paula, row = make.planner(cohort=cohort), make.learning_session(cohort=cohort, minutes_ahead=was)
    begins = (timezone.now() + dt.timedelta(minutes=to)).astimezone(ZoneInfo(row.zone)).replace(tzinfo=None)
    moved = services.move_session(learning_session=row, to=begins, by=paula)
    later = timezone.now() + dt.timedelta(minutes=8)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(Refused, match=r"too late to undo|has passed"):
        undo(reschedule=moved.reschedule, by=paula)
    assert LearningSession.objects.get(pk=row.pk).wall == begins


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("9999-12-31", "too far ahead"),
        ("0001-01-01", "passed already"),
        ("last + 2 years", ""),
        ("last + 2 years and a day", "too far ahead"),
    ],
)
def test_a_day_far_beyond_the_series_is_refused(cohort, sessions, day, sentence):
    *_before, last = sessions
    end = max(phase.ends_on for phase in cohort.phases.all())
    days = {"last + 2 years": 730, "last + 2 years and a day": 731}
    on = end + dt.timedelta(days=days[day]) if day in days else dt.date.fromisoformat(day)
    for hour in (dt.time(0), dt.time(12), dt.time(23, 59)):
        if sentence:
            with pytest.raises(Refused, match=sentence) as refused:
                services.moment_after_move(last, dt.datetime.combine(on, hour))
            assert refused.value.field == "day"
        else:
            assert services.moment_after_move(last, dt.datetime.combine(on, hour)) > last.starts_at


def test_a_move_of_minutes_tells_nobody(cohort, sessions):
    paula, second = make.planner(cohort=cohort), sessions[1]
    services.move_session(learning_session=second, to=second.wall + dt.timedelta(minutes=10), by=paula)
    assert waiting(second, "sessions/moved") == []
    assert len(waiting(second)) == 3


@pytest.mark.parametrize("people", [1, 30])
def test_moving_costs_the_same_for_one_and_for_thirty(cohort, sessions, people, django_assert_max_num_queries):
    team, second, paula = make.team(cohort=cohort), sessions[1], make.planner(cohort=cohort)
    for number in range(people - 1):
        make.member(team=team, name=f"Person {number}")
    second = LearningSession.objects.select_related("cohort", "phase").get(pk=second.pk)
    with django_assert_max_num_queries(55):
        services.move_session(learning_session=second, to=second.wall + dt.timedelta(days=2), by=paula)


def test_a_session_follows_the_law_of_clocks_and_its_reminders_go_along(cohort, sessions):
    """Its moment was worked out by other rules than those of today: what was typed stands, moment and reminders follow."""
    make.member(team=make.team(cohort=cohort))
    second, before = sessions[1], waiting(sessions[1])
    assert services.work_out_again() == []
    LearningSession.objects.filter(pk=second.pk).update(starts_at=second.starts_at + dt.timedelta(hours=1))
    assert len(services.work_out_again()) == 1
    now = LearningSession.objects.get(pk=second.pk)
    assert (now.starts_at, now.wall) == (second.starts_at, second.wall)
    assert waiting(second) == before
    assert not PlannedMessage.objects.filter(kind="sessions/moved").exists()


def test_what_is_over_took_place_when_it_did_whatever_the_law_of_clocks_says_since(cohort):
    held = make.learning_session(cohort=cohort, minutes_ahead=-60 * 24 * 3)
    other = held.starts_at + dt.timedelta(hours=1)
    LearningSession.objects.filter(pk=held.pk).update(starts_at=other)
    assert services.work_out_again() == []
    held.refresh_from_db()
    assert (held.starts_at, held.version) == (other, 1)


def test_speakers_are_told_where_the_law_of_clocks_moves_a_session(cohort, sessions):
    speaker = cohort.programme.speakers.create(name="Vera Holt", email="vera@example.org")
    sessions[1].appearances.create(speaker=speaker, page_sent_at=timezone.now())
    LearningSession.objects.filter(pk=sessions[1].pk).update(starts_at=sessions[1].starts_at + dt.timedelta(hours=1))
    services.work_out_again()
    assert PlannedMessage.objects.filter(kind="sessions/speaker-moved", state="planned").count() == 1


# ---------------------------------------------------------------- where it meets


@pytest.fixture
def open_session(cohort):
    return make.learning_session(cohort=cohort, minutes_ahead=10, url="https://zoom.us/j/123")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/j/1", "http://zoom.us/j/1", "https://zoom.us.evil.example/", "https://evilzoom.us/",
        "https://zoom.us@evil.example/", "https://user:pass@zoom.us/", "javascript:alert(1)", "//zoom.us/j/1",
        "https://evil.example\\.zoom.us/j/1", "https://zoom.us/j/1\n", "https://zoom.us /j/1",
    ],
)  # fmt: skip
def test_only_meeting_services_are_allowed(cohort, open_session, url):
    with pytest.raises(Refused, match="allowed here"):
        services.set_meeting_address(learning_session=open_session, url=url, by=None)


def test_only_who_is_still_expected_hears_of_a_session(cohort, sessions, django_assert_num_queries):
    team = make.team(cohort=cohort)
    nia, paula = make.member(team=team), make.planner(cohort=cohort)
    answers_for = make.member(team=team, role="sponsor")
    strangers = [make.person(), make.member(team=make.team(cohort=make.cohort())), make.sponsor(), answers_for]
    may, keys = registry.may_receive.get("learning_sessions.learningsession"), [str(one.pk) for one in sessions[:2]]
    pairs = [(user, key) for user in (nia, paula, *strangers) for key in keys]
    with django_assert_num_queries(2):
        assert may(pairs) == {(user.pk, key) for user in (nia, paula) for key in keys}
    nia.memberships.update(until=timezone.now())
    assert may(pairs) == {(paula.pk, key) for key in keys}
    fresh = [type(user).objects.get(pk=user.pk) for user in (nia, paula, answers_for)]
    assert [is_expected(sessions[0], user) for user in fresh] == [False, True, False]
    assert list(expected_at(sessions[0])) == [paula]


def test_a_day_outside_the_cohort_and_an_hour_that_comes_twice_are_said(cohort):
    last = max(phase.ends_on for phase in cohort.phases.all())
    noon = dt.time(12)

    def odd(day, clock=noon):
        return services.odd_about(cohort, dt.datetime.combine(day, clock), cohort.time_zone)

    assert odd(cohort.first_day) == odd(last) == []
    assert "Before the first day" in odd(cohort.first_day - dt.timedelta(days=1))[0]
    assert "After the last day" in odd(last + dt.timedelta(days=1))[0]
    first_sunday = next(dt.date(2026, 11, n) for n in range(1, 8) if dt.date(2026, 11, n).weekday() == 6)
    zone = "America/Toronto"
    twice = [
        services.odd_about(cohort, dt.datetime.combine(first_sunday, dt.time(hour, 30)), zone)[-1:]
        for hour in (0, 1, 2)
    ]
    assert ["twice" in "".join(told) for told in twice] == [False, True, False]
    assert not any("twice" in one for one in services.odd_about(cohort, dt.datetime(2027, 3, 14, 2, 30), zone))
