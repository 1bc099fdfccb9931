"""The page that sends a browser on to the meeting."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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
