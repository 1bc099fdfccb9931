"""What stands in a team's sheet: its measures as columns, its weeks as rows, and what is saved of each now."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from collaborative.line import phases_of
from collaborative.models import Team
from improvement import periods
from improvement.charts import charts_of
from improvement.measure_chart import MeasureChart
from improvement.models import Measure, MeasureKind
from improvement.periods import Rhythm
from improvement.sheets.cells import as_text
from improvement.weeks import between, monday_of

# A series lasts months; the numbers of some years still fit. The latest ones stay.
MOST_WEEKS: Final = 400
MOST_MEASURES: Final = 40


@dataclass(frozen=True)
class Standing:
    """What is saved of a week: in one word ("" = nothing), and the act of saving that it came from (None: of the log, or none)."""

    text: str = ""
    deed: uuid.UUID | None = None


@dataclass(frozen=True)
class Grid:
    """One team's numbers. Columns are called in the language that speaks; ``weeks`` are Mondays, the first one first."""

    team: Team
    charts: tuple[MeasureChart, ...]
    headings: tuple[str, ...]
    weeks: tuple[dt.date, ...]

    @property
    def measures(self) -> list[Measure]:
        return [chart.measure for chart in self.charts]

    def standing(self, measure: Measure, week: dt.date) -> Standing:
        """Return what is saved of a week, of the sheet or not."""
        chart = next(one for one in self.charts if one.measure.pk == measure.pk)
        found = chart.place(week)
        deed = found.point.deed if found.point else None
        if found.value is not None:
            return Standing(as_text(found.value), deed)
        return Standing(found.point.missing_reason if found.point else "", deed)


def grid_of(team: Team) -> Grid:
    """Return what stands in the sheet of ``team`` now, in a fixed number of statements."""
    charts = tuple(
        charts_of(team, measures=Measure.objects.filter(team=team).counted().with_rules(), happened=())[:MOST_MEASURES]
    )
    return Grid(team, charts, tuple(_headings(chart.measure for chart in charts)), tuple(_weeks(team, charts)))


def _weeks(team: Team, charts: Iterable[MeasureChart]) -> list[dt.date]:
    """Return every week from the first with a number, or the first of the series, to its last: also those still to come."""
    known = [place.start for chart in charts for place in chart.places]
    now = [chart.now for chart in charts]
    first_day = monday_of(team.cohort.first_day)
    last = max([monday_of(phase.ends_on) for phase in phases_of(team.cohort)] + known + now, default=first_day)
    first = min([*known, first_day])
    weeks = set(between(monday_of(first), last))
    # A month has a row of its own, its first day, between the weeks.
    months = (
        periods.between(Rhythm.MONTHLY, first.replace(day=1), last) if any(one.is_monthly for one in charts) else ()
    )
    return sorted({*weeks, *months})[-MOST_WEEKS:]


def _headings(measures: Iterable[Measure]) -> list[str]:
    """Return what the columns are called, each otherwise: that is how they are known again where they were moved."""
    found: list[str] = []
    for measure in measures:
        unit = _("each month") if measure.frequency == Rhythm.MONTHLY else ""
        unit = unit or measure.unit or ("%" if measure.kind == MeasureKind.PERCENT else "")
        name = " ".join((f"{measure.name} ({unit})" if unit else measure.name).split())
        nth, heading = 1, name
        while folded(heading) in {folded(one) for one in [*found, *own_headings()]}:
            nth += 1
            heading = f"{name} {nth}"
        found.append(heading)
    return found


def own_headings() -> tuple[str, str]:
    """Return what the two other columns are called: the first, with the weeks, and the last, which belongs to the team."""
    return _("Week (its Monday)"), _("Your own notes (not read)")


def folded(heading: object) -> str:
    """Return a heading as it is compared: spaces and capitals count for nothing."""
    return " ".join(str(heading or "").split()).casefold()
