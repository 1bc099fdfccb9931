"""The planners' page about where a session meets."""

import pytest
from django.urls import reverse

from audit.models import Entry
from sessions import services
from sessions.meetings import choosing
from sessions.models import MeetingAddress, OutsideMeeting, Trouble
from tests import make

pytestmark = pytest.mark.django_db
SECRET = "https://example.zoom.us/j/5550100?pwd=canary"


@pytest.fixture
def paula():
    return make.planner()


@pytest.fixture
def ahead(paula):
    cohort = paula.memberships.get(role="planner").cohort
    return make.learning_session(cohort=cohort, minutes_ahead=60 * 24, url=SECRET)


@pytest.fixture
def page(client, paula, ahead):
    client.force_login(paula)
    return reverse("planning_session_meeting", args=[ahead.pk])


def with_zoom(settings) -> None:
    settings.ZOOM_ACCOUNT_ID = settings.ZOOM_CLIENT_ID = settings.ZOOM_CLIENT_SECRET = settings.ZOOM_USER = "x"


def test_the_address_is_masked_until_it_is_asked_for_and_that_is_kept(client, page, ahead, paula):
    assert "canary" not in client.get(page).content.decode()
    shown = client.post(reverse("planning_session_address", args=[ahead.pk]))
    assert "canary" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert shown["Referrer-Policy"] == "no-referrer"
    assert shown.context["other_lang_url"].startswith("/fr/")
    assert client.get(shown.context["other_lang_url"]).status_code == 200
    entry = Entry.objects.get(verb="session.address_seen")
    assert (entry.by, entry.about_id) == (paula, str(ahead.pk))
    assert "canary" not in client.get(page).content.decode()


def test_an_address_of_somewhere_else_is_refused_and_nothing_typed_is_lost(client, page, ahead):
    typed = {"service": "plain", "url": "https://evil.example/j", "dial_in": "1 855 555-0188", "version": 1}
    answer = client.post(page, typed)
    text = answer.content.decode()
    assert "does not belong to a meeting service that is allowed here" in text
    assert 'value="https://evil.example/j"' in text
    assert 'value="1 855 555-0188"' in text
    assert client.post(page, {**typed, "url": ""}).status_code == 302
    ahead.refresh_from_db()
    assert (ahead.dial_in, ahead.meeting.url) == ("1 855 555-0188", SECRET)


def test_two_planners_who_change_it_lose_nothing(client, page, ahead, paula):
    services.change_details(learning_session=ahead, by=paula, version=1, dial_in="1 800 555-0100")
    typed = {"service": "plain", "url": "https://zoom.us/j/111", "dial_in": "1 855 555-0188"}
    answer = client.post(page, {**typed, "version": 1})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "1 800 555-0100" in text
    assert 'value="https://zoom.us/j/111"' in text
    assert "canary" not in text
    assert client.post(page, {**typed, "version": 2}).status_code == 302
    assert MeetingAddress.objects.get(learning_session=ahead).url == "https://zoom.us/j/111"


def test_the_same_twice_is_saved_once(client, page, ahead):
    for _press in range(2):
        typed = {"service": "plain", "url": "https://zoom.us/j/111", "dial_in": "", "version": 1}
        assert client.post(page, typed).status_code == 302
    assert Entry.objects.filter(verb="session.address_set").count() == 2  # the first is the maker's


def test_zoom_is_offered_only_where_it_is_set_up(client, page, settings):
    assert "Zoom makes it" not in client.get(page).content.decode()
    with_zoom(settings)
    assert "Zoom makes it" in client.get(page).content.decode()


def test_what_zoom_does_is_said_in_words(client, page, ahead, settings):
    with_zoom(settings)
    assert client.post(page, {"service": "zoom", "url": "", "dial_in": "", "version": 1}).status_code == 302
    assert "Zoom is told within a minute." in client.get(page).content.decode()
    rows = OutsideMeeting.objects.filter(learning_session=ahead)
    rows.update(trouble=Trouble.AWAY)
    text = client.get(page).content.decode()
    assert "Zoom has not heard it yet. It could not be reached" in text
    rows.update(attempts=99)
    text = client.get(page).content.decode()
    assert "Zoom was asked several times in vain." in text
    again = reverse("planning_session_meeting_again", args=[ahead.pk])
    assert again in text
    client.post(again)
    assert rows.get().attempts == 0
    assert not choosing.standing_of(ahead, ahead.created_at).given_up


def test_back_from_zoom_needs_an_address(client, page, ahead, settings):
    with_zoom(settings)
    client.post(page, {"service": "zoom", "url": "", "dial_in": "", "version": 1})
    answer = client.post(page, {"service": "plain", "url": "", "dial_in": "", "version": 1})
    assert "Enter the address of the meeting." in answer.content.decode()


def test_what_is_missing_before_anybody_can_join_is_said_until_it_is_there(client, page, ahead, paula):
    places = [reverse(name, args=[ahead.pk]) for name in ("session_details", "planning_session_day")]
    told = "Nobody can join yet: the session has no meeting address."
    assert not any(told in client.get(place).content.decode() for place in places)
    MeetingAddress.objects.all().delete()
    for place in places:
        text = client.get(place).content.decode()
        assert told in text
        assert f'href="{page}"' in text
    wanted = OutsideMeeting.objects.create(learning_session=ahead, service="zoom")
    assert choosing.missing_to_join(ahead, ahead.opens_at) == ""  # it is being made
    wanted.attempts = 99
    wanted.save()
    assert "several times in vain" in choosing.missing_to_join(ahead, ahead.opens_at)
    assert choosing.missing_to_join(ahead, ahead.ends_at) == ""
