"""Pages for what is turned away before any view: too much, too often, not now."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from core import views


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    """Answer what makes no sense; a body that is too large is one of these to Django, and has its own page."""
    return too_large(request) if isinstance(exception, RequestDataTooBig) else views.bad_request(request)


def too_large(request: HttpRequest) -> HttpResponse:
    return render(request, "413.html", status=413)


def too_many(request: HttpRequest, exception=None) -> HttpResponse:
    """Tried too often. Says so kindly, and that waiting helps."""
    answer = render(request, "429.html", status=429)
    answer.headers["Retry-After"] = "300"
    return answer


def maintenance(request: HttpRequest) -> HttpResponse:
    """We are being mended. Both languages on one plain page; neither database nor session is asked."""
    answer = HttpResponse(loader.get_template("maintenance.html").render(), status=503)
    answer.headers["Retry-After"] = "300"
    answer.headers["Cache-Control"] = "no-store"
    return answer
