"""The planning team's own tasks: this week's first, who does them, done and not done."""

import datetime as dt

import pytest

from audit.models import Entry
from collaborative import tasks
from collaborative.line import today_in
from collaborative.models import Cohort
from collaborative.services import give_role
from core.refusals import Refused
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    made = make.cohort()
    made.tasks.all().delete()
    return made


def own(cohort, days=0, **more):
    due = today_in(cohort) + dt.timedelta(days=days)
    return tasks.add_task(cohort=cohort, **{"text": f"Task {days}", "due_on": due, "by": None, **more})


def test_late_and_this_weeks_tasks_come_first_at_most_seven_and_done_ones_last(cohort):
    for days in range(-9, 0):
        own(cohort, days)
    later, done = own(cohort, 30), own(cohort, -1)
    tasks.tick(task=done, by=None)
    plan = tasks.plan_of(cohort)
    assert [row.text for row in plan.now] == [f"Task {days}" for days in range(-9, -2)]
    assert [row.text for row in plan.later] == ["Task -2", "Task -1", later.text]
    assert all(row.late for row in plan.now)
    assert not plan.later[-1].late
    assert plan.done == [done]
    assert tasks.due_this_week(tasks.with_open_days(Cohort.objects).get(pk=cohort.pk)) == 9


def test_the_week_ends_on_sunday():
    assert tasks.end_of_week(dt.date(2027, 1, 4)) == tasks.end_of_week(dt.date(2027, 1, 10)) == dt.date(2027, 1, 10)


def test_done_twice_stays_done_by_the_first_and_can_be_taken_back(cohort):
    paula, pia = make.planner(cohort=cohort), make.planner(cohort=cohort)
    task = own(cohort)
    tasks.tick(task=task, by=paula)
    tasks.tick(task=task, by=pia)
    task.refresh_from_db()
    assert task.done_by == paula
    assert Entry.objects.filter(verb="task.done").count() == 1
    tasks.untick(task=task, by=pia)
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (None, None)


def test_a_task_of_another_day_follows_its_anchor_again_when_it_is_no_longer_pinned():
    cohort = make.cohort()
    task = cohort.tasks.get(key="ls3-announce")
    was = task.due_on
    pinned = was + dt.timedelta(days=3)
    tasks.change_task(task=task, assignee=None, pinned_on=pinned, version=1, by=None)
    task.refresh_from_db()
    assert (task.due_on, tasks.why(task, {})) == (pinned, "set by hand")
    tasks.change_task(task=task, assignee=None, pinned_on=None, version=2, by=None)
    task.refresh_from_db()
    assert task.due_on == was
    assert tasks.why(task, {"ls3": "Session 3"}) == "1 week before: Session 3"


def test_only_who_plans_the_cohort_gets_a_task(cohort):
    paula, programmes = make.planner(cohort=cohort), make.person("Pat")
    give_role(user=programmes, role="planner", by=None, programme=cohort.programme)
    task = own(cohort, assignee=paula)
    tasks.change_task(task=task, assignee=programmes, pinned_on=task.due_on, version=1, by=None)
    with pytest.raises(Refused) as refused:
        tasks.change_task(task=task, assignee=make.person(), pinned_on=task.due_on, version=2, by=None)
    assert refused.value.field == "assignee"


def test_a_task_of_ones_own_keeps_a_day(cohort):
    with pytest.raises(Refused) as refused:
        tasks.change_task(task=own(cohort), assignee=None, pinned_on=None, version=1, by=None)
    assert refused.value.field == "pinned_on"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-60, "60 days before: x"),
        (-14, "2 weeks before: x"),
        (-7, "1 week before: x"),
        (-1, "1 day before: x"),
        (0, "on the day: x"),
        (3, "3 days after: x"),
    ],
)
def test_how_far_in_words(days, words):
    assert tasks.distance(days, "x") == words
