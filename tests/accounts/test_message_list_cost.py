"""The list of one's messages: as many statements with many kinds of them as with one, and each by its name."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notifications import kinds
from notifications.models import PlannedMessage
from tests import make

pytestmark = pytest.mark.django_db
MOST = 12


def listed(person, kind: str, about: tuple[str, object], *, channel: str, ago: int = 0, **more) -> PlannedMessage:
    """Return a message that stands in the list of a person."""
    at = timezone.now() - dt.timedelta(minutes=ago)
    return PlannedMessage.objects.create(
        recipient=person, recipient_key=str(person.pk), kind=kind, channel=channel, state="sent", due_at=at,
        source_type=about[0], source_id=str(about[1]), next_attempt_at=at, sent_at=at, **more,
    )  # fmt: skip


@pytest.fixture
def things(cast) -> dict[str, object]:
    """What messages speak of, by the type of their source."""
    team, cohort = cast.team, cast.cohort
    session = cohort.learning_sessions.latest("starts_at")
    return {
        "learning_sessions.learningsession": session,
        "learning_sessions.recap": session,
        "coaching.teamnote": make.team_note(team=team, by=cast.colin, text="Your chart moves."),
        "collaborative.teamtalk": make.said(team=team, by=cast.tess, text="Who brings the sheet?"),
        "collaborative.announcement": make.announcement(cohort=cohort, by=cast.paula, left=True),
        "improvement.numbers": team,
        "collaborative.prework": team,
        "surveys.round": make.survey_round(survey=make.survey(cohort=cohort)),
    }


@pytest.fixture
def shown(client, cast):
    """How the list of Nia reads, and how many statements that took."""
    client.force_login(cast.nia)

    def read() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(reverse("my_messages"))
        return " ".join(answer.content.decode().split()), len(asked)

    return read


@pytest.mark.parametrize("channel", ["mail", "inbox"])
def test_every_kind_there_is_costs_no_more_than_twelve_statements(cast, things, shown, channel):
    sources = list(things.items())
    for n, kind in enumerate(one for one in kinds.every() if one.listed):
        name, thing = sources[n % len(sources)]
        listed(cast.nia, kind.key, (name, thing.pk), channel=channel, ago=n)
    shown()
    _text, cost = shown()
    assert cost <= MOST


def test_two_kinds_cost_as_much_as_twenty(cast, things, shown):
    costs = []
    every = [one for one in kinds.every() if one.listed]
    sources = list(things.items())
    for upto in (2, 20):
        for n, kind in enumerate(every[:upto]):
            name, thing = sources[n % len(sources)]
            channel = ("mail", "inbox")[n % 2]
            listed(cast.nia, kind.key, (name, thing.pk), channel=channel, ago=n, occurrence=f"{upto}")
        shown()
        costs.append(shown()[1])
    assert costs[0] == costs[1]


def test_each_line_says_what_it_is_about(cast, things, shown):
    session = things["learning_sessions.learningsession"]
    for name, kind in (
        ("learning_sessions.learningsession", "sessions/reminder"), ("coaching.teamnote", "coaching/note"),
        ("collaborative.announcement", "collaborative/announcement"), ("improvement.numbers", "improvement/number-due"),
        ("surveys.round", "surveys/asked"),
    ):  # fmt: skip
        listed(cast.nia, kind, (name, things[name].pk), channel="mail")
    text, _cost = shown()
    assert f"{kinds.name_of('sessions/reminder')}: {session.title}" in text
    assert f"{kinds.name_of('coaching/note')}: {cast.team.name}" in text
    assert f"{kinds.name_of('improvement/number-due')}: {cast.team.name}" in text
    assert things["collaborative.announcement"].subject_en in text
    assert f"{kinds.name_of('surveys/asked')}: {things['surveys.round'].survey.title}" in text


def test_in_french_it_is_called_in_french(client, cast, things):
    session = things["learning_sessions.learningsession"]
    type(session).objects.filter(pk=session.pk).update(title_fr="La dernière rencontre")
    listed(cast.pierre, "sessions/reminder", ("learning_sessions.learningsession", session.pk), channel="mail")
    client.force_login(cast.pierre)
    text = client.get("/fr/moi/messages/").content.decode()
    assert "Rappel de séance\xa0: La dernière rencontre" in text


def test_who_may_not_know_of_it_any_more_reads_no_name(cast, things, shown):
    for name, kind in (
        ("learning_sessions.learningsession", "sessions/reminder"), ("coaching.teamnote", "coaching/note"),
        ("collaborative.teamtalk", "collaborative/team-said"), ("improvement.numbers", "improvement/number-due"),
    ):  # fmt: skip
        listed(cast.nia, kind, (name, things[name].pk), channel="inbox")
    cast.nia.memberships.update(until=timezone.now())
    text, _cost = shown()
    main = text.partition("<main")[2]
    assert kinds.name_of("coaching/note") in main
    assert things["learning_sessions.learningsession"].title not in main
    assert f": {cast.team.name}" not in main


def test_what_is_hidden_has_no_name(cast, things, shown):
    row = things["collaborative.announcement"]
    listed(cast.nia, "collaborative/announcement", ("collaborative.announcement", row.pk), channel="inbox")
    assert row.subject_en in shown()[0]
    type(row).objects.filter(pk=row.pk).update(hidden_at=timezone.now(), hidden_why="reader")
    assert row.subject_en not in shown()[0]


# ---------------------------------------------------------------- one of them, opened


def opened(client, row) -> str:
    return " ".join(client.get(reverse("my_message", args=[row.pk])).content.decode().split())


def test_opened_it_stands_in_full_and_is_not_read_by_that(client, cast, things):
    row = listed(
        cast.nia, "coaching/note", ("coaching.teamnote", things["coaching.teamnote"].pk), channel="inbox",
        scope_type="collaborative.cohort", scope_id=str(cast.cohort.pk), source_version=1,
    )  # fmt: skip
    client.force_login(cast.nia)
    text = opened(client, row)
    assert '<div class="words"' in text
    assert "I have read it" in text
    row.refresh_from_db()
    assert row.read_at is None


def test_of_a_mail_there_is_its_title_and_where_it_leads(client, cast, things):
    session = things["learning_sessions.learningsession"]
    row = listed(cast.nia, "sessions/reminder", ("learning_sessions.learningsession", session.pk), channel="mail",
                 source_version=session.version)  # fmt: skip
    client.force_login(cast.nia)
    text = opened(client, row)
    assert "its words are in your mailbox" in text
    assert session.title in text
    assert reverse("session", args=[cast.cohort.pk, session.pk]) in text
    assert '<div class="words"' not in text
    assert "I have read it" not in text


def test_what_is_over_says_so_and_can_be_taken_off_what_is_new(client, cast, things):
    session = things["learning_sessions.learningsession"]
    row = listed(cast.nia, "sessions/reminder", ("learning_sessions.learningsession", session.pk), channel="inbox",
                 source_version=session.version)  # fmt: skip
    cast.nia.memberships.update(until=timezone.now())
    client.force_login(cast.nia)
    text = opened(client, row)
    assert "there is nothing left to read" in text
    assert session.title not in text
    client.post(reverse("read_message", args=[row.pk]))
    row.refresh_from_db()
    assert row.read_at is not None


def test_nobody_opens_what_is_somebody_elses_or_waits(client, cast, things):
    session = things["learning_sessions.learningsession"]
    about = ("learning_sessions.learningsession", session.pk)
    theirs = listed(cast.tess, "sessions/reminder", about, channel="inbox")
    waits = listed(cast.nia, "sessions/reminder", about, channel="inbox")
    PlannedMessage.objects.filter(pk=waits.pk).update(state="planned", sent_at=None)
    client.force_login(cast.nia)
    for key in (theirs.pk, waits.pk, uuid.uuid4()):
        assert client.get(reverse("my_message", args=[key])).status_code == 404
