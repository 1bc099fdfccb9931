"""Short signed names of messages, for addresses in mails: they say which message, of which use, and nothing of its reader.

A token is good for ever (an unsubscription must work as long as somebody keeps the mail); what it may do is small, and is
asked of the row behind it.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from functools import cache

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# 72 bits are beyond guessing against a web server, and the whole fits into one line of an address.
_SIGNATURE_BYTES = 9


def token_of(message_id: uuid.UUID, use: str) -> str:
    """Return the token of a message for one use ("unsubscribe"): 34 letters, digits, - and _."""
    return (
        base64.urlsafe_b64encode(message_id.bytes + _signature(message_id.bytes, use, settings.SECRET_KEY))
        .decode()
        .rstrip("=")
    )


def message_of(token: str, use: str) -> uuid.UUID | None:
    """Return the key of the message that a token names, or None where it was not made here for this use."""
    try:
        raw = base64.b64decode(token + "=="[: -len(token) % 4], altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + _SIGNATURE_BYTES:
        return None
    named, signature = raw[:16], raw[16:]
    for key in map(str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)):
        if constant_time_compare(signature, _signature(named, use, key)):
            return uuid.UUID(bytes=named)
    return None


def _signature(named: bytes, use: str, key: str) -> bytes:
    maker = _maker(use, key).copy()
    maker.update(named)
    return maker.digest()[:_SIGNATURE_BYTES]


@cache
def _maker(use: str, key: str):
    """Return the keyed hash before anything is put in: deriving the key costs more than the rest."""
    return salted_hmac(f"notifications.tokens.{use}", b"", secret=key, algorithm="sha256")
