"""The signed link of an invitation: nothing about it is stored, and it can be rendered again at send time."""

from __future__ import annotations

from django.core import signing

SALT = "enrolment/invitation"


def token_for(invitation_id, version: int) -> str:
    """Return the text that stands in the address. It names the row and its version, nothing about the person."""
    return signing.dumps([str(invitation_id), version], salt=SALT, compress=True)


def read(token: str) -> tuple[str, int] | None:
    """Return (id, version) of a genuine token, None for anything else. Age is the row's business (``expires_at``)."""
    try:
        invitation_id, version = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return invitation_id, version
