"""The lines of a chart: from when on each counts, what it was fixed at, and whether its numbers were changed since.

Here rows of the database become what ``run_chart`` and ``spc`` work with. No queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from improvement.axis import Place
from improvement.models import MeasurePhase
from improvement.rule_sets import Centre
from improvement.run_chart import Phase, centre_of
from improvement.spc import Stage
from improvement.spc_limits import Basis, Chart, Observation, basis_of


@dataclass(frozen=True)
class Line:
    """One stretch of a chart as it was chosen: its row (None: nobody chose anything), and its places on the axis."""

    row: MeasurePhase | None
    first: int
    until: int | None

    def phase(self, centre: Centre) -> Phase:
        """Return it for a run chart; what was fixed counts only while the programme draws the same kind of line."""
        row = self.row
        kept = row.centre if row is not None and row.centre_is == centre.value else None
        return Phase(self.first, self.until, kept)

    def stage(self, chart: Chart, *, screened: bool) -> Stage:
        """Return it for a control chart; what was fixed counts only for the chart and the way that it was made for."""
        return Stage(self.first, self.until, read(self.row.basis if self.row else None, chart, screened=screened))


def lines_of(rows: Iterable[MeasurePhase], places: Sequence[Place]) -> list[Line]:
    """Return the stretches of a chart in order, the first one from place 0 on; one that begins after the last place waits."""
    found = [Line(None, 0, None)]
    for row in sorted(rows, key=lambda row: row.starts_on or dt.date.min):
        first = 0 if row.starts_on is None else _place(places, row.starts_on)
        if first >= len(places) and places:
            break
        if first == found[-1].first:  # it begins where the numbers do: nothing stands before it
            found.pop()
        found.append(Line(row, first, _last(places, row.made_until)))
    return found


def rows_of(found: Iterable[dict[str, Any]]) -> list[MeasurePhase]:
    """Return the stretches that came with a measure (``MeasureQuerySet.with_rules``) as rows, not to be saved."""
    return [
        MeasurePhase(
            starts_on=_day(one["starts_on"]),
            made_until=_day(one["made_until"]),
            centre=None if one["centre"] is None else Decimal(one["centre"]),
            **{name: one[name] for name in ("began", "centre_is", "basis", "why")},
        )
        for one in found
    ]


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _place(places: Sequence[Place], day: dt.date) -> int:
    """Return the first place that begins on this day or later."""
    return next((at for at, place in enumerate(places) if place.start >= day), len(places))


def _last(places: Sequence[Place], day: dt.date | None) -> int | None:
    """Return the last place that begins on this day or before; None for no day."""
    if day is None:
        return None
    return max((at for at, place in enumerate(places) if place.start <= day), default=0)


def made_of(places: Sequence[Place], starts_on: dt.date | None, until: dt.date) -> list[Place]:
    """Return the places with a number from which a line is made that begins and ends with these periods."""
    return [
        place
        for place in places
        if place.value is not None and (starts_on is None or place.start >= starts_on) and place.start <= until
    ]


def centre_as_of(numbers: Iterable[Place], centre: Centre) -> Decimal | None:
    """Return the median or the mean of these numbers, as it is kept: nine decimals."""
    found = centre_of([place.value for place in numbers if place.value is not None], centre)
    return None if found is None else found.quantize(Decimal("1e-9"))


# ---------------------------------------------------------------- the basis of limits, kept


def kept(chart: Chart, observations: Sequence[Observation], *, screened: bool) -> dict[str, Any] | None:
    """Return what limits are made of, to be kept with a line; None where these numbers make none."""
    try:
        basis = basis_of(chart, observations, screened=screened)
    except ValueError:
        return None
    if basis is None:
        return None
    return {
        "chart": chart.value,
        "screened": screened,
        "centre": str(basis.centre),
        "spread": str(basis.spread),
        "drawn": None if basis.drawn is None else str(basis.drawn),
        "points": basis.points,
    }


def read(basis: dict[str, Any] | None, chart: Chart, *, screened: bool) -> Basis | None:
    """Return a basis that was kept for this chart and way; None for another, which is then worked out from its numbers."""
    if not basis or basis["chart"] != chart.value or basis["screened"] is not screened:
        return None
    drawn = None if basis["drawn"] is None else Fraction(basis["drawn"])
    return Basis(Fraction(basis["centre"]), Fraction(basis["spread"]), drawn, basis["points"])


def changed_since(line: Line, places: Sequence[Place]) -> Decimal | None:
    """Return what a fixed centre would be with the numbers of today, where that is another one; else None."""
    row = line.row
    if row is None or row.made_until is None or row.centre is None:
        return None
    now = centre_as_of(made_of(places, row.starts_on, row.made_until), Centre(row.centre_is))
    return now if now is not None and now != row.centre else None
