"""Accept, decline or perhaps, pressed in a calendar program: its answer (METHOD:REPLY, RFC 5546 3.2.3) says who comes.

It comes in as a mail from anybody (notifications.inbound), so that nothing in it is believed but what fits together: the sender
is the one who was asked, by an address that this person has confirmed, and the answer is to the hour at which the session
stands. Whether the mail is really from its sender is for the mail server to have checked (docs/operations.md).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import icalendar
from django.utils import timezone

from accounts.addresses import known_by
from accounts.models import User
from core.refusals import Refused
from notifications.inbound.incoming import Incoming
from sessions.calendars.entries import session_of
from sessions.coming import answers as coming
from sessions.models import Coming, LearningSession, Via
from sessions.reminders import WORTH_A_MAIL

# More than any calendar program sends.
MOST_OCTETS: Final = 512 * 1024
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
# Of these nobody has to know more than stands in the trail; the others people look at.
HANDLED: Final = frozenset({TAKEN, STALE, NOT_EXPECTED, TOO_LATE})


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


def handle_reply(mail: Incoming) -> str | None:
    """Take the answer of a calendar that came in by mail; return what became of it, None where people have to look at it."""
    if not mail.calendar:
        return None
    outcome = take_reply(mail.calendar.encode(), mail.sender)
    return outcome.code if outcome.code in HANDLED else None


def take_reply(calendar: bytes, sender: str) -> Outcome:
    """Take a calendar as the answer of ``sender``. Returns what became of it; raises nothing for whatever it holds."""
    if len(calendar) > MOST_OCTETS:
        return Outcome(MALFORMED)
    try:
        answer = _answer_in(calendar) if calendar.strip() else None
    except Exception:  # somebody else's bytes: whatever a parser trips over is not worth more than this
        return Outcome(MALFORMED)
    if answer is None:
        return Outcome(NO_REPLY)
    return _take(answer, sender.strip().lower())


def _take(answer: _Answer, sender: str) -> Outcome:
    key = session_of(answer.uid)
    learning_session = LearningSession.objects.filter(pk=key).select_related("cohort").first() if key else None
    if learning_session is None:
        return Outcome(UNKNOWN)
    person = known_by(sender) if sender and sender == answer.attendee else None
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


# ---------------------------------------------------------------- reading what somebody sent


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
