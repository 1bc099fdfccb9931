"""The charts of a team's page, brought together from a fixed number of statements, however many measures and periods there are.

Meaning comes from `run_chart`, words from `chart_words`, places from `axis`, lines from `lines`, drawings from `core.charts`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative.line import phases_of
from collaborative.models import Cohort, Team
from collaborative.resting import Rest, rest_on, rests_of
from core.language import language
from core.time import day
from improvement import judging, periods
from improvement.axis import Place, places_of
from improvement.lines import Line, lines_of, rows_of
from improvement.measure_chart import MeasureChart, Note
from improvement.models import Began, ChartEvent, DataPoint, Measure, MeasurePhase, SafetyConversation, TriedChange
from improvement.rule_sets import PERLA, RULE_SETS, RuleSet
from improvement.weeks import by_week, day_at

# Marks above the points: the latest ones; more would hide the line.
MOST_NOTES = 6


@dataclass(frozen=True)
class Event:
    """What may have moved a number: on which day, in which words; ``tried``: the title, where it was a try."""

    on: dt.date
    text: str
    tried: str = ""


@dataclass(frozen=True)
class _Around:
    """What the charts of one team share."""

    team: Team
    today: dt.date
    last_day: dt.date | None
    logged: dict[dt.date, int] | None
    events: Sequence[Event]
    rests: Sequence[Rest]
    rules: RuleSet


def charts_of(
    team: Team,
    *,
    measures: Iterable[Measure] | None = None,
    talked: Iterable[tuple[dt.date, int]] | None = None,
    happened: Iterable[tuple[dt.date, str, bool]] | None = None,
    now: dt.datetime | None = None,
) -> list[MeasureChart]:
    """Return the charts of ``team`` (of all its measures, or of ``measures``) in four statements, the cohort's phases and its rests.

    What the caller has at hand is not asked for again: conversations by day (``talked``), and what ``happened`` (see
    ``happened_in``). ``measures`` that come ``with_rules`` save two statements, a team that comes ``with_rests`` two.
    """
    now = now or timezone.now()
    measures = list(Measure.objects.filter(team=team).with_rules() if measures is None else measures)
    if not measures:
        return []
    measures.sort(key=lambda measure: measure.ended_on is not None)  # what is not counted any more stands behind
    points = _by_measure(DataPoint.objects.filter(measure__in=measures))
    lines = _lines(measures)
    logged = None
    if any(measure.fills_itself for measure in measures):
        if talked is None:
            talked = ((on, count) for _team, on, count in SafetyConversation.objects.filter(team=team).counts_by_day())
        logged = by_week(talked)
    phases, today = phases_of(team.cohort), day_at(now, team)
    around = _Around(
        team=team,
        today=today,
        last_day=max((phase.ends_on for phase in phases), default=None),
        logged=logged,
        events=_events(phases, happened_in(team) if happened is None else happened, today),
        rests=rests_of(team),
        rules=_rules(team, measures),
    )
    return [_chart(measure, points.get(measure.pk, []), lines.get(measure.pk, []), around) for measure in measures]


def charts_beside(cohort: Cohort, measures: Sequence[Measure], *, now: dt.datetime | None = None) -> list[MeasureChart]:
    """Return the charts of measures of several teams of a cohort, without marks: nothing of them tells whose they are.

    ``measures`` come ``with_rules`` and with their team and its unit. Two statements and the cohort's phases.
    """
    now = now or timezone.now()
    if not measures:
        return []
    points = _by_measure(DataPoint.objects.filter(measure__in=measures))
    days: dict[Any, list[tuple[dt.date, int]]] = {}
    teams = {measure.team_id for measure in measures if measure.fills_itself}
    for team, on, count in SafetyConversation.objects.filter(team__in=teams).counts_by_day():
        days.setdefault(team, []).append((on, count))
    last_day = max((phase.ends_on for phase in phases_of(cohort)), default=None)
    found = []
    for measure in measures:
        team = measure.team
        team.cohort = cohort
        logged = by_week(days.get(team.pk, ())) if measure.fills_itself else None
        around = _Around(team, day_at(now, team), last_day, logged, (), (), _rules(team, [measure]))
        found.append(
            _chart(
                measure, points.get(measure.pk, []), rows_of(getattr(measure, "lines_found", ())), around, marks=False
            )
        )
    return found


def _by_measure(rows: Iterable[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(row.measure_id, []).append(row)
    return found


def _lines(measures: list[Measure]) -> dict[Any, list[MeasurePhase]]:
    """Return the stretches of each measure's chart. No statement where the measures brought them along."""
    if all(hasattr(measure, "lines_found") for measure in measures):
        return {measure.pk: rows_of(getattr(measure, "lines_found", ())) for measure in measures}
    return _by_measure(MeasurePhase.objects.filter(measure__in=measures))


def _rules(team: Team, measures: list[Measure]) -> RuleSet:
    """Return by which rules the charts of a team are judged: one programme, one set. No statement where a measure says so."""
    known = [measure.rule_set for measure in measures if hasattr(measure, "rule_set")]
    key = known[0] if known else judging.rules_of(team.cohort.programme_id).rule_set
    return RULE_SETS[key or PERLA.key]


def happened_in(team: Team) -> Iterable[tuple[dt.date, str, bool]]:
    """Return what may have moved a team's numbers: day, words, and whether it was a try. One statement."""
    tries = TriedChange.objects.filter(team=team, started_on__isnull=False).shown().exclude(title="").order_by()
    put = ChartEvent.objects.filter(team=team).order_by()
    return tries.values_list("started_on", "title", Value(True)).union(
        put.values_list("on", "words", Value(False)), all=True
    )


def _chart(
    measure: Measure, points: Sequence[DataPoint], rows: Sequence[MeasurePhase], around: _Around, *, marks: bool = True
) -> MeasureChart:
    rhythm, logged = measure.frequency, around.logged if measure.fills_itself else None
    now = periods.start_of(rhythm, around.today)
    ends = [day for day in (around.last_day, measure.ended_on) if day is not None]
    places = places_of(
        points,
        logged,
        now=now,
        rhythm=rhythm,
        last=periods.start_of(rhythm, min(ends)) if ends else None,
        rest=_resting(around.rests, rhythm),
    )
    lines = lines_of(rows, places)
    return MeasureChart(
        measure=measure,
        team=around.team,
        places=places,
        lines=lines,
        notes=_notes(places, rhythm, [*around.events, *_begins(lines)]) if marks else [],
        logged=logged,
        saved={point.period_start: point for point in points},
        now=now,
        rules=around.rules,
    )


def _resting(rests: Sequence[Rest], rhythm: str) -> Callable[[dt.date], str]:
    """Return what tells why nobody was asked in a period, in words: more than half of its days were days of peace."""

    def rest(start: dt.date) -> str:
        count = (periods.last_day(rhythm, start) - start).days + 1
        found = [one for n in range(count) if (one := rest_on(rests, start + dt.timedelta(days=n))) is not None]
        if len(found) * 2 <= count:
            return ""
        paused = sum(one.paused for one in found)
        return _("paused") if paused * 2 >= len(found) else _("quiet weeks")

    return rest if rests else lambda start: ""


# ---------------------------------------------------------------- what may have moved a number


def _events(phases, happened: Iterable[tuple[dt.date, str, bool]], today: dt.date) -> list[Event]:
    """Return the sessions held, the tries begun, and what the team itself put on its charts."""
    held = [Event(phase.starts_on, phase.name) for phase in phases if phase.is_moment and phase.starts_on <= today]
    return [*held, *(Event(on, words, words if is_try else "") for on, words, is_try in happened)]


def _begins(lines: Sequence[Line]) -> list[Event]:
    """Return the beginnings of new lines as marks, with why."""
    found = []
    for line in lines:
        if line.row is None or line.row.starts_on is None:
            continue
        if line.row.began == Began.MEANING:
            words = _("counted another way from here on: %(why)s") % {"why": line.row.why}
        else:
            words = _("a new line begins: %(why)s") % {"why": line.row.why}
        if not line.row.why:
            words = _("counted another way from here on") if line.row.began == Began.MEANING else _("a new line begins")
        found.append(Event(line.row.starts_on, words))
    return found


def _notes(places: Sequence[Place], rhythm: str, events: Iterable[Event]) -> list[Note]:
    """Return the numbered marks of a chart: the latest events that fall into its periods, in order."""
    at = {place.start: index for index, place in enumerate(places)}
    shown = [event for event in events if periods.start_of(rhythm, event.on) in at]
    latest = sorted(shown, key=lambda event: event.on)[-MOST_NOTES:]
    return [
        Note(
            number=number,
            index=at[periods.start_of(rhythm, event.on)],
            text=_("%(day)s: %(what)s") % {"day": day(event.on, language(), weekday=False), "what": event.text},
            tried=event.tried,
        )
        for number, event in enumerate(latest, start=1)
    ]
