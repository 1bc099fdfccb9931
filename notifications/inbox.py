"""A person's list in the product: what they were told, by mail or there alone.

Words are made when they are read, from what is true then. What went by mail is named only: its words are in the mailbox, and
it does not count as unread.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models.functions import Now

from notifications import kinds
from notifications.briefing import Briefing
from notifications.models import Channel, PlannedMessage
from notifications.wording import Gone, render

MOST: Final = 20
# So long does Today say that something is there to be read.
LATELY: Final = dt.timedelta(days=7)


@dataclass(frozen=True)
class Note:
    """A message as its reader finds it: since when it is there, what it is about, its words, and where it leads ("": nowhere)."""

    key: uuid.UUID
    at: dt.datetime
    subject: str
    words: str = ""
    path: str = ""
    unread: bool = False
    by_mail: bool = False


def has_notes(user: Any) -> bool:
    """Return whether anything that is not over was put there for ``user`` lately: then Today leads to the page."""
    return not user.email and _there(user).filter(sent_at__gt=Now() - LATELY).exists()


def _there(user: Any):
    return PlannedMessage.objects.listed_for(user).not_over().filter(channel=Channel.INBOX)


def notes_of(user: Any) -> list[Note]:
    """Return the latest messages of ``user`` that are still true and that ``user`` may still know, the latest first."""
    return list(notes_among(_there(user)[:MOST]))


def note_of(user: Any, key: uuid.UUID) -> Note | None:
    """Return one of the messages that stand in the list of ``user`` alone, None where it does not, or is over."""
    return next(notes_among(_there(user).filter(pk=key)), None)


def mailed_to(user: Any) -> list[Note]:
    """Return by name the latest mails to ``user``, the latest first."""
    rows = PlannedMessage.objects.listed_for(user).filter(channel=Channel.MAIL)[:MOST]
    return [
        Note(row.pk, row.sent_at, str(kind.name), by_mail=True)
        for row in rows
        if row.sent_at is not None and (kind := kinds.find(row.kind)) is not None
    ]


def notes_among(rows: Iterable[PlannedMessage]) -> Iterator[Note]:
    """Return those of these messages that are still true, in the language that speaks to their reader."""
    if not (rows := list(rows)):
        return
    briefing = Briefing(rows)
    for row in rows:
        if briefing.no_longer(row):
            continue
        try:
            letter = render(row, briefing.said)
        except Gone:
            continue
        yield Note(
            row.pk,
            row.sent_at or row.due_at,
            letter.subject,
            body_of(letter.plain),
            letter.path,
            unread=row.read_at is None,
        )


def unread(user: Any) -> int:
    """Return how many messages stand in the list of ``user`` alone, and were not read yet."""
    return PlannedMessage.objects.unread_by(user).count()


def read(user: Any, *, key: uuid.UUID | None = None) -> int:
    """Note that ``user`` has read one of the messages in their list, or all of them; return how many were unread."""
    rows = PlannedMessage.objects.unread_by(user)
    return (rows if key is None else rows.filter(pk=key)).update(read_at=Now())


def body_of(plain: str) -> str:
    """Return a letter without its title, which stands above it, and without its foot, which speaks of mails."""
    return plain.partition("\n-- \n")[0].strip().partition("\n")[2].strip()
