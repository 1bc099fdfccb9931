"""On which browsers I am told that something is waiting; and the script with which a browser hears it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import devices, sessions_policy
from accounts.decorators import SignedInRequest, before_second_factor, never_parked, signed_in
from core.language import language
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from notifications import push, webpush

_MOST = 1000


def parts_of(request: SignedInRequest) -> dict[str, Any]:
    """Return what templates/notifications/_push.html needs, as one word of a page. One statement."""
    told = push.of(request.user)
    mark = push.mark_of(request.session.session_key)
    return {
        "devices": told,
        "here": next((one for one in told if one.session_mark == mark and one.failed_at is None), None),
        "shared": sessions_policy.is_shared(request),
        "key": "" if sessions_policy.is_shared(request) else _key(),
    }


def _key() -> str:
    """Return the key that a browser is given, "" where there is none: then the page says that it cannot be told."""
    try:
        return webpush.public_key()
    except webpush.NoKey:
        return ""


@signed_in
@before_second_factor
@never_parked
def push_begin(request: SignedInRequest) -> HttpResponse:
    """Tell me on this browser too. What it sends was filled in by itself (static/js/push.js)."""
    only(request, "POST")
    endpoint, p256dh, auth = (request.POST.get(name, "")[:_MOST] for name in ("endpoint", "p256dh", "auth"))
    try:
        if sessions_policy.is_shared(request):
            raise Refused(_("Others use this device too: it is told nothing."))
        push.subscribe(
            user=request.user, endpoint=endpoint, p256dh=p256dh, auth=auth, language=language(),
            device=", ".join(part for part in devices.words_of(request.META.get("HTTP_USER_AGENT", "")) if part),
            session_key=request.session.session_key, ends_at=sessions_policy.ends_at(request, request.user),
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        say(request, _("This device is told when something is waiting."))
    return redirect("my_messages")


@signed_in
@before_second_factor
@never_parked
def push_end(request: SignedInRequest, subscription_id) -> HttpResponse:
    """Tell me nothing on one of my browsers any more."""
    subscription = push.find(request.user, subscription_id)
    if subscription is None:
        raise Http404
    only(request, "POST")
    push.end(subscription, by=request.user)
    say(request, _("That device is told nothing any more."))
    return redirect("my_messages")


@cache
def _worker() -> bytes:
    return Path(settings.BASE_DIR, "static", "js", "push-worker.js").read_bytes()


@require_safe
def push_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the sentence: at the root, since a browser lets it speak for what stands below it alone."""
    answer = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    # Browsers look for a newer one by themselves.
    answer.headers["Cache-Control"] = "no-cache"
    return answer
