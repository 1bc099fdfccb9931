"""One measure as pages print it: what its numbers say, the two drawings, the table, and the number to ask for.

All of it comes from one computed chart (``MeasureChart.chart``), so that sentence, drawing, table and file never say two things.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collaborative.models import Team
from core.charts.run import run_chart_svg
from core.charts.run_data import ChartData, ChartNote, ChartPoint, ChartWords, Level
from core.charts.svg import Svg
from core.drawings import drawn, fixed, remembered
from core.quotes import inside
from improvement import chart_words, periods
from improvement.axis import Place, place_of, spoken_number
from improvement.chart_words import MeasureWords
from improvement.chart_words import Period as Noun
from improvement.lines import Line, changed_since
from improvement.models import DataPoint, Measure
from improvement.nudges import Nudge, nudges_of
from improvement.periods import Rhythm
from improvement.rule_sets import PERLA, RuleSet
from improvement.run_chart import Direction, Point, RunChart, run_chart
from improvement.weeks import BASELINE

# How many periods back a number is corrected with one tap.
RECENT = 10


@dataclass(frozen=True)
class Note:
    """A numbered mark on a chart: at which place, on which day, and its words; ``tried`` are the words of a try."""

    number: int
    index: int
    text: str
    tried: str = ""


@dataclass
class MeasureChart:
    """Everything a page prints of one measure. Drawings are made when they are asked for.

    ``now`` is the first day of the running period. ``lines``: from when on which line counts. ``rest`` tells why nobody was
    asked in a period, in words.
    """

    measure: Measure
    team: Team
    places: list[Place]
    lines: list[Line] = field(default_factory=lambda: [Line(None, 0, None)])
    notes: list[Note] = field(default_factory=list)
    logged: dict[dt.date, int] | None = None
    saved: dict[dt.date, DataPoint] = field(default_factory=dict)
    now: dt.date = dt.date.min
    rules: RuleSet = PERLA

    @property
    def uid(self) -> str:
        return f"chart-{str(self.measure.pk)[:8]}"

    @property
    def url(self) -> str:
        """Return the page of this measure; a number is posted there."""
        return reverse("number", args=[self.team.pk, self.measure.pk])

    @property
    def page_url(self) -> str:
        return reverse("numbers", args=[self.team.pk])

    @property
    def rhythm(self) -> str:
        return self.measure.frequency

    @property
    def is_monthly(self) -> bool:
        return self.rhythm == Rhythm.MONTHLY

    @cached_property
    def number(self):
        return partial(spoken_number, kind=self.measure.kind)

    @cached_property
    def words(self) -> MeasureWords:
        if self.measure.fills_itself:
            name = _("Safety conversations a week on %(unit)s") % {"unit": self.team.unit.name}
            return MeasureWords(subject=pgettext("subject of a sentence", "Conversations"), name=name)
        # A name that a team typed has a number and a gender that we do not know: it is quoted, never bent.
        subject = _("The numbers for “%(name)s”") % {"name": inside(self.measure.name)}
        noun = Noun.MONTH if self.is_monthly else Noun.WEEK
        return MeasureWords(subject=subject, name=f"{self.measure.name}, {self.team.unit.name}", period=noun)

    @cached_property
    def chart(self) -> RunChart:
        said = {note.index: note.tried for note in self.notes if note.tried}
        return run_chart(
            [Point(place.date, place.value, said.get(at, "")) for at, place in enumerate(self.places)],
            goal=self.measure.goal,
            direction=Direction(self.measure.direction),
            rules=self.rules,
            phases=[line.phase(self.rules.centre) for line in self.lines],
        )

    @cached_property
    def figure(self) -> SafeString:
        """Return the chart with its sentence, notes and table. Drawn once from the same numbers, words and marks."""
        numbers = [
            (place.start, place.value, place.parts, place.missing, place.method, place.so_far) for place in self.places
        ]
        measure = self.measure
        judged = (self.rhythm, measure.kind, measure.unit, measure.goal, measure.direction, self.rules.key)
        lines = [(line.first, line.until, line.row and line.row.centre) for line in self.lines]
        notes = [(note.number, note.index, note.text, note.tried) for note in self.notes]
        made_of = fixed([self.uid, self.url, self.words, *judged, numbers, lines, notes])
        return remembered(made_of, self._figure)

    def _figure(self) -> SafeString:
        return drawn(
            "chart",
            finding=self.finding,
            measure=self.explanation,
            wide=self.wide,
            narrow=self.narrow,
            notes=[{"number": note.number, "text": note.text} for note in self.notes],
            key_text=self.key_text,
            ring_text=chart_words.ring_label() if self.far else "",
            table=self.table,
        )

    # ------------------------------------------------ the parameters of components/chart.html

    @cached_property
    def finding(self) -> str:
        return chart_words.headline(self.chart, self.words, number=self.number)

    @cached_property
    def explanation(self) -> str:
        return " ".join([chart_words.explanation(self.chart, self.words, number=self.number), *self._remarks()])

    def _remarks(self) -> Iterable[str]:
        """Yield what has to be known to trust the line: that numbers which it was fixed at were changed since."""
        other = changed_since(self.lines[-1], self.places)
        centre = self.chart.now.centre
        if other is not None and centre is not None and self.chart.now.is_frozen:
            yield chart_words.changed_since(self.chart, fixed=self.number(centre), now=self.number(other))

    @property
    def key_text(self) -> str:
        return chart_words.key_label(self.chart)

    @property
    def far(self) -> list[int]:
        """Return the places of numbers far from the others, to be asked about. Part of a shift or a trend, one is far because things
        have changed.
        """
        inside = self.chart.signal.indices if self.chart.signal else ()
        return [at for at in self.chart.now.candidates if at not in inside]

    @property
    def is_empty(self) -> bool:
        return not self.chart.recorded

    @cached_property
    def data(self) -> ChartData:
        """Return what is drawn, whatever the size."""
        chart = self.chart
        return ChartData(
            points=[ChartPoint(place.label, place.value, place.missing) for place in self.places],
            words=ChartWords(
                title=self.words.name,
                desc=chart_words.description(chart, self.words, number=self.number),
                goal=chart_words.goal_label(chart, number=self.number),
                median=chart_words.centre_label(chart, number=self.number),
                signal=chart_words.band_label(chart),
                gap=_("no number"),
            ),
            # Below ten useful points nothing is judged, so no median is drawn.
            levels=[
                Level(one.first, one.last, one.centre, made_until=one.baseline_end)
                for one in chart.stretches
                if one.is_judged and one.centre is not None
            ],
            breaks=[one.first for one in chart.stretches if one.first],
            goal=chart.goal,
            signal=chart.signal_range,
            diamonds=frozenset(chart.signal.indices) if chart.signal else None,
            marks=dict.fromkeys(self.far, "far"),
            notes=[ChartNote(note.index, note.number) for note in self.notes],
        )

    @property
    def nudges(self) -> list[Nudge]:
        """Return what is worth a second look in these numbers."""
        return nudges_of(self)

    def _draw(self, *, wide: bool) -> Svg:
        return run_chart_svg(self.data, wide=wide, uid=self.uid, number=self.number)

    @cached_property
    def wide(self) -> Svg | str:
        return "" if self.is_empty else self._draw(wide=True)

    @cached_property
    def narrow(self) -> Svg | str:
        return "" if self.is_empty else self._draw(wide=False)

    @cached_property
    def table(self) -> dict[str, Any] | None:
        if self.is_empty:
            return None
        return {
            "caption": self.caption,
            "heads": [
                _("Month") if self.is_monthly else _("Week of"),
                self.measure.unit or _("Number"),
                _("How it came"),
            ],
            "rows": [
                (
                    format_html('<a href="{}">{}</a>', self.point_url(place), place.label),
                    self.number(place.value) or place.missing or _("no number"),
                    " · ".join(word for word in (place.parts, place.how) if word),
                )
                for place in self.places
            ],
        }

    @property
    def caption(self) -> str:
        """Return what stands above the table: what it is of, its lines, its goal, and whose rules judged it."""
        return " ".join([f"{self.words.name}.", *self._of_the_caption(), chart_words.rules_line(self.chart)])

    def _of_the_caption(self) -> Iterable[str]:
        chart = self.chart
        if earlier := chart_words.earlier_centres(chart, number=self.number):
            yield earlier
        if centre := chart_words.centre_sentence(chart, number=self.number):
            yield centre
        if chart.goal is not None:
            yield _("Goal %(value)s.") % {"value": self.number(chart.goal)}

    def point_url(self, place: Place) -> str:
        """Return the page that says of one number who entered it, when, from where, and what it was before."""
        return reverse("number_point", args=[self.team.pk, self.measure.pk, place.start.isoformat()])

    # ------------------------------------------------ the number field

    def place(self, start: dt.date) -> Place:
        """Return any period of this measure, on the chart or not."""
        known = next((place for place in self.places if place.start == start), None)
        if known is not None:
            return known
        count = None if self.logged is None else self.logged.get(start, 0)
        return place_of(start, self.saved.get(start), count, self.now, rhythm=self.rhythm)

    @cached_property
    def asked(self) -> Place:
        """Return the period to ask for: the last complete one while nobody has saved it, else the running one."""
        last = periods.preceding(self.rhythm, self.now)
        begun = min([*(self.logged or {}), *self.saved], default=None)
        owed = last not in self.saved and (begun is not None and begun <= last)
        return self.place(last if owed else self.now)

    def asked_for(self, text: str | None) -> Place:
        """Return the period that an address or a form names by its first day; the one to ask for where it names none."""
        start = self.possible(text)
        return self.asked if start is None else self.place(start)

    def possible(self, text: str | None) -> dt.date | None:
        """Return the first day of a period that can have a number, as a text names it; None for anything else."""
        try:
            start = dt.date.fromisoformat(text or "")
        except ValueError:
            return None
        fits = start == periods.start_of(self.rhythm, start) and self.first_possible <= start <= self.now
        return start if fits else None

    @property
    def first_possible(self) -> dt.date:
        return periods.start_of(self.rhythm, self.team.cohort.first_day - BASELINE)

    @property
    def recent(self) -> list[Place]:
        """Return the latest periods that a number can be of, the newest first, to choose another one from."""
        found: list[Place] = []
        start = self.now
        while len(found) < RECENT and start >= self.first_possible:
            found.append(self.place(start))
            start = periods.preceding(self.rhythm, start)
        return found
