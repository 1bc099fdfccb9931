"""A control chart as a page prints it: sentence, signs, the two drawings and the table, all from one computed chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.charts.icons import assurance_icon, variation_icon
from core.charts.run import run_chart_svg
from core.charts.run_data import ChartData, ChartNote, ChartPoint, ChartWords, Level
from core.charts.svg import Svg
from core.drawings import drawn
from improvement import chart_words, control_words, judging
from improvement.axis import spoken_number
from improvement.control import Controlled, chosen_for, controlled, judging_by
from improvement.measure_chart import MeasureChart
from improvement.spc import Judged


@dataclass
class ControlFigure:
    """The parameters of components/chart.html for a control chart."""

    one: Controlled

    @property
    def uid(self) -> str:
        return f"{self.one.of.uid}-control"

    @cached_property
    def finding(self) -> str:
        return control_words.headline(self.one)

    @cached_property
    def explanation(self) -> str:
        """Return the sentences under the headline: which rule says so, the goal, the chart and whose rules."""
        said = (control_words.because(self.one), control_words.goal_sentence(self.one), control_words.foot(self.one))
        return " ".join([f"{self.one.of.words.name}.", *filter(None, said)])

    @cached_property
    def signs(self) -> list[Svg]:
        """Return the two signs, as far as there is something to say."""
        chart, found = self.one.chart, []
        if chart.variation is not None:
            found.append(variation_icon(control_words.ICONS[chart.variation], self.finding, self.uid))
        if chart.assurance is not None:
            words = control_words.goal_sentence(self.one)
            found.append(assurance_icon(control_words.PROMISES[chart.assurance], words, self.uid))
        return found

    @cached_property
    def data(self) -> ChartData:
        """Return what is drawn, whatever the size."""
        one, of = self.one, self.one.of
        low, high = control_words.limit_words(one)
        points = one.chart.points
        return ChartData(
            points=[
                ChartPoint(place.label, one.typed(point.value), place.missing)
                for place, point in zip(of.places, points, strict=True)
            ],
            words=ChartWords(
                title=_("%(chart)s: %(name)s")
                % {"chart": control_words.called(one.choice.chart), "name": of.words.name},
                desc=f"{self.finding} {self.explanation}",
                goal=chart_words.goal_label(of.chart, number=of.number),
                median=control_words.centre_words(one),
                gap=_("no number"),
                low=low,
                high=high,
            ),
            levels=self._levels(),
            breaks=[line.first for line in of.lines if line.first],
            goal=of.measure.goal,
            limits=[self._limits(point) for point in points],
            marks={at: mark for at, point in enumerate(points) if (mark := control_words.mark_of(point.variation))},
            notes=[ChartNote(note.index, note.number) for note in of.notes],
        )

    def _levels(self) -> list[Level]:
        """Return the centre of each stretch that has limits."""
        one, found = self.one, []
        starts = [line.first for line in one.of.lines]
        for line, end in zip(one.of.lines, [*starts[1:], len(one.of.places)], strict=True):
            judged = [point.line for point in one.chart.points[line.first : end] if point.line is not None]
            centre = one.typed(judged[0].centre) if judged else None
            if centre is not None:
                found.append(Level(line.first, end - 1, centre, made_until=line.until))
        return found

    def _limits(self, point: Judged):
        if point.line is None:
            return None
        return self.one.typed(point.line.lower), self.one.typed(point.line.upper)

    @cached_property
    def table(self) -> dict[str, Any] | None:
        one, of = self.one, self.one.of
        if of.is_empty:
            return None
        rows = []
        for place, point in zip(of.places, one.chart.points, strict=True):
            low, high = self._limits(point) or (None, None)
            value = of.number(one.typed(point.value)) or place.missing or _("no number")
            rows.append((place.label, value, self._spoken(low), self._spoken(high), _state(point)))
        heads = [_("Month") if of.is_monthly else _("Week of"), of.measure.unit or _("Number")]
        heads += [_("Lower limit"), _("Upper limit"), _("What it says")]
        return {"caption": f"{self.finding} {self.explanation}", "heads": heads, "rows": rows}

    def _spoken(self, value) -> str:
        return spoken_number(value, self.one.of.measure.kind)

    @cached_property
    def figure(self) -> SafeString:
        """Return the chart with its sentence, notes and table."""
        empty = self.one.of.is_empty
        return drawn(
            "chart",
            finding=self.finding,
            measure=self.explanation,
            signs=self.signs,
            wide="" if empty else run_chart_svg(self.data, wide=True, uid=self.uid, number=self.one.of.number),
            narrow="" if empty else run_chart_svg(self.data, wide=False, uid=self.uid, number=self.one.of.number),
            notes=[{"number": note.number, "text": note.text} for note in self.one.of.notes],
            table=self.table,
        )


def _state(point: Judged) -> str:
    """Return in a word or two what a number says by itself."""
    if point.value is None or point.line is None:
        return ""
    return {
        "": _("as usual"),
        "good": _("better than usual"),
        "concern": _("worth a look"),
        "either": _("not as usual"),
    }[control_words.mark_of(point.variation)]


def control_figure_of(chart: MeasureChart) -> ControlFigure | None:
    """Return the control chart of a measure where its programme shows them, else None. Two statements, one where it does not."""
    rules = judging.rules_of(chart.team.cohort.programme_id)
    if not rules.control_charts:
        return None
    return ControlFigure(controlled(chart, chosen_for(chart.measure), judging_by(rules)))
