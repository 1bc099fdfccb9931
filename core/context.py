"""What every template may use."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from core.redirects import safe_path


def page(request: HttpRequest) -> dict:
    """Return the language of the page, the other language's address of the same page, and whether this is the demo."""
    lang = "fr" if (get_language() or "en").startswith("fr") else "en"
    other = "en" if lang == "fr" else "fr"
    return {
        "lang": lang,
        "html_lang": f"{lang}-CA",
        "other_lang": other,
        "other_lang_url": translate_url(safe_path(request.get_full_path(), "/"), other),
        "DEMO": settings.DEMO,
    }
