"""Content that exists in English and French as two columns of one row."""

from __future__ import annotations

from core.language import language, other


class Translated:
    """Reads ``<name>_en`` or ``<name>_fr`` in the active language; falls back to the other where one is empty."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        lang = language()
        return getattr(obj, f"{self.name}_{lang}") or getattr(obj, f"{self.name}_{other(lang)}")
