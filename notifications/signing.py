"""Short signatures for what stands in addresses of mails: made for each of ten thousand letters, and good for ever."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac


def sign(said: bytes, use: str, size: int) -> bytes:
    """Return the signature of ``said`` for one use, in so many bytes."""
    return _signature(said, use, settings.SECRET_KEY)[:size]


def is_signed(said: bytes, signature: bytes, use: str) -> bool:
    """Return whether this signature was made of ``said`` for this use, under any key of ours."""
    size = len(signature)
    return any(
        constant_time_compare(signature, _signature(said, use, str(key))[:size])
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


def _signature(said: bytes, use: str, key: str) -> bytes:
    maker = _maker(use, key).copy()
    maker.update(said)
    return maker.digest()


@cache
def _maker(use: str, key: str):
    """Return the keyed hash before anything is put in: deriving the key costs more than the rest."""
    return salted_hmac(f"notifications.{use}", b"", secret=key, algorithm="sha256")
