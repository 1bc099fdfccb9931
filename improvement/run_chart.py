"""What a run chart means: centre line, runs rules, phases and one neutral finding. Pure; the words are in `chart_words`.

* Shift: so many points in a row on one side of the centre; points on it neither count nor break.
* Trend: so many points in a row, each higher (or each lower) than the one before; equal neighbours count once.
* Runs: too few or too many stretches on one side of the centre.

How many, and what the centre is, comes from a named set of rules (`rule_sets`); the default is Perla RJ, Provost LP,
Murray SK. The run chart: a simple analytical tool for learning from variation in healthcare processes. BMJ Quality &
Safety 2011;20:46-51. Critical numbers of runs are in `runs`.

A missing value keeps its place on the time axis and neither counts nor breaks. The fourth rule of the paper, the
"astronomical" point, is a judgement of people: `candidates` only asks "what happened here?" and never changes a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final

from improvement.rule_sets import ENOUGH, PERLA, Centre, RuleSet

# Limits of single values from the median moving range, which one far point does not stretch (Wheeler DJ. Understanding
# Statistical Process Control), and from the mean moving range where the median one is 0.
FAR_BY_MEDIAN: Final = Decimal("3.145")
FAR_BY_MEAN: Final = Decimal("2.66")

Number = int | float | Decimal


class Direction(StrEnum):
    """Which way is good for this measure."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Side(StrEnum):
    """Above or below the centre; for a trend, rising or falling."""

    ABOVE = "above"
    BELOW = "below"


class Finding(StrEnum):
    """The one thing a chart has to say."""

    EMPTY = "empty"  # no number yet
    TOO_FEW = "too few"  # fewer than ten numbers
    TOO_FEW_USEFUL = "too few useful"  # ten numbers or more, but fewer than ten off the centre
    STEADY = "steady"  # judged; nothing beyond chance
    SHIFT = "shift"
    TREND = "trend"
    FEW_RUNS = "few runs"
    MANY_RUNS = "many runs"


@dataclass(frozen=True, slots=True)
class Point:
    """One place on the time axis: its label as the reader shall see it, the value or None, a note or ""."""

    label: str
    value: Number | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """From which place on a centre counts.

    ``until``: the last place that it is worked out from and then kept; None: all of the phase. ``centre``: what it was
    frozen at; then nothing is worked out anew.
    """

    first: int = 0
    until: int | None = None
    centre: Number | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """A shift or a trend. `indices` are the points that belong to it, in order, also those on the median (shift) or
    equal to their neighbour (trend) between its ends; `count` is how many of them the rule counted.
    """

    finding: Finding
    side: Side
    indices: tuple[int, ...]
    count: int

    @property
    def first(self) -> int:
        return self.indices[0]

    @property
    def last(self) -> int:
        return self.indices[-1]


@dataclass(frozen=True, slots=True)
class Reading:
    """The finding with what a sentence needs; no words.

    `side`: where the points lie or move (shift, trend). `good`: whether that is the way hoped for; None if the
    measure has no good direction or there is nothing to judge. `count`: points that make the signal, else the
    points recorded in the phase. `current`: the signal reaches the last recorded point. `earlier`: the centre comes from
    a baseline that ends before the signal begins. `first`, `last`: indices of the signal, else of the recorded
    points; None if there are none. `note_index`: the annotated point that stands where the signal begins (up to two
    places before it, one after), else None. `runs`, `fewest`, `most`: for the runs rules, else None.
    """

    finding: Finding
    side: Side | None = None
    good: bool | None = None
    count: int = 0
    useful: int = 0
    current: bool = False
    earlier: bool = False
    first: int | None = None
    last: int | None = None
    note_index: int | None = None
    runs: int | None = None
    fewest: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """One phase of a chart, worked out. Indices count all the points of the chart, missing ones included.

    `first`, `last`: its places on the axis. `centre` is None without a value. `baseline_end`: the index of the last point
    that the centre was worked out from if there are points after it, else None. `is_frozen`: the centre was given.
    `useful`: points off the centre. `runs`: how many stretches of one side they make; None below ten useful points, and so
    `limits`, (fewest, most), None also where the set has no rule for runs. `signals`: every shift and trend, in order of
    their ends; `signal`: the one the reading is about, None for the runs rules. `candidates`: far points to ask about.
    """

    first: int
    last: int
    centre: Decimal | None
    is_frozen: bool
    baseline_end: int | None
    recorded: tuple[int, ...]
    useful: int
    runs: int | None
    limits: tuple[int, int | None] | None
    signals: tuple[Signal, ...]
    signal: Signal | None
    candidates: tuple[int, ...]
    reading: Reading

    @property
    def is_judged(self) -> bool:
        """Return whether it has ten useful points: below that only the dots are drawn."""
        return self.useful >= ENOUGH


@dataclass(frozen=True, slots=True)
class RunChart:
    """A run chart, worked out by `run_chart`. `now` is the phase that counts today; its finding is the chart's."""

    points: tuple[Point, ...]
    values: tuple[Decimal | None, ...]
    goal: Decimal | None
    direction: Direction
    rules: RuleSet
    stretches: tuple[Stretch, ...]

    @property
    def now(self) -> Stretch:
        return self.stretches[-1]

    @property
    def reading(self) -> Reading:
        return self.now.reading

    @property
    def finding(self) -> Finding:
        return self.reading.finding

    @property
    def signal(self) -> Signal | None:
        return self.now.signal

    @property
    def signal_range(self) -> tuple[int, int] | None:
        """First and last index of the band to draw, or None."""
        return (self.signal.first, self.signal.last) if self.signal else None

    @property
    def recorded(self) -> tuple[int, ...]:
        """Indices of the points that have a value."""
        return tuple(i for i, value in enumerate(self.values) if value is not None)


# ---------------------------------------------------------------- numbers


def exact(value: Number) -> Decimal:
    """The number as it was typed, so that 0.1 + 0.2 lies on a median of 0.3. Raises ValueError if not finite."""
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite():
        raise ValueError("a point of a chart is a finite number or None")
    return number


def median_of(values: Sequence[Decimal]) -> Decimal | None:
    """The middle value, or the mean of the two middle ones; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def centre_of(values: Sequence[Decimal], centre: Centre) -> Decimal | None:
    """The median or the mean; None without values."""
    if centre is Centre.MEDIAN or not values:
        return median_of(values)
    return sum(values, Decimal(0)) / len(values)


# ---------------------------------------------------------------- rules


def _sides(values: Sequence[Decimal | None], centre: Decimal) -> list[tuple[int, Side]]:
    """The useful points: index and side."""
    return [
        (i, Side.ABOVE if value > centre else Side.BELOW)
        for i, value in enumerate(values)
        if value is not None and value != centre
    ]


def count_runs(values: Sequence[Decimal | None], centre: Decimal) -> int:
    """How many runs the useful points make: crossings of the centre, plus 1; 0 without useful points."""
    sides = [side for _, side in _sides(values, centre)]
    return sum(a != b for a, b in pairwise(sides)) + 1 if sides else 0


def shifts(values: Sequence[Decimal | None], centre: Decimal, length: int, after: int | None = None) -> list[Signal]:
    """Every shift of `length` points or more. With `after`, the last index of a fixed baseline, a shift that has as many
    behind it is given as those points only: what made the centre is no evidence against it.
    """
    found = []
    run: list[int] = []
    here: Side | None = None

    def close() -> None:
        if here is None or len(run) < length:
            return
        counted = run
        if after is not None:
            later = [i for i in run if i > after]
            counted = later if len(later) >= length else run
        inside = tuple(i for i in range(counted[0], counted[-1] + 1) if values[i] is not None)
        found.append(Signal(Finding.SHIFT, here, inside, len(counted)))

    for i, side in _sides(values, centre):
        if side is not here:
            close()
            run, here = [], side
        run.append(i)
    close()
    return found


def trends(values: Sequence[Decimal | None], length: int) -> list[Signal]:
    """Every trend: `length` points or more, all rising or all falling, equal neighbours counted once."""
    # one step per distinct value in a row: the value and the indices that share it
    steps: list[tuple[Decimal, list[int]]] = []
    for i, value in enumerate(values):
        if value is None:
            continue
        if steps and steps[-1][0] == value:
            steps[-1][1].append(i)
        else:
            steps.append((value, [i]))
    found: list[Signal] = []
    start = 0
    for k in range(1, len(steps) + 1):
        rising = steps[start + 1][0] > steps[start][0] if start + 1 < len(steps) else True
        if k < len(steps) and (steps[k][0] > steps[k - 1][0]) is rising:
            continue
        if k - start >= length:
            # Of equal neighbours at its ends only the inner one belongs: the trend begins when the line leaves.
            inner = [
                steps[start][1][-1],
                *(i for _, same in steps[start + 1 : k - 1] for i in same),
                steps[k - 1][1][0],
            ]
            found.append(Signal(Finding.TREND, Side.ABOVE if rising else Side.BELOW, tuple(inner), k - start))
        start = k - 1
    return found


def candidates(values: Sequence[Decimal | None], centre: Decimal) -> list[int]:
    """The indices of points so far from the centre that people may want to look: "what happened here?". Never a signal.

    Farther than 3.145 median moving ranges, or 2.66 mean ones where the median one is 0.
    """
    known = [value for value in values if value is not None]
    ranges = [abs(b - a) for a, b in pairwise(known)]
    if not ranges:
        return []
    reach = FAR_BY_MEDIAN * (median_of(ranges) or Decimal(0)) or FAR_BY_MEAN * sum(ranges, Decimal(0)) / len(ranges)
    return [i for i, value in enumerate(values) if value is not None and abs(value - centre) > reach > 0]


# ---------------------------------------------------------------- the chart


def run_chart(
    points: Sequence[Point],
    *,
    goal: Number | None = None,
    direction: Direction = Direction.NONE,
    rules: RuleSet = PERLA,
    phases: Sequence[Phase] = (Phase(),),
) -> RunChart:
    """Work out a run chart, each phase by itself; one that would begin after the last place is left out.

    The reading speaks of the signal that reaches furthest to the present, a shift before a trend that ends on the same
    point; of the number of runs only if there is neither. Raises ValueError for a value that is not finite, or phases that
    are not in order from place 0.
    """
    starts = [phase.first for phase in phases]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        raise ValueError("phases begin at place 0 and follow each other")
    values = tuple(None if p.value is None else exact(p.value) for p in points)
    begun = [phase for phase in phases if phase.first < max(1, len(points))]
    ends = [*(phase.first for phase in begun[1:]), len(points)]
    return RunChart(
        points=tuple(points),
        values=values,
        goal=None if goal is None else exact(goal),
        direction=direction,
        rules=rules,
        stretches=tuple(
            _stretch(points, values, phase, end, direction, rules) for phase, end in zip(begun, ends, strict=True)
        ),
    )


def _stretch(
    points: Sequence[Point],
    values: Sequence[Decimal | None],
    phase: Phase,
    end: int,
    direction: Direction,
    rules: RuleSet,
) -> Stretch:
    # The rules see the values of this phase alone, in their places.
    own = [value if phase.first <= i < end else None for i, value in enumerate(values)]
    recorded = [i for i, value in enumerate(own) if value is not None]
    base = recorded if phase.until is None else [i for i in recorded if i <= phase.until]
    baseline_end = base[-1] if base and base[-1] != recorded[-1] else None
    if phase.centre is not None:
        centre: Decimal | None = exact(phase.centre)
    else:
        centre = centre_of([value for value in (own[i] for i in base) if value is not None], rules.centre)
    useful = len(_sides(own, centre)) if centre is not None else 0
    runs = limits = None
    signals: tuple[Signal, ...] = ()
    far: list[int] = []
    if centre is not None and useful >= ENOUGH:
        runs = count_runs(own, centre)
        limits = rules.runs(useful) if rules.runs else None
        found = [
            *(trends(own, rules.trend(useful)) if rules.trend else ()),
            *shifts(own, centre, rules.shift(useful), baseline_end),
        ]
        signals = tuple(sorted(found, key=lambda s: (s.last, s.finding is Finding.SHIFT)))
        far = candidates(own, centre)
    signal = signals[-1] if signals else None
    return Stretch(
        first=phase.first,
        last=end - 1,
        centre=centre,
        is_frozen=phase.centre is not None,
        baseline_end=baseline_end,
        recorded=tuple(recorded),
        useful=useful,
        runs=runs,
        limits=limits,
        signals=signals,
        signal=signal,
        candidates=tuple(far),
        reading=_read(points, recorded, useful, direction, baseline_end, signal, runs, limits),
    )


def _read(
    points: Sequence[Point],
    recorded: Sequence[int],
    useful: int,
    direction: Direction,
    baseline_end: int | None,
    signal: Signal | None,
    runs: int | None,
    limits: tuple[int, int | None] | None,
) -> Reading:
    count = len(recorded)
    if not recorded:
        return Reading(Finding.EMPTY)
    first, last = recorded[0], recorded[-1]
    if signal:
        good = None
        if direction is not Direction.NONE:
            good = (signal.side is Side.ABOVE) is (direction is Direction.UP)
        return Reading(
            signal.finding,
            side=signal.side,
            good=good,
            count=signal.count,
            useful=useful,
            # a point on the centre after the signal does not end it, but the words "the last six" would be untrue
            current=signal.last == last,
            earlier=baseline_end is not None and signal.first > baseline_end,
            first=signal.first,
            last=signal.last,
            note_index=_note_near(points, signal.first),
        )
    if useful < ENOUGH:
        few = Finding.TOO_FEW if count < ENOUGH else Finding.TOO_FEW_USEFUL
        return Reading(few, count=count, useful=useful, first=first, last=last)
    fewest, most = limits or (None, None)
    finding = Finding.STEADY
    if runs is not None and fewest is not None and runs < fewest:
        finding = Finding.FEW_RUNS
    elif runs is not None and most is not None and runs > most:
        finding = Finding.MANY_RUNS
    return Reading(finding, count=count, useful=useful, first=first, last=last, runs=runs, fewest=fewest, most=most)


def _note_near(points: Sequence[Point], start: int) -> int | None:
    """The annotated point nearest to where a signal begins; of two as near, the earlier one."""
    near = [i for i in range(max(0, start - 2), min(len(points), start + 2)) if points[i].note]
    return min(near, key=lambda i: (abs(i - start), i), default=None)
