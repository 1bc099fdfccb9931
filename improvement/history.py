"""The story of one number: who entered it, when, by which way, and each correction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.language import language
from core.time import clock, day, spoken_place, wall_in
from improvement.axis import Place, spoken_number
from improvement.models import DataPointCorrection, Measure, Method, Missing, Recorded, Replaced, Way


@dataclass(frozen=True)
class Entry:
    """One act: what was said, by whom, when, how, and what became of it ("" = it stands)."""

    said: str
    who: str
    when: str
    how: str
    became: str = ""


def history_of(measure: Measure, place: Place, reader: Any) -> list[Entry]:
    """Return the acts behind one number, the latest first; [] where nobody entered anything. Two statements."""
    found = []
    point = place.point
    if point is not None:
        point = measure.points.select_related("by").get(pk=point.pk)
        found.append(_entry(point, point.by, point.at, measure, reader))
    past = DataPointCorrection.objects.filter(measure=measure, period_start=place.start).select_related("was_by", "by")
    for row in past.order_by("-created_at"):
        found.append(_entry(row, row.was_by, row.was_at, measure, reader, became=_became(row, reader)))
    return found


def _entry(row: Recorded, who: Any, at: dt.datetime, measure: Measure, reader: Any, *, became: str = "") -> Entry:
    number = spoken_number(row.value, measure.kind) or str(Missing(row.missing_reason).label)
    if row.numerator is not None:
        values = {"part": spoken_number(row.numerator), "whole": spoken_number(row.denominator), "number": number}
        number = _("%(number)s (%(part)s of %(whole)s)") % values
    return Entry(number, _name(who), _moment(at, reader), _how(row), became)


def _became(row: DataPointCorrection, reader: Any) -> str:
    words = {"who": _name(row.by), "when": _moment(row.created_at, reader)}
    if row.how == Replaced.UNDONE:
        return _("Taken back by %(who)s, %(when)s.") % words
    return _("Corrected by %(who)s, %(when)s.") % words


def _name(who: Any) -> str:
    return who.name if who is not None else _("somebody who has left")


def _moment(at: dt.datetime, reader: Any) -> str:
    """Return a moment on the reader's clock, with its place."""
    wall, lang = wall_in(at, reader.time_zone), language()
    return _("%(day)s, %(clock)s (%(place)s)") % {
        "day": day(wall.date(), lang, weekday=False, year=True),
        "clock": clock(at, reader.time_zone, lang),
        "place": spoken_place(reader.time_zone, lang),
    }


def _how(row: Recorded) -> str:
    """Return how a number was found and how it reached us: "typed on the page", "from a sheet", "by mail"."""
    if row.method == Method.IMPORT:
        return str(Method.IMPORT.label)
    words: dict[str, str] = {
        Way.PAGE: _("typed on the page"),
        Way.MAIL: _("by answering a mail"),
        Way.LINK: _("with the link of a mail"),
    }
    return (
        _("the count of the log, agreed with %(way)s") % {"way": _agreed(row)}
        if row.method == Method.LOG
        else words[row.way]
    )


def _agreed(row: Recorded) -> str:
    return {Way.PAGE: _("on the page"), Way.MAIL: _("by mail"), Way.LINK: _("by link")}[Way(row.way)]
