"""The whole numbers below a hundred as people write them, in English and in French. Pure.

With hyphens or without, « vingt et un » and « quatre-vingt-un », and what Belgium and Switzerland say beside soixante-dix. What
is counted roughly (« une douzaine ») is no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_ENGLISH: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_FRENCH: Final = [
    "zero",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_ENGLISH_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
# Those after which one says « et un », and "-deux" to "-neuf".
_FRENCH_TENS: Final = {
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80, "nonante": 90,
}  # fmt: skip


def _english() -> Iterator[tuple[str, int]]:
    yield from zip(_ENGLISH, range(20), strict=True)
    for word, ten in _ENGLISH_TENS.items():
        yield word, ten
        for one in range(1, 10):
            yield f"{word}-{_ENGLISH[one]}", ten + one


def _french() -> Iterator[tuple[str, int]]:
    yield from zip(_FRENCH, range(20), strict=True)
    for word, ten in _FRENCH_TENS.items():
        yield word, ten
        yield f"{word}-et-un", ten + 1
        for one in range(2, 10):
            yield f"{word}-{_FRENCH[one]}", ten + one
    yield "soixante-et-onze", 71
    for one in (10, *range(12, 20)):
        yield f"soixante-{_FRENCH[one]}", 60 + one
    yield from (("quatre-vingt", 80), ("quatre-vingts", 80))
    for one in range(1, 20):
        yield f"quatre-vingt-{_FRENCH[one]}", 80 + one


def _all() -> Iterator[tuple[str, int]]:
    for word, number in (*_english(), *_french()):
        yield word, number
        if word == "un" or word.endswith("-un"):  # « vingt et une conversations »
            yield f"{word}e", number


# By the word with hyphens, folded as `collaborative.later_replies.folded` does it.
VALUES: Final[dict[str, int]] = dict(_all())
# Longest first: « vingt deux » is one number, and not two. What stands right behind or before must not go on.
_PHRASES: Final = re.compile(
    r"(?<![\w'-])(?:"
    + "|".join(word.replace("-", r"[ \u2010-]") for word in sorted(VALUES, key=len, reverse=True) if "-" in word)
    + r")(?![\w'\u2010-])"
)


def joined(plain: str) -> str:
    """Return folded text in which each number that is written in several words is one word, with hyphens."""
    return _PHRASES.sub(lambda found: re.sub(r"[ \u2010]", "-", found.group()), plain)
