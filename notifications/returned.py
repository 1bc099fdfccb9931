"""What planners may do about mail that came back: let mail go there again, and take it off the list of what did not arrive.

Whoever calls these has asked whether they may (the message is one of their scope).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from audit.services import record
from notifications import states
from notifications.inbound import bounces
from notifications.models import MessageEvent, PlannedMessage


def can_open(row: PlannedMessage) -> bool:
    """Return whether this message came back, or went by no mail, and nothing is sent to its address now. One statement."""
    by_no_mail = row.state == states.SENT and row.reason == bounces.SUPPRESSED
    return (by_no_mail or row.state == states.BOUNCED) and bounces.is_stopped(bounces.address_of(row))


def can_be_seen(row: PlannedMessage) -> bool:
    """Return whether this message stands among what did not arrive because it came back. One statement."""
    return row.state == states.BOUNCED and PlannedMessage.objects.failed().filter(pk=row.pk).exists()


def open_address(row: PlannedMessage, *, by: Any) -> bool:
    """Let mail go to the address of this message again; return whether it was stopped. Pressed twice it is one step."""
    with transaction.atomic():
        row = _locked(row)
        was_stopped = can_open(row) and bounces.clear(bounces.address_of(row), by=by, about=row)
        if was_stopped:
            _note(row, states.ADDRESS_OPENED, by)
    return was_stopped


def see(row: PlannedMessage, *, by: Any) -> bool:
    """Take a message that came back off the list of what did not arrive; return whether it stood there."""
    with transaction.atomic():
        row = _locked(row)
        if stood_there := can_be_seen(row):
            _note(row, states.SEEN, by)
            record("message.seen", row, by=by, kind=row.kind)
    return stood_there


def _locked(row: PlannedMessage) -> PlannedMessage:
    rows = PlannedMessage.objects.select_for_update(no_key=True, of=("self",)).select_related("recipient")
    return rows.get(pk=row.pk)


def _note(row: PlannedMessage, what: str, by: Any) -> None:
    MessageEvent.objects.create(message=row, from_state=row.state, to_state=row.state, actor_id=by.pk, note=what)
