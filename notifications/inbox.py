"""A person's list in the product: what they were told, by mail or there alone.

The list itself names them and makes no words: it costs the same however many kinds there are. Words are made when one is opened,
from what is true then. Of what went by mail there are the title and the way to what it speaks of: its words are in the mailbox,
and it does not count as unread.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db.models.functions import Now

from core import registry
from core.language import language
from notifications import kinds, states
from notifications.briefing import Briefing
from notifications.models import Channel, PlannedMessage
from notifications.wording import Gone, render

log = logging.getLogger(__name__)
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
    kind: str = ""
    # The language of its words, which is its reader's and need not be the page's; "" where it is the page's.
    language: str = ""


def has_notes(user: Any) -> bool:
    """Return whether anything that is not over was put there for ``user`` lately: then Today leads to the page."""
    return not user.email and _there(user).filter(sent_at__gt=Now() - LATELY).exists()


def _there(user: Any):
    return PlannedMessage.objects.listed_for(user).not_over().filter(channel=Channel.INBOX)


@dataclass(frozen=True)
class Line:
    """A message in the list of its reader: what it is called, which of several it is, and what it is about, as far as they
    may know of that now ("": nothing to be said)."""

    key: uuid.UUID
    at: dt.datetime
    name: str
    step: str = ""
    about: str = ""
    unread: bool = False


def list_of(user: Any) -> tuple[list[Line], list[Line]]:
    """Return the latest messages that stand here alone, and the latest mails. Four statements, however many kinds there are.

    A mail that came back stands with the first: nobody has read it. No words are made here: whether one is still true is asked
    when it is opened (`note_of`).
    """
    returned = PlannedMessage.objects.returned_from(user).not_over()[:MOST]
    there = sorted([*_there(user)[:MOST], *returned], key=lambda row: row.sent_at or row.due_at, reverse=True)[:MOST]
    mails = [row for row in PlannedMessage.objects.listed_for(user).filter(channel=Channel.MAIL)[:MOST] if row.sent_at]
    about = _names(user, [*there, *mails])
    return [_line(row, about) for row in there if kinds.find(row.kind)], [
        _line(row, about) for row in mails if kinds.find(row.kind)
    ]


def _line(row: PlannedMessage, about: Mapping[str, str]) -> Line:
    unread = row.read_at is None and row.channel == Channel.INBOX
    return Line(
        row.pk,
        row.sent_at or row.due_at,
        kinds.name_of(row.kind),
        kinds.step_of(row.kind, row.occurrence),
        about.get(row.source_id, ""),
        unread,
    )


def _names(user: Any, rows: Iterable[PlannedMessage]) -> dict[str, str]:
    """Return what these messages are about, by the keys of their sources, as far as ``user`` may know of it. One statement."""
    by_type: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        by_type[row.source_type].add(row.source_id)
    asked = [ask(user, keys) for one, keys in by_type.items() if (ask := registry.names_of.get(one)) is not None]
    if not asked:
        return {}
    found = asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0]
    first, second = (1, 2) if language() == "en" else (2, 1)
    return {row[0]: row[first] or row[second] for row in found}


def note_of(user: Any, key: uuid.UUID) -> Note | None:
    """Return one of the messages in the list of ``user`` with its words, None where it is not there, or not true any more.

    Of a mail there are title and way alone.
    """
    row = row_of(user, key)
    if row is None or kinds.find(row.kind) is None:
        return None
    if row.channel == Channel.MAIL and row.sent_at and row.state != states.BOUNCED:
        return _titled(row, Briefing([row]))
    return next(notes_among([row]), None)


def row_of(user: Any, key: uuid.UUID) -> PlannedMessage | None:
    """Return the message of this key that stands in the list of ``user``, None where none does."""
    there = _there(user) | PlannedMessage.objects.listed_for(user).filter(channel=Channel.MAIL)
    return (there | PlannedMessage.objects.returned_from(user).not_over()).filter(pk=key).first()


def _titled(row: PlannedMessage, briefing: Briefing) -> Note | None:
    """Return a mail with its title as it would be now; None where there is none any more."""
    if briefing.no_longer(row):
        return None
    try:
        letter = render(row, briefing.said, files=False)
    except Gone:
        return None
    except Exception as error:  # it has gone long ago: what cannot be said again must not take the page away
        log.warning("message %s of kind %s has no title any more: %s", row.pk, row.kind, type(error).__name__)
        return None
    # An invitation leads to what proves that somebody reads that mailbox: this way is in the mail alone.
    path = "" if kinds.get(row.kind).at_most_once else letter.path
    at = row.sent_at or row.due_at
    return Note(row.pk, at, letter.subject, path=path, by_mail=True, kind=row.kind, language=letter.language)


def notes_among(rows: Iterable[PlannedMessage]) -> Iterator[Note]:
    """Return those of these messages that are still true, in the language that speaks to their reader."""
    if rows := list(rows):
        yield from _still_true(rows, Briefing(rows))


def _still_true(rows: Iterable[PlannedMessage], briefing: Briefing) -> Iterator[Note]:
    for row in rows:
        if briefing.no_longer(row):
            continue
        try:
            letter = render(row, briefing.said, files=False)
        except Gone:
            continue
        yield Note(
            row.pk,
            row.sent_at or row.due_at,
            letter.subject,
            body_of(letter.plain, letter.path),
            letter.path,
            unread=row.read_at is None and row.channel == Channel.INBOX,
            kind=row.kind,
            language=letter.language,
        )


def unread(user: Any) -> int:
    """Return how many messages stand in the list of ``user`` alone, and were not read yet. Asked once, until some are read."""
    if getattr(user, "_unread_messages", None) is None:
        counted(user, PlannedMessage.objects.unread_by(user).count())
    return user._unread_messages


def counted(user: Any, number: int | None) -> None:
    """Take note of what `unread` returns, where it was asked for along with something else; None: it has to be asked."""
    user._unread_messages = number


def read(user: Any, *, key: uuid.UUID | None = None) -> int:
    """Note that ``user`` has read one of the messages in their list, or all of them; return how many were unread."""
    rows = PlannedMessage.objects.unread_by(user)
    counted(user, None)
    return (rows if key is None else rows.filter(pk=key)).update(read_at=Now())


def body_of(plain: str, path: str = "") -> str:
    """Return a letter without its title, which stands above it, and without its foot, which speaks of mails.

    ``path``: where a button below leads; the line that says the same address, and its label, are left out.
    """
    lines = plain.partition("\n-- \n")[0].strip().partition("\n")[2].strip().split("\n")
    address = settings.SITE_URL + path
    if path and (at := next((n for n, line in enumerate(lines) if line.strip() == address), None)) is not None:
        lines[_label_above(lines, at) : at + 1] = []
    return "\n".join(lines).strip()


def _label_above(lines: list[str], at: int) -> int:
    """Return where the label of an address begins, the address itself where it has none."""
    above = lines[at - 1].strip() if at else ""
    alone = at < 2 or not lines[at - 2].strip()
    return at - 1 if above and alone and not above.endswith((".", "!", "?")) else at
