"""What a chart costs: ten thousand points through all rules, and drawings of 24 and 120 points. Milliseconds of this process."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from core.charts.run import run_chart_svg
from core.charts.run_data import ChartData, ChartPoint, ChartWords, Level
from improvement.run_chart import Point, run_chart

POINTS = 10_000
DRAWN = (24, 120)
# A drawing is too quick for one look at the clock.
OFTEN = 50


def milliseconds(work: Callable[[], object], often: int = 1) -> float:
    """Return how long ``work`` takes, in milliseconds, the mean of ``often`` times."""
    began = time.perf_counter()
    for _turn in range(often):
        work()
    return (time.perf_counter() - began) * 1000 / often


def rules(rounds: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each round for a chart of 10,000 points, and for a loop that only reads them."""
    points = [Point(str(place), _figure(place)) for place in range(POINTS)]

    def read() -> float:
        total = 0.0
        for point in points:
            total += float(point.value or 0)
        return total

    turns = [(milliseconds(lambda: run_chart(points)), milliseconds(read)) for _round in range(rounds)]
    return [one for one, _ in turns], [other for _, other in turns]


def drawing(count: int, rounds: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each round for a drawing of so many points, and for a string of its length."""
    data = ChartData(
        [ChartPoint(f"w{place}", _figure(place)) for place in range(count)],
        ChartWords("Falls", "What it says", goal="goal 9", median="median 10", signal="six above the median"),
        levels=[Level(0, count - 1, 10, made_until=count // 2)],
        goal=9,
        signal=(count - 6, count - 1),
    )
    length = len(run_chart_svg(data))
    turns = [
        (
            milliseconds(lambda: run_chart_svg(data), OFTEN),
            milliseconds(lambda: "".join("x" for _ in range(length)), OFTEN),
        )
        for _round in range(rounds)
    ]
    return [one for one, _ in turns], [other for _, other in turns]


def _figure(place: int) -> int:
    """Return a figure that wanders, the same each time."""
    return round(10 + 5 * math.sin(place * 1.7) + 3 * math.sin(place / 50))
