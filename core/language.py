"""Which of the two languages speaks: everything a person reads is in English or in French (Canada)."""

from __future__ import annotations

from django.utils.translation import get_language


def language() -> str:
    """Return "en" or "fr", the active language; English where none is active."""
    return "fr" if (get_language() or "").startswith("fr") else "en"


def other(lang: str) -> str:
    """Return "fr" for "en" and "en" for "fr"."""
    return "en" if lang == "fr" else "fr"
