"""The time axis of a chart: every period in its place, the ones without a number too, and why they have none.

A period is a week from Monday to Sunday or a month (``periods``). Pure but for the rows that it is given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from core.charts.scales import plain
from core.language import language
from core.time import MONTHS, MONTHS_SHORT, NBSP, day, day_short
from improvement import periods
from improvement.models import DataPoint, MeasureKind, Method, Missing
from improvement.periods import Rhythm


def spaced(text: str) -> str:
    """Return a number with its thousands parted, from five figures on: "12 500", "1 000 000" (no-break spaces)."""
    whole, dot, rest = text.partition(".")
    parted = f"{int(whole):,}".replace(",", NBSP) if len(whole.lstrip("-")) > 4 else whole
    return f"{parted}{dot}{rest}"


def spoken_number(value: Decimal | int | None, kind: str = MeasureKind.COUNT) -> str:
    """Return a value as the reader writes it: "12.5", "12,5", "40%", "40 %" (no-break space); "" for none."""
    if value is None:
        return ""
    short = Decimal(value).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    text = spaced(plain(short))
    if language() == "fr":
        text = text.replace(".", ",")
        return f"{text}{NBSP}%" if kind == MeasureKind.PERCENT else text
    return f"{text}%" if kind == MeasureKind.PERCENT else text


@dataclass(frozen=True)
class Place:
    """One place on the time axis, and how its number came about. ``start`` is the first day of its period."""

    start: dt.date
    rhythm: str = Rhythm.WEEKLY
    value: Decimal | None = None
    missing: str = ""  # why there is none, in words
    method: str = ""
    point: DataPoint | None = None
    so_far: bool = False

    @property
    def last(self) -> dt.date:
        return periods.last_day(self.rhythm, self.start)

    @property
    def label(self) -> str:
        """Return what stands under an axis and in a table: "7 Nov", "7 nov."; of a month "Nov 2026", "nov. 2026"."""
        if self.rhythm == Rhythm.MONTHLY:
            return f"{MONTHS_SHORT[language()][self.start.month - 1]} {self.start.year}"
        return day_short(self.start, language(), weekday=False)

    @property
    def date(self) -> str:
        """Return what stands in a sentence after "since": "7 November", "7 novembre"; "November 2026", "mois de novembre 2026"."""
        return spoken_period(self.rhythm, self.start)

    @property
    def how(self) -> str:
        """Return how the number came about, for the table."""
        if self.value is None:
            return ""
        words: dict[str, str] = {
            Method.TYPED: _("typed"),
            Method.LOG: _("from the log"),
            Method.IMPORT: _("from a sheet"),
        }
        return _("%(how)s, so far") % {"how": words[self.method]} if self.so_far else words[self.method]

    @property
    def parts(self) -> str:
        """Return what the value was worked out from, "7 of 9"; "" where nobody said."""
        if self.point is None or self.value is None or self.point.numerator is None:
            return ""
        values = {"part": spoken_number(self.point.numerator), "whole": spoken_number(self.point.denominator)}
        return _("%(part)s of %(whole)s") % values

    @property
    def typed(self) -> str:
        """Return the value as it stands in the box: no percent sign."""
        return spoken_number(self.value)

    @property
    def part(self) -> str:
        """Return the first of the two boxes: how many."""
        return spoken_number(self.point.numerator) if self.point else ""

    @property
    def whole(self) -> str:
        """Return the second of the two boxes: of how many."""
        return spoken_number(self.point.denominator) if self.point else ""

    @property
    def name(self) -> str:
        """Return what the number field is called: "Week of 12 December so far", "November 2026"."""
        if self.rhythm == Rhythm.MONTHLY:
            values = {"month": month_and_year(self.start)}
            return _("%(month)s so far") % values if self.so_far else values["month"]
        values = {"day": self.date}
        return _("Week of %(day)s so far") % values if self.so_far else _("Week of %(day)s") % values


def month_and_year(start: dt.date) -> str:
    """Return a month as it stands alone: "November 2026", "Novembre 2026"."""
    name = f"{MONTHS[language()][start.month - 1]} {start.year}"
    return name[:1].upper() + name[1:]


def spoken_period(rhythm: str, start: dt.date) -> str:
    """Return a period as it stands in a sentence, after "since" or "le": "7 November", "mois de novembre 2026"."""
    if rhythm == Rhythm.WEEKLY:
        return day(start, language(), weekday=False)
    month = f"{MONTHS[language()][start.month - 1]} {start.year}"
    if language() != "fr":
        return month
    return f"mois d'{month}" if month[0] in "ao" else f"mois de {month}"


def place_of(
    start: dt.date,
    point: DataPoint | None,
    logged: int | None,
    now: dt.date,
    *,
    rhythm: str = Rhythm.WEEKLY,
    rest: str = "",
) -> Place:
    """Work out one period of a measure: what somebody typed wins over the log; ``logged`` None: no log stands behind it.

    A period in which nothing was logged has no number: silence is not a zero until somebody says that it is one. ``now``:
    the first day of the running period. ``rest``: why nobody was asked, in words.
    """
    so_far = start == now
    follows = logged is not None and (point.method == Method.LOG if point else logged > 0)
    if follows:
        return Place(start, rhythm, value=Decimal(logged or 0), method=Method.LOG, point=point, so_far=so_far)
    if point is None:
        return Place(start, rhythm, missing=rest, so_far=so_far)
    missing = str(Missing(point.missing_reason).label) if point.value is None else ""
    return Place(start, rhythm, value=point.value, missing=missing, method=point.method, point=point, so_far=so_far)


def places_of(
    points: Iterable[DataPoint],
    logged: dict[dt.date, int] | None,
    *,
    now: dt.date,
    rhythm: str = Rhythm.WEEKLY,
    last: dt.date | None = None,
    rest: Callable[[dt.date], str] = lambda start: "",
) -> list[Place]:
    """Return the places of a chart, in order and without a hole.

    From the first period with a number to the last complete one (or ``last``, where the series ended before). The
    running period (which begins on ``now``) stands there only if somebody saved a number for it: half a week would look like a
    fall.
    """
    saved = {point.period_start: point for point in points}
    known = sorted({*saved, *(logged or {})})
    if not known:
        return []
    end = periods.preceding(rhythm, now)
    if last is not None:
        end = min(end, last)
    # What somebody saved is never hidden; neither is what was logged in a week that is over.
    end = max([end, *(start for start in known if start in saved or start < now)])
    count = logged.get if logged is not None else None
    return [
        place_of(
            start, saved.get(start), None if count is None else count(start, 0), now, rhythm=rhythm, rest=rest(start)
        )
        for start in periods.between(rhythm, known[0], end)
    ]
