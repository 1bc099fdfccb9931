"""What one cell of a sheet means: a number, a reason why there is none, nothing, or what nobody can read. Pure.

What is typed in a box of the product means the same here, in either language. Excel changes what people type (7/9 becomes the
7th of September, 62.5% becomes 0.625): what can be turned back is; where two things could be meant, a person is asked.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from core.places import sort_key
from core.sheets import Cell
from improvement.models import OF_ALL, MeasureKind, Missing
from improvement.shares import MOST, share_of
from improvement.weeks import monday_of

# What says that there is no number, without spaces, dots and strokes.
_REASONS: Final[dict[Missing, frozenset[str]]] = {
    Missing.NOT_COLLECTED: frozenset(
        {
            "na",
            "so",
            "nd",
            "sansobjet",
            "notcollected",
            "nonrecueilli",
            "nonrecueillie",
            "notavailable",
            "nondisponible",
        }
    ),
    Missing.NO_EVENT: frozenset({"nothingtocount", "rienacompter"}),
    Missing.PAUSED: frozenset({"paused", "enpause", "pause"}),
}
# How they stand in a sheet, by its language.
SAID: Final[dict[str, dict[str, str]]] = {
    "en": {Missing.NOT_COLLECTED: "n/a", Missing.NO_EVENT: "nothing to count", Missing.PAUSED: "paused"},
    "fr": {Missing.NOT_COLLECTED: "s. o.", Missing.NO_EVENT: "rien à compter", Missing.PAUSED: "en pause"},
}
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})")
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")
_PART: Final = re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?)(?:/|of|sur|de|outof)(\d{1,9}(?:[.,]\d{1,3})?)")
_THOUSANDTH: Final = Decimal("0.001")
# The dates that people write in figures, and those that Excel shows.
_FIGURES: Final = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")
# What a day is counted from in a workbook.
_FIRST_DAYS: Final = (20_000, 80_000)


@dataclass(frozen=True)
class Meaning:
    """What a cell says: a value, a reason (``Missing``), or, with a ``trouble``, what nobody can read; none of them: nothing.

    ``facts`` are what the words about a trouble need, figures alone: what people wrote is neither kept nor repeated. ``parts``:
    so many of so many, where the value was worked out from them.
    """

    value: Decimal | None = None
    parts: tuple[Decimal, Decimal] | None = None
    reason: str = ""
    trouble: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return it in one word that is equal only for the same meaning; "" for nothing."""
        return self.reason if self.value is None else as_text(self.value)


NOTHING: Final = Meaning()


def as_text(value: Decimal | int) -> str:
    """Return a value in figures, the same for 7, 7.0 and 7.000."""
    return f"{Decimal(value).quantize(_THOUSANDTH, rounding=ROUND_HALF_UP).normalize():f}"


def meaning(cell: Cell, kind: str, per: int | None = None) -> Meaning:
    """Return what a cell under a measure of this kind says; ``per``: a rate is so many for every so many."""
    value = cell.value
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return Meaning(trouble="no_number")
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return Meaning(trouble="date")
    if isinstance(value, int | float):
        return _figures(value, kind, percent=cell.percent)
    return _words(str(value), kind, per)


def _figures(value: float, kind: str, *, percent: bool) -> Meaning:
    number = Decimal(repr(value))
    if not number.is_finite():
        return Meaning(trouble="no_number")
    if kind == MeasureKind.PERCENT:
        if percent:
            number *= 100
        elif 0 < number < 1:  # the half of something, or half a percent?
            return Meaning(trouble="share", facts={"number": as_text(number), "times": as_text(number * 100)})
    return _kept(number)


def _kept(number: Decimal) -> Meaning:
    if abs(number) >= MOST:
        return Meaning(trouble="too_big")
    return Meaning(value=number.quantize(_THOUSANDTH, rounding=ROUND_HALF_UP) + 0)


def _words(text: str, kind: str, per: int | None) -> Meaning:
    plain = _squeezed(text)
    if not plain:
        return NOTHING
    if any(unicodedata.category(sign) in ("No", "Nl") for sign in text):  # "7½" would be read as 71/2
        return Meaning(trouble="no_number")
    bare = re.sub(r"[./#\\-]", "", plain)
    for reason, words in _REASONS.items():
        if bare in words:
            return Meaning(reason=reason.value)
    if found := _PART.fullmatch(plain):
        part, whole = (Decimal(one.replace(",", ".")) for one in found.groups())
        return _share(part, whole, kind, per)
    if kind != MeasureKind.PERCENT and _THOUSANDS.fullmatch(plain):  # 1,200 is 1200 to some and 1.2 to others
        return Meaning(trouble="comma")
    figures = plain.removesuffix("%").replace(",", ".").replace("\N{MINUS SIGN}", "-")
    if not _NUMBER.fullmatch(figures) or (plain.endswith("%") and kind != MeasureKind.PERCENT):
        return Meaning(trouble="no_number")
    try:
        return _kept(Decimal(figures))
    except InvalidOperation:  # a sign that counts as a figure elsewhere
        return Meaning(trouble="no_number")


def _squeezed(text: str) -> str:
    """Return a text without spaces of any kind, marks that nobody sees and the apostrophe that keeps Excel from reading it."""
    text = sort_key(unicodedata.normalize("NFKC", text)).replace("\N{FRACTION SLASH}", "/")
    seen = "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc", "Cs"))
    return seen.strip("'’")


def _share(part: Decimal, whole: Decimal, kind: str, per: int | None) -> Meaning:
    """Return "7 of 9" as a percentage or a rate; a measure that counts something else has no share."""
    facts = {"part": as_text(part), "whole": as_text(whole)}
    if kind not in OF_ALL:
        return Meaning(trouble="no_share", facts=facts)
    if not whole:
        return Meaning(trouble="of_none", facts=facts) if part else Meaning(reason=Missing.NO_EVENT)
    if kind == MeasureKind.PERCENT and part > whole:
        return Meaning(trouble="too_many", facts=facts)
    found = _kept(share_of(part, whole, kind=kind, per=per))
    return found if found.trouble else replace(found, parts=(part, whole))


def day(cell: Cell, *, epoch: dt.datetime, weeks: Collection[dt.date]) -> dt.date | None:
    """Return the day that a cell names, None where it names none, or more than one.

    ``epoch``: from which day on the workbook counts. Of two readings of "07/09/2026" the one that is a week of the sheet
    (``weeks``) is meant, or a Monday at least.
    """
    value = cell.value
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and _FIRST_DAYS[0] < value < _FIRST_DAYS[1]:
        return epoch.date() + dt.timedelta(days=int(value))
    found = _readings(str(value)) if isinstance(value, str) else set()
    for some in (found & set(weeks), {one for one in found if one == monday_of(one)}, found):
        if some:
            return some.pop() if len(some) == 1 else None
    return None


def _readings(text: str) -> set[dt.date]:
    """Return the days that a date in figures may be; an hour behind it counts for nothing."""
    words = unicodedata.normalize("NFKC", text).strip().strip("'’")
    match = _FIGURES.match(words)
    if not match or re.match(r"\d", words[match.end() :]):
        return set()
    first, second, third = match.groups()
    orders = [(first, second, third)] if len(first) == 4 else [(third, second, first), (third, first, second)]
    found = set()
    for year, month, on in orders:
        if len(year) not in (2, 4):
            continue
        try:
            found.add(dt.date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(on)))
        except ValueError:
            continue
    return found
