"""Where a message may go when it is tried again: to its reader's own mailboxes; to another one only where there is no account."""

from __future__ import annotations

import logging

from django.utils.translation import gettext as _

from core.refusals import Refused
from notifications import kinds, mailboxes
from notifications.models import Channel, PlannedMessage
from notifications.wording import Gone, render

log = logging.getLogger(__name__)


def takes_another(row: PlannedMessage) -> bool:
    """Return whether a planner may give a message any other address: only who has no account has no mailbox of their own here.

    Not so what holds what stands on no page, and what goes by another way than mail.
    """
    kind = kinds.find(row.kind)
    is_open = kind is not None and not kind.words_stay_hidden
    return is_open and not row.for_account and row.channel == Channel.MAIL


def chosen(row: PlannedMessage, address: str) -> str | None:
    """Return what stands as the address of a message (its `recipient` loaded) once it is tried again at ``address``.

    "" is its reader's own, None changes nothing. Without ``address``, what would go astray goes to its reader again. Refuses
    what may not go there.
    """
    address = address.strip().lower()
    if not address:
        return "" if row.for_account and mailboxes.is_astray(row) else None
    if not row.for_account:
        return _of_a_stranger(row, address)
    if row.recipient is not None and row.channel in (Channel.MAIL, Channel.INBOX):
        if address == (row.recipient.email or "").lower():
            return ""
        if address in mailboxes.confirmed_by({row.recipient_id}).get(row.recipient_id, set()):
            return address
    raise Refused(
        _("It goes to this person’s own address alone: the links in it are theirs. They change it on their own page.")
    )


def _of_a_stranger(row: PlannedMessage, address: str) -> str:
    if address == row.address:
        return address
    if not takes_another(row):
        raise Refused(_("It goes to the address that it was meant for, and to no other."))
    if not _says_something_at(row, address):
        raise Refused(
            _("It has nothing to say at that address: the link in it is for the mailbox that it was meant for.")
        )
    return address


def _says_something_at(row: PlannedMessage, address: str) -> bool:
    """Return whether a message has anything to say to another mailbox: what leads to a page of its reader's has not."""
    was, row.address = row.address, address
    try:
        render(row)
    except Gone:
        return False
    except Exception as error:  # what cannot be written, the sender holds
        log.info("message %s is tried again, and cannot be written now: %s", row.pk, type(error).__name__)
    finally:
        row.address = was
    return True
