"""Join is the only way to the meeting, and writes down once who came."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from collaborative.models import Cohort, Membership, Role
from core.refusals import Refused
from sessions.models import Attendance, LearningSession, MeetingAddress, Recap
from sessions.room import joining
from tests import make
from tests.sessions.conftest import SECRET

pytestmark = pytest.mark.django_db


def test_join_notes_who_came_once_with_team_and_role(cohort, open_session):
    team = make.team(cohort=cohort)
    tess = make.lead(team=team)
    first, again = (joining.join(learning_session=open_session, user=tess) for _ in range(2))
    assert (first.url, first.first_time, again.first_time) == (SECRET, True, False)
    assert list(Attendance.objects.values_list("person", "team", "role", "source", "by")) == [
        (tess.pk, team.pk, "lead", "join", tess.pk)
    ]


def test_who_is_in_a_team_and_in_the_cohort_comes_with_the_team(cohort, open_session):
    paula = make.planner(cohort=cohort)
    joining.join(learning_session=open_session, user=paula)
    team = make.team(cohort=cohort)
    both = make.planner(cohort=cohort)
    make.member(team=team, user=both)
    joining.join(learning_session=open_session, user=both)
    assert set(Attendance.objects.values_list("person", "team", "role")) == {
        (paula.pk, None, "planner"),
        (both.pk, team.pk, "participant"),
    }


@pytest.mark.parametrize(
    ("minutes", "sentence"), [(17, "not open yet"), (-61, "has ended")], ids=["too early", "too late"]
)
def test_join_has_a_window(cohort, open_session, minutes, sentence):
    tess = make.lead(team=make.team(cohort=cohort))
    open_session.starts_at = timezone.now() + dt.timedelta(minutes=minutes)
    with pytest.raises(Refused, match=sentence):
        joining.join(learning_session=open_session, user=tess)
    assert not Attendance.objects.exists()


def test_nobody_joins_what_is_cancelled_or_of_a_series_that_ended(cohort, open_session):
    tess = make.lead(team=make.team(cohort=cohort))
    open_session.cancelled_at = timezone.now()
    with pytest.raises(Refused, match="cancelled"):
        joining.join(learning_session=open_session, user=tess)
    open_session.cancelled_at, open_session.cohort.closed_at = None, timezone.now()
    with pytest.raises(Refused, match="series has ended"):
        joining.join(learning_session=open_session, user=tess)
    assert not Attendance.objects.exists()


def test_the_page_of_a_series_that_ended_says_so_and_has_no_button(client, cohort, open_session):
    client.force_login(make.lead(team=make.team(cohort=cohort)))
    Cohort.objects.filter(pk=cohort.pk).update(closed_at=timezone.now())
    url = reverse("session", args=[cohort.pk, open_session.pk])
    text = client.get(url).content.decode()
    assert "This series has ended" in text
    assert "Join the session" not in text
    answer = client.post(reverse("session_join", args=[cohort.pk, open_session.pk]))
    assert answer.status_code == 409
    assert not Attendance.objects.exists()


def test_join_without_an_address_says_whom_to_ask(cohort, open_session):
    MeetingAddress.objects.all().delete()
    tess = make.lead(team=make.team(cohort=cohort))
    with pytest.raises(Refused, match="meeting address"):
        joining.join(learning_session=open_session, user=tess)
    assert not Attendance.objects.exists()


def test_who_was_ticked_by_a_colleague_and_joins_then_came_by_themselves(cohort, open_session):
    team = make.team(cohort=cohort)
    tess, nia = make.lead(team=team), make.member(team=team)
    row = make.attendance(learning_session=open_session, person=nia, team=team)
    Attendance.objects.filter(pk=row.pk).update(source="room", by=tess, awaits_lead=True)
    assert joining.join(learning_session=open_session, user=nia).first_time is False
    row.refresh_from_db()
    assert (row.source, row.by, row.awaits_lead) == ("join", nia, False)


def test_what_a_planner_entered_stays_what_it_is(cohort, open_session):
    nia = make.member(team=make.team(cohort=cohort))
    row = make.attendance(learning_session=open_session, person=nia)
    Attendance.objects.filter(pk=row.pk).update(source="planner")
    joining.join(learning_session=open_session, user=nia)
    row.refresh_from_db()
    assert row.source == "planner"


@pytest.mark.django_db(transaction=True)
def test_fifty_presses_at_once_are_one_attendance():
    cohort = make.cohort(first_day=timezone.now().date())
    tess = make.lead(team=make.team(cohort=cohort))
    learning_session = make.learning_session(cohort=cohort, minutes_ahead=5, url=SECRET)
    results, gate = [], threading.Barrier(50)

    def press():
        gate.wait()
        try:
            results.append(joining.join(learning_session=learning_session, user=tess))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(50)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(results) == 50
    assert sum(result.first_time for result in results) == 1
    assert Attendance.objects.count() == 1


def test_a_press_costs_little(client, cohort, open_session, django_assert_max_num_queries):
    """Five hundred people press in the same minute: session, person, roles, what they join, and three to write it down."""
    client.force_login(make.member(team=make.team(cohort=cohort)))
    url = reverse("session_join", args=[cohort.pk, open_session.pk])
    with django_assert_max_num_queries(11):
        assert client.post(url).status_code == 200


def test_a_sponsor_and_who_has_left_are_not_expected(cohort, open_session):
    team = make.team(cohort=cohort)
    nia, sol = make.member(team=team), make.member(team=team, role=Role.SPONSOR)
    assert [joining.is_expected(open_session, one) for one in (nia, sol)] == [True, False]
    Membership.objects.filter(user=nia).update(until=timezone.now())
    gone = type(nia).objects.get(pk=nia.pk)
    assert joining.is_expected(open_session, gone) is False


def test_who_plans_sees_how_many_came_tried_and_ask(cohort, open_session):
    team = make.team(cohort=cohort)
    for number in range(3):
        make.attendance(learning_session=open_session, person=make.member(team=team, name=f"P {number}"), team=team)
    Attendance.objects.filter(person__name="P 0").update(source="room", awaits_lead=True)
    open_session.sound_checks.create(person=make.member(team=team), at=timezone.now())
    open_session.guests.create(team=team, name="Sam Lee", asks=True, secret_hash="x")
    row = joining.with_numbers(LearningSession.objects.all(), make.planner(cohort=cohort)).get(pk=open_session.pk)
    assert joining.tally(row) == joining.Tally(came=2, tried=1, asking=1)
    assert (row.noted_as, row.counts, row.waits) == ("", False, False)


@pytest.mark.parametrize(
    ("noted", "words", "recap"),
    [
        ({}, "You were there, and it counts.", "To read again"),
        ({"source": "room", "awaits_lead": True}, "lead has still to confirm it", "To read again"),
        ({"minutes": 3}, "too short to count", "Missed it?"),
    ],
)
def test_afterwards_the_page_says_what_counts(client, cohort, open_session, noted, words, recap):
    team = make.team(cohort=cohort)
    reader = make.member(team=team)
    LearningSession.objects.filter(pk=open_session.pk).update(starts_at=timezone.now() - dt.timedelta(days=1))
    Recap.objects.create(learning_session=open_session, text_en="x", published_at=timezone.now())
    row = make.attendance(learning_session=open_session, person=reader, team=team)
    Attendance.objects.filter(pk=row.pk).update(**noted)
    client.force_login(reader)
    page = client.get(reverse("session", args=[cohort.pk, open_session.pk])).content.decode()
    assert [one for one in ("and it counts", "still to confirm", "too short") if one in page] == [
        one for one in ("and it counts", "still to confirm", "too short") if one in words
    ]
    assert recap in page


@pytest.mark.parametrize("minutes", [0, -70])
@pytest.mark.parametrize("who", ["member", "planner", "coach"])
def test_the_page_takes_twelve_statements_on_the_day_itself(
    client, cohort, open_session, who, minutes, django_assert_max_num_queries
):
    """tests/test_budget.py looks at it before the day."""
    team = make.team(cohort=cohort)
    reader = (
        {"member": make.lead, "coach": make.coach}[who](team=team) if who != "planner" else make.planner(cohort=cohort)
    )
    for number in range(10):
        one = make.member(team=team, name=f"P {number}")
        make.attendance(learning_session=open_session, person=one, team=team)
        open_session.guests.create(team=team, name=f"G {number}", asks=True, secret_hash=str(number))
    LearningSession.objects.filter(pk=open_session.pk).update(starts_at=timezone.now() + dt.timedelta(minutes=minutes))
    make.attendance(learning_session=open_session, person=reader, team=team)
    client.force_login(reader)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("session", args=[cohort.pk, open_session.pk])).status_code == 200
