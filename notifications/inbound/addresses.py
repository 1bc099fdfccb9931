"""The addresses that stand in our mails and come back with what is answered: each names one message, and is signed.

``answers+<token>@…`` is where an answer goes. ``answers+b<token>@…`` is the envelope's sender (VERP), to which a mail that
cannot be delivered comes back; it also bears a mark of the mailbox it went to, so that who has another address since is not
blamed for the old one. Letters and digits of one case only: mail programs may change the case. A token is good for ever,
and says "this answers that message" and nothing else.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from notifications.models import PlannedMessage
from notifications.signing import is_signed, sign

ANSWER: Final = "answer"
BOUNCE: Final = "bounce"
_MAILBOX: Final = "mailbox"
# 64 bits: whoever guesses may try a mail at a time.
_SIGNATURE, _MARK = 8, 4
_ANSWER_LENGTH, _BOUNCE_LENGTH = 39, 45
# What may stand before the "+" so that the longest of them fits into the 64 characters of a local part (RFC 5321).
LONGEST_NAME: Final = 64 - len("+b") - _BOUNCE_LENGTH
_TOKEN = re.compile(rf"b[a-z2-7]{{{_BOUNCE_LENGTH}}}|[a-z2-7]{{{_ANSWER_LENGTH}}}")


@dataclass(frozen=True)
class Named:
    """What one of our addresses says: which message, of which use, and the mark of the mailbox it went to (of a bounce)."""

    message: uuid.UUID
    use: str
    mark: bytes = b""


def takes_mail() -> bool:
    """Return whether mail that comes in is read here (setting INBOUND_ADDRESS)."""
    return bool(settings.INBOUND_ADDRESS)


def answer_address(row: PlannedMessage) -> str:
    """Return where an answer to this message goes, "" where no mail is read here."""
    if not settings.INBOUND_ADDRESS:
        return ""
    return _address("", row.pk.bytes, ANSWER)


def bounce_address(row: PlannedMessage, to: str) -> str:
    """Return the envelope's sender of this message to the mailbox ``to``, "" where no mail is read here."""
    if not settings.INBOUND_ADDRESS:
        return ""
    return _address("b", row.pk.bytes + mark_of(to), BOUNCE)


def read(address: str) -> Named | None:
    """Return what an address says that is one of ours, None for any other, and for what was not signed here."""
    if not settings.INBOUND_ADDRESS:
        return None
    local, _at, domain = address.strip().strip("<>").lower().rpartition("@")
    ours, _at, our_domain = settings.INBOUND_ADDRESS.lower().rpartition("@")
    name, plus, token = local.partition("+")
    if domain != our_domain or name != ours or not plus or not _TOKEN.fullmatch(token):
        return None
    use = BOUNCE if len(token) > _ANSWER_LENGTH else ANSWER
    text = token[1:] if use == BOUNCE else token
    try:
        raw = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except binascii.Error:
        return None
    said, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    return Named(uuid.UUID(bytes=said[:16]), use, said[16:]) if is_signed(said, signature, use) else None


def is_ours(address: str) -> bool:
    """Return whether this is the address of the settings, or one made of it."""
    local, _at, domain = address.strip().strip("<>").lower().rpartition("@")
    return bool(settings.INBOUND_ADDRESS) and f"{local.partition('+')[0]}@{domain}" == settings.INBOUND_ADDRESS.lower()


def mark_of(mailbox: str) -> bytes:
    """Return what stands for a mailbox in the address to which its mail comes back; it leads to nobody."""
    return sign(mailbox.strip().lower().encode(), _MAILBOX, _MARK)


def is_marked(mailbox: str, mark: bytes) -> bool:
    """Return whether a mark was made of this mailbox, under any key of ours."""
    return len(mark) == _MARK and is_signed(mailbox.strip().lower().encode(), mark, _MAILBOX)


def _address(prefix: str, said: bytes, use: str) -> str:
    token = base64.b32encode(said + sign(said, use, _SIGNATURE)).decode().rstrip("=").lower()
    name, _at, domain = settings.INBOUND_ADDRESS.rpartition("@")
    return f"{name}+{prefix}{token}@{domain}"
