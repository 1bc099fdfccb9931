"""What a run chart is drawn from: its points, its lines, its marks and its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.charts.scales import Number


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
    """Name and description of the drawing; the labels at the line ends; the words above the band; a default gap."""

    title: str
    desc: str
    goal: str = ""
    median: str = ""
    signal: str = ""
    gap: str = ""


@dataclass(frozen=True, slots=True)
class ChartData:
    """What is drawn. `signal`: first and last index of the band; `diamonds`: which points in it are diamonds (all
    of the band if not given); `baseline_end`: the last index of the points the median was worked out from (solid
    up to there, dotted where carried on; None: solid throughout). Indices outside the points are ignored.
    """

    points: Sequence[ChartPoint]
    words: ChartWords
    median: Number | None = None
    goal: Number | None = None
    signal: tuple[int, int] | None = None
    diamonds: frozenset[int] | None = None
    baseline_end: int | None = None
    notes: Sequence[ChartNote] = field(default=())

    @property
    def band(self) -> tuple[int, int] | None:
        """Return the signal's first and last index within the points; None if nothing of it is left."""
        if self.signal is None:
            return None
        first, last = max(0, self.signal[0]), min(len(self.points) - 1, self.signal[1])
        return (first, last) if first <= last else None
