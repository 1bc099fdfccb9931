"""How long somebody stays signed in. People with a wide view are asked again sooner; whose that is, rooms say.

Everybody: fourteen days (SESSION_COOKIE_AGE). Planners and coaches: twelve hours at most, and thirty minutes without a page.
On a shared phone: the same, and not longer than the browser is open; the device keeps nothing of who was there.
When a page was last asked for stands in a signed cookie, not in a table: reading never writes, and nobody's comings are kept. The day alone stands in the session, for its owner (accounts.devices).
"""

from __future__ import annotations

import datetime
import time
from typing import cast

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts import devices, view_as
from accounts.models import User
from core.registry import Slot
from notifications import push

strict = Slot("strict_sessions", "room -> fn(user) -> bool: does this person see enough to be asked to sign in sooner?")

ABSOLUTE_SECONDS = 12 * 3600
IDLE_SECONDS = 30 * 60
SINCE = "since"  # in the session: when it began
SHARED = "shared"  # in the session: others use this device too
SEEN_COOKIE = "seen"
OWNER_COOKIE = "whose"
_OWNER_SALT = "accounts.whose"


def is_strict(user) -> bool:
    """Does this person's session end early?"""
    return any(answer for _room, answer in strict.ask_all(user))


def share(request: HttpRequest) -> None:
    """Note that others use this device too: the session ends with the browser, or after half an hour of rest."""
    request.session[SHARED] = True
    request.session.set_expiry(0)


def choose(request: HttpRequest, *, shared: bool) -> None:
    """Note what was ticked at the sign-in, before it is known whether it will succeed."""
    if shared:
        share(request)
    else:
        request.session.pop(SHARED, None)


def is_shared(request: HttpRequest) -> bool:
    """Do others use this device too?"""
    return bool(request.session.get(SHARED))


def _ends_early(request: HttpRequest, user) -> bool:
    return is_shared(request) or is_strict(user)


def is_over(request: HttpRequest, user) -> bool:
    """Has this session lasted, or rested, too long for this person, or for a device that others use?"""
    now, since = time.time(), request.session.get(SINCE, 0)
    if since and now - since > settings.SESSION_COOKIE_AGE:
        return True
    if not _ends_early(request, user):
        return False
    return now - since > ABSOLUTE_SECONDS or now - max(since, _seen(request)) > IDLE_SECONDS


def ends_at(request: HttpRequest, user) -> datetime.datetime:
    """Return when this session is over at the latest, whether this person, or anybody, uses it or not."""
    lasts = ABSOLUTE_SECONDS if _ends_early(request, user) else settings.SESSION_COOKIE_AGE
    return datetime.datetime.fromtimestamp(request.session.get(SINCE, 0) + lasts, datetime.UTC)


def _seen_signer(request: HttpRequest) -> signing.Signer:
    return signing.Signer(salt=f"accounts.seen.{request.session.session_key}")


def _seen(request: HttpRequest) -> int:
    try:
        return int(_seen_signer(request).unsign(request.COOKIES.get(SEEN_COOKIE, "")))
    except (signing.BadSignature, ValueError):
        return 0


def owner_of(request: HttpRequest) -> str:
    """Return the id of the person who was signed in last on this device, "" if unknown or signed out."""
    try:
        return signing.loads(
            request.COOKIES.get(OWNER_COOKIE, ""), salt=_OWNER_SALT, max_age=settings.SESSION_COOKIE_AGE
        )
    except signing.BadSignature:
        return ""


class SessionAge:
    """Ends sessions that are over, when somebody first asks who is there: public pages open no session for it."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # It becomes that person, or nobody, when it is first asked.
        request.user = cast("User | AnonymousUser", SimpleLazyObject(lambda: self._present(request)))
        response = self.get_response(request)
        if request.session.accessed and request.user.is_authenticated:
            devices.note(request)
            self._remember(request, response, getattr(request, "real_user", request.user))
        elif getattr(request, "signed_out", False):
            for name in (OWNER_COOKIE, SEEN_COOKIE):
                if name in request.COOKIES:
                    response.delete_cookie(name, samesite="Lax")
        return response

    @staticmethod
    def _present(request: HttpRequest):
        user = get_user(request)
        if user.is_authenticated and is_over(request, user):
            push.end_session(request.session.session_key)
            request.session.flush()
            user = AnonymousUser()
        elif isinstance(user, User):
            user.is_asking, user.shows_drafts = True, not is_shared(request)
            request.real_user = user  # type: ignore[attr-defined]  # whose session it is, whoever's pages are shown
            user = view_as.seen_by(request, user)
        return user

    @staticmethod
    def _remember(request: HttpRequest, response: HttpResponse, user) -> None:
        put = {"httponly": True, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
        if is_shared(request):
            if not request.session.get_expire_at_browser_close():
                request.session.set_expiry(0)
            # What somebody sends after the session has ended must not wait here for the next person.
            if OWNER_COOKIE in request.COOKIES:
                response.delete_cookie(OWNER_COOKIE, samesite="Lax")
        elif owner_of(request) != str(user.pk):
            value = signing.dumps(str(user.pk), salt=_OWNER_SALT)
            response.set_cookie(OWNER_COOKIE, value, max_age=settings.SESSION_COOKIE_AGE, **put)
        now = int(time.time())
        if _ends_early(request, user) and now - _seen(request) > 60:
            response.set_cookie(SEEN_COOKIE, _seen_signer(request).sign(str(now)), max_age=IDLE_SECONDS, **put)
