"""What is worth a second look in a team's numbers: gaps without a reason, the same number again and again, one far away.

A nudge asks; it changes nothing and stops nobody. What cannot be true at all is refused when it is typed (``services``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvement.axis import Place
from improvement.chart_words import count_word

if TYPE_CHECKING:
    from improvement.measure_chart import MeasureChart

# So many numbers that are all the same are asked about.
SAME: Final = 6
# How far back a gap is asked about, in periods: older ones nobody can fill any more.
BACK: Final = 10
# So many gaps are named, the latest ones.
NAMED: Final = 3


@dataclass(frozen=True)
class Nudge:
    """A question about the numbers, and the places on the chart that it is about: label and address."""

    text: str
    places: tuple[tuple[str, str], ...] = ()


def nudges_of(chart: MeasureChart) -> list[Nudge]:
    """Return what is worth a second look, in the order in which it can be mended."""
    return [nudge for nudge in (_gaps(chart), _same(chart), _far(chart)) if nudge is not None]


def _gaps(chart: MeasureChart) -> Nudge | None:
    over = [place for place in chart.places if not place.so_far][-BACK:]
    gaps = [place for place in over if place.value is None and not place.missing]
    if not gaps:
        return None
    text = ngettext(
        "%(count)s gap without a reason. Type the number, or say why there is none.",
        "%(count)s gaps without a reason. Type the numbers, or say why there are none.",
        len(gaps),
    ) % {"count": count_word(len(gaps))}
    return Nudge(text[:1].upper() + text[1:], tuple(_link(chart, place) for place in gaps[-NAMED:]))


def _same(chart: MeasureChart) -> Nudge | None:
    if chart.logged is not None:  # counted by the log: nobody can have carried it on
        return None
    typed = [place for place in chart.places if place.value is not None]
    if not typed or not typed[-1].value:  # none again and again is what one hopes for
        return None
    last = typed[-1].value
    same = list(takewhile(lambda place: place.value == last, reversed(typed)))
    if len(same) < SAME:
        return None
    text = _("The last %(count)s numbers are all %(number)s. Is it counted anew each time?")
    return Nudge(text % {"count": count_word(len(same)), "number": chart.number(last)})


def _far(chart: MeasureChart) -> Nudge | None:
    recorded = chart.chart.recorded
    if not recorded or not is_far(chart, recorded[-1]):
        return None
    place = chart.places[recorded[-1]]
    text = _("The last number, %(number)s, lies far from the others. A slip, or something worth telling?")
    return Nudge(text % {"number": chart.number(place.value)}, ((place.label, chart.point_url(place)),))


def is_far(chart: MeasureChart, at: int) -> bool:
    """Return whether the number at this place lies far from the others, for no reason that the chart itself tells."""
    return at in chart.far


def _link(chart: MeasureChart, place: Place) -> tuple[str, str]:
    return place.label, f"{chart.url}?week={place.start.isoformat()}"
