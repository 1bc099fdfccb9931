"""The signed link of an invitation: nothing about it is stored, and it can be rendered again at send time."""

from __future__ import annotations

import dataclasses
import hmac

from django.core import signing
from django.utils.crypto import salted_hmac

SALT = "enrolment/invitation"
# Enough that no second address fits, short enough for a mail program.
_DIGITS = 20


@dataclasses.dataclass(frozen=True)
class Link:
    """What a genuine link says: whose row, in which version, and (as a keyed digest) to which mailbox it went."""

    invitation_id: str
    version: int
    mailbox: str

    def went_to(self, email: str | None) -> bool:
        """Return whether it was mailed to this address (None: handed over without a mailbox)."""
        return hmac.compare_digest(self.mailbox, _mailbox(email))


def _mailbox(email: str | None) -> str:
    return salted_hmac(f"{SALT}/mailbox", (email or "").strip().lower(), algorithm="sha256").hexdigest()[:_DIGITS]


def token_for(invitation_id, version: int, *, mailed_to: str | None) -> str:
    """Return the text that stands in the address. It names the row, its version and a digest of where it is mailed to."""
    return signing.dumps([str(invitation_id), version, _mailbox(mailed_to)], salt=SALT, compress=True)


def read(token: str) -> Link | None:
    """Return what a genuine token says, None for anything else. Age is the row's business (``expires_at``)."""
    try:
        invitation_id, version, mailbox = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Link(invitation_id, version, mailbox)
