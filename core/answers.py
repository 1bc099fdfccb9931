"""Pages for what is turned away and for what breaks. None of them asks who reads."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    """Answer what makes no sense; what is too large is one of these to Django, and has a page of its own."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return render(request, "400.html", status=400)


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    """There is no such page, or it is none of the reader."""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    """The reader sees this, and may not do that."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or the browser keeps no cookies."""
    return render(request, "403_csrf.html", status=403)


def too_large(request: HttpRequest) -> HttpResponse:
    """More was sent than is taken."""
    return render(request, "413.html", status=413)


def wrong_method(request: HttpRequest, allowed: Iterable[str]) -> HttpResponse:
    """Somebody opened the address of a button, or sent a form to a page: say so, and by which methods it answers."""
    answer = render(request, "405.html", status=405)
    answer.headers["Allow"] = ", ".join(allowed)
    return answer


def too_many(request: HttpRequest, exception=None) -> HttpResponse:
    """Tried too often. Says so kindly, and that waiting helps; where a password was refused, that a code goes on."""
    match = request.resolver_match
    password = request.method == "POST" and match is not None and match.url_name == "account_login"
    parts = {"address": request.POST.get("login", "").strip() if password else ""}
    answer = render(request, "429.html", parts, status=429)
    answer.headers["Retry-After"] = "300"
    return answer


def maintenance(request: HttpRequest) -> HttpResponse:
    """We are being mended. Both languages on one plain page; neither database nor session is asked."""
    answer = HttpResponse(loader.get_template("maintenance.html").render(), status=503)
    answer.headers["Retry-After"] = "300"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Something of ours broke. Both languages on one plain page: no database, session or translation that could fail too.

    A database that is away, or being started anew, is no mistake of ours: come again (503).
    """
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    answer = HttpResponse(loader.get_template("500.html").render(), status=503 if away else 500)
    if away:
        answer.headers["Retry-After"] = "10"
    return answer
