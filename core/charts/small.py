"""The small chart: one line among many, to be compared at a glance. No ticks, no dates: the page says those once for all."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from core.charts.run_data import ChartData
from core.charts.scales import Number, finite, plain, share_below
from core.charts.svg import Svg, fit, frame, safe, safe_id

WIDTH: Final = 264
HEIGHT: Final = 96
_TOP, _FLOOR, _LEFT, _RIGHT = 14.0, 84.0, 8.0, 176.0
_END_PX = 8.4  # a character of the last number


def small_chart_svg(
    chart: ChartData, *, high: Number | None = None, uid: str = "small", number: Callable[[Decimal], str] = plain
) -> Svg:
    """Return the line with its centre, its signal and its last number, 264 x 96. The scale begins at 0, or below where a value does.

    ``high``: a common upper end, so that charts beside each other can be compared; a goal beyond it is not drawn.
    """
    values = [finite(point.value) for point in chart.points]
    levels = [(one, at) for one in chart.levels if (at := finite(one.value)) is not None]
    shown = [value for value in values if value is not None]
    goal, common = finite(chart.goal), finite(high)
    top = max([*shown, *(at for _, at in levels), common or 0.0, 1.0])
    if goal is not None and common is None:
        top = max(top, goal)
    low = min([*shown, 0.0])
    step = (_RIGHT - _LEFT) / max(len(values) - 1, 1)

    def x(i: float) -> float:
        return _LEFT + i * step if len(values) > 1 else (_LEFT + _RIGHT) / 2

    def y(value: float) -> float:
        return _TOP + (_FLOOR - _TOP) * share_below(top, value, low)

    out = [
        f'<line class="rc-grid is-base" x1="{_LEFT:.0f}" y1="{y(max(low, 0)):.1f}" x2="{_RIGHT:.0f}" y2="{y(max(low, 0)):.1f}"/>'
    ]
    if chart.band:
        x0, x1 = x(chart.band[0] - 0.5), x(chart.band[1] + 0.5)
        out.append(f'<rect class="rc-band" x="{x0:.1f}" y="6" width="{x1 - x0:.1f}" height="{_FLOOR - 6:.0f}" rx="5"/>')
    if goal is not None and low <= goal <= top:
        out.append(f'<line class="rc-goal" x1="{_LEFT:.0f}" y1="{y(goal):.1f}" x2="{_RIGHT:.0f}" y2="{y(goal):.1f}"/>')
    for level, at in levels:
        left, right = x(max(level.first, 0)), x(min(level.last, len(values) - 1))
        out.append(f'<line class="rc-median" x1="{left:.1f}" y1="{y(at):.1f}" x2="{right:.1f}" y2="{y(at):.1f}"/>')
    out += _lines(chart, values, x, y)
    out += _points(chart, values, x, y, number)
    key = f"{safe_id(uid)}-s"
    return frame("rc-small", WIDTH, HEIGHT, key, chart.words.title, chart.words.desc, out)


def _lines(chart: ChartData, values, x, y) -> list[str]:
    """The line, interrupted by gaps and breaks; a number alone between two of them is a short dash: its dot would say more."""
    out: list[str] = []
    run: list[str] = []
    breaks = chart.broken_at
    for i, value in enumerate([*values, None]):
        if value is None or i in breaks:
            if run:
                out.append('<path class="rc-line" d="M' + ("L".join(run) if len(run) > 1 else f"{run[0]}h.1") + '"/>')
            run = []
        if value is not None:
            run.append(f"{x(i):.1f} {y(value):.1f}")
    return out


def _points(chart: ChartData, values, x, y, number) -> list[str]:
    """The points of the signal as diamonds, the last one as a dot with its number."""
    diamonds = chart.diamonds
    if diamonds is None:
        diamonds = frozenset(range(chart.band[0], chart.band[1] + 1)) if chart.band else frozenset()
    last = max((i for i, value in enumerate(values) if value is not None), default=None)
    out = []
    for i, value in enumerate(values):
        if value is None or (i not in diamonds and i != last):
            continue
        if i in diamonds:
            out.append(f'<path class="rc-point is-signal" d="M{x(i):.1f} {y(value) - 4:.1f}l4 4l-4 4l-4 -4z"/>')
        else:
            out.append(f'<circle class="rc-point" cx="{x(i):.1f}" cy="{y(value):.1f}" r="4"/>')
    if last is not None and values[last] is not None:
        exact = chart.points[last].value
        word = number(exact if isinstance(exact, Decimal) else Decimal(str(exact)))
        shown = safe(fit(word, WIDTH - _RIGHT - 12, _END_PX) or word)
        out.append(f'<text class="rc-last is-small" x="{_RIGHT + 12:.0f}" y="{y(values[last]) + 5:.1f}">{shown}</text>')
    return out
