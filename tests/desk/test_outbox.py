"""The planning team's outbox: what leaves, who got what and why not, and what can be done about it."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language, override

from audit.models import Entry
from desk.outbox import hurry
from notifications import by_hand, causes, kinds, people
from notifications import services as notifications
from notifications.inbound import bounces
from notifications.models import MessageEvent, PlannedMessage, Suppression, Tick
from sessions.day import release
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent_bell")]


def of(session, person, occurrence: str) -> PlannedMessage:
    return PlannedMessage.objects.about(session).to(person).get(occurrence=occurrence)


def reminder(session, person) -> PlannedMessage:
    """Return the last reminder that waits for somebody about a session."""
    waiting = PlannedMessage.objects.about(session).to(person).waiting().filter(kind="sessions/reminder")
    return waiting.order_by("-due_at").first()


def outbox(cohort) -> str:
    return reverse("planning_outbox", args=[cohort.pk])


def page(client, name: str, row) -> str:
    return " ".join(client.get(reverse(name, args=[row.pk])).content.decode().split())


def test_what_leaves_stands_in_lines_with_how_many_people(planning, cohort, team, session, nia):
    make.member(team=team)
    PlannedMessage.objects.exclude(source_id=str(session.pk)).update(state="void")
    text = planning.get(outbox(cohort)).content.decode()
    assert "Session reminder: Listening on the ward" in text
    n = PlannedMessage.objects.about(session).filter(occurrence=reminder(session, nia).occurrence).count()
    assert f"{n} people" in text
    assert nia.name not in text


def test_the_list_asks_as_much_for_many_as_for_one(planning, cohort, team, session, django_assert_max_num_queries):
    for _n in range(3):
        make.member(team=team)
    PlannedMessage.objects.about(session).filter(occurrence="T-1h").update(state="dead", reason="refused")
    with django_assert_max_num_queries(12):
        planning.get(outbox(cohort))


def test_who_got_what_is_found_by_a_part_of_the_name_with_the_reason(planning, cohort, session, nia):
    row = reminder(session, nia)
    PlannedMessage.objects.filter(pk=row.pk).update(state="dead", reason="refused")
    for word in ("roy", "NIA@EXAMPLE"):
        text = planning.post(outbox(cohort), {"name": word}, follow=True).content.decode()
        assert "Nia Roy" in text
        assert "The mail server of that address refused it." in text
        assert reverse("planning_message", args=[row.pk]) in text
    assert "Nobody of that name" in planning.post(outbox(cohort), {"name": "zzz"}).content.decode()


def test_a_name_without_an_account_and_of_another_cohort_stays_there(planning, session, cohort):
    other = make.team(cohort=make.cohort())
    make.member(team=other, name="Far Away")
    make.learning_session(cohort=other.cohort, minutes_ahead=60 * 24 * 20)
    assert "Nobody of that name" in planning.post(outbox(cohort), {"name": "Far Away"}).content.decode()


def test_planners_are_told_when_what_sends_is_silent_and_not_before_it_ever_sent(planning, cohort):
    url, words = reverse("planning_cohort", args=[cohort.pk]), "what sends them is silent"
    assert words not in planning.get(url).content.decode()
    Tick.objects.update_or_create(pk=Tick.THE_ONE, defaults={"last_tick": timezone.now()})
    assert words not in planning.get(url).content.decode()
    for minutes, told in ((4, False), (6, True)):
        Tick.objects.update(last_tick=timezone.now() - dt.timedelta(minutes=minutes))
        for page_of in (url, outbox(cohort)):
            assert (words in planning.get(page_of).content.decode()) is told


def test_where_many_are_called_so_it_says_that_there_are_more(planning, cohort, team, monkeypatch):
    monkeypatch.setattr("desk.outbox.lists.MOST_READERS", 2)
    for n in range(3):
        make.member(team=team, name=f"Quill {n}")
    make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 30)
    text = planning.post(outbox(cohort), {"name": "quill"}).content.decode()
    assert "More people are called so" in text
    assert ("Quill 1" in text, "Quill 2" in text) == (True, False)
    assert "More people" not in planning.post(outbox(cohort), {"name": "Quill 2"}, follow=True).content.decode()


def test_of_a_long_line_all_are_counted_and_some_are_listed(planning, team, session, nia, monkeypatch):
    monkeypatch.setattr("desk.outbox.lists.MOST_IN_A_LINE", 1)
    make.member(team=team)
    row = reminder(session, nia)
    n = PlannedMessage.objects.about(session).filter(occurrence=row.occurrence, kind=row.kind).count()
    text = page(planning, "planning_together", row)
    assert f"For {n} people" in text
    assert "The others are found by their name" in text


def test_an_empty_search_says_so_beside_the_box(planning, cohort):
    text = planning.post(outbox(cohort), {"name": " "}).content.decode()
    assert "Write something here" in text
    assert "Leaving" in text


def test_a_message_tells_its_story_and_how_it_reads_without_its_links(planning, session, nia):
    row = reminder(session, nia)
    text = page(planning, "planning_message", row)
    assert "For Nia Roy" in text
    assert "Listening on the ward" in text
    assert (
        "http://localhost:8000/" not in text.partition("How it reads at its hour")[2].partition("What became of it")[0]
    )
    assert "(link)" in text


def test_the_address_of_a_meeting_is_not_read_in_the_outbox(planning, cohort, nia):
    soon = make.learning_session(cohort=cohort, minutes_ahead=10, url="https://zoom.us/j/99?pwd=canary")
    release.release_address(learning_session=soon, reason="Join does not answer", by=make.planner(cohort=cohort))
    row = PlannedMessage.objects.to(nia).get(kind="sessions/address")
    for name in ("planning_message", "planning_together"):
        text = page(planning, name, row)
        assert "Only its readers see its words" in text
        assert "zoom.us" not in text


def test_held_back_it_does_not_leave_until_it_is_let_go(planning, cohort, session, nia):
    row = reminder(session, nia)
    url = reverse("planning_message", args=[row.pk])
    planning.post(url, {"verb": "hold"})
    row.refresh_from_db()
    assert (row.state, row.reason) == ("held", "held_by_person")
    room = planning.get(reverse("planning_cohort", args=[cohort.pk])).content.decode()
    assert "1 message is held back" in room
    assert "did not go out" not in room
    planning.post(url, {"verb": "release"})
    row.refresh_from_db()
    assert (row.state, row.reason, row.attempts) == ("planned", "", 0)
    assert row.next_attempt_at == row.due_at
    told = list(MessageEvent.objects.filter(message=row).order_by("id").values_list("to_state", "note"))
    assert told[-2:] == [("held", "by_person_held"), ("planned", "by_person_released")]
    assert Entry.objects.filter(about_id=str(row.pk), verb__in=["message.held", "message.released"]).count() == 2
    text = page(planning, "planning_message", row)
    assert "held back" in text
    assert "let go" in text


def test_what_a_forgotten_planner_held_back_stays_held_back_and_their_words_go(planning, cohort, session, nia):
    paula = cohort.memberships.get(user__name="Paula").user
    held = reminder(session, nia)
    planning.post(reverse("planning_message", args=[held.pk]), {"verb": "hold"})
    dropped = reminder(session, nia)
    planning.post(reverse("planning_message", args=[dropped.pk]), {"verb": "drop", "drop-reason": "Marie said so"})
    people.forget(paula)
    for row in (held, dropped):
        row.refresh_from_db()
    assert (held.state, held.reason) == ("held", "held_by_person")
    assert (dropped.state, dropped.reason) == ("void", "by_person")
    assert causes.why(dropped) == "Somebody of the planning team decided so."


def test_what_the_software_holds_is_not_let_go_but_tried_again(planning, session, nia):
    row = reminder(session, nia)
    PlannedMessage.objects.filter(pk=row.pk).update(state="held", reason="template_broken:KeyError")
    url = reverse("planning_message", args=[row.pk])
    text = page(planning, "planning_message", row)
    assert "Its words could not be made." in text
    assert 'value="release"' not in text
    planning.post(url, {"verb": "release"})
    row.refresh_from_db()
    assert row.state == "held"
    planning.post(url, {"verb": "again"})
    row.refresh_from_db()
    assert (row.state, row.address) == ("planned", "")


def test_what_is_somebodys_own_is_sent_to_nobody_else(planning, cohort, session, nia):
    row = reminder(session, nia)
    url, elsewhere = reverse("planning_message", args=[row.pk]), {"verb": "again", "again-address": "m@evil.example"}
    planning.post(url, {"verb": "hold"})
    refused = planning.post(url, elsewhere)
    assert refused.status_code == 200
    assert "let it go at its hour instead" in refused.content.decode()
    row.refresh_from_db()
    assert (row.state, row.reason, row.address) == ("held", "held_by_person", "")
    PlannedMessage.objects.filter(pk=row.pk).update(state="dead", reason="refused")
    text = page(planning, "planning_message", row)
    assert "again-address" not in text
    assert "It goes to the address that Nia Roy has here now, and to no other" in text
    assert f'href="{reverse("planning_people", args=[cohort.pk])}?person={nia.pk}"' in text
    assert "the links in it are theirs" in planning.post(url, elsewhere).content.decode()
    row.refresh_from_db()
    assert (row.state, row.address) == ("dead", "")


def to_a_stranger(cohort) -> PlannedMessage:
    """Return a message to somebody without an account that could not be delivered."""
    about = ("trial.thing", "7")
    row = notifications.post("notifications/unknown-sender", to="ada@example.org", about=about, scope=cohort)
    PlannedMessage.objects.filter(pk=row.pk).update(state="dead", reason="refused")
    return row


def test_who_has_no_account_is_given_another_address(planning, cohort):
    row = to_a_stranger(cohort)
    assert 'name="again-address"' in page(planning, "planning_message", row)
    planning.post(reverse("planning_message", args=[row.pk]), {"verb": "again", "again-address": "ada@example.net"})
    row.refresh_from_db()
    assert (row.state, row.address) == ("planned", "ada@example.net")


def test_a_message_whose_words_cannot_be_made_can_be_looked_at(planning, cohort, session, nia, monkeypatch):
    def broken(message):
        raise KeyError("a name that a log must not hold")

    kind = kinds.get("sessions/reminder")
    monkeypatch.setitem(kinds._kinds, kind.key, dataclasses.replace(kind, context=broken))
    row = reminder(session, nia)
    for name in ("planning_message", "planning_together"):
        text = page(planning, name, row)
        assert "Its words could not be made." in text
        assert "/now/" not in text
    kind_page = reverse("planning_kind", args=[cohort.pk, "sessions", "reminder"])
    assert planning.get(kind_page).status_code == 200
    monkeypatch.setitem(kinds._kinds, kind.key, dataclasses.replace(kind, sources=broken))
    assert planning.get(kind_page).status_code == 200


def test_before_sending_it_is_said_which_language_cannot_be_made(planning, cohort, session, nia, team, monkeypatch):
    make.member(team=team, language="fr")
    kind = kinds.get("sessions/reminder")

    def broken_in_french(message):
        if (get_language() or "").startswith("fr"):
            raise KeyError("a name that a log must not hold")
        return kind.context(message)

    monkeypatch.setitem(kinds._kinds, kind.key, dataclasses.replace(kind, context=broken_in_french))
    row = reminder(session, nia)
    english, french = page(planning, "planning_together_now", row).split("How it reads")[1:]
    assert "In English" in english
    assert "Listening on the ward" in english
    assert "In French" in french
    assert "Its words could not be made." in french


def test_who_has_nothing_to_do_with_it_any_more_is_not_counted_before_sending(planning, team, session, nia):
    gone = make.member(team=team, language="fr")
    together = PlannedMessage.objects.about(session).filter(occurrence=reminder(session, nia).occurrence)
    before = hurry.look_at(together)
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    after = hurry.look_at(together)
    assert (before.people - after.people, before.spoken["fr"], after.spoken.get("fr", 0)) == (1, 1, 0)


def test_a_page_that_shows_how_a_message_reads_makes_no_files(planning, cohort, session, nia, monkeypatch):
    kind = kinds.get("sessions/reminder")
    files = lambda message: pytest.fail("a workbook is made for a letter that does not leave")  # noqa: E731
    monkeypatch.setitem(kinds._kinds, kind.key, dataclasses.replace(kind, files=files))
    row = reminder(session, nia)
    for name in ("planning_message", "planning_together"):
        assert "Listening on the ward" in page(planning, name, row).partition("How it reads at its hour")[2]
    sample = planning.get(reverse("planning_kind", args=[cohort.pk, "sessions", "reminder"])).content.decode()
    assert "Listening on the ward" in sample


def test_what_nobody_may_know_before_its_minute_is_never_sent_now(planning, session, nia, monkeypatch):
    kind = kinds.get("sessions/reminder")
    monkeypatch.setitem(kinds._kinds, kind.key, dataclasses.replace(kind, untold_before=True))
    row = reminder(session, nia)
    assert "/now/" not in page(planning, "planning_message", row)
    assert "Nothing of it waits" in page(planning, "planning_message_now", row)
    assert by_hand.send_now(PlannedMessage.objects.filter(pk=row.pk), by=nia) == 0
    row.refresh_from_db()
    assert row.next_attempt_at > timezone.now()


def test_an_address_that_is_none_is_said_beside_its_box(planning, cohort):
    row = to_a_stranger(cohort)
    answer = planning.post(reverse("planning_message", args=[row.pk]), {"verb": "again", "again-address": "nowhere"})
    assert answer.status_code == 200
    assert 'value="nowhere"' in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "dead"


def test_it_is_dropped_with_a_reason_and_not_without(planning, session, nia):
    row = reminder(session, nia)
    url = reverse("planning_message", args=[row.pk])
    assert planning.post(url, {"verb": "drop", "drop-reason": ""}).status_code == 200
    row.refresh_from_db()
    assert row.state == "planned"
    planning.post(url, {"verb": "drop", "drop-reason": "She knows already"})
    row.refresh_from_db()
    assert (row.state, row.reason) == ("void", "typed:She knows already")
    text = page(planning, "planning_message", row)
    assert "Taken out by the planning team" in text
    assert "She knows already" in text
    assert "Not needed any more" not in text.partition('id="story"')[0]


def kept_coming_back(address: str) -> None:
    bounces.count(address, bounces.HARD)
    Suppression.objects.update(last_step_on=F("last_step_on") - dt.timedelta(days=1))
    bounces.count(address, bounces.HARD)


def test_what_came_back_is_seen_and_off_the_list(planning, cohort, session, nia):
    row = reminder(session, nia)
    PlannedMessage.objects.filter(pk=row.pk).update(state="bounced", reason="bounced_soft", bounced_at=timezone.now())
    url = reverse("planning_message", args=[row.pk])
    assert url in planning.get(outbox(cohort)).content.decode()
    assert 'value="open"' not in page(planning, "planning_message", row), "mail still goes there"
    for _press in range(2):
        planning.post(url, {"verb": "seen"})
    assert url not in planning.get(outbox(cohort)).content.decode()
    text = page(planning, "planning_message", row)
    assert "seen by the planning team" in text
    assert 'value="seen"' not in text
    assert Entry.objects.filter(verb="message.seen").count() == 1
    row.refresh_from_db()
    assert (row.state, row.reason) == ("bounced", "bounced_soft"), "what became of it stays"


@pytest.mark.parametrize(
    ("state", "channel", "reason"), [("bounced", "mail", "bounced_hard"), ("sent", "inbox", "suppressed")]
)
def test_mail_goes_to_an_address_again_from_the_page_of_a_message(planning, session, nia, state, channel, reason):
    kept_coming_back(nia.email)
    row = reminder(session, nia)
    PlannedMessage.objects.filter(pk=row.pk).update(state=state, channel=channel, reason=reason, sent_at=timezone.now())
    assert "Nothing is sent to this address" in page(planning, "planning_message", row)
    for _press in range(2):
        planning.post(reverse("planning_message", args=[row.pk]), {"verb": "open"})
    assert not Suppression.objects.exists()
    assert 'value="open"' not in page(planning, "planning_message", row)
    assert Entry.objects.filter(verb="address.cleared").count() == 1
    assert MessageEvent.objects.filter(message=row, note="address_opened", actor__isnull=False).count() == 1


def test_from_another_message_or_another_cohort_no_address_is_opened(client, planning, session, nia):
    kept_coming_back(nia.email)
    row = reminder(session, nia)
    url = reverse("planning_message", args=[row.pk])
    planning.post(url, {"verb": "open"})
    assert Suppression.objects.count() == 1, "this one waits: nothing of it came back"
    PlannedMessage.objects.filter(pk=row.pk).update(state="bounced", reason="bounced_hard")
    client.force_login(make.planner(cohort=make.cohort()))
    assert client.post(url, {"verb": "open"}).status_code == 404
    assert Suppression.objects.count() == 1


def test_all_that_leaves_together_is_held_let_go_and_sent_at_once(planning, team, session, nia):
    make.member(team=team)
    row = reminder(session, nia)
    same = PlannedMessage.objects.about(session).filter(occurrence=row.occurrence, kind=row.kind)
    others = PlannedMessage.objects.exclude(pk__in=same.values("pk"))
    before = list(others.order_by("pk").values_list("pk", "state", "next_attempt_at"))
    url, n = reverse("planning_together", args=[row.pk]), same.count()
    assert n > 2
    text = page(planning, "planning_together", row)
    assert f"For {n} people" in text
    assert "How it reads at its hour" in text
    planning.post(url, {"verb": "hold"})
    assert "held back" in page(planning, "planning_together", row)
    assert set(same.values_list("state", flat=True)) == {"held"}
    planning.post(url, {"verb": "release"})
    assert set(same.values_list("state", flat=True)) == {"planned"}
    planning.post(reverse("planning_together_now", args=[row.pk]), {"confirm": hurry.look_at(same).mark()})
    assert not same.filter(next_attempt_at__gt=timezone.now()).exists()
    assert list(others.order_by("pk").values_list("pk", "state", "next_attempt_at")) == before


def asked(client, row, **typed) -> tuple[str, str]:
    """Look at what would leave together now, or press its button; return the words of the page that comes, and its mark."""
    url = reverse("planning_together_now", args=[row.pk])
    answer = client.post(url, typed, follow=True) if typed else client.get(url)
    text = " ".join(answer.content.decode().split())
    return text, text.partition('name="confirm" value="')[2].partition('"')[0]


def test_many_leave_ahead_of_their_hour_only_after_a_look_at_how_many(planning, team, session, nia):
    make.member(team=team)
    row = reminder(session, nia)
    same = PlannedMessage.objects.about(session).filter(occurrence=row.occurrence, kind=row.kind)
    n, hours = same.count(), list(same.order_by("pk").values_list("next_attempt_at", flat=True))
    text, mark = asked(planning, row)
    assert f"Send to {n} people now" in text
    assert "Listening on the ward" in text
    assert "It would leave by itself" in text
    assert f'href="{reverse("planning_together", args=[row.pk])}"' in text.partition("Send to")[2], "a way back"
    assert list(same.order_by("pk").values_list("next_attempt_at", flat=True)) == hours, "nothing goes unasked"
    same.filter(pk=same.exclude(pk=row.pk).first().pk).update(state="sent", sent_at=timezone.now())
    text, anew = asked(planning, row, confirm=mark)
    assert "This has changed since you looked" in text
    assert f"Send to {n - 1} people now" in text
    assert not same.filter(next_attempt_at__lte=timezone.now()).exists()
    asked(planning, row, confirm=anew)
    assert not same.waiting().filter(next_attempt_at__gt=timezone.now()).exists()


def test_a_look_shows_the_words_of_the_hour_at_which_they_leave(planning, session, nia):
    row = reminder(session, nia)
    for name in ("planning_message", "planning_together"):
        words = page(planning, name, row).partition("How it reads at its hour")[2]
        assert "We meet within the hour." in words
    hurried, mark = asked(planning, row)
    words = hurried.partition("How it reads now")[2]
    assert "A date to keep free." in words, "it is twenty days away"
    assert "within the hour" not in words
    asked(planning, row, confirm=mark)
    words = page(planning, "planning_message", row).partition("How it reads now")[2]
    assert "A date to keep free." in words
    assert "within the hour" not in words


def test_a_sample_of_a_kind_reads_as_at_its_hour(planning, cohort, session, nia):
    PlannedMessage.objects.exclude(pk=reminder(session, nia).pk).update(scope_id="elsewhere")
    sample = planning.get(reverse("planning_kind", args=[cohort.pk, "sessions", "reminder"])).content.decode()
    assert "We meet within the hour." in sample


def test_who_would_get_several_at_once_is_counted_once(session, nia):
    look = hurry.look_at(PlannedMessage.objects.about(session).to(nia).filter(kind="sessions/reminder"))
    assert (len(look.rows) > 1, look.people) == (True, 1)
    assert look.first < look.last


def test_words_that_changed_since_the_look_are_looked_at_again(planning, cohort, session, nia):
    row = reminder(session, nia)
    look = hurry.look_at(PlannedMessage.objects.filter(pk=row.pk))
    session.title_en = "Another title"
    type(session).objects.filter(pk=session.pk).update(title_en=session.title_en)
    answer = planning.post(reverse("planning_message_now", args=[row.pk]), {"confirm": look.mark()}, follow=True)
    assert "nothing was sent" in answer.content.decode()
    row.refresh_from_db()
    assert row.next_attempt_at > timezone.now()


def test_what_has_nothing_to_say_yet_is_not_sent_now(planning, session, nia):
    row = reminder(session, nia)
    PlannedMessage.objects.filter(pk=row.pk).update(source_version=-1)
    text = page(planning, "planning_message", row)
    assert "There would be nothing to say" in text
    assert "/now/" not in text
    planning.post(reverse("planning_message_now", args=[row.pk]), {"confirm": ""})
    row.refresh_from_db()
    assert row.next_attempt_at > timezone.now()


def test_what_has_left_is_neither_held_nor_sent_again(planning, session, nia):
    row = reminder(session, nia)
    PlannedMessage.objects.filter(pk=row.pk).update(state="sent", sent_at=timezone.now())
    for verb in ("hold", "release", "no such thing"):
        planning.post(reverse("planning_message", args=[row.pk]), {"verb": verb})
        row.refresh_from_db()
        assert row.state == "sent"
    assert 'name="verb"' not in page(planning, "planning_message", row)


def test_what_left_together_says_for_whom_and_how_each_stands(planning, cohort, team, session, nia):
    other = make.member(team=team, name="Otto Reimer")
    row = reminder(session, nia)
    same = PlannedMessage.objects.about(session).filter(occurrence=row.occurrence, kind=row.kind)
    same.update(state="sent", sent_at=timezone.now(), updated_at=timezone.now())
    same.filter(recipient=other).update(state="expired", reason="too_late")
    late, left = (
        planning.get(outbox(cohort)).content.decode().partition("Too late to be sent")[2].split("Left in the last")
    )
    for part, n in ((late, 1), (left, same.count() - 1)):
        assert "Session reminder: Listening on the ward" in part
        assert f"{n} pe" in part
    found = page(planning, "planning_together", row)
    assert "too late to send" in found
    assert 'name="verb"' not in found


def test_a_planner_of_another_cohort_finds_nothing(client, cohort, session, nia):
    row = reminder(session, nia)
    client.force_login(make.planner(cohort=make.cohort()))
    for name, key in (("planning_message", row.pk), ("planning_together", row.pk), ("planning_outbox", cohort.pk)):
        assert client.get(reverse(name, args=[key])).status_code == 404
        assert client.post(reverse(name, args=[key]), {"verb": "hold", "name": "Nia"}).status_code == 404


def test_what_was_moved_to_later_waits_as_long_as_it_is_held(planning, session, nia):
    row = reminder(session, nia)
    planning.post(reverse("planning_message", args=[row.pk]), {"verb": "hold"})
    PlannedMessage.objects.filter(pk=row.pk).update(due_at=timezone.now() - dt.timedelta(minutes=1))
    planning.post(reverse("planning_message", args=[row.pk]), {"verb": "release"})
    row.refresh_from_db()
    assert row.state == "planned"


# ---------------------------------------------------------------- every kind


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_kind_says_what_it_is_called_who_gets_it_when_and_what_stops_it(lang):
    with override("en"):
        english = {key: str(kinds.get(key).when) for key in kinds.keys()}  # noqa: SIM118  (a function, not a dict)
    with override(lang):
        for key, when in english.items():
            kind = kinds.get(key)
            for said in (kind.name, kind.audience, kind.when, kind.stops):
                assert str(said), key
            assert kinds.name_of(key) == str(kind.name) != key
            assert (str(kind.when) == when) is (lang == "en"), key
    assert kinds.name_of("nobody/knows") == "nobody/knows"


def test_a_code_leaves_at_once_whatever_its_reader_chose_and_stands_in_no_list():
    for name in ("login-code", "password-reset", "confirm-email"):
        kind = kinds.get(f"account/{name}")
        assert (kind.importance, kind.keeps_hour, kind.listed) == (kinds.Importance.MUST, True, False)
    unlisted = set(kinds.unlisted())
    assert {
        "enrolment/invitation",
        "enrolment/letter",
        "sessions/speaker-page",
        "sessions/registration-done",
    } < unlisted
    assert not {"sessions/reminder", "sessions/address", "surveys/asked", "forum/reply"} & unlisted


def test_every_kind_says_when_it_is_told_and_what_keeps_it_back(planning, cohort):
    text = " ".join(planning.get(reverse("planning_kinds", args=[cohort.pk])).content.decode().split())
    for key in kinds.keys():  # noqa: SIM118  (a function, not a dict)
        kind = kinds.get(key)
        assert str(kind.when), key
        assert str(kind.stops), key
        assert escape(str(kind.when)) in text, key
    assert text.count("Notice that something changed in an account") == 1


def test_a_kind_reads_in_both_languages_whatever_its_reader_reads(planning, cohort, session, nia):
    row = reminder(session, nia)
    PlannedMessage.objects.exclude(pk=row.pk).filter(kind=row.kind).update(state="void", kind="sessions/moved")
    url = reverse("planning_kind", args=[cohort.pk, "sessions", "reminder"])
    text = planning.get(url).content.decode()
    english, french = text.partition('lang="fr-CA"')[0], text.partition('lang="fr-CA"')[2]
    assert "Hello Nia," in english
    assert "Bonjour Nia," in french
    nia.refresh_from_db()
    assert nia.language == "en"


def test_a_kind_of_which_there_is_none_says_so_and_a_secret_one_shows_nothing(planning, cohort):
    for room, name, words in (
        ("sessions", "speaker-page", "There is none in this cohort"),
        ("account", "login-code", "Made up from what this series has"),
        ("sessions", "address", "Only its readers see its words"),
    ):
        assert words in planning.get(reverse("planning_kind", args=[cohort.pk, room, name])).content.decode()
    assert planning.get(reverse("planning_kind", args=[cohort.pk, "no", "such"])).status_code == 404
