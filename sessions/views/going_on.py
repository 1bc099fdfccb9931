"""The page that sends a browser on to the meeting, and pages whose address carries no language."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override

from accounts.models import LANGUAGES
from core.language import language, other


def hand_over(request: HttpRequest, url: str, *, template: str = "sessions/joined.html", **page) -> HttpResponse:
    """Return the page that sends the browser on to ``url``. ``back``: where its way back leads.

    Not a redirect: the policy's ``form-action 'self'`` would block one after a POST to another host. A plain page sends
    the browser on, and shows the link and the telephone number should that fail.
    """
    page |= {"url": url, "host": urlsplit(url).hostname, "other_lang_url": ""}
    response = render(request, template, page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def in_language(request: HttpRequest, default: str, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Return what ``answer`` makes, in the language that is asked for in the address, else in ``default``."""
    asked = request.GET.get("language")
    lang = asked if asked in dict(LANGUAGES) else default
    with override(lang):
        made = answer()
    made.headers["Content-Language"] = lang
    made.headers["Cache-Control"] = "no-store"
    # No other site learns the address; a form of such a page must still be able to say where it comes from.
    made.headers.setdefault("Referrer-Policy", "same-origin")
    return made


def in_other_language(request: HttpRequest) -> str:
    """Return the address of this page in the other language."""
    return f"{request.path}?{urlencode({'language': other(language())})}"
