"""What surrounds every answer."""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.request import UnreadablePostError

from core import accidents, answers
from core.methods import WrongMethod

log = logging.getLogger("web")

# On every answer, whoever made it: pages, files, errors. What a view has set on purpose stays.
HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Envelope:
    """Signed-in pages are never kept by a browser or a proxy; every answer has the same headers.

    A view that says ``private`` itself may be kept by the reader's own browser (files that people sent in).
    Stands first, so that files and errors have them too.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Asking request.user on a public page would open the session: look only where somebody already has.
        if getattr(getattr(request, "session", None), "accessed", False):
            keep = response.headers.get("Cache-Control", "")
            if "no-store" not in keep and "private" not in keep:
                response.headers["Cache-Control"] = "private, no-store"
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


@receiver(got_request_exception)
def log_accident(sender, request=None, **kwargs) -> None:
    """Log an unexpected error, in a view or around it, without what was typed. Refusals (404, 403, 400) are none."""
    # The route's pattern, never the path: paths may carry tokens.
    match = getattr(request, "resolver_match", None)
    route = match.route if match else "unresolved"
    # A view that reads its body itself reads what somebody wrote.
    quotes = getattr(getattr(match, "func", None), "reads_its_own_body", False)
    accidents.log_accident(log, "error in %s %s", getattr(request, "method", "-"), route, quotes=quotes)


class Gate:
    """Turns away what no view should meet: any request while we are being mended, what is too large, NUL in text.

    And answers for a view that was asked by the wrong method (core.methods).

    PostgreSQL cannot hold a NUL, so that one in an address or a form would end as an error nobody could act on.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if in_maintenance() and request.path_info != "/healthz":
            return answers.maintenance(request)
        for name in [name for name, value in request.COOKIES.items() if "\x00" in name + value]:
            del request.COOKIES[name]
        if _too_many_words(request):
            # Whatever looked at them would break, the page that says so too.
            request.META["QUERY_STRING"] = ""
            return answers.too_large(request)
        response = self.get_response(request)
        if isinstance(
            response, HttpResponseNotAllowed
        ):  # by a decorator of Django's or a view of allauth's: a bare page
            return answers.wrong_method(request, [response.headers["Allow"]])
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if getattr(view, "reads_its_own_body", False):  # it has limits of its own, and finds its way through any sign
            return None
        if _too_large(request):
            return answers.too_large(request)
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "") or _nul_in_body(request):
            return answers.bad_request(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page asked by the wrong method: 405. A NUL that reached the database past every form makes no sense to
        anybody: 400, not an error of ours.
        """
        if isinstance(exception, WrongMethod):
            return answers.wrong_method(request, exception.allowed)
        if isinstance(exception, ValueError) and "NUL (0x00)" in str(exception):
            return answers.bad_request(request)
        return None


def in_maintenance() -> bool:
    """Are we being mended? Said by the setting, or by the file ``maintenance`` in the data folder."""
    return settings.MAINTENANCE or Path(settings.DATA_DIR, "maintenance").exists()


def _too_large(request: HttpRequest) -> bool:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return False
    return length > (
        settings.UPLOAD_MAX_BYTES
        if request.content_type == "multipart/form-data"
        else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    )


def _too_many_words(request: HttpRequest) -> bool:
    """Stand more words in the address than Django reads?"""
    return request.META.get("QUERY_STRING", "").count("&") >= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def _nul_in_body(request: HttpRequest) -> bool:
    """Is there a NUL in a body that no form of ours reads? Forms themselves say so beside the field, and lose nothing."""
    if request.method in ("GET", "HEAD", "OPTIONS", "TRACE") or request.content_type != "application/json":
        return False
    try:
        return b"\\u0000" in request.body or b"\x00" in request.body
    except UnreadablePostError:  # the reader went away in the middle of it
        return True
