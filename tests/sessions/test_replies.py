"""Accept in Outlook counts; what does not fit together does not, and nothing raises."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import icalendar
import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from core.ics import moment
from notifications.inbound import reading
from notifications.inbound.receiving import receive
from notifications.models import Conversation, PlannedMessage
from notifications.wording import render
from sessions import cancelling, services
from sessions.calendars.replies import take_reply
from sessions.coming import answers as coming
from sessions.models import Rsvp
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(cohort):
    return cohort.learning_sessions.order_by("starts_at")[1]


@pytest.fixture
def nia(cohort):
    return make.member(team=make.team(cohort=cohort), name="Nia Roy", email="nia@example.ca", language="en")


def answer(learning_session, said="ACCEPTED", *, who="nia@example.ca", minutes=0, **more) -> bytes:
    """Write what a calendar program sends back."""
    facts = {
        "UID": f"{learning_session.pk}@localhost",
        "SEQUENCE": learning_session.sequence,
        "DTSTAMP": moment(timezone.now() + dt.timedelta(minutes=minutes)),
        "DTSTART": moment(learning_session.starts_at),
        "ATTENDEE;PARTSTAT=" + said: f"mailto:{who}",
    } | more
    lines = "".join(f"{name}:{value}\r\n" for name, value in facts.items() if value is not None)
    return f"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n".encode()


def mail(ics: bytes, sender="Nia Roy <nia@example.ca>") -> bytes:
    head = (
        f"From: {sender}\r\nTo: series@example.org\r\nSubject: Accepted: Session 2\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nYes\r\n--b\r\n'
        "Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
    )
    return head.encode() + ics + b"--b--\r\n"


def by_mail(raw: bytes):
    """Take the answer in a mail from whoever wrote it."""
    found = reading.read(raw)
    return take_reply(found.calendar.encode(), found.sender)


@pytest.mark.parametrize(("said", "kept"), [("ACCEPTED", "yes"), ("DECLINED", "no"), ("TENTATIVE", "maybe")])
def test_each_answer_is_kept(second, nia, said, kept):
    outcome = by_mail(mail(answer(second, said)))
    assert (outcome.code, outcome.person, outcome.learning_session) == ("taken", nia, second)
    assert list(Rsvp.objects.values_list("person", "coming", "via")) == [(nia.pk, kept, "calendar")]
    assert Entry.objects.filter(verb="session.answered", by=nia).count() == 1


def test_an_answer_to_the_invitation_that_we_sent(second, nia):
    """The UID, the address and the SEQUENCE of our own mail come back."""
    row = PlannedMessage.objects.about(second).get(kind="sessions/invitation", recipient=nia)
    (part,) = render(row).calendar
    (event,) = icalendar.Calendar.from_ical(part.text).walk("VEVENT")
    sent_back = answer(second, UID=str(event["UID"]), SEQUENCE=event["SEQUENCE"])
    assert str(event["ATTENDEE"]) == "mailto:nia@example.ca"
    assert take_reply(sent_back, "Nia@Example.ca").code == "taken"


def test_the_later_answer_counts_in_whatever_order_they_arrive(second, nia):
    assert take_reply(answer(second, "DECLINED", minutes=-5), nia.email).code == "taken"
    assert take_reply(answer(second, "ACCEPTED", minutes=-10), nia.email).code == "stale"
    assert Rsvp.objects.get().coming == "no"
    coming.say(learning_session=second, person=nia, coming="yes", by=nia)
    assert take_reply(answer(second, "DECLINED", minutes=-1), nia.email).code == "stale"
    assert Rsvp.objects.get().coming == "yes"
    # A clock that goes wrong does not outdo what is said afterwards.
    assert take_reply(answer(second, "TENTATIVE", minutes=60 * 24 * 400), nia.email).code == "taken"
    coming.say(learning_session=second, person=nia, coming="no", by=nia)
    assert Rsvp.objects.get().coming == "no"


def test_an_answer_to_another_hour_is_stale_and_one_to_an_old_title_is_not(second, nia):
    paula = make.planner(cohort=second.cohort)
    before, old = answer(second), answer(second, DTSTART=None)
    services.change_details(learning_session=second, by=paula, version=second.details_version, title_en="Other")
    assert take_reply(before, nia.email).code == "taken"
    services.move_session(learning_session=second, to=second.wall + dt.timedelta(days=1), by=paula)
    assert [take_reply(one, nia.email).code for one in (before, old)] == ["stale", "stale"]
    second.refresh_from_db()
    assert take_reply(answer(second, "DECLINED"), nia.email).code == "taken"


def test_only_who_was_asked_answers_by_an_address_that_is_theirs(second, nia):
    otto = make.member(team=make.team(cohort=second.cohort), email="otto@example.ca")
    assert by_mail(mail(answer(second), sender="otto@example.ca")).code == "wrong_sender"
    assert take_reply(answer(second), "stranger@example.ca").code == "wrong_sender"
    assert take_reply(answer(second, who="x@example.ca"), "x@example.ca").code == "wrong_sender"
    assert take_reply(answer(second), "").code == "wrong_sender", "a bare calendar says nothing of its sender"
    second_address = EmailAddress.objects.create(user=otto, email="otto.home@example.ca", verified=False)
    home = answer(second, who="otto.home@example.ca")
    assert take_reply(home, "otto.home@example.ca").code == "wrong_sender"
    second_address.verified = True
    second_address.save()
    assert take_reply(home, "otto.home@example.ca").code == "taken"
    assert list(Rsvp.objects.values_list("person", flat=True)) == [otto.pk]


def test_who_is_not_expected_and_what_is_over(second, nia):
    paula = make.planner(cohort=second.cohort)
    make.person(email="stan@example.ca")
    assert take_reply(answer(second, who="stan@example.ca"), "stan@example.ca").code == "not_expected"
    cancelling.cancel_session(learning_session=second, by=paula, reason="x")
    assert take_reply(answer(second), nia.email).code == "too_late"
    assert not Rsvp.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"UID": "1@localhost"}, "unknown_session"),
        ({"UID": "00000000-0000-0000-0000-000000000000@localhost"}, "unknown_session"),
        ({"UID": None}, "malformed"),
        ({"DTSTAMP": None}, "malformed"),
        ({"DTSTAMP": "yesterday"}, "malformed"),
        ({"SEQUENCE": "many"}, "malformed"),
    ],
)
def test_what_makes_no_sense_has_an_outcome(second, nia, change, code):
    assert take_reply(answer(second, **change), nia.email).code == code
    assert not Rsvp.objects.exists()


def test_other_mail_is_no_reply(second, nia):
    request = answer(second).replace(b"METHOD:REPLY", b"METHOD:REQUEST")
    undecided = answer(second, "NEEDS-ACTION")
    assert [take_reply(one, nia.email).code for one in (request, undecided, b"")] == ["no_reply"] * 3
    assert take_reply(b"x" * 600_000, nia.email).code == "malformed"
    assert take_reply(answer(second)[:200], nia.email).code in ("malformed", "no_reply")


@given(junk=st.binary(max_size=400), cut=st.integers(0, 500))
def test_nothing_that_somebody_sends_raises(junk, cut):
    fine = answer(SimpleNamespace(pk="x", sequence=0, starts_at=timezone.now()))
    for raw in (junk, fine[:cut] + junk + fine[cut:]):
        assert take_reply(raw, "nia@example.ca").code
    assert by_mail(mail(junk)).code


def test_it_comes_in_as_any_other_mail_does(second, nia):
    assert receive(mail(answer(second))) == "sessions/taken"
    assert Rsvp.objects.get().coming == "yes"
    assert not Conversation.objects.exists(), "nobody wrote anything beside it"


def test_what_somebody_else_pressed_is_for_people_to_look_at(second, nia):
    make.member(team=make.team(cohort=second.cohort), email="otto@example.ca")
    assert receive(mail(answer(second), sender="otto@example.ca")) == "people"
    assert not Rsvp.objects.exists()
    assert Conversation.objects.get().person.email == "otto@example.ca"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"SEQUENCE": "9" * 30}, "taken"),
        ({"SEQUENCE": "-5"}, "taken"),
        ({"ATTENDEE;PARTSTAT=ACCEPTED": "mailto:nia\x00@example.ca"}, "no_reply"),
    ],
)
def test_numbers_and_signs_that_no_row_can_hold(second, nia, facts, code):
    raw = answer(second, **facts)
    assert take_reply(raw, "nia\x00@example.ca" if code == "no_reply" else nia.email).code == code
    assert all(row.sequence <= second.sequence for row in Rsvp.objects.all())


def test_an_answer_to_an_invitation_that_was_never_written_does_not_outdo_the_next(second, nia):
    assert take_reply(answer(second, "DECLINED", SEQUENCE=2_000_000_000), nia.email).code == "taken"
    assert take_reply(answer(second, "ACCEPTED", minutes=1), nia.email).code == "taken"
    assert Rsvp.objects.get().coming == "yes"


def test_a_mail_made_to_be_taken_apart_for_minutes_is_not(second):
    long = b"From: a@example.ca\r\nContent-Type: text/calendar" + b"; a*0*=" * 50_000 + b"\r\n\r\n"
    folded = b"From: a@example.ca\r\nContent-Type: text/calendar" + b";\r\n a*0*=" * 40_000 + b"\r\n\r\n"
    assert [reading.read(one + answer(second)).is_unreadable for one in (long, folded)] == [True, True]
