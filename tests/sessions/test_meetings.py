"""Meetings that Zoom makes for us: agreed with our sessions at the tick, once, whatever happens on the way."""

import datetime as dt
import logging
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import Entry
from core.refusals import Refused
from notifications import bell
from sessions import cancelling, services
from sessions.meetings import choosing, keeping, zoom
from sessions.meetings.base import Failed, Gone, Wish
from sessions.models import LearningSession, MeetingAddress, OutsideMeeting, Trouble
from tests import make, zoom_server
from tests.zoom_server import ZoomServer

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)


@pytest.fixture
def there(settings, monkeypatch):
    """Zoom, as far as we know it, and an installation that knows it too."""
    monkeypatch.setitem(keeping.PROVIDERS, "zoom", zoom.Zoom())
    settings.ZOOM_ACCOUNT_ID, settings.ZOOM_CLIENT_ID = zoom_server.ACCOUNT, zoom_server.CLIENT
    settings.ZOOM_CLIENT_SECRET, settings.ZOOM_USER = zoom_server.SECRET, zoom_server.USER
    with ZoomServer() as server:
        settings.ZOOM_API_URL, settings.ZOOM_TOKEN_URL = server.api_url, server.token_url
        yield server


@pytest.fixture
def paula():
    return make.planner()


@pytest.fixture
def ahead(paula):
    cohort = paula.memberships.get(role="planner").cohort
    return make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 3, url="", title_en="Office hours")


def choose(session, by, service="zoom", url=""):
    session.refresh_from_db()
    return choosing.choose(
        learning_session=session, service=service, url=url, dial_in=session.dial_in, version=session.details_version, by=by
    )  # fmt: skip


def row_of(session) -> OutsideMeeting:
    return OutsideMeeting.objects.get(learning_session=session)


def url_of(session) -> str:
    return MeetingAddress.objects.filter(learning_session=session).values_list("url", flat=True).first() or ""


def now_due(session) -> None:
    """Let the wait for the next try be over."""
    OutsideMeeting.objects.filter(learning_session=session).update(try_after=timezone.now())


# ---------------------------------------------------------------- made, moved, cancelled


def test_zoom_makes_the_meeting_once_and_join_leads_there(there, ahead, paula):
    choose(ahead, paula)
    assert url_of(ahead) == ""
    assert keeping.work() == 1
    (made,) = there.meetings.values()
    assert (made["topic"], made["duration"]) == ("Office hours", 60)
    assert made["start_time"] == ahead.starts_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert ahead.pk.hex in made["agenda"]
    assert url_of(ahead) == made["join_url"]
    assert keeping.work() == 0
    assert len(there.said("POST")) == 1


def test_a_session_in_both_languages_is_called_by_both(there, ahead, paula):
    LearningSession.objects.filter(pk=ahead.pk).update(spoken="both")
    choose(ahead, paula)
    keeping.work()
    (made,) = there.meetings.values()
    assert made["topic"] == "Office hours / Heure sans rendez-vous"


def test_a_move_and_a_new_title_are_told(there, ahead, paula):
    choose(ahead, paula)
    keeping.work()
    services.move_session(learning_session=ahead, to=ahead.wall + dt.timedelta(days=1), by=paula, reason="x")
    LearningSession.objects.filter(pk=ahead.pk).update(title_en="Open hour")
    assert keeping.work() == 1
    (made,) = there.meetings.values()
    ahead.refresh_from_db()
    assert made["topic"] == "Open hour"
    assert made["start_time"] == ahead.starts_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert keeping.work() == 0


def test_a_cancelled_session_is_cancelled_there_once_that_cannot_be_undone(there, ahead, paula, settings):
    choose(ahead, paula)
    keeping.work()
    cancelling.cancel_session(learning_session=ahead, by=paula, reason="x")
    assert keeping.work() == 0
    LearningSession.objects.filter(pk=ahead.pk).update(
        cancelled_at=timezone.now() - dt.timedelta(seconds=settings.UNDO_SECONDS + 1)
    )
    assert keeping.work() == 1
    assert (there.meetings, url_of(ahead)) == ({}, "")
    assert keeping.work() == 0


def test_a_typed_address_takes_its_place_and_the_meeting_there_goes(there, ahead, paula):
    choose(ahead, paula)
    keeping.work()
    choose(ahead, paula, "plain", "https://zoom.us/j/9")
    assert url_of(ahead) == "https://zoom.us/j/9"
    keeping.work()
    assert there.meetings == {}
    assert url_of(ahead) == "https://zoom.us/j/9"
    keeping.work()
    assert not OutsideMeeting.objects.exists()


def test_back_to_zoom_before_it_heard_is_the_same_meeting(there, ahead, paula):
    choose(ahead, paula)
    keeping.work()
    before = url_of(ahead)
    choose(ahead, paula, "plain", "https://zoom.us/j/9")
    choose(ahead, paula)
    assert keeping.work() == 0
    assert url_of(ahead) == before
    assert len(there.meetings) == 1


def test_the_old_address_leads_in_until_zoom_has_made_its_own(there, ahead, paula):
    choose(ahead, paula, "plain", "https://zoom.us/j/9")
    choose(ahead, paula)
    there.next_answers = [500]
    keeping.work()
    assert url_of(ahead) == "https://zoom.us/j/9"
    now_due(ahead)
    keeping.work()
    assert url_of(ahead) == next(iter(there.meetings.values()))["join_url"]


def test_a_meeting_that_somebody_took_away_over_there_is_made_anew(there, ahead, paula):
    choose(ahead, paula)
    keeping.work()
    there.meetings.clear()
    LearningSession.objects.filter(pk=ahead.pk).update(minutes=75)
    keeping.work()
    (made,) = there.meetings.values()
    assert made["duration"] == 75
    assert url_of(ahead) == made["join_url"]


def test_what_is_over_is_left_as_it_was(there, ahead, paula):
    choose(ahead, paula)
    keeping.work()
    with time_machine.travel(ahead.ends_at + dt.timedelta(minutes=1), tick=False):
        LearningSession.objects.filter(pk=ahead.pk).update(title_en="Other")
        assert keeping.work() == 0


# ---------------------------------------------------------------- no second meeting


def test_a_meeting_whose_answer_was_lost_is_found_again(there, ahead, paula):
    choose(ahead, paula)
    there.add(agenda="Another’s")
    there.page_size = 1
    there.next_answers = [zoom_server.makes_and_hangs_up(there)]
    keeping.work()
    assert row_of(ahead).trouble == Trouble.AWAY
    now_due(ahead)
    keeping.work()
    assert len(there.meetings) == 2
    assert len(there.said("POST")) == 1
    assert url_of(ahead) == next(one["join_url"] for one in there.meetings.values() if ahead.pk.hex in one["agenda"])


def test_a_worker_that_dies_after_the_answer_makes_no_second_meeting(there, ahead, paula):
    choose(ahead, paula)
    keeping.work()
    # What a killed worker leaves behind: the claim was written, the answer was not.
    until = timezone.now() + dt.timedelta(minutes=5)
    OutsideMeeting.objects.update(outside_id="", url="", told="", may_exist=True, attempts=1, claimed_until=until)
    MeetingAddress.objects.all().delete()
    assert keeping.work() == 0  # its claim holds: nobody else speaks for this meeting
    OutsideMeeting.objects.update(claimed_until=timezone.now())
    now_due(ahead)
    assert keeping.work() == 1
    (made,) = there.meetings.values()
    assert url_of(ahead) == made["join_url"]


def test_doubles_that_stand_there_are_cleared_away(there, ahead, paula):
    choose(ahead, paula)
    key = keeping.wish_of(ahead).key
    first, _second = there.add(agenda=key), there.add(agenda=key)
    OutsideMeeting.objects.update(may_exist=True)
    keeping.work()
    assert list(there.meetings) == [first["id"]]
    assert url_of(ahead) == first["join_url"]


# ---------------------------------------------------------------- trouble


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        ([500], Trouble.AWAY),
        ([503], Trouble.AWAY),
        ([zoom_server.hangs_up], Trouble.AWAY),
        (["<html>maintenance</html>"], Trouble.STRANGE),
        (["[1, 2]"], Trouble.STRANGE),
        (['{"id": 5}'], Trouble.STRANGE),
        (['{"id": "../5", "join_url": "https://zoom.us/j/5"}'], Trouble.STRANGE),
        (['{"id": 5, "join_url": "https://evil.example/j/5"}'], Trouble.STRANGE),
        ([(302, {"Location": "https://evil.example/"})], Trouble.STRANGE),
        ([400], Trouble.STRANGE),
        ([403], Trouble.REFUSED),
        ([401, 401], Trouble.REFUSED),
    ],
)
def test_what_goes_wrong_is_said_in_words_and_tried_again(there, ahead, paula, answers, trouble):
    choose(ahead, paula)
    there.next_answers = list(answers)
    keeping.work()
    row = row_of(ahead)
    assert (row.trouble, url_of(ahead)) == (trouble, "")
    standing = choosing.standing_of(ahead, timezone.now())
    assert (standing.waits, standing.trouble) == (True, Trouble(trouble).label)
    assert row.try_after > timezone.now() + dt.timedelta(seconds=30)
    now_due(ahead)
    keeping.work()
    assert url_of(ahead)
    assert choosing.standing_of(ahead, timezone.now()).trouble == ""


def test_nobody_waits_for_a_silent_server(there, ahead, paula, monkeypatch):
    monkeypatch.setattr(zoom, "_TIMEOUT", 0.2)
    choose(ahead, paula)
    there.next_answers = [zoom_server.says_nothing(1)]
    keeping.work()
    assert row_of(ahead).trouble == Trouble.AWAY


def test_a_token_that_holds_no_more_is_renewed(there, ahead, paula):
    choose(ahead, paula)
    keeping.work()
    there.valid = set()  # taken back over there
    LearningSession.objects.filter(pk=ahead.pk).update(minutes=75)
    keeping.work()
    assert there.tokens_given == 2
    assert next(iter(there.meetings.values()))["duration"] == 75


def test_a_token_is_used_as_long_as_it_holds(there, ahead, paula):
    choose(ahead, paula)
    keeping.work()
    LearningSession.objects.filter(pk=ahead.pk).update(minutes=75)
    keeping.work()
    assert there.tokens_given == 1


@pytest.mark.parametrize("answer", [401, 400, "no token", '{"access_token": "a\\nb"}', '{"access_token": 5}'])
def test_without_a_token_nothing_is_asked(there, ahead, paula, answer):
    choose(ahead, paula)
    there.token_answer = answer
    keeping.work()
    assert row_of(ahead).trouble in (Trouble.REFUSED, Trouble.STRANGE)
    assert there.said("POST") == []


@pytest.mark.parametrize(
    ("after", "least", "most"),
    [
        ("90", 85, 91),
        ("2026-11-22T17:05:00Z", 295, 301),
        ("Sun, 22 Nov 2026 17:05:00 GMT", 295, 301),
        ("soon", 30, 301),
    ],
)
def test_when_zoom_asks_us_to_wait_we_wait_so_long(there, ahead, paula, after, least, most):
    choose(ahead, paula)
    there.next_answers = [(429, {"Retry-After": after})]
    with time_machine.travel(NOON, tick=False):
        LearningSession.objects.filter(pk=ahead.pk).update(starts_at=NOON + dt.timedelta(days=3))
        OutsideMeeting.objects.update(try_after=NOON)
        keeping.work()
        row = row_of(ahead)
        assert row.trouble == Trouble.BUSY
        assert least <= (row.try_after - NOON).total_seconds() <= most
        # Not even when the session changes meanwhile.
        LearningSession.objects.filter(pk=ahead.pk).update(minutes=75)
        assert keeping.work() == 0


def test_after_so_many_tries_a_planner_decides(there, ahead, paula, settings):
    settings.RETRY_MINUTES = [1, 5]
    choose(ahead, paula)
    there.next_answers = [500] * 3
    for _nth in range(5):
        keeping.work()
        now_due(ahead)
    assert len(there.said("POST")) == 1  # later ones look for it first
    assert choosing.standing_of(ahead, timezone.now()).given_up
    assert Entry.objects.filter(verb="session.meeting_failed").count() == 1
    choosing.try_again(learning_session=ahead, by=paula)
    keeping.work()
    assert url_of(ahead)


def test_the_nearer_the_session_the_sooner_the_next_try(there, ahead, paula, settings):
    settings.RETRY_MINUTES = [60]
    LearningSession.objects.filter(pk=ahead.pk).update(starts_at=timezone.now() + dt.timedelta(minutes=30))
    choose(ahead, paula)
    there.next_answers = [500]
    keeping.work()
    assert row_of(ahead).try_after < timezone.now() + dt.timedelta(minutes=4)


def test_keys_that_were_taken_out_are_said(there, ahead, paula, settings):
    choose(ahead, paula)
    settings.ZOOM_CLIENT_SECRET = ""
    keeping.work()
    assert row_of(ahead).trouble == Trouble.NOT_SET_UP
    assert "zoom" not in dict(choosing.choices())


def test_neither_keys_nor_addresses_stand_in_log_or_error(there, ahead, paula, caplog):
    caplog.set_level(logging.DEBUG)
    choose(ahead, paula)
    there.next_answers = [401, 401]
    keeping.work()
    now_due(ahead)
    keeping.work()
    there.token_answer = 401
    with pytest.raises(Failed) as failed:
        zoom.Zoom().health()
    told = caplog.text + repr(failed.value) + str(list(Entry.objects.values_list("detail", flat=True)))
    for secret in (zoom_server.SECRET, "token-1", "zoom.us/j/", "pwd=canary", zoom_server.ACCOUNT):
        assert secret not in told


# ---------------------------------------------------------------- the interface


def test_health(there, settings):
    assert zoom.Zoom().health() is None
    settings.ZOOM_USER = "nobody@example.ca"
    with pytest.raises(Failed) as failed:
        zoom.Zoom().health()
    assert failed.value.code == Trouble.NO_HOST


def test_the_command_says_in_a_sentence_how_it_is(there, settings):
    said = StringIO()
    call_command("meeting_health", stdout=said)
    assert said.getvalue() == "zoom: well\n"
    settings.ZOOM_CLIENT_SECRET = "wrong"
    keeping.PROVIDERS["zoom"] = zoom.Zoom()
    with pytest.raises(CommandError, match="zoom: It did not accept our keys"):
        call_command("meeting_health")
    settings.ZOOM_USER = ""
    call_command("meeting_health", stdout=said)
    assert "No meeting service is set up" in said.getvalue()


def test_a_meeting_that_is_gone(there):
    with pytest.raises(Gone):
        zoom.Zoom().change("5", Wish("ref x", "T", NOON, 60))
    assert zoom.Zoom().cancel("5") is None


def test_the_tick_works_itself_where_nobody_hears_the_bell(there, ahead, paula, monkeypatch):
    choose(ahead, paula)
    monkeypatch.setattr(bell, "_silent_until", float("inf"))
    keeping.sweep()
    assert url_of(ahead)


def test_without_zoom_there_is_nothing_to_choose(ahead, paula):
    assert [key for key, _words in choosing.choices()] == ["plain"]
    with pytest.raises(Refused):
        choose(ahead, paula)


def test_an_address_of_somewhere_else_is_refused(ahead, paula):
    with pytest.raises(Refused) as refused:
        choose(ahead, paula, "plain", "https://evil.example/j/1")
    assert refused.value.field == "url"
