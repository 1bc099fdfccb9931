"""What the calendar of a person hears by mail, from the invitation to the end, read by the second library."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import vobject
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from collaborative.dates import Shift
from collaborative.models import Cohort, Reschedule
from collaborative.reschedule import can_undo, reschedule, undo
from collaborative.services import end_role, give_role
from core.refusals import Refused
from core.time import forward_utc
from enrolment import announcing
from notifications import sweep
from notifications.models import PlannedMessage
from notifications.wording import render
from sessions import cancelling, services
from sessions.calendars import correcting
from sessions.models import CalendarLeft, LearningSession, MeetingAddress
from tests import make
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(cohort):
    return cohort.learning_sessions.order_by("starts_at")[1]


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, email="paula@example.ca")


@pytest.fixture
def nia(cohort):
    return make.member(team=make.team(cohort=cohort), name="Nia Roy", email="nia@example.ca", language="en")


def waiting(person, kind):
    return PlannedMessage.objects.to(person).waiting().filter(kind=kind)


def let_go() -> None:
    """Let all that waits leave now."""
    PlannedMessage.objects.waiting().update(next_attempt_at=timezone.now() - dt.timedelta(seconds=1))


def event_in(text: str):
    calendar = vobject.readOne(text)
    return calendar.method.value, calendar.vevent


# ---------------------------------------------------------------- who is invited, and when


def test_who_joins_is_sent_every_session_ahead_once(cohort, second, nia):
    rows = waiting(nia, "sessions/invitation")
    assert rows.count() == cohort.learning_sessions.count() == 3
    make.planner(cohort=cohort, user=nia)
    assert rows.count() == 3
    assert services.invite(second) == 0
    mail = render(rows.get(source_id=str(second.pk)))
    assert mail.subject.startswith(f"Invitation: {second.title_en}, ")
    (part,) = mail.calendar
    method, event = event_in(part.text)
    assert (method, part.method, event.uid.value) == ("REQUEST", "REQUEST", f"{second.pk}@localhost")
    assert event.attendee.value == "mailto:nia@example.ca"
    assert event.organizer.value == "mailto:series@example.org"
    assert event.dtstart.value == second.starts_at
    assert "Nia" not in part.text


def test_no_calendar_learns_where_the_meeting_is(second, nia):
    MeetingAddress.objects.create(learning_session=second, url="https://zoom.us/j/998877")
    (part,) = render(waiting(nia, "sessions/invitation").get(source_id=str(second.pk))).calendar
    assert "zoom" not in part.text.replace("\r\n ", "")


def test_nobody_is_invited_before_the_cohort_is_announced():
    cohort = make.open_cohort(announced_at=None)
    nia = make.member(team=make.team(cohort=cohort))
    assert not waiting(nia, "sessions/invitation").exists()
    announcing.announce(cohort=Cohort.objects.get(pk=cohort.pk), by=make.planner(cohort=cohort))
    assert waiting(nia, "sessions/invitation").count() == 3


def test_a_sponsor_and_who_has_no_mailbox_are_not_invited(cohort):
    team = make.team(cohort=cohort)
    for person in (make.member(team=team, role="sponsor"), make.member(team=team, email=None)):
        assert not waiting(person, "sessions/invitation").exists()


def test_an_invitation_that_has_not_left_survives_a_move(second, nia, paula):
    services.move_session(learning_session=second, to=second.wall + dt.timedelta(minutes=5), by=paula)
    (row,) = waiting(nia, "sessions/invitation").filter(source_id=str(second.pk))
    _method, event = event_in(render(row).calendar[0].text)
    second.refresh_from_db()
    assert (event.dtstart.value, int(event.sequence.value)) == (second.starts_at, 1)


# ---------------------------------------------------------------- invite, move, cancel


def calendars(sink, to) -> list:  # noqa: F811
    found = []
    for one in sink.kept:
        if one.to == to:
            found += [
                event_in(part.get_payload(decode=True).decode())
                for part in one.parsed.walk()
                if part.get_content_type() == "text/calendar"
            ]
    sink.kept.clear()
    return found


@pytest.mark.django_db(transaction=True)
def test_over_mail_a_calendar_sees_invite_move_and_cancel(sink, settings, monkeypatch):  # noqa: F811
    monkeypatch.setattr("notifications.bell.kick", lambda: True)
    settings.UNDO_SECONDS = 0
    cohort = make.cohort(first_day=timezone.now().date() + dt.timedelta(days=7))
    paula = make.planner(cohort=cohort, email="paula@example.ca")
    make.member(team=make.team(cohort=cohort), email="nia@example.ca", language="fr")
    second = cohort.learning_sessions.order_by("starts_at")[1]
    PlannedMessage.objects.filter(kind="sessions/reminder").update(
        next_attempt_at=timezone.now() + dt.timedelta(days=300)
    )
    seen: dict[str, tuple] = {}

    def go() -> list:
        sweep.tick(seconds=30)
        return calendars(sink, "nia@example.ca")

    invited = {event.uid.value: (method, event) for method, event in go()}
    assert len(invited) == 3
    seen["invited"] = invited[f"{second.pk}@localhost"]
    services.move_session(learning_session=second, to=second.wall + dt.timedelta(minutes=10), by=paula)
    (seen["ten minutes"],) = go()
    second.refresh_from_db()
    assert seen["ten minutes"][1].dtstart.value == second.starts_at
    services.change_details(learning_session=second, by=paula, version=second.details_version, title_fr="Autre nom")
    (seen["renamed"],) = go()
    second.refresh_from_db()
    assert go() == []
    services.move_session(learning_session=second, to=second.wall + dt.timedelta(days=1), by=paula)
    (seen["moved"],) = go()
    second.refresh_from_db()
    cancelling.cancel_session(learning_session=second, by=paula, reason="The speaker is ill.")
    (seen["cancelled"],) = go()
    assert [method for method, _event in seen.values()] == ["REQUEST"] * 4 + ["CANCEL"]
    assert {event.uid.value for _method, event in seen.values()} == {f"{second.pk}@localhost"}
    assert [int(event.sequence.value) for _method, event in seen.values()] == [0, 1, 2, 3, 4]
    assert seen["moved"][1].dtstart.value == second.starts_at
    assert seen["cancelled"][1].status.value == "CANCELLED"
    assert seen["moved"][1].summary.value.startswith("Autre nom")


def test_a_series_that_moves_is_one_mail_with_a_file_for_each_session(cohort, nia, paula):
    change = reschedule(Shift(cohort, 7), by=paula).reschedule
    row = PlannedMessage.objects.about(change).waiting().get(recipient=nia)
    mail = render(row)
    assert [part.name for part in mail.calendar] == ["invite-1.ics", "invite-2.ics", "invite-3.ics"]
    starts = [event_in(part.text)[1].dtstart.value for part in mail.calendar]
    assert starts == [one.starts_at for one in cohort.learning_sessions.order_by("starts_at")]


# ---------------------------------------------------------------- a title, a length, some minutes


def changed(person):
    return waiting(person, "sessions/changed")


def move(learning_session, by, **by_how_much):
    learning_session = LearningSession.objects.get(pk=learning_session.pk)
    to = learning_session.wall + dt.timedelta(**by_how_much)
    services.move_session(learning_session=learning_session, to=to, by=by)


def change(learning_session, by, **values):
    version = LearningSession.objects.get(pk=learning_session.pk).details_version
    services.change_details(learning_session=learning_session, by=by, version=version, **values)


def test_some_minutes_a_title_and_a_length_are_one_quiet_mail(second, nia, paula):
    sent(nia)
    before = second.starts_at
    change(second, paula, title_en="New name")
    move(second, paula, minutes=-8)
    change(second, paula, minutes=second.minutes + 15)
    (row,) = changed(nia)
    assert row.due_at > timezone.now() + dt.timedelta(minutes=9)
    mail = render(row)
    method, event = event_in(mail.calendar[0].text)
    assert (method, event.uid.value, int(event.sequence.value)) == ("REQUEST", f"{second.pk}@localhost", 3)
    assert event.dtstart.value == before - dt.timedelta(minutes=8)
    assert event.dtend.value == event.dtstart.value + dt.timedelta(minutes=second.minutes + 15)
    assert event.summary.value.startswith("New name")
    assert "It starts 8 minutes earlier." in mail.plain
    assert f"It now takes {second.minutes + 15} minutes, not {second.minutes}." in mail.plain
    assert f"before: “{second.title_en}”" in mail.plain
    assert not waiting(nia, "sessions/moved").exists()


def test_a_change_that_is_taken_back_is_told_to_nobody(second, nia, paula):
    sent(nia)
    change(second, paula, title_en="New name")
    change(second, paula, title_en=second.title_en)
    assert not changed(nia).exists()
    move(second, paula, minutes=5)
    assert changed(nia).count() == 1
    move(second, paula, minutes=-5)
    assert not changed(nia).exists()


def test_an_undone_move_is_told_to_whoever_was_invited_to_the_other_time(cohort, second, nia, paula):
    sent(nia)
    wall = second.wall
    done = services.move_session(learning_session=second, to=wall + dt.timedelta(minutes=5), by=paula)
    late = make.member(team=nia.memberships.get().team, email="late@example.ca", language="en")
    sent(late)
    undo(reschedule=done.reschedule, by=paula)
    assert not changed(nia).exists()
    _method, event = event_in(render(changed(late).get()).calendar[0].text)
    assert event.dtstart.value == forward_utc(wall, second.zone)
    assert int(event.sequence.value) == 2


def test_only_whose_calendar_shows_something_else_is_told(cohort, second, nia, paula):
    team = nia.memberships.get().team
    luc = make.member(team=team, email="luc@example.ca", language="fr")
    for person in (nia, luc):
        sent(person)
    change(second, paula, title_fr="Autre nom")
    assert not changed(nia).exists()
    assert f"“{second.title_fr}”" in render(changed(luc).get()).plain.replace("«\xa0", "“").replace("\xa0»", "”")
    new = make.member(team=team, email="new@example.ca", language="fr")
    change(second, paula, purpose_fr="Se parler.")
    assert not changed(new).exists(), "the invitation that waits tells it"


def test_each_change_is_told_once_in_every_calendar(second, nia, paula):
    sent(nia)
    for place in (1, 2):
        change(second, paula, title_en=f"Name {place}")
        row = changed(nia).get()
        row.state, row.begun_at, row.sent_at = "sent", timezone.now(), timezone.now()
        row.save()
        change(second, paula, prework_en=f"Read {place}.")
        assert not changed(nia).exists()


def test_small_moves_that_add_up_are_a_move(second, nia, paula):
    sent(nia)
    move(second, paula, minutes=10)
    move(second, paula, minutes=10)
    assert waiting(nia, "sessions/moved").count() == 1
    assert not changed(nia).exists()
    move(second, paula, minutes=-20)
    assert not waiting(nia, "sessions/moved").exists()


def test_after_a_series_has_moved_a_calendar_is_put_right_from_there(cohort, second, nia, paula):
    sent(nia)
    shift = reschedule(Shift(cohort, 7), by=paula).reschedule
    change(second, paula, title_en="New name")
    assert not changed(nia).exists(), "the mail about the series brings it"
    moved = PlannedMessage.objects.about(shift).waiting().filter(recipient=nia)
    moved.update(state="sent", begun_at=timezone.now(), sent_at=timezone.now())
    change(second, paula, prework_en="Read it.")
    assert not changed(nia).exists()
    change(second, paula, title_en="Newer name")
    mail = render(changed(nia).get())
    assert "before: “New name”" in mail.plain
    assert "It starts" not in mail.plain


def test_who_was_told_what_takes_as_many_statements_for_one_session_as_for_five(
    cohort, second, nia, paula, django_assert_num_queries
):
    rows = [second, *(make.learning_session(cohort=make.cohort(), minutes_ahead=600) for _one in range(4))]
    for row in rows:
        services.invite(row)
    sent(nia)
    reschedule(Shift(cohort, 7), by=paula)
    PlannedMessage.objects.filter(recipient=nia, kind="sessions/moved-together").update(
        state="sent", sent_at=timezone.now()
    )
    for asked in (rows[:1], rows):
        with django_assert_num_queries(3):
            found = correcting.sources([str(one.pk) for one in asked])
        assert [nia.pk in found[str(one.pk)].told for one in asked] == [True] + [False] * (len(asked) - 1)
    heard = PlannedMessage.objects.get(recipient=nia, kind="sessions/moved-together").sent_at
    assert found[str(second.pk)].told[nia.pk] == heard, "the mail about the series was the last"


def test_a_cancelled_session_has_no_other_news(second, nia, paula):
    sent(nia)
    change(second, paula, title_en="New name")
    second.refresh_from_db()
    cancelling.cancel_session(learning_session=second, by=paula, reason="The speaker is ill.")
    assert not changed(nia).exists()
    assert waiting(nia, "sessions/cancelled").count() == 1


# ---------------------------------------------------------------- moved shortly before it begins


@pytest.fixture
def soon(cohort, nia):
    """A session that begins in a quarter of an hour, on a whole minute, and stands in Nia's calendar."""
    learning_session = make.learning_session(cohort=cohort, minutes_ahead=15)
    services.invite(learning_session)
    sent(nia)
    return learning_session


def test_a_late_move_is_told_at_once_and_says_so(client, soon, nia, paula):
    client.force_login(paula, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("session_move", args=[soon.pk])
    to = soon.wall - dt.timedelta(minutes=8)
    typed = {"day": to.date(), "clock": to.strftime("%H:%M"), "reason": "The room is ours sooner."}
    shown = client.post(page, typed)
    text = shown.content.decode()
    assert shown.context["preview"].told == 1
    assert "1 person is told at once." in text
    assert "This cannot be undone" in text
    assert "You can undo this for" not in text
    client.post(page, typed | {"confirm": shown.context["mark"]})
    row = changed(nia).get()
    assert row.due_at <= timezone.now()
    change_made = Reschedule.objects.get()
    assert change_made.open_until <= timezone.now()
    assert not can_undo(paula).exists()
    with pytest.raises(Refused):
        undo(reschedule=change_made, by=paula)
    after = client.get(reverse("session", args=[soon.cohort_id, soon.pk])).content.decode()
    assert "Undo the move" not in after


def test_the_way_back_closes_a_quarter_of_an_hour_before_the_first_of_both_starts(client, cohort, nia, paula):
    near = make.learning_session(cohort=cohort, minutes_ahead=23)
    services.invite(near)
    sent(nia)
    client.force_login(paula, backend="django.contrib.auth.backends.ModelBackend")
    to = near.wall + dt.timedelta(minutes=60)
    typed = {"day": to.date(), "clock": to.strftime("%H:%M"), "reason": "The speaker is late."}
    shown = client.post(reverse("session_move", args=[near.pk]), typed)
    closes = near.starts_at - dt.timedelta(minutes=15)
    assert shown.context["preview"].closes_at == closes
    assert "no longer: the session is near" in shown.content.decode()
    done = services.move_session(learning_session=LearningSession.objects.get(pk=near.pk), to=to, by=paula)
    assert done.reschedule.open_until == closes
    assert waiting(nia, "sessions/moved").get().due_at == closes
    assert can_undo(paula).get() == done.reschedule


# ---------------------------------------------------------------- who leaves, and comes back


def gone(person):
    return waiting(person, "sessions/not-yours")


def sent(person) -> None:
    PlannedMessage.objects.to(person).filter(kind="sessions/invitation").update(state="sent", sent_at=timezone.now())


def test_who_leaves_is_sent_the_contrary_of_what_they_were_sent(cohort, second, nia, paula):
    sent(nia)
    end_role(membership=nia.memberships.get(), by=paula)
    assert gone(nia).count() == 3
    key = str(CalendarLeft.objects.get(person=nia, learning_session=second).pk)
    mail = render(gone(nia).get(source_id=key))
    method, event = event_in(mail.calendar[0].text)
    assert (method, event.uid.value, event.status.value) == ("CANCEL", f"{second.pk}@localhost", "CANCELLED")
    assert event.attendee.value == "mailto:nia@example.ca"


def test_it_leaves_after_the_time_to_come_back(cohort, nia, paula, sink, monkeypatch):  # noqa: F811
    monkeypatch.setattr("notifications.bell.kick", lambda: True)
    sent(nia)
    end_role(membership=nia.memberships.get(), by=paula)
    let_go()
    sweep.tick(seconds=30)
    assert {method for method, _event in calendars(sink, "nia@example.ca")} == {"CANCEL"}
    assert not PlannedMessage.objects.to(nia).waiting().exclude(kind="sessions/reminder").exists()


def test_who_never_had_the_invitation_is_told_nothing(nia, paula):
    end_role(membership=nia.memberships.get(), by=paula)
    assert not gone(nia).exists()


def test_from_one_role_to_the_next_nothing_is_said(cohort, nia, paula):
    sent(nia)
    held = nia.memberships.get()
    end_role(membership=held, by=paula)
    give_role(user=nia, role="lead", team=held.team, by=paula)
    assert not gone(nia).exists()
    assert not CalendarLeft.objects.exists()
    assert not waiting(nia, "sessions/invitation").exists()


def test_who_comes_back_later_is_invited_again(cohort, nia, paula):
    sent(nia)
    held = nia.memberships.get()
    end_role(membership=held, by=paula)
    gone(nia).update(state="sent", sent_at=timezone.now())
    give_role(user=nia, role="participant", team=held.team, by=paula)
    assert waiting(nia, "sessions/invitation").count() == 3
    assert not CalendarLeft.objects.exists()


def test_who_leaves_one_of_two_roles_keeps_the_sessions(cohort, nia, paula):
    sent(nia)
    make.planner(cohort=cohort, user=nia)
    end_role(membership=nia.memberships.get(role="participant"), by=paula)
    assert not gone(nia).exists()
    assert not CalendarLeft.objects.exists()


# ---------------------------------------------------------------- the law of clocks changes


@pytest.mark.parametrize(
    ("zone", "city", "older"),
    [
        ("America/St_Johns", "st-johns", 1),
        ("America/Toronto", "toronto", 1),
        ("America/Regina", "regina", -1),
        # As the data before 2026 had it: an hour later in winter.
        ("America/Winnipeg", "winnipeg", 1),
        ("America/Edmonton", "edmonton", 1),
        ("America/Vancouver", "vancouver", 1),
    ],
)
def test_a_moment_follows_the_law_is_listed_and_put_right_in_calendars(zone, city, older, capsys):
    cohort = make.cohort(first_day=timezone.now().date() + dt.timedelta(days=7), time_zone=zone, city=city)
    nia = make.member(team=make.team(cohort=cohort), email="nia@example.ca", language="en")
    sent(nia)
    second = cohort.learning_sessions.order_by("starts_at")[1]
    wrong = second.starts_at + dt.timedelta(hours=older)
    LearningSession.objects.filter(pk=second.pk).update(starts_at=wrong)
    call_command("rederive")
    said = capsys.readouterr().out
    before, after = (f"{one.astimezone(dt.UTC):%Y-%m-%d %H:%M}" for one in (wrong, second.starts_at))
    assert "sessions: 1 moments follow" in said
    assert f"{second.title_en} ({cohort.name_en}): {before} → {after} UTC" in said
    now = LearningSession.objects.get(pk=second.pk)
    assert now.starts_at == forward_utc(second.wall, zone) == second.starts_at
    (row,) = waiting(nia, "sessions/clocks")
    mail = render(row)
    method, event = event_in(mail.calendar[0].text)
    assert (method, event.dtstart.value, int(event.sequence.value)) == ("REQUEST", second.starts_at, 1)
    assert "your calendar" in mail.plain
    call_command("rederive")
    assert capsys.readouterr().out == "Every moment is what the rules of today say.\n"
    assert waiting(nia, "sessions/clocks").count() == 1


def test_migrate_lists_what_moved_as_well(cohort, second, capsys):
    LearningSession.objects.filter(pk=second.pk).update(starts_at=second.starts_at - dt.timedelta(hours=1))
    call_command("migrate", verbosity=0)
    assert re.search(r"sessions: 1 moments follow[^\n]*\n  .*: \d{4}-\d\d-\d\d \d\d:\d\d → ", capsys.readouterr().out)


# ---------------------------------------------------------------- several changes, one after another


def test_late_moves_in_a_row_never_put_the_word_out_past_the_start_that_people_know(cohort, nia, paula):
    near = make.learning_session(cohort=cohort, minutes_ahead=24)
    services.invite(near)
    sent(nia)
    known = near.starts_at
    for _nth in range(3):
        move(near, paula, minutes=60)
        assert waiting(nia, "sessions/moved").get().due_at == known - dt.timedelta(minutes=15)


def test_a_series_that_is_moved_again_is_told_before_the_start_that_people_know(nia, paula):
    cohort = make.cohort(first_day=timezone.now().date() + dt.timedelta(days=30))
    near = make.learning_session(cohort=cohort, minutes_ahead=24)
    member = make.member(team=make.team(cohort=cohort), email="ann@example.ca", language="en")
    known = near.starts_at
    for _nth in range(2):
        shift = reschedule(Shift(cohort, 7), by=paula).reschedule
        row = PlannedMessage.objects.about(shift).waiting().get(recipient=member)
        assert row.due_at == known - dt.timedelta(minutes=15)


def restored(learning_session, by) -> None:
    cancelling.cancel_session(learning_session=learning_session, by=by, reason="The speaker is ill.")
    cancelling.restore_session(learning_session=learning_session, by=by)


def test_moved_by_a_day_cancelled_and_restored_is_told_as_a_move(second, nia, paula):
    sent(nia)
    move(second, paula, days=1)
    restored(second, paula)
    assert waiting(nia, "sessions/moved").count() == 1
    assert not changed(nia).exists()
    heard = waiting(nia, "sessions/moved").get()
    PlannedMessage.objects.filter(kind="sessions/moved").update(
        state="sent", begun_at=timezone.now(), sent_at=timezone.now()
    )
    restored(second, paula)
    assert not waiting(nia, "sessions/moved").exclude(pk=heard.pk).exists(), "they have heard of it"
    assert not changed(nia).exists()


def test_a_session_of_a_moved_series_that_is_restored_is_told_with_the_others(cohort, second, nia, paula):
    sent(nia)
    shift = reschedule(Shift(cohort, 7), by=paula).reschedule
    restored(LearningSession.objects.get(pk=second.pk), paula)
    assert not waiting(nia, "sessions/moved").exists()
    assert PlannedMessage.objects.about(shift).waiting().filter(recipient=nia).count() == 1


def test_an_undo_that_leaves_an_earlier_move_tells_that_one_as_a_move(second, nia, paula):
    sent(nia)
    move(second, paula, days=1)
    now = LearningSession.objects.get(pk=second.pk)
    again = services.move_session(learning_session=now, to=now.wall + dt.timedelta(hours=1), by=paula)
    undo(reschedule=again.reschedule, by=paula)
    assert waiting(nia, "sessions/moved").count() == 1
    assert not changed(nia).exists()


def test_a_quiet_mail_calls_small_only_what_is_small(cohort, second, nia, paula):
    sent(nia)
    done = services.move_session(learning_session=second, to=second.wall + dt.timedelta(days=1), by=paula)
    late = make.member(team=nia.memberships.get().team, email="late@example.ca", language="en")
    sent(late)
    undo(reschedule=done.reschedule, by=paula)
    mail = render(changed(late).get())
    assert "small" not in mail.plain + mail.html
    assert "It takes place at another time." in mail.plain
    change(second, paula, title_en="New name")
    assert "Something small has changed" in render(changed(nia).get()).plain


def test_an_invitation_that_had_not_left_comes_back_with_the_session(cohort, second, nia, paula):
    invited = waiting(nia, "sessions/invitation").filter(source_id=str(second.pk))
    restored(second, paula)
    assert invited.count() == 1
    cancelling.cancel_session(learning_session=second, by=paula, reason="The speaker is ill.")
    assert not invited.exists()
    new = make.member(team=nia.memberships.get().team, email="new@example.ca")
    cancelling.restore_session(learning_session=second, by=paula)
    assert waiting(new, "sessions/invitation").filter(source_id=str(second.pk)).count() == 1
    sent(nia)
    restored(second, paula)
    assert not invited.exists(), "once"


def test_who_came_back_is_invited_again_after_a_restored_session(cohort, second, nia, paula):
    sent(nia)
    held = nia.memberships.get()
    end_role(membership=held, by=paula)
    gone(nia).update(state="sent", sent_at=timezone.now())
    give_role(user=nia, role="participant", team=held.team, by=paula)
    restored(second, paula)
    assert waiting(nia, "sessions/invitation").filter(source_id=str(second.pk)).count() == 1


def test_what_stood_is_kept_whoever_else_changes_it_meanwhile(second, nia, paula):
    sent(nia)
    seen = LearningSession.objects.get(pk=second.pk)
    change(second, paula, title_en="New name")
    services.move_session(learning_session=seen, to=seen.wall + dt.timedelta(minutes=5), by=paula)
    second.refresh_from_db()
    assert [line[3] for line in second.stood] == [seen.stood[0][3], "New name"]
    assert "before: “" in render(changed(nia).get()).plain


def test_what_has_changed_is_said_in_the_language_that_speaks_when_the_mail_is_written(cohort):
    """It is found for many readers at once, before any of their languages speaks."""
    one = make.learning_session(cohort=cohort, minutes=60)
    one.stood = [
        [(timezone.now() + dt.timedelta(days=1)).isoformat(), one.starts_at.isoformat(), 45, one.title_en, one.title_fr]
    ]
    found = correcting.difference_since(one, timezone.now(), "fr")
    assert found is not None
    with translation.override("fr"):
        assert found.words == ("Elle dure maintenant 60 minutes, au lieu de 45.",)
    with translation.override("en"):
        assert found.words == ("It now takes 60 minutes, not 45.",)
    assert (found.before, found.is_small) == (None, True)
