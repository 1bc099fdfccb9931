"""What a mail tells the calendar of its reader, beside its words (``notifications.kinds.Kind.calendar``)."""

from __future__ import annotations

from django.utils import timezone

from core import ics
from notifications.letters import CalendarPart
from notifications.models import PlannedMessage
from sessions.calendars.entries import asked, asked_from_outside
from sessions.models import LearningSession


def request(message: PlannedMessage) -> list[CalendarPart]:
    """Return the invitation to the session of this message, as it stands now."""
    return [_part(message, message.source)]


def request_each(message: PlannedMessage) -> list[CalendarPart]:
    """Return an invitation to each of the sessions that a change has moved."""
    rows = message.source.sessions
    if len(rows) == 1:
        return [_part(message, rows[0])]
    return [_part(message, one, name=f"invite-{place}.ics") for place, one in enumerate(rows, start=1)]


def cancel(message: PlannedMessage) -> list[CalendarPart]:
    """Return what takes the session of this message out of its reader's calendar."""
    source = message.source
    return [_part(message, source if isinstance(source, LearningSession) else source.learning_session, left=True)]


def outside(
    message: PlannedMessage,
    learning_session: LearningSession,
    reader,
    *,
    way_in: str,
    with_phone: bool,
    left: bool = False,
) -> list[CalendarPart]:
    """Return the invitation of somebody without an account, or what takes it back; nothing where that is said too late."""
    if not left and not learning_session.is_ahead:
        return []
    method = "CANCEL" if left else "REQUEST"
    entry = asked_from_outside(
        learning_session,
        reader,
        address=message.address,
        way_in=way_in,
        with_phone=with_phone,
        left=left,
        stamp=timezone.now(),
    )
    return [CalendarPart(method, ics.calendar([entry], method=method))]


def _part(
    message: PlannedMessage, learning_session: LearningSession, *, left: bool = False, name: str = "invite.ics"
) -> CalendarPart:
    reader, method = message.recipient, "CANCEL" if left else "REQUEST"
    address = message.address or (reader.email if reader else "")
    entry = asked(learning_session, reader, address=address or "", left=left, stamp=timezone.now())
    return CalendarPart(method, ics.calendar([entry], method=method), name)
