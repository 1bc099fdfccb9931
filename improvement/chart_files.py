"""A chart as a file to take away: drawing (SVG), numbers (CSV), page (PDF). All from the one chart that the page shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import pdf
from core.charts.alone import standing_alone
from core.charts.run import run_chart_svg
from core.charts.svg import Svg
from core.language import language
from core.time import day
from improvement.axis import Place
from improvement.measure_chart import MeasureChart

# What a spreadsheet would work out rather than show.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def svg_of(chart: MeasureChart) -> bytes:
    """Return the drawing as a file of its own; of a chart without a number its paper alone."""
    drawing = chart.wide or run_chart_svg(chart.data, wide=True, uid=chart.uid, number=chart.number)
    assert isinstance(drawing, Svg)
    return standing_alone(drawing).encode()


def csv_of(chart: MeasureChart) -> bytes:
    """Return the numbers as a table of text (UTF-8 with its mark, commas, points for decimals, days as 2026-11-30).

    Nobody's name is in it: who entered a number stands on its page.
    """
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(_heads())
    centres = {
        at: one.centre for one in chart.chart.stretches if one.is_judged for at in range(one.first, one.last + 1)
    }
    signal = set(chart.chart.signal.indices) if chart.chart.signal else set()
    for at, place in enumerate(chart.places):
        table.writerow([_safe(word) for word in _row(chart, place, centres.get(at), at in signal)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _heads() -> list[str]:
    return [
        _("Period begins"),
        _("Period ends"),
        _("Number"),
        _("How many"),
        _("Of how many"),
        _("Why there is none"),
        _("How it came"),
        _("Line"),
        _("Goal"),
        _("Part of a signal"),
    ]


def _row(chart: MeasureChart, place: Place, centre, in_signal: bool) -> Iterable[str]:
    point = place.point
    yield place.start.isoformat()
    yield place.last.isoformat()
    for number in (place.value, point.numerator if point else None, point.denominator if point else None):
        yield "" if number is None else f"{number.normalize():f}"
    yield place.missing
    yield place.how
    yield "" if centre is None else f"{centre.normalize():f}"
    goal = chart.measure.goal
    yield "" if goal is None else f"{goal.normalize():f}"
    yield _("yes") if in_signal else ""


def _safe(word: str) -> str:
    """Return a word as a spreadsheet shows it: a negative number is a number, anything else that looks like a formula is text."""
    begins = word.startswith(_FORMULA) and not word.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{word}" if begins else word


def pdf_of(chart: MeasureChart) -> bytes:
    """Return the chart as a page: sentence, drawing, marks and table."""
    return pdf.make("improvement/chart.typ", page_of(chart))


def page_of(chart: MeasureChart) -> dict[str, Any]:
    """Return what stands on the page of a chart."""
    table = chart.table or {"caption": "", "heads": [], "rows": []}
    return {
        "title": chart.words.name,
        "finding": chart.finding,
        "explanation": chart.explanation,
        "description": chart.data.words.desc,
        "drawing": "" if chart.is_empty else svg_of(chart).decode(),
        "notes": [note.text for note in chart.notes],
        "table": _("The numbers as a table"),
        "caption": table["caption"],
        "heads": [str(head) for head in table["heads"]],
        "rows": [[place.label, *map(str, row[1:])] for place, row in zip(chart.places, table["rows"], strict=False)],
    }


KINDS: Final[dict[str, tuple[str, Callable[[MeasureChart], bytes]]]] = {
    "svg": ("image/svg+xml", svg_of),
    "csv": ("text/csv; charset=utf-8", csv_of),
    "pdf": ("application/pdf", pdf_of),
}


def name_of(chart: MeasureChart, kind: str) -> str:
    """Return what a file is called: the measure and its last period."""
    last = chart.places[-1].start.isoformat() if chart.places else day(chart.now, language(), weekday=False, year=True)
    return f"{slugify(chart.measure.name)[:40] or 'chart'}-{slugify(last)}.{kind}"
