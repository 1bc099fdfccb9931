"""The charts of a team's page: for each measure its weeks, what they say, the two drawings and the table.

Meaning comes from `run_chart`, words from `chart_words`, lines from `core.charts`; here they are brought together from
a fixed number of queries, however many measures and weeks there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collaborative.line import phases_of
from collaborative.models import Team
from core.charts.run import run_chart_svg
from core.charts.run_data import ChartData, ChartNote, ChartPoint, ChartWords
from core.charts.scales import plain
from core.charts.svg import Svg
from core.drawings import drawn, fixed, remembered
from core.language import language
from core.quotes import inside
from core.time import NBSP, day, day_short
from improvement import chart_words, judging
from improvement.chart_words import MeasureWords
from improvement.models import DataPoint, Measure, MeasureKind, Method, Missing, SafetyConversation, TriedChange
from improvement.rule_sets import PERLA, RULE_SETS, RuleSet
from improvement.run_chart import Direction, Phase, Point, RunChart, run_chart
from improvement.weeks import BASELINE, WEEK, between, by_week, day_at, monday_of

# Marks above the points: the latest ones; more would hide the line.
MOST_NOTES = 6
# How many weeks back a number is corrected with one tap.
RECENT = 10


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


# ---------------------------------------------------------------- weeks


@dataclass(frozen=True)
class Week:
    """One place on the time axis, and how its number came about."""

    monday: dt.date
    value: Decimal | None = None
    missing: str = ""  # why there is none, in words
    method: str = ""
    point: DataPoint | None = None
    so_far: bool = False

    @property
    def sunday(self) -> dt.date:
        return self.monday + dt.timedelta(days=6)

    @property
    def label(self) -> str:
        """Return its first day as it stands under an axis and in a table: "7 Nov", "7 nov."."""
        return day_short(self.monday, language(), weekday=False)

    @property
    def date(self) -> str:
        """Return its first day as it stands in a sentence: "7 November", "7 novembre"."""
        return day(self.monday, language(), weekday=False)

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
    def typed(self) -> str:
        """Return the value as it stands in the box: no percent sign."""
        return spoken_number(self.value)

    @property
    def name(self) -> str:
        """Return what the number field is called: "Week of 12 December so far"."""
        values = {"day": self.date}
        return _("Week of %(day)s so far") % values if self.so_far else _("Week of %(day)s") % values


def week_of(monday: dt.date, point: DataPoint | None, logged: int | None, this_week: dt.date) -> Week:
    """Work out one week of a measure: what somebody typed wins over the log; ``logged`` None: no log stands behind it.

    A week in which nothing was logged has no number: silence is not a zero until somebody says that it is one.
    """
    so_far = monday == this_week
    follows = logged is not None and (point.method == Method.LOG if point else logged > 0)
    if follows:
        return Week(monday, value=Decimal(logged or 0), method=Method.LOG, point=point, so_far=so_far)
    if point is None:
        return Week(monday, so_far=so_far)
    missing = str(Missing(point.missing_reason).label) if point.value is None else ""
    return Week(monday, value=point.value, missing=missing, method=point.method, point=point, so_far=so_far)


def weeks_of(
    points: Iterable[DataPoint],
    logged: dict[dt.date, int] | None,
    *,
    this_week: dt.date,
    last_week: dt.date | None = None,
) -> list[Week]:
    """Return the weeks of a chart, in order and without a hole.

    From the first week with a number to the last complete one (or ``last_week``, where the series ended before). The
    running week stands there only if somebody saved a number for it: half a week would look like a fall.
    """
    saved = {point.period_start: point for point in points}
    known = sorted({*saved, *(logged or {})})
    if not known:
        return []
    end = this_week - WEEK
    if last_week is not None:
        end = min(end, last_week)
    # What somebody saved is never hidden; neither is what was logged in a week that is over.
    end = max([end, *(monday for monday in known if monday in saved or monday < this_week)])
    count = logged.get if logged is not None else None
    return [
        week_of(monday, saved.get(monday), None if count is None else count(monday, 0), this_week)
        for monday in between(known[0], end)
    ]


# ---------------------------------------------------------------- one chart


@dataclass
class MeasureChart:
    """Everything a page prints of one measure. Drawings are made when they are asked for."""

    measure: Measure
    team: Team
    weeks: list[Week]
    notes: list[dict[str, Any]] = field(default_factory=list)
    logged: dict[dt.date, int] | None = None
    saved: dict[dt.date, DataPoint] = field(default_factory=dict)
    this_week: dt.date = dt.date.min
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
        return MeasureWords(subject=subject, name=f"{self.measure.name}, {self.team.unit.name}")

    @cached_property
    def chart(self) -> RunChart:
        said = {note["monday"]: note["text_of_try"] for note in self.notes if note["text_of_try"]}
        return run_chart(
            [Point(week.date, week.value, said.get(week.monday, "")) for week in self.weeks],
            goal=self.measure.goal,
            direction=Direction(self.measure.direction),
            rules=self.rules,
            phases=[Phase(until=self._baseline_until())],
        )

    def _baseline_until(self) -> int | None:
        """Return the place of the last number of a fixed baseline; None: all numbers make the median."""
        recorded = [place for place, week in enumerate(self.weeks) if week.value is not None]
        fixed_at = self.measure.baseline_points
        return recorded[fixed_at - 1] if fixed_at and fixed_at < len(recorded) else None

    @cached_property
    def figure(self) -> SafeString:
        """Return the chart with its sentence, notes and table. Drawn once from the same numbers, words and marks."""
        numbers = [(week.monday, week.value, week.missing, week.method, week.so_far) for week in self.weeks]
        measure = self.measure
        judged = (measure.kind, measure.unit, measure.goal, measure.direction, measure.baseline_points, self.rules.key)
        made_of = fixed([self.uid, self.words, *judged, numbers, self.notes])
        return remembered(made_of, self._figure)

    def _figure(self) -> SafeString:
        return drawn(
            "chart",
            finding=self.finding,
            measure=self.explanation,
            wide=self.wide,
            narrow=self.narrow,
            notes=self.notes,
            key_text=self.key_text,
            table=self.table,
        )

    # ------------------------------------------------ the parameters of components/chart.html

    @cached_property
    def finding(self) -> str:
        return chart_words.headline(self.chart, self.words, number=self.number)

    @cached_property
    def explanation(self) -> str:
        return chart_words.explanation(self.chart, self.words, number=self.number)

    @property
    def key_text(self) -> str:
        return chart_words.key_label(self.chart)

    @property
    def is_empty(self) -> bool:
        return not self.chart.recorded

    def _draw(self, *, wide: bool) -> Svg:
        chart = self.chart
        data = ChartData(
            points=[ChartPoint(week.label, week.value, week.missing) for week in self.weeks],
            words=ChartWords(
                title=self.words.name,
                desc=chart_words.description(chart, self.words, number=self.number),
                goal=chart_words.goal_label(chart, number=self.number),
                median=chart_words.centre_label(chart, number=self.number),
                signal=chart_words.band_label(chart),
                gap=_("no number"),
            ),
            # Below ten useful points nothing is judged, so no median is drawn.
            median=chart.now.centre if chart.now.is_judged else None,
            goal=chart.goal,
            signal=chart.signal_range,
            diamonds=frozenset(chart.signal.indices) if chart.signal else None,
            baseline_end=chart.now.baseline_end,
            notes=[ChartNote(note["index"], note["number"]) for note in self.notes],
        )
        return run_chart_svg(data, wide=wide, uid=self.uid, number=self.number)

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
        caption = [f"{self.words.name}.", *self._of_the_caption(), chart_words.rules_line(self.chart)]
        return {
            "caption": " ".join(caption),
            "heads": [_("Week of"), self.measure.unit or _("Number"), _("How it came")],
            "rows": [
                (week.label, self.number(week.value) or week.missing or _("no number"), week.how) for week in self.weeks
            ],
        }

    def _of_the_caption(self) -> Iterable[str]:
        chart = self.chart
        if centre := chart_words.centre_sentence(chart, number=self.number):
            yield centre
        if chart.goal is not None:
            yield _("Goal %(value)s.") % {"value": self.number(chart.goal)}

    # ------------------------------------------------ the number field

    def week(self, monday: dt.date) -> Week:
        """Return any week of this measure, on the chart or not."""
        count = None if self.logged is None else self.logged.get(monday, 0)
        return week_of(monday, self.saved.get(monday), count, self.this_week)

    @cached_property
    def asked(self) -> Week:
        """Return the week to ask for: the last complete one while nobody has saved it, else the running one."""
        last = self.this_week - WEEK
        begun = min([*(self.logged or {}), *self.saved], default=None)
        owed = last not in self.saved and (begun is not None and begun <= last)
        return self.week(last if owed else self.this_week)

    def asked_for(self, text: str | None) -> Week:
        """Return the week that an address or a form names by its Monday; the one to ask for where it names none."""
        try:
            monday = dt.date.fromisoformat(text or "")
        except ValueError:
            return self.asked
        possible = monday == monday_of(monday) and self.first_possible <= monday <= self.this_week
        return self.week(monday) if possible else self.asked

    @property
    def first_possible(self) -> dt.date:
        return monday_of(self.team.cohort.first_day - BASELINE)

    @property
    def recent(self) -> list[Week]:
        """Return the latest weeks that a number can be of, the newest first, to choose another one from."""
        mondays = (self.this_week - WEEK * back for back in range(RECENT))
        return [self.week(monday) for monday in mondays if monday >= self.first_possible]


# ---------------------------------------------------------------- all charts of a team


def charts_of(
    team: Team,
    *,
    measures: Iterable[Measure] | None = None,
    talked: Iterable[tuple[dt.date, int]] | None = None,
    begun: Iterable[tuple[dt.date, str]] | None = None,
    now: dt.datetime | None = None,
) -> list[MeasureChart]:
    """Return the charts of ``team`` (of all its measures, or of ``measures``) in four statements and the cohort's phases.

    What the caller has at hand is not asked for again: conversations by day (``talked``), tries ``begun``. ``measures`` that
    come ``with_rules`` save a statement.
    """
    now = now or timezone.now()
    measures = list(Measure.objects.filter(team=team).with_rules() if measures is None else measures)
    today = day_at(now, team)
    this_week = monday_of(today)
    phases = phases_of(team.cohort)
    last_week = monday_of(max(phase.ends_on for phase in phases)) if phases else None
    points: dict[Any, list[DataPoint]] = {measure.pk: [] for measure in measures}
    for point in DataPoint.objects.filter(measure__in=[*points]):
        points[point.measure_id].append(point)
    logged = None
    if any(measure.fills_itself for measure in measures):
        if talked is None:
            talked = ((on, count) for _team, on, count in SafetyConversation.objects.filter(team=team).counts_by_day())
        logged = by_week(talked)
    rules = _rules(team, measures)
    events = _events(phases, _begun(team) if begun is None else begun, today)
    return [
        _chart(
            measure,
            team,
            points[measure.pk],
            logged if measure.fills_itself else None,
            events,
            this_week,
            last_week,
            rules,
        )
        for measure in measures
    ]


def _rules(team: Team, measures: list[Measure]) -> RuleSet:
    """Return by which rules the charts of a team are judged: one programme, one set. No statement where a measure says so."""
    known = [measure.rule_set for measure in measures if hasattr(measure, "rule_set")]
    key = known[0] if known else judging.rules_of(team.cohort.programme_id).rule_set if measures else None
    return RULE_SETS[key or PERLA.key]


def _begun(team: Team):
    """Return (day, title) of the tries that began and are shown."""
    tries = TriedChange.objects.filter(team=team, started_on__isnull=False).shown().exclude(title="")
    return tries.values_list("started_on", "title")


def _chart(measure, team, points, logged, events, this_week, last_week, rules) -> MeasureChart:
    weeks = weeks_of(points, logged, this_week=this_week, last_week=last_week)
    return MeasureChart(
        measure=measure,
        team=team,
        weeks=weeks,
        notes=_notes(weeks, events),
        logged=logged,
        saved={point.period_start: point for point in points},
        this_week=this_week,
        rules=rules,
    )


def _events(phases, begun: Iterable[tuple[dt.date, str]], today: dt.date) -> list[tuple[dt.date, str, bool]]:
    """Return (day, words, is a try) of what may have moved a number: sessions held, and tries begun."""
    held = [(phase.starts_on, phase.name, False) for phase in phases if phase.is_moment and phase.starts_on <= today]
    return sorted([*held, *((on, title, True) for on, title in begun)])


def _notes(weeks: list[Week], events: list[tuple[dt.date, str, bool]]) -> list[dict[str, Any]]:
    """Return the numbered marks of a chart: the latest events that fall into its weeks, in order."""
    place = {week.monday: index for index, week in enumerate(weeks)}
    inside = [event for event in events if monday_of(event[0]) in place][-MOST_NOTES:]
    return [
        {
            "number": number,
            "index": place[monday_of(on)],
            "monday": monday_of(on),
            "text": _("%(day)s: %(what)s") % {"day": day(on, language(), weekday=False), "what": words},
            "text_of_try": words if is_try else "",
        }
        for number, (on, words, is_try) in enumerate(inside, start=1)
    ]
