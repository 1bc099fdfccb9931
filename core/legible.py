"""Is there anything to read in a text? Spaces have many kinds, and some signs show nothing at all."""

from __future__ import annotations

import unicodedata

# Letters and signs by their kind, which nevertheless draw nothing: fillers of Hangul, an empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def legible(text: str) -> bool:
    """Return whether anything in ``text`` can be seen: not only spaces, ends of lines, marks and invisible signs."""
    return any(sign not in _BLANK and unicodedata.category(sign)[0] not in "CMZ" for sign in text)
