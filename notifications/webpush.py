"""One sentence to one browser: sealed so that only it can read it, signed so that its push service knows who sends.

The keys, what may be asked, and the one request of it. Of the libraries that can do this the parts are used that seal
(http_ece, RFC 8291) and sign (py_vapid, RFC 8292); they are loaded when first needed, since most processes never do.
"""

from __future__ import annotations

import base64
import binascii
import http.client
import ipaddress
import os
import re
import secrets
import time
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings

from notifications.channels import Answer
from notifications.letters import parted
from notifications.models import PushSubscription

if TYPE_CHECKING:
    from py_vapid import Vapid02

# Each wait for a push service: to be heard, and to be answered.
SECONDS: Final = 5.0
# A push service keeps a word for a device that is off, so long.
KEEP_SECONDS: Final = 24 * 3600
_SIGNED_FOR: Final = 12 * 3600
# After a service could not be reached it is left alone for a while, or every message behind would wait for it.
REST_SECONDS: Final = 30.0

# A host is a name: whatever asks reads "127.0.0.1%2f.push.apple.com" as it likes.
_HOST: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")

_resting: dict[str, float] = {}


class NoKey(Exception):
    """There is no key yet (the worker makes it when it starts), or the one that is set is none."""


# ---------------------------------------------------------------- where one may ask


def is_allowed(endpoint: str) -> bool:
    """Return whether an address is one of a push service that we speak to (setting PUSH_HOSTS)."""
    if (
        not endpoint.isascii()
        or not endpoint.isprintable()
        or " " in endpoint
        or "\\" in endpoint
        or len(endpoint) > 1000
    ):
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").rstrip(".")
    if (
        parts.username is not None
        or parts.password is not None
        or not _HOST.fullmatch(host)
        or not any(_is(host, one) for one in settings.PUSH_HOSTS)
    ):
        return False
    if settings.PUSH_PLAIN_LOOPBACK and _is_loopback(host):
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and port in (None, 443)


def _is(host: str, allowed: str) -> bool:
    return host.endswith(allowed[1:]) if allowed.startswith("*.") else host == allowed


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# ---------------------------------------------------------------- the key


def public_key() -> str:
    """Return the key that browsers are given with the wish to be told, in base64url. Raises NoKey."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    raw = _signer().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def key_file() -> Path:
    """Return where our own key stands that nobody set."""
    return Path(settings.DATA_DIR, "push-key")


def make_key() -> None:
    """Write a key of our own beside the data, for its owner's eyes only, where there is none. Raises OSError."""
    file = key_file()
    if settings.VAPID_PRIVATE_KEY or file.exists():
        return
    # The order of the curve is so near to 2**256 that a number above it never comes; 0 is none.
    key = base64.urlsafe_b64encode((1 + secrets.randbelow(2**255)).to_bytes(32, "big")).decode().rstrip("=")
    file.parent.mkdir(parents=True, exist_ok=True)
    made = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as text:
        text.write(key)
    try:
        os.link(made, file)  # of two that make one at once the first counts
    except FileExistsError:
        pass
    finally:
        made.unlink()


def _signer() -> Vapid02:
    """Return what signs for us. Raises NoKey."""
    key = settings.VAPID_PRIVATE_KEY
    try:
        key = key or key_file().read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise NoKey from None
    return _signer_with(key)


@cache
def _signer_with(key: str) -> Vapid02:
    from py_vapid import Vapid02

    try:
        if len(_bytes(key)) != 32:  # a word would do as well, and be guessed
            raise ValueError("not a key of 32 bytes")
        return Vapid02.from_raw(key.encode())
    except (ValueError, TypeError):
        raise NoKey from None


# ---------------------------------------------------------------- one browser


def raw_keys(p256dh: str, auth: str) -> tuple[bytes, bytes]:
    """Return the two keys of a browser as bytes. Raises ValueError where they are none."""
    from cryptography.hazmat.primitives.asymmetric import ec

    point, secret = _bytes(p256dh), _bytes(auth)
    if len(secret) != 16:
        raise ValueError("not a secret of sixteen bytes")
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return point, secret


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise ValueError("not base64url") from None


def request_for(subscription: PushSubscription, words: str) -> urllib.request.Request:
    """Return the request that tells a browser `words`, sealed and signed. Raises NoKey, ValueError."""
    import http_ece
    from cryptography.hazmat.primitives.asymmetric import ec

    if not is_allowed(subscription.endpoint):
        raise ValueError("not a push service that we speak to")
    point, secret = raw_keys(subscription.p256dh, subscription.auth)
    own = ec.generate_private_key(ec.SECP256R1())
    sealed = http_ece.encrypt(words.encode(), private_key=own, dh=point, auth_secret=secret, version="aes128gcm")
    parts = urlsplit(subscription.endpoint)
    signed = _signer().sign(
        {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + _SIGNED_FOR,
            "sub": f"mailto:{parted(settings.DEFAULT_FROM_EMAIL)[1]}",
        }
    )
    asked = urllib.request.Request(subscription.endpoint, data=sealed, method="POST")
    for name, value in {
        **signed,
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(KEEP_SECONDS),
        "Urgency": "normal",
        # Of several that wait for a device that is off, it gets the last.
        "Topic": "waiting",
    }.items():
        asked.add_header(name, value)
    return asked


def _opener() -> urllib.request.OpenerDirector:
    """Return what speaks http and https and nothing else: no redirect is followed, so that nobody leads us elsewhere."""
    opener = urllib.request.OpenerDirector()
    for handler in (urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler()):
        opener.add_handler(handler)
    return opener


def is_resting(host: str) -> bool:
    """Return whether a service could not be reached a moment ago."""
    return time.monotonic() < _resting.get(host, 0.0)


def ask(request: urllib.request.Request) -> Answer:
    """Make the request and return what came of it. Of the answer nothing but its number is read."""
    host = request.host
    try:
        with _opener().open(request, timeout=SECONDS) as response:
            return Answer(response.status, handed=True)
    except urllib.error.URLError:  # no connection: nothing was handed over
        _resting[host] = time.monotonic() + REST_SECONDS
        return Answer(0, handed=False)
    except (OSError, http.client.HTTPException, ValueError):
        _resting[host] = time.monotonic() + REST_SECONDS
        return Answer(0, handed=True)
