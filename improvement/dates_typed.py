"""The day that somebody means, as people write it in a table: in figures or with a month's name, in English or French. Pure.

What can be two days is none, unless only one of the two begins a period.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.places import sort_key
from improvement.periods import Rhythm, start_of

_MONTHS: Final[dict[str, int]] = {
    word: number
    for number, words in enumerate(
        (
            "january jan janvier janv", "february feb fevrier fevr fev", "march mar mars", "april apr avril avr", "may mai",
            "june jun juin", "july jul juillet juill juil", "august aug aout", "september sep sept septembre", "october oct octobre",
            "november nov novembre", "december dec decembre",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_THREE: Final = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/. ](\d{1,2})")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/. ](\d{4})")
_WORD: Final = re.compile(r"[a-z]+")
_FIGURE: Final = re.compile(r"\d+")


@dataclass(frozen=True)
class Typed:
    """What a text may mean: days, or months without a day (their first days)."""

    days: frozenset[dt.date] = frozenset()
    months: frozenset[dt.date] = frozenset()


def is_a_date(text: str, today: dt.date) -> bool:
    """Return whether a text can be read as a day or a month."""
    found = typed(text, today)
    return bool(found.days or found.months)


def period_in(text: str, rhythm: str, today: dt.date) -> dt.date | None:
    """Return the first day of the period that a text names; None where it names none, or may name several."""
    found = typed(text, today)
    if rhythm == Rhythm.MONTHLY:
        starts = {start_of(rhythm, day) for day in found.days}
        # A day in figures that may be two is that of the first of a month, if one of the two is.
        exact = {day for day in found.days if day.day == 1}
        return _only(exact) if len(starts) > 1 and exact else _only(found.months or starts)
    starts = {start_of(rhythm, day) for day in found.days}
    exact = {day for day in found.days if day in starts}
    return _only(exact) if len(starts) > 1 and exact else _only(starts)


def _only(days: set[dt.date] | frozenset[dt.date]) -> dt.date | None:
    return next(iter(days)) if len(days) == 1 else None


def typed(text: str, today: dt.date) -> Typed:
    """Return the days and months that a text may mean. A year that is missing is that of the latest such day up to ``today``."""
    plain = sort_key(unicodedata.normalize("NFKC", text)).replace("1er", "1").strip(" '’.")
    if match := _THREE.match(plain):
        return Typed(days=frozenset(_in_figures(*match.groups()))) if _ends(plain, match) else Typed()
    for pattern, turned in ((_YEAR_FIRST, False), (_YEAR_LAST, True)):
        if (match := pattern.fullmatch(plain)) is not None:
            first, second = match.groups()
            year, month = (second, first) if turned else (first, second)
            return Typed(months=frozenset(_days(int(year), int(month), 1)))
    return _in_words(plain, today)


def _ends(plain: str, match: re.Match[str]) -> bool:
    """Return whether a date in figures ends where it was read to: an hour may stand behind it."""
    rest = plain[match.end() :]
    return not rest or rest[0] in " t" or rest[0] == ","


def _in_figures(first: str, second: str, third: str) -> Iterator[dt.date]:
    orders = [(first, second, third)] if len(first) == 4 else [(third, second, first), (third, first, second)]
    for year, month, day in orders:
        if len(year) in (2, 4):
            yield from _days(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))


def _in_words(plain: str, today: dt.date) -> Typed:
    words = [word for word in _WORD.findall(plain) if word in _MONTHS]
    if len(words) == 2 and words[0] == "mar":  # « mar. 3 nov. » is a Tuesday
        words = words[1:]
    named = {_MONTHS[word] for word in words}
    figures = [int(figure) for figure in _FIGURE.findall(plain) if len(figure) <= 4]
    if len(named) != 1 or len(figures) > 2:
        return Typed()
    (month,) = named
    years = [one for one in figures if one > 31]
    days = [one for one in figures if one <= 31]
    if len(years) > 1 or not figures:
        return Typed(months=frozenset(_latest(month, 1, today))) if not figures else Typed()
    if years and days:
        return Typed(days=frozenset(_days(_whole(years[0]), month, days[0])))
    if years:
        return Typed(months=frozenset(_days(_whole(years[0]), month, 1)))
    if len(days) == 2:  # "2 Nov 26": a day and the last figures of a year
        return Typed(days=frozenset(_days(2000 + days[1], month, days[0])))
    # "nov-26" is what Excel makes of a month of 2026, "26 nov" a day.
    behind = plain.find(str(days[0])) > max(plain.find(word) for word in words)
    months = frozenset(_days(2000 + days[0], month, 1)) if behind and days[0] > 9 else frozenset()
    return Typed(days=frozenset(_latest(month, days[0], today)), months=months)


def _whole(year: int) -> int:
    return year + 2000 if year < 100 else year


def _latest(month: int, day: int, today: dt.date) -> Iterator[dt.date]:
    """Yield the latest such day that is not after ``today``."""
    for year in (today.year, today.year - 1):
        for found in _days(year, month, day):
            if found <= today:
                yield found
                return


def _days(year: int, month: int, day: int) -> Iterator[dt.date]:
    try:
        yield dt.date(year, month, day)
    except ValueError:
        return
