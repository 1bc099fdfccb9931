"""The pulse, the page behind "More", and the gallery."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import gallery
from core.methods import only
from core.registry import Slot

pulse = Slot("pulse", "room -> fn() -> dict of readings for /healthz; a reading False means not well")


@never_cache
@require_safe
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


@login_required
def more(request: HttpRequest) -> HttpResponse:
    """Everything that is not on the phone's bar."""
    only(request, "GET")
    return render(request, "core/more.html", {"here": "more"})


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Every part in every state: a page for who builds, so only with DEBUG or DEMO."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "core/gallery.html", gallery.parts())
