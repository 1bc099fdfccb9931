"""Mail that comes back: the message is marked, and an address from which it keeps coming back is left alone.

A step counts 1 where the letter may arrive another day and 2 where it never will; each day counts its worst step alone. From a
score of 4 on nothing is sent there, until 30 days have passed since mail last came back or somebody who plans tries again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.db import connection, transaction
from django.db.models.functions import Now

from audit.services import record
from notifications import kinds, states
from notifications.inbound import addresses, telling
from notifications.inbound.addresses import Named
from notifications.inbound.outcomes import BOUNCED, DELAYED
from notifications.inbound.reading import Mail
from notifications.models import Channel, MessageEvent, PlannedMessage, Suppression
from notifications.signals import cannot_be_reached
from notifications.smtp import Reply

SOFT: Final = 1
HARD: Final = 2
THRESHOLD: Final = 4
RESET: Final = dt.timedelta(days=30)
# The reason of a message that was not sent because its reader's mail keeps coming back.
SUPPRESSED: Final = "suppressed"
# Of one that came back; from an address that was not its reader's any more when it did.
CAME_BACK: Final = {SOFT: "bounced_soft", HARD: "bounced_hard"}
NOT_THEIRS_NOW: Final = "bounced_old"

_STEP: Final = """
INSERT INTO message_suppression AS known (address, score, last_step_on, last_step, last_bounce_at)
VALUES (%(address)s, %(points)s, (clock_timestamp() AT TIME ZONE 'UTC')::date, %(points)s, clock_timestamp())
ON CONFLICT (address) DO UPDATE SET
    score = least(100, CASE
        WHEN known.last_bounce_at < clock_timestamp() - %(reset)s * interval '1 second' THEN excluded.score
        WHEN known.last_step_on = excluded.last_step_on THEN known.score + greatest(0, excluded.last_step - known.last_step)
        ELSE known.score + excluded.score END),
    last_step = CASE WHEN known.last_step_on = excluded.last_step_on THEN greatest(known.last_step, excluded.last_step)
        ELSE excluded.last_step END,
    last_step_on = excluded.last_step_on, last_bounce_at = excluded.last_bounce_at
"""


def suppressed_among(rows: Iterable[PlannedMessage]) -> set[str]:
    """Return those addresses of these messages that nothing is sent to, in lower case. One statement.

    What somebody waits for before the screen (a code) is sent all the same: they have just shown that they are there.
    """
    asked = {address_of(row) for row in rows if row.channel == Channel.MAIL and not _is_waited_for(row)} - {""}
    if not asked:
        return set()
    return set(Suppression.objects.stopped().filter(address__in=asked).values_list("address", flat=True))


def is_suppressed(row: PlannedMessage, stopped: set[str]) -> bool:
    """Return whether a message must not leave because its address is one of ``stopped``."""
    return row.channel == Channel.MAIL and address_of(row) in stopped and not _is_waited_for(row)


def address_of(row: PlannedMessage) -> str:
    """Return where a message goes (its `recipient` loaded), in lower case; "" where that is no mailbox."""
    return (row.address or getattr(row.recipient, "email", None) or "").lower()


def _is_waited_for(row: PlannedMessage) -> bool:
    kind = kinds.find(row.kind)
    return kind is not None and kind.priority == kinds.FIRST


def count(address: str, points: int) -> None:
    """Take note that mail to this address came back (SOFT or HARD)."""
    with connection.cursor() as cursor:
        cursor.execute(_STEP, {"address": address.strip().lower(), "points": points, "reset": RESET.total_seconds()})


def refused(row: PlannedMessage, move: states.Move, reply: Reply) -> None:
    """Count a refusal at the hand-over as mail that came back, where it speaks about the address."""
    if move.to == states.DEAD and move.reason == "refused":
        weight = telling.weight_of_refusal(reply.code, reply.phase, reply.text)
        if weight:
            count(address_of(row), HARD if weight == telling.GONE else SOFT)
        if weight == telling.GONE:
            _say_so(row)


def is_stopped(address: str) -> bool:
    """Return whether nothing is sent to this address."""
    return bool(address) and Suppression.objects.stopped().filter(address=address.strip().lower()).exists()


def coming_back_among(asked: Iterable[str]) -> set[str]:
    """Return those of these addresses from which mail comes back, in lower case. One statement."""
    known = {one.strip().lower() for one in asked} - {""}
    return set(Suppression.objects.coming_back().filter(address__in=known).values_list("address", flat=True))


def clear(address: str, *, by: Any, about: PlannedMessage) -> bool:
    """Let mail go to an address again; return whether it was stopped. ``about``: the message from which that was pressed."""
    with transaction.atomic():
        known = Suppression.objects.filter(address=address.strip().lower())
        was_stopped = known.stopped().exists()
        if known.delete()[0] and was_stopped:
            record("address.cleared", about, by=by, kind=about.kind)
    return was_stopped


def take(mail: Mail, named: Named, envelope: str | None) -> tuple[str, PlannedMessage | None]:
    """Do what a bounce says that came to the address signed for one message; return its outcome and that message."""
    row = PlannedMessage.objects.select_related("recipient").filter(pk=named.message).first()
    if row is None or telling.is_delay(mail):
        return (BOUNCED if row is None else DELAYED), row
    points = HARD if telling.is_hard(mail) else SOFT
    address = address_of(row)
    # Who has another mailbox since is not blamed for the old one.
    is_theirs = addresses.is_marked(address, named.mark)
    _mark(row, CAME_BACK[points] if is_theirs or not address else NOT_THEIRS_NOW, mail)
    if address and is_theirs:
        count(address, points)
        if points == HARD:
            _say_so(row)
    return BOUNCED, row


def _say_so(row: PlannedMessage) -> None:
    """Let the rooms above know that somebody with an account cannot be reached; what they make of it is their matter."""
    if row.recipient is not None:
        cannot_be_reached.send_robust(PlannedMessage, message=row)


def _mark(row: PlannedMessage, reason: str, mail: Mail) -> None:
    """Write that a message which was sent came back, and what was said then: the server that took it from us said another
    thing. One that says anything else stays as it is.
    """
    moved = PlannedMessage.objects.filter(pk=row.pk, state=states.SENT, channel=Channel.MAIL).update(
        state=states.BOUNCED,
        reason=reason,
        bounced_at=Now(),
        updated_at=Now(),
        smtp_code=None,
        # Of who was forgotten nothing is written down again.
        smtp_text=mail.report.words if mail.report and address_of(row) else "",
    )
    if moved:
        MessageEvent.objects.create(message=row, from_state=states.SENT, to_state=states.BOUNCED, note=reason)
