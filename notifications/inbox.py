"""What a person without e-mail reads in the product instead of in a mailbox: made when it is read, from what is true then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.db.models.functions import Now

from notifications import kinds
from notifications.briefing import Briefing
from notifications.models import PlannedMessage
from notifications.wording import Gone, render

MOST: Final = 20
# So long does Today say that something is there to be read.
LATELY: Final = dt.timedelta(days=7)


@dataclass(frozen=True)
class Note:
    """A message as its reader finds it: since when it is there, what it is about, and its words."""

    at: dt.datetime
    subject: str
    words: str


def has_notes(user: Any) -> bool:
    """Return whether anything that is not over was put there for ``user`` lately: then Today leads to the page."""
    return not user.email and _not_over(user).filter(sent_at__gt=Now() - LATELY).exists()


def notes_of(user: Any) -> list[Note]:
    """Return the latest messages of ``user`` that are still true and that ``user`` may still know, the latest first."""
    return list(_notes(user))


def _notes(user: Any) -> Iterator[Note]:
    rows = [row for row in _not_over(user)[:MOST] if kinds.may_be_sent_again(row.kind)]
    if not rows:
        return
    briefing = Briefing(rows)
    for row in rows:
        if briefing.no_longer(row):
            continue
        try:
            letter = render(row, briefing.said)
        except Gone:
            continue
        yield Note(row.sent_at or row.due_at, letter.subject, body_of(letter.plain))


def _not_over(user: Any):
    return PlannedMessage.objects.inbox_of(user).filter(Q(not_after=None) | Q(not_after__gt=Now()))


def body_of(plain: str) -> str:
    """Return a letter without its title, which stands above it, and without its foot, which speaks of mails."""
    return plain.partition("\n-- \n")[0].strip().partition("\n")[2].strip()
