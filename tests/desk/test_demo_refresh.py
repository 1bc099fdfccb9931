"""A demo that was filled weeks ago is brought up to today by whole weeks, and nobody is told."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from collaborative.line import where_is
from collaborative.models import Cohort, Reschedule
from collaborative.reschedule import can_undo
from core.time import wall_in
from desk.demo import refresh, world
from desk.demo.marks import demo_id, marked
from desk.series.load import load_of
from desk.series.pages import series_of, warnings_of
from forum.models import Post
from improvement.charts import charts_of
from improvement.models import DataPoint, SafetyConversation, TriedChange
from notifications.models import PlannedMessage
from sessions.models import Attendance, LearningSession
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("notifications.bell.kick", lambda: True)


@pytest.fixture
def then():
    """A demo filled sixteen days ago."""
    now = timezone.now()
    ago = now - dt.timedelta(days=16)
    with time_machine.travel(ago, tick=False):
        made = world.fill(now=ago)
    made.today = now
    return made


def dates(cohort_id=world.COHORT_ID):
    cohort = Cohort.objects.get(pk=cohort_id)
    return {phase.key: (phase.starts_on, phase.ends_on) for phase in cohort.phases.all()} | {"first": cohort.first_day}


@pytest.mark.everywhere
def test_everything_moves_by_the_same_whole_weeks(then):
    before, next_before = dates(), dates(world.NEXT_ID)
    talks = dict(SafetyConversation.objects.values_list("pk", "on"))
    posts = dict(Post.objects.values_list("pk", "created_at"))
    came = dict(Attendance.objects.values_list("pk", "at"))
    weekly = DataPoint.objects.filter(measure__frequency="weekly")
    weeks = sorted(weekly.values_list("measure", "period_start"))
    learned = dict(TriedChange.objects.exclude(learned_on=None).values_list("pk", "learned_on"))
    assert refresh.bring_up_to_date(now=then.today) == 2
    two = dt.timedelta(weeks=2)
    for was, now in ((before, dates()), (next_before, dates(world.NEXT_ID))):
        first = was.pop("first")
        assert now.pop("first") == first + two
        assert now == {key: (start + two, end + two) for key, (start, end) in was.items()}
    assert dict(SafetyConversation.objects.values_list("pk", "on")) == {pk: on + two for pk, on in talks.items()}
    assert dict(Post.objects.values_list("pk", "created_at")) == {pk: at + two for pk, at in posts.items()}
    assert dict(Attendance.objects.values_list("pk", "at")) == {pk: at + two for pk, at in came.items()}
    assert sorted(weekly.values_list("measure", "period_start")) == [(m, week + two) for m, week in weeks]
    months = DataPoint.objects.filter(measure__frequency="monthly").values_list("period_start", flat=True)
    here = wall_in(then.today, world.CLOCK).date().replace(day=1)
    assert {month.day for month in months} == {1}
    assert max(months) == (here - dt.timedelta(days=1)).replace(day=1), "the last whole month is the last one again"
    assert dict(TriedChange.objects.exclude(learned_on=None).values_list("pk", "learned_on")) == {
        pk: on + two for pk, on in learned.items()
    }
    cohort = Cohort.objects.get(pk=world.COHORT_ID)
    assert where_is(cohort, wall_in(then.today, world.CLOCK).date()).current == "ap1"
    (chart,) = charts_of(
        then.teams["harbour-view"],
        measures=then.teams["harbour-view"].measures.filter(fills_itself=True),
        now=then.today,
    )
    assert str(chart.chart.reading.finding) == "shift"


@pytest.mark.everywhere
def test_sessions_keep_their_hour_on_the_wall_and_their_phase(then):
    refresh.bring_up_to_date(now=then.today)
    for row in LearningSession.objects.filter(phase__isnull=False).select_related("phase"):
        assert wall_in(row.starts_at, row.zone) == row.wall
        assert row.clock == dt.time(12)
        assert row.day.weekday() == 2
        assert (row.phase.starts_on, row.phase.ends_on) == (row.day, row.day)


@pytest.mark.everywhere
def test_nobody_is_told_and_only_the_new_days_are_reminded(then):
    refresh.bring_up_to_date(now=then.today)
    assert not PlannedMessage.objects.filter(kind="sessions/moved").exists()
    ahead = LearningSession.objects.get(cohort=world.COHORT_ID, phase__key="ls2")
    waiting = PlannedMessage.objects.about(ahead).waiting()
    assert set(waiting.values_list("source_version", flat=True)) == {ahead.version} == {2}
    assert set(waiting.values_list("occurrence", flat=True)) <= {"T-14d", "T-2d", "T-1h"}
    assert set(waiting.filter(occurrence="T-1h").values_list("due_at", flat=True)) == {
        ahead.starts_at - dt.timedelta(hours=1)
    }
    assert Reschedule.objects.count() == 2
    assert not can_undo(then.people["paula"]).exists()


@pytest.mark.everywhere
def test_it_happens_once(then):
    assert refresh.bring_up_to_date(now=then.today) == 2
    before = dates()
    assert refresh.bring_up_to_date(now=then.today) == 0
    assert dates() == before
    assert refresh.bring_up_to_date(now=then.today + dt.timedelta(days=5)) == 1


@pytest.mark.everywhere
def test_six_days_are_young():
    now = timezone.now()
    world.fill(now=now)
    assert refresh.bring_up_to_date(now=now + dt.timedelta(days=6)) == 0
    assert refresh.bring_up_to_date(now=now + dt.timedelta(days=7)) == 1


@pytest.mark.everywhere
def test_dates_stay_once_somebody_real_has_joined(then):
    before = dates()
    make.member(team=then.teams["fundy"], user=make.person("Ruth Real", email="ruth@hospital.example"))
    assert refresh.bring_up_to_date(now=then.today) == 0
    assert dates() == before


@pytest.mark.everywhere
def test_what_was_tried_out_since_stays_on_its_day(then):
    """A conversation of yesterday does not move into next week, and a number that was typed since wins."""
    nia, team = then.people["nia"], then.teams["harbour-view"]
    yesterday = make.conversation(team=team, by=nia, at=then.today - dt.timedelta(days=1))
    measure = team.measures.get(fills_itself=True)
    typed = make.data_point(measure=measure, weeks_ago=1, value=99, by=nia, at=then.today - dt.timedelta(hours=1))
    numbers = measure.points.count()
    refresh.bring_up_to_date(now=then.today)
    on = yesterday.on
    yesterday.refresh_from_db()
    assert yesterday.on == on
    typed.refresh_from_db()
    assert typed.value == 99
    assert measure.points.filter(period_start=typed.period_start).count() == 1
    assert measure.points.count() in (numbers, numbers - 1)
    assert demo_id("number", "harbour-view", 14) in set(measure.points.values_list("pk", flat=True))


# ---------------------------------------------------------------- what the whole series promises


def too_much() -> list:
    """Return what the page of the whole series warns of, for whom."""
    found = []
    for cohort in Cohort.objects.filter(**marked()):
        for role in ("lead", "participant", "partner"):
            load = load_of(series_of(cohort, role), cohort.time_zone)
            found += [(cohort.slug, role, words) for words in warnings_of(load)]
    return found


def started(now: dt.datetime) -> None:
    refresh.bring_up_to_date(now=now)
    made = refresh.new_drop_in(now=now)
    LearningSession.objects.filter(pk=made.pk).update(created_at=now)  # the database keeps its own clock


@pytest.mark.everywhere
def test_a_demo_that_starts_again_promises_no_more_than_the_series(then):
    started(then.today)
    assert too_much() == []


@pytest.mark.deep
@pytest.mark.parametrize("weekday", range(7))
def test_whatever_weekday_a_demo_begins_on_and_starts_again_nobody_is_sent_too_much(weekday):
    first = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC) + dt.timedelta(days=weekday)
    with time_machine.travel(first, tick=False):
        world.fill(now=first)
    for days in (*range(8), 10, 15, 30, 44):
        now = first + dt.timedelta(days=days)
        with time_machine.travel(now, tick=False):
            started(now)
            assert too_much() == [], f"{days} days later"
