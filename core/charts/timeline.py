"""The line of the months, lying: the sessions on one level ("together"), what hangs between them, and today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from core.charts.scales import clamp, shares
from core.charts.svg import Svg, classes, fit, frame, safe, safe_id
from core.charts.thread import NAME_PX, SAY_PX, Hang, Quiet, Stretch, beads, quiet_words, stretch_words, threads

_LEFT: Final = 70.0
_RIGHT: Final = 88.0
_TOP: Final = 88.0
_TIER: Final = 46.0  # how far a label is lifted when it would touch its neighbour
_APART: Final = 9.0  # between two labels side by side
_LABEL_MAX: Final = 230.0


@dataclass(frozen=True, slots=True)
class Station:
    """A dated moment on the line; a small dot unless it has a number to show."""

    on: date
    name: str
    say: str = ""
    number: str | int | None = None


@dataclass(frozen=True, slots=True)
class TimelineWords:
    """`title` and `desc` name the drawing, `today` stands in the pill, `quiet` beside the quiet weeks."""

    title: str
    desc: str
    today: str = ""
    quiet: str = ""


def timeline_svg(
    stations: Sequence[Station],
    stretches: Sequence[Stretch],
    today: date | None,
    words: TimelineWords,
    *,
    uid: str = "line",
    quiet: Sequence[Quiet] = (),
    width: float = 1000,
) -> Svg:
    """Return the line, lying: for a container of at least 44 rem. The list beside it is the text twin.

    `stations` stand in order of their dates; `stretches[i]` lies between station i and i + 1, missing ones have no
    words. `today` outside the line is drawn before its start or after its end; None draws no marker. Units: px of
    the viewBox. Returns "" without stations; raises ValueError if the dates run backwards.
    """
    if not stations:
        return Svg("")
    if any(b.on < a.on for a, b in pairwise(stations)):
        raise ValueError("stations must be in order of their dates")
    uid = safe_id(uid)
    first, last = stations[0].on, stations[-1].on
    pill = 7.6 * len(words.today) + 32
    # Outside the line the pill needs a place of its own, beside the first or the last station.
    left = max(_LEFT, pill + 30) if today and today < first else _LEFT
    right = max(_RIGHT, pill + 30) if today and today > last else _RIGHT
    width = max(width, left + right + 60 * (len(stations) - 1) + 60)
    if len(stations) == 1:
        xs = [clamp(width / 2, left, width - right)]
    else:
        xs = [left]
        gaps = [(b.on - a.on).days for a, b in pairwise(stations)]
        for share in shares(gaps, width - left - right, 64):
            xs.append(xs[-1] + share)

    labels, tiers = _labels(stations, xs, width)
    top = _TOP + _TIER * max(tiers)
    hangs = []
    for i, (a, b) in enumerate(pairwise(stations)):
        stretch = stretches[i] if i < len(stretches) else Stretch()
        depth = min(150, 44 + (xs[i + 1] - xs[i]) * 0.24)
        hangs.append(Hang(stretch, a.on, b.on, xs[i], xs[i + 1], depth, top))
    floor = top + max((h.depth for h in hangs), default=20) + 14

    out = [f'<line class="tl-level" x1="{xs[0] - 40:.0f}" y1="{top:.0f}" x2="{xs[-1]:.0f}" y2="{top:.0f}"/>']
    out += threads(hangs, today)
    out.append(f'<path class="tl-thread is-after" d="M{xs[-1]:.1f} {top:.0f}h62"/>')
    out += beads(hangs, today, quiet)
    marker: list[str] = []
    pill_box = (0.0, -99.0)
    if today:
        marker, pill_box = _today(hangs, stations, xs, today, words.today, pill, top, width)
        floor = max(floor, pill_box[1] + 38)
    named, deep = stretch_words(hangs, (*pill_box, pill))
    out += named
    floor = max(floor, deep)
    if words.quiet:
        out += quiet_words(hangs, quiet, words.quiet, width, (*pill_box, pill))
    out += _stations(stations, xs, labels, tiers, today, top)
    out += marker
    return frame("tl-h", width, floor, uid, words.title, words.desc, out)


def next_station(stations: Sequence[Station], today: date | None) -> int | None:
    """Return which numbered station comes next, counting from 0; None if none does."""
    ahead = (i for i, s in enumerate(stations) if s.number is not None and (today is None or s.on >= today))
    return next(ahead, None)


def _labels(
    stations: Sequence[Station], xs: Sequence[float], width: float
) -> tuple[list[tuple[str, str, float]], list[int]]:
    """Each station's (name, say, centre) and its tier: 0, or higher where the label would touch one before it."""
    room = min(_LABEL_MAX, width)
    labels: list[tuple[str, str, float]] = []
    tiers: list[int] = []
    ends: list[float] = []  # where the last label of each tier ends
    for station, x in zip(stations, xs, strict=True):
        name, say = fit(station.name, room, NAME_PX), fit(station.say, room, SAY_PX)
        half = max(len(name) * NAME_PX, len(say) * SAY_PX) / 2
        centre = clamp(x, half, width - half)
        tier = next((k for k, end in enumerate(ends) if centre - half >= end + _APART), len(ends))
        if tier == len(ends):
            ends.append(0.0)
        ends[tier] = centre + half
        labels.append((name, say, centre))
        tiers.append(tier)
    return labels, tiers


def _stations(
    stations: Sequence[Station],
    xs: Sequence[float],
    labels: Sequence[tuple[str, str, float]],
    tiers: Sequence[int],
    today: date | None,
    top: float,
) -> list[str]:
    """The stations with their labels above them; the next one has a halo."""
    out = []
    upcoming = next_station(stations, today)
    for i, (station, x, (name, say, centre), tier) in enumerate(zip(stations, xs, labels, tiers, strict=True)):
        state = "is-past" if today and station.on < today else "is-next" if i == upcoming else ""
        r = 20 if station.number is not None else 9
        if state == "is-next":
            out.append(f'<circle class="tl-halo" cx="{x:.1f}" cy="{top:.0f}" r="{r + 8}"/>')
        out.append(f'<circle class="{classes("tl-station", state)}" cx="{x:.1f}" cy="{top:.0f}" r="{r}"/>')
        if station.number is not None:
            number = safe(station.number)
            out.append(f'<text class="{classes("tl-no", state)}" x="{x:.1f}" y="{top + 6.5:.1f}">{number}</text>')
        up = top - _TIER * tier
        out.append(f'<text class="tl-name" x="{centre:.0f}" y="{up - 50:.0f}">{safe(name)}</text>')
        if say:
            out.append(f'<text class="tl-say" x="{centre:.0f}" y="{up - 31:.0f}">{safe(say)}</text>')
    return out


def _today(
    hangs: Sequence[Hang],
    stations: Sequence[Station],
    xs: Sequence[float],
    today: date,
    word: str,
    pill: float,
    top: float,
    width: float,
) -> tuple[list[str], tuple[float, float]]:
    """The ring and the pill of today; and the pill's left upper corner. On a station's own day the station is the ring."""
    out: list[str] = []
    on = next((i for i, s in enumerate(stations) if s.on == today), None)
    ring = True
    if on is not None:
        x, y, start = xs[on], top, top + 28
        left = x - pill / 2
        pill_y = top + 44
        ring = False
    elif today < stations[0].on:
        x, y, start = xs[0] - 56, top, top + 9
        left, pill_y = x - pill + 30, top + 26
        out.append(f'<path class="tl-thread is-after" d="M{x:.1f} {top:.0f}H{xs[0]:.1f}"/>')
    elif today > stations[-1].on:
        x, y, start = xs[-1] + 62, top, top + 9
        left, pill_y = x - 30, top + 26
    else:
        h = next(h for h in hangs if h.start < today < h.end)
        t = h.t(today)
        x, y = h.x(t), h.y(t)
        start, pill_y = y + 9, y + 26
        left = x - (pill - 30 if t < 0.35 else 30 if t > 0.65 else pill / 2)
    left = clamp(left, 0, width - pill)  # stay on the sheet
    # Under every thread that it crosses: over one, it would lie on the words of that stretch.
    pill_y = max([pill_y, *(h.lowest(left, left + pill) + 14 for h in hangs if h.x0 < left + pill and left < h.x1)])
    if word:
        out.append(f'<line class="tl-stem" x1="{x:.1f}" y1="{start:.1f}" x2="{x:.1f}" y2="{pill_y:.1f}"/>')
    if ring:
        out.append(f'<circle class="tl-now" cx="{x:.1f}" cy="{y:.1f}" r="9"/>')
    if word:
        out.append(f'<rect class="tl-pill" x="{left:.1f}" y="{pill_y:.1f}" width="{pill:.1f}" height="32" rx="16"/>')
        out.append(f'<text class="tl-pill-text" x="{left + pill / 2:.1f}" y="{pill_y + 21:.1f}">{safe(word)}</text>')
    return out, (left, pill_y)
