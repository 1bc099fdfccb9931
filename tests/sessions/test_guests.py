"""A colleague sent at the last minute: admitted by name, in by a link of their own, for one session."""

import datetime as dt
import html
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from collaborative.services import give_role
from core.refusals import Refused
from notifications.models import PlannedMessage
from sessions import querysets
from sessions.models import Attendance, Guest, LearningSession
from sessions.room import guests, personal_links
from tests import make
from tests.sessions.conftest import SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(cohort):
    return make.team(cohort=cohort, name="2 West")


@pytest.fixture
def tess(team):
    return make.lead(team=team, name="Tess Holloway")


def page_of(row):
    return reverse("session_guests", args=[row.cohort_id, row.pk])


def admitted(client, open_session, name="Sam Lee", **more) -> str:
    """Admit somebody and return the path of the link that the page shows."""
    url = page_of(open_session)
    assert client.post(url, {"name": name, "position": "provider"} | more).status_code == 302
    return re.search(r"https?://[^/]+(/join/guest/[^/]+/)", client.get(url).content.decode())[1]


def test_a_lead_admits_a_colleague_who_is_there_for_this_session(client, open_session, tess, team):
    client.force_login(tess)
    link, colleague = admitted(client, open_session), Client()
    assert Guest.objects.get().secret_hash not in link
    assert "Sam Lee" not in link
    text = colleague.get(link).content.decode()
    assert "Join as Sam Lee" in text
    assert open_session.title_en in text
    assert "canary" not in text
    assert not Attendance.objects.exists()
    answer = colleague.post(link)
    assert f'content="0;url={SECRET}"' in answer.content.decode()
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "sessionid" not in colleague.cookies
    row = Attendance.objects.get()
    assert (row.guest.name, row.guest.by, row.team, row.role, row.source) == (
        "Sam Lee",
        tess,
        team,
        "participant",
        "join",
    )
    assert link not in client.get(page_of(open_session)).content.decode(), "shown until they have come in"
    assert colleague.post(link).status_code == 200
    assert Attendance.objects.count() == 1
    assert Entry.objects.filter(verb="session.guest_joined").count() == 1


def test_the_link_is_shown_to_whoever_made_it_alone(client, open_session, tess, team):
    client.force_login(tess)
    link, other = admitted(client, open_session), Client()
    other.force_login(make.lead(team=team))
    text = other.get(page_of(open_session)).content.decode()
    assert "Sam Lee" in text
    assert link not in text


@pytest.mark.parametrize("minutes", [10, 60 * 30, -60 * 30])
def test_a_link_that_was_taken_back_says_so_and_names_nobody(client, open_session, tess, minutes):
    client.force_login(tess)
    link, mine, other = admitted(client, open_session), Client(), Client()
    mine.post(link)
    Attendance.objects.all().delete()
    settle(client, open_session)
    LearningSession.objects.filter(pk=open_session.pk).update(starts_at=timezone.now() + dt.timedelta(minutes=minutes))
    for method in (mine.get, mine.post, other.get, other.post):
        answer = method(link)
        text = answer.content.decode()
        assert answer.status_code == 410
        for words in ("This link does not work any more", "The link was taken back", "Ask whoever let you in"):
            assert words in text
        assert open_session.cohort.contact in text
        for words in ("another browser", "Sam Lee", "Tess", "2 West", open_session.title_en, "canary", "<form method"):
            assert words not in text, words
    assert not Attendance.objects.exists()
    assert link not in client.get(page_of(open_session)).content.decode(), "it is not passed on any more"


def test_who_presses_while_the_link_is_taken_back_is_not_told_of_another_browser(open_session, team, tess):
    secret = guests.admit(learning_session=open_session, team=team, name="Sam", position="other", by=tess)
    guest = guests.find(secret)
    guests.take_back(guest=Guest.objects.get(), by=tess)
    with pytest.raises(Refused, match="does not work any more") as refused:
        guests.join(guest=guest, browser="x")
    assert not isinstance(refused.value, personal_links.InUse)


def test_who_waits_and_is_not_let_in_is_told_on_the_page_that_is_open(client, open_session, tess, team):
    ask = reverse("personal_colleague", args=[personal_links.token_for(open_session, make.member(team=team))])
    colleague = Client()
    link = colleague.post(ask, {"name": "Sam Lee", "position": "provider"}).url
    assert 'hx-trigger="every 10s"' in colleague.get(link).content.decode()
    client.force_login(tess)
    settle(client, open_session)
    asked_again = colleague.get(link, headers={"HX-Request": "true"})
    assert asked_again.status_code == 200
    text = asked_again.content.decode()
    assert 'id="door"' in text
    assert "You were not let in" in text
    assert "hx-get" not in text
    assert colleague.get(link).status_code == 410


def test_before_the_room_opens_another_browser_is_told_in_which_one_they_join(client, open_session, tess):
    client.force_login(tess)
    link, other = admitted(client, open_session), Client()
    Client().post(link)
    LearningSession.objects.filter(pk=open_session.pk).update(starts_at=timezone.now() + dt.timedelta(hours=30))
    text = other.get(link).content.decode()
    assert "in use in another browser" in text
    assert "You join there, from" in text
    assert "You join here" not in text
    assert "Tess" not in text


@pytest.mark.parametrize(("minutes", "sentence"), [(30, "You are early"), (-61, "This session has ended")])
def test_a_guest_comes_while_the_room_is_open(client, open_session, tess, minutes, sentence):
    client.force_login(tess)
    link = admitted(client, open_session)
    begins = timezone.now() + dt.timedelta(minutes=minutes)
    LearningSession.objects.filter(pk=open_session.pk).update(starts_at=begins)
    assert sentence in Client().get(link).content.decode()
    assert Client().post(link).status_code == 409
    assert not Attendance.objects.exists()


def test_a_team_brings_so_many_and_no_more(client, open_session, tess, team, settings):
    settings.GUESTS_A_TEAM = 2
    client.force_login(tess)
    for name in ("One", "Two"):
        admitted(client, open_session, name)
    refused = client.post(page_of(open_session), {"name": "Three", "position": "other"}).content.decode()
    assert "2 guests already" in refused
    assert 'value="Three"' in refused
    guests.take_back(guest=Guest.objects.first(), by=tess)
    admitted(client, open_session, "Three")


def test_a_planner_says_for_which_team_and_a_member_may_not(client, open_session, team, cohort, tess):
    make.team(cohort=cohort, name="3 East")
    client.force_login(make.planner(cohort=cohort))
    assert "Choose one" in client.post(page_of(open_session), {"name": "Sam Lee", "position": "other"}).content.decode()
    admitted(client, open_session, team=str(team.pk))
    assert Guest.objects.get().team == team
    client.force_login(make.member(team=team))
    assert client.get(page_of(open_session)).status_code == 403
    assert (
        page_of(open_session)
        not in client.get(reverse("session", args=[open_session.cohort_id, open_session.pk])).content.decode()
    )


def test_a_lead_has_no_say_over_the_guests_of_others(client, open_session, tess, cohort):
    other = make.team(cohort=cohort)
    guests.admit(
        learning_session=open_session, team=other, name="Annabel Quint", position="other", by=make.lead(team=other)
    )
    client.force_login(tess)
    assert "Annabel" not in client.get(page_of(open_session)).content.decode()
    url = reverse("session_guest", args=[open_session.cohort_id, open_session.pk, Guest.objects.get().pk])
    assert client.post(url).status_code == 404
    form = {"name": "Sam", "position": "other", "team": str(other.pk)}
    client.post(page_of(open_session), form)
    assert Guest.objects.get(name="Sam").team != other, "a lead admits for their own team"


def settle(client, open_session, **pressed):
    """Press a button beside the one guest there is."""
    url = reverse("session_guest", args=[open_session.cohort_id, open_session.pk, Guest.objects.get().pk])
    assert client.post(url, pressed).status_code == 302


def test_a_guests_link_is_good_in_one_browser_until_it_is_freed(client, open_session, tess):
    client.force_login(tess)
    link, first, second = admitted(client, open_session), Client(), Client()
    for _scanner in range(3):
        assert "Join as Sam Lee" in Client().get(link).content.decode()
    assert first.post(link).status_code == 200
    text = second.get(link).content.decode()
    assert "in use in another browser" in text
    assert "ask Tess Holloway to free it" in text
    assert "Join as Sam Lee" not in text
    refused = second.post(link)
    assert refused.status_code == 409
    assert "canary" not in refused.content.decode()
    assert first.post(link).status_code == 200, "the same browser joins again"
    assert "Free it for another browser" in client.get(page_of(open_session)).content.decode()
    settle(client, open_session, free="1")
    assert second.post(link).status_code == 200
    assert first.post(link).status_code == 409
    assert Attendance.objects.count() == 1
    assert Entry.objects.get(verb="session.guest_freed").by == tess


def test_two_presses_the_first_without_an_answer_come_from_one_browser(client, open_session, tess):
    client.force_login(tess)
    link, browser = admitted(client, open_session), Client()
    assert "Join as Sam Lee" in browser.get(link).content.decode()
    lost = Client()
    lost.cookies = browser.cookies.copy()
    assert lost.post(link).status_code == 200
    assert browser.post(link).status_code == 200
    assert Attendance.objects.count() == 1


def test_who_asks_twice_because_no_answer_came_is_let_in(open_session, tess, team):
    ask = reverse("personal_colleague", args=[personal_links.token_for(open_session, make.member(team=team))])
    typed = {"name": "Sam Lee", "position": "provider", "once": str(uuid.uuid4())}
    browser, lost, late = Client(), Client(), Client()
    browser.get(ask)
    lost.cookies = browser.cookies.copy()
    link = lost.post(ask, typed).url
    assert browser.post(ask, typed).url == link
    assert "came_in" not in late.post(ask, typed).cookies, "a browser to which the link is not bound is given no mark"
    guests.let_in(guest=Guest.objects.get(), by=tess)
    assert browser.post(link).status_code == 200


def test_the_number_to_call_stands_only_where_the_button_does(client, open_session, tess, team):
    LearningSession.objects.filter(pk=open_session.pk).update(dial_in="1 855 555-0188,,123#")
    ask = reverse("personal_colleague", args=[personal_links.token_for(open_session, make.member(team=team))])
    colleague, other = Client(), Client()
    assert "555-0188" not in colleague.get(ask).content.decode()
    link = colleague.post(ask, {"name": "Sam Lee", "position": "provider"}).url
    assert "555-0188" not in colleague.get(link).content.decode(), "nobody has let them in"
    client.force_login(tess)
    settle(client, open_session, let_in="1")
    assert "555-0188" in colleague.get(link).content.decode()
    assert "555-0188" not in other.get(link).content.decode()
    assert "555-0188" not in other.post(link).content.decode()


def test_a_forged_mark_of_the_browser_is_none(client, open_session, tess):
    client.force_login(tess)
    link, first, second = admitted(client, open_session), Client(), Client()
    first.post(link)
    second.cookies["came_in"] = first.cookies["came_in"].value.split(":")[0] + ":forged"
    assert second.post(link).status_code == 409


def test_a_press_that_is_refused_binds_no_browser(client, open_session, tess):
    client.force_login(tess)
    link = admitted(client, open_session)
    LearningSession.objects.filter(pk=open_session.pk).update(starts_at=timezone.now() + dt.timedelta(minutes=30))
    assert Client().post(link).status_code == 409
    LearningSession.objects.filter(pk=open_session.pk).update(starts_at=timezone.now())
    assert Client().post(link).status_code == 200


def test_who_asked_in_one_browser_comes_in_with_it_alone(client, open_session, tess, team):
    nia, first, second = make.member(team=team), Client(), Client()
    ask = reverse("personal_colleague", args=[personal_links.token_for(open_session, nia)])
    link = first.post(ask, {"name": "Sam Lee", "position": "provider"}).url
    client.force_login(tess)
    settle(client, open_session, let_in="1")
    assert "in use in another browser" in second.get(link).content.decode()
    assert second.post(link).status_code == 409
    assert first.post(link).status_code == 200


def test_afterwards_the_lead_asks_the_guest_in_and_types_no_name(client, open_session, tess, team):
    nia = make.member(team=team, name="Nia Roy")
    client.force_login(tess)
    Client().post(admitted(client, open_session))
    LearningSession.objects.filter(pk=open_session.pk).update(starts_at=timezone.now() - dt.timedelta(minutes=70))
    text = client.get(reverse("session", args=[open_session.cohort_id, open_session.pk])).content.decode()
    assert "They came as guests" in text
    way = f"{reverse('team_people', args=[team.pk])}?from=guest:{Guest.objects.get().pk}"
    assert f'href="{way}#invite"' in text
    page = client.get(way)
    assert (page.context["form"]["name"].value(), page.context["form"]["position"].value()) == ("Sam Lee", "provider")
    in_place = re.search(r'href="([^"]+/step-in/[^"]+)">In the place of Nia Roy', page.content.decode())[1]
    assert "Sam" not in way + in_place
    assert client.get(html.unescape(in_place)).context["form"]["name"].value() == "Sam Lee"
    assert str(nia.memberships.get().pk) in in_place


def test_a_team_is_told_nothing_of_the_guests_of_others(client, open_session, tess, team, cohort):
    other = make.team(cohort=cohort)
    guest = Guest.objects.create(learning_session=open_session, team=other, name="Ann", position="other")
    client.force_login(tess)
    for mark in (f"guest:{guest.pk}", "guest:x", "guest:", "guest", "x:y"):
        page = client.get(reverse("team_people", args=[team.pk]), {"from": mark})
        assert (page.status_code, page.context["form"]["name"].value()) == (200, None)


def test_who_plans_the_whole_programme_is_asked_where_nobody_leads(open_session, team, cohort):
    nia, pia = make.member(team=team), make.person("Pia")
    give_role(user=pia, role="planner", by=pia, programme=cohort.programme)
    guests.ask(learning_session=open_session, person=nia, name="Sam", position="other", browser="x")
    assert PlannedMessage.objects.get(kind="sessions/asks").recipient == pia
    key = str(open_session.pk)
    assert querysets.expected_pairs([(pia, key), (make.person(), key)]) == {(pia.pk, key)}


def test_nobody_is_admitted_before_the_room_opens(open_session, team, tess):
    open_session.starts_at = timezone.now() + dt.timedelta(hours=3)
    with pytest.raises(Refused, match="not open yet"):
        guests.admit(learning_session=open_session, team=team, name="Sam", position="other", by=tess)
    with pytest.raises(Refused, match="not open yet"):
        guests.ask(learning_session=open_session, person=tess, name="Sam", position="other", browser="x")


def test_only_so_many_may_ask_at_once(open_session, team, tess, settings):
    settings.GUESTS_A_TEAM = 2
    for name in ("One", "Two"):
        guests.ask(learning_session=open_session, person=tess, name=name, position="other", browser="x")
    with pytest.raises(Refused, match="ask to be let in already"):
        guests.ask(learning_session=open_session, person=tess, name="Three", position="other", browser="x")


def test_one_more_who_asks_is_let_in_only_once_there_is_room(open_session, team, tess, settings):
    settings.GUESTS_A_TEAM = 1
    guests.admit(learning_session=open_session, team=team, name="Sam Lee", position="other", by=tess)
    guests.ask(learning_session=open_session, person=tess, name="Ann", position="other", browser="x")
    asking = Guest.objects.get(name="Ann")
    with pytest.raises(Refused, match="1 guest already"):
        guests.let_in(guest=asking, by=tess)
    guests.take_back(guest=Guest.objects.get(name="Sam Lee"), by=tess)
    guests.let_in(guest=asking, by=tess)
    assert Guest.objects.filter(name="Ann", asks=False, by=tess).exists()


@pytest.mark.parametrize("values", [{"asks": True}, {"revoked_at": timezone.now()}])
def test_who_is_taken_back_or_not_let_in_while_the_button_is_pressed_does_not_come_in(open_session, team, tess, values):
    guest = guests.find(
        guests.admit(learning_session=open_session, team=team, name="Sam Lee", position="other", by=tess)
    )
    Guest.objects.filter(pk=guest.pk).update(**values)
    with pytest.raises(Refused):
        guests.join(guest=guest, browser="x")
    assert not Attendance.objects.exists()


def test_a_year_after_the_last_day_their_names_are_gone(open_session, team, tess):
    guests.admit(learning_session=open_session, team=team, name="Sam Lee", position="other", by=tess)
    guests.sweep()
    assert Guest.objects.get().name == "Sam Lee"
    long_ago = timezone.now().date() - dt.timedelta(days=400)
    team.cohort.phases.update(starts_on=long_ago, ends_on=long_ago)
    guests.sweep()
    row = Guest.objects.get()
    assert (row.name, row.secret_hash) == ("", "")
