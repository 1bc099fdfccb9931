"""Where things stand on the paper of a run chart: its size, its margins, its scale and the rows of its notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.charts.run_data import ChartData, Level
from core.charts.scales import Number, finite, nice_ticks

TICK_PX: Final = 7.8
END_PX: Final = 6.9
LAST_PX: Final = 12.0
_MOST_ROWS: Final = 4  # five notes on one spot: the last ones share a row rather than push the data away


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper of one chart, in px of its viewBox.

    `values`, `goal`, `levels`, `centres` and the limits are what can be placed. `ticks` come with their words. `last`: the index of the last
    value, `last_word` how it is written. `rows`: for each note that has a point, the row it stands in. `lead`: a first
    dot stands in the middle of its paper.
    """

    wide: bool
    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    low: float
    high: float
    step: float
    lead: float
    values: Sequence[float | None]
    goal: float | None
    levels: Sequence[tuple[Level, float]]
    centres: Sequence[float | None]
    breaks: frozenset[int]
    lower: Sequence[float | None]
    upper: Sequence[float | None]
    ticks: Sequence[tuple[Decimal, str]]
    last: int | None
    last_word: str
    rows: dict[int, int]

    @property
    def edge(self) -> float:
        """Return where the level lines end."""
        return self.width - self.right + 5

    @property
    def centre(self) -> float | None:
        """Return how high the centre line is at its end: where its word stands."""
        stepped = next((v for v in reversed(self.centres) if v is not None), None)
        return self.levels[-1][1] if self.levels else stepped

    @property
    def floor(self) -> float:
        """Return the lower end of the plot."""
        return self.height - self.bottom

    @property
    def half(self) -> float:
        """Return how far the band reaches beyond its first and its last point."""
        return min(self.step * 0.5, 20.0) if len(self.values) > 1 else 20.0

    def x(self, i: float) -> float:
        return self.left + self.lead + i * self.step

    def y(self, v: float) -> float:
        return self.top + (self.floor - self.top) * (self.high - v) / (self.high - self.low)


def sheet_of(chart: ChartData, *, wide: bool, number: Callable[[Decimal], str]) -> Sheet:
    """Return the paper for `chart`: 600 x 320, or 344 x 300 where it is narrow."""
    width, height = (600.0, 320.0) if wide else (344.0, 300.0)
    top, bottom = (38.0, 40.0) if wide else (34.0, 38.0)
    values = [finite(p.value) for p in chart.points]
    n = len(values)
    goal = finite(chart.goal)
    placed = [(one, finite(one.value)) for one in chart.levels if one.first < n and one.last >= one.first]
    levels = [(one, at) for one, at in placed if at is not None]
    lower, upper = _limits(chart, 0, n), _limits(chart, 1, n)
    centres = [*map(finite, chart.centres[:n]), *[None] * (n - len(chart.centres))]
    shown = [v for v in (*values, goal, *lower, *upper, *centres, *(at for _, at in levels)) if v is not None]
    rows = _note_rows(chart, n, width - (106 if wide else 90))
    low, high, ticks = _scale(shown, rows)
    tick_words = [number(tick) if shown else "" for tick in ticks]
    last = max((i for i, v in enumerate(values) if v is not None), default=None)
    last_word = number(_exact(chart.points[last].value)) if last is not None else ""

    # Margins grow with what stands in them, up to a third of the sheet, so that the plot is never squeezed out.
    most = width / 3
    left = min(max(30.0 if wide else 26.0, max(map(len, tick_words)) * TICK_PX + 10), most)
    goal_word = chart.words.goal if goal is not None else ""
    median_word = chart.words.median if levels or any(v is not None for v in centres) else ""
    limit_words = [
        chart.words.low if any(v is not None for v in lower) else "",
        chart.words.high if any(v is not None for v in upper) else "",
    ]
    end_px = max(*(len(word) * END_PX for word in (goal_word, median_word, *limit_words)), len(last_word) * LAST_PX)
    right = min(max(76.0 if wide else 64.0, end_px + 15), most)
    return Sheet(
        wide=wide,
        width=width,
        height=height,
        top=top,
        bottom=bottom,
        left=left,
        right=right,
        low=low,
        high=high,
        step=(width - left - right) / max(n - 1, 1),
        lead=(width - left - right) / 2 if n == 1 else 0.0,
        values=values,
        goal=goal,
        levels=levels,
        centres=centres,
        breaks=chart.broken_at,
        lower=lower,
        upper=upper,
        ticks=list(zip(ticks, tick_words, strict=True)),
        last=last,
        last_word=last_word,
        rows=rows,
    )


def _limits(chart: ChartData, which: int, n: int) -> list[float | None]:
    """The lower (0) or the upper (1) limit of each place, as far as it can be placed."""
    pairs = [*chart.limits[:n], *[None] * (n - len(chart.limits))]
    return [None if pair is None else finite(pair[which]) for pair in pairs]


def _scale(shown: Sequence[float], rows: dict[int, int]) -> tuple[float, float, list[Decimal]]:
    """Lowest and highest value of the axis and its ticks: from 0, or from below it only where a value is."""
    whole = all(v == int(v) for v in shown)
    high = max([*shown, 0.0]) * (1.15 + 0.1 * max(rows.values(), default=0))
    low = min([*shown, 0.0])
    if high <= 0:
        high = -low * 0.15 or 1.0
    if whole:
        high = max(high, 2.3)
    ticks = nice_ticks(low, high, whole=whole) if shown else [Decimal(0)]
    return min(low, float(ticks[0])), high, ticks


def _exact(value: Number | None) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value or 0))


def _note_rows(chart: ChartData, n: int, plot: float) -> dict[int, int]:
    """For each note that has a point: the row it stands in, so that two neighbours do not touch."""
    step = plot / max(n - 1, 1)
    ends: list[float] = []
    rows: dict[int, int] = {}
    places = sorted((note.index, k) for k, note in enumerate(chart.notes) if 0 <= note.index < n)
    for index, k in places:
        at = index * step
        row = next((row for row, end in enumerate(ends) if at >= end), len(ends))
        if row == _MOST_ROWS:
            row -= 1
        elif row == len(ends):
            ends.append(0.0)
        ends[row] = at + 22
        rows[k] = row
    return rows
