"""Hours and lengths as meeting services write them. Pure.

The same figures mean different days in different accounts ("3/4/2026"), and nothing in the file says which. All dates of one
file are written alike, so that they are decided together.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

from core.places import sort_key

# How the three numbers of a date may be meant: places of year, month and day.
_ORDERS: Final = {"ymd": (0, 1, 2), "mdy": (2, 0, 1), "dmy": (2, 1, 0)}
_CLOCK: Final = r"(\d{1,2})\s?[:h.]\s?(\d{2})(?:\s?[:m.]\s?(\d{2})\s?s?)?(?:\.\d+)?\s*([ap])?\.?\s?(?:m\b)?\.?"
_BETWEEN: Final = r"(?:t|,|\s)\s*(?:a|at|um|kl|las)?\.?\s*"
_IN_FIGURES: Final = re.compile(rf"(\d{{1,4}})[/.\-](\d{{1,2}})[/.\-](\d{{1,4}})\.?{_BETWEEN}{_CLOCK}z?")
_DAY_FIRST: Final = re.compile(
    rf"(\d{{1,2}})(?:er|st|nd|rd|th|\.)?\s(?:de\s)?([a-z]+)\.?,?\s(?:de\s)?(\d{{4}}){_BETWEEN}{_CLOCK}"
)
_MONTH_FIRST: Final = re.compile(rf"([a-z]+)\.?\s(\d{{1,2}}),?\s(\d{{4}}){_BETWEEN}{_CLOCK}")
# The beginnings of the months' names: English, French, Spanish, German.
_MONTHS: Final = (
    ("jan", "ene"), ("feb", "fev"), ("mar",), ("apr", "avr", "abr"), ("may", "mai"), ("jun", "juin"), ("jul", "juil"),
    ("aug", "aou", "ago"), ("sep",), ("oct", "okt"), ("nov",), ("dec", "dez", "dic"),
)  # fmt: skip
_UNITS: Final = re.compile(r"(\d+)\s*(hours?|heures?|horas?|std|h|minutes?|minutos?|mins?|min|m|secondes?|seconds?|sekunden?|secs?|sec|sek|s)\b\.?")  # fmt: skip
_LONGEST: Final = 24 * 60


def read_all(texts: Sequence[str], *, near: dt.datetime) -> list[dt.datetime | None]:
    """Return what each text says as a clock showed it, None where it says no moment.

    Of two meanings that all dates of the file allow, the one that lies nearer to ``near`` (as the same clock shows it) is meant.
    """
    found = [_meanings(text) for text in texts]
    told = [one for one in found if one]
    best, least = "", float("inf")
    for order in _ORDERS:
        read = [one[order] for one in told if order in one]
        # Of the orders that read most of them, the nearer one.
        away = sum(abs((moment - near).total_seconds()) for moment in read) / (len(read) or 1)
        score = (len(told) - len(read)) * 1e12 + away
        if read and score < least:
            best, least = order, score
    return [one.get(best) for one in found]


def is_moment(text: str) -> bool:
    """Return whether this is a day and an hour, in whatever order."""
    return bool(_meanings(text))


def _meanings(text: str) -> dict[str, dt.datetime]:
    """Return what a text may mean, by the order of its date; a date whose month is written out means the same in each."""
    plain = " ".join(sort_key(text[:60]).split())
    if found := _IN_FIGURES.fullmatch(plain):
        *figures, hour, minute, second, half = found.groups()
        parts = {}
        for order, places in _ORDERS.items():
            year, month, day = (figures[place] for place in places)
            if len(year) in (2, 4) and len(month) < 3 and len(day) < 3 and (len(figures[0]) < 3 or order == "ymd"):
                if order == "ymd" and len(year) == 2:
                    continue
                moment = _moment(int(year), int(month), int(day), hour, minute, second, half)
                if moment:
                    parts[order] = moment
        return parts
    if found := _DAY_FIRST.fullmatch(plain):
        day, word, year, *clock = found.groups()
    elif found := _MONTH_FIRST.fullmatch(plain):
        word, day, year, *clock = found.groups()
    else:
        return {}
    month = next((n for n, names in enumerate(_MONTHS, start=1) if word.startswith(names)), 0)
    moment = _moment(int(year), month, int(day), *clock) if month else None
    return dict.fromkeys(_ORDERS, moment) if moment else {}


def _moment(year: int, month: int, day: int, hour: str, minute: str, second: str | None, half: str | None):
    at = int(hour)
    if half:
        if not 1 <= at <= 12:
            return None
        at = at % 12 + (12 if half == "p" else 0)
    try:
        return dt.datetime(year + 2000 if year < 100 else year, month, day, at, int(minute), int(second or 0))  # noqa: DTZ001  # a wall clock
    except ValueError:
        return None


def minutes_in(text: str) -> float | None:
    """Return how many minutes a length means ("45", "1h 23m 4s", "45 min"), None where it is no length."""
    plain = " ".join(sort_key(text[:60]).replace(",", ".").split())
    if re.fullmatch(r"\d{1,5}(\.\d{1,3})?", plain):
        minutes = float(plain)
    elif plain and not _UNITS.sub("", plain).strip(" .") and (found := _UNITS.findall(plain)):
        minutes = sum(int(figure[:6]) * _of(unit) for figure, unit in found)
    else:
        return None
    return minutes if minutes <= _LONGEST else None


def _of(unit: str) -> float:
    if unit.startswith("h") or unit == "std":
        return 60
    return 1 if unit.startswith("m") else 1 / 60
