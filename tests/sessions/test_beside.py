"""Five around one laptop are five who were there; the link's browser may say so too, and nobody takes back another's Join."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.refusals import Refused
from sessions.models import Attendance, Guest, LearningSession, SessionRules
from sessions.room import beside, joining, personal_links
from tests import make
from tests.sessions.conftest import SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture
def four(team):
    return [make.member(team=team, name=name) for name in ("Agnes", "Joan", "Marie", "Sanjay")]


@pytest.fixture
def nia(team, open_session):
    person = make.member(team=team, name="Nia Roy")
    joining.join(learning_session=open_session, user=person)
    return person


def fresh(person):
    return type(person).objects.get(pk=person.pk)


def say(open_session, by, ticked, shown=()):
    keys = [[one.pk for one in some] for some in (ticked, shown)]
    return beside.say_who_is_here(learning_session=open_session, by=fresh(by), ticked=keys[0], shown=keys[1])


def sources(open_session):
    return dict(Attendance.objects.filter(learning_session=open_session).values_list("person__name", "source"))


def test_one_join_and_four_ticked_are_five_rows(open_session, nia, four, team):
    assert say(open_session, nia, four) == 4
    assert sources(open_session) == {"Nia Roy": "join"} | dict.fromkeys(["Agnes", "Joan", "Marie", "Sanjay"], "room")
    assert set(Attendance.objects.filter(source="room").values_list("by", "team", "role", "awaits_lead")) == {
        (nia.pk, team.pk, "participant", False)
    }
    assert say(open_session, nia, four) == 0, "twice is once"


def test_a_tick_is_taken_back_and_a_join_is_not(open_session, nia, four):
    agnes, joan, *_rest = four
    joining.join(learning_session=open_session, user=agnes)
    say(open_session, nia, [joan])
    assert say(open_session, nia, [], shown=four) == 1
    assert sources(open_session) == {"Nia Roy": "join", "Agnes": "join"}


def test_a_page_from_before_takes_back_nothing_that_it_did_not_show(open_session, nia, four, team):
    agnes, joan, *_rest = four
    tess = make.lead(team=team)
    joining.join(learning_session=open_session, user=tess)
    say(open_session, nia, [agnes])
    assert say(open_session, tess, [joan], shown=[]) == 1
    assert {"Agnes", "Joan"} <= sources(open_session).keys()


def test_what_a_colleague_ticked_only_the_lead_takes_back(open_session, nia, four, team):
    agnes, joan, *_rest = four
    joining.join(learning_session=open_session, user=agnes)
    say(open_session, nia, [joan])
    assert say(open_session, agnes, [], shown=[joan]) == 0
    tess = make.lead(team=team)
    joining.join(learning_session=open_session, user=tess)
    assert say(open_session, tess, [], shown=[joan]) == 1


def test_people_of_other_teams_cannot_be_ticked(open_session, nia, cohort):
    other = make.member(team=make.team(cohort=cohort), name="Otto")
    assert say(open_session, nia, [other, make.person("Stan")]) == 0
    assert list(sources(open_session)) == ["Nia Roy"]


def test_only_after_join_and_for_a_day(open_session, nia, four, cohort):
    with pytest.raises(Refused, match="Join first"):
        say(open_session, four[0], [four[1]])
    with pytest.raises(Refused, match="Only members of a team"):
        say(open_session, make.planner(cohort=cohort), four)
    ended = timezone.now() - dt.timedelta(hours=23, minutes=59)
    LearningSession.objects.filter(pk=open_session.pk).update(starts_at=ended - dt.timedelta(minutes=60))
    open_session.refresh_from_db()
    assert say(open_session, nia, four[:1]) == 1
    LearningSession.objects.filter(pk=open_session.pk).update(starts_at=ended - dt.timedelta(minutes=62))
    open_session.refresh_from_db()
    with pytest.raises(Refused, match="A day after"):
        say(open_session, nia, four)


def test_somebody_who_is_not_in_the_team_is_there_by_name(client, open_session, nia, team):
    client.force_login(nia)
    url = reverse("session_room_somebody", args=[open_session.cohort_id, open_session.pk])
    assert "Choose one" in client.post(url, {"name": "Sam Lee", "position": ""}).content.decode()
    form = {"name": "Sam Lee", "position": "provider", "once": "7b1c1f57-6b8f-4d53-bd6b-1c6f0e3f7c11"}
    for _press in range(2):
        assert client.post(url, form).status_code == 302
    guest = Guest.objects.get()
    assert (guest.name, guest.team, guest.by, guest.secret_hash) == ("Sam Lee", team, nia, "")
    assert (guest.attendance.source, guest.attendance.person) == ("room", None)
    page = client.get(reverse("session", args=[open_session.cohort_id, open_session.pk])).content.decode()
    assert "Sam Lee" in page
    room = reverse("session_room", args=[open_session.cohort_id, open_session.pk])
    client.post(room, {"was": str(guest.pk)})
    assert not Guest.objects.exists()
    assert Attendance.objects.count() == 1


def test_somebody_sits_with_the_team_with_which_one_came(open_session, nia, team, cohort):
    second = make.team(cohort=cohort)
    make.member(team=second, user=nia)
    for came_with in (team, second):
        Attendance.objects.filter(person=nia).update(team=came_with)
        guest = beside.add_somebody(learning_session=open_session, by=fresh(nia), name="Sam Lee", position="other")
        assert (guest.team, guest.attendance.team) == (came_with, came_with)


def test_before_one_screen_sit_twenty_guests_and_no_more(open_session, nia):
    for number in range(20):
        beside.add_somebody(learning_session=open_session, by=fresh(nia), name=f"G {number}", position="other")
    with pytest.raises(Refused, match="more people than fit before one screen"):
        beside.add_somebody(learning_session=open_session, by=fresh(nia), name="One More", position="other")
    assert Guest.objects.count() == 20


def test_where_the_programme_wants_it_the_lead_confirms(client, open_session, nia, four, team):
    SessionRules.objects.create(programme=open_session.cohort.programme, room_is_confirmed=True)
    say(open_session, nia, four)
    beside.add_somebody(learning_session=open_session, by=fresh(nia), name="Sam Lee", position="other")
    assert Attendance.objects.counted().count() == 1
    tess, page = make.lead(team=team), reverse("session", args=[open_session.cohort_id, open_session.pk])
    client.force_login(nia)
    assert "counts once your lead has confirmed it" in client.get(page).content.decode()
    confirm = reverse("session_room_confirm", args=[open_session.cohort_id, open_session.pk])
    rows = [str(key) for key in Attendance.objects.filter(awaits_lead=True).values_list("pk", flat=True)]
    client.post(confirm, {"row": rows})
    assert Attendance.objects.counted().count() == 1, "only the lead may"
    client.force_login(tess)
    text = client.get(page).content.decode()
    assert "Were they in the room?" in text
    assert text.count('name="not"') == 5
    sam = Guest.objects.get().attendance
    client.post(confirm, {"not": str(sam.pk)})
    assert not Guest.objects.exists()
    client.post(confirm, {"row": rows})
    assert set(Attendance.objects.filter(source="room").values_list("awaits_lead", "confirmed_by")) == {
        (False, tess.pk)
    }
    assert Attendance.objects.counted().count() == 5
    assert "Were they in the room?" not in client.get(page).content.decode()


def test_a_day_after_the_lead_still_confirms_and_says_of_nobody_that_they_were_not_there(
    client, open_session, nia, four, team
):
    SessionRules.objects.create(programme=open_session.cohort.programme, room_is_confirmed=True)
    say(open_session, nia, four)
    client.force_login(make.lead(team=team))
    confirm = reverse("session_room_confirm", args=[open_session.cohort_id, open_session.pk])
    rows = [str(key) for key in Attendance.objects.filter(awaits_lead=True).values_list("pk", flat=True)]
    with time_machine.travel(open_session.ends_at + beside.STAYS_OPEN + dt.timedelta(minutes=1)):
        answer = client.post(confirm, {"not": rows[0]}, follow=True)
        assert "Tell the planning team who was there" in answer.content.decode()
        assert Attendance.objects.filter(awaits_lead=True).count() == len(rows)
        client.post(confirm, {"row": rows})
        assert not Attendance.objects.filter(awaits_lead=True).exists()


def test_what_the_lead_ticks_needs_no_confirmation(open_session, four, team):
    SessionRules.objects.create(programme=open_session.cohort.programme, room_is_confirmed=True)
    tess = make.lead(team=team)
    joining.join(learning_session=open_session, user=tess)
    say(open_session, tess, four)
    assert Attendance.objects.counted().count() == 5


def test_the_browser_that_came_in_by_link_may_say_it_and_no_other(open_session, four, team):
    nia, browser = make.member(team=team, name="Nia Roy", language="en"), Client()
    token = personal_links.token_for(open_session, nia)
    room = reverse("personal_room", args=[token])
    assert browser.get(room).url == reverse("personal_join", args=[token])
    assert room in browser.post(reverse("personal_join", args=[token])).content.decode()
    text = browser.get(room).content.decode()
    assert "Who is in the room with you?" in text
    assert "canary" not in text
    browser.post(room, {"here": [str(four[0].pk), str(four[1].pk), "nonsense"]})
    browser.post(room, {"name": "Sam Lee", "position": "physician"})
    assert sorted(Attendance.objects.values_list("source", flat=True)) == ["join", "room", "room", "room"]
    stranger = Client()
    assert stranger.post(room, {"here": str(four[2].pk)}).status_code == 302
    assert Attendance.objects.count() == 4
    other = make.learning_session(cohort=open_session.cohort, minutes_ahead=10, url=SECRET)
    elsewhere = reverse("personal_room", args=[personal_links.token_for(other, nia)])
    assert browser.get(elsewhere).status_code == 302, "for that session alone"


def test_saying_it_costs_the_same_for_one_and_for_many(client, open_session, nia, four, django_assert_max_num_queries):
    client.force_login(nia)
    room = reverse("session_room", args=[open_session.cohort_id, open_session.pk])
    with django_assert_max_num_queries(14):
        client.post(room, {"here": [str(one.pk) for one in four]})
    assert Attendance.objects.count() == 5
