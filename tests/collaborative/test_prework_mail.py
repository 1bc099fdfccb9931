"""What is left to get ready: one mail to the lead a week before the first session, and it stops by itself."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collaborative import not_this_week, pausing, prework, prework_mail
from collaborative.line import today_in
from collaborative.models import Membership, PreworkTick, QuietWeek
from core.time import forward_utc, wall_in
from notifications.briefing import Briefing
from notifications.models import PlannedMessage
from notifications.wording import Gone, render
from tests import make

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def cohort():
    """A cohort whose first session is in six days."""
    made = make.cohort()
    return shift(make.cohort(first_day=made.first_day + (days_to(made, 6)) * DAY))


def days_to(cohort, ahead: int) -> int:
    return (today_in(cohort) + ahead * DAY - prework_mail.first_day(cohort)).days


def shift(cohort):
    assert prework_mail.first_day(cohort) == today_in(cohort) + 6 * DAY
    return cohort


@pytest.fixture
def team(cohort):
    cohort.programme.prework.all().delete()
    make.prework_item(programme=cohort.programme, text_en="Name a lead", text_fr="Nommer une personne responsable")
    make.prework_item(programme=cohort.programme, text_en="Meet your coach", text_fr="Rencontrer votre coach")
    return make.team(cohort=cohort, name="2 West")


@pytest.fixture
def tess(team):
    lead = make.lead(team=team, name="Tess Holloway")
    Membership.objects.update(since=timezone.now() - 30 * DAY)
    return lead


def at(cohort, days_before: int, hour: int = 9) -> dt.datetime:
    """Return that hour on the cohort's clock, so many days before the first session."""
    on = prework_mail.first_day(cohort) - days_before * DAY
    return forward_utc(dt.datetime.combine(on, dt.time(hour)), cohort.time_zone)


def planned() -> list[PlannedMessage]:
    return list(PlannedMessage.objects.filter(kind=prework_mail.KIND, state="planned").select_related("recipient"))


def leaves(row: PlannedMessage) -> bool:
    briefing = Briefing([row])
    if briefing.no_longer(row):
        return False
    try:
        render(row, briefing.said)
    except Gone:
        return False
    return True


def test_a_week_before_at_ten_planned_two_days_ahead_and_once(cohort, team, tess):
    assert prework_mail.sweep(at(cohort, 12)) == 0
    assert [prework_mail.sweep(at(cohort, 8)), prework_mail.sweep(at(cohort, 8))] == [1, 0]
    row = planned()[0]
    assert row.recipient == tess
    due = wall_in(row.due_at, cohort.time_zone)
    assert due == dt.datetime.combine(prework_mail.first_day(cohort) - 7 * DAY, prework_mail.HOUR)
    PlannedMessage.objects.filter(pk=row.pk).update(state="sent", sent_at=timezone.now())
    for days in (7, 6, 3, 1):
        assert prework_mail.sweep(at(cohort, days, hour=11)) == 0, "one mail and no more"


def test_it_names_what_is_missing_and_offers_not_this_week(cohort, team, tess):
    prework.tick(team=team, item=prework.items_of(team)[0], ready=True, by=tess)
    prework_mail.sweep(at(cohort, 7))
    letter = render(planned()[0])
    assert letter.subject.startswith("Before the first session on ")
    assert "- Meet your coach" in letter.plain
    assert "Name a lead" not in letter.plain
    assert "Not this week:" in letter.plain
    tess.language = "fr"
    row = planned()[0]
    row.recipient = tess
    assert "- Rencontrer votre coach" in render(row).plain


def test_who_has_all_ready_hears_nothing_and_a_tick_takes_it_back(cohort, team, tess):
    prework_mail.sweep(at(cohort, 8))
    row = planned()[0]
    assert leaves(row)
    for item in prework.items_of(team):
        prework.tick(team=team, item=item, ready=True, by=tess)
    assert not leaves(row)
    assert prework_mail.sweep(at(cohort, 8)) == 0
    assert planned() == []
    PreworkTick.objects.all().delete()
    assert prework_mail.sweep(at(cohort, 8)) == 1, "taken back before it left, it waits again"


def test_a_break_puts_it_off_and_too_long_a_one_ends_it(cohort, team, tess):
    first = prework_mail.first_day(cohort)
    prework_mail.sweep(at(cohort, 8))
    quiet = QuietWeek.objects.create(
        cohort=cohort, starts_on=first - 8 * DAY, ends_on=first - 7 * DAY, name_en="Holidays", name_fr="Fêtes"
    )
    prework_mail.sweep(at(cohort, 8, hour=11))
    assert [wall_in(row.due_at, cohort.time_zone).date() for row in planned()] == [first - 6 * DAY]
    QuietWeek.objects.filter(pk=quiet.pk).update(ends_on=first - DAY)
    prework_mail.sweep(at(cohort, 8))
    assert planned() == []


def test_a_team_at_rest_hears_nothing_when_it_leaves(cohort, team, tess):
    prework_mail.sweep(at(cohort, 7))
    row = planned()[0]
    assert leaves(row)
    pausing.pause(team=team, reason="outbreak", until=today_in(cohort) + DAY, by=tess)
    assert not leaves(row)


def test_not_this_week_is_not_this_week(cohort, team, tess):
    prework_mail.sweep(at(cohort, 7))
    week = not_this_week.week_of(cohort)
    not_this_week.not_this_week(person=tess, task=prework_mail.TASK, about=team.pk, week=week, by=tess)
    assert not leaves(planned()[0])


def test_the_first_session_takes_it_along(cohort, team, tess):
    prework_mail.sweep(at(cohort, 8))
    before = planned()[0].due_at
    phases = cohort.phases.filter(kind="session").order_by("starts_on")
    moved = phases.first()
    cohort.phases.filter(pk=moved.pk).update(starts_on=moved.starts_on + DAY, ends_on=moved.ends_on + DAY)
    now = at(cohort, 8)
    assert prework_mail.sweep(now) == 0
    assert [row.due_at for row in planned()] == [before + DAY]
    cohort.phases.filter(pk=moved.pk).update(starts_on=moved.starts_on + 40 * DAY, ends_on=moved.ends_on + 40 * DAY)
    prework_mail.sweep(now)
    assert planned() == []


def test_a_lead_who_has_just_come_has_a_day_and_one_who_left_hears_nothing(cohort, team, tess):
    Membership.objects.update(since=timezone.now() - dt.timedelta(minutes=1))
    prework_mail.sweep()
    row = planned()[0]
    since = wall_in(tess.memberships.get().since, cohort.time_zone).date()
    assert wall_in(row.due_at, cohort.time_zone).date() == since + DAY
    Membership.objects.filter(user=tess).update(since=timezone.now() - 30 * DAY, until=timezone.now())
    assert not leaves(row)


def test_a_cohort_that_is_closed_or_has_begun_says_nothing(cohort, team, tess):
    assert prework_mail.sweep(at(cohort, 0)) == 0
    cohort.closed_at = timezone.now()
    cohort.save()
    assert prework_mail.sweep(at(cohort, 7)) == 0


def test_a_tick_that_finds_nothing_new_asks_as_much_for_five_teams_as_for_one(cohort, team, tess):
    def statements() -> int:
        prework_mail.sweep(at(cohort, 8))
        with CaptureQueriesContext(connection) as seen:
            assert prework_mail.sweep(at(cohort, 8)) == 0
        return len(seen)

    one = statements()
    for _n in range(4):
        make.lead(team=make.team(cohort=cohort))
    Membership.objects.update(since=timezone.now() - 30 * DAY)
    assert statements() == one <= 10
    assert len(planned()) == 5
