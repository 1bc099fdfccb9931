"""No more mails of a kind, pressed in a mail program or on the page behind the link in the mail (RFC 8058, CASL).

The token works for ever and without a sign-in. It does one thing: the reader of that message gets its kind by mail no more, or
gets it again.
"""

from __future__ import annotations

from typing import Final

from notifications import choosing, tokens
from notifications.models import ConsentEntry, KindChoice, PlannedMessage, Way
from notifications.wording import STOP

MUST: Final = "must"
STOPPED: Final = "stopped"
COMES: Final = "comes"


def row_of(token: str) -> PlannedMessage | None:
    """Return the message whose reader holds this token, None where there is none, or its reader asked to be forgotten."""
    key = tokens.message_of(token, STOP)
    found = PlannedMessage.objects.select_related("recipient").filter(pk=key).first() if key else None
    return found if found is not None and has_reader(found) else None


def has_reader(row: PlannedMessage) -> bool:
    """Return whether the reader of a message (its `recipient` loaded) is still there, and has not asked to be forgotten."""
    if row.recipient_key.startswith("forgotten-"):
        return False
    return not row.for_account or (row.recipient is not None and row.recipient.is_active)


def state_of(row: PlannedMessage) -> str:
    """Return whether mails of this kind come to this reader, were stopped, or have to come."""
    if not choosing.may_stop(row):
        return MUST
    stopped = KindChoice.objects.filter(recipient_key=row.recipient_key, kind=row.kind, way=Way.PRODUCT)
    return STOPPED if stopped.exists() else COMES


def stop(row: PlannedMessage, *, by_program: bool) -> None:
    """Send no more mails of this kind to its reader. Pressed twice, or five times by a scanner, it stays so."""
    choosing.stop(row, by=ConsentEntry.By.ONE_CLICK if by_program else ConsentEntry.By.LINK)


def stop_by_answer(row: PlannedMessage) -> None:
    """The same, where its reader answered "STOP" (notifications.inbound.stop_words)."""
    choosing.stop(row, by=ConsentEntry.By.ANSWER)


def go_on(row: PlannedMessage) -> None:
    """Send them again."""
    choosing.go_on(row)
