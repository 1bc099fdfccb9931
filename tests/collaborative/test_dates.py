"""Dates that planners move: what goes along, what is refused, and the way back."""

import dataclasses
import datetime as dt

import pytest
from django.utils import timezone

from collaborative.dates import EnrolmentDays, FreeNoLonger, KeepFree, Pin, Shift
from collaborative.line import today_in
from collaborative.models import Cohort, QuietWeek, Reschedule
from collaborative.reschedule import reschedule, undo
from core.refusals import Refused
from core.time import wall_in
from enrolment.deciding import decide
from enrolment.releasing import release
from notifications.models import PlannedMessage
from sessions.services import SessionMove, move_session
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    """Not begun: its first day is eleven weeks ahead."""
    return make.cohort(first_day=timezone.now().date() + dt.timedelta(weeks=11))


def standing(cohort):
    """Everything that a change of dates may touch."""
    fresh = Cohort.objects.get(pk=cohort.pk)
    return {
        "cohort": (fresh.first_day, fresh.apply_from, fresh.apply_until, fresh.answers_on),
        "phases": list(
            fresh.phases.in_order().values_list("key", "starts_on", "ends_on", "pinned_start", "pinned_end")
        ),
        "sessions": list(fresh.learning_sessions.order_by("pk").values_list("day", "clock", "starts_at")),
        "tasks": list(fresh.tasks.order_by("key").values_list("key", "due_on")),
        "quiet": list(fresh.quiet_weeks.values_list("pk", "starts_on", "ends_on", "name_en", "name_fr")),
    }


def changes(cohort):
    quiet = QuietWeek.objects.create(
        cohort=cohort, starts_on=cohort.first_day, ends_on=cohort.first_day, name_en="A", name_fr="B"
    )
    on = cohort.first_day
    return {
        "enrolment": EnrolmentDays(cohort, cohort.apply_from, cohort.apply_until + dt.timedelta(2), cohort.answers_on),
        "shift": Shift(cohort, 14),
        "pin": Pin(cohort.phases.get(key="ap1"), cohort.phases.get(key="ls1").starts_on + dt.timedelta(days=5), None),
        "quiet": KeepFree(cohort, on + dt.timedelta(20), on + dt.timedelta(25), "Rest", "Repos"),
        "busy": FreeNoLonger(quiet),
    }


KINDS = ["enrolment", "shift", "pin", "quiet", "busy"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_preview_changes_nothing_and_says_what_the_change_then_does(cohort, kind):
    change = changes(cohort)[kind]
    before = standing(cohort)
    preview = reschedule(change, by=None, dry_run=True)
    assert standing(cohort) == before
    assert not Reschedule.objects.exists()
    done = reschedule(changes_again(change), by=None, seen=preview.mark)
    assert done.reschedule
    assert standing(cohort) != before
    assert strip(done.ledger.entries) == strip(preview.ledger.entries)
    assert done.consequences == preview.consequences


def changes_again(change):
    """A second request has read everything anew."""
    values = {f.name: getattr(change, f.name) for f in dataclasses.fields(change)}
    return type(change)(**{
        name: type(value).objects.get(pk=value.pk) if hasattr(value, "pk") else value for name, value in values.items()
    })  # fmt: skip


def strip(entries):
    return [
        {name: value for name, value in entry.items() if name != "id" or entry["field"] != "*"} for entry in entries
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_undo_puts_everything_back_as_it_stood(cohort, kind):
    change = changes(cohort)[kind]
    before = standing(cohort)
    done = reschedule(change, by=None)
    undo(reschedule=done.reschedule, by=None)
    assert standing(cohort) == before


def test_what_would_do_another_thing_than_was_seen_is_not_done(cohort):
    seen = reschedule(Shift(cohort, 7), by=None, dry_run=True).mark
    reschedule(EnrolmentDays(cohort, None, None, None), by=None)
    before = standing(cohort)
    again = reschedule(Shift(Cohort.objects.get(pk=cohort.pk), 7), by=None, seen=seen)
    assert again.reschedule is None
    assert again.mark != seen
    assert standing(cohort) == before


def test_a_shift_moves_all_sessions_and_tells_everybody_once(cohort):
    nia = make.member(team=make.team(cohort=cohort))
    before = standing(cohort)
    moved = reschedule(Shift(cohort, 7), by=None)
    after = standing(cohort)
    week = dt.timedelta(days=7)
    assert [day + week for day, *_rest in before["sessions"]] == [day for day, *_rest in after["sessions"]]
    assert [(key, a + week, b + week) for key, a, b, *_pins in before["phases"]] == [p[:3] for p in after["phases"]]
    assert {one.code: one.count for one in moved.consequences} == {"reminded": 1, "told": 1}
    told = PlannedMessage.objects.filter(recipient=nia, state="planned", kind__startswith="sessions/moved")
    assert [row.kind for row in told] == ["sessions/moved-together"]
    open_tasks = set(cohort.tasks.filter(done_at=None).values_list("key", flat=True))
    tasks = dict(after["tasks"])
    assert all(tasks[key] == day + (week if key in open_tasks else dt.timedelta()) for key, day in before["tasks"])


def test_a_shift_of_a_cohort_that_runs_leaves_what_lies_behind():
    cohort = make.cohort()
    before = standing(cohort)
    reschedule(Shift(cohort, 7), by=None)
    after = standing(cohort)
    assert after["cohort"] == before["cohort"]
    assert after["sessions"] != before["sessions"]
    held = cohort.learning_sessions.get(phase__key="ls1")
    assert held.day == {key: start for key, start, *_rest in before["phases"]}["ls1"]


@pytest.mark.parametrize(
    ("days", "words"), [(0, "moves nothing"), (9999, "years away"), (-78, "behind us"), (-60, "behind us")]
)
def test_a_shift_that_makes_no_sense_is_refused(cohort, days, words):
    before = standing(cohort)
    with pytest.raises(Refused, match=words) as refused:
        reschedule(Shift(cohort, days), by=None)
    assert refused.value.field == "days"
    assert standing(cohort) == before


def test_a_session_pulled_before_the_last_one_is_refused():
    cohort = make.cohort()
    second = cohort.learning_sessions.get(phase__key="ls2")
    days = (today_in(cohort) - second.day).days
    with pytest.raises(Refused):
        reschedule(Shift(cohort, days - 3), by=None)


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("apply_until", lambda c: (c.apply_from, c.apply_from - dt.timedelta(1), c.answers_on)),
        ("answers_on", lambda c: (c.apply_from, c.apply_until, c.apply_until - dt.timedelta(1))),
        ("answers_on", lambda c: (None, None, c.first_day + dt.timedelta(30))),
        ("apply_until", lambda c: (None, c.first_day + dt.timedelta(30), None)),
        ("apply_from", lambda c: (c.first_day - dt.timedelta(2000), None, None)),
        ("", lambda c: (c.apply_from, c.apply_until, c.answers_on)),
    ],
)
def test_days_of_enrolment_that_make_no_sense_are_refused_beside_their_box(cohort, field, days):
    with pytest.raises(Refused) as refused:
        reschedule(EnrolmentDays(cohort, *days(cohort)), by=None)
    assert refused.value.field == field


def test_a_stretch_set_by_hand_stays_between_its_sessions_and_can_follow_them_again(cohort):
    phase = cohort.phases.get(key="ap1")
    first, last = cohort.phases.get(key="ls1").starts_on, cohort.phases.get(key="ls2").starts_on
    for start, end, field in [
        (first - dt.timedelta(1), None, "start"),
        (None, last + dt.timedelta(1), "end"),
        (last, first, "end"),
    ]:
        with pytest.raises(Refused) as refused:
            reschedule(Pin(phase, start, end), by=None)
        assert refused.value.field == field
    reschedule(Pin(phase, None, last - dt.timedelta(7)), by=None)
    phase.refresh_from_db()
    assert phase.ends_on == last - dt.timedelta(7)
    reschedule(Pin(phase, None, None), by=None)
    phase.refresh_from_db()
    assert (phase.ends_on, phase.pinned_end) == (last - dt.timedelta(1), None)


def test_days_kept_free_do_not_overlap_and_are_not_taken_away_twice(cohort):
    on = cohort.first_day
    reschedule(KeepFree(cohort, on, on + dt.timedelta(6), "Rest", "Repos"), by=None)
    for start, end in [
        (on + dt.timedelta(6), on + dt.timedelta(9)),
        (on + dt.timedelta(9), on),
        (on, on + dt.timedelta(90)),
    ]:
        with pytest.raises(Refused):
            reschedule(KeepFree(cohort, start, end, "Rest", "Repos"), by=None)
    row = cohort.quiet_weeks.get()
    reschedule(FreeNoLonger(row), by=None)
    with pytest.raises(Refused, match="already"):
        reschedule(FreeNoLonger(row), by=None)


def test_undo_refuses_where_days_kept_free_were_taken_away_since(cohort):
    on = cohort.first_day
    done = reschedule(KeepFree(cohort, on, on, "Rest", "Repos"), by=None)
    QuietWeek.objects.all().delete()
    with pytest.raises(Refused, match="changed again since"):
        undo(reschedule=done.reschedule, by=None)


def test_a_session_that_moves_takes_its_tasks_along_but_not_those_done_or_pinned():
    cohort = make.cohort()
    session = cohort.learning_sessions.get(phase__key="ls2")
    done, pinned = cohort.tasks.get(key="ls2-announce"), cohort.tasks.get(key="ls2-try-room")
    cohort.tasks.filter(pk=done.pk).update(done_at=timezone.now())
    cohort.tasks.filter(pk=pinned.pk).update(pinned_on=pinned.due_on)
    moved = move_session(learning_session=session, to=session.wall + dt.timedelta(days=2), by=None)
    due = dict(cohort.tasks.values_list("key", "due_on"))
    assert due["ls2-who-came"] == session.day + dt.timedelta(days=1)
    assert (due["ls2-announce"], due["ls2-try-room"]) == (done.due_on, pinned.due_on)
    undo(reschedule=moved.reschedule, by=None)
    assert cohort.tasks.get(key="ls2-who-came").due_on == session.day - dt.timedelta(days=1)


# ---------------------------------------------------------------- one order, whichever page moves


@pytest.mark.parametrize("name", ["apply_until", "answers_on"])
def test_enrolment_ends_before_the_first_session_by_either_door_and_in_the_same_words(cohort, name):
    first = cohort.learning_sessions.get(phase__key="ls1")
    Cohort.objects.filter(pk=cohort.pk).update(apply_from=None, apply_until=None, answers_on=None)
    Cohort.objects.filter(pk=cohort.pk).update(**{name: first.day - dt.timedelta(days=1)})
    with pytest.raises(Refused) as by_session:
        move_session(learning_session=first, to=first.wall - dt.timedelta(days=3), by=None, dry_run=True)
    assert by_session.value.field == "day"
    Cohort.objects.filter(pk=cohort.pk).update(**{name: None})
    first = cohort.learning_sessions.get(phase__key="ls1")
    move_session(learning_session=first, to=first.wall - dt.timedelta(days=3), by=None)
    days = {"apply_from": None, "apply_until": None, "answers_on": None, name: first.day + dt.timedelta(days=2)}
    with pytest.raises(Refused) as by_enrolment:
        reschedule(EnrolmentDays(cohort, **days), by=None)
    assert by_enrolment.value.field == name
    assert by_enrolment.value.sentence == by_session.value.sentence


def test_the_first_session_stays_within_the_series(cohort):
    Cohort.objects.filter(pk=cohort.pk).update(apply_from=None, apply_until=None, answers_on=None)
    first = cohort.learning_sessions.get(phase__key="ls1")
    to = dt.datetime.combine(cohort.first_day - dt.timedelta(days=1), first.clock)
    with pytest.raises(Refused, match="cannot come before the first day"):
        move_session(learning_session=first, to=to, by=None)


def test_a_session_does_not_go_over_days_that_were_set_by_hand(cohort):
    phase, second = cohort.phases.get(key="ap1"), cohort.learning_sessions.get(phase__key="ls2")
    reschedule(Pin(phase, None, second.day - dt.timedelta(days=2)), by=None)
    with pytest.raises(Refused, match="set by hand") as refused:
        move_session(learning_session=second, to=second.wall - dt.timedelta(days=4), by=None)
    assert refused.value.field == "day"
    second = cohort.learning_sessions.get(phase__key="ls2")
    move_session(learning_session=second, to=second.wall - dt.timedelta(days=1), by=None)


def test_an_order_that_was_broken_already_can_be_mended_one_date_at_a_time(cohort):
    first = cohort.learning_sessions.get(phase__key="ls1")
    late = first.day + dt.timedelta(days=3)
    Cohort.objects.filter(pk=cohort.pk).update(answers_on=late)
    move_session(learning_session=first, to=first.wall + dt.timedelta(days=1), by=None)


def test_letters_that_wait_for_their_minute_are_named_where_enrolment_moves(cohort):
    paula = make.planner(cohort=cohort)
    decide(application=make.application(cohort=cohort), outcome="accept", by=paula)
    release(cohort=cohort, by=paula, wall=wall_in(timezone.now(), cohort.time_zone) + dt.timedelta(days=3))
    first = cohort.learning_sessions.get(phase__key="ls1")
    week = dt.timedelta(days=7)
    until = cohort.apply_until + dt.timedelta(1)
    for change, letters in [
        (SessionMove(first, first.wall + dt.timedelta(days=1)), 1),
        (EnrolmentDays(cohort, cohort.apply_from, until, cohort.answers_on), 1),
        (Shift(cohort, 7), 1),
        (Pin(cohort.phases.get(key="ap1"), first.day + week, None), None),
    ]:
        moved = reschedule(change, by=paula, dry_run=True)
        assert {one.code: one.count for one in moved.consequences}.get("letters") == letters
