"""How often something may be tried: per account or token first, per address only at a height no hospital reaches.

Forty colleagues of one hospital sit behind one address, so that an address says little about who tries.
The counts live in the cache and, while that is away, in PostgreSQL (core.cache): there is always a limit.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from core.cache import PatientRedis

# Tries a minute that one address may make at anything we limit: 300 people behind it sign in within five minutes.
ADDRESS_AMOUNT, ADDRESS_SECONDS = 900, 60


def client_address(request: HttpRequest) -> str:
    """Return the reader's address. Only our own proxies (TRUSTED_PROXIES of them) are believed about it.

    Each proxy adds the address it was asked from on the right, so the reader's stands as many places from the right as
    there are proxies of ours; what stands further left was typed by the reader. "local" where there is no address at
    all (a socket file).
    """
    proxies = settings.TRUSTED_PROXIES
    if proxies > 0:
        chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(chain) >= proxies and (address := _address(chain[-proxies])):
            return address
    return _address(request.META.get("REMOTE_ADDR", "")) or "local"


def _address(text: str) -> str:
    """Return an address in its one written form, or "" if this is none."""
    text = text.removeprefix("[").split("]")[0]
    if text.count(":") == 1:  # an IPv4 address with a port
        text = text.split(":")[0]
    try:
        address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is None and address.version == 6:
        # A household or a phone holds 2**64 of these at once: all of them are one reader.
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(mapped or address)


def _place(name: str, key: object, seconds: int) -> str:
    window = int(time.time() // seconds)
    digest = hashlib.sha256(str(key).encode()).hexdigest()[:40]
    return f"limit:{name}:{digest}:{seconds}:{window}"


def is_spent(name: str, key: object, *, amount: int, seconds: int) -> bool:
    """Were there ``amount`` tries already? Counts none: for limits that only what failed uses up."""
    return (cache.get(_place(name, key, seconds)) or 0) >= amount


def spend(name: str, key: object, *, amount: int, seconds: int) -> bool:
    """Count one try of ``name`` by ``key`` (an account, a token, a card). False = there were ``amount`` already.

    Counted in windows of ``seconds``; a refused try counts as well, and the next window begins afresh.
    """
    return spend_and_read(name, key, amount=amount, seconds=seconds)[0]


def spend_and_read(name: str, key: object, *, amount: int, seconds: int, beside: str = "") -> tuple[bool, Any]:
    """Do the same, and return as well what the cache keeps at ``beside`` (None: nothing): one way to the server for both."""
    patient = cast("PatientRedis", cache)
    count, value = patient.count(_place(name, key, seconds), seconds + 1, beside=beside)
    return count <= amount, value


def spend_address(request: HttpRequest, name: str) -> bool:
    """Count one try of ``name`` by the reader's address, at a height that stops machines only."""
    return spend(f"{name}:address", client_address(request), amount=ADDRESS_AMOUNT, seconds=ADDRESS_SECONDS)


def limited(name: str, *, amount: int, seconds: int, key: Callable[..., object] | None = None):
    """Decorate a view: POSTs by one account (or what ``key(request, …)`` names) beyond ``amount`` get the 429 page.

    A key of None (a visitor) is counted by address alone, far higher.
    """

    def wrap(view):
        @wraps(view)
        def limiting(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.method == "POST":
                who = key(request, *args, **kwargs) if key else request.user.pk
                mine = who is None or spend(name, who, amount=amount, seconds=seconds)
                if not (mine and spend_address(request, name)):
                    from core.answers import too_many

                    return too_many(request)
            return view(request, *args, **kwargs)

        return limiting

    return wrap
