"""Signed links (to an invitation, to an application, to a sponsor's one question).

Nothing about a link is stored, and it can be rendered again at send time. One purpose never opens another's page.
"""

from __future__ import annotations

import dataclasses
import hmac

from django.core import signing
from django.utils.crypto import salted_hmac

SALT = "enrolment/invitation"
APPLICATION = "enrolment/application"
SPONSOR = "enrolment/sponsor"
# Enough that no second address fits, short enough for a mail program.
_DIGITS = 20


@dataclasses.dataclass(frozen=True)
class Link:
    """What a genuine link says: which row, in which version, and (as a keyed digest) to which mailbox it went."""

    row_id: str
    version: int
    mailbox: str
    purpose: str = SALT

    def went_to(self, email: str | None) -> bool:
        """Return whether it was mailed to this address (None: handed over without a mailbox)."""
        return hmac.compare_digest(self.mailbox, _mailbox(email, self.purpose))


def _mailbox(email: str | None, purpose: str) -> str:
    return salted_hmac(f"{purpose}/mailbox", (email or "").strip().lower(), algorithm="sha256").hexdigest()[:_DIGITS]


def token_for(row_id, version: int, *, mailed_to: str | None, purpose: str = SALT) -> str:
    """Return the text that stands in the address. It names the row, its version and a digest of where it is mailed to."""
    return signing.dumps([str(row_id), version, _mailbox(mailed_to, purpose)], salt=purpose, compress=True)


def read(token: str, *, purpose: str = SALT) -> Link | None:
    """Return what a genuine token says, None for anything else. Age is the row's business (``expires_at``)."""
    try:
        row_id, version, mailbox = signing.loads(token, salt=purpose)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Link(row_id, version, mailbox, purpose)
