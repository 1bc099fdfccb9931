"""Pages that a link from a mail opens: their address carries no language, so that they choose one themselves."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override

from accounts.models import LANGUAGES
from core.language import language, other


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
