"""What may become of a message, as pure rules: no database, no clock, no chance of their own.

A message waits (`planned`), is taken by a sender (`claimed`), is handed over (`sending`, committed before the final
dot of SMTP) and is `sent`. Between the dot and the reply nobody can know what happened (RFC 1047): such a row is
`uncertain`, and is flagged as a possible duplicate before it is sent again, or waits for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PLANNED: Final = "planned"
CLAIMED: Final = "claimed"
SENDING: Final = "sending"
UNCERTAIN: Final = "uncertain"
RETRY: Final = "retry"
HELD: Final = "held"
SENT: Final = "sent"
VOID: Final = "void"
EXPIRED: Final = "expired"
BOUNCED: Final = "bounced"
DEAD: Final = "dead"

ALL: Final = (PLANNED, CLAIMED, SENDING, UNCERTAIN, RETRY, HELD, SENT, VOID, EXPIRED, BOUNCED, DEAD)
TERMINAL: Final = (SENT, VOID, EXPIRED, BOUNCED, DEAD)
LIVE: Final = (PLANNED, CLAIMED, SENDING, UNCERTAIN, RETRY, HELD)
# Due rows are looked for among these.
WAITING: Final = (PLANNED, RETRY)
# The reason of what the planning team keeps back; whatever else is held, but for what is hidden, waits for a look.
HELD_BY_PERSON: Final = "held_by_person"
# Of what speaks of words that a reader has hidden, until somebody of the planning team has looked (notifications.kept).
HIDDEN: Final = "hidden"
KEPT: Final = (HELD_BY_PERSON, HIDDEN)
# The note of the step with which what takes the place of a held message is held as well.
STILL_HELD: Final = "still_held"
# Why a person decided so: without words of their own, and what stands before these where there are some.
BY_PERSON: Final = "by_person"
TYPED: Final = "typed:"
# The note of the step with which a person decided that a message is never sent: nor is what would take its place.
DROPPED: Final = "by_person_dropped"
# The notes of what a planner did about mail that came back: the state stays.
SEEN: Final = "seen"
ADDRESS_OPENED: Final = "address_opened"
# Why something went by no mail although there is a mailbox: its reader wants it there alone, or put together with others.
IN_PRODUCT: Final = "in_product"
FOR_DIGEST: Final = "for_digest"
# Its team was left in peace at its hour (core.registry.left_in_peace).
AT_REST: Final = "at_rest"
# A change of plan may still take these back: nothing of them has been handed over.
TAKEN_BACK: Final = (PLANNED, RETRY, HELD, CLAIMED)
# What may have reached a mailbox; where it came back nothing says that nobody read it.
MAY_HAVE_ARRIVED: Final = (SENDING, UNCERTAIN, SENT, BOUNCED)
# What ended so was not handed over; but for what was in doubt before (`uncertain`, RESTORED).
NEVER_LEFT: Final = (DEAD, EXPIRED, VOID)
# The note of the step with which a restore holds what its original may have sent.
RESTORED: Final = "restored"
# A row in these may pass its last useful moment (a claimed or sending one is in somebody's hand: its lease ends first).
CAN_EXPIRE: Final = (PLANNED, RETRY, HELD, UNCERTAIN)

TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    "": frozenset({PLANNED}),
    # `sent` straight from waiting is a standstill's: what piled up is put into the in-app list (catching_up).
    PLANNED: frozenset({CLAIMED, SENT, HELD, VOID, EXPIRED}),
    # `sent` straight from `claimed` is the in-app list, which has no hand-over.
    CLAIMED: frozenset({PLANNED, RETRY, SENDING, SENT, UNCERTAIN, HELD, VOID, EXPIRED, DEAD}),
    SENDING: frozenset({SENT, UNCERTAIN, RETRY, DEAD, EXPIRED}),
    UNCERTAIN: frozenset({RETRY, HELD, EXPIRED}),
    RETRY: frozenset({CLAIMED, SENT, HELD, VOID, EXPIRED}),
    HELD: frozenset({PLANNED, VOID, EXPIRED}),
    SENT: frozenset({BOUNCED}),
    VOID: frozenset(),
    EXPIRED: frozenset(),
    BOUNCED: frozenset(),
    DEAD: frozenset({PLANNED, VOID}),
}

MAX_ATTEMPTS: Final = 8
JITTER: Final = 0.2

# The phases of a hand-over, in order. Up to `body` nothing can have been delivered (RFC 5321 4.1.1.4: a server
# that never saw the final dot must not deliver).
PHASES: Final = ("connect", "ehlo", "tls", "auth", "mail", "rcpt", "data", "body", "dot")
# Only here does a 5xx speak about this message or this address; before, it speaks about us and our settings.
ABOUT_THE_MESSAGE: Final = frozenset({"rcpt", "data", "dot"})


@dataclass(frozen=True)
class Move:
    """Where a row goes, why (a code, never typed text), and after how many seconds it may be tried again."""

    to: str
    reason: str = ""
    wait: float | None = None
    possible_duplicate: bool = False


def may_move(before: str, after: str) -> bool:
    """Return whether a row in state `before` may come to be in state `after`."""
    return after in TRANSITIONS[before]


def back_off(attempts: int, minutes: Sequence[float], chance: float) -> float:
    """Return the seconds to wait after the `attempts`-th failure: the step of `minutes`, give or take 20 %.

    `chance` is from 0 to 1; beyond the last step the last one is used again.
    """
    step = minutes[min(max(attempts, 1), len(minutes)) - 1] * 60
    return step * (1 - JITTER + 2 * JITTER * chance)


def try_again(*, attempts: int, late: bool, wait: float, reason: str) -> Move:
    """Return the move after a failure that delivered nothing: later, or never when it is too late or too often."""
    if late:
        return Move(EXPIRED, "too_late")
    if attempts >= MAX_ATTEMPTS:
        return Move(DEAD, "too_many_tries")
    return Move(RETRY, reason, wait=wait)


def after_reply(code: int, phase: str, *, attempts: int, late: bool, wait: float) -> Move:
    """Return the move that a mail server's reply asks for (RFC 5321 4.2.1), `code` 0 meaning none came.

    `attempts` counts this one; `late` says that the last useful moment has passed; `wait` comes from `back_off`.
    """
    if phase == "dot":
        if 200 <= code < 300:
            return Move(SENT)
        if not 400 <= code < 600:
            return Move(UNCERTAIN, "no_reply_after_dot")
    if 500 <= code < 600 and phase in ABOUT_THE_MESSAGE:
        return Move(DEAD, "refused")
    reason = "put_off" if 400 <= code < 500 else "server_away"
    return try_again(attempts=attempts, late=late, wait=wait, reason=reason)


def after_answer(code: int, *, handed: bool, attempts: int, late: bool, wait: float) -> Move:
    """Return the move that a push service's or a text provider's answer asks for (a number as of HTTP, 0: none came).

    `handed` False: nothing left our hands. What may have arrived is never handed over a second time.
    """
    if not handed:
        return try_again(attempts=attempts, late=late, wait=wait, reason="service_away")
    if 200 <= code < 300:
        return Move(SENT)
    if code == 429 or 500 <= code < 600:
        return try_again(attempts=attempts, late=late, wait=wait, reason="service_busy")
    if code == 0:
        return Move(EXPIRED, "no_answer")
    return Move(DEAD, "device_gone" if code in (404, 410) else "service_refused")


def lease_ran_out(state: str, *, begun: bool, db_restarted: bool, attempts: int, late: bool, wait: float) -> Move:
    """Return the move of a row whose sender was not heard of again before its lease ended.

    `db_restarted`: the database has been started since the claim. The mark `sending` is written without waiting for
    the disk, so a row that a sender had begun may have been on its way although it still says `claimed`.
    """
    if state == SENDING:
        return Move(UNCERTAIN, "sender_lost")
    if not begun:
        return Move(PLANNED)
    if db_restarted:
        return Move(UNCERTAIN, "database_restarted")
    return try_again(attempts=attempts, late=late, wait=wait, reason="sender_lost")


def after_uncertainty(*, at_most_once: bool, late: bool) -> Move:
    """Return the move of a row that has been uncertain for long enough (RFC 5321 4.5.3.2.6: ten minutes for the dot)."""
    if late:
        return Move(EXPIRED, "may_have_gone")
    if at_most_once:
        return Move(HELD, "may_have_gone")
    return Move(RETRY, "may_have_gone", wait=0.0, possible_duplicate=True)


def typed(words: str) -> str:
    """Return why somebody decided so, in their words, as it is kept: never to be taken for a code of ours."""
    return f"{TYPED}{words}"[:300]
