"""Short signed names of messages, for addresses in mails: they say which message, of which use, and nothing of its reader.

A token is good for ever (an unsubscription must work as long as somebody keeps the mail); what it may do is small, and is
asked of the row behind it.
"""

from __future__ import annotations

import base64
import binascii
import uuid

from notifications.signing import is_signed, sign

# 72 bits are beyond guessing against a web server, and the whole fits into one line of an address.
_SIGNATURE_BYTES = 9


def token_of(message_id: uuid.UUID, use: str) -> str:
    """Return the token of a message for one use ("unsubscribe"): 34 letters, digits, - and _."""
    said = message_id.bytes
    return base64.urlsafe_b64encode(said + sign(said, use, _SIGNATURE_BYTES)).decode().rstrip("=")


def message_of(token: str, use: str) -> uuid.UUID | None:
    """Return the key of the message that a token names, or None where it was not made here for this use."""
    try:
        raw = base64.b64decode(token + "=="[: -len(token) % 4], altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + _SIGNATURE_BYTES:
        return None
    said, signature = raw[:16], raw[16:]
    return uuid.UUID(bytes=said) if is_signed(said, signature, use) else None
