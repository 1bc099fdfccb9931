"""Days on which people in Canada are likely away: weekends, statutory holidays, the end of December. Pure: no database.

The holidays that an employer observes differ even inside a province; what stands here is what a planner wants to have
seen, not law. A day that only some provinces keep says which.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import places
from core.forms import listing
from core.language import language

MONDAY, FRIDAY, SATURDAY = calendar.MONDAY, calendar.FRIDAY, calendar.SATURDAY
# From when to when most units run on as few people as they can, both days included (month, day).
LATE_DECEMBER: Final = ((12, 20), (1, 3))


def easter(year: int) -> dt.date:
    """Return Easter Sunday of a year (Gregorian, after Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> dt.date:
    """Return the ``nth`` Monday (0) … Sunday (6) of a month, counted from 1."""
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def monday_before(year: int, month: int, day: int) -> dt.date:
    """Return the last Monday before a day."""
    end = dt.date(year, month, day) - dt.timedelta(days=1)
    return end - dt.timedelta(days=end.weekday())


def _on(month: int, day: int) -> Callable[[int], dt.date]:
    return lambda year: dt.date(year, month, day)


@dataclasses.dataclass(frozen=True)
class Holiday:
    """A holiday: its name, on which day of a year it is, and the provinces that keep it (none = all of Canada)."""

    name: Any
    on: Callable[[int], dt.date]
    provinces: frozenset[str] = frozenset()


def _in(*codes: str) -> frozenset[str]:
    return frozenset(codes)


HOLIDAYS: Final = (
    Holiday(_("New Year's Day"), _on(1, 1)),
    Holiday(_("Family Day"), lambda year: nth_weekday(year, 2, MONDAY, 3), _in("AB", "BC", "NB", "ON", "SK")),
    Holiday(_("Louis Riel Day"), lambda year: nth_weekday(year, 2, MONDAY, 3), _in("MB")),
    Holiday(_("Heritage Day"), lambda year: nth_weekday(year, 2, MONDAY, 3), _in("NS")),
    Holiday(_("Islander Day"), lambda year: nth_weekday(year, 2, MONDAY, 3), _in("PE")),
    Holiday(_("Good Friday"), lambda year: easter(year) - dt.timedelta(days=2)),
    Holiday(_("Easter Monday"), lambda year: easter(year) + dt.timedelta(days=1)),
    Holiday(_("Victoria Day, National Patriots' Day in Quebec"), lambda year: monday_before(year, 5, 25)),
    Holiday(_("National Indigenous Peoples Day"), _on(6, 21), _in("NT", "YT")),
    Holiday(_("Quebec's national holiday"), _on(6, 24), _in("QC")),
    Holiday(_("Canada Day"), _on(7, 1)),
    Holiday(_("Nunavut Day"), _on(7, 9), _in("NU")),
    Holiday(
        _("the August holiday"),
        lambda year: nth_weekday(year, 8, MONDAY, 1),
        _in("AB", "BC", "MB", "NB", "NS", "NT", "NU", "ON", "PE", "SK"),
    ),
    Holiday(_("Discovery Day"), lambda year: nth_weekday(year, 8, MONDAY, 3), _in("YT")),
    Holiday(_("Labour Day"), lambda year: nth_weekday(year, 9, MONDAY, 1)),
    Holiday(_("National Day for Truth and Reconciliation"), _on(9, 30)),
    Holiday(_("Thanksgiving"), lambda year: nth_weekday(year, 10, MONDAY, 2)),
    Holiday(_("Remembrance Day"), _on(11, 11)),
    Holiday(_("Christmas Day"), _on(12, 25)),
    Holiday(_("Boxing Day"), _on(12, 26)),
)


@lru_cache(maxsize=64)
def _of(year: int) -> dict[dt.date, list[Holiday]]:
    found: dict[dt.date, list[Holiday]] = {}
    for holiday in HOLIDAYS:
        found.setdefault(holiday.on(year), []).append(holiday)
    return found


@dataclasses.dataclass(frozen=True)
class Flag:
    """Why a planner may want to look at a day again.

    ``kind``: "weekend", "holiday" (where the cohort's clock stands, or all over Canada), "elsewhere" (in ``provinces``),
    "quiet" (weeks that the cohort keeps free) or "december".
    """

    kind: str
    name: Any = ""
    provinces: tuple[str, ...] = ()


def flags_of(day: dt.date, province: str = "", quiet: Iterable[tuple[dt.date, dt.date, str]] = ()) -> list[Flag]:
    """Return why ``day`` may be a bad one. ``quiet``: first day, last day and name of weeks that are kept free."""
    found = [Flag("weekend")] if day.weekday() >= SATURDAY else []
    for holiday in _of(day.year).get(day, []):
        here = not holiday.provinces or province in holiday.provinces
        found.append(Flag("holiday" if here else "elsewhere", holiday.name, tuple(sorted(holiday.provinces))))
    weeks = [Flag("quiet", name) for first, last, name in quiet if first <= day <= last]
    return found + (weeks or ([Flag("december")] if is_late_december(day) else []))


def words_of(flag: Flag) -> str:
    """Return in words why a day may be a bad one."""
    if flag.kind == "weekend":
        return gettext("weekend")
    if flag.kind == "december":
        return gettext("around the turn of the year: many are away")
    if flag.kind == "quiet":
        return gettext("kept free: %(name)s") % {"name": flag.name}
    if flag.kind == "holiday":
        return str(flag.name)
    where = listing([places.province_name(code, language()) for code in flag.provinces])
    return gettext("%(holiday)s (%(provinces)s)") % {"holiday": flag.name, "provinces": where}


def why_look_again(day: dt.date | None, city: str, quiet: Iterable[tuple[dt.date, dt.date, str]] = ()) -> list[str]:
    """Return in words why a day may be a bad one for a cohort whose clock is that of ``city``."""
    if day is None:
        return []
    province = places.PLACES[city].province if city in places.PLACES else ""
    return [words_of(flag) for flag in flags_of(day, province, quiet)]


def is_late_december(day: dt.date) -> bool:
    """Return whether ``day`` lies in the days around the turn of the year."""
    return (day.month, day.day) >= LATE_DECEMBER[0] or (day.month, day.day) <= LATE_DECEMBER[1]


def late_decembers(first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Return the days around each turn of the year that lie, wholly or in part, between two days."""
    spans = [
        (dt.date(year, *LATE_DECEMBER[0]), dt.date(year + 1, *LATE_DECEMBER[1]))
        for year in range(first.year - 1, last.year + 1)
    ]
    return [(a, b) for a, b in spans if a <= last and b >= first]
