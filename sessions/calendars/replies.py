"""Accept, decline or perhaps, pressed in a calendar program: its answer (METHOD:REPLY, RFC 5546 3.2.3) says who comes.

It arrives as a mail from anybody, so that nothing in it is believed but what fits together: the sender is the one who was
asked, by an address that this person has confirmed, and the answer is to the hour at which the session stands. Whether the
mail is really from its sender is for the mail server to have checked (docs/operations.md).
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any, Final

import icalendar
from django.utils import timezone

from accounts.models import User
from core.refusals import Refused
from sessions.calendars.entries import session_of
from sessions.coming import answers as coming
from sessions.models import Coming, LearningSession, Via
from sessions.reminders import WORTH_A_MAIL

# More than any calendar program sends.
MOST_OCTETS: Final = 512 * 1024
# Nor a line of a mail's own that the parser has to take apart: some forms of them take minutes.
MOST_OF_A_LINE: Final = 8 * 1024
ANSWERS: Final = {"ACCEPTED": Coming.YES, "DECLINED": Coming.NO, "TENTATIVE": Coming.MAYBE}

# What became of it.
TAKEN: Final = "taken"
NO_REPLY: Final = "no_reply"  # nothing in it answers an invitation
MALFORMED: Final = "malformed"
UNKNOWN: Final = "unknown_session"
WRONG_SENDER: Final = "wrong_sender"
NOT_EXPECTED: Final = "not_expected"
STALE: Final = "stale"
TOO_LATE: Final = "too_late"


@dataclass(frozen=True)
class Outcome:
    """What became of a mail: a code, and whose answer to which session it was where that is known."""

    code: str
    person: User | None = None
    learning_session: LearningSession | None = None


@dataclass(frozen=True)
class _Answer:
    uid: str
    attendee: str
    coming: str
    sequence: int
    stamped_at: dt.datetime
    starts: dt.datetime | None


def take_reply(raw: bytes, sender: str = "") -> Outcome:
    """Take a mail, or the calendar in it, as the answer of ``sender`` (none: the address in its From).

    Returns what became of it; raises nothing for whatever it holds.
    """
    if len(raw) > MOST_OCTETS or not _lines_fit(raw):
        return Outcome(MALFORMED)
    try:
        text, written_by = _calendar_in(raw)
        answer = _answer_in(text) if text else None
    except Exception:  # somebody else's bytes: whatever a parser trips over is not worth more than this
        return Outcome(MALFORMED)
    if answer is None:
        return Outcome(NO_REPLY)
    return _take(answer, (sender or written_by).strip().lower())


def _take(answer: _Answer, sender: str) -> Outcome:
    key = session_of(answer.uid)
    learning_session = LearningSession.objects.filter(pk=key).select_related("cohort").first() if key else None
    if learning_session is None:
        return Outcome(UNKNOWN)
    person = _holder_of(sender) if sender and sender == answer.attendee else None
    if person is None:
        return Outcome(WRONG_SENDER, learning_session=learning_session)
    if learning_session.state_at(timezone.now()) in ("cancelled", "over"):
        return Outcome(TOO_LATE, person, learning_session)
    if _is_to_another_hour(answer, learning_session):
        return Outcome(STALE, person, learning_session)
    try:
        counts = coming.say(
            learning_session=learning_session,
            person=person,
            coming=answer.coming,
            via=Via.CALENDAR,
            by=person,
            stamped_at=answer.stamped_at,
            # Nobody was asked by an invitation that has not been written yet: it must not outdo the answer to the next one.
            sequence=min(answer.sequence, learning_session.sequence),
        )
    except Refused:
        return Outcome(NOT_EXPECTED, person, learning_session)
    return Outcome(TAKEN if counts else STALE, person, learning_session)


def _is_to_another_hour(answer: _Answer, learning_session: LearningSession) -> bool:
    """Return whether an older invitation is answered that spoke of another hour than today's.

    A new title, or some minutes, make a new SEQUENCE and no new question.
    """
    if answer.sequence >= learning_session.sequence:
        return False
    return answer.starts is None or abs(answer.starts - learning_session.starts_at) >= WORTH_A_MAIL


def _holder_of(address: str) -> User | None:
    """Return who has this address and has shown that they read it: one signs in with it, or has confirmed it beside that."""
    people = User.objects.filter(is_active=True)
    return (
        people.filter(email__iexact=address).first()
        or people.filter(emailaddress__email__iexact=address, emailaddress__verified=True).first()
    )


# ---------------------------------------------------------------- reading what somebody sent


def _lines_fit(raw: bytes) -> bool:
    """Return whether the lines that say what a mail is, and from whom, are as short as people's programs write them."""
    size, matters = 0, False
    for line in raw.splitlines():
        if line[:1] not in (b" ", b"\t"):  # else the last one goes on
            size, matters = 0, line[:8].lower() == b"content-" or line[:4].lower() == b"from"
        size += len(line)
        if matters and size > MOST_OF_A_LINE:
            return False
    return True


def _calendar_in(raw: bytes) -> tuple[bytes, str]:
    """Return the calendar in a mail and the address of who wrote it; of a bare calendar there is no writer."""
    if raw.lstrip(b"\xef\xbb\xbf\r\n \t")[:15].upper() == b"BEGIN:VCALENDAR":
        return raw, ""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    writer = parseaddr(str(mail.get("From", "")))[1]
    parts = [part for part in mail.walk() if not part.is_multipart()]
    # The form that programs are meant to read goes before a file of the same.
    for kind in ("text/calendar", "application/ics"):
        for part in parts:
            if part.get_content_type() == kind:
                return part.get_payload(decode=True) or b"", writer  # type: ignore[return-value]  # bytes: no multipart
    return b"", writer


def _answer_in(text: bytes) -> _Answer | None:
    """Return the first answer in a calendar, None where it is no answer. Raises anything."""
    calendar: Any = icalendar.Calendar.from_ical(text)
    if str(calendar.get("METHOD", "")).upper() != "REPLY":
        return None
    for event in calendar.walk("VEVENT"):
        attendees = event.get("ATTENDEE", [])
        for attendee in attendees if isinstance(attendees, list) else [attendees]:
            said = ANSWERS.get(str(attendee.params.get("PARTSTAT", "")).upper())
            if said is None:
                continue
            starts = event.decoded("DTSTART") if "DTSTART" in event else None
            address = _address(str(attendee))
            if not address.isprintable():
                return None
            return _Answer(
                uid=str(event["UID"]),
                attendee=address,
                coming=said,
                sequence=max(0, int(event.get("SEQUENCE", 0))),
                stamped_at=_moment(event.decoded("DTSTAMP")),
                starts=_moment(starts) if isinstance(starts, dt.datetime) else None,
            )
    return None


def _address(text: str) -> str:
    return text.strip().lower().removeprefix("mailto:").strip()


def _moment(value: dt.datetime) -> dt.datetime:
    """Return it aware: without a zone it can only be meant in UTC."""
    return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)
