"""Error pages and the pulse. The 500 page needs neither database nor session nor translation machinery."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.views.decorators.cache import never_cache

from core import gallery
from core.registry import Slot

pulse = Slot("pulse", "room -> fn() -> dict of readings for /healthz; a reading False means not well")


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers and whether every room's pulse is good: 200, else 503."""
    readings: dict = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        readings["database"] = True
        for _room, more in pulse.ask_all():
            readings.update(more)
    except Exception:  # the pulse must answer whatever is broken
        readings["database"] = False
    well = all(value is not False for value in readings.values())
    return JsonResponse({"ok": well, **readings}, status=200 if well else 503)


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    """Say that it was not understood; what is too large has a page of its own."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Both languages on one plain page: nothing that could fail again."""
    return HttpResponse(loader.get_template("500.html").render(), status=500)


@login_required
def more(request: HttpRequest) -> HttpResponse:
    """Everything that is not on the phone's bar."""
    return render(request, "core/more.html", {"here": "more"})


def design(request: HttpRequest) -> HttpResponse:
    """Every part in every state."""
    return render(request, "core/gallery.html", gallery.parts())
