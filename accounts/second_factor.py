"""A second factor: who needs one and from when, whether this session has used one, and the way to set one up and back.

Participants are never asked. People who plan see many teams: rooms name them in ``wanted_since``. They are asked from the
first day on, on their own pages, and after SECOND_FACTOR_DAYS every page but the one about themselves leads to setting one
up first. The back office (accounts.back_office) wants one set up and used in this very session, from the first press on.
In the demo people are asked and never made to: it signs in with one press.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts.allauth_inside import record_authentication
from core.registry import Slot

wanted_since = Slot(
    "second_factor", "room -> fn(user) -> datetime | None: since when this person needs a second factor"
)

# allauth's word for "a second factor was used", in the list of steps that it keeps in the session.
_STEP = "mfa"
# In the session: the person has read the question and goes on without, until the next sign-in.
LATER = "second_factor_later"
# In the session: had this person one when it began? Asked once a sign-in, not on every page.
HAD = "second_factor"


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands on the pages of somebody who has no second factor yet: from when they need one, None in the demo."""

    needed_from: dt.datetime | None

    @property
    def days(self) -> int:
        return settings.SECOND_FACTOR_DAYS


def is_set_up(user) -> bool:
    """Has this person a second factor? Recovery codes alone are none."""
    return is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


def has_app(user) -> bool:
    """Has this person an authenticator app?"""
    return is_mfa_enabled(user, [Authenticator.Type.TOTP])


def has_passkey(user) -> bool:
    """Has this person a passkey?"""
    return is_mfa_enabled(user, [Authenticator.Type.WEBAUTHN])


def was_used(request: HttpRequest) -> bool:
    """Has this person shown a second factor (or a recovery code) in this session?"""
    return any(step.get("method") == _STEP for step in get_authentication_records(request, request.user))


def remember(request: HttpRequest, user) -> None:
    """Note in the session whether this person has a second factor now."""
    request.session[HAD] = is_set_up(user)


def note_use(request: HttpRequest) -> None:
    """Note in the session that a second factor was shown just now: whoever sets one up has entered its digits."""
    record_authentication(request, request.user, _STEP, reauthenticated=True)


def forget_use(request: HttpRequest) -> None:
    """Take it out of the session: the factor that was shown is none any more."""
    request.session[HAD] = False
    steps = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [step for step in steps if step.get("method") != _STEP]


def needed_from(user) -> dt.datetime | None:
    """Return from when this person's pages need a second factor, None for those who need none."""
    since = [moment for _room, moment in wanted_since.ask_all(user) if moment is not None]
    return min(since) + dt.timedelta(days=settings.SECOND_FACTOR_DAYS) if since else None


def asked(request: HttpRequest) -> Asked | None:
    """Return what to tell this reader about a second factor, None for whom it is no question (now)."""
    moment = needed_from(request.user)
    if moment is None or LATER in request.session or _has_one(request):
        return None
    return Asked(None if settings.DEMO else moment)


def put_off(request: HttpRequest) -> None:
    """Ask no more until the next sign-in."""
    request.session[LATER] = int(time.time())


def is_due(request: HttpRequest) -> bool:
    """Must this person set up a second factor before anything else?"""
    moment = needed_from(request.user)
    return (
        moment is not None
        and moment <= timezone.now()
        and not settings.DEMO
        and not _has_one(request)
        and not is_set_up(request.user)
    )


def _has_one(request: HttpRequest) -> bool:
    return bool(request.session.get(HAD)) or was_used(request)


def to_set_up(request: HttpRequest, path: str = "") -> HttpResponse:
    """Return the way to setting up a second factor, and from there back to ``path`` (the page that was asked for)."""
    path = path or (
        request.get_full_path() if request.method in ("GET", "HEAD") else reverse(settings.LOGIN_REDIRECT_URL)
    )
    where = f"{reverse('mfa_activate_totp')}?{urlencode({'next': path})}"
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(where)
    answer = HttpResponse(status=204)
    answer.headers["HX-Redirect"] = where
    return answer


def way(request: HttpRequest, path: str) -> HttpResponse | None:
    """Return the way to a session that has used a second factor and then to ``path``, None where it has."""
    if not is_set_up(request.user):
        return to_set_up(request, path)
    if not was_used(request):
        shown = "mfa_reauthenticate" if has_app(request.user) else "mfa_reauthenticate_webauthn"
        return HttpResponseRedirect(f"{reverse(shown)}?{urlencode({'next': path})}")
    return None
