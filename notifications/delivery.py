"""One message from the diary to its reader: is it still right to tell, in which words, and what came of it."""

from __future__ import annotations

import logging
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from time import sleep
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection
from django.template import Context, Engine, TemplateDoesNotExist, TemplateSyntaxError
from django.utils import timezone, translation

from core import registry
from notifications import kinds, sending, states
from notifications.letters import BadAddress, Letter, bare_address, one_line, parted
from notifications.models import Channel, PlannedMessage
from notifications.sending import Begun
from notifications.smtp import Line, Lost
from notifications.states import Move

log = logging.getLogger(__name__)

# What came of one row, for the sweep.
DONE: Final = "done"
NOT_OURS: Final = "not_ours"
SERVER_AWAY: Final = "server_away"


def checkpoint(name: str) -> None:
    """Do nothing. The fault tests put something here that stops or kills the sender at this very point."""


@dataclass(frozen=True)
class Stranger:
    """A reader without account, with what templates ask of a reader."""

    email: str
    language: str
    time_zone: str
    name: str = ""
    first_name: str = ""
    city: str = ""
    pk: None = None


class Gone(Exception):
    """The kind says that what the message speaks about is not there any more."""


def deliver(row: PlannedMessage, line: Line) -> str:
    """Bring one claimed row to its next state; return DONE, NOT_OURS or SERVER_AWAY. One failure is one row's own.

    Raises only what means that the database is away: the row's lease then runs out and the reaper settles it.
    """
    checkpoint("claimed")
    begun = sending.begin(row)
    if begun is None:
        return NOT_OURS
    checkpoint("begun")
    try:
        if (refusal := why_not(row, begun)) is not None:
            return _moved(sending.move(row, refusal))
        words = render(row)
        letter = None if row.channel == Channel.INBOX else words.as_bytes()
    except (OperationalError, InterfaceError):
        raise
    except Gone:
        return _moved(sending.move(row, Move(states.VOID, "source_gone")))
    except Exception as error:  # a poisoned row is a person's to look at; the others go on
        return _poisoned(row, error)
    if letter is None:
        return _put_in_inbox(row)
    return _hand_over(row, begun, line, letter, words.to)


# ---------------------------------------------------------------- still right to tell?


def why_not(row: PlannedMessage, begun: Begun) -> Move | None:
    """Return the move of a row that must not leave now, or None. The right to know is asked here, at the last moment."""
    if begun.late(row):
        return Move(states.EXPIRED, "too_late")
    if kinds.find(row.kind) is None:
        return Move(states.HELD, "unknown_kind")
    if row.for_account and (row.recipient is None or not row.recipient.is_active):
        return Move(states.VOID, "inactive")
    if (ask := registry.current_version.get(row.source_type)) is not None:
        version = ask(row.source_id)
        if version is None:
            return Move(states.VOID, "source_gone")
        if version > row.source_version:
            return Move(states.VOID, "superseded")
    may = registry.may_receive.get(row.source_type)
    if may is not None and row.recipient is not None and not may(row.recipient, row.source_id):
        return Move(states.VOID, "may_not_know")
    return None


# ---------------------------------------------------------------- words


@cache
def _template(name: str):
    return Engine.get_default().get_template(name)


def reader_of(row: PlannedMessage) -> Any:
    """Return who will read it: the person, or a stand-in with the row's language for an address without account."""
    if row.recipient is not None:
        return row.recipient
    return Stranger(row.address, row.lang or settings.LANGUAGE_CODE, row.tz or "America/Toronto")


def render(row: PlannedMessage) -> Letter:
    """Return the letter as its reader should get it now: their language, their clock. Raises Gone, or anything."""
    kind, reader = kinds.get(row.kind), reader_of(row)
    with translation.override(reader.language), timezone.override(zoneinfo.ZoneInfo(reader.time_zone)):
        found = kind.context(row)
        if found is None:
            raise Gone
        brand = _sender_name()
        words = {
            "reader": reader, "site_url": settings.SITE_URL, "why": str(kind.audience), "brand": brand,
            "lang": reader.language, "html_lang": f"{reader.language}-CA", "message": row, **found,
        }  # fmt: skip
        subject = _template(f"{kind.template}.subject.txt").render(Context(words, autoescape=False))
        words["subject"] = one_line(subject)
        return Letter(
            subject=words["subject"],
            plain=_template(f"{kind.template}.txt").render(Context(words, autoescape=False)),
            html=_template(f"{kind.template}.html").render(Context(words)),
            message_id=row.message_id,
            sender=settings.DEFAULT_FROM_EMAIL,
            to=row.address or getattr(reader, "email", None) or "",
            to_name=reader.name,
            reply_to=found.get("reply_to") or "",
            language=reader.language,
        )


@cache
def _sender_name() -> str:
    return parted(settings.DEFAULT_FROM_EMAIL)[0]


@cache
def _sender_address() -> str:
    return bare_address(parted(settings.DEFAULT_FROM_EMAIL)[1])


# ---------------------------------------------------------------- what came of it


def _moved(ours: bool) -> str:
    return DONE if ours else NOT_OURS


def _poisoned(row: PlannedMessage, error: Exception) -> str:
    """Hold a row that cannot be made into a letter; its reason is a code and the name of the error, never its text."""
    if isinstance(error, BadAddress):
        if row.address or getattr(row.recipient, "email", None):
            return _moved(sending.move(row, Move(states.HELD, str(error))))
        return _put_in_inbox(row)
    missing = isinstance(error, TemplateDoesNotExist | TemplateSyntaxError)
    reason = f"{'template_broken' if missing else 'cannot_be_written'}:{type(error).__name__}"[:60]
    log.error("message %s of kind %s is held: %s", row.pk, row.kind, reason)
    return _moved(sending.move(row, Move(states.HELD, reason)))


def _put_in_inbox(row: PlannedMessage) -> str:
    """Tell a person without e-mail in the product: there is no hand-over that could fail."""
    try:
        return _moved(sending.move(row, Move(states.SENT), channel=Channel.INBOX))
    except IntegrityError:
        if connection.in_atomic_block:
            raise
        return _moved(sending.move(row, Move(states.VOID, "told_already")))


def _hand_over(row: PlannedMessage, begun: Begun, line: Line, letter: bytes, to: str) -> str:
    def settle(code: int, phase: str, text: str) -> str:
        wait = sending.wait_after(begun.attempts)
        move = states.after_reply(code, phase, attempts=begun.attempts, late=begun.late(row), wait=wait)
        return _moved(_write_result(row, move, code, text))

    def before_dot() -> bool:
        checkpoint("before_sending")
        ours = sending.move(row, Move(states.SENDING))
        checkpoint("sending")
        return ours

    if (away := line.open()) is not None:
        settle(away.code, away.phase, away.text)
        log.warning("the mail server cannot be used now (%s, %s)", away.phase, away.code or "no reply")
        return SERVER_AWAY
    checkpoint("open")
    try:
        reply = line.hand_over(
            sender=_sender_address(), recipient=bare_address(to), letter=letter, before_dot=before_dot
        )
    except Lost:
        return NOT_OURS
    checkpoint("replied")
    outcome = settle(reply.code, reply.phase, reply.text)
    checkpoint("settled")
    return outcome


def _write_result(row: PlannedMessage, move: Move, code: int, text: str, tries: int = 3) -> bool:
    """Write what the server said. A database that is away for a moment must not make a sent letter uncertain."""
    for left in range(tries - 1, -1, -1):
        try:
            return sending.move(row, move, code=code, text=text)
        except (OperationalError, InterfaceError):
            if not left or connection.in_atomic_block:
                raise
            connection.close()
            sleep(0.5)
    raise AssertionError("not reached")


def deliver_batch(rows: list[PlannedMessage], line: Line, stop: Callable[[], bool]) -> tuple[int, bool]:
    """Deliver claimed rows one by one; return how many were settled and whether the mail server can be used.

    Whatever ends it (asked to stop, server away, an error): rows whose turn never came are given back at once.
    """
    outcomes: list[str] = []
    try:
        for row in rows:
            if stop() or SERVER_AWAY in outcomes:
                break
            outcomes.append(deliver(row, line))
        return outcomes.count(DONE), SERVER_AWAY not in outcomes
    finally:
        if len(outcomes) < len(rows) or NOT_OURS in outcomes:  # stopped, failed, or paused: not all were begun
            _give_back(rows)


def _give_back(rows: list[PlannedMessage]) -> None:
    try:
        sending.give_back(rows)
    except DatabaseError:
        log.warning("claimed messages could not be given back: they wait for their lease")
