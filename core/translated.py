"""Content that exists in English and French as two columns of one row."""

from __future__ import annotations

from django.utils.translation import get_language


class Translated:
    """Reads ``<name>_en`` or ``<name>_fr`` in the active language; falls back to the other where one is empty.

    ``obj.<name>_is_fallback`` is not provided: templates ask ``falls_back(obj, name)`` to show the label.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        lang = "fr" if (get_language() or "en").startswith("fr") else "en"
        other = "en" if lang == "fr" else "fr"
        return getattr(obj, f"{self.name}_{lang}") or getattr(obj, f"{self.name}_{other}")


def falls_back(obj, name: str) -> str:
    """Return the code of the language shown instead when ``name`` is missing in the active one, else ""."""
    lang = "fr" if (get_language() or "en").startswith("fr") else "en"
    other = "en" if lang == "fr" else "fr"
    return other if not getattr(obj, f"{name}_{lang}") and getattr(obj, f"{name}_{other}") else ""
