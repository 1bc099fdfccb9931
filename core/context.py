"""What every template may use."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url

from core.language import language, other
from core.redirects import safe_path


def page(request: HttpRequest) -> dict:
    """Return the language of the page, the other language's address of the same page, and whether this is the demo."""
    lang = language()
    return {
        "lang": lang,
        "html_lang": f"{lang}-CA",
        "other_lang": other(lang),
        "other_lang_url": translate_url(safe_path(request.get_full_path(), "/"), other(lang)),
        "DEMO": settings.DEMO,
    }
