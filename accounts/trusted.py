"""A browser that its owner trusts: for thirty days the sign-in there asks for no second factor.

A signed cookie, no table. It rests on the password, on the second factors themselves and on how often the person was signed out
everywhere: whatever of these changes, the trust is over. The back office asks all the same (accounts.second_factor).
"""

from __future__ import annotations

import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

COOKIE = "trusted"
LASTS = datetime.timedelta(days=30)
_SALT = "accounts.trusted"
_MOST = 5  # people on one browser


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Trust this browser for ``user`` from now on."""
    kept = [one for one in _read(request) if one != _digest(user)][-(_MOST - 1) :]
    response.set_cookie(
        COOKIE,
        signing.dumps([*kept, _digest(user)], salt=_SALT),
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def is_trusted(request: HttpRequest, user: User) -> bool:
    """Did ``user`` say so here within thirty days, and has nothing changed since?"""
    known = _read(request)
    return bool(known) and any(constant_time_compare(one, _digest(user)) for one in known)


def _read(request: HttpRequest) -> list[str]:
    try:
        said = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return []
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else []


def _digest(user: User) -> str:
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).order_by("pk")
    rests_on = f"{user.pk}:{user.get_session_auth_hash()}:{list(factors.values_list('pk', flat=True))}"
    return salted_hmac(_SALT, rests_on, algorithm="sha256").hexdigest()
