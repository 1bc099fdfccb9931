"""The clock on the wall, in a place, in two languages.

Pure functions. A future session is stored as the time people read on a wall clock plus a zone; the moment in UTC
is derived from them, and derived again after a law has changed the clocks. `lang` is always "en" or "fr" (Canada).
Zone data come from the pinned `tzdata` package: `config/__init__.py` takes the system's own files out of the path.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from core import places

NBSP: Final = "\N{NO-BREAK SPACE}"

WEEKDAYS: Final[dict[str, tuple[str, ...]]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
WEEKDAYS_SHORT: Final[dict[str, tuple[str, ...]]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
}
MONTHS: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
}  # fmt: skip
MONTHS_SHORT: Final[dict[str, tuple[str, ...]]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    # the usual abbreviations of the OQLF: four short months are never cut
    "fr": (
        "janv.", "févr.", "mars", "avr.", "mai", "juin",
        "juill.", "août", "sept.", "oct.", "nov.", "déc.",
    ),
}  # fmt: skip


class HourDoesNotExist(ValueError):
    """A wall time that the clocks jump over in spring.

    `wall` is what was typed, `zone` where, `next_valid` the wall time to offer instead: as far after the jump as
    the typed one lies after its beginning (02:30 becomes 03:30), the same that `forward_utc` would use.
    """

    def __init__(self, wall: datetime, zone: str, next_valid: datetime) -> None:
        super().__init__(f"{wall:%Y-%m-%d %H:%M} does not exist in {zone}; next valid is {next_valid:%H:%M}")
        self.wall = wall
        self.zone = zone
        self.next_valid = next_valid


# ---------------------------------------------------------------- wall clock and moment


def forward_utc(wall: datetime, zone: str) -> datetime:
    """The moment in UTC of a wall time that nobody typed (a reminder "one hour before 03:00").

    Ambiguous (autumn): the first of the two. Missing (spring): carried forward by the length of the jump.
    Raises ValueError for an aware `wall`, ZoneInfoNotFoundError for an unknown zone.
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall time is naive; its zone is given beside it")
    # fold=0 means the first of two readings and, inside a gap, the offset from before the jump: exactly our rule
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def to_utc(wall: datetime, zone: str) -> datetime:
    """The moment in UTC of a wall time that a person typed; ambiguous hours mean the first of the two.

    Raises HourDoesNotExist where the clocks jump over `wall`, ValueError for an aware `wall`,
    ZoneInfoNotFoundError for an unknown zone.
    """
    moment = forward_utc(wall, zone)
    landed = wall_in(moment, zone)
    if landed != wall:
        raise HourDoesNotExist(wall, zone, landed)
    return moment


def comes_twice(wall: datetime, zone: str) -> bool:
    """Return whether the clocks show this wall time twice that night (autumn)."""
    place = ZoneInfo(zone)
    first, second = (wall.replace(tzinfo=place, fold=fold).utcoffset() for fold in (0, 1))
    # Inside a gap (spring) the second offset is the larger one.
    return first is not None and second is not None and first > second


def wall_in(moment: datetime, zone: str) -> datetime:
    """What the clock on the wall shows in `zone` at `moment`, naive. Raises ValueError for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment is aware; this one has no zone")
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def same_wall(a: datetime, b: datetime) -> bool:
    """True if two clock faces show the same date, hour and minute, whatever their zones.

    `same_wall(wall_in(m, cohort_zone), wall_in(m, my_zone))` tells whether one printed time is enough for both.
    """
    return a.replace(tzinfo=None, fold=0, second=0, microsecond=0) == b.replace(
        tzinfo=None, fold=0, second=0, microsecond=0
    )


# ---------------------------------------------------------------- weeks


def weeks_between(start: date, end: date) -> int:
    """The length of a stretch in weeks, to the nearest whole week; negative if `end` comes first."""
    days = (end - start).days
    weeks = (abs(days) + 3) // 7  # no ties: a week has an odd number of days
    return weeks if days >= 0 else -weeks


# ---------------------------------------------------------------- in words


def clock(moment: datetime, zone: str, lang: str) -> str:
    """The hour in `zone`: "9:05", "12:00" or "9 h 05", "12 h" (no-break spaces; OQLF, "Écriture des heures")."""
    wall = wall_in(moment, zone)
    if lang == "fr":
        minutes = f"{NBSP}{wall.minute:02d}" if wall.minute else ""
        return f"{wall.hour}{NBSP}h{minutes}"
    return f"{wall.hour}:{wall.minute:02d}"


def day_of_month(d: date, lang: str) -> str:
    """The number of a day in its month: "1", "11"; in French the first is "1er"."""
    return "1er" if lang == "fr" and d.day == 1 else str(d.day)


def day(d: date, lang: str, weekday: bool = True, year: bool = False) -> str:
    """A date in full: "Wednesday 11 January", "mercredi 1er février 2023". A datetime is read as its own date."""
    words = [WEEKDAYS[lang][d.weekday()]] if weekday else []
    words += [day_of_month(d, lang), MONTHS[lang][d.month - 1]]
    if year:
        words.append(str(d.year))
    return " ".join(words)


def day_short(d: date, lang: str, weekday: bool = True, year: bool = False) -> str:
    """A date for tight places: "Wed 11 Jan", "mer. 11 janv."; without weekday "11 Jan", "11 janv."."""
    words = [WEEKDAYS_SHORT[lang][d.weekday()]] if weekday else []
    words += [day_of_month(d, lang), MONTHS_SHORT[lang][d.month - 1]]
    if year:
        words.append(str(d.year))
    return " ".join(words)


def spoken_place(place: str, lang: str) -> str:
    """Whose clock it is: "Toronto time", "heure de Toronto".

    `place` is a key of `core.places` or, where no city is known, a zone: then its best-known city speaks for it.
    """
    if place in places.PLACES:
        return places.time_phrase(place, lang)
    known = places.place_for_zone(place)
    if known is not None:
        return places.time_phrase(known, lang)
    return places.time_of(place.rsplit("/", 1)[-1].replace("_", " "), lang)
