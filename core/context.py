"""What every template may use."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import override

from core.language import language, other
from core.redirects import in_language, safe_path


def page(request: HttpRequest) -> dict:
    """Return the language of the page, the other language's address of the same page, and whether this is the demo."""
    lang = language()
    here = safe_path(request.get_full_path(), "/")
    there = in_language(here, other(lang))
    if there == here:  # an address that nobody knows, or one without a language
        with override(other(lang)):
            there = reverse("home")
    return {
        "lang": lang,
        "html_lang": f"{lang}-CA",
        "other_lang": other(lang),
        "other_lang_url": there,
        "DEMO": settings.DEMO,
    }
