"""The line of a cohort: one sentence on every page, and the drawing with its list where it stands large.

Built from the phases alone, in one query. Rooms that know more about a phase (the hour of a session, who came) pass
``notes`` for the list.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import uuid
from collections.abc import Iterable, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from collaborative import timeline
from collaborative.models import Cohort, Phase
from core.charts.thread import Stretch
from core.charts.timeline import Station, TimelineWords, timeline_svg
from core.charts.upright import upright_rows
from core.drawings import fixed, remembered
from core.language import language
from core.time import day, day_short, wall_in, weeks_between


def today_in(cohort: Cohort, now: dt.datetime | None = None) -> dt.date:
    """Return today's date on the cohort's clock."""
    return wall_in(now or timezone.now(), cohort.time_zone).date()


def has_begun(cohort: Cohort) -> bool:
    """Return whether the first day of the cohort has come."""
    return cohort.first_day <= today_in(cohort)


def phases_of(cohort: Cohort) -> list[Phase]:
    """Return the cohort's phases in order, read once and kept on the object."""
    if not hasattr(cohort, "_phases_in_order"):
        at_hand = "phases" in getattr(cohort, "_prefetched_objects_cache", {})
        phases = cohort.phases.all() if at_hand else Phase.objects.filter(cohort=cohort)
        cohort._phases_in_order = sorted(phases, key=lambda phase: phase.ordinal)
    return cohort._phases_in_order


def is_running(cohort: Cohort, now: dt.datetime | None = None) -> bool:
    """Return whether the series is under way today: it has begun, its last phase has not ended, nobody has closed it."""
    last = max((phase.ends_on for phase in phases_of(cohort)), default=cohort.first_day)
    return cohort.closed_at is None and cohort.first_day <= today_in(cohort, now) <= last


def running_first(cohorts: Iterable[Cohort]) -> list[Cohort]:
    """Return the cohorts as they come, those under way before the others. Give them with ``phases`` prefetched."""
    return sorted(cohorts, key=lambda cohort: not is_running(cohort))


def where_is(cohort: Cohort, today: dt.date) -> timeline.Where | None:
    """Return where the cohort stands on ``today``, None while it has no phases."""
    phases = phases_of(cohort)
    if not phases:
        return None
    spans = {phase.key: timeline.Span(phase.starts_on, phase.ends_on) for phase in phases}
    return timeline.where(cohort.first_day, spans, [phase.key for phase in phases if phase.is_moment], today)


def position(cohort: Cohort, today: dt.date | None = None) -> list[str]:
    """Return the parts of the one-line position: "Week 3 of 17", "Action period 1", "Session 2 on 11 Jan"."""
    if cohort.closed_at:
        return [_("This series is closed")]
    today = today or today_in(cohort)
    spot = where_is(cohort, today)
    if spot is None:
        return []
    by_key = {phase.key: phase for phase in phases_of(cohort)}
    parts = []
    if spot.week is None:
        parts.append(_("This series has ended"))
    elif spot.week == 0:
        parts.append(_("Begins on %(day)s") % {"day": day_short(cohort.first_day, language(), weekday=False)})
    else:
        parts.append(_("Week %(week)d of %(weeks)d") % {"week": spot.week, "weeks": spot.weeks})
    current, ahead = by_key.get(spot.current), by_key.get(spot.next_moment)
    if current and current.is_moment:
        parts.append(_("%(session)s is today") % {"session": current.name})
    elif current:
        parts.append(current.name)
    if ahead and ahead != current:
        parts.append(
            _("%(session)s on %(day)s")
            % {"session": ahead.name, "day": day_short(ahead.starts_on, language(), weekday=False)}
        )
    return parts


@dataclasses.dataclass(frozen=True)
class Stop:
    """One entry of the list twin (components/timeline.html): its piece of the upright drawing and its words."""

    kind: str
    classes: str
    rail: str
    title: str = ""
    text: str = ""
    url: str = ""


@dataclasses.dataclass(frozen=True)
class Note:
    """What another room knows of a phase: a sentence that replaces its day, and where it leads."""

    text: str
    url: str = ""


@dataclasses.dataclass(frozen=True)
class Line:
    """The drawing (SVG) and the list that says the same."""

    drawing: str
    rows: tuple[Stop, ...]


def draw(
    cohort: Cohort, *, today: dt.date | None = None, notes: Mapping[uuid.UUID, Note] | None = None, uid: str = "line"
) -> Line | None:
    """Return the line of ``cohort``, None while it has fewer than two stations. ``notes`` stand by phase id."""
    today, notes = today or today_in(cohort), notes or {}
    phases = [(p.pk, p.key, p.kind, p.number, p.name, p.say, p.starts_on, p.ends_on) for p in phases_of(cohort)]
    made_of = fixed(["line", cohort.name, cohort.first_day, today, uid, phases, [*notes.items()]])
    return remembered(made_of, lambda: _draw(cohort, today, notes, uid))


def _draw(cohort: Cohort, today: dt.date, notes: Mapping[uuid.UUID, Note], uid: str) -> Line | None:
    lang = language()
    stations, station_phases = _stations(cohort, lang)
    if len(stations) < 2:
        return None
    pairs = list(itertools.pairwise(stations))
    stretches = [_stretch(cohort, a.on, b.on) for a, b in pairs]
    lengths = [_length(a.on, b.on) for a, b in pairs]
    words = TimelineWords(
        title=_("Where we are: %(cohort)s") % {"cohort": cohort.name},
        desc=" · ".join(position(cohort, today)),
        today=_("Today, %(day)s") % {"day": day_short(today, lang)},
        quiet=_("quiet weeks"),
    )
    drawn = [Stretch(p.name if p else "", length) for p, length in zip(stretches, lengths, strict=True)]
    rows = []
    for row in upright_rows(stations, today):
        stop = Stop(row.kind, row.classes, row.rail)
        if row.kind == "station":
            phase, station = station_phases[row.index], stations[row.index]
            note = notes.get(phase.pk) if phase else None
            note = note or Note(day(station.on, lang))
            stop = dataclasses.replace(stop, title=station.name, text=note.text, url=note.url)
        elif row.kind == "stretch":
            phase = stretches[row.index]
            text = (phase.say if phase else "") or lengths[row.index]
            stop = dataclasses.replace(stop, title=phase.name if phase else "", text=text)
        elif row.kind == "now":
            stop = dataclasses.replace(stop, title=words.today)
        rows.append(stop)
    return Line(timeline_svg(stations, drawn, today, words, uid=uid), tuple(rows))


def _stations(cohort: Cohort, lang: str) -> tuple[list[Station], list[Phase | None]]:
    moments = [phase for phase in phases_of(cohort) if phase.is_moment]
    stations = [
        Station(phase.starts_on, phase.name, day_short(phase.starts_on, lang), phase.number) for phase in moments
    ]
    phases: list[Phase | None] = list(moments)
    if moments and cohort.first_day < moments[0].starts_on:
        stations.insert(0, Station(cohort.first_day, pgettext("station", "Start"), day_short(cohort.first_day, lang)))
        phases.insert(0, None)
    return stations, phases


def _stretch(cohort: Cohort, start: dt.date, end: dt.date) -> Phase | None:
    """Return the stretch that fills most of the days between two stations."""

    def shared(phase: Phase) -> int:
        return (min(phase.ends_on, end) - max(phase.starts_on, start)).days

    between = [phase for phase in phases_of(cohort) if not phase.is_moment and shared(phase) > 0]
    return max(between, key=shared, default=None)


def _length(start: dt.date, end: dt.date) -> str:
    weeks = max(1, weeks_between(start, end))
    return ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks}
