"""Words in quotation marks that hold quotation marks themselves: the inner ones are of the other kind."""

from __future__ import annotations

import re

from core.language import language

_FRENCH = re.compile(r"«\s*(.*?)\s*»")
_ENGLISH = re.compile("“(.*?)”")


def inside(words: object, lang: str | None = None) -> str:
    """Return ``words`` as they stand between quotation marks of the page's language: « “a” » in French, “‘a’” in English."""
    if (lang or language()) == "fr":
        return _FRENCH.sub(r"“\1”", str(words))
    return _ENGLISH.sub(r"‘\1’", str(words))
