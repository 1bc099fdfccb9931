"""The control chart of a measure: which one, from which numbers, with which limits. Shown where a programme wants it.

Values, limits and goal are in the unit that people type: percent, or so many for every so many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from improvement import lines, measure_library
from improvement.axis import Place
from improvement.measure_chart import MeasureChart
from improvement.models import ChartRules, Measure, MeasureDefinition, MeasureKind
from improvement.spc import ControlChart, control_chart
from improvement.spc_limits import SAMPLED, Chart, Observation, shown
from improvement.spc_rules import NHS, RULES, Direction, Rules

# What is drawn where nobody chose: by what is counted. Single values hold for counts whose exposure nobody knows.
_BY_KIND = {MeasureKind.PERCENT: Chart.P, MeasureKind.RATE: Chart.U, MeasureKind.BETWEEN: Chart.T}


@dataclass(frozen=True)
class Choice:
    """Which control chart is drawn, and which one was wanted but cannot be, None where it is the same."""

    chart: Chart
    instead_of: Chart | None = None


def chart_for(kind: str, chosen: str, places: Sequence[Place]) -> Choice:
    """Return the control chart for a measure of this kind: the one that was chosen, or the usual one, where the numbers allow it.

    Shares and rates need both parts of every number, times between events are above 0, counts are whole.
    """
    wanted = Chart(chosen) if chosen else _BY_KIND.get(MeasureKind(kind), Chart.X)
    if wanted is Chart.X or _allows(wanted, kind, [place for place in places if place.value is not None]):
        return Choice(wanted)
    return Choice(Chart.X, instead_of=wanted)


def _allows(chart: Chart, kind: str, numbers: Sequence[Place]) -> bool:
    if chart in SAMPLED:
        share = chart in (Chart.P, Chart.P_LANEY)
        fits = kind == MeasureKind.PERCENT or (not share and kind == MeasureKind.RATE)
        return fits and all(place.point is not None and place.point.denominator for place in numbers)
    values = [place.value for place in numbers if place.value is not None]
    if chart is Chart.T:
        return all(value > 0 for value in values)
    return all(value >= 0 and value == value.to_integral_value() for value in values)


def scale_of(chart: MeasureChart, which: Chart) -> int:
    """Return by how much a share or a rate is multiplied to be what people type."""
    if which not in SAMPLED:
        return 1
    return 100 if chart.measure.kind == MeasureKind.PERCENT else chart.measure.per or 1


def observations_of(which: Chart, places: Sequence[Place]) -> list[Observation]:
    """Return the numbers as the control chart takes them; a period without one keeps its place."""
    return [_observation(which, place) for place in places]


def _observation(which: Chart, place: Place) -> Observation:
    if place.value is None:
        return Observation()
    if which in SAMPLED and place.point is not None:
        return Observation(place.point.numerator, place.point.denominator)
    return Observation(place.value)


@dataclass(frozen=True)
class Judging:
    """By which rules a programme's control charts are judged; ``screened`` drops single far moving ranges from the limits."""

    rules: Rules = NHS
    screened: bool = False


def judging_by(row: ChartRules) -> Judging:
    """Return by which rules a programme that chose this judges its control charts."""
    return Judging(RULES[row.control_rules], row.screened)


def chosen_for(measure: Measure) -> str:
    """Return which control chart somebody chose for a measure, else the one that the library suggests; "" for none. One statement."""
    chosen = MeasureDefinition.objects.filter(measure=measure).values_list("chart", flat=True).first()
    suggested = measure_library.of(measure)
    return chosen or (suggested.chart if suggested else "")


@dataclass(frozen=True)
class Controlled:
    """A control chart with what it is of. ``times``: by how much its values are multiplied to be what people type."""

    of: MeasureChart
    choice: Choice
    judging: Judging
    chart: ControlChart
    times: int

    def typed(self, value: Fraction | None) -> Decimal | None:
        """Return a value, a centre or a limit of the chart in the unit that people type."""
        if value is None:
            return None
        return Decimal(repr(round(shown(self.choice.chart, value) * self.times, 6)))


def controlled(of: MeasureChart, chosen: str, judging: Judging) -> Controlled:
    """Return the control chart of a measure's chart, over the same stretches."""
    choice = chart_for(of.measure.kind, chosen, of.places)
    times = scale_of(of, choice.chart)
    goal = of.measure.goal
    chart = control_chart(
        choice.chart,
        observations_of(choice.chart, of.places),
        rules=judging.rules,
        direction=Direction(of.measure.direction),
        target=None if goal is None else Fraction(goal) / times,
        stages=[line.stage(choice.chart, screened=judging.screened) for line in of.lines],
        screened=judging.screened,
    )
    return Controlled(of, choice, judging, chart, times)


def basis_kept(
    of: MeasureChart, numbers: Sequence[Place], *, chosen: str = "", screened: bool = False
) -> dict[str, Any] | None:
    """Return what limits are made of by these numbers, to be kept with the line; None where they make none."""
    which = chart_for(of.measure.kind, chosen, of.places).chart
    return lines.kept(which, observations_of(which, numbers), screened=screened)
