"""What the demo's teams count beside their conversations, so that its charts have everything to show: a new line, too few runs, a
trend, a share with both its parts, months, a measure that several teams have in common.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from core.time import forward_utc
from desk.demo.marks import demo_id
from desk.demo.organisations import Place
from desk.demo.populate import World
from improvement import periods
from improvement.lines import kept
from improvement.measure_library import READY
from improvement.models import QUESTIONS, Began, ChartEvent, DataPoint, Measure, MeasureKind, MeasurePhase
from improvement.rule_sets import Centre
from improvement.run_chart import centre_of
from improvement.spc_limits import Chart, Observation
from improvement.weeks import WEEK, day_at, monday_of, zone_of

Figure = int | tuple[int, int] | None


@dataclass(frozen=True)
class Counted:
    """One measure of the library on a team, with its figures up to the last whole period; a pair is so many of so many.

    ``new_line``: before which of the last figures a new line begins, and why; the line before it is kept.
    """

    team: str
    ready: str
    figures: tuple[Figure, ...]
    goal: int | None = None
    new_line: tuple[int, str] | None = None
    named: bool = False


_SHARES: Final = tuple(
    (part, 14)
    for part in (11, 10, 12, 11, 10, 6, 7, 5, 6, 7, 12, 11, 10, 11, 12, 7, 6, 5, 7, 6)
)  # fmt: skip
COUNTED: Final = (
    # Two lines: huddles were held now and then, then each day.
    Counted(
        "harbour-view", "huddles",
        (3, 3, 5, 5, 2, 5, 3, 6, 5, 3, 3, 5, 7, 9, 6, 7, 10, 9, 7, 9, 6, 9, 10, 7, 9, 7),
        goal=7, new_line=(14, "The huddle moved to 7:15, before the breakfast trays"),
    ),
    # Too few runs: stretches above and below, none of them long enough for a shift.
    Counted("harbour-view", "shifts", _SHARES, goal=80),
    # A rate by the month, with a trend.
    Counted("harbour-view", "falls", ((9, 1210), (8, 1240), (9, 1180), (8, 1230), (9, 1220), (7, 1215), (6, 1235), (5, 1190), (4, 1225), (3, 1200), (3, 1240), (2, 1210))),
    Counted("northern-lights", "huddles", (2, 3, 3, 4, 4, 5, 4, 5, 6, 5, 6, 7), named=True),
    Counted("foothill-creek", "huddles", (5, 4, 6, 5, 5, 4, 6, 5, 4, 6, 5, 4)),
    Counted("rapides", "huddles", (1, 2, 2, 1, 3, 2, 4, 5, 5, 6, 5, 7)),
    Counted("maple-grove", "huddles", (4, 3, 4, None, None, 3, 4, 4, 5, 4, 4, 3)),
    Counted("caraquet", "huddles", (3, 5, 4, 6)),
)  # fmt: skip
_HAPPENED: Final = (("harbour-view", 9, "Two new colleagues on nights"),)


def count(world: World, all_places: Iterable[Place]) -> None:
    """Write what the teams count beside their conversations."""
    places = {place.key: place for place in all_places}
    points: list[DataPoint] = []
    for one in COUNTED:
        if one.team not in places:
            continue
        measure = _measure(world, one)
        starts = _starts(world, one, measure)
        points += _points(world, one, measure, starts)
        if one.new_line:
            _lines(world, one, measure, starts)
    DataPoint.objects.bulk_create(points)
    for team, weeks_ago, words in _HAPPENED:
        if team in places:
            on = monday_of(day_at(world.now, world.teams[team])) - weeks_ago * WEEK + dt.timedelta(days=1)
            ChartEvent.objects.create(
                id=demo_id("mark", team, weeks_ago), team=world.teams[team], on=on, words=words, by=_lead(world, team)
            )


def _lead(world: World, team: str):
    return world.members[team][0][1]


def _measure(world: World, one: Counted) -> Measure:
    ready = READY[one.ready]
    lead = _lead(world, one.team)
    named = {"named_at": world.now, "named_by": lead} if one.named else {}
    return Measure.objects.create(
        id=demo_id("measure", one.team, one.ready), team=world.teams[one.team], ready=one.ready, kind=ready.kind, per=ready.per,
        direction=ready.direction, frequency=ready.frequency, goal=one.goal, ordinal=1, by=lead,
        created_at=world.now - dt.timedelta(weeks=6), **ready.in_both("name"), **ready.in_both("unit"), **named,
    )  # fmt: skip


def _starts(world: World, one: Counted, measure: Measure) -> list[dt.date]:
    """Return the first days of the periods of its figures, the last one being the last whole period."""
    rhythm = measure.frequency
    start = periods.start_of(rhythm, day_at(world.now, world.teams[one.team]))
    found = []
    for _figure in one.figures:
        start = periods.preceding(rhythm, start)
        found.append(start)
    return found[::-1]


def _points(world: World, one: Counted, measure: Measure, starts: list[dt.date]) -> Iterator[DataPoint]:
    lead, zone = _lead(world, one.team), zone_of(world.teams[one.team])
    for place, (start, figure) in enumerate(zip(starts, one.figures, strict=True)):
        on = periods.last_day(measure.frequency, start) + dt.timedelta(days=2)
        at = min(forward_utc(dt.datetime.combine(on, dt.time(9, 25)), zone), world.now)
        yield DataPoint(
            id=demo_id("counted", one.team, one.ready, place), measure=measure, period_start=start, by=lead, at=at, created_at=at,
            deed=demo_id("counted-deed", one.team, one.ready, place), **_saved(measure, figure),
        )  # fmt: skip


def _saved(measure: Measure, figure: Figure) -> dict[str, object]:
    """Return the columns of one figure."""
    if figure is None:
        return {"missing_reason": "not_collected"}
    if isinstance(figure, int):
        return {"value": Decimal(figure)}
    part, whole = (Decimal(number) for number in figure)
    times = measure.per or 1 if measure.kind == MeasureKind.RATE else 100
    value = (part * times / whole).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
    return {"value": value, "numerator": part, "denominator": whole}


def _lines(world: World, one: Counted, measure: Measure, starts: list[dt.date]) -> None:
    """Let the first line be kept where it was, and a new one begin, with its four answers."""
    assert one.new_line is not None
    last, why = one.new_line
    lead, before = _lead(world, one.team), len(starts) - last
    made_of = [Decimal(number) for number in one.figures[:before] if isinstance(number, int)]
    told = {"measure": measure, "by": lead, "created_at": world.now - dt.timedelta(days=9)}
    MeasurePhase.objects.bulk_create([
        MeasurePhase(
            id=demo_id("line-kept", one.team, one.ready), began=Began.FIRST, made_until=starts[before - 1], fixed_by=lead,
            fixed_at=world.now - dt.timedelta(days=9), centre=centre_of(made_of, Centre.MEDIAN), centre_is=Centre.MEDIAN.value,
            basis=kept(Chart.X, [Observation(number) for number in made_of], screened=False), **told,
        ),
        MeasurePhase(
            id=demo_id("line-new", one.team, one.ready), began=Began.CHOSEN, starts_on=starts[before], why=why,
            **dict.fromkeys(QUESTIONS, True), **told,
        ),
    ])  # fmt: skip
