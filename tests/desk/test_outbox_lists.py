"""The lists of the outbox: what leaves under its days, what one person got in order, and rows that can be told apart."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from desk.cohort import sessions_of
from desk.outbox import lines, lists
from notifications import by_hand
from notifications import services as notifications
from notifications.models import PlannedMessage
from sessions.models import Appearance, Speaker
from sessions.services import move_session
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent_bell")]


def reminders(session, person) -> list[PlannedMessage]:
    """Return the reminders of a session that wait for somebody, the next one first."""
    return list(PlannedMessage.objects.about(session).to(person).filter(kind="sessions/reminder").order_by("due_at"))


def line(on: dt.datetime) -> lines.Leaving:
    return lines.Leaving("A thing", 1, 0, on, "key")


def test_what_leaves_stands_under_today_tomorrow_the_week_and_the_months(cohort, monkeypatch):
    wednesday = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(lines.timezone, "now", lambda: wednesday)
    after = [line(wednesday + dt.timedelta(days=days)) for days in (-1, 0, 1, 2, 4, 5, 10)]
    found = [(heading, len(some)) for heading, some in lines.by_day(after, cohort)]
    assert found == [
        ("Today", 2), ("Tomorrow", 1), ("Later this week", 2), ("November 2026", 1), ("December 2026", 1),
    ]  # fmt: skip


def test_the_page_shows_the_days_as_headings(planning, cohort, session, nia):
    PlannedMessage.objects.filter(pk=reminders(session, nia)[0].pk).update(next_attempt_at=timezone.now())
    text = planning.get(reverse("planning_outbox", args=[cohort.pk])).content.decode()
    assert "Today</h3>" in text.partition('id="leaving"')[2]


def test_of_one_person_the_next_to_leave_comes_first_and_then_the_latest_that_happened(cohort, session, nia):
    first, second, third = reminders(session, nia)
    now = timezone.now()
    rows = PlannedMessage.objects.about(session).to(nia)
    rows.filter(pk=first.pk).update(state="sent", sent_at=now - dt.timedelta(days=2))
    rows.filter(pk=second.pk).update(next_attempt_at=now + dt.timedelta(days=5))
    sooner = now + dt.timedelta(days=1)
    rows.filter(pk=third.pk).update(next_attempt_at=sooner, state="held", reason="held_by_person")
    [reader] = lists.what_of(cohort, {str(nia.pk): "Nia"}, {})
    mine = [one.message.pk for one in reader.told if one.message.pk in (first.pk, second.pk, third.pk)]
    assert mine == [third.pk, second.pk, first.pk]
    assert [(head, [one.is_ahead for one in some]) for head, some in reader.parts] == [
        ("Still to leave", [one.is_ahead for one in reader.told if one.is_ahead]), ("What became of the others", [False]),
    ]  # fmt: skip


def test_what_a_change_overtook_is_counted_and_fills_no_list(
    planning, cohort, session, nia, monkeypatch, django_assert_num_queries
):
    first = reminders(session, nia)[0]
    PlannedMessage.objects.filter(pk=first.pk).update(state="sent", sent_at=timezone.now() - dt.timedelta(days=40))
    listed = PlannedMessage.objects.filter(scope_id=str(cohort.pk)).to(nia).count()
    monkeypatch.setattr(lists, "MOST_EACH", listed)
    for number in range(7):
        PlannedMessage.objects.create(
            recipient=nia, recipient_key=str(nia.pk), kind="sessions/moved", source_type=first.source_type,
            source_id=first.source_id, source_version=number + 20, occurrence="moved", scope_type=first.scope_type,
            scope_id=first.scope_id, due_at=timezone.now(), next_attempt_at=timezone.now(), state="void", reason="superseded",
        )  # fmt: skip
    with django_assert_num_queries(1):
        [reader] = lists.what_of(cohort, {str(nia.pk): "Nia"}, {})
    assert first.pk in {one.message.pk for one in reader.told}
    assert (len(reader.told), reader.more, reader.overtaken) == (listed, False, 7)
    text = planning.get(reverse("planning_reader", args=[first.pk])).content.decode()
    assert "7 that were replaced, or taken back by a change before they left, are not listed." in text
    assert "A session has moved" not in text


def test_the_page_of_a_reader_who_was_forgotten_stands(planning, session, nia):
    row = reminders(session, nia)[0]
    PlannedMessage.objects.filter(pk=row.pk).update(recipient=None, recipient_key=f"forgotten-{row.pk}", address="")
    answer = planning.get(reverse("planning_reader", args=[row.pk]))
    assert answer.status_code == 200
    assert nia.name not in answer.content.decode().partition("<main")[2]


def test_after_a_move_the_group_still_shows_who_is_never_sent_it(cohort, session, nia, paula):
    first = reminders(session, nia)[0]
    by_hand.drop(first, by=paula, reason="She knows")
    move_session(learning_session=session, to=session.wall + dt.timedelta(minutes=30), by=paula, reason="x")
    now = PlannedMessage.objects.about(session).to(paula).get(occurrence=first.occurrence, state="planned")
    assert now.source_version == first.source_version + 1
    rows = lists.together_with(now, {now.source_id: "x"})
    assert {one.name: one.state for one in lists.readers_of(rows)} == {
        "Nia Roy": "taken out by the planning team", "Paula": "waiting",
    }  # fmt: skip
    assert rows.count() == 2


def test_one_person_found_has_a_page_to_come_back_to_without_a_name_in_its_address(planning, cohort, session, nia):
    answer = planning.post(reverse("planning_outbox", args=[cohort.pk]), {"name": "nia roy"})
    assert answer.status_code == 302
    assert not re.search(r"nia\W{0,3}(20)?roy", answer.url, re.IGNORECASE)
    text = planning.get(answer.url).content.decode()
    assert "Nia Roy" in text
    row = reminders(session, nia)[1]
    assert reverse("planning_message", args=[row.pk]) in text
    page = planning.get(reverse("planning_message", args=[row.pk])).content.decode()
    back = reverse("planning_reader", args=[row.pk])
    assert f'href="{back}"' in page
    assert "All that Nia Roy got" in page
    assert reverse("planning_message", args=[row.pk]) in planning.get(back).content.decode()


def test_what_somebody_got_is_read_by_who_plans_that_cohort_alone(client, session, nia):
    url = reverse("planning_reader", args=[reminders(session, nia)[0].pk])
    for person in (make.planner(cohort=make.cohort()), nia):
        client.force_login(person)
        assert client.get(url).status_code == 404


def test_the_reminders_of_a_session_say_which_they_are(cohort, session, nia):
    titles = lines.titles_of(with_subjects_of(cohort), sessions_of(cohort))
    found = [lists.told(row, titles).name for row in reminders(session, nia)]
    assert found == [
        f"Session reminder: Listening on the ward ({step})"
        for step in ("two weeks before", "two days before", "an hour before")
    ]
    again = reminders(session, nia)[0]
    again.occurrence += "~2"
    assert lists.told(again, titles).name == found[0]


def with_subjects_of(cohort):
    cohort.subjects_found = []
    return cohort


def test_a_mail_to_a_speaker_names_the_session_and_who_speaks(cohort, session):
    vera = Speaker.objects.create(programme=cohort.programme, name="Vera Holt")
    appearance = Appearance.objects.create(learning_session=session, speaker=vera)
    titles = lines.titles_of(with_subjects_of(cohort), sessions_of(cohort))
    name = lines.named("sessions/speaker-reminder", titles[str(appearance.pk)], "T-4w")
    assert name == "Reminder for a speaker: Listening on the ward · Vera Holt (four weeks before)"


def test_who_gets_many_at_one_minute_counts_once_and_is_listed_once(session, nia):
    rows = reminders(session, nia)
    at = timezone.now() + dt.timedelta(days=1)
    mine = PlannedMessage.objects.filter(pk__in=[row.pk for row in rows])
    mine.update(next_attempt_at=at)
    [one] = lines.leaving(mine, {})
    assert one.count == 1
    [found] = lists.readers_of(rows)
    assert (found.name, found.n) == ("Nia Roy", 3)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("sessions/reminder", "In some minutes it is sent once more, marked as a possible duplicate"),
        ("enrolment/invitation", "in some minutes it waits here for somebody to decide"),
    ],
)
def test_what_may_have_gone_says_on_its_page_and_in_the_room_what_comes_next(
    planning, cohort, session, nia, kind, words
):
    row = reminders(session, nia)[0]
    PlannedMessage.objects.filter(pk=row.pk).update(kind=kind, state="uncertain", reason="no_reply_after_dot")
    for url in (reverse("planning_message", args=[row.pk]), reverse("planning_cohort", args=[cohort.pk])):
        assert words in planning.get(url).content.decode()


def found(cohort, typed: str) -> list[str]:
    keys, _more = lists.readers_called(cohort, typed, speaking=sessions_of(cohort))
    return list(keys.values())


def test_a_name_is_found_by_its_words_in_any_order_and_without_accents(cohort, team, session):
    power = make.member(team=team, name="Marie Élise Power", email="power@example.org")
    make.member(team=team, name="Marie Power-Roy")
    PlannedMessage.objects.filter(recipient=power).update(state="void")
    make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 30)
    for typed in ("Power Marie Elise", "elise power", "ÉLISE", "marie power@example.org"):
        assert found(cohort, typed) == ["Marie Élise Power"], typed
    assert set(found(cohort, "power marie")) == {"Marie Élise Power", "Marie Power-Roy"}
    assert found(cohort, "Marie Nobody") == [], "every word has to be there"
    assert found(cohort, "  ") == []


def test_who_speaks_without_an_account_is_found_by_the_name_that_the_list_shows(planning, cohort, session):
    claire = Speaker.objects.create(programme=cohort.programme, name="Claire Aubin", email="ca@example.org")
    vera = Speaker.objects.create(programme=cohort.programme, name="Vera Holt", email="vh@example.org")
    for who in (claire, vera):
        of_whom = Appearance.objects.create(learning_session=session, speaker=who)
        notifications.plan(
            "sessions/speaker-reminder", to=who.email, about=of_whom, due=timezone.now() + dt.timedelta(days=3),
            occurrence="T-4w", scope=cohort, language="en", time_zone="America/Toronto",
        )  # fmt: skip
    for typed in ("Claire Aubin", "aubin claire", "Áubin", "ca@example aubin"):
        assert found(cohort, typed) == ["ca@example.org"], typed
    page = planning.post(reverse("planning_outbox", args=[cohort.pk]), {"name": "Claire Aubin"}, follow=True)
    text = page.content.decode()
    assert "Nobody of that name" not in text
    assert "Listening on the ward · Claire Aubin" in text
    assert "Vera Holt" not in text
    head = re.search(r'id="reader-1">([^<]*)</h2><p class="small quiet text-break">([^<]*)</p>', text)
    assert head.groups() == ("Claire Aubin", "ca@example.org · speaks at “Listening on the ward”")
    row = PlannedMessage.objects.get(address="ca@example.org")
    assert "All that Claire Aubin got" in planning.get(reverse("planning_message", args=[row.pk])).content.decode()


def test_the_page_of_one_reader_says_their_team_and_role(planning, session, nia, paula, django_assert_max_num_queries):
    for who, words in ((nia, "2 West, team member"), (paula, "planning team")):
        row = reminders(session, who)[0]
        with django_assert_max_num_queries(12):
            text = planning.get(reverse("planning_reader", args=[row.pk])).content.decode()
        assert f'{who.name}</h2><p class="small quiet text-break">{words}</p>' in text


def test_looking_for_somebody_asks_as_much_whatever_is_typed(cohort, session, nia, django_assert_num_queries):
    sessions = sessions_of(cohort)
    for typed in ("roy", "nia roy one two three four"):
        with django_assert_num_queries(2):
            lists.readers_called(cohort, typed, speaking=sessions)
