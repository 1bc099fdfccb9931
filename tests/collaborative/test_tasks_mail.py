"""This week's tasks on Monday morning: to who has some, once, never empty."""

import datetime as dt

import pytest
from django.utils import timezone

from collaborative import not_this_week, tasks, tasks_mail
from collaborative.line import today_in
from collaborative.models import Membership, PlanningTask
from core.time import forward_utc, wall_in
from notifications.briefing import Briefing
from notifications.models import PlannedMessage
from notifications.wording import Gone, render
from tests import make

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def cohort():
    made = make.cohort()
    made.tasks.all().delete()
    return made


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford")


@pytest.fixture
def pia(cohort):
    return make.planner(cohort=cohort, name="Pia Lindqvist")


def monday(cohort) -> dt.date:
    """Return the Monday after this week."""
    today = today_in(cohort)
    return today + (7 - today.weekday()) * DAY


def at(cohort, days: int = -1, hour: int = 9) -> dt.datetime:
    return forward_utc(dt.datetime.combine(monday(cohort) + days * DAY, dt.time(hour)), cohort.time_zone)


def own(cohort, on: dt.date, **more) -> PlanningTask:
    return tasks.add_task(cohort=cohort, **{"text": "Book the speaker", "due_on": on, "by": None, **more})


def planned() -> list[PlannedMessage]:
    rows = PlannedMessage.objects.filter(kind=tasks_mail.KIND, state="planned").select_related("recipient")
    return sorted(rows, key=lambda row: row.recipient.name)


def words(row: PlannedMessage) -> str:
    """Return what this message would say now, "" where it would not leave."""
    briefing = Briefing([row])
    if briefing.no_longer(row):
        return ""
    try:
        return render(row, briefing.said).plain
    except Gone:
        return ""


def test_on_monday_at_eight_to_each_who_has_something_once(cohort, paula, pia):
    mine = own(cohort, monday(cohort) + 2 * DAY, assignee=paula)
    assert tasks_mail.sweep(at(cohort, days=-4)) == 0, "planned two days ahead"
    assert [tasks_mail.sweep(at(cohort)), tasks_mail.sweep(at(cohort))] == [1, 0]
    (row,) = planned()
    assert row.recipient == paula
    assert wall_in(row.due_at, cohort.time_zone) == dt.datetime.combine(monday(cohort), dt.time(8))
    own(cohort, monday(cohort) + 6 * DAY)
    assert tasks_mail.sweep(at(cohort, days=0)) == 1, "what is nobody’s is everybody’s"
    assert [one.recipient for one in planned()] == [paula, pia]
    assert tasks_mail.sweep(at(cohort, days=0, hour=13)) == 0
    tasks.tick(task=mine, by=paula)


def test_what_is_due_later_or_done_or_of_another_is_no_reason(cohort, paula, pia):
    own(cohort, monday(cohort) + 7 * DAY)
    tasks.tick(task=own(cohort, monday(cohort)), by=pia)
    own(cohort, monday(cohort), assignee=pia)
    tasks_mail.sweep(at(cohort))
    assert [row.recipient for row in planned()] == [pia]


def test_what_has_been_left_for_long_is_no_reason_to_write_every_week(cohort, paula):
    old = own(cohort, monday(cohort) - 29 * DAY)
    assert tasks_mail.sweep(at(cohort)) == 0
    PlanningTask.objects.filter(pk=old.pk).update(due_on=monday(cohort) - 28 * DAY)
    assert tasks_mail.sweep(at(cohort)) == 1


def test_late_on_the_day_nothing_is_made_up_for(cohort, paula):
    own(cohort, monday(cohort))
    assert tasks_mail.sweep(at(cohort, days=0, hour=13)) == 0
    assert tasks_mail.sweep(at(cohort, days=0, hour=11)) == 1
    (row,) = planned()
    assert row.not_after == row.due_at + tasks_mail.WORTH_IT, "after a standstill only the newest leaves"


def test_it_says_what_stands_then_and_nothing_where_all_is_done(cohort, paula):
    today = today_in(cohort)
    for days in range(-9, 0):
        own(cohort, today + days * DAY, text=f"Call {-days}")
    tasks_mail.sweep(at(cohort))
    (row,) = planned()
    text = words(row)
    assert text.count("- Call ") == tasks.AT_ONCE
    assert text.count(", late") == tasks.AT_ONCE
    assert "- and 2 more" in text
    assert "Not this week:" in text
    letter = render(row)
    assert letter.subject == f"This week: 9 tasks for {cohort.name}"
    assert "Call 9" in letter.html
    cohort.tasks.update(done_at=timezone.now())
    assert words(row) == ""


def test_who_plans_no_more_or_put_it_off_or_whose_cohort_is_closed_is_not_told(cohort, paula, pia):
    own(cohort, today_in(cohort))
    tasks_mail.sweep(at(cohort))
    rows = {row.recipient.name: row for row in planned()}
    week = not_this_week.week_of(cohort)
    not_this_week.not_this_week(person=pia, task=tasks_mail.TASK, about=cohort.pk, week=week, by=pia)
    assert words(rows["Pia Lindqvist"]) == ""
    assert words(rows["Paula Whitford"])
    Membership.objects.filter(user=paula).update(until=timezone.now())
    assert words(rows["Paula Whitford"]) == ""
    cohort.closed_at = timezone.now()
    cohort.save()
    PlannedMessage.objects.filter(kind=tasks_mail.KIND).update(occurrence="long ago")
    assert tasks_mail.sweep(at(cohort)) == 0


def test_a_planner_of_the_whole_programme_hears_of_each_cohort(cohort):
    other = make.cohort(programme=cohort.programme)
    other.tasks.all().delete()
    person = make.person("Wanda Whole")
    Membership.objects.create(user=person, programme=cohort.programme, role="planner")
    for one in (cohort, other):
        own(one, monday(cohort))
    tasks_mail.sweep(at(cohort))
    assert {row.scope_id for row in planned()} == {str(cohort.pk), str(other.pk)}
    assert {row.recipient for row in planned()} == {person}


def test_as_many_statements_for_many_as_for_one(cohort, paula, django_assert_num_queries):
    own(cohort, monday(cohort))
    for _n in range(4):
        make.planner(cohort=cohort)
    tasks_mail.sweep(at(cohort))
    assert len(planned()) == 5
    with django_assert_num_queries(4):
        tasks_mail.sweep(at(cohort))
    with django_assert_num_queries(1):
        tasks_mail.sweep(at(cohort, days=-4))
