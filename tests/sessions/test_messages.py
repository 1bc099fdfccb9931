"""What the mails of sessions say."""

import datetime as dt

import pytest
from django.utils import timezone

from collaborative.dates import Shift
from collaborative.models import Reschedule
from collaborative.reschedule import reschedule, undo
from core.moments import read
from core.time import wall_in
from notifications import by_hand, kinds, sweep
from notifications.models import PlannedMessage
from notifications.wording import render
from sessions import services
from sessions.coming.answers import say
from sessions.models import LearningSession, SessionRules
from sessions.querysets import changes_that_stand, concerned_pairs
from sessions.room.personal_links import reminded_of
from tests import make
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

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
    assert not PlannedMessage.objects.about(second).waiting().filter(kind="sessions/moved").exists()


def test_a_move_that_people_heard_of_is_the_time_before_the_next(second):
    paula, wall = make.planner(cohort=second.cohort, language="en"), second.wall
    services.move_session(learning_session=second, to=wall + dt.timedelta(days=2), by=paula, reason="x")
    heard = second.starts_at
    Reschedule.objects.update(created_at=timezone.now() - dt.timedelta(hours=2))
    services.move_session(learning_session=second, to=wall + dt.timedelta(days=3), by=paula, reason="x")
    assert f"Before: {said(heard, second, paula)}" in letter(second, "sessions/moved", paula).plain


def shifted(cohort, paula, days=7):
    change = reschedule(Shift(cohort, days), by=paula).reschedule
    return change, PlannedMessage.objects.about(change).waiting().filter(recipient=paula)


def test_a_shift_of_the_series_is_one_mail_that_lists_all_that_moved(second):
    cohort = second.cohort
    paula = make.planner(cohort=cohort, language="en")
    before = {row.pk: row.starts_at for row in cohort.learning_sessions.all()}
    change, rows = shifted(cohort, paula)
    (row,) = rows
    mail = render(row)
    assert mail.subject == f"Moved: 3 sessions of {cohort.name_en}"
    for one in cohort.learning_sessions.all():
        for words in (mail.plain, mail.html):
            assert one.title_en in words
            assert said(one.starts_at, one, paula) in words
            assert f"Before: {said(before[one.pk], one, paula)}" in words
    assert not PlannedMessage.objects.filter(kind="sessions/moved").exists()
    stranger = make.member(team=make.team(cohort=make.cohort()))
    assert concerned_pairs([(paula, str(change.pk)), (stranger, str(change.pk))]) == {(paula.pk, str(change.pk))}


def test_a_shift_that_is_taken_back_tells_nobody(second):
    paula = make.planner(cohort=second.cohort, language="en")
    change, rows = shifted(second.cohort, paula)
    assert rows.count() == 1
    undo(reschedule=change, by=paula)
    assert rows.count() == 0
    assert changes_that_stand([str(change.pk)]) == {}


def test_a_shift_of_the_last_session_speaks_of_it_alone():
    cohort = make.cohort(first_day=timezone.now().date() - dt.timedelta(days=90))
    paula = make.planner(cohort=cohort, language="en")
    _change, rows = shifted(cohort, paula)
    assert not rows
    assert PlannedMessage.objects.filter(kind="sessions/moved", recipient=paula).count() == 1


def test_a_reminder_says_how_long_it_takes_and_which_number_to_call(second):
    paula = make.planner(cohort=second.cohort, language="en")
    assert "By phone" not in letter(second, "sessions/reminder", paula).plain
    second.dial_in = "1 855 555-0188"
    second.save(update_fields=["dial_in"])
    assert "By phone" not in letter(second, "sessions/reminder", paula).plain, "as in calendars: the programme says so"
    SessionRules.objects.create(programme=second.cohort.programme, dial_in_is_told=True)
    second = LearningSession.objects.get(pk=second.pk)
    mail = letter(second, "sessions/reminder", paula)
    for words in (mail.plain, mail.html):
        assert f"{second.minutes} minutes" in words
        assert "By phone: 1 855 555-0188" in words


@pytest.mark.parametrize(
    ("coming", "says"),
    [
        ("", None),
        ("yes", "You said that you are coming."),
        ("maybe", "You said that you are perhaps coming."),
        ("no", "You said no."),
    ],
)
def test_a_reminder_does_not_ask_again_what_was_answered(second, coming, says):
    person = make.planner(cohort=second.cohort, language="en")
    rows = PlannedMessage.objects.about(second).filter(kind="sessions/reminder", recipient=person)
    mail = render(rows.get(occurrence="T-2d"))
    assert "Are you coming?" in mail.plain
    if coming:
        say(learning_session=second, person=person, coming=coming, by=person)
        mail = render(rows.get(occurrence="T-2d"))
        assert "Are you coming?" not in mail.plain
        assert "Say whether you are coming" not in mail.html
        assert says in mail.plain
        assert says in mail.html
        assert ("Changed your mind?" in mail.html) == ("Changed your mind?" in mail.plain) == (coming == "no")
        assert ("This is when we meet." in mail.plain) == (coming == "no"), "no day is kept free by who cannot come"
    for words in (mail.plain, mail.html):
        assert "/answer/" in words
        assert f"Hello {person.first_name}," in words
    assert mail.html.count('bgcolor="#0f5c5c"') == 1, "one filled button"


def test_who_answered_is_read_once_for_however_many(second, django_assert_num_queries):
    for n in range(3):
        say(learning_session=second, person=make.planner(cohort=second.cohort, name=f"P {n}"), coming="yes")
    keys = [str(one.pk) for one in second.cohort.learning_sessions.all()]
    with django_assert_num_queries(2):
        found = reminded_of(keys)
    assert len(found[str(second.pk)].said) == 3


def test_the_last_reminder_matters_most_also_to_who_left_and_came_back(second):
    team = make.team(cohort=second.cohort)
    nia = make.member(team=team)
    row = PlannedMessage.objects.about(second).get(recipient=nia, occurrence="T-1h")
    assert kinds.weight_of(row) == (kinds.Importance.MUST, True)
    row.occurrence = "T-1h~2.1"
    assert kinds.weight_of(row) == (kinds.Importance.MUST, True)
    row.said_at = row.due_at
    assert "We meet within the hour." in render(row).plain
    assert "Join as" in render(row).plain
    row.occurrence = "T-2d"
    assert kinds.weight_of(row) == (kinds.Importance.NORMAL, False)


# ---------------------------------------------------------------- what is said of days and hours is true when it leaves


@pytest.mark.django_db(transaction=True)
def test_the_last_reminder_sent_days_early_does_not_say_that_it_begins_within_the_hour(sink, monkeypatch):  # noqa: F811
    monkeypatch.setattr("notifications.bell.kick", lambda: True)
    cohort = make.cohort()
    paula = make.planner(cohort=cohort)
    nia = make.member(team=make.team(cohort=cohort), email="nia@example.ca", language="en")
    session = make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 3 + 30)
    mine = PlannedMessage.objects.about(session).to(nia).filter(occurrence="T-1h")
    PlannedMessage.objects.exclude(pk__in=mine).update(state="void")
    assert by_hand.send_now(mine, by=paula) == 1
    sweep.tick(seconds=30)
    (mail,) = sink.kept
    assert "within the hour" not in mail.text()
    days = wall_in(session.starts_at, nia.time_zone).date() - wall_in(timezone.now(), nia.time_zone).date()
    assert f"We meet in {days.days} days." in mail.text()
    assert "/join/" in mail.text(), "it is the mail with the way in, whenever it leaves"


def test_who_is_told_by_text_reads_what_is_true_then(second):
    paula = make.planner(cohort=second.cohort, language="en")
    row = PlannedMessage.objects.about(second).get(recipient=paula, occurrence="T-1h", channel="mail")
    row.source = second
    row.said_at = second.starts_at - dt.timedelta(minutes=50)
    words, _link = kinds.get(row.kind).text.words(row)
    assert words == f"We meet within the hour: {second.title}"
    row.said_at = second.starts_at - dt.timedelta(days=4)
    words, _link = kinds.get(row.kind).text.words(row)
    assert "within the hour" not in words
    assert words == f"{read(second.starts_at, second.cohort, paula, lang='en', short=True).mine}: {second.title}"
