"""What a run chart is drawn from: its points, its lines, its marks and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.charts.scales import Number

# What a single point says: good news, a concern, neither of the two, far from all others. Each has a shape of its own.
MARKS = ("good", "concern", "either", "far")


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One place on the time axis. Without a value it stays empty, and `gap` says why ("paused")."""

    label: str
    value: Number | None = None
    gap: str = ""


@dataclass(frozen=True, slots=True)
class ChartNote:
    """A numbered mark above a point; its words stand in the list under the chart."""

    index: int
    number: str | int


@dataclass(frozen=True, slots=True)
class ChartWords:
    """Name and description of the drawing; the labels at the line ends (`low`, `high`: of the limits); the words above the band;
    a default gap.
    """

    title: str
    desc: str
    goal: str = ""
    median: str = ""
    signal: str = ""
    gap: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A stretch of the centre line, over the places `first` to `last`.

    `made_until`: the last place of the points that it was worked out from: solid up to there, dotted where carried on; None:
    solid throughout.
    """

    first: int
    last: int
    value: Number
    made_until: int | None = None


@dataclass(frozen=True, slots=True)
class ChartData:
    """What is drawn. `levels`: the centre line, in stretches; `breaks`: the places before which the lines break (every later
    level begins with one anyway); `signal`: first and last index of the band; `diamonds`: which points in it are diamonds (all of
    the band if not given); `limits`: for each place the lower and the upper limit, drawn in steps; `centres`: the centre line
    where it differs from place to place, drawn in steps too; `marks`: what single points say, as one of `MARKS`. Indices
    outside the points are ignored.
    """

    points: Sequence[ChartPoint]
    words: ChartWords
    levels: Sequence[Level] = ()
    breaks: Sequence[int] = ()
    goal: Number | None = None
    signal: tuple[int, int] | None = None
    diamonds: frozenset[int] | None = None
    notes: Sequence[ChartNote] = field(default=())
    limits: Sequence[tuple[Number | None, Number | None] | None] = ()
    centres: Sequence[Number | None] = ()
    marks: Mapping[int, str] = field(default_factory=dict)

    @property
    def broken_at(self) -> frozenset[int]:
        """Return the places before which the lines break, within the points."""
        begun = (level.first for level in self.levels if any(other.first < level.first for other in self.levels))
        return frozenset(at for at in (*self.breaks, *begun) if 0 < at < len(self.points))

    @property
    def band(self) -> tuple[int, int] | None:
        """Return the signal's first and last index within the points; None if nothing of it is left."""
        if self.signal is None:
            return None
        first, last = max(0, self.signal[0]), min(len(self.points) - 1, self.signal[1])
        return (first, last) if first <= last else None
