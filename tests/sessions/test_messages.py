"""What the mails of sessions say."""

import datetime as dt

import pytest
from django.utils import timezone

from collaborative.models import Reschedule
from core.moments import read
from notifications.models import PlannedMessage
from notifications.wording import Gone, render
from sessions import services
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def second():
    cohort = make.cohort(first_day=timezone.now().date() + dt.timedelta(days=7))
    return cohort.learning_sessions.order_by("starts_at")[1]


def letter(learning_session, kind, reader):
    row = PlannedMessage.objects.about(learning_session).waiting().filter(kind=kind, recipient=reader).first()
    return render(row)


def said(moment, learning_session, reader) -> str:
    reading = read(moment, learning_session.cohort, reader, lang="en")
    return f"{reading.mine} ({reading.theirs})" if reading.theirs else reading.mine


def test_a_move_names_the_session_the_new_time_and_the_one_before(second):
    paula, before = make.planner(cohort=second.cohort, language="en"), second.starts_at
    services.move_session(learning_session=second, to=second.wall + dt.timedelta(days=2), by=paula, reason="x")
    mail = letter(second, "sessions/moved", paula)
    assert mail.subject == f"Moved: session {second.phase.number} is now {said(second.starts_at, second, paula)}"
    for words in (mail.plain, mail.html):
        assert second.title_en in words
        assert said(second.starts_at, second, paula) in words
        assert f"Before: {said(before, second, paula)}" in words


def test_of_moves_that_nobody_heard_between_the_first_time_is_the_one_before(second):
    paula, before, wall = make.planner(cohort=second.cohort, language="en"), second.starts_at, second.wall
    for days in (2, 3):
        services.move_session(learning_session=second, to=wall + dt.timedelta(days=days), by=paula, reason="x")
    assert f"Before: {said(before, second, paula)}" in letter(second, "sessions/moved", paula).plain
    # There and back: nobody has to hear anything.
    services.move_session(learning_session=second, to=wall, by=paula, reason="x")
    with pytest.raises(Gone):
        letter(second, "sessions/moved", paula)


def test_a_move_that_people_heard_of_is_the_time_before_the_next(second):
    paula, wall = make.planner(cohort=second.cohort, language="en"), second.wall
    services.move_session(learning_session=second, to=wall + dt.timedelta(days=2), by=paula, reason="x")
    heard = second.starts_at
    Reschedule.objects.update(created_at=timezone.now() - dt.timedelta(hours=2))
    services.move_session(learning_session=second, to=wall + dt.timedelta(days=3), by=paula, reason="x")
    assert f"Before: {said(heard, second, paula)}" in letter(second, "sessions/moved", paula).plain


def test_a_reminder_says_how_long_it_takes_and_which_number_to_call(second):
    paula = make.planner(cohort=second.cohort, language="en")
    assert "By phone" not in letter(second, "sessions/reminder", paula).plain
    second.dial_in = "1 855 555-0188"
    second.save(update_fields=["dial_in"])
    mail = letter(second, "sessions/reminder", paula)
    for words in (mail.plain, mail.html):
        assert f"{second.minutes} minutes" in words
        assert "By phone: 1 855 555-0188" in words
