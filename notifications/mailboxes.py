"""Whose mailbox a letter goes to: what is somebody's own (links, the way to answer and to fewer mails) goes to their own alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from core import registry
from notifications import kinds
from notifications.models import Channel, PlannedMessage

# The reason of a message that is held because it would go to a mailbox that is not its reader's.
NOT_THEIRS = "not_their_address"


def astray_among(rows: Iterable[PlannedMessage]) -> set[Any]:
    """Return the keys of those of these messages (their `recipient` loaded) that would go to a mailbox which is not their
    reader's: neither their present address nor one that they have confirmed. At most one statement, mostly none.

    What a room sends to an address for the sake of that address (`Kind.any_address`) is none of them.
    """
    elsewhere = [row for row in rows if _is_elsewhere(row)]
    confirmed = confirmed_by({row.recipient_id for row in elsewhere if row.for_account})
    return {row.pk for row in elsewhere if row.address.lower() not in confirmed.get(row.recipient_id, set())}


def is_astray(row: PlannedMessage) -> bool:
    """Return whether this message would go to a mailbox that is not its reader's, as ``astray_among`` says."""
    return bool(astray_among([row]))


def _is_elsewhere(row: PlannedMessage) -> bool:
    """Return whether a message bears another address than the one that its reader is known by now."""
    kind = kinds.find(row.kind)
    if not row.address or row.channel != Channel.MAIL or (kind is not None and kind.any_address):
        return False
    if not row.for_account:
        return row.address != row.recipient_key
    return row.address.lower() != (getattr(row.recipient, "email", None) or "").lower()


def confirmed_by(people: Collection[Any]) -> dict[Any, set[str]]:
    """Return the addresses that people with these keys have confirmed, in lower case, by their key."""
    found: dict[Any, set[str]] = {}
    for _room, answer in registry.addresses_confirmed.ask_all(people) if people else ():
        for key, addresses in answer.items():
            found.setdefault(key, set()).update(addresses)
    return found
