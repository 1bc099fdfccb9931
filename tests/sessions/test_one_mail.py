"""Who hears of a session so late that its reminder is due already gets one mail: the invitation, which says both."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from collaborative.models import Cohort
from collaborative.reschedule import undo
from collaborative.services import give_role
from core import registry
from enrolment.announcing import announce
from notifications import by_hand, kinds
from notifications.models import Channel, PlannedMessage
from notifications.wording import load_sources, render
from sessions import cancelling, reminders, services
from sessions.models import LearningSession
from tests import make

pytestmark = pytest.mark.django_db
REMINDER, INVITATION = "sessions/reminder", "sessions/invitation"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr("notifications.bell.kick", lambda: True)


@pytest.fixture
def nia(team):
    return make.member(team=team, name="Nia Roy", email="nia@example.ca", language="en")


def planned(session, person) -> set[str]:
    """Return which mails about a session wait for somebody: "invited", and the steps of its reminders."""
    rows = PlannedMessage.objects.about(session).to(person).waiting().exclude(channel=Channel.SMS)
    return set(rows.filter(kind__in=(REMINDER, INVITATION)).values_list("occurrence", flat=True))


@pytest.mark.parametrize(
    ("minutes", "which"),
    [
        (40, {"invited"}),
        (70, {"invited"}),
        (180, {"invited", "T-1h"}),
        (2 * 24 * 60 + 10, {"invited", "T-1h"}),
        (3 * 24 * 60, {"invited", "T-2d", "T-1h"}),
        (14 * 24 * 60 + 10, {"invited", "T-2d", "T-1h"}),
        (15 * 24 * 60, {"invited", "T-14d", "T-2d", "T-1h"}),
    ],
)
def test_what_the_invitation_says_no_reminder_repeats(cohort, nia, minutes, which):
    assert planned(make.learning_session(cohort=cohort, minutes_ahead=minutes), nia) == which


@pytest.mark.parametrize(("minutes", "which"), [(40, {"invited"}), (180, {"invited", "T-1h"})])
def test_who_joins_late_gets_one_mail_as_well(cohort, team, minutes, which):
    session = make.learning_session(cohort=cohort, minutes_ahead=minutes)
    late = make.member(team=team, email="late@example.ca")
    assert planned(session, late) == which


def test_the_invitation_then_leads_into_the_room_and_comes_by_itself(cohort, nia):
    session = make.learning_session(cohort=cohort, minutes_ahead=40)
    row = PlannedMessage.objects.about(session).to(nia).get(kind=INVITATION)
    mail = render(row)
    for words in (mail.plain, mail.html):
        assert "We meet within the hour." in words
        assert "/join/" in words
        assert "needs no sign-in" in words
    assert mail.html.count('bgcolor="#0f5c5c"') == 1, "one filled button"
    assert len(mail.calendar) == 1
    assert "/join/" not in mail.calendar[0].text
    assert kinds.weight_of(row) == (kinds.Importance.MUST, True)


def test_an_invitation_in_time_is_as_it_was(cohort, nia):
    session = make.learning_session(cohort=cohort, minutes_ahead=15 * 24 * 60)
    row = PlannedMessage.objects.about(session).to(nia).get(kind=INVITATION)
    mail = render(row)
    for words in (mail.plain, mail.html):
        assert "/join/" not in words
        assert "We meet" not in words
        assert "A date to keep free" not in words
    load_sources([row])
    assert kinds.weight_of(row) == (kinds.Importance.NORMAL, False)


def test_an_invitation_that_leaves_late_says_what_is_true_then(cohort, nia):
    session = make.learning_session(cohort=cohort, minutes_ahead=15 * 24 * 60)
    row = PlannedMessage.objects.about(session).to(nia).get(kind=INVITATION)
    row.said_at = session.starts_at - dt.timedelta(minutes=30)
    mail = render(row)
    assert "We meet within the hour." in mail.plain
    assert "/join/" in mail.plain


def test_who_is_sent_no_invitation_is_reminded(cohort, team, nia):
    none = make.member(team=team, email=None)
    session = make.learning_session(cohort=cohort, minutes_ahead=40)
    assert planned(session, none) == {"T-1h"}
    assert PlannedMessage.objects.about(session).to(none).get().channel == Channel.INBOX
    preparing = make.cohort(announced_at=None)
    tess = make.lead(team=make.team(cohort=preparing), email="tess@example.ca")
    assert planned(make.learning_session(cohort=preparing, minutes_ahead=40), tess) == {"T-1h"}


def test_a_session_moved_into_the_last_hour_still_reminds(cohort, nia):
    session = make.learning_session(cohort=cohort, minutes_ahead=300)
    PlannedMessage.objects.about(session).filter(kind=INVITATION).update(state="sent", sent_at=timezone.now())
    to = session.wall - dt.timedelta(minutes=260)
    services.move_session(learning_session=session, to=to, by=make.planner(cohort=cohort), reason="x")
    assert "T-1h" in planned(session, nia)


# ---------------------------------------------------------------- after a change as well


def move(session, minutes):
    to = session.wall + dt.timedelta(minutes=minutes)
    services.move_session(learning_session=session, to=to, by=make.planner(cohort=session.cohort), reason="x")


def invited(session, ago=0, state="sent"):
    """Let the invitations to a session have left some minutes ago."""
    at = timezone.now() - dt.timedelta(minutes=ago)
    PlannedMessage.objects.about(session).filter(kind=INVITATION).update(state=state, begun_at=at, sent_at=at)


def test_moved_a_little_before_the_invitation_has_left_it_is_one_mail(cohort, nia):
    session = make.learning_session(cohort=cohort, minutes_ahead=40)
    move(session, 5)
    assert planned(session, nia) == {"invited"}


@pytest.mark.parametrize("state", ["sent", "uncertain"])
@pytest.mark.parametrize("ago", [0, 25])
def test_moved_a_little_after_it_has_left_it_reminds_no_more(cohort, nia, state, ago):
    session = make.learning_session(cohort=cohort, minutes_ahead=40)
    invited(session, ago, state)
    move(session, 5)
    assert planned(session, nia) == set()
    assert "sessions/changed" in PlannedMessage.objects.about(session).to(nia).waiting().values_list("kind", flat=True)


@pytest.mark.parametrize("has_left", [False, True])
def test_moved_far_it_reminds_again_and_moved_back_it_does_not(cohort, nia, has_left):
    session = make.learning_session(cohort=cohort, minutes_ahead=40)
    if has_left:
        invited(session)
    move(session, 180)
    assert planned(session, nia) == {"T-1h"} | (set() if has_left else {"invited"})
    session.refresh_from_db()
    move(session, -180)
    assert planned(session, nia) == (set() if has_left else {"invited"})


@pytest.mark.parametrize("has_left", [False, True])
def test_cancelled_and_restored_it_is_one_mail(cohort, nia, has_left):
    session = make.learning_session(cohort=cohort, minutes_ahead=40)
    if has_left:
        invited(session)
    by = make.planner(cohort=cohort)
    cancelling.cancel_session(learning_session=session, by=by, reason="x")
    cancelling.restore_session(learning_session=session, by=by)
    assert planned(session, nia) == (set() if has_left else {"invited"})


def test_announced_within_the_hour_it_is_one_mail(cohort, team, nia):
    Cohort.objects.filter(pk=cohort.pk).update(announced_at=None)
    cohort.refresh_from_db()
    near, later = (make.learning_session(cohort=cohort, minutes_ahead=minutes) for minutes in (40, 300))
    none = make.member(team=team, email=None)
    assert planned(near, nia) == planned(near, none) == {"T-1h"}
    announce(cohort=cohort, by=make.planner(cohort=cohort))
    assert planned(near, nia) == {"invited"}
    assert planned(near, none) == {"T-1h"}
    assert planned(later, nia) == {"invited", "T-1h"}


@pytest.mark.parametrize("has_left", [False, True])
def test_a_second_role_brings_no_second_mail(cohort, team, nia, has_left):
    session = make.learning_session(cohort=cohort, minutes_ahead=40)
    if has_left:
        invited(session)
    give_role(user=nia, role="faculty", by=None, cohort=cohort)
    assert planned(session, nia) == (set() if has_left else {"invited"})


@pytest.mark.parametrize("what", ["drop", "hold"])
def test_an_invitation_that_planners_keep_back_says_nothing(cohort, nia, what):
    session = make.learning_session(cohort=cohort, minutes_ahead=70)
    by = make.planner(cohort=cohort)
    rows = PlannedMessage.objects.about(session).to(nia).filter(kind=INVITATION)
    if what == "drop":
        by_hand.drop(rows.get(), by=by, reason="we invite by hand")
    else:
        by_hand.hold(rows, by=by)
    move(session, 1)
    assert planned(session, nia) == {"T-1h"}


@pytest.mark.parametrize("minutes", [40, 70])
def test_a_dropped_invitation_brings_its_reminder_at_once(cohort, team, nia, minutes):
    session = make.learning_session(cohort=cohort, minutes_ahead=minutes)
    other = make.member(team=team, email="other@example.ca")
    assert planned(session, nia) == planned(session, other) == {"invited"}
    row = PlannedMessage.objects.about(session).to(nia).get(kind=INVITATION)
    by_hand.drop(row, by=make.planner(cohort=cohort), reason="we invite by hand")
    assert planned(session, nia) == {"T-1h"}
    assert planned(session, other) == {"invited"}


def test_a_reminder_that_an_invitation_took_back_comes_back_when_that_is_dropped(cohort, nia):
    Cohort.objects.filter(pk=cohort.pk).update(announced_at=None)
    cohort.refresh_from_db()
    session, by = make.learning_session(cohort=cohort, minutes_ahead=70), make.planner(cohort=cohort)
    announce(cohort=cohort, by=by)
    assert planned(session, nia) == {"invited"}
    by_hand.drop(PlannedMessage.objects.about(session).to(nia).get(kind=INVITATION), by=by, reason="by hand")
    assert {one.partition("~")[0] for one in planned(session, nia)} == {"T-1h"}


def test_a_dropped_reminder_stays_dropped_and_nothing_comes_of_a_cancelled_session(cohort, nia):
    session, by = make.learning_session(cohort=cohort, minutes_ahead=180), make.planner(cohort=cohort)
    about = PlannedMessage.objects.about(session).to(nia)
    by_hand.drop(about.get(kind=REMINDER), by=by, reason="she knows")
    by_hand.drop(about.get(kind=INVITATION), by=by, reason="we invite by hand")
    assert planned(session, nia) == set()
    later = make.learning_session(cohort=cohort, minutes_ahead=40)
    row = PlannedMessage.objects.about(later).to(nia).get(kind=INVITATION)
    LearningSession.objects.filter(pk=later.pk).update(cancelled_at=timezone.now())
    by_hand.drop(row, by=by, reason="we invite by hand")
    assert planned(later, nia) == set()


@pytest.mark.parametrize("days", [0, 3])
def test_what_is_never_to_be_sent_is_not_sent_after_a_move_nor_after_its_undo(cohort, nia, days):
    session = make.learning_session(cohort=cohort, minutes_ahead=20 * 24 * 60)
    by = make.planner(cohort=cohort)
    row = PlannedMessage.objects.about(session).to(nia).get(kind=REMINDER, occurrence="T-2d")
    by_hand.drop(row, by=by, reason="she knows")
    others = {"invited", "T-14d", "T-1h"}
    to = session.wall + dt.timedelta(days=days, minutes=30)
    moved = services.move_session(learning_session=session, to=to, by=by, reason="x")
    assert planned(session, nia) == others
    assert planned(session, by) == {*others, "T-2d"}
    undo(reschedule=moved.reschedule, by=by)
    assert planned(session, nia) == others
    row.refresh_from_db()
    assert (row.state, row.reason) == ("void", "typed:she knows")


def test_a_move_is_told_although_the_word_of_an_earlier_one_was_dropped(cohort, nia):
    session = make.learning_session(cohort=cohort, minutes_ahead=20 * 24 * 60)
    about = PlannedMessage.objects.about(session).to(nia).filter(kind="sessions/moved")
    move(session, 60)
    by_hand.drop(about.get(), by=make.planner(cohort=cohort), reason="I called her")
    session.refresh_from_db()
    move(session, 24 * 60)
    assert about.waiting().count() == 1


def test_a_dropped_invitation_does_not_come_back_with_a_session_that_was_cancelled(cohort, nia):
    session, by = make.learning_session(cohort=cohort, minutes_ahead=40), make.planner(cohort=cohort)
    row = PlannedMessage.objects.about(session).to(nia).get(kind=INVITATION)
    by_hand.drop(row, by=by, reason="we invite by hand")
    cancelling.cancel_session(learning_session=session, by=by, reason="x")
    cancelling.restore_session(learning_session=session, by=by)
    assert {one.partition("~")[0] for one in planned(session, nia)} == {"T-1h"}


def test_what_says_it_has_to_have_said_it():
    start, hour = dt.datetime(2027, 1, 13, 17, tzinfo=dt.UTC), dt.timedelta(hours=1)
    assert reminders.was_said(start - hour, start, left=start - hour, named=start)
    assert not reminders.was_said(start - hour, start, left=start - hour, named=start + 2 * hour)
    assert not reminders.was_said(start - hour, start, left=start - 2 * hour, named=start - hour)
    # Half an hour later the reminder that is late would leave at once.
    assert reminders.was_said(start - hour / 4, start, left=start - hour * 3 / 4, named=start)


def test_a_text_message_comes_all_the_same(cohort, nia, settings, monkeypatch):
    settings.SMS_BACKEND = "tests.notifications.test_channels.Provider"
    monkeypatch.setattr(
        registry.text_numbers, "_answers", {"trial": lambda keys: {nia.pk: "+17095550142"} if nia.pk in keys else {}}
    )
    session = make.learning_session(cohort=cohort, minutes_ahead=40)
    assert planned(session, nia) == {"invited"}
    (text,) = PlannedMessage.objects.about(session).filter(channel=Channel.SMS)
    assert (text.kind, text.occurrence, text.recipient) == (REMINDER, "T-1h", nia)


def test_whoever_lays_down_both_agrees_with_who_reads_them():
    start = dt.datetime(2027, 1, 13, 17, tzinfo=dt.UTC)
    for minutes in (1, 59, 60, 75):
        assert reminders.stands_for_the_last(start, start - dt.timedelta(minutes=minutes))
    assert not reminders.stands_for_the_last(start, start - dt.timedelta(minutes=76))
