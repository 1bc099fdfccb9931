"""Who may come in."""

from __future__ import annotations

from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django_htmx.middleware import HtmxDetails

from accounts import second_factor
from accounts.models import User
from core.redirects import page_of_the_button


class SignedInRequest(HttpRequest):
    """What a view behind ``signed_in`` is given. For the reader and the type checker: nothing is ever made of it."""

    user: User
    # Whether htmx asks for a part of the page (django_htmx).
    htmx: HtmxDetails


def signed_in(view):
    """Let signed-in people through and send everybody else to the sign-in page, always with the same answer.

    Who needs a second factor by now is led to setting one up, except from pages marked ``before_second_factor``.
    A part of a page that htmx asks for sends the whole page there, not the part.
    """

    @wraps(view)
    def asking(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            reads = request.method in ("GET", "HEAD")
            return to_sign_in(request, request.get_full_path() if reads else page_of_the_button(request))
        if not getattr(view, "before_second_factor", False) and second_factor.is_due(request):
            return second_factor.to_set_up(request)
        return view(request, *args, **kwargs)

    asking.signed_in = True  # type: ignore[attr-defined]  # a mark on a function, which tests read
    return asking


def to_sign_in(request: HttpRequest, path: str) -> HttpResponse:
    """Return the way to the sign-in page and back to ``path``."""
    answer: HttpResponse = redirect_to_login(path, resolve_url(settings.LOGIN_URL))
    if request.headers.get("HX-Request") == "true":
        where, answer = answer.headers["Location"], HttpResponse(status=204)
        answer.headers["HX-Redirect"] = where
    return answer


def before_second_factor(view):
    """Mark a page about oneself, which stays open to whoever has to set up a second factor (accounts.second_factor)."""

    @wraps(view)
    def same(*args, **kwargs):
        return view(*args, **kwargs)

    same.before_second_factor = True  # type: ignore[attr-defined]  # a mark on a function, which signed_in reads
    return same


def own_eyes(view):
    """Mark a page that stays shut while a planner sees a person's pages (accounts.view_as): about oneself, private, sealed."""

    @wraps(view)
    def same(*args, **kwargs):
        return view(*args, **kwargs)

    same.own_eyes = True  # type: ignore[attr-defined]  # a mark on a function, which accounts.view_as reads
    return same


def never_parked(view):
    """Mark a view whose posts are never kept for after a sign-in (accounts.parked): sealed posts, private notes."""

    @wraps(view)
    def same(*args, **kwargs):
        return view(*args, **kwargs)

    same.never_parked = True  # type: ignore[attr-defined]  # a mark on a function, which accounts.parked reads
    return same
