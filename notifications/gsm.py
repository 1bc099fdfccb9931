"""Words that fit into one text message: the alphabet of GSM and 160 places in it, without a database and without Django."""

from __future__ import annotations

import unicodedata
from typing import Final

# GSM 03.38: the alphabet every phone has. One sign beyond it, and a message holds 70 signs instead of 160.
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These take two places.
_DOUBLE: Final = frozenset("^{}\\[~]|€")
_LIKE: Final = {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...", "œ": "oe",
                "Œ": "OE", "\u00a0": " ", "\u202f": " ", "·": "-", "ç": "c"}  # fmt: skip
PLACES: Final = 160


def length(text: str) -> int:
    """Return how many places of a text message `text` takes; it has only signs that `plain` leaves."""
    return sum(2 if sign in _DOUBLE else 1 for sign in text)


def plain(text: str) -> str:
    """Return `text` in the alphabet of GSM: what is not in it becomes what looks like it, or goes."""
    return "".join(_plain(sign) for sign in text)


def _plain(sign: str) -> str:
    if sign in _BASIC or sign in _DOUBLE:
        return sign
    if sign in _LIKE:
        return _LIKE[sign]
    # The letter without what stands above or below it.
    return "".join(part for part in unicodedata.normalize("NFKD", sign) if part in _BASIC)


def fitted(words: str, link: str = "") -> str:
    """Return one text message of `words` and `link`: the words are cut where they are too long, the link never.

    Raises ValueError where the link alone does not fit.
    """
    words, link = " ".join(plain(words).split()), plain(link)
    room = PLACES - (length(link) + 1 if link else 0)
    if room < 0:
        raise ValueError("a link that fills more than a text message")
    if length(words) > room:
        words = _cut(words, room)
    return f"{words} {link}".strip()


def _cut(words: str, room: int) -> str:
    if room < 4:
        return ""
    while length(words) > room - 3:
        words = words[:-1]
    return f"{words.rstrip()}..."
