"""Who may come in."""

from __future__ import annotations

from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from accounts.models import User


class SignedInRequest(HttpRequest):
    """What a view behind ``signed_in`` is given. For the reader and the type checker: nothing is ever made of it."""

    user: User


def signed_in(view):
    """Let signed-in people through and send everybody else to the sign-in page, always with the same answer.

    A part of a page that htmx asks for sends the whole page there, not the part.
    """

    @wraps(view)
    def asking(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return to_sign_in(request, request.get_full_path())

    asking.signed_in = True  # type: ignore[attr-defined]  # a mark on a function, which tests read
    return asking


def to_sign_in(request: HttpRequest, path: str) -> HttpResponse:
    """Return the way to the sign-in page and back to ``path``."""
    answer: HttpResponse = redirect_to_login(path, resolve_url(settings.LOGIN_URL))
    if request.headers.get("HX-Request") == "true":
        where, answer = answer.headers["Location"], HttpResponse(status=204)
        answer.headers["HX-Redirect"] = where
    return answer


def never_parked(view):
    """Mark a view whose posts are never kept for after a sign-in (accounts.parked): sealed posts, private notes."""

    @wraps(view)
    def same(*args, **kwargs):
        return view(*args, **kwargs)

    same.never_parked = True  # type: ignore[attr-defined]  # a mark on a function, which accounts.parked reads
    return same
