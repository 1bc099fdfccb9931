"""A double click is one click: the same form of the same page, sent again at once, leads where it led the first time.

A page draws its forms with a token that no other drawing of it has, so that the same body at the same address comes from
the same press, or from one right after it. Only where an answer leads is remembered, for some seconds: a form that is
shown again, a fragment or a draft that was kept says nothing of this. Forms that make something carry a key besides, which
holds for days (accounts/once.py).
"""

from __future__ import annotations

import hashlib
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

# For so long a second press is the same press.
SECONDS = 20
# For so long the second waits for the first, and looks so often.
_WAITS, _LOOKS = 4.0, 0.05
_LEADS = (302, 303)


class Twice:
    """Answers a form that was sent a moment ago as it was answered then.

    What is remembered passed the check of its token, which nobody knows who was not shown that page. Files are
    not looked at: a form with a file has its key.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        place = _place(request)
        if not place:
            return self.get_response(request)
        if seen := _seen(place):
            return _go(request, seen)
        request.sent_as = place  # type: ignore[attr-defined]
        kept = ""
        try:
            response = self.get_response(request)
            kept = _leads_to(response)
            return response
        finally:
            if kept:
                cache.set(place, kept, timeout=SECONDS)
            elif getattr(request, "is_first", False):
                cache.delete(place)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """Go first, or see where the first led in the meantime."""
        place = getattr(request, "sent_as", "")
        if not place:
            return None
        if cache.add(place, "", timeout=SECONDS):
            request.is_first = True  # type: ignore[attr-defined]
        elif seen := _seen(place):
            return _go(request, seen)
        return None


def _place(request: HttpRequest) -> str:
    """Return where it is remembered what is sent: to where, and every word; the token among them is of one page of one person."""
    if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
        return ""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return ""
    if not request.POST.get("csrfmiddlewaretoken"):
        return ""
    htmx = request.headers.get("HX-Request", "")
    words = repr((request.get_full_path(), htmx, sorted(request.POST.lists())))
    return f"twice:{hashlib.sha256(words.encode(errors='surrogatepass')).hexdigest()}"


def _seen(place: str) -> str:
    """Return where the same form led a moment ago, "" if it led nowhere. While it is still at work, wait a little."""
    until = time.monotonic() + _WAITS
    while (seen := cache.get(place)) == "" and time.monotonic() < until:
        time.sleep(_LOOKS)
    return seen or ""


def _leads_to(response: HttpResponse) -> str:
    if response.status_code in _LEADS:
        return response.headers.get("Location", "")
    return response.headers.get("HX-Redirect", "")


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
