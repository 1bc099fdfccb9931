"""The run chart: the line of the numbers over time, its goal, its median, its signal and its notes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from core.charts.run_data import MARKS, ChartData
from core.charts.scales import clamp, plain, spread
from core.charts.sheet import END_PX, LAST_PX, TICK_PX, Sheet, sheet_of
from core.charts.svg import Svg, classes, fit, frame, safe, safe_id

_GAP: Final = 3.0  # px between a stretch of the centre line and a break
_EVERY: Final = (1, 2, 4, 5, 10, 13, 20, 26, 52)


def run_chart_svg(
    chart: ChartData, *, wide: bool = True, uid: str = "chart", number: Callable[[Decimal], str] = plain
) -> Svg:
    """Return the run chart, wide (600 x 320) or narrow (344 x 300); a page prints both and its width chooses.

    `number` writes a value in the reader's language. Values that are not finite are drawn as missing. The axis
    begins at 0, or below it only where a value does.
    """
    sheet = sheet_of(chart, wide=wide, number=number)
    out = [*_grid(sheet), *_band(chart, sheet), *_notes(chart, sheet), *_levels(chart, sheet), *_stepped(sheet)]
    out += [*_gaps(chart, sheet), *_paths(sheet), *_dots(chart, sheet)]
    out += [*_end_words(chart, sheet), *_dates(chart, sheet)]
    key = f"{safe_id(uid)}-{'w' if wide else 'n'}"
    css = "rc is-wide" if wide else "rc is-narrow"
    return frame(css, sheet.width, sheet.height, key, chart.words.title, chart.words.desc, out)


def _grid(sheet: Sheet) -> list[str]:
    """A level line for every tick, with its number."""
    out = []
    for tick, word in sheet.ticks:
        at = sheet.y(float(tick))
        out.append(
            f'<line class="{classes("rc-grid", "is-base" if tick == 0 else "")}" '
            f'x1="{sheet.left:.0f}" y1="{at:.1f}" x2="{sheet.edge:.0f}" y2="{at:.1f}"/>'
        )
        if word:
            label = safe(fit(word, sheet.left - 8, TICK_PX * 0.9))
            out.append(f'<text class="rc-tick is-y" x="{sheet.left - 10:.0f}" y="{at + 4.5:.1f}">{label}</text>')
    return out


def _band(chart: ChartData, sheet: Sheet) -> list[str]:
    """The pale band behind a signal, with its words above it."""
    if not chart.band:
        return []
    x0, x1 = sheet.x(chart.band[0]) - sheet.half, sheet.x(chart.band[1]) + sheet.half
    out = [
        f'<rect class="rc-band" x="{x0:.1f}" y="{sheet.top - 4:.0f}" '
        f'width="{x1 - x0:.1f}" height="{sheet.floor - sheet.top + 4:.0f}" rx="8"/>'
    ]
    say = fit(chart.words.signal, sheet.width - 8, 7.0)
    if say:
        centre = clamp((x0 + x1) / 2, len(say) * 3.5 + 2, sheet.width - len(say) * 3.5 - 2)
        out.append(f'<text class="rc-say" x="{centre:.1f}" y="{sheet.top - 14:.0f}">{safe(say)}</text>')
    return out


def _notes(chart: ChartData, sheet: Sheet) -> list[str]:
    """The numbered marks above their points."""
    out = []
    for k, note in enumerate(chart.notes):
        if k not in sheet.rows:
            continue
        at, top = sheet.x(note.index), sheet.top + 12 + 23 * sheet.rows[k]
        out.append(
            f'<line class="rc-note-line" x1="{at:.1f}" y1="{top + 2:.0f}" x2="{at:.1f}" y2="{sheet.floor:.0f}"/>'
            f'<circle class="rc-note" cx="{at:.1f}" cy="{top:.0f}" r="10"/>'
            f'<text class="rc-note-no" x="{at:.1f}" y="{top + 4.5:.1f}">{safe(note.number)}</text>'
        )
    return out


def _levels(chart: ChartData, sheet: Sheet) -> list[str]:
    """The goal, the breaks, and the centre line: solid over the points it was worked out from, dotted where it is carried on."""
    out = []
    if sheet.goal is not None:
        out.append(_level("rc-goal", sheet.left, sheet.edge, sheet.y(sheet.goal)))
    for place in sorted(sheet.breaks):
        at = sheet.x(place - 0.5)
        out.append(
            f'<line class="rc-break" x1="{at:.1f}" y1="{sheet.top - 4:.0f}" x2="{at:.1f}" y2="{sheet.floor:.0f}"/>'
        )
    last = len(sheet.values) - 1
    for level, value in sheet.levels:
        at = sheet.y(value)
        left = sheet.left if level.first <= 0 else sheet.x(level.first - 0.5) + _GAP
        right = sheet.edge if level.last >= last else sheet.x(level.last + 0.5) - _GAP
        end = level.made_until
        if end is None or end >= min(level.last, last):
            out.append(_level("rc-median", left, right, at))
        else:
            fixed = sheet.x(max(end, level.first, 0)) + sheet.half
            out.append(_level("rc-median", left, fixed, at))
            out.append(_level("rc-median is-carried", fixed, right, at))
    return out


def _level(css: str, x1: float, x2: float, y: float) -> str:
    return f'<line class="{css}" x1="{x1:.1f}" y1="{y:.1f}" x2="{x2:.1f}" y2="{y:.1f}"/>'


def _stepped(sheet: Sheet) -> list[str]:
    """The limits, and a centre that differs from place to place: in steps half-way between two places, broken where there
    is none and where another line begins.
    """
    out = []
    for css, line in (("rc-limit", sheet.lower), ("rc-limit", sheet.upper), ("rc-median", sheet.centres)):
        steps: list[str] = []
        before: float | None = None
        for i, value in enumerate([*line, None]):
            if steps and (value is None or i in sheet.breaks):
                at = sheet.edge if i == len(line) else sheet.x(i - 0.5) - _GAP
                out.append(f'<path class="{css}" d="{"".join(steps)}H{at:.1f}"/>')
                steps, before = [], None
            if value is None or value == before:
                continue
            at = max(sheet.x(i - 0.5) + (_GAP if i in sheet.breaks else 0.0), sheet.left)
            steps.append(f"H{at:.1f}V{sheet.y(value):.1f}" if steps else f"M{at:.1f} {sheet.y(value):.1f}")
            before = value
    return out


def _gaps(chart: ChartData, sheet: Sheet) -> list[str]:
    """Why a place is empty, once for neighbours that share a reason, and only where the words have room."""
    values, points, default = sheet.values, chart.points, chart.words.gap
    out: list[str] = []
    end = sheet.left - 20
    i = 0
    while i < len(values):
        if values[i] is not None:
            i += 1
            continue
        word = points[i].gap or default
        start = i
        while i < len(values) and values[i] is None and (points[i].gap or default) == word:
            i += 1
        centre = sheet.x((start + i - 1) / 2)
        half = len(word) * 3.3
        if word and centre - half >= end and centre + half <= sheet.width - sheet.right + 20:
            out.append(f'<text class="rc-tick is-gap" x="{centre:.1f}" y="{sheet.floor - 8:.0f}">{safe(word)}</text>')
            end = centre + half + 4
    return out


def _paths(sheet: Sheet) -> list[str]:
    """The line, broken where a value is missing and where another line of the chart begins."""
    out: list[str] = []
    run: list[str] = []
    for i, v in enumerate([*sheet.values, None]):
        if i in sheet.breaks and len(run) > 1:
            out.append('<path class="rc-line" d="M' + "L".join(run) + '"/>')
        if i in sheet.breaks:
            run = []
        if v is not None:
            run.append(f"{sheet.x(i):.1f} {sheet.y(v):.1f}")
            continue
        if len(run) > 1:
            out.append('<path class="rc-line" d="M' + "L".join(run) + '"/>')
        run = []
    return out


def _alone(sheet: Sheet, i: int) -> bool:
    """Whether no line reaches this point, because its neighbours are missing or stand behind a break."""
    values = sheet.values
    before = i == 0 or values[i - 1] is None or i in sheet.breaks
    return before and (i + 1 == len(values) or values[i + 1] is None or i + 1 in sheet.breaks)


def _dots(chart: ChartData, sheet: Sheet) -> list[str]:
    """Round points, diamonds in a signal; smaller where they stand close. Where even small ones would hide the line
    that joins them, only the last point, points without neighbours and points that say something keep theirs; the band still
    shows a signal.
    """
    out = []
    values, last, band, diamonds = sheet.values, sheet.last, chart.band, chart.diamonds
    if diamonds is None:
        diamonds = frozenset(range(band[0], band[1] + 1)) if band else frozenset()
    tight = 1.0 if len(values) < 2 else min(1.0, max(0.35, sheet.step / 14))
    crowded = len(values) > 1 and sheet.step < 6
    for i, v in enumerate(values):
        mark = chart.marks.get(i)
        if v is None or (crowded and i != last and mark not in MARKS and not _alone(sheet, i)):
            continue
        x, y = sheet.x(i), sheet.y(v)
        if mark in MARKS and mark != "far":
            out.append(_marked(str(mark), x, y, round((7.5 if sheet.wide else 6.5) * max(tight, 0.6), 1)))
        elif i in diamonds:
            full = (9 if sheet.wide else 8) if i == last else (7.5 if sheet.wide else 6.5)
            q = round(full * tight, 1)
            turns = f"l{q:g} {q:g}l{-q:g} {q:g}l{-q:g} {-q:g}z"
            out.append(f'<path class="rc-point is-signal" d="M{x:.1f} {y - q:.1f}{turns}"/>')
        else:
            r = round((4.6 if sheet.wide else 4.0) * tight, 1)
            out.append(f'<circle class="rc-point" cx="{x:.1f}" cy="{y:.1f}" r="{r:g}"/>')
        if mark == "far":
            out.append(f'<circle class="rc-ring" cx="{x:.1f}" cy="{y:.1f}" r="{9.5 if sheet.wide else 8.5:g}"/>')
    return out


def _marked(mark: str, x: float, y: float, q: float) -> str:
    """A point that says something: a diamond for good news, a square for a concern, a triangle for neither."""
    shapes = {
        "good": f"M{x:.1f} {y - q:.1f}l{q:g} {q:g}l{-q:g} {q:g}l{-q:g} {-q:g}z",
        "concern": f"M{x - q * 0.8:.1f} {y - q * 0.8:.1f}h{q * 1.6:.1f}v{q * 1.6:.1f}h{-q * 1.6:.1f}z",
        "either": f"M{x:.1f} {y - q:.1f}l{q:g} {q * 1.8:.1f}h{-2 * q:g}z",
    }
    return f'<path class="rc-point is-{mark}" d="{shapes[mark]}"/>'


def _end_words(chart: ChartData, sheet: Sheet) -> list[str]:
    """The words at the line ends share one column: they make room for each other instead of overlapping."""
    out = []
    begin = sheet.width - sheet.right + 15
    column: list[tuple[str, float, float, float, float, str]] = []  # kind, x, wish, height, px a character, word
    if sheet.goal is not None and chart.words.goal:
        column.append(("rc-end is-goal", begin, sheet.y(sheet.goal), 17, END_PX, chart.words.goal))
    if sheet.centre is not None and chart.words.median:
        column.append(("rc-end is-median", begin, sheet.y(sheet.centre), 17, END_PX, chart.words.median))
    for word, limit in ((chart.words.high, sheet.upper), (chart.words.low, sheet.lower)):
        if word and (placed := next((v for v in reversed(limit) if v is not None), None)) is not None:
            column.append(("rc-end is-limit", begin, sheet.y(placed), 17, END_PX, word))
    value = sheet.values[sheet.last] if sheet.last is not None else None
    if sheet.last is not None and value is not None:
        word, at = sheet.last_word, sheet.x(sheet.last) + 14
        if at + len(word) * LAST_PX > begin - 3:
            column.append(("rc-last", at, sheet.y(value), 23, LAST_PX * 0.9, word))
        else:  # the series ended before the edge: its last number stands beside its dot
            out.append(f'<text class="rc-last" x="{at:.1f}" y="{sheet.y(value) + 6:.1f}">{safe(word)}</text>')
    centres = spread([(wish, tall) for _, _, wish, tall, _, _ in column], 4, sheet.height - 4)
    for (kind, at, _, _, px, word), centre in zip(column, centres, strict=True):
        y = centre + (6 if kind == "rc-last" else 4.5)
        shown = fit(word, sheet.width - at + 4, px) or word
        out.append(f'<text class="{kind}" x="{at:.1f}" y="{y:.1f}">{safe(shown)}</text>')
    return out


def _dates(chart: ChartData, sheet: Sheet) -> list[str]:
    """Labels under the axis, counted back from the last one, as many as stand side by side."""
    n = len(chart.points)
    labels = [fit(p.label, 110, TICK_PX) for p in chart.points]
    need = max(map(len, labels), default=0) * 6.6 + 8
    every = next((k for k in _EVERY if k * sheet.step >= need), max(n, 1))
    out = []
    for i, label in enumerate(labels):
        if label and (n - 1 - i) % every == 0:
            centre = clamp(sheet.x(i), len(label) * 3.3, sheet.width - len(label) * 3.3)
            out.append(f'<text class="rc-tick is-x" x="{centre:.1f}" y="{sheet.floor + 24:.0f}">{safe(label)}</text>')
    return out
