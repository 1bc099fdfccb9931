"""What a run chart means: median, runs rules and one neutral finding. Pure; the words are in `chart_words`.

Rule set "Perla": Perla RJ, Provost LP, Murray SK. The run chart: a simple analytical tool for learning from
variation in healthcare processes. BMJ Quality & Safety 2011;20:46-51.

* Shift: 6 or more points in a row on one side of the median; points on the median neither count nor break.
* Trend: 5 or more points in a row, each higher (or each lower) than the one before; equal neighbours count once.
* Runs: too few or too many stretches on one side of the median, by a table of critical values.

A missing value keeps its place on the time axis and neither counts nor breaks. The fourth rule of the paper, the
"astronomical" point, is a judgement of people and is not computed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Final

Number = int | float | Decimal

SHIFT_LENGTH: Final = 6
TREND_LENGTH: Final = 5
ENOUGH: Final = 10  # useful points (off the median) below which nothing is judged

# Critical numbers of runs, {useful points: (fewest, most)}: a signal if runs < fewest or runs > most.
# Source: the table printed in Perla, Provost and Murray 2011, as commonly quoted (after Swed FS, Eisenhart C. Tables
# for testing randomness of grouping in a sequence of alternatives. Ann Math Stat 1943;14:66-87), 5 % two-sided.
# It differs from the exact distribution (`exact_limits`) by 1 in 17 of its 51 rows; to be compared with the printed
# paper by a coach before release.
RUNS_TABLE: Final[dict[int, tuple[int, int]]] = {
    10: (3, 9), 11: (3, 10), 12: (3, 11), 13: (4, 11), 14: (4, 12), 15: (5, 12), 16: (5, 13), 17: (5, 13),
    18: (6, 14), 19: (6, 15), 20: (6, 16), 21: (7, 16), 22: (7, 17), 23: (7, 17), 24: (8, 18), 25: (8, 18),
    26: (9, 19), 27: (10, 19), 28: (10, 20), 29: (10, 20), 30: (11, 21), 31: (11, 22), 32: (11, 23), 33: (12, 23),
    34: (12, 24), 35: (12, 24), 36: (13, 25), 37: (13, 25), 38: (14, 26), 39: (14, 26), 40: (15, 27), 41: (15, 27),
    42: (16, 28), 43: (16, 28), 44: (17, 29), 45: (17, 30), 46: (17, 31), 47: (18, 31), 48: (18, 32), 49: (19, 32),
    50: (19, 33), 51: (20, 33), 52: (20, 34), 53: (21, 34), 54: (21, 35), 55: (22, 35), 56: (22, 36), 57: (23, 36),
    58: (23, 37), 59: (24, 38), 60: (24, 38),
}  # fmt: skip


class Direction(StrEnum):
    """Which way is good for this measure."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Side(StrEnum):
    """Above or below the median; for a trend, rising or falling."""

    ABOVE = "above"
    BELOW = "below"


class Finding(StrEnum):
    """The one thing a chart has to say."""

    EMPTY = "empty"  # no number yet
    TOO_FEW = "too few"  # fewer than ten numbers
    TOO_FEW_USEFUL = "too few useful"  # ten numbers or more, but fewer than ten off the median
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
    points recorded. `current`: the signal reaches the last recorded point. `earlier`: the median comes from a
    baseline that ends before the signal begins. `first`, `last`: indices of the signal, else of the recorded
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
class RunChart:
    """A run chart, worked out. Made by `run_chart`; indices always count the points given, missing ones included.

    `median` is None without a value. `baseline` is the length asked for, `baseline_end` the index of the last point
    that the median was worked out from if there are points after it, else None. `useful`: points off the median.
    `runs` and `limits` are None below ten useful points. `signals`: every shift and trend, in order of their ends;
    `signal`: the one the reading is about, None for the runs rules.
    """

    points: tuple[Point, ...]
    values: tuple[Decimal | None, ...]
    goal: Decimal | None
    direction: Direction
    baseline: int | None
    median: Decimal | None
    baseline_end: int | None
    useful: int
    runs: int | None
    limits: tuple[int, int] | None
    signals: tuple[Signal, ...]
    signal: Signal | None
    reading: Reading

    @property
    def finding(self) -> Finding:
        return self.reading.finding

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


@lru_cache(maxsize=512)
def exact_limits(n: int) -> tuple[int, int]:
    """The (fewest, most) runs of n useful points that chance explains, 2.5 % in each tail; n of at least 2.

    Swed and Eisenhart 1943, with n1 = n // 2 points on one side and n2 = n - n1 on the other:
    P(R=2k) = 2 C(n1-1,k-1) C(n2-1,k-1) / C(n,n1);
    P(R=2k+1) = [C(n1-1,k) C(n2-1,k-1) + C(n1-1,k-1) C(n2-1,k)] / C(n,n1).
    Fewest is the smallest r with P(R <= r) > 2.5 %, most the largest r with P(R >= r) > 2.5 %. Exact fractions.
    """
    if n < 2:
        raise ValueError("runs need at least two points")
    n1, n2 = n // 2, n - n // 2
    ways = {}
    for r in range(2, n + 1):
        k = r // 2
        if r % 2 == 0:
            ways[r] = 2 * math.comb(n1 - 1, k - 1) * math.comb(n2 - 1, k - 1)
        else:
            ways[r] = math.comb(n1 - 1, k) * math.comb(n2 - 1, k - 1) + math.comb(n1 - 1, k - 1) * math.comb(n2 - 1, k)
    tail = Fraction(1, 40) * math.comb(n, n1)

    def first_beyond(order: Sequence[int]) -> int:
        total = 0
        for r in order:
            total += ways[r]
            if total > tail:
                return r
        raise AssertionError("the ways add up to more than any tail")

    return first_beyond(range(2, n + 1)), first_beyond(range(n, 1, -1))


def limits_for(useful: int) -> tuple[int, int] | None:
    """The (fewest, most) runs for so many useful points: by the table, computed beyond it; None below ten."""
    if useful < ENOUGH:
        return None
    return RUNS_TABLE.get(useful) or exact_limits(useful)


# ---------------------------------------------------------------- rules


def _sides(values: Sequence[Decimal | None], median: Decimal) -> list[tuple[int, Side]]:
    """The useful points: index and side."""
    return [
        (i, Side.ABOVE if value > median else Side.BELOW)
        for i, value in enumerate(values)
        if value is not None and value != median
    ]


def count_runs(values: Sequence[Decimal | None], median: Decimal) -> int:
    """How many runs the useful points make: crossings of the median, plus 1; 0 without useful points."""
    sides = [side for _, side in _sides(values, median)]
    return sum(a != b for a, b in pairwise(sides)) + 1 if sides else 0


def shifts(values: Sequence[Decimal | None], median: Decimal, after: int | None = None) -> list[Signal]:
    """Every shift. With `after`, the last index of a fixed baseline, a shift that has six counted points behind it
    is given as those points only: what made the median is no evidence against it.
    """
    found = []
    run: list[int] = []
    here: Side | None = None

    def close() -> None:
        if here is None or len(run) < SHIFT_LENGTH:
            return
        counted = run
        if after is not None:
            later = [i for i in run if i > after]
            counted = later if len(later) >= SHIFT_LENGTH else run
        inside = tuple(i for i in range(counted[0], counted[-1] + 1) if values[i] is not None)
        found.append(Signal(Finding.SHIFT, here, inside, len(counted)))

    for i, side in _sides(values, median):
        if side is not here:
            close()
            run, here = [], side
        run.append(i)
    close()
    return found


def trends(values: Sequence[Decimal | None]) -> list[Signal]:
    """Every trend: 5 points or more, all rising or all falling, equal neighbours counted once."""
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
        if k - start >= TREND_LENGTH:
            # Of equal neighbours at its ends only the inner one belongs: the trend begins when the line leaves.
            inner = [
                steps[start][1][-1],
                *(i for _, same in steps[start + 1 : k - 1] for i in same),
                steps[k - 1][1][0],
            ]
            found.append(Signal(Finding.TREND, Side.ABOVE if rising else Side.BELOW, tuple(inner), k - start))
        start = k - 1
    return found


# ---------------------------------------------------------------- the chart


def run_chart(
    points: Sequence[Point],
    *,
    goal: Number | None = None,
    direction: Direction = Direction.NONE,
    baseline: int | None = None,
) -> RunChart:
    """Work out a run chart.

    `baseline`: how many of the first recorded points the median is worked out from and then kept; None: all of
    them. The reading speaks of the signal that reaches furthest to the present, a shift before a trend that ends on
    the same point; of the number of runs only if there is neither. Raises ValueError for a value that is not finite
    or a baseline below 1.
    """
    if baseline is not None and baseline < 1:
        raise ValueError("a baseline has at least one point")
    values = tuple(None if p.value is None else exact(p.value) for p in points)
    recorded = [i for i, value in enumerate(values) if value is not None]
    base = recorded[:baseline]
    end = base[-1] if len(base) < len(recorded) else None
    median = median_of([value for value in (values[i] for i in base) if value is not None])
    useful = len(_sides(values, median)) if median is not None else 0
    limits = limits_for(useful)
    runs = count_runs(values, median) if limits and median is not None else None
    signals: tuple[Signal, ...] = ()
    if limits and median is not None:
        found = [*trends(values), *shifts(values, median, end)]
        signals = tuple(sorted(found, key=lambda s: (s.last, s.finding is Finding.SHIFT)))
    signal = signals[-1] if signals else None
    reading = _read(points, recorded, useful, direction, end, signal, runs, limits)
    return RunChart(
        points=tuple(points),
        values=values,
        goal=None if goal is None else exact(goal),
        direction=direction,
        baseline=baseline,
        median=median,
        baseline_end=end,
        useful=useful,
        runs=runs,
        limits=limits,
        signals=signals,
        signal=signal,
        reading=reading,
    )


def _read(
    points: Sequence[Point],
    recorded: Sequence[int],
    useful: int,
    direction: Direction,
    baseline_end: int | None,
    signal: Signal | None,
    runs: int | None,
    limits: tuple[int, int] | None,
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
            # a point on the median after the signal does not end it, but the words "the last six" would be untrue
            current=signal.last == last,
            earlier=baseline_end is not None and signal.first > baseline_end,
            first=signal.first,
            last=signal.last,
            note_index=_note_near(points, signal.first),
        )
    if limits is None or runs is None:
        few = Finding.TOO_FEW if count < ENOUGH else Finding.TOO_FEW_USEFUL
        return Reading(few, count=count, useful=useful, first=first, last=last)
    fewest, most = limits
    finding = Finding.FEW_RUNS if runs < fewest else Finding.MANY_RUNS if runs > most else Finding.STEADY
    return Reading(finding, count=count, useful=useful, first=first, last=last, runs=runs, fewest=fewest, most=most)


def _note_near(points: Sequence[Point], start: int) -> int | None:
    """The annotated point nearest to where a signal begins; of two as near, the earlier one."""
    near = [i for i in range(max(0, start - 2), min(len(points), start + 2)) if points[i].note]
    return min(near, key=lambda i: (abs(i - start), i), default=None)
