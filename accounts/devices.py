"""Where a person is signed in: the list on their own page, ending one of them, ending all the others.

The table holds the keys of sessions and nothing else. What a browser is called, and on which day it was used last, stands in
the session itself and goes with it; no address is kept, and nobody else can see it.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from django.contrib.auth import HASH_SESSION_KEY, logout
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import services
from accounts.models import Device, User
from audit.services import record
from notifications import push

_DEVICE, _USED = "device", "used"  # in the session: [browser, system, key of the session], and a day
# In this order: most browsers also name those that they are like.
_BROWSERS = {"edg": "Edge", "opr": "Opera", "firefox": "Firefox", "fxios": "Firefox", "samsungbrowser": "Samsung Internet",
             "crios": "Chrome", "chrome": "Chrome", "safari": "Safari"}  # fmt: skip
_SYSTEMS = {"iphone": "iPhone", "ipad": "iPad", "android": "Android", "cros": "Chromebook", "windows": "Windows",
            "macintosh": "Mac", "linux": "Linux"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the list. ``here`` is the browser that asks."""

    pk: int
    browser: str
    system: str
    used_on: datetime.date | None
    here: bool

    @property
    def name(self) -> str:
        """Return what one calls it: "Firefox, Windows"."""
        return ", ".join(part for part in (self.browser or _("A browser"), self.system) if part)


def words_of(agent: str) -> tuple[str, str]:
    """Return the names of browser and system in what a browser says of itself, "" for what we do not know."""
    said = agent.lower()[:500]
    browser = next((name for mark, name in _BROWSERS.items() if re.search(rf"\b{mark}a?/", said)), "")
    return browser, next((name for mark, name in _SYSTEMS.items() if mark in said), "")


def begin(request: HttpRequest, user: User) -> None:
    """Note that this person signed in with this browser."""
    if not request.session.session_key:  # somebody else was signed in here until now: a fresh session has no key yet
        request.session.create()
    key = request.session.session_key
    Device.objects.update_or_create(session_key=key, defaults={"user": user})
    request.session[_DEVICE] = [*words_of(request.META.get("HTTP_USER_AGENT", "")), key]
    request.session[_USED] = timezone.now().date().isoformat()


def note(request: HttpRequest) -> None:
    """Note the day, once a day, in the session; and its key, when it got a new one (a password was changed)."""
    told, key, today = request.session.get(_DEVICE), request.session.session_key, timezone.now().date().isoformat()
    if told and key and told[2] != key:
        Device.objects.filter(session_key=told[2]).update(session_key=key)
        push.follow(told[2], key)
        request.session[_DEVICE] = [*told[:2], key]
    if told and request.session.get(_USED) != today:
        request.session[_USED] = today


def list_of(request: HttpRequest, user: User) -> list[Shown]:
    """Return where this person is signed in, this browser first, then those used last."""
    keys = {row.session_key: row.pk for row in Device.objects.filter(user=user)}
    found = []
    for session in Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()):
        said = session.get_decoded()
        browser, system, _key = said.get(_DEVICE, ["", "", ""])
        used = datetime.date.fromisoformat(said[_USED]) if _USED in said else None
        here = session.session_key == request.session.session_key
        found.append(Shown(keys[session.session_key], browser, system, used, here))
    return sorted(found, key=lambda one: (one.here, one.used_on or datetime.date.min, one.pk), reverse=True)


def find(user: User, device_id: int) -> Device | None:
    """Return a browser in which ``user`` is signed in."""
    return Device.objects.filter(user=user, pk=device_id).first()


@transaction.atomic
def end(request: HttpRequest, *, device: Device, by: User) -> bool:
    """Sign a person out in one browser. Returns whether it was the one that asks."""
    here = device.session_key == request.session.session_key
    record("person.session_ended", by, by=by)
    if here:
        logout(request)
    else:
        Session.objects.filter(session_key=device.session_key).delete()
        push.end_session(device.session_key)
    device.delete()
    return here


@transaction.atomic
def end_others(request: HttpRequest, *, user: User) -> None:
    """Sign this person out everywhere but here; browsers that were trusted are trusted no more."""
    services.end_sessions(user, by=user, but=request.session.session_key)
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    others = Device.objects.filter(user=user).exclude(session_key=request.session.session_key)
    Session.objects.filter(session_key__in=list(others.values_list("session_key", flat=True))).delete()
    others.delete()


def forget_here(request: HttpRequest) -> None:
    """Take this browser off the list: somebody signs out in it."""
    Device.objects.filter(session_key=request.session.session_key).delete()


def of_no_session() -> QuerySet[Device]:
    """Return what stands for sessions that are no more."""
    return Device.objects.exclude(session_key__in=Session.objects.values("session_key"))
