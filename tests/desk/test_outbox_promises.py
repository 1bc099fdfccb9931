"""What the outbox says is so: when something leaves, on which day, how many stand how, and where no mail went."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from core.time import wall_in
from desk.outbox import hurry, lines
from notifications import by_hand
from notifications import services as notifications
from notifications.models import PlannedMessage, Tick
from notifications.models.respect import Choice, Shift
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent_bell")]


@pytest.fixture
def same(team, session, nia):
    """The first reminder of the session, to Nia and to others; nothing else waits."""
    for name in ("Zoé Arès", "Bea Lum"):
        make.member(team=team, name=name)
    row = PlannedMessage.objects.about(session).to(nia).filter(kind="sessions/reminder").order_by("due_at").first()
    found = PlannedMessage.objects.about(session).filter(occurrence=row.occurrence, kind=row.kind)
    found = found.exclude(recipient__name="Paula").order_by("pk")
    PlannedMessage.objects.exclude(pk__in=found.values("pk")).update(state="void", scope_id="elsewhere")
    assert found.count() == 3
    return found


def words_of(answer) -> str:
    main = answer.content.decode().partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def looked(client, name: str, key) -> str:
    return words_of(client.get(reverse(name, args=[key])))


def pressed(client, row: PlannedMessage, verb: str) -> str:
    answer = client.post(reverse("planning_message", args=[row.pk]), {"verb": verb}, follow=True)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def hurried(client, row: PlannedMessage) -> str:
    """Send a message now, after the look; return the words of the page that comes."""
    mark = hurry.look_at(PlannedMessage.objects.filter(pk=row.pk)).mark()
    answer = client.post(reverse("planning_message_now", args=[row.pk]), {"confirm": mark}, follow=True)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def sleeps(person) -> None:
    """Let somebody have their quiet hours now."""
    now = wall_in(timezone.now(), person.time_zone)
    begins, ends = ((now + dt.timedelta(hours=hours)).time().replace(microsecond=0) for hours in (-2, 2))
    Choice.objects.create(user=person, shift=Shift.DAYS, quiet_from=begins, quiet_until=ends)


# ---------------------------------------------------------------- when it leaves


@pytest.mark.parametrize("state", ["dead", "held"])
def test_what_was_sent_now_and_refused_is_tried_again_now(planning, same, nia, state):
    row = same.get(recipient=nia)
    hurried(planning, row)
    same.filter(pk=row.pk).update(state=state, reason="unknown_kind", attempts=1)
    assert "It is tried again now." in pressed(planning, row, "again")
    row.refresh_from_db()
    assert row.state == "planned"
    assert row.next_attempt_at <= timezone.now() < row.due_at


def test_what_was_moved_to_later_while_it_was_held_is_tried_at_that_hour(planning, same, nia):
    row = same.get(recipient=nia)
    same.filter(pk=row.pk).update(state="held", reason="unknown_kind")
    assert "It will be tried again." in pressed(planning, row, "again")
    was = row.next_attempt_at
    row.refresh_from_db()
    assert (row.state, row.next_attempt_at) == ("planned", was)


def test_of_who_has_quiet_hours_nothing_is_promised_for_now(planning, same, nia):
    row = same.get(recipient=nia)
    assert "1 message leaves now." in hurried(planning, row)
    sleeps(nia)
    told = hurried(planning, row)
    assert "1 message leaves when the quiet hours of its reader are over." in told
    assert "leaves now" not in told
    same.filter(pk=row.pk).update(state="dead", reason="refused")
    assert "tried again when the quiet hours of its reader are over" in pressed(planning, row, "again")


def test_of_many_it_is_said_how_many_leave_now_and_how_many_later(planning, same, nia):
    sleeps(nia)
    url = reverse("planning_together_now", args=[same.first().pk])
    asks = words_of(planning.get(url))
    assert "1 message leaves when the quiet hours of its reader are over." in asks
    answer = planning.post(url, {"confirm": hurry.look_at(same).mark()}, follow=True)
    text = " ".join(answer.content.decode().split())
    assert "2 messages leave now. 1 message leaves when the quiet hours of its reader are over." in text


def test_before_many_leave_each_language_is_shown_and_how_many_read_it_and_who_has_no_mailbox(
    planning, cohort, team, session
):
    make.partner(team=team, name="Pierre", language="fr")
    make.member(team=team, name="Otto", email=None)
    reminders = PlannedMessage.objects.about(session).waiting().filter(kind="sessions/reminder")
    row = reminders.filter(recipient__name="Pierre").order_by("due_at").first()
    url = reverse("planning_together_now", args=[row.pk])
    text = words_of(planning.get(url))
    look = hurry.look_at(PlannedMessage.objects.about(session).filter(kind=row.kind, occurrence=row.occurrence))
    n = look.people
    assert look.spoken == {"en": n - 1, "fr": 1}
    assert f"{n - 1} in English, 1 in French. 1 of them has no mailbox and reads it in the product." in text
    assert "How it reads now · In English" in text
    assert "How it reads now · In French" in text
    assert "Bonjour Pierre" in text.partition("In French")[2]


def test_one_alone_is_looked_at_by_name(planning, same, nia):
    row = same.get(recipient=nia)
    text = words_of(planning.get(reverse("planning_message_now", args=[row.pk])))
    assert "This goes to Nia Roy" in text
    assert "in English" not in text
    assert "Send to 1 person now" in text
    hurried(planning, row)
    assert same.exclude(pk=row.pk).filter(next_attempt_at__lte=timezone.now()).count() == 0
    same.filter(pk=row.pk).update(state="sent", sent_at=timezone.now())
    text = words_of(planning.get(reverse("planning_message_now", args=[row.pk])))
    assert "Nothing of it waits any more" in text, "the page to which Back leads"


# ---------------------------------------------------------------- which day


def test_where_one_of_a_group_leaves_on_another_day_the_line_says_how_many_on_which(planning, cohort, same, nia):
    [line] = lines.leaving(same.waiting(), {str(same.first().source_id): "A session"}, cohort.time_zone)
    assert (line.count, len(line.parts)) == (3, 1)
    by_hand.send_now(same.filter(recipient=nia), by=nia)
    [line] = lines.leaving(same.waiting(), {str(same.first().source_id): "A session"}, cohort.time_zone)
    assert (line.count, [part.count for part in line.parts]) == (3, [1, 2])
    assert line.parts[0].first < line.parts[1].first == same.exclude(recipient=nia).first().next_attempt_at
    leaving = looked(planning, "planning_outbox", cohort.pk).partition("Leaving")[2].partition("Left in the")[0]
    assert "· 1 person" in leaving
    assert "· 2 people" in leaving
    assert "3 people" not in leaving, "that many leave at no hour"
    sheet = lines.messages_sheet(with_subjects_of(cohort), [])[1]
    assert [row[5] for row in sheet if row[0] == "Messages leaving"] == [1], "of today and tomorrow"


def with_subjects_of(cohort):
    cohort.subjects_found = []
    return cohort


# ---------------------------------------------------------------- how many stand how


def test_a_group_says_how_many_of_it_stand_how(planning, same, nia):
    assert "Waiting: 3" in looked(planning, "planning_together", same.first().pk)
    same.exclude(recipient=nia).update(state="sent", sent_at=timezone.now())
    assert "Sent: 2 · waiting: 1" in looked(planning, "planning_together", same.first().pk)


def test_a_held_group_does_not_look_as_if_it_left(planning, same):
    before = looked(planning, "planning_together", same.first().pk)
    assert "For 3 people," in before
    planning.post(reverse("planning_together", args=[same.first().pk]), {"verb": "hold"})
    text = looked(planning, "planning_together", same.first().pk)
    assert "For 3 people," not in text
    assert "Held back: 3 The hour of what is held back:" in text


def test_where_no_mail_went_the_list_does_not_say_sent_and_exceptions_come_first(planning, same, nia):
    same.update(state="sent", sent_at=timezone.now())
    same.filter(recipient__name="Zoé Arès").update(channel="inbox")
    names = ("Bea Lum", "Nia Roy", "Zoé Arès")
    text = looked(planning, "planning_together", same.first().pk)
    assert "Sent: 2 · on the site only: 1" in text
    listed = text.partition("For whom")[2]
    assert "Zoé Arès on the site only Bea Lum sent Nia Roy sent" in listed
    same.filter(recipient=nia).update(state="bounced", reason="bounced_hard", bounced_at=timezone.now())
    listed = looked(planning, "planning_together", same.first().pk).partition("For whom")[2]
    assert sorted(names, key=listed.index) == ["Nia Roy", "Zoé Arès", "Bea Lum"]


def test_a_message_that_stands_on_the_site_alone_is_not_called_sent(planning, same, nia):
    same.update(state="sent", channel="inbox", sent_at=timezone.now())
    row = same.get(recipient=nia)
    assert "On the site only" in looked(planning, "planning_message", row.pk)
    same.update(reason="for_digest")
    assert "On the site only" not in looked(planning, "planning_message", row.pk), "a digest carries it"


# ---------------------------------------------------------------- what came back


def test_what_came_back_says_where_it_went_and_what_to_do_and_not_that_it_was_taken(planning, same, nia):
    same.update(state="bounced", reason="bounced_hard", bounced_at=timezone.now(), smtp_text="No such user here")
    row = same.get(recipient=nia)
    text = looked(planning, "planning_message", row.pk)
    assert "nia@example.org" in text
    assert "there is no such mailbox" in text
    assert "The mail server said: No such user here" in text
    assert "It is not sent a second time." in text
    people = f"{reverse('planning_people', args=[row.scope_id])}?person={nia.pk}"
    assert f'href="{people}"' in planning.get(reverse("planning_message", args=[row.pk])).content.decode()
    assert [one.name for one in planning.get(people).context["page"].object_list] == ["Nia Roy"], (
        "it leads to their row"
    )
    same.update(reason="bounced_soft")
    text = looked(planning, "planning_message", row.pk)
    assert "the mailbox is full" in text
    assert "goes there again" in text, "a full mailbox is no wrong address"
    room = " ".join(unescape(planning.get(reverse("planning_cohort", args=[row.scope_id])).content.decode()).split())
    assert "It came back: the mailbox is full" in room
    assert "did not go out" not in room
    same.update(reason="bounced_old")
    text = looked(planning, "planning_message", row.pk)
    assert "from an address that is not theirs any more" in text
    assert "goes to the address that they have now" in text
    same.update(state="dead", reason="refused", smtp_code=550)
    text = looked(planning, "planning_message", row.pk)
    assert "550 No such user here" in text
    assert "It is not sent a second time." not in text


def test_of_a_mail_to_a_stranger_that_came_back_the_address_is_put_right_where_it_was_given(planning, cohort):
    about = ("trial.thing", "7")
    row = notifications.post("notifications/unknown-sender", to="ada@example.org", about=about, scope=cohort)
    PlannedMessage.objects.filter(pk=row.pk).update(state="bounced", reason="bounced_hard", bounced_at=timezone.now())
    text = looked(planning, "planning_message", row.pk)
    assert "To the address ada@example.org" in text
    assert "Put the address right where it was given" in text


def test_what_goes_by_no_mail_shows_no_address(planning, same, nia):
    row = same.get(recipient=nia)
    assert "nia@example.org" in looked(planning, "planning_message", row.pk)
    same.update(channel="sms")
    assert "nia@example.org" not in looked(planning, "planning_message", row.pk)


@pytest.fixture(params=["silent", "paused"])
def standstill(request, db):
    """Nothing is sent now."""
    long_ago = timezone.now() - dt.timedelta(minutes=20)
    how = {"silent": {"last_tick": long_ago}, "paused": {"last_tick": timezone.now(), "paused_at": long_ago}}
    Tick.objects.update_or_create(pk=Tick.THE_ONE, defaults=how[request.param])
    return request.param


def test_while_nothing_is_sent_nothing_is_promised_for_now(planning, same, nia, standstill):
    row = same.get(recipient=nia)
    asks = looked(planning, "planning_message_now", row.pk)
    assert "No message leaves:" in asks
    assert "Nothing leaves at once: it goes as soon as sending goes on." in asks
    told = hurried(planning, row)
    assert "Nothing is sent at the moment: 1 message leaves as soon as sending goes on." in told
    assert "leaves now" not in told
    same.filter(pk=row.pk).update(state="dead", reason="refused")
    again = pressed(planning, row, "again")
    assert "it is tried again as soon as sending goes on" in again
    assert "tried again now" not in again


def test_while_nothing_is_sent_the_room_does_not_say_that_the_rest_runs_by_itself(
    planning, cohort, same, paula, standstill
):
    url = reverse("planning_cohort", args=[cohort.pk])
    assert "runs by itself" not in words_of(planning.get(url))
    assert "needs a person today." in words_of(planning.get(url)).replace("things need", "thing needs")
    Tick.objects.update(last_tick=timezone.now(), paused_at=None)
    by_hand.hold(PlannedMessage.objects.filter(pk__in=[row.pk for row in same]), by=paula)
    assert "runs by itself" in words_of(planning.get(url))


def test_will_it_arrive_says_that_nothing_is_sent_before_anything_is_late(planning, cohort, standstill):
    url = reverse("planning_arrival", args=[cohort.pk])
    text = words_of(planning.get(url))
    since = {"silent": "Nobody has gone round to send messages since", "paused": "Sending is paused since"}
    assert since[standstill] in text
    assert "Nothing waits that should have left" not in text
    Tick.objects.update(last_tick=timezone.now(), paused_at=None)
    assert "Nothing waits that should have left" in words_of(planning.get(url))
