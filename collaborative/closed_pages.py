"""Nothing is changed on the pages of a closed cohort. One gate for all of them, so that no room can forget it.

A page belongs to a cohort by a part of its address (``core.registry.cohort_of``); what may be done there after the closing
is named by its room (``leave_open``): leaving, hiding, taking back, what belongs to the programme and not to the cohort.
"""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import drafts
from collaborative import closing
from collaborative.models import Cohort, Team
from core import registry
from core.redirects import page_of_the_button

_SAFE = ("GET", "HEAD", "OPTIONS")
_open: set[str] = set()


def leave_open(*names: str) -> None:
    """Let the pages of these names do what they do in a closed cohort as well."""
    _open.update(names)


def stays_open(name: str | None) -> bool:
    """Return whether the page of this name does what it does in a closed cohort as well."""
    return name in _open


class ClosedPages:
    """Answers what somebody sends to a page of a closed cohort of theirs: that it is closed, and what they typed."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if request.method in _SAFE or not getattr(view, "signed_in", False) or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        if match is None or stays_open(match.url_name):
            return None
        cohort = _closed(request.user, kwargs)
        return None if cohort is None else _say(request, cohort)


def _closed(user, kwargs: dict) -> Cohort | None:
    """Return the closed cohort to which the page belongs, None where it is open, or not for ``user`` to know of."""
    for name in registry.cohort_of.keys():  # noqa: SIM118  (a Slot, not a dict)
        ask = registry.cohort_of.get(name)
        if name in kwargs and ask is not None:
            rows = Cohort.objects.filter(ask(kwargs[name]), closed_at__isnull=False)
            return rows.visible_to(user).select_related("programme").first() if rows.exists() else None
    return None


def _say(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        messages.warning(request, closing.sentence())
        answer = HttpResponse(status=204)
        answer.headers["HX-Redirect"] = page_of_the_button(request)
        return answer
    words = [one for values in drafts.typed(request.POST).values() for one in values if len(one.split()) > 1]
    page = {"cohort": cohort, "words": words, "back": page_of_the_button(request), "sentence": closing.sentence()}
    answer = render(request, "collaborative/closed.html", page, status=409)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def of_cohort(key) -> Q:
    """Find the cohort of a page that has its key in its address."""
    return Q(pk=key)


def of_team(key) -> Q:
    """Find the cohort of a page that has the key of one of its teams in its address."""
    return Q(pk__in=Team.objects.filter(pk=key).values("cohort"))
