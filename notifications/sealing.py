"""The few characters that a message must carry and nobody else may read (a sign-in code), sealed in the row."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"notifications.secret:" + force_bytes(key)).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def seal(text: str, *, dated: bool = True, block: int = 1) -> str:
    """Return `text` encrypted under a key derived from SECRET_KEY; nothing stays nothing.

    Its moment stands in it unless ``dated`` is false. Spaces are added until its bytes fill whole blocks of ``block``, where its length
    must not tell what it says.
    """
    if not text:
        return ""
    box, words = _box(), text.encode()
    words += b" " * (-len(words) % block)
    return (box.encrypt(words) if dated else box.encrypt_at_time(words, 0)).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises cryptography.fernet.InvalidToken when SECRET_KEY is another one now."""
    return _box().decrypt(sealed.encode()).decode() if sealed else ""
