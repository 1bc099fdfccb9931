"""Claimed rows from the diary to their readers, one by one: is it still right to tell, and what came of it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from time import sleep
from typing import Final

from django.conf import settings
from django.db import Error, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.template import TemplateDoesNotExist, TemplateSyntaxError

from notifications import channels, digests, kinds, sending, states
from notifications.briefing import Briefing
from notifications.inbound import bounces
from notifications.inbound.addresses import bounce_address
from notifications.inbound.bounces import SUPPRESSED
from notifications.letters import BadAddress, TooLong, bare_address, parted
from notifications.models import Channel, PlannedMessage
from notifications.respect import Wishes
from notifications.sending import Begun
from notifications.smtp import Line, Lost, Reply
from notifications.states import Move
from notifications.wording import Gone, render

log = logging.getLogger(__name__)

# What came of one row.
DONE: Final = "done"
NOT_OURS: Final = "not_ours"
SERVER_AWAY: Final = "server_away"

# The database is away. What cannot be written then is settled by the reaper, when the row's lease has run out.
AWAY: Final = (OperationalError, InterfaceError)


def checkpoint(name: str) -> None:
    """Do nothing. The fault tests put something here that stops or kills the sender at this very point."""


def deliver_batch(rows: Sequence[PlannedMessage], line: Line, stop: Callable[[], bool]) -> tuple[int, bool]:
    """Deliver claimed rows one by one; return how many were settled and whether the mail server can be used.

    Whatever ends it (asked to stop, server away, an error): rows whose turn never came are given back at once. One
    row's failure is its own. Raises only what means that the database is away.
    """
    return Delivery(rows, line, stop).run()


@cache
def _sender_address() -> str:
    return bare_address(parted(settings.DEFAULT_FROM_EMAIL)[1])


def _why_nothing_is_carried(instead: str) -> str:
    return "stopped" if instead == states.IN_PRODUCT else instead


class Delivery:
    """The rows of one claim on their way, one in the hand at a time.

    What came of one row and that the next one's turn has come is written in one statement: `_begun` keeps the second.
    """

    def __init__(self, rows: Sequence[PlannedMessage], line: Line, stop: Callable[[], bool]) -> None:
        self._rows, self._line, self._stop = rows, line, stop
        self._place = 0
        self._begun: Begun | None = None
        self._unbegun = {row.pk: row for row in rows}
        self._briefing: Briefing | None = None
        self._outcomes: Counter[str] = Counter()

    def run(self) -> tuple[int, bool]:
        """Deliver them; return how many were settled and whether the mail server can be used."""
        try:
            for place, row in enumerate(self._rows):
                self._place = place
                begun, self._begun = self._begun, None
                if begun is None:
                    if self._outcomes[SERVER_AWAY] or self._stop():
                        break
                    checkpoint("claimed")
                    begun = sending.begin(row)
                self._outcomes[self._deliver(row, begun)] += 1
            return self._outcomes[DONE], not self._outcomes[SERVER_AWAY]
        finally:
            self._give_back()

    def _give_back(self) -> None:
        if not self._unbegun:
            return
        try:
            sending.give_back(list(self._unbegun.values()))
        except Error:
            log.warning("claimed messages could not be given back: they wait for their lease")

    def _deliver(self, row: PlannedMessage, begun: Begun | None) -> str:
        """Bring one row to its next state; return DONE, NOT_OURS or SERVER_AWAY."""
        if begun is None:  # somebody has taken it, or all is paused
            return NOT_OURS
        del self._unbegun[row.pk]
        row.said_at = begun.now
        checkpoint("begun")
        try:
            briefing = self._brief(row)
            if (refusal := briefing.why_not(row, begun)) is not None:
                return self._settle(row, refusal)
            if (carrier := channels.carrier_of(row)) is not None:
                return self._carry(row, begun, carrier, briefing)
            instead = briefing.place(row, begun) if row.channel == Channel.MAIL else ""
            if instead == SUPPRESSED and (row.recipient is None or not kinds.get(row.kind).listed):
                return self._settle(row, Move(states.DEAD, SUPPRESSED))  # there is no other way to tell it
            if instead and row.recipient is None:  # there is no product for who has no account
                return self._settle(row, Move(states.VOID, "stopped"))
            if (gather := kinds.get(row.kind).gather) is not None:
                if instead:  # what it would carry stands in the product already
                    return self._settle(row, Move(states.VOID, _why_nothing_is_carried(instead)))
                gather(row)
            leaves = not instead and row.channel != Channel.INBOX
            words = render(row, briefing.said, files=leaves)
            letter = words.as_bytes() if leaves else b""
        except AWAY:
            raise
        except Gone:
            return self._settle(row, Move(states.VOID, "source_gone"))
        except Exception as error:  # a poisoned row is a person's to look at; the others go on
            return self._poisoned(row, error)
        if instead or row.channel == Channel.INBOX:
            return self._put_in_inbox(row, instead, briefing.wishes_of(row), begun)
        return self._hand_over(row, begun, letter, bare_address(words.to))

    def _brief(self, row: PlannedMessage) -> Briefing:
        """Return fresh answers about this row, asked for all that come after it as well."""
        if self._briefing is not None and self._briefing.is_fresh():
            return self._briefing
        self._briefing = None
        try:
            self._briefing = Briefing(self._rows[self._place :])
        except AWAY:
            raise
        except Exception:  # one of them cannot be asked about: each asks for itself, and only that one is held
            return Briefing([row])
        return self._briefing

    # ------------------------------------------------------------ what came of it

    def _settle(self, row: PlannedMessage, move: Move, *, channel: str | None = None) -> str:
        ours, self._begun = sending.move_on(row, move, then=self._following(), channel=channel)
        return DONE if ours else NOT_OURS

    def _following(self) -> PlannedMessage | None:
        """Return the row whose turn comes now; None when there is none, or we are asked to stop."""
        place = self._place + 1
        return self._rows[place] if place < len(self._rows) and not self._stop() else None

    def _poisoned(self, row: PlannedMessage, error: Exception) -> str:
        """Hold a row that cannot be made into a letter; its reason is a code and the error's name, never its text."""
        if isinstance(error, BadAddress):
            if row.address or getattr(row.recipient, "email", None):
                return self._settle(row, Move(states.HELD, str(error)))
            return self._put_in_inbox(row)
        if isinstance(error, TooLong):
            return self._settle(row, Move(states.HELD, "too_long"))
        missing = isinstance(error, TemplateDoesNotExist | TemplateSyntaxError)
        reason = f"{'template_broken' if missing else 'cannot_be_written'}:{type(error).__name__}"[:60]
        log.error("message %s of kind %s is held: %s", row.pk, row.kind, reason)
        return self._settle(row, Move(states.HELD, reason))

    def _put_in_inbox(
        self, row: PlannedMessage, why: str = "", wishes: Wishes | None = None, begun: Begun | None = None
    ) -> str:
        """Tell somebody in the product: there is no hand-over that could fail. `why` it goes by no mail is a code."""
        try:
            with transaction.atomic():
                if why == states.FOR_DIGEST and wishes is not None:
                    digests.promise(row.recipient, wishes.rhythm, now=begun.now if begun else None)
                return self._settle(row, Move(states.SENT, why), channel=Channel.INBOX)
        except IntegrityError:
            if connection.in_atomic_block:
                raise
            return self._settle(row, Move(states.VOID, "told_already"))

    @staticmethod
    def _mark(row: PlannedMessage) -> bool:
        """Commit that the row is about to leave; return False when it is not in our hand any more."""
        checkpoint("before_sending")
        ours = sending.move(row, Move(states.SENDING))
        checkpoint("sending")
        return ours

    def _carry(self, row: PlannedMessage, begun: Begun, carrier: channels.Carrier, briefing: Briefing) -> str:
        """Let a row go by another way than mail. Raises what the carrier raises before it is marked as leaving."""
        try:
            answer = carrier.hand_over(row, briefing.said, lambda: self._mark(row))
        except Lost:
            return NOT_OURS
        checkpoint("replied")
        move = states.after_answer(
            answer.code, handed=answer.handed, attempts=begun.attempts, late=begun.late(row),
            wait=sending.wait_after(begun.attempts),
        )  # fmt: skip
        return DONE if self._write(row, move, answer.code, answer.text, self._following()) else NOT_OURS

    def _hand_over(self, row: PlannedMessage, begun: Begun, letter: bytes, to: str) -> str:
        if (away := self._line.open()) is not None:
            log.warning("the mail server cannot be used now (%s, %s)", away.phase, away.code or "no reply")
            self._write_result(row, begun, away, None)
            return SERVER_AWAY
        checkpoint("open")
        try:
            reply = self._line.hand_over(
                sender=bounce_address(row, bounces.address_of(row)) or _sender_address(),
                recipient=to,
                letter=letter,
                before_dot=lambda: self._mark(row),
            )
        except Lost:
            return NOT_OURS
        checkpoint("replied")
        if self._briefing is not None and reply.code == 250:
            self._briefing.mailed(row)
        ours = self._write_result(row, begun, reply, self._following())
        checkpoint("settled")
        return DONE if ours else NOT_OURS

    def _write_result(self, row: PlannedMessage, begun: Begun, reply: Reply, then: PlannedMessage | None) -> bool:
        """Write what the mail server said."""
        wait = sending.wait_after(begun.attempts)
        move = states.after_reply(reply.code, reply.phase, attempts=begun.attempts, late=begun.late(row), wait=wait)
        ours = self._write(row, move, reply.code, reply.text, then)
        if ours:
            bounces.refused(row, move, reply)
        return ours

    def _write(
        self, row: PlannedMessage, move: Move, code: int, text: str, then: PlannedMessage | None, tries: int = 3
    ) -> bool:
        """Write what came of a hand-over. A database that is away for a moment must not make a sent letter uncertain."""
        for left in range(tries - 1, -1, -1):
            try:
                ours, self._begun = sending.move_on(row, move, then=then, code=code, text=text)
                return ours
            except AWAY:
                if not left or connection.in_atomic_block:
                    raise
                connection.close()
                sleep(0.5)
        raise AssertionError("not reached")
